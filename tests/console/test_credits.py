"""The console's section about credits: use and losses, requests by one press, caps."""

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Console
from tests.console.fake_answers import W
from tests.console.test_sections import rows

pytestmark = pytest.mark.browser


def test_use_and_losses_month_by_month(console: Console) -> None:
    """The months since the first with anything in it, newest first; losses are said plainly."""
    page = console.open("/console#/credits")

    expect(page.get_by_text("You lost 390 credits in these 12 months")).to_be_visible()
    assert [
        ["November 2026", "158", "316", "0", "350", "0"],
        ["October 2026", "0", "0", "0", "350", "350"],
        ["September 2026", "310", "620", "0", "350", "40"],
    ] == rows(page, "Use by month")
    assert [["Ana Lopes", "250", "500", "81 %"], ["Théo Marchand", "58", "116", "19 %"]] == rows(
        page, "Use by member"
    )


def test_a_request_is_approved_by_one_press(console: Console) -> None:
    """Approve asks nothing more; the row then says who decided. Markup in a note stays text."""
    page = console.open("/console#/credits")
    expect(page.get_by_text("1 waiting")).to_be_visible()
    expect(page.get_by_text("The fair in Lyon <b>")).to_be_visible()
    page.get_by_role("button", name="Approve 25 credits for Théo Marchand").click()

    expect(page.get_by_role("status").filter(has_text="25 credits more")).to_be_visible()
    expect(page.get_by_text("Approved", exact=True)).to_be_visible()
    assert 1 == len(console.api.sent("POST", f"{W}/credit-requests/req_1/approve"))


def test_a_cap_is_set_and_lifted(console: Console) -> None:
    """A number sets it, an empty field lifts it."""
    page = console.open("/console#/credits")
    box = page.get_by_role("spinbutton", name="Cap of Théo Marchand")
    expect(box).to_have_value("60")
    box.fill("75")
    page.get_by_role("button", name="Set the cap of Théo Marchand").click()
    expect(page.get_by_text("The cap of Théo Marchand is set.")).to_be_visible()
    box.fill("")
    page.get_by_role("button", name="Set the cap of Théo Marchand").click()
    expect(page.get_by_text("Théo Marchand has no cap now.")).to_be_visible()

    sent = console.api.sent("PUT", f"{W}/members/mem_2/cap")
    assert [{"cap": 75}, {"cap": None}] == [body for body, _ in sent]
