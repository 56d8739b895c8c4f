"""A simulation of many events keeps little, and still counts right."""

import json
import random
from datetime import UTC, datetime, timedelta

from backend.credits.policy import load_policy
from backend.credits.simulator.scenario import read_events
from backend.credits.simulator.simulation import Simulation
from backend.instants import parse
from tests.credits.coins import Line
from tests.credits.played import Played, event, send

MANY = 400


def test_bought_credits_do_not_pile_up_as_lots() -> None:
    """Hundreds of purchases, holds and charges leave a handful of lots, and every credit."""
    start = datetime(2026, 1, 5, tzinfo=UTC)
    chance = random.Random(1)
    events: list[Line] = []
    bought = spent = 0
    for number in range(MANY):
        at = (start + timedelta(hours=number)).isoformat()
        credits = chance.randint(1, 50)
        bought += credits
        events.append(event(at, "purchase", credits=credits))
        name = f"h{number}"
        events.append(event(at, "hold", hold=name, action="ai.variable", quantity=credits))
        if number % 3:
            taken = chance.randint(1, credits)
            spent += taken
            events.append(event(at, "capture", hold=name, quantity=taken))
        elif number % 2:
            events.append(event(at, "release", hold=name))
    text = [json.dumps(each).encode() for each in events]
    simulation = Simulation(load_policy("lemlist"), "email_pro", start=parse(events[0]["at"]))
    for each in read_events(text, None):
        for line in simulation.play(each):
            assert "refused" != line["outcome"]
    assert len(simulation.pool.lots) < 12
    assert len(simulation.pool.holds) < 12
    played = Played("lemlist", "email_pro", *events)
    totals = played.end["totals"]
    assert bought == totals["granted"] - 1000
    assert spent == totals["charged"]
    assert totals["left"] == 1000 + bought - spent - totals["expired"]


def test_a_thousand_threads_remember_their_lots() -> None:
    """Replies of a year find the lot of each message, though most were spent long before."""
    start = datetime(2026, 1, 5, tzinfo=UTC)
    events = []
    for day in range(360):
        at = (start + timedelta(days=day)).isoformat()
        events.append(send(at, f"t{day}"))
        if day >= 80:
            events.append(event(at, "reply", thread=f"t{day - 80}"))
    played = Played("inmail-rollover", "sales_navigator", *events)
    sent = sum(played.charged)
    replied = sum(line["refunded"] for line in played.own)
    assert 360 == sent
    assert 280 == replied
