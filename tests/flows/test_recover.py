"""What a process that is gone had set aside comes back by itself."""

import asyncio

from backend.database import Database
from backend.flows.recover import recover
from backend.instants import MINUTE
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Clock, Workplace, workplace


async def sweep(place: Workplace) -> int:
    """The worker's sweep over dead runs."""
    assert place.app is not None
    db: Database = place.app.state.db
    return await db.write(lambda tx: recover(tx, place.clock()))


async def test_a_dead_enrichment_ends_and_costs_nothing(
    database_url: str, sidecar: IllSidecar
) -> None:
    """A run past its deadline is failed by the sweep, its hold released, and can be asked again.

    Whoever carried it on all the same is told 503 afterwards: what comes too late is not charged.
    """
    clock = Clock()
    async with workplace(
        database_url,
        sidecar,
        policy="lemlist",
        plan="email_pro",
        clock=clock,
        sidecar_deadline_seconds=3,
    ) as team:
        contact = (await team.analyze("jane-doe")).json()["contact"]["id"]
        free = await team.available()
        sidecar.mode = "hang"
        body = {"contact_id": contact, "action": "email.find"}
        late = asyncio.create_task(team.post("/enrichments", body))
        while (await team.get("/balance")).json()["held"] == 0:
            await asyncio.sleep(0.02)
        assert 0 == await sweep(team), "it is still alive"

        clock.now += 3 * MINUTE
        assert 1 == await sweep(team)
        assert 0 == await sweep(team)

        [run] = (await team.get("/enrichments")).json()["data"]
        assert ("failed", "enrichment_failed") == (run["status"], run["reason"])
        assert free == await team.available()
        assert 503 == (await late).status_code
        assert free == await team.available()
        assert [] == await team.differences()
