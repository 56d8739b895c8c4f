"""Events about credits: stored in the transaction of their cause, each warning once.

A batch emits one `balance.changed` a pool that it moved. Only where a threshold is crossed does a
warning cost a statement: its row is what makes sure that it is given once a cycle.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select, text

from backend import outbox
from backend.credits.journal.store import Account
from backend.credits.rules import alerts
from backend.credits.rules.alerts import EXPIRY_DAYS
from backend.credits.tables import CreditLot, CreditWarning
from backend.database import table_of
from backend.instants import DAY, Instant, render

_lot = table_of(CreditLot)
_warning = table_of(CreditWarning)


def tell(
    tx: Connection,
    accounts: Iterable[Account],
    now: Instant,
    events: list[dict[str, Any]] | None,
) -> None:
    """Say what a batch has changed: among the caller's `events`, or at once."""
    found = of_batch(tx, accounts, now)
    if events is None:
        outbox.emit(tx, found)
    else:
        events.extend(found)


def of_batch(tx: Connection, accounts: Iterable[Account], now: Instant) -> list[dict[str, Any]]:
    """What the outside is told of the pools that a batch has changed."""
    found = []
    for account in accounts:
        if not account.changed:
            continue
        pool, row = account.pool, account.row
        available, held = pool.available, pool.held
        if (available + held, held) != (row.balance, row.held):
            found.append(
                outbox.event(
                    row.workspace_id,
                    "balance.changed",
                    now,
                    **_whose(row.workspace_id, row.holder_id),
                    available=available,
                    held=held,
                    balance=available + held,
                    seq=pool.seq,
                )
            )
        found.extend(_low(tx, account, now))
    return found


def _whose(workspace_id: str, holder_id: str) -> dict[str, Any]:
    """Whose pool an event is about: a member's own, or (null) the workspace's."""
    return {"member_id": None if holder_id == workspace_id else holder_id}


def _low(tx: Connection, account: Account, now: Instant) -> list[dict[str, Any]]:
    """The warning that an allotment is nearly used up: the highest threshold just reached."""
    row, pool = account.row, account.pool
    reached = alerts.crossed(account.before, pool, alerts.read_thresholds(row.alerts))
    fresh = [each for each in reached if _first_time(tx, row, "low", pool.cycle, each, now)]
    if not fresh:
        return []
    return [
        outbox.event(
            row.workspace_id,
            "credits.low",
            now,
            **_whose(row.workspace_id, row.holder_id),
            threshold=max(fresh),
            used=alerts.used_of_allotment(pool),
            allotment=pool.granted_this_cycle,
            available=pool.available,
            held=pool.held,
            plan=pool.plan,
            cycle_ends_at=render(pool.cycle_end_at),
        )
    ]


_NOTE = text(
    "INSERT INTO credit_warning (workspace_id, holder_id, kind, period, threshold, at)"
    " VALUES (:workspace_id, :holder_id, :kind, :period, :threshold, :at)"
    " ON CONFLICT DO NOTHING RETURNING threshold"
)


def _first_time(
    tx: Connection, row: Any, kind: str, period: int, threshold: int, now: Instant
) -> bool:
    """Note a warning; False when it was given before."""
    noted = tx.execute(
        _NOTE,
        {
            "workspace_id": row.workspace_id,
            "holder_id": row.holder_id,
            "kind": kind,
            "period": period,
            "threshold": threshold,
            "at": now,
        },
    )
    return noted.first() is not None


def remind_of_expiry(tx: Connection, now: Instant, *, limit: int = 500) -> int:
    """Remind of free credits that end soon, once for each of the reminders' days; how many.

    Credits of one holder that end at one instant are one reminder. Of several days that have come
    since the last look only the nearest is told.
    """
    events, nearer = [], 0
    for days in sorted(EXPIRY_DAYS):
        for row in _untold(tx, now + nearer * DAY, now + days * DAY, days, limit):
            if _first_time(tx, row, "expiring", row.expires_at, days, now):
                events.append(_expiring(row, days, now))
        nearer = days
    outbox.emit(tx, events)
    return len(events)


def _untold(tx: Connection, after: Instant, until: Instant, days: int, limit: int) -> list[Any]:
    """Free credits that end in that time, by holder and end, of which `days` was not told yet."""
    told = select(_warning.c.threshold).where(
        _warning.c.workspace_id == _lot.c.workspace_id,
        _warning.c.holder_id == _lot.c.holder_id,
        _warning.c.kind == "expiring",
        _warning.c.period == _lot.c.expires_at,
        _warning.c.threshold <= days,
    )
    return list(
        tx.execute(
            select(
                _lot.c.workspace_id,
                _lot.c.holder_id,
                _lot.c.expires_at,
                func.sum(_lot.c.remaining).label("credits"),
            )
            .where(
                # As in the index of open lots: the many that are spent are not looked at.
                text("remaining + held > 0"),
                _lot.c.remaining > 0,
                _lot.c.expires_at > after,
                _lot.c.expires_at <= until,
                ~told.exists(),
            )
            .group_by(_lot.c.workspace_id, _lot.c.holder_id, _lot.c.expires_at)
            .limit(limit)
        )
    )


def _expiring(row: Any, days: int, now: Instant) -> dict[str, Any]:
    return outbox.event(
        row.workspace_id,
        "credits.expiring",
        now,
        **_whose(row.workspace_id, row.holder_id),
        credits=int(row.credits),
        expires_at=render(row.expires_at),
        days=days,
    )
