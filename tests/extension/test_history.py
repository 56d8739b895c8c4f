"""Back and forward for real: pages that the browser kept whole, and shows again as they were."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import Browser, Launch, open_extension
from tests.extension.fake_server import FakeServer
from tests.extension.test_lifecycle import stop_worker

pytestmark = pytest.mark.browser

NOOR = "https://www.linkedin.com/in/noor-van-dijk/"
LUCIA = "https://www.linkedin.com/in/lucia-ferrer/"
OURS = "[...document.documentElement.children].filter((one) => one.localName.includes('-'))"
# Kept by the page itself: a page that was loaded anew has forgotten it.
WATCH = """() => {
  window.shown = [];
  addEventListener("pageshow", (event) => shown.push(event.persisted));
}"""


@pytest.fixture(scope="module")
def running(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that keeps pages, which the driver forbids unless told."""
    folder = open_extension(tmp_path_factory.mktemp("data"))
    with launch(folder, without=["--disable-back-forward-cache"]) as made:
        yield made


def button(page: Page) -> None:
    """Wait for the button."""
    expect(page.get_by_role("button", name=re.compile("^Analyze"))).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press it, and wait for the answer about this person."""
    page.get_by_role("button", name=re.compile("^Analyze")).click()
    expect(page.get_by_role("dialog", name=name)).to_contain_text("1 credit charged")


def left_and_back(browser: Browser) -> Page:
    """A profile that was left for another one and come back to, out of the browser's cache."""
    page = browser.open(NOOR)
    button(page)
    page.evaluate(WATCH)
    page.goto(LUCIA)
    button(page)
    page.evaluate(WATCH)
    return page


def test_a_kept_page_has_one_button_and_its_own_person(
    connected: Browser, server: FakeServer
) -> None:
    """Each page is the one that was left, not a new one; it has one element of ours, and a press
    asks for the person whom it shows, back and forward alike."""
    page = left_and_back(connected)
    page.go_back(wait_until="commit")
    assert [True] == page.evaluate("window.shown")
    button(page)
    assert 1 == page.evaluate(f"{OURS}.length")
    press(page, "Noor van Dijk")
    page.go_forward(wait_until="commit")
    assert [True] == page.evaluate("window.shown")
    assert 1 == page.evaluate(f"{OURS}.length")
    press(page, "Lucía Ferrer Ibáñez")
    asked = [one.post_data_json for one in server.posted("/analyses")]
    assert [(NOOR, "Noor van Dijk"), (LUCIA, "Lucía Ferrer Ibáñez")] == [
        (body["url"], body["page"]["name"]) for body in asked
    ]


def test_a_kept_page_finds_a_new_worker(connected: Browser, server: FakeServer) -> None:
    """The worker has died while the page was hidden; the press wakes another one up."""
    page = left_and_back(connected)
    stop_worker(connected)
    page.bring_to_front()
    page.go_back(wait_until="commit")
    assert [True] == page.evaluate("window.shown")
    stop_worker(connected)
    page.bring_to_front()
    press(page, "Noor van Dijk")
    assert 1 == len(server.posted("/analyses"))


def test_an_open_panel_is_kept_with_its_page(connected: Browser, server: FakeServer) -> None:
    """What was charged is still there on return, and is not asked for again."""
    page = connected.open(NOOR)
    press(page, "Noor van Dijk")
    page.evaluate(WATCH)
    page.goto(LUCIA)
    button(page)
    page.go_back(wait_until="commit")
    expect(page.get_by_role("dialog", name="Noor van Dijk")).to_contain_text("1 credit charged")
    assert 1 == page.evaluate(f"{OURS}.length")
    assert 1 == len(server.posted("/analyses"))
