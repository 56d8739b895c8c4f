"""Between the ledger's rows and the engine's values, written out field by field."""

import json
from typing import Any

from backend.credits.rules.state import Entry, Hold, Lot, LotClass, LotSource, Part, Pool


def pool_of(row: Any, lots: tuple[Lot, ...], holds: tuple[Hold, ...]) -> Pool:
    """The engine's pool of a `credit_pool` row."""
    return Pool(
        plan=row.plan,
        seats=row.seats,
        zone=row.zone,
        anchor_at=row.anchor_at,
        anchor_day=row.anchor_day,
        cycle=row.cycle,
        cycle_start_at=row.cycle_start_at,
        cycle_end_at=row.cycle_end_at,
        lots=lots,
        holds=holds,
        next_lot=row.next_lot,
        seq=row.seq,
        cancelled=bool(row.cancelled),
        trial_used=bool(row.trial_used),
        pending_plan=row.pending_plan,
        pending_seats=row.pending_seats,
        granted_this_cycle=row.granted_this_cycle,
        earmarked_this_cycle=row.earmarked_this_cycle,
        largest_allotment_this_cycle=row.largest_allotment_this_cycle,
        floor=row.floor,
        touched_at=row.touched_at,
    )


def pool_row(pool: Pool, balance: int, held: int, due_at: int) -> dict[str, Any]:
    """The columns of `credit_pool` that commands change."""
    return {
        "plan": pool.plan,
        "seats": pool.seats,
        "cycle": pool.cycle,
        "cycle_start_at": pool.cycle_start_at,
        "cycle_end_at": pool.cycle_end_at,
        "balance": balance,
        "held": held,
        "seq": pool.seq,
        "next_lot": pool.next_lot,
        "due_at": due_at,
        "touched_at": pool.touched_at,
        "cancelled": pool.cancelled,
        "trial_used": pool.trial_used,
        "pending_plan": pool.pending_plan,
        "pending_seats": pool.pending_seats,
        "granted_this_cycle": pool.granted_this_cycle,
        "earmarked_this_cycle": pool.earmarked_this_cycle,
        "largest_allotment_this_cycle": pool.largest_allotment_this_cycle,
    }


def lot_of(row: Any) -> Lot:
    """The engine's lot of a `credit_lot` row."""
    return Lot(
        number=row.number,
        source=LotSource(row.source),
        lot_class=LotClass(row.lot_class),
        granted=row.granted,
        remaining=row.remaining,
        held=row.held,
        effective_at=row.effective_at,
        expires_at=row.expires_at,
        earmark=row.earmark,
        voided=bool(row.voided),
    )


def lot_row(workspace_id: str, holder_id: str, lot: Lot, lot_id: str) -> dict[str, Any]:
    """A new `credit_lot` row."""
    return {
        "workspace_id": workspace_id,
        "holder_id": holder_id,
        "number": lot.number,
        "id": lot_id,
        "source": lot.source.value,
        "lot_class": lot.lot_class.value,
        "earmark": lot.earmark,
        "granted": lot.granted,
        "remaining": lot.remaining,
        "held": lot.held,
        "effective_at": lot.effective_at,
        "expires_at": lot.expires_at,
        "voided": lot.voided,
    }


def hold_of(row: Any) -> Hold:
    """The engine's hold of a `credit_hold` row."""
    return Hold(
        id=row.id,
        action=row.action,
        quantity=row.quantity,
        unit_price=row.unit_price,
        parts=tuple(Part(lot, amount) for lot, amount in json.loads(row.parts)),
        placed_at=row.placed_at,
        expires_at=row.expires_at,
        contact=row.contact_id,
        thread=row.thread,
    )


def credits_of(hold: Hold | None) -> int:
    """How many credits a hold sets aside; 0 where there is none."""
    return sum(part.amount for part in hold.parts) if hold else 0


def hold_row(workspace_id: str, holder_id: str, hold: Hold, who: dict[str, Any]) -> dict[str, Any]:
    """A new `credit_hold` row; `who` names member, campaign and source."""
    return {
        "workspace_id": workspace_id,
        "id": hold.id,
        "holder_id": holder_id,
        "state": "open",
        "action": hold.action,
        "quantity": hold.quantity,
        "unit_price": hold.unit_price,
        "parts": json.dumps([(part.lot, part.amount) for part in hold.parts]),
        "contact_id": hold.contact,
        "thread": hold.thread,
        "placed_at": hold.placed_at,
        "expires_at": hold.expires_at,
        **who,
    }


def entry_row(
    workspace_id: str, holder_id: str, entry: Entry, receipt_id: str, rule: str
) -> dict[str, Any]:
    """A `credit_entry` row, without who asked for it."""
    return {
        "workspace_id": workspace_id,
        "holder_id": holder_id,
        "seq": entry.seq,
        "id": receipt_id,
        "kind": entry.kind.value,
        "amount": entry.amount,
        "balance_after": entry.balance_after,
        "held_after": entry.held_after,
        "at": entry.at,
        "reason": entry.reason,
        "rule": rule,
        "action": entry.action,
        "quantity": entry.quantity,
        "contact_id": entry.contact,
        "thread": entry.thread,
        "hold_id": entry.hold,
    }
