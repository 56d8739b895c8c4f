"""What the panel says where the server refuses or does not answer, and what it sends then."""

from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests.extension.conftest import ORIGIN, Browser
from tests.extension.fake_server import FakeServer, analysis, charge, problem
from tests.extension.test_panel import ANALYSES, PROFILE, key_of, press

pytestmark = pytest.mark.browser


REFUSALS: list[tuple[Any, str, str]] = [
    (
        problem(402, "out_of_credits", available=0, held=2, next_refill_at="2026-12-01T00:00:00Z"),
        "No credits left",
        "Next refill: Dec 1, 2026.",
    ),
    (problem(402, "cap_reached"), "Your limit is reached", "Nothing was charged."),
    (problem(402, "max_cost_exceeded"), "It would cost more", "nothing was charged"),
    (problem(451, "suppressed"), "Do not contact", "nothing was charged"),
    (problem(422, "invalid_identity", reason="not_a_person"), "nobody’s page", "Nothing was"),
    (problem(403, "forbidden"), "Not allowed", "Your role"),
    (problem(429, "rate_limited"), "Too many requests", "Nothing was charged."),
    (problem(503, "enrichment_unavailable"), "out of reach", "Nothing was charged."),
    (problem(422, "a_new_code"), "This cannot be done", "Refused: a_new_code."),
    ((500, {"no": "problem"}), "Something went wrong on the server", "cannot charge twice"),
    ((502, "<html>gateway</html>"), "Something went wrong on the server", "cannot charge twice"),
    (lambda _: None, "The server does not answer", ORIGIN),
]


@pytest.mark.parametrize(
    ("answer", "title", "text"), REFUSALS, ids=[title for _, title, _ in REFUSALS]
)
def test_each_refusal_is_said_plainly(
    connected: Browser, server: FakeServer, answer: Any, title: str, text: str
) -> None:
    """What went wrong, what became of the credits, and no word that only a program knows."""
    server.rules[ANALYSES] = answer
    page = connected.open(PROFILE)
    press(page)
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("heading", name=title)).to_be_visible()
    expect(panel).to_contain_text(text)
    assert 1 == len(server.posted("/analyses"))


def test_a_price_above_a_credit_is_shown_before_it_is_paid(
    connected: Browser, server: FakeServer
) -> None:
    """Where a policy asks for more, the panel says how much, and one press agrees to just that."""

    def answer(request: Request) -> tuple[int, Any]:
        if request.post_data_json["max_cost"] < 3:
            return problem(402, "max_cost_exceeded", cost=3, charged=0)
        return 200, analysis(charge=charge(charged=3, available=38))

    server.rules[ANALYSES] = answer
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_role("heading", name="It would cost more")).to_be_visible()
    page.get_by_role("button", name="Analyze · 3 credits").click()
    expect(page.get_by_text("3 credits charged")).to_be_visible()
    assert [1, 3] == [one.post_data_json["max_cost"] for one in server.posted("/analyses")]


def test_ways_out_lead_to_the_web_only(connected: Browser, server: FakeServer) -> None:
    """Offers of the server become links, its own paths absolute; anything else is dropped."""
    options = [
        {"kind": "buy", "href": "/console#credits"},
        {"kind": "request", "href": "javascript:alert(1)"},
    ]
    server.rules[ANALYSES] = problem(402, "out_of_credits", available=0, options=options)
    page = connected.open(PROFILE)
    press(page)
    link = page.get_by_role("link", name="Buy credits")
    expect(link).to_have_attribute("href", f"{ORIGIN}/console#credits")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert 1 == page.get_by_role("dialog").get_by_role("link").count()


def test_after_no_answer_the_very_same_request_goes_again(
    connected: Browser, server: FakeServer
) -> None:
    """Whether the first one was done is unknown: same key, same body, though the page changed."""
    server.rules[ANALYSES] = lambda _: None
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    page.evaluate("document.querySelector('[data-testid=expandable-text-box]').textContent = 'x'")
    server.rules[ANALYSES] = (200, analysis())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    first, second = server.posted("/analyses")
    assert key_of(first) == key_of(second)
    assert first.post_data_json == second.post_data_json


def test_after_a_refusal_the_same_key_brings_what_the_page_says_now(
    connected: Browser, server: FakeServer
) -> None:
    """The server stored nothing, so the key stays good once credits are back."""
    server.rules[ANALYSES] = problem(402, "out_of_credits", available=0)
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("No credits left")).to_be_visible()
    page.evaluate("document.querySelector('[data-testid=expandable-text-box]').textContent = 'x'")
    server.rules[ANALYSES] = (200, analysis())
    press(page)
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    first, second = server.posted("/analyses")
    assert key_of(first) == key_of(second)
    assert "x" == second.post_data_json["page"]["about"]


def test_a_key_that_is_still_being_answered_is_waited_for(
    connected: Browser, server: FakeServer
) -> None:
    """The press of a worker that was stopped runs on at the server: the next one joins it."""
    turns: list[Request] = []

    def answer(request: Request) -> tuple[int, Any]:
        turns.append(request)
        return problem(409, "in_flight") if len(turns) == 1 else (200, analysis())

    server.rules[ANALYSES] = answer
    server.headers = {"Retry-After": "1"}
    page = connected.open(PROFILE)
    press(page)
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert key_of(turns[0]) == key_of(turns[1])
