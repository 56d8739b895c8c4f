"""The decision to warn, on pools alone."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from backend.credits.rules.alerts import crossed, days_left, read_thresholds, write_thresholds
from backend.credits.rules.state import Lot, LotClass, LotSource, Pool
from backend.instants import DAY


def pool(left: int, granted: int = 100, cycle: int = 0, held: int = 0) -> Pool:
    """A pool with one allotment lot of this cycle, and purchased credits that do not count."""
    lots = (
        Lot(1, LotSource.ALLOTMENT, LotClass.GRANTED, granted, left, held, cycle * DAY, 10**15),
        Lot(2, LotSource.PURCHASE, LotClass.PURCHASED, 50, 50, 0, 0, 10**15),
    )
    made = Pool("starter", 1, "UTC", 0, 1, cycle, cycle * DAY, (cycle + 1) * DAY, lots)
    return replace(made, granted_this_cycle=granted)


@given(st.integers(0, 100), st.integers(0, 100), st.sets(st.integers(1, 100)))
def test_a_threshold_is_crossed_on_the_way_up_and_only_then(
    before: int, after: int, thresholds: set[int]
) -> None:
    """Exactly those thresholds above the use before and not above the use after."""
    found = crossed(pool(100 - before), pool(100 - after), sorted(thresholds))

    assert {each for each in thresholds if before < each <= after} == set(found)


def test_a_new_cycle_begins_from_nothing() -> None:
    """The use of the former cycle does not hide what this one has crossed."""
    assert (80,) == crossed(pool(0, cycle=1), pool(15, cycle=2), (80, 95))
    assert () == crossed(pool(0, cycle=1), pool(100, cycle=2), (80, 95))


def test_what_is_set_aside_is_not_used_yet() -> None:
    """A hold warns of nothing; an allotment of 0 is never used up."""
    assert () == crossed(pool(100), pool(0, held=100), (80,))
    assert () == crossed(pool(0, granted=0), pool(0, granted=0), (80,))


def test_a_larger_allotment_is_measured_anew() -> None:
    """After an upgrade the same use is less of the whole, and crossing again is noticed here."""
    assert () == crossed(pool(10), pool(110, granted=200), (80,))
    assert (80,) == crossed(pool(110, granted=200), pool(40, granted=200), (80,))


def test_reminders_look_at_the_nearest_day() -> None:
    """The instant itself belongs to its day; what has ended is not reminded of."""
    assert [None, 7, 7, 3, 3, 1, 1, None] == [
        days_left(end, 0)
        for end in (7 * DAY + 1, 7 * DAY, 3 * DAY + 1, 3 * DAY, DAY + 1, DAY, 1, 0)
    ]


def test_thresholds_are_kept_sorted_and_once() -> None:
    """What is written is read back, each once and rising."""
    assert (50, 100) == read_thresholds(write_thresholds([100, 50, 100]))
    assert () == read_thresholds(write_thresholds([]))
