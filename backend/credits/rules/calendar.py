"""Where cycles begin and lives end: civil dates of a time zone, turned into instants.

A cycle begins with the first instant of its anchor day in the pool's zone. The day is always
taken from the original anchor and clamped to the month, so that 31 gives 28 February and then
31 March again. Beyond the year 9999 everything is `NEVER`.
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from backend.instants import DAY, NEVER, Instant, from_datetime, to_datetime

# A renewal looks for its next boundary this long after the last one. Regular ones are at least
# 27 days apart, and two zones at most 26 hours, so that a zone changed in mid-cycle can neither
# make a cycle of a few hours nor grant twice.
_SURELY_THE_SAME_BOUNDARY = 3 * DAY


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone that this machine knows."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not found; a folder's name; an odd path
        return False
    return True


def local_day(at: Instant, zone: str) -> int:
    """The day of the month that `at` falls on in `zone`."""
    return to_datetime(at).astimezone(ZoneInfo(zone)).day


def first_boundary(start: Instant, anchor_day: int, zone: str) -> Instant:
    """The end of the cycle that begins at `start`: the first anchor day that begins after it."""
    if start >= NEVER - DAY:
        return NEVER
    local = to_datetime(start).astimezone(ZoneInfo(zone))
    year, month = local.year, local.month
    while (found := _boundary(year, month, anchor_day, zone)) <= start:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def next_boundary(boundary: Instant, anchor_day: int, zone: str) -> Instant:
    """The end of the cycle that begins at the cycle boundary `boundary`."""
    if boundary >= NEVER - _SURELY_THE_SAME_BOUNDARY:
        return NEVER
    return first_boundary(boundary + _SURELY_THE_SAME_BOUNDARY, anchor_day, zone)


def add_days(at: Instant, days: int, zone: str) -> Instant:
    """The instant `days` days after `at` at the same local wall-clock time in `zone`.

    A wall-clock time that the clocks skip counts from the offset before the gap; one that they
    show twice is the earlier.
    """
    try:
        local = to_datetime(at).astimezone(ZoneInfo(zone)) + timedelta(days=days)
        return min(NEVER, from_datetime(local.replace(fold=0).astimezone(UTC)))
    except OverflowError:
        return NEVER


def month_start(year: int, month: int, zone: str) -> Instant:
    """The first instant of a calendar month in `zone`."""
    return _boundary(year, month, 1, zone)


def _boundary(year: int, month: int, anchor_day: int, zone: str) -> Instant:
    """The first instant of the anchor day, clamped, in that month."""
    if year > 9999:
        return NEVER
    day = min(anchor_day, monthrange(year, month)[1])
    try:
        return min(NEVER, _first_instant(datetime(year, month, day, tzinfo=ZoneInfo(zone))))
    except OverflowError:
        return NEVER


def _first_instant(midnight: datetime) -> Instant:
    """The instant of a local `midnight`, or of the first local time that exists after it."""
    found = from_datetime(midnight.astimezone(UTC))
    shown = to_datetime(found).astimezone(midnight.tzinfo)
    if shown.replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return found
    # Midnight is in a gap: the clocks jump somewhere between these two readings of it.
    before = from_datetime(midnight.replace(fold=1).astimezone(UTC))
    after = found
    offset = to_datetime(before).astimezone(midnight.tzinfo).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if to_datetime(middle).astimezone(midnight.tzinfo).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
