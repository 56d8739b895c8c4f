"""Routes of the flows: analyses, look-ups, enrollments, suppressions."""

import json
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from backend.analyses import desk as looks
from backend.analyses.enrichment import EnrichmentClient
from backend.database import Database
from backend.errors import NotFound
from backend.flows import bodies, lookup, transitions
from backend.flows.analyze import analyze
from backend.flows.bodies import spent
from backend.flows.calls import Call, Item
from backend.flows.intake import call_of, hold_for, item_of, keyed_of
from backend.flows.runs import Runs
from backend.http import json_answer
from backend.instants import Instant
from backend.settings import Settings
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.analyses import AnalysisBody, AnalyzePerson, Lookup, RefreshAnalysis
from shared_schemas.campaigns import (
    BulkBody,
    EnrollBulk,
    EnrolledBody,
    EnrollmentAction,
    EnrollPerson,
    MovedBody,
    MoveEnrollment,
)
from shared_schemas.contacts import LookupBody
from shared_schemas.shapes import EnrollmentBody
from shared_schemas.vocabulary import Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"
MOST_ANALYSIS_BYTES = 64 * 1024
_TAGS = {"analyses": ["Analyses"], "campaigns": ["Campaigns"], "contacts": ["Contacts"]}


@post(
    f"{W}/analyses",
    status_code=200,
    opt=opens(Scope.ANALYSES_WRITE, role=WorkspaceRole.MEMBER, extension=True, spends=True),
    request_max_body_size=MOST_ANALYSIS_BYTES,
    responses={200: ResponseSpec(AnalysisBody, description="Analysed, now or before")},
    tags=_TAGS["analyses"],
)
async def analyze_person(
    data: JSONBody[AnalyzePerson],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    sidecar: NamedDependency[EnrichmentClient],
    runs: NamedDependency[Runs],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Analyse a person; charges one credit the first time, never again for that contact."""
    item = item_of(settings, ref="1", url=data.url, identifiers=data.identifiers, page=data.page)
    call = await call_of(
        request,
        principal,
        db,
        settings,
        data,
        (item,),
        bodies.render_analysis,
        max_cost=data.max_cost,
    )
    return spent(await analyze(db, sidecar, runs, call))


@post(
    f"{W}/analyses/{{analysis_id:str}}/refresh",
    status_code=200,
    opt={
        **opens(Scope.ANALYSES_WRITE, role=WorkspaceRole.MEMBER, extension=True, spends=True),
        "optional_body": True,
    },
    responses={200: ResponseSpec(AnalysisBody, description="Looked at again, free")},
    tags=_TAGS["analyses"],
)
async def refresh_analysis(
    analysis_id: FromPath[str],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    sidecar: NamedDependency[EnrichmentClient],
    runs: NamedDependency[Runs],
    settings: NamedDependency[Settings],
    data: JSONBody[RefreshAnalysis | None] = None,
) -> Response[Any]:
    """Look again at a contact already paid for; charged 0."""
    place = (principal.workspace_id, analysis_id)
    look = (await db.read(lambda tx: looks.by_id(tx, [place]))).get(place)
    if look is None:
        raise NotFound("There is no such analysis in this workspace.")
    page = data.page.model_dump(mode="json", exclude_none=True) if data and data.page else None
    call = Call(
        principal.workspace_id,
        principal.member_id,
        principal.role,
        look.source,
        (Item("1", contact_id=look.contact_id, page=page),),
        bodies.render_analysis,
        keyed_of(request, principal, await request.json()),
        principal.name,
        hold_for=hold_for(settings),
        refresh=True,
    )
    return spent(await analyze(db, sidecar, runs, call))


@post(
    f"{W}/contacts/lookup",
    status_code=200,
    opt=opens(Scope.CONTACTS_READ, extension=True),
    responses={200: ResponseSpec(LookupBody, description="One row an item, in order")},
    tags=_TAGS["contacts"],
)
async def look_up_contacts(
    data: JSONBody[Lookup],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Who of these is known, and what analysing them would cost; free, and nothing is created."""
    items = tuple(
        item_of(settings, ref=each.ref, url=each.url, identifiers=each.identifiers)
        for each in data.items
    )
    call = Call(
        principal.workspace_id,
        principal.member_id,
        principal.role,
        "api",
        items,
        bodies.render_analysis,
    )
    rows = await db.look_together(lookup.look_up, call)
    return json_answer(200, json.dumps({"data": rows}, ensure_ascii=False))


@post(
    f"{W}/campaigns/{{campaign_id:str}}/enrollments",
    opt=opens(Scope.CAMPAIGNS_WRITE, role=WorkspaceRole.MEMBER, extension=True, spends=True),
    responses={201: ResponseSpec(EnrolledBody, description="Enrolled")},
    tags=_TAGS["campaigns"],
)
async def enroll_person(
    campaign_id: FromPath[str],
    data: JSONBody[EnrollPerson],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    sidecar: NamedDependency[EnrichmentClient],
    runs: NamedDependency[Runs],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Put a person into a campaign; charges the analysis if the contact is new."""
    item = item_of(
        settings,
        ref="1",
        url=data.url,
        identifiers=data.identifiers,
        contact_id=data.contact_id,
        page=data.page,
    )
    call = await call_of(
        request,
        principal,
        db,
        settings,
        data,
        (item,),
        bodies.render_enrollment,
        campaign_id=campaign_id,
        max_cost=data.max_cost,
    )
    return spent(await analyze(db, sidecar, runs, call))


@post(
    f"{W}/campaigns/{{campaign_id:str}}/enrollments/bulk",
    status_code=200,
    opt=opens(Scope.CAMPAIGNS_WRITE, role=WorkspaceRole.MEMBER, extension=True, spends=True),
    responses={200: ResponseSpec(BulkBody, description="One outcome an item, in order")},
    tags=_TAGS["campaigns"],
)
async def enroll_bulk(
    campaign_id: FromPath[str],
    data: JSONBody[EnrollBulk],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    sidecar: NamedDependency[EnrichmentClient],
    runs: NamedDependency[Runs],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Put up to 50 people into a campaign; the same flow as for one."""
    items = tuple(
        item_of(
            settings,
            ref=each.ref,
            url=each.url,
            identifiers=each.identifiers,
            contact_id=each.contact_id,
            page=each.page,
        )
        for each in data.items
    )
    call = await call_of(
        request,
        principal,
        db,
        settings,
        data,
        items,
        bodies.render_bulk,
        campaign_id=campaign_id,
        max_spend=data.max_spend,
        all_or_nothing=data.mode == "all_or_nothing",
    )
    return spent(await analyze(db, sidecar, runs, call))


@post(
    f"{W}/enrollments/{{enrollment_id:str}}/move",
    status_code=200,
    opt=opens(Scope.CAMPAIGNS_WRITE, role=WorkspaceRole.MEMBER, extension=True),
    responses={200: ResponseSpec(MovedBody, description="Where the contact is now")},
    tags=_TAGS["campaigns"],
)
async def move_enrollment(
    enrollment_id: FromPath[str],
    data: JSONBody[MoveEnrollment],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Move a contact to another running or paused campaign: both happen, or neither; charged 0."""
    stands = await db.write(
        lambda tx: transitions.move(
            tx,
            principal,
            enrollment_id=enrollment_id,
            to_campaign=data.to_campaign,
            now=now,
        ),
        lane=principal.workspace_id,
    )
    body = {"enrollment": _enrollment(stands), "charge": {"charged": 0, "reason": "moved"}}
    return json_answer(200, bodies.text_of(body))


@post(
    f"{W}/enrollments/{{enrollment_id:str}}/actions/{{action:str}}",
    status_code=200,
    opt={
        **opens(Scope.CAMPAIGNS_WRITE, role=WorkspaceRole.MEMBER),
        "optional_body": True,
    },
    responses={200: ResponseSpec(EnrollmentBody, description="As it is now")},
    tags=_TAGS["campaigns"],
)
async def act_on_enrollment(
    enrollment_id: FromPath[str],
    action: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    data: JSONBody[EnrollmentAction | None] = None,
) -> Response[Any]:
    """Pause, resume, finish, remove or restart an enrollment."""
    if action not in ("pause", "resume", "finish", "remove", "restart"):
        raise NotFound(f"There is no action {action[:40]!r}.")
    stands = await db.write(
        lambda tx: transitions.act_on_enrollment(
            tx, principal, enrollment_id=enrollment_id, action=action, now=now
        ),
        lane=principal.workspace_id,
    )
    return json_answer(200, bodies.text_of(_enrollment(stands)))


def _enrollment(stands: transitions.Standing) -> dict[str, Any]:
    return bodies.enrollment_body(stands.enrollment, stands.campaign, stands.owner_name)


@get(
    f"{W}/analyses/{{analysis_id:str}}",
    opt=opens(Scope.CONTACTS_READ, extension=True),
    responses={200: ResponseSpec(AnalysisBody, description="As it stands")},
    tags=_TAGS["analyses"],
)
async def get_analysis(
    analysis_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """An analysis as it stands; poll it while it is running."""
    body = await db.look_together(lookup.read_analysis, (principal, analysis_id))
    return json_answer(200, body)


ROUTES = [
    analyze_person,
    refresh_analysis,
    get_analysis,
    look_up_contacts,
    enroll_person,
    enroll_bulk,
    move_enrollment,
    act_on_enrollment,
]
