"""Rules 63 to 80: one currency for many actions, shared by the team."""

from backend.credits.policy import load_policy
from backend.credits.policy_files.policy_format import ChargeWhen, Expires, OnCancel, Scope
from tests.credits.played import Line, Played, event
from tests.credits.rulebook import rule

TEAM = "lemlist"
FILE = "`lemlist.toml`"
POLICY = load_policy(TEAM)


def act(at: str, action: str, **fields: object) -> Line:
    """An action is charged."""
    return event(at, "charge", action=action, **fields)


@rule(63, "One currency pays for many actions, each at its own price", f"{FILE} `actions`")
def rule_63() -> None:
    actions = ["email.find", "profile.enrich", "phone.find", "call.minute", "ai.variable"]
    played = Played(TEAM, "email_pro", *[act("2026-01-05", action) for action in actions])
    assert [5, 1, 20, 4, 1] == played.charged


@rule(
    64,
    "Credits go only when something usable was found: set aside, then spent or given back",
    f"{FILE} `charge_when`; holds in `credits/rules/spending.py`",
)
def rule_64() -> None:
    found = {n for n, action in POLICY.actions.items() if action.charge_when is ChargeWhen.FOUND}
    assert {"email.find", "profile.enrich", "phone.find"} == found
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "hold", hold="h", action="phone.find"),
        event("2026-01-05", "release", hold="h"),
    )
    assert (0, 1000) == (played.end["totals"]["charged"], played.left)


@rule(
    65,
    "Finding and verifying an e-mail costs 5, and only for those deliverable or risky",
    f"{FILE} `email.find`: one action, captured for those found",
)
def rule_65() -> None:
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "hold", hold="h", action="email.find", quantity=4),
        event("2026-01-05", "capture", hold="h", quantity=3),
    )
    assert [0, 15] == played.charged
    assert "email.verify" not in POLICY.actions


@rule(66, "Enriching a LinkedIn profile costs 1", f"{FILE} `profile.enrich`")
def rule_66() -> None:
    assert [1] == Played(TEAM, "email_pro", act("2026-01-05", "profile.enrich")).charged


@rule(
    67,
    "A phone number 20, a begun call minute 4, a request to an AI 1, found or not",
    f"{FILE} `phone.find`, `call.minute`, `ai.variable`",
)
def rule_67() -> None:
    played = Played(
        TEAM,
        "email_pro",
        act("2026-01-05", "phone.find"),
        act("2026-01-05", "call.minute", quantity=3),
        act("2026-01-05", "ai.variable", quantity=7),
    )
    assert [20, 12, 7] == played.charged
    assert ChargeWhen.REQUESTED is POLICY.actions["ai.variable"].charge_when


@rule(69, "Any number of credits can be bought, at $0.10 each", f"{FILE} `topup`")
def rule_69() -> None:
    assert POLICY.topup is not None
    assert (True, 10) == (POLICY.topup.custom, POLICY.topup.unit_price_cents)
    buy = event("2026-01-05", "purchase", credits=7)
    assert 1007 == Played(TEAM, "email_pro", buy).left


@rule(71, "Bought credits never expire", f"{FILE} `topup.expires`")
def rule_71() -> None:
    assert POLICY.topup is not None
    assert Expires.NEVER is POLICY.topup.expires
    played = Played(
        TEAM,
        "free_trial",
        event("2026-01-05", "purchase", credits=3),
        event("2076-01-05", "balance"),
    )
    assert 3 == played.left


@rule(74, "The whole team shares the credits", f"{FILE} `grant.scope`")
def rule_74() -> None:
    assert Scope.WORKSPACE is POLICY.scope


@rule(75, "A trial of 500 once; 1000 or 1500 a seat and month", f"{FILE} `trial`, `per_seat`")
def rule_75() -> None:
    trials = [event("2026-01-05", "trial"), event("2026-03-05", "trial")]
    played = Played(TEAM, "free_trial", *trials, start="2026-01-01T00:00:00Z")
    assert ["refused:trial_used"] * 2 == played.outcomes
    assert 500 == played.end["totals"]["granted"]
    look = event("2026-01-05", "balance")
    assert [3000, 4900] == [
        Played(TEAM, plan, look, seats=3).left for plan in ("email_pro", "multichannel_expert")
    ]


@rule(
    76,
    "Free credits end with the month, bought ones carry over",
    f"{FILE} `rollover.mode`, `topup.expires`",
)
def rule_76() -> None:
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "purchase", credits=50),
        event("2026-02-05", "balance"),
    )
    assert [("2026-02-05T00:00:00Z", 1000)] == played.sums("expired")
    assert 1050 == played.left


@rule(77, "Free credits are spent before bought ones", f"{FILE} `lots.spend_order`")
def rule_77() -> None:
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "purchase", credits=50),
        act("2026-01-06", "ai.variable", quantity=1000),
        event("2026-02-05", "cancel"),
    )
    assert 50 == played.left


@rule(78, "After a cancellation bought credits stay, and stay usable", f"{FILE} `on_cancel`")
def rule_78() -> None:
    assert OnCancel.KEEP_PURCHASED is POLICY.on_cancel
    played = Played(
        TEAM,
        "email_pro",
        event("2026-01-05", "purchase", credits=50),
        event("2026-01-06", "cancel"),
        act("2027-01-06", "ai.variable", quantity=50),
    )
    assert [("2026-01-06T12:00:00Z", 1000)] == played.sums("forfeited")
    assert "charged" == played.outcomes[-1]


@rule(
    79,
    "100 call minutes a month are 400 credits for calls alone",
    f"{FILE} `multichannel_expert.earmark`",
)
def rule_79() -> None:
    played = Played(
        TEAM,
        "multichannel_expert",
        act("2026-01-05", "ai.variable", quantity=1500),
        act("2026-01-05", "ai.variable"),
        act("2026-01-05", "call.minute", quantity=100),
        act("2026-01-05", "call.minute"),
    )
    out = "refused:out_of_credits"
    assert ["charged", out, "charged", out] == played.outcomes
