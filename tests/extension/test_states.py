"""What the button and the panel say of a person before a press and after it, state by state."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import Browser
from tests.extension.fake_server import FakeServer, analysis, charge, problem

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"
ANALYSES = "POST /v1/workspaces/wsp_1/analyses"
LOOKUP = "POST /v1/workspaces/wsp_1/contacts/lookup"
ENROLLMENT = {
    "id": "enr_1",
    "campaign": {"id": "cam_1", "name": "Spring outreach", "status": "running"},
    "enrolled_at": "2026-10-01T08:00:00Z",
}


def press(page: Page) -> None:
    """Press the one button whose name says Analyze."""
    page.get_by_role("button", name=re.compile("Analyze")).click()


@pytest.fixture
def asking(connected: Browser, server: FakeServer) -> Browser:
    """A browser whose member wants prices before the press."""
    connected.worker.evaluate("chrome.storage.local.set({ asks: true })")
    server.rules["GET /v1/workspaces/wsp_1/balance"] = (200, {"available": 41})
    return connected


def row(**changes: Any) -> tuple[int, dict[str, Any]]:
    """What a look-up says of a person whom nobody knows, with `changes`."""
    cost = {"contact.analysis": 1, "reason": "first_analysis"}
    found = {"ref": "1", "known": False, "cost": cost, "enrollment": None, "suppressed": False}
    return 200, {"data": [found | changes]}


BY_ANA = {
    "analyzed_at": "2026-03-03T09:00:00Z",
    "analyzed_by": {"id": "mem_1", "name": "Ana López"},
}
OWNED = ENROLLMENT | {
    "campaign": {
        "id": "cam_1",
        "name": "Spring outreach",
        "status": "running",
        "owner": {"id": "mem_2", "name": "Ben Adeyemi"},
    }
}
FREE = {"contact.analysis": 0, "reason": "already_analyzed"}


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (row(), "Analyze 1 credit, then 40 left"),
        (row(known=True, cost=FREE), "Analyze 0 credits"),
        (row(known=True, cost=FREE, enrollment=ENROLLMENT), "Analyze in “Spring outreach”"),
        (
            row(known=True, cost=FREE, **BY_ANA),
            "Analyze 0 credits analysed by Ana López on Mar 3, 2026",
        ),
        (
            row(known=True, cost=FREE, enrollment=OWNED, **BY_ANA),
            "Analyze in “Spring outreach” Ben Adeyemi’s campaign, since Oct 1, 2026",
        ),
        (row(suppressed=True), "Analyze do not contact"),
        (problem(503, "overloaded"), "Analyze"),
    ],
    ids=[
        *("unknown", "known", "in a campaign", "known by whom", "in whose campaign"),
        *("not to be contacted", "no answer"),
    ],
)
def test_the_price_stands_on_the_button_for_who_wants_it(
    asking: Browser, server: FakeServer, answer: Any, name: str
) -> None:
    """One free look-up of the page's own address, and no analysis; without an answer the button
    is what it always is."""
    server.rules[LOOKUP] = answer
    page = asking.open(f"{PROFILE}?trk=x")
    expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    (request,) = server.posted("/contacts/lookup")
    assert {"items": [{"ref": "1", "url": f"{PROFILE}?trk=x"}]} == request.post_data_json
    assert [] == server.posted("/analyses")


def test_an_enrollment_is_named_with_its_day(connected: Browser, server: FakeServer) -> None:
    """Who is in a campaign already is shown with it, and since when."""
    server.rules[ANALYSES] = (
        200,
        analysis(charge=charge(0, "already_analyzed"), enrollment=ENROLLMENT),
    )
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("In “Spring outreach” since Oct 1, 2026")).to_be_visible()


def test_an_enrollment_is_named_with_the_owner(connected: Browser, server: FakeServer) -> None:
    """Where the server says whose campaign it is, so does the panel."""
    server.rules[ANALYSES] = (
        200,
        analysis(charge=charge(0, "already_analyzed"), enrollment=OWNED),
    )
    page = connected.open(PROFILE)
    press(page)
    expect(
        page.get_by_text("In “Spring outreach”, Ben Adeyemi’s campaign, since Oct 1, 2026")
    ).to_be_visible()


def test_who_is_known_is_seen_where_the_button_is_pointed_at(
    asking: Browser, server: FakeServer
) -> None:
    """By whom and when takes room only under the pointer or the focus."""
    server.rules[LOOKUP] = row(known=True, cost=FREE, **BY_ANA)
    page = asking.open(PROFILE)
    button = page.get_by_role("button", name="Analyze")
    expect(button).to_contain_text("analysed by Ana López")
    narrow = button.bounding_box()
    button.hover()
    page.wait_for_timeout(300)
    wide = button.bounding_box()
    assert narrow
    assert wide
    assert wide["width"] > narrow["width"] + 100


def test_a_page_that_changed_after_the_button_is_not_sent(
    connected: Browser, server: FakeServer
) -> None:
    """Somebody else stands there by the time of the press: said so, nothing sent; the next press
    is for the one who is there now."""
    page = connected.open(PROFILE)
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    page.evaluate(
        """() => {
          const name = [...document.querySelectorAll('h2')]
            .find((one) => one.textContent.trim() === 'Noor van Dijk');
          name.textContent = 'Someone Else';
        }"""
    )
    press(page)
    panel = page.get_by_role("dialog", name="The page has moved on")
    expect(panel).to_contain_text("now shows somebody else. Nothing was charged.")
    assert [] == server.asked("/v1")
    panel.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    (request,) = server.posted("/analyses")
    assert "Someone Else" == request.post_data_json["page"]["name"]


def test_a_page_left_during_the_press_is_not_sent(connected: Browser, server: FakeServer) -> None:
    """The press was for one person, and another's page is there before the panel is: nothing is
    sent for either, and the panel of the one who is there says why."""
    page = connected.open(PROFILE)
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    connected.worker.evaluate(
        """() => {
          const real = globalThis.real = chrome.scripting.executeScript;
          chrome.scripting.executeScript = async (...asked) => {
            await new Promise((done) => setTimeout(done, 500));
            return real.apply(chrome.scripting, asked);
          };
        }"""
    )
    try:
        press(page)
        page.evaluate("history.pushState({}, '', '/in/lucia-ferrer/')")
        expect(page.get_by_role("dialog", name="The page has moved on")).to_be_visible()
    finally:
        connected.worker.evaluate("() => void (chrome.scripting.executeScript = globalThis.real)")
    assert [] == server.asked("/v1")


def test_a_server_that_sees_another_page_is_believed(
    connected: Browser, server: FakeServer
) -> None:
    """409 page_changed: the same sentence, and the same key for what the page says now."""
    server.rules[ANALYSES] = problem(409, "page_changed")
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_role("heading", name="The page has moved on")).to_be_visible()
    server.rules[ANALYSES] = (200, analysis())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert 1 == len({one.headers["idempotency-key"] for one in server.posted("/analyses")})


def test_credits_can_be_asked_for(connected: Browser, server: FakeServer) -> None:
    """A member whose share is used asks an admin with one press, and is told that it was asked."""
    options = [{"kind": "wait"}, {"kind": "request", "href": "/v1/x"}]
    server.rules[ANALYSES] = problem(402, "cap_reached", options=options)
    server.rules["POST /v1/workspaces/wsp_1/credit-requests"] = (201, {"id": "crq_1"})
    page = connected.open(PROFILE)
    press(page)
    page.get_by_role("button", name="Ask for 10 credits").click()
    expect(page.get_by_text("Asked. An admin sees your request.")).to_be_visible()
    (request,) = server.posted("/credit-requests")
    assert {"credits": 10} == request.post_data_json


def test_ways_out_for_programs_lead_to_the_console(connected: Browser, server: FakeServer) -> None:
    """An offer that names a route of the API is one that a person finds in the console."""
    options = [{"kind": "upgrade", "href": "/v1/workspaces/wsp_1/subscription"}]
    server.rules[ANALYSES] = problem(402, "out_of_credits", options=options)
    page = connected.open(PROFILE)
    press(page)
    link = page.get_by_role("link", name="Change the plan")
    expect(link).to_have_attribute("href", re.compile("/console$"))


def test_a_page_written_from_right_to_left(connected: Browser) -> None:
    """Our own words keep their direction, and each text of the page has its own."""
    page = connected.open(PROFILE)
    page.evaluate("document.documentElement.dir = 'rtl'")
    press(page)
    panel = page.get_by_role("dialog", name="Noor van Dijk")
    expect(panel.get_by_label("Campaign")).to_be_visible()
    assert "ltr" == panel.evaluate("(one) => getComputedStyle(one).direction")
    expect(panel.get_by_role("heading", name="Noor van Dijk")).to_have_attribute("dir", "auto")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_in_light_and_dark(connected: Browser, scheme: Any) -> None:
    """Every text of the panel has a contrast of at least 4.5 to 1 to what lies behind it."""
    page = connected.open(PROFILE)
    page.emulate_media(color_scheme=scheme)
    press(page)
    panel = page.get_by_role("dialog", name="Noor van Dijk")
    expect(panel.get_by_label("Campaign")).to_be_visible()
    page.wait_for_timeout(250)
    assert [] == panel.evaluate(_PALE)


_PALE = """(panel) => {
  const parts = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((one) => one / 255)
    .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color.length && color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  const texts = [...panel.querySelectorAll('*')].filter((one) =>
    !one.disabled && one.tagName !== 'OPTION' &&
    [...one.childNodes].some((child) => child.nodeType === 3 && child.nodeValue.trim()));
  return texts.flatMap((one) => {
    const pair = [light(parts(getComputedStyle(one).color)), light(behind(one))].sort();
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    return ratio < 4.5 ? [`${one.textContent.slice(0, 30)}: ${ratio.toFixed(2)}`] : [];
  });
}"""


def test_everything_can_be_done_with_the_keyboard(connected: Browser, server: FakeServer) -> None:
    """Tab reaches every control of the panel and leaves it again; the campaign is chosen and the
    person added without a mouse."""
    page = connected.open(PROFILE)
    page.get_by_role("button", name="Analyze").focus()
    page.keyboard.press("Enter")
    add = page.get_by_role("button", name="Add to campaign")
    expect(add).to_be_visible()
    choice = page.get_by_label("Campaign")
    for _ in range(15):
        page.keyboard.press("Tab")
        if choice.evaluate("(one) => one.getRootNode().activeElement === one"):
            break
    page.keyboard.press("ArrowDown")
    expect(choice).to_have_value("cam_1")
    expect(choice).to_be_focused()
    page.keyboard.press("Tab")
    expect(add).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Added to “Spring outreach”")).to_be_visible()
    expect(add).to_be_focused()
    assert 1 == len(server.posted("/campaigns/cam_1/enrollments"))
