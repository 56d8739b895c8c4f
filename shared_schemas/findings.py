"""What the sidecar's actions find: values with their status, source and evidence.

A value is never without what it rests on, and losers stay visible as alternatives. Costs are
what vendors take from the installation's operator, in millionths of a US dollar; they have
nothing to do with what a workspace is charged.
"""

from typing import Annotated

from pydantic import Field

from shared_schemas.enrichment import ItemError
from shared_schemas.vocabulary import (
    AskOutcome,
    EnrichAction,
    EvidenceKind,
    FieldStatus,
    FindStatus,
    Verdict,
)
from shared_schemas.wire import Answer

Confidence = Annotated[float, Field(ge=0, le=1)]


class FieldEvidence(Answer):
    """One thing that a value rests on: the words quoted, an address, a rule, who else has it."""

    kind: EvidenceKind
    text: str
    url: str | None = None


class FieldAlternative(Answer):
    """A value that lost, and how far it could have been trusted."""

    value: str
    status: FieldStatus
    source: str


class FoundField(Answer):
    """One found value. `source` is `page`, `rule:<name>`, `template` or `provider:<name>`.

    `verdict` and `reasons` are for addresses alone, such as `risky` because of `catch_all`.
    After `expires_at` the value has to be looked up again.
    """

    name: str
    value: str
    status: FieldStatus
    confidence: Confidence
    source: str
    evidence: list[FieldEvidence] = Field(default_factory=list)
    observed_at: str
    expires_at: str | None = None
    verdict: Verdict | None = None
    reasons: list[str] = Field(default_factory=list)
    alternatives: list[FieldAlternative] = Field(default_factory=list)


class ProviderAttempt(Answer):
    """How asking one provider went, or why it was passed over."""

    provider: str
    outcome: AskOutcome
    detail: str | None = None
    ms: int = 0
    cost_micros: int = 0
    cached: bool = False


class FoundItem(Answer):
    """What was found about one person.

    `actionable` alone decides whether the workspace is charged; `reason` says why or why not.
    """

    ref: str
    status: FindStatus
    actionable: bool = False
    reason: str = "nothing_found"
    judged_by: str = ""
    fields: list[FoundField] = Field(default_factory=list)
    attempts: list[ProviderAttempt] = Field(default_factory=list)
    upstream_cost_micros: int = 0
    retry_after_seconds: int | None = None
    error: ItemError | None = None


class FindAnswer(Answer):
    """One answer for each item, in order."""

    data: list[FoundItem]


class RequestBody(Answer):
    """A request as the sidecar remembers it; `answer` once it is done."""

    key: str
    status: str
    answer: FindAnswer | None = None


class ProviderBody(Answer):
    """One provider as an operator wants to see it.

    `state` is `ready`, `no_key` or `resting` (until `until`, because of `reason`). Figures count
    the calls of the last 30 days that went out; a hit is a call that found something. `setting`
    is the environment variable that switches the provider on.
    """

    name: str
    state: str
    reason: str | None = None
    until: str | None = None
    actions: list[EnrichAction]
    asked: int = 0
    found: int = 0
    verified: int = 0
    failed: int = 0
    hit_rate: float | None = None
    median_ms: int | None = None
    cost_micros: int = 0
    cost_per_verified_micros: int | None = None
    setting: str = ""


class ProvidersBody(Answer):
    """All providers that this version knows, in the order in which they are asked."""

    data: list[ProviderBody]


class ErasedBody(Answer):
    """How many remembered answers, requests and attempts were about these people."""

    answers: int
    requests: int
    attempts: int
