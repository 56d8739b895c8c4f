"""The popup of a connected browser: whose credits, how many, what was done, what is new."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import ORIGIN, Browser
from tests.extension.fake_server import MEMBER, FakeServer, analysis, charge, problem

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"
OTHER = {"id": "wsp_2", "name": "Side project"}


def me(server: FakeServer, **balance: Any) -> None:
    """Have the server say these things about the balance."""
    status, body = server.rules["GET /v1/me"]  # type: ignore[misc]
    server.rules["GET /v1/me"] = (status, {**body, "balance": {**body["balance"], **balance}})


def settings_of(popup: Page) -> Page:
    """`popup` with its settings unfolded."""
    popup.get_by_text("Settings").click()
    return popup


def badge(browser: Browser) -> str:
    """What the icon says."""
    said: str = browser.worker.evaluate("chrome.action.getBadgeText({})")
    return said


def tab_of(browser: Browser, page: Page) -> int:
    """The number by which the browser knows `page`."""
    found: int = browser.worker.evaluate(
        "url => chrome.tabs.query({}).then(tabs => tabs.find(one => one.url === url).id)",
        page.url,
    )
    return found


def add_workspace(browser: Browser) -> None:
    """Connect the browser to a second workspace, laid aside."""
    other = {"refresh_token": "refresh-other", "workspace": OTHER, "member": MEMBER}
    browser.worker.evaluate(
        "other => chrome.storage.local.set({ others: { wsp_2: other } })", other
    )


def test_credits_reset_and_share_are_shown(connected: Browser, server: FakeServer) -> None:
    """What is left, when it is filled up, what is set aside, and one's own cap."""
    me(server, next_refill_at="2026-12-01T00:00:00Z", held=2, me={"cap": 60, "used": 37})
    popup = connected.popup()
    expect(popup.get_by_text("42", exact=True)).to_be_visible()
    expect(popup.get_by_text("Next refill: Dec 1, 2026.")).to_be_visible()
    expect(popup.get_by_text("2 credits are set aside")).to_be_visible()
    expect(popup.get_by_text("37 of 60 used")).to_be_visible()
    expect(popup.get_by_role("button", name=re.compile("^Analyze"))).to_be_visible()


def test_server_and_version_are_named(connected: Browser) -> None:
    """A person sees where this copy sends to, and which version it is."""
    popup = connected.popup()
    version = connected.worker.evaluate("chrome.runtime.getManifest().version")
    expect(popup.get_by_text(ORIGIN.removeprefix("http://"), exact=True)).to_be_visible()
    expect(popup.get_by_text(f"Version {version}")).to_be_visible()


def test_todays_analyses_are_counted(connected: Browser, server: FakeServer) -> None:
    """One that was charged and one that was free are two analyses and one credit; the person is
    named once, and no longer than the browser runs."""
    page = connected.open(PROFILE)
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    server.rules["POST /v1/workspaces/wsp_1/analyses"] = (
        200,
        analysis(charge=charge(0, "already_analyzed")),
    )
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_text("0 credits: analysed before")).to_be_visible()
    popup = connected.popup()
    expect(popup.get_by_text("2 analyses, 1 credit charged")).to_be_visible()
    expect(popup.get_by_role("listitem")).to_have_text(["Noor van Dijk0 credits"])
    stored = connected.worker.evaluate("chrome.storage.local.get().then(JSON.stringify)")
    assert "Noor" not in stored


def test_the_icon_warns_when_credits_come_to_an_end(
    connected: Browser, server: FakeServer
) -> None:
    """Plenty: nothing on the icon. Few: their number, from the popup and from a press alike."""
    me(server, granted=350)
    expect(connected.popup().get_by_text("42", exact=True)).to_be_visible()
    assert "" == badge(connected)
    rule = (200, analysis(charge=charge(1, available=17)))
    server.rules["POST /v1/workspaces/wsp_1/analyses"] = rule
    page = connected.open(PROFILE)
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_text("1 credit charged, 17 left")).to_be_visible()
    assert "17" == badge(connected)
    server.rules["POST /v1/workspaces/wsp_1/analyses"] = problem(
        402, "out_of_credits", available=0
    )
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_text("No credits left")).to_be_visible()
    assert "0" == badge(connected)


def test_one_browser_several_workspaces(connected: Browser, server: FakeServer) -> None:
    """The member chooses whom to work for; the tokens of each go to its own paths alone, and the
    one that was left can be chosen again."""
    add_workspace(connected)
    popup = connected.popup()
    choice = popup.get_by_label("Workspace", exact=True)
    expect(choice.locator("option")).to_have_text(["Northwind", "Side project"])
    server.rules["POST /v1/extension/token/refresh"] = (
        200,
        {
            "access_token": "access-other",
            "expires_in": 900,
            "refresh_token": "refresh-other-2",
            "workspace": OTHER,
            "member": MEMBER,
        },
    )
    server.rules["POST /v1/workspaces/wsp_2/analyses"] = (200, analysis())
    choice.select_option(label="Side project")
    expect(choice.locator("option")).to_have_text(["Side project", "Northwind"])
    expect(popup.get_by_text("credits available")).to_be_visible()
    page = connected.open(PROFILE)
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    (request,) = server.posted("/analyses")
    assert "/wsp_2/" in request.url
    assert "Bearer access-other" == request.headers["authorization"]
    kept = connected.worker.evaluate("chrome.storage.local.get(['session', 'others'])")
    assert "refresh-other-2" == kept["session"]["refresh_token"]
    assert "refresh-1" == kept["others"]["wsp_1"]["refresh_token"]


def test_signing_out_of_one_workspace_offers_the_others(connected: Browser) -> None:
    """Nobody works for another workspace without having chosen it."""
    add_workspace(connected)
    popup = connected.popup()
    popup.get_by_role("button", name="Sign out").click()
    expect(popup.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    popup.get_by_role("button", name="Work for Side project").click()
    expect(popup.get_by_text("credits available")).to_be_visible()


def test_signing_out_strikes_the_browser_off_the_servers_list(
    connected: Browser, server: FakeServer
) -> None:
    """One request with the refresh token and no other credential; then nothing is left here, and
    the popup offers to connect without a complaint."""
    popup = connected.popup()
    popup.get_by_role("button", name="Sign out").click()
    expect(popup.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    (request,) = server.posted("/token/revoke")
    assert {"refresh_token": "refresh-1"} == request.post_data_json
    assert "authorization" not in request.headers
    expect(popup.get_by_role("alert")).to_have_count(0)
    kept = connected.worker.evaluate("chrome.storage.local.get(['session'])")
    assert {} == kept


@pytest.mark.parametrize("answer", [None, problem(503, "overloaded")])
def test_signing_out_without_the_server(
    connected: Browser, server: FakeServer, answer: Any
) -> None:
    """Where it cannot be told the browser is signed out all the same, and the popup says what is
    left to do."""
    popup = connected.popup()
    expect(popup.get_by_text("credits available")).to_be_visible()
    server.rules["POST /v1/extension/token/revoke"] = (
        (lambda _: None) if answer is None else answer
    )
    popup.get_by_role("button", name="Sign out").click()
    expect(popup.get_by_role("alert")).to_contain_text("Signed out here. http://127.0.0.1:8765")
    expect(popup.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    assert {} == connected.worker.evaluate("chrome.storage.local.get(['session'])")


def test_a_newer_version_is_announced(connected: Browser, server: FakeServer) -> None:
    """What the server serves now is compared with what runs here."""
    server.rules["GET /extension/manifest.json"] = (200, {"version": "99.1"})
    popup = connected.popup()
    expect(popup.get_by_text("Version 99.1 of the extension is ready.")).to_be_visible()
    link = popup.get_by_role("link", name="Update the extension")
    expect(link).to_have_attribute("href", f"{ORIGIN}/extension")


def test_prices_before_the_press_are_off_until_switched_on(
    connected: Browser, server: FakeServer
) -> None:
    """The switch is off, says what it does, and is remembered."""
    box = settings_of(connected.popup()).get_by_role("checkbox", name="Show what it costs")
    expect(box).not_to_be_checked()
    expect(box).to_have_accessible_description(re.compile("nothing leaves a page before"))
    box.check()
    again = settings_of(connected.popup())
    expect(again.get_by_role("checkbox", name="Show what it costs")).to_be_checked()


def test_optional_sites_are_listed(connected: Browser) -> None:
    """GitHub and XING are offered and off."""
    popup = settings_of(connected.popup())
    for site in ("github.com", "xing.com"):
        expect(popup.get_by_role("checkbox", name=site)).not_to_be_checked()
