"""Seats, the credits set aside for calls, and the trial."""

import pytest

from tests.credits.played import Line, Played, event

HUMAN = "humanlinker"
MESSAGES = "linkedin-messages"
MONTHLY = "inmail-monthly"
TEAM = "lemlist"
MINUTE = {"action": "call.minute"}


def change(at: str, plan: str) -> Line:
    """Another plan."""
    return event(at, "change_plan", plan=plan)


def seats(at: str, count: int) -> Line:
    """Another number of seats."""
    return event(at, "change_seats", seats=count)


def granted(played: Played) -> list[int]:
    """What each event granted itself."""
    return [line["granted"] for line in played.own]


def test_rule_75_allotments_per_seat() -> None:
    """Three seats: 3000 a month; the call credits are the workspace's, 400 whatever the seats."""
    played = Played(TEAM, "email_pro", event("2026-01-05", "balance"), seats=3)
    assert 3000 == played.left
    played = Played(TEAM, "multichannel_expert", event("2026-01-05", "balance"), seats=3)
    assert 4900 == played.left


def test_an_added_seat_comes_at_once_a_removed_one_goes_with_the_cycle() -> None:
    """1 to 3 seats: 2000 more; back to 2: 3000 stay, 2000 come next; up again: nothing more."""
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "balance"),
        seats("2026-01-06", 3),
        seats("2026-01-07", 2),
        event("2026-02-05", "balance"),
        seats("2026-02-06", 3),
        seats("2026-02-07", 2),
        seats("2026-02-08", 3),
    )
    assert [0, 2000, 0, 0, 1000, 0, 0] == granted(played)
    assert [1000, 3000, 3000, 2000, 3000, 3000, 3000] == played.available


def test_pending_seats_are_replaced_and_dropped() -> None:
    """5 to 2, then to 4: four count; then to the five in force: nothing is pending any more."""
    opening = [event("2026-01-05", "balance"), seats("2026-01-06", 2), seats("2026-01-07", 4)]
    played = Played(TEAM, "email_pro", *opening, event("2026-02-05", "balance"), seats=5)
    assert 4000 == played.left
    played = Played(
        TEAM,
        "email_pro",
        *opening,
        seats("2026-01-08", 5),
        event("2026-02-05", "balance"),
        seats=5,
    )
    assert 5000 == played.left


def test_pending_plan_and_pending_seats_are_two_kinds() -> None:
    """A pending downgrade and pending seats do not replace one another; both count at the end."""
    played = Played(
        TEAM,
        "multichannel_expert",
        event("2026-01-05", "balance"),
        change("2026-01-06", "email_pro"),
        seats("2026-01-07", 2),
        event("2026-02-05", "balance"),
        seats=3,
    )
    assert [4900, 4900, 4900, 2000] == played.available


def test_seats_are_added_at_the_price_of_the_plan_in_force() -> None:
    """With a downgrade pending, another seat still brings the larger plan's allotment."""
    played = Played(
        TEAM,
        "multichannel_expert",
        event("2026-01-05", "balance"),
        change("2026-01-06", "email_pro"),
        seats("2026-01-07", 2),
        event("2026-02-05", "balance"),
    )
    assert [0, 0, 1500, 0] == granted(played)
    assert 2000 == played.left


@pytest.mark.parametrize(
    ("policy", "plan"),
    [(HUMAN, "pro"), (MESSAGES, "recruiter"), (MONTHLY, "free"), ("inmail-rollover", "free")],
)
def test_seats_change_nothing_elsewhere(policy: str, plan: str) -> None:
    """Under a policy without seats a change of them is `changed` and moves nothing."""
    played = Played(
        policy,
        plan,
        event("2026-01-05", "balance"),
        seats("2026-01-06", 9),
        seats("2026-01-07", 1),
    )
    assert ["ok", "changed", "changed"] == played.outcomes
    assert 1 == len(set(played.available))


def test_call_credits_come_with_an_upgrade_once_a_cycle() -> None:
    """500 and 400 more; with the cycle both go and 1500 + 400 come."""
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "balance"),
        change("2026-01-06", "multichannel_expert"),
        event("2026-02-05", "balance"),
    )
    assert [0, 900, 0] == granted(played)
    assert [("2026-02-05T00:00:00Z", 1900)] == played.sums("expired")
    assert 1900 == played.left


def test_call_credits_granted_already_are_not_granted_again() -> None:
    """Down (pending), spent, up again within the cycle: no further call credits."""
    played = Played(
        TEAM,
        "multichannel_expert",
        event("2026-01-05", "charge", quantity=100, **MINUTE),
        change("2026-01-06", "email_pro"),
        change("2026-01-07", "multichannel_expert"),
        seats("2026-01-08", 2),
    )
    assert [0, 0, 0, 1500] == granted(played)


def test_call_credits_come_again_in_another_cycle() -> None:
    """What the last cycle set aside does not count against an upgrade in this one."""
    played = Played(
        TEAM,
        "multichannel_expert",
        event("2026-01-05", "balance"),
        change("2026-01-06", "email_pro"),
        event("2026-02-05", "balance"),
        change("2026-02-06", "multichannel_expert"),
    )
    assert [1900, 1900, 1000, 1900] == played.available


def test_rule_75_the_trial_comes_once_ever() -> None:
    """500 whatever the seats, gone with the cycle, and never again."""
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "trial"),
        event("2026-01-06", "trial"),
        event("2026-02-05", "trial"),
        seats=3,
    )
    used = "refused:trial_used"
    assert ["granted", used, used] == played.outcomes
    assert [500, 0, 0] == granted(played)
    assert [("2026-02-05T00:00:00Z", 3500)] == played.sums("expired")


def test_the_plan_free_trial_opens_with_the_trial() -> None:
    """500 at the start; a later trial is used up; an upgrade brings the whole new allotment."""
    played = Played(
        TEAM,
        "free_trial",
        event("2026-01-05", "trial"),
        change("2026-01-06", "email_pro"),
        event("2026-02-05", "balance"),
        seats=2,
    )
    assert [("2026-01-05T12:00:00Z", 500)] == played.sums("granted")[:1]
    assert ["refused:trial_used", "changed", "ok"] == played.outcomes
    assert [0, 2000, 0] == granted(played)
    assert 2000 == played.left


def test_changing_to_free_trial_grants_nothing() -> None:
    """It waits as a downgrade, then grants 0; a trial not used yet can still be started."""
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "balance"),
        change("2026-01-06", "free_trial"),
        event("2026-02-05", "balance"),
        event("2026-02-06", "trial"),
    )
    assert [1000, 1000, 0, 500] == played.available


def test_the_trial_is_no_allotment() -> None:
    """What an upgrade is missing does not count the trial, packs or refunds."""
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "trial"),
        event("2026-01-05", "purchase", credits=700),
        seats("2026-01-06", 2),
    )
    assert [500, 700, 1000] == granted(played)


@pytest.mark.parametrize(
    ("policy", "plan"),
    [(HUMAN, "pro"), (MESSAGES, "recruiter"), (MONTHLY, "free"), ("inmail-rollover", "free")],
)
def test_no_trial_elsewhere(policy: str, plan: str) -> None:
    """A policy without a trial refuses one."""
    assert ["refused:no_trial"] == Played(policy, plan, event("2026-01-05", "trial")).outcomes
