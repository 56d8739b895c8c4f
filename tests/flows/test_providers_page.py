"""`GET W/providers`: what admins are told about the outside sources, through the real sidecar."""

from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from backend.sidecar.app import create_sidecar
from backend.sidecar.settings import read_sidecar_settings
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Workplace, workplace
from tests.sidecar.conftest import serving
from tests.sidecar.vendors import Vendors, loopback_vendors


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    """The vendors, for this module's tests."""
    with loopback_vendors() as running:
        yield running


@pytest.fixture
def real_sidecar(vendors: Vendors) -> Iterator[Any]:
    """The real sidecar, with two providers and an order of its operator's."""
    environment = {
        "MEETONCE_DNS": "off",
        "MEETONCE_ENRICH_ORDER": "prospeo,hunter",
        **vendors.environment("hunter", "prospeo"),
    }
    app = create_sidecar("t", settings=read_sidecar_settings(environment))
    with serving(app) as origin:
        yield SimpleNamespace(url=origin)


@pytest.fixture
async def team(database_url: str, real_sidecar: Any) -> AsyncIterator[Workplace]:
    """A workspace that finds addresses."""
    place = workplace(
        database_url, real_sidecar, policy="lemlist", plan="email_pro", sidecar_deadline_seconds=15
    )
    async with place as made:
        yield made


async def find_email_of(team: Workplace, slug: str) -> None:
    """Have an address looked for."""
    analysis = (await team.analyze(slug)).json()
    body = {
        "contact_id": analysis["contact"]["id"],
        "action": "email.find",
        "inputs": {"first_name": "Jane", "last_name": "Doe", "domain": "acme.example"},
    }
    answer = await team.post("/enrichments", body)
    assert answer.status_code == 200, answer.text


async def test_state_figures_and_order_are_told(team: Workplace, vendors: Vendors) -> None:
    """A breaker's reason, the hit rate, the cost of a verified one, and whom an action asks."""
    vendors.modes = {"prospeo": "bad_key", "hunter": "found"}
    await find_email_of(team, "jane-doe")
    answer = await team.get("/providers")
    body = answer.json()
    by_name = {each["name"]: each for each in body["data"]}

    assert answer.status_code == 200
    assert ("resting", 1, 1) == tuple(by_name["prospeo"][k] for k in ("state", "asked", "failed"))
    assert "key" in by_name["prospeo"]["reason"]
    assert by_name["prospeo"]["until"] > "2026"
    hunter = by_name["hunter"]
    assert ("ready", 1, 1.0) == tuple(hunter[k] for k in ("state", "verified", "hit_rate"))
    assert hunter["cost_per_verified_micros"] == hunter["cost_micros"] > 0
    assert hunter["median_ms"] >= 0
    assert ("no_key", "MEETONCE_FULLENRICH_API_KEY", None) == tuple(
        by_name["fullenrich"][k] for k in ("state", "setting", "hit_rate")
    )
    assert "MEETONCE_REACHER_URL" == by_name["reacher"]["setting"]
    orders = {each["action"]: each["providers"] for each in body["orders"]}
    assert ["prospeo", "hunter"] == orders["email.find"][:2]
    assert set(orders) == {"email.find", "email.verify", "phone.find", "profile.enrich"}
    assert "key-of" not in answer.text, "no key is ever told"


@pytest.mark.parametrize(
    "mode",
    ["close", "hang", "drip", "status_500", "garbage", "html", "nan", "wrong_shape", "huge"],
)
async def test_an_ill_sidecar_is_a_problem(
    database_url: str, sidecar: IllSidecar, mode: str
) -> None:
    """Unreachable, slow or senseless: 503 with `Retry-After`, and never a 500."""
    place = workplace(database_url, sidecar, sidecar_deadline_seconds=1)
    async with place as team:
        sidecar.mode = mode
        answer = await team.get("/providers")

    assert (503, "enrichment_unavailable") == (answer.status_code, answer.json()["code"])
    assert answer.headers["retry-after"]
    assert "credits are not touched" in answer.json()["detail"]
