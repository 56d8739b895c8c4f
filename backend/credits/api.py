"""Routes of the ledger: balance, journal, lots, adjustments."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody
from sqlalchemy import Connection

from backend.credits import queries
from backend.credits.ledger import Order, apply_order
from backend.credits.queries import Standing, expiring
from backend.credits.state import Adjust
from backend.database import Database
from backend.errors import Forbidden, InvalidRequest
from backend.http import Limit, cursor_of, json_answer, read_cursor
from backend.instants import Instant, render
from backend.instants import render_or_none as rendered
from backend.workspaces.guards import opens
from backend.workspaces.policy import at_least
from backend.workspaces.principal import Principal
from backend.workspaces.queries import known_member
from shared_schemas.credits import (
    Adjustment,
    BalanceBody,
    Cycle,
    EntryBody,
    EntryList,
    Expiring,
    LotBody,
    LotList,
    OwnUse,
)
from shared_schemas.vocabulary import Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"


def balance_body(found: Standing) -> BalanceBody:
    """A pool's standing as the outside sees it."""
    pool = found.pool
    grants = found.policy.allotment(pool.plan, pool.seats) > 0 and not pool.cancelled
    return BalanceBody(
        policy=found.policy.id,
        plan=pool.plan,
        seats=pool.seats,
        cycle=Cycle(start=render(pool.cycle_start_at), end=render(pool.cycle_end_at)),
        granted=found.granted,
        used=found.used,
        held=pool.held,
        available=pool.available,
        expiring=[Expiring(credits=n, at=render(at)) for n, at in expiring(pool)],
        lots=[
            LotBody(
                id=found.lot_ids.get(lot.number, ""),
                source=lot.source.value,
                lot_class=lot.lot_class.value,
                earmark=lot.earmark,
                granted=lot.granted,
                remaining=lot.remaining,
                held=lot.held,
                effective_at=render(lot.effective_at),
                expires_at=rendered(lot.expires_at),
            )
            for lot in pool.lots
            if lot.remaining or lot.held
        ],
        me=OwnUse(cap=found.cap, used=found.used_by_member),
        runs_out_at=rendered(found.runs_out_at),
        next_refill_at=rendered(pool.cycle_end_at) if grants else None,
        cancelled=pool.cancelled,
    )


async def _whose(db: Database, principal: Principal, member_id: str | None) -> str:
    """Whose credits are asked for: one's own, or (managers) a member's."""
    if member_id is None or member_id == principal.member_id:
        return principal.member_id
    await db.read(lambda tx: known_member(tx, principal.workspace_id, member_id))
    if not at_least(principal.role, WorkspaceRole.MANAGER):
        raise Forbidden(
            "Only managers see other members' credits.", needed_role=WorkspaceRole.MANAGER.value
        )
    return member_id


@get(
    f"{W}/balance",
    opt=opens(Scope.CREDITS_READ, extension=True),
    responses={200: ResponseSpec(BalanceBody, description="As it stands now")},
    tags=["Credits"],
)
async def get_balance(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    member_id: FromQuery[str | None] = None,
) -> Response[Any]:
    """The pool that a member spends from, as it stands now."""
    whose = await _whose(db, principal, member_id)
    found = await db.read(
        lambda tx: queries.standing(
            tx, workspace_id=principal.workspace_id, member_id=whose, now=now
        )
    )
    return json_answer(200, balance_body(found).model_dump_json(by_alias=True))


@get(
    f"{W}/lots",
    opt=opens(Scope.CREDITS_READ),
    responses={200: ResponseSpec(LotList, description="Newest first")},
    tags=["Credits"],
)
async def list_lots(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    member_id: FromQuery[str | None] = None,
) -> Response[Any]:
    """All lots of the pool, newest first, the spent ones too."""
    whose = await _whose(db, principal, member_id)

    def look(tx: Connection) -> list[Any]:
        found = queries.standing(tx, workspace_id=principal.workspace_id, member_id=whose, now=now)
        return queries.lots_of(tx, workspace_id=principal.workspace_id, holder_id=found.holder_id)

    rows = await db.read(look)
    body = LotList(
        data=[
            LotBody(
                id=row.id,
                source=row.source,
                lot_class=row.lot_class,
                earmark=row.earmark,
                granted=row.granted,
                remaining=row.remaining,
                held=row.held,
                effective_at=render(row.effective_at),
                expires_at=rendered(row.expires_at),
            )
            for row in rows
        ]
    )
    return json_answer(200, body.model_dump_json(by_alias=True))


@get(
    f"{W}/ledger",
    opt=opens(Scope.CREDITS_READ),
    responses={200: ResponseSpec(EntryList, description="Newest first")},
    tags=["Credits"],
)
async def list_entries(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
    member_id: FromQuery[str | None] = None,
) -> Response[Any]:
    """The journal, newest first. Members see their own lines, managers and above all."""
    before = read_cursor(cursor, (int, str, int))
    sees_all = at_least(principal.role, WorkspaceRole.MANAGER)
    whose = await _whose(db, principal, member_id) if member_id or not sees_all else None
    rows = await db.read(
        lambda tx: queries.journal(
            tx,
            workspace_id=principal.workspace_id,
            holder_id=None,
            member_id=whose,
            limit=limit,
            before=(before[0], before[1], before[2]) if before else None,
        )
    )
    body = EntryList(data=[_entry_body(row) for row in rows[:limit]])
    if len(rows) > limit:
        last = rows[limit - 1]
        body.next_cursor = cursor_of(last.at, last.holder_id, last.seq)
    return json_answer(200, body.model_dump_json())


def _entry_body(row: Any) -> EntryBody:
    return EntryBody(
        id=row.id,
        seq=row.seq,
        kind=row.kind,
        amount=row.amount,
        balance_after=row.balance_after,
        held_after=row.held_after,
        action=row.action,
        contact_id=row.contact_id,
        member_id=row.member_id,
        campaign_id=row.campaign_id,
        source=row.source,
        reason=row.reason,
        rule=row.rule,
        receipt_id=row.id,
        at=render(row.at),
    )


@post(
    f"{W}/adjustments",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.OWNER),
    responses={201: ResponseSpec(BalanceBody, description="The balance after it")},
    tags=["Credits"],
)
async def adjust(
    data: JSONBody[Adjustment],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Correct a pool by hand; the reason stands in the journal for ever."""
    if data.credits == 0:
        raise InvalidRequest(
            "An adjustment changes something.", errors=[{"field": "credits", "message": "is 0"}]
        )
    whose = await _whose(db, principal, data.member_id)
    order = Order(
        principal.workspace_id, whose, Adjust(data.credits, data.reason), source="adjustment"
    )
    await db.together(principal.workspace_id, apply_order, order)
    found = await db.read(
        lambda tx: queries.standing(
            tx, workspace_id=principal.workspace_id, member_id=whose, now=now
        )
    )
    return json_answer(201, balance_body(found).model_dump_json(by_alias=True))


ROUTES = [get_balance, list_lots, list_entries, adjust]
