"""Set-based looks at workspaces, members and credentials."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from backend.database import table_of
from backend.errors import NotFound
from backend.instants import Instant
from backend.statements import Statement, bind_keys, key_rows
from backend.workspaces.tables import ApiKey, InstallationSecret, Member, Workspace
from shared_schemas.vocabulary import WorkspaceRole

_member = table_of(Member)
_key = table_of(ApiKey)
_workspace = table_of(Workspace)
_secret = table_of(InstallationSecret)

_rows, (_first, _second) = key_rows("workspace_id", "id")
_NAMES = Statement(
    select(_member.c.workspace_id, _member.c.id, _member.c.name).select_from(
        _rows.join(_member, (_member.c.workspace_id == _first) & (_member.c.id == _second))
    )
)

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member as answers show them."""

    workspace_id: str
    id: str
    email: str
    name: str
    role: WorkspaceRole
    created_at: Instant
    removed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceView:
    """A workspace as answers show it."""

    id: str
    name: str
    time_zone: str
    policy_id: str
    created_at: Instant
    version: int
    alert_thresholds: str


def member_names(tx: Connection, members: Iterable[Place]) -> dict[Place, str]:
    """The names of these (workspace, member), former members among them."""
    wanted = set(members)
    if not wanted:
        return {}
    return {(row.workspace_id, row.id): row.name for row in _NAMES(tx, bind_keys(wanted))}


def secret_named(tx: Connection, name: str) -> str | None:
    """An installation secret, if it was made."""
    return tx.execute(select(_secret.c.value).where(_secret.c.name == name)).scalar_one_or_none()


def workspace_of(tx: Connection, workspace_id: str) -> WorkspaceView | None:
    """The workspace of this id."""
    row = tx.execute(select(_workspace).where(_workspace.c.id == workspace_id)).one_or_none()
    if row is None:
        return None
    return WorkspaceView(
        row.id,
        row.name,
        row.time_zone,
        row.policy_id,
        row.created_at,
        row.version,
        row.alert_thresholds,
    )


def alert_thresholds(tx: Connection, workspace_id: str) -> str:
    """At how many percent of an allotment used a workspace is warned, as they are stored."""
    thresholds: str = tx.execute(
        select(_workspace.c.alert_thresholds).where(_workspace.c.id == workspace_id)
    ).scalar_one()
    return thresholds


def members_of(tx: Connection, workspace_id: str) -> list[MemberView]:
    """The live members of a workspace, oldest first."""
    rows = tx.execute(
        select(_member)
        .where(_member.c.workspace_id == workspace_id, _member.c.removed_at.is_(None))
        .order_by(_member.c.created_at, _member.c.id)
    )
    return [_member_view(row) for row in rows]


def member_of(tx: Connection, workspace_id: str, member_id: str) -> MemberView | None:
    """A live member of a workspace."""
    row = tx.execute(
        select(_member).where(
            _member.c.workspace_id == workspace_id,
            _member.c.id == member_id,
            _member.c.removed_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else _member_view(row)


def memberships(tx: Connection, email: str) -> list[MemberView]:
    """The live memberships of a person, oldest first."""
    rows = tx.execute(
        select(_member)
        .where(_member.c.email == email, _member.c.removed_at.is_(None))
        .order_by(_member.c.created_at, _member.c.id)
    )
    return [_member_view(row) for row in rows]


def _member_view(row: Any) -> MemberView:
    return MemberView(
        row.workspace_id,
        row.id,
        row.email,
        row.name,
        WorkspaceRole(row.role),
        row.created_at,
        row.removed_at,
    )


def known_member(tx: Connection, workspace_id: str, member_id: str) -> MemberView:
    """A live member; refused where this workspace has none of this id."""
    found = member_of(tx, workspace_id, member_id)
    if found is None:
        raise NotFound("There is no such member in this workspace.")
    return found


def workspaces_of(tx: Connection, email: str) -> list[WorkspaceView]:
    """The workspaces that a person is a member of, oldest membership first."""
    joined = memberships(tx, email)
    found = (workspace_of(tx, each.workspace_id) for each in joined)
    return [each for each in found if each is not None]


def keys_of(tx: Connection, workspace_id: str, now: Instant) -> list[Any]:
    """The live API keys of a workspace with their members' names, newest first."""
    return list(
        tx.execute(
            select(_key, _member.c.name.label("member_name"))
            .select_from(
                _key.join(
                    _member,
                    (_member.c.workspace_id == _key.c.workspace_id)
                    & (_member.c.id == _key.c.member_id),
                )
            )
            .where(
                _key.c.workspace_id == workspace_id,
                _key.c.revoked_at.is_(None),
                _key.c.expires_at > now,
            )
            .order_by(_key.c.created_at.desc(), _key.c.id.desc())
        )
    )


def any_workspace(tx: Connection) -> bool:
    """Whether there is any workspace at all."""
    return tx.execute(select(_workspace.c.id).limit(1)).first() is not None
