"""What every provider is to the waterfall: one question, one attempt, one reply.

An adapter knows its vendor's addresses, words and traps; it never retries, never waits and never
decides what is good enough. A reply it cannot read is `contract`, never "not found".
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from backend.sidecar.providers.wire import Wire
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict


@dataclass(frozen=True, slots=True)
class Query:
    """A person (or an address) to ask a provider about."""

    action: EnrichAction
    workspace: str = ""
    person: str = ""
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    company: str | None = None
    domain: str | None = None
    linkedin_url: str | None = None
    email: str | None = None
    country: str | None = None

    @property
    def named(self) -> bool:
        """Whether there is a whole name to look for."""
        return bool(self.first_name and self.last_name)

    @property
    def employed(self) -> bool:
        """Whether it is known where they work."""
        return bool(self.domain or self.company)


@dataclass(frozen=True, slots=True)
class Value:
    """A value as a vendor gave it, with how far the vendor itself stands behind it."""

    name: str
    value: str
    status: FieldStatus
    confidence: float
    verdict: Verdict | None = None
    reasons: tuple[str, ...] = ()
    said: str = ""
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """How one attempt ended. `token` resumes a pending one, `credits` are the vendor's own."""

    outcome: AskOutcome
    values: tuple[Value, ...] = ()
    detail: str | None = None
    credits: float = 0.0
    retry_after: float | None = None
    token: str | None = None


class ContractBroken(Exception):
    """The vendor's answer is not what its documentation says; the message is for the operator."""


class Provider(Protocol):
    """Somebody outside who may know. `version` counts changes of what its answers mean to us."""

    name: str
    version: int
    actions: frozenset[EnrichAction]
    credit_micros: int
    per_second: float
    per_minute: float

    @property
    def wire(self) -> Wire: ...

    def missing(self, query: Query) -> str | None:
        """What the query lacks for this provider; None if it can be asked."""
        ...

    def price(self, action: EnrichAction) -> float:
        """What a success costs, in the vendor's credits."""
        ...

    async def ask(self, query: Query, seconds: float) -> Reply:
        """One attempt, over within `seconds`."""
        ...

    async def resume(self, query: Query, token: str, seconds: float) -> Reply:
        """Look again for what `ask` left pending."""
        ...


@dataclass(slots=True)
class Adapter:
    """What adapters have in common: their place on the wire, and their vendor's price."""

    wire: Wire
    credit_micros: int = 0
    poll_seconds: float = 30.0
    extra: dict[str, Any] = field(default_factory=dict)

    async def resume(self, query: Query, token: str, seconds: float) -> Reply:
        """Vendors that answer at once leave nothing to resume."""
        return Reply(AskOutcome.CONTRACT, detail="nothing to resume")


# --- reading what vendors send, strictly --------------------------------------------------


def record(value: Any, where: str) -> dict[str, Any]:
    """`value` as an object; anything else breaks the contract."""
    if not isinstance(value, dict):
        raise ContractBroken(f"{where} is not an object")
    return value


def records(value: Any, where: str) -> list[dict[str, Any]]:
    """`value` as a list of objects, null for an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ContractBroken(f"{where} is not a list")
    return [record(each, where) for each in value]


def text(value: Any, where: str, most: int = 2_000) -> str | None:
    """`value` as a short text, None for null and for an empty one."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ContractBroken(f"{where} is not a text")
    cleaned = "".join(char for char in value if char.isprintable()).strip()
    return cleaned[:most] or None


def number(value: Any, where: str) -> float | None:
    """`value` as a number, None for null."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ContractBroken(f"{where} is not a number")
    return float(value)


def word(value: Any) -> str:
    """A vendor's code as a lower-case word; empty where it is none."""
    return value.strip().lower() if isinstance(value, str) else ""
