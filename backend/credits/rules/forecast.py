"""When credits run out if people go on as they did: played forward by the engine itself. Pure."""

from dataclasses import dataclass

from backend.credits import engine
from backend.credits.policy import Policy
from backend.credits.rules.posting import Posting, burn
from backend.credits.rules.state import Facts, Pool, Settle
from backend.instants import DAY, Instant

PACE_DAYS = 28
HORIZON = 400 * DAY
"""Whoever has credits for longer than that need not be told when they end."""

_ANY = ""
"""The action of nobody: credits set aside for one action alone do not count in a forecast."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What was spent, less what merges gave back, in `span` of late; `refunded` by replies."""

    spent: int
    span: Instant
    refunded: int = 0

    @property
    def per_day(self) -> float:
        """Credits a day."""
        return round(self.spent * DAY / self.span, 2)

    @property
    def refund_rate(self) -> float:
        """Which part of what was spent came back by replies, from 0 to 1."""
        return min(1.0, self.refunded / self.spent) if self.spent > 0 else 0.0


def effective_credits(credits: int, refund_rate: float) -> int | None:
    """What `credits` are worth when each refund is spent again; None where all come back.

    >>> effective_credits(100, 0.5)
    200
    """
    return None if refund_rate >= 1 else round(credits / (1 - refund_rate))


def runs_out_at(pool: Pool, policy: Policy, pace: Pace, now: Instant) -> Instant | None:
    """When the next credit will not be there, at an even pace; None if that is not in sight.

    Between now and then credits end, cycles begin and allotments come, each as the policy says.
    """
    if pace.spent <= 0:
        return None
    at, gone, last = now, 0, now + HORIZON
    while at < last:
        usable = sum(lot.remaining for lot in pool.lots if lot.earmark is None)
        dry_at = now + (gone + usable) * pace.span // pace.spent
        until = min(engine.due_at(pool, policy), last)
        if dry_at < until:
            return dry_at
        pool, gone = _spend(pool, policy, (until - now) * pace.spent // pace.span - gone, gone, at)
        pool = engine.apply(pool, Settle(), Facts(), policy, until).pool
        at = until
    return None


def _spend(pool: Pool, policy: Policy, credits: int, gone: int, at: Instant) -> tuple[Pool, int]:
    """The pool without these credits, in the policy's order; and how many are gone in all."""
    usable = sum(lot.remaining for lot in pool.lots if lot.earmark is None)
    credits = min(credits, usable)
    if credits <= 0:
        return pool, gone
    posting = Posting(pool, at)
    for part in burn(pool.lots, policy, _ANY, credits) or ():
        posting.change(part.lot, -part.amount)
    return posting.pool(), gone + credits
