"""A subscription played through dated events, without a database.

The engine decides; this remembers what the live ledger keeps in its tables: which contacts are
paid, which threads are open or refunded, which holds are open, which keys were used. It keeps
nothing else, so that memory grows with those and not with the number of events.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from backend.credits import engine
from backend.credits.policy import Policy
from backend.credits.policy_files.policy_format import ANALYSIS
from backend.credits.rules.state import (
    Capture,
    Charge,
    Decision,
    Facts,
    Hold,
    Lot,
    Outcome,
    PaidMessage,
    PlaceHold,
    Pool,
    Release,
    Reply,
    Settle,
    Step,
)
from backend.credits.simulator.scenario import Event
from backend.instants import Instant, render

AMOUNTS = ("granted", "charged", "refunded", "expired", "forfeited")

Line = dict[str, Any]

_FEW = 4


class Simulation:
    """One pool and what is known about it. Lines come out in the order in which things happen."""

    def __init__(
        self,
        policy: Policy,
        plan: str,
        *,
        start: Instant,
        seats: int = 1,
        zone: str = "UTC",
        anchor_day: int | None = None,
    ) -> None:
        self.policy = policy
        self.totals: Counter[str] = Counter()
        self._opening = engine.open_pool(policy, plan, seats, zone, start, anchor_day)
        self.pool = self._opening.pool
        self._keys: dict[str, bytes] = {}
        self._holds: dict[str, Hold | None] = {}
        self._analysed: set[str] = set()
        self._running: set[str] = set()
        self._threads: set[str] = set()
        self._messages: dict[str, PaidMessage] = {}
        self._refunded: set[str] = set()
        self._spent_lots: dict[int, Lot] = {}
        self._many_lots = _FEW
        # Lots of one class and end are one where nothing looks at their age: see `_join_lots`.
        self._ages_matter = policy.cap_multiple is not None or policy.refund is not None

    def opening(self) -> Iterator[Line]:
        """The first allotment."""
        for step in (self._opening.step, *self._opening.after):
            yield from self._settled(step)

    def play(self, event: Event) -> Iterator[Line]:
        """What fell due until `event`, the event, and what it made expire or be forfeited."""
        while (due := engine.due_at(self.pool, self.policy)) <= event.at:
            decision = engine.apply(self.pool, Settle(), Facts(), self.policy, due)
            self._keep(decision.pool)
            for step in decision.before:
                yield from self._settled(step)
        facts = self._facts(event)
        pool = self._loaded(event)
        decision = engine.apply(pool, event.command, facts, self.policy, event.at)
        if not facts.replay:
            self._remember(event, decision)
        self._keep(decision.pool)
        yield self._line(event.said_at, event.do, decision.step)
        for step in decision.after:
            yield from self._settled(step)

    def end(self, said_at: str | None) -> Line:
        """The last line, with the totals: what came in is what went out and what is left."""
        return end_line(said_at, self.totals, self.pool.available, self.pool.held)

    # --- lines ----------------------------------------------------------------------------

    def _settled(self, step: Step) -> Iterator[Line]:
        """The line of something that fell due; none when it moved nothing."""
        if step.granted or step.expired or step.forfeited:
            yield self._line(render(step.at), "settle", step)

    def _line(self, said_at: str, do: str, step: Step) -> Line:
        line = line_of(said_at, do, step)
        for name in AMOUNTS:
            if line[name]:
                self.totals[name] += line[name]
        return line

    # --- what the store would know --------------------------------------------------------

    def _facts(self, event: Event) -> Facts:
        command = event.command
        if event.key is not None and event.key in self._keys:
            return Facts(replay=True, replay_matches=self._keys[event.key] == event.digest)
        if isinstance(command, Charge | PlaceHold):
            return Facts(
                already_paid=command.contact in self._analysed,
                running=command.contact in self._running,
                thread_open=command.thread in self._threads,
                hold_exists=isinstance(command, PlaceHold) and command.id in self._holds,
            )
        if isinstance(command, Capture | Release):
            return Facts(hold_closed=command.hold in self._holds)
        if isinstance(command, Reply):
            return Facts(
                thread_refunded=command.thread in self._refunded,
                paid_message=self._messages.get(command.thread),
            )
        return Facts()

    def _loaded(self, event: Event) -> Pool:
        """The pool with the hold or the lot that the event is about."""
        command = event.command
        if isinstance(command, Capture | Release):
            hold = self._holds.get(command.hold)
            if hold is None or hold in self.pool.holds:
                return self.pool
            return replace(self.pool, holds=(hold,))
        if isinstance(command, Reply) and command.thread in self._messages:
            lot = self._spent_lots.pop(self._messages[command.thread].lot, None)
            return replace(self.pool, lots=(*self.pool.lots, lot)) if lot else self.pool
        return self.pool

    def _remember(self, event: Event, decision: Decision) -> None:
        """What this event changed in the facts about contacts, threads, holds and keys."""
        if event.key is not None and decision.step.outcome is not Outcome.REFUSED:
            self._keys[event.key] = event.digest
        if decision.paid_contact is not None:
            self._analysed.add(decision.paid_contact)
        if decision.paid_thread is not None:
            self._threads.add(decision.paid_thread)
            if self.policy.refund and decision.paid_message:
                self._messages[decision.paid_thread] = decision.paid_message
        if decision.refunded_thread is not None:
            self._refunded.add(decision.refunded_thread)
            self._messages.pop(decision.refunded_thread, None)
        if decision.placed is not None:
            self._holds[decision.placed.id] = decision.placed
            if decision.placed.action == ANALYSIS and decision.placed.contact is not None:
                self._running.add(decision.placed.contact)
        if decision.closed is not None:
            self._holds[decision.closed.id] = None
            if decision.closed.action == ANALYSIS and decision.closed.contact is not None:
                self._running.discard(decision.closed.contact)

    # --- bounded memory -------------------------------------------------------------------

    def _keep(self, pool: Pool) -> None:
        """Keep `pool`, and now and then put out of it what can no longer matter.

        Only after it has grown by half, so that an event's cost does not grow with the events.
        """
        if len(pool.lots) > self._many_lots:
            pool = replace(pool, lots=self._tidied(pool))
            self._many_lots = len(pool.lots) + max(_FEW, len(pool.lots) // 2)
        if len(pool.holds) > _FEW:
            pool = replace(pool, holds=())
        self.pool = pool

    def _tidied(self, pool: Pool) -> tuple[Lot, ...]:
        """The lots with credits in them; spent ones that a refund may go back to are set aside."""
        if self.policy.refund is not None:
            known = {**self._spent_lots, **{lot.number: lot for lot in pool.lots}}
            self._spent_lots = {
                number: lot
                for number, lot in known.items()
                if lot.remaining + lot.held == 0 and lot.expires_at > pool.touched_at
            }
        lots = tuple(lot for lot in pool.lots if lot.remaining or lot.held)
        return lots if self._ages_matter else _join_lots(lots)


def line_of(said_at: str | None, do: str, step: Step) -> Line:
    """An output line: what happened at `said_at`, all five amounts, and what there is after it."""
    return {
        "at": said_at,
        "do": do,
        "outcome": step.outcome.value,
        "charged": step.charged,
        "refunded": step.refunded,
        "granted": step.granted,
        "expired": step.expired,
        "forfeited": step.forfeited,
        "reason": step.reason,
        "available": step.available,
        "held": step.held,
    }


def end_line(
    said_at: str | None, totals: Mapping[str, int], available: int = 0, held: int = 0
) -> Line:
    """The last line of a simulation, also of one that never began."""
    line = line_of(said_at, "end", Step(0, Outcome.OK, "end", available, held))
    amounts = {name: totals.get(name, 0) for name in AMOUNTS}
    return {**line, "totals": {**amounts, "left": available + held}}


def _join_lots(lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
    """`lots` with those of one class, earmark and end made one, as the burn order has them."""
    joined: dict[tuple[object, ...], Lot] = {}
    for lot in lots:
        like = (lot.lot_class, lot.earmark, lot.expires_at, lot.voided)
        first = joined.get(like)
        if first is None or lot.held:
            joined[like if first is None else (*like, lot.number)] = lot
        else:
            joined[like] = replace(
                first,
                granted=first.granted + lot.granted,
                remaining=first.remaining + lot.remaining,
            )
    return tuple(joined.values())
