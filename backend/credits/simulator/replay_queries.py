"""What a workspace's journal tells of use, in pages: what is played under another policy."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, func, or_, select

from backend.credits.simulator.replay import TOLD, Used
from backend.credits.tables import CreditEntry, CreditPool
from backend.database import table_of
from backend.instants import Instant, from_datetime, to_datetime
from backend.workspaces.queries import members_of

_entry = table_of(CreditEntry)
_pool = table_of(CreditPool)

Place = tuple[Instant, str, int]
_ORDER = (_entry.c.at, _entry.c.holder_id, _entry.c.seq)


@dataclass(frozen=True, slots=True)
class History:
    """The window of a replay, and what the workspace's credits go by now."""

    workspace_id: str
    start: Instant
    end: Instant
    zone: str
    anchor_day: int
    seats: int
    members: dict[str, Instant]


def history(tx: Connection, workspace_id: str, *, months: int, now: Instant) -> History:
    """The last `months` months of a workspace, or as many as there were."""
    first = tx.execute(
        select(_pool)
        .where(_pool.c.workspace_id == workspace_id)
        .order_by(_pool.c.anchor_at, _pool.c.holder_id)
        .limit(1)
    ).one()
    start = max(first.anchor_at, _months_before(now, months, first.zone))
    members = {
        member.id: max(start, min(now, member.created_at))
        for member in members_of(tx, workspace_id)
    }
    return History(workspace_id, start, now, first.zone, first.anchor_day, first.seats, members)


def used_lines(
    tx: Connection, of: History, *, after: Place | None, limit: int
) -> tuple[Sequence[Used], Place | None]:
    """A page of the lines that tell of use, in time order, and where the next one begins."""
    query = select(_entry).where(
        _entry.c.workspace_id == of.workspace_id,
        _entry.c.at >= of.start,
        _entry.c.at <= of.end,
        _entry.c.kind.in_(TOLD),
    )
    if after is not None:
        at, holder, seq = after
        query = query.where(
            or_(
                _entry.c.at > at,
                and_(_entry.c.at == at, _entry.c.holder_id > holder),
                and_(_entry.c.at == at, _entry.c.holder_id == holder, _entry.c.seq > seq),
            )
        )
    rows = tx.execute(query.order_by(*_ORDER).limit(limit)).all()
    lines = [
        Used(
            row.at,
            row.member_id,
            row.kind,
            row.action,
            row.quantity,
            row.contact_id,
            row.thread,
            row.reason,
            row.id,
        )
        for row in rows
    ]
    last = rows[-1] if len(rows) == limit else None
    return lines, (last.at, last.holder_id, last.seq) if last is not None else None


def actual(tx: Connection, of: History) -> dict[str, int]:
    """What the journal itself says of the window, by kind of line, as positive numbers."""
    rows = tx.execute(
        select(_entry.c.kind, func.sum(_entry.c.amount))
        .where(
            _entry.c.workspace_id == of.workspace_id,
            _entry.c.at >= of.start,
            _entry.c.at <= of.end,
        )
        .group_by(_entry.c.kind)
    )
    sums = {str(row[0]): int(row[1]) for row in rows}
    return {
        "granted": sums.get("grant", 0),
        "charged": -sums.get("charge", 0) - sums.get("capture", 0),
        "refunded": sums.get("refund", 0) + sums.get("reverse", 0),
        "expired": -sums.get("expire", 0),
        "forfeited": -sums.get("forfeit", 0),
    }


def _months_before(now: Instant, months: int, zone: str) -> Instant:
    """The same local day and time some months ago, the day clamped."""
    local = to_datetime(now).astimezone(ZoneInfo(zone))
    count = local.year * 12 + local.month - 1 - months
    year, month = divmod(count, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return from_datetime(local.replace(year=year, month=month + 1, day=day, fold=0))
