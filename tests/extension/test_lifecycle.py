"""What browsers do to an extension: workers die, networks go, clocks are wrong, servers move."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.extension.conftest import ORIGIN, Browser
from tests.extension.fake_server import FakeServer, analysis, problem

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"
ANALYSES = "POST /v1/workspaces/wsp_1/analyses"


def press(page: Page) -> None:
    """Press the one button whose name says Analyze."""
    page.get_by_role("button", name=re.compile("Analyze")).click()


def key_of(request: Request) -> str:
    """The idempotency key of a request."""
    return request.headers["idempotency-key"]


def stop_worker(browser: Browser) -> None:
    """End the worker, as the browser does when it likes to."""
    page = browser.popup()
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    page.wait_for_timeout(300)
    session.detach()


def test_a_worker_that_dies_at_work_asks_again_under_its_key(
    connected: Browser, server: FakeServer
) -> None:
    """The press is answered all the same, by the worker that takes its place, and the server is
    asked for one thing only."""
    page = connected.open(PROFILE)
    server.slow.add("/analyses")
    press(page)
    expect(page.get_by_text("Reading what the page says").first).to_be_visible()
    page.wait_for_timeout(200)
    server.slow.clear()
    stop_worker(connected)
    page.bring_to_front()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    keys = {key_of(one) for one in server.posted("/analyses")}
    bodies = [one.post_data_json for one in server.posted("/analyses")]
    assert 1 == len(keys)
    assert 2 == len(bodies)
    assert bodies[0] == bodies[1]


def test_a_press_without_a_network_is_kept_and_sent_once(
    connected: Browser, server: FakeServer
) -> None:
    """The panel says that the press is kept; when the network is back it goes out by itself, with
    its key, and never again."""
    server.rules[ANALYSES] = lambda _: None
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("Your press is kept for an hour")).to_be_visible()
    (lost,) = server.posted("/analyses")
    server.rules[ANALYSES] = (200, analysis())
    connected.worker.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    connected.worker.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(300)
    _, sent = server.posted("/analyses")
    assert key_of(lost) == key_of(sent)
    assert lost.post_data_json == sent.post_data_json
    assert [] == connected.worker.evaluate("chrome.alarms.getAll()")


def test_a_kept_press_can_be_let_go(connected: Browser, server: FakeServer) -> None:
    """Who does not want it any more says so, and nothing is sent later."""
    server.rules[ANALYSES] = lambda _: None
    page = connected.open(PROFILE)
    press(page)
    page.get_by_role("button", name="Do not send it").click()
    expect(page.get_by_text("Your press is kept")).to_have_count(0)
    server.rules[ANALYSES] = (200, analysis())
    connected.worker.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(300)
    assert 1 == len(server.posted("/analyses"))


def test_a_kept_press_waits_for_an_alarm(connected: Browser, server: FakeServer) -> None:
    """The worker is woken even if nothing else happens in the browser."""
    server.rules[ANALYSES] = lambda _: None
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("Your press is kept")).to_be_visible()
    alarms = connected.worker.evaluate("chrome.alarms.getAll()")
    assert [("kept", 0.5)] == [(one["name"], one["periodInMinutes"]) for one in alarms]


def test_a_computer_without_a_network_is_told_so(connected: Browser, server: FakeServer) -> None:
    """Nothing is said of the server where this computer itself is offline."""
    connected.worker.evaluate("Object.defineProperty(navigator, 'onLine', { value: false })")
    server.rules[ANALYSES] = lambda _: None
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("This computer is not connected to a network.")).to_be_visible()
    # The next test's worker has a network; asked for the popup's sake it starts at once, where it
    # would otherwise wait for the kept press's alarm, half a minute later.
    stop_worker(connected)
    connected.popup()


@pytest.mark.parametrize("until", ["Date.now() - 86400000", "Date.now() + 3e11"])
def test_a_wrong_clock_costs_one_refresh_at_most(
    connected: Browser, server: FakeServer, until: str
) -> None:
    """Whether the clock makes a token look long dead or good for years, the server's word counts:
    the press goes through and nobody is signed out."""
    connected.worker.evaluate(
        f"chrome.storage.session.set({{ access: {{ token: 'old', until: {until} }} }})"
    )
    server.rules[ANALYSES] = lambda request: (
        (200, analysis())
        if request.headers["authorization"] == "Bearer access-2"
        else problem(401, "unauthenticated")
    )
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert 1 == len(server.posted("/token/refresh"))


def test_a_server_that_has_moved_is_named(connected: Browser, server: FakeServer) -> None:
    """The packages are served under the new name: the popup says so and leads there. A press that
    is sent elsewhere carries no token along."""
    server.headers = {"location": "https://new.example.org/extension/manifest.json"}
    server.rules["GET /extension/manifest.json"] = (307, {})
    popup = connected.popup()
    expect(popup.get_by_text(f"{ORIGIN} now goes by another address")).to_be_visible()
    link = popup.get_by_role("link", name="Update the extension")
    expect(link).to_have_attribute("href", f"{ORIGIN}/extension")
    server.rules[ANALYSES] = (308, {})
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_role("heading", name="The server has moved")).to_be_visible()
    assert not [one for one in server.seen if "new.example.org" in one.url]


def test_back_and_forward_leave_one_button(connected: Browser, server: FakeServer) -> None:
    """A page that comes out of the browser's cache has one element of ours, and it answers."""
    page = connected.open(PROFILE)
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    for _ in range(3):
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.goto("https://www.linkedin.com/in/lucia-ferrer/")
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    hosts = "[...document.documentElement.children].filter((one) => one.localName.includes('-'))"
    assert 1 == page.evaluate(f"{hosts}.length")
    press(page)
    expect(page.get_by_role("dialog", name="Noor van Dijk")).to_be_visible()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert 1 == len(server.posted("/analyses"))


def test_an_answer_for_another_page_is_kept_for_it(connected: Browser, server: FakeServer) -> None:
    """Who leaves while an analysis runs sees nothing of it elsewhere, and all of it on return."""
    page = connected.open(PROFILE)
    server.slow.add("/analyses")
    press(page)
    expect(page.get_by_text("Reading what the page says").first).to_be_visible()
    page.evaluate("history.pushState({}, '', '/in/lucia-ferrer/')")
    expect(page.get_by_role("dialog")).to_have_count(0)
    server.answer_slow()
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert 1 == len(server.posted("/analyses"))


def test_several_presses_without_an_access_token_refresh_once(
    connected: Browser, server: FakeServer
) -> None:
    """A worker that finds no token at all, with three pages pressed at once, refreshes once."""
    connected.worker.evaluate("chrome.storage.session.remove('access')")
    server.slow.add("/token/refresh")
    urls = (PROFILE, "https://www.linkedin.com/in/lucia-ferrer/")
    pages: list[Any] = [connected.open(url) for url in urls]
    for page in pages:
        page.bring_to_front()
        press(page)
        expect(page.get_by_text("Reading what the page says").first).to_be_visible()
    server.answer_slow()
    for page in pages:
        expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert 1 == len(server.posted("/token/refresh"))
    assert {"Bearer access-2"} == {
        one.headers["authorization"] for one in server.posted("/analyses")
    }
