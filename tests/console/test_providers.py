"""The section of the providers in a real browser: state, figures, order, and what to set."""

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Console
from tests.console.fake_answers import PROVIDERS, provider
from tests.console.test_sections import rows

pytestmark = pytest.mark.browser


def test_state_and_figures_are_shown(console: Console) -> None:
    """A breaker's reason and end, the hit rate, the cost of a verified one, and the median."""
    page = console.open("/console#/providers")
    expect(page.get_by_role("table", name="Providers", exact=True)).to_be_visible()
    prospeo, hunter, fullenrich, reacher = rows(page, "Providers")[:4]

    assert prospeo[0].startswith("Prospeo\nfinds addresses, finds numbers")
    assert "The key is not valid. Asked again 24 Nov 2026, 12:40" in prospeo[1]
    assert ["12\n12 failed", "–", "–", "180 ms"] == prospeo[2:]
    assert ["Ready", "1,240\n3 failed", "65 %", "$0.05", "1,420 ms"] == hunter[1:]
    assert "Off\nSet MEETONCE_FULLENRICH_API_KEY" == fullenrich[1]
    assert "Off\nSet MEETONCE_REACHER_URL" == reacher[1]


def test_each_action_says_whom_it_asks_first(console: Console) -> None:
    """In the order of the waterfall, those that are off apart."""
    page = console.open("/console#/providers")
    expect(page.get_by_role("table", name="Order of providers")).to_be_visible()

    assert [
        ["Find an email address", "Prospeo → Hunter\nOff: FullEnrich"],
        ["Verify an email address", "Hunter\nOff: Reacher"],
        ["Find a phone number", "Prospeo\nOff: FullEnrich"],
    ] == rows(page, "Order of providers")


def test_without_any_provider_it_says_what_to_set(console: Console) -> None:
    """Nobody is switched on: the page names a variable, and that analyses work without."""
    console.api.providers = [provider(each["name"], each["actions"]) for each in PROVIDERS]
    page = console.open("/console#/providers")
    told = page.get_by_role("status").filter(has_text="No provider is switched on.")

    expect(told).to_contain_text("Analyses work without one")
    expect(told.get_by_text("MEETONCE_HUNTER_API_KEY")).to_be_visible()
    assert "Nobody\nOff: Prospeo, Hunter, FullEnrich" == rows(page, "Order of providers")[0][1]


def test_an_unreachable_sidecar_is_said_and_can_be_tried_again(console: Console) -> None:
    """The problem's sentence and a button; the next try shows the table."""
    console.api.providers = []
    page = console.open("/console#/providers")
    expect(page.get_by_role("alert")).to_contain_text("The enrichment program did not answer.")
    console.api.providers = list(PROVIDERS)
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("table", name="Providers", exact=True)).to_be_visible()


def test_only_those_who_administer_see_the_section(console: Console) -> None:
    """For a member the navigation has no such entry."""
    console.api.role = "member"
    page = console.open("/console")
    expect(page.get_by_role("link", name="Members")).to_be_visible()

    assert 0 == page.get_by_role("link", name="Providers").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_screen_in_both_colours(console: Console, scheme: str) -> None:
    """Nothing is wider than a telephone, light or dark."""
    console.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    console.page.set_viewport_size({"width": 390, "height": 800})
    page = console.open("/console#/providers")
    expect(page.get_by_role("table", name="Order of providers")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
