"""From wire bodies to what the flows are asked: addresses made canonical, pages as JSON values."""

from collections.abc import Sequence
from typing import Any, Protocol

from litestar import Request

from backend.contacts.identifiers import Identifier, InvalidIdentity
from backend.contacts.identity import canonicalize
from backend.database import Database
from backend.errors import InvalidIdentity as InvalidIdentityRefusal
from backend.errors import Refusal
from backend.flows.calls import Call, Item, Render
from backend.instants import SECOND, Instant
from backend.settings import Settings
from backend.workspaces.callers import acting_member, keyed_of
from backend.workspaces.principal import Principal
from shared_schemas.page import Page
from shared_schemas.vocabulary import ContactSource

__all__ = ["acting_member", "call_of", "hold_for", "identity_refusal", "item_of", "keyed_of"]


class Spends(Protocol):
    """A body of a call that may spend: for whom, and from where."""

    member_id: str | None
    source: ContactSource


def hold_for(settings: Settings) -> Instant:
    """How long a hold lasts here."""
    return int(settings.hold_seconds * SECOND)


async def call_of(
    request: Request[Any, Any, Any],
    principal: Principal,
    db: Database,
    settings: Settings,
    data: Spends,
    items: tuple[Item, ...],
    render: Render,
    **bounds: Any,
) -> Call:
    """The call of whoever sent `request`; `bounds` are the further fields of a `Call`."""
    return Call(
        principal.workspace_id,
        await acting_member(db, principal, data.member_id),
        principal.role,
        data.source.value,
        items,
        render,
        keyed_of(request, principal, await request.json()),
        principal.name,
        hold_for=hold_for(settings),
        **bounds,
    )


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
