"""Changes of the subscription: another plan, more or fewer seats, the end."""

from backend.credits.policy import Policy
from backend.credits.policy_files.policy_format import (
    OnCancel,
    OnDowngrade,
    OnSeatChange,
    OnUpgrade,
)
from backend.credits.rules.granting import grant_earmark, grant_more
from backend.credits.rules.posting import Posting, everything_free
from backend.credits.rules.settling import aftermath, take_above_cap
from backend.credits.rules.spending import refused
from backend.credits.rules.state import (
    Cancel,
    ChangePlan,
    ChangeSeats,
    Decision,
    EntryKind,
    Facts,
    LotClass,
    Outcome,
    Pool,
    Step,
)
from backend.instants import Instant


def change_plan(
    pool: Pool, command: ChangePlan, facts: Facts, policy: Policy, now: Instant
) -> Decision:
    """Move to another plan. Up, down or equal is what the allotments in force say."""
    if pool.cancelled:
        return refused(pool, "cancelled", now)
    if command.plan not in policy.plans:
        return refused(pool, "unknown_plan", now)
    old = policy.allotment(pool.plan, pool.seats)
    new = policy.allotment(command.plan, pool.seats)
    posting = Posting(pool, now)
    posting.pending_plan = None
    if new < old:
        return _downgrade(posting, command.plan, policy)
    posting.plan = command.plan
    if new == old:
        return _changed(posting, policy, "equal")
    return _upgrade(posting, policy, old, new)


def change_seats(
    pool: Pool, command: ChangeSeats, facts: Facts, policy: Policy, now: Instant
) -> Decision:
    """Pay for another number of seats; an added one may bring its allotment at once."""
    if pool.cancelled:
        return refused(pool, "cancelled", now)
    if command.seats < 1:
        return refused(pool, "invalid_seats", now)
    old = policy.allotment(pool.plan, pool.seats)
    new = policy.allotment(pool.plan, command.seats)
    posting = Posting(pool, now)
    posting.pending_seats = None
    waits = new < old or (new > old and policy.on_seat_change is OnSeatChange.END_OF_CYCLE)
    if waits:
        posting.pending_seats = command.seats
        return _changed(posting, policy, "seats_at_end_of_cycle")
    posting.seats = command.seats
    if new == old:
        return _changed(posting, policy, "equal")
    return _changed(posting, policy, "seats_added", _missing(posting, old, new))


def cancel(pool: Pool, command: Cancel, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """End the subscription; what its policy takes is forfeited at once, open holds survive."""
    if pool.cancelled:
        return refused(pool, "cancelled", now)
    posting = Posting(pool, now)
    posting.cancelled = True
    posting.pending_plan = None
    posting.pending_seats = None
    posting.write(EntryKind.CHANGE, 0, "cancelled")
    step = posting.step(Outcome.CANCELLED, "cancelled")
    keeps = policy.on_cancel is OnCancel.KEEP_PURCHASED
    after = _forfeit(posting, "cancelled", keep=LotClass.PURCHASED if keeps else None)
    return Decision(posting.pool(), step, after=(*after, *aftermath(posting, policy)))


def _upgrade(posting: Posting, policy: Policy, old: int, new: int) -> Decision:
    """Count a larger plan at once, and grant what the policy says."""
    if policy.on_upgrade is OnUpgrade.GRANT_DELTA:
        credits = _missing(posting, old, new)
    else:
        credits = new if new > posting.largest_allotment_this_cycle else 0
    earmark = policy.plans[posting.plan].earmark
    earmarked = max(0, earmark.credits - posting.earmarked_this_cycle) if earmark else 0
    return _changed(posting, policy, "upgrade", credits, earmarked)


def _downgrade(posting: Posting, plan: str, policy: Policy) -> Decision:
    """Count a smaller plan when the policy says, and take what it takes."""
    if policy.on_downgrade is OnDowngrade.END_OF_CYCLE:
        posting.pending_plan = plan
        return _changed(posting, policy, "downgrade_at_end_of_cycle")
    posting.plan = plan
    posting.write(EntryKind.CHANGE, 0, "downgrade")
    step = posting.step(Outcome.CHANGED, "downgrade")
    if policy.on_downgrade is OnDowngrade.FORFEIT_ALL:
        after = _forfeit(posting, "downgrade")
    else:
        taken = take_above_cap(posting, policy, EntryKind.FORFEIT, "downgrade")
        after = _forfeited(posting, "downgrade", taken)
    return Decision(posting.pool(), step, after=(*after, *aftermath(posting, policy)))


def _missing(posting: Posting, old: int, new: int) -> int:
    """What is missing to the new allotment; what this cycle ever granted counts as there.

    Without that high-water mark, going down and up again would win credits each time.
    """
    return max(0, new - max(old, posting.granted_this_cycle))


def _changed(
    posting: Posting, policy: Policy, reason: str, credits: int = 0, earmarked: int = 0
) -> Decision:
    """A change that takes nothing, and what it grants."""
    allotment = policy.allotment(posting.plan, posting.seats)
    largest = max(posting.largest_allotment_this_cycle, allotment)
    posting.largest_allotment_this_cycle = largest
    posting.write(EntryKind.CHANGE, 0, reason)
    granted = grant_more(posting, policy, credits) + grant_earmark(posting, policy, earmarked)
    step = posting.step(Outcome.CHANGED, reason, granted=granted)
    after = aftermath(posting, policy)
    return Decision(posting.pool(), step, after=after)


def _forfeit(posting: Posting, reason: str, keep: LotClass | None = None) -> tuple[Step, ...]:
    """Take every free credit but those of the class to keep, and mark the lots as taken."""
    lots = [lot for lot in posting.lots if lot.lot_class is not keep]
    taken = posting.take(everything_free(lots), EntryKind.FORFEIT, reason)
    for lot in lots:
        posting.change(lot.number, void=True)
    return _forfeited(posting, reason, taken)


def _forfeited(posting: Posting, reason: str, taken: int) -> tuple[Step, ...]:
    if not taken:
        return ()
    return (posting.step(Outcome.OK, reason, forfeited=taken, settled=True),)
