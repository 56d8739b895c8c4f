"""What has to happen without anybody asking: dead runs end, pools settle, old keys go."""

import asyncio

import structlog
from sqlalchemy import Connection

from backend import idempotency
from backend.credits.ledger import settle_due
from backend.database import Database
from backend.flows.recover import recover
from backend.instants import Instant

log = structlog.get_logger()

PAUSE_SECONDS = 2.0


async def work(db: Database) -> None:
    """Sweep until cancelled. A sweep that fails is logged, and the next one tries again."""
    while True:
        try:
            await sweep(db)
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


def _forget_old_keys(tx: Connection, now: Instant) -> None:
    idempotency.forget_old(tx, now)


async def give_back_lost_holds(db: Database) -> None:
    """At the start of the only server of a database, every run in it is dead."""
    now = db.clock()
    while await db.write(lambda tx: recover(tx, now, alone=True), lane="sweep"):
        pass
