"""What has to happen without anybody asking: dead runs end, pools settle, old keys go."""

import asyncio
import itertools

import structlog
from sqlalchemy import Connection

from backend import idempotency
from backend.credits.journal.notices import remind_of_expiry
from backend.credits.ledger import settle_due
from backend.database import Database
from backend.flows.recover import recover
from backend.instants import Instant

log = structlog.get_logger()

PAUSE_SECONDS = 2.0
REMIND_EVERY = 30


async def work(db: Database) -> None:
    """Sweep until cancelled. A sweep that fails is logged, and the next one tries again."""
    for rounds in itertools.count():
        try:
            await sweep(db)
            if rounds % REMIND_EVERY == 0:
                await remind(db)
        except Exception:
            log.exception("sweep_failed")
        await asyncio.sleep(PAUSE_SECONDS)


async def sweep(db: Database) -> None:
    """One round of everything that is due."""
    now = db.clock()
    ended = await db.write(lambda tx: recover(tx, now), lane="sweep")
    settled = await db.write(lambda tx: settle_due(tx, now), lane="sweep")
    await db.write(lambda tx: _forget_old_keys(tx, now), lane="sweep")
    if ended or settled:
        log.info("swept", runs_ended=ended, pools_settled=settled)


async def remind(db: Database) -> None:
    """Remind of credits that end soon; days are counted, so once a minute is often enough."""
    now = db.clock()
    reminded = await db.write(lambda tx: remind_of_expiry(tx, now), lane="sweep")
    if reminded:
        log.info("reminded_of_expiry", reminders=reminded)


def _forget_old_keys(tx: Connection, now: Instant) -> None:
    idempotency.forget_old(tx, now)


async def give_back_lost_holds(db: Database) -> None:
    """At the start of the only server of a database, every run in it is dead."""
    now = db.clock()
    while await db.write(lambda tx: recover(tx, now, alone=True), lane="sweep"):
        pass
