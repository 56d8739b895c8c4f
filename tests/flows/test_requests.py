"""Caps and requests for credits: who may spend how much, and who allows more."""

import json
from typing import Any

import pytest
from sqlalchemy import select, text

from backend.database import Database, table_of
from backend.outbox import OutboxEvent
from tests.flows.workplace import Workplace

_event = table_of(OutboxEvent)


async def events(place: Workplace, kind: str) -> list[dict[str, Any]]:
    """The bodies of the workspace's events of a kind, in the order of their making."""
    assert place.app is not None
    db: Database = place.app.state.db
    query = select(_event).where(
        _event.c.workspace_id == place.workspace_id, _event.c.kind == kind
    )
    rows = await db.read(lambda tx: tx.execute(query.order_by(_event.c.id)).all())
    return [json.loads(row.body) for row in rows]


async def colleague(place: Workplace, role: str = "member") -> Workplace:
    """Somebody else in the same workspace, with a key of their own."""
    member = (await place.post("/members", {"email": f"{role}@acme.example", "role": role})).json()
    key = (await place.post("/api-keys", {"name": role, "member_id": member["id"]})).json()
    return Workplace(
        place.client,
        place.workspace_id,
        key["api_key"],
        member["id"],
        place.sidecar,
        place.clock,
        place.app,
    )


async def cap(place: Workplace, member_id: str, value: int | None, tag: str = "*") -> Any:
    """Set a member's cap."""
    return await place.client.put(
        f"{place.base}/members/{member_id}/cap",
        headers={**place.headers(), "If-Match": tag},
        json={"cap": value},
    )


async def test_an_approved_request_raises_the_cap_for_this_cycle_only(acme: Workplace) -> None:
    """A capped member asks, a manager approves, they spend; the next cycle has the old cap."""
    theo = await colleague(acme)
    await cap(acme, theo.owner_id, 1)
    await theo.analyze("one")
    refused = await theo.analyze("two")
    request = next(each for each in refused.json()["options"] if each["kind"] == "request")
    asked = await theo.client.post(
        request["href"], headers=theo.headers(), json={"credits": 2, "note": "Fair in Lyon"}
    )
    approved = await acme.post(f"/credit-requests/{asked.json()['id']}/approve")
    now = await acme.get(f"/members/{theo.owner_id}/cap")
    served = [(await theo.analyze(slug)).status_code for slug in ("two", "three", "four")]
    before = await acme.available()
    acme.clock.pass_days(31)
    later = [(await theo.analyze(slug)).status_code for slug in ("five", "six")]

    assert (402, "cap_reached") == (refused.status_code, refused.json()["code"])
    assert (201, "pending", 2, "Fair in Lyon") == (
        asked.status_code,
        asked.json()["status"],
        asked.json()["credits"],
        asked.json()["note"],
    )
    assert ("approved", 2, "2026-04-10T00:00:00Z", "Olga Owner") == (
        approved.json()["status"],
        approved.json()["approved"],
        approved.json()["raised_until"],
        approved.json()["decided_by"]["name"],
    )
    assert {"cap": 1, "raised_by": 2, "limit": 3, "used": 1}.items() <= now.json().items()
    assert '"cap-1+2"' == now.headers["etag"]
    assert [200, 200, 402] == served
    assert 197 == before, "three were spent, and no credit was made"
    assert [200, 402] == later
    assert [] == await acme.differences()


async def test_two_approvals_in_one_cycle_add_up(acme: Workplace) -> None:
    """A second raise comes on top of the first, each by as much as the manager says."""
    theo = await colleague(acme)
    await cap(acme, theo.owner_id, 5)
    for credits in (10, 20):
        asked = (await theo.post("/credit-requests", {"credits": credits})).json()
        await acme.post(f"/credit-requests/{asked['id']}/approve", {"credits": credits + 1})
    balance = (await theo.get("/balance")).json()

    assert {"cap": 37, "used": 0} == balance["me"]


async def test_a_rejected_request_changes_nothing(acme: Workplace) -> None:
    """The cap stays, and a request is decided once."""
    theo = await colleague(acme)
    await cap(acme, theo.owner_id, 1)
    asked = (await theo.post("/credit-requests", {"credits": 5})).json()
    path = f"/credit-requests/{asked['id']}"
    rejected = (await acme.post(f"{path}/reject")).json()
    again = await acme.post(f"{path}/approve")

    assert ("rejected", None) == (rejected["status"], rejected["approved"])
    assert (409, "already_decided") == (again.status_code, again.json()["code"])
    assert 1 == (await theo.get("/balance")).json()["me"]["cap"]


async def test_a_request_of_somebody_without_a_cap_makes_no_credit(acme: Workplace) -> None:
    """It can be approved, which raises nothing: there is nothing to raise."""
    asked = (await acme.post("/credit-requests", {"credits": 50})).json()
    approved = (await acme.post(f"/credit-requests/{asked['id']}/approve")).json()
    balance = (await acme.get("/balance")).json()

    assert ("approved", None) == (approved["status"], approved["raised_until"])
    assert (200, None) == (balance["available"], balance["me"]["cap"])


async def test_members_see_their_own_requests_and_managers_all(acme: Workplace) -> None:
    """The list, its filter and its pages; the event names the member and the number."""
    theo, mia = await colleague(acme), await colleague(acme, "manager")
    for place, credits in ((theo, 1), (acme, 2), (theo, 3)):
        await place.post("/credit-requests", {"credits": credits})
        acme.clock.pass_days(0.1)
    first = (await theo.get("/credit-requests")).json()["data"]
    await mia.post(f"/credit-requests/{first[0]['id']}/reject")
    page = (await mia.get("/credit-requests?limit=2")).json()
    rest = (await mia.get(f"/credit-requests?limit=2&cursor={page['next_cursor']}")).json()
    pending = (await mia.get("/credit-requests?status=pending")).json()["data"]
    told = await events(acme, "credit_request.created")

    assert [3, 1] == [each["credits"] for each in first]
    assert [3, 2, 1] == [each["credits"] for each in (*page["data"], *rest["data"])]
    assert [2, 1] == [each["credits"] for each in pending]
    assert [(theo.owner_id, 1), (acme.owner_id, 2), (theo.owner_id, 3)] == [
        (each["member_id"], each["credits"]) for each in told
    ]
    assert 422 == (await mia.get("/credit-requests?status=maybe")).status_code


async def test_a_new_cap_counts_at_once(acme: Workplace) -> None:
    """Whoever sets a cap means it: what was allowed on top ends, and the ETag knows of it."""
    theo = await colleague(acme)
    await cap(acme, theo.owner_id, 1)
    stale = '"cap-1"'
    asked = (await theo.post("/credit-requests", {"credits": 9})).json()
    await acme.post(f"/credit-requests/{asked['id']}/approve")
    refused = await cap(acme, theo.owner_id, 0, stale)
    stopped = await cap(acme, theo.owner_id, 0, '"cap-1+9"')

    assert [412, 200] == [refused.status_code, stopped.status_code]
    assert 402 == (await theo.analyze("jane-doe")).status_code
    lifted = await cap(acme, theo.owner_id, None)
    assert (None, None) == (lifted.json()["cap"], lifted.json()["limit"])
    assert 200 == (await theo.analyze("jane-doe")).status_code


@pytest.mark.parametrize(
    "body",
    [{}, {"credits": 0}, {"credits": -1}, {"credits": 1.0}, {"credits": 10**7}, {"credits": "1"}],
    ids=["none", "zero", "negative", "float", "too many", "text"],
)
async def test_a_request_asks_for_whole_credits(acme: Workplace, body: Any) -> None:
    """Anything but a whole number from 1 to a million is 422."""
    assert 422 == (await acme.post("/credit-requests", body)).status_code


async def test_verify_finds_what_nobody_approved(acme: Workplace) -> None:
    """A cap raised by hand, a decision without a decider, and pools that do not know are found."""
    assert acme.app is not None
    db: Database = acme.app.state.db
    await cap(acme, acme.owner_id, 5)
    await acme.post("/credit-requests", {"credits": 1})
    assert [] == await acme.differences()
    for change in (
        "UPDATE credit_cap SET raised_by = 99, raised_until = 5",
        "UPDATE credit_request SET status = 'approved'",
        "UPDATE credit_pool SET caps = 0",
        "UPDATE credit_pool SET alerts = '50'",
    ):
        await db.write(lambda tx, change=change: tx.execute(text(change)))
    found = {each.check for each in await acme.differences()}

    assert {
        "no cap is raised by more than was approved",
        "a decided request says who decided, an open one nobody",
        "a pool whose members have caps knows it",
        "a pool is warned when its workspace wants it",
    } == found
