"""The sidecar's door: bearer token, bounded bodies, work in a thread of its own."""

import asyncio
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
    strict_json,
)
from backend.sidecar.logs import configure_logs
from backend.sidecar.providers.sample import SamplePeople
from backend.sidecar.requests import Provider, look_at_all, read_items
from shared_schemas.enrichment import AnalyzeAnswer

log = structlog.get_logger()

# More than these waiting and a caller is better told to come back.
MOST_WAITING = 64
BODY_SECONDS = 10.0


class _Work:
    """The one thread that analyses. Python runs one at a time anyway; health answers beside it."""

    def __init__(self, providers: list[Provider]) -> None:
        self.providers = providers
        self.ready = False
        self._turn = CapacityLimiter(1)
        self._waiting = 0

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


def create_sidecar(token: str, *, sample_provider: bool = False, own_host: str = "") -> Litestar:
    """The sidecar as an application. Without a `token` every call but health's answers 401.

    `sample_provider` makes the demo's invented people known, by addresses of this machine or of
    `own_host` (the host, and port if it has one, at which browsers see the installation).
    """
    work = _Work([SamplePeople(own_host)] if sample_provider else [])

    @asynccontextmanager
    async def prepared(_: Litestar) -> AsyncGenerator[None, None]:
        await work.prepare()
        yield

    @post("/v1/analyze", status_code=200, include_in_schema=False)
    async def analyze_pages(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Look at up to 50 people, answered in order."""
        _check_token(request, token)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await strict_json(request)
        except TimeoutError:
            raise Refusal(408, "The body took too long to arrive.") from None
        answer = await work.look_at(body)
        _log(request, answer, time.perf_counter() - started)
        return _json(request, answer)

    @get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @get("/health/ready", include_in_schema=False)
    async def ready() -> Response[dict[str, Any]]:
        """The models are loaded."""
        names = [provider.name for provider in work.providers]
        body: dict[str, Any] = {
            "status": "ready" if work.ready else "starting",
            "analyzed_by": analysis.ANALYZED_BY,
            "providers": names,
        }
        return Response(body, status_code=200 if work.ready else 503)

    return Litestar(
        route_handlers=[analyze_pages, live, ready],
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


def _json(request: Request[Any, Any, Any], answer: AnalyzeAnswer) -> Response[bytes]:
    return Response(
        answer.model_dump_json().encode(),
        media_type="application/json",
        headers={"X-Request-Id": request_id_of(request), "Cache-Control": "no-store"},
    )


def serve_sidecar(
    host: str,
    port: int,
    token: str,
    log_format: str = "console",
    *,
    sample_provider: bool = False,
    own_host: str = "",
) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    configure_logs(log_format)
    app = create_sidecar(token, sample_provider=sample_provider, own_host=own_host)
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
