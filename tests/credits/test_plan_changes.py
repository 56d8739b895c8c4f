"""Another plan: what an upgrade grants, what a downgrade takes, and when each counts."""

import pytest

from tests.credits.played import Line, Played, event, send

HUMAN = "humanlinker"
MESSAGES = "linkedin-messages"
MONTHLY = "inmail-monthly"
TEAM = "lemlist"
REQUEST = {"action": "ai.variable"}


def change(at: str, plan: str) -> Line:
    """Another plan."""
    return event(at, "change_plan", plan=plan)


def granted(played: Played) -> list[int]:
    """What each event granted itself."""
    return [line["granted"] for line in played.own]


def test_grant_delta_is_what_is_missing() -> None:
    """200 to 350 to 600: 150 more, then 250 more; the same again in the same cycle: nothing."""
    played = Played(
        HUMAN,
        "starter",
        event("2026-01-05", "balance"),
        change("2026-01-06", "pro"),
        change("2026-01-07", "business"),
        change("2026-01-08", "starter"),
        change("2026-01-09", "business"),
    )
    assert ["ok"] + ["changed"] * 4 == played.outcomes
    assert [0, 150, 250, 0, 0] == granted(played)
    assert 600 == played.left


def test_a_spent_allotment_is_still_granted() -> None:
    """The difference is to what was granted, not to what is left."""
    spent = event("2026-01-05", "charge", quantity=1000, **REQUEST)
    played = Played(TEAM, "email_pro", spent, change("2026-01-06", "multichannel_expert"))
    assert [0, 900] == granted(played)


def test_a_downgrade_waits_for_the_end_of_the_cycle() -> None:
    """The larger allotment stays until the cycle ends; then the smaller one comes."""
    played = Played(
        HUMAN,
        "business",
        event("2026-01-05", "balance"),
        change("2026-01-06", "starter"),
        event("2026-02-05", "balance"),
    )
    assert [600, 600, 200] == played.available
    assert [("2026-02-05T00:00:00Z", 600)] == played.sums("expired")


def test_a_later_change_replaces_the_pending_one() -> None:
    """Down to starter, then down to pro: pro counts."""
    played = Played(
        HUMAN,
        "business",
        event("2026-01-05", "balance"),
        change("2026-01-06", "starter"),
        change("2026-01-07", "pro"),
        event("2026-02-05", "balance"),
    )
    assert 350 == played.left


def test_changes_compare_with_the_plan_in_force() -> None:
    """With a downgrade to starter pending, pro is still below business, and waits as well."""
    played = Played(
        HUMAN,
        "business",
        event("2026-01-05", "balance"),
        change("2026-01-06", "starter"),
        change("2026-01-07", "business"),
        event("2026-02-05", "balance"),
    )
    # business is equal to what is in force: the pending downgrade is dropped
    assert [0, 0, 0, 0] == granted(played)
    assert 600 == played.left


def test_an_upgrade_drops_a_pending_downgrade() -> None:
    """A later change of the same kind replaces the pending one, whichever way it goes."""
    played = Played(
        HUMAN,
        "pro",
        event("2026-01-05", "balance"),
        change("2026-01-06", "starter"),
        change("2026-01-07", "business"),
        event("2026-02-05", "balance"),
    )
    assert [0, 0, 250, 0] == granted(played)
    assert 600 == played.left


def test_an_equal_plan_counts_at_once_and_moves_nothing() -> None:
    """Three plans of 25: changed at once, nothing granted or taken, a pending change dropped."""
    played = Played(
        MESSAGES,
        "premium_business",
        event("2026-01-05", "balance"),
        change("2026-01-06", "basic"),
        change("2026-01-07", "sales_navigator_team"),
        event("2026-02-05", "balance"),
        change("2026-02-06", "recruiter_lite"),
    )
    assert [0, 0, 0, 0, 50] == granted(played)
    assert [25, 25, 25, 25, 75] == played.available


def test_rule_42_a_larger_plan_comes_whole_on_top() -> None:
    """5 and then 25 more: 30; and 50 more: 80."""
    played = Played(
        MONTHLY,
        "premium_career",
        event("2026-01-05", "balance"),
        change("2026-01-06", "sales_navigator"),
        change("2026-01-07", "recruiter_lite"),
    )
    assert [0, 25, 50] == granted(played)
    assert 80 == played.left


def test_grant_full_new_only_above_every_allotment_of_the_cycle() -> None:
    """Down from 50 and up to 25, or to 50 again: nothing in this cycle, all in the next."""
    played = Played(
        MONTHLY,
        "recruiter_lite",
        event("2026-01-05", "balance"),
        change("2026-01-06", "premium_career"),
        change("2026-01-07", "sales_navigator"),
        change("2026-01-08", "recruiter_lite"),
        change("2026-01-09", "free"),
        change("2026-02-02", "premium_career"),
        change("2026-02-03", "sales_navigator"),
        change("2026-02-04", "free"),
        change("2026-02-05", "sales_navigator"),
    )
    assert [0, 0, 0, 0, 0, 5, 25, 0, 0] == granted(played)


def test_rule_44_a_downgrade_forfeits_all_and_grants_from_the_next_month() -> None:
    """On a line of its own, at once; the smaller plan's credits come on the 1st."""
    played = Played(
        MONTHLY,
        "recruiter_lite",
        send("2026-01-05"),
        change("2026-01-06", "premium_career"),
        event("2026-02-01", "balance"),
    )
    assert ["charged", "changed", "ok"] == played.outcomes
    assert [("2026-01-06T12:00:00Z", 49)] == played.sums("forfeited")
    assert [49, 49, 5] == played.available
    assert ["change_plan", "settle"] == [line["do"] for line in played.lines[2:4]]


def test_a_credit_held_through_a_downgrade_that_forfeits() -> None:
    """It can be captured; released in the same month it is forfeited, after the month expired."""
    hold = {"action": "message.send", "quantity": 1}
    played = Played(
        MONTHLY,
        "recruiter_lite",
        event("2026-01-05", "hold", hold="a", **hold),
        event("2026-01-05", "hold", hold="b", **hold),
        event("2026-01-05", "hold", hold="c", **hold),
        change("2026-01-06", "premium_career"),
        event("2026-01-07", "capture", hold="a"),
        event("2026-01-08", "release", hold="b"),
        event("2026-02-08", "release", hold="c"),
    )
    forfeited = [("2026-01-06T12:00:00Z", 47), ("2026-01-08T12:00:00Z", 1)]
    assert forfeited == played.sums("forfeited")
    assert [("2026-02-08T12:00:00Z", 1)] == played.sums("expired")


@pytest.mark.parametrize(
    ("policy", "plan"),
    [
        *((HUMAN, "pro"), (MESSAGES, "recruiter"), (MONTHLY, "free"), (TEAM, "email_pro")),
        ("inmail-rollover", "free"),
    ],
)
def test_an_unknown_plan_is_refused(policy: str, plan: str) -> None:
    """A plan that the policy does not list changes nothing."""
    played = Played(policy, plan, event("2026-01-05", "balance"), change("2026-01-06", "gold"))
    assert "refused:unknown_plan" == played.outcomes[1]
