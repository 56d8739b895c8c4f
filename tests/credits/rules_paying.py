"""Rules about paying, over HTTP: buying, running out, asking, and cancelling."""

from typing import Any

from tests.credits.rulebook import product_rule
from tests.flows.workplace import Workplace


async def bought(place: Workplace, what: dict[str, int], ref: str) -> list[int]:
    """Buy, and have the payment confirmed twice; what was free before, between and after."""
    free = [await place.available()]
    purchase = (await place.post("/purchases", what)).json()
    free.append(await place.available())
    for _ in range(2):
        path = f"/purchases/{purchase['id']}/confirm"
        paid = await place.post(path, {"payment_ref": ref})
        assert (200, "settled") == (paid.status_code, paid.json()["status"])
        free.append(await place.available())
    return free


async def member(place: Workplace, role: str) -> Workplace:
    """A new colleague of this role, with a key of their own."""
    made = await place.post("/members", {"email": f"{role}@acme.example", "role": role})
    body = {"name": role, "member_id": made.json()["id"]}
    key: str = (await place.post("/api-keys", body)).json()["api_key"]
    return Workplace(place.client, place.workspace_id, key, made.json()["id"])


async def entries(place: Workplace) -> int:
    """How many lines the journal has."""
    return len((await place.get("/ledger")).json()["data"])


@product_rule(
    10,
    "What was bought is there as soon as it is paid, and a repeated payment adds nothing",
    "`POST W/purchases` is pending until `confirm` or Stripe's webhook; `payment_ref` is unique",
    policy="linkedin-messages",
)
async def rule_10(place: Workplace) -> None:
    assert [25, 25, 100, 100] == await bought(place, {"pack": 75}, "invoice-1")
    other = (await place.post("/purchases", {"pack": 25})).json()
    path = f"/purchases/{other['id']}/confirm"
    again = await place.post(path, {"payment_ref": "invoice-1"})
    assert (409, "payment_ref_used") == (again.status_code, again.json()["code"])
    assert 100 == await place.available()


@product_rule(
    12,
    "Without credits it says so, and after buying or waiting the same request goes through",
    "402 `out_of_credits` with `options`; a refused call keeps its Idempotency-Key",
    policy="linkedin-messages",
)
async def rule_12(place: Workplace) -> None:
    send = {"action": "message.send", "quantity": 30, "thread": "t"}
    refused = await place.post("/charges", send, key="k1")
    assert (402, "out_of_credits") == (refused.status_code, refused.json()["code"])
    ways = {way["kind"]: way for way in refused.json()["options"]}
    assert {"buy", "wait"} == set(ways)
    assert "2026-04-10T00:00:00Z" == ways["wait"]["at"] == refused.json()["next_refill_at"]
    await bought(place, {"pack": 25}, "invoice-1")
    assert 30 == (await place.post("/charges", send, key="k1")).json()["charge"]["charged"]


@product_rule(
    16,
    "A cancellation forfeits everything at once, what was bought too; the preview says so",
    "`linkedin-messages.toml` `on_cancel`; `POST W/subscription/preview {cancel}` and `…/cancel`",
    policy="linkedin-messages",
)
async def rule_16(place: Workplace) -> None:
    await bought(place, {"pack": 75}, "invoice-1")
    preview = (await place.post("/subscription/preview", {"cancel": True})).json()
    assert (100, 100, 0) == tuple(
        preview[name] for name in ("available_before", "forfeited", "available_after")
    )
    assert 100 == await place.available(), "a preview changes nothing"
    assert 200 == (await place.post("/subscription/cancel")).status_code
    lost = (await place.get("/ledger")).json()["data"]
    assert -100 == sum(row["amount"] for row in lost if row["kind"] == "forfeit")
    assert 0 == await place.available()


@product_rule(
    70,
    "Only admins buy; members can ask them to",
    "`lemlist.toml` `topup.roles`; scope `credits:purchase`; option `request` of a 402",
    policy="lemlist",
)
async def rule_70(place: Workplace) -> None:
    seen: dict[str, list[Any]] = {}
    for role in ("member", "manager", "admin"):
        who = await member(place, role)
        dear = {"action": "phone.find", "quantity": 60}
        ways = (await who.post("/charges", dear)).json()["options"]
        buys = (await who.post("/purchases", {"credits": 10})).status_code
        seen[role] = [buys, {way["kind"] for way in ways} - {"wait", "upgrade"}]
        request = next((way for way in ways if way["kind"] == "request"), None)
        if request is not None:
            asked = await place.client.post(
                request["href"], headers=who.headers(), json={"credits": 200}
            )
            assert 201 == asked.status_code
    assert {
        "member": [403, {"request"}],
        "manager": [403, {"request"}],
        "admin": [201, {"buy"}],
    } == seen
    waiting = (await place.get("/credit-requests")).json()["data"]
    assert [200, 200] == [each["credits"] for each in waiting]


@product_rule(
    72,
    "Without credits it stops, and goes on only when somebody says so after a top-up",
    "402 leaves nothing behind that would run later; the same key goes through once asked again",
    policy="lemlist",
)
async def rule_72(place: Workplace) -> None:
    find = {"action": "phone.find", "quantity": 60}
    refused = await place.post("/charges", find, key="k1")
    assert (402, "buy") == (refused.status_code, refused.json()["options"][0]["kind"])
    assert [1000, 1000, 1200, 1200] == await bought(place, {"credits": 200}, "invoice-1")
    lines = await entries(place)
    place.clock.pass_days(1)
    assert (1200, lines) == (await place.available(), await entries(place)), "nothing resumed"
    assert 1200 == (await place.post("/charges", find, key="k1")).json()["charge"]["charged"]
