"""Fixtures of the core tests: an open database, and one that is prepared."""

from collections.abc import AsyncIterator

import pytest

from backend import schema
from backend.database import Database


@pytest.fixture
async def bare(empty_database_url: str) -> AsyncIterator[Database]:
    """An open, empty database of each kind."""
    db = Database(empty_database_url, lambda: 0)
    await db.open()
    yield db
    await db.close()


@pytest.fixture
async def prepared(bare: Database) -> Database:
    """An open database with all tables."""
    await schema.prepare(bare)
    return bare
