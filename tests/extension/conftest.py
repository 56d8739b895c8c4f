"""A Chromium with the rendered extension, pages as www.linkedin.com, and a server of ours."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as PlainBrowser
from playwright.sync_api import BrowserContext, Page, Playwright, Worker, sync_playwright

from backend.install import unpack_extension
from backend.settings import Settings
from tests.chromium import ARGUMENTS
from tests.extension.fake_server import MEMBER, WORKSPACE, FakeServer
from tests.extension.readers import PAGES, POLICY, page_source

# Nobody listens here: every request to it is answered by the test.
ORIGIN = "http://127.0.0.1:8765"
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
VIEWPORT = {"width": 1280, "height": 860}


@dataclass
class Browser:
    """A browser with the extension loaded: its context, and the extension's id and worker."""

    context: BrowserContext
    extension_id: str

    @property
    def worker(self) -> Worker:
        """The extension's worker, as it runs now."""
        return next(one for one in self.context.service_workers if self.extension_id in one.url)

    def open(self, url: str) -> Page:
        """A new tab at `url`; tabs are closed by the test's end."""
        page = self.context.new_page()
        page.set_default_timeout(8_000)
        page.goto(url)
        return page

    def popup(self, tab: int | None = None) -> Page:
        """The popup in a tab of its own, for the page of `tab` if given."""
        query = f"?tab={tab}" if tab is not None else ""
        return self.open(f"chrome-extension://{self.extension_id}/popup/popup.html{query}")

    def connect(self) -> None:
        """Make the browser one that was connected before, without any request."""
        session = {"refresh_token": "refresh-1", "workspace": WORKSPACE, "member": MEMBER}
        self.worker.evaluate(
            """async (session) => {
              await chrome.storage.local.set({ session });
              await chrome.storage.session.set(
                { access: { token: "access-1", until: Date.now() + 900_000 } });
            }""",
            session,
        )

    def forget(self) -> None:
        """Empty the extension's storage, and what else it keeps, and close what was opened."""
        self.worker.evaluate(
            """Promise.all([
              chrome.storage.local.clear(),
              chrome.storage.session.clear(),
              chrome.action.setBadgeText({ text: "" }),
              chrome.alarms.clearAll(),
            ])"""
        )
        for page in self.context.pages[1:]:
            page.close()


@pytest.fixture(scope="package")
def engine() -> Iterator[Playwright]:
    """What drives every browser of these tests. Nothing asynchronous can run while it does."""
    with sync_playwright() as playwright:
        yield playwright


Launch = Callable[..., AbstractContextManager[Browser]]


@pytest.fixture(scope="package")
def launch(
    engine: Playwright, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Launch:
    """Starts a Chromium with the extension in a folder, in a new profile."""

    @contextmanager
    def launched(
        folder: Path,
        *,
        without: Sequence[str] = (),
        screen: str | None = None,
        language: str = "en-US",
    ) -> Iterator[Browser]:
        """`without` are arguments that the driver would give; with a screen it has windows."""
        context = engine.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=chromium_path,
            headless=screen is None,
            viewport={"width": VIEWPORT["width"], "height": VIEWPORT["height"]},
            locale=language,
            # On Linux a browser speaks the language of its surroundings.
            env={**os.environ, "LANGUAGE": language, **({"DISPLAY": screen} if screen else {})},
            ignore_default_args=list(without),
            args=[
                *ARGUMENTS,
                "--disable-dev-shm-usage",
                f"--lang={language}",
                f"--disable-extensions-except={folder}",
                f"--load-extension={folder}",
                "--enable-unsafe-extension-debugging",
                # No test leaves this machine.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        try:
            workers = context.service_workers
            worker = workers[0] if workers else context.wait_for_event("serviceworker")
            yield Browser(context, worker.url.split("/")[2])
        finally:
            context.close()

    return launched


@pytest.fixture(scope="package")
def shared(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all modules that leave nothing in it but what `Browser.forget` takes."""
    with launch(open_extension(tmp_path_factory.mktemp("data"))) as made:
        yield made


def open_extension(data_dir: Path) -> Path:
    """The folder of an extension of its own, which can be looked into."""
    return unpack_extension(
        Settings(data_dir=data_dir, public_url=ORIGIN, extension_shadow="open")
    )


@pytest.fixture(scope="module")
def running(shared: Browser) -> Browser:
    """The browser of a module; one that needs another extension, or changes it, has its own."""
    return shared


@pytest.fixture(scope="module")
def answering(running: Browser) -> Iterator[FakeServer]:
    """The server's stand-in, once for a module."""
    made = FakeServer(ORIGIN)
    made.install(running.context)
    serve_linkedin(running.context)
    yield made
    running.context.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def server(answering: FakeServer) -> FakeServer:
    """The server's stand-in, healthy and with an empty log."""
    answering.reset()
    return answering


@pytest.fixture
def browser(running: Browser, server: FakeServer) -> Iterator[Browser]:
    """The module's browser with an empty extension and no tabs."""
    running.forget()
    server.seen.clear()
    yield running
    running.forget()


@pytest.fixture
def connected(browser: Browser) -> Browser:
    """As `browser`, but connected to a workspace."""
    browser.connect()
    return browser


@pytest.fixture(scope="package")
def plain(engine: Playwright, chromium_path: str) -> Iterator[PlainBrowser]:
    """A browser without the extension."""
    browser = engine.chromium.launch(executable_path=chromium_path, args=[*ARGUMENTS])
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def tab(plain: PlainBrowser) -> Iterator[BrowserContext]:
    """A plain context, without the extension."""
    context = plain.new_context()
    yield context
    context.close()


def serve_linkedin(context: BrowserContext) -> None:
    """Answer for www.linkedin.com with the pages of `pages/`, under a policy as strict as theirs.

    `/in/noor-van-dijk/` shows `sdui.html`, and so on; `/in/page:NAME` shows any page of ours.
    """
    known = {
        "/in/noor-van-dijk": "sdui",
        "/in/lucia-ferrer": "anchors",
        "/in/tomasz": "sections",
        "/in/jonas-brandt": "guest",
        "/in/nobody-here": "missing",
        "/in/behind-a-wall": "authwall",
        "/search/results/people": "people_search",
    }

    def answer(route: Any) -> None:
        path = route.request.url.split("linkedin.com")[1].split("?")[0].rstrip("/")
        name = known.get(path)
        if name is None or not (PAGES / f"{name}.html").exists():
            route.fulfill(status=404, content_type="text/html", body="<title>LinkedIn</title>")
            return
        route.fulfill(
            status=200,
            content_type="text/html; charset=utf-8",
            headers={"content-security-policy": POLICY},
            body=page_source(name),
        )

    context.route("https://www.linkedin.com/**", answer)
