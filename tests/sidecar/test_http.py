"""The sidecar over a real socket: token, order, neighbours, bad input, health while working."""

import json
import threading
from typing import Any

import httpx
import pytest

from backend.sidecar.app import create_sidecar
from shared_schemas.enrichment import AnalyzeAnswer
from tests.sidecar.conftest import TOKEN, serving

JANE = {"name": "Jane Doe", "headline": "Head of Sales at Acme"}
PATH = "/v1/analyze"


def ask(client: httpx.Client, *items: Any) -> list[dict[str, Any]]:
    """The answer's items; the call itself must succeed."""
    response = client.post(PATH, json={"items": list(items)})
    assert 200 == response.status_code, response.text
    data: list[dict[str, Any]] = response.json()["data"]
    return data


def test_an_analysis_over_http(sidecar: httpx.Client) -> None:
    """One page in, one insight out, in the contract's shape."""
    (item,) = ask(sidecar, {"ref": "r1", "page": JANE})

    assert ("r1", "done") == (item["ref"], item["status"])
    insight = item["insight"]
    assert {"given": "Jane", "middle": None, "family": "Doe"} == insight["name"]
    assert "head" == insight["role"]["seniority"]
    assert {"text", "country", "time_zone"} == set(insight["place"])
    contract = {
        "depth",
        "language",
        "name",
        "role",
        "place",
        "cues",
        "advice",
        "openers",
        "topics",
        "gaps",
    }
    assert contract <= set(insight)


def test_evidence_says_from_where(sidecar: httpx.Client) -> None:
    """Quotes carry the contract's member `from` on the wire."""
    about = (
        "I sell. I sell a lot to 12 people. I sold 40 boats to them. Would I sell more? I would."
    )
    (item,) = ask(sidecar, {"ref": "r", "page": JANE | {"about": about}})

    assert "about" == item["insight"]["cues"][0]["evidence"][0]["from"]


def test_fifty_items_come_back_in_order(sidecar: httpx.Client) -> None:
    """Answers stand in the order of the request, whatever each came to."""
    items = [{"ref": f"r{i}", "page": JANE if i % 2 else {"name": "Jane Doe"}} for i in range(50)]
    answered = ask(sidecar, *items)

    assert [f"r{i}" for i in range(50)] == [item["ref"] for item in answered]
    assert ["empty", "done"] * 25 == [item["status"] for item in answered]


@pytest.mark.parametrize(
    "page",
    [
        {"name": 1},
        {"headline": "no name"},
        {"name": "Jane", "unknown": 1},
        {"name": "Jane", "about": "x" * 20_001},
        {"name": "Jane\u0000"},
        {"name": "Jane", "degree": True},
        {"name": "Jane", "degree": 2.0},
        {"name": "Jane", "skills": ["s"] * 201},
        {"name": "Jane", "posts": [{"text": 1}]},
        "Jane",
        [],
    ],
)
def test_a_bad_item_never_fails_its_neighbours(sidecar: httpx.Client, page: Any) -> None:
    """The bad one is empty and says why; those beside it are done."""
    first, bad, last = ask(
        sidecar, {"ref": "a", "page": JANE}, {"ref": "b", "page": page}, {"ref": "c", "page": JANE}
    )

    assert ("done", "empty", "done") == (first["status"], bad["status"], last["status"])
    assert "validation" == bad["error"]["code"]


def test_a_lone_surrogate_is_refused_as_text(sidecar: httpx.Client) -> None:
    """What no encoder takes is the item's fault and nobody else's."""
    bad = b'{"ref":"a","page":{"name":"\\ud800"}}'
    good = b'{"ref":"b","page":{"name":"J D","headline":"CEO"}}'
    body = b'{"items":[' + bad + b"," + good + b"]}"
    response = sidecar.post(PATH, content=body, headers={"Content-Type": "application/json"})

    assert ["empty", "done"] == [item["status"] for item in response.json()["data"]]


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \u00e9"]
)
def test_without_the_token_nothing_is_said(
    sidecar: httpx.Client, authorization: str | None
) -> None:
    """No token, another or another scheme: 401 with a challenge, as a problem."""
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    with httpx.Client(base_url=sidecar.base_url, trust_env=False) as stranger:
        response = stranger.post(PATH, json={"items": []}, headers=headers)

    assert 401 == response.status_code
    assert "Bearer" == response.headers["www-authenticate"]
    assert "application/problem+json" == response.headers["content-type"]


def test_without_a_configured_token_nobody_comes_in() -> None:
    """An empty token opens no door, not even to an empty bearer."""
    with serving(create_sidecar("")) as origin:
        answers = [
            httpx.post(
                f"{origin}{PATH}",
                json={"items": []},
                headers={"Authorization": value},
                trust_env=False,
            )
            for value in ("Bearer", "Bearer x", "x")
        ]

    assert [401, 401, 401] == [answer.status_code for answer in answers]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"items": NaN}', "application/json", 400),
        (b'{"items": 1e999}', "application/json", 400),
        (b'{"items": "\xff"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"items":' + b"[" * 40 + b"]" * 40 + b"}", "application/json", 400),
        (b'{"items": []}', "text/plain", 415),
        (b'{"items": []}', "", 415),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"items": {}}', "application/json", 422),
        (b'{"items": [], "more": 1}', "application/json", 422),
        (b'{"items": [{"page": {"name": "x"}}]}', "application/json", 422),
        (b'{"items": [{"ref": 1}]}', "application/json", 422),
        (b'{"items": [{"ref": ""}]}', "application/json", 422),
        (b'{"items": [null]}', "application/json", 422),
        (json.dumps({"items": [{"ref": "x"}] * 51}).encode(), "application/json", 422),
        (b'{"items": ["' + b"x" * 5_000_000 + b'"]}', "application/json", 413),
    ],
)
def test_bad_requests_are_problems(
    sidecar: httpx.Client, content: bytes, kind: str, status: int
) -> None:
    """What cannot be read as a request is a problem of the right status, never a 5xx."""
    headers = {"Content-Type": kind} if kind else {}
    response = sidecar.post(PATH, content=content, headers=headers)

    assert status == response.status_code
    assert "application/problem+json" == response.headers["content-type"]
    assert {"type", "title", "status", "detail", "code", "request_id", "retryable"} <= set(
        response.json()
    )


def test_a_content_encoding_is_not_read(sidecar: httpx.Client) -> None:
    """A compressed body, bomb or not, is refused unread."""
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    assert 415 == sidecar.post(PATH, content=b"\x1f\x8b", headers=headers).status_code


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/analyze", 405), ("GET", "/nowhere", 404), ("GET", "/schema", 404)],
)
def test_routing_errors_are_problems(
    sidecar: httpx.Client, method: str, path: str, status: int
) -> None:
    """An unknown route or method is a problem too."""
    response = sidecar.request(method, path)

    assert (status, "application/problem+json") == (
        response.status_code,
        response.headers["content-type"],
    )


def test_the_request_id_comes_back(sidecar: httpx.Client) -> None:
    """A plain id is echoed; one that could break a log line is replaced."""
    good = sidecar.post(PATH, json={"items": []}, headers={"X-Request-Id": "abc-1"})
    long = sidecar.post(PATH, json={"items": []}, headers={"X-Request-Id": "x" * 200})

    assert "abc-1" == good.headers["x-request-id"]
    assert long.headers["x-request-id"].startswith("req_")


def test_health_needs_no_token(sidecar: httpx.Client) -> None:
    """Live and ready answer anybody."""
    with httpx.Client(base_url=sidecar.base_url, trust_env=False) as stranger:
        answers = [stranger.get(f"/health/{word}") for word in ("live", "ready")]

    assert [200, 200] == [answer.status_code for answer in answers]
    assert ["live", "ready"] == [answer.json()["status"] for answer in answers]


def test_health_answers_while_work_is_going_on(sidecar: httpx.Client) -> None:
    """A probe comes back before the heavy request that was sent first."""
    heavy = JANE | {"about": "Hard work. " * 1_800, "posts": [{"text": "More work? " * 400}] * 10}
    items = [{"ref": str(i), "page": heavy} for i in range(40)]
    finished: list[str] = []
    sent = threading.Event()

    def work() -> None:
        sent.set()
        sidecar.post(PATH, json={"items": items})
        finished.append("work")

    thread = threading.Thread(target=work)
    thread.start()
    sent.wait(5)
    with httpx.Client(base_url=sidecar.base_url, trust_env=False) as stranger:
        for _ in range(3):
            assert 200 == stranger.get("/health/live").status_code
    finished.append("health")
    thread.join(60)

    assert ["health", "work"] == finished


def test_answers_may_grow(sidecar: httpx.Client) -> None:
    """An older reader ignores members that it does not know."""
    (item,) = ask(sidecar, {"ref": "r1", "page": JANE})
    grown = {"data": [item | {"later": 1, "insight": item["insight"] | {"later": {}}}], "more": 1}

    assert "r1" == AnalyzeAnswer.model_validate(grown).data[0].ref


@pytest.mark.parametrize(
    ("identifier", "status"),
    [
        ("web:127.0.0.1:8000/demo/people/ada-example", "done"),
        ("web:localhost:8000/demo/people/ada-example", "done"),
        ("web:[::1]:8000/demo/people/ada-example", "done"),
        ("web:meetonce.example/demo/people/ada-example", "done"),
        ("web:evil.example/demo/people/ada-example", "empty"),
        ("web:127.0.0.1.evil.example/demo/people/ada-example", "empty"),
        ("web:127.0.0.1:8000/demo/people/nobody", "empty"),
        ("web:127.0.0.1:8000/demo/people/../../etc/passwd", "empty"),
        ("li:in:ada-example", "empty"),
    ],
)
def test_the_sample_provider_knows_its_people_by_their_page(
    sidecar: httpx.Client, identifier: str, status: str
) -> None:
    """Only pages of this machine or of the installation's own host count."""
    (item,) = ask(sidecar, {"ref": "r", "identifiers": ["email:a@b.example", identifier]})

    assert status == item["status"]
    if status == "done":
        assert "Ada" == item["insight"]["name"]["given"]
        assert item["insight"]["analyzed_by"].endswith("+sample")


def test_the_sample_provider_is_off_unless_asked_for() -> None:
    """A sidecar in production has never heard of the invented people."""
    body = {"items": [{"ref": "r", "identifiers": ["web:127.0.0.1/demo/people/ada-example"]}]}
    with serving(create_sidecar(TOKEN)) as origin:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.post(f"{origin}{PATH}", json=body, headers=headers, trust_env=False)

    assert "empty" == answer.json()["data"][0]["status"]
