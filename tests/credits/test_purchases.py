"""Who may buy what, and what the end of a subscription takes."""

import pytest

from tests.credits.played import Line, Played, analyse, event, send

HUMAN = "humanlinker"
MESSAGES = "linkedin-messages"
MONTHLY = "inmail-monthly"
TEAM = "lemlist"
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
