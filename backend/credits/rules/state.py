"""What the credit engine reads and returns: frozen values, no behaviour, no I/O, no clock.

The engine's one function is `engine.apply(pool, command, facts, policy, now) -> Decision`.
The live ledger, every preview and the simulator call it with these values and nothing else.
Amounts are whole credits; times are instants (microseconds, UTC), see `backend.instants`.
"""

from enum import StrEnum

from backend.credits.rules.values import value
from backend.instants import NEVER, Instant


class LotSource(StrEnum):
    """Where the credits of a lot came from."""

    ALLOTMENT = "allotment"
    TRIAL = "trial"
    REFUND = "refund"
    PURCHASE = "purchase"
    ADJUSTMENT = "adjustment"
    COMPENSATION = "compensation"


class LotClass(StrEnum):
    """The two kinds of credits that policies tell apart: given by the plan, or bought."""

    GRANTED = "granted"
    PURCHASED = "purchased"


class EntryKind(StrEnum):
    """What a journal entry records."""

    GRANT = "grant"
    CHARGE = "charge"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    REFUND = "refund"
    REVERSE = "reverse"
    ADJUST = "adjust"
    EXPIRE = "expire"
    FORFEIT = "forfeit"
    CHANGE = "change"


class Outcome(StrEnum):
    """How a command ended; the words of CONTRACT section 4."""

    CHARGED = "charged"
    FREE = "free"
    REFUSED = "refused"
    CAPTURED = "captured"
    RELEASED = "released"
    REFUNDED = "refunded"
    GRANTED = "granted"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    OK = "ok"


@value
class Lot:
    """Credits granted together. `number` counts up from 1 within the pool, in order of creation.

    `remaining` is free, `held` is set aside by open holds; what was spent or expired is in
    neither. `voided` marks a lot taken by a downgrade or a cancellation: a credit that a
    release returns to it is forfeited.
    """

    number: int
    source: LotSource
    lot_class: LotClass
    granted: int
    remaining: int
    held: int
    effective_at: Instant
    expires_at: Instant = NEVER
    earmark: str | None = None
    voided: bool = False


@value
class Part:
    """Some credits of one lot."""

    lot: int
    amount: int


@value
class Hold:
    """Credits set aside for work in progress, pinned to their lots in the order of taking."""

    id: str
    action: str
    quantity: int
    unit_price: int
    parts: tuple[Part, ...]
    placed_at: Instant
    expires_at: Instant = NEVER
    contact: str | None = None
    thread: str | None = None


@value
class Pool:
    """The credits of one holder, and all that the engine must remember about them.

    `lots` are those that may still matter: anything remaining or held, plus lots that a command
    names (the lot of a message that a reply refunds). `holds` are the open ones that a command
    names or that have an expiry; the live ledger loads all open holds whose expiry has passed.
    `anchor_at` is the instant the subscription started, `anchor_day` the day of the month its
    cycles begin on (1 to 31, clamped in short months), both for ever; `cycle` counts up from 0.
    """

    plan: str
    seats: int
    zone: str
    anchor_at: Instant
    anchor_day: int
    cycle: int
    cycle_start_at: Instant
    cycle_end_at: Instant
    lots: tuple[Lot, ...] = ()
    holds: tuple[Hold, ...] = ()
    next_lot: int = 1
    seq: int = 0
    cancelled: bool = False
    trial_used: bool = False
    pending_plan: str | None = None
    pending_seats: int | None = None
    granted_this_cycle: int = 0
    earmarked_this_cycle: int = 0
    largest_allotment_this_cycle: int = 0
    floor: int = 0
    touched_at: Instant = 0

    @property
    def available(self) -> int:
        """Every free credit, earmarked ones too."""
        return sum(lot.remaining for lot in self.lots)

    @property
    def held(self) -> int:
        """Credits set aside by open holds."""
        return sum(lot.held for lot in self.lots)

    @property
    def balance(self) -> int:
        """Free and held together: what the journal's amounts sum to."""
        return self.available + self.held


@value
class PaidMessage:
    """The newest paid message of a thread: when, and the lot of its last credit."""

    at: Instant
    lot: int


@value
class Facts:
    """What the store knows about one command. The defaults are those of an empty store."""

    replay: bool = False
    replay_matches: bool = True
    already_paid: bool = False
    running: bool = False
    thread_open: bool = False
    thread_refunded: bool = False
    paid_message: PaidMessage | None = None
    hold_exists: bool = False
    hold_closed: bool = False
    cap: int | None = None
    cap_used: int = 0


# --- commands -----------------------------------------------------------------------------


@value
class Charge:
    """Spend now. `relation` and `open_profile` are the caller's facts about the recipient."""

    action: str
    quantity: int = 1
    contact: str | None = None
    thread: str | None = None
    relation: str | None = None
    open_profile: bool = False


@value
class PlaceHold:
    """Set credits aside under the name `id` until captured, released or `expires_at`."""

    id: str
    action: str
    quantity: int = 1
    contact: str | None = None
    thread: str | None = None
    relation: str | None = None
    open_profile: bool = False
    expires_at: Instant = NEVER


@value
class Capture:
    """Spend a hold, or only `quantity` units of its action; the rest returns to its lots."""

    hold: str
    quantity: int | None = None


@value
class Release:
    """Give a hold back to its own lots."""

    hold: str
    reason: str = "released"


@value
class Reply:
    """The recipient of `thread` answered."""

    thread: str


@value
class Purchase:
    """Credits bought: exactly one of a listed `pack` and a custom number of `credits`."""

    pack: int | None = None
    credits: int | None = None
    role: str = "admin"


@value
class StartTrial:
    """The once-ever trial grant of a policy that has one."""


@value
class Adjust:
    """A correction by the owner: `credits` is signed; a negative one takes free credits only."""

    credits: int
    reason: str


@value
class Reverse:
    """Give back a charge that turned out wrong, to its own lots (`parts`, amounts positive).

    A lot that has expired meanwhile is made good by a new lot of the same length.
    """

    parts: tuple[Part, ...]
    reason: str


@value
class ChangePlan:
    """Move to `plan`; the policy says what an upgrade grants and when a downgrade counts."""

    plan: str


@value
class ChangeSeats:
    """Pay for `seats` seats."""

    seats: int


@value
class Cancel:
    """End the subscription; the policy says which credits it takes."""


@value
class Settle:
    """Do what is due and nothing else."""


Command = (
    Charge
    | PlaceHold
    | Capture
    | Release
    | Reply
    | Purchase
    | StartTrial
    | Adjust
    | Reverse
    | ChangePlan
    | ChangeSeats
    | Cancel
    | Settle
)


# --- decisions ----------------------------------------------------------------------------


@value
class Move:
    """What an entry did to one lot: signed changes of its free and of its held credits.

    `free + held` is the change of the balance; placing a hold moves (-n, +n).
    """

    lot: int
    free: int = 0
    held: int = 0


@value
class Entry:
    """One journal line to append. `amount` is the signed change of the balance (free + held).

    `balance_after` and `held_after` are the pool's right after it. `seq` continues the pool's.
    `hold` names the hold that it placed, captured, released or let expire.
    """

    seq: int
    kind: EntryKind
    amount: int
    balance_after: int
    held_after: int
    at: Instant
    reason: str
    moves: tuple[Move, ...] = ()
    action: str | None = None
    quantity: int | None = None
    contact: str | None = None
    thread: str | None = None
    hold: str | None = None


@value
class Step:
    """One answer line: a command's own, or (`settled`) something that fell due before it.

    The five amounts are whole credits, 0 when none; `available` and `held` are the pool's
    after the step. `entries` are the journal lines that it appends (none for a refusal).
    """

    at: Instant
    outcome: Outcome
    reason: str
    available: int
    held: int
    charged: int = 0
    refunded: int = 0
    granted: int = 0
    expired: int = 0
    forfeited: int = 0
    settled: bool = False
    entries: tuple[Entry, ...] = ()


@value
class Decision:
    """What a command does: the new pool, what fell due before it, its own step, what followed.

    `before` fell due up to and including `now`; `after` is what the command itself made expire
    or be forfeited (a line of its own each). `paid_contact` and `paid_message` say what the
    command opened or paid for, for the caller's `once` store; `refunded_thread` likewise.
    `needed` is the price that a refusal could not cover.
    """

    pool: Pool
    step: Step
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
    placed: Hold | None = None
    closed: Hold | None = None
    paid_contact: str | None = None
    paid_thread: str | None = None
    paid_message: PaidMessage | None = None
    refunded_thread: str | None = None
    needed: int = 0
    expired_holds: tuple[Hold, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All journal lines, in order."""
        steps = (*self.before, self.step, *self.after)
        return tuple(entry for step in steps for entry in step.entries)
