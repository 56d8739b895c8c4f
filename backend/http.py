"""How requests are read and answers written: strict JSON, bounded, with the caller's request id.

Python's and the framework's parsers are kinder than an API that charges should be: they take
NaN, any content type, any depth. Here each of these gets a clear problem answer.
"""

import asyncio
import base64
import json
import secrets
from typing import Annotated, Any, NoReturn

from litestar import Request, Response
from litestar.params import QueryParameter

from backend.errors import (
    BodyTimeout,
    InvalidRequest,
    MalformedRequest,
    PreconditionFailed,
    PreconditionRequired,
    UnsupportedMediaType,
)

Limit = Annotated[int, QueryParameter(ge=1, le=100)]
"""How many rows a page holds."""

Search = Annotated[str | None, QueryParameter(max_length=200)]
"""What a list is searched for, as it stands."""

MOST_DEPTH = 32
MOST_BYTES = 1024 * 1024
BODY_SECONDS = 10.0
_NOTHING: Any = object()


class StrictRequest(Request[Any, Any, Any]):
    """A request whose body is read as strict JSON, once."""

    _strict_json: Any = _NOTHING

    async def body(self) -> bytes:
        """The body, if it arrives within its deadline."""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                content = await super().body()
        except TimeoutError:
            raise BodyTimeout("The body took too long to arrive. Nothing was done.") from None
        if not content and self._must_have_body():
            _check_media_type(self)
            raise MalformedRequest("The body is empty.")
        return content

    async def json(self) -> Any:
        """The body as a JSON value; a refusal says what is wrong with it."""
        if self._strict_json is _NOTHING:
            if self._may_be_without_body() and not await self.body():
                self._strict_json = None
                return None
            _check_media_type(self)
            self._strict_json = parse_json(await self.body())
            self.scope["sent_body"] = self._strict_json  # type: ignore[typeddict-unknown-key]
        return self._strict_json

    def _must_have_body(self) -> bool:
        takes_one = "data" in self.route_handler.parsed_fn_signature.parameters
        return takes_one and not self._may_be_without_body()

    def _may_be_without_body(self) -> bool:
        """Routes whose body holds options only may be called without one."""
        return bool(self.route_handler.opt.get("optional_body"))


def request_id_of(request: Request[Any, Any, Any]) -> str:
    """The caller's X-Request-Id if it is short and plain, else one of our own."""
    known = request.scope.get("request_id")
    if known is None:
        given = request.headers.get("x-request-id", "")
        plain = 0 < len(given) <= 128 and given.isascii() and given.isprintable()
        known = given if plain else "req_" + secrets.token_hex(12)
        request.scope["request_id"] = known  # type: ignore[typeddict-unknown-key]
    return str(known)


def _check_media_type(request: Request[Any, Any, Any]) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaType(f"Content-Encoding {coding[:40]!r} is not read here.")


def parse_json(body: bytes) -> Any:
    """The JSON value of `body`; refused where another reader could read it otherwise."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedRequest("The body is not valid UTF-8.") from None
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise MalformedRequest(f"The body is nested deeper than {MOST_DEPTH} levels.") from None
    except ValueError as error:
        raise MalformedRequest(f"The body is not valid JSON: {error}.") from None
    _check(value)
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is out of range")
    return number


def _check(value: Any) -> None:
    """Refuse what is nested too deep, and text that cannot be stored or sent."""
    level = [value]
    for depth in range(MOST_DEPTH + 1):
        if depth == MOST_DEPTH and any(isinstance(each, (dict, list)) for each in level):
            break
        deeper: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                for name in each:
                    _check_text(name)
                deeper.extend(each.values())
            elif isinstance(each, list):
                deeper.extend(each)
            elif isinstance(each, str):
                _check_text(each)
        if not deeper:
            return
        level = deeper
    raise MalformedRequest(f"The body is nested deeper than {MOST_DEPTH} levels.")


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise InvalidRequest("U+0000 is not allowed in text.", errors=[])
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidRequest("A lone surrogate is not text.", errors=[]) from None


def json_answer(
    status: int, body: str | bytes, headers: dict[str, str] | None = None
) -> Response[Any]:
    """An answer whose body is JSON text already."""
    return Response(body, status_code=status, media_type="application/json", headers=headers)


def cursor_of(*places: str | int) -> str:
    """An opaque cursor for the row at `places` of a stable order."""
    return base64.urlsafe_b64encode(json.dumps(places).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, kinds: tuple[type, ...]) -> list[Any] | None:
    """The places that a cursor stands for, of these kinds; refused when it is not one of ours."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        places = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        good = isinstance(places, list) and len(places) == len(kinds)
    except (ValueError, RecursionError):
        good = False
    good = good and all(_is_storable(place) for place in places if isinstance(place, str))
    if not good or not all(type(x) is kind for x, kind in zip(places, kinds, strict=True)):
        raise InvalidRequest(
            "The cursor is not one of ours.", errors=[{"field": "cursor", "message": "unknown"}]
        )
    if any(isinstance(place, int) and abs(place) > 2**62 for place in places):
        raise InvalidRequest("The cursor is not one of ours.", errors=[{"field": "cursor"}])
    return list(places)


def _is_storable(text: str) -> bool:
    try:
        _check_text(text)
    except InvalidRequest:
        return False
    return True


def version_tag(version: int) -> str:
    """A strong ETag of a thing's version."""
    return f'"{version}"'


def check_version(request: Request[Any, Any, Any], version: int) -> None:
    """Refuse a change that does not name the version it was made from, or names another."""
    check_tag(request, version_tag(version))


def check_tag(request: Request[Any, Any, Any], current: str) -> None:
    """Refuse a change whose If-Match is missing, or names none but other ETags than `current`."""
    given = request.headers.get("if-match")
    if given is None:
        raise PreconditionRequired("Send If-Match with the ETag that you read.")
    tags = {tag.strip() for tag in given.split(",")}
    if "*" not in tags and current not in tags:
        raise PreconditionFailed("It has changed since you read it. Read it again.")
