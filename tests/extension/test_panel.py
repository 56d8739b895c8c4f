"""The button and the panel on a profile: what one press sends, and what people are told."""

import json
import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.extension.conftest import ORIGIN, Browser
from tests.extension.fake_server import CONFLICT, INSIGHT, FakeServer, analysis, charge, problem
from tests.extension.readers import page_source

pytestmark = pytest.mark.browser


PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"


OTHER = "https://www.linkedin.com/in/lucia-ferrer/"


ANALYSES = "POST /v1/workspaces/wsp_1/analyses"


ENROLLMENTS = "POST /v1/workspaces/wsp_1/campaigns/*"


def press(page: Page) -> None:
    """Press the one button whose name says Analyze, beside the page or in the panel."""
    page.get_by_role("button", name=re.compile("Analyze")).click()


def key_of(request: Request) -> str:
    """The idempotency key of a request."""
    return request.headers["idempotency-key"]


def test_nothing_is_asked_before_the_press(connected: Browser, server: FakeServer) -> None:
    """A profile, a profile of the demo and a list are opened, and the server hears nothing."""
    server.rules["GET /demo/people/x"] = (200, page_source("jsonld"))
    server.rules["GET /demo/search"] = (200, page_source("team"))
    for url in (PROFILE, f"{ORIGIN}/demo/people/x", f"{ORIGIN}/demo/search"):
        page = connected.open(url)
        expect(page.get_by_role("button").first).to_be_visible()
        page.wait_for_timeout(300)
    assert [] == server.asked("/v1")
    assert {"GET /demo/people/x", "GET /demo/search"} == set(server.asked("/"))


def test_one_press_is_one_request_of_the_worker(connected: Browser, server: FakeServer) -> None:
    """The page's address, the facts that were read and a key go out, once, with our token."""
    page = connected.open(f"{PROFILE}?trk=x")
    press(page)
    expect(page.get_by_text("1 credit charged, 41 left")).to_be_visible()
    (request,) = server.posted("/analyses")
    body = request.post_data_json
    assert f"{PROFILE}?trk=x" == body["url"]
    assert ("profile", 1) == (body["source"], body["max_cost"])
    assert "Noor van Dijk" == body["page"]["name"]
    assert {"url", "identifiers", "source", "max_cost", "page"} == body.keys()
    assert "Bearer access-1" == request.headers["authorization"]
    assert 20 < len(key_of(request)) <= 255


def test_the_panel_shows_the_insight(connected: Browser) -> None:
    """Role, openers with their facts, cues with quotes, advice, topics and gaps are there."""
    page = connected.open(PROFILE)
    press(page)
    panel = page.get_by_role("dialog", name="Noor van Dijk")
    expect(panel).to_contain_text("Head of Procurement · Zuiderzee Logistics")
    expect(panel).to_contain_text(INSIGHT["openers"][0]["text"])
    expect(panel).to_contain_text("Rests on: Seven years of tenders")
    expect(panel).to_contain_text("“I like short emails.”About")
    expect(panel).to_contain_text("Posts 2")
    expect(panel).to_contain_text(INSIGHT["advice"][1])
    expect(panel).to_contain_text("Negotiation")
    expect(panel).to_contain_text("Posts, Email")
    expect(panel.get_by_role("button", name="Copy")).to_have_count(2)


def test_text_never_becomes_markup(connected: Browser, server: FakeServer) -> None:
    """What page and server say is shown as it stands, tags and all."""
    hostile = {**INSIGHT, "advice": ["<img src=x onerror=alert(1)>"], "topics": ["<b>bold</b>"]}
    server.rules[ANALYSES] = (200, analysis(insight=hostile))
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert 0 == page.get_by_role("dialog").locator("img, b:text-is('bold')").count()


def test_the_second_press_says_why_it_is_free(connected: Browser, server: FakeServer) -> None:
    """Pressing again asks again, under a new key, and names who paid and when."""
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("1 credit charged, 41 left")).to_be_visible()
    server.rules[ANALYSES] = (200, analysis(charge=charge(0, "already_analyzed")))
    press(page)
    expect(
        page.get_by_text("0 credits: analysed before by Ana López on Mar 3, 2026, 41 left")
    ).to_be_visible()
    first, second = server.posted("/analyses")
    assert key_of(first) != key_of(second)


def test_the_button_knows_what_this_browser_has_seen(
    connected: Browser, server: FakeServer
) -> None:
    """After an analysis the button says 0 credits for that person, from memory, and only there."""
    page = connected.open(PROFILE)
    press(page)
    # The panel's own list of campaigns comes last; what is asked after it would be new.
    expect(page.get_by_label("Campaign").locator("option").nth(1)).to_be_attached()
    asked = len(server.seen)
    page.reload()
    expect(page.get_by_role("button", name="Analyze 0 credits")).to_be_visible()
    other = connected.open(OTHER)
    expect(other.get_by_role("button", name="Analyze", exact=True)).to_be_visible()
    assert asked == len(server.seen)


def test_what_is_remembered_names_nobody(connected: Browser) -> None:
    """The browser's own memory holds digests, no address and no name."""
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    stored = json.dumps(connected.worker.evaluate("chrome.storage.local.get()"))
    assert "seen" in stored
    assert "noor" not in stored.lower()


def test_signed_out_nothing_is_sent(browser: Browser, server: FakeServer) -> None:
    """Without a connection the panel says what to do first."""
    page = browser.open(PROFILE)
    press(page)
    expect(page.get_by_role("heading", name="Connect first")).to_be_visible()
    assert [] == server.asked("/v1")


def test_two_tabs_pressed_at_once_are_one_request(connected: Browser, server: FakeServer) -> None:
    """While one press is on its way, another on the same person joins it."""
    server.slow.add("/analyses")
    pages = [connected.open(PROFILE), connected.open(PROFILE)]
    for page in pages:
        page.bring_to_front()
        press(page)
        expect(page.get_by_text("Reading what the page says").first).to_be_visible()
    server.answer_slow()
    for page in pages:
        expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert 1 == len(server.posted("/analyses"))


def test_a_press_in_flight_cannot_be_repeated(connected: Browser, server: FakeServer) -> None:
    """The button is off until the answer is there."""
    server.slow.add("/analyses")
    page = connected.open(PROFILE)
    press(page)
    again = page.get_by_role("button", name="Analyze again")
    expect(again).to_be_disabled()
    server.answer_slow()
    expect(again).to_be_enabled()


def test_a_running_analysis_is_waited_for(connected: Browser, server: FakeServer) -> None:
    """A colleague's long run answers 202; the worker asks until it is done, and it is free."""
    running = analysis(status="running", insight=None, charge=charge(0, "joined_running_analysis"))
    server.rules[ANALYSES] = (202, running)
    server.rules["GET /v1/workspaces/wsp_1/analyses/ana_1"] = (
        200,
        analysis(charge=charge(0, "joined_running_analysis")),
    )
    page = connected.open(PROFILE)
    press(page)
    expect(
        page.get_by_text("0 credits: a teammate was just analysing this person")
    ).to_be_visible()
    assert 1 == len(server.posted("/analyses"))


def test_nothing_found_costs_nothing_and_says_so(connected: Browser, server: FakeServer) -> None:
    """An empty analysis has no insight; adding may then cost, and the panel says it first."""
    server.rules[ANALYSES] = (
        200,
        analysis(status="empty", insight=None, charge=charge(0, "nothing_found", 42)),
    )
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("0 credits: nothing was found, 42 left")).to_be_visible()
    expect(page.get_by_text("Adding may cost 1 credit")).to_be_visible()


def test_an_expired_token_is_renewed_behind_the_scenes(
    connected: Browser, server: FakeServer
) -> None:
    """A 401 leads to one refresh, then the same request under the same key."""
    server.rules[ANALYSES] = lambda request: (
        (200, analysis())
        if request.headers["authorization"] == "Bearer access-2"
        else problem(401, "unauthenticated")
    )
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    first, second = server.posted("/analyses")
    assert key_of(first) == key_of(second)
    assert 1 == len(server.posted("/token/refresh"))


def test_a_revoked_browser_is_signed_out(connected: Browser, server: FakeServer) -> None:
    """When the refresh is refused, the tokens are forgotten and the panel says Connect first."""
    server.rules[ANALYSES] = problem(401, "unauthenticated")
    server.rules["POST /v1/extension/token/refresh"] = problem(401, "unauthenticated")
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_role("heading", name="Connect first")).to_be_visible()
    assert {} == connected.worker.evaluate("chrome.storage.local.get(['session'])")


def test_adding_to_a_campaign(connected: Browser, server: FakeServer) -> None:
    """Open campaigns are offered, the person goes in at no cost, and the choice is kept."""
    page = connected.open(PROFILE)
    press(page)
    select = page.get_by_label("Campaign")
    expect(select.locator("option")).to_have_text(
        ["Choose one", "Spring outreach", "Warehouses 2027"]
    )
    add = page.get_by_role("button", name="Add to campaign")
    expect(add).to_be_disabled()
    select.select_option(label="Warehouses 2027")
    add.click()
    expect(page.get_by_text("Added to “Warehouses 2027”")).to_be_visible()
    (request,) = server.posted("/campaigns/cam_2/enrollments")
    assert {"contact_id": "con_1", "source": "profile", "max_cost": 0} == request.post_data_json
    assert key_of(request)
    press(page)
    expect(select).to_have_value("cam_2")


def test_a_draft_warns_of_another_campaign(connected: Browser, server: FakeServer) -> None:
    """Into a draft the person goes all the same, and the panel names who has them now."""
    drafts = [{"id": "cam_1", "name": "Spring outreach", "status": "running"}]
    drafts.append({"id": "cam_5", "name": "Next year", "status": "draft"})
    server.rules["GET /v1/workspaces/wsp_1/campaigns?limit=100"] = (200, {"data": drafts})
    server.rules[ENROLLMENTS] = (
        201,
        {
            "outcome": "enrolled",
            "enrollment": {"id": "enr_1", "status": "drafted"},
            "charge": charge(0, "already_analyzed"),
            "warning": {
                "code": "ongoing_conflict",
                "campaign_id": "cam_1",
                "enrollment_id": "enr_9",
            },
        },
    )
    page = connected.open(PROFILE)
    press(page)
    page.get_by_label("Campaign").select_option(label="Next year")
    page.get_by_role("button", name="Add to campaign").click()
    expect(page.get_by_text("Added to “Next year”")).to_be_visible()
    expect(page.get_by_text("“Spring outreach” has this person now")).to_be_visible()


def test_a_conflict_names_campaign_and_owner_and_offers_the_move(
    connected: Browser, server: FakeServer
) -> None:
    """Nothing happens by itself: the notice comes first, the move is a second press."""
    server.rules[ENROLLMENTS] = CONFLICT
    page = connected.open(PROFILE)
    press(page)
    page.get_by_label("Campaign").select_option(label="Warehouses 2027")
    page.get_by_role("button", name="Add to campaign").click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("Already in “Spring outreach”")
    expect(notice).to_contain_text("Ben Adeyemi owns that campaign. Added by Ana López on Oct 1")
    assert [] == server.posted("/move")
    page.get_by_role("button", name="Move here").click()
    expect(page.get_by_text("Moved to “Warehouses 2027”")).to_be_visible()
    (request,) = server.posted("/enrollments/enr_9/move")
    assert {"to_campaign": "cam_2"} == request.post_data_json


def test_a_script_of_the_page_cannot_press(connected: Browser, server: FakeServer) -> None:
    """Only a person's press counts, even where the page can reach the button."""
    page = connected.open(PROFILE)
    button = page.get_by_role("button", name="Analyze")
    expect(button).to_be_visible()
    button.evaluate("(element) => element.click()")
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert [] == server.asked("/v1")


def test_keyboard_and_screen_reader(connected: Browser) -> None:
    """The panel takes the focus, tells what happened, and Esc gives the focus back."""
    page = connected.open(PROFILE)
    button = page.get_by_role("button", name="Analyze")
    button.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Noor van Dijk")
    expect(panel).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text("The analysis is ready.")
    expect(panel).to_have_accessible_description("1 credit charged, 41 left")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(button).to_be_focused()


def test_typing_here_does_not_reach_the_page(connected: Browser) -> None:
    """The page has shortcuts on single letters; keys pressed in the panel stay in it."""
    page = connected.open(PROFILE)
    page.evaluate("window.keys = 0; document.addEventListener('keydown', () => window.keys++)")
    press(page)
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    page.keyboard.press("j")
    assert 0 == page.evaluate("window.keys")


@pytest.mark.parametrize("name", ["nobody-here", "behind-a-wall"])
def test_where_nobody_is_there_is_no_button(connected: Browser, name: str) -> None:
    """A missing page and a wall get no button."""
    page = connected.open(f"https://www.linkedin.com/in/{name}/")
    page.wait_for_timeout(600)
    expect(page.get_by_role("button", name="Analyze")).to_have_count(0)
