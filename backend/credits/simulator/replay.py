"""What a workspace's own use would have cost under another policy: its journal, played again.

Lines of the journal become events of the simulator, which runs the same engine as the ledger.
What the plan granted, and what its owner corrected, is left out: the other policy grants its own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from backend.credits.policy import Policy
from backend.credits.policy_files.policy_format import Scope
from backend.credits.rules.state import Charge, Command, Reply, Settle
from backend.credits.simulator.scenario import Event
from backend.credits.simulator.simulation import AMOUNTS, Line, Simulation
from backend.instants import Instant, parse, render, to_datetime

WORKSPACE = "workspace"

# The kinds of journal lines that tell of use; holds tell nothing until they are captured.
TOLD = ("charge", "capture", "refund")


@dataclass(frozen=True, slots=True)
class Used:
    """A line of the journal that tells of use: something spent, or free, or answered."""

    at: Instant
    member_id: str | None
    kind: str
    action: str | None
    quantity: int | None
    contact_id: str | None
    thread: str | None
    reason: str
    receipt_id: str

    @property
    def command(self) -> Command:
        """What was asked of the engine then. Why it was free tells the facts of the relation."""
        if self.kind == "refund":
            return Reply(self.thread or self.receipt_id)
        return Charge(
            self.action or "",
            self.quantity or 1,
            # An erased contact cannot be told from another, and was a new one once.
            self.contact_id or self.receipt_id,
            self.thread,
            self.reason if self.reason == "first_degree" else None,
            self.reason == "open_profile",
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """What to play the journal under: each holder's pool opens at its own instant in `holders`."""

    policy: Policy
    plan: str
    seats: int
    zone: str
    anchor_day: int | None
    holders: Mapping[str, Instant]


def month_of(at: Instant, zone: ZoneInfo) -> str:
    """The calendar month of an instant, as 2026-03."""
    return to_datetime(at).astimezone(zone).strftime("%Y-%m")


def months_between(start: Instant, end: Instant, zone: str) -> list[str]:
    """Every calendar month from `start` to `end`, as 2026-03."""
    first, last = month_of(start, ZoneInfo(zone)), month_of(end, ZoneInfo(zone))
    found = [first]
    while found[-1] < last:
        year, month = map(int, found[-1].split("-"))
        found.append(f"{year + month // 12:04}-{month % 12 + 1:02}")
    return found


@dataclass(slots=True)
class Month:
    """One calendar month, and its local days on which credits were lacking."""

    amounts: Counter[str] = field(default_factory=Counter)
    locked_out: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Outcome:
    """How it would have been: `refused` uses lacked `missing` credits together."""

    totals: Counter[str] = field(default_factory=Counter)
    months: dict[str, Month] = field(default_factory=dict)
    uses: int = 0
    refused: int = 0
    missing: int = 0
    not_covered: Counter[str] = field(default_factory=Counter)
    pools: int = 0
    cycles: int = 0
    left: int = 0


def replay(terms: Terms, used: Iterable[Used], until: Instant) -> Outcome:
    """Play `used`, in time order, and what falls due until the end."""
    outcome = Outcome()
    zone = ZoneInfo(terms.zone)
    pools = {holder: _open(terms, start) for holder, start in terms.holders.items()}
    for simulation in pools.values():
        _count(outcome, simulation.opening(), zone)
    for line in used:
        holder = (
            WORKSPACE if terms.policy.scope is Scope.WORKSPACE else line.member_id or WORKSPACE
        )
        if holder not in pools:
            pools[holder] = _open(terms, line.at)
            _count(outcome, pools[holder].opening(), zone)
        _play(outcome, pools[holder], line, zone)
    outcome.pools = len(pools)
    for simulation in pools.values():
        end = Event(until, render(until), "balance", Settle(), {})
        _count(outcome, simulation.play(end), zone)
        outcome.cycles += simulation.pool.cycle + 1
        outcome.left += simulation.pool.balance
    return outcome


def _open(terms: Terms, start: Instant) -> Simulation:
    return Simulation(
        terms.policy,
        terms.plan,
        start=start,
        seats=terms.seats,
        zone=terms.zone,
        anchor_day=terms.anchor_day,
    )


def _play(outcome: Outcome, simulation: Simulation, line: Used, zone: ZoneInfo) -> None:
    command = line.command
    outcome.uses += 1
    if isinstance(command, Charge) and command.action not in simulation.policy.actions:
        outcome.not_covered[command.action] += 1
        return
    event = Event(line.at, render(line.at), "charge", command, {})
    lines = list(simulation.play(event))
    _count(outcome, lines, zone)
    own = next(each for each in lines if each["do"] != "settle")
    if own["reason"] == "out_of_credits" and isinstance(command, Charge):
        outcome.refused += 1
        price = simulation.policy.actions[command.action].cost
        outcome.missing += price * command.quantity
        day = to_datetime(line.at).astimezone(zone).date().isoformat()
        outcome.months.setdefault(day[:7], Month()).locked_out.add(day)


def _count(outcome: Outcome, lines: Iterable[Line], zone: ZoneInfo) -> None:
    for line in lines:
        amounts = Counter({name: line[name] for name in AMOUNTS if line[name]})
        if amounts:
            outcome.totals += amounts
            month = month_of(parse(line["at"]), zone)
            outcome.months.setdefault(month, Month()).amounts += amounts
