"""From wire bodies to what the flows are asked: addresses made canonical, pages as JSON values."""

from collections.abc import Sequence
from typing import Any

from litestar import Request

from backend.contacts.identifiers import Identifier, InvalidIdentity
from backend.contacts.identity import canonicalize
from backend.database import Database
from backend.errors import Forbidden, Refusal
from backend.errors import InvalidIdentity as InvalidIdentityRefusal
from backend.flows.calls import Item
from backend.idempotency import Keyed, fingerprint
from backend.settings import Settings
from backend.workspaces.principal import Principal
from backend.workspaces.queries import known_member
from shared_schemas.page import Page
from shared_schemas.vocabulary import Scope


def item_of(
    settings: Settings,
    *,
    ref: str,
    url: str | None,
    identifiers: Sequence[str] = (),
    contact_id: str | None = None,
    page: Page | None = None,
) -> Item:
    """An item of a call. An address that identifies nobody makes a refused item, not an error.

    Only `url` has to be somebody's address; of `identifiers`, which a page view offers beside it,
    those that are none are left out.
    """
    facts = page.model_dump(mode="json", exclude_none=True) if page is not None else None
    if url is None:
        return Item(ref, contact_id=contact_id, page=facts)
    try:
        found = [canonicalize(url, decode_member_ids=settings.decode_member_ids)]
    except InvalidIdentity as error:
        return Item(ref, error=identity_refusal(error), page=facts)
    found.extend(_readable(settings, identifiers))
    unique = {each.key: each for each in found}
    return Item(ref, tuple(unique.values()), page=facts)


def _readable(settings: Settings, texts: Sequence[str]) -> list[Identifier]:
    found = []
    for text in texts:
        try:
            found.append(canonicalize(text, decode_member_ids=settings.decode_member_ids))
        except InvalidIdentity:
            continue
    return found


_SENTENCES = {
    "damaged_urn": "The id in this address was damaged on its way: its capitals are lost.",
    "not_a_person": "This address is not the page of one person.",
    "needs_resolution": "This is a short link. Open it, and use the address that it leads to.",
    "bad_encoding": "The percent-escapes of this address cannot be read.",
    "not_an_identifier": "This is neither a web address nor an e-mail address nor a URN.",
}


def identity_refusal(error: InvalidIdentity) -> Refusal:
    """The refusal of an address that identifies nobody; `reason` is the identity rules' word."""
    reason = error.reason.value
    return InvalidIdentityRefusal(_SENTENCES[reason], reason=reason, charged=0)


async def acting_member(db: Database, principal: Principal, member_id: str | None) -> str:
    """The member for whom a call is made: the caller, or with `act_as` the member it names."""
    if member_id is None or member_id == principal.member_id:
        return principal.member_id
    if Scope.ACT_AS not in principal.scopes:
        raise Forbidden("This needs the scope act_as.", missing_scope=Scope.ACT_AS.value)
    return (await db.read(lambda tx: known_member(tx, principal.workspace_id, member_id))).id


def keyed_of(request: Request[Any, Any, Any], principal: Principal, body: Any) -> Keyed | None:
    """The caller's Idempotency-Key with the fingerprint of path and body."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    return Keyed(principal.workspace_id, key, fingerprint(request.scope["path"], body))
