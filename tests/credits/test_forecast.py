"""When credits run out: the engine played forward at an even pace."""

import pytest

from backend.credits import engine
from backend.credits.policy import builtin_policies
from backend.credits.rules.forecast import Pace, effective_credits, runs_out_at
from backend.credits.rules.state import Adjust, Facts, Pool, Purchase
from backend.instants import DAY, Instant, parse, render

START: Instant = parse("2026-03-10T00:00:00Z")


def opened(policy: str, plan: str, credits: int = 0) -> Pool:
    """A pool at START, corrected by so many credits."""
    rules = builtin_policies()[policy]
    pool = engine.open_pool(rules, plan, 1, "UTC", START).pool
    if credits:
        pool = engine.apply(pool, Adjust(credits, "a test"), Facts(), rules, START).pool
    return pool


def out_at(policy: str, pool: Pool, per_day: int) -> str | None:
    """The forecast at START for so many credits a day, as a date."""
    pace = Pace(per_day * 28, 28 * DAY)
    found = runs_out_at(pool, builtin_policies()[policy], pace, START)
    return None if found is None else render(found)[:10]


@pytest.mark.parametrize(
    ("per_day", "expected"),
    [
        (0, None),
        (1, None),
        (6, None),  # 31 days of 6 are 186 of 200
        (7, "2026-04-07"),
        (20, "2026-03-20"),
        (200, "2026-03-11"),
    ],
)
def test_an_allotment_lasts_to_its_refill_or_not(per_day: int, expected: str | None) -> None:
    """200 a month: whoever spends less than that never runs out, whoever spends more does."""
    assert expected == out_at("humanlinker", opened("humanlinker", "starter"), per_day)


def test_a_refill_is_counted_in() -> None:
    """20 left and 10 a day run out in two days; 1 left two days before the refill counts it."""
    pool = opened("humanlinker", "starter", -180)

    assert "2026-03-12" == out_at("humanlinker", pool, 10)


def test_the_next_cycle_can_be_the_one_that_runs_out() -> None:
    """Credits that last this short cycle may not last the next long one."""
    rules = builtin_policies()["humanlinker"]
    pool = opened("humanlinker", "starter")
    late = START + 29 * DAY
    found = runs_out_at(pool, rules, Pace(280, 28 * DAY), late)

    assert found is not None
    assert "2026-04-30" == render(found)[:10]


def test_bought_credits_bridge_the_cycles() -> None:
    """Beside 1,000 a month, 300 bought ones are eaten by what exceeds it, month after month."""
    rules = builtin_policies()["lemlist"]
    pool = opened("lemlist", "email_pro")
    bought = engine.apply(pool, Purchase(credits=300), Facts(), rules, START).pool

    assert "2026-04-08" == out_at("lemlist", pool, 34)
    assert "2026-07-01" < (out_at("lemlist", bought, 35) or "") < "2026-09-01"
    assert None is out_at("lemlist", pool, 30)


def test_what_rolls_over_and_what_ends_is_counted() -> None:
    """15 a month with 90 days of life: saved credits help, those that end do not."""
    rules = "inmail-rollover"
    pool = opened(rules, "premium_business", 30)

    assert None is out_at(rules, opened(rules, "premium_business"), 0)
    assert "2026-04-01" < (out_at(rules, pool, 1) or "") < "2026-06-30"


def test_no_credits_at_all_are_out_now() -> None:
    """A plan without allotment runs out at once; after the last credit there is none."""
    assert "2026-03-10" == out_at("linkedin-messages", opened("linkedin-messages", "basic"), 1)


def test_credits_for_one_action_alone_do_not_count() -> None:
    """400 credits for calls do not make analyses last."""
    pool = opened("lemlist", "multichannel_expert", -1490)

    assert "2026-03-11" == out_at("lemlist", pool, 10)


def test_effective_credits() -> None:
    """Half given back is twice as many; all given back is no number; none is the same."""
    assert (200, 100, None, 0) == (
        effective_credits(100, 0.5),
        effective_credits(100, 0.0),
        effective_credits(100, 1.0),
        effective_credits(0, 0.5),
    )
