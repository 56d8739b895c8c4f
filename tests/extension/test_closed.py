"""The extension as people get it: what it draws in a page is closed to that page."""

import pytest

from backend.settings import Settings
from tests.extension.conftest import ORIGIN, Browser
from tests.extension.fake_server import FakeServer
from tests.extension.isolated import evaluate

pytestmark = pytest.mark.browser

HOST = "[...document.documentElement.children].find((one) => one.localName.includes('-'))"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation as it is by default."""
    return Settings(data_dir=tmp_path_factory.mktemp("data"), public_url=ORIGIN)


def test_the_page_cannot_look_inside(connected: Browser, server: FakeServer) -> None:
    """The page finds an element without attributes, text or shadow root; a person finds a button
    in it, and pressing it works."""
    page = connected.open("https://www.linkedin.com/in/noor-van-dijk/")
    page.wait_for_function(f"{HOST} !== undefined")
    page.wait_for_timeout(300)
    seen = page.evaluate(
        f"(({{ shadowRoot, attributes, innerHTML }}) => "
        f"[shadowRoot, attributes.length, innerHTML])({HOST})"
    )
    assert [None, 0, ""] == seen
    inside = f"chrome.dom.openOrClosedShadowRoot({HOST})"
    place = evaluate(page, f"{inside}.querySelector('.pill').getBoundingClientRect().toJSON()")
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    for _ in range(50):
        said = evaluate(page, f"{inside}.querySelector('.receipt')?.textContent")
        if said:
            break
    assert "1 credit charged, 41 left" == said
    assert 1 == len(server.posted("/analyses"))
