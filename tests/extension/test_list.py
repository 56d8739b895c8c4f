"""A page that lists people: one check box each, one campaign, one request."""

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import ORIGIN, Browser
from tests.extension.fake_server import FakeServer, problem
from tests.extension.readers import page_source

pytestmark = pytest.mark.browser

SEARCH = f"{ORIGIN}/demo/search"
BULK = "POST /v1/workspaces/wsp_1/campaigns/*"
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
    """A quote says what is new, known and taken; nobody is added by it."""
    server.rules["POST /v1/workspaces/wsp_1/quotes"] = (
        200,
        {"id": "quo_1", "new": 1, "known": 0, "conflicts": 1, "cost": 1, "available_after": 40},
    )
    pick(page)
    page.get_by_role("button", name="What will it cost?").click()
    expect(page.get_by_text("Costs 1 credit")).to_be_visible()
    expect(page.get_by_text("1 new, 0 known, 1 in another campaign")).to_be_visible()
    body = server.posted("/quotes")[0].post_data_json
    assert ("enroll", "cam_1", 2) == (body["action"], body["campaign_id"], len(body["items"]))
    assert [] == server.posted("/bulk")


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
