"""Routes of the ledger: balance, journal, lots, adjustments."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody, QueryParameter
from sqlalchemy import Connection

from backend.credits import queries
from backend.credits.ledger import Order, apply_order, settle_due
from backend.credits.queries import Standing, Wanted, expiring
from backend.credits.rules.forecast import Pace, effective_credits
from backend.credits.rules.state import Adjust, EntryKind
from backend.database import Database
from backend.errors import Forbidden, InvalidRequest
from backend.http import Limit, Search, cursor_of, json_answer, read_cursor
from backend.instants import DAY, Instant, parse, render
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
    PaceBody,
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
            _lot_body(found.lot_ids.get(lot.number, ""), lot)
            for lot in pool.lots
            if lot.remaining or lot.held
        ],
        me=OwnUse(cap=found.cap, used=found.used_by_member),
        pace=pace_body(found.pace),
        effective_credits=effective_credits(pool.available, found.pace.refund_rate),
        runs_out_at=rendered(found.runs_out_at),
        next_refill_at=rendered(pool.cycle_end_at) if grants else None,
        cancelled=pool.cancelled,
    )


def pace_body(pace: Pace) -> PaceBody:
    """How fast credits go."""
    return PaceBody(
        per_day=pace.per_day,
        days=round(pace.span / DAY, 2),
        refund_rate=round(pace.refund_rate, 4),
    )


def _lot_body(lot_id: str, lot: Any) -> LotBody:
    """A lot of the engine's, or a row of one."""
    return LotBody(
        id=lot_id,
        source=str(lot.source),
        lot_class=str(lot.lot_class),
        earmark=lot.earmark,
        granted=lot.granted,
        remaining=lot.remaining,
        held=lot.held,
        effective_at=render(lot.effective_at),
        expires_at=rendered(lot.expires_at),
    )


async def settled(db: Database, workspace_id: str, now: Instant) -> None:
    """Have what is due written down before the journal is read.

    The balance counts it whether or not a sweep came by; the journal must not say otherwise.
    """
    if await db.read(lambda tx: queries.anything_due(tx, workspace_id, now)):
        await db.write(
            lambda tx: settle_due(tx, now, workspace_id=workspace_id), lane=workspace_id
        )


async def whose_pool(db: Database, principal: Principal, member_id: str | None) -> str:
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
    whose = await whose_pool(db, principal, member_id)
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
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
    member_id: FromQuery[str | None] = None,
) -> Response[Any]:
    """The lots of the pool, newest first, the spent ones too."""
    before = read_cursor(cursor, (int,))
    whose = await whose_pool(db, principal, member_id)
    await settled(db, principal.workspace_id, now)

    def look(tx: Connection) -> list[Any]:
        found = queries.standing(tx, workspace_id=principal.workspace_id, member_id=whose, now=now)
        return queries.lots_page(
            tx,
            workspace_id=principal.workspace_id,
            holder_id=found.holder_id,
            limit=limit,
            before=before[0] if before else None,
        )

    rows = await db.read(look)
    body = LotList(data=[_lot_body(row.id, row) for row in rows[:limit]])
    if len(rows) > limit:
        body.next_cursor = cursor_of(rows[limit - 1].number)
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
    now: NamedDependency[Instant],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
    member_id: FromQuery[str | None] = None,
    kind: Search = None,
    contact_id: Search = None,
    campaign_id: Search = None,
    action: Search = None,
    source: Search = None,
    after: Annotated[str | None, QueryParameter(name="from", max_length=40)] = None,
    until: Annotated[str | None, QueryParameter(name="to", max_length=40)] = None,
) -> Response[Any]:
    """The journal, newest first. Members see their own lines, managers and above all.

    `kind` may name several, with commas. `from` is inclusive, `to` exclusive.
    """
    before = read_cursor(cursor, (int, str, int))
    sees_all = at_least(principal.role, WorkspaceRole.MANAGER)
    whose = await whose_pool(db, principal, member_id) if member_id or not sees_all else None
    wanted = Wanted(
        whose,
        _kinds(kind),
        contact_id,
        campaign_id,
        action,
        source,
        read_instant("from", after),
        read_instant("to", until),
    )
    await settled(db, principal.workspace_id, now)
    rows = await db.read(
        lambda tx: queries.journal(
            tx,
            workspace_id=principal.workspace_id,
            wanted=wanted,
            limit=limit,
            before=(before[0], before[1], before[2]) if before else None,
        )
    )
    body = EntryList(data=[_entry_body(row) for row in rows[:limit]])
    if len(rows) > limit:
        last = rows[limit - 1]
        body.next_cursor = cursor_of(last.at, last.holder_id, last.seq)
    return json_answer(200, body.model_dump_json())


def _kinds(text: str | None) -> tuple[str, ...]:
    """The kinds of journal lines that are named, with commas between them."""
    if text is None:
        return ()
    named = tuple(text.split(","))
    if not set(named) <= set(EntryKind):
        raise InvalidRequest(
            f"A kind is one of {', '.join(EntryKind)}.",
            errors=[{"field": "kind", "message": "unknown"}],
        )
    return named


def read_instant(name: str, text: str | None) -> Instant | None:
    """The instant of a query's parameter."""
    if text is None:
        return None
    try:
        # In a query a plus sign stands for a space: an offset east of Greenwich often comes so.
        return parse(text.replace(" ", "+"))
    except (ValueError, OverflowError):
        raise InvalidRequest(
            f"`{name}` is an RFC 3339 instant with its offset, such as 2026-03-01T00:00:00Z.",
            errors=[{"field": name, "message": "not an instant"}],
        ) from None


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
    whose = await whose_pool(db, principal, data.member_id)
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
