"""A team that buys findings through the real sidecar and loopback vendors."""

from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from backend.sidecar.answers import Answers
from backend.sidecar.app import create_sidecar
from backend.sidecar.pace import Rest
from backend.sidecar.settings import PROVIDERS, read_sidecar_settings
from tests.flows.workplace import Workplace, workplace
from tests.sidecar.conftest import serving
from tests.sidecar.vendors import Vendors, loopback_vendors

SLUG = "jane-doe"


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    """The vendors, for this module's tests."""
    with loopback_vendors() as running:
        yield running


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the real sidecar of this module keeps what it remembers."""
    return str(tmp_path_factory.mktemp("sidecar") / "answers.db")


@pytest.fixture(scope="module")
def real_sidecar(vendors: Vendors, cache: str) -> Iterator[Any]:
    """The real sidecar over HTTP, with the vendors that answer at once, and without DNS."""
    yield from _sidecar(vendors, cache, "hunter", "prospeo", "peopledatalabs", "reacher")


@pytest.fixture(scope="module")
def slow_sidecar(vendors: Vendors) -> Iterator[Any]:
    """A real sidecar that knows only a vendor who takes long."""
    yield from _sidecar(vendors, "", "fullenrich")


def _sidecar(vendors: Vendors, cache: str, *names: str) -> Iterator[Any]:
    environment = {
        "MEETONCE_DNS": "off",
        "MEETONCE_SIDECAR_CACHE": cache,
        **vendors.environment(*names),
    }
    app = create_sidecar("t", settings=read_sidecar_settings(environment))
    with serving(app) as origin:
        yield SimpleNamespace(url=origin)


@pytest.fixture(autouse=True)
def well(vendors: Vendors, cache: str) -> None:
    """Every test starts with all vendors well, and none of them resting."""
    vendors.modes = {}
    vendors.asked.clear()
    wake(cache)


def wake(cache: str) -> None:
    """End all rests, as time would."""
    answers = Answers(cache)
    for name in PROVIDERS:
        answers.set_rest(name, Rest())
    answers.close()


@pytest.fixture
async def team(database_url: str, real_sidecar: Any) -> AsyncIterator[Workplace]:
    """A workspace of 1,000 credits under the policy that sells finding."""
    async with workplace(
        database_url, real_sidecar, policy="lemlist", plan="email_pro", sidecar_deadline_seconds=15
    ) as place:
        yield place


async def contact_of(place: Workplace, slug: str = SLUG, **page: Any) -> str:
    """Somebody analysed, so that they are a contact."""
    told = {"name": "Jane Doe", "headline": "Head of Sales at Acme", "company": "Acme", **page}
    answer = await place.post(
        "/analyses", {"url": f"https://www.linkedin.com/in/{slug}", "page": told}
    )
    contact_id: str = answer.json()["contact"]["id"]
    return contact_id


async def enrich(
    place: Workplace, contact_id: str, action: str, key: str | None = None, **more: Any
) -> httpx.Response:
    """Ask for something about a contact."""
    body = {"contact_id": contact_id, "action": action, **more}
    return await place.post("/enrichments", body, key)


def told(answer: httpx.Response) -> tuple[int, str, int, str]:
    """Status codes and words of an answer: HTTP, status, charged, why."""
    body = answer.json()
    charge = body["charge"]
    return answer.status_code, body["status"], charge["charged"], charge["reason"]
