"""Rules 1 to 17: message credits that open threads, and packs."""

from backend.credits.policy import load_policy, validate
from backend.credits.policy_files.policy_format import Expires, OnExhausted, Scope
from backend.credits.rules.state import EntryKind, Facts, Settle
from backend.instants import DAY
from tests.credits.played import Played, event, send
from tests.credits.pools import START, after, opened
from tests.credits.rulebook import ADVICE, rule

MESSAGES = "linkedin-messages"
FILE = "`linkedin-messages.toml`"
POLICY = load_policy(MESSAGES)
FIRST = {"relation": "first_degree"}


@rule(1, "A message to somebody who is no connection costs one credit", f"{FILE} `message.send`")
def rule_1() -> None:
    assert [1, 3] == Played(
        MESSAGES, "recruiter", send("2026-01-05"), send("2026-01-05", quantity=3)
    ).charged


@rule(2, "Each member has a fixed number each month", f"{FILE} `grant.scope`")
def rule_2() -> None:
    assert Scope.MEMBER is POLICY.scope
    played = Played(MESSAGES, "recruiter", event("2026-01-05", "balance"), seats=9)
    assert 175 == played.left


@rule(3, "The number goes by plan, and may be 0", f"{FILE} `plans`")
def rule_3() -> None:
    wanted = {
        "basic": 0,
        "premium_business": 25,
        "sales_navigator_professional": 25,
        "sales_navigator_team": 25,
        "recruiter_lite": 75,
        "recruiter": 175,
    }
    assert wanted == {
        plan: Played(MESSAGES, plan, event("2026-01-05", "balance")).left for plan in POLICY.plans
    }


@rule(4, "Who has used up the allotment must buy to go on, or wait", f"{FILE} `on_exhausted`")
def rule_4() -> None:
    assert (OnExhausted.BUY, OnExhausted.WAIT) == POLICY.on_exhausted
    played = Played(
        MESSAGES,
        "premium_business",
        send("2026-01-05", quantity=25),
        send("2026-01-06"),
        event("2026-01-07", "purchase", pack=25),
        send("2026-01-08"),
    )
    assert ["charged", "refused:out_of_credits", "granted", "charged"] == played.outcomes


@rule(5, "The first degree is free and unlimited, everybody else costs", f"{FILE} `free_if`")
def rule_5() -> None:
    others = ["second_degree", "third_degree", "out_of_network"]
    played = Played(
        MESSAGES,
        "recruiter",
        *[send("2026-01-05", facts=FIRST)] * 300,
        *[send("2026-01-06", facts={"relation": relation}) for relation in others],
    )
    assert [0] * 300 + [1, 1, 1] == played.charged
    charge = send("2026-01-05", facts=FIRST)
    assert ["free:first_degree"] == Played(MESSAGES, "basic", charge).outcomes


@rule(6, "After its first message a thread goes on free", f"{FILE} `opens_thread`, `free_if`")
def rule_6() -> None:
    sent = [send("2026-01-05", "t"), send("2026-01-06", "t"), send("2029-01-06", "t")]
    assert [1, 0, 0] == Played(MESSAGES, "recruiter", *sent).charged


@rule(
    7,
    "Unused credits end with the billing cycle, which begins with the base number again",
    f"{FILE} `rollover.mode`, `grant.anchor`",
)
def rule_7() -> None:
    played = Played(
        MESSAGES, "recruiter", send("2026-01-31", quantity=100), event("2026-03-01", "balance")
    )
    assert [("2026-02-28T00:00:00Z", 75)] == played.sums("expired")
    assert 175 == played.left


@rule(
    8, "Packs of 25, 75, 175, 500 and 1000 for $10, 20, 40, 100 and 200", f"{FILE} `topup.packs`"
)
def rule_8() -> None:
    assert POLICY.topup is not None
    prices = {25: 1000, 75: 2000, 175: 4000, 500: 10000, 1000: 20000}
    assert prices == {pack.credits: pack.price_cents for pack in POLICY.topup.packs}
    buys = [event("2026-01-05", "purchase", pack=size) for size in prices]
    assert sum(prices) == Played(MESSAGES, "basic", *buys).left


@rule(
    9,
    "A larger pack is not always cheaper a credit: unit prices are computed, not asserted",
    "`Pack.cents_per_credit`, shown by `GET /v1/policies`",
)
def rule_9() -> None:
    assert POLICY.topup is not None
    units = [pack.cents_per_credit for pack in POLICY.topup.packs]
    assert units[0] > units[1] > units[2] > units[3] == units[4]


@rule(
    13,
    "What has expired never comes back, and its end stands in the journal",
    "`credits/rules/settling.py`: an entry `expire`",
)
def rule_13() -> None:
    later = after(opened(POLICY, "recruiter"), Settle(), policy=POLICY, at=START + 31 * DAY)
    kinds = [(entry.kind, entry.amount) for entry in later.entries]
    assert [(EntryKind.EXPIRE, -175), (EntryKind.GRANT, 175)] == kinds
    assert not any(lot.remaining for lot in later.pool.lots if lot.expires_at <= START + 31 * DAY)


@rule(14, "Credits are not given, shared, moved or put together", f"{FILE} `transfer`: only false")
def rule_14() -> None:
    assert POLICY.transfer is False
    wished = POLICY.source.replace("transfer = false", "transfer = true")
    assert ["transfer"] == [message.partition(":")[0] for _, message in validate(wished)]


@rule(
    15,
    "Bought credits are not refunded, and end with the billing month",
    f"{FILE} `topup.expires`, `topup.refundable`",
)
def rule_15() -> None:
    assert POLICY.topup is not None
    assert (Expires.CYCLE, False) == (POLICY.topup.expires, POLICY.topup.refundable)
    played = Played(
        MESSAGES, "basic", event("2026-01-05", "purchase", pack=25), event("2026-02-05", "balance")
    )
    assert [("2026-02-05T00:00:00Z", 25)] == played.sums("expired")


@rule(
    17,
    "Tips: larger packs, no stockpiling, message early in the month, be personal",
    f"{ADVICE}: the balance shows what expires when, and when it will run out",
)
def rule_17() -> None:
    from shared_schemas.credits import BalanceBody

    assert {"expiring", "runs_out_at", "used", "granted"} <= set(BalanceBody.model_fields)
    assert Facts().cap is None, "nothing limits how early or late in a month one spends"
