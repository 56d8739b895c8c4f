"""The console on the real server: sign in, approve a browser, see the money, make a key."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.flows.workplace import init_workspace
from tests.servers import run_server

pytestmark = pytest.mark.browser

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()
ADA = {
    "url": "https://www.linkedin.com/in/ada-example",
    "page": {"name": "Ada <i>Example</i>", "headline": "Head of Sales"},
}


@dataclass
class Running:
    """A real server, what `meetonce init` printed, and a browser that is not signed in yet."""

    url: str
    made: dict[str, str]
    page: Page

    def show(self, section: str, heading: str) -> Page:
        """Go to a section of the console and wait until it has taken the former one's place."""
        self.page.goto(f"{self.url}/console#/{section}")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        return self.page

    def api(self) -> httpx.Client:
        """A client with the first key, below the workspace."""
        return httpx.Client(
            base_url=f"{self.url}/v1/workspaces/{self.made['workspace_id']}",
            headers={"Authorization": f"Bearer {self.made['api_key']}"},
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Running]:
    """One server for the module; its tests follow one another as a newcomer's day does."""
    data_dir: Path = tmp_path_factory.mktemp("console")
    complaints: list[str] = []
    with run_server(data_dir) as server:
        made = init_workspace(data_dir, {"MEETONCE_PUBLIC_URL": server.url})
        context = chromium.new_context(viewport={"width": 1180, "height": 860})
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield Running(server.url, made, page)
        context.close()
    assert [each for each in complaints if "Failed to load resource" not in each] == []


def test_the_link_signs_in_once(running: Running) -> None:
    """The printed link opens the console with the 200 credits of the plan, and works once."""
    page = running.page
    page.goto(running.made["sign_in_url"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#available")).to_have_text("200")
    expect(page.get_by_text("Acme")).to_be_visible()

    page.goto(running.made["sign_in_url"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


def test_a_browser_is_approved_and_gets_its_tokens(running: Running) -> None:
    """The code of a waiting browser is approved on the page; then its proof brings tokens."""
    pairings = f"{running.url}/v1/extension/pairings"
    begun = httpx.post(
        pairings,
        json={
            "code_challenge": CHALLENGE.rstrip("="),
            "label": "Chromium on Linux",
            "version": "0.1.0",
        },
    ).json()
    page = running.page
    page.goto(begun["verification_url"])
    expect(page.get_by_label("Code")).to_have_text(begun["user_code"])
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url(f"**/extension/paired?pairing={begun['pairing_id']}")

    tokens = httpx.post(
        f"{pairings}/{begun['pairing_id']}/token", json={"code_verifier": VERIFIER}
    )
    assert tokens.status_code == 200
    running.show("browsers", "Browsers")
    expect(page.get_by_role("row", name="Chromium on Linux")).to_be_visible()


def test_an_analysis_leaves_a_receipt_with_its_reason(running: Running) -> None:
    """One credit less, and a line that names the contact, the member and why."""
    with running.api() as api:
        answer = api.post("/analyses", json=ADA, headers={"Idempotency-Key": "k1"})
    assert answer.json()["charge"]["charged"] == 1

    page = running.page
    page.goto(f"{running.url}/console")
    expect(page.locator("#available")).to_have_text("199")
    line = page.get_by_role("row", name="First analysis of this contact")
    expect(line).to_contain_text("Ada <i>Example</i>")
    line.get_by_role("button").click()
    expect(page.get_by_role("dialog", name="1 credit charged")).to_contain_text(
        "1 of the plan's credits"
    )
    page.get_by_role("button", name="Close").click()


def test_a_key_made_here_works_until_it_is_revoked(running: Running) -> None:
    """The key that is shown once opens the API within its scopes; revoked, it opens nothing."""
    page = running.show("keys", "API keys")
    page.get_by_label("Name").fill("Reports")
    page.get_by_label("It may").select_option("read")
    page.get_by_role("button", name="Make key").click()
    secret = page.get_by_label("The new key")
    expect(secret).to_be_visible()
    balance = f"{running.url}/v1/workspaces/{running.made['workspace_id']}/balance"
    headers = {"Authorization": f"Bearer {secret.input_value()}"}

    assert httpx.get(balance, headers=headers).json()["available"] == 199
    page.get_by_role("button", name="Revoke Reports").click()
    page.get_by_role("button", name="Revoke key").click()
    expect(page.get_by_role("row", name="Reports")).to_have_count(0)
    assert httpx.get(balance, headers=headers).status_code == 401


def test_a_conflict_stands_in_the_way_of_a_launch(running: Running) -> None:
    """Two campaigns with the same contact: the second launches only without them."""
    page = running.show("campaigns", "Campaigns")
    for name in ("Spring outreach", "Renewals"):
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Create campaign").click()
        expect(page.get_by_role("button", name=f"Launch {name}")).to_be_visible()
    with running.api() as api:
        for index, campaign in enumerate(api.get("/campaigns").json()["data"]):
            enrolled = api.post(
                f"/campaigns/{campaign['id']}/enrollments",
                json={"url": ADA["url"]},
                headers={"Idempotency-Key": f"e{index}"},
            )
            assert enrolled.json()["charge"]["charged"] == 0, enrolled.text

    page.get_by_role("button", name="Launch Renewals").click()
    expect(page.get_by_role("row", name="Renewals")).to_contain_text("Running")
    page.get_by_role("button", name="Launch Spring outreach").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("is in “Renewals” of")
    dialog.get_by_role("button", name="Launch without them").click()
    expect(page.get_by_role("row", name="Spring outreach")).to_contain_text("Running")


def test_the_providers_of_a_fresh_installation_are_all_off(running: Running) -> None:
    """The real sidecar's list: six providers, none switched on, each with what to set."""
    page = running.show("providers", "Providers")
    expect(page.get_by_text("No provider is switched on.")).to_be_visible()

    names = ("HUNTER", "PROSPEO", "DROPCONTACT", "PEOPLEDATALABS", "FULLENRICH")
    providers = page.get_by_role("table", name="Providers", exact=True)
    for variable in (*(f"MEETONCE_{name}_API_KEY" for name in names), "MEETONCE_REACHER_URL"):
        expect(providers.get_by_text(variable)).to_be_visible()
    expect(page.get_by_role("row", name="Enrich a profile")).to_contain_text("Nobody")


def test_signing_out_closes_the_console(running: Running) -> None:
    """After signing out the cookie opens nothing any more."""
    page = running.page
    page.goto(f"{running.url}/console")
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert page.request.get(f"{running.url}/v1/me").status == 401
