"""Rules 18 to 39: InMail credits that roll over, and come back with a reply."""

from datetime import date

from backend.credits.policy import load_policy
from backend.credits.policy_files.policy_format import OnExhausted
from backend.credits.rules.state import Charge
from tests.credits.played import Line, Played, event, send
from tests.credits.pools import after, opened
from tests.credits.rulebook import ADVICE, rule

ROLLING = "inmail-rollover"
FILE = "`inmail-rollover.toml`"
POLICY = load_policy(ROLLING)


def rolling(plan: str, *events: Line) -> Played:
    """A scenario."""
    return Played(ROLLING, plan, *events)


@rule(18, "Only premium plans have credits; one InMail costs one", f"{FILE} `plans.free`, `cost`")
def rule_18() -> None:
    assert ["refused:out_of_credits"] == rolling("free", send("2026-01-05")).outcomes
    assert [1] == rolling("premium_career", send("2026-01-05")).charged


@rule(
    19,
    "5, 15, 50 and 30 a month as of October 2025, at about $12, 4, 1.60 and 2.50 a credit",
    f"{FILE} `plans`, `effective_from`, `price_cents`",
)
def rule_19() -> None:
    assert date(2025, 10, 1) == POLICY.effective_from
    wanted = {
        "premium_career": (5, 1200),
        "premium_business": (15, 400),
        "sales_navigator": (50, 160),
        "recruiter_lite": (30, 250),
    }
    paid = {name: plan for name, plan in POLICY.plans.items() if plan.allotment}
    assert wanted == {name: (p.allotment, p.cents_per_credit) for name, p in paid.items()}


@rule(
    20,
    "Credits come on the billing date; the 31st is the last day of a shorter month",
    f"{FILE} `grant.anchor`; `credits/rules/calendar.py`",
)
def rule_20() -> None:
    played = rolling(
        "premium_career", event("2028-01-31", "balance"), event("2028-05-01", "balance")
    )
    days = [at[5:10] for at, _ in played.sums("granted")]
    assert ["01-31", "02-29", "03-31", "04-30"] == days


@rule(21, "Unused credits roll over for up to 90 days", f"{FILE} `rollover.days`")
def rule_21() -> None:
    played = rolling(
        "premium_career",
        event("2026-01-05", "balance"),
        event("2026-03-06", "change_plan", plan="sales_navigator"),
        event("2026-04-05T11:59:59Z", "balance"),
        event("2026-04-05T12:00:00Z", "balance"),
    )
    assert [("2026-04-05T12:00:00Z", 5)] == played.sums("expired")


@rule(22, "At most three allotments are kept: 15, 45, 150, 90", f"{FILE} `rollover.cap_multiple`")
def rule_22() -> None:
    caps = {"premium_career": 15, "premium_business": 45, "sales_navigator": 150}
    for plan, cap in {**caps, "recruiter_lite": 90}.items():
        year = rolling(plan, event("2026-01-05", "balance"), event("2027-01-02", "balance"))
        assert cap == year.left == POLICY.cap(plan, 1)


@rule(
    23,
    "What a new grant pushes above the cap expires, oldest first",
    f"{FILE} `rollover.overflow`; `settling.trim`",
)
def rule_23() -> None:
    played = rolling(
        "premium_business",
        event("2026-01-05", "balance"),
        send("2026-04-04", quantity=4),
        event("2026-04-05T00:00:00Z", "balance"),
        event("2026-04-06", "balance"),
    )
    [gone] = [line for line in played.settled if line["expired"]]
    assert ("cap_overflow", 11, "2026-04-05T00:00:00Z") == (
        gone["reason"],
        gone["expired"],
        gone["at"],
    )
    assert 45 == played.left, "January's were the oldest: none is left to end at noon"


@rule(
    24,
    "Credits are not sold; an upgrade or a reply brings more",
    f"{FILE}: no `[topup]`; `on_exhausted`",
)
def rule_24() -> None:
    buy = rolling("premium_career", event("2026-01-05", "purchase", credits=1))
    assert ["refused:purchase_not_allowed"] == buy.outcomes
    assert OnExhausted.BUY not in POLICY.on_exhausted
    assert OnExhausted.UPGRADE is POLICY.on_exhausted[0]


@rule(
    25,
    "A reply within 90 days gives one credit back, whatever it says",
    f"{FILE} `refund`; `credits/rules/refunding.py`",
)
def rule_25() -> None:
    for at, refunded in [("2026-04-05T12:00:00Z", 1), ("2026-04-05T12:00:01Z", 0)]:
        played = rolling(
            "sales_navigator", send("2026-01-05", "t"), event(at, "reply", thread="t")
        )
        assert refunded == played.own[1]["refunded"]


@rule(
    26,
    "Nothing comes back without a reply, and a reply told twice counts once",
    f"{FILE} `refund.event`, `refund.max_per_thread`",
)
def rule_26() -> None:
    answered = event("2026-01-07", "reply", thread="t")
    played = rolling(
        "sales_navigator",
        send("2026-01-05", "t"),
        send("2026-01-05", "silent"),
        answered,
        answered,
        event("2026-01-08", "reply", thread="never-written-to"),
    )
    assert [0, 0, 1, 0, 0] == [line["refunded"] for line in played.own]
    assert 49 == played.left


@rule(
    27,
    "A late reply still refunds when the credit's own time is over: into a new lot",
    f"{FILE} `refund.new_lot_days`",
)
def rule_27() -> None:
    played = rolling(
        "premium_career",
        event("2026-01-05", "balance"),
        send("2026-04-01", "t"),
        send("2026-06-19", quantity=15),
        event("2026-06-20", "reply", thread="t"),
    )
    assert [5, 14, 0, 1] == played.available
    assert 1 == played.own[3]["refunded"]


@rule(
    28,
    "A follow-up costs another credit; one credit comes back, not two",
    f"{FILE}: `message.send` not free in a thread; `refund.max_per_thread`",
)
def rule_28() -> None:
    played = rolling(
        "sales_navigator",
        send("2026-01-05", "t"),
        send("2026-01-11", "t"),
        event("2026-01-12", "reply", thread="t"),
        event("2026-01-13", "reply", thread="t"),
    )
    assert [1, 1, 0, 0] == played.charged
    assert 49 == played.left


@rule(
    29,
    "Advice on follow-ups: one short one after five to seven days",
    f"{ADVICE}: nothing is ever sent by Meetonce, so nothing has to be paced",
)
def rule_29() -> None:
    assert {"message.send", "contact.analysis"} == set(POLICY.actions)
    assert [1] * 3 == rolling("sales_navigator", *[send("2026-01-05", "t")] * 3).charged


@rule(
    30,
    "First degree and open profiles are free; groups, invitations and posts are no InMail",
    f"{FILE} `free_if`, `actions`",
)
def rule_30() -> None:
    played = rolling(
        "sales_navigator",
        send("2026-01-05", facts={"relation": "first_degree"}),
        send("2026-01-05", facts={"open_profile": True}),
        send("2026-01-05", facts={"open_profile": False, "relation": "third_degree"}),
        event("2026-01-05", "charge", action="group.message"),
    )
    unmetered = "refused:unknown_action"
    wanted = ["free:first_degree", "free:open_profile", "charged", unmetered]
    assert wanted == played.outcomes


@rule(
    31, "An upgrade brings the difference at once: from 15 to 50, 35 more", f"{FILE} `on_upgrade`"
)
def rule_31() -> None:
    played = rolling(
        "premium_business",
        event("2026-01-05", "balance"),
        event("2026-01-06", "change_plan", plan="sales_navigator"),
    )
    assert [15, 50] == played.available


@rule(
    32,
    "A downgrade loses what is above the new cap, oldest first; the rest keeps its 90 days",
    f"{FILE} `on_downgrade`",
)
def rule_32() -> None:
    played = rolling(
        "sales_navigator",
        event("2026-01-05", "balance"),
        event("2026-03-06", "change_plan", plan="premium_career"),
        send("2026-03-07", quantity=10),
        event("2026-06-03T00:00:00Z", "balance"),
    )
    assert [("2026-03-06T12:00:00Z", 135)] == played.sums("forfeited")
    # the 15 kept are those of 5 March: the five not spent end 90 days after that
    assert [("2026-06-03T00:00:00Z", 5)] == played.sums("expired")


@rule(
    34,
    "No daily limit is published; bursts may be restricted there",
    f"{ADVICE}: no pace limit; a manager may cap a member's cycle",
)
def rule_34() -> None:
    assert [1] * 50 == rolling("sales_navigator", *[send("2026-01-05")] * 50).charged
    assert POLICY.member_caps


@rule(
    35,
    "Half the messages answered doubles the credits; set a weekly target",
    f"{ADVICE}: `effective_credits` of `GET W/usage`; no goals are set",
)
def rule_35() -> None:
    events: list[Line] = []
    for number in range(50):
        events.append(send("2026-01-05", f"t{number}"))
        if number % 2:
            events.append(event("2026-01-05", "reply", thread=f"t{number}"))
    totals = rolling("sales_navigator", *events).end["totals"]
    effective = totals["charged"] / (1 - totals["refunded"] / totals["charged"])
    assert 100 == effective


@rule(
    36,
    "Qualify before spending: no other way, high value, a personal angle",
    f"{ADVICE}: no checklist; what a contact would cost is known before it is spent",
)
def rule_36() -> None:
    pool = opened(POLICY, "premium_career")
    asked = after(pool, Charge("message.send"), policy=POLICY)
    assert (1, 5) == (asked.step.charged, pool.available), "asking the engine spends nothing"


@rule(
    38,
    "A message has fewer than 400 characters, an invitation at most 300",
    f"{ADVICE}: Meetonce sends no message and counts no characters",
)
def rule_38() -> None:
    assert "message" == POLICY.actions["message.send"].unit
