"""Bodies that show credit policies: what plans grant, what actions cost, what changes take.

Amounts are whole credits, prices US cents; a price of one credit may have a fraction.
"""

from shared_schemas.wire import Answer


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
