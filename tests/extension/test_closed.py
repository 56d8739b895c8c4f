"""The extension as people get it: what it draws in a page is closed to that page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from backend.install import unpack_extension
from backend.settings import Settings
from tests.extension.conftest import ORIGIN, Browser, Launch
from tests.extension.fake_server import FakeServer
from tests.extension.isolated import evaluate
from tests.extension.readers import page_source

pytestmark = pytest.mark.browser

HOST = "[...document.documentElement.children].find((one) => one.localName.includes('-'))"


def wait_for_host(page: Page) -> None:
    """Until our element is there; what waits inside a page is forbidden by its policy."""
    for _ in range(100):
        if page.evaluate(f"{HOST} !== undefined"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("there is no element of ours")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation as it is by default."""
    return Settings(data_dir=tmp_path_factory.mktemp("data"), public_url=ORIGIN)


@pytest.fixture(scope="module")
def running(launch: Launch, settings: Settings) -> Iterator[Browser]:
    """A browser of its own: it holds another extension."""
    with launch(unpack_extension(settings)) as made:
        yield made


def test_the_page_cannot_look_inside(connected: Browser, server: FakeServer) -> None:
    """The page finds an element without attributes, text or shadow root; a person finds a button
    in it, and pressing it works."""
    page = connected.open("https://www.linkedin.com/in/noor-van-dijk/")
    wait_for_host(page)
    page.wait_for_timeout(300)
    seen = page.evaluate(
        f"(({{ shadowRoot, attributes, innerHTML }}) => "
        f"[shadowRoot, attributes.length, innerHTML])({HOST})"
    )
    assert [None, 0, ""] == seen
    press(page, ".pill")
    assert "1 credit charged, 41 left" == said(page, ".receipt")
    assert 1 == len(server.posted("/analyses"))


STRICTEST = (
    "default-src 'none'; script-src 'none'; style-src 'none'; img-src 'none'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
INSIDE = f"chrome.dom.openOrClosedShadowRoot({HOST})"


@pytest.fixture
def strict(connected: Browser) -> Page:
    """A profile under the strictest policy that a page can have, and the button beside it."""
    url = "https://www.linkedin.com/in/lucia-ferrer/"
    connected.context.route(
        url,
        lambda route: route.fulfill(
            content_type="text/html; charset=utf-8",
            headers={"content-security-policy": STRICTEST},
            body=page_source("anchors"),
        ),
        times=1,
    )
    page = connected.open("about:blank")
    page.goto(url)
    wait_for_host(page)
    return page


def said(page: Page, css: str) -> str:
    """What the first element for `css` of ours says, once there is one."""
    for _ in range(50):
        if found := evaluate(page, f"{INSIDE}.querySelector('{css}')?.textContent"):
            return str(found)
    raise AssertionError(f"nothing of ours is {css}")


def press(page: Page, css: str) -> None:
    """Press what is drawn there, as a person does."""
    place = evaluate(page, f"{INSIDE}.querySelector('{css}').getBoundingClientRect().toJSON()")
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)


def test_the_strictest_policy_breaks_nothing(strict: Page, server: FakeServer) -> None:
    """Neither the page's policy nor its trusted types keep the button, the panel and their looks
    from working."""
    assert "Analyze" == said(strict, ".pill")
    look = f"getComputedStyle({INSIDE}.querySelector('.pill'))"
    assert ["fixed", "rgb(11, 110, 95)"] == evaluate(
        strict, f"[{look}.position, {look}.backgroundColor]"
    )
    press(strict, ".pill")
    assert "1 credit charged, 41 left" == said(strict, ".receipt")
    assert "fixed" == evaluate(
        strict, f"getComputedStyle({INSIDE}.querySelector('.panel')).position"
    )
    assert 1 == len(server.posted("/analyses"))


def test_scripts_of_the_page_press_nothing(strict: Page, server: FakeServer) -> None:
    """Clicks, keys and events that a script makes on our element do nothing, before and after a
    person has opened the panel; not even from inside, had somebody found a way in."""
    everything = """(root) => {
      for (const one of root) for (const type of ["pointerdown", "mousedown", "click"]) {
        one.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, view: window }));
        one.click();
        one.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      }
    }"""
    strict.evaluate(f"({everything})([{HOST}])")
    evaluate(strict, f"({everything})({INSIDE}.querySelectorAll('button'))")
    strict.wait_for_timeout(300)
    assert [] == server.asked("/v1")
    press(strict, ".pill")
    said(strict, "#campaign option:nth-child(2)")
    strict.wait_for_timeout(200)
    asked = len(server.seen)
    strict.evaluate(f"({everything})([{HOST}])")
    evaluate(strict, f"({everything})({INSIDE}.querySelectorAll('button'))")
    strict.wait_for_timeout(300)
    assert asked == len(server.seen)


def test_the_page_finds_no_trace(connected: Browser) -> None:
    """Where nobody is, there is no element of ours at all; where somebody is, neither what was
    loaded, nor style sheets, nor globals, nor attributes name the extension."""
    feed = connected.open("https://www.linkedin.com/feed/")
    feed.wait_for_timeout(400)
    assert feed.evaluate(f"{HOST} === undefined")
    page = connected.open("https://www.linkedin.com/in/noor-van-dijk/")
    before = page.evaluate("Object.getOwnPropertyNames(window).length")
    wait_for_host(page)
    press(page, ".pill")
    said(page, ".receipt")
    seen = page.evaluate(
        """() => JSON.stringify([
          performance.getEntries().map((one) => one.name),
          [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes])
            .map((one) => one.value),
          document.adoptedStyleSheets.length, document.styleSheets.length,
          Object.keys(window), document.documentElement.outerHTML,
        ])"""
    )
    assert "chrome-extension" not in seen
    assert connected.extension_id not in seen
    assert "Meetonce" not in seen
    assert before == page.evaluate("Object.getOwnPropertyNames(window).length")
