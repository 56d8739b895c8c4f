"""Whatever is asked of the engine, in whatever order: what stays true."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache

from hypothesis import given
from hypothesis import strategies as st

from backend.credits.engine import apply, due_at, open_pool
from backend.credits.policy import Policy, builtin_policies, load_policy
from backend.credits.rules.state import (
    Adjust,
    Cancel,
    Capture,
    ChangePlan,
    ChangeSeats,
    Charge,
    Command,
    Decision,
    Entry,
    Facts,
    Outcome,
    PaidMessage,
    Part,
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
from backend.instants import DAY, HOUR, MINUTE, NEVER, SECOND, Instant, parse

START = parse("2026-01-31T22:30:00Z")
ZONES = ("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
NAMES = st.sampled_from(["a", "b", "c", "d"])


@dataclass
class Ledger:
    """A store as small as can be: a pool, its journal, and what the facts are made of."""

    policy: Policy
    pool: Pool
    journal: list[Entry] = field(default_factory=list)
    amounts: Counter[str] = field(default_factory=Counter)
    charged_contacts: Counter[str] = field(default_factory=Counter)
    paid: set[str] = field(default_factory=set)
    threads: dict[str, PaidMessage] = field(default_factory=dict)
    refunded: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    charges: list[tuple[Part, ...]] = field(default_factory=list)

    def facts(self, command: Command) -> Facts:
        """What the store knows about a command."""
        if isinstance(command, Charge | PlaceHold):
            running = {
                hold.contact for hold in self.pool.holds if hold.action.startswith("contact")
            }
            return Facts(
                already_paid=command.contact in self.paid,
                running=command.contact in running,
                thread_open=command.thread in self.threads,
                hold_exists=isinstance(command, PlaceHold) and command.id in self.names,
            )
        if isinstance(command, Capture | Release):
            return Facts(hold_closed=command.hold in self.names)
        if isinstance(command, Reply):
            return Facts(
                thread_refunded=command.thread in self.refunded,
                paid_message=self.threads.get(command.thread),
            )
        return Facts()

    def do(self, command: Command, now: Instant) -> Decision:
        """Apply a command and store its effects."""
        if isinstance(command, Reverse) and not self.charges:
            command = Settle()
        elif isinstance(command, Reverse):
            command = Reverse(self.charges.pop(), "merged_duplicate")
        elif isinstance(command, PlaceHold) and command.expires_at < NEVER:
            # told as a length of life: a clock set back must not make a hold that is dead already
            alive = max(now, self.pool.touched_at) + command.expires_at
            command = replace(command, expires_at=alive)
        decision = apply(self.pool, command, self.facts(command), self.policy, now)
        self.pool = decision.pool
        self.journal += decision.entries
        for step in (*decision.before, decision.step, *decision.after):
            for name in ("granted", "refunded", "charged", "expired", "forfeited"):
                self.amounts[name] += getattr(step, name)
        if decision.placed:
            self.names.add(decision.placed.id)
        if decision.paid_contact is not None:
            self.charged_contacts[decision.paid_contact] += decision.step.charged
            self.paid.add(decision.paid_contact)
        if decision.paid_thread is not None and decision.paid_message is not None:
            self.threads[decision.paid_thread] = decision.paid_message
        if decision.refunded_thread is not None:
            assert decision.refunded_thread not in self.refunded
            self.refunded.add(decision.refunded_thread)
        if isinstance(command, Charge) and decision.step.charged:
            moves = decision.step.entries[0].moves
            self.charges.append(tuple(Part(move.lot, -move.free) for move in moves))
        return decision

    def check(self) -> None:
        """Every invariant of a pool and its journal."""
        pool = self.pool
        assert pool.balance == sum(entry.amount for entry in self.journal)
        assert list(range(1, pool.seq + 1)) == [entry.seq for entry in self.journal]
        assert all(lot.remaining >= 0 and lot.held >= 0 for lot in pool.lots)
        held = Counter[int]()
        for hold in pool.holds:
            held.update({part.lot: part.amount for part in hold.parts})
        assert {n: h for n, h in held.items() if h} == {
            lot.number: lot.held for lot in pool.lots if lot.held
        }
        moved, set_aside = Counter[int](), Counter[int]()
        balance = 0
        for entry in self.journal:
            assert entry.amount == sum(move.free + move.held for move in entry.moves)
            balance += entry.amount
            assert balance == entry.balance_after
            for move in entry.moves:
                moved[move.lot] += move.free
                set_aside[move.lot] += move.held
            assert sum(set_aside.values()) == entry.held_after
        assert all(moved[lot.number] == lot.remaining for lot in pool.lots)
        assert all(set_aside[lot.number] == lot.held for lot in pool.lots)
        at = [entry.at for entry in self.journal]
        assert sorted(at) == at
        came = self.amounts["granted"] + self.amounts["refunded"]
        gone = self.amounts["charged"] + self.amounts["expired"] + self.amounts["forfeited"]
        assert came == gone + pool.balance
        assert all(count <= 1 for count in self.charged_contacts.values())
        dead = [lot for lot in pool.lots if lot.expires_at <= pool.touched_at]
        assert not sum(lot.remaining for lot in dead)
        assert not sum(lot.remaining for lot in pool.lots if lot.voided)
        cap = self.policy.cap(pool.plan, pool.seats)
        assert cap is None or pool.balance <= cap or pool.available == 0
        assert due_at(pool, self.policy) > pool.touched_at


@lru_cache
def commands(policy_name: str) -> st.SearchStrategy[Command]:
    """Any command, mostly sensible."""
    policy = load_policy(policy_name)
    actions = st.sampled_from([*policy.actions, "nonsense"])
    contacts = st.none() | NAMES
    sizes = st.sampled_from([1, 1, 1, 2, 7, 30, 120])
    lives = st.sampled_from([NEVER, SECOND, DAY, 40 * DAY, 100 * DAY])
    looking = st.builds(Charge, st.just("contact.analysis"), st.just(1), NAMES)
    spending = st.builds(Charge, actions, sizes, contacts, contacts)
    holding = st.builds(PlaceHold, NAMES, actions, sizes, contacts, contacts, expires_at=lives)
    watching = st.builds(
        PlaceHold, NAMES, st.just("contact.analysis"), contact=NAMES, expires_at=lives
    )
    return st.one_of(
        looking,
        spending,
        holding,
        watching,
        st.builds(Capture, NAMES, st.none() | sizes),
        st.builds(Release, NAMES),
        st.builds(Reply, NAMES),
        st.builds(Purchase, credits=sizes),
        st.builds(Purchase, pack=st.sampled_from([25, 26, 75])),
        st.builds(ChangePlan, st.sampled_from([*policy.plans, "gold"])),
        st.builds(ChangeSeats, st.integers(1, 4)),
        st.builds(Adjust, st.integers(-60, 60), st.just("correction")),
        st.just(Reverse((), "merged_duplicate")),
        st.sampled_from([StartTrial(), Settle(), Settle(), Cancel()]),
    )


# Backwards as well: a clock may be set, or two machines may disagree.
GAPS = st.sampled_from(
    [0, 0, SECOND, HOUR, 7 * HOUR, DAY, 13 * DAY, 31 * DAY, 90 * DAY, -HOUR, -DAY]
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Policy, Pool, list[tuple[Command, Instant]]]:
    """A policy, a new pool of it, and commands at instants."""
    policy = draw(st.sampled_from(list(builtin_policies().values())))
    plan = draw(st.sampled_from(sorted(policy.plans)))
    zone = draw(st.sampled_from(ZONES))
    anchor_day = draw(st.none() | st.sampled_from([1, 15, 29, 30, 31]))
    pool = open_pool(policy, plan, draw(st.integers(1, 3)), zone, START, anchor_day).pool
    told, now = [], START
    for _ in range(draw(st.integers(1, 30))):
        now = max(START, now + draw(GAPS))
        told.append((draw(commands(policy.name)), now))
    return policy, pool, told


def begun(policy: Policy, pool: Pool) -> Ledger:
    """A ledger with the entries of the first allotment."""
    first = open_pool(policy, pool.plan, pool.seats, pool.zone, START, pool.anchor_day)
    return Ledger(policy, pool, list(first.entries), Counter(granted=first.step.granted))


@given(stories())
def test_no_sequence_of_commands_breaks_an_invariant(
    story: tuple[Policy, Pool, list[tuple[Command, Instant]]],
) -> None:
    """Journal and pool agree, nothing is negative or lost, no contact is charged twice."""
    policy, pool, told = story
    ledger = begun(policy, pool)
    ledger.check()
    for command, now in told:
        before = ledger.pool
        decision = ledger.do(command, now)
        if decision.step.outcome is Outcome.REFUSED:
            assert not decision.step.entries
            assert not decision.after
            assert decision.pool is before or due_at(before, policy) <= decision.step.at
        ledger.check()


@given(stories())
def test_what_the_engine_is_given_stays_as_it_was(
    story: tuple[Policy, Pool, list[tuple[Command, Instant]]],
) -> None:
    """Values are frozen by the type checker; no command changes one that it was given."""
    policy, pool, told = story
    ledger = begun(policy, pool)
    for command, now in told:
        before, asked = ledger.pool, deepcopy((ledger.pool, command))
        ledger.do(command, now)
        assert asked == (before, command)


@given(stories())
def test_the_same_story_ends_the_same(
    story: tuple[Policy, Pool, list[tuple[Command, Instant]]],
) -> None:
    """The engine has no memory of its own: told twice, every decision is the same."""
    policy, pool, told = story
    one, two = begun(policy, pool), begun(policy, pool)
    assert [one.do(*each) for each in told] == [two.do(*each) for each in told]


@given(stories(), st.integers(1, 800))
def test_settling_daily_is_settling_at_once(
    story: tuple[Policy, Pool, list[tuple[Command, Instant]]], days: int
) -> None:
    """After any story, two years of daily settling leave what settling once leaves."""
    policy, pool, told = story
    ledger = begun(policy, pool)
    for command, now in told:
        ledger.do(command, now)
    end = ledger.pool.touched_at + days * DAY
    once = apply(ledger.pool, Settle(), Facts(), policy, end)
    daily = ledger.pool
    steps: list[Step] = []
    for now in range(ledger.pool.touched_at, end + 1, DAY):
        decision = apply(daily, Settle(), Facts(), policy, now)
        steps += decision.before
        daily = decision.pool
    decision = apply(daily, Settle(), Facts(), policy, end)
    assert once.pool == decision.pool
    assert once.before == (*steps, *decision.before)


@given(stories(), st.integers(1, 200 * DAY))
def test_a_clock_set_back_revives_nothing(
    story: tuple[Policy, Pool, list[tuple[Command, Instant]]], back: int
) -> None:
    """A command at an earlier instant decides as it does at the last one."""
    policy, pool, told = story
    ledger = begun(policy, pool)
    for command, now in told:
        ledger.do(command, now)
    last = ledger.pool.touched_at
    for command, _ in told:
        facts = ledger.facts(command)
        if not isinstance(command, Reverse):
            late = apply(ledger.pool, command, facts, policy, last)
            assert late == apply(ledger.pool, command, facts, policy, max(0, last - back))


@given(
    parts=st.lists(st.integers(0, 60), min_size=1, max_size=4),
    spent=st.integers(1, 60),
    minutes=st.integers(1, 60 * 24 * 200),
)
def test_a_hold_can_always_be_captured(parts: list[int], spent: int, minutes: int) -> None:
    """Whatever expires, is trimmed or is forfeited meanwhile, a hold still pays its price."""
    policy = load_policy("inmail-rollover")
    pool = open_pool(policy, "sales_navigator", 1, "UTC", START).pool
    for credits in parts:
        pool = apply(pool, Adjust(credits + 1, "more"), Facts(), policy, START).pool
    spent = min(spent, pool.available)
    placed = apply(pool, PlaceHold("h", "message.send", spent), Facts(), policy, START)
    assert placed.placed is not None
    pool = apply(placed.pool, ChangePlan("free"), Facts(), policy, START).pool
    pool = apply(pool, Cancel(), Facts(), policy, START + MINUTE).pool
    captured = apply(pool, Capture("h"), Facts(), policy, START + minutes * MINUTE)
    assert (Outcome.CAPTURED, spent) == (captured.step.outcome, captured.step.charged)
    assert 0 == captured.pool.balance


@given(stories())
def test_lots_that_the_store_did_not_load_are_not_missed(
    story: tuple[Policy, Pool, list[tuple[Command, Instant]]],
) -> None:
    """Spent lots may be left out of a pool: everything but reversals decides the same without."""
    policy, pool, told = story
    whole = begun(policy, pool)
    lean = begun(policy, pool)
    for command, now in told:
        if isinstance(command, Reverse):
            continue
        kept = {message.lot for message in lean.threads.values()}
        lots = tuple(
            lot for lot in lean.pool.lots if lot.remaining or lot.held or lot.number in kept
        )
        lean.pool = replace(lean.pool, lots=lots)
        one, two = whole.do(command, now), lean.do(command, now)
        assert (one.before, one.step, one.after) == (two.before, two.step, two.after)
