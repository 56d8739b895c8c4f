"""Recompute every pool from its journal and compare: what `meetonce verify` prints, a row a fault.

Each check is one set-based statement whose rows are the differences, so that a sound ledger of any
size answers with nothing.
"""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the journal says."""

    check: str
    workspace_id: str
    subject: str
    found: str


CHECKS: dict[str, str] = {
    "the journal's amounts sum to the pool's balance": """
        SELECT p.workspace_id, p.holder_id, p.balance, COALESCE(e.total, 0)
        FROM credit_pool p LEFT JOIN (
            SELECT workspace_id, holder_id, SUM(amount) AS total
            FROM credit_entry GROUP BY workspace_id, holder_id
        ) e ON e.workspace_id = p.workspace_id AND e.holder_id = p.holder_id
        WHERE p.balance <> COALESCE(e.total, 0)""",
    "the journal has no gap": """
        SELECT p.workspace_id, p.holder_id, p.seq, e.entries, e.last
        FROM credit_pool p LEFT JOIN (
            SELECT workspace_id, holder_id, COUNT(*) AS entries, MAX(seq) AS last
            FROM credit_entry GROUP BY workspace_id, holder_id
        ) e ON e.workspace_id = p.workspace_id AND e.holder_id = p.holder_id
        WHERE p.seq <> COALESCE(e.entries, 0) OR p.seq <> COALESCE(e.last, 0)""",
    "each line continues the balance of the one before it": """
        SELECT workspace_id, holder_id, seq, amount, balance_after FROM (
            SELECT workspace_id, holder_id, seq, amount, balance_after,
                   COALESCE(LAG(balance_after) OVER (
                       PARTITION BY workspace_id, holder_id ORDER BY seq), 0) AS before
            FROM credit_entry
        ) chain WHERE balance_after <> before + amount""",
    "the last line says what is held": """
        SELECT p.workspace_id, p.holder_id, p.held, e.held_after
        FROM credit_pool p JOIN credit_entry e
          ON e.workspace_id = p.workspace_id AND e.holder_id = p.holder_id AND e.seq = p.seq
        WHERE p.held <> e.held_after OR p.balance <> e.balance_after""",
    "each line's amount is the sum of what it moved": """
        SELECT e.workspace_id, e.holder_id, e.seq, e.amount, COALESCE(m.total, 0)
        FROM credit_entry e LEFT JOIN (
            SELECT workspace_id, holder_id, seq, SUM(free + held) AS total
            FROM credit_entry_lot GROUP BY workspace_id, holder_id, seq
        ) m ON m.workspace_id = e.workspace_id AND m.holder_id = e.holder_id AND m.seq = e.seq
        WHERE e.amount <> COALESCE(m.total, 0)""",
    "each lot is the sum of what moved it": """
        SELECT l.workspace_id, l.holder_id, l.number, l.remaining, m.free, l.held, m.held
        FROM credit_lot l LEFT JOIN (
            SELECT workspace_id, holder_id, lot, SUM(free) AS free, SUM(held) AS held
            FROM credit_entry_lot GROUP BY workspace_id, holder_id, lot
        ) m ON m.workspace_id = l.workspace_id AND m.holder_id = l.holder_id AND m.lot = l.number
        WHERE l.remaining <> COALESCE(m.free, 0) OR l.held <> COALESCE(m.held, 0)""",
    "the pool is the sum of its lots": """
        SELECT p.workspace_id, p.holder_id, p.balance, l.total, p.held, l.held
        FROM credit_pool p LEFT JOIN (
            SELECT workspace_id, holder_id, SUM(remaining + held) AS total, SUM(held) AS held
            FROM credit_lot GROUP BY workspace_id, holder_id
        ) l ON l.workspace_id = p.workspace_id AND l.holder_id = p.holder_id
        WHERE p.balance <> COALESCE(l.total, 0) OR p.held <> COALESCE(l.held, 0)""",
    "no lot holds less than nothing or more than was granted": """
        SELECT workspace_id, holder_id, number, granted, remaining, held FROM credit_lot
        WHERE remaining < 0 OR held < 0 OR remaining + held > granted""",
    "no contact's analysis was paid twice": """
        SELECT e.workspace_id, e.contact_id, COUNT(*), COALESCE(SUM(e.amount), 0)
        FROM credit_entry e
        WHERE e.action = 'contact.analysis' AND e.kind IN ('charge', 'capture')
          AND e.amount < 0 AND NOT EXISTS (
            SELECT 1 FROM credit_entry r WHERE r.workspace_id = e.workspace_id
              AND r.kind = 'reverse' AND r.contact_id = e.contact_id)
        GROUP BY e.workspace_id, e.contact_id HAVING COUNT(*) > 1""",
    "what was paid for once stands in the journal": """
        SELECT o.workspace_id, o.key, o.receipt_id FROM credit_once o
        WHERE NOT EXISTS (
            SELECT 1 FROM credit_entry e WHERE e.workspace_id = o.workspace_id
              AND e.holder_id = o.holder_id AND e.seq = o.seq AND e.id = o.receipt_id)""",
    "no thread was refunded twice": """
        SELECT workspace_id, thread, COUNT(*) FROM credit_entry
        WHERE kind = 'refund' GROUP BY workspace_id, thread HAVING COUNT(*) > 1""",
    "a thread's newest message is a paid line that moved its lot": """
        SELECT t.workspace_id, t.thread, t.receipt_id, t.lot FROM credit_thread t
        WHERE NOT EXISTS (
            SELECT 1 FROM credit_entry e JOIN credit_entry_lot m
              ON m.workspace_id = e.workspace_id AND m.holder_id = e.holder_id AND m.seq = e.seq
            WHERE e.workspace_id = t.workspace_id AND e.id = t.receipt_id AND e.amount < 0
              AND e.holder_id = t.holder_id AND e.thread = t.thread AND e.at = t.paid_at
              AND m.lot = t.lot)""",
    "no paid message is newer than its thread's newest": """
        SELECT t.workspace_id, t.thread, t.paid_at, e.at FROM credit_thread t
        JOIN credit_entry n ON n.workspace_id = t.workspace_id AND n.id = t.receipt_id
        JOIN credit_entry e ON e.workspace_id = t.workspace_id AND e.thread = t.thread
          AND e.action = n.action AND e.amount < 0 AND e.kind IN ('charge', 'capture')
        WHERE e.at > t.paid_at""",
    "a reported reply that refunded has its receipt": """
        SELECT r.workspace_id, r.message_id, r.refunded, r.receipt_id FROM credit_reply r
        WHERE r.refunded > 0 AND NOT EXISTS (
            SELECT 1 FROM credit_entry e WHERE e.workspace_id = r.workspace_id
              AND e.id = r.receipt_id AND e.kind = 'refund' AND e.amount = r.refunded
              AND e.thread = r.thread)""",
    "each settled purchase is one grant of its credits": """
        SELECT p.workspace_id, p.id, p.credits, p.receipt_id FROM credit_purchase p
        WHERE p.status = 'settled' AND (p.payment_ref IS NULL OR NOT EXISTS (
            SELECT 1 FROM credit_entry e WHERE e.workspace_id = p.workspace_id
              AND e.holder_id = p.holder_id AND e.id = p.receipt_id
              AND e.kind = 'grant' AND e.reason = 'purchase' AND e.amount = p.credits))""",
    "each bought lot comes from a settled purchase": """
        SELECT e.workspace_id, e.id, e.amount FROM credit_entry e
        WHERE e.kind = 'grant' AND e.reason = 'purchase' AND NOT EXISTS (
            SELECT 1 FROM credit_purchase p WHERE p.workspace_id = e.workspace_id
              AND p.receipt_id = e.id AND p.status = 'settled')""",
    "what is not settled brought nothing": """
        SELECT workspace_id, id, status, receipt_id FROM credit_purchase
        WHERE status <> 'settled' AND (receipt_id IS NOT NULL OR payment_ref IS NOT NULL)""",
    "each paid analysis has its receipt": """
        SELECT a.workspace_id, a.id, a.receipt_id, a.charged FROM analysis a
        WHERE a.charged > 0 AND NOT EXISTS (
            SELECT 1 FROM credit_entry e WHERE e.workspace_id = a.workspace_id
              AND e.id = a.receipt_id AND e.amount = -a.charged)""",
    "a decided request says who decided, an open one nobody": """
        SELECT workspace_id, id, status, decided_by FROM credit_request
        WHERE (status = 'pending') <> (decided_by IS NULL)
           OR (status = 'pending') <> (decided_at IS NULL)
           OR (status = 'approved') <> (approved IS NOT NULL)""",
    "no cap is raised by more than was approved": """
        SELECT c.workspace_id, c.member_id, c.raised_by, COALESCE(SUM(r.approved), 0)
        FROM credit_cap c LEFT JOIN credit_request r
          ON r.workspace_id = c.workspace_id AND r.member_id = c.member_id
         AND r.raised_until = c.raised_until
        WHERE c.raised_by > 0
        GROUP BY c.workspace_id, c.member_id, c.raised_by
        HAVING c.raised_by > COALESCE(SUM(r.approved), 0)""",
    "a pool whose members have caps knows it": """
        SELECT p.workspace_id, p.holder_id, p.caps, c.member_id FROM credit_cap c
        JOIN credit_pool p ON p.workspace_id = c.workspace_id
         AND p.holder_id IN (c.workspace_id, c.member_id)
        WHERE p.caps = 0""",
    "a pool is warned when its workspace wants it": """
        SELECT p.workspace_id, p.holder_id, p.alerts, w.alert_thresholds FROM credit_pool p
        JOIN workspace w ON w.id = p.workspace_id
        WHERE p.alerts <> w.alert_thresholds""",
    "no contact has two ongoing enrollments": """
        SELECT workspace_id, contact_id, COUNT(*) FROM enrollment
        WHERE ongoing GROUP BY workspace_id, contact_id HAVING COUNT(*) > 1""",
    "the slot is held by who is ongoing, and by nobody else": """
        SELECT n.workspace_id, n.id, n.status, c.status, n.ongoing FROM enrollment n
        JOIN campaign c ON c.workspace_id = n.workspace_id AND c.id = n.campaign_id
        WHERE n.ongoing <> (n.status IN ('analyzing', 'active', 'paused')
                            AND c.status IN ('running', 'paused'))""",
}


def verify(tx: Connection) -> list[Difference]:
    """All differences between the ledger as it stands and what its journal says."""
    differences = []
    for check, statement in CHECKS.items():
        for row in tx.execute(text(statement)):
            found = ", ".join(
                f"{name}={value}" for name, value in zip(row._fields[2:], row[2:], strict=True)
            )
            differences.append(Difference(check, str(row[0]), str(row[1]), found))
    return differences + _held_differences(tx)


def _held_differences(tx: Connection) -> list[Difference]:
    """Held credits against the open holds, whose parts are JSON and so are summed here."""
    held: dict[tuple[str, str, int], int] = {}
    for row in tx.execute(
        text("SELECT workspace_id, holder_id, parts FROM credit_hold WHERE state = 'open'")
    ):
        for lot, amount in json.loads(row.parts):
            place = (row.workspace_id, row.holder_id, lot)
            held[place] = held.get(place, 0) + amount
    found = {
        (row.workspace_id, row.holder_id, row.number): row.held
        for row in tx.execute(
            text("SELECT workspace_id, holder_id, number, held FROM credit_lot WHERE held > 0")
        )
    }
    return [
        Difference(
            "held credits are those of the open holds",
            place[0],
            f"{place[1]} lot {place[2]}",
            f"lot={found.get(place, 0)}, holds={held.get(place, 0)}",
        )
        for place in sorted(held.keys() | found.keys())
        if held.get(place, 0) != found.get(place, 0)
    ]
