"""Finding an address against the real programs, with the credits of a policy that sells it."""

import io
import json
import os
import subprocess
import zipfile
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.extension.test_end_to_end import (
    Installation,
    connect,
    picture,
    press,
    start_browser,
)
from tests.servers import meetonce, run_server
from tests.sidecar.vendors import Vendors, loopback_vendors

pytestmark = pytest.mark.browser

FOUND = "jane.doe@acme.example"


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    """The outside vendors, on this machine."""
    with loopback_vendors() as running:
        yield running


@pytest.fixture(scope="module")
def installation(
    engine: Playwright,
    vendors: Vendors,
    chromium_path: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """`meetonce serve` with its sidecar and one vendor, a team under the policy that sells
    finding, and a Chromium with what the server's zip holds, connected to it."""
    data_dir = tmp_path_factory.mktemp("data")
    environment = {
        "MEETONCE_EXTENSION_SHADOW": "open",
        "MEETONCE_DNS": "off",
        **vendors.environment("hunter"),
    }
    with run_server(data_dir, env=environment) as server:
        options = ("--workspace", "Northwind", "--owner", "ana@example.org", "--json")
        done = subprocess.run(
            meetonce("init", *options, "--policy", "lemlist", "--plan", "email_pro"),
            env={
                **os.environ,
                "MEETONCE_DATA_DIR": str(data_dir),
                "MEETONCE_PUBLIC_URL": server.url,
            },
            capture_output=True,
            check=True,
            timeout=60,
        )
        folder = tmp_path_factory.mktemp("extension")
        archive = httpx.get(f"{server.url}/extension/meetonce.zip").content
        zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
        context, extension_id = start_browser(
            engine, chromium_path, folder, tmp_path_factory.mktemp("profile")
        )
        found = Installation(server, json.loads(done.stdout), context, extension_id)
        context.on(
            "request",
            lambda one: found.asked.append(f"{one.method} {one.url.removeprefix(server.url)}"),
        )
        connect(found)
        yield found
        context.close()


def analysed(installation: Installation, slug: str) -> Page:
    """A person of the demo, after a press on Analyze."""
    page = installation.open(f"{installation.server.url}/demo/people/{slug}")
    press(page)
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    return page


def test_an_address_is_paid_for_once(installation: Installation, vendors: Vendors) -> None:
    """Found: five credits, shown with what it rests on; the button then says 0, and is right: the
    second press costs nothing, and neither does looking at the person anew."""
    before = installation.available()
    page = analysed(installation, "ada-example")
    page.get_by_role("button", name="Find email 5 credits").click()
    came = page.get_by_role("group", name="Find email")
    expect(came).to_contain_text(f"5 credits charged, {before - 6} left")
    expect(came).to_contain_text(FOUND)
    expect(came).to_contain_text("verified")
    expect(came).to_contain_text("from Hunter")
    came.get_by_text("Why").click()
    expect(came.get_by_text("acme.example/team")).to_be_visible()
    picture(page, "found")
    assert before - 6 == installation.available()

    page.get_by_role("button", name="Find email 0 credits").click()
    expect(came).to_contain_text(f"0 credits: found and paid for before, {before - 6} left")
    press(page)
    expect(page.get_by_text("0 credits: analysed before by")).to_be_visible()
    expect(page.get_by_role("region", name="Find")).to_contain_text(FOUND)
    expect(page.get_by_role("button", name="Find email 0 credits")).to_be_visible()
    assert before - 6 == installation.available()
    posts = [
        one for one in installation.spent() if one == f"POST {installation.workspace}/enrichments"
    ]
    assert 2 == len(posts)
    assert 1 == vendors.count("hunter")


def test_what_is_not_found_costs_nothing_and_says_why(
    installation: Installation, vendors: Vendors
) -> None:
    """No vendor knows the address: nothing is charged, and the panel says so in its words."""
    vendors.modes = {"hunter": "not_found"}
    before = installation.available()
    page = analysed(installation, "bruno-beispiel")
    page.get_by_role("button", name="Find email 5 credits").click()
    came = page.get_by_role("group", name="Find email")
    expect(came).to_contain_text(f"0 credits: nothing was found, {before - 1} left")
    expect(page.get_by_role("button", name="Find email 5 credits")).to_be_enabled()
    picture(page, "not-found")
    assert before - 1 == installation.available()


def test_a_first_line_is_written_from_the_page(installation: Installation) -> None:
    """A text costs one credit each time, and names the words that it rests on."""
    before = installation.available()
    page = installation.open(f"{installation.server.url}/demo/people/ada-example")
    press(page)
    page.get_by_role("button", name="Write a first line 1 credit").click()
    came = page.get_by_role("group", name="Write a first line")
    expect(came).to_contain_text(f"1 credit charged, {before - 1} left")
    came.get_by_text("Why").click()
    expect(came.get_by_text("Their words").first).to_be_visible()
    expect(page.get_by_role("button", name="Write a first line 1 credit")).to_be_enabled()
    assert before - 1 == installation.available()


def test_the_list_and_the_button_know_who_paid(installation: Installation) -> None:
    """After "check these" the list names who had a person analysed, and so does the button of
    their page for a member who wants the price first."""
    page = installation.open(f"{installation.server.url}/demo/search")
    page.get_by_role("button", name="Check these").click()
    row = page.get_by_role("listitem").filter(has_text="Ada Example")
    expect(row.last).to_contain_text("analysed by ana on")
    worker = next(one for one in installation.context.service_workers)
    worker.evaluate("chrome.storage.local.set({ asks: true })")
    profile = installation.open(f"{installation.server.url}/demo/people/ada-example")
    expect(
        profile.get_by_role("button", name="Analyze 0 credits analysed by ana on")
    ).to_be_visible()
    worker.evaluate("chrome.storage.local.set({ asks: false })")


def test_the_books_are_right(installation: Installation) -> None:
    """After all of it, each pool equals what its journal adds up to."""
    done = subprocess.run(
        meetonce("verify", "--json"),
        env={**os.environ, "MEETONCE_DATA_DIR": str(installation.server.log.parent)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert 0 == done.returncode, done.stdout
