"""`GET /v1/policies`: what a workspace's credits can go by, and do go by."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.credits.policy import builtin_policies, load_policy
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Workplace, workplace


@pytest.fixture
async def house(
    database_url: str, sidecar: IllSidecar, tmp_path: Path
) -> AsyncIterator[Workplace]:
    """A workspace whose installation has policy files of its own."""
    folder = tmp_path / "data" / "policies"
    folder.mkdir(parents=True)
    text = load_policy("humanlinker").source
    newer = text.replace("version = 1", "version = 2").replace("= 350", "= 400")
    (folder / "newer.toml").write_text(newer, "utf-8")
    (folder / "faulty.toml").write_text('name = "x"\nversion = 1\ncolour = "red"\n', "utf-8")
    async with workplace(database_url, sidecar, data_dir=folder.parent) as place:
        yield place


async def look(place: Workplace, path: str = "") -> dict[str, object]:
    """GET /v1/policies, or one of them."""
    answer = await place.client.get(f"/v1/policies{path}", headers=place.headers())
    assert 200 == answer.status_code, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_the_policies_that_can_be_had(house: Workplace) -> None:
    """Built-in ones, then one's own; which is in use; and the faults of a file that is none."""
    found = await look(house)
    data = found["data"]
    assert isinstance(data, list)
    built_in = [(policy.id, "builtin") for policy in builtin_policies().values()]
    assert [*built_in, ("humanlinker@2", "own")] == [(each["id"], each["origin"]) for each in data]
    assert ["humanlinker@1"] == [each["id"] for each in data if each["in_use"]]
    faults = found["faults"]
    assert isinstance(faults, list)
    assert ("faulty.toml", 3, "colour: unknown key") in [
        (each["file"], each["line"], each["message"]) for each in faults
    ]


async def test_a_policy_shows_all_that_it_says(house: Workplace) -> None:
    """Plans with caps and prices, actions, packs with unit prices, rules, and the file itself."""
    messages = await look(house, "/linkedin-messages")
    assert load_policy("linkedin-messages").source == messages["source"]
    topup = messages["topup"]
    assert isinstance(topup, dict)
    prices = [pack["cents_per_credit"] for pack in topup["packs"]]
    assert [40, 80 / 3, 160 / 7, 20, 20] == pytest.approx(prices)
    rolling = await look(house, "/inmail-rollover@1")
    plans = rolling["plans"]
    assert isinstance(plans, list)
    assert [("premium_business", 15, 45, 400.0)] == [
        (plan["name"], plan["allotment"], plan["cap"], plan["cents_per_credit"])
        for plan in plans
        if plan["name"] == "premium_business"
    ]
    assert {"credits": 1, "window_days": 90, "new_lot_days": 90} == rolling["refund"]
    team = await look(house, "/lemlist")
    costs = team["actions"]
    assert isinstance(costs, list)
    assert {"email.find": 5, "phone.find": 20}.items() <= {
        each["name"]: each["cost"] for each in costs
    }.items()


async def test_a_name_means_its_newest_version(house: Workplace) -> None:
    """`humanlinker` is the edited one; the version in use is still there under its id."""
    assert "humanlinker@2" == (await look(house, "/humanlinker"))["id"]
    assert True is (await look(house, "/humanlinker@1"))["in_use"]
    answer = await house.client.get("/v1/policies/nothing", headers=house.headers())
    assert (404, "not_found") == (answer.status_code, answer.json()["code"])
