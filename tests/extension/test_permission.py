"""The browser's own dialog, which asks the person whether a site may be read."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import Browser, Launch, open_extension
from tests.extension.fake_server import FakeServer
from tests.extension.test_every_reader import serve
from tests.extension.test_sites import box_of, expect_registered
from tests.screen import hand

pytestmark = pytest.mark.browser

GITHUB = "https://github.com/*"
PROFILE = "https://github.com/hopper-x"


@pytest.fixture(scope="module")
def running(
    launch: Launch, screen: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser with windows, and the extension as people get it."""
    with launch(open_extension(tmp_path_factory.mktemp("data")), screen=screen) as made:
        yield made


def granted(popup: Page) -> bool:
    """Whether the browser allows GitHub by now."""
    answer: bool = popup.evaluate(f"chrome.permissions.contains({{ origins: ['{GITHUB}'] }})")
    return answer


def agree(popup: Page, screen: str) -> None:
    """Tick GitHub's box and agree in the dialog, whose first button is the one that denies.

    No program can see the dialog. Where it came later than the keys they have done nothing, or
    denied, and the person tries again.
    """
    for _ in range(4):
        box_of(popup, GITHUB).click(no_wait_after=True)
        # At first it takes no keys, so that nobody agrees by mistake.
        popup.wait_for_timeout(1_500)
        for key in ("Tab", "Return"):
            hand(screen, "key", key)
            popup.wait_for_timeout(300)
        if granted(popup):
            return
        refuse(popup, screen)


def refuse(popup: Page, screen: str) -> None:
    """Dismiss the dialog: the box is emptied then."""
    for _ in range(30):
        hand(screen, "key", "Escape")
        popup.wait_for_timeout(300)
        if not box_of(popup, GITHUB).is_checked():
            return


def settings(browser: Browser) -> Page:
    """The popup with its settings unfolded."""
    popup = browser.popup()
    popup.bring_to_front()
    popup.get_by_text("Settings").click()
    return popup


def test_a_site_that_the_person_refuses(connected: Browser, screen: str) -> None:
    """The dialog is dismissed: the box is empty again, and nothing is registered."""
    popup = settings(connected)
    box_of(popup, GITHUB).click(no_wait_after=True)
    expect(box_of(popup, GITHUB)).to_be_checked()
    refuse(popup, screen)
    expect(box_of(popup, GITHUB)).not_to_be_checked()
    expect_registered(connected, [])


def test_a_site_that_the_person_allows(
    connected: Browser, server: FakeServer, screen: str
) -> None:
    """The dialog is agreed to: from then on the site's pages have the button, and it works."""
    serve(connected, PROFILE, "github")
    popup = settings(connected)
    agree(popup, screen)
    expect_registered(connected, [[GITHUB]])
    expect(box_of(popup, GITHUB)).to_be_checked()
    page = connected.open(PROFILE)
    page.get_by_role("button", name="Analyze").click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert "Hana Opper" == server.posted("/analyses")[0].post_data_json["page"]["name"]
