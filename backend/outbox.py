"""Events, stored in the transaction of their cause and delivered after it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, insert
from sqlmodel import Field, SQLModel

from backend.database import instant_field, long_text, table_of
from backend.ids import new_id
from backend.instants import Instant
from backend.statements import Statement


class OutboxEvent(SQLModel, table=True):
    """One event of a workspace; ids sort in the order of their making."""

    __tablename__ = "outbox_event"

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    kind: str
    at: Instant = instant_field()
    body: str = long_text()


def event(workspace_id: str, kind: str, at: Instant, **facts: Any) -> dict[str, Any]:
    """An event as a row for `emit`."""
    return {
        "workspace_id": workspace_id,
        "id": new_id("evt", at),
        "kind": kind,
        "at": at,
        "body": _encode(facts).decode(),
    }


def emit(tx: Connection, events: Sequence[dict[str, Any]]) -> None:
    """Store `events`; they are delivered if and only if this transaction commits."""
    _INSERT.many(tx, events)


_INSERT = Statement(insert(table_of(OutboxEvent)))
_encode = msgspec.json.Encoder().encode
