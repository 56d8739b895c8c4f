"""The whole way against the real programs: install from the served zip, connect, analyse, add."""

import io
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.chromium import ARGUMENTS
from tests.extension.conftest import ARTIFACTS, serve_linkedin
from tests.servers import Server, meetonce, run_server

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"


@dataclass
class Installation:
    """A running server with one workspace, a browser with its extension, and all it asked."""

    server: Server
    made: dict[str, str]
    context: BrowserContext
    extension_id: str
    asked: list[str] = field(default_factory=list)

    @property
    def workspace(self) -> str:
        """The path of the workspace."""
        return f"/v1/workspaces/{self.made['workspace_id']}"

    def api(self, method: str, path: str, **options: Any) -> Any:
        """The answer to a request with the workspace's API key."""
        headers = {"Authorization": f"Bearer {self.made['api_key']}"}
        if method == "POST":
            headers["Idempotency-Key"] = f"test-{path}-{options.get('json')}"[:200]
        answer = httpx.request(method, self.server.url + path, headers=headers, **options)
        assert answer.is_success, answer.text
        return answer.json()

    def available(self) -> int:
        """The credits that the server says are left."""
        left: int = self.api("GET", f"{self.workspace}/balance")["available"]
        return left

    def open(self, url: str) -> Page:
        """A new tab at `url`."""
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.goto(url)
        return page

    def spent(self) -> list[str]:
        """What the browser has asked of the workspace so far."""
        return [one for one in self.asked if self.workspace in one]


@pytest.fixture(scope="module")
def installation(
    engine: Playwright, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """`meetonce serve` with its sidecar, and a Chromium with what its zip holds."""
    data_dir = tmp_path_factory.mktemp("data")
    env = {"MEETONCE_EXTENSION_SHADOW": "open", "MEETONCE_SIDECAR_MODEL": "on"}
    with run_server(data_dir, env=env) as server:
        made = found_workspace(server, data_dir)
        folder = tmp_path_factory.mktemp("extension")
        archive = httpx.get(f"{server.url}/extension/meetonce.zip").content
        zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
        context, extension_id = start_browser(
            engine, chromium_path, folder, tmp_path_factory.mktemp("profile")
        )
        found = Installation(server, made, context, extension_id)
        context.on(
            "request",
            lambda one: found.asked.append(f"{one.method} {one.url.removeprefix(server.url)}"),
        )
        serve_linkedin(context)
        yield found
        context.close()


def found_workspace(server: Server, data_dir: Path) -> dict[str, str]:
    """A workspace made by the command line while the server runs."""
    options = ["--workspace", "Northwind", "--owner", "ana@example.org", "--policy", "humanlinker"]
    done = subprocess.run(
        meetonce("init", *options, "--json"),
        env={
            **os.environ,
            "MEETONCE_DATA_DIR": str(data_dir),
            "MEETONCE_PUBLIC_URL": server.url,
        },
        capture_output=True,
        check=True,
        timeout=60,
    )
    made: dict[str, str] = json.loads(done.stdout)
    return made


def start_browser(
    playwright: Playwright, chromium_path: str, folder: Path, profile: Path
) -> tuple[BrowserContext, str]:
    """A Chromium with the extension in `folder`, and the id that it got there."""
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=chromium_path,
        headless=True,
        viewport={"width": 1280, "height": 860},
        locale="en-US",
        args=[
            *ARGUMENTS,
            "--disable-dev-shm-usage",
            "--lang=en-US",
            f"--disable-extensions-except={folder}",
            f"--load-extension={folder}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
    )
    worker = (
        context.service_workers[0]
        if context.service_workers
        else context.wait_for_event("serviceworker")
    )
    return context, worker.url.split("/")[2]


def press(page: Page) -> None:
    """Press Analyze."""
    page.get_by_role("button", name=re.compile("Analyze")).click()


def picture(page: Page, name: str) -> None:
    """Keep what is seen now for people to look at."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.wait_for_timeout(250)
    page.screenshot(path=ARTIFACTS / f"extension-{name}.png")


def test_from_the_zip_to_the_conflict(installation: Installation) -> None:
    """A person installs the extension, connects it, analyses two people, sees what was charged
    and why, adds one of them to a campaign, and is told when another campaign has them."""
    server = installation.server
    for name in ("Spring outreach", "Warehouses 2027"):
        made = installation.api("POST", f"{installation.workspace}/campaigns", json={"name": name})
        launch = f"{installation.workspace}/campaigns/{made['id']}/actions/launch"
        installation.api("POST", launch, json={})
    connect(installation)
    before = installation.available()

    # Three pages are opened, and nothing is asked.
    demo = installation.open(f"{server.url}/demo/people/ada-example")
    expect(demo.get_by_role("button", name="Analyze")).to_be_visible()
    linkedin = installation.open(PROFILE)
    expect(linkedin.get_by_role("button", name="Analyze")).to_be_visible()
    found = installation.open(f"{server.url}/demo/search")
    expect(found.get_by_role("checkbox").first).to_be_visible()
    picture(found, "list")
    assert [] == installation.spent()

    # One press on a demo page is one request and one credit.
    demo.bring_to_front()
    press(demo)
    expect(demo.get_by_text(f"1 credit charged, {before - 1} left")).to_be_visible()
    expect(demo.get_by_role("dialog", name="Ada Example")).to_contain_text("First lines")
    picture(demo, "charged")
    assert before - 1 == installation.available()
    assert [f"POST {installation.workspace}/analyses"] == [
        one for one in installation.spent() if one.endswith("/analyses")
    ]

    # The same person again is free, and the panel says who paid and when.
    press(demo)
    expect(demo.get_by_text("0 credits: analysed before")).to_be_visible()
    picture(demo, "free")
    assert before - 1 == installation.available()

    # A profile in LinkedIn's layout of 2026.
    linkedin.bring_to_front()
    press(linkedin)
    expect(linkedin.get_by_text(f"1 credit charged, {before - 2} left")).to_be_visible()
    expect(linkedin.get_by_role("dialog", name="Noor van Dijk")).to_contain_text("Procurement")

    # Into one campaign, at no cost; into a second one only by moving.
    linkedin.get_by_label("Campaign").select_option(label="Spring outreach")
    linkedin.get_by_role("button", name="Add to campaign").click()
    expect(linkedin.get_by_text("Added to “Spring outreach”")).to_be_visible()
    picture(linkedin, "added")
    linkedin.get_by_label("Campaign").select_option(label="Warehouses 2027")
    linkedin.get_by_role("button", name="Add to campaign").click()
    conflict = linkedin.get_by_role("alert")
    expect(conflict).to_contain_text("Already in “Spring outreach”")
    expect(conflict).to_contain_text("ana owns that campaign")
    picture(linkedin, "conflict")
    linkedin.get_by_role("button", name="Move here").click()
    expect(linkedin.get_by_text("Moved to “Warehouses 2027”")).to_be_visible()
    assert before - 2 == installation.available()


def connect(installation: Installation) -> None:
    """Sign in, press Connect, approve the code, and find the popup connected."""
    page = installation.open(installation.made["sign_in_url"])
    sign_in = page.get_by_role("button", name="Sign in")
    page.wait_for_timeout(500)
    if sign_in.count():
        sign_in.click()
    page.wait_for_url(re.compile("/console"))
    popup = installation.open(f"chrome-extension://{installation.extension_id}/popup/popup.html")
    with installation.context.expect_page() as opened:
        popup.get_by_role("button", name="Connect").click()
    approval = opened.value
    code = popup.locator(".code").text_content()
    expect(approval.get_by_text(str(code))).to_be_visible()
    picture(popup, "code")
    approval.get_by_role("button", name="Approve").click()
    expect(approval.get_by_role("heading", name="Connected")).to_be_visible()
    assert "/extension/paired?pairing=" in approval.url
    popup.bring_to_front()
    expect(popup.get_by_text("credits available")).to_be_visible()
    expect(popup.get_by_text("Northwind")).to_be_visible()
    picture(popup, "popup")
    # The console has asked for what it shows; from here on it is the extension alone.
    page.close()
    popup.close()
    installation.asked.clear()


def test_a_list_is_added_in_one_press(installation: Installation) -> None:
    """Three people of the demo's search go into a campaign: new ones cost, the known one does
    not, and the server's journal says the same as the panel."""
    before = installation.available()
    page = installation.open(f"{installation.server.url}/demo/search")
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(10)
    for index in range(3):
        boxes.nth(index).check()
    page.get_by_role("combobox").select_option(label="Spring outreach")
    page.get_by_role("button", name="Add 3 people").click()
    expect(page.get_by_text("3 people added")).to_be_visible()
    expect(page.get_by_text(f"2 credits charged, {before - 2} left")).to_be_visible()
    picture(page, "list-added")
    assert before - 2 == installation.available()


def test_signing_out_ends_the_browser_on_the_server(installation: Installation) -> None:
    """The console's list of browsers holds this one, and after the popup's press it does not."""
    browsers = f"{installation.workspace}/browsers"
    assert 1 == len(installation.api("GET", browsers)["data"])
    popup = installation.open(f"chrome-extension://{installation.extension_id}/popup/popup.html")
    popup.get_by_role("button", name="Sign out").click()
    expect(popup.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    assert [] == installation.api("GET", browsers)["data"]


def test_the_server_stands_and_its_books_are_right(installation: Installation) -> None:
    """After all of it, each pool equals what its journal adds up to."""
    done = subprocess.run(
        meetonce("verify", "--json"),
        env={**os.environ, "MEETONCE_DATA_DIR": str(installation.server.log.parent)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert 0 == done.returncode, done.stdout
