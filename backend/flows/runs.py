"""Analyses that run in this process, so that those who join one need not ask the database."""

import asyncio

from backend.idempotency import RecentAnswers


class Runs:
    """One event for each running analysis; set when its end is committed."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self.free_answers = RecentAnswers()

    def begin(self, analysis_id: str) -> None:
        """Note that this process runs the analysis."""
        self._events[analysis_id] = asyncio.Event()

    def end(self, analysis_id: str) -> None:
        """Wake whoever waits for it."""
        event = self._events.pop(analysis_id, None)
        if event is not None:
            event.set()

    def here(self, analysis_id: str) -> asyncio.Event | None:
        """The event of an analysis that runs in this process."""
        return self._events.get(analysis_id)

    def own(self, task: "asyncio.Task[object]") -> None:
        """Keep a task alive until it ends, whatever becomes of the request that started it."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def abandon(self) -> None:
        """Cut all tasks off; what they have set aside comes back when its hold ends."""
        for task in self._tasks:
            task.cancel()

    async def drain(self) -> None:
        """Wait for all tasks; their own deadlines bound this."""
        if self._tasks:
            await asyncio.wait(self._tasks)
