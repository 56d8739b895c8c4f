"""All that reaches out of this program, and what is remembered of it: opened and closed here."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

import structlog

from backend.sidecar.actions.context import Tools
from backend.sidecar.answers import Answers
from backend.sidecar.lookups import Lookups
from backend.sidecar.mail import MailChecks
from backend.sidecar.model import Model, make_model
from backend.sidecar.providers.registry import make_providers
from backend.sidecar.settings import SidecarSettings
from backend.sidecar.smtp import make_prober
from backend.sidecar.waterfall import Waterfall
from shared_schemas.insight import Insight
from shared_schemas.page import Page

log = structlog.get_logger()

_SWEEP_SECONDS = 3_600.0


class Outside:
    """Providers, mail checks, a model, and the store; usable between enter and exit."""

    def __init__(
        self,
        settings: SidecarSettings,
        analyze: Callable[[Page], Awaitable[Insight | None]],
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._analyze = analyze
        self._clock = clock
        self._lookups: Lookups | None = None
        self._model: Model | None = None
        self._sweeping: asyncio.Task[None] | None = None

    @property
    def lookups(self) -> Lookups:
        """The work of the actions."""
        assert self._lookups is not None, "only while the application runs"
        return self._lookups

    async def __aenter__(self) -> "Outside":
        settings = self._settings
        answers = Answers(settings.cache)
        waterfall = Waterfall(
            make_providers(settings), settings.order, answers, self._clock, time.monotonic
        )
        self._model = make_model(settings)
        tools = Tools(
            waterfall,
            MailChecks(settings, make_prober(settings)),
            self._model,
            self._analyze,
            self._clock,
            time.monotonic,
            settings.item_budget_micros,
            settings.budget_micros,
        )
        self._lookups = Lookups(tools, answers)
        self._sweeping = asyncio.create_task(self._sweep(answers))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping
        if self._lookups is not None:
            await self._lookups.tools.waterfall.close()
            self._lookups.answers.close()
        if self._model is not None:
            await self._model.wire.close()

    async def _sweep(self, answers: Answers) -> None:
        while True:
            try:
                await asyncio.to_thread(answers.sweep, self._clock())
            except Exception:
                log.exception("sweep_failed")
            await asyncio.sleep(_SWEEP_SECONDS)

    async def writable(self) -> bool:
        """Whether answers can be kept."""
        return await asyncio.to_thread(self.lookups.answers.writable)

    async def health(self) -> dict[str, Any]:
        """Which providers are switched on, and which of them rest; none of them is asked."""
        states = {each.name: each for each in (await self.lookups.providers()).data}
        on = [name for name, each in states.items() if each.state != "no_key"]
        down = {name: states[name].reason for name in on if states[name].state == "resting"}
        return {"configured": on, "resting": down}
