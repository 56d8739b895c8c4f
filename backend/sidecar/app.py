"""The sidecar's door: bearer token, bounded bodies, work in a thread of its own."""

import hmac
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio.to_thread
import structlog
import uvicorn
from anyio import CapacityLimiter
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException

from backend.sidecar import analysis
from backend.sidecar.http import (
    MOST_BYTES,
    Refusal,
    render_http_error,
    render_refusal,
    request_id_of,
)
from backend.sidecar.logs import configure_logs
from backend.sidecar.outside import Outside
from backend.sidecar.providers.sample import SamplePeople
from backend.sidecar.requests import Provider, look_at_all, read_items
from backend.sidecar.routes import action_routes, body_of, json_answer
from backend.sidecar.settings import SidecarSettings
from shared_schemas.enrichment import AnalyzeAnswer
from shared_schemas.insight import Insight
from shared_schemas.page import Page

log = structlog.get_logger()

# More than these waiting and a caller is better told to come back.
MOST_WAITING = 64


class _Work:
    """The one thread that analyses. Python runs one at a time anyway; health answers beside it."""

    def __init__(self, providers: list[Provider]) -> None:
        self.providers = providers
        self.ready = False
        self._turn = CapacityLimiter(1)
        self._waiting = 0

    async def analyze(self, page: Page) -> Insight | None:
        """The analysis of one page, in its turn."""
        return await anyio.to_thread.run_sync(analysis.analyze, page, limiter=self._turn)

    async def prepare(self) -> None:
        """Load the models; only then are we ready."""
        await anyio.to_thread.run_sync(analysis.prepare, limiter=self._turn)
        self.ready = True

    async def look_at(self, body: Any) -> AnalyzeAnswer:
        """The answer to one request, in its turn."""
        if self._waiting >= MOST_WAITING:
            raise Refusal(503, "Too much work is waiting here.", headers={"Retry-After": "1"})
        self._waiting += 1
        try:
            items = read_items(body)
            work = partial(look_at_all, items, self.providers)
            return await anyio.to_thread.run_sync(work, limiter=self._turn)
        finally:
            self._waiting -= 1


def create_sidecar(
    token: str,
    *,
    sample_provider: bool = False,
    own_host: str = "",
    settings: SidecarSettings | None = None,
) -> Litestar:
    """The sidecar as an application. Without a `token` every call but health's answers 401.

    `sample_provider` makes the demo's invented people known, by addresses of this machine or of
    `own_host` (the host, and port if it has one, at which browsers see the installation).
    """
    work = _Work([SamplePeople(own_host)] if sample_provider else [])
    outside = Outside(settings or SidecarSettings(), work.analyze, time.time)

    @asynccontextmanager
    async def prepared(_: Litestar) -> AsyncGenerator[None, None]:
        async with outside:
            await work.prepare()
            yield

    @post("/v1/analyze", status_code=200, include_in_schema=False)
    async def analyze_pages(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Look at up to 50 people, answered in order."""
        _check_token(request, token)
        started = time.perf_counter()
        answer = await work.look_at(await body_of(request))
        _log(request, answer, time.perf_counter() - started)
        return json_answer(request, answer)

    @get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @get("/health/ready", include_in_schema=False)
    async def ready() -> Response[dict[str, Any]]:
        """The models are loaded and answers can be kept; providers that are down are named."""
        names = [provider.name for provider in work.providers]
        is_ready = work.ready and await outside.writable()
        body: dict[str, Any] = {
            "status": "ready" if is_ready else "starting",
            "analyzed_by": analysis.ANALYZED_BY,
            "providers": names,
            **await outside.health(),
        }
        return Response(body, status_code=200 if is_ready else 503)

    return Litestar(
        route_handlers=[
            analyze_pages,
            *action_routes(lambda: outside.lookups, lambda each: _check_token(each, token)),
            live,
            ready,
        ],
        lifespan=[prepared],
        exception_handlers={
            Refusal: render_refusal,
            HTTPException: render_http_error,
            Exception: _render_bug,
        },
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def _check_token(request: Request[Any, Any, Any], token: str) -> None:
    """Compare in constant time, and let nobody in where no token is configured."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode("utf-8"))
    if not token or scheme.lower() != "bearer" or not same:
        raise Refusal(
            401, "Send the sidecar's token as a bearer.", headers={"WWW-Authenticate": "Bearer"}
        )


def _render_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    log.exception("request_failed", kind=type(error).__name__)
    return render_refusal(request, Refusal(500, "Something went wrong here; nothing was kept."))


def _log(request: Request[Any, Any, Any], answer: AnalyzeAnswer, seconds: float) -> None:
    counts: dict[str, int] = {}
    for item in answer.data:
        word = "failed" if item.error is not None else item.status.value
        counts[word] = counts.get(word, 0) + 1
    log.info(
        "analyzed",
        items=len(answer.data),
        ms=round(seconds * 1000, 1),
        **counts,
        request_id=request_id_of(request),
    )


def serve_sidecar(
    host: str,
    port: int,
    token: str,
    log_format: str = "console",
    *,
    sample_provider: bool = False,
    own_host: str = "",
    settings: SidecarSettings | None = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    configure_logs(log_format)
    app = create_sidecar(
        token, sample_provider=sample_provider, own_host=own_host, settings=settings
    )
    if not token:
        log.warning("no_token", hint="MEETONCE_SIDECAR_TOKEN is empty: every call answers 401")
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        limit_concurrency=256,
    )
