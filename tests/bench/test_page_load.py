"""What the extension adds to a page: time until it is loaded, and work of scripts."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from backend.install import unpack_extension
from backend.install.rendering import content_files
from backend.settings import Settings
from tests.chromium import ARGUMENTS
from tests.extension.readers import page_source

pytestmark = [pytest.mark.bench, pytest.mark.browser]

ROUNDS = 30
MEMBER = "https://www.linkedin.com/in/noor-van-dijk/"
FEED = "https://www.linkedin.com/feed/"


def heavy(source: str) -> str:
    """`source` beside as much markup as such pages have: some 6,000 elements."""
    rest = "<div class='_a'><div><span>Something</span><p>that somebody has posted</p></div></div>"
    return source.replace("</aside>", f"</aside><section>{rest * 1_500}</section>")


@contextmanager
def browser(
    playwright: Playwright, path: str, profile: Path, folder: Path | None
) -> Iterator[BrowserContext]:
    """A Chromium that shows our pages as LinkedIn's, with the extension in `folder` if given."""
    loaded = [f"--disable-extensions-except={folder}", f"--load-extension={folder}"]
    context = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=path,
        headless=True,
        args=[*ARGUMENTS, "--disable-dev-shm-usage", *(loaded if folder else [])],
    )
    member = heavy(page_source("sdui"))
    context.route(
        "https://www.linkedin.com/**",
        lambda route: route.fulfill(
            content_type="text/html; charset=utf-8",
            body=member if "/in/" in route.request.url else re.sub("<main.*main>", "", member),
        ),
    )
    yield context
    context.close()


def load(page: Page, url: str) -> dict[str, float]:
    """Milliseconds until `url` is loaded, and of scripts' work until soon after it."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(url, wait_until="load")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    page.wait_for_timeout(800)
    metrics: list[dict[str, Any]] = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    found = {one["name"]: one["value"] for one in metrics}
    return {"load": loaded, "script": found["ScriptDuration"] * 1_000}


def empty_extension(folder: Path) -> Path:
    """One that does nothing on the same pages: what any extension costs there is the browser's."""
    folder.mkdir()
    manifest = {
        "manifest_version": 3,
        "name": "Empty",
        "version": "1",
        "content_scripts": [{"matches": ["https://www.linkedin.com/*"], "js": ["empty.js"]}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "empty.js").write_text("void 0;\n")
    return folder


def test_the_time_that_a_page_takes(
    chromium_path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints what our extension adds to pages, and what an empty one does, in pairs of loads."""
    ours = unpack_extension(Settings(data_dir=tmp_path / "data"))
    weight = sum((ours / name).stat().st_size for name in content_files("page"))
    installed = {"none": None, "empty": empty_extension(tmp_path / "empty"), "ours": ours}
    seen: dict[tuple[str, str], list[dict[str, float]]] = {}
    with sync_playwright() as playwright, ExitStack() as stack:
        tabs = {
            name: stack.enter_context(
                browser(playwright, chromium_path, tmp_path / f"profile-{name}", folder)
            ).new_page()
            for name, folder in installed.items()
        }
        names = list(tabs)
        for number in range(ROUNDS + 2):
            for url in (MEMBER, FEED):
                # In turns who goes first: what one leaves behind must not always meet the other.
                for place in range(3):
                    name = names[(number + place) % 3]
                    took = load(tabs[name], url)
                    # The first ones warm the browsers up.
                    if number >= 2:
                        seen.setdefault((url, name), []).append(took)
    with capsys.disabled():
        print(f"\ncontent scripts of every page: {weight:,} bytes")
        for url in (MEMBER, FEED):
            for what in ("load", "script"):
                without = median(one[what] for one in seen[url, "none"])
                print(f"{url.split('/')[3]:>5} {what:>6}: {without:6.1f} ms without,", end="")
                print(f" {added(seen, url, what, 'empty', 'none')} with an empty one;", end="")
                print(f" {added(seen, url, what, 'ours', 'empty')} more with ours")


def added(
    seen: dict[tuple[str, str], list[dict[str, float]]], url: str, what: str, name: str, than: str
) -> str:
    """The median of the pairs' differences, and between what half of them lie."""
    pairs = zip(seen[url, name], seen[url, than], strict=True)
    low, middle, high = quantiles([one[what] - other[what] for one, other in pairs], n=4)
    return f"{middle:+.1f} ms ({low:+.1f} to {high:+.1f})"
