"""Whole answers of the engine: what is refused, free or nothing leaves all else as it was.

Other tests look at what matters to them; here every field of an answer is compared.
"""

import pytest

from backend.credits.engine import apply, open_pool
from backend.credits.policy import Policy, load_policy, parse_policy
from backend.credits.rules.state import (
    Adjust,
    Cancel,
    Capture,
    ChangePlan,
    ChangeSeats,
    Charge,
    Command,
    Decision,
    Facts,
    LotSource,
    Outcome,
    PlaceHold,
    Pool,
    Purchase,
    Release,
    Reply,
    Reverse,
    Settle,
    StartTrial,
    Step,
)
from backend.instants import HOUR
from tests.credits.pools import CONTACTS, ROLLING, START, TEAM, after, analysis, opened

LATER = START + HOUR
MESSAGES = load_policy("linkedin-messages")


def team(plan: str = "email_pro") -> Pool:
    """A pool of the policy that sells most."""
    return opened(TEAM, plan)


def cancelled(policy: Policy, plan: str) -> Pool:
    """A pool whose subscription has ended."""
    return after(opened(policy, plan), Cancel(), policy=policy).pool


def holding() -> Pool:
    """A pool with one open hold of three minutes' calls."""
    return after(team(), PlaceHold("h", "call.minute", 3), policy=TEAM).pool


REFUSALS: list[tuple[Pool, Command, Facts, Policy, str, int]] = [
    (opened(), Settle(), Facts(True, False), CONTACTS, "idempotency_key_reused", 0),
    (opened(), Purchase(pack=5), Facts(), CONTACTS, "purchase_not_allowed", 0),
    (cancelled(TEAM, "email_pro"), StartTrial(), Facts(), TEAM, "cancelled", 0),
    (cancelled(TEAM, "email_pro"), Purchase(credits=5), Facts(), TEAM, "cancelled", 0),
    (cancelled(TEAM, "email_pro"), ChangePlan("free_trial"), Facts(), TEAM, "cancelled", 0),
    (opened(), StartTrial(), Facts(), CONTACTS, "no_trial", 0),
    (team("free_trial"), StartTrial(), Facts(), TEAM, "trial_used", 0),
    (opened(), Adjust(0, "x"), Facts(), CONTACTS, "invalid_credits", 0),
    (opened(), Adjust(-201, "x"), Facts(), CONTACTS, "out_of_credits", 201),
    (opened(), Charge("nonsense"), Facts(), CONTACTS, "unknown_action", 0),
    (opened(), Charge("contact.analysis"), Facts(), CONTACTS, "contact_required", 0),
    (team(), Charge("phone.find", 0), Facts(), TEAM, "invalid_quantity", 0),
    (opened(), analysis("c"), Facts(cap=3, cap_used=3), CONTACTS, "cap_reached", 1),
    (team(), Charge("phone.find", 51), Facts(), TEAM, "out_of_credits", 1020),
    (team(), PlaceHold("h", "phone.find", 51), Facts(), TEAM, "out_of_credits", 1020),
    (team(), PlaceHold("h", "phone.find"), Facts(hold_exists=True), TEAM, "hold_exists", 0),
    (holding(), Capture("h", 4), Facts(), TEAM, "exceeds_hold", 16),
    (holding(), Capture("h", 0), Facts(), TEAM, "invalid_quantity", 0),
    (holding(), Capture("other"), Facts(), TEAM, "unknown_hold", 0),
    (holding(), Capture("other"), Facts(hold_closed=True), TEAM, "hold_closed", 0),
    (holding(), Release("other"), Facts(), TEAM, "unknown_hold", 0),
    (holding(), Release("other"), Facts(hold_closed=True), TEAM, "hold_closed", 0),
    (opened(), ChangePlan("gold"), Facts(), CONTACTS, "unknown_plan", 0),
    (cancelled(TEAM, "email_pro"), ChangeSeats(2), Facts(), TEAM, "cancelled", 0),
    (team(), ChangeSeats(0), Facts(), TEAM, "invalid_seats", 0),
    (cancelled(TEAM, "email_pro"), Cancel(), Facts(), TEAM, "cancelled", 0),
]


@pytest.mark.parametrize(
    ("pool", "command", "facts", "policy", "reason", "needed"),
    REFUSALS,
    ids=[f"{type(each[1]).__name__}-{each[4]}" for each in REFUSALS],
)
def test_a_refusal_is_nothing_but_itself(
    pool: Pool, command: Command, facts: Facts, policy: Policy, reason: str, needed: int
) -> None:
    """The pool stays the very same; the step says when, why, and what is free and held."""
    found = apply(pool, command, facts, policy, LATER)
    step = Step(LATER, Outcome.REFUSED, reason, pool.available, pool.held)
    assert found == Decision(pool, step, needed=needed)
    assert found.pool is pool


@pytest.mark.parametrize(
    ("command", "facts", "reason"),
    [
        (Settle(), Facts(), "settled"),
        (Adjust(5, "x"), Facts(replay=True), "idempotent_replay"),
        (Reply("t"), Facts(), "not_refunded"),
    ],
)
def test_what_does_nothing_says_so(command: Command, facts: Facts, reason: str) -> None:
    """An answer of `ok` that moves nothing leaves the pool as it is."""
    pool = opened(ROLLING, "premium_business")
    found = apply(pool, command, facts, ROLLING, LATER)
    assert found.pool is pool
    assert (Outcome.OK, LATER, 15, 0) == (
        found.step.outcome,
        found.step.at,
        found.step.available,
        found.step.held,
    )
    assert () == found.entries
    if reason != "not_refunded":
        assert reason == found.step.reason


def test_a_free_answer_leaves_the_pool() -> None:
    """What was paid for before is free: nothing is written."""
    pool = opened()
    found = apply(pool, analysis("c"), Facts(already_paid=True), CONTACTS, LATER)
    step = Step(LATER, Outcome.FREE, "already_analyzed", 200, 0)
    assert found == Decision(pool, step)


def test_a_cap_is_reached_not_passed() -> None:
    """The last credit within the cap may be spent."""
    facts = Facts(cap=3, cap_used=2)
    assert Outcome.CHARGED is apply(opened(), analysis("c"), facts, CONTACTS, LATER).step.outcome


def test_a_pool_remembers_its_beginning() -> None:
    """The start is the anchor for ever, and where the first cycle begins."""
    pool = open_pool(CONTACTS, "starter", 2, "UTC", START).pool
    assert (START, 5, 0, START, 2) == (
        pool.anchor_at,
        pool.anchor_day,
        pool.cycle,
        pool.cycle_start_at,
        pool.seats,
    )


def test_the_first_grant_says_what_it_is() -> None:
    """A plan that is a trial opens with the trial, others with their allotment."""
    trial = open_pool(TEAM, "free_trial", 1, "UTC", START)
    plain = open_pool(TEAM, "email_pro", 1, "UTC", START)
    assert ("trial", 500, LotSource.TRIAL) == (
        trial.step.reason,
        trial.step.granted,
        trial.pool.lots[0].source,
    )
    assert ("allotment", 1000) == (plain.step.reason, plain.step.granted)


def test_one_credit_can_be_given_and_taken() -> None:
    """The smallest correction in either direction."""
    more = apply(opened(), Adjust(1, "kind"), Facts(), CONTACTS, LATER)
    assert (Outcome.GRANTED, 1, 201) == (
        more.step.outcome,
        more.step.granted,
        more.pool.available,
    )
    fewer = apply(more.pool, Adjust(-1, "fair"), Facts(), CONTACTS, LATER)
    assert (Outcome.OK, 1, 200) == (
        fewer.step.outcome,
        fewer.step.forfeited,
        fewer.pool.available,
    )


def test_what_is_closed_and_placed_is_named() -> None:
    """A hold that is placed, captured or released is part of the answer, whole."""
    placed = after(team(), PlaceHold("h", "call.minute", 3, "c", "t"), policy=TEAM)
    assert placed.placed is not None
    assert ("h", "call.minute", 3, 4, START, "c", "t") == (
        placed.placed.id,
        placed.placed.action,
        placed.placed.quantity,
        placed.placed.unit_price,
        placed.placed.placed_at,
        placed.placed.contact,
        placed.placed.thread,
    )
    captured = apply(placed.pool, Capture("h", 1), Facts(), TEAM, LATER)
    released = apply(placed.pool, Release("h"), Facts(), TEAM, LATER)
    assert [placed.placed] * 2 == [captured.closed, released.closed]
    assert [(), ()] == [captured.pool.holds, released.pool.holds]


def test_a_correction_above_the_cap_is_trimmed() -> None:
    """What a correction brings above the cap ends at once, on a line of its own."""
    found = apply(opened(ROLLING, "premium_business"), Adjust(40, "kind"), Facts(), ROLLING, LATER)
    assert [("cap_overflow", 10)] == [(step.reason, step.expired) for step in found.after]
    assert 45 == found.pool.available


def test_a_reversal_of_nothing_leaves_the_pool() -> None:
    """A reversal without parts gives nothing back."""
    pool = opened()
    found = apply(pool, Reverse((), "merged_duplicate"), Facts(), CONTACTS, LATER)
    assert 200 == found.pool.available


def capped(cap: int) -> Policy:
    """A policy of one's own: a cap, and credits sold and tried beside the plan."""
    table = "[plans.premium_business]\n"
    assert 1 == ROLLING.source.count(table)
    sold = '[topup]\ncustom = true\nroles = ["admin"]\nexpires = "never"\nrefundable = false\n'
    source = ROLLING.source.replace(table, f"{table}cap = {cap}\n")
    unit = "unit_price_cents = 10\n"
    return parse_policy(f"{source}\n{sold}{unit}[trial]\ncredits = 30\n")


def test_an_opening_above_the_cap_is_trimmed() -> None:
    """The first allotment, too, keeps to the plan's cap; what is above it stands on its line."""
    opening = open_pool(capped(10), "premium_business", 1, "UTC", START)
    assert [("cap_overflow", 5)] == [(step.reason, step.expired) for step in opening.after]
    assert 10 == opening.pool.available


@pytest.mark.parametrize(
    ("command", "granted"), [(Purchase(credits=40), 40), (StartTrial(), 30)], ids=["buy", "try"]
)
def test_what_comes_beside_the_plan_keeps_to_the_cap(command: Command, granted: int) -> None:
    """A purchase and a trial are granted whole, then the oldest credits above the cap end."""
    policy = capped(20)
    pool = open_pool(policy, "premium_business", 1, "UTC", START).pool
    found = apply(pool, command, Facts(), policy, LATER)
    assert granted == found.step.granted
    surplus = 15 + granted - 20
    assert [("cap_overflow", surplus)] == [(step.reason, step.expired) for step in found.after]
    assert 20 == found.pool.available


def test_a_capture_says_what_it_paid_for() -> None:
    """A captured analysis is the contact's first one; anything else is metered."""
    held = after(opened(), PlaceHold("h", "contact.analysis", contact="c")).pool
    assert "first_analysis" == apply(held, Capture("h"), Facts(), CONTACTS, LATER).step.reason
    assert "metered" == apply(holding(), Capture("h"), Facts(), TEAM, LATER).step.reason
