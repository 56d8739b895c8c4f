"""Routes of campaigns' states and of what is read across domains: receipts and contacts."""

import json
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection

from backend.campaigns import actions as campaigns
from backend.campaigns.api import campaign_answer
from backend.campaigns.policy import CAMPAIGN_ACTIONS
from backend.contacts import queries as contacts
from backend.database import Database
from backend.errors import NotFound
from backend.flows import receipts, transitions
from backend.http import Limit, Search, cursor_of, json_answer, read_cursor
from backend.instants import Instant
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.campaigns import CampaignAction, CampaignBody
from shared_schemas.contacts import ContactBody, ContactList
from shared_schemas.credits import ReceiptBody
from shared_schemas.vocabulary import Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"


# --- campaigns' states --------------------------------------------------------------------


@post(
    f"{W}/campaigns/{{campaign_id:str}}/actions/{{action:str}}",
    opt={
        **opens(Scope.CAMPAIGNS_WRITE, role=WorkspaceRole.MEMBER),
        "optional_body": True,
    },
    status_code=200,
    responses={200: ResponseSpec(CampaignBody, description="As it is now")},
    tags=["Campaigns"],
)
async def act_on_campaign(
    campaign_id: FromPath[str],
    action: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    data: JSONBody[CampaignAction | None] = None,
) -> Response[Any]:
    """Launch, pause, resume, complete, archive or reopen a campaign."""
    if action not in CAMPAIGN_ACTIONS:
        raise NotFound(f"There is no action {action[:40]!r}.")
    options = data or CampaignAction()

    def do(tx: Connection) -> dict[str, Any]:
        done = transitions.act_on_campaign(
            tx,
            principal,
            campaign_id=campaign_id,
            action=action,
            on_conflict=options.on_conflict,
            dry_run=options.dry_run,
            now=now,
        )
        body: dict[str, Any] = json.loads(campaign_answer(tx, done.campaign).model_dump_json())
        if options.dry_run or done.conflicts:
            body["conflicts"] = done.conflicts[: transitions.MOST_CONFLICTS]
            body["total"] = len(done.conflicts)
        return body

    body = await db.write(do, lane=principal.workspace_id)
    return json_answer(200, json.dumps(body, ensure_ascii=False))


@get(
    f"{W}/campaigns/{{campaign_id:str}}/conflicts",
    opt=opens(Scope.CAMPAIGNS_READ),
    tags=["Campaigns"],
)
async def list_conflicts(
    campaign_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """Whom of this campaign another ongoing one holds."""

    def look(tx: Connection) -> list[dict[str, Any]]:
        found = campaigns.campaign_named(
            tx, workspace_id=principal.workspace_id, campaign_id=campaign_id
        )
        return transitions.conflicts_of(tx, found)

    rows = await db.read(look)
    return json_answer(200, json.dumps({"data": rows}, ensure_ascii=False))


# --- receipts, contacts, suppressions -----------------------------------------------------


@get(
    f"{W}/receipts/{{receipt_id:str}}",
    opt=opens(Scope.CREDITS_READ),
    responses={200: ResponseSpec(ReceiptBody, description="What, why, who, which lots")},
    tags=["Credits"],
)
async def get_receipt(
    receipt_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """Why something was, or was not, charged."""
    body = await db.read(
        lambda tx: receipts.receipt_body(
            tx, workspace_id=principal.workspace_id, receipt_id=receipt_id
        )
    )
    return json_answer(200, body.model_dump_json())


@get(
    f"{W}/contacts",
    opt=opens(Scope.CONTACTS_READ),
    responses={200: ResponseSpec(ContactList, description="Newest first")},
    tags=["Contacts"],
)
async def list_contacts(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
    q: Search = None,
) -> Response[Any]:
    """The contacts of the workspace, newest first."""
    before = read_cursor(cursor, (int, str))

    def look(tx: Connection) -> ContactList:
        rows = contacts.contacts_page(
            tx,
            workspace_id=principal.workspace_id,
            text=q,
            limit=limit,
            before=(before[0], before[1]) if before else None,
        )
        body = ContactList(data=receipts.contact_bodies(tx, rows[:limit]))
        if len(rows) > limit:
            body.next_cursor = cursor_of(rows[limit - 1].created_at, rows[limit - 1].id)
        return body

    return json_answer(200, (await db.read(look)).model_dump_json())


@get(
    f"{W}/contacts/{{contact_id:str}}",
    opt=opens(Scope.CONTACTS_READ),
    responses={200: ResponseSpec(ContactBody, description="As known")},
    tags=["Contacts"],
)
async def get_contact(
    contact_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """One contact."""
    body = await db.read(
        lambda tx: receipts.contact_body(
            tx, workspace_id=principal.workspace_id, contact_id=contact_id
        )
    )
    return json_answer(200, body.model_dump_json())


ROUTES = [act_on_campaign, list_conflicts, get_receipt, list_contacts, get_contact]
