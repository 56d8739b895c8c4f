"""The build that is made for all servers: the person names theirs, and the browser allows it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from backend.install.packing import Packages
from backend.settings import Settings
from tests.extension.conftest import ORIGIN, Browser, Launch
from tests.extension.fake_server import FakeServer
from tests.extension.readers import page_source

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build, unpacked, with the one permission that a headless browser cannot be asked for."""
    folder = tmp_path_factory.mktemp("extension")
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), extension_shadow="open")
    for name, content in Packages(settings).any_server_files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["host_permissions"].append(f"{ORIGIN}/*")
    path.write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def running(launch: Launch, package: Path) -> Iterator[Browser]:
    """A browser of its own: it holds another extension."""
    with launch(package) as made:
        yield made


def test_the_person_names_the_server(browser: Browser, server: FakeServer) -> None:
    """Before, nothing is asked of anybody; after it the copy is connected, works on the server's
    own pages, and speaks to that server alone."""
    server.rules["GET /demo/people/x"] = (200, page_source("jsonld"))
    popup = browser.popup()
    expect(popup.get_by_role("heading", name="Which server is yours?")).to_be_visible()
    assert [] == server.asked("/")
    popup.get_by_label("The address at which your team opens Meetonce.").fill(f"{ORIGIN}/console")
    popup.get_by_role("button", name="Use this server").click()
    popup.get_by_role("button", name="Connect", exact=True).click()
    expect(popup.get_by_text("credits available")).to_be_visible()
    page = browser.open(f"{ORIGIN}/demo/people/x")
    page.get_by_role("button", name="Analyze").click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert 1 == len(server.posted("/analyses"))


def test_a_server_that_was_not_allowed_is_not_used(browser: Browser, server: FakeServer) -> None:
    """Without the browser's permission the worker takes no server, whoever asks."""
    popup = browser.popup()
    reply = popup.evaluate(
        "chrome.runtime.sendMessage({ v: 1, type: 'server.choose', origin: 'https://x.example' })"
    )
    assert "forbidden" == reply["code"]
    popup.reload()
    expect(popup.get_by_role("heading", name="Which server is yours?")).to_be_visible()
