"""The backend as one ASGI application: routes, what handlers are given, how errors answer."""

import asyncio
import http
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, cast

import msgspec
import structlog
from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins import InitPlugin
from litestar.plugins.pydantic import PydanticPlugin
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from pydantic import BaseModel, ValidationError

from backend import errors, reference, schema, telemetry, worker
from backend.analyses.enrichment import EnrichmentClient
from backend.campaigns import api as campaigns_api
from backend.console.api import console_routes
from backend.credits import api as credits_api
from backend.database import Clock, Database
from backend.demo.api import demo_routes
from backend.errors import Refusal
from backend.flows import admin_api as flows_admin_api
from backend.flows import api as flows_api
from backend.flows import shared_api as flows_shared_api
from backend.flows import strangers
from backend.flows.runs import Runs
from backend.http import MOST_BYTES, StrictRequest, json_answer, request_id_of
from backend.install.api import install_routes
from backend.instants import Instant
from backend.reference import NoPages
from backend.settings import Settings
from backend.workspaces import admin_api as workspaces_admin_api
from backend.workspaces import api as workspaces_api
from backend.workspaces.guards import PUBLIC, Gatekeeper, guard
from backend.workspaces.principal import Principal

log = structlog.get_logger()

_MONEY_CODES = {"out_of_credits", "cap_reached", "max_cost_exceeded", "ongoing_conflict"}


def create_app(
    settings: Settings,
    clock: Clock,
    *,
    sidecar: EnrichmentClient | None = None,
    with_worker: bool = False,
    extra_routes: tuple[Any, ...] = (),
) -> Litestar:
    """The backend for these settings. `sidecar` replaces the client made from them.

    With `with_worker` the sweeps run inside; on SQLite, where this is the only server, it also
    gives back at once what runs of its predecessor have left behind.
    """
    app = Litestar(
        route_handlers=[
            *flows_api.ROUTES,
            *flows_admin_api.ROUTES,
            *flows_shared_api.ROUTES,
            *campaigns_api.ROUTES,
            *credits_api.ROUTES,
            *workspaces_api.ROUTES,
            *workspaces_admin_api.ROUTES,
            Router("/", route_handlers=_pages(settings), opt=PUBLIC),
            live,
            ready,
            metrics,
            *reference.ROUTES,
            *extra_routes,
        ],
        guards=[guard],
        dependencies=_DEPENDENCIES,
        request_class=StrictRequest,
        request_max_body_size=MOST_BYTES,
        exception_handlers={
            Refusal: _answer_refusal,
            ValidationException: _answer_invalid,
            HTTPException: _answer_http,
            Exception: _answer_bug,
        },
        plugins=[_Pydantic()],
        lifespan=[_lifespan(settings, clock, sidecar, with_worker)],
        openapi_config=_OPENAPI,
        logging_config=None,
        opt={"needs": _UNDECLARED},
    )
    app.state.settings = settings
    _check_declarations(app)
    # Around the router, not inside it: what finds no route needs its headers too.
    app.asgi_handler = _Envelope(_Strangers(app.asgi_handler))
    return app


class _Pydantic(PydanticPlugin):
    """The framework's own plugin, with our reading of bodies in the end before its."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Plugins that a plugin adds are called after it, in order."""
        app_config = super().on_app_init(app_config)
        app_config.plugins.append(_StrictBodies())
        return app_config


class _StrictBodies(InitPlugin):
    """Bodies are judged as strictly as they say; the framework's own decoder lets `true` be 1."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Put our decoder before the framework's."""
        decoders = app_config.type_decoders or []
        app_config.type_decoders = [(_is_body, _read_body), *decoders]
        return app_config


def _is_body(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _read_body(kind: type[BaseModel], value: Any) -> BaseModel:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        found = [
            {
                "field": ".".join(str(part) for part in each["loc"]),
                "message": each["msg"][:300],
            }
            for each in error.errors(include_url=False, include_context=False, include_input=False)
        ][:50]
        fields = ", ".join(each["field"] for each in found[:10] if each["field"]) or "the body"
        raise errors.InvalidRequest(f"Not allowed: {fields}.", errors=found) from None


def _lifespan(
    settings: Settings, clock: Clock, sidecar: EnrichmentClient | None, with_worker: bool
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """What is opened at the start and closed, in the other order, at the end."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None, None]:
        db = Database(settings.database, clock)
        await db.open()
        await schema.prepare(db)
        client = sidecar or EnrichmentClient(
            settings.sidecar_url,
            settings.sidecar_token,
            deadline_seconds=settings.sidecar_deadline_seconds,
        )
        runs = Runs()
        remember = 30 if db.is_sqlite else 1
        gate = Gatekeeper(db, rate=settings.rate_limit, remember_seconds=remember)
        app.state.update(db=db, sidecar=client, runs=runs, gate=gate)
        if with_worker and db.is_sqlite:
            await worker.give_back_lost_holds(db)
        sweeps = asyncio.create_task(worker.work(db)) if with_worker else None
        try:
            yield
        finally:
            if sweeps is not None:
                sweeps.cancel()
                with suppress(asyncio.CancelledError):
                    await sweeps
            await runs.drain()
            await client.close()
            await db.close()

    return lifespan


_OPENAPI = OpenAPIConfig(
    title="Meetonce",
    version="1",
    description=(
        "Charges a workspace one credit the first time it meets a contact, and never"
        " again for that contact."
    ),
    components=Components(
        security_schemes={
            "bearer": SecurityScheme(type="http", scheme="bearer"),
        }
    ),
    security=[{"bearer": []}],
    openapi_controller=NoPages,  # type: ignore[arg-type]
)


def _pages(settings: Settings) -> list[Any]:
    """What browsers open and install: these need no credential and hold no data."""
    return [*install_routes(settings), *console_routes(settings), *demo_routes(settings)]


_UNDECLARED = object()


def _check_declarations(app: Litestar) -> None:
    """A route that does not say to whom it opens must not go into service."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.opt.get("needs") is _UNDECLARED and not _is_framework(handler):
                raise AssertionError(f"{route.path} does not declare to whom it opens")


def _is_framework(handler: Any) -> bool:
    module: str = getattr(handler.fn, "__module__", "")
    return module.startswith("litestar.")


# --- what handlers are given --------------------------------------------------------------


def _from_state(name: str) -> Callable[..., Any]:
    def provide(request: Request[Any, Any, Any]) -> Any:
        return getattr(request.app.state, name)

    return provide


def _now(request: Request[Any, Any, Any]) -> Instant:
    db: Database = request.app.state.db
    return db.clock()


def _principal(request: Request[Any, Any, Any]) -> Principal:
    found: Principal = request.scope["principal"]  # type: ignore[typeddict-item]
    return found


_DEPENDENCIES = {
    **{
        name: Provide(_from_state(name), sync_to_thread=False)
        for name in ("db", "sidecar", "runs", "settings", "gate")
    },
    "now": Provide(_now, sync_to_thread=False),
    "principal": Provide(_principal, sync_to_thread=False),
}


# --- health and metrics -------------------------------------------------------------------


@get("/health/live", opt=PUBLIC, media_type=MediaType.JSON, include_in_schema=False)
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/health/ready", opt=PUBLIC, media_type=MediaType.JSON, include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The database answers too; a sidecar that is down does not make the backend unready."""
    db: Database = request.app.state.db
    await db.read(schema.version_of)
    return {"status": "ok"}


@get("/metrics", opt=PUBLIC, media_type=MediaType.TEXT, include_in_schema=False)
async def metrics() -> bytes:
    """Figures for Prometheus: counts and times by route, never by person."""
    return telemetry.metrics_text()


# --- errors -------------------------------------------------------------------------------


def _problem(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
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


def _answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    return _problem(request, refusal)


def _answer_invalid(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """What the framework could not make of parameters and body, field by field."""
    extra = error.extra if isinstance(error.extra, list) else []
    found = [
        {"field": str(each.get("key", "")), "message": str(each.get("message", ""))[:300]}
        for each in extra
        if isinstance(each, dict)
    ]
    fields = ", ".join(each["field"] for each in found if each["field"]) or "the request"
    return _problem(request, errors.InvalidRequest(f"Not allowed: {fields}.", errors=found))


def _answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
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
        return _answer_bug(request, error)
    refusal = kind(f"{http.HTTPStatus(error.status_code).phrase}.")
    if kind is errors.MethodNotAllowed:
        refusal.headers = {**refusal.headers, "Allow": ", ".join(_methods_of(request))}
    return _problem(request, refusal)


def _methods_of(request: Request[Any, Any, Any]) -> list[str]:
    """The methods that the request's path has."""
    found = ["OPTIONS"]
    for method in ("DELETE", "GET", "PATCH", "POST", "PUT"):
        with suppress(HTTPException):
            request.app.asgi_router.handle_routing(path=request.scope["path"], method=method)
            found.extend(["GET", "HEAD"] if method == "GET" else [method])
    return sorted(found)


def _answer_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A bug: the traceback goes to the log, the caller gets the id under which it stands there."""
    log.error("bug", request_id=request_id_of(request), exc_info=error)
    return _problem(
        request,
        errors.InternalError("Something broke on our side. The log has it under request_id."),
    )


# --- around every request -----------------------------------------------------------------


class _Strangers:
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
                    answer = _problem(request, errors.NotFound(_no_such(stranger)))
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


class _Envelope:
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
    telemetry.REQUESTS.labels(scope["method"], route, str(status)).inc()  # type: ignore[typeddict-item]
    telemetry.SECONDS.labels(route).observe(seconds)
    log.info(
        "request",
        method=scope["method"],  # type: ignore[typeddict-item]
        path=scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
        request_id=request_id,
    )
