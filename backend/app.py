"""The backend as one ASGI application: routes, what handlers are given, how errors answer."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from litestar import Litestar, MediaType, Request, Router, get
from litestar.config.app import AppConfig
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins import InitPlugin
from litestar.plugins.pydantic import PydanticPlugin
from pydantic import BaseModel, ValidationError

from backend import errors, reference, schema, telemetry, worker
from backend.analyses.enrichment import EnrichmentClient
from backend.campaigns import api as campaigns_api
from backend.console.api import console_routes
from backend.credits import admin_api as credits_admin_api
from backend.credits import api as credits_api
from backend.credits.journal import versions
from backend.credits.paying import purchases_api as credits_purchases_api
from backend.credits.paying import subscription_api as credits_subscription_api
from backend.credits.paying.checkout import Checkout
from backend.credits.policy import builtin_policies, own_policies
from backend.database import Clock, Database
from backend.demo.api import demo_routes
from backend.envelope import Envelope, Strangers
from backend.errors import Refusal
from backend.flows import admin_api as flows_admin_api
from backend.flows import api as flows_api
from backend.flows import credits_api as flows_credits_api
from backend.flows import enrich_api as flows_enrich_api
from backend.flows import requests_api as flows_requests_api
from backend.flows import shared_api as flows_shared_api
from backend.flows import spending_api as flows_spending_api
from backend.flows import suppress_api as flows_suppress_api
from backend.flows import workspace_api as flows_workspace_api
from backend.flows.runs import Runs
from backend.http import MOST_BYTES, StrictRequest
from backend.install.api import install_routes
from backend.instants import Instant
from backend.problems import answer_bug, answer_http, answer_invalid, answer_refusal
from backend.reference import NoPages
from backend.settings import Settings
from backend.workspaces import admin_api as workspaces_admin_api
from backend.workspaces import api as workspaces_api
from backend.workspaces.guards import PUBLIC, Gatekeeper, guard

log = structlog.get_logger()


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
            *flows_credits_api.ROUTES,
            *flows_requests_api.ROUTES,
            *flows_workspace_api.ROUTES,
            *flows_enrich_api.ROUTES,
            *flows_shared_api.ROUTES,
            *flows_spending_api.ROUTES,
            *flows_suppress_api.ROUTES,
            *campaigns_api.ROUTES,
            *credits_api.ROUTES,
            *credits_subscription_api.ROUTES,
            *credits_purchases_api.ROUTES,
            *credits_admin_api.ROUTES,
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
            Refusal: answer_refusal,
            ValidationException: answer_invalid,
            HTTPException: answer_http,
            Exception: answer_bug,
        },
        plugins=[_Pydantic()],
        lifespan=[_lifespan],
        openapi_config=_OPENAPI,
        logging_config=None,
        opt={"needs": _UNDECLARED},
    )
    app.state.update(
        settings=settings, clock=clock, given_sidecar=sidecar, with_worker=with_worker
    )
    _check_declarations(app)
    # Around the router, not inside it: what finds no route needs its headers too.
    app.asgi_handler = Envelope(Strangers(app.asgi_handler))
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


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncGenerator[None, None]:
    """What is opened at the start and closed, in the other order, at the end."""
    settings: Settings = app.state.settings
    db = Database(settings.database, app.state.clock)
    await db.open()
    await schema.prepare(db)
    await _take_in_policies(db, settings)
    client = app.state.given_sidecar or EnrichmentClient(
        settings.sidecar_url,
        settings.sidecar_token,
        deadline_seconds=settings.sidecar_deadline_seconds,
    )
    runs = Runs()
    remember = 30 if db.is_sqlite else 1
    gate = Gatekeeper(db, rate=settings.rate_limit, remember_seconds=remember, wall=time.time)
    checkouts = Checkout(settings) if settings.stripe_secret_key else None
    app.state.update(db=db, sidecar=client, runs=runs, gate=gate, checkouts=checkouts)
    if app.state.with_worker and db.is_sqlite:
        await worker.give_back_lost_holds(db)
    sweeps = asyncio.create_task(worker.work(db)) if app.state.with_worker else None
    try:
        yield
    finally:
        if sweeps is not None:
            sweeps.cancel()
            with suppress(asyncio.CancelledError):
                await sweeps
        await runs.drain()
        await client.close()
        if checkouts is not None:
            await checkouts.close()
        await db.close()


async def _take_in_policies(db: Database, settings: Settings) -> None:
    """Versions newer than those in use count for a pool from its next cycle."""
    own, faults = own_policies([settings.data_dir / "policies"])
    for fault in faults:
        log.warning("policy_file_not_usable", fault=str(fault))
    known = [*builtin_policies().values(), *own]
    taken = await db.write(lambda tx: versions.take_in(tx, known, db.clock()), lane="policies")
    if taken:
        log.info("policy_versions_taken_in", policies=taken)


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
    use_handler_docstrings=True,
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


# One after the other: of several that could be found at once the framework makes a task each,
# which costs more than all of them. So each asks for the one before it.

Known = NamedDependency[Any]
AnyRequest = Request[Any, Any, Any]


def _db(request: AnyRequest) -> Any:
    return request.app.state.db


def _settings(request: AnyRequest, db: Known) -> Any:
    return request.app.state.settings


def _now(request: AnyRequest, settings: Known) -> Instant:
    now: Instant = request.app.state.db.clock()
    return now


def _principal(request: AnyRequest, now: Known) -> Any:
    return request.scope["principal"]  # type: ignore[typeddict-item]


def _sidecar(request: AnyRequest, principal: Known) -> Any:
    return request.app.state.sidecar


def _runs(request: AnyRequest, sidecar: Known) -> Any:
    return request.app.state.runs


def _gate(request: AnyRequest, db: Known) -> Any:
    return request.app.state.gate


def _checkouts(request: AnyRequest, settings: Known) -> Any:
    return request.app.state.checkouts


_DEPENDENCIES = {
    "db": Provide(_db, sync_to_thread=False),
    "settings": Provide(_settings, sync_to_thread=False),
    "now": Provide(_now, sync_to_thread=False),
    "principal": Provide(_principal, sync_to_thread=False),
    "sidecar": Provide(_sidecar, sync_to_thread=False),
    "runs": Provide(_runs, sync_to_thread=False),
    "gate": Provide(_gate, sync_to_thread=False),
    "checkouts": Provide(_checkouts, sync_to_thread=False),
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
