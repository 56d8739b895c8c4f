"""Bodies that show credit policies: what plans grant, what actions cost, what changes take.

Amounts are whole credits, prices US cents; a price of one credit may have a fraction.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared_schemas.wire import Answer, Request, Word


class EarmarkBody(Answer):
    """Credits of a plan that pay for one action alone."""

    action: str
    credits: int


class PlanBody(Answer):
    """A price level; `allotment` is per seat where the policy says so, `cap` what may be kept."""

    name: str
    title: str
    allotment: int
    cap: int | None
    earmark: EarmarkBody | None
    trial: bool
    price_cents: int | None
    cents_per_credit: float | None


class ActionBody(Answer):
    """Something metered: `cost` is for one `unit`, `free_if` in the order looked at."""

    name: str
    cost: int
    unit: str
    charge_when: str
    free_if: list[str]
    once_per_contact: bool
    opens_thread: bool


class PackBody(Answer):
    """A bundle on sale."""

    credits: int
    price_cents: int
    cents_per_credit: float


class TopupBody(Answer):
    """What is sold beside the plans, and to whom."""

    packs: list[PackBody]
    custom: bool
    unit_price_cents: int | None
    roles: list[str]
    expires: str
    refundable: bool


class RefundBody(Answer):
    """What the answer to a paid message gives back, once per thread."""

    credits: int
    window_days: int
    new_lot_days: int


class PolicyBody(Answer):
    """One version of a credit policy. `origin`: builtin, own, or stored (only in the database).

    `in_use`: the workspace's credits go by it. `first`: so do those of a first start.
    """

    id: str
    name: str
    version: int
    title: str
    effective_from: str
    first: bool
    origin: str
    in_use: bool
    scope: str
    per_seat: bool
    anchor: str
    timezone: str | None
    rollover: str
    rollover_days: int | None
    cap_multiple: int | None
    spend_order: list[str]
    plans: list[PlanBody]
    actions: list[ActionBody]
    topup: TopupBody | None
    refund: RefundBody | None
    trial_credits: int | None
    on_upgrade: str
    on_downgrade: str
    on_cancel: str
    on_seat_change: str
    on_exhausted: list[str]
    transfer: bool
    member_caps: bool


class PolicyText(PolicyBody):
    """A policy with its file, to copy and edit."""

    source: str


class PolicyFault(Answer):
    """Why a file of one's own is not among the policies."""

    file: str
    line: int
    message: str


class PolicyList(Answer):
    """The policies that a workspace can have, and the files that are not usable."""

    data: list[PolicyBody]
    faults: list[PolicyFault]


class AskSimulation(Request):
    """Play the workspace's own journal of the last months under another policy.

    Without a plan it is the policy's first. `seats` are those paid for now unless said.
    """

    policy: Word
    plan: Word | None = None
    window: Annotated[str, StringConstraints(pattern=r"^([1-9]|1[0-9]|2[0-4])m$")] = "12m"
    seats: Annotated[int, Field(ge=1, le=100_000)] | None = None


class SimulatedMonth(Answer):
    """One calendar month in the workspace's zone; months without any use are zero."""

    month: str
    granted: int
    charged: int
    refunded: int
    expired: int
    forfeited: int
    locked_out_days: int


class NotCovered(Answer):
    """Uses of an action that the policy does not know: they would not have gone through it."""

    action: str
    uses: int


class SimulationBody(Answer):
    """What the journal's use would have cost. What was bought and corrected is left out.

    `refused` uses lacked `missing` credits together, on the days of `locked_out`. `plan_cents` is
    what the plan itself would have cost, where the policy gives its price. `actual` are the
    amounts that the journal has.
    """

    policy: str
    plan: str
    seats: int
    start: str
    end: str
    pools: int
    uses: int
    granted: int
    charged: int
    refunded: int
    expired: int
    forfeited: int
    left: int
    refused: int
    missing: int
    locked_out: list[str]
    not_covered: list[NotCovered]
    months: list[SimulatedMonth]
    plan_cents: int | None
    actual: dict[str, int]
