"""The console's routes: what is served, under which headers, and what is not."""

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from backend.console.api import console_routes
from backend.console.assets import STATIC, read_assets
from backend.settings import Settings

PAGES = ("/console", "/sign-in", "/pair")
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
MARKUP_FROM_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function"
)


@pytest.fixture
def client() -> Iterator[TestClient[Litestar]]:
    """The console's routes alone."""
    app = Litestar(
        route_handlers=console_routes(Settings()), openapi_config=None, logging_config=None
    )
    with TestClient(app, base_url="http://127.0.0.1:8000") as made:
        yield made


@pytest.mark.parametrize("path", [*PAGES, "/console/static/console.js"])
def test_everything_is_served_under_a_strict_policy(
    client: TestClient[Litestar], path: str
) -> None:
    """Pages and scripts run nothing from elsewhere, cannot be framed and leak no address."""
    answer = client.get(path)

    assert answer.status_code == 200
    assert set(answer.headers["content-security-policy"].split("; ")) == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_no_inline_code_and_names_only_known_files(
    client: TestClient[Litestar], page: str
) -> None:
    """What a page refers to exists, is ours, and nothing in it would need 'unsafe-inline'."""
    text = client.get(page).text
    named = re.findall(r'(?:src|href)="(/console/static/[^"]+)"', text)

    assert len(named) == 3
    assert all(client.get(path).status_code == 200 for path in named)
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("console.js", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_a_file_has_its_type(client: TestClient[Litestar], name: str, media_type: str) -> None:
    """With nosniff a browser takes a file only under its right type."""
    assert client.get(f"/console/static/{name}").headers["content-type"] == media_type


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "console.html",
        "../api.py",
        "..%2fapi.py",
        "%2e%2e%2fapi.py",
        "..%5capi.py",
        "%2fetc%2fpasswd",
        "style.css%00.js",
        "",
    ],
)
def test_only_known_files_are_served(client: TestClient[Litestar], path: str) -> None:
    """No name, however it is escaped, reaches a file outside the map made at the start."""
    assert client.get(f"/console/static/{path}").status_code in (400, 404)


def test_a_browser_that_holds_a_file_gets_304(client: TestClient[Litestar]) -> None:
    """The ETag spares the second download, and another ETag does not."""
    path = "/console/static/console.js"
    etag = client.get(path).headers["etag"]

    again = client.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
    changed = client.get(path, headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert changed.status_code == 200


def test_the_bare_origin_leads_to_the_console(client: TestClient[Litestar]) -> None:
    """Whoever types only the host lands on the console."""
    answer = client.get("/", follow_redirects=False)

    assert answer.status_code == 302
    assert answer.headers["location"] == "/console"


def test_another_name_of_this_machine_leads_home(client: TestClient[Litestar]) -> None:
    """`localhost` goes to the origin for which the session's cookie is; other hosts stay."""
    local = client.get("/console?a=b", headers={"Host": "localhost:8000"}, follow_redirects=False)
    proxy = client.get("/console", headers={"Host": "internal"}, follow_redirects=False)

    assert local.headers["location"] == "http://127.0.0.1:8000/console?a=b"
    assert proxy.status_code == 200


def test_text_never_becomes_markup() -> None:
    """No script of the console builds markup or code from text."""
    scripts = [name for name in read_assets() if name.endswith(".js")]

    assert len(scripts) > 10
    for name in scripts:
        assert not MARKUP_FROM_TEXT.search((STATIC / name).read_text()), name
