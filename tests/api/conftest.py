"""Fixtures of the API tests: a workspace in process, on both databases.

`acme` is new for each test. `office` serves all tests of a file, which leave it as they found it:
a hundred small questions need no hundred databases. A file that uses it says
`pytestmark = pytest.mark.asyncio(loop_scope="module")`.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import fresh_postgres
from tests.flows.conftest import acme, sidecar
from tests.flows.ill_sidecar import ill_sidecar
from tests.flows.workplace import Workplace, workplace

__all__ = ["acme", "office", "office_url", "sidecar"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The SQLAlchemy URL of a new database with no workspace, for one file of tests."""
    if request.param == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_sqlite")
        file = shutil.copy(migrated, tmp_path_factory.mktemp("office") / "meetonce.db")
        yield f"sqlite+aiosqlite:///{file}"
    else:
        server: str = request.getfixturevalue("postgres_server_url")
        template: str = request.getfixturevalue("migrated_postgres")
        with fresh_postgres(server, template) as url:
            yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(office_url: str) -> AsyncIterator[Workplace]:
    """A workspace with 200 credits for all tests of a file, in process, on each database."""
    with ill_sidecar() as running:
        async with workplace(office_url, running, sidecar_deadline_seconds=4) as place:
            yield place
