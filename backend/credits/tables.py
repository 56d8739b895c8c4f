"""The ledger's tables: pools and lots as they stand, and the journal that explains them."""

from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlmodel import Field, SQLModel

from backend.credits.rules.alerts import DEFAULT_THRESHOLDS
from backend.credits.rules.state import EntryKind, LotClass, LotSource
from backend.database import credits_field, instant_field, long_text
from backend.instants import NEVER, Instant


class CreditPolicy(SQLModel, table=True):
    """An immutable version of a policy file; editing the file makes another version."""

    __tablename__ = "credit_policy"

    id: str = Field(primary_key=True)
    name: str
    version: int
    source: str = long_text()
    stored_at: Instant = instant_field()


class CreditPool(SQLModel, table=True):
    """The credits of one holder (the workspace, or a member of it); the row that is locked."""

    __tablename__ = "credit_pool"
    __table_args__ = (
        CheckConstraint("balance - held >= floor", name="balance_covers_holds"),
        CheckConstraint("held >= 0", name="held_not_negative"),
        Index("pool_by_due", "due_at"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    holder_id: str = Field(primary_key=True)
    policy_id: str = Field(foreign_key="credit_policy.id")
    plan: str
    seats: int
    zone: str
    anchor_at: Instant = instant_field()
    anchor_day: int
    cycle: int
    cycle_start_at: Instant = instant_field()
    cycle_end_at: Instant = instant_field()
    balance: int = credits_field()
    held: int = credits_field()
    floor: int = credits_field(default=0)
    seq: int = credits_field(default=0)
    next_lot: int = 1
    due_at: Instant = instant_field()
    touched_at: Instant = instant_field()
    cancelled: bool = False
    trial_used: bool = False
    pending_plan: str | None = None
    pending_seats: int | None = None
    granted_this_cycle: int = credits_field(default=0)
    earmarked_this_cycle: int = credits_field(default=0)
    largest_allotment_this_cycle: int = credits_field(default=0)
    # How many members have a cap: where it is 0, no batch has to look for one.
    caps: int = 0
    # The workspace's alert thresholds, in percent: here, a batch has them without a statement.
    alerts: str = DEFAULT_THRESHOLDS


class CreditLot(SQLModel, table=True):
    """Credits granted together."""

    __tablename__ = "credit_lot"
    __table_args__ = (
        CheckConstraint("remaining >= 0", name="remaining_not_negative"),
        CheckConstraint("held >= 0", name="lot_held_not_negative"),
        Index(
            "open_lots",
            "workspace_id",
            "holder_id",
            sqlite_where=text("remaining + held > 0"),
            postgresql_where=text("remaining + held > 0"),
        ),
    )

    workspace_id: str = Field(primary_key=True)
    holder_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: str
    source: LotSource = Field(sa_type=String(16))
    lot_class: LotClass = Field(sa_type=String(16))
    earmark: str | None = None
    granted: int = credits_field()
    remaining: int = credits_field()
    held: int = credits_field()
    effective_at: Instant = instant_field()
    expires_at: Instant = instant_field(default=NEVER)
    voided: bool = False


class CreditEntry(SQLModel, table=True):
    """One immutable journal line; its id is the receipt's.

    It carries what a usage report needs, so that no report joins another domain.
    """

    __tablename__ = "credit_entry"
    __table_args__ = (
        Index("one_entry_per_receipt", "workspace_id", "id", unique=True),
        Index("entries_by_time", "workspace_id", "at"),
    )

    workspace_id: str = Field(primary_key=True)
    holder_id: str = Field(primary_key=True)
    seq: int = credits_field(primary_key=True)
    id: str
    kind: EntryKind = Field(sa_type=String(16))
    amount: int = credits_field()
    balance_after: int = credits_field()
    held_after: int = credits_field()
    at: Instant = instant_field()
    reason: str
    rule: str
    action: str | None = None
    quantity: int | None = credits_field(default=None)
    contact_id: str | None = None
    thread: str | None = None
    hold_id: str | None = None
    member_id: str | None = None
    campaign_id: str | None = None
    source: str | None = None
    idempotency_key: str | None = None
    request_hash: str | None = None


class CreditEntryLot(SQLModel, table=True):
    """Which lots an entry moved: signed changes of their free and of their held credits."""

    __tablename__ = "credit_entry_lot"

    workspace_id: str = Field(primary_key=True)
    holder_id: str = Field(primary_key=True)
    seq: int = credits_field(primary_key=True)
    lot: int = Field(primary_key=True)
    free: int = credits_field()
    held: int = credits_field()


class CreditOnce(SQLModel, table=True):
    """What may happen once in a workspace, such as paying for the analysis of a contact."""

    __tablename__ = "credit_once"

    workspace_id: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    holder_id: str
    seq: int = credits_field()
    receipt_id: str


class CreditThread(SQLModel, table=True):
    """A thread that a paid message has opened, and the newest paid message in it.

    A reply gives that message's credit back, into the lot (`lot`) of its last one.
    """

    __tablename__ = "credit_thread"

    workspace_id: str = Field(primary_key=True)
    thread: str = Field(primary_key=True)
    holder_id: str
    paid_at: Instant = instant_field()
    lot: int
    receipt_id: str


class CreditReply(SQLModel, table=True):
    """A reported reply by the id of its message: whoever reports it again changes nothing."""

    __tablename__ = "credit_reply"

    workspace_id: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    contact_id: str
    thread: str
    at: Instant = instant_field()
    refunded: int = credits_field()
    reason: str
    receipt_id: str | None = None


class CreditPurchase(SQLModel, table=True):
    """Credits that somebody wants to buy: pending until paid, then one lot, once."""

    __tablename__ = "credit_purchase"
    __table_args__ = (
        Index("settled_once_per_payment", "workspace_id", "payment_ref", unique=True),
        Index("purchases_by_key", "workspace_id", "idempotency_key"),
        Index("purchases_by_time", "workspace_id", "created_at", "id"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    holder_id: str
    member_id: str
    role: str
    status: str = Field(sa_type=String(16))
    pack: int | None = credits_field(default=None)
    credits: int = credits_field()
    price_cents: int | None = credits_field(default=None)
    created_at: Instant = instant_field()
    settled_at: Instant | None = instant_field(default=None)
    payment_ref: str | None = None
    receipt_id: str | None = None
    reason: str | None = None
    checkout_id: str | None = None
    checkout_url: str | None = long_text(default=None)
    idempotency_key: str
    fingerprint: str


class PaymentEvent(SQLModel, table=True):
    """What the payment service reported, each event once, in whatever order they come."""

    __tablename__ = "payment_event"
    __table_args__ = (Index("payment_events_by_ref", "payment_ref"),)

    id: str = Field(primary_key=True)
    kind: str
    at: Instant = instant_field()
    workspace_id: str | None = None
    purchase_id: str | None = None
    payment_ref: str | None = None
    outcome: str


class CreditHold(SQLModel, table=True):
    """Credits set aside, pinned to their lots until captured, released or expired."""

    __tablename__ = "credit_hold"
    __table_args__ = (
        Index(
            "open_holds",
            "workspace_id",
            "holder_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    holder_id: str
    state: str = Field(sa_type=String(16))
    action: str
    quantity: int = credits_field()
    unit_price: int = credits_field()
    parts: str = long_text()
    contact_id: str | None = None
    thread: str | None = None
    member_id: str | None = None
    campaign_id: str | None = None
    source: str | None = None
    placed_at: Instant = instant_field()
    expires_at: Instant = instant_field()


class CreditCap(SQLModel, table=True):
    """How much a member may spend in one cycle; `raised_by` comes on top until `raised_until`."""

    __tablename__ = "credit_cap"

    workspace_id: str = Field(primary_key=True)
    member_id: str = Field(primary_key=True)
    cap: int = credits_field()
    version: int = 1
    raised_by: int = credits_field(default=0)
    raised_until: Instant = instant_field(default=0)


class CreditRequest(SQLModel, table=True):
    """A member asks for more than their cap allows; approving raises it for one cycle."""

    __tablename__ = "credit_request"
    __table_args__ = (
        Index("requests_by_time", "workspace_id", "created_at", "id"),
        CheckConstraint("credits > 0", name="asks_for_something"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    member_id: str
    credits: int = credits_field()
    note: str | None = None
    status: str = Field(sa_type=String(16))
    created_at: Instant = instant_field()
    decided_at: Instant | None = instant_field(default=None)
    decided_by: str | None = None
    approved: int | None = credits_field(default=None)
    raised_until: Instant | None = instant_field(default=None)


class CreditWarning(SQLModel, table=True):
    """A warning that was given, so that it is given once.

    `period` is the number of the cycle for `low`, the instant of the end for `expiring`;
    `threshold` is in percent for the one, in days for the other.
    """

    __tablename__ = "credit_warning"

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    holder_id: str = Field(primary_key=True)
    kind: str = Field(sa_type=String(16), primary_key=True)
    period: int = Field(sa_type=BigInteger, primary_key=True)
    threshold: int = Field(primary_key=True)
    at: Instant = instant_field()
