"""Finding when something is in the way: networks, workers, refusals, hostile values."""

import json
from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests.extension.conftest import Browser
from tests.extension.fake_server import FakeServer, analysis, problem
from tests.extension.finding import (
    EMAIL,
    ENRICHMENTS,
    FIELDS,
    W,
    analysed,
    came,
    found,
    key_of,
    known,
    paid,
    press,
    selling,
)
from tests.extension.test_lifecycle import stop_worker

pytestmark = pytest.mark.browser


__all__ = ["selling"]


def test_a_press_in_flight_cannot_be_repeated(selling: Browser, server: FakeServer) -> None:
    """The button is off until the answer is there; two tabs at once are one request."""
    pages = [analysed(selling), analysed(selling)]
    server.slow.add("/enrichments")
    for page in pages:
        page.bring_to_front()
        press(page)
        expect(page.get_by_role("button", name="Find email Looking…")).to_be_disabled()
    server.answer_slow()
    for page in pages:
        expect(came(page)).to_contain_text("5 credits charged")
    assert 1 == len(server.posted("/enrichments"))


def test_a_press_without_a_network_is_kept_and_sent_once(
    selling: Browser, server: FakeServer
) -> None:
    """It goes out by itself, under its key, and the panel that waits for it shows the answer."""
    page = analysed(selling)
    server.rules[ENRICHMENTS] = lambda _: None
    press(page)
    expect(page.get_by_text("Your press is kept for an hour")).to_be_visible()
    (lost,) = server.posted("/enrichments")
    server.rules[ENRICHMENTS] = (200, found())
    for _ in range(2):
        selling.worker.evaluate("dispatchEvent(new Event('online'))")
        expect(came(page)).to_contain_text("5 credits charged")
    page.wait_for_timeout(300)
    _, sent = server.posted("/enrichments")
    assert key_of(lost) == key_of(sent)
    assert lost.post_data_json == sent.post_data_json


def test_a_worker_that_dies_at_work_asks_again_under_its_key(
    selling: Browser, server: FakeServer
) -> None:
    """The press is answered by the worker that takes its place; key and body are the same."""
    page = analysed(selling)
    server.slow.add("/enrichments")
    press(page)
    expect(page.get_by_role("button", name="Find email Looking…")).to_be_disabled()
    page.wait_for_timeout(200)
    server.slow.clear()
    stop_worker(selling)
    page.bring_to_front()
    expect(came(page)).to_contain_text("5 credits charged")
    lost, again = server.posted("/enrichments")
    assert key_of(lost) == key_of(again)
    assert lost.post_data_json == again.post_data_json


def test_a_kept_press_can_be_let_go(selling: Browser, server: FakeServer) -> None:
    """Who does not want it any more says so, and nothing is sent later."""
    page = analysed(selling)
    server.rules[ENRICHMENTS] = lambda _: None
    press(page)
    page.get_by_role("button", name="Do not send it").click()
    expect(page.get_by_text("Your press is kept")).to_have_count(0)
    server.rules[ENRICHMENTS] = (200, found())
    selling.worker.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(300)
    assert 1 == len(server.posted("/enrichments"))


def test_after_a_lost_answer_the_very_same_request_goes_again(
    selling: Browser, server: FakeServer
) -> None:
    """Whether it was done is unknown: the same key and body; once it is known, a new key."""
    page = analysed(selling)
    server.rules[ENRICHMENTS] = (502, "<html>gateway</html>")
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("cannot charge twice")
    server.rules[ENRICHMENTS] = (200, found())
    press(page)
    expect(came(page)).to_contain_text("5 credits charged")
    press(page)
    expect(came(page)).to_contain_text("5 credits charged")
    lost, again, later = server.posted("/enrichments")
    assert key_of(lost) == key_of(again) != key_of(later)
    assert lost.post_data_json == again.post_data_json


def test_a_teammates_run_is_waited_for(selling: Browser, server: FakeServer) -> None:
    """202 while somebody else's request runs: the worker reads how it stands until it is done,
    which costs nothing here, and asks for nothing a second time."""
    joined = found(status="running", reason=None, fields=[], charge=paid(0, "still_running", 42))
    server.rules[ENRICHMENTS] = (202, joined)
    turns: list[Request] = []

    def stands(request: Request) -> tuple[int, Any]:
        turns.append(request)
        row = {name: value for name, value in found().items() if name != "charge"}
        if len(turns) == 1:
            row |= {"status": "running", "fields": []}
        return 200, row | {"charged": 5, "receipt_id": "rcp_9", "started_by": "mem_2"}

    server.rules[f"GET {W}/enrichments/enm_1"] = stands
    page = analysed(selling)
    press(page)
    expect(came(page)).to_contain_text("0 credits: a teammate was just looking for it, 42 left")
    expect(came(page)).to_contain_text("noor.vandijk@zuiderzee.example")
    assert (2, 1) == (len(turns), len(server.posted("/enrichments")))
    press(page)
    expect(came(page)).to_be_visible()
    server.rules[ENRICHMENTS] = (200, found())
    press(page)
    expect(came(page)).to_contain_text("5 credits charged")
    first, *_, last = server.posted("/enrichments")
    assert key_of(first) != key_of(last), "what is known to have ended is over"


def test_a_slow_vendor_is_asked_again_under_the_same_key(
    selling: Browser, server: FakeServer
) -> None:
    """202 pending: nothing is charged yet, and the same request finds it done."""
    turns: list[Request] = []

    def answer(request: Request) -> tuple[int, Any]:
        turns.append(request)
        if len(turns) == 1:
            return 202, found(status="pending", fields=[], charge=paid(0, "still_running", 42))
        return 200, found()

    server.rules[ENRICHMENTS] = answer
    page = analysed(selling)
    press(page)
    expect(came(page)).to_contain_text("5 credits charged, 37 left")
    assert key_of(turns[0]) == key_of(turns[1])
    assert turns[0].post_data_json == turns[1].post_data_json


REFUSALS: list[tuple[Any, str, str]] = [
    (
        problem(402, "out_of_credits", available=0, next_refill_at="2026-12-01T00:00:00Z"),
        "No credits left",
        "Next refill: Dec 1, 2026.",
    ),
    (problem(402, "cap_reached"), "Your limit is reached", "Nothing was charged."),
    (problem(451, "suppressed"), "Do not contact", "nothing was charged"),
    (problem(503, "enrichment_unavailable"), "Finding is out of reach", "Nothing was charged."),
    (problem(409, "credit_refused"), "Not part of your plan", "Nothing was charged."),
    (problem(403, "forbidden"), "Not allowed", "Your role"),
    (problem(429, "rate_limited"), "Too many requests", "Nothing was charged."),
    (problem(404, "not_found"), "This cannot be done", "Refused: not_found."),
]


def test_each_refusal_is_said_beside_the_rest(selling: Browser, server: FakeServer) -> None:
    """What went wrong and what became of the credits; the analysis stays, the button too."""
    page = analysed(selling)
    for answer, title, text in REFUSALS:
        server.rules[ENRICHMENTS] = answer
        press(page)
        alert = came(page).get_by_role("alert").filter(has_text=title)
        expect(alert).to_contain_text(text)
        expect(page.get_by_role("dialog", name="Noor van Dijk")).to_be_visible()
        expect(page.get_by_role("button", name="Find email")).to_be_enabled()


def test_credits_can_be_asked_for(selling: Browser, server: FakeServer) -> None:
    """Out of them, a member asks an admin from beside the refusal."""
    options = [{"kind": "request", "href": "/v1/x"}]
    server.rules[ENRICHMENTS] = problem(402, "cap_reached", options=options)
    server.rules[f"POST {W}/credit-requests"] = (201, {"id": "crq_1"})
    page = analysed(selling)
    press(page)
    page.get_by_role("button", name="Ask for 10 credits").click()
    expect(page.get_by_text("Asked. An admin sees your request.")).to_be_visible()
    assert 1 == len(server.posted("/credit-requests"))


def test_a_price_above_the_one_shown_takes_another_press(
    selling: Browser, server: FakeServer
) -> None:
    """Nothing is done for more than the button said; then the button says the new price."""
    page = analysed(selling)
    server.rules[ENRICHMENTS] = problem(402, "max_cost_exceeded", cost=7)
    server.rules[FIELDS] = (200, {"data": [], "costs": {"email.find": {"cost": 7}}})
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("It would cost more")
    expect(page.get_by_role("button", name="Find email 7 credits")).to_be_visible()


HOSTILE = (
    "<img src=x onerror='window.hit=1'><script>window.hit=1</script>{{7*7}}",
    "\u202egro.live@ecila\u202c \u2066x",
    "a\x00b\x07c\x1b[31md\ud800e",
    "m" * 1_000_000,
    "https://evil.example/" + "a/" * 3_000,
)


def test_hostile_values_are_text_and_break_nothing(selling: Browser, server: FakeServer) -> None:
    """Markup, control and direction characters and a megabyte, in every part of an answer: shown
    as text, cut, inside the panel; nothing runs, and no link leads anywhere but to the web."""
    fields = [
        EMAIL
        | {
            "name": text[:2_000],
            "value": text,
            "status": text[:50],
            "source": f"provider:{text}",
            "observed_at": text[:50],
            "evidence": [
                {"kind": "url", "text": text, "url": "javascript:window.hit=1"},
                *[{"kind": text[:50], "text": text[:2_000], "url": text[:3_000]}] * 12,
            ],
            "alternatives": [{"value": text[:2_000], "status": "guess", "source": text[:2_000]}]
            * 12,
            "reasons": [text[:2_000]] * 12,
        }
        for text in HOSTILE
    ]
    server.rules[FIELDS] = (200, {"data": fields, "costs": known()[1]["costs"]})
    server.rules[ENRICHMENTS] = (200, found(fields=fields, charge=paid(0, HOSTILE[0])))
    hurt = analysis()
    for basis in hurt["insight"]["basis"].values():
        basis["evidence"] = [{"quote": text, "from": text[:80]} for text in HOSTILE]
    server.rules[f"POST {W}/analyses"] = (200, json.loads(json.dumps(hurt)))
    page = analysed(selling)
    press(page)
    expect(came(page)).to_contain_text("0 credits")
    seen = page.evaluate(
        """() => {
          const host = [...document.documentElement.children].find((one) => one.shadowRoot);
          const panel = host.shadowRoot.querySelector('.panel');
          for (const one of panel.querySelectorAll('details')) one.open = true;
          const box = panel.getBoundingClientRect();
          const body = panel.querySelector('.body');
          return {
            hit: window.hit ?? 0,
            odd: panel.querySelectorAll('img, script, iframe').length,
            links: [...panel.querySelectorAll('a')].filter((a) => !/^https?:/.test(a.href)).length,
            inside: box.right <= innerWidth && box.width <= 400,
            wide: body.scrollWidth - body.clientWidth,
            text: panel.textContent.length,
            marks: /[\\u0000-\\u001f\\u202a-\\u202e\\u2066-\\u2069]/.test(panel.textContent),
          };
        }"""
    )
    assert (0, 0, 0, True, 0, False) == (
        seen["hit"],
        seen["odd"],
        seen["links"],
        seen["inside"],
        seen["wide"],
        seen["marks"],
    )
    assert seen["text"] < 400_000
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
