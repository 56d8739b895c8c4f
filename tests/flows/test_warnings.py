"""Warnings as events: once each, in the transaction of their cause, and none without one."""

from typing import Any

import pytest

from backend import worker
from backend.database import Database
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.test_requests import events
from tests.flows.workplace import Workplace, workplace


async def spend(place: Workplace, credits: int) -> None:
    """Have so many credits gone, a moment later."""
    place.clock.pass_days(0.0001)
    done = await place.post("/adjustments", {"credits": -credits, "reason": "a test"})
    assert 201 == done.status_code, done.text


def db_of(place: Workplace) -> Database:
    """The application's database."""
    assert place.app is not None
    db: Database = place.app.state.db
    return db


async def test_each_threshold_warns_once_a_cycle(acme: Workplace) -> None:
    """At 80, 95 and 100 % one event each, whatever happens around them; and anew next cycle."""
    for credits in (100, 59, 1, 10, 20, 9, 1):
        await spend(acme, credits)
    refused = await acme.analyze("nobody-pays")
    first = await events(acme, "credits.low")
    acme.clock.pass_days(31)
    await spend(acme, 170)
    second = (await events(acme, "credits.low"))[len(first) :]

    assert 402 == refused.status_code
    assert [(80, 160, 40), (95, 190, 10), (100, 200, 0)] == [
        (each["threshold"], each["used"], each["available"]) for each in first
    ]
    assert {
        "allotment": 200,
        "plan": "starter",
        "cycle_ends_at": "2026-04-10T00:00:00Z",
    }.items() <= (first[0].items())
    assert [(80, 170)] == [(each["threshold"], each["used"]) for each in second]


async def test_a_leap_over_thresholds_warns_of_the_highest(acme: Workplace) -> None:
    """From nothing to everything in one go is one warning, and none follows."""
    await spend(acme, 200)
    await acme.post("/adjustments", {"credits": 5, "reason": "a gift"})
    await spend(acme, 5)

    assert [100] == [each["threshold"] for each in await events(acme, "credits.low")]


async def test_analyses_warn_when_they_are_paid(acme: Workplace) -> None:
    """The warning comes with the capture that reaches the threshold, not with its hold."""
    await spend(acme, 159)
    await acme.post("/analyses", {"url": "https://www.linkedin.com/in/nobody"})
    before = await events(acme, "credits.low")
    await acme.analyze("jane-doe")

    assert [] == before, "nothing found, nothing charged, nothing to warn of"
    assert [80] == [each["threshold"] for each in await events(acme, "credits.low")]


async def test_a_workspace_chooses_its_thresholds(acme: Workplace) -> None:
    """PATCH sets them for every pool, in any order; none means silence."""
    path = acme.base
    changed = await acme.client.patch(
        path, headers=acme.headers(), json={"alert_thresholds": [100, 50, 50]}
    )
    await spend(acme, 100)
    silenced = await acme.client.patch(path, headers=acme.headers(), json={"alert_thresholds": []})
    await spend(acme, 100)

    assert [50, 100] == changed.json()["alert_thresholds"]
    assert [] == silenced.json()["alert_thresholds"]
    assert [50] == [each["threshold"] for each in await events(acme, "credits.low")]


async def test_the_workspace_can_be_renamed_and_moved(acme: Workplace) -> None:
    """Name and time zone change alone; an unknown zone or threshold is refused."""

    async def patch(body: object) -> object:
        answer = await acme.client.patch(acme.base, headers=acme.headers(), json=body)
        return answer.status_code

    assert 200 == await patch({"name": "Acme 2", "time_zone": "Europe/Paris"})
    found = (await acme.get("")).json()
    assert ("Acme 2", "Europe/Paris", [80, 95, 100], "humanlinker@1") == (
        found["name"],
        found["time_zone"],
        found["alert_thresholds"],
        found["policy"],
    )
    assert [422] * 5 == [
        await patch(body)
        for body in (
            {"time_zone": "Mars/Olympus"},
            {"alert_thresholds": [0]},
            {"alert_thresholds": [101]},
            {"alert_thresholds": list(range(1, 12))},
            {"policy": "lemlist"},
        )
    ]
    assert 200 == await patch({})


async def changes(place: Workplace) -> list[Any]:
    """What was told of the balance, in the journal's order."""
    return sorted(await events(place, "balance.changed"), key=lambda each: int(each["seq"]))


async def test_each_batch_says_once_how_a_pool_stands(acme: Workplace) -> None:
    """A paid analysis moves the pool twice, with its hold and its capture; a free one never."""
    await acme.analyze("jane-doe")
    paid = await changes(acme)
    await acme.analyze("jane-doe")
    await acme.post("/analyses", {"url": "https://www.linkedin.com/in/nobody"})
    after = (await changes(acme))[len(paid) :]

    assert [(199, 1, 200), (199, 0, 199)] == [
        (each["available"], each["held"], each["balance"]) for each in paid
    ]
    assert [(198, 1), (199, 0)] == [(each["available"], each["held"]) for each in after]
    assert {None} == {each["member_id"] for each in paid}, "the workspace's own pool"


async def test_a_refusal_tells_nobody_anything(acme: Workplace) -> None:
    """What changes no credit leaves no event."""
    await spend(acme, 200)
    before = len(await events(acme, "balance.changed"))
    await acme.analyze("jane-doe")

    assert before == len(await events(acme, "balance.changed"))


async def test_ends_are_reminded_of_seven_three_and_one_day_before(acme: Workplace) -> None:
    """The sweep tells each reminder once, however often it looks; the nearest day alone counts."""
    for days in (20, 3.5, 1.5, 2, 1.5, 1, 0.5, 0.5):
        acme.clock.pass_days(days)
        await worker.remind(db_of(acme))
        await worker.remind(db_of(acme))
    told = await events(acme, "credits.expiring")

    assert [7, 3, 1] == [each["days"] for each in told]
    assert {(200, "2026-04-10T00:00:00Z")} == {
        (each["credits"], each["expires_at"]) for each in told
    }


async def test_no_reminder_of_nothing(acme: Workplace) -> None:
    """Spent credits do not end, and held ones are not free."""
    await spend(acme, 200)
    acme.clock.pass_days(30)
    await worker.remind(db_of(acme))

    assert [] == await events(acme, "credits.expiring")


@pytest.mark.parametrize("policy", ["linkedin-messages"])
async def test_a_members_own_pool_is_named(
    database_url: str, sidecar: IllSidecar, policy: str
) -> None:
    """Where each member has credits of their own, events say whose."""
    async with workplace(database_url, sidecar, policy=policy, plan="recruiter") as place:
        await spend(place, 140)
        place.clock.pass_days(30)
        await worker.remind(db_of(place))
        kinds = ("balance.changed", "credits.low", "credits.expiring")
        told = [(await events(place, kind))[-1]["member_id"] for kind in kinds]

    assert [place.owner_id] * 3 == told
