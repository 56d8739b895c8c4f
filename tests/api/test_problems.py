"""Refusals are problems of one shape, and every answer says whose it is and how often to ask."""

import httpx

from tests.flows.conftest import IllSidecar
from tests.flows.workplace import START, Workplace, workplace

MEMBERS = {"type", "title", "status", "detail", "code", "request_id", "retryable"}


def check_problem(answer: httpx.Response, status: int, code: str) -> None:
    """Everything that RFC 9457 and the contract ask of a problem."""
    body = answer.json()
    assert (status, code) == (answer.status_code, body["code"]), answer.text
    assert "application/problem+json" == answer.headers["content-type"]
    assert set() == MEMBERS - body.keys()
    assert status == body["status"]
    assert body["type"].endswith(f"/docs#{code}")
    assert body["detail"]
    assert body["title"]
    assert answer.headers["x-request-id"] == body["request_id"]
    assert (status in (429, 503) or code in ("request_in_flight",)) == body["retryable"]
    assert "no-store" == answer.headers["cache-control"]


async def test_every_kind_of_refusal_is_a_problem(acme: Workplace) -> None:
    """400, 401, 402, 403, 404, 405, 409, 413, 415, 422, 428, 412 and 451 have one shape."""
    client, base, headers = acme.client, acme.base, acme.headers()
    first = await acme.campaign("First", "launch")
    second = await acme.campaign("Second", "launch")
    await acme.enroll(first, "jane-doe")
    narrow = (await acme.post("/api-keys", {"name": "x", "scopes": ["credits:read"]})).json()
    await acme.post("/suppressions", {"url": "https://www.linkedin.com/in/never"})
    without_key = {"Authorization": headers["Authorization"]}
    as_json = {**headers, "Content-Type": "application/json"}
    big = b'"' + b"x" * 1_100_000 + b'"'

    check_problem(await client.get(f"{base}/balance"), 401, "unauthenticated")
    answer = await client.post(f"{base}/analyses", json={}, headers=without_key)
    check_problem(answer, 400, "idempotency_key_required")
    answer = await client.post(f"{base}/campaigns", content=b"{", headers=as_json)
    check_problem(answer, 400, "malformed")
    check_problem(await acme.analyze("too-dear", max_cost=0), 402, "max_cost_exceeded")
    answer = await client.get(
        f"{base}/contacts", headers={"Authorization": f"Bearer {narrow['api_key']}"}
    )
    check_problem(answer, 403, "forbidden")
    check_problem(await acme.get("/contacts/con_1"), 404, "not_found")
    check_problem(await client.get("/v1/nothing", headers=headers), 404, "not_found")
    check_problem(await client.put(f"{base}/analyses", headers=headers), 405, "method_not_allowed")
    check_problem(await acme.enroll(second, "jane-doe"), 409, "ongoing_conflict")
    check_problem(await acme.post(f"/campaigns/{first}/actions/launch"), 409, "wrong_state")
    answer = await client.post(f"{base}/campaigns", content=big, headers=as_json)
    check_problem(answer, 413, "too_large")
    answer = await client.post(f"{base}/campaigns", content=b"{}", headers=headers)
    check_problem(answer, 415, "unsupported_media_type")
    check_problem(await acme.post("/campaigns", {}), 422, "validation")
    check_problem(await acme.post("/analyses", {"url": "nobody"}), 422, "invalid_identity")
    path = f"{base}/campaigns/{first}"
    answer = await client.patch(path, json={"goal": "x"}, headers=headers)
    check_problem(answer, 428, "precondition_required")
    stale = {**headers, "If-Match": '"0"'}
    answer = await client.patch(path, json={"goal": "x"}, headers=stale)
    check_problem(answer, 412, "precondition_failed")
    check_problem(await acme.analyze("never"), 451, "suppressed")


async def test_a_cap_is_changed_from_the_version_that_was_read(acme: Workplace) -> None:
    """A cap needs If-Match with its ETag: 428 without, 412 with an old one, 200 with its own."""
    path = f"{acme.base}/members/{acme.owner_id}/cap"
    tag = (await acme.client.get(path, headers=acme.headers())).headers["etag"]
    without = await acme.client.put(path, json={"cap": 5}, headers=acme.headers())
    headers = {**acme.headers(), "If-Match": tag}
    done = await acme.client.put(path, json={"cap": 5}, headers=headers)
    late = await acme.client.put(path, json={"cap": 6}, headers=headers)
    after = await acme.client.get(path, headers=acme.headers())

    check_problem(without, 428, "precondition_required")
    assert (200, 5) == (done.status_code, done.json()["cap"])
    check_problem(late, 412, "precondition_failed")
    assert (done.headers["etag"], 5) == (after.headers["etag"], after.json()["cap"])


async def test_a_request_id_comes_back(acme: Workplace) -> None:
    """A short plain X-Request-Id is echoed on every answer; any other is replaced by ours."""
    for path, token in (("/v1/me", True), ("/v1/me", False), ("/v1/nothing", True)):
        headers = {"X-Request-Id": "mine-1", **(acme.headers() if token else {})}
        assert "mine-1" == (await acme.client.get(path, headers=headers)).headers["x-request-id"]
    for odd in ("", "x" * 200, "a\tb"):
        answer = await acme.client.get("/v1/me", headers={"X-Request-Id": odd})
        assert answer.headers["x-request-id"].startswith("req_")


async def test_401_says_how_to_authenticate(acme: Workplace) -> None:
    """Every 401 has WWW-Authenticate: Bearer, whatever was presented."""
    for headers in (
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic b3duZXI6cGFzcw=="},
        {"Authorization": f"Token {acme.api_key}"},
        {"Authorization": f"Bearer {acme.api_key}x"},
        {"Authorization": "Bearer mo_"},
        {"Cookie": "meetonce_session=planted"},
    ):
        answer = await acme.client.get(f"{acme.base}/balance", headers=headers)
        check_problem(answer, 401, "unauthenticated")
        assert "Bearer" == answer.headers["www-authenticate"]
    key_in_query = await acme.client.get(f"{acme.base}/balance?api_key={acme.api_key}")
    assert 401 == key_in_query.status_code, "a key in an address would be logged"


async def test_money_refusals_carry_the_support_url(
    database_url: str, sidecar: IllSidecar
) -> None:
    """402 and 409 show MEETONCE_SUPPORT_URL; without it they show none."""
    url = "https://acme.example/help"
    async with workplace(database_url, sidecar, support_url=url) as place:
        first = await place.campaign("First", "launch")
        second = await place.campaign("Second", "launch")
        await place.enroll(first, "jane-doe")
        conflict = await place.enroll(second, "jane-doe")
        dear = await place.analyze("dear", max_cost=0)
        await place.post("/adjustments", {"credits": -199, "reason": "empty it"})
        broke = await place.analyze("one-too-many")
        invalid = await place.post("/analyses", {"url": "nobody"})

    check_problem(conflict, 409, "ongoing_conflict")
    check_problem(dear, 402, "max_cost_exceeded")
    check_problem(broke, 402, "out_of_credits")
    for answer in (conflict, dear, broke):
        assert url == answer.json()["support_url"]
    assert "support_url" not in invalid.json()
    facts = broke.json()
    assert (0, 0, 1) == (facts["available"], facts["held"], facts["needed"])
    assert "2026-04-10T00:00:00Z" == facts["next_refill_at"]
    assert facts["options"]


async def test_rate_limits_are_announced_and_kept(database_url: str, sidecar: IllSidecar) -> None:
    """Answers say how many more there may be; beyond that 429 with Retry-After, for that key."""
    async with workplace(database_url, sidecar, rate_limit="20/minute") as place:
        first = await place.get("/balance")
        other = (await place.post("/api-keys", {"name": "other"})).json()["api_key"]
        answers = [await place.get("/balance") for _ in range(25)]
        fresh = await place.client.get("/v1/me", headers={"Authorization": f"Bearer {other}"})
        wrong = await place.client.get("/v1/me", headers={"Authorization": "Bearer mo_x"})

    assert first.headers["ratelimit-policy"] == '"default";q=20;w=60'
    assert first.headers["ratelimit"].startswith('"default";r=19;t=')
    limited = [answer for answer in answers if answer.status_code == 429]
    assert 7 == len(limited)
    for answer in limited:
        check_problem(answer, 429, "rate_limited")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert ["default"] == [answer.headers["ratelimit"].split(";")[0].strip('"')]
    assert 200 == fresh.status_code, "another key has its own allowance"
    assert 401 == wrong.status_code


async def test_spending_answers_say_what_was_charged(acme: Workplace) -> None:
    """The money of a spending answer stands in its headers too, a repeated one is marked."""
    first = await acme.analyze("jane-doe", key="k1")
    again = await acme.analyze("jane-doe", key="k1")
    known = await acme.analyze("jane-doe")

    assert ("1", "199") == (
        first.headers["meetonce-credits-charged"],
        first.headers["meetonce-credits-available"],
    )
    assert "idempotent-replayed" not in first.headers
    assert "true" == again.headers["idempotent-replayed"]
    assert first.json() == again.json()
    assert "0" == known.headers["meetonce-credits-charged"]


async def test_a_bug_is_a_problem_without_its_details(acme: Workplace) -> None:
    """What breaks on our side is a 500 problem under the request's id, and tells no internals."""
    assert acme.app is not None
    gate, acme.app.state.gate = acme.app.state.gate, None
    try:
        answer = await acme.get("/balance")
    finally:
        acme.app.state.gate = gate

    body = answer.json()
    assert (500, "internal_error", True) == (answer.status_code, body["code"], body["retryable"])
    assert answer.headers["x-request-id"] == body["request_id"]
    assert "AttributeError" not in answer.text
    assert START == acme.clock()
