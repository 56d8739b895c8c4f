"""When credits come and end: billing dates, calendar months, and what falls due between events."""

import pytest

from tests.credits.played import Played, analyse, event

HUMAN = "humanlinker"
MESSAGES = "linkedin-messages"
MONTHLY = "inmail-monthly"
TEAM = "lemlist"


@pytest.mark.parametrize(
    ("policy", "plan", "allotment"),
    [
        pytest.param(HUMAN, "starter", 200, id="rule-54"),
        pytest.param(MESSAGES, "recruiter", 175, id="rule-07-13"),
        pytest.param(TEAM, "email_pro", 1000, id="rule-76"),
    ],
)
def test_unused_credits_end_with_the_billing_cycle(policy: str, plan: str, allotment: int) -> None:
    """On the anchor day the rest expires first, and then a whole new allotment comes."""
    played = Played(
        policy, plan, event("2026-01-31T10:00:00Z", "balance"), event("2026-04-01", "balance")
    )
    at = ["2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"]
    assert [(each, allotment) for each in at] == played.sums("expired")
    assert [(each, allotment) for each in ["2026-01-31T10:00:00Z", *at]] == played.sums("granted")
    pairs = [line["reason"] for line in played.settled[1:3]]
    assert ["expired", "allotment"] == pairs


def test_rule_40_the_calendar_month() -> None:
    """Credits end with the calendar month; the first allotment is whole, also on the 30th."""
    played = Played(
        MONTHLY, "sales_navigator", event("2026-01-30", "balance"), event("2026-02-01", "balance")
    )
    assert [("2026-01-30T12:00:00Z", 25), ("2026-02-01T00:00:00Z", 25)] == played.sums("granted")
    assert [("2026-02-01T00:00:00Z", 25)] == played.sums("expired")


@pytest.mark.parametrize("policy", [MONTHLY, HUMAN])
def test_a_given_anchor_day_always_wins(policy: str) -> None:
    """`--anchor-day` counts under a calendar policy as well, and may begin a short first cycle."""
    plan = "starter" if policy == HUMAN else "sales_navigator"
    played = Played(
        policy, plan, event("2026-01-10", "balance"), event("2026-02-16", "balance"), anchor_day=15
    )
    wanted = ["2026-01-10T12:00:00Z", "2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z"]
    assert wanted == [at for at, _ in played.sums("granted")]


def test_the_anchor_is_the_day_in_the_zone() -> None:
    """23:30Z on the 14th is the 15th in Paris: cycles begin on the 15th at 00:00 there."""
    played = Played(
        HUMAN,
        "starter",
        event("2026-01-14T23:30:00Z", "balance"),
        event("2026-02-20", "balance"),
        timezone="Europe/Paris",
    )
    assert "2026-02-14T23:00:00Z" == played.sums("granted")[1][0]


def test_the_subscription_starts_at_start() -> None:
    """The first allotment is granted at --start, before the first event."""
    played = Played(HUMAN, "pro", event("2026-02-20", "balance"), start="2026-01-31T08:00:00Z")
    wanted = ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z"]
    assert wanted[0] == played.settled[0]["at"]
    assert [350] == [credits for _, credits in played.sums("granted")]


def test_an_event_at_the_boundary_comes_after_it() -> None:
    """What is due at the very instant of an event settles before it."""
    played = Played(
        HUMAN,
        "starter",
        *[analyse("2026-01-05", f"c{number}") for number in range(200)],
        analyse("2026-02-04T23:59:59.999999Z", "x"),
        analyse("2026-02-05T00:00:00Z", "x"),
    )
    assert ["refused:out_of_credits", "charged"] == played.outcomes[-2:]


def test_nothing_settles_after_the_last_event() -> None:
    """The end counts what is there at the last event, however long ago that was."""
    played = Played(HUMAN, "starter", event("2026-01-05", "balance"))
    assert 1 == len(played.settled)
    assert 200 == played.left


def test_two_years_of_silence() -> None:
    """24 cycles settle one by one, each at its own instant, in order."""
    played = Played(HUMAN, "pro", event("2026-01-31", "balance"), event("2028-01-31", "balance"))
    assert 25 == len(played.sums("granted"))
    at = [line["at"] for line in played.settled]
    assert at == sorted(at)
    assert "2026-02-28T00:00:00Z" in at
