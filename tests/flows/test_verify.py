"""`meetonce verify` finds every kind of fault: each is planted into a sound ledger, and told."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import create_engine

from backend.credits.journal import verify as verification
from backend.database import Database
from backend.flows.workspaces import found, policy_named
from tests.flows.ill_sidecar import ill_sidecar
from tests.flows.workplace import NO_FOLDER, Workplace, workplace

CHARGE = "action = 'contact.analysis' AND amount < 0"
FAULTS: dict[str, str] = {
    "the journal's amounts sum to the pool's balance": (
        "UPDATE credit_pool SET balance = balance + 1"
    ),
    "the journal has no gap": "DELETE FROM credit_entry WHERE seq = 2",
    "each line continues the balance of the one before it": (
        "UPDATE credit_entry SET balance_after = balance_after + 1 WHERE seq = 2"
    ),
    "the last line says what is held": "UPDATE credit_pool SET held = held + 1",
    "each line's amount is the sum of what it moved": "DELETE FROM credit_entry_lot WHERE seq = 1",
    "each lot is the sum of what moved it": "UPDATE credit_lot SET remaining = remaining - 1",
    "the pool is the sum of its lots": "DELETE FROM credit_lot WHERE number = 1",
    "no lot holds less than nothing or more than was granted": "UPDATE credit_lot SET granted = 0",
    "no contact's analysis was paid twice": (
        f"UPDATE credit_entry SET contact_id = 'con_same' WHERE {CHARGE}"
    ),
    "what was paid for once stands in the journal": "UPDATE credit_once SET receipt_id = 'rcp_x'",
    "no thread was refunded twice": (
        "UPDATE credit_entry SET kind = 'refund', thread = 't1' WHERE kind = 'grant'"
    ),
    "a thread's newest message is a paid line that moved its lot": (
        "UPDATE credit_thread SET lot = 99"
    ),
    "no paid message is newer than its thread's newest": (
        "UPDATE credit_entry SET at = at + 1 WHERE action = 'message.send' AND amount < 0"
    ),
    "a reported reply that refunded has its receipt": (
        "UPDATE credit_reply SET receipt_id = 'rcp_x' WHERE refunded > 0"
    ),
    "each settled purchase is one grant of its credits": (
        "UPDATE credit_purchase SET credits = credits + 1 WHERE status = 'settled'"
    ),
    "each bought lot comes from a settled purchase": (
        "DELETE FROM credit_purchase WHERE status = 'settled'"
    ),
    "what is not settled brought nothing": (
        "UPDATE credit_purchase SET status = 'pending' WHERE status = 'settled'"
    ),
    "each paid analysis has its receipt": "UPDATE analysis SET charged = 2 WHERE charged > 0",
    "a decided request says who decided, an open one nobody": (
        "UPDATE credit_request SET decided_by = NULL WHERE status = 'approved'"
    ),
    "no cap is raised by more than was approved": "UPDATE credit_cap SET raised_by = 1000",
    "a pool whose members have caps knows it": "UPDATE credit_pool SET caps = 0",
    "a pool is warned when its workspace wants it": "UPDATE credit_pool SET alerts = '1'",
    "no contact has two ongoing enrollments": "UPDATE enrollment SET contact_id = 'con_same'",
    "the slot is held by who is ongoing, and by nobody else": (
        "UPDATE enrollment SET status = 'finished'"
    ),
    "held credits are those of the open holds": "UPDATE credit_hold SET parts = '[]'",
}


def unguarded(file: Path) -> sqlite3.Connection:
    """A connection that may do what the schema forbids: only then can there be these faults."""
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA ignore_check_constraints = ON")
    db.execute("PRAGMA foreign_keys = OFF")
    named = db.execute(
        "SELECT type, name FROM sqlite_master"
        " WHERE type = 'trigger' OR (type = 'index' AND sql LIKE 'CREATE UNIQUE%')"
    )
    for kind, name in named.fetchall():
        db.execute(f"DROP {kind} {name}")
    return db


def faults_of(file: Path) -> set[str]:
    """The names of the checks that find something."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as tx:
        found_now = {each.check for each in verification.verify(tx)}
    engine.dispose()
    return found_now


async def second(place: Workplace, policy: str, plan: str) -> Workplace:
    """Another workspace in the same database."""
    assert place.app is not None
    db: Database = place.app.state.db
    made = await db.write(
        lambda tx: found(
            tx,
            name="Messages",
            owner_email="owner@messages.example",
            policy=policy_named(policy, NO_FOLDER),
            plan=plan,
            seats=1,
            time_zone="UTC",
            now=place.clock.now,
        )
    )
    return Workplace(
        place.client, made.workspace_id, made.api_key, made.owner_id, place.sidecar, place.clock
    )


async def a_busy_year(place: Workplace) -> None:
    """One of everything that the checks look at."""
    bought = (await place.post("/purchases", {"credits": 40})).json()["id"]
    await place.post(f"/purchases/{bought}/confirm", {"payment_ref": "inv-1"})
    await place.post("/purchases", {"credits": 5})
    campaign = await place.campaign("Spring", "launch")
    for slug in ("one", "two"):
        await place.enroll(campaign, slug)
    await place.analyze("three")
    await place.post("/holds", {"action": "phone.find", "quantity": 1})
    headers = {**place.headers(), "If-Match": "*"}
    path = f"{place.base}/members/{place.owner_id}/cap"
    await place.client.put(path, json={"cap": 100}, headers=headers)
    asked = (await place.post("/credit-requests", {"credits": 20})).json()["id"]
    await place.post(f"/credit-requests/{asked}/approve")

    other = await second(place, "inmail-rollover", "premium_business")
    contact = (await other.analyze("who-answers")).json()["contact"]["id"]
    for thread in ("t1", "t2"):
        await other.post("/charges", {"action": "message.send", "thread": thread})
    reply = {"type": "replied", "thread": "t1", "message_id": "m1"}
    await other.post(f"/contacts/{contact}/events", reply)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sound(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """A database file in which a lot happened, and nothing is wrong."""
    file = tmp_path_factory.mktemp("sound") / "meetonce.db"
    with ill_sidecar() as sidecar:
        async with workplace(
            f"sqlite+aiosqlite:///{file}", sidecar, policy="lemlist", plan="email_pro"
        ) as place:
            await a_busy_year(place)
    yield file


@pytest.mark.asyncio(loop_scope="module")
async def test_a_sound_ledger_has_no_difference(sound: Path) -> None:
    """After a busy year nothing differs, and there is a row for each check to look at."""
    assert set() == faults_of(sound)
    assert FAULTS.keys() >= verification.CHECKS.keys(), "a check without a planted fault"
    db = sqlite3.connect(sound)
    for table in ("credit_hold", "credit_thread", "credit_reply", "credit_purchase", "credit_cap"):
        assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0], table
    db.close()


@pytest.mark.parametrize("check", FAULTS)
@pytest.mark.asyncio(loop_scope="module")
async def test_each_fault_is_found(sound: Path, tmp_path: Path, check: str) -> None:
    """The check that is meant for a fault names it, and its row says where it is."""
    file = tmp_path / "faulty.db"
    source, copy = sqlite3.connect(sound), sqlite3.connect(file)
    source.backup(copy)
    copy.close()
    db = unguarded(file)
    changed = db.execute(FAULTS[check]).rowcount
    db.close()

    assert changed > 0, "the fault was planted"
    assert check in faults_of(file)
