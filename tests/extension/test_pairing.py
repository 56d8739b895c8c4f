"""Connecting a browser: the code, the proof, the tokens, and who may not do any of it."""

import base64
import hashlib
import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.extension.conftest import ORIGIN, Browser
from tests.extension.fake_server import TOKENS, FakeServer, problem
from tests.extension.isolated import evaluate

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"
TOKEN = "POST /v1/extension/pairings/par_1/token"
PAIRED = f"{ORIGIN}/extension/paired?pairing=par_1"


def session(browser: Browser) -> dict[str, object]:
    """What the extension keeps of its session."""
    stored: dict[str, object] = browser.worker.evaluate("chrome.storage.local.get(['session'])")
    return stored


def test_connect_opens_the_servers_page_and_shows_the_code(
    browser: Browser, server: FakeServer
) -> None:
    """One press asks for a code, shows it, and opens the page on which it is approved."""
    server.rules[TOKEN] = problem(400, "authorization_pending")
    popup = browser.popup()
    popup.get_by_role("button", name="Connect").click()
    expect(popup.get_by_text("BCDF-GHJK")).to_be_visible()
    for _ in range(50):
        opened = browser.worker.evaluate(
            "chrome.tabs.query({}).then((tabs) => tabs.map((tab) => tab.pendingUrl ?? tab.url))"
        )
        if f"{ORIGIN}/pair?code=BCDF-GHJK" in opened:
            break
        popup.wait_for_timeout(50)
    assert f"{ORIGIN}/pair?code=BCDF-GHJK" in opened
    (request,) = server.posted("/extension/pairings")
    body = request.post_data_json
    assert {"code_challenge", "label", "version"} == body.keys()
    assert 43 == len(body["code_challenge"])
    assert body["label"]


def test_the_approved_page_finishes_the_connection(browser: Browser, server: FakeServer) -> None:
    """The browser lands on our own address, proves that it holds the secret, and is connected."""
    server.rules[TOKEN] = problem(400, "authorization_pending")
    popup = browser.popup()
    popup.get_by_role("button", name="Connect").click()
    expect(popup.get_by_text("BCDF-GHJK")).to_be_visible()
    popup.close()
    server.rules[TOKEN] = (200, TOKENS)
    tab = browser.open(f"{ORIGIN}/pair?code=BCDF-GHJK")
    tab.goto(PAIRED)
    popup = browser.popup()
    expect(popup.get_by_text("42")).to_be_visible()
    expect(popup.get_by_text("Northwind")).to_be_visible()
    challenge = server.posted("/extension/pairings")[0].post_data_json["code_challenge"]
    verifier = server.posted("/par_1/token")[-1].post_data_json["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_the_code_is_exchanged_once(browser: Browser, server: FakeServer) -> None:
    """Popup and approved page ask at the same moment; the second finds it done."""
    server.slow.add("/par_1/token")
    popup = browser.popup()
    popup.get_by_role("button", name="Connect").click()
    expect(popup.get_by_text("BCDF-GHJK")).to_be_visible()
    browser.open(PAIRED)
    popup.wait_for_timeout(300)
    server.answer_slow()
    expect(popup.get_by_text("credits available")).to_be_visible()
    popup.wait_for_timeout(300)
    assert 1 == len(server.posted("/par_1/token"))


def test_another_pairings_page_changes_nothing(browser: Browser, server: FakeServer) -> None:
    """Only the pairing that this browser began is finished."""
    server.rules[TOKEN] = problem(400, "authorization_pending")
    popup = browser.popup()
    popup.get_by_role("button", name="Connect").click()
    expect(popup.get_by_text("BCDF-GHJK")).to_be_visible()
    popup.close()
    asked = len(server.posted("/par_1/token"))
    browser.open(f"{ORIGIN}/extension/paired?pairing=par_2").wait_for_timeout(300)
    assert asked == len(server.posted("/par_1/token"))
    assert {} == session(browser)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("access_denied", "The connection was turned down"),
        ("expired_token", "The code has expired"),
    ],
)
def test_a_refused_code_is_over(
    browser: Browser, server: FakeServer, code: str, said: str
) -> None:
    """The popup says what became of it and offers to connect anew."""
    server.rules[TOKEN] = problem(400, code)
    popup = browser.popup()
    popup.get_by_role("button", name="Connect").click()
    expect(popup.get_by_text(said)).to_be_visible()
    expect(popup.get_by_role("button", name="Connect")).to_be_visible()


def test_only_the_own_server_may_ask_for_an_approval(browser: Browser, server: FakeServer) -> None:
    """An address elsewhere is not opened, whatever the answer says."""
    server.rules["POST /v1/extension/pairings"] = (
        201,
        {
            "pairing_id": "par_1",
            "user_code": "BCDF-GHJK",
            "verification_url": "https://elsewhere.example/pair",
            "expires_in": 600,
        },
    )
    popup = browser.popup()
    popup.get_by_role("button", name="Connect").click()
    expect(popup.get_by_text("Something went wrong on the server")).to_be_visible()
    hosts = {urlsplit(page.url).hostname for page in browser.context.pages}
    assert "elsewhere.example" not in hosts


def test_an_unreachable_server_is_named(browser: Browser, server: FakeServer) -> None:
    """The popup says which address does not answer, and why that may be."""
    server.rules["POST /v1/extension/pairings"] = lambda _: None
    popup = browser.popup()
    popup.get_by_role("button", name="Connect").click()
    expect(popup.get_by_text(f"{ORIGIN} cannot be reached")).to_be_visible()


def test_disconnecting_forgets_everything(connected: Browser) -> None:
    """Tokens, keys and what was seen are gone."""
    popup = connected.popup()
    popup.get_by_role("button", name="Sign out").click()
    expect(popup.get_by_role("button", name="Connect")).to_be_visible()
    left = connected.worker.evaluate("chrome.storage.local.get()")
    # What stays is about the server and the screen, not about anybody's work.
    assert set() == set(left) - {"salt", "folded", "asked_at", "disabled"}
    assert {} == connected.worker.evaluate("chrome.storage.session.get(['access', 'pairing'])")


def test_an_old_version_is_told_so(connected: Browser, server: FakeServer) -> None:
    """When the server wants a newer extension, the popup says where to get it."""
    status, body = server.rules["GET /v1/me"]  # type: ignore[misc]
    server.rules["GET /v1/me"] = (status, {**body, "min_extension_version": "99.0"})
    popup = connected.popup()
    expect(popup.get_by_text("has become too old")).to_be_visible()
    link = popup.get_by_role("link", name="Update the extension")
    expect(link).to_have_attribute("href", f"{ORIGIN}/extension")


def test_a_rotating_token_is_refreshed_once_for_all(
    connected: Browser, server: FakeServer
) -> None:
    """Two requests that find the token expired share one refresh, or the person is signed out."""
    connected.worker.evaluate("chrome.storage.session.set({ access: { token: 'x', until: 0 } })")
    popups = [connected.popup(), connected.popup()]
    for popup in popups:
        expect(popup.get_by_text("42")).to_be_visible()
    assert 1 == len(server.posted("/token/refresh"))
    kept = session(connected)["session"]
    assert isinstance(kept, dict)
    assert "refresh-2" == kept["refresh_token"]


@pytest.mark.parametrize(
    "message",
    [
        {"v": 1, "type": "session.get"},
        {"v": 1, "type": "session.forget"},
        {"v": 1, "type": "pairing.start"},
        {"v": 1, "type": "page.analyze", "tab": 1},
        {"v": 2, "type": "campaign.list"},
        {"v": 1, "type": "campaign.delete"},
        {"v": 1, "type": "person.enroll", "contact_id": "../../me", "campaign_id": "cam_1"},
        {
            "v": 1,
            "type": "person.analyze",
            "key": "k",
            "url": "https://elsewhere.example/in/x",
            "identifiers": [],
            "page": {"name": "X"},
        },
    ],
    ids=lambda message: f"{message['type']} {message['v']}",
)
def test_a_page_is_believed_less_than_the_popup(
    connected: Browser, server: FakeServer, message: dict[str, object]
) -> None:
    """From inside a page the worker takes no session or pairing message, nothing malformed, and
    no analysis of an address on another site."""
    page = connected.open(PROFILE)
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    reply = evaluate(page, f"chrome.runtime.sendMessage({json.dumps(message)})")
    assert "bad_message" == reply["code"]
    assert [] == server.asked("/v1")
    assert session(connected)


def test_a_page_cannot_read_the_tokens(connected: Browser) -> None:
    """The storage is closed to content scripts: who breaks into one there gains nothing."""
    page = connected.open(PROFILE)
    expect(page.get_by_role("button", name="Analyze")).to_be_visible()
    for area in ("local", "session"):
        said = evaluate(page, f"chrome.storage.{area}.get().then(JSON.stringify, String)")
        assert "not allowed" in said
