"""The burn order, and knobs of a policy file that none of the built-in ones turns so."""

from dataclasses import replace
from typing import Any

import pytest

from backend.credits.engine import apply, open_pool
from backend.credits.policy import Policy, load_policy, parse_policy
from backend.credits.rules.state import (
    Cancel,
    ChangePlan,
    ChangeSeats,
    Charge,
    Facts,
    Lot,
    LotClass,
    LotSource,
    Settle,
)
from backend.instants import DAY, NEVER, parse
from tests.credits.pools import START, TEAM, after, opened

# --- the burn order -----------------------------------------------------------------------


def lot(number: int, **named: Any) -> Lot:
    """A lot of one granted credit."""
    plain = Lot(number, LotSource.ALLOTMENT, LotClass.GRANTED, 1, 1, 0, START, NEVER)
    return replace(plain, **named)


@pytest.mark.parametrize(
    ("lots", "order"),
    [
        ([lot(1), lot(2)], [1, 2]),
        ([lot(1), lot(2, effective_at=START - 1)], [2, 1]),
        ([lot(1, effective_at=START - 1), lot(2, expires_at=START + DAY)], [2, 1]),
        ([lot(1, lot_class=LotClass.PURCHASED, expires_at=START + DAY), lot(2)], [2, 1]),
        ([lot(1, expires_at=START + DAY), lot(2, earmark="ai.variable")], [2, 1]),
        ([lot(1, earmark="call.minute"), lot(2), lot(3)], [2, 3]),
        ([lot(1, remaining=0), lot(2), lot(3, remaining=0), lot(4)], [2, 4]),
    ],
    ids=["creation", "grant", "end", "class", "earmark", "other-earmark", "spent"],
)
def test_rule_77_the_burn_order(lots: list[Lot], order: list[int]) -> None:
    """Earmarked for the action, granted, bought; then soonest end, grant instant, creation."""
    pool = replace(opened(TEAM, "free_trial"), lots=tuple(lots))
    decision = after(pool, Charge("ai.variable", quantity=2), policy=TEAM)
    assert order == [move.lot for move in decision.step.entries[0].moves]


# --- policies of one's own ----------------------------------------------------------------


def own(name: str, *changes: tuple[str, str]) -> Policy:
    """A built-in policy with some of its knobs turned."""
    text = load_policy(name).source
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse_policy(text)


def test_unlimited_rollover() -> None:
    """With mode `unlimited` granted credits never end."""
    policy = own("humanlinker", ('mode = "none"', 'mode = "unlimited"'))
    later = apply(opened(policy), Settle(), Facts(), policy, START + 365 * DAY)
    assert 13 * 200 == later.pool.balance
    assert {NEVER} == {lot.expires_at for lot in later.pool.lots}


def test_seats_that_wait_for_the_cycle() -> None:
    """With `on_seat_change = end_of_cycle` an added seat waits as a removed one does."""
    policy = own("lemlist", ('on_seat_change = "grant_delta"', 'on_seat_change = "end_of_cycle"'))
    pool = after(opened(policy, "email_pro"), ChangeSeats(3), policy=policy).pool
    assert (1000, 3) == (pool.balance, pool.pending_seats)
    assert 3000 == apply(pool, Settle(), Facts(), policy, START + 31 * DAY).pool.balance


def test_a_plan_may_have_a_cap_of_its_own() -> None:
    """Rule 22: an absolute cap overrides the multiple."""
    policy = own("inmail-rollover", ("allotment = 30 ", "cap = 120\nallotment = 30 "))
    assert 120 == policy.cap("recruiter_lite", 1)
    assert 15 == policy.cap("premium_career", 1)


def test_another_plan_of_the_same_size_with_a_smaller_cap_of_its_own() -> None:
    """The cap holds after every change of plan, also one that grants nothing."""
    policy = own(
        "inmail-rollover",
        ("allotment = 30 ", "cap = 20\nallotment = 50 "),
        ("cap_multiple = 3 ", "cap_multiple = 1 "),
    )
    decision = after(
        opened(policy, "sales_navigator"), ChangePlan("recruiter_lite"), policy=policy
    )
    assert ("equal", [30]) == (decision.step.reason, [step.expired for step in decision.after])
    assert 20 == decision.pool.balance


def test_a_cancellation_drops_what_was_pending() -> None:
    """No plan and no seat counts after the end of the subscription."""
    pool = opened(TEAM, "multichannel_expert", seats=3)
    ended = after(pool, ChangePlan("email_pro"), ChangeSeats(1), Cancel(), policy=TEAM).pool
    assert (None, None) == (ended.pending_plan, ended.pending_seats)
    later = apply(ended, Settle(), Facts(), TEAM, START + 40 * DAY)
    assert () == later.entries
    assert ("multichannel_expert", 3) == (later.pool.plan, later.pool.seats)


def test_a_policy_may_fix_the_zone() -> None:
    """A zone in the policy file wins over the workspace's."""
    policy = own("inmail-monthly", ("per_seat = false", 'timezone = "Europe/Paris"'))
    pool = open_pool(policy, "free", 1, "UTC", START).pool
    assert parse("2026-01-31T23:00:00Z") == pool.cycle_end_at


def test_a_new_policy_version_grants_from_the_next_cycle() -> None:
    """What was granted stays; the next cycle goes by the new version."""
    newer = own(
        "humanlinker", ("version = 1", "version = 2"), ("allotment = 200", "allotment = 210")
    )
    later = apply(opened(), Settle(), Facts(), newer, START + 31 * DAY)
    assert 210 == later.pool.balance
