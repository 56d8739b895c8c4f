"""What is around every request: its id, its log line, and whose ids it names."""

import time
from typing import Any, cast

import structlog
from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend import errors, telemetry
from backend.database import Database
from backend.flows import strangers
from backend.http import request_id_of
from backend.problems import problem
from backend.workspaces.principal import Principal

log = structlog.get_logger()


class Strangers:
    """Answers 404 where a refused request names an id that its workspace does not have."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        replaced = False

        async def send_or_replace(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if message["type"] == "http.response.start" and message["status"] in _JUDGED_LATE:
                stranger = await _stranger(scope)
                if stranger is not None:
                    replaced = True
                    request: Request[Any, Any, Any] = Request(scope)
                    answer = problem(request, errors.NotFound(_no_such(stranger)))
                    await answer.to_asgi_response(app=None, request=request)(scope, receive, send)
                    return
            await send(message)

        await self._app(scope, receive, send_or_replace)


_JUDGED_LATE = {403, 412, 422, 428}
"""Answers that another workspace's id must not get: it does not exist, and that comes first."""


async def _stranger(scope: Scope) -> strangers.Named | None:
    principal: Principal | None = scope.get("principal")  # type: ignore[assignment]
    if principal is None:
        return None
    request: Request[Any, Any, Any] = Request(scope)
    parameters = {**dict(request.query_params), **request.path_params}
    named = strangers.ids_named(parameters, scope.get("sent_body"))
    if not named:
        return None
    db: Database = request.app.state.db
    return await db.read(lambda tx: strangers.first_stranger(tx, principal.workspace_id, named))


def _no_such(named: strangers.Named) -> str:
    kind = named[0].removeprefix("to_").removesuffix("s").removesuffix("_id")
    return f"There is no such {kind} in this workspace."


class Envelope:
    """Adds the request id and what browsers must know to every answer; logs and counts it.

    HEAD is answered as GET is, without the body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        bodiless = scope["method"] == "HEAD"
        if bodiless:
            # A scope of our own: the server looks at its own to know that no body goes out.
            scope = cast(Scope, {**scope, "method": "GET"})
        request: Request[Any, Any, Any] = Request(scope)
        request_id = request_id_of(request)
        started = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"] = list(message.get("headers", []))
                headers.append((b"x-request-id", request_id.encode()))
                known = {name.lower() for name, _ in headers}
                for name, value in scope.get("rate_headers", {}).items():  # type: ignore[attr-defined]
                    headers.append((name.lower().encode(), value.encode()))
                if scope["path"].startswith("/v1/"):
                    headers.append((b"x-content-type-options", b"nosniff"))
                    if b"cache-control" not in known:
                        headers.append((b"cache-control", b"no-store"))
                _note(scope, message["status"], started, request_id)
            elif bodiless and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _note(scope: Scope, status: int, started: float, request_id: str) -> None:
    """One line and one count an answer; the path without its ids is the label."""
    if not scope["path"].startswith(("/v1/", "/extension")):
        return
    seconds = time.perf_counter() - started
    route = str(scope.get("path_template") or "unmatched")
    telemetry.count_request(scope["method"], route, status, seconds)  # type: ignore[typeddict-item]
    log.info(
        "request",
        method=scope["method"],  # type: ignore[typeddict-item]
        path=scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
        request_id=request_id,
    )
