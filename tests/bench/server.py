"""The backend with two routes more: one that does nothing, one that charges in a single batch."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy import Connection

from backend import idempotency, outbox, telemetry
from backend.app import create_app
from backend.contacts.queries import Person
from backend.credits.ledger import Order
from backend.credits.rules.state import Charge
from backend.database import Database
from backend.flows.calls import Call
from backend.flows.intake import item_of, keyed_of
from backend.flows.scene import load_scene
from backend.http import json_answer
from backend.ids import new_id
from backend.instants import Instant
from backend.settings import Settings
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.analyses import AnalyzePerson
from shared_schemas.vocabulary import Scope

BENCH = "/v1/bench/workspaces/{workspace_id:str}"


@post(f"{BENCH}/bare", status_code=200, opt=opens(Scope.ANALYSES_WRITE))
async def bare(data: JSONBody[AnalyzePerson]) -> Response[Any]:
    """An authenticated POST that reads its body and answers; no database."""
    return json_answer(200, '{"charge":{"charged":0}}')


@post(f"{BENCH}/charge", status_code=200, opt=opens(Scope.ANALYSES_WRITE))
async def charge(
    data: JSONBody[AnalyzePerson],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """A first charge: contact, identifier, once, lots, journal, key and event, in one batch."""
    item = item_of(settings, ref="1", url=data.url, page=data.page)
    keyed = keyed_of(request, principal, await request.json())
    call = Call(
        principal.workspace_id,
        principal.member_id,
        principal.role,
        "api",
        (item,),
        lambda _: (200, ""),
        keyed,
    )
    body = await db.together(principal.workspace_id, charge_calls, call)
    return json_answer(200, body)


def charge_calls(tx: Connection, calls: list[Call], now: Instant) -> Sequence[str | Exception]:
    """Charge a batch of people at once, each the first time the workspace meets them."""
    taken = idempotency.look_up(tx, [call.keyed for call in calls if call.keyed], now)
    scene = load_scene(tx, calls, now)
    answers: list[str | Exception] = []
    kept = []
    for call in calls:
        item = call.items[0]
        assert call.keyed is not None, "the bench sends a key"
        assert (call.workspace_id, call.keyed.key) not in taken, "the bench makes new keys"
        person: Person | None = scene.recognise(call.workspace_id, item)
        contact_id = person.id if person else new_id("con", now)
        order = Order(
            call.workspace_id, call.member_id, Charge("contact.analysis", contact=contact_id)
        )
        booked = scene.books.apply(order)
        if person is None:
            scene.directory.create(
                call.workspace_id,
                item.identifiers,
                contact_id=contact_id,
                name="N",
                title=None,
                company=None,
                page=None,
                by=call.member_id,
                source="api",
                now=now,
            )
        scene.events.append(
            outbox.event(call.workspace_id, "balance.changed", now, available=booked.available)
        )
        body = f'{{"charge":{{"charged":{booked.step.charged},"available":{booked.available}}}}}'
        kept.append((call.keyed, 200, body))
        answers.append(body)
    scene.store(tx)
    idempotency.keep(tx, kept, now)
    return answers


def main() -> None:
    """Serve on the port given, with the database and the sidecar of the environment."""
    settings = Settings(
        database_url=os.environ["BENCH_DATABASE_URL"],
        data_dir=Path(os.environ["BENCH_DATA_DIR"]),
        sidecar_url=os.environ["BENCH_SIDECAR_URL"],
        sidecar_token=os.environ["BENCH_SIDECAR_TOKEN"],
        rate_limit="1000000000/minute",
    )
    telemetry.configure_logs("json")
    app = create_app(settings, lambda: time.time_ns() // 1000, extra_routes=(bare, charge))
    uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False, log_config=None)


if __name__ == "__main__":
    main()
