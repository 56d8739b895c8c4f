"""The one place that begins and commits: reads, writes, grouped writes and grouped looks.

A function whose first parameter is `tx` runs inside a transaction of this module's; it is plain
`def` over a synchronous Core `Connection`, so nothing in it can wait for the network. The same
function runs in SQLite's one writer thread and under asyncpg.

Decided: on SQLite every write runs in one writer thread over a synchronous connection, because
a thread hop per statement costs four times the latency; `BEGIN IMMEDIATE` always, because a
snapshot that turns into a write loses updates. On PostgreSQL each lane (a workspace) is locked
before anything is read, many in sorted order.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Table,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import Field, SQLModel

from backend.group_commit import Call, GroupCommit, TryAgain
from backend.instants import Instant
from backend.statements import Statement

T = TypeVar("T")
Ask = TypeVar("Ask")
Answer = TypeVar("Answer")

Clock = Callable[[], Instant]
BatchFunction = Callable[[Connection, list[Ask], Instant], Sequence[Answer | Exception]]
"""Serves a list of asks in one transaction; a refusal is returned as a value, never raised."""


def instant_field(**options: Any) -> Any:
    """A column that holds an instant (microseconds, UTC)."""
    return Field(sa_type=BigInteger, **options)


def credits_field(**options: Any) -> Any:
    """A column that holds whole credits."""
    return Field(sa_type=BigInteger, **options)


def long_text(**options: Any) -> Any:
    """A column for text without a limit, JSON documents among it."""
    return Field(sa_type=Text, **options)


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a table model: statements are written over tables, not over objects."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


# --- the database -------------------------------------------------------------------------


class Database:
    """One database, SQLite or PostgreSQL, as four verbs; `clock` gives the time of each batch."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self.is_sqlite = url.startswith("sqlite")
        self._store: _Sqlite | _Postgres = _Sqlite(url) if self.is_sqlite else _Postgres(url)
        self._writes = GroupCommit(self._commit_batch)
        self._looks = GroupCommit(self._look_batch, linger_seconds=0)

    async def open(self) -> None:
        """Connect and begin to serve."""
        await self._store.open()
        self._writes.start()
        self._looks.start()

    async def close(self) -> None:
        """Finish what is queued and disconnect."""
        await self._looks.close()
        await self._writes.close()
        await self._store.close()

    async def read(self, look: Callable[[Connection], T]) -> T:
        """What `look` finds in a snapshot; it never waits for a writer."""
        return await self._store.read(look)

    async def write(self, do: Callable[[Connection], T], *, lane: str | None = None) -> T:
        """Run `do` in one transaction of its own, behind the lock of `lane` (a workspace's id)."""
        lanes = [] if lane is None else [lane]
        return await asyncio.shield(self._again(lambda: self._store.commit(lanes, do)))

    async def together(self, lane: str, do: BatchFunction[Ask, Answer], ask: Ask) -> Answer:
        """Have `do` serve `ask` in a batch with whatever else is waiting; durable on return."""
        return cast(Answer, await self._writes(lane, do, ask))

    async def look_together(self, look: BatchFunction[Ask, Answer], ask: Ask) -> Answer:
        """Have `look` serve `ask` with whatever else is waiting, in a snapshot, without a lock."""
        return cast(Answer, await self._looks("", look, ask))

    async def _commit_batch(self, batch: list[Call]) -> list[Any]:
        lanes = sorted({call.lane for call in batch})
        now = self.clock()
        try:
            return await self._store.commit(lanes, lambda tx: _serve(tx, batch, now))
        except DBAPIError as error:
            raise _sorted_error(error) from error

    async def _look_batch(self, batch: list[Call]) -> list[Any]:
        now = self.clock()
        return await self._store.look(lambda tx: _serve(tx, batch, now))

    async def _again(self, attempt: Callable[[], Any]) -> Any:
        """Try a single write again while the trouble is passing, at most four times."""
        for trial in range(4):
            try:
                return await attempt()
            except DBAPIError as error:
                if trial == 3 or not isinstance(_sorted_error(error), TryAgain):
                    raise
                await asyncio.sleep(0.01 * 3**trial)
        raise AssertionError("the loop above returns or raises")


def _serve(tx: Connection, batch: list[Call], now: Instant) -> list[Any]:
    """Answers in the order of `batch`, each batch function called once with all its asks."""
    order: dict[Any, list[int]] = {}
    for index, call in enumerate(batch):
        order.setdefault(call.do, []).append(index)
    answers: list[Any] = [None] * len(batch)
    for do, indexes in order.items():
        served = do(tx, [batch[index].ask for index in indexes], now)
        for index, answer in zip(indexes, served, strict=True):
            answers[index] = answer
    return answers


def _sorted_error(error: DBAPIError) -> Exception:
    """`TryAgain` for what passes by itself, else the error as it is."""
    cause = error.orig
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    if state in {"40001", "40P01", "55P03"} or error.connection_invalidated:
        return TryAgain(str(cause))
    if isinstance(error, OperationalError) and isinstance(cause, sqlite3.OperationalError):
        words = str(cause)
        if "locked" in words or "busy" in words:
            return TryAgain(words)
    return error


class _Sqlite:
    """One writer thread, one thread for grouped looks, and aiosqlite for the other reads."""

    def __init__(self, url: str) -> None:
        self._path = make_url(url).database or ""
        self._async_url = url
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._look_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-look")
        self._engine: Engine | None = None
        self._writer: Connection | None = None
        self._looker: Connection | None = None
        self._readers: AsyncEngine | None = None

    async def open(self) -> None:
        Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(
            f"sqlite:///{self._path}", connect_args={"check_same_thread": False}
        )
        event.listen(self._engine, "connect", _prepare_sqlite)
        event.listen(self._engine, "begin", _begin_immediate)
        loop = asyncio.get_running_loop()
        self._writer = await loop.run_in_executor(self._writer_thread, self._engine.connect)
        looks = create_engine(f"sqlite:///{self._path}", connect_args={"check_same_thread": False})
        event.listen(looks, "connect", _prepare_sqlite)
        event.listen(looks, "begin", _begin_snapshot)
        self._looker = await loop.run_in_executor(self._look_thread, looks.connect)
        self._readers = create_async_engine(self._async_url, pool_size=4, max_overflow=4)
        event.listen(self._readers.sync_engine, "connect", _prepare_sqlite)
        event.listen(self._readers.sync_engine, "begin", _begin_snapshot)

    async def close(self) -> None:
        loop = asyncio.get_running_loop()
        for thread, connection in (
            (self._look_thread, self._looker),
            (self._writer_thread, self._writer),
        ):
            if connection is not None:
                await loop.run_in_executor(thread, connection.close)
                await loop.run_in_executor(thread, connection.engine.dispose)
            thread.shutdown(wait=False)
        if self._readers is not None:
            await self._readers.dispose()

    async def read(self, look: Callable[[Connection], T]) -> T:
        assert self._readers is not None, "the database is open"
        async with self._readers.begin() as connection:
            return await connection.run_sync(look)

    async def commit(self, lanes: list[str], do: Callable[[Connection], T]) -> T:
        """`lanes` need no lock of their own: the one writer is the lock."""
        return await self._in(self._writer_thread, self._writer, do)

    async def look(self, do: Callable[[Connection], T]) -> T:
        return await self._in(self._look_thread, self._looker, do)

    async def _in(
        self,
        thread: ThreadPoolExecutor,
        connection: Connection | None,
        do: Callable[[Connection], T],
    ) -> T:
        assert connection is not None, "the database is open"

        def transaction() -> T:
            with connection.begin():
                return do(connection)

        return await asyncio.get_running_loop().run_in_executor(thread, transaction)


class _Postgres:
    """Two pools of asyncpg connections; a write locks its lanes before it looks.

    A write whose connection was lost is tried again, so its pool need not ask each connection
    whether it is still there; a read is not, so its pool asks.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._readers: AsyncEngine | None = None
        self._writers: AsyncEngine | None = None

    async def open(self) -> None:
        self._readers = create_async_engine(
            self._url, pool_size=4, max_overflow=4, pool_pre_ping=True
        )
        self._writers = create_async_engine(self._url, pool_size=4, max_overflow=4)

    async def close(self) -> None:
        for engine in (self._readers, self._writers):
            if engine is not None:
                await engine.dispose()

    async def read(self, look: Callable[[Connection], T]) -> T:
        assert self._readers is not None, "the database is open"
        async with self._readers.begin() as connection:
            return await connection.run_sync(look)

    async def look(self, do: Callable[[Connection], T]) -> T:
        return await self.read(do)

    async def commit(self, lanes: list[str], do: Callable[[Connection], T]) -> T:
        assert self._writers is not None, "the database is open"

        def locked(tx: Connection) -> T:
            if lanes:
                _LOCK_LANES(tx, {"lanes": sorted(lanes)})
            return do(tx)

        async with self._writers.begin() as connection:
            return await connection.run_sync(locked)


_LOCK_LANES = Statement(
    text(
        "SELECT count(pg_advisory_xact_lock(hashtextextended(lane, 0)))"
        " FROM unnest(CAST(:lanes AS text[])) AS lane"
    )
)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """The driver must not begin by itself; WAL and FULL make a commit durable."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=5000",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_snapshot(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
