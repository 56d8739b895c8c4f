"""The OpenAPI document and its page describe the routes that there are."""

import re
from typing import Any

import pytest
import pytest_asyncio

from backend.errors import ALL_CODES
from backend.workspaces.guards import Needs
from tests.flows.workplace import Workplace

pytestmark = pytest.mark.asyncio(loop_scope="module")

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def document(office: Workplace) -> dict[str, Any]:
    """The document as anybody gets it, without a credential."""
    answer = await office.client.get("/v1/openapi.json")
    assert 200 == answer.status_code
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation by method and path."""
    return {
        (method, path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


async def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    """The version is 3.1, every reference leads somewhere, every operation has its own id."""
    assert document["openapi"].startswith("3.1")
    for reference in re.findall(r"'\$ref': '([^']+)'", str(document)):
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in place, reference
            place = place[part]
    ids = [operation["operationId"] for operation in operations(document).values()]
    assert len(ids) == len(set(ids))


async def test_every_route_stands_in_it(office: Workplace, document: dict[str, Any]) -> None:
    """Each route under /v1 is described, with tags and a sentence, and nothing else is."""
    assert office.app is not None
    served = {
        (method.lower(), route.path_format)
        for route in office.app.routes
        if route.path_format.startswith("/v1/") and route.path_format != "/v1/openapi.json"
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if method.lower() in METHODS
    }
    described = operations(document)

    assert served == {place for place in described if place[1].startswith("/v1/")}
    for place in served:
        operation = described[place]
        assert operation.get("tags"), place
        assert operation.get("description"), place


async def test_refusals_are_declared_as_problems(
    office: Workplace, document: dict[str, Any]
) -> None:
    """Guarded routes declare 401, 403, 404, 422, 429; spending ones 400, 402, 409, 503 too."""
    assert office.app is not None
    needs_of = {
        (method.lower(), route.path_format): handler.opt.get("needs")
        for route in office.app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
    }
    for place, operation in operations(document).items():
        if not place[1].startswith("/v1/"):
            continue
        needs = needs_of[place]
        wanted = {"404", "422", "429"}
        if isinstance(needs, Needs):
            wanted |= {"401", "403"}
            if needs.spends:
                wanted |= {"400", "402", "409", "413", "415", "503"}
        if place[1].endswith("/providers"):
            wanted |= {"503"}
        responses = operation["responses"]
        assert set() == wanted - responses.keys(), place
        assert [status for status in responses if status.startswith("2")], place
        for status, answer in responses.items():
            if not status.startswith("2"):
                assert ["application/problem+json"] == list(answer["content"]), (place, status)


@pytest.mark.parametrize(
    "path", ["/analyses", "/contacts/lookup", "/enrollments", "/enrollments/bulk", "/campaigns"]
)
async def test_the_calls_that_matter_have_examples(
    office: Workplace, document: dict[str, Any], path: str
) -> None:
    """Each has an example of its body, and that very body is one that the route takes."""
    ((place, operation),) = [
        (place, operation)
        for place, operation in operations(document).items()
        if place[0] == "post" and place[1].endswith("}" + path)
    ]
    (media,) = operation["requestBody"]["content"].values()
    (example,) = media["examples"].values()
    campaign = await office.campaign("For an example", "launch")
    real = place[1].replace("{workspace_id}", office.workspace_id)
    answer = await office.client.post(
        real.replace("{campaign_id}", campaign), json=example["value"], headers=office.headers()
    )

    assert answer.status_code in (200, 201, 409), answer.text


async def test_the_page_loads_nothing_from_elsewhere(office: Workplace) -> None:
    """/docs has the routes and the problems' codes, no script, and nothing of another host."""
    answer = await office.client.get("/docs")

    assert 200 == answer.status_code
    assert "text/html" in answer.headers["content-type"]
    assert [] == re.findall(r"<script|(?:src|href)=['\"]?(?:https?:)?//", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "/v1/workspaces/{workspace_id}/analyses" in answer.text
    for code in ALL_CODES:
        assert f"id='{code}'" in answer.text
