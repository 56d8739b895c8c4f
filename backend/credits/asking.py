"""Members ask for more than their cap allows; managers decide. No credit is made by it."""

from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from backend import outbox
from backend.credits.errors import RequestDecided
from backend.credits.journal.store import raise_cap
from backend.credits.queries import standing
from backend.credits.tables import CreditRequest
from backend.database import table_of
from backend.errors import NotFound
from backend.ids import new_id
from backend.instants import Instant

_request = table_of(CreditRequest)

PENDING, APPROVED, REJECTED = "pending", "approved", "rejected"


def ask_for_credits(
    tx: Connection,
    *,
    workspace_id: str,
    member_id: str,
    credits: int,
    note: str | None,
    now: Instant,
) -> Any:
    """A new request, waiting for a manager, who is told by an event; answers its row."""
    request_id = new_id("req", now)
    tx.execute(
        insert(_request),
        {
            "workspace_id": workspace_id,
            "id": request_id,
            "member_id": member_id,
            "credits": credits,
            "note": note,
            "status": PENDING,
            "created_at": now,
        },
    )
    outbox.emit(
        tx,
        [
            outbox.event(
                workspace_id,
                "credit_request.created",
                now,
                id=request_id,
                member_id=member_id,
                credits=credits,
                note=note,
            )
        ],
    )
    return request_named(tx, workspace_id=workspace_id, request_id=request_id)


def request_named(tx: Connection, *, workspace_id: str, request_id: str) -> Any:
    """The row of a request; refused where this workspace has none of this id."""
    row = tx.execute(
        select(_request).where(
            _request.c.workspace_id == workspace_id, _request.c.id == request_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such credit request in this workspace.")
    return row


def decide(
    tx: Connection,
    *,
    workspace_id: str,
    request_id: str,
    by: str,
    approve: bool,
    credits: int | None,
    now: Instant,
) -> Any:
    """Approve (all that was asked for, or `credits` of it) or reject; answers the new row.

    An approval raises the member's cap until their cycle ends. Where no cap is set, there is
    nothing to raise, and `raised_until` stays empty.
    """
    row = request_named(tx, workspace_id=workspace_id, request_id=request_id)
    if row.status != PENDING:
        raise RequestDecided(f"The request was {row.status} already.", request_status=row.status)
    approved = (credits or row.credits) if approve else None
    until = None
    if approved is not None:
        found = standing(tx, workspace_id=workspace_id, member_id=row.member_id, now=now)
        ends = found.pool.cycle_end_at
        if raise_cap(
            tx,
            workspace_id=workspace_id,
            member_id=row.member_id,
            credits=approved,
            until=ends,
        ):
            until = ends
    tx.execute(
        update(_request)
        .where(_request.c.workspace_id == workspace_id, _request.c.id == request_id)
        .values(
            status=APPROVED if approve else REJECTED,
            decided_at=now,
            decided_by=by,
            approved=approved,
            raised_until=until,
        )
    )
    return request_named(tx, workspace_id=workspace_id, request_id=request_id)


def requests_page(
    tx: Connection,
    *,
    workspace_id: str,
    member_id: str | None,
    status: str | None,
    limit: int,
    before: tuple[int, str] | None,
) -> list[Any]:
    """Requests, newest first, one more than `limit` where there are more."""
    query = select(_request).where(_request.c.workspace_id == workspace_id)
    if member_id is not None:
        query = query.where(_request.c.member_id == member_id)
    if status is not None:
        query = query.where(_request.c.status == status)
    if before is not None:
        at, request_id = before
        query = query.where(
            (_request.c.created_at < at)
            | and_(_request.c.created_at == at, _request.c.id < request_id)
        )
    order = (_request.c.created_at.desc(), _request.c.id.desc())
    return list(tx.execute(query.order_by(*order).limit(limit + 1)))
