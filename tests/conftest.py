"""What tests of every domain share: both databases, and a browser."""

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from tests.chromium import find_chromium
from tests.databases import fresh_postgres, migrate, postgres_server
from tests.firefox import find_firefox
from tests.screen import missing, virtual_screen


def pytest_configure() -> None:
    """A run that is told to end takes its servers with it, as one that ends by itself."""

    def leave(number: int, frame: FrameType | None) -> None:
        pytest.exit("told to end", returncode=128 + number)

    signal.signal(signal.SIGTERM, leave)


def pytest_collection_finish() -> None:
    """What is collected stays to the end: no search for garbage goes through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """A PostgreSQL for the whole run; tests take `postgres_url`, a database of their own."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server_url: str) -> Iterator[str]:
    """The URL of a PostgreSQL database at this version, of which tests get copies."""
    with fresh_postgres(postgres_server_url) as url:
        migrate(url)
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at this version, of which tests get copies."""
    file: Path = tmp_path_factory.mktemp("migrated") / "meetonce.db"
    migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def postgres_url(postgres_server_url: str, migrated_postgres: str) -> Iterator[str]:
    """The SQLAlchemy URL of a new PostgreSQL database with all tables and no workspace."""
    with fresh_postgres(postgres_server_url, migrated_postgres) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """The SQLAlchemy URL of a new SQLite database with all tables and no workspace."""
    file = shutil.copy(migrated_sqlite, tmp_path / "meetonce.db")
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database with all tables and no workspace; the test runs on both kinds."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url"}.get(request.param, "postgres_url"))
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new database with nothing in it, not even tables; the test runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'meetonce.db'}"
    else:
        with fresh_postgres(request.getfixturevalue("postgres_server_url")) as url:
            yield url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium that starts here; without one the test fails."""
    found = find_chromium()
    assert found, "no Chromium: run `python -m tests.chromium`, which installs one"
    return found


@pytest.fixture(scope="session")
def firefox_path() -> str:
    """The path of a Firefox; without one the test is left out, and with `CI` set it fails."""
    found = find_firefox()
    if not found and not os.environ.get("CI"):
        pytest.skip("no Firefox here: put firefox on PATH")
    assert found, "no Firefox: run `python -m tests.firefox`, which installs one"
    return found


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A screen for a browser with windows; left out without one, and with `CI` set it fails."""
    absent = missing()
    if absent and not os.environ.get("CI"):
        pytest.skip(f"no {' and '.join(absent)} here")
    assert not absent, f"no {' and '.join(absent)}: run `python -m tests.screen`"
    with virtual_screen() as display:
        yield display
