"""Cycle boundaries and ends of life: short months, leap days, and clocks that jump."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.credits.rules.calendar import (
    add_days,
    first_boundary,
    is_zone,
    local_day,
    next_boundary,
)
from backend.instants import DAY, HOUR, NEVER, from_datetime, parse, render, to_datetime
from tests.credits.coins import day_begins, ninety_days_after

ZONES = (
    *("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"),
    *("America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Pacific/Chatham"),
)


def boundaries(start: str, anchor_day: int, zone: str, count: int) -> list[str]:
    """The first `count` cycle ends after `start`."""
    found = [first_boundary(parse(start), anchor_day, zone)]
    while len(found) < count:
        found.append(next_boundary(found[-1], anchor_day, zone))
    return [render(each) for each in found]


@pytest.mark.parametrize(
    ("start", "anchor_day", "days"),
    [
        ("2026-01-31T10:00:00Z", 31, ["02-28", "03-31", "04-30", "05-31", "06-30"]),
        ("2026-01-30T10:00:00Z", 30, ["02-28", "03-30", "04-30", "05-30", "06-30"]),
        ("2026-01-29T10:00:00Z", 29, ["02-28", "03-29", "04-29", "05-29", "06-29"]),
        ("2028-01-31T10:00:00Z", 31, ["02-29", "03-31", "04-30", "05-31", "06-30"]),
        ("2028-02-29T10:00:00Z", 29, ["03-29", "04-29", "05-29", "06-29", "07-29"]),
        ("2026-01-15T00:00:00Z", 15, ["02-15", "03-15", "04-15", "05-15", "06-15"]),
        ("2026-01-14T23:59:59Z", 15, ["01-15", "02-15", "03-15", "04-15", "05-15"]),
        ("2026-02-10T10:00:00Z", 31, ["02-28", "03-31", "04-30", "05-31", "06-30"]),
    ],
)
def test_anchored_days_clamp_and_come_back(start: str, anchor_day: int, days: list[str]) -> None:
    """Rule 20: the 31st becomes the 28th in February and the 31st again in March."""
    wanted = [f"{start[:4]}-{day}T00:00:00Z" for day in days]
    assert wanted == boundaries(start, anchor_day, "UTC", 5)


def test_a_cycle_passes_the_end_of_the_year() -> None:
    """December is followed by January of the next year."""
    wanted = ["2026-12-31T00:00:00Z", "2027-01-31T00:00:00Z", "2027-02-28T00:00:00Z"]
    assert wanted == boundaries("2026-11-30T00:00:00Z", 31, "UTC", 3)


@pytest.mark.parametrize(
    ("zone", "start", "wanted"),
    [
        # the offset of each boundary is that of its own day
        ("Europe/Paris", "2026-03-10T12:00:00Z", ["2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"]),
        ("Europe/Paris", "2026-10-10T12:00:00Z", ["2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"]),
        (
            "America/New_York",
            "2026-02-10T12:00:00Z",
            ["2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z"],
        ),
        (
            "America/New_York",
            "2026-10-10T12:00:00Z",
            ["2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-03-10T12:00:00Z",
            ["2026-03-31T13:00:00Z", "2026-04-30T13:30:00Z"],
        ),
    ],
)
def test_boundaries_are_local_midnights_on_both_sides_of_a_clock_change(
    zone: str, start: str, wanted: list[str]
) -> None:
    """A cycle begins at 00:00 on the wall, whatever the offset is that day."""
    assert wanted == boundaries(start, 1, zone, 2)


@pytest.mark.parametrize(
    ("zone", "start", "anchor_day", "wanted"),
    [
        # clocks went from 00:00 to 01:00: the day began at 01:00
        ("America/Sao_Paulo", "2018-10-20T12:00:00Z", 4, "2018-11-04T03:00:00Z"),
        ("Asia/Beirut", "2022-03-10T12:00:00Z", 27, "2022-03-26T22:00:00Z"),
        ("America/Santiago", "2024-08-20T12:00:00Z", 8, "2024-09-08T04:00:00Z"),
        ("Africa/Cairo", "2024-04-10T12:00:00Z", 26, "2024-04-25T22:00:00Z"),
        # clocks went back at 24:00 to 23:00 of the day before: the day began an hour later
        ("America/Santiago", "2024-03-20T12:00:00Z", 7, "2024-04-07T04:00:00Z"),
        ("Africa/Cairo", "2024-10-10T12:00:00Z", 1, "2024-10-31T22:00:00Z"),
        ("Asia/Beirut", "2024-10-10T12:00:00Z", 27, "2024-10-26T22:00:00Z"),
        # clocks went back at 01:00 to 00:00: the day began with the first of the two midnights
        ("America/Havana", "2026-10-20T12:00:00Z", 1, "2026-11-01T04:00:00Z"),
        # a whole day that never was: the cycle begins with the first instant after it
        ("Pacific/Apia", "2011-12-20T12:00:00Z", 30, "2011-12-30T10:00:00Z"),
    ],
)
def test_a_skipped_or_doubled_midnight(
    zone: str, start: str, anchor_day: int, wanted: str
) -> None:
    """A cycle begins with the first instant of its day that exists."""
    assert [wanted] == boundaries(start, anchor_day, zone, 1)


@pytest.mark.parametrize(
    ("zone", "at", "wanted"),
    [
        ("UTC", "2026-01-31T10:20:30.5Z", "2026-05-01T10:20:30.5Z"),
        ("UTC", "2027-12-01T10:00:00Z", "2028-02-29T10:00:00Z"),
        # 12:00 in Paris is 11:00Z in winter and 10:00Z in summer
        ("Europe/Paris", "2026-01-15T11:00:00Z", "2026-04-15T10:00:00Z"),
        ("Europe/Paris", "2026-09-15T10:00:00Z", "2026-12-14T11:00:00Z"),
        ("America/New_York", "2026-01-15T17:00:00Z", "2026-04-15T16:00:00Z"),
        ("America/New_York", "2026-09-15T16:00:00Z", "2026-12-14T17:00:00Z"),
        # 02:30 does not exist on 29 March in Paris: it counts from the offset before the gap
        ("Europe/Paris", "2025-12-29T01:30:00Z", "2026-03-29T01:30:00Z"),
        # 02:30 comes twice on 25 October in Paris: it is the first
        ("Europe/Paris", "2026-07-27T00:30:00Z", "2026-10-25T00:30:00Z"),
    ],
)
def test_ninety_days_end_at_the_same_time_on_the_wall(zone: str, at: str, wanted: str) -> None:
    """Rule 21: 90 days are 90 dates, not 90 x 24 hours."""
    assert wanted == render(add_days(parse(at), 90, zone))


@given(
    day=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    hour=st.integers(0, 23),
    zone=st.sampled_from(ZONES),
)
def test_days_begin_and_ninety_days_end_as_a_wall_clock_shows(
    day: date, hour: int, zone: str
) -> None:
    """Looked at every quarter of an hour, a clock in the zone agrees with the arithmetic."""
    begins = from_datetime(day_begins(day, zone))
    assert begins == first_boundary(begins - 20 * DAY, day.day, zone) or day.day > 28
    assert day.day == local_day(begins, zone) != local_day(begins - 1, zone)
    at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
    wanted = from_datetime(ninety_days_after(at, zone))
    assert wanted == add_days(from_datetime(at), 90, zone)


@given(
    start=st.integers(parse("1975-01-01T00:00:00Z"), parse("2100-01-01T00:00:00Z")),
    anchor_day=st.integers(1, 31),
    zone=st.sampled_from(ZONES),
)
def test_boundaries_advance_month_by_month(start: int, anchor_day: int, zone: str) -> None:
    """Cycles last 28 to 31 days, and begin on the anchor day or on a month's last."""
    ends = [first_boundary(start, anchor_day, zone)]
    assert start < ends[0] <= start + 32 * DAY
    for _ in range(24):
        ends.append(next_boundary(ends[-1], anchor_day, zone))
    for before, after in pairwise(ends):
        assert 28 * DAY - 2 * HOUR <= after - before <= 31 * DAY + 2 * HOUR
        day, tomorrow = local_day(after, zone), local_day(after + DAY + HOUR, zone)
        assert day == anchor_day or (day < anchor_day and tomorrow == 1)


def test_a_zone_changed_in_mid_cycle_makes_no_short_cycle() -> None:
    """A boundary of the old zone and the one hours later in the new are the same boundary."""
    end = first_boundary(parse("2026-01-10T12:00:00Z"), 1, "Europe/Paris")
    assert "2026-03-01T05:00:00Z" == render(next_boundary(end, 1, "America/New_York"))
    end = first_boundary(parse("2026-01-10T12:00:00Z"), 1, "America/New_York")
    assert "2026-02-28T23:00:00Z" == render(next_boundary(end, 1, "Europe/Paris"))


def test_the_end_of_time_is_never() -> None:
    """Beyond the year 9999 nothing falls due."""
    last = parse("9999-12-31T01:00:00Z")
    assert NEVER == first_boundary(last, 31, "UTC")
    assert NEVER == next_boundary(NEVER, 31, "UTC")
    assert NEVER == add_days(last, 90, "UTC")
    assert 9999 == to_datetime(NEVER).year


@pytest.mark.parametrize("name", ["Europe/Paris", "UTC", "Etc/GMT+5"])
def test_known_zones(name: str) -> None:
    """IANA names are zones."""
    assert is_zone(name)


@pytest.mark.parametrize("name", ["", "Europe", "Nowhere/City", "../etc/passwd", "/etc/localtime"])
def test_unknown_zones(name: str) -> None:
    """Anything else is not, and says so without raising."""
    assert not is_zone(name)
