"""Bodies of the credit endpoints. Amounts are whole credits."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared_schemas.shapes import Named
from shared_schemas.wire import Answer, Request, storable


class Cycle(Answer):
    """The current cycle of a pool."""

    start: str
    end: str


class Expiring(Answer):
    """Free credits that end at one instant."""

    credits: int
    at: str


class LotBody(Answer):
    """Credits granted together."""

    id: str
    source: str
    lot_class: Annotated[str, Field(serialization_alias="class")]
    earmark: str | None
    granted: int
    remaining: int
    held: int
    effective_at: str
    expires_at: str | None


class OwnUse(Answer):
    """What the asking member may spend and has spent in this cycle."""

    cap: int | None
    used: int


class BalanceBody(Answer):
    """A pool as it stands; `available` = balance - held, `used` and `granted` of this cycle."""

    policy: str
    plan: str
    seats: int
    cycle: Cycle
    granted: int
    used: int
    held: int
    available: int
    expiring: list[Expiring]
    lots: list[LotBody]
    me: OwnUse
    pace: "PaceBody"
    effective_credits: int | None
    runs_out_at: str | None
    next_refill_at: str | None
    cancelled: bool


class PaceBody(Answer):
    """How fast credits were spent in the last `days`, and which part replies gave back."""

    per_day: float
    days: float
    refund_rate: float


class EntryBody(Answer):
    """One journal line; `amount` is the signed change of the balance."""

    id: str
    seq: int
    kind: str
    amount: int
    balance_after: int
    held_after: int
    action: str | None
    contact_id: str | None
    member_id: str | None
    campaign_id: str | None
    source: str | None
    reason: str
    rule: str
    receipt_id: str
    at: str


class EntryList(Answer):
    """A page of the journal, newest first."""

    data: list[EntryBody]
    next_cursor: str | None = None


class ReceiptLot(Answer):
    """What a receipt moved of one lot: signed changes of its free and of its held credits."""

    id: str
    source: str
    expires_at: str | None
    free: int
    held: int


class RelatedReceipt(Answer):
    """Another line about the same hold: how it was placed, or how it ended."""

    id: str
    kind: str
    charged: int
    reason: str
    at: str


class ReceiptBody(Answer):
    """Why something was, or was not, charged: what, who, from where, which lots, what is left.

    `charged` is what it cost, `credited` what it brought in; `amount` is the signed change.
    """

    id: str
    kind: str
    amount: int
    charged: int
    credited: int
    reason: str
    rule: str
    explanation: str
    at: str
    action: str | None
    quantity: int | None
    member: Named | None
    contact: Named | None
    campaign: Named | None
    source: str | None
    thread: str | None
    hold_id: str | None
    related: list[RelatedReceipt]
    lots: list[ReceiptLot]
    balance_after: int
    held_after: int
    available_after: int


class LotList(Answer):
    """A page of a pool's lots, newest first."""

    data: list[LotBody]
    next_cursor: str | None = None


class Adjustment(Request):
    """A correction by the owner; negative takes free credits away."""

    credits: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
    reason: Annotated[
        str,
        StringConstraints(min_length=1, max_length=500, strip_whitespace=True),
        AfterValidator(storable),
    ]
    member_id: Annotated[str, StringConstraints(max_length=64)] | None = None


Note = Annotated[
    str,
    StringConstraints(max_length=500, strip_whitespace=True),
    AfterValidator(storable),
]
Wanted = Annotated[int, Field(ge=1, le=1_000_000)]


class AskForCredits(Request):
    """Ask a manager to raise one's cap for this cycle."""

    credits: Wanted
    note: Note | None = None


class DecideRequest(Request):
    """Options of an approval: `credits` where it shall be another number than was asked for."""

    credits: Wanted | None = None


class CreditRequestBody(Answer):
    """A request for credits. `raised_until` is empty where there was no cap to raise."""

    id: str
    member: Named
    credits: int
    note: str | None
    status: str
    created_at: str
    decided_at: str | None
    decided_by: Named | None
    approved: int | None
    raised_until: str | None


class CreditRequestList(Answer):
    """A page of requests, newest first."""

    data: list[CreditRequestBody]
    next_cursor: str | None = None


class UsageRow(Answer):
    """One month of one group; only the names that were grouped by are there, null for nobody.

    `charges` and `free` count answers that cost something and answers that cost nothing.
    """

    month: str
    start: str
    end: str
    member: Named | None = None
    action: str | None = None
    source: str | None = None
    campaign: Named | None = None
    used: int
    refunded: int
    charges: int
    free: int


class UsageMonth(Answer):
    """A calendar month in the workspace's zone: what went out, what came in, what was lost."""

    month: str
    start: str
    end: str
    used: int
    refunded: int
    charges: int
    free: int
    granted: int
    adjusted: int
    expired: int
    forfeited: int
    lost: int


class Lost(Answer):
    """Credits that nobody used: ended unused, or taken by a downgrade or a cancellation."""

    credits: int
    expired: int
    forfeited: int
    explanation: str


class UsageBody(Answer):
    """What was used in the last calendar months, the current one last, months without use too.

    `monthly_average` is over all months of the window. `effective_credits` is what the credits
    used are worth when each one that a reply gave back is spent again; null when all came back.
    """

    window: str
    time_zone: str
    group_by: list[str]
    rows: list[UsageRow]
    groups_left_out: int
    months: list[UsageMonth]
    used: int
    refunded: int
    monthly_average: float
    effective_credits: int | None
    refund_rate: float
    lost: Lost
    pace: PaceBody
    runs_out_at: str | None
    next_refill_at: str | None
