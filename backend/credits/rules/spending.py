"""Credits that go out: charges, and holds placed, captured and released.

The order of the checks is the contract's: the name of a hold, the action, what it needs, the
facts that make it free, the member's cap, the credits. Nothing is ever charged in part.
"""

from backend.credits.policy import Action, Policy
from backend.credits.policy_files.policy_format import FreeIf
from backend.credits.rules.posting import Posting, burn
from backend.credits.rules.settling import aftermath
from backend.credits.rules.state import (
    Capture,
    Charge,
    Decision,
    EntryKind,
    Facts,
    Hold,
    Move,
    Outcome,
    PaidMessage,
    PlaceHold,
    Pool,
    Release,
    Step,
)
from backend.instants import Instant

# These answer with the receipt of the paid analysis, and so have no entry of their own.
_ANSWERED_BEFORE = frozenset({"already_analyzed", "joined_running_analysis"})


def refused(pool: Pool, reason: str, at: Instant, needed: int = 0) -> Decision:
    """A refusal: the pool stays as it is."""
    return Decision(
        pool, Step(at, Outcome.REFUSED, reason, pool.available, pool.held), needed=needed
    )


def charge(pool: Pool, command: Charge, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """Spend now, all or nothing."""
    action = policy.actions.get(command.action)
    early = _before_credits(pool, command, action, facts, now)
    if early is not None:
        return early
    assert action is not None
    price = action.cost * command.quantity
    parts = burn(pool.lots, policy, action.name, price)
    if parts is None:
        return refused(pool, "out_of_credits", now, price)
    posting = Posting(pool, now)
    moves = tuple([posting.change(part.lot, -part.amount) for part in parts])
    reason = _reason(action)
    posting.write(
        EntryKind.CHARGE,
        -price,
        reason,
        moves,
        action.name,
        command.quantity,
        command.contact,
        command.thread,
    )
    step = posting.step(Outcome.CHARGED, reason, charged=price)
    return _opened(posting, step, action, command.contact, command.thread, parts[-1].lot)


def place_hold(
    pool: Pool, command: PlaceHold, facts: Facts, policy: Policy, now: Instant
) -> Decision:
    """Set the price aside, pinned to its lots; a hold that would be free creates nothing."""
    if facts.hold_exists:
        return refused(pool, "hold_exists", now)
    action = policy.actions.get(command.action)
    early = _before_credits(pool, command, action, facts, now)
    if early is not None:
        return early
    assert action is not None
    price = action.cost * command.quantity
    parts = burn(pool.lots, policy, action.name, price)
    if parts is None:
        return refused(pool, "out_of_credits", now, price)
    posting = Posting(pool, now)
    moves = tuple([posting.change(part.lot, -part.amount, part.amount) for part in parts])
    hold = Hold(
        command.id,
        action.name,
        command.quantity,
        action.cost,
        parts,
        now,
        command.expires_at,
        command.contact,
        command.thread,
    )
    posting.holds = (*posting.holds, hold)
    _write(posting, EntryKind.HOLD, 0, "placed", moves, hold, hold.quantity)
    return Decision(posting.pool(), posting.step(Outcome.OK, "placed"), placed=hold)


def capture(pool: Pool, command: Capture, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """Spend a hold or its first `quantity` units; what it paid for opens now."""
    hold = _open_hold(pool, command.hold)
    if hold is None:
        return refused(pool, "hold_closed" if facts.hold_closed else "unknown_hold", now)
    quantity = hold.quantity if command.quantity is None else command.quantity
    if quantity > hold.quantity:
        return refused(pool, "exceeds_hold", now, quantity * hold.unit_price)
    if quantity < 1:
        return refused(pool, "invalid_quantity", now)
    price = quantity * hold.unit_price
    posting = Posting(pool, now)
    moves, last_lot = posting.close_hold(hold, price)
    action = policy.actions.get(hold.action)
    reason = _reason(action)
    _write(posting, EntryKind.CAPTURE, -price, reason, moves, hold, quantity)
    step = posting.step(Outcome.CAPTURED, reason, charged=price)
    after = aftermath(posting, policy)
    return _opened(posting, step, action, hold.contact, hold.thread, last_lot, after, hold)


def release(pool: Pool, command: Release, facts: Facts, policy: Policy, now: Instant) -> Decision:
    """Give a hold back to its own lots; what lands in a dead lot ends at once."""
    hold = _open_hold(pool, command.hold)
    if hold is None:
        return refused(pool, "hold_closed" if facts.hold_closed else "unknown_hold", now)
    posting = Posting(pool, now)
    moves, _ = posting.close_hold(hold, 0)
    _write(posting, EntryKind.RELEASE, 0, command.reason, moves, hold, hold.quantity)
    step = posting.step(Outcome.RELEASED, command.reason)
    after = aftermath(posting, policy)
    return Decision(posting.pool(), step, after=after, closed=hold)


def _before_credits(
    pool: Pool,
    command: Charge | PlaceHold,
    action: Action | None,
    facts: Facts,
    now: Instant,
) -> Decision | None:
    """The answer that needs no credits: a refusal, or a reason to be free; None to go on."""
    if action is None:
        return refused(pool, "unknown_action", now)
    if action.once_per_contact and command.contact is None:
        return refused(pool, "contact_required", now)
    if command.quantity < 1 or (action.once_per_contact and command.quantity > 1):
        return refused(pool, "invalid_quantity", now)
    reason = _free_reason(command, action, facts)
    if reason is not None:
        return _free(pool, command, action, reason, now)
    price = action.cost * command.quantity
    if facts.cap is not None and facts.cap_used + price > facts.cap:
        return refused(pool, "cap_reached", now, price)
    return None


def _free_reason(command: Charge | PlaceHold, action: Action, facts: Facts) -> str | None:
    """Why this costs nothing, the first that holds; None when it costs."""
    for fact in action.free_if:
        if (
            (fact is FreeIf.FIRST_DEGREE and command.relation == "first_degree")
            or (fact is FreeIf.OPEN_PROFILE and command.open_profile)
            or (fact is FreeIf.OPEN_THREAD and command.thread is not None and facts.thread_open)
        ):
            return fact.value
    if action.once_per_contact and facts.already_paid:
        return "already_analyzed"
    if action.once_per_contact and facts.running:
        return "joined_running_analysis"
    return None if action.cost else "not_metered"


def _free(
    pool: Pool, command: Charge | PlaceHold, action: Action, reason: str, now: Instant
) -> Decision:
    """A free answer: with an entry of amount 0 as its receipt, unless the paid one's serves."""
    if reason in _ANSWERED_BEFORE:
        return Decision(pool, Step(now, Outcome.FREE, reason, pool.available, pool.held))
    posting = Posting(pool, now)
    posting.write(
        EntryKind.CHARGE,
        0,
        reason,
        (),
        action.name,
        command.quantity,
        command.contact,
        command.thread,
    )
    analysed = action.once_per_contact and reason == "not_metered"
    step = posting.step(Outcome.FREE, reason)
    return Decision(posting.pool(), step, paid_contact=command.contact if analysed else None)


def _reason(action: Action | None) -> str:
    """What a receipt says a price was paid for."""
    return "first_analysis" if action is not None and action.once_per_contact else "metered"


def _opened(
    posting: Posting,
    step: Step,
    action: Action | None,
    contact: str | None,
    thread: str | None,
    last_lot: int | None,
    after: tuple[Step, ...] = (),
    closed: Hold | None = None,
) -> Decision:
    """The decision of a paid command, with what it opened for the caller to remember."""
    paid_contact = contact if action is not None and action.once_per_contact else None
    paid_thread = thread if action is not None and action.opens_thread else None
    message = None
    if paid_thread is not None and last_lot is not None:
        message = PaidMessage(step.at, last_lot)
    return Decision(
        posting.pool(),
        step,
        after=after,
        closed=closed,
        paid_contact=paid_contact,
        paid_thread=paid_thread,
        paid_message=message,
    )


def _open_hold(pool: Pool, hold_id: str) -> Hold | None:
    return next((hold for hold in pool.holds if hold.id == hold_id), None)


def _write(
    posting: Posting,
    kind: EntryKind,
    amount: int,
    reason: str,
    moves: tuple[Move, ...],
    hold: Hold,
    quantity: int,
) -> None:
    """An entry about `hold`."""
    posting.write(
        kind,
        amount,
        reason,
        moves,
        hold.action,
        quantity,
        hold.contact,
        hold.thread,
        hold.id,
    )
