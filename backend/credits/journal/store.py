"""The ledger's statements: what a batch reads of pools, lots and holds, and how it writes them.

One statement a table, however many pools and orders a batch has.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update
from sqlalchemy.sql import bindparam

from backend.credits import engine
from backend.credits.journal.rows import hold_of, lot_of, lot_row, pool_of, pool_row
from backend.credits.journal.stored_policies import stored_policies
from backend.credits.policy import Policy
from backend.credits.rules.state import Hold, Lot, Pool
from backend.credits.tables import (
    CreditCap,
    CreditEntry,
    CreditEntryLot,
    CreditHold,
    CreditLot,
    CreditOnce,
    CreditPool,
)
from backend.database import table_of
from backend.ids import new_id
from backend.instants import Instant
from backend.statements import Statement, bind_keys, key_rows

_pool = table_of(CreditPool)
_lot = table_of(CreditLot)
_hold = table_of(CreditHold)
_entry = table_of(CreditEntry)
_entry_lot = table_of(CreditEntryLot)
_once = table_of(CreditOnce)
_cap = table_of(CreditCap)

Place = tuple[str, str]
"""A workspace's id and the id of something in it."""

PAID_ANALYSIS = "contact.analysis"

_rows, (_first, _second) = key_rows("workspace_id", "id")
_SELECT_POOLS = (
    select(_pool)
    .select_from(
        _rows.join(_pool, (_pool.c.workspace_id == _first) & (_pool.c.holder_id == _second))
    )
    .order_by(_pool.c.workspace_id, _pool.c.holder_id)
)
_POOLS = Statement(_SELECT_POOLS)
_LOCKED_POOLS = Statement(_SELECT_POOLS.with_for_update(of=_pool))
_LOTS = Statement(
    select(_lot).select_from(
        _rows.join(
            _lot,
            (_lot.c.workspace_id == _first)
            & (_lot.c.holder_id == _second)
            & (_lot.c.remaining + _lot.c.held > 0),
        )
    )
)
_HOLDS = Statement(
    select(_hold).select_from(
        _rows.join(_hold, (_hold.c.workspace_id == _first) & (_hold.c.id == _second))
    )
)
_OPEN_HOLDS = Statement(
    select(_hold).select_from(
        _rows.join(
            _hold,
            (_hold.c.workspace_id == _first)
            & (_hold.c.holder_id == _second)
            & (_hold.c.state == "open"),
        )
    )
)
_ONCE = Statement(
    select(_once).select_from(
        _rows.join(
            _once,
            (_once.c.workspace_id == _first)
            & (_once.c.scope == PAID_ANALYSIS)
            & (_once.c.key == _second),
        )
    )
)
_CAPS = Statement(
    select(_cap).select_from(
        _rows.join(_cap, (_cap.c.workspace_id == _first) & (_cap.c.member_id == _second))
    )
)
_SPENT = select(func.coalesce(-func.sum(_entry.c.amount), 0)).where(
    _entry.c.workspace_id == bindparam("w"),
    _entry.c.member_id == bindparam("m"),
    _entry.c.at >= bindparam("start"),
    _entry.c.kind.in_(["charge", "capture", "reverse"]),
)
_HELD_BY = select(func.coalesce(func.sum(_hold.c.quantity * _hold.c.unit_price), 0)).where(
    _hold.c.workspace_id == bindparam("w"),
    _hold.c.member_id == bindparam("m"),
    _hold.c.state == "open",
    _hold.c.expires_at > bindparam("now"),
)
_INSERT_LOTS = Statement(insert(_lot))
_INSERT_ENTRIES = Statement(insert(_entry))
_INSERT_ENTRY_LOTS = Statement(insert(_entry_lot))
_INSERT_HOLDS = Statement(insert(_hold))
_INSERT_ONCE = Statement(insert(_once))
_UPDATE_LOT = Statement(
    update(_lot)
    .where(
        _lot.c.workspace_id == bindparam("w"),
        _lot.c.holder_id == bindparam("h"),
        _lot.c.number == bindparam("n"),
    )
    .values(remaining=bindparam("r"), held=bindparam("x"), voided=bindparam("v"))
)
_UPDATE_HOLD = Statement(
    update(_hold)
    .where(_hold.c.workspace_id == bindparam("w"), _hold.c.id == bindparam("k"))
    .values(state=bindparam("s"))
)


@dataclass(slots=True)
class Account:
    """One pool of the batch, as it was and as it has become."""

    row: Any
    policy: Policy
    pool: Pool
    before: Pool
    was_due: bool
    holds: dict[str, Hold] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    placed: dict[str, dict[str, Any]] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    earliest_hold: Instant | None = None
    changed: bool = False


def read_pools(tx: Connection, members: Iterable[Place], *, locked: bool) -> list[Any]:
    """The pools of these (workspace, member) and of their workspaces, locked in sorted order."""
    wanted = set(members)
    places = wanted | {(workspace, workspace) for workspace, _ in wanted}
    if not places:
        return []
    return list((_LOCKED_POOLS if locked else _POOLS)(tx, bind_keys(places)))


def read_holds(tx: Connection, holds: Iterable[Place]) -> list[Any]:
    """The rows of these (workspace, hold)."""
    wanted = set(holds)
    return list(_HOLDS(tx, bind_keys(wanted))) if wanted else []


def read_paid(tx: Connection, contacts: Iterable[Place]) -> dict[Place, str]:
    """The receipts of those of these (workspace, contact) whose analysis has been paid."""
    wanted = set(contacts)
    if not wanted:
        return {}
    rows = _ONCE(tx, bind_keys(wanted))
    return {(row.workspace_id, row.key): row.receipt_id for row in rows}


def read_caps(tx: Connection, members: Iterable[Place], now: Instant) -> dict[Place, int]:
    """The caps of those of these (workspace, member) that have one, as raised for this cycle."""
    wanted = set(members)
    if not wanted:
        return {}
    return {
        (row.workspace_id, row.member_id): limit_of(row, now)
        for row in _CAPS(tx, bind_keys(wanted))
    }


def limit_of(row: Any, now: Instant) -> int:
    """What a cap's row allows in the cycle of `now`."""
    return int(row.cap + (row.raised_by if row.raised_until > now else 0))


def spent_by(tx: Connection, member: Place, since: Instant, now: Instant) -> int:
    """What a member has spent since an instant, with what is set aside for them now."""
    who = {"w": member[0], "m": member[1]}
    spent: int = tx.execute(_SPENT, {**who, "start": since}).scalar_one()
    held: int = tx.execute(_HELD_BY, {**who, "now": now}).scalar_one()
    return int(spent) + int(held)


def read_accounts(
    tx: Connection, rows: list[Any], now: Instant
) -> tuple[dict[Place, Account], dict[Place, Any]]:
    """The accounts of these pool rows, with their open lots; and the hold rows that are due.

    Open holds are read only of pools of which something is due: an expired hold must be settled.
    """
    if not rows:
        return {}, {}
    places = [(row.workspace_id, row.holder_id) for row in rows]
    lots: dict[Place, list[Lot]] = {}
    for row in _LOTS(tx, bind_keys(places)):
        lots.setdefault((row.workspace_id, row.holder_id), []).append(lot_of(row))
    due = [(row.workspace_id, row.holder_id) for row in rows if row.due_at <= now]
    hold_rows = list(_OPEN_HOLDS(tx, bind_keys(due))) if due else []
    holds: dict[Place, dict[str, Hold]] = {}
    for row in hold_rows:
        holds.setdefault((row.workspace_id, row.holder_id), {})[row.id] = hold_of(row)
    policies = stored_policies(tx, {row.policy_id for row in rows})
    accounts = {}
    for row, place in zip(rows, places, strict=True):
        mine = tuple(sorted(lots.get(place, ()), key=lambda lot: lot.number))
        open_holds = holds.get(place, {})
        pool = pool_of(row, mine, tuple(open_holds.values()))
        accounts[place] = Account(
            row, policies[row.policy_id], pool, pool, row.due_at <= now, open_holds
        )
    return accounts, {(row.workspace_id, row.id): row for row in hold_rows}


def insert_pool(tx: Connection, row: dict[str, Any]) -> Any:
    """Insert a pool; answers the row as it is stored."""
    tx.execute(insert(_pool), row)
    [stored] = _POOLS(tx, bind_keys([(row["workspace_id"], row["holder_id"])]))
    return stored


def due_pools(
    tx: Connection, now: Instant, limit: int, workspace_id: str | None = None
) -> list[Place]:
    """Pools (of one workspace) of which something is due, as (workspace, holder)."""
    query = select(_pool.c.workspace_id, _pool.c.holder_id).where(_pool.c.due_at <= now)
    if workspace_id is not None:
        query = query.where(_pool.c.workspace_id == workspace_id)
    rows = tx.execute(query.order_by(_pool.c.workspace_id, _pool.c.holder_id).limit(limit))
    return [(row.workspace_id, row.holder_id) for row in rows]


def set_cap(tx: Connection, *, workspace_id: str, member_id: str, cap: int | None) -> None:
    """Bound what a member may spend in a cycle; None lifts the bound.

    What was allowed on top for the current cycle ends: the new bound counts at once.
    """
    tx.execute(
        delete(_cap).where(_cap.c.workspace_id == workspace_id, _cap.c.member_id == member_id)
    )
    if cap is not None:
        tx.execute(
            insert(_cap),
            {"workspace_id": workspace_id, "member_id": member_id, "cap": cap, "version": 1},
        )
    _count_caps(tx, workspace_id)


def raise_cap(
    tx: Connection, *, workspace_id: str, member_id: str, credits: int, until: Instant
) -> bool:
    """Let a member spend `credits` more until `until`; False for somebody without a cap."""
    mine = (_cap.c.workspace_id == workspace_id) & (_cap.c.member_id == member_id)
    so_far = case((_cap.c.raised_until == until, _cap.c.raised_by), else_=0)
    done = tx.execute(
        update(_cap)
        .where(mine)
        .values(raised_by=so_far + credits, raised_until=until, version=_cap.c.version + 1)
    )
    return done.rowcount == 1


def set_alerts(tx: Connection, *, workspace_id: str, thresholds: str) -> None:
    """Have the workspace's pools know at how many percent it is warned."""
    tx.execute(update(_pool).where(_pool.c.workspace_id == workspace_id).values(alerts=thresholds))


def _count_caps(tx: Connection, workspace_id: str) -> None:
    """Have the workspace's pools know how many caps there are."""
    count = select(func.count()).where(_cap.c.workspace_id == workspace_id).scalar_subquery()
    tx.execute(update(_pool).where(_pool.c.workspace_id == workspace_id).values(caps=count))


def save(
    tx: Connection, accounts: Iterable[Account], once: list[dict[str, Any]], now: Instant
) -> None:
    """Write all that changed of these accounts, one statement a table."""
    changed = [account for account in accounts if account.changed]
    if not changed:
        return
    _save_lots(tx, changed, now)
    _save_holds(tx, changed)
    entries = [row for account in changed for row in account.entries]
    if entries:
        _INSERT_ENTRIES.many(tx, entries)
    moves = [row for account in changed for row in account.moves]
    if moves:
        _INSERT_ENTRY_LOTS.many(tx, moves)
    if once:
        _INSERT_ONCE.many(tx, once)
    _UPDATE_POOL.many(tx, [_pool_update(account) for account in changed])


def _save_lots(tx: Connection, changed: list[Account], now: Instant) -> None:
    added, updated = [], []
    for account in changed:
        workspace_id, holder_id = account.row.workspace_id, account.row.holder_id
        before = {lot.number: lot for lot in account.before.lots}
        now_open = {lot.number: lot for lot in account.pool.lots}
        for lot in account.pool.lots:
            if lot.number not in before:
                added.append(lot_row(workspace_id, holder_id, lot, new_id("lot", now)))
        for number, lot in before.items():
            current = now_open.get(number) or replace(lot, remaining=0, held=0)
            if current is not lot:
                updated.append(
                    {
                        "w": workspace_id,
                        "h": holder_id,
                        "n": number,
                        "r": current.remaining,
                        "x": current.held,
                        "v": current.voided,
                    }
                )
    if added:
        _INSERT_LOTS.many(tx, added)
    if updated:
        _UPDATE_LOT.many(tx, updated)


def _save_holds(tx: Connection, changed: list[Account]) -> None:
    placed: list[dict[str, Any]] = []
    closed: list[dict[str, Any]] = []
    for account in changed:
        for hold_id, row in account.placed.items():
            placed.append({**row, "state": account.closed.pop(hold_id, "open")})
        closed.extend(
            {"w": account.row.workspace_id, "k": hold_id, "s": state}
            for hold_id, state in account.closed.items()
        )
    if placed:
        _INSERT_HOLDS.many(tx, placed)
    if closed:
        _UPDATE_HOLD.many(tx, closed)


def _pool_update(account: Account) -> dict[str, Any]:
    """The pool's new row. Its `due_at` may be too early, which costs a look, but never late."""
    pool = account.pool
    due = engine.due_at(pool, account.policy)
    if not account.was_due:
        due = min(due, account.row.due_at)
    if account.earliest_hold is not None:
        due = min(due, account.earliest_hold)
    row = {**pool_row(pool, pool.balance, pool.held, due), "policy_id": account.policy.id}
    return {
        **{f"new_{name}": value for name, value in row.items()},
        "w": account.row.workspace_id,
        "h": account.row.holder_id,
    }


_POOL_COLUMNS = (
    "policy_id",
    "plan",
    "seats",
    "cycle",
    "cycle_start_at",
    "cycle_end_at",
    "balance",
    "held",
    "seq",
    "next_lot",
    "due_at",
    "touched_at",
    "cancelled",
    "trial_used",
    "pending_plan",
    "pending_seats",
    "granted_this_cycle",
    "earmarked_this_cycle",
    "largest_allotment_this_cycle",
)
_UPDATE_POOL = Statement(
    update(_pool)
    .where(_pool.c.workspace_id == bindparam("w"), _pool.c.holder_id == bindparam("h"))
    .values({name: bindparam(f"new_{name}") for name in _POOL_COLUMNS})
)
