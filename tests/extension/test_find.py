"""Finding addresses, numbers and texts from the panel: one press, one request, and its price."""

import re

import pytest
from playwright.sync_api import expect

from tests.extension.conftest import Browser
from tests.extension.fake_server import FakeServer
from tests.extension.finding import (
    EMAIL,
    ENRICHMENTS,
    FIELDS,
    PROFILE,
    analysed,
    came,
    found,
    key_of,
    known,
    paid,
    press,
    selling,
)

pytestmark = pytest.mark.browser


__all__ = ["selling"]


def test_where_nothing_is_sold_there_is_no_such_section(
    connected: Browser, server: FakeServer
) -> None:
    """Under a policy without these actions the panel offers none, and asks nothing for it."""
    page = connected.open(PROFILE)
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_label("Campaign").locator("option").nth(1)).to_be_attached()
    page.wait_for_timeout(300)
    expect(page.get_by_role("heading", name="Find", exact=True)).to_have_count(0)
    assert [] == [one for one in server.asked() if "fields" in one or "enrichments" in one]


def test_each_action_has_its_price_on_its_button(selling: Browser, server: FakeServer) -> None:
    """After the press on Analyze, in this order; before it nothing is asked, and by it no more
    than what is known of the contact."""
    page = selling.open(PROFILE)
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    page.wait_for_timeout(300)
    assert [] == server.asked("/v1")
    page.get_by_role("button", name="Analyze").click()
    section = page.get_by_role("region", name="Find")
    expect(section.get_by_role("button")).to_have_text(
        [
            "Find email 5 credits",
            "Find phone 20 credits",
            "Complete profile 1 credit",
            "Write a first line 1 credit",
        ]
    )
    assert 1 == server.asked().count(FIELDS)
    assert [] == server.posted("/enrichments")


def test_only_what_the_policy_sells_is_offered(selling: Browser, server: FakeServer) -> None:
    """One action sold is one button; an address can be checked only where there is one."""
    costs = {"phone.find": {"cost": 20}, "email.verify": {"cost": 1}}
    server.rules[FIELDS] = (200, {"data": [], "costs": costs})
    page = selling.open(PROFILE)
    page.get_by_role("button", name="Analyze").click()
    section = page.get_by_role("region", name="Find")
    expect(section.get_by_role("button")).to_have_text(["Find phone 20 credits"])
    server.rules[FIELDS] = (200, {"data": [EMAIL], "costs": costs})
    page.get_by_role("button", name="Analyze again").click()
    expect(section.get_by_role("button", name="Check the email")).to_be_visible()


def test_one_press_is_one_request_and_shows_what_was_found(
    selling: Browser, server: FakeServer
) -> None:
    """The value with status, sureness, source, day, evidence and others; what it cost; and the
    price from then on."""
    page = analysed(selling)
    server.rules[FIELDS] = known(EMAIL, email_find="already_enriched")
    press(page)
    group = came(page)
    expect(group).to_contain_text("5 credits charged, 37 left")
    expect(group).to_contain_text("noor.vandijk@zuiderzee.example")
    expect(group).to_contain_text("verified")
    expect(group).to_contain_text("sure · from Hunter · as of Nov 20, 2026")
    group.get_by_text("Why").click()
    for text in (
        "Address: zuiderzee.example/team",
        "Colleagues: 2 colleagues use first.last",
        "Their words: “about: noor.vandijk”",
        "Rule: first.last",
        "Source says: score 96",
        "noor@zuiderzee.example (a guess, by a rule: guess)",
    ):
        expect(group.get_by_text(text)).to_be_visible()
    link = group.get_by_role("link", name="zuiderzee.example/team")
    expect(link).to_have_attribute("href", "https://zuiderzee.example/team")
    expect(page.get_by_role("button", name="Find email 0 credits")).to_be_visible()
    (request,) = server.posted("/enrichments")
    assert {
        "contact_id": "con_1",
        "action": "email.find",
        "source": "profile",
        "max_cost": 5,
    } == request.post_data_json
    assert 20 < len(key_of(request)) <= 255


def test_what_is_known_is_shown_without_paying(selling: Browser, server: FakeServer) -> None:
    """Values found before are there after the press on Analyze; nothing is asked for again."""
    phone = EMAIL | {"name": "phone", "value": "+31 20 555 0100", "status": "probable"}
    server.rules[FIELDS] = known(EMAIL, phone)
    page = analysed(selling)
    section = page.get_by_role("region", name="Find")
    expect(section.get_by_role("listitem").filter(has_text="+31 20 555 0100")).to_contain_text(
        "probable"
    )
    expect(section).to_contain_text("noor.vandijk@zuiderzee.example")
    assert [] == server.posted("/enrichments")


FREE = [
    ("empty", "nothing_found", "nothing was found"),
    ("done", "only_invalid", "only an invalid address was found"),
    ("done", "only_a_guess", "only a guess"),
    ("done", "not_verified", "it could not be verified"),
    ("done", "already_held", "your workspace had it already"),
    ("done", "already_enriched", "found and paid for before"),
    ("done", "joined_running_enrichment", "a teammate was just looking for it"),
    ("done", "incomplete", "not all of it was found"),
    ("done", "nothing_new", "nothing new was found"),
    ("done", "template_instead_of_model", "a template stood in for the language model"),
]


def test_why_nothing_was_charged_is_said(selling: Browser, server: FakeServer) -> None:
    """Each reason of the receipt in the member's words, beside 0 credits and what is left."""
    page = analysed(selling)
    for status, reason, words in FREE:
        fields = [] if status == "empty" else [EMAIL | {"status": "guess"}]
        server.rules[ENRICHMENTS] = (
            200,
            found(status=status, reason=reason, fields=fields, charge=paid(0, reason, 42)),
        )
        press(page)
        expect(came(page)).to_contain_text(f"0 credits: {words}, 42 left")


STATUSES = [
    ("verified", "verified"),
    ("probable", "probable"),
    ("guess", "a guess"),
    ("catch_all", "catch-all"),
    ("invalid", "invalid"),
]


def test_each_status_has_its_word_and_an_invalid_value_no_copy(
    selling: Browser, server: FakeServer
) -> None:
    """Nobody copies an address that is known not to work."""
    server.rules[FIELDS] = known(
        *(EMAIL | {"name": f"email_{status}", "status": status} for status, _ in STATUSES)
    )
    page = analysed(selling)
    cards = page.get_by_role("region", name="Find").get_by_role("list").first.locator("> li")
    for index, (status, word) in enumerate(STATUSES):
        expect(cards.nth(index)).to_contain_text(word)
        copies = 0 if status == "invalid" else 1
        expect(cards.nth(index).get_by_role("button", name="Copy")).to_have_count(copies)


def test_keyboard_and_screen_reader(selling: Browser, server: FakeServer) -> None:
    """The action pressed by key keeps the focus through its answer, which is spoken; what a value
    rests on opens by key, and stays open while the panel is drawn anew."""
    page = analysed(selling)
    button = page.get_by_role("button", name="Find email")
    server.slow.add("/enrichments")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_be_disabled()
    expect(button).to_have_text("Find email Looking…")
    expect(page.get_by_role("status").first).to_have_text("Looking…")
    server.answer_slow()
    expect(page.get_by_role("status").first).to_have_text("5 credits charged, 37 left")
    expect(button).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(came(page).get_by_text("Source says: score 96")).to_be_visible()
    press(page, "Find phone")
    expect(came(page, "Find phone")).to_be_visible()
    expect(came(page).get_by_text("Source says: score 96")).to_be_visible()


def test_a_server_without_prices_for_a_contact_has_those_for_anybody(
    selling: Browser, server: FakeServer
) -> None:
    """An older server lists fields alone: the prices of the workspace stand on the buttons."""
    server.rules[FIELDS] = (200, {"data": []})
    page = analysed(selling)
    expect(page.get_by_role("button", name="Find phone 20 credits")).to_be_visible()
