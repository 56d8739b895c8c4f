"""Charges, holds and replies over HTTP, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Workplace, workplace

Opened = Callable[..., AbstractAsyncContextManager[Workplace]]


@pytest.fixture
def opened(database_url: str, sidecar: IllSidecar) -> Opened:
    """Opens a workspace under a policy and plan."""

    def open_it(policy: str, plan: str, **settings: Any) -> AbstractAsyncContextManager[Workplace]:
        return workplace(database_url, sidecar, policy=policy, plan=plan, **settings)

    return open_it


@pytest.fixture
async def seller(opened: Opened) -> AsyncIterator[Workplace]:
    """A workspace with 1000 credits that many actions cost."""
    async with opened("lemlist", "email_pro") as place:
        yield place


@pytest.fixture
async def inmail(opened: Opened) -> AsyncIterator[Workplace]:
    """A workspace whose messages cost credits that a reply brings back; its plan has 5."""
    async with opened("inmail-rollover", "premium_career") as place:
        yield place


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json().get("code", "")


async def contact_of(place: Workplace, slug: str = "jane-doe") -> str:
    """The id of a contact that the workspace knows."""
    contact_id: str = (await place.analyze(slug)).json()["contact"]["id"]
    return contact_id


async def test_a_charge_says_what_it_cost(seller: Workplace) -> None:
    """The price is unit times quantity, in the body, the headers and the receipt."""
    answer = await seller.post("/charges", {"action": "email.find", "quantity": 3})
    charge = answer.json()["charge"]
    receipt = (await seller.get(f"/receipts/{charge['receipt_id']}")).json()

    assert 200 == answer.status_code, answer.text
    assert ("charged", 15, 985) == (
        answer.json()["outcome"],
        charge["charged"],
        charge["available"],
    )
    assert "lemlist@1" == charge["rule"]
    assert ("15", "985") == (
        answer.headers["meetonce-credits-charged"],
        answer.headers["meetonce-credits-available"],
    )
    assert (15, "email.find", 3) == (receipt["charged"], receipt["action"], receipt["quantity"])
    assert [] == await seller.differences()


async def test_without_a_contact_each_call_costs_again(seller: Workplace) -> None:
    """Other actions are not once per contact: each new key is another charge, each old one not."""
    answers = await asyncio.gather(
        *(seller.post("/charges", {"action": "profile.enrich"}, key=f"k{n % 5}") for n in range(9))
    )

    assert {200} == {answer.status_code for answer in answers}
    assert 995 == await seller.available()
    replayed = [answer for answer in answers if "idempotent-replayed" in answer.headers]
    assert 4 == len(replayed)


async def test_a_key_in_one_batch_is_for_one_request(seller: Workplace) -> None:
    """Two different requests at once under one key: one is served, the other is 422."""
    bodies = [{"action": "email.find", "quantity": n} for n in (1, 2)]
    answers = await asyncio.gather(*(seller.post("/charges", body, key="k") for body in bodies))

    assert [200, 422] == sorted(answer.status_code for answer in answers)


async def test_what_cannot_be_charged_is_refused(seller: Workplace) -> None:
    """An analysis, an unknown action, an unknown contact, too much: named, and nothing charged."""
    calls: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"action": "contact.analysis"}, (422, "use_analyses")),
        ({"action": "nonsense"}, (422, "unknown_action")),
        ({"action": "email.find", "contact_id": "con_1"}, (404, "not_found")),
        ({"action": "email.find", "quantity": 0}, (422, "validation")),
        ({"action": "email.find", "quantity": 201}, (402, "out_of_credits")),
    ]
    for path in ("/charges", "/holds"):
        for body, expected in calls:
            assert expected == code_of(await seller.post(path, body)), (path, body)
    assert 1000 == await seller.available()


async def test_a_suppressed_contact_costs_nothing(seller: Workplace) -> None:
    """Whoever must not be approached cannot be spent on: 451."""
    contact = await contact_of(seller)
    await seller.post("/suppressions", {"contact_id": contact})
    before = await seller.available()
    answer = await seller.post("/charges", {"action": "phone.find", "contact_id": contact})

    assert (451, "suppressed") == code_of(answer)
    assert before == await seller.available()


async def test_a_hold_is_captured_in_part(seller: Workplace) -> None:
    """Held credits are not available; a capture spends its units and gives the rest back."""
    placed = await seller.post("/holds", {"action": "call.minute", "quantity": 10})
    hold = placed.json()
    balance = (await seller.get("/balance")).json()
    too_many = await seller.post(f"/holds/{hold['id']}/capture", {"quantity": 11})
    captured = await seller.post(f"/holds/{hold['id']}/capture", {"quantity": 4}, key="c")
    again = await seller.post(f"/holds/{hold['id']}/capture", {"quantity": 4}, key="c")
    later = await seller.post(f"/holds/{hold['id']}/capture")
    released = await seller.post(f"/holds/{hold['id']}/release")

    assert 201 == placed.status_code, placed.text
    assert (40, 960, 40) == (hold["held"], balance["available"], balance["held"])
    assert 0 == hold["charge"]["charged"]
    assert (409, "exceeds_hold") == code_of(too_many)
    assert (200, 16) == (captured.status_code, captured.json()["charge"]["charged"])
    assert captured.text == again.text
    assert [(409, "hold_closed")] * 2 == [code_of(later), code_of(released)]
    assert 984 == await seller.available()
    assert [] == await seller.differences()


async def test_a_hold_is_released_or_runs_out(seller: Workplace) -> None:
    """A release gives everything back at once, the end of 120 seconds by itself."""
    first, second = [
        (await seller.post("/holds", {"action": "phone.find"})).json()["id"] for _ in range(2)
    ]
    released = await seller.post(f"/holds/{first}/release")
    left = await seller.available()
    seller.clock.pass_days(120 / 86_400)
    late = await seller.post(f"/holds/{second}/capture")

    assert (200, "released", 0) == (
        released.status_code,
        released.json()["outcome"],
        released.json()["charge"]["charged"],
    )
    assert 980 == left
    assert (409, "hold_closed") == code_of(late)
    assert 1000 == await seller.available()
    assert [] == await seller.differences()


async def test_holds_are_found_in_their_workspace_only(seller: Workplace) -> None:
    """A hold that is not there is 404, whatever the body; a key is asked for before that."""
    answer = await seller.post("/holds/hol_1/capture", {"quantity": "x"})
    without = await seller.client.post(
        f"{seller.base}/holds/hol_1/capture",
        headers={"Authorization": f"Bearer {seller.api_key}"},
    )

    assert (404, "not_found") == code_of(answer)
    assert (404, "not_found") == code_of(await seller.post("/holds/hol_1/release"))
    assert (400, "idempotency_key_required") == code_of(without)


async def test_a_hold_is_its_members(seller: Workplace) -> None:
    """Another member may not end a hold; a manager may, and it counts for who placed it."""
    hold = (await seller.post("/holds", {"action": "email.find"})).json()["id"]
    keys = {}
    for role in ("member", "manager"):
        made = await seller.post("/members", {"email": f"{role}@acme.example", "role": role})
        body = {"name": role, "member_id": made.json()["id"]}
        keys[role] = (await seller.post("/api-keys", body)).json()["api_key"]
    answers = []
    for role in ("member", "manager"):
        headers = {"Authorization": f"Bearer {keys[role]}", "Idempotency-Key": role}
        path = f"{seller.base}/holds/{hold}/capture"
        answers.append(await seller.client.post(path, headers=headers))
    receipt_id = answers[1].json()["charge"]["receipt_id"]
    receipt = (await seller.get(f"/receipts/{receipt_id}")).json()

    assert [403, 200] == [answer.status_code for answer in answers]
    assert seller.owner_id == receipt["member"]["id"]


async def test_a_cap_counts_a_hold_once(seller: Workplace) -> None:
    """What a hold set aside and a capture spends of it count once, also in one batch."""
    await seller.client.put(
        f"{seller.base}/members/{seller.owner_id}/cap",
        json={"cap": 15},
        headers={**seller.headers(), "If-Match": "*"},
    )
    hold = (await seller.post("/holds", {"action": "email.find", "quantity": 2})).json()["id"]
    full = await seller.post("/charges", {"action": "email.find", "quantity": 2})
    answers = await asyncio.gather(
        seller.post(f"/holds/{hold}/capture"), seller.post("/charges", {"action": "email.find"})
    )

    assert (402, "cap_reached") == code_of(full)
    assert [200, 200] == [answer.status_code for answer in answers]


async def test_reasons_to_be_free(opened: Opened) -> None:
    """First degree and an open thread cost nothing, and have a receipt that says so."""
    async with opened("linkedin-messages", "premium_business") as place:
        send = {"action": "message.send", "thread": "t1"}
        answers = [
            await place.post("/charges", {**send, "facts": {"relation": "first_degree"}}),
            await place.post("/charges", send),
            await place.post("/charges", send),
            await place.post("/holds", send),
        ]
        charges = [answer.json()["charge"] for answer in answers]
        receipt = (await place.get(f"/receipts/{charges[2]['receipt_id']}")).json()

        assert [200] * 4 == [answer.status_code for answer in answers]
        assert [0, 1, 0, 0] == [charge["charged"] for charge in charges]
        assert ["first_degree", "open_thread", "open_thread"] == [
            charges[n]["reason"] for n in (0, 2, 3)
        ]
        assert answers[3].json()["id"] is None
        assert (0, "open_thread") == (receipt["charged"], receipt["reason"])
        assert 24 == await place.available()
        assert [] == await place.differences()


async def test_a_held_message_opens_its_thread_when_captured(opened: Opened) -> None:
    """A thread is open once a message in it is paid: not while it is only set aside."""
    async with opened("linkedin-messages", "premium_business") as place:
        send = {"action": "message.send", "thread": "t1"}
        hold = (await place.post("/holds", send)).json()["id"]
        second = (await place.post("/charges", send)).json()["charge"]
        await place.post(f"/holds/{hold}/capture")
        third = (await place.post("/charges", send)).json()["charge"]

        assert (1, 0) == (second["charged"], third["charged"])
        assert [] == await place.differences()


async def reply(place: Workplace, contact: str, thread: str, message: str | None) -> Any:
    """The body of a reported reply."""
    named = {} if message is None else {"message_id": message}
    answer = await place.post(
        f"/contacts/{contact}/events", {"type": "replied", "thread": thread, **named}
    )
    assert 200 == answer.status_code, answer.text
    return answer.json()


async def test_a_reply_gives_one_credit_back(inmail: Workplace) -> None:
    """Once a thread, whatever is reported again; with a receipt."""
    contact = await contact_of(inmail)
    for _ in range(2):
        await inmail.post("/charges", {"action": "message.send", "thread": "t"})
    first = await reply(inmail, contact, "t", "m1")
    again = await reply(inmail, contact, "t", "m1")
    other = await reply(inmail, contact, "t", "m2")
    receipt = (await inmail.get(f"/receipts/{first['receipt_id']}")).json()

    assert ("refunded", 1, 4) == (first["outcome"], first["refunded"], first["available"])
    assert ("ok", 0, "already_reported") == (again["outcome"], again["refunded"], again["reason"])
    assert ("ok", 0, "already_refunded") == (other["outcome"], other["refunded"], other["reason"])
    assert "refund" == receipt["kind"]
    assert 4 == await inmail.available()
    assert [] == await inmail.differences()


async def test_twenty_reports_at_once_refund_once(inmail: Workplace) -> None:
    """Equal and different messages of one thread at once: one credit comes back."""
    contact = await contact_of(inmail)
    await inmail.post("/charges", {"action": "message.send", "thread": "t"})
    answers = await asyncio.gather(*(reply(inmail, contact, "t", f"m{n % 4}") for n in range(20)))

    assert 1 == sum(answer["refunded"] for answer in answers)
    assert 5 == await inmail.available()


async def test_a_reply_after_the_window_gives_nothing(inmail: Workplace) -> None:
    """90 days later to the instant it still does; a day more and it does not."""
    contact = await contact_of(inmail)
    for thread in ("t1", "t2"):
        await inmail.post("/charges", {"action": "message.send", "thread": thread})
    inmail.clock.pass_days(90)
    in_time = await reply(inmail, contact, "t1", None)
    inmail.clock.pass_days(1)
    late = await reply(inmail, contact, "t2", "m2")
    await inmail.post("/charges", {"action": "message.send", "thread": "t2"})
    old_again = await reply(inmail, contact, "t2", "m2")

    assert ("refunded", "ok") == (in_time["outcome"], late["outcome"])
    assert "too_late" == late["reason"]
    assert 0 == old_again["refunded"], "an old answer says nothing of a newer message"
    assert [] == await inmail.differences()


async def test_a_refund_goes_to_the_spent_lot(inmail: Workplace) -> None:
    """A lot that is spent to the last credit takes the refund, with its own expiry."""
    contact = await contact_of(inmail)
    for number in range(5):
        await inmail.post("/charges", {"action": "message.send", "thread": f"t{number}"})
    lots = (await inmail.get("/lots")).json()["data"]
    await reply(inmail, contact, "t3", "m")
    after = (await inmail.get("/lots")).json()["data"]

    assert [0] == [lot["remaining"] for lot in lots]
    assert [(lots[0]["id"], 1)] == [(lot["id"], lot["remaining"]) for lot in after]
    assert [] == await inmail.differences()


async def test_a_refund_goes_to_who_paid(inmail: Workplace) -> None:
    """Whoever reports the answer: the credit returns to the pool of the message's sender."""
    made = await inmail.post("/members", {"email": "ann@acme.example", "role": "member"})
    ann = made.json()["id"]
    key = (await inmail.post("/api-keys", {"name": "ann", "member_id": ann})).json()["api_key"]
    contact = await contact_of(inmail)
    sent = await inmail.client.post(
        f"{inmail.base}/charges",
        json={"action": "message.send", "thread": "t"},
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "s"},
    )
    before = (await inmail.get(f"/balance?member_id={ann}")).json()["available"]
    answer = await reply(inmail, contact, "t", "m")
    after = (await inmail.get(f"/balance?member_id={ann}")).json()["available"]

    assert 1 == sent.json()["charge"]["charged"]
    assert (4, 5) == (before, after)
    assert (1, 5) == (answer["refunded"], answer["available"])
    assert [] == await inmail.differences()


async def test_an_event_needs_its_contact(inmail: Workplace) -> None:
    """Of an unknown contact, of another type, or without a thread: refused."""
    contact = await contact_of(inmail)
    good = {"type": "replied", "thread": "t"}
    answers = [
        await inmail.post("/contacts/con_1/events", good),
        await inmail.post(f"/contacts/{contact}/events", {**good, "type": "smiled"}),
        await inmail.post(f"/contacts/{contact}/events", {"type": "replied"}),
    ]

    assert [404, 422, 422] == [answer.status_code for answer in answers]
