"""Routes that administer API keys."""

from typing import Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from sqlalchemy import Connection

from backend.database import Database
from backend.errors import Forbidden, NotFound
from backend.http import json_answer
from backend.instants import Instant, from_datetime, render
from backend.instants import render_or_none as rendered
from backend.workspaces import actions, queries
from backend.workspaces.guards import (
    Gatekeeper,
    opens,
)
from backend.workspaces.policy import ROLE_SCOPES, may_manage
from backend.workspaces.principal import Principal
from shared_schemas.shapes import Named
from shared_schemas.vocabulary import Scope, WorkspaceRole
from shared_schemas.workspaces import (
    CreateKey,
    KeyBody,
    KeyList,
    NewKeyBody,
)

W = "/v1/workspaces/{workspace_id:str}"


@post(
    f"{W}/api-keys",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    responses={201: ResponseSpec(NewKeyBody, description="Shown once")},
    tags=["API keys"],
)
async def create_key(
    data: JSONBody[CreateKey],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """A key that acts as its member; nobody makes one stronger than themselves."""
    if data.expires_at is not None and data.expires_at.tzinfo is None:
        expires_at: Instant | None = 0  # an instant without an offset is no instant: refused below
    else:
        expires_at = from_datetime(data.expires_at) if data.expires_at else None

    def do(tx: Connection) -> NewKeyBody:
        member = queries.known_member(
            tx, principal.workspace_id, data.member_id or principal.member_id
        )
        if not may_manage(principal.role, member.role):
            raise Forbidden("Nobody makes a key stronger than themselves.")
        scopes = set(data.scopes) if data.scopes is not None else None
        if not (ROLE_SCOPES[member.role] if scopes is None else scopes) <= principal.scopes:
            raise Forbidden("Nobody makes a key stronger than their own.")
        made = actions.make_key(
            tx,
            workspace_id=principal.workspace_id,
            member=member,
            name=data.name,
            scopes=scopes,
            expires_at=expires_at,
            now=now,
        )
        actions.note(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            action="api_key.created",
            subject=made.id,
            now=now,
            name=data.name,
        )
        row = next(
            each for each in queries.keys_of(tx, principal.workspace_id, now) if each.id == made.id
        )
        return NewKeyBody(**_key_values(row), api_key=made.secret)

    body = await db.write(do)
    return json_answer(201, body.model_dump_json(), {"Cache-Control": "no-store"})


def _key_values(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "hint": f"{row.hint}…",
        "member": Named(id=row.member_id, name=row.member_name),
        "scopes": [Scope(word) for word in row.scopes.split()],
        "created_at": render(row.created_at),
        "expires_at": rendered(row.expires_at),
    }


@get(
    f"{W}/api-keys",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    responses={200: ResponseSpec(KeyList, description="Newest first")},
    tags=["API keys"],
)
async def list_keys(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """The workspace's live keys, newest first; never their secrets."""
    rows = await db.read(lambda tx: queries.keys_of(tx, principal.workspace_id, now))
    body = KeyList(data=[KeyBody(**_key_values(row)) for row in rows])
    return json_answer(200, body.model_dump_json())


@delete(
    f"{W}/api-keys/{{key_id:str}}",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    status_code=204,
    tags=["API keys"],
)
async def revoke_key(
    key_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
) -> None:
    """End a key at once."""

    def do(tx: Connection) -> str | None:
        ended = actions.revoke_key(tx, workspace_id=principal.workspace_id, key_id=key_id, now=now)
        if ended is not None:
            actions.note(
                tx,
                workspace_id=principal.workspace_id,
                member_id=principal.member_id,
                action="api_key.revoked",
                subject=key_id,
                now=now,
            )
        return ended

    key_hash = await db.write(do)
    if key_hash is None:
        raise NotFound("There is no such key in this workspace.")
    gate.forget(key_hash)


ROUTES = [create_key, list_keys, revoke_key]
