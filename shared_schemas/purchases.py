"""Bodies of purchases and of the subscription. Amounts are whole credits, prices US cents."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared_schemas.shapes import Id
from shared_schemas.wire import Answer, Line, Request, Word, storable

Bought = Annotated[int, Field(ge=1, le=1_000_000)]
Seats = Annotated[int, Field(ge=1, le=100_000)]


class NewPurchase(Request):
    """A listed pack, or any number of credits where the policy sells that: exactly one of them."""

    pack: Bought | None = None
    credits: Bought | None = None
    member_id: Id | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.pack is None) == (self.credits is None):
            raise ValueError("exactly one of pack and credits is needed")
        return self


class ConfirmPurchase(Request):
    """The payment's own id, such as an invoice number; it settles one purchase."""

    payment_ref: Annotated[
        str,
        StringConstraints(min_length=1, max_length=255, strip_whitespace=True),
        AfterValidator(storable),
    ]


class PaymentNote(Answer):
    """Something that the payment service reported afterwards, such as a refund of the money."""

    kind: str
    at: str


class PurchaseBody(Answer):
    """A purchase: pending until paid; `settled` once its credits are there."""

    id: str
    status: str
    pack: int | None
    credits: int
    price_cents: int | None
    currency: str
    member_id: str
    created_at: str
    settled_at: str | None
    payment_ref: str | None
    receipt_id: str | None
    reason: str | None
    checkout_url: str | None
    notes: list[PaymentNote] = []


class PurchaseList(Answer):
    """Purchases, newest first."""

    data: list[PurchaseBody]
    next_cursor: str | None = None


class PaymentHeard(Answer):
    """What became of a report of the payment service."""

    outcome: str


class SubscriptionBody(Answer):
    """What the workspace pays for, and the changes that wait for the end of the cycle.

    `pools` counts the holders whom a change concerns: each member under a policy that gives every
    member their own credits, else one.
    """

    policy: str
    plan: str
    seats: int
    allotment: int
    cycle_start: str
    cycle_end: str
    pending_plan: str | None
    pending_seats: int | None
    cancelled: bool
    pools: int


class ChangeSubscription(Request):
    """The plan and the number of seats to have; at least one of them."""

    plan: Word | None = None
    seats: Seats | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.plan is None and self.seats is None:
            raise ValueError("plan or seats is needed")
        return self


class CancelSubscription(Request):
    """The end of the subscription; why, for the audit."""

    reason: Line | None = None


class BeginTrial(Request):
    """The trial; there is nothing to choose."""


class PreviewSubscription(Request):
    """A change to look at before it is made: another plan, other seats, or the end."""

    plan: Word | None = None
    seats: Seats | None = None
    cancel: bool = False

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.cancel == (self.plan is not None or self.seats is not None):
            raise ValueError("either cancel, or plan or seats")
        return self


class EffectBody(Answer):
    """What one change does in credits, and when it counts: `now` or `end_of_cycle`."""

    change: str
    when: str
    at: str
    granted: int
    forfeited: int
    expired: int


class PreviewBody(Answer):
    """What a change would do; nothing is stored."""

    effects: list[EffectBody]
    granted: int
    forfeited: int
    expired: int
    available_before: int
    available_after: int
    subscription: SubscriptionBody


class TrialBody(Answer):
    """The trial's credits."""

    granted: int
    receipt_id: str | None
    available: int
