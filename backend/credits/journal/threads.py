"""What the ledger remembers of threads: which are open, their newest paid message, their refund.

Loaded only for a batch that names threads, so that nothing else pays for them. What was paid for
is known to the whole workspace: a thread is open to everybody, and refunded once for ever.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select, text

from backend.credits.journal.rows import lot_of
from backend.credits.journal.store import Account, Place
from backend.credits.rules.state import (
    Charge,
    Command,
    Decision,
    Facts,
    PaidMessage,
    PlaceHold,
    Reply,
)
from backend.credits.tables import CreditLot, CreditOnce, CreditThread
from backend.database import table_of
from backend.statements import Statement, bind_keys, key_rows

_thread = table_of(CreditThread)
_once = table_of(CreditOnce)
_lot = table_of(CreditLot)

REFUNDED_THREAD = "thread.refund"

_rows, (_workspace, _name) = key_rows("workspace_id", "thread")
_named = (_thread.c.workspace_id == _workspace) & (_thread.c.thread == _name)
_THREADS = Statement(select(_thread).select_from(_rows.join(_thread, _named)))
_REFUNDED = Statement(
    select(_once.c.workspace_id, _once.c.key).select_from(
        _rows.join(
            _once,
            (_once.c.workspace_id == _workspace)
            & (_once.c.scope == REFUNDED_THREAD)
            & (_once.c.key == _name),
        )
    )
)
_MESSAGE_LOTS = Statement(
    select(_lot).select_from(
        _rows.join(_thread, _named).join(
            _lot,
            (_lot.c.workspace_id == _thread.c.workspace_id)
            & (_lot.c.holder_id == _thread.c.holder_id)
            & (_lot.c.number == _thread.c.lot),
        )
    )
)
_PUT_THREAD = Statement(
    text(
        "INSERT INTO credit_thread (workspace_id, thread, holder_id, paid_at, lot, receipt_id)"
        " VALUES (:workspace_id, :thread, :holder_id, :paid_at, :lot, :receipt_id)"
        " ON CONFLICT (workspace_id, thread) DO UPDATE SET holder_id = excluded.holder_id,"
        " paid_at = excluded.paid_at, lot = excluded.lot, receipt_id = excluded.receipt_id"
    )
)
_INSERT_ONCE = Statement(insert(_once))


def holders_of(tx: Connection, threads: Iterable[Place]) -> dict[Place, str]:
    """Whose pool paid for the newest message of these (workspace, thread)."""
    rows = _THREADS(tx, bind_keys(set(threads)))
    return {(row.workspace_id, row.thread): row.holder_id for row in rows}


class Threads:
    """The threads that one batch names, and what the batch does to them."""

    def __init__(self) -> None:
        self._known: dict[Place, dict[str, Any]] = {}
        self._refunded: set[Place] = set()
        self._changed: dict[Place, dict[str, Any]] = {}
        self._once: list[dict[str, Any]] = []

    def load(self, tx: Connection, threads: Iterable[Place]) -> None:
        """Read what is known of these (workspace, thread)."""
        wanted = set(threads)
        if not wanted:
            return
        keys = bind_keys(wanted)
        for row in _THREADS(tx, keys):
            self._known[(row.workspace_id, row.thread)] = row._asdict()
        self._refunded = {(row.workspace_id, row.key) for row in _REFUNDED(tx, keys)}

    def load_lots(
        self, tx: Connection, threads: Iterable[Place], accounts: dict[Place, Account]
    ) -> None:
        """Give the accounts the lots that a reply to these threads may go back to.

        A spent lot is not loaded with its pool, but a refund may still return to it.
        """
        for row in _MESSAGE_LOTS(tx, bind_keys(set(threads))):
            account = accounts.get((row.workspace_id, row.holder_id))
            if account is None or any(lot.number == row.number for lot in account.pool.lots):
                continue
            lot = lot_of(row)
            account.pool = replace(account.pool, lots=(lot, *account.pool.lots))
            account.before = replace(account.before, lots=(lot, *account.before.lots))

    def facts(self, workspace_id: str, command: Command, facts: Facts) -> Facts:
        """`facts` with what is known of the command's thread."""
        if not isinstance(command, Charge | PlaceHold | Reply) or command.thread is None:
            return facts
        place = (workspace_id, command.thread)
        known = self._known.get(place)
        return replace(
            facts,
            thread_open=known is not None,
            thread_refunded=place in self._refunded,
            paid_message=PaidMessage(known["paid_at"], known["lot"]) if known else None,
        )

    def note(self, account: Account, decision: Decision, receipt_id: str | None) -> None:
        """Remember the message that a decision paid for, or the refund that it gave."""
        workspace_id, holder_id = account.row.workspace_id, account.row.holder_id
        if decision.paid_thread is not None and decision.paid_message is not None:
            place = (workspace_id, decision.paid_thread)
            row = {
                "workspace_id": workspace_id,
                "thread": decision.paid_thread,
                "holder_id": holder_id,
                "paid_at": decision.paid_message.at,
                "lot": decision.paid_message.lot,
                "receipt_id": receipt_id,
            }
            self._known[place] = self._changed[place] = row
        if decision.refunded_thread is not None:
            self._refunded.add((workspace_id, decision.refunded_thread))
            self._once.append(
                {
                    "workspace_id": workspace_id,
                    "scope": REFUNDED_THREAD,
                    "key": decision.refunded_thread,
                    "holder_id": holder_id,
                    "seq": decision.step.entries[0].seq,
                    "receipt_id": receipt_id,
                }
            )

    def store(self, tx: Connection) -> None:
        """Write what changed."""
        _PUT_THREAD.many(tx, list(self._changed.values()))
        _INSERT_ONCE.many(tx, self._once)
