"""Runs the extension's readers on a page in a plain tab: no extension, no server, no messages."""

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from backend.install.rendering import content_files, content_script

PAGES = Path(__file__).parent / "pages"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; require-trusted-types-for 'script'"

# What a page and its scripts can never see of the user interface does not matter to a reader.
READER_FILES = [name for name in content_files() if name < "content/70"] + content_files("cards")

READ = """() => {
  const url = new URL(location.href);
  const reader = __side.readers.find((one) => one.match(url));
  if (!reader || !reader.ready(document, url)) return null;
  const found = reader.read(document, url);
  if (found.people) for (const person of found.people) delete person.element;
  return { reader: reader.id, ...found };
}"""


def page_source(name: str) -> str:
    """The source of a page in `pages/`."""
    return (PAGES / f"{name}.html").read_text("utf-8")


SAMPLE = """() => {
  const url = new URL(location.href);
  return __side.sample(document, url, __side.readers.find((one) => one.match(url))
    ?.read(document, url));
}"""


def read_page(context: BrowserContext, url: str, source: str) -> dict[str, Any] | None:
    """What the readers find at `url` when it shows `source`; None where they find nobody."""
    found: dict[str, Any] | None = _run(context, url, source, READ, READER_FILES)
    return found


def sample_page(context: BrowserContext, url: str, source: str) -> str:
    """The scrubbed sample of `source` at `url`."""
    files = [*READER_FILES, "content/70-dom.js", "content/79-sample.js"]
    sample: str = _run(context, url, source, SAMPLE, files)
    return sample


def _run(context: BrowserContext, url: str, source: str, script: str, files: list[str]) -> Any:
    page = context.pages[0] if context.pages else _blank(context)
    page.route(
        url,
        lambda route: route.fulfill(
            status=200,
            content_type="text/html; charset=utf-8",
            headers={"content-security-policy": POLICY},
            body=source,
        ),
        times=1,
    )
    page.goto(url)
    # As it is packed: comments and spaces that are left out must change nothing.
    sources = ("{" + content_script(name) + "}" for name in files)
    return page.evaluate("() => {" + "\n".join(sources) + f"\nreturn ({script})(); }}")


def _blank(context: BrowserContext) -> Page:
    """The one tab of a context, which loads nothing but what it is given."""
    page = context.new_page()
    page.route("**/*", lambda route: route.abort())
    return page
