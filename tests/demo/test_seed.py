"""The sandbox of `meetonce demo` on both databases: what is in it; that its ledger is true."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport
from sqlalchemy import text

from backend import schema
from backend.analyses.enrichment import EnrichmentClient
from backend.analyses.errors import EnrichmentUnavailable
from backend.credits.journal.verify import verify
from backend.credits.queries import standing
from backend.database import Database
from backend.demo.seed import Seeded, seed_demo
from backend.instants import DAY, HOUR, Instant, parse
from backend.settings import Settings
from backend.sidecar.app import create_sidecar
from backend.workspaces.actions import begin_session

NOW: Instant = parse("2026-11-24T13:45:00Z")
SETTINGS = Settings()
TOKEN = "t" * 32


@pytest.fixture
async def sidecar() -> AsyncIterator[EnrichmentClient]:
    """The backend's client of the real sidecar, in process."""
    client = EnrichmentClient(
        "http://sidecar", TOKEN, transport=ASGITransport(create_sidecar(TOKEN))
    )
    yield client
    await client.close()


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database."""
    made = Database(database_url, lambda: NOW)
    await made.open()
    await schema.prepare(made)
    yield made
    await made.close()


async def seed(db: Database, sidecar: EnrichmentClient, now: Instant = NOW) -> Seeded:
    """A sandbox that ends at `now`."""
    return await seed_demo(db, sidecar, settings=SETTINGS, now=now)


async def count(db: Database, statement: str) -> int:
    """What a counting statement counts."""
    return int(await db.read(lambda tx: tx.execute(text(statement)).scalar_one()))


async def test_the_sandbox_is_what_was_promised(db: Database, sidecar: EnrichmentClient) -> None:
    """3 members, 40 people, 2 running campaigns that know the same contact, months of ledger."""
    await seed(db, sidecar)

    assert await count(db, "SELECT count(*) FROM member") == 3
    assert await count(db, "SELECT count(*) FROM contact") == 40
    assert await count(db, "SELECT count(*) FROM campaign WHERE status = 'running'") == 2
    shared = (
        "SELECT count(*) FROM (SELECT contact_id FROM enrollment"
        " GROUP BY contact_id HAVING count(DISTINCT campaign_id) = 2) AS both_of_them"
    )
    assert await count(db, shared) == 1
    first = await count(db, "SELECT min(at) FROM credit_entry")
    last = await count(db, "SELECT max(at) FROM credit_entry")
    assert NOW - first > 92 * DAY
    assert NOW - 7 * DAY < last < NOW


async def test_its_ledger_is_a_true_one(db: Database, sidecar: EnrichmentClient) -> None:
    """Every check of `meetonce verify` holds; who was met is paid for, once."""
    made = await seed(db, sidecar)
    founded = made.founded
    found = await db.read(
        lambda tx: standing(
            tx, workspace_id=founded.workspace_id, member_id=founded.owner_id, now=NOW
        )
    )

    assert await db.read(verify) == []
    assert await count(db, "SELECT count(*) FROM analysis WHERE depth = 'full'") >= 25
    assert await count(db, "SELECT count(*) FROM credit_once") == 30
    assert await count(db, "SELECT -sum(amount) FROM credit_entry WHERE kind = 'capture'") == 30
    assert await count(db, "SELECT count(*) FROM credit_entry WHERE reason = 'allotment'") == 4
    assert (found.pool.held, found.granted) == (0, 200)
    assert found.pool.available == 200 - found.used


async def test_what_to_try_is_said_and_true(db: Database, sidecar: EnrichmentClient) -> None:
    """The printed addresses are those of a contact in both campaigns, and of one never met."""
    made = await seed(db, sidecar)
    unmet = await count(
        db,
        "SELECT count(*) FROM analysis a JOIN contact_identifier i"
        " ON i.workspace_id = a.workspace_id AND i.contact_id = a.contact_id"
        " WHERE i.key LIKE '%/demo/people/ada-example'",
    )

    assert made.unmet == f"{SETTINGS.origin}/demo/people/ada-example"
    assert unmet == 0
    lines = "\n".join(made.lines(SETTINGS.origin))
    assert made.sign_in_token in lines
    assert all(campaign in lines for campaign in made.campaigns)


async def test_its_link_signs_in_today(db: Database, sidecar: EnrichmentClient) -> None:
    """The workspace is old, its sign-in link is not; the owner sees the sandbox by it."""
    made = await seed(db, sidecar)
    session = await db.write(
        lambda tx: begin_session(tx, link_token=made.sign_in_token, now=NOW + HOUR)
    )

    assert session is not None
    assert session.email == "owner@localhost"


async def test_another_sandbox_does_not_disturb_the_first(
    db: Database, sidecar: EnrichmentClient
) -> None:
    """Run again, even at a month's last second, it makes a second whole workspace."""
    await seed(db, sidecar)
    await seed(db, sidecar, parse("2028-02-29T23:59:59Z"))

    assert await count(db, "SELECT count(*) FROM workspace") == 2
    assert await count(db, "SELECT count(*) FROM contact") == 80
    assert await db.read(verify) == []


async def test_without_a_sidecar_there_is_no_sandbox(db: Database) -> None:
    """A sidecar that does not let us in refuses the seed, and nothing of it stays."""
    client = EnrichmentClient(
        "http://sidecar", "?", transport=ASGITransport(create_sidecar(TOKEN))
    )
    with pytest.raises(EnrichmentUnavailable):
        await seed(db, client)
    await client.close()

    assert await count(db, "SELECT count(*) FROM workspace") == 0
