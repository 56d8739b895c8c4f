"""The sections of the console in a real browser: credits, receipts, campaigns, keys, browsers."""

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Console
from tests.console.fake_answers import CONTACTS, LEDGER, W, browser, campaign, key

pytestmark = pytest.mark.browser


def rows(page: Page, caption: str) -> list[list[str]]:
    """The cells of a table's body, row by row."""
    found = page.get_by_role("table", name=caption).locator("tbody tr")
    return [found.nth(n).locator("td").all_inner_texts() for n in range(found.count())]


def test_the_balance_is_shown_in_the_workspaces_time(console: Console) -> None:
    """Available credits stand out; the end of the cycle is local midnight in Paris."""
    page = console.open("/console")

    expect(page.locator("#available")).to_have_text("191")
    card = page.get_by_role("region", name="Balance")
    expect(card).to_contain_text("6 Dec 2026, 00:00")
    expect(card.get_by_role("img")).to_have_attribute(
        "aria-label", "158 used, 1 held, 191 available"
    )
    expect(page.get_by_text("37 of the 60 credits")).to_be_visible()


def test_receipts_say_who_and_why_in_plain_words(console: Console) -> None:
    """Each line names the contact, the reason and the member; a placed hold is left out."""
    page = console.open("/console")
    expect(page.get_by_role("button", name="Receipt: First analysis").first).to_be_visible()
    shown = rows(page, "Last receipts")

    assert len(shown) == len(LEDGER) - 1
    assert shown[0][1:5] == [
        f"{CONTACTS['con_1']}\nFirst analysis of this contact",
        "Ana Lopes",
        "−1",
        "192",
    ]
    assert shown[1][1].endswith("Nothing was found, so nothing was charged")
    assert [line[2] for line in shown[2:]] == [
        "Théo Marchand",
        "Ana Lopes",
        "a former member",
        "Meetonce",
    ]


def test_a_receipt_explains_itself(console: Console) -> None:
    """The dialog shows the explanation and the facts; markup in a name stays text."""
    page = console.open("/console")
    page.get_by_role("button", name="Receipt: First analysis").first.click()
    dialog = page.get_by_role("dialog", name="1 credit charged")

    expect(dialog).to_contain_text("Jane was new to this workspace")
    expect(dialog).to_contain_text("Jane <b>Doe</b>")
    expect(dialog).to_contain_text("1 of the plan's credits")
    assert page.locator("dialog b").count() == 0
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_new_workspace_is_told_what_to_do(console: Console) -> None:
    """As long as nothing was analyzed, the receipts name the next step."""
    console.api.ledger = LEDGER[-1:]
    page = console.open("/console")

    expect(page.get_by_role("heading", name="No receipts yet")).to_be_visible()
    expect(page.get_by_role("link", name="install the extension")).to_be_visible()


def test_no_credits_left_is_said_with_the_way_out(console: Console) -> None:
    """At zero the page says when credits return, and that known contacts stay free."""
    console.api.balance |= {"available": 0, "held": 0, "used": 350}
    page = console.open("/console")
    notice = page.get_by_role("status").filter(has_text="No credits left.")

    expect(notice).to_contain_text("6 Dec 2026, 00:00")
    expect(notice).to_contain_text("already met stays free")


def test_a_key_is_made_and_shown_once(console: Console) -> None:
    """The secret stands there to be copied, and is gone with the next look at the section."""
    page = console.open("/console#/keys")
    expect(page.get_by_role("heading", name="No keys yet")).to_be_visible()
    page.get_by_label("Name").fill("Nightly import")
    page.get_by_label("It may").select_option("read")
    page.get_by_label("Expires").select_option("")
    page.get_by_role("button", name="Make key").click()

    secret = page.get_by_label("The new key")
    expect(secret).to_have_value("mo_7f3k_secret_only_once")
    expect(secret).to_be_focused()
    assert console.api.sent("POST", f"{W}/api-keys")[0][0] == {
        "name": "Nightly import",
        "scopes": ["contacts:read", "campaigns:read", "credits:read", "workspace:read"],
    }
    assert rows(page, "API keys")[0][:3] == ["Nightly import\nmo_7f3k…", "Ana Lopes", "Read only"]
    page.reload()
    expect(page.get_by_role("table", name="API keys")).to_be_visible()
    assert page.get_by_label("The new key").count() == 0


def test_a_key_is_copied(console: Console) -> None:
    """Copy puts the secret on the clipboard."""
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = console.open("/console#/keys")
    page.get_by_label("Name").fill("Nightly import")
    page.get_by_role("button", name="Make key").click()
    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "mo_7f3k_secret_only_once"


def test_revoking_asks_first(console: Console) -> None:
    """Nothing is revoked before the second, red button; Escape keeps the key."""
    console.api.keys = [key("key_1")]
    page = console.open("/console#/keys")
    page.get_by_role("button", name="Revoke CRM sync").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert console.api.sent("DELETE", f"{W}/api-keys/key_1") == []

    page.get_by_role("button", name="Revoke CRM sync").click()
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_role("heading", name="No keys yet")).to_be_visible()
    assert len(console.api.sent("DELETE", f"{W}/api-keys/key_1")) == 1


def test_a_browser_is_disconnected(console: Console) -> None:
    """A browser is listed with its member, and gone after it was revoked."""
    console.api.browsers = [browser("brw_1")]
    page = console.open("/console#/browsers")
    page.get_by_role("button", name="Revoke Chromium on Linux").click()
    page.get_by_role("button", name="Disconnect").click()

    expect(page.get_by_role("heading", name="No browser is connected")).to_be_visible()


def test_a_campaign_is_made_and_runs(console: Console) -> None:
    """From a name to running, paused and completed, one button at a time."""
    page = console.open("/console#/campaigns")
    page.get_by_label("Name").fill("Spring outreach")
    page.get_by_role("button", name="Create campaign").click()
    for step, state in (
        ("Launch", "Running"),
        ("Pause", "Paused"),
        ("Resume", "Running"),
        ("Complete", "Completed"),
    ):
        page.get_by_role("button", name=f"{step} Spring outreach").click()
        expect(page.locator(".badge")).to_have_text(state)


def test_a_conflict_names_the_other_campaign(console: Console) -> None:
    """A refused launch says who is held by whom, and can go on without them."""
    console.api.campaigns = [campaign("cam_1", "draft")]
    console.api.conflicts = True
    page = console.open("/console#/campaigns")
    page.get_by_role("button", name="Launch Spring outreach").click()
    dialog = page.get_by_role("dialog", name="One contact is in another campaign")

    expect(dialog).to_contain_text("Jane Doe is in “Renewals” of Théo Marchand since 20 Nov 2026")
    dialog.get_by_role("button", name="Launch without them").click()
    expect(page.locator(".badge")).to_have_text("Running")


def test_contacts_of_a_campaign_have_names(console: Console) -> None:
    """The number of contacts leaves out who has left; pressed, it names them."""
    console.api.campaigns = [campaign("cam_1", "running")]
    page = console.open("/console#/campaigns")
    page.get_by_role("button", name="Contacts of Spring outreach").click()

    assert rows(page, "Campaigns")[0][3] == "40"
    expect(page.get_by_role("dialog")).to_contain_text(CONTACTS["con_1"])


def test_another_workspace_is_remembered(console: Console) -> None:
    """The chosen workspace is the one that is asked for, also after a reload."""
    console.api.workspaces = 2
    page = console.open("/console#/members")
    page.get_by_label("Workspace").select_option(label="Sandbox")

    expect(page).to_have_title("Members · Sandbox · Meetonce")
    page.reload()
    expect(page).to_have_title("Members · Sandbox · Meetonce")


def test_signing_out_ends_on_the_way_back_in(console: Console) -> None:
    """After signing out the console asks for a sign-in."""
    page = console.open("/console")
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def test_the_console_can_be_used_by_keyboard(console: Console) -> None:
    """The first Tab offers to skip the frame; sections are reached by Tab and Enter."""
    page = console.open("/console")
    expect(page.get_by_role("heading", name="Balance")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()

    page.get_by_role("link", name="Members").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Members")).to_be_visible()
    expect(page.locator("main")).to_be_focused()


def test_nothing_is_cut_off_on_a_telephone(console: Console) -> None:
    """At 360 pixels no section scrolls sideways."""
    console.api.keys = [key("key_1")]
    console.api.campaigns = [campaign("cam_1", "running", name="A campaign of a long name")]
    console.api.browsers = [browser("brw_1")]
    console.page.set_viewport_size({"width": 360, "height": 740})
    for section in ("overview", "campaigns", "keys", "browsers", "members"):
        page = console.open(f"/console#/{section}")
        page.reload()
        expect(page.locator("main h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360, section


def test_a_server_that_is_gone_is_named(console: Console) -> None:
    """Without an answer the page says so and offers to try again."""
    page = console.open("/console")
    expect(page.get_by_role("heading", name="Balance")).to_be_visible()
    page.route("**/members", lambda route: route.abort())
    page.get_by_role("link", name="Members").click()

    expect(page.get_by_role("alert")).to_contain_text("The server does not answer.")
    page.unroute("**/members")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table", name="Members")).to_be_visible()
