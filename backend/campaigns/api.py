"""Routes of campaigns as such; enrolling people is a flow (`flows/api.py`)."""

from typing import Any

from litestar import Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection

from backend.campaigns import actions, queries
from backend.campaigns.roster import CampaignView
from backend.database import Database
from backend.errors import Forbidden, InvalidRequest
from backend.http import (
    Limit,
    Search,
    check_version,
    cursor_of,
    json_answer,
    read_cursor,
    version_tag,
)
from backend.instants import Instant, render
from backend.workspaces.guards import opens
from backend.workspaces.policy import at_least
from backend.workspaces.principal import Principal
from backend.workspaces.queries import known_member, member_names
from shared_schemas.campaigns import (
    CampaignBody,
    CampaignCounts,
    CampaignList,
    ChangeCampaign,
    CreateCampaign,
    EnrollmentList,
)
from shared_schemas.shapes import EnrollmentBody, Named
from shared_schemas.vocabulary import CampaignStatus, Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"
_TAGS = ["Campaigns"]


def _bodies(tx: Connection, found: list[CampaignView]) -> list[CampaignBody]:
    if not found:
        return []
    workspace_id = found[0].workspace_id
    counts = actions.counts_of(
        tx, workspace_id=workspace_id, campaign_ids=[each.id for each in found]
    )
    names = member_names(tx, {(workspace_id, each.owner_id) for each in found})
    return [
        CampaignBody(
            id=each.id,
            name=each.name,
            goal=each.goal,
            status=each.status,
            owner_id=each.owner_id,
            owner=Named(id=each.owner_id, name=names.get((workspace_id, each.owner_id))),
            counts=CampaignCounts(**counts.get(each.id, {})),
            created_at=render(each.created_at),
            updated_at=render(each.updated_at),
        )
        for each in found
    ]


def campaign_answer(tx: Connection, campaign: CampaignView) -> CampaignBody:
    """A campaign as the outside sees it, with its counts and its owner's name."""
    return _bodies(tx, [campaign])[0]


@post(
    f"{W}/campaigns",
    opt=opens(Scope.CAMPAIGNS_WRITE, role=WorkspaceRole.MEMBER),
    responses={201: ResponseSpec(CampaignBody, description="Made, in draft")},
    tags=_TAGS,
)
async def create_campaign(
    data: JSONBody[CreateCampaign],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """A new campaign, in draft."""
    owner_id = data.owner_id or principal.member_id
    if owner_id != principal.member_id and not at_least(principal.role, WorkspaceRole.MANAGER):
        raise Forbidden("Only managers make campaigns for others.", needed_role="manager")

    def do(tx: Connection) -> tuple[CampaignBody, str]:
        known_member(tx, principal.workspace_id, owner_id)
        made = actions.create_campaign(
            tx,
            workspace_id=principal.workspace_id,
            name=data.name,
            goal=data.goal,
            owner_id=owner_id,
            now=now,
        )
        return campaign_answer(tx, made), version_tag(made.version)

    body, tag = await db.write(do, lane=principal.workspace_id)
    return json_answer(201, body.model_dump_json(), {"ETag": tag})


@get(
    f"{W}/campaigns",
    opt=opens(Scope.CAMPAIGNS_READ, extension=True),
    responses={200: ResponseSpec(CampaignList, description="Newest first")},
    tags=_TAGS,
)
async def list_campaigns(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    q: Search = None,
) -> Response[Any]:
    """The workspace's campaigns, newest first; all members see all of them."""
    wanted = _statuses(status)
    before = read_cursor(cursor, (int, str))

    def look(tx: Connection) -> CampaignList:
        found = queries.campaigns(
            tx,
            workspace_id=principal.workspace_id,
            statuses=wanted,
            text=q,
            limit=limit,
            before=(before[0], before[1]) if before else None,
        )
        body = CampaignList(data=_bodies(tx, found[:limit]))
        if len(found) > limit:
            last = found[limit - 1]
            body.next_cursor = cursor_of(last.created_at, last.id)
        return body

    return json_answer(200, (await db.read(look)).model_dump_json())


def _statuses(text: str | None) -> list[CampaignStatus] | None:
    if text is None:
        return None
    try:
        return [CampaignStatus(word) for word in text.split(",")]
    except ValueError:
        known = ", ".join(CampaignStatus)
        raise InvalidRequest(
            f"status is one or more of: {known}.",
            errors=[{"field": "status", "message": "unknown"}],
        ) from None


@get(
    f"{W}/campaigns/{{campaign_id:str}}",
    opt=opens(Scope.CAMPAIGNS_READ, extension=True),
    responses={200: ResponseSpec(CampaignBody, description="As it is")},
    tags=_TAGS,
)
async def get_campaign(
    campaign_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """One campaign."""

    def look(tx: Connection) -> tuple[CampaignBody, str]:
        found = actions.campaign_named(
            tx, workspace_id=principal.workspace_id, campaign_id=campaign_id
        )
        return campaign_answer(tx, found), version_tag(found.version)

    body, tag = await db.read(look)
    return json_answer(200, body.model_dump_json(), {"ETag": tag})


@patch(
    f"{W}/campaigns/{{campaign_id:str}}",
    opt=opens(Scope.CAMPAIGNS_WRITE, role=WorkspaceRole.MEMBER),
    responses={200: ResponseSpec(CampaignBody, description="As it is now")},
    tags=_TAGS,
)
async def change_campaign(
    campaign_id: FromPath[str],
    data: JSONBody[ChangeCampaign],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Change a campaign's name, goal or owner; If-Match names the version that was read."""

    def do(tx: Connection) -> tuple[CampaignBody, str]:
        found = actions.campaign_named(
            tx, workspace_id=principal.workspace_id, campaign_id=campaign_id
        )
        check_version(request, found.version)
        if found.owner_id != principal.member_id and not at_least(
            principal.role, WorkspaceRole.MANAGER
        ):
            raise Forbidden("Only its owner or a manager can change this campaign.")
        if data.owner_id is not None:
            known_member(tx, principal.workspace_id, data.owner_id)
        changed = actions.change_campaign(
            tx,
            found,
            version=found.version,
            values=data.model_dump(exclude_unset=True, exclude_none=True),
            now=now,
        )
        return campaign_answer(tx, changed), version_tag(changed.version)

    body, tag = await db.write(do, lane=principal.workspace_id)
    return json_answer(200, body.model_dump_json(), {"ETag": tag})


@get(
    f"{W}/campaigns/{{campaign_id:str}}/enrollments",
    opt=opens(Scope.CAMPAIGNS_READ, extension=True),
    responses={200: ResponseSpec(EnrollmentList, description="Newest first")},
    tags=_TAGS,
)
async def list_enrollments(
    campaign_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[Any]:
    """Who is, or was, in a campaign, newest first."""
    before = read_cursor(cursor, (int, str))

    def look(tx: Connection) -> EnrollmentList:
        actions.campaign_named(tx, workspace_id=principal.workspace_id, campaign_id=campaign_id)
        found = queries.enrollments(
            tx,
            workspace_id=principal.workspace_id,
            campaign_id=campaign_id,
            limit=limit,
            before=(before[0], before[1]) if before else None,
        )
        body = EnrollmentList(
            data=[
                EnrollmentBody(
                    id=each.id,
                    campaign_id=each.campaign_id,
                    contact_id=each.contact_id,
                    status=each.status,
                    attempt=each.attempt,
                    source=each.source,
                    enrolled_by=each.enrolled_by,
                    enrolled_at=render(each.enrolled_at),
                    last_activity_at=render(each.last_activity_at),
                    outcome=each.outcome,
                )
                for each in found[:limit]
            ]
        )
        if len(found) > limit:
            last = found[limit - 1]
            body.next_cursor = cursor_of(last.enrolled_at, last.id)
        return body

    return json_answer(200, (await db.read(look)).model_dump_json())


ROUTES = [create_campaign, list_campaigns, get_campaign, change_campaign, list_enrollments]
