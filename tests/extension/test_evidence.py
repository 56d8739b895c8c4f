"""Why the panel says what it says: behind each value its sureness, its source and its words."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.extension.conftest import Browser
from tests.extension.fake_server import INSIGHT, FakeServer, analysis

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"
ANALYSES = "POST /v1/workspaces/wsp_1/analyses"


def analysed(browser: Browser) -> Page:
    """The profile's page after a press on Analyze."""
    page = browser.open(PROFILE)
    page.get_by_role("button", name="Analyze").click()
    expect(page.get_by_role("dialog").get_by_text("Level")).to_be_visible()
    return page


def value(page: Page, label: str) -> Locator:
    """What stands beside a label."""
    term = page.get_by_role("dialog").get_by_role("term").filter(has_text=label)
    return term.first.locator("xpath=following-sibling::dd[1]")


WHY = [
    ("Level", "head of", "sure", "Rules and language model agree: the title says it", "“Head of”"),
    (
        "Works in",
        "procurement",
        "likely",
        "By the language model: it reads like others of this kind",
        "“Head of Procurement”",
    ),
    (
        "Decides on a budget",
        "commonly yes",
        "sure",
        "Rules and language model agree: head of commonly decides on a budget",
        "“Head of”",
    ),
    (
        "Company",
        "Zuiderzee Logistics",
        "likely",
        "By rules: it stands after a word such as “at”",
        "“at Zuiderzee Logistics”",
    ),
    ("Country", "Netherlands", "sure", "By rules: a list of places", "“Utrecht, Netherlands”"),
    (
        "Name",
        "Noor · van Dijk",
        "sure",
        "By rules: the order usual in its script and language",
        "“Noor van Dijk”",
    ),
]


def test_each_value_opens_to_what_it_rests_on(connected: Browser) -> None:
    """Closed at first, with the sureness in a word; opened: the source, the rule, the quote."""
    page = analysed(connected)
    for label, shown, sure, reason, quoted in WHY:
        found = value(page, label)
        expect(found.locator("summary")).to_have_text(f"{shown} {sure} Why")
        expect(found.get_by_text(quoted)).to_be_hidden()
        found.locator("summary").click()
        expect(found.get_by_text(reason, exact=True)).to_be_visible()
        expect(found.get_by_text(quoted)).to_be_visible()
    expect(value(page, "Works in").locator("figcaption")).to_have_text("Experience 1")


def test_it_opens_by_key(connected: Browser) -> None:
    """The value is reached with Tab's focus and opened with Enter, like anything that unfolds."""
    page = analysed(connected)
    value(page, "Level").locator("summary").focus()
    page.keyboard.press("Enter")
    expect(value(page, "Level").get_by_text("“Head of”")).to_be_visible()
    page.keyboard.press("Enter")
    expect(value(page, "Level").get_by_text("“Head of”")).to_be_hidden()


def test_what_is_unclear_is_called_unclear(connected: Browser, server: FakeServer) -> None:
    """No level, no trade, nobody knows about the budget: said, and with a reason where one is."""
    role = INSIGHT["role"] | {"seniority": "unclear", "function": "unclear", "company": None}  # type: ignore[operator]
    basis = {"role.seniority": {"confidence": 0.7, "source": "rules", "rule": "retired"}}
    seen: dict[str, Any] = {
        **INSIGHT,
        "role": role | {"decision_maker": None},
        "place": {"text": "Somewhere", "country": None, "time_zone": None},
        "basis": basis,
        "gaps": ["function_unclear", "no_about"],
    }
    server.rules[ANALYSES] = (200, analysis(insight=seen))
    page = analysed(connected)
    expect(value(page, "Level").locator("summary")).to_have_text("unclear likely Why")
    value(page, "Level").locator("summary").click()
    expect(value(page, "Level")).to_contain_text("By rules: has left working life")
    for label in ("Works in", "Decides on a budget", "Company", "Country"):
        expect(value(page, label)).to_have_text("unclear")
    expect(page.get_by_text("field of work, a text about themselves")).to_be_visible()


def test_an_older_answer_without_reasons_is_shown_without_them(
    connected: Browser, server: FakeServer
) -> None:
    """Insights that were stored before carry no basis: the values stand alone."""
    seen = {name: one for name, one in INSIGHT.items() if name != "basis"}
    server.rules[ANALYSES] = (200, analysis(insight=seen))
    page = analysed(connected)
    expect(value(page, "Level")).to_have_text("head of")
    expect(value(page, "Level").locator("summary")).to_have_count(0)


def test_an_unknown_rule_is_quoted_as_it_is(connected: Browser, server: FakeServer) -> None:
    """A newer server's rule has no words of ours yet: its own stand there."""
    basis = {"role.seniority": {"confidence": 0.4, "source": "crystal+ball", "rule": "moon phase"}}
    server.rules[ANALYSES] = (200, analysis(insight={**INSIGHT, "basis": basis}))
    page = analysed(connected)
    value(page, "Level").locator("summary").click()
    expect(value(page, "Level")).to_contain_text("crystal ball: moon phase")
    expect(value(page, "Level").locator("summary")).to_contain_text("a hint")


def test_a_cue_says_how_often(connected: Browser, server: FakeServer) -> None:
    """A habit of writing comes with the sentences that show it, of those that were read."""
    cue = {"label": "Asks questions", "confidence": 0.8, "evidence": [], "count": 4, "of": 9}
    server.rules[ANALYSES] = (200, analysis(insight={**INSIGHT, "cues": [cue]}))
    page = analysed(connected)
    expect(page.get_by_text("in 4 of 9 sentences · sure")).to_be_visible()
