"""Every reader at work in the browser: one press on its page asks for its person, and no other."""

import re

import pytest
from playwright.sync_api import expect

from tests.extension.conftest import Browser
from tests.extension.fake_server import FakeServer
from tests.extension.isolated import evaluate
from tests.extension.readers import POLICY, page_source
from tests.extension.test_pages import RealPopup

pytestmark = pytest.mark.browser

LINKEDIN = "https://www.linkedin.com"
CARDS = "https://people.example/wanjiru"
TOKEN = "ACwAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def serve(browser: Browser, url: str, name: str) -> None:
    """Show the page `name` at `url`, under a policy as strict as such sites have."""
    browser.context.route(
        url,
        lambda route: route.fulfill(
            content_type="text/html; charset=utf-8",
            headers={"content-security-policy": POLICY},
            body=page_source(name),
        ),
    )


@pytest.mark.parametrize(
    ("path", "name", "person"),
    [
        ("/in/sara-alali/", "sdui_arabic", "سارة العلي"),
        ("/in/yamada-taro/", "unknown_layout", "山田 太郎"),
        ("/in/anke-vogt/", "anchors_german", "Dr. Anke Vogt"),
        ("/in/zoe-petit/", "guest_2024", "Zoé Petit"),
        (f"/sales/lead/{TOKEN},NAME_SEARCH,ab12", "sales_lead_2026", "Gil Sá"),
    ],
)
def test_a_person_of_linkedin(
    connected: Browser, server: FakeServer, path: str, name: str, person: str
) -> None:
    """The button is there, and one press sends the page's person."""
    serve(connected, LINKEDIN + path, name)
    page = connected.open(LINKEDIN + path)
    page.get_by_role("button", name=re.compile("^Analyze")).click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    (request,) = server.posted("/analyses")
    assert (LINKEDIN + path, person) == (
        request.post_data_json["url"],
        request.post_data_json["page"]["name"],
    )


@pytest.mark.parametrize(
    ("path", "name", "names"),
    [
        ("/search/results/people/?keywords=y", "people_search_rsc", ["Inès Roy", "Omar Süd"]),
        ("/company/polder-foods/people/", "company_people_2026", ["Fay Ng", "Piet Bos"]),
        ("/sales/search/people?query=y", "sales_search_hashed", ["Gil Sá"]),
        ("/sales/lists/people/1", "sales_list", ["Gil Sá", "Hua Li"]),
    ],
)
def test_people_of_linkedin(
    connected: Browser, server: FakeServer, path: str, name: str, names: list[str]
) -> None:
    """The panel has one check box for each, and nothing is asked."""
    serve(connected, LINKEDIN + path, name)
    page = connected.open(LINKEDIN + path)
    for each in names:
        expect(page.get_by_role("checkbox", name=each)).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(len(names))
    assert [] == server.asked("/v1")


@pytest.mark.parametrize(
    ("url", "name", "person"),
    [
        ("https://github.com/hopper-x", "github", "Hana Opper"),
        ("https://www.xing.com/profile/Karla_Stein", "xing_testid", "Karla Stein"),
        ("https://people.example/kofi", "hcard", "Kofi Mensah"),
        ("https://people.example/ines", "microdata", "Inês Carvalho"),
        ("https://people.example/bo", "opengraph", "Bo Lindqvist"),
    ],
)
def test_a_person_anywhere(
    connected: Browser, server: FakeServer, url: str, name: str, person: str
) -> None:
    """On a page that no permission names, the popup's button reads that page and asks once."""
    serve(connected, url, name)
    page = connected.open(url)
    popup = RealPopup(connected, page)
    popup.wait_for("document.activeElement?.textContent === 'Analyze this page'")
    popup.press_enter()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    (request,) = server.posted("/analyses")
    assert person == request.post_data_json["page"]["name"]


@pytest.mark.parametrize(("name", "there"), [("hcard", True), ("jsonld", False)])
def test_the_parser_comes_only_to_pages_with_cards(
    connected: Browser, name: str, there: bool
) -> None:
    """After the popup's press it is in the page that has a card, and not in one that has none."""
    serve(connected, CARDS, name)
    page = connected.open(CARDS)
    popup = RealPopup(connected, page)
    popup.wait_for("document.activeElement?.textContent === 'Analyze this page'")
    popup.press_enter()
    page.get_by_text("1 credit charged").wait_for()
    assert there is evaluate(page, "typeof __side.mf2 === 'function'")
    assert "mf2" not in page.evaluate("Object.keys(window).join()")
