"""Routes about credits that need several domains: quotes and the usage report."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, JSONBody

from backend.credits.api import settled, whose_pool
from backend.credits.usage import GROUPS, MOST_MONTHS
from backend.database import Database
from backend.errors import InvalidRequest
from backend.flows.bodies import render_bulk
from backend.flows.calls import Call
from backend.flows.intake import acting_member, item_of
from backend.flows.quote import Ask, quote
from backend.flows.usage import usage_report
from backend.http import Search, json_answer
from backend.instants import Instant
from backend.settings import Settings
from backend.workspaces.guards import opens
from backend.workspaces.policy import at_least
from backend.workspaces.principal import Principal
from shared_schemas.credits import UsageBody
from shared_schemas.quotes import AskQuote, QuoteBody
from shared_schemas.vocabulary import Scope, WorkspaceRole

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
        principal.role,
        "api",
        items,
        render_bulk,
        campaign_id=data.campaign_id,
    )
    body = await db.look_together(quote, Ask(call, data.action == "enroll"))
    return json_answer(200, body.model_dump_json(exclude_none=False))


@get(
    f"{W}/usage",
    opt=opens(Scope.CREDITS_READ),
    responses={200: ResponseSpec(UsageBody, description="Month by month")},
    tags=["Credits"],
)
async def get_usage(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    window: Search = None,
    group_by: Search = None,
    member_id: FromQuery[str | None] = None,
) -> Response[Any]:
    """What was used, month by month. Members see their own use, managers and above everybody's.

    `window` is a number of calendar months such as `12m`, the current one among them; `group_by`
    names member, action, source or campaign, or several with commas.
    """
    sees_all = at_least(principal.role, WorkspaceRole.MANAGER)
    whose = await whose_pool(db, principal, member_id) if member_id or not sees_all else None
    months, groups = _months(window), _groups(group_by)
    await settled(db, principal.workspace_id, now)
    body = await db.read(
        lambda tx: usage_report(
            tx,
            workspace_id=principal.workspace_id,
            member_id=whose,
            reader_id=principal.member_id,
            months=months,
            group_by=groups,
            now=now,
        )
    )
    return json_answer(200, body.model_dump_json(exclude_unset=True))


def _months(window: str | None) -> int:
    """How many calendar months a window such as `12m` has."""
    found = re.fullmatch(r"([1-9][0-9]?)m", "12m" if window is None else window)
    if found is None or int(found[1]) > MOST_MONTHS:
        raise InvalidRequest(
            f"A window is a number of months from 1m to {MOST_MONTHS}m.",
            errors=[{"field": "window", "message": "not a window"}],
        )
    return int(found[1])


def _groups(group_by: str | None) -> list[str]:
    """The names to group by, each once."""
    groups = group_by.split(",") if group_by else []
    if not set(groups) <= GROUPS.keys() or len(groups) != len(set(groups)):
        raise InvalidRequest(
            f"Group by {', '.join(GROUPS)}, each at most once, with commas between them.",
            errors=[{"field": "group_by", "message": "unknown"}],
        )
    return groups


ROUTES = [ask_quote, get_usage]
