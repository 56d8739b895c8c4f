"""Routes of the console: three pages and their assets, the same bytes for everyone.

None of them needs a sign-in: what is private comes from `/v1`, which asks for the session itself.
"""

from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from backend.console.assets import Asset, read_assets
from backend.settings import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # The sign-in link carries a token in its query: it must not travel on in a Referer.
    "Referrer-Policy": "no-referrer",
    # Ask each time, answer 304: a new version of the server is never mixed with old modules.
    "Cache-Control": "no-cache",
}

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}

AnyRequest = Request[object, object, State]


def console_routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The handlers of `/`, `/console`, `/sign-in`, `/pair` and `/console/static/...`."""
    assets = read_assets()

    def go_home(request: AnyRequest) -> Redirect | None:
        """Send a visitor of `localhost` to the one name that the session's cookie is for."""
        return other_name(request, settings.origin)

    @get("/", include_in_schema=False, sync_to_thread=False)
    def home() -> Redirect:
        """Send a visitor of the bare origin to the console."""
        return Redirect("/console")

    @get("/console", include_in_schema=False, before_request=go_home, sync_to_thread=False)
    def console(request: AnyRequest) -> Response[bytes]:
        """The console itself; its sections are the part of the address after `#`."""
        return answer(request, assets["console.html"])

    @get("/sign-in", include_in_schema=False, before_request=go_home, sync_to_thread=False)
    def sign_in(request: AnyRequest) -> Response[bytes]:
        """The page of a one-time sign-in link; opening it alone spends nothing."""
        return answer(request, assets["sign-in.html"])

    @get("/pair", include_in_schema=False, before_request=go_home, sync_to_thread=False)
    def pair(request: AnyRequest) -> Response[bytes]:
        """The page on which a signed-in member approves a browser by its code."""
        return answer(request, assets["pair.html"])

    @get("/console/static/{name:str}", include_in_schema=False, sync_to_thread=False)
    def static(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
        """A script, the stylesheet or the icon, looked up among the files known at start."""
        asset = assets.get(name)
        if asset is None or name.endswith(".html"):
            raise NotFoundException("There is no such file.")
        return answer(request, asset)

    return [home, console, sign_in, pair, static]


def answer(request: AnyRequest, asset: Asset) -> Response[bytes]:
    """`asset` with the console's headers, or 304 when the browser already holds these bytes."""
    headers = {**HEADERS, "ETag": asset.etag}
    if _holds(request.headers.get("if-none-match", ""), asset.etag):
        return Response(content=b"", status_code=304, headers=headers, media_type=MediaType.TEXT)
    return Response(content=asset.content, headers=headers, media_type=asset.media_type)


def _holds(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match header names `etag`, weakly compared as RFC 9110 asks."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags


def other_name(request: AnyRequest, origin: str) -> Redirect | None:
    """Where to go instead, when this machine was asked under another of its loopback names.

    Cookies and the extension belong to `origin` alone. Names other than loopback ones are left
    in peace: a proxy may well ask under a name of its own.
    """
    home = urlsplit(origin).hostname
    asked = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if home == asked or not {home, asked} <= LOOPBACK_NAMES:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"{origin}{request.url.path}{query}", status_code=307)
