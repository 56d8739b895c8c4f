"""Bad queries, paths and methods: each is a problem with its code, and nothing is charged."""

import pytest

from tests.api.test_bad_input import code_of
from tests.flows.workplace import Workplace

pytestmark = pytest.mark.asyncio(loop_scope="module")


PAGED = ["/ledger", "/contacts", "/campaigns", "/suppressions", "/purchases"]


QUERIES = {
    "limit 0": "limit=0",
    "limit 101": "limit=101",
    "limit -1": "limit=-1",
    "limit word": "limit=many",
    "limit float": "limit=1.5",
    "limit nothing": "limit=",
    "limit 2**70": f"limit={2**70}",
    "limit twice": "limit=5&limit=500",
    "cursor word": "cursor=nonsense",
    "cursor nothing": "cursor=",
    "cursor of other kinds": "cursor=W10",
    "cursor not base64": "cursor=%ff%fe",
    "cursor huge": "cursor=" + "A" * 5_000,
    "cursor with U+0000": "cursor=WzEsICJcdTAwMDAiXQ",
    "cursor with a surrogate": "cursor=WzEsICJcdWQ4MDAiXQ",
    "cursor nested": "cursor=" + "W1tb" * 1_000,
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
async def test_a_bad_limit_or_cursor_is_422(office: Workplace, query: str) -> None:
    """`limit` is 1 to 100, a cursor is one that we gave out, on every list."""
    for path in PAGED:
        answer = await office.get(f"{path}?{query}")
        assert (422, "validation") == code_of(answer), (path, query)


@pytest.mark.parametrize("query", ["limits=5", "member=1", "limit=5&x=y"])
async def test_a_query_that_nobody_knows_breaks_nothing(office: Workplace, query: str) -> None:
    """An unknown query parameter is never an error of ours."""
    assert (await office.get(f"/contacts?{query}")).status_code < 500


async def test_a_search_is_text(office: Workplace) -> None:
    """Wildcards and quotes are searched for as they stand; U+0000 is refused."""
    assert 200 == (await office.analyze("jane-doe")).status_code

    for text in ("%", "_", "'; DROP TABLE contact; --", "\\", "é" * 50):
        answer = await office.get("/contacts", params={"q": text})
        assert (200, []) == (answer.status_code, answer.json()["data"]), text
    for path in ("/contacts", "/campaigns"):
        assert (422, "validation") == code_of(await office.get(f"{path}?q=a%00b"))
        assert (422, "validation") == code_of(await office.get(path, params={"q": "x" * 5_000}))


@pytest.mark.parametrize("query", ["status=nonsense", "status=", "status=running,", "status=%00"])
async def test_an_unknown_status_filter_is_422(office: Workplace, query: str) -> None:
    """Filters take the words of the contract only."""
    assert (422, "validation") == code_of(await office.get(f"/campaigns?{query}"))


@pytest.mark.parametrize(
    "name", ["nonsense", "con_%00", "%ff", "con_" + "x" * 5_000, "%2e%2e", "-1", "٣", "a%2Fb"]
)
async def test_an_id_of_nothing_is_404(office: Workplace, name: str) -> None:
    """Whatever stands where an id should stand is not found, whatever it is made of."""
    for path in ("/contacts", "/campaigns", "/receipts", "/analyses"):
        answer = await office.get(f"{path}/{name}")
        assert (404, "not_found") == code_of(answer), (path, name)


# --- routing ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1", "/v2/me", "/nothing", "/v1/%00"])
async def test_an_unknown_path_is_a_problem(office: Workplace, path: str) -> None:
    """Where nothing is, the answer is a 404 problem with the request's id."""
    answer = await office.client.get(path, headers=office.headers())

    assert (404, "not_found") == code_of(answer)
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "PROPFIND"])
async def test_an_unknown_method_is_a_problem(office: Workplace, method: str) -> None:
    """A method that a path does not have is a 405 problem that names those it has."""
    answer = await office.client.request(
        method, f"{office.base}/analyses", headers=office.headers()
    )

    assert (405, "method_not_allowed") == code_of(answer)
    assert "POST" in answer.headers["allow"]
    assert answer.headers["x-request-id"] == answer.json()["request_id"]


async def test_options_opens_nothing(office: Workplace) -> None:
    """OPTIONS says which methods there are, without a credential, and grants no other origin."""
    answer = await office.client.options(
        f"{office.base}/analyses", headers={"Origin": "https://x.test"}
    )

    assert 204 == answer.status_code
    assert "POST" in answer.headers["allow"]
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_head_needs_a_credential_as_get_does(office: Workplace) -> None:
    """HEAD never answers more than GET: 401 without a credential, no body with one."""
    without = await office.client.head("/v1/me")
    with_one = await office.client.head("/v1/me", headers=office.headers())

    assert 401 == without.status_code
    assert with_one.status_code in (200, 405)
    assert b"" == with_one.content
