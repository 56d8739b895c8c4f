"""Bodies of quotes: what a list of people would cost, before anything is spent."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from shared_schemas.analyses import PersonRef, Ref
from shared_schemas.shapes import Id
from shared_schemas.vocabulary import QuoteOutcome
from shared_schemas.wire import Answer, Request


class QuoteItem(PersonRef):
    """One person of a quote; `ref` comes back, and is the place in the list when left out."""

    ref: Ref | None = None


class AskQuote(Request):
    """What analysing or enrolling up to 100 people would cost; nothing is spent or created.

    `member_id` names the member who would pay, for a key with the scope `act_as`.
    """

    items: Annotated[list[QuoteItem], Field(min_length=1, max_length=100)]
    action: Literal["enroll", "analyze"] = "analyze"
    campaign_id: Id | None = None
    member_id: Id | None = None

    @model_validator(mode="after")
    def _campaign_only_to_enroll(self) -> "AskQuote":
        if self.campaign_id is not None and self.action != "enroll":
            raise ValueError("campaign_id goes with the action enroll")
        return self


class QuoteRow(Answer):
    """What would become of one item, and what it would cost; `conflict` says who holds them."""

    ref: str
    outcome: QuoteOutcome
    cost: int
    reason: str
    contact_id: str | None = None
    name: str | None = None
    conflict: dict[str, Any] | None = None
    detail: str | None = None


class QuoteBody(Answer):
    """The price of a list, at most: who turns out to yield nothing is not charged.

    `known` counts those in the campaign already, too. `available_after` may be below zero;
    `shortfall` is what the pool lacks, and `cap_shortfall` what the member's cap lacks.
    """

    id: str
    action: str
    campaign_id: str | None
    new: int
    known: int
    conflicts: int
    suppressed: int
    invalid: int
    duplicates: int
    price: int
    cost: int
    available: int
    available_after: int
    shortfall: int
    cap_left: int | None
    cap_shortfall: int
    next_refill_at: str | None
    rule: str
    data: list[QuoteRow]
