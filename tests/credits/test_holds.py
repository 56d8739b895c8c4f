"""Credits set aside: pinned to their lots, spent or given back, whatever happens meanwhile."""

import pytest

from tests.credits.played import Played, analyse, event, send

FIND = {"action": "email.find"}
ANALYSE = {"action": "contact.analysis"}


def test_rule_64_a_hold_is_set_aside_then_spent_or_given_back() -> None:
    """Placing moves credits from available to held; captured they are spent, released back."""
    played = Played(
        "lemlist",
        "email_pro",
        event("2026-01-05", "hold", hold="a", quantity=10, **FIND),
        event("2026-01-05", "hold", hold="b", quantity=4, **FIND),
        event("2026-01-05", "capture", hold="a"),
        event("2026-01-05", "release", hold="b"),
    )
    assert ["ok", "ok", "captured", "released"] == played.outcomes
    assert [0, 0, 50, 0] == played.charged
    assert [950, 930, 930, 950] == played.available
    assert [50, 70, 20, 0] == [line["held"] for line in played.own]


def test_a_name_serves_one_successful_hold() -> None:
    """An open or closed hold's name is taken; one that was refused or free is not."""
    played = Played(
        "humanlinker",
        "starter",
        event("2026-01-05", "hold", hold="h", action="nonsense"),
        analyse("2026-01-05", "a"),
        event("2026-01-05", "hold", hold="h", contact="a", **ANALYSE),
        event("2026-01-05", "hold", hold="h", contact="b", **ANALYSE),
        event("2026-01-05", "hold", hold="h", contact="c", **ANALYSE),
        event("2026-01-05", "release", hold="h"),
        event("2026-01-05", "hold", hold="h", action="nonsense"),
    )
    assert [
        "refused:unknown_action",
        "charged",
        "free:already_analyzed",
        "ok",
        "refused:hold_exists",
        "released",
        "refused:hold_exists",
    ] == played.outcomes


@pytest.mark.parametrize("do", ["capture", "release"])
def test_unknown_and_closed_holds(do: str) -> None:
    """A hold that never was is unknown; one that was captured or released is closed."""
    played = Played(
        "lemlist",
        "email_pro",
        event("2026-01-05", do, hold="a"),
        event("2026-01-05", "hold", hold="a", **FIND),
        event("2026-01-05", "hold", hold="b", **FIND),
        event("2026-01-05", "capture", hold="a"),
        event("2026-01-05", "release", hold="b"),
        event("2026-01-05", do, hold="a"),
        event("2026-01-05", do, hold="b"),
    )
    assert "refused:unknown_hold" == played.outcomes[0]
    assert ["refused:hold_closed"] * 2 == played.outcomes[-2:]


def test_a_part_is_captured_in_units_of_the_action() -> None:
    """Two of five e-mails found: 10 credits spent, 15 back; more than held is refused."""
    played = Played(
        "lemlist",
        "email_pro",
        event("2026-01-05", "hold", hold="h", quantity=5, **FIND),
        event("2026-01-05", "capture", hold="h", quantity=6),
        event("2026-01-05", "capture", hold="h", quantity=2),
    )
    assert ["ok", "refused:exceeds_hold", "captured"] == played.outcomes
    assert [0, 0, 10] == played.charged
    assert [975, 975, 990] == played.available


def test_a_capture_uses_credits_in_the_order_they_were_set_aside() -> None:
    """The granted ones first; what returns goes back to the bought lot, which lives on."""
    played = Played(
        "lemlist",
        "email_pro",
        event("2026-01-05", "purchase", credits=100),
        event("2026-01-05", "hold", hold="h", action="ai.variable", quantity=1100),
        event("2026-02-10", "capture", hold="h", quantity=1001),
    )
    # the 1000 granted ones are spent whole although their cycle is over, 1 bought one too
    assert [] == played.sums("expired")
    assert 1000 + 99 == played.left


def test_a_hold_outlives_the_end_of_its_lot() -> None:
    """Credits that are held do not expire; captured after the cycle's end they are spent."""
    played = Played(
        "humanlinker",
        "starter",
        event("2026-01-05", "hold", hold="h", contact="a", **ANALYSE),
        event("2026-02-05", "capture", hold="h"),
        analyse("2026-02-05", "a"),
    )
    assert [("2026-02-05T00:00:00Z", 199)] == played.sums("expired")
    assert ["ok", "captured", "free:already_analyzed"] == played.outcomes


def test_a_credit_that_returns_to_a_dead_lot_is_expired() -> None:
    """A release after the end of the lot is a line of its own, `expired`, at the same instant."""
    played = Played(
        "humanlinker",
        "starter",
        event("2026-01-05", "hold", hold="h", contact="a", **ANALYSE),
        event("2026-02-05", "release", hold="h"),
    )
    assert [("2026-02-05T00:00:00Z", 199), ("2026-02-05T12:00:00Z", 1)] == played.sums("expired")
    assert 200 == played.left


def test_a_credit_that_returns_to_a_forfeited_lot_is_forfeited() -> None:
    """A release after a cancellation, before the lot's end: forfeited; after its end: expired."""
    opening = [
        event("2026-01-05", "hold", hold="a", contact="a", **ANALYSE),
        event("2026-01-05", "hold", hold="b", contact="b", **ANALYSE),
        event("2026-01-06", "cancel"),
        event("2026-01-07", "release", hold="a"),
    ]
    played = Played("humanlinker", "starter", *opening, event("2026-02-07", "release", hold="b"))
    assert [198, 1] == [credits for _, credits in played.sums("forfeited")]
    assert [("2026-02-07T12:00:00Z", 1)] == played.sums("expired")
    assert 0 == played.left


def test_one_release_into_a_dead_and_a_forfeited_lot_is_two_lines() -> None:
    """What one event makes expire and what it makes forfeited stand apart."""
    played = Played(
        "inmail-rollover",
        "sales_navigator",
        event("2026-01-05", "balance"),
        event("2026-02-06", "hold", hold="h", action="message.send", quantity=100),
        event("2026-02-07", "cancel"),
        event("2026-04-20", "release", hold="h"),
    )
    assert [("2026-04-20T12:00:00Z", 50)] == played.sums("expired")
    assert [("2026-04-20T12:00:00Z", 50)] == played.sums("forfeited")
    assert ["settle", "settle", "end"] == [line["do"] for line in played.lines[-3:]]


def test_a_hold_survives_a_cancellation_and_can_be_captured() -> None:
    """Open holds survive the end of the subscription; what they pay for opens."""
    played = Played(
        "humanlinker",
        "starter",
        event("2026-01-05", "hold", hold="h", contact="a", **ANALYSE),
        event("2026-01-06", "cancel"),
        analyse("2026-01-06", "b"),
        event("2026-01-07", "capture", hold="h"),
        analyse("2026-01-08", "a"),
    )
    assert [
        "ok",
        "cancelled",
        "refused:out_of_credits",
        "captured",
        "free:already_analyzed",
    ] == played.outcomes


def test_a_running_analysis_is_joined_by_charge_and_hold() -> None:
    """While a hold on a contact is open others join it free; after a release the contact costs."""
    played = Played(
        "humanlinker",
        "starter",
        event("2026-01-05", "hold", hold="h", contact="a", **ANALYSE),
        event("2026-01-05", "hold", hold="i", contact="a", **ANALYSE),
        analyse("2026-01-05", "a"),
        event("2026-01-05", "release", hold="h"),
        analyse("2026-01-05", "a"),
    )
    joined = "free:joined_running_analysis"
    assert ["ok", joined, joined, "released", "charged"] == played.outcomes


def test_only_an_analysis_is_joined() -> None:
    """A hold for another action on the same contact is no running analysis."""
    played = Played(
        "lemlist",
        "email_pro",
        event("2026-01-05", "hold", hold="h", contact="a", **FIND),
        analyse("2026-01-05", "a"),
    )
    assert ["ok", "charged"] == played.outcomes


def test_a_contact_and_a_thread_open_at_capture() -> None:
    """A hold opens nothing yet; its capture opens the thread."""
    played = Played(
        "linkedin-messages",
        "recruiter",
        event("2026-01-05", "hold", hold="h", action="message.send", thread="t"),
        send("2026-01-05", "u"),
        event("2026-01-05", "hold", hold="i", action="message.send", thread="t"),
        event("2026-01-05", "capture", hold="h"),
        event("2026-01-05", "hold", hold="j", action="message.send", thread="t"),
        send("2026-01-05", "t"),
        event("2026-01-05", "capture", hold="i"),
    )
    free = "free:open_thread"
    assert ["ok", "charged", "ok", "captured", free, free, "captured"] == played.outcomes


def test_a_released_message_opens_nothing() -> None:
    """A message that was not sent in the end leaves its thread closed."""
    played = Played(
        "linkedin-messages",
        "recruiter",
        event("2026-01-05", "hold", hold="h", action="message.send", thread="t"),
        event("2026-01-05", "release", hold="h"),
        send("2026-01-05", "t"),
    )
    assert ["ok", "released", "charged"] == played.outcomes


def test_a_free_hold_creates_nothing() -> None:
    """A hold that would be free answers `free`: nothing to capture, and its name is unused."""
    played = Played(
        "inmail-rollover",
        "sales_navigator",
        event("2026-01-05", "hold", hold="h", contact="a", **ANALYSE),
        event("2026-01-05", "capture", hold="h"),
        event("2026-01-05", "hold", hold="h", action="message.send"),
        event("2026-01-05", "capture", hold="h"),
    )
    wanted = ["free:not_metered", "refused:unknown_hold", "ok", "captured"]
    assert wanted == played.outcomes


def test_a_hold_has_no_time_limit() -> None:
    """A hold of years ago can still be captured."""
    played = Played(
        "lemlist",
        "email_pro",
        event("2026-01-05", "hold", hold="h", **FIND),
        event("2031-01-05", "capture", hold="h"),
    )
    assert ["ok", "captured"] == played.outcomes


def test_held_credits_cannot_be_spent() -> None:
    """What is set aside is not available to anything else."""
    played = Played(
        "inmail-monthly",
        "premium_career",
        event("2026-01-05", "hold", hold="h", action="message.send", quantity=5),
        send("2026-01-05"),
        event("2026-01-05", "hold", hold="i", action="message.send"),
    )
    out = "refused:out_of_credits"
    assert ["ok", out, out] == played.outcomes
