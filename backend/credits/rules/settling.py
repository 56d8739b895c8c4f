"""What falls due without anybody asking: ends of life, ends of cycles, and the cap.

At one instant the order is: holds that ran out, lots that end, a pending change of plan or
seats, the allotment of the new cycle, the cap. Doing two years at once equals doing them daily,
because every instant at which something falls due is settled on its own.
"""

from collections.abc import Iterable

from backend.credits.policy import Policy
from backend.credits.rules.calendar import next_boundary
from backend.credits.rules.granting import grant_allotment
from backend.credits.rules.posting import Posting, draw, everything_free
from backend.credits.rules.state import EntryKind, Hold, Lot, Outcome, Pool, Step
from backend.instants import NEVER, Instant


def due(cycle_end_at: Instant, lots: Iterable[Lot], holds: Iterable[Hold]) -> Instant:
    """When the next thing falls due; `NEVER` when nothing does."""
    first = cycle_end_at
    for lot in lots:
        if lot.expires_at < first and lot.remaining:
            first = lot.expires_at
    for hold in holds:
        if hold.expires_at < first:
            first = hold.expires_at
    return first


def settle(
    pool: Pool, policy: Policy, now: Instant
) -> tuple[Pool, tuple[Step, ...], tuple[Hold, ...]]:
    """Do everything due up to and including `now`: the pool then, the steps, the holds ended."""
    posting = Posting(pool, pool.touched_at)
    steps: list[Step] = []
    ended: list[Hold] = []
    while True:
        at = due(posting.cycle_end_at, posting.lots, posting.holds)
        if at > now or at >= NEVER:
            break
        posting.at = max(at, posting.at)
        for hold in [hold for hold in posting.holds if hold.expires_at <= posting.at]:
            steps.append(_end_hold(posting, hold))
            ended.append(hold)
        steps += sweep(posting)
        if posting.cycle_end_at <= posting.at:
            steps += _turn_cycle(posting, policy)
        steps += trim(posting, policy)
    return posting.pool(), tuple(steps), tuple(ended)


def aftermath(posting: Posting, policy: Policy) -> tuple[Step, ...]:
    """What a command's own effect ends at once: credits back in dead lots, and above the cap."""
    return (*sweep(posting), *trim(posting, policy))


def sweep(posting: Posting) -> list[Step]:
    """End the free credits of lots whose life is over; forfeit those of lots that were taken.

    A lot that is both is expired.
    """
    steps = []
    dead = [lot for lot in posting.lots if lot.remaining and lot.expires_at <= posting.at]
    if dead:
        expired = posting.take(everything_free(dead), EntryKind.EXPIRE, "expired")
        steps.append(posting.step(Outcome.OK, "expired", expired=expired, settled=True))
    taken = [lot for lot in posting.lots if lot.remaining and lot.voided]
    if taken:
        forfeited = posting.take(everything_free(taken), EntryKind.FORFEIT, "lot_voided")
        steps.append(posting.step(Outcome.OK, "lot_voided", forfeited=forfeited, settled=True))
    return steps


def trim(posting: Posting, policy: Policy) -> list[Step]:
    """Expire what is above the plan's cap: only free credits, oldest grant first."""
    expired = take_above_cap(posting, policy, EntryKind.EXPIRE, "cap_overflow")
    if not expired:
        return []
    return [posting.step(Outcome.OK, "cap_overflow", expired=expired, settled=True)]


def take_above_cap(posting: Posting, policy: Policy, kind: EntryKind, reason: str) -> int:
    """Take free credits, oldest grant first, until free and held are within the cap."""
    cap = policy.cap(posting.plan, posting.seats)
    if cap is None:
        return 0
    surplus = min(posting.free + posting.held - cap, posting.free)
    if surplus <= 0:
        return 0
    oldest = sorted(posting.lots, key=lambda lot: (lot.effective_at, lot.number))
    return posting.take(draw(oldest, surplus) or (), kind, reason)


def _end_hold(posting: Posting, hold: Hold) -> Step:
    """Give back a hold whose time is over."""
    moves, _ = posting.close_hold(hold, spent=0)
    posting.write(
        EntryKind.RELEASE,
        0,
        "hold_expired",
        moves,
        action=hold.action,
        quantity=hold.quantity,
        contact=hold.contact,
        thread=hold.thread,
        hold=hold.id,
    )
    return posting.step(Outcome.RELEASED, "hold_expired", settled=True)


def _turn_cycle(posting: Posting, policy: Policy) -> list[Step]:
    """Begin the next cycle: pending changes count from now on, then the allotment comes."""
    posting.cycle += 1
    posting.cycle_start_at = posting.cycle_end_at
    posting.cycle_end_at = next_boundary(posting.cycle_start_at, posting.anchor_day, posting.zone)
    posting.granted_this_cycle = 0
    posting.earmarked_this_cycle = 0
    steps = _count_pending(posting)
    granted = grant_allotment(posting, policy)
    if granted:
        steps.append(posting.step(Outcome.GRANTED, "allotment", granted=granted, settled=True))
    return steps


def _count_pending(posting: Posting) -> list[Step]:
    """Put into force the changes that waited for the end of the cycle."""
    changes = []
    if posting.pending_plan is not None:
        posting.plan, posting.pending_plan = posting.pending_plan, None
        changes.append("plan_changed")
    if posting.pending_seats is not None:
        posting.seats, posting.pending_seats = posting.pending_seats, None
        changes.append("seats_changed")
    for reason in changes:
        posting.write(EntryKind.CHANGE, 0, reason)
    return [posting.step(Outcome.CHANGED, changes[0], settled=True)] if changes else []
