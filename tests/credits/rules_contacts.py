"""Rules 50 to 61, as far as the engine and the policy file keep them: contact credits."""

from backend.credits.policy import load_policy
from backend.credits.policy_files.policy_format import ChargeWhen, OnExhausted
from tests.credits.played import Played, analyse, event
from tests.credits.rulebook import rule

CONTACTS = "humanlinker"
FILE = "`humanlinker.toml`"
POLICY = load_policy(CONTACTS)


@rule(50, "One credit is the analysis of one new contact", f"{FILE} `contact.analysis`")
def rule_50() -> None:
    looks = [analyse("2026-01-05", name) for name in "abab"]
    assert [1, 1, 0, 0] == Played(CONTACTS, "starter", *looks).charged


@rule(
    51,
    "It goes with the first analysis that succeeds: set aside meanwhile, back on failure",
    f"{FILE} `charge_when`; the hold of `flows/begin.py`",
)
def rule_51() -> None:
    assert ChargeWhen.SUCCEEDED is POLICY.actions["contact.analysis"].charge_when
    hold = {"action": "contact.analysis", "contact": "a"}
    played = Played(
        CONTACTS,
        "starter",
        event("2026-01-05", "hold", hold="fails", **hold),
        event("2026-01-05", "release", hold="fails"),
        event("2026-01-06", "hold", hold="works", **hold),
        event("2026-01-06", "capture", hold="works"),
        analyse("2026-01-07", "a"),
    )
    assert [0, 0, 0, 1, 0] == played.charged


@rule(
    53,
    "The volume goes by plan; its source names no figures, so ours are marked editable",
    f"{FILE} `plans`",
)
def rule_53() -> None:
    assert [200, 350, 600] == [plan.allotment for plan in POLICY.plans.values()]
    figures = [line for line in POLICY.source.splitlines() if line.startswith("allotment")]
    assert all("editable" in line for line in figures)


@rule(54, "A new set each month replaces the old one", f"{FILE} `rollover.mode`")
def rule_54() -> None:
    played = Played(CONTACTS, "pro", analyse("2026-01-15", "a"), event("2026-02-15", "balance"))
    assert [("2026-02-15T00:00:00Z", 349)] == played.sums("expired")
    assert 350 == played.left


@rule(
    59,
    "Once analysed, a contact is free as often and as long as one likes",
    "`once_per_contact`; the receipt of the paid analysis is answered",
)
def rule_59() -> None:
    spent = [analyse("2026-01-05", f"c{number}") for number in range(200)]
    again = [
        analyse("2036-01-05", "c7"),
        event("2036-01-06", "cancel"),
        analyse("2046-01-05", "c7"),
    ]
    played = Played(CONTACTS, "starter", *spent, *again)
    assert 200 == played.end["totals"]["charged"]
    assert "free:already_analyzed" == played.outcomes[-1]


@rule(
    61,
    "Without credits one waits for the next month or upgrades; nothing is sold",
    f"{FILE} `on_exhausted`; no `[topup]`",
)
def rule_61() -> None:
    assert (OnExhausted.WAIT, OnExhausted.UPGRADE) == POLICY.on_exhausted
    played = Played(
        CONTACTS,
        "starter",
        *[analyse("2026-01-05", f"c{number}") for number in range(201)],
        event("2026-01-05", "purchase", credits=10),
        event("2026-01-05", "change_plan", plan="pro"),
        analyse("2026-01-05", "c200"),
    )
    out, sold = "refused:out_of_credits", "refused:purchase_not_allowed"
    assert [out, sold, "changed", "charged"] == played.outcomes[200:]
