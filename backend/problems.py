"""How errors answer: every refusal and every bug as an RFC 9457 problem."""

import http
from contextlib import suppress
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from backend import errors
from backend.errors import Refusal
from backend.http import json_answer, request_id_of
from backend.settings import Settings

log = structlog.get_logger()

_MONEY_CODES = {"out_of_credits", "cap_reached", "max_cost_exceeded", "ongoing_conflict"}


def problem(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """RFC 9457: the standard members, the refusal's code, and its facts beside them."""
    settings: Settings = request.app.state.settings
    body = {
        "type": f"{settings.origin}/docs#{refusal.code}",
        "title": refusal.title,
        "status": int(refusal.status),
        "detail": refusal.detail,
        "code": refusal.code,
        "request_id": request_id_of(request),
        "retryable": refusal.retryable,
        **refusal.facts,
    }
    if refusal.code in _MONEY_CODES and settings.support_url:
        body["support_url"] = settings.support_url
    answer = json_answer(int(refusal.status), _encode(body), refusal.headers)
    answer.media_type = "application/problem+json"
    return answer


def _encode(body: dict[str, Any]) -> bytes:
    return msgspec.json.encode(body)


def answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    return problem(request, refusal)


def answer_invalid(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """What the framework could not make of parameters and body, field by field."""
    extra = error.extra if isinstance(error.extra, list) else []
    found = [
        {"field": str(each.get("key", "")), "message": str(each.get("message", ""))[:300]}
        for each in extra
        if isinstance(each, dict)
    ]
    fields = ", ".join(each["field"] for each in found if each["field"]) or "the request"
    return problem(request, errors.InvalidRequest(f"Not allowed: {fields}.", errors=found))


def answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The framework's own refusals, in our words."""
    known: dict[int, type[Refusal]] = {
        400: errors.MalformedRequest,
        401: errors.Unauthenticated,
        403: errors.Forbidden,
        404: errors.NotFound,
        405: errors.MethodNotAllowed,
        413: errors.TooLarge,
        415: errors.UnsupportedMediaType,
        429: errors.RateLimited,
    }
    kind = known.get(error.status_code)
    if kind is None:
        return answer_bug(request, error)
    refusal = kind(f"{http.HTTPStatus(error.status_code).phrase}.")
    if kind is errors.MethodNotAllowed:
        refusal.headers = {**refusal.headers, "Allow": ", ".join(_methods_of(request))}
    return problem(request, refusal)


def _methods_of(request: Request[Any, Any, Any]) -> list[str]:
    """The methods that the request's path has."""
    found = ["OPTIONS"]
    for method in ("DELETE", "GET", "PATCH", "POST", "PUT"):
        with suppress(HTTPException):
            request.app.asgi_router.handle_routing(path=request.scope["path"], method=method)
            found.extend(["GET", "HEAD"] if method == "GET" else [method])
    return sorted(found)


def answer_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A bug: the traceback goes to the log, the caller gets the id under which it stands there."""
    log.error("bug", request_id=request_id_of(request), exc_info=error)
    return problem(
        request,
        errors.InternalError("Something broke on our side. The log has it under request_id."),
    )
