"""The routes of the actions, of what is remembered of them, and of the providers' state."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog
from litestar import Request, Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel

from backend.sidecar.http import Refusal, request_id_of, strict_json
from backend.sidecar.lookups import ACTIONS, Lookups
from shared_schemas.findings import FindAnswer

log = structlog.get_logger()

BODY_SECONDS = 10.0

AnyRequest = Request[Any, Any, Any]


async def body_of(request: AnyRequest) -> Any:
    """The body as a JSON value, if it arrives in time."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await strict_json(request)
    except TimeoutError:
        raise Refusal(408, "The body took too long to arrive.") from None


def json_answer(
    request: AnyRequest, answer: BaseModel, headers: dict[str, str] | None = None
) -> Response[bytes]:
    """A body as JSON, with the caller's request id."""
    return Response(
        answer.model_dump_json().encode(),
        media_type="application/json",
        headers={
            "X-Request-Id": request_id_of(request),
            "Cache-Control": "no-store",
            **(headers or {}),
        },
    )


def action_routes(
    serving: Callable[[], Lookups], check_token: Callable[[AnyRequest], None]
) -> list[Any]:
    """The handlers; `serving` gives the work once the application has started."""

    @post(list(ACTIONS), status_code=200, include_in_schema=False)
    async def look_up(request: AnyRequest) -> Response[bytes]:
        """Do an action for up to 50 items, answered in order."""
        check_token(request)
        started = time.perf_counter()
        body = await body_of(request)
        path = request.url.path.rstrip("/")
        key = request.headers.get("idempotency-key")
        answer, replayed = await serving().serve(path, key, body)
        _log(request, path, answer, replayed, time.perf_counter() - started)
        return json_answer(request, answer, {"Idempotent-Replayed": "true"} if replayed else None)

    @get("/v1/requests/{key:str}", include_in_schema=False)
    async def get_request(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """What has become of a request."""
        check_token(request)
        return json_answer(request, await serving().request(key))

    @get("/v1/providers", include_in_schema=False)
    async def get_providers(request: AnyRequest) -> Response[bytes]:
        """All providers with their state and figures."""
        check_token(request)
        return json_answer(request, await serving().providers())

    @post("/v1/people/erase", status_code=200, include_in_schema=False)
    async def erase_people(request: AnyRequest) -> Response[bytes]:
        """Forget all that is remembered about some people."""
        check_token(request)
        return json_answer(request, await serving().erase(await body_of(request)))

    return [look_up, get_request, get_providers, erase_people]


def _log(
    request: AnyRequest, path: str, answer: FindAnswer, replayed: bool, seconds: float
) -> None:
    log.info(
        "looked_up",
        action=path.removeprefix("/v1/"),
        items=len(answer.data),
        actionable=sum(item.actionable for item in answer.data),
        upstream_cost_micros=sum(item.upstream_cost_micros for item in answer.data),
        replayed=replayed,
        ms=round(seconds * 1000, 1),
        request_id=request_id_of(request),
    )
