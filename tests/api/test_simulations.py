"""`POST W/simulations`: the workspace's own journal, played again under another policy."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from backend.credits.ledger import Order, apply_order
from backend.credits.policy import load_policy
from backend.credits.rules.state import Adjust, Charge, Command
from backend.database import Database
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Workplace, workplace

SMALL = (
    load_policy("humanlinker")
    .source.replace('name = "humanlinker"', 'name = "small"')
    .replace("allotment = 200", "price_cents = 1_900\nallotment = 5")
)


@pytest.fixture
async def place(
    database_url: str, sidecar: IllSidecar, tmp_path: Path
) -> AsyncIterator[Workplace]:
    """A workspace with two months of history: 4 analyses in March, 8 on one day in April."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "small.toml").write_text(SMALL, "utf-8")
    async with workplace(database_url, sidecar, data_dir=tmp_path) as place:
        for number in range(4):
            await place.analyze(f"march-{number}")
            await place.analyze("march-0")
        place.clock.pass_days(32)
        for number in range(8):
            await place.analyze(f"april-{number}")
        place.clock.pass_days(40)
        yield place


async def simulate(place: Workplace, **body: Any) -> dict[str, Any]:
    """What it would have been."""
    answer = await place.post("/simulations", body)
    assert 200 == answer.status_code, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def order(place: Workplace, command: Command) -> None:
    """A command straight to the ledger."""
    assert place.app is not None
    db: Database = place.app.state.db
    asked = Order(place.workspace_id, place.owner_id, command)
    await db.together(place.workspace_id, apply_order, asked)


async def test_the_same_policy_costs_what_it_cost(place: Workplace) -> None:
    """Played under its own policy and plan, the journal gives its own amounts, month by month."""
    found = await simulate(place, policy="humanlinker", plan="starter")
    await place.get("/balance")
    assert 12 == found["charged"] == found["actual"]["charged"]
    assert (0, 0, []) == (found["refused"], found["missing"], found["locked_out"])
    assert ["2026-03", "2026-04", "2026-05"] == [each["month"] for each in found["months"]]
    assert [4, 8, 0] == [each["charged"] for each in found["months"]]
    assert [0, 196, 192] == [each["expired"] for each in found["months"]]
    assert 600 == found["granted"] == found["charged"] + found["expired"] + found["left"]


async def test_a_smaller_plan_would_have_locked_out(place: Workplace) -> None:
    """Five a month: three of April's eight are refused, on that one day, and what it costs."""
    found = await simulate(place, policy="small")
    assert ("small@1", "starter", 9, 3, 3) == tuple(
        found[name] for name in ("policy", "plan", "charged", "refused", "missing")
    )
    assert ["2026-04-11"] == found["locked_out"]
    assert [0, 1, 0] == [each["locked_out_days"] for each in found["months"]]
    assert 3 * 1_900 == found["plan_cents"], "three cycles have begun"


async def test_a_shorter_window(place: Workplace) -> None:
    """Two months back begins on 21 March: the plan opens there, and March's use is left out."""
    found = await simulate(place, policy="small", window="2m")
    assert ("2026-03-21T09:00:00Z", 8, 5) == tuple(
        found[name] for name in ("start", "uses", "charged")
    )


async def test_a_policy_that_meters_something_else(place: Workplace) -> None:
    """Analyses are free where messages are metered; each member has a pool of their own."""
    body = {"email": "max@acme.example", "role": "member"}
    await place.post("/members", body)
    found = await simulate(place, policy="inmail-monthly", plan="premium_career")
    assert (0, 12, 2) == (found["charged"], found["uses"], found["pools"])
    # the owner's from 10 March: March, April, May; the new member's from today on
    assert 20 == found["granted"]
    assert 10 == found["expired"]


async def test_actions_that_the_policy_does_not_know(place: Workplace) -> None:
    """What is not metered there is counted apart; a message's facts are those of its receipt."""
    await order(place, Adjust(-1, "correction"))
    found = await simulate(place, policy="humanlinker", plan="pro")
    assert [] == found["not_covered"], "an owner's correction is no use"
    assert 350 == found["left"]


async def test_messages_are_played_with_their_facts(
    database_url: str, sidecar: IllSidecar
) -> None:
    """First degree, open profile and thread are what they were; a thread that was free costs."""
    async with workplace(
        database_url, sidecar, policy="inmail-rollover", plan="premium_career"
    ) as place:
        for fields in (
            {"thread": "t"},
            {"thread": "t"},
            {"thread": "u", "relation": "first_degree"},
            {"thread": "v", "open_profile": True},
        ):
            await order(place, Charge("message.send", **fields))
        found = await simulate(place, policy="linkedin-messages", plan="recruiter")
        # one opens the thread, the next is free in it, the connection is free, the open one is not
        assert (4, 2) == (found["uses"], found["charged"])
        found = await simulate(place, policy="humanlinker")
        assert [{"action": "message.send", "uses": 4}] == found["not_covered"]


async def test_nothing_is_stored(place: Workplace) -> None:
    """A simulation leaves ledger and balance as they were."""
    before = (await place.get("/ledger", params={"limit": 100})).json()
    for policy in ("small", "lemlist", "inmail-rollover", "linkedin-messages"):
        await simulate(place, policy=policy)
    assert before == (await place.get("/ledger", params={"limit": 100})).json()
    assert [] == await place.differences()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"policy": "gold"}, "policy"),
        ({"policy": "../../etc/passwd"}, "policy"),
        ({"policy": "small.toml"}, "policy"),
        ({"policy": "small", "plan": "gold"}, "plan"),
        ({"policy": "small", "window": "0m"}, "window"),
        ({"policy": "small", "window": "25m"}, "window"),
        ({"policy": "small", "window": "1y"}, "window"),
        ({"policy": "small", "seats": 0}, "seats"),
        ({"policy": "small", "colour": "red"}, "colour"),
        ({}, "policy"),
    ],
)
async def test_wrong_questions(acme: Workplace, body: dict[str, Any], field: str) -> None:
    """An unknown policy, plan or window is refused with its name; no file is opened for it."""
    answer = await acme.post("/simulations", body)
    assert (422, "validation") == (answer.status_code, answer.json()["code"])
    if body.get("policy") != "small" or field != "plan":
        assert field in [each["field"] for each in answer.json()["errors"]]
