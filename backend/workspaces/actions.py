"""What changes members and their credentials. Every function runs in its caller's transaction."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Connection, delete, func, insert, select, update

from backend.database import table_of
from backend.errors import Forbidden, InvalidRequest, NotFound
from backend.ids import new_id, new_secret, secret_hash
from backend.instants import DAY, NEVER, Instant
from backend.workspaces.credentials import KEY_PREFIX
from backend.workspaces.errors import AlreadyMember, LastOwner, UnknownTimeZone
from backend.workspaces.policy import ROLE_SCOPES, may_manage
from backend.workspaces.principal import Principal
from backend.workspaces.queries import MemberView, member_of
from backend.workspaces.tables import (
    ApiKey,
    AuditLine,
    InstallationSecret,
    Member,
    Session,
    SignInLink,
    Workspace,
)
from shared_schemas.vocabulary import Scope, WorkspaceRole

_member = table_of(Member)
_session = table_of(Session)
_link = table_of(SignInLink)
_key = table_of(ApiKey)
_audit = table_of(AuditLine)
_secret = table_of(InstallationSecret)
_workspace = table_of(Workspace)

LINK_LASTS = DAY
SESSION_LASTS = 7 * DAY


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just begun; the token and the CSRF token are for the browser's cookies."""

    token: str
    csrf_token: str
    email: str
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `secret` is shown once and never again."""

    id: str
    secret: str


def make_secrets(tx: Connection, names: Iterable[str]) -> None:
    """Make the installation's secrets that do not exist yet."""
    known: set[str] = set(tx.execute(select(_secret.c.name)).scalars())
    missing = [{"name": name, "value": new_secret()} for name in names if name not in known]
    if missing:
        tx.execute(insert(_secret), missing)


def insert_workspace(
    tx: Connection, *, name: str, time_zone: str, policy_id: str, now: Instant
) -> str:
    """A new workspace without members or credits; see `flows.workspaces` for a whole one."""
    if time_zone not in available_timezones():
        raise UnknownTimeZone(f"There is no time zone {time_zone!r}.", time_zone=time_zone)
    workspace_id = new_id("wsp", now)
    tx.execute(
        insert(_workspace),
        {
            "id": workspace_id,
            "name": name,
            "time_zone": time_zone,
            "policy_id": policy_id,
            "created_at": now,
            "version": 1,
        },
    )
    return workspace_id


def change_workspace(tx: Connection, *, workspace_id: str, changes: dict[str, str]) -> None:
    """New values for a workspace's name, time zone or alert thresholds."""
    time_zone = changes.get("time_zone")
    if time_zone is not None and time_zone not in available_timezones():
        raise UnknownTimeZone(f"There is no time zone {time_zone!r}.", time_zone=time_zone)
    tx.execute(
        update(_workspace)
        .where(_workspace.c.id == workspace_id)
        .values(**changes, version=_workspace.c.version + 1)
    )


def insert_member(
    tx: Connection,
    *,
    workspace_id: str,
    email: str,
    name: str | None,
    role: WorkspaceRole,
    now: Instant,
) -> str:
    """A new member; refused where somebody with this email is one already."""
    email = normal_email(email)
    taken = tx.execute(
        select(_member.c.id).where(
            _member.c.workspace_id == workspace_id,
            _member.c.email == email,
            _member.c.removed_at.is_(None),
        )
    ).first()
    if taken is not None:
        raise AlreadyMember(f"{email} is a member of this workspace already.", email=email)
    member_id = new_id("mem", now)
    tx.execute(
        insert(_member),
        {
            "workspace_id": workspace_id,
            "id": member_id,
            "email": email,
            "name": name or email.partition("@")[0],
            "role": role.value,
            "created_at": now,
        },
    )
    return member_id


def normal_email(email: str) -> str:
    """An email as members are compared by: trimmed and in lower case."""
    return email.strip().lower()


def change_role(
    tx: Connection, actor: Principal, *, workspace_id: str, member_id: str, role: WorkspaceRole
) -> None:
    """Give a member another role; never above the actor's own, and an owner always remains."""
    member = _managed(tx, actor, workspace_id, member_id)
    if not may_manage(actor.role, role):
        raise Forbidden("Nobody can make somebody stronger than themselves.", role=role.value)
    if member.role is WorkspaceRole.OWNER and role is not WorkspaceRole.OWNER:
        _keep_an_owner(tx, workspace_id, member_id)
    _change_member(tx, workspace_id, member_id, {"role": role.value})


def remove_member(
    tx: Connection, actor: Principal, *, workspace_id: str, member_id: str, now: Instant
) -> None:
    """Take a member out; their credentials stop to count, their journal lines stay."""
    member = _managed(tx, actor, workspace_id, member_id)
    if member.role is WorkspaceRole.OWNER:
        _keep_an_owner(tx, workspace_id, member_id)
    _change_member(tx, workspace_id, member_id, {"removed_at": now})


def _managed(tx: Connection, actor: Principal, workspace_id: str, member_id: str) -> MemberView:
    member = member_of(tx, workspace_id, member_id)
    if member is None:
        raise NotFound("There is no such member in this workspace.")
    if not may_manage(actor.role, member.role):
        raise Forbidden("Only an owner can change an owner.", role=member.role.value)
    return member


def _keep_an_owner(tx: Connection, workspace_id: str, leaving: str) -> None:
    others = tx.execute(
        select(func.count()).where(
            _member.c.workspace_id == workspace_id,
            _member.c.role == WorkspaceRole.OWNER.value,
            _member.c.removed_at.is_(None),
            _member.c.id != leaving,
        )
    ).scalar_one()
    if others == 0:
        raise LastOwner("A workspace always keeps an owner. Make somebody else one first.")


def _change_member(
    tx: Connection, workspace_id: str, member_id: str, values: dict[str, Any]
) -> None:
    tx.execute(
        update(_member)
        .where(_member.c.workspace_id == workspace_id, _member.c.id == member_id)
        .values(values)
    )


# --- signing in ---------------------------------------------------------------------------


def make_sign_in_link(tx: Connection, *, email: str, now: Instant) -> str:
    """A one-time token for the console; whoever holds it is that person."""
    token = new_secret()
    tx.execute(
        insert(_link),
        {
            "token_hash": secret_hash(token),
            "email": normal_email(email),
            "created_at": now,
            "expires_at": now + LINK_LASTS,
        },
    )
    return token


def begin_session(tx: Connection, *, link_token: str, now: Instant) -> NewSession | None:
    """Use up a sign-in link; None where it is unknown, used or too old. The session id is new."""
    row = tx.execute(
        update(_link)
        .where(
            _link.c.token_hash == secret_hash(link_token),
            _link.c.used_at.is_(None),
            _link.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(_link.c.email)
    ).one_or_none()
    if row is None:
        return None
    session = NewSession(new_secret(), new_secret(), row.email, now + SESSION_LASTS)
    tx.execute(delete(_session).where(_session.c.expires_at <= now))
    tx.execute(
        insert(_session),
        {
            "token_hash": secret_hash(session.token),
            "email": session.email,
            "csrf_token": session.csrf_token,
            "created_at": now,
            "expires_at": session.expires_at,
        },
    )
    return session


def end_session(tx: Connection, *, token_hash: str) -> None:
    """Sign out."""
    tx.execute(delete(_session).where(_session.c.token_hash == token_hash))


# --- API keys -----------------------------------------------------------------------------


def make_key(
    tx: Connection,
    *,
    workspace_id: str,
    member: MemberView,
    name: str,
    scopes: Iterable[Scope] | None,
    expires_at: Instant | None,
    now: Instant,
) -> NewKey:
    """A key that acts as `member`; no scopes means all that the member's role may have."""
    allowed = ROLE_SCOPES[member.role]
    chosen = allowed if scopes is None else frozenset(scopes)
    if not chosen <= allowed:
        beyond = sorted(scope.value for scope in chosen - allowed)
        raise InvalidRequest(
            f"The member's role does not have: {', '.join(beyond)}.",
            errors=[{"field": "scopes", "message": f"not allowed: {', '.join(beyond)}"}],
        )
    if expires_at is not None and expires_at <= now:
        raise InvalidRequest(
            "A key must end in the future.",
            errors=[{"field": "expires_at", "message": "is in the past"}],
        )
    secret = KEY_PREFIX + new_secret()
    key_id = new_id("key", now)
    tx.execute(
        insert(_key),
        {
            "workspace_id": workspace_id,
            "id": key_id,
            "member_id": member.id,
            "name": name,
            "hint": secret[:7],
            "key_hash": secret_hash(secret),
            "scopes": " ".join(sorted(scope.value for scope in chosen)),
            "created_at": now,
            "expires_at": NEVER if expires_at is None else expires_at,
        },
    )
    return NewKey(key_id, secret)


def revoke_key(tx: Connection, *, workspace_id: str, key_id: str, now: Instant) -> str | None:
    """End a key at once; answers its hash (for caches), None where there is no such live key."""
    row = tx.execute(
        update(_key)
        .where(
            _key.c.workspace_id == workspace_id, _key.c.id == key_id, _key.c.revoked_at.is_(None)
        )
        .values(revoked_at=now)
        .returning(_key.c.key_hash)
    ).one_or_none()
    return None if row is None else str(row.key_hash)


# --- audit --------------------------------------------------------------------------------


def note(
    tx: Connection,
    *,
    workspace_id: str,
    member_id: str | None,
    action: str,
    subject: str,
    now: Instant,
    **details: Any,
) -> None:
    """Write down who changed what; the line is part of the change's own transaction."""
    tx.execute(
        insert(_audit),
        {
            "workspace_id": workspace_id,
            "id": new_id("aud", now),
            "at": now,
            "member_id": member_id,
            "action": action,
            "subject": subject,
            "details": json.dumps(details, ensure_ascii=False),
        },
    )
