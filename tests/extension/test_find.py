"""Finding addresses, numbers and texts from the panel: one press, one request, and its price."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.extension.conftest import Browser
from tests.extension.fake_server import FakeServer, analysis, charge, problem
from tests.extension.test_lifecycle import stop_worker

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"
W = "/v1/workspaces/wsp_1"
ENRICHMENTS = f"POST {W}/enrichments"
FIELDS = f"GET {W}/contacts/con_1/fields"
PRICES = {"email.find": 5, "phone.find": 20, "profile.enrich": 1, "ai.variable": 1}
EMAIL = {
    "name": "email",
    "value": "noor.vandijk@zuiderzee.example",
    "status": "verified",
    "confidence": 0.96,
    "source": "provider:hunter",
    "evidence": [
        {"kind": "url", "text": "seen here", "url": "https://zuiderzee.example/team"},
        {"kind": "colleagues", "text": "2 colleagues use first.last", "url": None},
        {"kind": "quote", "text": "about: noor.vandijk", "url": None},
        {"kind": "rule", "text": "first.last", "url": None},
        {"kind": "vendor", "text": "score 96", "url": None},
    ],
    "observed_at": "2026-11-20T10:00:00Z",
    "expires_at": "2027-02-18T10:00:00Z",
    "verdict": "deliverable",
    "reasons": [],
    "alternatives": [
        {"value": "noor@zuiderzee.example", "status": "guess", "source": "rule:guess"}
    ],
}


def paid(charged: int, reason: str, available: int = 37) -> dict[str, Any]:
    """What an enrichment cost."""
    return charge(charged, reason, available) | {"rule": "lemlist@1"}


def found(**changes: Any) -> dict[str, Any]:
    """The answer to one that found an address, with `changes`."""
    return {
        "id": "enm_1",
        "contact_id": "con_1",
        "action": "email.find",
        "status": "done",
        "reason": "found_deliverable",
        "fields": [EMAIL],
        "attempts": [],
        "charge": paid(5, "found_deliverable"),
        "started_at": "2026-11-20T10:00:00Z",
        "finished_at": "2026-11-20T10:00:02Z",
        **changes,
    }


def known(*fields: Any, **free: str) -> tuple[int, dict[str, Any]]:
    """What is known of the contact; the actions in `free` (a dot is `_`) cost 0, and why."""
    costs: dict[str, Any] = {
        action: {"cost": price, "reason": None} for action, price in PRICES.items()
    }
    for action, reason in free.items():
        costs[action.replace("_", ".")] = {"cost": 0, "reason": reason}
    return 200, {"data": list(fields), "costs": costs}


@pytest.fixture
def selling(connected: Browser, server: FakeServer) -> Browser:
    """A browser of a workspace whose policy sells finding, and where all goes well."""
    status, body = server.rules["GET /v1/me"]  # type: ignore[misc]
    server.rules["GET /v1/me"] = (status, {**body, "actions": {"contact.analysis": 1, **PRICES}})
    server.rules[FIELDS] = known()
    server.rules[ENRICHMENTS] = (200, found())
    return connected


def analysed(browser: Browser) -> Page:
    """The profile's page after a press on Analyze, with what can be found."""
    page = browser.open(PROFILE)
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_role("button", name="Find email")).to_be_visible()
    return page


def press(page: Page, name: str = "Find email") -> None:
    """Press one of the actions."""
    page.get_by_role("button", name=name).click()


def came(page: Page, name: str = "Find email") -> Locator:
    """What came of an action."""
    return page.get_by_role("group", name=name)


def key_of(request: Request) -> str:
    """The idempotency key of a request."""
    return request.headers["idempotency-key"]


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


def test_a_server_without_prices_for_a_contact_has_those_for_anybody(
    selling: Browser, server: FakeServer
) -> None:
    """An older server lists fields alone: the prices of the workspace stand on the buttons."""
    server.rules[FIELDS] = (200, {"data": []})
    page = analysed(selling)
    expect(page.get_by_role("button", name="Find phone 20 credits")).to_be_visible()


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
