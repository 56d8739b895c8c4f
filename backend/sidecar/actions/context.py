"""What one request's items are worked on with, and how a result is put together."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from backend.sidecar.actions.actionable import JUDGED_BY, judge
from backend.sidecar.mail import MailChecks
from backend.sidecar.model import Model
from backend.sidecar.waterfall import Budget, Plan, Trail, Waterfall
from shared_schemas.findings import FoundField, FoundItem, ProviderAttempt
from shared_schemas.insight import Insight
from shared_schemas.lookups import HeldValue, SidecarRequest
from shared_schemas.page import Page
from shared_schemas.vocabulary import EnrichAction, FindStatus


@dataclass(frozen=True, slots=True)
class Tools:
    """What the actions work with: providers, checks of addresses, a language model, clocks.

    `analyze` is the offline analysis, in the one thread that does such work.
    """

    waterfall: Waterfall
    mail: MailChecks
    model: Model | None
    analyze: Callable[[Page], Awaitable[Insight | None]]
    clock: Callable[[], float]
    monotonic: Callable[[], float]
    item_budget_micros: int
    budget_micros: int


@dataclass(slots=True)
class Run:
    """One request: whose it is, and what is left of its time and money."""

    workspace: str
    order: tuple[str, ...] | None
    deadline: float
    item_budget_micros: int
    budget: Budget

    @classmethod
    def of(cls, tools: Tools, asked: SidecarRequest) -> "Run":
        """The run of a request: what it asks for, within what the operator allows."""
        whole, each = tools.budget_micros, tools.item_budget_micros
        if asked.budget_micros is not None:
            whole = min(whole, asked.budget_micros)
        if asked.item_budget_micros is not None:
            each = min(each, asked.item_budget_micros)
        return cls(
            asked.workspace,
            tuple(asked.order) if asked.order is not None else None,
            tools.monotonic() + asked.deadline_seconds,
            each,
            Budget(whole),
        )

    def plan(self) -> Plan:
        """The bounds of one more item."""
        return Plan(self.deadline, Budget(self.item_budget_micros), self.budget, self.order)


@dataclass(slots=True)
class Found:
    """A result in the making."""

    fields: list[FoundField] = field(default_factory=list)
    attempts: list[ProviderAttempt] = field(default_factory=list)
    cost_micros: int = 0
    retry_after: float | None = None

    def add(self, trail: Trail) -> None:
        """Take in what asking providers came to, whatever it was."""
        self.attempts += trail.attempts
        self.cost_micros += trail.cost_micros
        self.retry_after = self.retry_after or trail.retry_after

    def item(
        self,
        ref: str,
        action: EnrichAction,
        held: Sequence[HeldValue] = (),
        wanted: Sequence[str] = (),
    ) -> FoundItem:
        """The judged result."""
        judged = judge(action, self.fields, held, wanted)
        status = FindStatus.DONE if self.fields else FindStatus.EMPTY
        reason = judged.reason
        if not judged.actionable and self.retry_after is not None:
            status, reason = FindStatus.PENDING, "still_running"
        pending = status is FindStatus.PENDING
        return FoundItem(
            ref=ref,
            status=status,
            actionable=judged.actionable,
            reason=reason,
            judged_by=JUDGED_BY,
            fields=self.fields,
            attempts=self.attempts,
            upstream_cost_micros=self.cost_micros,
            retry_after_seconds=max(1, round(self.retry_after or 1)) if pending else None,
        )
