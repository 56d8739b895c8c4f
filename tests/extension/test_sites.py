"""Sites that a person switches on: the button is there all the time, until it is taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.extension.conftest import Browser, Launch, open_extension
from tests.extension.fake_server import FakeServer
from tests.extension.test_every_reader import serve

pytestmark = pytest.mark.browser

SITES = ["https://github.com/*", "https://www.xing.com/*"]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension with the sites allowed: no headless browser can be asked for them."""
    folder = open_extension(tmp_path_factory.mktemp("data"))
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["host_permissions"] += SITES
    path.write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def running(launch: Launch, package: Path) -> Iterator[Browser]:
    """A browser of its own: it holds another extension."""
    with launch(package) as made:
        yield made


@pytest.mark.parametrize(
    ("site", "url", "name", "person"),
    [
        (SITES[0], "https://github.com/hopper-x", "github", "Hana Opper"),
        (SITES[0], "https://github.com/ngo-ada", "strange/github_person", "Ada Ngo"),
        (SITES[1], "https://www.xing.com/profile/Karla_Stein", "xing_testid", "Karla Stein"),
        (
            SITES[1],
            "https://www.xing.com/profile/Heike_Sommer",
            "strange/xing_plain_2026",
            "Heike Sommer",
        ),
    ],
)
def test_a_site_is_switched_on_and_off(
    connected: Browser, server: FakeServer, site: str, url: str, name: str, person: str
) -> None:
    """As long as it is not ticked in the popup the site knows nothing of us; once it is, its pages
    have the button without another press, and one press there asks for the page's person."""
    serve(connected, url, name)
    popup = connected.popup()
    popup.get_by_text("Settings").click()
    for each in SITES:
        box_of(popup, each).uncheck()
    expect_registered(connected, [])
    page = connected.open(url)
    page.wait_for_timeout(300)
    expect(page.get_by_role("button", name="Analyze")).to_have_count(0)
    popup.bring_to_front()
    box_of(popup, site).check()
    expect_registered(connected, [[site]])
    page.bring_to_front()
    page.reload()
    page.get_by_role("button", name="Analyze").click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    (request,) = server.posted("/analyses")
    assert (url, person) == (
        request.post_data_json["url"],
        request.post_data_json["page"]["name"],
    )


def test_pages_of_a_site_that_are_nobodys(connected: Browser, server: FakeServer) -> None:
    """On a site that is switched on, an organisation and a repository have no button."""
    popup = connected.popup()
    popup.get_by_text("Settings").click()
    for site in SITES:
        box_of(popup, site).uncheck()
    box_of(popup, SITES[0]).check()
    expect_registered(connected, [[SITES[0]]])
    for path, name in (("kilnworks", "organisation"), ("ngo-ada/kiln", "repository")):
        url = f"https://github.com/{path}"
        serve(connected, url, f"strange/github_{name}")
        page = connected.open(url)
        page.wait_for_timeout(500)
        expect(page.get_by_role("button", name="Analyze")).to_have_count(0)
    assert [] == server.posted("/analyses")


def box_of(popup: Page, site: str) -> Locator:
    """The box of a site in the popup's settings."""
    host = site.split("/")[2].removeprefix("www.")
    return popup.get_by_role("checkbox", name=host)


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
