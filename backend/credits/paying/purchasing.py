"""Credits bought: pending until somebody says that they are paid, then one lot, once.

The payment's own id settles a purchase at most once; who reports it a second time, in whatever
order, changes nothing. What was paid is never taken back here: a refund of the money is noted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from backend.credits.errors import BY_REASON, PaymentRefUsed, PurchaseSettled
from backend.credits.journal.books import Books
from backend.credits.journal.orders import Order
from backend.credits.journal.store import Place
from backend.credits.ledger import refusal_of
from backend.credits.policy import Policy
from backend.credits.policy_files.policy_format import Role
from backend.credits.rules.granting import purchase_refusal
from backend.credits.rules.state import Outcome, Purchase
from backend.credits.tables import CreditPurchase
from backend.credits.tables import PaymentEvent as PaymentEventTable
from backend.database import table_of
from backend.errors import NotFound, Refusal
from backend.idempotency import KEPT_FOR, Answers, IdempotencyKeyReused, Keyed, Replay
from backend.ids import new_id
from backend.instants import Instant
from backend.statements import Statement, bind_keys, key_rows
from backend.workspaces.actions import note
from backend.workspaces.policy import at_least
from shared_schemas.vocabulary import WorkspaceRole

_purchase = table_of(CreditPurchase)
_event = table_of(PaymentEventTable)
_rows, (_workspace, _name) = key_rows("workspace_id", "id")
_BY_ID = Statement(
    select(_purchase).select_from(
        _rows.join(_purchase, (_purchase.c.workspace_id == _workspace) & (_purchase.c.id == _name))
    )
)
_BY_REF = Statement(
    select(_purchase.c.workspace_id, _purchase.c.id, _purchase.c.payment_ref).select_from(
        _rows.join(
            _purchase,
            (_purchase.c.workspace_id == _workspace) & (_purchase.c.payment_ref == _name),
        )
    )
)
_BY_KEY = Statement(
    select(_purchase).select_from(
        _rows.join(
            _purchase,
            (_purchase.c.workspace_id == _workspace) & (_purchase.c.idempotency_key == _name),
        )
    )
)
_INSERT = Statement(insert(_purchase))


def buyer_of(role: WorkspaceRole) -> str:
    """The policy's word for somebody who buys: who is no admin buys as a member."""
    return role.value if at_least(role, WorkspaceRole.ADMIN) else Role.MEMBER.value


@dataclass(frozen=True, slots=True)
class Buy:
    """Somebody of `role` (`owner`, `admin`, `member`) wants credits for a member's pool."""

    workspace_id: str
    member_id: str
    buyer_id: str
    role: str
    pack: int | None
    credits: int | None
    keyed: Keyed
    renders: Any
    checkout: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """A purchase that is written down, or the answer to repeat."""

    row: dict[str, Any] | None
    replay: Replay | None = None


def begin_purchases(tx: Connection, asks: list[Buy], now: Instant) -> Sequence[Begun | Exception]:
    """Write down what a batch of members wants to buy; what the policy refuses is a value.

    With a checkout the answer is kept once the payment service has made one; a second call with
    the same key before that finds the same purchase, not a new one.
    """
    keys = Answers(tx, (ask.keyed for ask in asks), now)
    books = Books(now)
    books.load(tx, {(ask.workspace_id, ask.member_id) for ask in asks})
    wanted = {(ask.workspace_id, ask.keyed.key) for ask in asks}
    written = {
        (row.workspace_id, row.idempotency_key): row._asdict()
        for row in _BY_KEY(tx, bind_keys(wanted))
        if row.created_at > now - KEPT_FOR
    }
    answers: list[Begun | Exception] = []
    new: list[dict[str, Any]] = []
    for ask in asks:
        try:
            replay = keys.find(ask.keyed)
            row = written.get((ask.workspace_id, ask.keyed.key))
            if row is not None and row["fingerprint"] != ask.keyed.fingerprint:
                raise IdempotencyKeyReused
            if replay is None and row is None:
                row = _row(books, ask, now)
                written[(ask.workspace_id, ask.keyed.key)] = row
                new.append(row)
                if not ask.checkout:
                    keys.keep(ask.keyed, 201, ask.renders(row))
            answers.append(Begun(row, replay))
        except Refusal as refusal:
            answers.append(refusal)
    books.store(tx)
    _INSERT.many(tx, new)
    keys.store(tx)
    return answers


def _row(books: Books, ask: Buy, now: Instant) -> dict[str, Any]:
    """A pending purchase, if the policy sells it to whoever asks."""
    pool, policy = books.account(ask.workspace_id, ask.member_id)
    command = Purchase(ask.pack, ask.credits, ask.role)
    reason = purchase_refusal(command, policy, cancelled=pool.cancelled)
    if reason is not None:
        words = reason.replace("_", " ")
        raise BY_REASON[reason](f"This cannot be bought: {words}.", reason=reason, charged=0)
    return {
        "workspace_id": ask.workspace_id,
        "id": new_id("pur", now),
        "holder_id": books.holder(ask.workspace_id, ask.member_id),
        "member_id": ask.buyer_id,
        "role": ask.role,
        "status": "pending",
        "pack": ask.pack,
        "credits": ask.pack or ask.credits,
        "price_cents": _price(policy, ask),
        "created_at": now,
        "settled_at": None,
        "payment_ref": None,
        "receipt_id": None,
        "reason": None,
        "checkout_id": None,
        "checkout_url": None,
        "idempotency_key": ask.keyed.key,
        "fingerprint": ask.keyed.fingerprint,
    }


def _price(policy: Policy, ask: Buy) -> int | None:
    """What it costs in US cents; None where the policy names no price."""
    assert policy.topup is not None, "a policy that sells has a price list"
    if ask.pack is not None:
        return next(p.price_cents for p in policy.topup.packs if p.credits == ask.pack)
    unit = policy.topup.unit_price_cents
    return None if unit is None or ask.credits is None else unit * ask.credits


# --- settling -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paid:
    """Somebody (a member, or with None the payment service) says that a purchase is paid."""

    workspace_id: str
    purchase_id: str
    payment_ref: str
    by: str | None


def settle_purchases(
    tx: Connection, asks: list[Paid], now: Instant
) -> Sequence[dict[str, Any] | Exception]:
    """Turn paid purchases into credits, each once and each payment once; of each, its row."""
    places = {(ask.workspace_id, ask.purchase_id) for ask in asks}
    rows = find(tx, places)
    refs = {(ask.workspace_id, ask.payment_ref) for ask in asks}
    used = {(row.workspace_id, row.payment_ref): row.id for row in _BY_REF(tx, bind_keys(refs))}
    books = Books(now)
    books.load(tx, {(row["workspace_id"], row["holder_id"]) for row in rows.values()})
    answers: list[dict[str, Any] | Exception] = []
    for ask in asks:
        row = rows.get((ask.workspace_id, ask.purchase_id))
        try:
            if row is None:
                raise NotFound("There is no such purchase in this workspace.")
            if row["status"] != "settled":
                _settle(tx, books, row, ask, used, now)
            elif row["payment_ref"] != ask.payment_ref:
                raise PurchaseSettled(
                    "This purchase is settled already, by another payment.",
                    payment_ref=row["payment_ref"],
                )
            answers.append(dict(row))
        except Refusal as refusal:
            answers.append(refusal)
    books.store(tx)
    return answers


def _settle(
    tx: Connection,
    books: Books,
    row: dict[str, Any],
    ask: Paid,
    used: dict[Place, str],
    now: Instant,
) -> None:
    place = (ask.workspace_id, ask.payment_ref)
    if used.get(place, row["id"]) != row["id"]:
        raise PaymentRefUsed("This payment has settled another purchase.", purchase_id=used[place])
    amount = None if row["pack"] is not None else row["credits"]
    member_id = row["member_id"] if row["holder_id"] == row["workspace_id"] else row["holder_id"]
    command = Purchase(row["pack"], amount, row["role"])
    booked = books.apply(Order(ask.workspace_id, member_id, command, source="purchase"))
    if booked.step.outcome is Outcome.REFUSED:
        raise refusal_of(booked)
    used[place] = row["id"]
    change = {
        "status": "settled",
        "settled_at": now,
        "payment_ref": ask.payment_ref,
        "receipt_id": booked.receipt_id,
        "reason": None,
    }
    row.update(change)
    change_row(tx, row["workspace_id"], row["id"], **change)
    note(
        tx,
        workspace_id=ask.workspace_id,
        member_id=ask.by,
        action="purchase.settled",
        subject=row["id"],
        now=now,
        credits=row["credits"],
        payment_ref=ask.payment_ref,
    )


def change_row(tx: Connection, workspace_id: str, purchase_id: str, **values: Any) -> None:
    """Change columns of one purchase."""
    tx.execute(
        update(_purchase)
        .where(_purchase.c.workspace_id == workspace_id, _purchase.c.id == purchase_id)
        .values(values)
    )


# --- looking ------------------------------------------------------------------------------


def find(tx: Connection, places: Iterable[Place]) -> dict[Place, dict[str, Any]]:
    """The purchases of these (workspace, id)."""
    rows = _BY_ID(tx, bind_keys(set(places)))
    return {(row.workspace_id, row.id): row._asdict() for row in rows}


def listed(
    tx: Connection,
    *,
    workspace_id: str,
    limit: int,
    before: tuple[int, str] | None,
    buyer_id: str | None = None,
) -> list[dict[str, Any]]:
    """Purchases, newest first, one more than `limit` where there are more."""
    query = select(_purchase).where(_purchase.c.workspace_id == workspace_id)
    if buyer_id is not None:
        query = query.where(_purchase.c.member_id == buyer_id)
    if before is not None:
        at, purchase_id = before
        query = query.where(
            (_purchase.c.created_at < at)
            | ((_purchase.c.created_at == at) & (_purchase.c.id < purchase_id))
        )
    order = (_purchase.c.created_at.desc(), _purchase.c.id.desc())
    return [dict(row._mapping) for row in tx.execute(query.order_by(*order).limit(limit + 1))]


def notes_of(tx: Connection, rows: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    """What the payment service reported beside the payment itself, by the payment's id."""
    refs = [row["payment_ref"] for row in rows if row["payment_ref"] is not None]
    if not refs:
        return {}
    found: dict[str, list[Any]] = {}
    query = select(_event).where(_event.c.payment_ref.in_(refs), _event.c.outcome == "noted")
    for row in tx.execute(query.order_by(_event.c.at, _event.c.id)):
        found.setdefault(row.payment_ref, []).append(row)
    return found
