"""Bodies of metered actions: charges, holds, and what is reported about a contact."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared_schemas.shapes import ChargeBody, Id
from shared_schemas.vocabulary import ContactSource
from shared_schemas.wire import Answer, Request, Word, storable

Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
ThreadName = Annotated[
    str, StringConstraints(min_length=1, max_length=300), AfterValidator(storable)
]


class SpendFacts(Request):
    """What the caller knows of the recipient; some policies charge nothing then."""

    relation: Literal["first_degree", "second_degree", "third_degree", "out_of_network"] | None = (
        None
    )
    open_profile: bool = False


class NewCharge(Request):
    """Something metered that has been done: `quantity` units of `action`."""

    action: Word
    contact_id: Id | None = None
    thread: ThreadName | None = None
    quantity: Quantity = 1
    facts: SpendFacts = SpendFacts()
    source: Annotated[ContactSource, Field(strict=False)] = ContactSource.API
    member_id: Id | None = None


class NewHold(NewCharge):
    """Credits to set aside for work that is about to begin."""


class CaptureHold(Request):
    """How many units of the hold were used; all of them without a number."""

    quantity: Quantity | None = None


class SpentBody(Answer):
    """How a charge, or the end of a hold, came out."""

    outcome: str
    charge: ChargeBody
    id: str | None = None


class HoldBody(SpentBody):
    """Credits set aside until `expires_at`; where the work is free, `id` is null."""

    held: int
    expires_at: str | None


class ContactEvent(Request):
    """Something that a contact did: they answered in `thread`, by the message `message_id`."""

    type: Literal["replied"]
    thread: ThreadName
    message_id: (
        Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(storable)]
        | None
    ) = None


class ContactEventBody(Answer):
    """What the event did: `refunded` credits, or `ok` and why nothing came back."""

    outcome: str
    reason: str
    refunded: int
    receipt_id: str | None
    available: int
