"""Purchases, the trial and the subscription over HTTP, on both databases."""

import asyncio
from collections.abc import Callable
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


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json().get("code", "")


async def member_key(place: Workplace, role: str) -> tuple[str, str]:
    """A new member of this role, and a key of theirs."""
    made = await place.post("/members", {"email": f"{role}@acme.example", "role": role})
    member_id = made.json()["id"]
    body = {"name": role, "member_id": member_id}
    key: str = (await place.post("/api-keys", body)).json()["api_key"]
    return member_id, key


async def put(place: Workplace, body: Any, tag: str | None = None) -> httpx.Response:
    """Change the subscription from the version read just now, or from `tag`."""
    if tag is None:
        tag = (await place.get("/subscription")).headers["etag"]
    return await place.client.put(
        f"{place.base}/subscription", json=body, headers={**place.headers(), "If-Match": tag}
    )


async def test_a_purchase_brings_credits_once_it_is_confirmed(opened: Opened) -> None:
    """Pending brings nothing; confirmed, one lot; confirmed again, nothing more."""
    async with opened("lemlist", "email_pro") as place:
        bought = await place.post("/purchases", {"credits": 40}, key="b")
        again = await place.post("/purchases", {"credits": 40}, key="b")
        purchase = bought.json()
        before = await place.available()
        path = f"/purchases/{purchase['id']}"
        answers = await asyncio.gather(
            *(place.post(f"{path}/confirm", {"payment_ref": "inv-1"}) for _ in range(8))
        )
        other = await place.post(f"{path}/confirm", {"payment_ref": "inv-2"})
        place.clock.pass_days(1)
        second = (await place.post("/purchases", {"credits": 5})).json()["id"]
        reused = await place.post(f"/purchases/{second}/confirm", {"payment_ref": "inv-1"})
        seen = (await place.get(path)).json()
        listed = (await place.get("/purchases?limit=1")).json()

        assert (201, "pending", None) == (
            bought.status_code,
            purchase["status"],
            purchase["checkout_url"],
        )
        assert bought.text == again.text
        assert 1000 == before
        assert {200} == {answer.status_code for answer in answers}
        assert 1 == len({answer.text for answer in answers})
        assert (409, "purchase_settled") == code_of(other)
        assert (409, "payment_ref_used") == code_of(reused)
        assert ("settled", "inv-1") == (seen["status"], seen["payment_ref"])
        assert [second] == [row["id"] for row in listed["data"]]
        assert listed["next_cursor"]
        assert 1040 == await place.available()
        assert [] == await place.differences()


async def test_what_is_not_sold_is_refused(opened: Opened) -> None:
    """In the contract's order, before anything is written."""
    async with opened("linkedin-messages", "premium_business") as place:
        assert (422, "unknown_pack") == code_of(await place.post("/purchases", {"pack": 7}))
        custom = await place.post("/purchases", {"credits": 40})
        assert (422, "custom_amount_not_sold") == code_of(custom)
        bought = await place.post("/purchases", {"pack": 25})
        assert 1000 == bought.json()["price_cents"]
        assert 200 == (await place.post("/subscription/cancel")).status_code
        assert (409, "cancelled") == code_of(await place.post("/purchases", {"pack": 7}))
        late = await place.post(
            f"/purchases/{bought.json()['id']}/confirm", {"payment_ref": "inv"}
        )
        assert (409, "cancelled") == code_of(late)
        assert 0 == await place.available()
        assert 1 == len((await place.get("/purchases")).json()["data"]), "refused: no line"


async def test_most_policies_sell_nothing(acme: Workplace) -> None:
    """Where only a plan brings credits a purchase is refused, with the reason."""
    answer = await acme.post("/purchases", {"credits": 40})

    assert (409, "purchase_not_allowed") == code_of(answer)
    assert "purchase_not_allowed" == answer.json()["reason"]


async def test_who_may_buy(opened: Opened) -> None:
    """Admins only, or every member for themselves where the policy says so; a viewer never."""
    async with opened("lemlist", "email_pro") as place:
        for role in ("viewer", "member", "manager"):
            _, key = await member_key(place, role)
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": role}
            path = f"{place.base}/purchases"
            answer = await place.client.post(path, json={"credits": 1}, headers=headers)
            assert (403, "credits:purchase") == (
                answer.status_code,
                answer.json()["missing_scope"],
            )


async def test_members_buy_for_themselves(opened: Opened) -> None:
    """Where the policy sells to members, what they buy lands in their own pool."""
    async with opened("linkedin-messages", "premium_business") as place:
        member_id, key = await member_key(place, "member")
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "b"}
        path = f"{place.base}/purchases"
        bought = await place.client.post(path, json={"pack": 25}, headers=headers)
        confirm = f"/purchases/{bought.json()['id']}/confirm"
        own = await place.client.post(
            place.base + confirm, json={"payment_ref": "x"}, headers=headers
        )
        done = await place.post(confirm, {"payment_ref": "x"})
        theirs = (await place.get(f"/balance?member_id={member_id}")).json()["available"]

        assert 201 == bought.status_code, bought.text
        assert 403 == own.status_code, "nobody confirms their own payment"
        assert 200 == done.status_code
        assert (50, 25) == (theirs, await place.available())
        assert [] == await place.differences()


async def test_most_policies_have_no_trial(acme: Workplace) -> None:
    """Where there is none, asking for it is refused."""
    assert (409, "no_trial") == code_of(await acme.post("/trial"))


async def test_the_trial_of_a_policy_that_has_one(opened: Opened) -> None:
    """Once ever, whoever asks at once."""
    async with opened("lemlist", "email_pro") as place:
        answers = await asyncio.gather(*(place.post("/trial") for _ in range(4)))

        assert [201, 409, 409, 409] == sorted(answer.status_code for answer in answers)
        assert 1500 == await place.available()
        assert [] == await place.differences()


# --- the subscription ---------------------------------------------------------------------


async def test_a_preview_is_what_the_change_does(opened: Opened) -> None:
    """Nothing is stored by a preview; the change then grants and takes exactly that."""
    async with opened("lemlist", "email_pro") as place:
        for body in (
            {"plan": "multichannel_expert"},
            {"seats": 3},
            {"plan": "email_pro"},
            {"seats": 1},
            {"plan": "multichannel_expert", "seats": 2},
        ):
            before = await place.available()
            preview = (await place.post("/subscription/preview", body)).json()
            assert before == await place.available()
            done = await put(place, body)
            assert 200 == done.status_code, done.text
            assert done.json() == preview["subscription"]
            assert preview["available_after"] == await place.available()
            assert preview["available_before"] == before
        whens = [effect["when"] for effect in preview["effects"]]
        assert ["now", "end_of_cycle"] == whens
        assert [] == await place.differences()


async def test_a_downgrade_says_what_it_takes(opened: Opened) -> None:
    """Forfeited credits are named before and are gone after."""
    async with opened("inmail-monthly", "recruiter_lite") as place:
        preview = (await place.post("/subscription/preview", {"plan": "premium_career"})).json()
        await put(place, {"plan": "premium_career"})

        assert (50, 0) == (preview["forfeited"], preview["available_after"])
        assert "now" == preview["effects"][0]["when"]
        assert 0 == await place.available()
        assert [] == await place.differences()


async def test_the_subscription_needs_its_etag(acme: Workplace) -> None:
    """Without If-Match 428, with an old one 412; spending does not change it."""
    read = await acme.get("/subscription")
    tag = read.headers["etag"]
    without = await acme.client.put(
        f"{acme.base}/subscription", json={"plan": "pro"}, headers=acme.headers()
    )
    await acme.analyze("jane-doe")
    good = await put(acme, {"plan": "pro"}, tag)
    old = await put(acme, {"plan": "business"}, tag)
    unknown = await put(acme, {"plan": "gold"})

    assert ("starter", 200) == (read.json()["plan"], read.json()["allotment"])
    assert (428, "precondition_required") == code_of(without)
    assert (200, "pro") == (good.status_code, good.json()["plan"])
    assert (412, "precondition_failed") == code_of(old)
    assert (422, "unknown_plan") == code_of(unknown)
    assert 349 == await acme.available()


async def test_a_cancellation_says_what_it_takes(acme: Workplace) -> None:
    """What the preview names is forfeited at once; then nothing more can be changed."""
    preview = (await acme.post("/subscription/preview", {"cancel": True})).json()
    done = await acme.post("/subscription/cancel", {"reason": "moving on"})
    after = [
        await put(acme, {"plan": "pro"}),
        await acme.post("/subscription/cancel"),
        await acme.post("/subscription/preview", {"cancel": True}),
        await acme.post("/trial"),
    ]
    broke = await acme.analyze("jane-doe")
    acme.clock.pass_days(70)

    assert (200, 0) == (preview["forfeited"], preview["available_after"])
    assert preview == done.json()
    assert [(409, "cancelled")] * 4 == [code_of(answer) for answer in after]
    assert (402, None) == (broke.status_code, broke.json()["next_refill_at"])
    assert 0 == await acme.available()
    assert [] == await acme.differences()


async def test_a_change_reaches_every_member(opened: Opened) -> None:
    """Where each has their own credits, all pools get the new plan, also of who comes later."""
    async with opened("inmail-rollover", "premium_career") as place:
        first, _ = await member_key(place, "member")
        preview = (await place.post("/subscription/preview", {"plan": "sales_navigator"})).json()
        done = (await put(place, {"plan": "sales_navigator"})).json()
        later, _ = await member_key(place, "manager")
        left = [
            (await place.get(f"/balance?member_id={each}")).json()["available"]
            for each in (place.owner_id, first, later)
        ]

        assert (90, 2) == (preview["granted"], preview["subscription"]["pools"])
        assert 2 == done["pools"]
        assert [50, 50, 50] == left
        assert [] == await place.differences()


async def test_who_leaves_takes_nothing_along(opened: Opened) -> None:
    """A member's own credits are forfeited when they go, and are nobody else's."""
    async with opened("inmail-rollover", "premium_career") as place:
        member_id, _ = await member_key(place, "member")
        gone = await place.client.delete(
            f"{place.base}/members/{member_id}", headers=place.headers()
        )
        lines = (await place.get("/ledger?limit=100")).json()["data"]
        later, _ = await member_key(place, "manager")
        left = (await place.get(f"/balance?member_id={later}")).json()["available"]

        assert 204 == gone.status_code
        assert [-5] == [line["amount"] for line in lines if line["kind"] == "forfeit"]
        assert (5, 5) == (await place.available(), left)
        assert 2 == (await place.get("/subscription")).json()["pools"]
        assert [] == await place.differences()


async def test_who_joins_after_the_end_gets_nothing(opened: Opened) -> None:
    """A cancelled subscription grants nobody anything, newcomers neither."""
    async with opened("inmail-rollover", "premium_career") as place:
        await place.post("/subscription/cancel")
        later, _ = await member_key(place, "member")

        assert 0 == (await place.get(f"/balance?member_id={later}")).json()["available"]
        assert [] == await place.differences()
