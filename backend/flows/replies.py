"""A contact answered: what the policy gives back for the message that they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from backend.contacts.queries import people
from backend.credits.journal.books import Books
from backend.credits.journal.orders import Order
from backend.credits.journal.store import Place
from backend.credits.journal.threads import holders_of
from backend.credits.rules.state import Outcome, Reply
from backend.credits.tables import CreditReply
from backend.database import table_of
from backend.errors import NotFound
from backend.instants import Instant
from backend.statements import Statement, bind_keys, key_rows

_reply = table_of(CreditReply)
_rows, (_workspace, _message) = key_rows("workspace_id", "message_id")
_KNOWN = Statement(
    select(_reply).select_from(
        _rows.join(
            _reply, (_reply.c.workspace_id == _workspace) & (_reply.c.message_id == _message)
        )
    )
)
_INSERT = Statement(insert(_reply))


@dataclass(frozen=True, slots=True)
class Replied:
    """Somebody reports that a contact answered in a thread."""

    workspace_id: str
    member_id: str
    contact_id: str
    thread: str
    message_id: str | None = None
    source: str = "api"


def report_replies(
    tx: Connection, asks: list[Replied], now: Instant
) -> Sequence[dict[str, Any] | Exception]:
    """Refund what a batch of replies gives back, each at most once; of each, its answer.

    A message that was reported before changes nothing, so that a second report of an old answer
    cannot refund a newer message.
    """
    threads = {(ask.workspace_id, ask.thread) for ask in asks}
    payers = holders_of(tx, threads)
    books = Books(now)
    members = {(ask.workspace_id, ask.member_id) for ask in asks}
    books.load(tx, members | {(place[0], holder) for place, holder in payers.items()})
    books.load_threads(tx, (), threads)
    known = _known(tx, asks)
    contacts = people(tx, {(ask.workspace_id, ask.contact_id) for ask in asks})
    answers: list[dict[str, Any] | Exception] = []
    new: list[dict[str, Any]] = []
    for ask in asks:
        if (ask.workspace_id, ask.contact_id) not in contacts:
            answers.append(NotFound("There is no such contact in this workspace."))
            continue
        place = (ask.workspace_id, ask.message_id or "")
        if ask.message_id is not None and place in known:
            answers.append(_again(books, ask, known[place]))
            continue
        answer = _report(books, ask, payers.get((ask.workspace_id, ask.thread)))
        answers.append(answer)
        if ask.message_id is not None:
            known[place] = answer
            new.append(
                {
                    "workspace_id": ask.workspace_id,
                    "message_id": ask.message_id,
                    "contact_id": ask.contact_id,
                    "thread": ask.thread,
                    "at": now,
                    "refunded": answer["refunded"],
                    "reason": answer["reason"],
                    "receipt_id": answer["receipt_id"],
                }
            )
    books.store(tx)
    _INSERT.many(tx, new)
    return answers


def _known(tx: Connection, asks: Sequence[Replied]) -> dict[Place, dict[str, Any]]:
    """Those of the messages that were reported before."""
    named = {(ask.workspace_id, ask.message_id) for ask in asks if ask.message_id is not None}
    if not named:
        return {}
    rows = _KNOWN(tx, bind_keys(named))
    return {(row.workspace_id, row.message_id): row._asdict() for row in rows}


def _report(books: Books, ask: Replied, payer: str | None) -> dict[str, Any]:
    """Have the engine decide; the refund goes to the pool that paid for the message."""
    member_id = ask.member_id if payer in (None, ask.workspace_id) else payer
    assert member_id is not None, "a payer that is no workspace is a member"
    order = Order(ask.workspace_id, member_id, Reply(ask.thread), source=ask.source)
    booked = books.apply(order)
    refunded = booked.step.outcome is Outcome.REFUNDED
    return {
        "outcome": "refunded" if refunded else "ok",
        "reason": booked.step.reason,
        "refunded": booked.step.refunded,
        "receipt_id": booked.receipt_id if refunded else None,
        "available": books.available(ask.workspace_id, ask.member_id)[0],
    }


def _again(books: Books, ask: Replied, before: dict[str, Any]) -> dict[str, Any]:
    """A message reported again: nothing happens, and its receipt is named."""
    return {
        "outcome": "ok",
        "reason": "already_reported",
        "refunded": 0,
        "receipt_id": before["receipt_id"],
        "available": books.available(ask.workspace_id, ask.member_id)[0],
    }
