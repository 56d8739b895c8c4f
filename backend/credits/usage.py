"""What was used, month by month: one grouped statement over the journal, whatever its length.

Months are those of the workspace's calendar. Their boundaries are computed here and passed as
instants, so that no database has to know of time zones. No other domain is joined: an entry
carries who, what, from where and for which campaign.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, case, func, select

from backend.credits.rules.calendar import month_start
from backend.credits.rules.state import EntryKind
from backend.credits.tables import CreditEntry
from backend.database import table_of
from backend.instants import Instant, to_datetime

_entry = table_of(CreditEntry)

GROUPS = {
    "member": _entry.c.member_id,
    "action": _entry.c.action,
    "source": _entry.c.source,
    "campaign": _entry.c.campaign_id,
}
MOST_MONTHS = 24
MOST_GROUPS = 200
"""How many groups a report shows, the largest first."""

_SPENDING = ("charge", "capture", "reverse")


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the workspace: `end` is the first instant of the next one."""

    name: str
    start: Instant
    end: Instant


@dataclass(slots=True)
class Tally:
    """Sums of one month, or one group's month; all in whole credits but the two counts.

    `used` is what was charged, less what merges gave back; `charges` and `free` count answers
    that cost something and that cost nothing.
    """

    used: int = 0
    refunded: int = 0
    charges: int = 0
    free: int = 0
    granted: int = 0
    adjusted: int = 0
    expired: int = 0
    forfeited: int = 0

    def add(self, row: Any) -> None:
        """Count in one row of the grouped statement."""
        kind, amount = str(row.kind), int(row.amount)
        if kind in _SPENDING:
            self.used -= amount
            self.charges += int(row.paid)
            self.free += int(row.entries) - int(row.paid) if kind == "charge" else 0
        elif kind == EntryKind.RELEASE:
            self.free += int(row.entries)
        elif kind == EntryKind.REFUND:
            self.refunded += amount
        elif kind == EntryKind.GRANT:
            self.granted += amount
        elif kind == EntryKind.ADJUST:
            self.adjusted += amount
        elif kind == EntryKind.EXPIRE:
            self.expired -= amount
        elif kind == EntryKind.FORFEIT:
            self.forfeited -= amount

    @property
    def moves(self) -> bool:
        """Whether anybody's work is in it."""
        return bool(self.used or self.refunded or self.charges or self.free)


Group = tuple[str | None, ...]


@dataclass(slots=True)
class Usage:
    """A report: all months, and for each group its months; months without use are there too."""

    months: list[Month]
    totals: list[Tally]
    groups: dict[Group, list[Tally]] = field(default_factory=dict)
    groups_left_out: int = 0


def months_until(now: Instant, zone: str, count: int) -> list[Month]:
    """The `count` calendar months of `zone` that end with the one of `now`, oldest first."""
    year, month = _local_month(now, zone)
    first = year * 12 + month - count
    starts = [month_start(each // 12, each % 12 + 1, zone) for each in range(first, first + count)]
    ends = [*starts[1:], month_start((first + count) // 12, (first + count) % 12 + 1, zone)]
    return [
        Month(f"{each // 12:04d}-{each % 12 + 1:02d}", start, end)
        for each, start, end in zip(range(first, first + count), starts, ends, strict=True)
    ]


def _local_month(now: Instant, zone: str) -> tuple[int, int]:
    local = to_datetime(now).astimezone(ZoneInfo(zone))
    return local.year, local.month


def usage(
    tx: Connection,
    *,
    workspace_id: str,
    member_id: str | None,
    months: list[Month],
    group_by: Sequence[str],
) -> Usage:
    """What a workspace used in these months, or (with `member_id`) one member and their own pool.

    Of very many groups only those that used most are answered, and the others counted.
    """
    columns = [GROUPS[name].label(name) for name in group_by]
    place = case(
        *((_entry.c.at < month.end, index) for index, month in enumerate(months)), else_=-1
    ).label("place")
    query = (
        select(
            place,
            _entry.c.kind,
            *columns,
            func.sum(_entry.c.amount).label("amount"),
            func.count().label("entries"),
            func.sum(case((_entry.c.amount < 0, 1), else_=0)).label("paid"),
        )
        .where(
            _entry.c.workspace_id == workspace_id,
            _entry.c.at >= months[0].start,
            _entry.c.at < months[-1].end,
            _entry.c.kind.not_in([EntryKind.HOLD.value, EntryKind.CHANGE.value]),
        )
        .group_by("place", _entry.c.kind, *(GROUPS[name] for name in group_by))
    )
    if member_id is not None:
        query = query.where((_entry.c.member_id == member_id) | (_entry.c.holder_id == member_id))
    found = Usage(months, [Tally() for _ in months])
    for row in tx.execute(query):
        found.totals[row.place].add(row)
        group = tuple(getattr(row, name) for name in group_by)
        if group not in found.groups:
            found.groups[group] = [Tally() for _ in months]
        found.groups[group][row.place].add(row)
    _keep_the_largest(found, len(group_by))
    return found


def _keep_the_largest(found: Usage, names: int) -> None:
    """Leave out groups in which nobody worked, and the smallest of too many."""
    working = {
        group: tallies
        for group, tallies in found.groups.items()
        if any(each.moves for each in tallies)
    }

    def size(item: tuple[Group, list[Tally]]) -> tuple[int, tuple[str, ...]]:
        return -sum(each.used for each in item[1]), tuple(name or "" for name in item[0])

    ranked = sorted(working.items(), key=size)
    found.groups_left_out = max(0, len(ranked) - MOST_GROUPS)
    # A report always has its months, also where nobody has done anything yet.
    found.groups = dict(ranked[:MOST_GROUPS]) or {(None,) * names: found.totals}
