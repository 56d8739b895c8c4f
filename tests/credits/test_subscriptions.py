"""Cycles, plans, seats, trials, purchases and the end: sentence by sentence."""

import pytest

from tests.credits.played import Line, Played, analyse, event, send

HUMAN, MESSAGES, MONTHLY, TEAM = "humanlinker", "linkedin-messages", "inmail-monthly", "lemlist"
MINUTE = {"action": "call.minute"}
REQUEST = {"action": "ai.variable"}


def change(at: str, plan: str) -> Line:
    """Another plan."""
    return event(at, "change_plan", plan=plan)


def seats(at: str, count: int) -> Line:
    """Another number of seats."""
    return event(at, "change_seats", seats=count)


def granted(played: Played) -> list[int]:
    """What each event granted itself."""
    return [line["granted"] for line in played.own]


# --- cycles -------------------------------------------------------------------------------


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


# --- upgrades and downgrades --------------------------------------------------------------


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


# --- seats --------------------------------------------------------------------------------


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


# --- earmarked credits --------------------------------------------------------------------


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


# --- trial --------------------------------------------------------------------------------


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


# --- purchases ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "plan", "fields", "outcome"),
    [
        pytest.param(HUMAN, "pro", {"credits": 5}, "purchase_not_allowed", id="rule-61"),
        pytest.param(
            "inmail-rollover", "free", {"pack": 25}, "purchase_not_allowed", id="rule-24"
        ),
        pytest.param(MONTHLY, "free", {"credits": 5}, "purchase_not_allowed", id="rule-42"),
        pytest.param(
            HUMAN, "pro", {"pack": 1, "role": "member"}, "purchase_not_allowed", id="before-role"
        ),
        pytest.param(
            TEAM, "email_pro", {"credits": 5, "role": "member"}, "forbidden", id="rule-70"
        ),
        pytest.param(
            TEAM, "email_pro", {"pack": 5, "role": "member"}, "forbidden", id="role-first"
        ),
        pytest.param(TEAM, "email_pro", {"pack": 25}, "unknown_pack", id="lists-none"),
        pytest.param(TEAM, "email_pro", {"credits": 7}, None, id="rule-69-any-number"),
        pytest.param(TEAM, "email_pro", {"credits": 7, "role": "owner"}, None, id="owner"),
        pytest.param(MESSAGES, "basic", {"pack": 30}, "unknown_pack", id="rule-08-not-listed"),
        pytest.param(
            MESSAGES, "basic", {"credits": 25}, "custom_amount_not_sold", id="packs-only"
        ),
        *[
            pytest.param(
                MESSAGES, "basic", {"pack": size, "role": role}, None, id=f"{size}-{role}"
            )
            for size in (25, 75, 175, 500, 1000)
            for role in ("owner", "admin", "member")
        ],
    ],
)
def test_who_may_buy_what(policy: str, plan: str, fields: Line, outcome: str | None) -> None:
    """Purchases are checked in order; a good one is granted and counts so."""
    played = Played(policy, plan, event("2026-01-05", "purchase", **fields))
    if outcome is not None:
        assert [f"refused:{outcome}"] == played.outcomes
        assert [0] == granted(played)
    else:
        assert ["granted"] == played.outcomes
        assert [fields.get("pack") or fields.get("credits")] == granted(played)


def test_rule_15_packs_end_with_the_cycle() -> None:
    """Bought credits expire with the month that they were bought in."""
    played = Played(
        MESSAGES,
        "premium_business",
        event("2026-01-05", "purchase", pack=1000),
        send("2026-01-06", quantity=26),
        event("2026-02-05", "balance"),
    )
    assert [("2026-02-05T00:00:00Z", 999)] == played.sums("expired")
    assert 25 == played.left


def test_rule_71_bought_credits_never_expire() -> None:
    """Years later they are still there."""
    played = Played(
        TEAM,
        "free_trial",
        event("2026-01-05", "purchase", credits=9),
        event("2036-01-05", "balance"),
    )
    assert 9 == played.left


# --- the end ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "plan", "allotment"),
    [
        pytest.param(HUMAN, "pro", 350, id="humanlinker"),
        pytest.param(MESSAGES, "recruiter", 175, id="rule-16"),
        pytest.param(MONTHLY, "recruiter_lite", 50, id="rule-44"),
        pytest.param("inmail-rollover", "sales_navigator", 50, id="inmail-rollover"),
    ],
)
def test_a_cancellation_forfeits_all_at_once(policy: str, plan: str, allotment: int) -> None:
    """On a line of its own; no cycle grants again."""
    played = Played(
        policy,
        plan,
        event("2026-01-05", "cancel"),
        event("2027-01-05", "balance"),
    )
    assert ["cancelled", "ok"] == played.outcomes
    assert [("2026-01-05T12:00:00Z", allotment)] == played.sums("forfeited")
    assert 1 == len(played.sums("granted"))
    assert [allotment, 0] == played.available


def test_rule_16_bought_packs_are_forfeited_too() -> None:
    """Closing the account takes what was bought."""
    played = Played(
        MESSAGES, "basic", event("2026-01-05", "purchase", pack=25), event("2026-01-06", "cancel")
    )
    assert [("2026-01-06T12:00:00Z", 25)] == played.sums("forfeited")


def test_rule_78_bought_credits_survive_and_stay_usable() -> None:
    """The granted ones go, call credits too; the bought ones pay on, and never end."""
    played = Played(
        TEAM,
        "multichannel_expert",
        event("2026-01-05", "purchase", credits=50),
        event("2026-01-06", "trial"),
        event("2026-01-07", "cancel"),
        event("2027-01-07", "charge", quantity=10, **MINUTE),
        event("2027-01-07", "charge", quantity=11, **REQUEST),
        event("2027-01-07", "charge", quantity=10, **REQUEST),
    )
    assert [("2026-01-07T12:00:00Z", 2400)] == played.sums("forfeited")
    out = "refused:out_of_credits"
    assert ["charged", out, "charged"] == played.outcomes[3:]
    assert 0 == played.left


def test_after_a_cancellation_nothing_changes_any_more() -> None:
    """Purchases, trials, changes and a second cancellation are refused before all else."""
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "cancel"),
        event("2026-01-06", "purchase", credits=5, role="member"),
        event("2026-01-06", "trial"),
        change("2026-01-06", "gold"),
        seats("2026-01-06", 2),
        event("2026-01-06", "cancel"),
    )
    assert ["cancelled"] + ["refused:cancelled"] * 5 == played.outcomes
    other = Played(
        HUMAN, "pro", event("2026-01-05", "cancel"), event("2026-01-06", "purchase", credits=5)
    )
    assert "refused:cancelled" == other.outcomes[1]


def test_free_reasons_still_hold_after_a_cancellation() -> None:
    """What was paid or is free by its facts stays so; the rest is judged by what is left."""
    played = Played(
        HUMAN,
        "pro",
        analyse("2026-01-05", "a"),
        event("2026-01-06", "cancel"),
        analyse("2026-01-07", "a"),
        analyse("2026-01-07", "b"),
    )
    wanted = ["charged", "cancelled", "free:already_analyzed", "refused:out_of_credits"]
    assert wanted == played.outcomes


def test_a_pending_change_ends_with_the_subscription() -> None:
    """After a cancellation no pending plan or seat counts, and nothing is granted."""
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "balance"),
        seats("2026-01-06", 1),
        change("2026-01-06", "free_trial"),
        event("2026-01-07", "cancel"),
        event("2026-03-07", "balance"),
        seats=3,
    )
    assert 0 == played.left
    assert 1 == len(played.sums("granted"))
