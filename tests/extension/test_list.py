"""A page that lists people: one check box each, one campaign, one request."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.extension.conftest import ORIGIN, Browser
from tests.extension.fake_server import FakeServer, charge, problem
from tests.extension.readers import page_source

pytestmark = pytest.mark.browser

SEARCH = f"{ORIGIN}/demo/search"
BULK = "POST /v1/workspaces/wsp_1/campaigns/*"
QUOTES = "POST /v1/workspaces/wsp_1/quotes"
ADA, BEN, CEM = (f"https://people.example/people/{name}" for name in ("ada", "ben", "cem"))


@pytest.fixture
def page(connected: Browser, server: FakeServer) -> Page:
    """A list of three people, open in a connected browser."""
    server.rules["GET /demo/search"] = (200, page_source("team"))
    server.rules[BULK] = (
        200,
        {
            "data": [
                {"ref": ADA, "outcome": "enrolled", "contact_id": "con_1"},
                {
                    "ref": CEM,
                    "outcome": "conflict",
                    "contact_id": "con_3",
                    "conflict": {"campaign": {"id": "cam_2", "name": "Warehouses 2027"}},
                },
            ],
            "charged": 1,
            "available": 40,
        },
    )
    return connected.open(SEARCH)


def pick(page: Page) -> None:
    """Pick Ada and Cem, and a campaign."""
    page.get_by_role("checkbox", name="Ada Obi").check()
    page.get_by_role("checkbox", name="Cem Kaya").check()
    page.get_by_role("combobox").select_option(label="Spring outreach")


def priced() -> tuple[int, dict[str, Any]]:
    """The answer to a quote for one person, to be changed."""
    body = {"id": "quo_1", "new": 2, "known": 0, "conflicts": 0, "suppressed": 0, "invalid": 0}
    return 200, {**body, "cost": 2, "available_after": 40, "shortfall": 0, "data": []}


def test_one_check_box_a_person_and_nothing_asked(page: Page, server: FakeServer) -> None:
    """The panel is there at once, without a request and without taking the focus."""
    expect(page.get_by_role("checkbox")).to_have_count(3)
    expect(page.get_by_role("combobox")).to_be_visible()
    expect(page.get_by_role("button", name="Add")).to_be_disabled()
    assert [] == server.asked("/v1")
    assert "BODY" == page.evaluate("document.activeElement.tagName")


def test_those_picked_are_sent_in_one_request(page: Page, server: FakeServer) -> None:
    """Their addresses and what the list says of them go out, with a ceiling on the cost."""
    pick(page)
    expect(page.get_by_text("Costs at most 2 credits")).to_be_visible()
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_text("1 person added")).to_be_visible()
    (request,) = server.posted("/enrollments/bulk")
    body = request.post_data_json
    assert [(ADA, ADA, "Ada Obi"), (CEM, CEM, "Cem Kaya")] == [
        (item["ref"], item["url"], item["page"]["name"]) for item in body["items"]
    ]
    assert {"ref", "url", "identifiers", "page"} == body["items"][0].keys()
    assert ("people_search", 2, "best_effort") == (body["source"], body["max_spend"], body["mode"])
    assert request.headers["idempotency-key"]


def test_each_outcome_stands_beside_its_person(page: Page) -> None:
    """Who was added, who another campaign has, what it cost; the check boxes are empty again."""
    pick(page)
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_text("1 credit charged, 40 left")).to_be_visible()
    rows = page.get_by_role("dialog").get_by_role("listitem")
    expect(rows.nth(0)).to_contain_text("added")
    expect(rows.nth(2)).to_contain_text("in “Warehouses 2027”")
    expect(page.get_by_role("checkbox", name="Ada Obi")).not_to_be_checked()


def test_a_refusal_of_the_whole_is_said(page: Page, server: FakeServer) -> None:
    """Nothing changes in the list, and what was picked stays picked."""
    server.rules[BULK] = problem(409, "campaign_closed")
    pick(page)
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_role("alert")).to_contain_text("This campaign is closed")
    expect(page.get_by_role("checkbox", name="Ada Obi")).to_be_checked()


def test_the_cost_can_be_asked_first(page: Page, server: FakeServer) -> None:
    """A quote says what is new, known, taken and not to be contacted, for the whole and beside
    each person; nobody is added by it, and what it says is the ceiling of what follows."""
    status, body = priced()
    body |= {"new": 1, "conflicts": 1, "suppressed": 1, "cost": 1, "available_after": 41}
    body["data"] = [
        {"ref": ADA, "outcome": "new", "cost": 1},
        {"ref": CEM, "outcome": "conflict", "cost": 0, "conflict": {"campaign": {"name": "X"}}},
    ]
    server.rules[QUOTES] = (status, body)
    pick(page)
    page.get_by_role("button", name="What will it cost?").click()
    said = page.get_by_role("status").filter(has_text="Costs 1 credit")
    expect(said).to_contain_text("1 new, 0 known, 1 in another campaign, 1 not to be contacted")
    expect(said).to_contain_text("41 left")
    rows = page.get_by_role("dialog").get_by_role("listitem")
    expect(rows.nth(0)).to_contain_text("1 credit")
    expect(rows.nth(2)).to_contain_text("in “X”")
    (request,) = server.posted("/quotes")
    asked = request.post_data_json
    assert ("enroll", "cam_1", 2) == (
        asked["action"],
        asked["campaign_id"],
        len(asked["items"]),
    )
    assert {"ref", "url", "identifiers"} == asked["items"][0].keys()
    assert [] == server.posted("/bulk")
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_text("1 person added")).to_be_visible()
    assert 1 == server.posted("/bulk")[0].post_data_json["max_spend"]
    assert 1 == len(server.posted("/quotes"))


def test_what_is_missing_is_said_before(page: Page, server: FakeServer) -> None:
    """A list that costs more than there is says by how much."""
    status, body = priced()
    server.rules[QUOTES] = (status, {**body, "cost": 2, "shortfall": 2, "available_after": -2})
    pick(page)
    page.get_by_role("button", name="What will it cost?").click()
    expect(page.get_by_text("2 credits are missing: some will be left out.")).to_be_visible()


def test_a_price_above_the_one_shown_takes_another_press(page: Page, server: FakeServer) -> None:
    """Where a person costs more than one credit, nothing is sent for the price that was shown."""
    status, body = priced()
    server.rules[QUOTES] = (status, {**body, "cost": 6})
    pick(page)
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_text("Costs 6 credits")).to_be_visible()
    expect(page.get_by_text("Costs at most 6 credits")).to_be_visible()
    assert [] == server.posted("/bulk")
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_text("1 person added")).to_be_visible()
    assert 6 == server.posted("/bulk")[0].post_data_json["max_spend"]


def test_who_is_known_is_asked_by_a_press_alone(page: Page, server: FakeServer) -> None:
    """Check these: one free look-up of all, and beside each what it says."""
    server.rules["POST /v1/workspaces/wsp_1/contacts/lookup"] = (
        200,
        {
            "data": [
                {
                    "ref": ADA,
                    "known": True,
                    "cost": {"contact.analysis": 0},
                    "enrollment": None,
                    "analyzed_at": "2026-03-03T09:00:00Z",
                    "analyzed_by": {"id": "mem_1", "name": "Ana López"},
                },
                {"ref": BEN, "known": False, "cost": {"contact.analysis": 1}, "suppressed": True},
                {
                    "ref": CEM,
                    "known": True,
                    "cost": {"contact.analysis": 0},
                    "enrollment": {
                        "campaign": {
                            "id": "cam_2",
                            "name": "Warehouses 2027",
                            "owner": {"id": "mem_2", "name": "Ben Adeyemi"},
                        },
                        "enrolled_at": "2026-10-01T08:00:00Z",
                    },
                },
            ]
        },
    )
    page.get_by_role("button", name="Check these").click()
    rows = page.get_by_role("dialog").get_by_role("listitem")
    expect(rows.nth(0)).to_contain_text("0 credits")
    expect(rows.nth(0)).to_contain_text("analysed by Ana López on Mar 3, 2026")
    expect(rows.nth(1)).to_contain_text("do not contact")
    expect(rows.nth(2)).to_contain_text("Ben Adeyemi’s campaign, since Oct 1, 2026")
    expect(rows.nth(2)).to_contain_text("in “Warehouses 2027”")
    expect(page.get_by_text("2 of 3 are known")).to_be_attached()
    (request,) = server.posted("/contacts/lookup")
    assert [ADA, BEN, CEM] == [one["url"] for one in request.post_data_json["items"]]
    assert ["POST /v1/workspaces/wsp_1/contacts/lookup"] == server.asked("/v1")


def many(server: FakeServer, people: int) -> list[str]:
    """Have the list show that many people; their addresses."""
    urls = [f"https://people.example/people/p{number}" for number in range(people)]
    items = [
        {"@type": "ListItem", "item": {"@type": "Person", "url": url, "name": f"Person {at} Test"}}
        for at, url in enumerate(urls)
    ]
    found = {"@context": "https://schema.org", "@type": "SearchResultsPage"}
    found["mainEntity"] = {"@type": "ItemList", "itemListElement": items}  # type: ignore[assignment]
    block = f'<script type="application/ld+json">{json.dumps(found)}</script>'
    server.rules["GET /demo/search"] = (200, f"<!doctype html><title>x</title>{block}")
    server.rules[BULK] = enrolled
    return urls


def enrolled(request: Request) -> tuple[int, Any]:
    """An answer by which everybody of the request is in, and paid for."""
    items = request.post_data_json["items"]
    rows = [{"ref": item["ref"], "outcome": "enrolled", "charge": charge(1)} for item in items]
    return 200, {"data": rows, "charged": len(items), "available": 7}


def test_a_long_list_goes_in_parts(connected: Browser, server: FakeServer) -> None:
    """Sixty people are one quote and two requests of at most fifty, each with its own key, and the
    second may cost what the first has left of the quote."""
    urls = many(server, 60)
    page = connected.open(SEARCH)
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("combobox").select_option(label="Spring outreach")
    page.get_by_role("button", name="Add 60 people").click()
    expect(page.get_by_text("60 people added")).to_be_visible()
    expect(page.get_by_text("60 credits charged, 7 left")).to_be_visible()
    bodies = [one.post_data_json for one in server.posted("/bulk")]
    assert [50, 10] == [len(body["items"]) for body in bodies]
    assert [60, 10] == [body["max_spend"] for body in bodies]
    assert urls == [item["url"] for body in bodies for item in body["items"]]
    assert 2 == len({one.headers["idempotency-key"] for one in server.posted("/bulk")})


def test_a_lost_connection_is_taken_up_again(connected: Browser, server: FakeServer) -> None:
    """The second part does not arrive: the first stays done, and going on sends the second again
    under its key, and no part twice."""
    many(server, 60)
    server.rules[BULK] = lambda request: (
        None if len(request.post_data_json["items"]) == 10 else enrolled(request)
    )
    page = connected.open(SEARCH)
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("combobox").select_option(label="Spring outreach")
    page.get_by_role("button", name="Add 60 people").click()
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    server.rules[BULK] = enrolled
    page.get_by_role("button", name="Continue with 10 people").click()
    expect(page.get_by_text("60 people added")).to_be_visible()
    first, lost, again = server.posted("/bulk")
    assert first.headers["idempotency-key"] != lost.headers["idempotency-key"]
    assert lost.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert lost.post_data_json == again.post_data_json


def test_what_was_shown_is_there_after_a_visit_elsewhere(page: Page) -> None:
    """A list that is left without loading and come back to still knows what was picked."""
    page.get_by_role("checkbox", name="Ben Adeyemi").check()
    page.evaluate(
        """() => {
          window.people = document.querySelector('script[type="application/ld+json"]');
          window.people.remove();
          history.pushState({}, '', '/demo/elsewhere');
        }"""
    )
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("document.head.append(window.people)")
    page.go_back()
    expect(page.get_by_role("checkbox", name="Ben Adeyemi")).to_be_checked()


def test_a_long_request_becomes_a_job_that_is_waited_for(page: Page, server: FakeServer) -> None:
    """Where the server answers with a job, its results are shown once it is done."""
    server.rules[BULK] = (202, {"job": "job_1"})
    server.rules["GET /v1/workspaces/wsp_1/jobs/job_1"] = (200, {"status": "done", "charged": 2})
    server.rules["GET /v1/workspaces/wsp_1/jobs/job_1/results?limit=100"] = (
        200,
        {"data": [{"ref": ADA, "outcome": "enrolled"}, {"ref": CEM, "outcome": "enrolled"}]},
    )
    pick(page)
    page.get_by_role("button", name="Add 2 people").click()
    expect(page.get_by_text("2 people added")).to_be_visible()
    expect(page.get_by_text("2 credits charged")).to_be_visible()


def test_all_at_once_and_none(page: Page) -> None:
    """One press picks all of the page, the next nobody."""
    page.get_by_role("button", name="Select all").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(3)
    page.get_by_role("button", name="Select none").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_a_folded_list_stays_folded(page: Page, connected: Browser, server: FakeServer) -> None:
    """Closed once, the panel waits behind its button on the next list too."""
    page.get_by_role("button", name="Close").click()
    other = connected.open(SEARCH)
    fold = other.get_by_role("button", name="3 people on this page")
    expect(fold).to_be_visible()
    expect(other.get_by_role("checkbox")).to_have_count(0)
    fold.click()
    expect(other.get_by_role("checkbox")).to_have_count(3)
    assert [] == server.asked("/v1")


def test_the_list_follows_the_page(page: Page) -> None:
    """People who are drawn later join the list; those picked before stay picked."""
    page.get_by_role("checkbox", name="Ben Adeyemi").check()
    page.evaluate(
        """() => {
          const block = document.querySelector('script[type="application/ld+json"]');
          const data = JSON.parse(block.textContent);
          data.mainEntity.itemListElement.push({ '@type': 'ListItem', item: {
            '@type': 'Person', url: 'https://people.example/people/dee', name: 'Dee Late' } });
          block.textContent = JSON.stringify(data);
        }"""
    )
    expect(page.get_by_role("checkbox", name="Dee Late")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Ben Adeyemi")).to_be_checked()


def test_linkedins_search_is_a_list(connected: Browser, server: FakeServer) -> None:
    """On LinkedIn the same panel lists the rows, frames the one that is pointed at, and sends
    where they were met."""
    server.rules[BULK] = (200, {"data": [], "charged": 0, "available": 41})
    page = connected.open("https://www.linkedin.com/search/results/people/?keywords=x")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.get_by_text("Acheteur senior").last.hover()
    expect(page.locator(".mark")).to_be_visible()
    page.get_by_role("checkbox", name="Ben Émile").check()
    page.evaluate("history.replaceState({}, '', '?keywords=x&page=1')")
    expect(page.get_by_role("checkbox", name="Ben Émile")).to_be_checked()
    page.get_by_role("combobox").select_option(label="Spring outreach")
    page.get_by_role("button", name="Add 1 person").click()
    expect(page.get_by_role("alert")).to_be_visible()
    body = server.posted("/enrollments/bulk")[0].post_data_json
    assert "people_search" == body["source"]
    assert ["https://www.linkedin.com/in/ben-%C3%A9mile"] == [one["url"] for one in body["items"]]
