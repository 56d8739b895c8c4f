"""Routes of the extension's packages and of the page that says how to install it.

None of them needs a sign-in: a browser has to hold the extension before it can be connected.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from backend.install.guide import install_page, page_headers, paired_page, policy_file
from backend.install.packing import Packages
from backend.settings import Settings

AnyRequest = Request[object, object, State]

DEFAULT_PORTS = {"http": 80, "https": 443}
# Ask each time: a package of an older version of the server must not come out of a cache.
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}


Guard = Callable[[AnyRequest], Redirect | None]


def install_routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The handlers of `/extension` and of the packages below it.

    The package is bound to one origin, so what is asked for under another host name is sent
    there first. Rendering, packing and the key are left to the first request, off the event loop.
    """
    packages = Packages(settings)

    def go_home(request: AnyRequest) -> Redirect | None:
        """Send a request that came under another host name to the origin that browsers use."""
        asked = {request.headers.get("host"), request.headers.get("x-forwarded-host")}
        if _host(settings.origin) in {_host(f"//{name}", settings.origin) for name in asked}:
            return None
        query = f"?{request.url.query}" if request.url.query else ""
        return Redirect(f"{settings.origin}{request.url.path}{query}", status_code=307)

    return [
        *_pages(settings, packages, go_home),
        *_archives(packages, go_home),
        *_for_policies(settings, packages, go_home),
    ]


def _pages(settings: Settings, packages: Packages, go_home: Guard) -> list[HTTPRouteHandler]:
    """What a person reads."""

    @get("/extension", include_in_schema=False, before_request=go_home, sync_to_thread=True)
    def install() -> Response[bytes]:
        """The page that a person follows to install the extension."""
        return _page(install_page(settings, packages.key.extension_id))

    @get("/extension/paired", include_in_schema=False, before_request=go_home, sync_to_thread=True)
    def paired() -> Response[bytes]:
        """Where a browser lands once it is approved; the extension watches for this address."""
        return _page(paired_page())

    return [install, paired]


def _archives(packages: Packages, go_home: Guard) -> list[HTTPRouteHandler]:
    """What a person loads into a browser."""

    @get("/extension/manifest.json", before_request=go_home, sync_to_thread=True)
    def manifest() -> Response[bytes]:
        """The extension's manifest, the same bytes as in the zip."""
        return _download(packages.files["manifest.json"], "application/json")

    @get("/extension/meetonce.zip", before_request=go_home, sync_to_thread=True)
    def archive() -> Response[bytes]:
        """The extension as a zip, the same bytes each time."""
        return _download(packages.zip, "application/zip", "meetonce.zip")

    @get("/extension/meetonce-firefox.zip", before_request=go_home, sync_to_thread=True)
    def firefox() -> Response[bytes]:
        """The extension for Firefox, the same bytes each time."""
        return _download(packages.firefox, "application/zip", "meetonce-firefox.zip")

    @get("/extension/meetonce-any-server.zip", before_request=go_home, sync_to_thread=True)
    def any_server() -> Response[bytes]:
        """The build that asks for its server, to be signed for a store; the same everywhere."""
        return _download(packages.any_server, "application/zip", "meetonce-any-server.zip")

    return [manifest, archive, firefox, any_server]


def _for_policies(
    settings: Settings, packages: Packages, go_home: Guard
) -> list[HTTPRouteHandler]:
    """What browsers under a policy install and update from."""

    @get("/extension/meetonce.crx", before_request=go_home, sync_to_thread=True)
    def crx() -> Response[bytes]:
        """The extension as a signed CRX3, for browsers under a policy."""
        return _download(packages.crx, "application/x-chrome-extension")

    @get("/extension/policy.json", before_request=go_home, sync_to_thread=True)
    def policy() -> Response[bytes]:
        """The policy file by which managed browsers install the extension."""
        content = policy_file(settings, packages.key.extension_id)
        return _download(content, "application/json", "meetonce.json")

    @get("/extension/update.xml", before_request=go_home, sync_to_thread=True)
    def update_feed() -> Response[bytes]:
        """The update feed of the CRX."""
        return _download(packages.update_xml, "text/xml; charset=utf-8")

    return [crx, policy, update_feed]


def _download(content: bytes, media_type: str, name: str = "") -> Response[bytes]:
    headers = dict(HEADERS)
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(content, media_type=media_type, headers=headers)


def _page(content: bytes) -> Response[bytes]:
    return Response(content, media_type="text/html; charset=utf-8", headers=page_headers())


def _host(address: str, like: str = "") -> tuple[str, int | None]:
    """Host and port of `address`; a missing port is the default one of its scheme, or `like`'s."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = None
    scheme = parts.scheme or urlsplit(like).scheme
    return (parts.hostname or "").rstrip("."), port or DEFAULT_PORTS.get(scheme)
