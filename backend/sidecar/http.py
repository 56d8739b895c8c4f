"""How the sidecar reads requests and writes answers: strict JSON in, problems as RFC 9457 out."""

import json
import secrets
from typing import Any, NoReturn

from litestar import Request, Response
from litestar.exceptions import HTTPException

# 50 pages of 64 kB each, and some room for their names.
MOST_BYTES = 4 * 1024 * 1024
MOST_DEPTH = 32
_TITLES = {
    400: "Malformed request",
    401: "Unauthenticated",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Still running",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid request",
    500: "Internal error",
    503: "Unavailable",
}
_CODES = {
    400: "malformed",
    401: "unauthenticated",
    404: "not_found",
    405: "method_not_allowed",
    408: "body_timeout",
    409: "request_in_flight",
    413: "too_large",
    415: "unsupported_media_type",
    422: "validation",
    500: "internal",
    503: "overloaded",
}


class Refusal(Exception):
    """An expected error: its status and a sentence for whoever called."""

    def __init__(
        self, status: int, detail: str, *, headers: dict[str, str] | None = None, **facts: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.facts = facts


def request_id_of(request: Request[Any, Any, Any]) -> str:
    """The caller's X-Request-Id if it is short and plain, else one of our own."""
    given = request.headers.get("x-request-id", "")
    if 0 < len(given) <= 128 and given.isascii() and given.isprintable():
        return given
    return "req_" + secrets.token_hex(12)


def problem(request: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, Any]]:
    """The refusal as application/problem+json."""
    request_id = request_id_of(request)
    code = _CODES.get(refusal.status, "error")
    body = {
        "type": f"urn:meetonce:problem:{code}",
        "title": _TITLES.get(refusal.status, "Error"),
        "status": refusal.status,
        "detail": refusal.detail,
        "code": code,
        "request_id": request_id,
        "retryable": refusal.status in (408, 409, 500, 503),
        **refusal.facts,
    }
    return Response(
        body,
        status_code=refusal.status,
        media_type="application/problem+json",
        headers={"X-Request-Id": request_id, "Cache-Control": "no-store", **refusal.headers},
    )


def render_refusal(request: Request[Any, Any, Any], error: Refusal) -> Response[Any]:
    """Exception handler of what this program refuses."""
    return problem(request, error)


def render_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Exception handler of what the framework refuses: unknown routes, methods, large bodies."""
    headers = {k: str(v) for k, v in (error.headers or {}).items() if k.lower() == "allow"}
    return problem(request, Refusal(error.status_code, str(error.detail), headers=headers))


async def strict_json(request: Request[Any, Any, Any]) -> Any:
    """The body as a JSON value: one reading only, bounded in size and depth."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, "Send the body as application/json.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refusal(415, "Send the body without a content encoding.")
    return parse_json(await request.body())


def parse_json(body: bytes) -> Any:
    """The JSON value of `body`; NaN, invalid UTF-8 and deep nesting are refused."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "The body is not valid UTF-8.") from None
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise Refusal(400, f"The body is nested deeper than {MOST_DEPTH} levels.") from None
    except ValueError:
        raise Refusal(400, "The body is not valid JSON.") from None
    if _depth_exceeds(value):
        raise Refusal(400, f"The body is nested deeper than {MOST_DEPTH} levels.")
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is out of range")
    return number


def _depth_exceeds(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_DEPTH):
        deeper: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                deeper.extend(each.values())
            elif isinstance(each, list):
                deeper.extend(each)
        if not deeper:
            return False
        level = deeper
    return any(isinstance(each, dict | list) for each in level)
