"""Values that pass between handlers and flows: what is asked, begun, found and answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backend.analyses.desk import Look
from backend.campaigns.roster import CampaignView, Enrolled
from backend.contacts.identifiers import Identifier
from backend.contacts.queries import Person
from backend.errors import Refusal
from backend.idempotency import Keyed, Replay
from backend.instants import Instant
from shared_schemas.vocabulary import WorkspaceRole


@dataclass(frozen=True, slots=True)
class Item:
    """One person of a call: by their addresses (one page view's) or by contact id.

    `page` holds the facts that the caller read off the page, as JSON values. `error` is set
    where the addresses identify nobody; such an item is refused, its neighbours are not.
    """

    ref: str
    identifiers: tuple[Identifier, ...] = ()
    contact_id: str | None = None
    page: dict[str, Any] | None = None
    error: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What an answer says about money: charged or not, why, under which rule, what is left."""

    charged: int
    reason: str
    rule: str
    receipt_id: str | None
    available: int


@dataclass(frozen=True, slots=True)
class Result:
    """How one item ended: refused, or a person with what is known and what it cost."""

    item: Item
    refusal: Refusal | None = None
    person: Person | None = None
    look: Look | None = None
    charge: Charge | None = None
    enrollment: Enrolled | None = None
    campaign: CampaignView | None = None
    owner_name: str | None = None
    already_here: bool = False
    conflict: Enrolled | None = None


Render = Callable[[tuple[Result, ...]], tuple[int, str]]
"""Makes the answer (status and body) of a call's results; raises the refusal of a single one."""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody asks for people to be analysed, or (with a campaign) enrolled.

    `max_cost` bounds one item, `max_spend` the whole call, both in credits. A call without a key
    is still charged once for each contact: the database sees to that. `role` is that of who calls,
    also where they act for another member.
    """

    workspace_id: str
    member_id: str
    role: WorkspaceRole
    source: str
    items: tuple[Item, ...]
    render: Render = field(compare=False)
    keyed: Keyed | None = None
    member_name: str | None = None
    campaign_id: str | None = None
    max_cost: int | None = None
    max_spend: int | None = None
    all_or_nothing: bool = False
    hold_for: Instant = 0
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """What batch 1 did with an item.

    `result` is set where the item is already answered. Else an analysis is running: `started` by
    this call (with `subject` for the sidecar), or joined.
    """

    item: Item
    result: Result | None = None
    person: Person | None = None
    analysis_id: str | None = None
    started: bool = False
    deepens: bool = False
    enrollment_id: str | None = None
    page: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A call after batch 1: a stored answer to repeat, or its items as they stand."""

    call: Call
    replay: Replay | None = None
    opened: tuple[Opened, ...] = ()
    answer: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the sidecar said about one analysis: an insight, nothing, or (failed) no answer."""

    insight: dict[str, Any] | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Finish:
    """A begun call with what was found for the analyses that it started."""

    begun: Begun
    findings: dict[str, Finding]
