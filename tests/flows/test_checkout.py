"""Paying in Stripe Checkout: sessions, signed reports, and every order of them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests.flows.ill_sidecar import IllSidecar
from tests.flows.stripe_server import SECRET, StripeServer, event, signed, stripe_server
from tests.flows.workplace import Workplace, workplace

COMPLETED = "checkout.session.completed"
LATER = "checkout.session.async_payment_succeeded"


@pytest.fixture
def stripe() -> Iterator[StripeServer]:
    """A stand-in for Stripe."""
    with stripe_server() as running:
        yield running


@pytest.fixture
async def shop(
    database_url: str, sidecar: IllSidecar, stripe: StripeServer
) -> AsyncIterator[Workplace]:
    """A workspace with 25 credits where packs are sold through Stripe."""
    async with workplace(
        database_url,
        sidecar,
        policy="linkedin-messages",
        plan="premium_business",
        stripe_secret_key="sk_test_x",
        stripe_webhook_secret=SECRET,
        stripe_api_base=stripe.url,
        payment_deadline_seconds=4,
    ) as place:
        yield place


async def hear(place: Workplace, report: dict[str, Any], **options: Any) -> httpx.Response:
    """Stripe reports an event."""
    payload, signature = signed(report, **options)
    return await place.client.post(
        "/v1/webhooks/stripe", content=payload, headers={"Stripe-Signature": signature}
    )


async def outcome(place: Workplace, report: dict[str, Any]) -> str:
    """What became of a report."""
    answer = await hear(place, report)
    assert 200 == answer.status_code, answer.text
    said: str = answer.json()["outcome"]
    return said


async def test_credits_come_with_the_signed_report(shop: Workplace, stripe: StripeServer) -> None:
    """Buying opens one session; the report brings the credits, once, however often it comes."""
    bought = await shop.post("/purchases", {"pack": 25}, key="b")
    again = await shop.post("/purchases", {"pack": 25}, key="b")
    (session,) = stripe.sessions.values()
    before = await shop.available()
    report = event("evt_1", COMPLETED, session, payment_status="paid")
    said = [await outcome(shop, report) for _ in range(3)]
    other = await outcome(shop, event("evt_2", LATER, session, payment_status="paid"))
    seen = (await shop.get(f"/purchases/{bought.json()['id']}")).json()

    assert (201, session["url"]) == (bought.status_code, bought.json()["checkout_url"])
    assert (bought.text, 1) == (again.text, stripe.asked)
    assert 25 == before
    assert ["settled"] * 3 + ["settled"] == [*said, other]
    assert ("settled", "pi_1") == (seen["status"], seen["payment_ref"])
    assert 50 == await shop.available()
    assert [] == await shop.differences()


async def test_an_unpaid_session_brings_nothing_yet(shop: Workplace, stripe: StripeServer) -> None:
    """Completed but unpaid waits; the later success brings the credits, in either order."""
    await shop.post("/purchases", {"pack": 25})
    (session,) = stripe.sessions.values()
    unpaid = event("evt_1", COMPLETED, session, payment_status="unpaid")
    paid = event("evt_2", LATER, session, payment_status="paid")

    assert "unpaid" == await outcome(shop, unpaid)
    assert 25 == await shop.available()
    assert "settled" == await outcome(shop, paid)
    assert "unpaid" == await outcome(shop, unpaid)
    assert 50 == await shop.available()


async def test_an_end_before_the_payment_does_not_lose_it(
    shop: Workplace, stripe: StripeServer
) -> None:
    """Expired brings nothing; a payment reported after it still does, and an end after it not."""
    bought = (await shop.post("/purchases", {"pack": 25})).json()["id"]
    (session,) = stripe.sessions.values()
    expired = event("evt_1", "checkout.session.expired", session, payment_status="unpaid")
    paid = event("evt_2", COMPLETED, session, payment_status="paid")

    assert "expired" == await outcome(shop, expired)
    assert "expired" == (await shop.get(f"/purchases/{bought}")).json()["status"]
    assert "settled" == await outcome(shop, paid)
    await outcome(shop, {**expired, "id": "evt_3"})
    assert "settled" == (await shop.get(f"/purchases/{bought}")).json()["status"]
    assert 50 == await shop.available()


async def test_a_refund_is_noted_and_takes_nothing(shop: Workplace, stripe: StripeServer) -> None:
    """Also when it is reported before the payment itself."""
    bought = (await shop.post("/purchases", {"pack": 25})).json()["id"]
    (session,) = stripe.sessions.values()
    money = {"id": "ch_1", "payment_intent": "pi_1"}

    assert "noted" == await outcome(shop, event("evt_1", "charge.refunded", money))
    await outcome(shop, event("evt_2", COMPLETED, session, payment_status="paid"))
    await outcome(shop, event("evt_3", "charge.dispute.created", {**money, "id": "dp_1"}))
    notes = (await shop.get(f"/purchases/{bought}")).json()["notes"]

    assert {"charge.refunded", "charge.dispute.created"} == {note["kind"] for note in notes}
    assert 50 == await shop.available()


async def test_only_what_is_signed_is_believed(shop: Workplace, stripe: StripeServer) -> None:
    """A wrong secret, an old signature, another body, none at all: 400, and no credit."""
    await shop.post("/purchases", {"pack": 25})
    (session,) = stripe.sessions.values()
    report = event("evt_1", COMPLETED, session, payment_status="paid")
    payload, signature = signed(report)
    answers = [
        await hear(shop, report, secret="whsec_other"),
        await hear(shop, report, age=400),
    ]
    for content, header in (
        (payload.replace(b"pi_1", b"pi_2"), signature),
        (payload, ""),
        (payload, "t=x,v1=y"),
        (b"\xff", signature),
    ):
        answers.append(
            await shop.client.post(
                "/v1/webhooks/stripe", content=content, headers={"Stripe-Signature": header}
            )
        )

    assert [(400, "bad_signature")] * 6 == [
        (answer.status_code, answer.json()["code"]) for answer in answers
    ]
    assert 25 == await shop.available()


async def test_another_amount_grants_nothing(shop: Workplace, stripe: StripeServer) -> None:
    """A session that was paid with less, or in another currency, is for a person to look at."""
    bought = (await shop.post("/purchases", {"pack": 25})).json()["id"]
    (session,) = stripe.sessions.values()
    less = event("evt_1", COMPLETED, session, payment_status="paid", amount_total=1)

    assert "not_granted" == await outcome(shop, less)
    seen = (await shop.get(f"/purchases/{bought}")).json()
    assert ("not_granted", "other_amount") == (seen["status"], seen["reason"])
    assert 25 == await shop.available()


@pytest.mark.parametrize("mode", ["status_500", "bad_request", "unreadable", "hang"])
async def test_a_failing_service_sells_nothing(
    shop: Workplace, stripe: StripeServer, mode: str
) -> None:
    """503 in bounded time, nothing kept; the same key goes through later, as one purchase."""
    stripe.mode = mode
    failed = await shop.post("/purchases", {"pack": 25}, key="b")
    stripe.mode = "well"
    good = await shop.post("/purchases", {"pack": 25}, key="b")
    listed = (await shop.get("/purchases")).json()["data"]

    assert (503, "payments_unavailable") == (failed.status_code, failed.json()["code"])
    assert 201 == good.status_code
    assert [good.json()["id"]] == [row["id"] for row in listed]


async def test_unknown_reports_are_heard_and_left(shop: Workplace) -> None:
    """A report of something else, or of a purchase of nobody: 200, nothing done."""
    nobody = {"id": "cs_1", "metadata": {"workspace_id": "wsp_1", "purchase_id": "pur_1"}}

    assert "ignored" == await outcome(shop, event("evt_1", "customer.created", {}))
    assert "unknown_purchase" == await outcome(
        shop, event("evt_2", COMPLETED, nobody, payment_status="paid")
    )


async def test_without_a_key_there_is_no_webhook(acme: Workplace) -> None:
    """Where no payment service is connected its address is not found."""
    assert 404 == (await hear(acme, event("evt_1", COMPLETED, {}))).status_code
