"""Routes of the subscription and the trial."""

from typing import Any

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from sqlalchemy import Connection

from backend.credits.paying import subscription as terms
from backend.credits.paying.subscription import Change, Changed, Subscription
from backend.credits.rules.state import Cancel, ChangePlan, ChangeSeats
from backend.database import Database
from backend.http import check_tag, json_answer
from backend.instants import Instant, render
from backend.workspaces.actions import note
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.purchases import (
    BeginTrial,
    CancelSubscription,
    ChangeSubscription,
    EffectBody,
    PreviewBody,
    PreviewSubscription,
    SubscriptionBody,
    TrialBody,
)
from shared_schemas.vocabulary import Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"
_TAGS = ["Subscription"]
_ADMIN = opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN)


@get(
    f"{W}/subscription",
    opt=opens(Scope.WORKSPACE_READ),
    responses={200: ResponseSpec(SubscriptionBody, description="The ETag is for a change")},
    tags=_TAGS,
)
async def get_subscription(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Plan, seats, cycle, and what waits for the end of the cycle."""
    found = await db.read(lambda tx: terms.subscription_of(tx, principal.workspace_id, now))
    return _answer(found)


@put(
    f"{W}/subscription",
    opt=_ADMIN,
    responses={200: ResponseSpec(SubscriptionBody, description="As it is now")},
    tags=_TAGS,
)
async def change_subscription(
    data: JSONBody[ChangeSubscription],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Another plan, other seats; If-Match names the subscription that the change was made from."""
    changes = _changes(data.plan, data.seats)

    def do(tx: Connection) -> Changed:
        known = terms.subscription_of(tx, principal.workspace_id, now)
        check_tag(request, known.tag)
        done = terms.change(tx, principal.workspace_id, changes, now, store=True)
        _note(tx, principal, "subscription.changed", now, plan=data.plan, seats=data.seats)
        return done

    return _answer((await db.write(do, lane=principal.workspace_id)).subscription)


@post(
    f"{W}/subscription/preview",
    status_code=200,
    opt=_ADMIN,
    responses={200: ResponseSpec(PreviewBody, description="What would be; nothing is stored")},
    tags=_TAGS,
)
async def preview_subscription(
    data: JSONBody[PreviewSubscription],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """What a change would grant and take, in credits, and when; the same code as the change."""
    changes = [Cancel()] if data.cancel else _changes(data.plan, data.seats)
    found = await db.read(
        lambda tx: terms.change(tx, principal.workspace_id, changes, now, store=False)
    )
    return json_answer(200, _preview(found).model_dump_json())


@post(
    f"{W}/subscription/cancel",
    status_code=200,
    opt={**_ADMIN, "optional_body": True},
    responses={200: ResponseSpec(PreviewBody, description="Cancelled, and what that took")},
    tags=_TAGS,
)
async def cancel_subscription(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    data: JSONBody[CancelSubscription | None] = None,
) -> Response[Any]:
    """End the subscription now; what its policy takes is forfeited at once."""

    def do(tx: Connection) -> Changed:
        done = terms.change(tx, principal.workspace_id, [Cancel()], now, store=True)
        reason = data.reason if data else None
        _note(tx, principal, "subscription.cancelled", now, reason=reason)
        return done

    done = await db.write(do, lane=principal.workspace_id)
    return json_answer(200, _preview(done).model_dump_json())


@post(
    f"{W}/trial",
    opt={
        **opens(Scope.CREDITS_PURCHASE, role=WorkspaceRole.ADMIN),
        "optional_body": True,
    },
    responses={201: ResponseSpec(TrialBody, description="The trial's credits are there")},
    tags=_TAGS,
)
async def start_trial(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    data: JSONBody[BeginTrial | None] = None,
) -> Response[Any]:
    """The trial of the policy, if it has one: once ever."""

    def do(tx: Connection) -> TrialBody:
        booked = terms.start_trial(tx, principal.workspace_id, principal.member_id, now)
        _note(tx, principal, "trial.started", now, credits=booked.step.granted)
        return TrialBody(
            granted=booked.step.granted,
            receipt_id=booked.receipt_id,
            available=booked.available,
        )

    body = await db.write(do, lane=principal.workspace_id)
    return json_answer(201, body.model_dump_json())


def _changes(plan: str | None, seats: int | None) -> list[Change]:
    """The plan first: what a seat brings is the new plan's to say."""
    changes: list[Change] = []
    if plan is not None:
        changes.append(ChangePlan(plan))
    if seats is not None:
        changes.append(ChangeSeats(seats))
    return changes


def _note(tx: Connection, principal: Principal, action: str, now: Instant, **details: Any) -> None:
    note(
        tx,
        workspace_id=principal.workspace_id,
        member_id=principal.member_id,
        action=action,
        subject=principal.workspace_id,
        now=now,
        **details,
    )


def _body(found: Subscription) -> SubscriptionBody:
    pool = found.pool
    return SubscriptionBody(
        policy=found.policy.id,
        plan=pool.plan,
        seats=pool.seats,
        allotment=0 if pool.cancelled else found.policy.allotment(pool.plan, pool.seats),
        cycle_start=render(pool.cycle_start_at),
        cycle_end=render(pool.cycle_end_at),
        pending_plan=pool.pending_plan,
        pending_seats=pool.pending_seats,
        cancelled=pool.cancelled,
        pools=found.pools,
    )


def _answer(found: Subscription) -> Response[Any]:
    return json_answer(200, _body(found).model_dump_json(), {"ETag": found.tag})


def _preview(found: Changed) -> PreviewBody:
    effects = [
        EffectBody(
            change=each.change,
            when="end_of_cycle" if each.waits else "now",
            at=render(each.at),
            granted=each.granted,
            forfeited=each.forfeited,
            expired=each.expired,
        )
        for each in found.effects
    ]
    return PreviewBody(
        effects=effects,
        granted=sum(each.granted for each in effects),
        forfeited=sum(each.forfeited for each in effects),
        expired=sum(each.expired for each in effects),
        available_before=found.available_before,
        available_after=found.available_after,
        subscription=_body(found.subscription),
    )


ROUTES = [
    get_subscription,
    change_subscription,
    preview_subscription,
    cancel_subscription,
    start_trial,
]
