"""Routes of the demo pages. They need no sign-in: everybody on them is invented."""

from pathlib import Path

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from backend.console.api import other_name
from backend.console.assets import read_assets
from backend.demo.pages import missing_page, page_of, person_page, search_page, way_page
from backend.demo.people import Person, load_people, search
from backend.settings import Settings

STATIC = Path(__file__).parent / "static"
NEIGHBORS = 4
LONGEST_QUERY = 100

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

AnyRequest = Request[object, object, State]


def demo_routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The handlers of `/demo`, `/demo/search`, `/demo/people/{slug}` and `/demo/static/...`."""
    people = load_people()
    in_order = list(people.values())
    assets = read_assets(STATIC)
    origin = settings.origin

    def go_home(request: AnyRequest) -> Redirect | None:
        """Send a visitor of `localhost` to the one name under which the extension works."""
        return other_name(request, origin)

    @get("/demo", include_in_schema=False, before_request=go_home, sync_to_thread=False)
    def way() -> Response[str]:
        """The entrance, which says what to do."""
        return html(way_page(in_order[0]))

    @get("/demo/search", include_in_schema=False, before_request=go_home, sync_to_thread=False)
    def find(request: AnyRequest) -> Response[str]:
        """A page of people; any `q` and any `page` gives one, as a search box should."""
        query = " ".join(request.query_params.get("q", "").split())[:LONGEST_QUERY]
        page = _number(request.query_params.get("page", "1"))
        found = page_of(search(in_order, query), query, page)
        return html(search_page(found, origin))

    @get(
        "/demo/people/{slug:str}",
        include_in_schema=False,
        before_request=go_home,
        sync_to_thread=False,
    )
    def person(slug: FromPath[str]) -> Response[str]:
        """The page of one invented person."""
        shown = people.get(slug)
        if shown is None:
            return html(missing_page(), status=404)
        return html(person_page(shown, _neighbors(in_order, shown), origin))

    @get("/demo/static/{name:str}", include_in_schema=False, sync_to_thread=False)
    def static(name: FromPath[str]) -> Response[bytes]:
        """The stylesheet or the icon, looked up by name among the files known at start."""
        if name not in assets:
            raise NotFoundException("There is no such file.")
        return Response(assets[name].content, media_type=assets[name].media_type, headers=HEADERS)

    return [way, find, person, static]


def html(page: str, *, status: int = 200) -> Response[str]:
    """`page` with the headers of the demo."""
    return Response(page, status_code=status, media_type=MediaType.HTML, headers=HEADERS)


def _neighbors(people: list[Person], person: Person) -> list[Person]:
    """The next few people after `person`, beginning again at the end."""
    at = people.index(person)
    return [people[(at + step) % len(people)] for step in range(1, NEIGHBORS + 1)]


def _number(text: str) -> int:
    """A page number that somebody wrote into the address; 1 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
