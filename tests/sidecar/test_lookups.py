"""The actions of the real sidecar over HTTP: order, keys, neighbours, what is remembered."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from backend.sidecar.app import create_sidecar
from backend.sidecar.settings import read_sidecar_settings
from shared_schemas.findings import FindAnswer
from tests.sidecar.conftest import TOKEN, serving
from tests.sidecar.vendors import Vendors, loopback_vendors

JANE = {
    "ref": "r1",
    "person": "con_1",
    "name": "Jane Doe",
    "company": "Acme",
    "domain": "acme.example",
    "linkedin_url": "https://www.linkedin.com/in/jane-doe",
}
PAGE = {
    "name": "Jane Doe",
    "headline": "Head of Sales at Acme",
    "location": "Lyon, France",
    "about": "I sell pumps. Call me: 06 12 34 56 78 or write to jane.doe [at] acme.example.",
}
ACTIONS = ["/v1/profile", "/v1/email/find", "/v1/email/verify", "/v1/phone/find", "/v1/variables"]


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    """The vendors, for this module's tests."""
    with loopback_vendors() as running:
        yield running


@pytest.fixture(autouse=True)
def well(vendors: Vendors) -> None:
    """Every test starts with all vendors well."""
    vendors.modes = {}
    vendors.asked.clear()


@pytest.fixture(scope="module")
def alone() -> Iterator[httpx.Client]:
    """A sidecar without any provider, and without DNS."""
    yield from _client({"MEETONCE_DNS": "off"})


@pytest.fixture(scope="module")
def helped(vendors: Vendors) -> Iterator[httpx.Client]:
    """A sidecar with all vendors, and without DNS."""
    names = ("hunter", "prospeo", "peopledatalabs", "reacher")
    yield from _client({"MEETONCE_DNS": "off", **vendors.environment(*names)})


def _client(environment: dict[str, str]) -> Iterator[httpx.Client]:
    app = create_sidecar(TOKEN, settings=read_sidecar_settings(environment))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        serving(app) as origin,
        httpx.Client(base_url=origin, headers=headers, trust_env=False, timeout=30) as client,
    ):
        yield client


def ask(
    client: httpx.Client, path: str, *items: Any, key: str | None = None, **more: Any
) -> list[dict[str, Any]]:
    """The answer's items; the call itself must succeed."""
    response = client.post(
        path,
        json={"items": list(items), "workspace": uuid4().hex, **more},
        headers={"Idempotency-Key": key or uuid4().hex},
    )
    assert 200 == response.status_code, response.text
    FindAnswer.model_validate(response.json())
    data: list[dict[str, Any]] = response.json()["data"]
    return data


def item_for(path: str, **more: Any) -> dict[str, Any]:
    """An item that the action takes."""
    if path == "/v1/email/verify":
        return {"ref": "r1", "person": "con_1", "email": "jane.doe@acme.example", **more}
    if path == "/v1/variables":
        return {**JANE, "variables": [{"name": "line", "template": "{{ first_name }}"}], **more}
    return {**JANE, **more}


@pytest.mark.parametrize("path", ACTIONS)
def test_fifty_come_back_in_order_and_a_bad_one_harms_nobody(
    alone: httpx.Client, path: str
) -> None:
    """Answers stand in the order of the request; what cannot be read says so."""
    items = [item_for(path, ref=f"r{i}", person=f"con_{i}") for i in range(50)]
    items[7]["surprise"] = 1
    data = ask(alone, path, *items)

    assert [f"r{i}" for i in range(50)] == [item["ref"] for item in data]
    assert [7] == [i for i, item in enumerate(data) if item["error"]]
    assert "validation" == data[7]["error"]["code"]


@pytest.mark.parametrize("path", ACTIONS)
def test_every_action_needs_the_token_and_a_key(alone: httpx.Client, path: str) -> None:
    """Without the token 401, without a key 400, for a 51st item 422."""
    body = {"items": [item_for(path)]}
    with httpx.Client(base_url=alone.base_url, trust_env=False) as stranger:
        assert 401 == stranger.post(path, json=body).status_code
    assert 400 == alone.post(path, json=body).status_code
    many = {"items": [item_for(path, ref=str(i)) for i in range(51)]}
    answer = alone.post(path, json=many, headers={"Idempotency-Key": uuid4().hex})
    assert 422 == answer.status_code


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"items": {}},
        {"items": [], "more": 1},
        {"items": [], "deadline_seconds": 0},
        {"items": [], "deadline_seconds": 1_000},
        {"items": [], "deadline_seconds": True},
        {"items": [], "order": "hunter"},
        {"items": [], "budget_micros": -1},
        {"items": [{"name": "nobody to answer to"}]},
        {"items": [], "workspace": "x" * 65},
    ],
)
def test_bad_requests_are_problems(alone: httpx.Client, body: Any) -> None:
    """What cannot be read as a request is 422, a problem, and takes no key."""
    key = uuid4().hex
    answer = alone.post("/v1/email/find", json=body, headers={"Idempotency-Key": key})

    assert (422, "application/problem+json") == (
        answer.status_code,
        answer.headers["content-type"],
    )
    assert 404 == alone.get(f"/v1/requests/{key}").status_code


def test_a_key_gets_its_answer_again_and_pays_no_vendor_twice(
    helped: httpx.Client, vendors: Vendors
) -> None:
    """The stored answer, said to be one; another body under the key is refused."""
    key = uuid4().hex
    body = {"items": [JANE], "workspace": key}
    headers = {"Idempotency-Key": key}
    first = helped.post("/v1/email/find", json=body, headers=headers)
    again = helped.post("/v1/email/find", json=body, headers=headers)
    other = helped.post("/v1/email/find", json={**body, "order": []}, headers=headers)
    known = helped.get(f"/v1/requests/{key}").json()

    assert first.json() == again.json() == known["answer"]
    assert ("done", "true") == (known["status"], again.headers["idempotent-replayed"])
    assert 422 == other.status_code
    assert 1 == vendors.count("hunter")


def test_an_address_on_the_own_page_is_found_and_verified(
    helped: httpx.Client, vendors: Vendors
) -> None:
    """What the page prints is verified by a verifier; the page is quoted."""
    (item,) = ask(helped, "/v1/email/find", {**JANE, "page": PAGE}, order=["reacher"])
    (field,) = item["fields"]

    assert ("jane.doe@acme.example", "verified", "page") == (
        field["value"],
        field["status"],
        field["source"],
    )
    assert "jane.doe [at] acme.example" in field["evidence"][0]["text"]
    assert item["actionable"]
    assert ["reacher"] == [each.vendor for each in vendors.asked]


def test_without_a_verifier_nothing_is_more_than_probable(alone: httpx.Client) -> None:
    """A printed address is probable, a pattern is probable, a permutation a guess: all free."""
    colleagues = [
        {"name": "Ann Lee", "email": "ann.lee@acme.example"},
        {"name": "Ben Ray", "email": "ben.ray@acme.example"},
    ]
    (printed,) = ask(alone, "/v1/email/find", {**JANE, "page": PAGE})
    (learned,) = ask(alone, "/v1/email/find", {**JANE, "colleagues": colleagues})
    (guessed,) = ask(alone, "/v1/email/find", JANE)

    assert ["probable", "probable", "guess"] == [
        each["fields"][0]["status"] for each in (printed, learned, guessed)
    ]
    assert "colleagues" == learned["fields"][0]["evidence"][0]["kind"]
    assert "2 colleagues use first.last" in learned["fields"][0]["evidence"][0]["text"]
    assert [False, False, False] == [each["actionable"] for each in (printed, learned, guessed)]
    assert ["not_verified", "not_verified", "only_a_guess"] == [
        each["reason"] for each in (printed, learned, guessed)
    ]
    assert 2 == len(guessed["fields"][0]["alternatives"])


def test_a_guess_on_a_host_that_takes_all_stays_a_guess(
    helped: httpx.Client, vendors: Vendors
) -> None:
    """Catch-all says nothing of a guess, and nobody pays for it."""
    vendors.modes = {"reacher": "catch_all"}
    (item,) = ask(helped, "/v1/email/find", JANE, order=["reacher"])

    assert ("guess", False) == (item["fields"][0]["status"], item["actionable"])


def test_what_is_held_already_is_not_news(helped: httpx.Client) -> None:
    """An address that the caller holds, verified and fresh, is not worth a second price."""
    held = [{"name": "email", "value": "Jane.Doe@acme.example", "verified": True, "fresh": True}]
    (item,) = ask(helped, "/v1/email/find", {**JANE, "held": held})

    assert (False, "already_held") == (item["actionable"], item["reason"])


@pytest.mark.parametrize(
    ("email", "verdict", "reasons"),
    [
        ("nobody", "invalid", ["syntax"]),
        ("a@@b.example", "invalid", ["syntax"]),
        ("jane@mailinator.com", "risky", ["disposable", "free_mail"]),
        ("jane.doe@gmail.com", "unknown", ["free_mail", "timeout"]),
        ("info@acme.example", "unknown", ["role", "timeout"]),
    ],
)
def test_addresses_are_judged_offline(
    alone: httpx.Client, email: str, verdict: str, reasons: list[str]
) -> None:
    """Syntax and lists decide what they can; the rest is unknown, and unknown is not charged."""
    (item,) = ask(alone, "/v1/email/verify", {"ref": "r", "email": email})
    (field,) = item["fields"]

    assert (verdict, reasons) == (field["verdict"], field["reasons"])
    assert (verdict == "invalid") == item["actionable"]


def test_an_offices_address_is_a_risk_even_if_it_takes_mail(helped: httpx.Client) -> None:
    """Deliverable and a role address: risky, and says why."""
    (item,) = ask(helped, "/v1/email/verify", {"ref": "r", "email": "info@acme.example"})

    assert ("risky", ["role"]) == (item["fields"][0]["verdict"], item["fields"][0]["reasons"])


def test_a_phone_number_on_the_own_page_counts(alone: httpx.Client) -> None:
    """Beside a word for it, valid where the person is: found, quoted, worth its price."""
    (item,) = ask(alone, "/v1/phone/find", {**JANE, "page": PAGE})
    other = {**PAGE, "about": "We sold 06 12 34 56 78 pumps. Call me: 030 901820."}
    (none,) = ask(alone, "/v1/phone/find", {**JANE, "page": other})

    assert ("+33612345678", True) == (item["fields"][0]["value"], item["actionable"])
    assert ["mobile"] == item["fields"][0]["reasons"]
    assert [] == none["fields"]


def test_a_phone_number_of_another_country_is_no_more_than_probable(
    helped: httpx.Client,
) -> None:
    """A vendor's number that contradicts where the person is is shown and not charged."""
    (item,) = ask(helped, "/v1/phone/find", {**JANE, "country": "DE"})

    assert ("probable", False) == (item["fields"][0]["status"], item["actionable"])
    assert "other_country" in item["fields"][0]["reasons"]


def test_a_profile_is_worth_its_price_only_with_news(
    helped: httpx.Client, alone: httpx.Client, vendors: Vendors
) -> None:
    """A match with news counts; an echo, a known profile and another person do not."""
    (found,) = ask(helped, "/v1/profile", {**JANE, "page": PAGE})
    (echo,) = ask(alone, "/v1/profile", {**JANE, "page": PAGE})
    held = [{"name": each["name"], "value": each["value"]} for each in found["fields"]]
    (known,) = ask(helped, "/v1/profile", {**JANE, "page": PAGE, "held": held})
    vendors.modes = {"peopledatalabs": "somebody_else"}
    (other,) = ask(helped, "/v1/profile", {**JANE, "page": PAGE})
    fields = {each["name"]: each for each in found["fields"]}

    assert [True, False, False, False] == [
        each["actionable"] for each in (found, echo, known, other)
    ]
    assert "found_profile_address" == found["reason"]
    assert "https://www.linkedin.com/in/jane-doe" == fields["linkedin_url"]["value"]
    assert "FR" == fields["country"]["value"]
    assert "Head of Sales" == fields["job_title"]["alternatives"][0]["value"]
    assert "John Roe" not in str(other["fields"])


def test_the_providers_figures(helped: httpx.Client, vendors: Vendors) -> None:
    """State, hit rate, cost for a verified one and median time, by provider."""
    ask(helped, "/v1/email/find", JANE)
    vendors.modes = {"hunter": "bad_key"}
    ask(helped, "/v1/email/find", JANE)
    data = {each["name"]: each for each in helped.get("/v1/providers").json()["data"]}
    ready = httpx.get(f"{helped.base_url}/health/ready", trust_env=False)

    assert ("resting", "bad_key") == (data["hunter"]["state"], data["hunter"]["reason"])
    assert ("no_key", "ready") == (data["fullenrich"]["state"], data["prospeo"]["state"])
    assert data["hunter"]["verified"] >= 1
    assert data["hunter"]["cost_per_verified_micros"] >= 12_500
    assert data["hunter"]["median_ms"] is not None
    assert 0 < data["hunter"]["hit_rate"] <= 1
    assert 200 == ready.status_code, "a provider that is down does not make the sidecar unready"
    assert {"hunter": "bad_key"} == ready.json()["resting"]


def test_people_are_erased_by_their_id(helped: httpx.Client, vendors: Vendors) -> None:
    """Answers and requests about a person go; the vendor is asked again afterwards."""
    key = uuid4().hex
    ask(helped, "/v1/email/find", JANE, key=key, workspace="wsp_erase", order=["prospeo"])
    body = {"workspace": "wsp_erase", "people": ["con_1"]}
    erased = helped.post("/v1/people/erase", json=body).json()
    ask(helped, "/v1/email/find", JANE, workspace="wsp_erase", order=["prospeo"])

    assert {"answers": 1, "requests": 1, "attempts": 1} == erased
    assert 404 == helped.get(f"/v1/requests/{key}").status_code
    assert 2 == vendors.count("prospeo")
