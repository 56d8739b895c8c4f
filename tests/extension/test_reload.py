"""An update while pages are open: what was put into them by the version before."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.extension.conftest import Browser, Launch, open_extension
from tests.extension.fake_server import FakeServer

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"
DEVELOPER = "chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true })"


@pytest.fixture(scope="module")
def running(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser of its own: its extension is loaded anew."""
    with launch(open_extension(tmp_path_factory.mktemp("data"))) as made:
        yield made


def test_a_tab_of_the_version_before_says_so(connected: Browser, server: FakeServer) -> None:
    """After an update the button in an open tab asks for a reload and sends nothing; after it the
    page works, and the person is still connected."""
    page = connected.open(PROFILE)
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    pressed = connected.open("https://www.linkedin.com/in/lucia-ferrer/")
    pressed.get_by_role("button", name=re.compile("Analyze")).click()
    expect(pressed.get_by_text("1 credit charged")).to_be_visible()
    asked = len(server.posted("/analyses"))
    settings = connected.open("chrome://extensions")
    settings.evaluate(DEVELOPER)
    with connected.context.expect_event("serviceworker"):
        connected.worker.evaluate("chrome.runtime.reload()")
    for old in (page, pressed):
        old.bring_to_front()
        old.get_by_role("button", name=re.compile("Analyze")).click()
        expect(old.get_by_role("heading", name="Reload this page")).to_be_visible()
    assert asked == len(server.posted("/analyses"))
    page.reload()
    page.bring_to_front()
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    # Its access token was in memory: a refresh brought another.
    assert 1 == len(server.posted("/token/refresh"))
