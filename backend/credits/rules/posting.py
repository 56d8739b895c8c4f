"""A pool while something is written into its journal: mutable inside one call, frozen outside.

Every change of a lot goes through here together with the journal entry that explains it, so
that the sum of the entries' amounts cannot part from the pool's balance.
"""

from collections.abc import Iterable, Sequence

from backend.credits.policy import Policy
from backend.credits.rules.state import (
    Entry,
    EntryKind,
    Hold,
    Lot,
    LotClass,
    LotSource,
    Move,
    Outcome,
    Part,
    Pool,
    Step,
)
from backend.instants import NEVER, Instant


def burn(lots: Sequence[Lot], policy: Policy, action: str, amount: int) -> tuple[Part, ...] | None:
    """Where `amount` credits for `action` come from, in order; None when they do not suffice.

    Earmarked for this action first, then the policy's class order, then what ends soonest, was
    granted first, was created first, so that a holder loses as little as possible.
    """
    usable = [
        lot for lot in lots if lot.remaining and (lot.earmark is None or lot.earmark == action)
    ]
    if len(usable) > 1:
        rank = policy.spend_rank
        usable.sort(
            key=lambda lot: (
                lot.earmark is None,
                rank[lot.lot_class],
                lot.expires_at,
                lot.effective_at,
                lot.number,
            )
        )
    return draw(usable, amount)


def draw(lots: Iterable[Lot], amount: int) -> tuple[Part, ...] | None:
    """`amount` free credits of `lots` in the order given; None when they do not suffice."""
    parts = []
    for lot in lots:
        if lot.remaining >= amount:
            parts.append(Part(lot.number, amount))
            return tuple(parts)
        if lot.remaining:
            parts.append(Part(lot.number, lot.remaining))
            amount -= lot.remaining
    return None if amount else tuple(parts)


def everything_free(lots: Iterable[Lot]) -> tuple[Part, ...]:
    """All free credits of `lots`."""
    return tuple(Part(lot.number, lot.remaining) for lot in lots if lot.remaining)


class Posting:
    """The working copy of a pool at the instant `at`."""

    __slots__ = (
        "anchor_at",
        "anchor_day",
        "at",
        "cancelled",
        "cycle",
        "cycle_end_at",
        "cycle_start_at",
        "earmarked_this_cycle",
        "entries",
        "floor",
        "free",
        "granted_this_cycle",
        "held",
        "holds",
        "largest_allotment_this_cycle",
        "lots",
        "next_lot",
        "pending_plan",
        "pending_seats",
        "plan",
        "seats",
        "seq",
        "trial_used",
        "zone",
    )

    def __init__(self, pool: Pool, at: Instant) -> None:
        free = held = 0
        for lot in pool.lots:
            free += lot.remaining
            held += lot.held
        self.at = at
        self.free = free
        self.held = held
        self.entries: list[Entry] = []
        self.lots = list(pool.lots)
        self.holds = pool.holds
        self.next_lot = pool.next_lot
        self.seq = pool.seq
        self.plan = pool.plan
        self.seats = pool.seats
        self.zone = pool.zone
        self.anchor_at = pool.anchor_at
        self.anchor_day = pool.anchor_day
        self.cycle = pool.cycle
        self.cycle_start_at = pool.cycle_start_at
        self.cycle_end_at = pool.cycle_end_at
        self.cancelled = pool.cancelled
        self.trial_used = pool.trial_used
        self.pending_plan = pool.pending_plan
        self.pending_seats = pool.pending_seats
        self.granted_this_cycle = pool.granted_this_cycle
        self.earmarked_this_cycle = pool.earmarked_this_cycle
        self.largest_allotment_this_cycle = pool.largest_allotment_this_cycle
        self.floor = pool.floor

    def pool(self) -> Pool:
        """The pool as it stands now, frozen."""
        return Pool(
            self.plan,
            self.seats,
            self.zone,
            self.anchor_at,
            self.anchor_day,
            self.cycle,
            self.cycle_start_at,
            self.cycle_end_at,
            tuple(self.lots),
            self.holds,
            self.next_lot,
            self.seq,
            self.cancelled,
            self.trial_used,
            self.pending_plan,
            self.pending_seats,
            self.granted_this_cycle,
            self.earmarked_this_cycle,
            self.largest_allotment_this_cycle,
            self.floor,
            self.at,
        )

    # --- lots -----------------------------------------------------------------------------

    def change(self, number: int, free: int = 0, held: int = 0, *, void: bool = False) -> Move:
        """Change what a lot has free and held, or mark it as taken."""
        index = 0
        while self.lots[index].number != number:
            index += 1
        lot = self.lots[index]
        self.lots[index] = Lot(
            number,
            lot.source,
            lot.lot_class,
            lot.granted,
            lot.remaining + free,
            lot.held + held,
            lot.effective_at,
            lot.expires_at,
            lot.earmark,
            void or lot.voided,
        )
        self.free += free
        self.held += held
        return Move(number, free, held)

    def open_lot(
        self,
        source: LotSource,
        credits: int,
        expires_at: Instant = NEVER,
        earmark: str | None = None,
        lot_class: LotClass = LotClass.GRANTED,
    ) -> Move:
        """Add a lot of free credits."""
        number = self.next_lot
        self.next_lot += 1
        self.lots.append(
            Lot(number, source, lot_class, credits, credits, 0, self.at, expires_at, earmark)
        )
        self.free += credits
        return Move(number, credits)

    def grant(
        self,
        source: LotSource,
        credits: int,
        reason: str,
        expires_at: Instant,
        earmark: str | None = None,
        lot_class: LotClass = LotClass.GRANTED,
    ) -> int:
        """Add a lot and the entry that grants it; the credits granted."""
        move = self.open_lot(source, credits, expires_at, earmark, lot_class)
        self.write(EntryKind.GRANT, credits, reason, (move,), action=earmark)
        return credits

    def take(self, parts: Iterable[Part], kind: EntryKind, reason: str) -> int:
        """Take free credits out of their lots, in one entry; how many."""
        moves = tuple(self.change(part.lot, -part.amount) for part in parts)
        taken = -sum(move.free for move in moves)
        if taken:
            self.write(kind, -taken, reason, moves)
        return taken

    # --- journal --------------------------------------------------------------------------

    def write(
        self,
        kind: EntryKind,
        amount: int,
        reason: str,
        moves: tuple[Move, ...] = (),
        action: str | None = None,
        quantity: int | None = None,
        contact: str | None = None,
        thread: str | None = None,
        hold: str | None = None,
    ) -> None:
        """Append an entry; `moves` are already done, and change the balance by `amount`."""
        self.seq += 1
        self.entries.append(
            Entry(
                self.seq,
                kind,
                amount,
                self.free + self.held,
                self.held,
                self.at,
                reason,
                moves,
                action,
                quantity,
                contact,
                thread,
                hold,
            )
        )

    def step(
        self,
        outcome: Outcome,
        reason: str,
        *,
        charged: int = 0,
        refunded: int = 0,
        granted: int = 0,
        expired: int = 0,
        forfeited: int = 0,
        settled: bool = False,
    ) -> Step:
        """An answer line with the entries written since the last one."""
        entries = tuple(self.entries)
        self.entries.clear()
        return Step(
            self.at,
            outcome,
            reason,
            self.free,
            self.held,
            charged,
            refunded,
            granted,
            expired,
            forfeited,
            settled,
            entries,
        )

    # --- holds ----------------------------------------------------------------------------

    def close_hold(self, hold: Hold, spent: int) -> tuple[tuple[Move, ...], int | None]:
        """Spend the first `spent` credits of `hold` and give the rest back to its own lots.

        Answers the moves and the lot of the last credit spent (None when nothing was).
        """
        moves, last = [], None
        for part in hold.parts:
            used = min(part.amount, spent)
            spent -= used
            moves.append(self.change(part.lot, part.amount - used, -part.amount))
            if used:
                last = part.lot
        self.holds = tuple(each for each in self.holds if each.id != hold.id)
        return tuple(moves), last
