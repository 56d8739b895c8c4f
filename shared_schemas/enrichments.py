"""Bodies of the enrichment endpoints: what is asked about a contact, found, and charged."""

from typing import Annotated

from pydantic import Field

from shared_schemas.findings import FoundField, ProviderAttempt, ProviderBody
from shared_schemas.lookups import Host, WantedVariable
from shared_schemas.page import Email, Page
from shared_schemas.shapes import ChargeBody, Id
from shared_schemas.vocabulary import ContactSource, EnrichAction, EnrichmentStatus
from shared_schemas.wire import Answer, Line, Passage, Request, Url, Word

Credits = Annotated[int, Field(ge=0, le=1_000_000_000)]


class EnrichInputs(Request):
    """What the caller knows beside what the workspace knows; it goes before that.

    `email` is the address to verify; `variables`, `facts` and `language` are for texts.
    """

    first_name: Line | None = None
    last_name: Line | None = None
    company: Line | None = None
    domain: Host | None = None
    linkedin_url: Url | None = None
    email: Email | None = None
    page: Page | None = None
    variables: Annotated[list[WantedVariable], Field(min_length=1, max_length=10)] | None = None
    facts: Annotated[dict[Word, Passage], Field(max_length=50)] | None = None
    language: Word | None = None


class Enrich(Request):
    """Find something about a contact; charged only for what is worth it.

    `max_cost` bounds the price in credits. `member_id` names the member who asks and pays, for a
    key with the scope `act_as`.
    """

    contact_id: Id
    action: Annotated[EnrichAction, Field(strict=False)]
    inputs: EnrichInputs | None = None
    max_cost: Credits | None = None
    source: Annotated[ContactSource, Field(strict=False)] = ContactSource.API
    member_id: Id | None = None


class EnrichmentBody(Answer):
    """One enrichment: how it ended, what was found with what it rests on, and what it cost.

    `pending`: a provider still works on it; nothing was charged, ask again after `Retry-After`.
    `attempts` say how each provider answered, or why it was not asked.
    """

    id: str
    contact_id: str
    action: EnrichAction
    status: EnrichmentStatus
    reason: str | None = None
    fields: list[FoundField] = Field(default_factory=list)
    attempts: list[ProviderAttempt] = Field(default_factory=list)
    charge: ChargeBody
    started_at: str
    finished_at: str | None = None


class EnrichmentRow(Answer):
    """One enrichment in a list."""

    id: str
    contact_id: str
    action: EnrichAction
    status: EnrichmentStatus
    reason: str | None = None
    fields: list[FoundField] = Field(default_factory=list)
    attempts: list[ProviderAttempt] = Field(default_factory=list)
    charged: int
    receipt_id: str | None = None
    started_by: str
    started_at: str
    finished_at: str | None = None


class EnrichmentList(Answer):
    """Enrichments, newest first."""

    data: list[EnrichmentRow]
    next_cursor: str | None = None


class ActionCost(Answer):
    """What asking now would cost at most, in credits; where that is nothing, `reason` says why."""

    cost: int
    reason: str | None = None


class ContactFields(Answer):
    """What is known about a contact, the best value of each kind, with what it rests on.

    `costs` are those of the actions that the workspace's policy sells, for this contact, for whom
    one asked without inputs of their own.
    """

    data: list[FoundField]
    costs: dict[EnrichAction, ActionCost] = Field(default_factory=dict)


class ActionOrder(Answer):
    """Whom one action asks, first to last; those without a key are passed over."""

    action: EnrichAction
    providers: list[str]


class ProviderList(Answer):
    """The providers of this installation with their figures, and the order of each action.

    The figures are of the whole installation: its workspaces share the providers' keys.
    """

    data: list[ProviderBody]
    orders: list[ActionOrder]
