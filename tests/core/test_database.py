"""The four verbs of the database, on both kinds."""

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from backend.database import Database
from tests.databases import execute


def count(tx: Connection) -> int:
    """The one counter."""
    found: int = tx.execute(text("SELECT n FROM counter")).scalar_one()
    return found


def look_then_write(tx: Connection) -> int:
    """What loses updates unless the lock comes before the look."""
    n = count(tx) + 1
    tx.execute(text("UPDATE counter SET n = :n"), {"n": n})
    return n


async def make_counter(db: Database) -> None:
    """A table with one number."""

    def do(tx: Connection) -> None:
        tx.execute(text("CREATE TABLE counter (n INTEGER NOT NULL)"))
        tx.execute(text("INSERT INTO counter VALUES (0)"))

    await db.write(do)


async def test_writes_of_one_lane_never_lose_an_update(bare: Database) -> None:
    """Forty writes at once that look first and then write count to forty."""
    await make_counter(bare)
    seen = await asyncio.gather(*(bare.write(look_then_write, lane="w") for _ in range(40)))

    assert list(range(1, 41)) == sorted(seen)
    assert 40 == await bare.read(count)


async def test_a_write_that_fails_leaves_nothing(bare: Database) -> None:
    """An exception undoes the whole transaction, and the next one is served."""
    await make_counter(bare)

    def fail(tx: Connection) -> None:
        look_then_write(tx)
        raise LookupError("after the write")

    with pytest.raises(LookupError):
        await bare.write(fail, lane="w")

    assert 0 == await bare.read(count)
    assert 1 == await bare.write(look_then_write, lane="w")


async def test_a_cancelled_write_is_whole(bare: Database) -> None:
    """Whoever goes away in the middle has the write done as a whole; nothing is left locked."""
    await make_counter(bare)
    begun = threading.Event()

    def slow(tx: Connection) -> int:
        found = look_then_write(tx)
        begun.set()
        time.sleep(0.2)
        return found

    task = asyncio.create_task(bare.write(slow, lane="w"))
    while not begun.is_set():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert 2 == await bare.write(look_then_write, lane="w")


async def test_looks_are_served_together(bare: Database) -> None:
    """Grouped looks each get their own answer; a refusal given as a value is raised alone."""
    await make_counter(bare)

    def look(tx: Connection, asks: list[int], now: int) -> Sequence[int | Exception]:
        n = count(tx)
        return [ValueError("odd") if ask % 2 else n + ask for ask in asks]

    answers = await asyncio.gather(
        *(bare.look_together(look, ask) for ask in range(6)), return_exceptions=True
    )

    assert [0, 2, 4] == answers[::2]
    assert all(isinstance(answer, ValueError) for answer in answers[1::2])


async def test_a_reader_never_waits_for_a_writer(bare: Database) -> None:
    """While a write is under way a read answers with what was committed before it."""
    await make_counter(bare)
    begun, leave = threading.Event(), threading.Event()

    def hold(tx: Connection) -> None:
        look_then_write(tx)
        begun.set()
        if bare.is_sqlite:  # on PostgreSQL this runs in the loop: a wait would stop the reader
            leave.wait(2)

    task = asyncio.create_task(bare.write(hold, lane="w"))
    while not begun.is_set():
        await asyncio.sleep(0.005)
    started = time.monotonic()
    seen = await bare.read(count)
    waited = time.monotonic() - started
    leave.set()
    await task

    assert seen in ((0,) if bare.is_sqlite else (0, 1))
    assert waited < 1


async def test_a_lost_connection_is_replaced(postgres_url: str) -> None:
    """After the server has dropped every connection, the next write and the next read go through.

    Both verbs of writing are tried: alone, and together with others.
    """
    db = Database(postgres_url, lambda: 0)
    await db.open()
    await make_counter(db)

    def grouped(tx: Connection, asks: list[int], now: int) -> Sequence[int]:
        return [look_then_write(tx) for _ in asks]

    assert [1, 2] == [await db.write(look_then_write), await db.together("w", grouped, 0)]
    drop_everybody = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for expected in (3, 5):
        await asyncio.to_thread(execute, make_url(postgres_url), drop_everybody)
        assert expected == await db.write(look_then_write)
        await asyncio.to_thread(execute, make_url(postgres_url), drop_everybody)
        assert expected + 1 == await db.together("w", grouped, 0)
    await asyncio.to_thread(execute, make_url(postgres_url), drop_everybody)
    assert 6 == await db.read(count)
    await db.close()
