"""The same writes the straightforward way: an ORM session a request, no batches, no cache.

What many a service looks like: look the key up, find or make the contact, check the balance, write
the journal, commit. `BEGIN IMMEDIATE` on SQLite, a row lock on PostgreSQL, so that it is correct.
"""

import hashlib
import os
import sys
import time
from typing import Any
from uuid import uuid4

import uvicorn
from litestar import Litestar, Request, post
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel

from backend.contacts.identity import canonicalize


class PeerKey(SQLModel, table=True):
    """An API key."""

    __tablename__ = "peer_key"
    key_hash: str = Field(primary_key=True)
    workspace_id: str


class PeerPool(SQLModel, table=True):
    """A workspace's credits."""

    __tablename__ = "peer_pool"
    workspace_id: str = Field(primary_key=True)
    balance: int
    seq: int = 0


class PeerLot(SQLModel, table=True):
    """Credits granted together."""

    __tablename__ = "peer_lot"
    id: str = Field(primary_key=True)
    workspace_id: str = Field(index=True)
    remaining: int
    expires_at: int = Field(default=2**60, sa_column_kwargs={"nullable": False})


class PeerContact(SQLModel, table=True):
    """A contact."""

    __tablename__ = "peer_contact"
    id: str = Field(primary_key=True)
    workspace_id: str = Field(index=True)
    name: str


class PeerIdentifier(SQLModel, table=True):
    """An address of a contact."""

    __tablename__ = "peer_identifier"
    workspace_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    contact_id: str


class PeerEntry(SQLModel, table=True):
    """A journal line."""

    __tablename__ = "peer_entry"
    workspace_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    id: str = Field(unique=True)
    amount: int
    balance_after: int
    contact_id: str


class PeerEntryLot(SQLModel, table=True):
    """What an entry moved."""

    __tablename__ = "peer_entry_lot"
    workspace_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    lot_id: str = Field(primary_key=True)
    amount: int


class PeerOnce(SQLModel, table=True):
    """What was paid for."""

    __tablename__ = "peer_once"
    workspace_id: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    seq: int


class PeerAnswer(SQLModel, table=True):
    """An answer under its key."""

    __tablename__ = "peer_answer"
    workspace_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    body: str


class PeerEvent(SQLModel, table=True):
    """An event to deliver."""

    __tablename__ = "peer_event"
    id: str = Field(primary_key=True)
    workspace_id: str
    body: str


URL = os.environ["BENCH_PEER_URL"]
engine = create_async_engine(URL, pool_size=5 if URL.startswith("sqlite") else 10)
sessions = async_sessionmaker(engine, expire_on_commit=False)

if URL.startswith("sqlite"):

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@post("/charge", status_code=200)
async def charge(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """A first charge, or 0 for a known contact."""
    body = await request.json()
    token = request.headers["authorization"].removeprefix("Bearer ")
    async with sessions() as session, session.begin():
        return await _charge(session, token, request.headers["idempotency-key"], body)


async def _charge(
    session: AsyncSession, token: str, key: str, body: dict[str, Any]
) -> dict[str, Any]:
    known = await session.get(PeerKey, hashlib.sha256(token.encode()).hexdigest())
    assert known is not None, "the bench sends a good key"
    workspace_id = known.workspace_id
    pool = await session.get(PeerPool, workspace_id, with_for_update=True)
    assert pool is not None, "the bench made a pool"
    stored = await session.get(PeerAnswer, (workspace_id, key))
    if stored is not None:
        return {"charged": 0}
    identifier = await session.get(PeerIdentifier, (workspace_id, canonicalize(body["url"]).key))
    if identifier is None:
        contact = PeerContact(id=uuid4().hex, workspace_id=workspace_id, name="N")
        identifier = PeerIdentifier(
            workspace_id=workspace_id, key=canonicalize(body["url"]).key, contact_id=contact.id
        )
        session.add_all([contact, identifier])
    elif await session.get(PeerOnce, (workspace_id, identifier.contact_id)):
        return {"charged": 0}
    lot = (
        await session.execute(
            select(PeerLot)
            .where(PeerLot.workspace_id == workspace_id, PeerLot.remaining > 0)  # type: ignore[arg-type]
            .order_by(PeerLot.expires_at)  # type: ignore[arg-type]
            .limit(1)
        )
    ).scalar_one()
    lot.remaining -= 1
    pool.balance -= 1
    pool.seq += 1
    contact_id = identifier.contact_id
    session.add_all(
        [
            PeerEntry(
                workspace_id=workspace_id,
                seq=pool.seq,
                id=uuid4().hex,
                amount=-1,
                balance_after=pool.balance,
                contact_id=contact_id,
            ),
            PeerEntryLot(workspace_id=workspace_id, seq=pool.seq, lot_id=lot.id, amount=-1),
            PeerOnce(workspace_id=workspace_id, contact_id=contact_id, seq=pool.seq),
            PeerAnswer(workspace_id=workspace_id, key=key, body="{}"),
            PeerEvent(id=uuid4().hex, workspace_id=workspace_id, body="{}"),
        ]
    )
    return {"charged": 1, "available": pool.balance}


async def _start() -> None:
    tables = [table for name, table in SQLModel.metadata.tables.items() if "peer_" in name]
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all, tables)
    token = os.environ["BENCH_PEER_KEY"]
    async with sessions() as session, session.begin():
        session.add(PeerKey(key_hash=hashlib.sha256(token.encode()).hexdigest(), workspace_id="w"))
        session.add(PeerPool(workspace_id="w", balance=10**9))
        session.add(
            PeerLot(id="l", workspace_id="w", remaining=10**9, expires_at=int(time.time()))
        )


if __name__ == "__main__":
    uvicorn.run(
        Litestar([charge], on_startup=[_start]),
        port=int(sys.argv[1]),
        log_level="error",
        access_log=False,
    )
