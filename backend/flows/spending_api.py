"""Routes of metered actions: charges, holds, and what is reported about a contact."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from backend.credits.errors import UseAnalyses
from backend.credits.ledger import PAID_ANALYSIS
from backend.credits.rules.state import Capture, Charge, PlaceHold, Release
from backend.database import Database
from backend.flows.bodies import spent, text_of
from backend.flows.replies import Replied, report_replies
from backend.flows.spending import Spend, spend
from backend.http import json_answer
from backend.ids import new_id
from backend.instants import SECOND, Instant
from backend.settings import Settings
from backend.workspaces.callers import acting_member, keyed_of
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.spending import (
    CaptureHold,
    ContactEvent,
    ContactEventBody,
    HoldBody,
    NewCharge,
    NewHold,
    SpentBody,
)
from shared_schemas.vocabulary import Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"
_TAGS = ["Metered actions"]


@post(
    f"{W}/charges",
    status_code=200,
    opt=opens(Scope.ANALYSES_WRITE, role=WorkspaceRole.MEMBER, extension=True, spends=True),
    responses={200: ResponseSpec(SpentBody, description="Charged, or free and why")},
    tags=_TAGS,
)
async def charge(
    data: JSONBody[NewCharge],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """Pay for something metered, unless the policy has a reason to charge nothing."""
    _check_action(data)
    command = Charge(
        data.action,
        data.quantity,
        data.contact_id,
        data.thread,
        data.facts.relation,
        data.facts.open_profile,
    )
    return await _spend(request, principal, db, command, data)


@post(
    f"{W}/holds",
    opt=opens(Scope.ANALYSES_WRITE, role=WorkspaceRole.MEMBER, spends=True),
    responses={201: ResponseSpec(HoldBody, description="Set aside; 200 where it is free")},
    tags=_TAGS,
)
async def place_hold(
    data: JSONBody[NewHold],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Set credits aside for work that begins now; what is not captured in time comes back."""
    _check_action(data)
    command = PlaceHold(
        new_id("hol", now),
        data.action,
        data.quantity,
        data.contact_id,
        data.thread,
        data.facts.relation,
        data.facts.open_profile,
        now + int(settings.hold_seconds * SECOND),
    )
    return await _spend(request, principal, db, command, data)


@post(
    f"{W}/holds/{{hold_id:str}}/capture",
    status_code=200,
    opt={
        **opens(Scope.ANALYSES_WRITE, role=WorkspaceRole.MEMBER, spends=True),
        "optional_body": True,
    },
    responses={200: ResponseSpec(SpentBody, description="Paid; the rest is back in its lots")},
    tags=_TAGS,
)
async def capture_hold(
    hold_id: FromPath[str],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[CaptureHold | None] = None,
) -> Response[Any]:
    """Spend a hold, or only the first `quantity` units of it."""
    command = Capture(hold_id, data.quantity if data else None)
    return await _spend(request, principal, db, command)


@post(
    f"{W}/holds/{{hold_id:str}}/release",
    status_code=200,
    opt={**opens(Scope.ANALYSES_WRITE, role=WorkspaceRole.MEMBER), "optional_body": True},
    responses={200: ResponseSpec(SpentBody, description="Given back, charged 0")},
    tags=_TAGS,
)
async def release_hold(
    hold_id: FromPath[str],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """Give a hold back to its own lots."""
    return await _spend(request, principal, db, Release(hold_id))


@post(
    f"{W}/contacts/{{contact_id:str}}/events",
    status_code=200,
    opt=opens(Scope.CONTACTS_WRITE, role=WorkspaceRole.MEMBER, extension=True),
    responses={200: ResponseSpec(ContactEventBody, description="What came back, if anything")},
    tags=["Contacts"],
)
async def report_event(
    contact_id: FromPath[str],
    data: JSONBody[ContactEvent],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """A contact answered: the policy may give the credit of the message back, once a thread."""
    ask = Replied(
        principal.workspace_id, principal.member_id, contact_id, data.thread, data.message_id
    )
    answer = await db.together(principal.workspace_id, report_replies, ask)
    return json_answer(200, text_of(answer))


def _check_action(data: NewCharge) -> None:
    if data.action == PAID_ANALYSIS:
        raise UseAnalyses(
            "An analysis is paid for where it is made: POST to /analyses. Nothing was charged.",
            charged=0,
        )


async def _spend(
    request: Request[Any, Any, Any],
    principal: Principal,
    db: Database,
    command: Charge | PlaceHold | Capture | Release,
    data: NewCharge | None = None,
) -> Response[Any]:
    member_id = await acting_member(db, principal, data.member_id if data else None)
    ask = Spend(
        principal.workspace_id,
        member_id,
        principal.role,
        command,
        keyed_of(request, principal, await request.json()),
        data.source.value if data else "api",
    )
    return spent(await db.together(principal.workspace_id, spend, ask))


ROUTES = [charge, place_hold, capture_hold, release_hold, report_event]
