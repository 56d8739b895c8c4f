"""The database itself keeps the promises: migrations, constraints, triggers."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from backend import schema
from backend.database import Database


async def run(db: Database, statement: str, **values: Any) -> None:
    """One statement in a transaction of its own."""
    await db.write(lambda tx: tx.execute(text(statement), values))


async def refused(db: Database, statement: str, **values: Any) -> str:
    """What the database says when it refuses a statement."""
    with pytest.raises(DBAPIError) as error:
        await run(db, statement, **values)
    return str(error.value.orig).lower()


async def test_migrations_and_tables_agree(prepared: Database) -> None:
    """What the migrations make is what the table models say: nothing is left to generate."""

    def compare(tx: Connection) -> list[Any]:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        return list(compare_metadata(context, schema.METADATA))

    assert [] == await prepared.read(compare)


async def test_preparing_twice_changes_nothing(prepared: Database) -> None:
    """A second start finds the tables and the installation's secrets as they are."""

    def secrets(tx: Connection) -> list[Any]:
        return [tuple(row) for row in tx.execute(text("SELECT * FROM installation_secret"))]

    before = await prepared.read(secrets)
    await schema.prepare(prepared)

    assert before
    assert before == await prepared.read(secrets)


_PREPARE = """
import asyncio, sys
from backend import schema
from backend.database import Database

async def main() -> None:
    db = Database(sys.argv[1], lambda: 0)
    await db.open()
    await schema.prepare(db)
    await db.close()

asyncio.run(main())
"""


async def test_two_processes_may_prepare_at_once(empty_database_url: str) -> None:
    """Two programs started on an empty database both succeed, and there is one of everything."""
    command = [sys.executable, "-c", _PREPARE, empty_database_url]
    both = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: ASYNC220
        for _ in range(2)
    ]
    ends = await asyncio.gather(*(asyncio.to_thread(each.communicate) for each in both))

    assert [0, 0] == [each.returncode for each in both], ends
    db = Database(empty_database_url, lambda: 0)
    await db.open()
    head = await db.read(schema.version_of)
    secrets = await db.read(
        lambda tx: tx.execute(text("SELECT count(*) FROM installation_secret")).scalar_one()
    )
    await db.close()
    assert head is not None
    assert 1 == secrets


async def test_a_newer_database_is_refused(prepared: Database) -> None:
    """A revision that this program does not know stops the start, and nothing is changed."""
    await run(prepared, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(schema.NewerDatabase, match="9999"):
        await schema.prepare(prepared)
    assert "9999" == await prepared.read(schema.version_of)


ENTRY = (
    "INSERT INTO credit_entry (workspace_id, holder_id, seq, id, kind, amount, balance_after,"
    " held_after, at, reason, rule) VALUES"
    " ('w', 'h', :seq, :id, 'grant', 5, 5, 0, 0, 'allotment', 'humanlinker@1')"
)


@pytest.mark.parametrize(
    ("table", "insert", "change"),
    [
        ("credit_entry", ENTRY.replace(":seq", "1").replace(":id", "'r1'"), "amount = 6"),
        ("credit_entry_lot", "INSERT INTO credit_entry_lot VALUES ('w','h',1,1,5,0)", "free = 6"),
        (
            "credit_once",
            "INSERT INTO credit_once VALUES ('w','analysis','con_1','h',1,'r1')",
            "key = 'con_2'",
        ),
    ],
)
async def test_the_journal_is_append_only(
    prepared: Database, table: str, insert: str, change: str
) -> None:
    """The database refuses to change or delete what the journal has written."""
    await run(prepared, insert)

    assert "append" in await refused(prepared, f"UPDATE {table} SET {change}")
    assert "append" in await refused(prepared, f"DELETE FROM {table}")
    rows = await prepared.read(
        lambda tx: tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    )
    assert 1 == rows


async def test_a_journal_line_has_one_number_and_one_receipt(prepared: Database) -> None:
    """Neither a `seq` of a pool nor a receipt's id of a workspace can stand twice."""
    await run(prepared, ENTRY, seq=1, id="r1")

    assert "unique" in await refused(prepared, ENTRY, seq=1, id="r2")
    assert "unique" in await refused(prepared, ENTRY, seq=2, id="r1")


async def test_a_contact_is_paid_for_once(prepared: Database) -> None:
    """The second line of one contact in one workspace is refused; in another it is not."""
    insert = "INSERT INTO credit_once VALUES (:w, 'analysis', 'con_1', 'h', :seq, :id)"
    await run(prepared, insert, w="w", seq=1, id="r1")
    await run(prepared, insert, w="v", seq=1, id="r1")

    assert "unique" in await refused(prepared, insert, w="w", seq=2, id="r2")


WORKSPACE = (
    "INSERT INTO workspace (id, name, time_zone, policy_id, created_at, version)"
    " VALUES ('w', 'W', 'UTC', 'p@1', 0, 1)"
)
ENROLLMENT = (
    "INSERT INTO enrollment (workspace_id, id, campaign_id, contact_id, attempt, status, ongoing,"
    " source, enrolled_by, enrolled_at, last_activity_at)"
    " VALUES ('w', :id, :campaign, 'con_1', :attempt, :status, :ongoing, 'api', 'mem_1', 0, 0)"
)


async def test_a_contact_has_one_ongoing_enrollment(prepared: Database) -> None:
    """A second ongoing enrollment of a contact is refused; ended ones may be many."""
    await run(prepared, WORKSPACE)
    ended = {"status": "finished", "ongoing": False}
    live = {"status": "active", "ongoing": True}
    await run(prepared, ENROLLMENT, id="e1", campaign="c1", attempt=1, **ended)
    await run(prepared, ENROLLMENT, id="e2", campaign="c2", attempt=1, **ended)
    await run(prepared, ENROLLMENT, id="e3", campaign="c3", attempt=1, **live)

    said = await refused(prepared, ENROLLMENT, id="e4", campaign="c4", attempt=1, **live)
    assert "unique" in said
    said = await refused(prepared, ENROLLMENT, id="e5", campaign="c1", attempt=1, **ended)
    assert "unique" in said


ANALYSIS = (
    "INSERT INTO analysis (workspace_id, id, contact_id, status, holder_id, source, charged,"
    " started_by, started_at, deadline_at)"
    " VALUES ('w', :id, 'con_1', :status, 'h', 'api', 0, 'mem_1', 0, 0)"
)


async def test_a_contact_has_one_analysis_that_counts(prepared: Database) -> None:
    """Beside a running or done analysis of a contact there is no other; failed ones pile up."""
    await run(prepared, WORKSPACE)
    await run(prepared, ANALYSIS, id="a1", status="failed")
    await run(prepared, ANALYSIS, id="a2", status="empty")
    await run(prepared, ANALYSIS, id="a3", status="running")

    assert "unique" in await refused(prepared, ANALYSIS, id="a4", status="running")
    assert "unique" in await refused(prepared, ANALYSIS, id="a5", status="done")


MEMBER = (
    "INSERT INTO member (workspace_id, id, email, name, role, created_at, removed_at)"
    " VALUES ('w', :id, 'a@acme.example', 'A', 'member', 0, :removed)"
)


async def test_an_email_is_one_live_member(prepared: Database) -> None:
    """A person is a member once at a time; former memberships stay."""
    await run(prepared, WORKSPACE)
    await run(prepared, MEMBER, id="m1", removed=5)
    await run(prepared, MEMBER, id="m2", removed=6)
    await run(prepared, MEMBER, id="m3", removed=None)

    assert "unique" in await refused(prepared, MEMBER, id="m4", removed=None)


async def test_the_partial_indexes_are_partial(prepared: Database) -> None:
    """The indexes that keep the promises are there, unique, and on both databases."""

    def names(tx: Connection) -> set[str]:
        found = inspect(tx)
        return {
            str(index["name"])
            for table in found.get_table_names()
            for index in found.get_indexes(table)
            if index["unique"]
        }

    assert set() == {
        "one_ongoing_enrollment_per_contact",
        "one_enrollment_per_attempt",
        "one_analysis_per_contact",
        "one_entry_per_receipt",
        "one_live_member_per_email",
        "one_key_per_hash",
        "suppressed_once",
    } - await prepared.read(names)


async def test_a_pool_never_owes_more_than_it_may(prepared: Database) -> None:
    """The balance covers the holds down to the floor; a lot is never negative."""
    lot = (
        "INSERT INTO credit_lot (workspace_id, holder_id, number, id, source, lot_class, granted,"
        " remaining, held, effective_at, expires_at, voided)"
        " VALUES ('w', 'h', 1, 'lot_1', 'allotment', 'granted', 5, :remaining, :held, 0, 1, :no)"
    )

    assert "check" in await refused(prepared, lot, remaining=-1, held=0, no=False)
    assert "check" in await refused(prepared, lot, remaining=0, held=-1, no=False)
