"""Routes of enrichments: ask for something about a contact, and read what was found."""

import json
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection

from backend.analyses import findings
from backend.analyses.enrichment import EnrichmentClient, SidecarFailed
from backend.analyses.errors import ProvidersUnavailable
from backend.analyses.findings import Found
from backend.contacts import queries as contacts
from backend.database import Database
from backend.errors import NotFound
from backend.flows.api import W
from backend.flows.bodies import charge_body, spent, text_of
from backend.flows.calls import Charge
from backend.flows.enrich import enrich
from backend.flows.enrich_calls import EnrichCall
from backend.flows.enrich_costs import costs_of
from backend.flows.intake import acting_member, hold_for, keyed_of
from backend.flows.runs import Runs
from backend.http import Limit, cursor_of, json_answer, read_cursor
from backend.idempotency import fingerprint
from backend.instants import Instant, render, render_or_none
from backend.settings import Settings
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.enrichments import (
    ActionOrder,
    ContactFields,
    Enrich,
    EnrichmentBody,
    EnrichmentList,
    EnrichmentRow,
    ProviderList,
)
from shared_schemas.vocabulary import EnrichmentStatus, Scope, WorkspaceRole

_TAGS = ["Enrichments"]


@post(
    f"{W}/enrichments",
    status_code=200,
    opt=opens(Scope.ANALYSES_WRITE, role=WorkspaceRole.MEMBER, extension=True, spends=True),
    responses={200: ResponseSpec(EnrichmentBody, description="Found, or not, and what it cost")},
    tags=_TAGS,
)
async def enrich_contact(
    data: JSONBody[Enrich],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    sidecar: NamedDependency[EnrichmentClient],
    runs: NamedDependency[Runs],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Find an address, a number, a profile or a text; charged only if it is worth it."""
    inputs = data.inputs.model_dump(mode="json", exclude_none=True) if data.inputs else {}
    call = EnrichCall(
        principal.workspace_id,
        await acting_member(db, principal, data.member_id),
        principal.role,
        data.contact_id,
        data.action,
        inputs,
        fingerprint("inputs", inputs),
        data.source.value,
        render_enrichment,
        keyed_of(request, principal, await request.json()),
        data.max_cost,
        hold_for(settings),
    )
    return spent(await enrich(db, sidecar, runs, call))


def render_enrichment(found: Found, charge: Charge) -> tuple[int, str]:
    """`shared_schemas.enrichments.EnrichmentBody`; 202 while somebody still works on it."""
    body = {
        "id": found.id,
        "contact_id": found.contact_id,
        "action": found.action,
        "status": found.status.value,
        "reason": found.reason,
        "fields": msgspec.Raw(found.fields.encode()),
        "attempts": msgspec.Raw(found.attempts.encode()),
        "charge": charge_body(charge),
        "started_at": render(found.started_at),
        "finished_at": render_or_none(found.finished_at),
    }
    waits = found.status in (EnrichmentStatus.RUNNING, EnrichmentStatus.PENDING)
    return 202 if waits else 200, text_of(body)


@get(
    f"{W}/enrichments",
    opt=opens(Scope.CONTACTS_READ, extension=True),
    tags=_TAGS,
)
async def list_enrichments(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    contact_id: FromQuery[str | None] = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> EnrichmentList:
    """Enrichments of the workspace or of one contact, newest first."""
    before = read_cursor(cursor, (int, str))

    def read(tx: Connection) -> list[Found]:
        if contact_id is not None:
            _known(tx, principal, contact_id)
        return findings.page_of(
            tx,
            workspace_id=principal.workspace_id,
            contact_id=contact_id,
            limit=limit,
            before=(before[0], before[1]) if before else None,
        )

    rows = await db.read(read)
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return EnrichmentList(
        data=[_row(each) for each in rows[:limit]],
        next_cursor=cursor_of(last.started_at, last.id) if last else None,
    )


@get(
    f"{W}/enrichments/{{enrichment_id:str}}",
    opt=opens(Scope.CONTACTS_READ, extension=True),
    tags=_TAGS,
)
async def get_enrichment(
    enrichment_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> EnrichmentRow:
    """One enrichment, as it stands."""
    place = (principal.workspace_id, enrichment_id)
    found = (await db.read(lambda tx: findings.by_id(tx, [place]))).get(place)
    if found is None:
        raise NotFound("There is no such enrichment in this workspace.")
    return _row(found)


@get(
    f"{W}/contacts/{{contact_id:str}}/fields",
    opt=opens(Scope.CONTACTS_READ, extension=True),
    responses={200: ResponseSpec(ContactFields, description="The best value of each kind")},
    tags=_TAGS,
)
async def get_contact_fields(
    contact_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """What is known about a contact, each value with status, source and evidence."""

    def read(tx: Connection) -> dict[str, Any]:
        _known(tx, principal, contact_id)
        place = (principal.workspace_id, contact_id)
        return {
            "data": findings.fields_of(tx, [place])[place],
            "costs": costs_of(tx, principal, contact_id, now),
        }

    return json_answer(200, json.dumps(await db.read(read), ensure_ascii=False))


@get(
    f"{W}/providers",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    tags=_TAGS,
)
async def list_providers(sidecar: NamedDependency[EnrichmentClient]) -> ProviderList:
    """Outside sources of facts: which are on, how they fare, and whom each action asks first."""
    told = await sidecar.providers()
    if isinstance(told, SidecarFailed):
        raise ProvidersUnavailable
    actions = sorted({action for each in told.data for action in each.actions})
    orders = [
        ActionOrder(action=a, providers=[each.name for each in told.data if a in each.actions])
        for a in actions
    ]
    return ProviderList(data=told.data, orders=orders)


def _known(tx: Connection, principal: Principal, contact_id: str) -> None:
    row = contacts.contact_row(tx, workspace_id=principal.workspace_id, contact_id=contact_id)
    if row is None:
        raise NotFound("There is no such contact in this workspace.")


def _row(found: Found) -> EnrichmentRow:
    return EnrichmentRow.model_validate(
        {
            "id": found.id,
            "contact_id": found.contact_id,
            "action": found.action,
            "status": found.status,
            "reason": found.reason,
            "fields": json.loads(found.fields),
            "attempts": json.loads(found.attempts),
            "charged": found.charged,
            "receipt_id": found.receipt_id,
            "started_by": found.started_by,
            "started_at": render(found.started_at),
            "finished_at": render_or_none(found.finished_at),
        }
    )


ROUTES = [enrich_contact, list_enrichments, get_enrichment, get_contact_fields, list_providers]
