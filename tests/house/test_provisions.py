"""What the tests stand on is there: both databases and a browser."""

import subprocess

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.servers import free_port


async def test_each_test_gets_an_empty_database(empty_database_url: str) -> None:
    """A table made here is not found by the next test, on either kind of database."""
    engine = create_async_engine(empty_database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE visit (id INTEGER)"))
        await connection.execute(text("INSERT INTO visit VALUES (1)"))
        assert (await connection.execute(text("SELECT count(*) FROM visit"))).scalar() == 1
    await engine.dispose()


async def test_each_test_gets_an_empty_database_again(empty_database_url: str) -> None:
    """The table of the test before is not here."""
    await test_each_test_gets_an_empty_database(empty_database_url)


@pytest.mark.browser
def test_a_browser_starts(chromium_path: str) -> None:
    """The Chromium that was found says its version."""
    said = subprocess.run([chromium_path, "--version"], capture_output=True, text=True, check=True)
    assert "Chrom" in said.stdout


def test_a_free_port_is_free() -> None:
    """Two free ports are real ports, and not handed out as one constant."""
    assert {1024 < free_port() < 65_536 for _ in range(5)} == {True}
