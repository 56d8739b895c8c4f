"""When a pool deserves a warning: decided from the pool before and after a batch. Pure."""

from collections.abc import Iterable, Sequence

from backend.credits.rules.state import LotSource, Pool
from backend.instants import DAY, Instant

DEFAULT_THRESHOLDS = "80,95,100"
"""At how many percent of an allotment used a workspace is warned, until it says otherwise."""

EXPIRY_DAYS = (7, 3, 1)
"""How many days before credits end a workspace is reminded of them."""


def read_thresholds(stored: str) -> tuple[int, ...]:
    """Thresholds in percent as a pool's row keeps them.

    >>> read_thresholds("80,95,100")
    (80, 95, 100)
    """
    return tuple(int(each) for each in stored.split(",") if each)


def write_thresholds(thresholds: Iterable[int]) -> str:
    """Thresholds as a pool's row keeps them: each once, rising."""
    return ",".join(str(each) for each in sorted(set(thresholds)))


def used_of_allotment(pool: Pool) -> int:
    """How much of this cycle's allotment is gone; what is set aside is not gone yet."""
    left = sum(
        lot.remaining + lot.held
        for lot in pool.lots
        if lot.source is LotSource.ALLOTMENT
        and lot.earmark is None
        and lot.effective_at >= pool.cycle_start_at
    )
    return pool.granted_this_cycle - left


def crossed(before: Pool, after: Pool, thresholds: Sequence[int]) -> tuple[int, ...]:
    """The thresholds (percent) that the allotment's use has come up to between two states.

    A cycle that began in between starts from nothing; an allotment of 0 is never used up.
    """
    granted = after.granted_this_cycle
    if granted <= 0:
        return ()
    used = used_of_allotment(after) * 100
    known = before.cycle == after.cycle and before.granted_this_cycle > 0
    used_before = used_of_allotment(before) * 100 if known else 0
    granted_before = before.granted_this_cycle if known else 1
    return tuple(
        each
        for each in thresholds
        if used >= each * granted and not used_before >= each * granted_before
    )


def days_left(expires_at: Instant, now: Instant) -> int | None:
    """The nearest of the reminders' days that has come; None when the end is further away.

    >>> days_left(2 * DAY, 0), days_left(7 * DAY, 0), days_left(8 * DAY, 0)
    (3, 7, None)
    """
    due = [days for days in EXPIRY_DAYS if expires_at <= now + days * DAY]
    return min(due) if due and expires_at > now else None
