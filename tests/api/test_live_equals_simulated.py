"""The simulator equals the live ledger: the same random events over HTTP and in memory.

Fifty sequences a database run always; `MEETONCE_SEQUENCES=500` asks for the long run.
"""

import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.credits.policy import builtin_policies
from backend.credits.simulator.scenario import read_event
from backend.credits.simulator.simulation import Simulation
from backend.database import Database
from backend.flows.workspaces import found, policy_named
from backend.instants import MINUTE, NEVER, from_datetime, parse
from tests.api.live_ledger import ANALYSIS, LiveLedger
from tests.flows.workplace import Workplace

Line = dict[str, Any]
SEQUENCES = int(os.environ.get("MEETONCE_SEQUENCES", "50"))
HOLD_SECONDS = 120.0
GAPS = st.one_of(
    st.just(timedelta(0)),
    st.integers(1, 150).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(1, 40).map(lambda hours: timedelta(hours=hours)),
    st.integers(1, 95).map(lambda days: timedelta(days=days)),
    st.sampled_from([timedelta(microseconds=1), timedelta(days=90), timedelta(days=400)]),
)
NAMES = st.sampled_from(["a", "b", "c"])
DOINGS = [
    *["charge"] * 6,
    *["hold"] * 4,
    *["capture"] * 3,
    *["release"] * 2,
    *["reply"] * 3,
    *["change_plan"] * 3,
    *["change_seats"] * 2,
    *("purchase", "purchase", "trial", "balance"),
]


@st.composite
def scenarios(draw: st.DrawFn) -> tuple[str, str, int, datetime, list[Line]]:
    """A policy, a plan, seats, a start, and events in time order."""
    policy = builtin_policies()[draw(st.sampled_from(sorted(builtin_policies())))]
    plan = draw(st.sampled_from(sorted(policy.plans)))
    start = draw(st.datetimes(datetime(2026, 4, 1), datetime(2027, 4, 1)))  # noqa: DTZ001
    now = start = start.replace(tzinfo=UTC)
    events: list[Line] = []
    ends = draw(st.integers(0, 40))
    for number in range(draw(st.integers(1, 20))):
        now += draw(GAPS)
        do = "cancel" if number == ends else draw(st.sampled_from(DOINGS))
        event: Line = {"at": now.isoformat().replace("+00:00", "Z"), "do": do}
        if do in ("charge", "hold"):
            event |= _spending(draw, [*policy.actions], do)
            if do == "hold":
                event["hold"] = f"h{number}"
        elif do in ("capture", "release"):
            placed = [each["hold"] for each in events if each["do"] == "hold"]
            event["hold"] = draw(st.sampled_from(placed)) if placed else "h"
            if do == "capture" and draw(st.booleans()):
                event["quantity"] = draw(st.integers(1, 8))
        elif do == "reply":
            event["thread"] = draw(NAMES)
        elif do == "purchase":
            what = [{"pack": 25}, {"pack": 75}, {"pack": 7}, {"credits": 40}]
            event |= draw(st.sampled_from(what)) | {"role": "owner"}
        elif do == "change_plan":
            event["plan"] = draw(st.sampled_from([*policy.plans, "gold"]))
        elif do == "change_seats":
            event["seats"] = draw(st.integers(1, 4))
        events.append(event)
    return policy.name, plan, draw(st.integers(1, 3)), start, events


def _spending(draw: st.DrawFn, actions: list[str], do: str) -> Line:
    """The fields of a charge or a hold; an analysis is charged, never held by hand."""
    names = [each for each in actions if do == "charge" or each != ANALYSIS]
    fields: Line = {"action": draw(st.sampled_from([*names, "nonsense"]))}
    if fields["action"] == ANALYSIS:
        return fields | {"contact": draw(NAMES)}
    if draw(st.booleans()):
        fields["thread"] = draw(NAMES)
    if draw(st.integers(0, 2)) == 0:
        fields["quantity"] = draw(st.sampled_from([1, 2, 5, 24, 49]))
    if draw(st.integers(0, 4)) == 0:
        relation = draw(st.sampled_from(["first_degree", "second_degree", "out_of_network"]))
        fields["facts"] = {"relation": relation, "open_profile": draw(st.booleans())}
    return fields


async def opened(
    office: Workplace, policy: str, plan: str, seats: int, start: datetime
) -> LiveLedger:
    """A new workspace beside the others, founded at `start`, with a contact that answers."""
    assert office.app is not None
    db: Database = office.app.state.db
    office.clock.now = from_datetime(start)
    made = await db.write(
        lambda tx: found(
            tx,
            name="Live",
            owner_email="owner@live.example",
            policy=policy_named(policy, Path("none")),
            plan=plan,
            seats=seats,
            time_zone="UTC",
            now=office.clock.now,
        )
    )
    place = Workplace(
        office.client,
        made.workspace_id,
        made.api_key,
        made.owner_id,
        office.sidecar,
        office.clock,
        office.app,
    )
    assert office.sidecar is not None
    office.sidecar.mode = "empty"
    contact = (await place.analyze("who-answers")).json()["contact"]["id"]
    office.sidecar.mode = "well"
    return LiveLedger(place, contact, HOLD_SECONDS)


def simulated(simulation: Simulation, event: Line) -> str:
    """Play an event in memory; how it came out."""
    lines = list(simulation.play(read_event(json.dumps(event).encode())))
    own = next(line for line in lines if line["do"] != "settle")
    outcome, reason = own["outcome"], own["reason"]
    return f"{outcome}:{reason}" if outcome in ("refused", "free") else outcome


def lots_of(simulation: Simulation) -> Counter[tuple[str, str, str | None]]:
    """What the simulator's lots hold, by kind, action and end."""
    found: Counter[tuple[str, str, str | None]] = Counter()
    for lot in simulation.pool.lots:
        ends = "never" if lot.expires_at >= NEVER else str(lot.expires_at)
        found[(lot.lot_class.value, ends, lot.earmark)] += lot.remaining + lot.held
    return +found


async def live_lots(live: LiveLedger) -> Counter[tuple[str, str, str | None]]:
    """The same of the live ledger."""
    found: Counter[tuple[str, str, str | None]] = Counter()
    for lot in (await live.place.get("/balance")).json()["lots"]:
        ends = "never" if lot["expires_at"] is None else str(parse(lot["expires_at"]))
        found[(lot["class"], ends, lot["earmark"])] += lot["remaining"] + lot["held"]
    return +found


_ALIKE = {"unknown_hold": "not_found"}


def alike(said: str) -> str:
    """The simulator's word for what HTTP answers otherwise: an unknown name is not found."""
    head, _, reason = said.partition(":")
    return f"{head}:{_ALIKE.get(reason, reason)}" if reason else said


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quiet_office(office: Workplace) -> Workplace:
    """The office, where nobody logs: thousands of requests go through it."""
    return office


@pytest.mark.asyncio(loop_scope="module")
@settings(
    max_examples=SEQUENCES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(scenario=scenarios())
async def test_the_live_ledger_is_the_simulator(
    quiet_office: Workplace, scenario: tuple[str, str, int, datetime, list[Line]]
) -> None:
    """Event by event: outcomes, free and held credits, and every lot; and the journal is sound."""
    policy, plan, seats, start, events = scenario
    live = await opened(quiet_office, policy, plan, seats, start)
    simulation = Simulation(
        builtin_policies()[policy], plan, start=from_datetime(start), seats=seats
    )
    list(simulation.opening())
    for event in events:
        at = parse(event["at"])
        for release in live.runs_out(at):
            simulated(simulation, release)
        live.place.clock.now = at
        expected = alike(simulated(simulation, event))
        assert expected == await live.play(event), event
        balance = (await live.place.get("/balance")).json()
        pool = simulation.pool
        assert (pool.available, pool.held) == (balance["available"], balance["held"]), event
        assert lots_of(simulation) == await live_lots(live), event
    quiet_office.clock.now += MINUTE
    assert [] == [
        each
        for each in await quiet_office.differences()
        if each.workspace_id == live.place.workspace_id
    ]
