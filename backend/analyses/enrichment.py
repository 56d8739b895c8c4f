"""Our HTTP client of the sidecar: many waiting looks in one call, one deadline over all of it.

httpx's time-outs count from read to read, so a slow drip outlives them; the whole exchange runs
under one deadline, and an answer is cut at a size that no honest one reaches.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from pydantic import ValidationError

from shared_schemas.enrichment import AnalyzeAnswer, AnalyzedItem

log = structlog.get_logger()

_MOST_BYTES = 4_000_000
_MOST_ITEMS = 50
_CONNECTS = 8
_CONNECT_PAUSE_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody to look at: page facts as the caller sent them (None where there are none)."""

    page: dict[str, Any] | None
    identifiers: tuple[str, ...]


class SidecarFailed(Exception):
    """The sidecar did not answer, or not sensibly; the message is for the log."""


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
        async with self._client.stream("POST", "/v1/analyze", json=body) as response:
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise SidecarFailed("the answer is too large")
        if response.status_code != 200:
            raise SidecarFailed(f"status {response.status_code}")
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
