"""From a presented secret to the principal behind it, looked up for many at once.

Only hashes are stored and compared. A key's secret has 256 random bits, so a plain hash is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from backend.database import table_of
from backend.instants import Instant
from backend.statements import Statement, bind_keys, key_rows
from backend.workspaces.policy import EXTENSION_SCOPES, ROLE_SCOPES
from backend.workspaces.principal import Principal
from backend.workspaces.tables import ApiKey, Browser, Member, Session
from shared_schemas.vocabulary import Scope, WorkspaceRole

KEY_PREFIX = "mo_"
EXTENSION_PREFIX = "mx_"

_key = table_of(ApiKey)
_browser = table_of(Browser)
_member = table_of(Member)
_session = table_of(Session)
_rows, (_hash,) = key_rows("hash")

_KEYS = Statement(
    select(
        _key.c.key_hash.label("hash"),
        _key.c.id.label("credential_id"),
        _key.c.scopes,
        _key.c.expires_at,
        _key.c.revoked_at,
        _member,
    ).select_from(
        _rows.join(_key, _key.c.key_hash == _hash).join(
            _member,
            (_member.c.workspace_id == _key.c.workspace_id) & (_member.c.id == _key.c.member_id),
        )
    )
)
_BROWSERS = Statement(
    select(
        _browser.c.access_hash.label("hash"),
        _browser.c.id.label("credential_id"),
        _browser.c.access_expires_at.label("expires_at"),
        _browser.c.revoked_at,
        _member,
    ).select_from(
        _rows.join(_browser, _browser.c.access_hash == _hash).join(
            _member,
            (_member.c.workspace_id == _browser.c.workspace_id)
            & (_member.c.id == _browser.c.member_id),
        )
    )
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A console session: a person, by email; which member depends on the workspace asked for."""

    token_hash: str
    email: str
    csrf_token: str
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A principal and the instant from which its credential no longer counts."""

    principal: Principal
    expires_at: Instant


def find_keys(tx: Connection, hashes: list[str], now: Instant) -> Sequence[Authenticated | None]:
    """The principals of these API keys' hashes; None for one that is unknown, revoked or over."""
    found = {}
    for row in _KEYS(tx, bind_keys({(each,) for each in hashes})):
        if row.revoked_at is None and row.expires_at > now and row.removed_at is None:
            role = WorkspaceRole(row.role)
            scopes = frozenset(Scope(word) for word in row.scopes.split()) & ROLE_SCOPES[role]
            found[row.hash] = _authenticated("key", row.credential_id, row, role, scopes)
    return [found.get(each) for each in hashes]


def find_browsers(
    tx: Connection, hashes: list[str], now: Instant
) -> Sequence[Authenticated | None]:
    """The principals of these extension tokens' hashes; None as for keys."""
    found = {}
    for row in _BROWSERS(tx, bind_keys({(each,) for each in hashes})):
        if row.revoked_at is None and row.expires_at > now and row.removed_at is None:
            role = WorkspaceRole(row.role)
            scopes = EXTENSION_SCOPES & ROLE_SCOPES[role]
            found[row.hash] = _authenticated("extension", row.credential_id, row, role, scopes)
    return [found.get(each) for each in hashes]


def _authenticated(
    kind: str, credential_id: str, row: Any, role: WorkspaceRole, scopes: frozenset[Scope]
) -> Authenticated:
    principal = Principal(
        kind, credential_id, row.workspace_id, row.id, row.name, row.email, role, scopes
    )
    return Authenticated(principal, row.expires_at)


def find_session(tx: Connection, token_hash: str, now: Instant) -> SignedIn | None:
    """The console session of this token's hash."""
    row = tx.execute(
        select(_session).where(_session.c.token_hash == token_hash, _session.c.expires_at > now)
    ).one_or_none()
    if row is None:
        return None
    return SignedIn(row.token_hash, row.email, row.csrf_token, row.expires_at)


def session_principal(session: SignedIn, member: object) -> Principal:
    """The member that a signed-in person is in one workspace."""
    from backend.workspaces.queries import MemberView

    assert isinstance(member, MemberView)
    return Principal(
        "session",
        session.token_hash,
        member.workspace_id,
        member.id,
        member.name,
        member.email,
        member.role,
        ROLE_SCOPES[member.role],
    )
