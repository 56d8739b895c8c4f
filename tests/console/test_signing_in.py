"""Signing in by a link, and letting a browser in by its code, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Console

pytestmark = pytest.mark.browser

PAIR = "/pair?code=bcdfghjk"
APPROVE = "/v1/extension/pairings/pai_1/approve"


def test_a_link_signs_in_by_its_button(console: Console) -> None:
    """Opening the link asks nothing of the server; the button uses it up and opens the console."""
    console.api.signed_in = False
    page = console.open("/sign-in?token=good")

    assert console.api.asked == []
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert page.url == f"{console.origin}/console"


def test_the_token_leaves_the_address(console: Console) -> None:
    """Nobody finds the token in the address bar or in the history."""
    page = console.open("/sign-in?token=good")

    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    assert "good" not in page.url


def test_a_used_link_says_how_to_get_another(console: Console) -> None:
    """The server's own sentence is shown, and the command that prints a new link."""
    console.api.signed_in = False
    page = console.open("/sign-in?token=used")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_have_text("This link was used already.")
    expect(page.get_by_text("meetonce sign-in you@example.com")).to_be_visible()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:0"]
)
def test_a_sign_in_never_leads_elsewhere(console: Console, elsewhere: str) -> None:
    """`next` counts only when it is a path of this origin."""
    page = console.open(f"/sign-in?token=good&next={elsewhere}")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert page.url == f"{console.origin}/console"


def test_the_console_says_how_to_sign_in(console: Console) -> None:
    """Whoever is signed out learns where a link comes from, and can paste one."""
    console.api.signed_in = False
    page = console.open("/console#/keys")

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.get_by_label("Paste your sign-in link").fill(f"{console.origin}/sign-in?token=good")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()


def test_a_sign_in_in_another_tab_returns_to_the_code(console: Console) -> None:
    """A link opened from a terminal leads back to the browser that was waiting for approval."""
    console.api.signed_in = False
    console.open(PAIR)
    expect(console.page.get_by_role("heading", name="Sign in to connect")).to_be_visible()
    expect(console.page.get_by_text("meetonce sign-in you@example.com")).to_be_visible()

    other = console.page.context.new_page()
    console.api.install(other)
    other.goto(f"{console.origin}/sign-in?token=good")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="Connect this browser?")).to_be_visible()


def test_a_browser_is_approved_by_its_code(console: Console) -> None:
    """The person compares the code, picks a workspace and approves, with the CSRF token."""
    console.api.workspaces = 2
    console.open("/sign-in?token=good&next=" + PAIR)
    console.page.get_by_role("button", name="Sign in").click()
    page = console.page

    expect(page.get_by_label("Code")).to_have_text("BCDF-GHJK")
    expect(page.get_by_text("Chromium on Linux")).to_be_visible()
    page.get_by_label("Workspace").select_option(label="Sandbox")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/extension/paired?pairing=pai_1")
    body, headers = console.api.sent("POST", APPROVE)[0]
    assert body == {"user_code": "BCDF-GHJK", "workspace_id": "wsp_2"}
    assert headers["x-csrf-token"] == "csrf-1"


def test_an_approval_without_an_address_says_what_is_next(console: Console) -> None:
    """Without a redirect the page itself says that the browser is connected."""
    console.api.redirect_url = None
    page = console.open(PAIR)
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("heading", name="Connected")).to_be_visible()


def test_an_approval_never_leads_elsewhere(console: Console) -> None:
    """An address of another origin is not followed."""
    console.api.redirect_url = "https://evil.example/"
    page = console.open(PAIR)
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("heading", name="Connected")).to_be_visible()


def test_a_browser_is_turned_away(console: Console) -> None:
    """Deny tells the server, and nothing is approved."""
    page = console.open(PAIR)
    page.get_by_role("button", name="Deny").click()

    expect(page.get_by_role("heading", name="Not connected")).to_be_visible()
    assert console.api.sent("POST", APPROVE) == []


def test_a_wrong_code_can_be_typed_again(console: Console) -> None:
    """An unknown code says so and offers the field; a typed one is looked up."""
    page = console.open("/pair?code=XXXX-XXXX")

    expect(page.get_by_role("alert")).to_contain_text("No browser is waiting with this code.")
    page.get_by_label("Code").fill("bcdf-ghjk")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Connect this browser?")).to_be_visible()
