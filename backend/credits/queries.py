"""Looks at the ledger: balance, journal, lots and receipts. Nothing here is locked or stored."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, select

from backend.credits.journal import versions
from backend.credits.journal.rows import hold_of, lot_of, pool_of
from backend.credits.journal.stored_policies import stored_policies
from backend.credits.policy import Policy
from backend.credits.rules.forecast import PACE_DAYS, Pace, runs_out_at
from backend.credits.rules.state import EntryKind, Pool
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
    pace: Pace
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
    turning = [policy] if pool.cycle_end_at <= now else []
    newer = versions.newer_versions(tx, turning).get(policy.id, []) if turning else []
    stages = versions.settle(pool, policy, newer, now)
    policy, pool = stages[-1][0], stages[-1][1].pool
    granted, used = _of_cycle(tx, workspace_id, row.holder_id, pool)
    # What this look has settled in memory does not stand in the journal yet.
    granted += sum(
        entry.amount
        for _, settled in stages
        for entry in settled.entries
        if entry.kind is EntryKind.GRANT and entry.at >= pool.cycle_start_at
    )
    cap = cap_of(tx, workspace_id, member_id, now).limit
    mine_used = _used_by(tx, workspace_id, member_id, pool)
    pace = _pace(tx, workspace_id, row.holder_id, pool, now)
    return Standing(
        row.holder_id,
        pool,
        policy,
        {each.number: each.id for each in lots},
        granted,
        used,
        cap,
        mine_used,
        pace,
        runs_out_at(pool, policy, pace, now),
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


def _pace(tx: Connection, workspace_id: str, holder_id: str, pool: Pool, now: Instant) -> Pace:
    """How fast a pool was spent of late: in 28 days, or since it was opened."""
    since = max(now - PACE_DAYS * DAY, pool.anchor_at)
    rows = tx.execute(
        select(_entry.c.kind, func.sum(_entry.c.amount).label("amount"))
        .where(
            _entry.c.workspace_id == workspace_id,
            _entry.c.holder_id == holder_id,
            _entry.c.at > now - PACE_DAYS * DAY,
            _entry.c.kind.in_([*_SPENDING, "refund"]),
        )
        .group_by(_entry.c.kind)
    )
    sums = {str(row.kind): int(row.amount) for row in rows}
    spent = -sum(sums.get(kind, 0) for kind in _SPENDING)
    # Less than a day tells no pace yet.
    return Pace(max(0, spent), max(now - since, DAY), sums.get("refund", 0))


def expiring(pool: Pool) -> list[tuple[int, Instant]]:
    """Free credits by the instant at which they end, soonest first."""
    by_instant: dict[Instant, int] = {}
    for lot in pool.lots:
        if lot.remaining and lot.expires_at < NEVER:
            by_instant[lot.expires_at] = by_instant.get(lot.expires_at, 0) + lot.remaining
    return [(credits, at) for at, credits in sorted(by_instant.items())]


def lots_page(
    tx: Connection, *, workspace_id: str, holder_id: str, limit: int, before: int | None
) -> list[Any]:
    """Lots of a pool, newest first, the empty ones too; one more than `limit` if there are."""
    query = select(_lot).where(_lot.c.workspace_id == workspace_id, _lot.c.holder_id == holder_id)
    if before is not None:
        query = query.where(_lot.c.number < before)
    return list(tx.execute(query.order_by(_lot.c.number.desc()).limit(limit + 1)))


def anything_due(tx: Connection, workspace_id: str, now: Instant) -> bool:
    """Whether something of the workspace's pools is due that nobody has settled yet."""
    due = select(_pool.c.holder_id).where(
        _pool.c.workspace_id == workspace_id, _pool.c.due_at <= now
    )
    return tx.execute(due.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which journal lines are asked for; None (or no kind) leaves that open.

    `after` is inclusive and `until` exclusive, so that two neighbouring spans share no line.
    """

    member_id: str | None = None
    kinds: tuple[str, ...] = ()
    contact_id: str | None = None
    campaign_id: str | None = None
    action: str | None = None
    source: str | None = None
    after: Instant | None = None
    until: Instant | None = None


def journal(
    tx: Connection,
    *,
    workspace_id: str,
    wanted: Wanted,
    limit: int,
    before: tuple[int, str, int] | None,
) -> list[Any]:
    """Journal lines, newest first; one more than `limit` where there are more."""
    query = select(_entry).where(_entry.c.workspace_id == workspace_id)
    for name in ("member_id", "contact_id", "campaign_id", "action", "source"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(_entry.c[name] == value)
    if wanted.kinds:
        query = query.where(_entry.c.kind.in_(wanted.kinds))
    if wanted.after is not None:
        query = query.where(_entry.c.at >= wanted.after)
    if wanted.until is not None:
        query = query.where(_entry.c.at < wanted.until)
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
    """One journal line with the lots that it moved, and the other lines about its hold."""

    entry: Any
    lots: list[Any]
    related: list[Any]


def receipt(tx: Connection, *, workspace_id: str, receipt_id: str) -> Receipt | None:
    """The journal line of this receipt."""
    entry = tx.execute(
        select(_entry).where(_entry.c.workspace_id == workspace_id, _entry.c.id == receipt_id)
    ).one_or_none()
    if entry is None:
        return None
    moved = tx.execute(
        select(
            _lot.c.id,
            _lot.c.source,
            _lot.c.expires_at,
            _entry_lot.c.free,
            _entry_lot.c.held,
        )
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
    return Receipt(entry, list(moved), _related(tx, entry))


def _related(tx: Connection, entry: Any) -> list[Any]:
    """What else the journal says of the hold of a line: how it was placed, how it ended."""
    if entry.hold_id is None:
        return []
    hold = tx.execute(
        select(_hold.c.placed_at, _hold.c.expires_at).where(
            _hold.c.workspace_id == entry.workspace_id, _hold.c.id == entry.hold_id
        )
    ).one_or_none()
    if hold is None:
        return []
    return list(
        tx.execute(
            select(_entry)
            .where(
                _entry.c.workspace_id == entry.workspace_id,
                _entry.c.holder_id == entry.holder_id,
                # Only the lines of its life are looked at, by the index on time.
                _entry.c.at >= hold.placed_at,
                _entry.c.at <= hold.expires_at,
                _entry.c.hold_id == entry.hold_id,
                _entry.c.seq != entry.seq,
            )
            .order_by(_entry.c.seq)
            .limit(10)
        )
    )
