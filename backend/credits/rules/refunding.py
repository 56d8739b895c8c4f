"""Credits that come back: for a reply to a paid message, and for a charge that was wrong."""

from backend.credits.policy import Policy
from backend.credits.policy_files.policy_format import OnCancel
from backend.credits.rules.calendar import add_days
from backend.credits.rules.posting import Posting
from backend.credits.rules.settling import aftermath
from backend.credits.rules.state import (
    Decision,
    EntryKind,
    Facts,
    Lot,
    LotClass,
    LotSource,
    Move,
    Outcome,
    Pool,
    Reply,
    Reverse,
    Step,
)
from backend.instants import NEVER, Instant


def reply(pool: Pool, command: Reply, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """Refund the newest paid message of the thread, once per thread and in time."""
    reason = _no_refund(pool, facts, policy, now)
    if reason is not None:
        return Decision(pool, Step(now, Outcome.OK, reason, pool.available, pool.held))
    assert policy.refund is not None
    assert facts.paid_message is not None
    credits = policy.refund.credits
    posting = Posting(pool, now)
    lot = _lot(pool, facts.paid_message.lot)
    if lot is None or lot.expires_at <= now or lot.voided:
        ends = add_days(now, policy.refund.new_lot_days, pool.zone)
        move = posting.open_lot(LotSource.REFUND, credits, ends)
    else:
        move = posting.change(lot.number, credits)
    posting.write(EntryKind.REFUND, credits, "reply", (move,), thread=command.thread)
    step = posting.step(Outcome.REFUNDED, "reply", refunded=credits)
    after = aftermath(posting, policy)
    return Decision(posting.pool(), step, after=after, refunded_thread=command.thread)


def reverse(pool: Pool, command: Reverse, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """Undo a charge: each part returns to its lot, or to a new one where that has expired.

    The new lot is as long as the old one was. Credits of a lot that a cancellation or a
    downgrade has taken are forfeited, as they would have been unspent.
    """
    posting = Posting(pool, now)
    moves = []
    for part in command.parts:
        lot = _lot(pool, part.lot)
        assert lot is not None, f"the pool was loaded without its lot {part.lot}"
        if pool.cancelled and _lost_by_cancel(lot, policy):
            posting.change(lot.number, void=True)
            moves.append(posting.change(lot.number, part.amount))
        elif lot.expires_at <= now and not lot.voided:
            moves.append(_compensate(posting, lot, part.amount))
        else:
            moves.append(posting.change(lot.number, part.amount))
    refunded = sum(part.amount for part in command.parts)
    posting.write(EntryKind.REVERSE, refunded, command.reason, tuple(moves))
    step = posting.step(Outcome.REFUNDED, command.reason, refunded=refunded)
    after = aftermath(posting, policy)
    return Decision(posting.pool(), step, after=after)


def _no_refund(pool: Pool, facts: Facts, policy: Policy, now: Instant) -> str | None:
    """Why this reply gives nothing back; None when it does."""
    message = facts.paid_message
    if policy.refund is None:
        return "no_refunds"
    if pool.cancelled:
        return "cancelled"
    if facts.thread_refunded:
        return "already_refunded"
    if message is None:
        return "no_paid_message"
    last = add_days(message.at, policy.refund.window_days, pool.zone)
    return "too_late" if now > last else None


def _compensate(posting: Posting, dead: Lot, credits: int) -> Move:
    """A new lot of the same class and length for credits whose own lot has expired."""
    length = dead.expires_at - dead.effective_at
    ends = min(NEVER, posting.at + length)
    return posting.open_lot(LotSource.COMPENSATION, credits, ends, dead.earmark, dead.lot_class)


def _lost_by_cancel(lot: Lot, policy: Policy) -> bool:
    return policy.on_cancel is OnCancel.FORFEIT_ALL or lot.lot_class is not LotClass.PURCHASED


def _lot(pool: Pool, number: int) -> Lot | None:
    return next((lot for lot in pool.lots if lot.number == number), None)
