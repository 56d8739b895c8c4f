"""The credit engine: arithmetic on frozen values, without I/O and without a clock.

`apply` decides one command on one pool. The live ledger, every preview and the simulator call
the same function, so that what a preview says is what happens. What fell due before the command
is settled first, at the instants at which it fell due.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from backend.credits.policy import Policy
from backend.credits.policy_files.policy_format import Anchor
from backend.credits.rules.calendar import first_boundary, local_day
from backend.credits.rules.changing import cancel, change_plan, change_seats
from backend.credits.rules.granting import (
    end_of_grants,
    grant_allotment,
    grant_purchase,
    grant_trial,
    purchase_refusal,
)
from backend.credits.rules.posting import Posting, draw
from backend.credits.rules.refunding import reply, reverse
from backend.credits.rules.settling import aftermath, due, settle
from backend.credits.rules.spending import capture, charge, place_hold, refused, release
from backend.credits.rules.state import (
    Adjust,
    Cancel,
    Capture,
    ChangePlan,
    ChangeSeats,
    Charge,
    Command,
    Decision,
    EntryKind,
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
from backend.instants import Instant


def apply(pool: Pool, command: Command, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """What `command` does to `pool` at `now`, after everything that fell due until then.

    A `now` before the pool was last touched counts as that instant: a clock that goes back
    revives nothing. A refusal leaves the pool as it was, apart from what fell due.
    """
    now = max(now, pool.touched_at)
    if due(pool.cycle_end_at, pool.lots, pool.holds) > now:
        return _decide(pool, command, facts, policy, now)
    pool, before, ended = settle(pool, policy, now)
    if isinstance(command, Capture | Release) and any(h.id == command.hold for h in ended):
        facts = replace(facts, hold_closed=True)
    decision = _decide(pool, command, facts, policy, now)
    return replace(decision, before=before, expired_holds=ended)


def due_at(pool: Pool, policy: Policy) -> Instant:
    """When the next thing falls due: the end of a cycle, of a lot or of a hold in `pool.holds`."""
    return due(pool.cycle_end_at, pool.lots, pool.holds)


def open_pool(
    policy: Policy, plan: str, seats: int, zone: str, start: Instant, anchor_day: int | None = None
) -> Decision:
    """A new pool with its first, whole allotment; the decision's step is that grant.

    `anchor_day` (1 to 31) is the day that cycles begin on: without it the day of `start` in the
    zone, or the 1st where the policy goes by the calendar month. KeyError for an unknown plan.
    """
    zone = policy.timezone or zone
    if anchor_day is None:
        anchor_day = 1 if policy.anchor is Anchor.CALENDAR_MONTH else local_day(start, zone)
    ends = first_boundary(start, anchor_day, zone)
    posting = Posting(Pool(plan, seats, zone, start, anchor_day, 0, start, ends), start)
    reason, granted = "allotment", grant_allotment(posting, policy)
    if policy.plans[plan].trial:
        reason, granted = "trial", granted + grant_trial(posting, policy)
    outcome = Outcome.GRANTED if granted else Outcome.OK
    step = posting.step(outcome, reason, granted=granted, settled=True)
    after = aftermath(posting, policy)
    return Decision(posting.pool(), step, after=after)


def _decide(pool: Pool, command: Command, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """The command itself, on a settled pool; a repeated idempotency key comes before all else."""
    if facts.replay:
        if not facts.replay_matches:
            return refused(pool, "idempotency_key_reused", now)
        return _nothing(pool, "idempotent_replay", now)
    return _HANDLERS[type(command)](pool, command, facts, policy, now)


def _nothing(pool: Pool, reason: str, now: Instant) -> Decision:
    return Decision(pool, Step(now, Outcome.OK, reason, pool.available, pool.held))


def _settle(pool: Pool, command: Settle, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """What fell due is done already."""
    return _nothing(pool, "settled", now)


def _purchase(
    pool: Pool, command: Purchase, facts: Facts, policy: Policy, now: Instant
) -> Decision:
    """Credits bought: a listed pack, or any number where the policy sells that."""
    refusal = purchase_refusal(command, policy, cancelled=pool.cancelled)
    if refusal is not None:
        return refused(pool, refusal, now)
    posting = Posting(pool, now)
    granted = grant_purchase(posting, policy, command.pack or command.credits or 0)
    step = posting.step(Outcome.GRANTED, "purchase", granted=granted)
    after = aftermath(posting, policy)
    return Decision(posting.pool(), step, after=after)


def _start_trial(
    pool: Pool, command: StartTrial, facts: Facts, policy: Policy, now: Instant
) -> Decision:
    """The trial, once ever."""
    if pool.cancelled:
        return refused(pool, "cancelled", now)
    if policy.trial_credits is None:
        return refused(pool, "no_trial", now)
    if pool.trial_used:
        return refused(pool, "trial_used", now)
    posting = Posting(pool, now)
    granted = grant_trial(posting, policy)
    step = posting.step(Outcome.GRANTED, "trial", granted=granted)
    after = aftermath(posting, policy)
    return Decision(posting.pool(), step, after=after)


def _adjust(pool: Pool, command: Adjust, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """An owner's correction: a lot of granted credits more, or free credits fewer.

    Credits taken count as forfeited; those for any action go before earmarked ones.
    """
    if command.credits == 0:
        return refused(pool, "invalid_credits", now)
    posting = Posting(pool, now)
    if command.credits > 0:
        ends = end_of_grants(posting, policy)
        granted = posting.grant(LotSource.ADJUSTMENT, command.credits, command.reason, ends)
        step = posting.step(Outcome.GRANTED, command.reason, granted=granted)
        after = aftermath(posting, policy)
        return Decision(posting.pool(), step, after=after)
    rank = policy.spend_rank
    lots = sorted(
        pool.lots,
        key=lambda lot: (
            lot.earmark is not None,
            rank[lot.lot_class],
            lot.expires_at,
            lot.effective_at,
            lot.number,
        ),
    )
    parts = draw(lots, -command.credits)
    if parts is None:
        return refused(pool, "out_of_credits", now, -command.credits)
    taken = posting.take(parts, EntryKind.ADJUST, command.reason)
    return Decision(posting.pool(), posting.step(Outcome.OK, command.reason, forfeited=taken))


_Handler = Callable[[Pool, Any, Facts, Policy, Instant], Decision]
_HANDLERS: dict[type, _Handler] = {
    Charge: charge,
    PlaceHold: place_hold,
    Capture: capture,
    Release: release,
    Reply: reply,
    Reverse: reverse,
    Purchase: _purchase,
    StartTrial: _start_trial,
    Adjust: _adjust,
    ChangePlan: change_plan,
    ChangeSeats: change_seats,
    Cancel: cancel,
    Settle: _settle,
}
