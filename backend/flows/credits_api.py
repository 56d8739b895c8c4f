"""Routes about credits that need several domains: quotes."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from backend.database import Database
from backend.flows.bodies import render_bulk
from backend.flows.calls import Call
from backend.flows.intake import acting_member, item_of
from backend.flows.quote import Ask, quote
from backend.http import json_answer
from backend.settings import Settings
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.quotes import AskQuote, QuoteBody
from shared_schemas.vocabulary import Scope

W = "/v1/workspaces/{workspace_id:str}"


@post(
    f"{W}/quotes",
    status_code=200,
    opt=opens(Scope.CONTACTS_READ, extension=True),
    responses={200: ResponseSpec(QuoteBody, description="What it would cost, item by item")},
    tags=["Credits"],
)
async def ask_quote(
    data: JSONBody[AskQuote],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """What analysing or enrolling a list would cost; nothing is spent, nothing is created."""
    items = tuple(
        item_of(
            settings,
            ref=each.ref or str(place),
            url=each.url,
            identifiers=each.identifiers,
            contact_id=each.contact_id,
            page=each.page,
        )
        for place, each in enumerate(data.items, 1)
    )
    call = Call(
        principal.workspace_id,
        await acting_member(db, principal, data.member_id),
        "api",
        items,
        render_bulk,
        campaign_id=data.campaign_id,
    )
    body = await db.look_together(quote, Ask(call, data.action == "enroll"))
    return json_answer(200, body.model_dump_json(exclude_none=False))


ROUTES = [ask_quote]
