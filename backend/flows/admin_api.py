"""Routes that administer what several domains share: me, members, caps."""

import json
from typing import Any

from litestar import Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection

from backend.credits import queries as credits
from backend.credits.api import balance_body
from backend.credits.errors import CreditRefused
from backend.credits.ledger import set_cap
from backend.credits.paying.subscription import leave
from backend.database import Database
from backend.errors import Forbidden
from backend.flows import workspaces
from backend.http import check_tag, json_answer
from backend.instants import Instant, render, render_or_none
from backend.settings import Settings
from backend.workspaces import actions as members
from backend.workspaces import queries
from backend.workspaces.guards import Gatekeeper, opens
from backend.workspaces.policy import may_manage
from backend.workspaces.principal import Principal
from shared_schemas.vocabulary import Scope, WorkspaceRole
from shared_schemas.workspaces import (
    AddMember,
    CapBody,
    ChangeMember,
    DisabledReader,
    MeBody,
    MemberBody,
    MemberList,
    SetCap,
    WorkspaceBrief,
)

W = "/v1/workspaces/{workspace_id:str}"
MIN_EXTENSION_VERSION = "0.1.0"


@get(
    "/v1/me",
    opt=opens(Scope.WORKSPACE_READ, extension=True),
    responses={200: ResponseSpec(MeBody, description="Who asks")},
    tags=["Me"],
)
async def get_me(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    settings: NamedDependency[Settings],
    workspace_id: FromQuery[str | None] = None,
) -> Response[Any]:
    """Who asks, where, with what credits, and what actions cost there."""

    def look(tx: Connection) -> MeBody:
        workspace = queries.workspace_of(tx, principal.workspace_id)
        assert workspace is not None, "a principal's workspace exists"
        found = credits.standing(
            tx, workspace_id=workspace.id, member_id=principal.member_id, now=now
        )
        joined = queries.memberships(tx, principal.email) if principal.kind == "session" else []
        views = {each.id: each for each in queries.workspaces_of(tx, principal.email)}
        return MeBody(
            member={
                "id": principal.member_id,
                "name": principal.name,
                "email": principal.email,
            },
            role=principal.role,
            scopes=sorted(principal.scopes),
            workspace=_brief(workspace, principal.role),
            workspaces=[_brief(views[each.workspace_id], each.role) for each in joined]
            or [_brief(workspace, principal.role)],
            balance=json.loads(balance_body(found).model_dump_json(by_alias=True)),
            actions={name: action.cost for name, action in found.policy.actions.items()},
            min_extension_version=MIN_EXTENSION_VERSION,
            disabled_readers=[
                DisabledReader(reader=reader, version=version)
                for reader, version in sorted(settings.broken_readers.items())
            ],
        )

    return json_answer(200, (await db.read(look)).model_dump_json())


def _brief(workspace: queries.WorkspaceView, role: WorkspaceRole) -> WorkspaceBrief:
    return WorkspaceBrief(
        id=workspace.id, name=workspace.name, time_zone=workspace.time_zone, role=role
    )


# --- members ------------------------------------------------------------------------------


def _member_body(member: queries.MemberView) -> MemberBody:
    return MemberBody(
        id=member.id,
        email=member.email,
        name=member.name,
        role=member.role,
        created_at=render(member.created_at),
    )


@get(
    f"{W}/members",
    opt=opens(Scope.WORKSPACE_READ),
    responses={200: ResponseSpec(MemberList, description="Oldest first")},
    tags=["Members"],
)
async def list_members(
    principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> Response[Any]:
    """The workspace's members, oldest first."""
    found = await db.read(lambda tx: queries.members_of(tx, principal.workspace_id))
    body = MemberList(data=[_member_body(member) for member in found])
    return json_answer(200, body.model_dump_json())


@post(
    f"{W}/members",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    responses={201: ResponseSpec(MemberBody, description="A member now")},
    tags=["Members"],
)
async def add_member(
    data: JSONBody[AddMember],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Somebody becomes a member at once; nobody makes somebody stronger than themselves."""
    if not may_manage(principal.role, data.role):
        raise Forbidden("Nobody makes somebody stronger than themselves.", role=data.role.value)

    def do(tx: Connection) -> MemberBody:
        member_id = workspaces.add_member(
            tx,
            workspace_id=principal.workspace_id,
            email=data.email,
            name=data.name,
            role=data.role,
            now=now,
        )
        members.note(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            action="member.added",
            subject=member_id,
            now=now,
            role=data.role.value,
        )
        return _member_body(queries.known_member(tx, principal.workspace_id, member_id))

    body = await db.write(do, lane=principal.workspace_id)
    return json_answer(201, body.model_dump_json())


@patch(
    f"{W}/members/{{member_id:str}}",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    responses={200: ResponseSpec(MemberBody, description="As they are now")},
    tags=["Members"],
)
async def change_member(
    member_id: FromPath[str],
    data: JSONBody[ChangeMember],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Give a member another role; it counts at once for all their credentials."""

    def do(tx: Connection) -> MemberBody:
        members.change_role(
            tx,
            principal,
            workspace_id=principal.workspace_id,
            member_id=member_id,
            role=data.role,
        )
        members.note(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            action="member.role_changed",
            subject=member_id,
            now=now,
            role=data.role.value,
        )
        return _member_body(queries.known_member(tx, principal.workspace_id, member_id))

    body = await db.write(do, lane=principal.workspace_id)
    gate.forget()
    return json_answer(200, body.model_dump_json())


@delete(
    f"{W}/members/{{member_id:str}}",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    status_code=204,
    tags=["Members"],
)
async def remove_member(
    member_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
) -> None:
    """Take a member out; their credentials end at once, their journal lines stay."""

    def do(tx: Connection) -> None:
        members.remove_member(
            tx,
            principal,
            workspace_id=principal.workspace_id,
            member_id=member_id,
            now=now,
        )
        leave(tx, principal.workspace_id, member_id, now)
        members.note(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            action="member.removed",
            subject=member_id,
            now=now,
        )

    await db.write(do, lane=principal.workspace_id)
    gate.forget()


@get(
    f"{W}/members/{{member_id:str}}/cap",
    opt=opens(Scope.WORKSPACE_READ, role=WorkspaceRole.MANAGER),
    responses={200: ResponseSpec(CapBody, description="As it is; the ETag is for a change")},
    tags=["Members"],
)
async def get_cap(
    member_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """How much a member may spend in a cycle; null is no cap."""

    def look(tx: Connection) -> CapBody:
        member = queries.known_member(tx, principal.workspace_id, member_id)
        return _cap_body(tx, principal.workspace_id, member.id, now)

    return _cap_answer(await db.read(look))


@put(
    f"{W}/members/{{member_id:str}}/cap",
    opt=opens(Scope.WORKSPACE_READ, role=WorkspaceRole.MANAGER),
    responses={200: ResponseSpec(CapBody, description="As it is now")},
    tags=["Members"],
)
async def put_cap(
    member_id: FromPath[str],
    data: JSONBody[SetCap],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """How much a member may spend in a cycle; null lifts the cap. If-Match names the former.

    What was allowed on top for this cycle ends with it: the new cap counts at once.
    """

    def do(tx: Connection) -> CapBody:
        member = queries.known_member(tx, principal.workspace_id, member_id)
        check_tag(request, _cap_tag(_cap_body(tx, principal.workspace_id, member.id, now)))
        if data.cap is not None:
            _check_caps(tx, principal.workspace_id, member.id, now)
        set_cap(tx, workspace_id=principal.workspace_id, member_id=member.id, cap=data.cap)
        members.note(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            action="cap.set",
            subject=member_id,
            now=now,
            cap=data.cap,
        )
        return _cap_body(tx, principal.workspace_id, member.id, now)

    return _cap_answer(await db.write(do, lane=principal.workspace_id))


def _check_caps(tx: Connection, workspace_id: str, member_id: str, now: Instant) -> None:
    """Refuse a cap where the policy has none."""
    found = credits.standing(tx, workspace_id=workspace_id, member_id=member_id, now=now)
    if not found.policy.member_caps:
        raise CreditRefused(
            f"The policy {found.policy.id} does not let members be capped.",
            reason="no_member_caps",
        )


def _cap_body(tx: Connection, workspace_id: str, member_id: str, now: Instant) -> CapBody:
    cap = credits.cap_of(tx, workspace_id, member_id, now)
    found = credits.standing(tx, workspace_id=workspace_id, member_id=member_id, now=now)
    return CapBody(
        member_id=member_id,
        cap=cap.cap,
        raised_by=cap.raised_by,
        raised_until=render_or_none(cap.raised_until),
        limit=cap.limit,
        used=found.used_by_member,
    )


def _cap_tag(body: CapBody) -> str:
    """A cap is a value, or two while it is raised, so its ETag is that value."""
    raised = f"+{body.raised_by}" if body.raised_by else ""
    return f'"cap-{"none" if body.cap is None else body.cap}{raised}"'


def _cap_answer(body: CapBody) -> Response[Any]:
    return json_answer(200, body.model_dump_json(), {"ETag": _cap_tag(body)})


ROUTES = [
    get_me,
    list_members,
    add_member,
    change_member,
    remove_member,
    get_cap,
    put_cap,
]
