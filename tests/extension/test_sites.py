"""Sites that a person switches on: the button is there all the time, until it is taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.extension.conftest import Browser, Launch, open_extension
from tests.extension.fake_server import FakeServer
from tests.extension.readers import page_source

pytestmark = pytest.mark.browser

GITHUB = "https://github.com/*"
PROFILE = "https://github.com/hopper-x"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension with GitHub allowed: no headless browser can be asked for it."""
    folder = open_extension(tmp_path_factory.mktemp("data"))
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["host_permissions"].append(GITHUB)
    path.write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def running(launch: Launch, package: Path) -> Iterator[Browser]:
    """A browser of its own: it holds another extension."""
    with launch(package) as made:
        yield made


def test_a_site_is_switched_on_and_off(connected: Browser, server: FakeServer) -> None:
    """As long as it is not ticked in the popup the site knows nothing of us; once it is, its pages
    have the button, and a press works."""
    connected.context.route(
        "https://github.com/**",
        lambda route: route.fulfill(content_type="text/html", body=page_source("github")),
    )
    popup = connected.popup()
    popup.get_by_text("Settings").click()
    box = popup.get_by_role("checkbox", name="github.com")
    box.uncheck()
    expect_registered(connected, [])
    page = connected.open(PROFILE)
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name="Analyze")).to_have_count(0)
    popup.bring_to_front()
    box.check()
    expect_registered(connected, [[GITHUB]])
    page.bring_to_front()
    page.reload()
    page.get_by_role("button", name="Analyze").click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert PROFILE == server.posted("/analyses")[0].post_data_json["url"]


def expect_registered(browser: Browser, sites: list[list[str]]) -> None:
    """Wait until the button is registered for these sites, and no others."""
    for _ in range(100):
        found = browser.worker.evaluate(
            "chrome.scripting.getRegisteredContentScripts()"
            ".then((all) => all.map((one) => one.matches))"
        )
        if found == sites:
            return
        browser.context.pages[0].wait_for_timeout(50)
    assert sites == found
