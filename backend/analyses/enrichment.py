"""Our HTTP client of the sidecar: many waiting looks in one call, one deadline over all of it.

httpx's time-outs count from read to read, so a slow drip outlives them; the whole exchange runs
under one deadline, and an answer is cut at a size that no honest one reaches.
"""

import asyncio
import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import structlog
from pydantic import ValidationError

from shared_schemas.enrichment import AnalyzeAnswer, AnalyzedItem
from shared_schemas.findings import FindAnswer, FoundItem, ProvidersBody
from shared_schemas.vocabulary import EnrichAction

log = structlog.get_logger()

_MOST_BYTES = 4_000_000
_MOST_ITEMS = 50
_CONNECTS = 8
_LOOK_SECONDS = 5.0
_CONNECT_PAUSE_SECONDS = 0.4
_PATHS = {
    EnrichAction.EMAIL_FIND: "/v1/email/find",
    EnrichAction.EMAIL_VERIFY: "/v1/email/verify",
    EnrichAction.PHONE_FIND: "/v1/phone/find",
    EnrichAction.PROFILE_ENRICH: "/v1/profile",
    EnrichAction.AI_VARIABLE: "/v1/variables",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody to look at: page facts as the caller sent them (None where there are none)."""

    page: dict[str, Any] | None
    identifiers: tuple[str, ...]


class SidecarFailed(Exception):
    """The sidecar did not answer, or not sensibly; the message is for the log."""


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates count: hundreds, read once and not for each client."""
    return httpx.create_ssl_context(trust_env=False)


class EnrichmentClient:
    """Gathers looks for a moment and asks the sidecar for up to 50 at once."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        deadline_seconds: float = 20,
        gather_seconds: float = 0.002,
        calls: int = 4,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._deadline_seconds = deadline_seconds
        self._gather_seconds = gather_seconds
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(deadline_seconds, connect=2.0),
            transport=transport,
            verify=_trusted(),
            follow_redirects=False,
            trust_env=False,
        )
        self._calls = asyncio.Semaphore(calls)
        self._waiting: list[tuple[Subject, asyncio.Future[AnalyzedItem]]] = []
        self._gathering: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Drop what is running and close the connections."""
        for task in list(self._running):
            task.cancel()
        await self._client.aclose()

    async def analyze(self, subjects: Sequence[Subject]) -> list[AnalyzedItem | SidecarFailed]:
        """One answer for each subject, in order, within the deadline; a failure is a value."""
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in subjects]
        self._waiting.extend(zip(subjects, futures, strict=True))
        if self._gathering is None or self._gathering.done():
            self._gathering = self._spawn(self._gather())
        _, late = await asyncio.wait(futures, timeout=self._deadline_seconds)
        for future in late:
            future.cancel()
        return [_outcome(future) for future in futures]

    async def find(
        self, action: EnrichAction, item: dict[str, Any], *, key: str, workspace_id: str
    ) -> FoundItem | SidecarFailed:
        """Have one action done for one person, within the deadline; a failure is a value.

        The sidecar knows a request by its key, so that an exchange that broke off is asked again:
        a vendor who has answered by then is not paid a second time.
        """
        seconds = max(1, int(self._deadline_seconds) - 2)
        body = {"items": [item], "workspace": workspace_id, "deadline_seconds": seconds}
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await self._find(_PATHS[action], body, {"Idempotency-Key": key})
        except (TimeoutError, httpx.HTTPError, SidecarFailed, ValueError) as error:
            log.warning("sidecar_failed", reason=f"{type(error).__name__}: {error}"[:300])
            return SidecarFailed(str(error))

    async def _find(self, path: str, body: Any, headers: dict[str, str]) -> FoundItem:
        for _ in range(_CONNECTS):
            try:
                status, content = await self._exchange(path, body, headers)
            except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError):
                await asyncio.sleep(_CONNECT_PAUSE_SECONDS)
                continue
            if status == 409:
                await asyncio.sleep(_CONNECT_PAUSE_SECONDS)
                continue
            if status != 200:
                raise SidecarFailed(f"status {status}")
            try:
                (item,) = FindAnswer.model_validate(json.loads(content)).data
            except (ValidationError, RecursionError) as error:
                raise SidecarFailed("the answer has another shape") from error
            if item.ref != body["items"][0]["ref"]:
                raise SidecarFailed("the answer is about others")
            if item.error is not None:
                raise SidecarFailed(f"{item.error.code}: {item.error.detail}")
            return item
        raise SidecarFailed("it cannot be reached")

    async def forget(self, workspace_id: str, people: Sequence[str]) -> bool:
        """Have the sidecar forget what it keeps about these contacts; whether it did."""
        body = {"workspace": workspace_id, "people": list(people)}
        try:
            async with asyncio.timeout(self._deadline_seconds):
                status, _ = await self._exchange("/v1/people/erase", body)
        except (TimeoutError, httpx.HTTPError, SidecarFailed) as error:
            log.warning("sidecar_failed", reason=f"{type(error).__name__}: {error}"[:300])
            return False
        return status == 200

    async def providers(self) -> ProvidersBody | SidecarFailed:
        """The providers with their state and figures; a failure is a value."""
        try:
            async with asyncio.timeout(min(self._deadline_seconds, _LOOK_SECONDS)):
                status, content = await self._exchange("/v1/providers", None)
            if status != 200:
                raise SidecarFailed(f"status {status}")
            return ProvidersBody.model_validate(json.loads(content))
        except (TimeoutError, httpx.HTTPError, SidecarFailed, ValueError, RecursionError) as error:
            log.warning("sidecar_failed", reason=f"{type(error).__name__}: {error}"[:300])
            return SidecarFailed(str(error))

    async def _exchange(
        self, path: str, body: Any, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """POST, or GET without a body; the whole answer unless larger than any honest one."""
        method = "GET" if body is None else "POST"
        async with self._client.stream(method, path, json=body, headers=headers) as response:
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise SidecarFailed("the answer is too large")
        return response.status_code, bytes(content)

    def _spawn(self, work: Any) -> "asyncio.Task[None]":
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _gather(self) -> None:
        """Wait a moment for company, then send all that is waiting in calls of up to 50."""
        await asyncio.sleep(self._gather_seconds)
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), _MOST_ITEMS):
            self._spawn(self._ask(waiting[start : start + _MOST_ITEMS]))

    async def _ask(self, group: list[tuple[Subject, "asyncio.Future[AnalyzedItem]"]]) -> None:
        async with self._calls:
            group = [each for each in group if not each[1].done()]
            if not group:
                return
            try:
                async with asyncio.timeout(self._deadline_seconds):
                    items = await self._reach([subject for subject, _ in group])
            except (TimeoutError, httpx.HTTPError, SidecarFailed, ValueError) as error:
                log.warning("sidecar_failed", reason=f"{type(error).__name__}: {error}"[:300])
                for _, future in group:
                    if not future.done():
                        future.set_exception(SidecarFailed(str(error)))
                return
        for (_, future), item in zip(group, items, strict=True):
            if not future.done():
                future.set_result(item)

    async def _reach(self, subjects: list[Subject]) -> list[AnalyzedItem]:
        """Ask; where nobody listens (it is being started again) ask once more, for a moment.

        Only a refused connection is tried again: nothing was asked, so nothing is asked twice.
        """
        for _ in range(_CONNECTS - 1):
            try:
                return await self._post(subjects)
            except httpx.ConnectError:
                await asyncio.sleep(_CONNECT_PAUSE_SECONDS)
        return await self._post(subjects)

    async def _post(self, subjects: list[Subject]) -> list[AnalyzedItem]:
        body = {
            "items": [
                {
                    "ref": str(index),
                    "page": subject.page,
                    "identifiers": list(subject.identifiers),
                }
                for index, subject in enumerate(subjects)
            ]
        }
        status, content = await self._exchange("/v1/analyze", body)
        if status != 200:
            raise SidecarFailed(f"status {status}")
        try:
            answer = AnalyzeAnswer.model_validate(json.loads(content))
        except (ValidationError, RecursionError) as error:
            raise SidecarFailed("the answer has another shape") from error
        if [item.ref for item in answer.data] != [str(i) for i in range(len(subjects))]:
            raise SidecarFailed("the answer is about others")
        return answer.data


def _outcome(future: "asyncio.Future[AnalyzedItem]") -> AnalyzedItem | SidecarFailed:
    if future.cancelled() or not future.done():
        return SidecarFailed("too late")
    error = future.exception()
    if error is not None:
        return SidecarFailed(str(error))
    return future.result()
