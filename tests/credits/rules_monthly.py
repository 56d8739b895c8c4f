"""Rules 40 to 49: InMail credits that end with the calendar month."""

from backend.credits.policy import load_policy
from backend.credits.policy_files.policy_format import Anchor, OnExhausted, Scope
from tests.credits.played import Played, event, send
from tests.credits.rulebook import rule

MONTHLY = "inmail-monthly"
FILE = "`inmail-monthly.toml`"
POLICY = load_policy(MONTHLY)


@rule(
    40,
    "Nothing rolls over: what is left ends with the calendar month, for good",
    f"{FILE} `rollover.mode`, `grant.anchor`",
)
def rule_40() -> None:
    assert Anchor.CALENDAR_MONTH is POLICY.anchor
    played = Played(
        MONTHLY, "recruiter_lite", send("2026-01-20", quantity=9), event("2026-02-01", "balance")
    )
    assert [("2026-02-01T00:00:00Z", 41)] == played.sums("expired")
    assert 50 == played.left


@rule(
    41, "5, 25 and 50 by plan; a free account writes to its first degree only", f"{FILE} `plans`"
)
def rule_41() -> None:
    wanted = {"free": 0, "premium_career": 5, "sales_navigator": 25, "recruiter_lite": 50}
    assert wanted == {name: plan.allotment for name, plan in POLICY.plans.items()}
    first = {"relation": "first_degree"}
    free = Played(MONTHLY, "free", send("2026-01-05", facts=first), send("2026-01-05"))
    assert ["free:first_degree", "refused:out_of_credits"] == free.outcomes


@rule(
    42,
    "Nothing à la carte; an upgrade brings the larger plan's credits on top at once",
    f"{FILE} `on_upgrade`, `on_exhausted`; no `[topup]`",
)
def rule_42() -> None:
    assert (OnExhausted.UPGRADE, OnExhausted.WAIT) == POLICY.on_exhausted
    played = Played(
        MONTHLY,
        "premium_career",
        send("2026-01-05", quantity=5),
        event("2026-01-06", "purchase", credits=5),
        event("2026-01-06", "change_plan", plan="sales_navigator"),
    )
    assert ["charged", "refused:purchase_not_allowed", "changed"] == played.outcomes
    assert 25 == played.left


@rule(
    43,
    "Credits are the user's own: not moved, not put together",
    f"{FILE} `grant.scope`, `transfer`",
)
def rule_43() -> None:
    assert (Scope.MEMBER, False) == (POLICY.scope, POLICY.transfer)


@rule(
    44,
    "A downgrade or a cancellation voids what is unused at once, and says how much",
    f"{FILE} `on_downgrade`, `on_cancel`",
)
def rule_44() -> None:
    for change in [
        event("2026-01-06", "change_plan", plan="premium_career"),
        event("2026-01-06", "cancel"),
    ]:
        played = Played(MONTHLY, "sales_navigator", send("2026-01-05", quantity=15), change)
        assert [("2026-01-06T12:00:00Z", 10)] == played.sums("forfeited")
        assert 0 == played.left


@rule(
    47,
    "Follow-ups, introductions and articles cost a credit as well",
    f"{FILE}: no thread is free",
)
def rule_47() -> None:
    sent = [send(f"2026-01-0{day}", "t") for day in (5, 6, 7)]
    assert [1, 1, 1] == Played(MONTHLY, "sales_navigator", *sent).charged


@rule(
    49,
    "Expiry is what renews subscriptions: say plainly what was lost to it",
    "`lost` of `GET W/usage`; `expired` and `forfeited` in every simulation",
)
def rule_49() -> None:
    played = Played(
        MONTHLY, "sales_navigator", event("2026-01-05", "balance"), event("2026-12-31", "balance")
    )
    totals = played.end["totals"]
    assert (12 * 25, 11 * 25) == (totals["granted"], totals["expired"])
