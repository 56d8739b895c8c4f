"""The console's real routes on a loopback port, and a headless Chromium that looks at them."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from litestar import Litestar
from playwright.sync_api import Browser, Page, sync_playwright

from backend.console.api import console_routes
from backend.settings import Settings
from tests.chromium import ARGUMENTS
from tests.console.fake_api import FakeApi


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The origin of a server that has the console's routes and nothing else."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app = Litestar(
        route_handlers=console_routes(Settings(port=port)),
        openapi_config=None,
        logging_config=None,
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True
    )
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One headless Chromium for a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=[*ARGUMENTS])
        yield browser
        browser.close()


@dataclass
class Console:
    """A page of the console over a fake `/v1`, and every complaint of the browser about it."""

    origin: str
    page: Page
    api: FakeApi
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to `path` of the server."""
        self.page.goto(self.origin + path)
        return self.page


@pytest.fixture
def console(origin: str, chromium: Browser) -> Iterator[Console]:
    """A fresh browser context; a complaint, as of the security policy, fails the test."""
    context = chromium.new_context(viewport={"width": 1180, "height": 860}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    made = Console(origin, page, FakeApi())
    made.api.install(page)

    def listen(message: object) -> None:
        text = str(getattr(message, "text", message))
        # Chromium reports each 4xx answer as an error; our own answers decide about those.
        if getattr(message, "type", "error") == "error" and "Failed to load resource" not in text:
            made.complaints.append(text)

    page.on("console", listen)
    page.on("pageerror", listen)
    yield made
    context.close()
    assert not made.complaints
