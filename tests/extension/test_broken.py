"""Pages that are read wrongly: what a person takes along of one, what a server switches off."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import Browser
from tests.extension.fake_server import FakeServer

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=x"


def test_the_sample_is_taken_along_and_never_sent(
    connected: Browser, server: FakeServer, tmp_path: Path
) -> None:
    """A person says that the page reads wrongly, and gets a file; the server hears nothing."""
    page = connected.open(PROFILE)
    page.get_by_role("button", name=re.compile("^Analyze")).click()
    expect(page.get_by_label("Campaign").locator("option").nth(1)).to_be_attached()
    page.wait_for_timeout(200)
    asked = len(server.seen)
    page.get_by_role("button", name="This page reads wrongly").click()
    expect(page.get_by_text("Nothing is sent")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "layout.html")
    assert "layout.html" == download.value.suggested_filename
    assert "<!doctype html>" in (tmp_path / "layout.html").read_text("utf-8")
    assert asked == len(server.seen)


def button(page: Page) -> None:
    """Wait for the button beside the page."""
    expect(page.get_by_role("button", name=re.compile("^Analyze"))).to_be_visible()


def test_a_reader_is_switched_off_by_its_version(connected: Browser, server: FakeServer) -> None:
    """Once a server names a reader, its pages have no button, and the popup's says why; the other
    readers go on. A server that names an older version switches off nothing."""
    _, body = server.rules["GET /v1/me"]  # type: ignore[misc]
    for version, works in ((0, True), (99, False)):
        broken = [{"reader": "linkedin-profile", "version": version}]
        server.rules["GET /v1/me"] = (200, {**body, "disabled_readers": broken})
        popup = connected.popup()
        expect(popup.get_by_text("credits available")).to_be_visible()
        popup.close()
        page = connected.open(PROFILE)
        if works:
            button(page)
            page.close()
    page.wait_for_timeout(700)
    expect(page.get_by_role("button", name="Analyze")).to_have_count(0)
    connected.worker.evaluate(
        """async () => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          await chrome.tabs.sendMessage(tab.id, { type: 'page.analyze' });
        }"""
    )
    expect(page.get_by_role("heading", name="This kind of page is switched off")).to_be_visible()
    assert [] == server.posted("/analyses")
    found = connected.open(SEARCH)
    expect(found.get_by_role("checkbox").first).to_be_visible()


def test_the_list_of_broken_readers_is_renewed_after_a_press(
    connected: Browser, server: FakeServer
) -> None:
    """Never before a press: the first one asks, the next within the hours after does not."""
    page = connected.open(PROFILE)
    button(page)
    assert [] == server.asked("/v1/me")
    for _ in range(2):
        page.get_by_role("button", name=re.compile("Analyze")).click()
        expect(page.get_by_text("1 credit charged")).to_be_visible()
        page.wait_for_timeout(300)
    assert 1 == len(server.asked("/v1/me"))
