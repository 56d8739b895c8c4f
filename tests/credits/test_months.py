"""Months of a workspace's calendar, as instants."""

import pytest

from backend.credits.usage import months_until
from backend.instants import HOUR, parse, render


def test_the_months_end_with_the_current_one() -> None:
    """Twelve of them over the turn of a year, each beginning where the one before ends."""
    months = months_until(parse("2026-03-10T09:00:00Z"), "UTC", 12)

    assert ["2025-04", "2026-03"] == [months[0].name, months[-1].name]
    assert 12 == len(months)
    assert ["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"] == [
        render(months[-1].start),
        render(months[-1].end),
    ]
    assert [each.end for each in months[:-1]] == [each.start for each in months[1:]]


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("UTC", 744), ("Europe/Paris", 743), ("America/New_York", 743), ("Australia/Sydney", 744)],
)
def test_the_clocks_change_the_length_of_a_month(zone: str, hours: int) -> None:
    """March 2026 lacks an hour where summer time begins in it."""
    month = months_until(parse("2026-03-15T00:00:00Z"), zone, 1)[0]

    assert hours * HOUR == month.end - month.start


def test_a_month_begins_by_the_local_clock() -> None:
    """Late on 31 March in New York is still March, and April in Tokyo."""
    at = parse("2026-04-01T03:00:00Z")

    assert "2026-03" == months_until(at, "America/New_York", 1)[0].name
    assert "2026-04" == months_until(at, "Asia/Tokyo", 1)[0].name


def test_a_midnight_that_does_not_exist() -> None:
    """Where the first of a month begins at one o'clock, so does the month."""
    month = months_until(parse("2023-10-05T00:00:00Z"), "America/Asuncion", 1)[0]

    assert "2023-10-01T04:00:00Z" == render(month.start)
