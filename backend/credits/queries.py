"""Looks at the ledger: balance, journal, lots and receipts. Nothing here is locked or stored."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select

from backend.credits import engine
from backend.credits.policy import Policy
from backend.credits.rows import hold_of, lot_of, pool_of
from backend.credits.state import Facts, Pool, Settle
from backend.credits.stored_policies import stored_policies
from backend.credits.tables import CreditCap, CreditEntry, CreditEntryLot, CreditHold, CreditLot
from backend.credits.tables import CreditPool as PoolTable
from backend.database import table_of
from backend.instants import DAY, NEVER, Instant

_pool = table_of(PoolTable)
_lot = table_of(CreditLot)
_hold = table_of(CreditHold)
_entry = table_of(CreditEntry)
_entry_lot = table_of(CreditEntryLot)
_cap = table_of(CreditCap)

_SPENDING = ("charge", "capture", "reverse")


@dataclass(frozen=True, slots=True)
class Standing:
    """A pool as it stands now, what is due settled in memory; `lot_ids` by lot number."""

    holder_id: str
    pool: Pool
    policy: Policy
    lot_ids: dict[int, str]
    granted: int
    used: int
    cap: int | None
    used_by_member: int
    runs_out_at: Instant | None


def standing(tx: Connection, *, workspace_id: str, member_id: str, now: Instant) -> Standing:
    """The pool that a member spends from, as it stands at `now`."""
    rows = tx.execute(
        select(_pool).where(
            _pool.c.workspace_id == workspace_id, _pool.c.holder_id.in_([workspace_id, member_id])
        )
    ).all()
    row = next((each for each in rows if each.holder_id == member_id), rows[0])
    policy = stored_policies(tx, [row.policy_id])[row.policy_id]
    mine = (_lot.c.workspace_id == workspace_id) & (_lot.c.holder_id == row.holder_id)
    lots = tx.execute(
        select(_lot).where(mine, _lot.c.remaining + _lot.c.held > 0).order_by(_lot.c.number)
    ).all()
    holds = tx.execute(
        select(_hold).where(
            _hold.c.workspace_id == workspace_id,
            _hold.c.holder_id == row.holder_id,
            _hold.c.state == "open",
        )
    )
    pool = pool_of(
        row, tuple(lot_of(each) for each in lots), tuple(hold_of(each) for each in holds)
    )
    pool = engine.apply(pool, Settle(), Facts(), policy, now).pool
    granted, used = _of_cycle(tx, workspace_id, row.holder_id, pool)
    cap = cap_of(tx, workspace_id, member_id, now).limit
    mine_used = _used_by(tx, workspace_id, member_id, pool)
    return Standing(
        row.holder_id,
        pool,
        policy,
        {each.number: each.id for each in lots},
        granted,
        used,
        cap,
        mine_used,
        _runs_out(tx, workspace_id, row.holder_id, pool, now),
    )


def policies_in_use(tx: Connection, workspace_id: str) -> list[Policy]:
    """The policies that the workspace's pools go by, as they are stored."""
    mine = select(_pool.c.policy_id).where(_pool.c.workspace_id == workspace_id).distinct()
    return list(stored_policies(tx, tx.execute(mine).scalars()).values())


def _of_cycle(tx: Connection, workspace_id: str, holder_id: str, pool: Pool) -> tuple[int, int]:
    """What was granted and what was spent in the pool's current cycle."""
    rows = tx.execute(
        select(_entry.c.kind, func.sum(_entry.c.amount))
        .where(
            _entry.c.workspace_id == workspace_id,
            _entry.c.holder_id == holder_id,
            _entry.c.at >= pool.cycle_start_at,
            _entry.c.kind.in_(["grant", *_SPENDING]),
        )
        .group_by(_entry.c.kind)
    )
    sums: dict[str, int] = {str(row[0]): int(row[1]) for row in rows}
    return sums.get("grant", 0), -sum(sums.get(kind, 0) for kind in _SPENDING)


@dataclass(frozen=True, slots=True)
class Cap:
    """How much a member may spend in a cycle (None: any number), and what is added to this one."""

    cap: int | None
    raised_by: int = 0
    raised_until: Instant | None = None

    @property
    def limit(self) -> int | None:
        """What counts now."""
        return None if self.cap is None else self.cap + self.raised_by


def cap_of(tx: Connection, workspace_id: str, member_id: str, now: Instant) -> Cap:
    """A member's cap as it stands at `now`."""
    row = tx.execute(
        select(_cap).where(_cap.c.workspace_id == workspace_id, _cap.c.member_id == member_id)
    ).one_or_none()
    if row is None:
        return Cap(None)
    if row.raised_by == 0 or row.raised_until <= now:
        return Cap(row.cap)
    return Cap(row.cap, row.raised_by, row.raised_until)


def _used_by(tx: Connection, workspace_id: str, member_id: str, pool: Pool) -> int:
    """What a member has spent in the pool's current cycle."""
    used: int = tx.execute(
        select(func.coalesce(-func.sum(_entry.c.amount), 0)).where(
            _entry.c.workspace_id == workspace_id,
            _entry.c.member_id == member_id,
            _entry.c.at >= pool.cycle_start_at,
            _entry.c.kind.in_(_SPENDING),
        )
    ).scalar_one()
    return int(used)


def _runs_out(
    tx: Connection, workspace_id: str, holder_id: str, pool: Pool, now: Instant
) -> Instant | None:
    """When free credits end at the pace of 28 days; None when they outlast the cycle."""
    spent: int = tx.execute(
        select(func.coalesce(-func.sum(_entry.c.amount), 0)).where(
            _entry.c.workspace_id == workspace_id,
            _entry.c.holder_id == holder_id,
            _entry.c.at > now - 28 * DAY,
            _entry.c.kind.in_(_SPENDING),
        )
    ).scalar_one()
    since = max(now - 28 * DAY, pool.anchor_at)
    if spent <= 0 or now <= since:
        return None
    # Less than a day tells no pace yet.
    span = max(now - since, DAY)
    ends_at = now + pool.available * span // int(spent)
    return int(ends_at) if ends_at < pool.cycle_end_at else None


def expiring(pool: Pool) -> list[tuple[int, Instant]]:
    """Free credits by the instant at which they end, soonest first."""
    by_instant: dict[Instant, int] = {}
    for lot in pool.lots:
        if lot.remaining and lot.expires_at < NEVER:
            by_instant[lot.expires_at] = by_instant.get(lot.expires_at, 0) + lot.remaining
    return [(credits, at) for at, credits in sorted(by_instant.items())]


def lots_of(tx: Connection, *, workspace_id: str, holder_id: str) -> list[Any]:
    """All lots of a pool, newest first, the empty ones too."""
    return list(
        tx.execute(
            select(_lot)
            .where(_lot.c.workspace_id == workspace_id, _lot.c.holder_id == holder_id)
            .order_by(_lot.c.number.desc())
            .limit(1000)
        )
    )


def journal(
    tx: Connection,
    *,
    workspace_id: str,
    holder_id: str | None,
    member_id: str | None,
    limit: int,
    before: tuple[int, str, int] | None,
) -> list[Any]:
    """Journal lines, newest first: of one pool, of what one member did, or (both None) of all."""
    query = select(_entry).where(_entry.c.workspace_id == workspace_id)
    if holder_id is not None:
        query = query.where(_entry.c.holder_id == holder_id)
    if member_id is not None:
        query = query.where(_entry.c.member_id == member_id)
    if before is not None:
        at, holder, seq = before
        query = query.where(
            (_entry.c.at < at)
            | and_(_entry.c.at == at, _entry.c.holder_id < holder)
            | and_(_entry.c.at == at, _entry.c.holder_id == holder, _entry.c.seq < seq)
        )
    order = (_entry.c.at.desc(), _entry.c.holder_id.desc(), _entry.c.seq.desc())
    return list(tx.execute(query.order_by(*order).limit(limit + 1)))


@dataclass(frozen=True, slots=True)
class Receipt:
    """One journal line with the lots that it moved: (lot id, source, free, held)."""

    entry: Any
    lots: list[tuple[str, str, int, int]]


def receipt(tx: Connection, *, workspace_id: str, receipt_id: str) -> Receipt | None:
    """The journal line of this receipt."""
    entry = tx.execute(
        select(_entry).where(_entry.c.workspace_id == workspace_id, _entry.c.id == receipt_id)
    ).one_or_none()
    if entry is None:
        return None
    moved = tx.execute(
        select(_lot.c.id, _lot.c.source, _entry_lot.c.free, _entry_lot.c.held)
        .select_from(
            _entry_lot.join(
                _lot,
                and_(
                    _lot.c.workspace_id == _entry_lot.c.workspace_id,
                    _lot.c.holder_id == _entry_lot.c.holder_id,
                    _lot.c.number == _entry_lot.c.lot,
                ),
            )
        )
        .where(
            _entry_lot.c.workspace_id == workspace_id,
            _entry_lot.c.holder_id == entry.holder_id,
            _entry_lot.c.seq == entry.seq,
        )
        .order_by(_entry_lot.c.lot)
    )
    return Receipt(entry, [(row.id, row.source, row.free, row.held) for row in moved])
