"""Routes of requests for credits: a member asks, a manager approves or rejects."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection

from backend.credits import asking
from backend.database import Database
from backend.errors import InvalidRequest
from backend.http import Limit, cursor_of, json_answer, read_cursor
from backend.instants import Instant, render, render_or_none
from backend.workspaces import actions as workspaces
from backend.workspaces.guards import opens
from backend.workspaces.policy import at_least
from backend.workspaces.principal import Principal
from backend.workspaces.queries import member_names
from shared_schemas.credits import (
    AskForCredits,
    CreditRequestBody,
    CreditRequestList,
    DecideRequest,
)
from shared_schemas.shapes import Named
from shared_schemas.vocabulary import Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"
_STATES = (asking.PENDING, asking.APPROVED, asking.REJECTED)


@post(
    f"{W}/credit-requests",
    opt=opens(Scope.ANALYSES_WRITE, role=WorkspaceRole.MEMBER, extension=True),
    responses={201: ResponseSpec(CreditRequestBody, description="Waits for a manager")},
    tags=["Credits"],
)
async def ask_for_credits(
    data: JSONBody[AskForCredits],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Ask a manager to raise one's cap for this cycle."""

    def do(tx: Connection) -> CreditRequestBody:
        row = asking.ask_for_credits(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            credits=data.credits,
            note=data.note or None,
            now=now,
        )
        return _bodies(tx, [row])[0]

    body = await db.write(do, lane=principal.workspace_id)
    return json_answer(201, body.model_dump_json())


@get(
    f"{W}/credit-requests",
    opt=opens(Scope.CREDITS_READ, extension=True),
    responses={200: ResponseSpec(CreditRequestList, description="Newest first")},
    tags=["Credits"],
)
async def list_requests(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
) -> Response[Any]:
    """Requests, newest first. Members see their own, managers and above all."""
    if status is not None and status not in _STATES:
        raise InvalidRequest(
            f"A status is one of {', '.join(_STATES)}.",
            errors=[{"field": "status", "message": "unknown"}],
        )
    before = read_cursor(cursor, (int, str))
    sees_all = at_least(principal.role, WorkspaceRole.MANAGER)

    def look(tx: Connection) -> CreditRequestList:
        rows = asking.requests_page(
            tx,
            workspace_id=principal.workspace_id,
            member_id=None if sees_all else principal.member_id,
            status=status,
            limit=limit,
            before=(before[0], before[1]) if before else None,
        )
        body = CreditRequestList(data=_bodies(tx, rows[:limit]))
        if len(rows) > limit:
            body.next_cursor = cursor_of(rows[limit - 1].created_at, rows[limit - 1].id)
        return body

    return json_answer(200, (await db.read(look)).model_dump_json())


@post(
    f"{W}/credit-requests/{{request_id:str}}/approve",
    opt={
        **opens(Scope.WORKSPACE_READ, role=WorkspaceRole.MANAGER),
        "optional_body": True,
    },
    status_code=200,
    responses={200: ResponseSpec(CreditRequestBody, description="The cap is raised")},
    tags=["Credits"],
)
async def approve_request(
    request_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    data: JSONBody[DecideRequest | None] = None,
) -> Response[Any]:
    """Raise the member's cap until their cycle ends; no credit is made by it."""
    credits = data.credits if data else None
    return await _decide(db, principal, request_id, approve=True, credits=credits, now=now)


@post(
    f"{W}/credit-requests/{{request_id:str}}/reject",
    opt={
        **opens(Scope.WORKSPACE_READ, role=WorkspaceRole.MANAGER),
        "optional_body": True,
    },
    status_code=200,
    responses={200: ResponseSpec(CreditRequestBody, description="Nothing changes")},
    tags=["Credits"],
)
async def reject_request(
    request_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Leave the cap as it is."""
    return await _decide(db, principal, request_id, approve=False, credits=None, now=now)


async def _decide(
    db: Database,
    principal: Principal,
    request_id: str,
    *,
    approve: bool,
    credits: int | None,
    now: Instant,
) -> Response[Any]:
    def do(tx: Connection) -> CreditRequestBody:
        row = asking.decide(
            tx,
            workspace_id=principal.workspace_id,
            request_id=request_id,
            by=principal.member_id,
            approve=approve,
            credits=credits,
            now=now,
        )
        workspaces.note(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            action=f"credit_request.{row.status}",
            subject=request_id,
            now=now,
            member=row.member_id,
            credits=row.approved,
        )
        return _bodies(tx, [row])[0]

    body = await db.write(do, lane=principal.workspace_id)
    return json_answer(200, body.model_dump_json())


def _bodies(tx: Connection, rows: list[Any]) -> list[CreditRequestBody]:
    people = {(row.workspace_id, row.member_id) for row in rows}
    people |= {(row.workspace_id, row.decided_by) for row in rows if row.decided_by}
    names = member_names(tx, people)

    def named(row: Any, member_id: str) -> Named:
        return Named(id=member_id, name=names.get((row.workspace_id, member_id)))

    return [
        CreditRequestBody(
            id=row.id,
            member=named(row, row.member_id),
            credits=row.credits,
            note=row.note,
            status=row.status,
            created_at=render(row.created_at),
            decided_at=render_or_none(row.decided_at),
            decided_by=named(row, row.decided_by) if row.decided_by else None,
            approved=row.approved,
            raised_until=render_or_none(row.raised_until),
        )
        for row in rows
    ]


ROUTES = [ask_for_credits, list_requests, approve_request, reject_request]
