"""The ledger: the only way credits move, for one click and for ten thousand rows."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from backend.credits import engine
from backend.credits.errors import BY_REASON, CreditRefused
from backend.credits.journal import store
from backend.credits.journal.books import Books
from backend.credits.journal.orders import Booked, Order
from backend.credits.journal.rows import pool_row
from backend.credits.journal.store import PAID_ANALYSIS, Account, set_cap
from backend.credits.policy import Policy
from backend.credits.rules.state import Outcome, Settle
from backend.errors import Refusal
from backend.instants import Instant
from backend.workspaces.queries import alert_thresholds

__all__ = ["PAID_ANALYSIS", "Booked", "Books", "Order", "set_cap"]


def apply_order(tx: Connection, orders: list[Order], now: Instant) -> Sequence[Booked | Exception]:
    """Serve a batch of single orders; what the policy refuses is a value among the answers."""
    books = Books(now)
    books.load(tx, {(order.workspace_id, order.member_id) for order in orders})
    answers: list[Booked | Exception] = []
    for order in orders:
        booked = books.apply(order)
        refused = booked.step.outcome is Outcome.REFUSED
        answers.append(refusal_of(booked) if refused else booked)
    books.store(tx)
    return answers


def refusal_of(booked: Booked) -> Refusal:
    """What the engine refused, as an answer; `reason` is the engine's word for it."""
    words = booked.step.reason.replace("_", " ")
    return BY_REASON.get(booked.step.reason, CreditRefused)(
        f"The credit policy refuses this: {words}. Nothing was charged.",
        reason=booked.step.reason,
        needed=booked.price,
        available=booked.available,
        held=booked.held,
        charged=0,
    )


def open_account(
    tx: Connection,
    *,
    workspace_id: str,
    holder_id: str,
    policy: Policy,
    plan: str,
    seats: int,
    zone: str,
    now: Instant,
    anchor_day: int | None = None,
) -> None:
    """Open the pool of a holder under a plan, with its first allotment."""
    decision = engine.open_pool(policy, plan, seats, zone, now, anchor_day)
    pool = decision.pool
    row = store.insert_pool(
        tx,
        {
            "workspace_id": workspace_id,
            "holder_id": holder_id,
            "policy_id": policy.id,
            "zone": zone,
            "anchor_at": pool.anchor_at,
            "anchor_day": pool.anchor_day,
            "floor": pool.floor,
            "caps": 0,
            "alerts": alert_thresholds(tx, workspace_id),
            **pool_row(pool, pool.balance, pool.held, engine.due_at(pool, policy)),
        },
    )
    books = Books(now)
    empty = replace(pool, lots=())
    account = Account(row, policy, pool, empty, was_due=False, changed=True)
    books.adopt(account, decision.entries)
    books.store(tx)


def settle_due(
    tx: Connection, now: Instant, *, limit: int = 200, workspace_id: str | None = None
) -> int:
    """Settle pools (of one workspace) of which something is due; answers how many.

    Nothing depends on this sweep: a pool is settled whenever it is touched. It only makes the
    journal, and the events that follow from it, come in time.
    """
    due = store.due_pools(tx, now, limit, workspace_id)
    if not due:
        return 0
    books = Books(now)
    books.load(tx, due)
    for workspace_id, holder_id in due:
        books.apply(Order(workspace_id, holder_id, Settle()))
        books.touch(workspace_id, holder_id)
    books.store(tx)
    return len(due)
