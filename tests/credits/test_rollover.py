"""Credits that roll over, the cap, and what a reply gives back."""

import pytest

from tests.credits.played import Line, Played, event, send

ROLLING = "inmail-rollover"


def rolling(plan: str, *events: Line, **named: object) -> Played:
    """A scenario under the policy with rollover and refunds."""
    return Played(ROLLING, plan, *events, **named)


def test_rule_21_credits_live_ninety_days_from_their_grant() -> None:
    """What 5 January granted at 10:30 ends on 5 April at 10:30, if no cap takes it before."""
    played = rolling(
        "premium_career",
        event("2026-01-05T10:30:00Z", "balance"),
        event("2026-03-06", "change_plan", plan="sales_navigator"),
        event("2026-04-05T10:29:59Z", "balance"),
        event("2026-04-05T10:30:00Z", "balance"),
    )
    assert [("2026-04-05T10:30:00Z", 5)] == played.sums("expired")
    assert [5, 60, 110, 105] == played.available


def test_rules_22_and_23_overflow_expires_oldest_first() -> None:
    """Three allotments are kept; with the fourth the first one goes, at the same instant."""
    played = rolling(
        "premium_business", event("2026-01-05", "balance"), event("2026-05-05", "balance")
    )
    granted = ["2026-01-05T12:00:00Z", *(f"2026-0{m}-05T00:00:00Z" for m in (2, 3, 4, 5))]
    assert [(at, 15) for at in granted] == played.sums("granted")
    # 5 April 00:00 is 12 hours before January's credits end of age: the cap takes them first
    assert [("2026-04-05T00:00:00Z", 15), ("2026-05-05T00:00:00Z", 15)] == played.sums("expired")
    assert ["cap_overflow"] * 2 == [line["reason"] for line in played.settled if line["expired"]]
    assert 45 == played.left


@pytest.mark.parametrize(
    ("plan", "cap"),
    [
        ("premium_career", 15),
        ("premium_business", 45),
        ("sales_navigator", 150),
        ("recruiter_lite", 90),
    ],
)
def test_rule_22_the_cap_of_each_plan(plan: str, cap: int) -> None:
    """However long nothing is spent, no more than three allotments are there."""
    played = rolling(plan, event("2026-01-05", "balance"), event("2027-03-04", "balance"))
    assert cap == played.left


def test_at_one_instant_life_ends_before_the_allotment_and_the_cap() -> None:
    """90 days after 1 January is 1 April: what ends there makes room, and the cap takes none."""
    played = rolling(
        "premium_career", event("2026-01-01T00:00:00Z", "balance"), event("2026-04-01", "balance")
    )
    last = [line for line in played.settled if line["at"] == "2026-04-01T00:00:00Z"]
    assert [("expired", 5, 0), ("allotment", 0, 5)] == [
        (line["reason"], line["expired"], line["granted"]) for line in last
    ]
    assert 15 == played.left


def test_the_cap_counts_held_credits_and_takes_only_free_ones() -> None:
    """140 held of 150: the next 50 leave room for 10 more."""
    played = rolling(
        "sales_navigator",
        event("2026-01-05", "balance"),
        event("2026-03-06", "hold", hold="h", action="message.send", quantity=140),
        event("2026-04-05T01:00:00Z", "balance"),
        event("2026-04-05T02:00:00Z", "release", hold="h"),
    )
    assert [("2026-04-05T00:00:00Z", 50)] == played.sums("expired")
    assert [50, 10, 10, 150] == played.available
    assert [0, 140, 140, 0] == [line["held"] for line in played.own]


def test_a_capture_leaves_the_cap_kept() -> None:
    """After a partial capture the rest returns, and what is above the cap expires then."""
    played = rolling(
        "sales_navigator",
        event("2026-01-05", "balance"),
        event("2026-03-06", "hold", hold="h", action="message.send", quantity=150),
        event("2026-03-07", "change_plan", plan="premium_career"),
        event("2026-03-08", "capture", hold="h", quantity=100),
    )
    # nothing was free at the downgrade; of the 50 that return only 15 may stay
    assert [] == played.sums("forfeited")
    assert [("2026-03-08T12:00:00Z", 35)] == played.sums("expired")
    assert 15 == played.left


def test_rule_25_a_reply_refunds_one_credit_whatever_the_quantity() -> None:
    """Five messages in one event, one reply: one credit back."""
    played = rolling(
        "sales_navigator",
        send("2026-01-05", "t", quantity=5),
        event("2026-01-06", "reply", thread="t"),
    )
    assert ["charged", "refunded"] == played.outcomes
    assert [0, 1] == [line["refunded"] for line in played.own]
    assert [45, 46] == played.available


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        pytest.param("2026-04-15T11:59:59Z", "refunded", id="in-time"),
        pytest.param("2026-04-15T12:00:00Z", "refunded", id="the-very-instant"),
        pytest.param("2026-04-15T12:00:00.000001Z", "ok", id="too-late"),
    ],
)
def test_rules_25_and_27_the_ninetieth_day_is_included(at: str, outcome: str) -> None:
    """A reply 90 days later at the same time still refunds; a microsecond after it does not."""
    played = rolling("sales_navigator", send("2026-01-15", "t"), event(at, "reply", thread="t"))
    assert outcome == played.outcomes[1]


def test_the_window_is_local_time() -> None:
    """In Paris the 90 days from January end an hour earlier in UTC, in summer time."""
    sent = send("2026-01-15T12:00:00Z", "t")
    for at, outcome in [("2026-04-15T11:00:00Z", "refunded"), ("2026-04-15T11:00:01Z", "ok")]:
        played = rolling(
            "sales_navigator", sent, event(at, "reply", thread="t"), timezone="Europe/Paris"
        )
        assert outcome == played.outcomes[1]


def test_rule_28_one_refund_per_thread_for_ever() -> None:
    """Two messages and two replies: one credit back; a later message and reply: none."""
    played = rolling(
        "sales_navigator",
        send("2026-01-05", "t"),
        send("2026-01-10", "t"),
        event("2026-01-11", "reply", thread="t"),
        event("2026-01-12", "reply", thread="t"),
        send("2026-01-13", "t"),
        event("2026-01-14", "reply", thread="t"),
    )
    wanted = ["charged", "charged", "refunded", "ok", "charged", "ok"]
    assert wanted == played.outcomes


def test_a_follow_up_renews_the_window() -> None:
    """The newest paid message counts: a reply 100 days after the first, 20 after the second."""
    played = rolling(
        "sales_navigator",
        send("2026-01-05", "t"),
        send("2026-03-26", "t"),
        event("2026-04-15", "reply", thread="t"),
    )
    assert ["charged", "charged", "refunded"] == played.outcomes


def test_a_free_message_is_not_the_newest_paid_one() -> None:
    """A message that cost nothing neither earns a refund nor renews the window."""
    free = {"open_profile": True}
    played = rolling(
        "sales_navigator",
        send("2026-01-05", "t", facts=free),
        event("2026-01-06", "reply", thread="t"),
        send("2026-01-07", "u"),
        send("2026-03-26", "u", facts=free),
        event("2026-04-15", "reply", thread="u"),
    )
    wanted = ["free:open_profile", "ok", "charged", "free:open_profile", "ok"]
    assert wanted == played.outcomes


def test_rule_26_no_refund_without_a_paid_message() -> None:
    """A reply to a thread that was never paid, or only held, gives nothing and is no error."""
    played = rolling(
        "sales_navigator",
        event("2026-01-05", "reply", thread="t"),
        event("2026-01-05", "hold", hold="h", action="message.send", thread="t"),
        event("2026-01-06", "reply", thread="t"),
        event("2026-01-07", "capture", hold="h"),
        event("2026-01-08", "reply", thread="t"),
    )
    assert ["ok", "ok", "ok", "captured", "refunded"] == played.outcomes


def test_a_held_message_counts_as_sent_at_its_capture() -> None:
    """The 90 days of a reply run from the capture, not from the hold."""
    played = rolling(
        "sales_navigator",
        event("2026-01-05", "hold", hold="h", action="message.send", thread="t"),
        event("2026-02-01", "capture", hold="h"),
        event("2026-05-02", "reply", thread="t"),
    )
    assert "refunded" == played.outcomes[2]


def test_a_refund_goes_back_into_the_lot_of_the_last_credit() -> None:
    """The refunded credit ends with its own lot, not 90 days after the reply."""
    played = rolling(
        "premium_career",
        send("2026-01-05", "t"),
        event("2026-01-20", "reply", thread="t"),
        send("2026-02-06", "u", quantity=9),
        event("2026-03-04", "reply", thread="u"),
        event("2026-04-30", "balance"),
    )
    # u took January's 5 and 4 of February's: its last credit is February's, which end on 6 May
    assert [] == [each for each in played.sums("expired") if each[0] < "2026-04-30"]
    assert 2 + 5 + 5 == played.left


def test_a_refund_into_a_dead_lot_is_a_new_lot_of_ninety_days() -> None:
    """Rule 27: a late reply refunds all the same, counted as refunded, and lives 90 days."""
    played = rolling(
        "premium_career",
        event("2026-01-05", "balance"),
        send("2026-04-01", "t"),
        send("2026-04-06", quantity=15),
        event("2026-04-06T13:00:00Z", "reply", thread="t"),
        event("2026-07-04", "change_plan", plan="sales_navigator"),
        event("2026-07-05T12:59:59Z", "balance"),
        event("2026-07-05T13:00:00Z", "balance"),
    )
    late = played.own[3]
    assert ("refunded", 1, 0) == (late["outcome"], late["refunded"], late["granted"])
    assert 1 == late["available"]
    assert ("2026-07-05T13:00:00Z", 1) == played.sums("expired")[-1]
    assert 105 == played.left


def test_a_lot_is_dead_at_the_instant_of_its_end() -> None:
    """A reply at that very instant still refunds, into a new lot; one before it, into the old."""
    for at, kept in [("2026-04-05T12:00:00Z", 1), ("2026-04-05T11:59:59Z", 0)]:
        played = rolling(
            "premium_career",
            send("2026-01-05", "t", quantity=5),
            event("2026-03-06", "change_plan", plan="free"),
            event("2026-03-07", "change_plan", plan="premium_career"),
            event(at, "reply", thread="t"),
            event("2026-04-06", "balance"),
        )
        assert 5 + kept == played.left, "April's allotment, and the credit if its lot is new"


def test_a_refund_finds_a_lot_spent_long_ago() -> None:
    """The credit returns to its lot, spent whole, behind many others: it ends when that does."""
    upgrades = ["premium_career", "premium_business", "recruiter_lite", "sales_navigator"]
    played = rolling(
        "free",
        event("2026-01-05T11:00:00Z", "balance"),
        event("2026-01-05", "change_plan", plan=upgrades[0]),
        send("2026-01-05", "t", quantity=5),
        *[event("2026-01-06", "change_plan", plan=plan) for plan in upgrades[1:]],
        event("2026-03-06", "balance"),
        send("2026-03-07", quantity=145),
        event("2026-03-10", "reply", thread="t"),
        event("2026-04-06", "balance"),
    )
    assert [("2026-04-05T12:00:00Z", 1)] == played.sums("expired")


def test_a_refund_above_the_cap_trims_the_oldest() -> None:
    """With the cap full the refund is a line, and the credit that it pushes out another."""
    played = rolling(
        "premium_career",
        event("2026-01-05", "balance"),
        send("2026-03-06", "t"),
        event("2026-04-05T01:00:00Z", "balance"),
        event("2026-04-05T02:00:00Z", "reply", thread="t"),
    )
    assert "refunded" == played.outcomes[3]
    assert ("2026-04-05T02:00:00Z", 1) in played.sums("expired")
    assert 15 == played.left


def test_a_cancelled_subscription_refunds_nothing() -> None:
    """A reply after the cancellation is `ok` and gives nothing."""
    played = rolling(
        "sales_navigator",
        send("2026-01-05", "t"),
        event("2026-01-06", "cancel"),
        event("2026-01-07", "reply", thread="t"),
    )
    assert ["charged", "cancelled", "ok"] == played.outcomes
    assert 0 == played.left


@pytest.mark.parametrize(
    ("policy", "plan"),
    [
        ("linkedin-messages", "recruiter"),
        ("inmail-monthly", "sales_navigator"),
        ("humanlinker", "pro"),
        ("lemlist", "email_pro"),
    ],
)
def test_the_other_policies_refund_nothing(policy: str, plan: str) -> None:
    """A reply is `ok`, never refused, and moves nothing."""
    played = Played(
        policy, plan, event("2026-01-05", "balance"), event("2026-01-06", "reply", thread="t")
    )
    assert ["ok", "ok"] == played.outcomes
    assert "no_refunds" == played.own[1]["reason"]


def test_rule_31_an_upgrade_grants_the_difference_then_trims() -> None:
    """From 15 to 50: 35 more at once; the cap is the new plan's."""
    played = rolling(
        "premium_business",
        event("2026-01-05", "balance"),
        event("2026-01-06", "change_plan", plan="sales_navigator"),
    )
    assert [0, 35] == [line["granted"] for line in played.own]
    assert 50 == played.left


def test_rule_32_a_downgrade_keeps_what_fits_the_new_cap() -> None:
    """150 credits down to a cap of 45: the oldest 105 are forfeited, the rest keeps its clock."""
    played = rolling(
        "sales_navigator",
        event("2026-01-05", "balance"),
        event("2026-03-06", "change_plan", plan="premium_business"),
        event("2026-06-04", "balance"),
    )
    assert [("2026-03-06T12:00:00Z", 105)] == played.sums("forfeited")
    assert "changed" == played.outcomes[1]
    # the 45 kept are March's: they end on 3 June
    ends = [credits for at, credits in played.sums("expired") if at == "2026-06-03T00:00:00Z"]
    taken = [credits for at, credits in played.sums("expired") if at < "2026-06-03"]
    assert 45 == sum(ends) + sum(taken)


def test_a_downgrade_within_the_cap_loses_nothing() -> None:
    """50 credits fit 90; the new plan grants its own 30 from the next cycle."""
    played = rolling(
        "sales_navigator",
        event("2026-01-05", "balance"),
        event("2026-01-06", "change_plan", plan="recruiter_lite"),
        event("2026-02-05", "balance"),
    )
    assert [] == played.sums("forfeited")
    assert ("2026-02-05T00:00:00Z", 30) in played.sums("granted")
    assert 80 == played.left


def test_down_and_up_again_wins_nothing() -> None:
    """What the cycle granted once is not granted again."""
    played = rolling(
        "sales_navigator",
        send("2026-01-05", quantity=50),
        event("2026-01-06", "change_plan", plan="premium_career"),
        event("2026-01-07", "change_plan", plan="sales_navigator"),
        event("2026-01-08", "change_plan", plan="free"),
        event("2026-01-09", "change_plan", plan="recruiter_lite"),
    )
    assert [0] * 5 == [line["granted"] for line in played.own]
    assert 0 == played.left


def test_the_free_plan_keeps_nothing() -> None:
    """Its cap is 0: a downgrade to it forfeits all, and a refund expires at once."""
    played = rolling(
        "sales_navigator",
        send("2026-01-05", "t"),
        event("2026-01-06", "change_plan", plan="free"),
        event("2026-01-07", "reply", thread="t"),
    )
    assert [("2026-01-06T12:00:00Z", 49)] == played.sums("forfeited")
    assert [("2026-01-07T12:00:00Z", 1)] == played.sums("expired")
    assert 0 == played.left
