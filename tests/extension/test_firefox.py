"""The same way in Firefox: its own package, connected, one person analysed, a list added."""

import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.extension.bidi import Firefox, start_firefox
from tests.extension.readers import page_source
from tests.extension.test_end_to_end import found_workspace
from tests.servers import Server, run_server

pytestmark = pytest.mark.browser

LINKEDIN = "https://www.linkedin.com"


@dataclass
class Installation:
    """A running server with a workspace, and a Firefox with the package that it serves."""

    server: Server
    made: dict[str, str]
    firefox: Firefox
    pages: str

    def api(self, method: str, path: str, **options: Any) -> Any:
        """The answer to a request with the workspace's API key."""
        url = f"{self.server.url}/v1/workspaces/{self.made['workspace_id']}{path}"
        headers = {"Authorization": f"Bearer {self.made['api_key']}"}
        answer = httpx.request(method, url, headers=headers, **options)
        assert answer.is_success, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def installation(
    firefox_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """`meetonce serve`, and a Firefox with what it serves for Firefox."""
    data_dir = tmp_path_factory.mktemp("data")
    with run_server(data_dir, env={"MEETONCE_EXTENSION_SHADOW": "open"}) as server:
        made = found_workspace(server, data_dir)
        folder = tmp_path_factory.mktemp("extension")
        archive = httpx.get(f"{server.url}/extension/meetonce-firefox.zip").content
        zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
        name = re.search(r'"id": "(\w+@meetonce)"', (folder / "manifest.json").read_text())
        assert name
        own = str(uuid.uuid4())
        profile = tmp_path_factory.mktemp("profile")
        with start_firefox(firefox_path, profile, {name[1]: own}) as firefox:
            assert firefox.install(folder) == name[1]
            firefox.take_over(LINKEDIN, {"/in/noor-van-dijk/": page_source("sdui")})
            yield Installation(server, made, firefox, f"moz-extension://{own}")


def test_from_the_package_to_the_campaign(installation: Installation) -> None:
    """Connected by the popup and the server's page; a demo person and one in LinkedIn's layout
    cost a credit each, the second look is free, and a whole list goes into a campaign."""
    firefox, server = installation.firefox, installation.server
    made = installation.api("POST", "/campaigns", json={"name": "Spring outreach"})
    installation.api("POST", f"/campaigns/{made['id']}/actions/launch", json={})
    connect(installation)
    before = installation.api("GET", "/balance")["available"]

    demo = firefox.open(f"{server.url}/demo/people/ada-example")
    demo.press("^Analyze")
    demo.until_says(f"1 credit charged, {before - 1} left")
    demo.press("^Analyze again")
    demo.until_says("0 credits: analysed before")

    linkedin = firefox.open(f"{LINKEDIN}/in/noor-van-dijk/")
    linkedin.press("^Analyze")
    linkedin.until_says(f"1 credit charged, {before - 2} left")
    linkedin.choose("Spring outreach")
    linkedin.press("^Add to campaign")
    linkedin.until_says("Added to “Spring outreach”")

    found = firefox.open(f"{server.url}/demo/search")
    found.until_says("10 people on this page")
    found.press("^Select all")
    found.choose("Spring outreach")
    found.press("^Add 10 people")
    found.until_says("10 people added")
    # The first of them was analysed above.
    assert before - 11 == installation.api("GET", "/balance")["available"]


def connect(installation: Installation) -> None:
    """Sign in, press Connect, approve the code, and find the popup connected."""
    firefox = installation.firefox
    page = firefox.open(installation.made["sign_in_url"])
    if "Sign in" in page.text():
        page.press("^Sign in")
    popup = firefox.open(f"{installation.pages}/popup/popup.html")
    popup.press("^Connect")
    popup.until_says("Approve this code")
    approval = firefox.tab("/pair")
    approval.press("^Approve")
    approval.until_says("Connected")
    popup.until_says("credits available")
    popup.until_says("Northwind")
