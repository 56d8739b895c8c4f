"""Enrichments through the real sidecar and loopback vendors: charged only for what is worth it."""

import asyncio
from typing import Any

from tests.flows.enriching import (
    cache,
    contact_of,
    enrich,
    real_sidecar,
    slow_sidecar,
    team,
    told,
    vendors,
    wake,
    well,
)
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Workplace, workplace
from tests.sidecar.vendors import Vendors

__all__ = ["cache", "real_sidecar", "slow_sidecar", "team", "vendors", "well"]


PRICES = [
    ("email.find", 5, "found_deliverable"),
    ("phone.find", 20, "found"),
    ("profile.enrich", 1, "found"),
    ("ai.variable", 1, "written"),
]


async def test_what_is_worth_it_costs_what_the_policy_says(team: Workplace) -> None:
    """Found: captured, with a receipt, and the fields are kept with what they rest on."""
    for action, price, reason in PRICES:
        contact = await contact_of(team, f"jane-{price}-{reason}")
        before = await team.available()
        answer = await enrich(team, contact, action)
        receipt = (await team.get(f"/receipts/{answer.json()['charge']['receipt_id']}")).json()
        fields = (await team.get(f"/contacts/{contact}/fields")).json()["data"]

        assert (200, "done", price, reason) == told(answer)
        assert before - price == await team.available()
        assert (price, action, "capture") == (
            receipt["charged"],
            receipt["action"],
            receipt["kind"],
        )
        assert answer.json()["fields"]
        assert {each["name"] for each in answer.json()["fields"]} == {e["name"] for e in fields}
        assert all(each["evidence"] and each["source"] and each["observed_at"] for each in fields)
        assert str(price) == answer.headers["Meetonce-Credits-Charged"]
    assert [] == await team.differences()


ENDS: list[tuple[dict[str, str], str, int, str]] = [
    ({"hunter": "catch_all"}, "done", 5, "found_risky"),
    ({"hunter": "invalid"}, "done", 0, "only_invalid"),
    ({"hunter": "unknown", "reacher": "unknown"}, "done", 0, "not_verified"),
    ({"hunter": "not_found"}, "empty", 0, "nothing_found"),
    ({"hunter": "bad_key"}, "empty", 0, "nothing_found"),
    ({"hunter": "status_500"}, "empty", 0, "nothing_found"),
    ({"hunter": "garbage"}, "empty", 0, "nothing_found"),
]


async def test_deliverable_and_risky_are_charged_and_nothing_else(
    team: Workplace, vendors: Vendors, cache: str
) -> None:
    """Invalid, unknown, nothing and every fault: released, and the receipt says why."""
    for number, (modes, status, charged, reason) in enumerate(ENDS):
        wake(cache)
        others = dict.fromkeys(("prospeo", "peopledatalabs"), "not_found")
        vendors.modes = {**others, **modes}
        contact = await contact_of(team, f"jane-{number}")
        before = await team.available()
        answer = await enrich(team, contact, "email.find")
        receipt = (await team.get(f"/receipts/{answer.json()['charge']['receipt_id']}")).json()

        assert (200, status, charged, reason) == told(answer), modes
        assert before - charged == await team.available()
        assert charged == receipt["charged"]
        if not charged:
            assert reason == receipt["reason"]
            assert "nothing was charged" in receipt["explanation"].lower()
    assert [] == await team.differences()


async def test_a_guess_is_shown_and_free(team: Workplace, vendors: Vendors) -> None:
    """Nobody knows the address: a permutation comes with the badge of a guess, charged 0."""
    vendors.modes = dict.fromkeys(("hunter", "prospeo", "peopledatalabs"), "not_found")
    vendors.modes |= {"reacher": "unknown"}
    contact = await contact_of(team)
    answer = await enrich(team, contact, "email.find", inputs={"domain": "acme.example"})

    assert (200, "done", 0, "only_a_guess") == told(answer)
    assert "guess" == answer.json()["fields"][0]["status"]


async def test_colleagues_known_here_tell_the_pattern(team: Workplace, vendors: Vendors) -> None:
    """Addresses that the workspace knows at the domain make a probable address, free."""
    vendors.modes = dict.fromkeys(("hunter", "prospeo", "peopledatalabs"), "not_found")
    vendors.modes |= {"reacher": "unknown"}
    for name in ("Ann Lee", "Ben Ray"):
        address = f"{name.replace(' ', '.').lower()}@acme.example"
        page = {"name": name, "headline": "Sales"}
        await team.post("/analyses", {"url": address, "page": page})
    contact = await contact_of(team)
    answer = await enrich(team, contact, "email.find", inputs={"domain": "acme.example"})
    (field,) = answer.json()["fields"]

    assert ("jane.doe@acme.example", "probable") == (field["value"], field["status"])
    assert "2 colleagues" in field["evidence"][0]["text"]


async def test_a_paid_answer_is_given_again_for_nothing(team: Workplace, vendors: Vendors) -> None:
    """The same question while the answer is fresh: charged 0, the paid receipt, no vendor."""
    contact = await contact_of(team)
    first = await enrich(team, contact, "email.find")
    asked = len(vendors.asked)
    again = await enrich(team, contact, "email.find")
    assert asked == len(vendors.asked)
    team.clock.pass_days(91)
    later = await enrich(team, contact, "email.find")

    assert (200, "done", 0, "already_enriched") == told(again)
    assert first.json()["charge"]["receipt_id"] == again.json()["charge"]["receipt_id"]
    assert first.json()["fields"] == again.json()["fields"]
    assert later.json()["id"] != first.json()["id"], "an answer past its time is looked up again"


async def test_a_text_is_paid_for_each_time(team: Workplace) -> None:
    """What the policy sells by the asking costs each time it is asked for."""
    contact = await contact_of(team)
    wanted = {"variables": [{"name": "line", "template": "Hi {{ first_name }}!"}]}
    first = await enrich(team, contact, "ai.variable", inputs=wanted)
    second = await enrich(team, contact, "ai.variable", inputs=wanted)

    assert [1, 1] == [told(first)[2], told(second)[2]]
    assert "Hi Jane!" == first.json()["fields"][0]["value"]


async def test_a_template_without_its_facts_is_not_charged(team: Workplace) -> None:
    """A text that names what is not known is not written, and not paid for."""
    contact = await contact_of(team)
    wanted = {"variables": [{"name": "line", "template": "You like {{ hobby }}."}]}
    answer = await enrich(team, contact, "ai.variable", inputs=wanted)

    assert (200, "empty", 0, "nothing_found") == told(answer)


async def test_one_question_side_by_side_is_one_charge(team: Workplace, vendors: Vendors) -> None:
    """Ten callers at once: one hold, one vendor call, one charge; the others joined it."""
    contact = await contact_of(team)
    before = await team.available()
    answers = await asyncio.gather(*(enrich(team, contact, "email.find") for _ in range(10)))

    assert before - 5 == await team.available()
    assert [0] * 9 + [5] == sorted(told(answer)[2] for answer in answers)
    assert {200} == {answer.status_code for answer in answers}
    assert 1 == vendors.count("hunter")
    assert [] == await team.differences()


async def test_a_key_gets_its_answer_again(team: Workplace) -> None:
    """The same key and body: byte for byte; another body under it is refused; none at all: 400."""
    contact = await contact_of(team)
    first = await enrich(team, contact, "email.find", key="k1")
    again = await enrich(team, contact, "email.find", key="k1")
    other = await enrich(team, contact, "phone.find", key="k1")
    headers = {"Authorization": f"Bearer {team.api_key}"}
    body = {"contact_id": contact, "action": "email.find"}
    without = await team.client.post(f"{team.base}/enrichments", json=body, headers=headers)

    assert first.content == again.content
    assert "true" == again.headers["Idempotent-Replayed"]
    assert (422, 400) == (other.status_code, without.status_code)


async def test_what_a_policy_does_not_sell_is_refused(
    database_url: str, real_sidecar: Any, vendors: Vendors
) -> None:
    """Under a policy without the action: 409, what it sells, nothing charged, no vendor asked."""
    async with workplace(database_url, real_sidecar) as place:
        contact = await contact_of(place)
        vendors.asked.clear()
        answer = await enrich(place, contact, "email.find")
        body = answer.json()

        assert (409, "credit_refused", "unknown_action") == (
            answer.status_code,
            body["code"],
            body["reason"],
        )
        assert ["contact.analysis"] == body["sold"]
        assert [] == vendors.asked


async def test_bounds_and_an_empty_pool(team: Workplace, vendors: Vendors) -> None:
    """A price above `max_cost` and above the balance are 402 before anybody is asked; what is free
    is within any bound."""
    contact = await contact_of(team)
    bound = await enrich(team, contact, "phone.find", max_cost=19)
    await team.post("/adjustments", {"credits": 3 - await team.available(), "reason": "a test"})
    vendors.asked.clear()
    empty = await enrich(team, contact, "email.find")

    assert (402, "max_cost_exceeded") == (bound.status_code, bound.json()["code"])
    assert (402, "out_of_credits", 5, 3) == (
        empty.status_code,
        empty.json()["code"],
        empty.json()["needed"],
        empty.json()["available"],
    )
    assert [] == vendors.asked


async def test_suppression_is_checked_before_and_on_the_answer(
    team: Workplace, vendors: Vendors
) -> None:
    """A barred person is not asked about; an address at a barred domain is not handed out."""
    contact = await contact_of(team)
    barred = await contact_of(team, "john-roe", name="John Roe")
    await team.post("/suppressions", {"contact_id": barred})
    vendors.asked.clear()
    before = await team.available()
    first = await enrich(team, barred, "email.find")
    assert [] == vendors.asked
    await team.post("/suppressions", {"email_domain": "acme.example"})
    second = await enrich(team, contact, "email.find")
    fields = (await team.get(f"/contacts/{contact}/fields")).json()["data"]

    assert [451, 451] == [first.status_code, second.status_code]
    assert before == await team.available()
    assert [] == fields
    assert [] == await team.differences()


async def test_a_found_profile_address_becomes_the_contacts(team: Workplace) -> None:
    """A contact known by e-mail alone is found by their profile's address from then on."""
    made = await team.post(
        "/analyses",
        {"url": "jane.doe@acme.example", "page": {"name": "Jane Doe", "headline": "Sales"}},
    )
    contact = made.json()["contact"]["id"]
    answer = await enrich(team, contact, "profile.enrich")
    item = {"ref": "1", "url": "https://www.linkedin.com/in/jane-doe"}
    found = (await team.post("/contacts/lookup", {"items": [item]})).json()["data"][0]

    assert (200, "done", 1, "found_profile_address") == told(answer)
    assert contact == found["contact_id"]


async def test_fields_come_with_what_each_action_costs_now(
    team: Workplace, vendors: Vendors
) -> None:
    """The policy's prices; 0 for what is paid for and fresh, and that holds; no text is free."""
    contact = await contact_of(team)

    async def costs() -> dict[str, Any]:
        found: dict[str, Any] = (await team.get(f"/contacts/{contact}/fields")).json()["costs"]
        return found

    prices = {action: {"cost": price, "reason": None} for action, price, _ in PRICES}
    assert prices == await costs()
    for action in prices:
        await enrich(team, contact, action)
    free = {"cost": 0, "reason": "already_enriched"}
    assert dict.fromkeys(prices, free) | {"ai.variable": prices["ai.variable"]} == (await costs())
    assert 0 == told(await enrich(team, contact, "email.find", max_cost=0))[2]
    team.clock.pass_days(91)
    assert prices == await costs()


async def test_what_runs_already_can_be_joined_for_nothing(
    database_url: str, sidecar: IllSidecar
) -> None:
    """While somebody's question is answered the price of the same one is 0, and says why."""
    async with workplace(
        database_url, sidecar, policy="lemlist", plan="email_pro", sidecar_deadline_seconds=5
    ) as place:
        contact = await contact_of(place)
        sidecar.mode, sidecar.pause, asked = "slow", 1.0, sidecar.asked
        asking = asyncio.create_task(enrich(place, contact, "email.find"))
        while sidecar.asked == asked:
            await asyncio.sleep(0.02)
        costs = (await place.get(f"/contacts/{contact}/fields")).json()["costs"]
        await asking

        assert {"cost": 0, "reason": "joined_running_enrichment"} == costs["email.find"]
        assert {"cost": 20, "reason": None} == costs["phone.find"]


async def test_a_policy_without_finding_names_no_prices(acme: Workplace) -> None:
    """Where nothing is sold nothing has a price."""
    contact = await contact_of(acme)
    assert {"data": [], "costs": {}} == (await acme.get(f"/contacts/{contact}/fields")).json()


async def test_enrichments_are_read_newest_first(team: Workplace) -> None:
    """Lists page by a cursor; one can be read by its id."""
    contact = await contact_of(team)
    for action in ("email.find", "phone.find", "profile.enrich"):
        await enrich(team, contact, action)
        team.clock.now += 1
    first = (await team.get("/enrichments?limit=2")).json()
    rest = (await team.get(f"/enrichments?limit=2&cursor={first['next_cursor']}")).json()
    one = (await team.get(f"/enrichments/{rest['data'][0]['id']}")).json()

    assert ["profile.enrich", "phone.find", "email.find"] == [
        each["action"] for each in (*first["data"], *rest["data"])
    ]
    assert rest["next_cursor"] is None
    assert one == rest["data"][0]
