"""The panel in each language that it has texts for, as somebody with such a browser sees it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.install.rendering import SOURCES
from tests.extension.conftest import ARTIFACTS, Browser, Launch, open_extension
from tests.extension.fake_server import FakeServer, analysis, charge
from tests.extension.finding import ENRICHMENTS, FIELDS, PRICES, PROFILE, found, known, paid
from tests.extension.test_states import OWNED

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["de", "fr", "es"])
def language(request: pytest.FixtureRequest) -> str:
    """The browser's language."""
    spoken: str = request.param
    return spoken


@pytest.fixture(scope="module")
def running(
    launch: Launch, language: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser that speaks it."""
    with launch(open_extension(tmp_path_factory.mktemp("data")), language=language) as made:
        yield made


def messages(language: str) -> dict[str, str]:
    """The texts of a language by key."""
    path = SOURCES / "_locales" / language / "messages.json"
    table = json.loads(path.read_text("utf-8"))
    return {key: entry["message"] for key, entry in table.items()}


@pytest.fixture
def texts(language: str) -> dict[str, str]:
    """The texts of the browser's language by key."""
    return messages(language)


def press(page: Page, texts: dict[str, str]) -> None:
    """Press the button that stands in the page."""
    page.get_by_role("button", name=re.compile(re.escape(texts["analyze"]))).first.click()


def test_a_page_that_changed_has_its_own_sentence(
    connected: Browser, server: FakeServer, texts: dict[str, str]
) -> None:
    """Somebody else stands there by the time of the press: said in the browser's language."""
    page = connected.open(PROFILE)
    expect(page.get_by_role("button", name=texts["analyze"])).to_be_visible()
    page.evaluate(
        """() => {
          const name = [...document.querySelectorAll('h2')]
            .find((one) => one.textContent.trim() === 'Noor van Dijk');
          name.textContent = 'Someone Else';
        }"""
    )
    press(page, texts)
    panel = page.get_by_role("dialog", name=texts["fail_page_changed"])
    expect(panel).to_contain_text(texts["fail_page_changed_text"])
    assert [] == server.asked("/v1")


def test_no_english_is_left_in_the_panel(
    connected: Browser, server: FakeServer, texts: dict[str, str]
) -> None:
    """Facts with their reasons, prices, what was found and what it cost: every text of ours is in
    the browser's language, and nothing of it is wider than the panel."""
    status, body = server.rules["GET /v1/me"]  # type: ignore[misc]
    server.rules["GET /v1/me"] = (status, {**body, "actions": dict(PRICES)})
    server.rules[FIELDS] = known(found()["fields"][0] | {"name": "phone", "status": "catch_all"})
    server.rules[ENRICHMENTS] = (200, found(charge=paid(0, "only_a_guess", 42)))
    answer = analysis(charge=charge(0, "already_analyzed"), enrollment=OWNED)
    server.rules["POST /v1/workspaces/wsp_1/analyses"] = (200, answer)
    page = connected.open(PROFILE)
    press(page, texts)
    page.get_by_role("button", name=texts["find_email_find"]).click()
    expect(page.get_by_role("status").first).to_contain_text(texts["free_only_a_guess"])
    seen: dict[str, Any] = page.evaluate(
        """() => {
          const host = [...document.documentElement.children].find((one) => one.shadowRoot);
          const panel = host.shadowRoot.querySelector('.panel');
          for (const one of panel.querySelectorAll('details')) one.open = true;
          const body = panel.querySelector('.body');
          const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
          const all = [];
          while (texts.nextNode()) all.push(texts.currentNode.textContent.trim());
          return { all, wide: body.scrollWidth - body.clientWidth };
        }"""
    )
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"extension-find-{texts['locale']}.png")
    english = {text for key, text in messages("en").items() if text != texts[key]}
    assert texts["rule_title_says_it"] in " ".join(seen["all"])
    assert texts["value_catch_all"] in seen["all"]
    assert set() == english & set(seen["all"]) - set(texts.values())
    assert 0 == seen["wide"]
