"""Calls that arrive while a commit is running are committed together.

A click is a batch of one. Each call waits in the lane of its workspace; batches are taken round
robin over the lanes, so that one busy workspace never starves another. A call that breaks its
batch is found by halving, and only that call fails.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.errors import Overloaded


class TryAgain(Exception):
    """The batch as a whole met a passing trouble: a busy file, a deadlock, a lost connection."""


@dataclass(slots=True, eq=False)
class Call:
    """One waiting call: the batch function that serves it, what it asks, and who waits."""

    lane: str
    do: Callable[..., Sequence[Any]]
    ask: Any
    future: asyncio.Future[Any] = field(repr=False)


CommitBatch = Callable[[list[Call]], Awaitable[list[Any]]]
"""Runs all calls in one transaction; an answer per call, exceptions among them as values."""


class GroupCommit:
    """A bounded queue of calls and the one task that commits them in batches.

    `most` calls make a batch; `waiting` may queue in all, and half as many in one lane. After a
    batch of more than four the task lingers for `linger_seconds`: the callers just answered are
    about to ask again, and one full batch is cheaper than two halves.
    """

    def __init__(
        self,
        commit: CommitBatch,
        *,
        most: int = 64,
        waiting: int = 1024,
        linger_seconds: float = 0.001,
    ) -> None:
        self._commit = commit
        self._most = most
        self._waiting = waiting
        self._linger_seconds = linger_seconds
        self._lanes: dict[str, deque[Call]] = {}
        self._turns: deque[str] = deque()
        self._queued = 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._in_flight: list[Call] = []

    def start(self) -> None:
        """Begin to serve; call once, inside the running loop."""
        self._task = asyncio.create_task(self._run(), name="group-commit")

    async def close(self) -> None:
        """Serve what is queued, then stop."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def __call__(self, lane: str, do: Callable[..., Sequence[Any]], ask: Any) -> Any:
        """The answer to `ask`, once it is committed; its refusal or error is raised.

        A caller cancelled while queued is dropped; one cancelled in flight has its write done
        or not done as a whole, for the batch never belongs to a caller.
        """
        queue = self._lanes.get(lane)
        if (
            self._closing
            or self._queued >= self._waiting
            or (queue is not None and 2 * len(queue) >= self._waiting)
        ):
            raise Overloaded("More work is waiting than can be done soon. Nothing was done.")
        if queue is None:
            queue = self._lanes[lane] = deque()
            self._turns.append(lane)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        queue.append(Call(lane, do, ask, future))
        self._queued += 1
        self._wake.set()
        return await future

    def _take(self) -> list[Call]:
        """The next batch, one call from each lane in turn; cancelled callers are dropped."""
        batch: list[Call] = []
        while self._turns and len(batch) < self._most:
            lane = self._turns.popleft()
            queue = self._lanes[lane]
            call = queue.popleft()
            self._queued -= 1
            if queue:
                self._turns.append(lane)
            else:
                del self._lanes[lane]
            if not call.future.done():
                batch.append(call)
        return batch

    async def _run(self) -> None:
        try:
            while not (self._closing and not self._turns):
                await self._wake.wait()
                self._wake.clear()
                while self._turns:
                    batch = self._in_flight = self._take()
                    if batch:
                        await self._settle(batch)
                    self._in_flight = []
                    if len(batch) > 4:
                        await asyncio.sleep(self._linger_seconds)
        except BaseException as error:
            self._fail_everyone(error)
            raise

    def _fail_everyone(self, error: BaseException) -> None:
        """A dead writer must not leave anyone waiting for ever."""
        self._closing = True
        stopped = Overloaded(f"The writer stopped: {error!r}.")
        _fail(self._in_flight, stopped)
        for queue in self._lanes.values():
            _fail(queue, stopped)
        self._lanes.clear()
        self._turns.clear()

    async def _settle(self, batch: list[Call]) -> None:
        """Commit `batch`; on trouble try once more, then halve until the culprit stands alone."""
        for attempt in range(4):
            try:
                answers = await self._commit(batch)
            except TryAgain as error:
                if attempt == 3:
                    _fail(batch, Overloaded(f"The database stayed busy: {error}."))
                    return
                await asyncio.sleep(0.01 * 3**attempt)
            except Exception as error:
                if attempt == 0:
                    continue  # a race heals itself: the second look finds the other's row
                if len(batch) == 1:
                    _fail(batch, error)
                    return
                middle = len(batch) // 2
                await self._settle(batch[:middle])
                await self._settle(batch[middle:])
                return
            else:
                _answer(batch, answers)
                return


def _answer(batch: list[Call], answers: Sequence[Any]) -> None:
    for call, answer in zip(batch, answers, strict=True):
        if call.future.done():
            continue
        if isinstance(answer, Exception):
            call.future.set_exception(answer)
        else:
            call.future.set_result(answer)


def _fail(batch: Iterable[Call], error: Exception) -> None:
    for call in batch:
        if not call.future.done():
            call.future.set_exception(error)
