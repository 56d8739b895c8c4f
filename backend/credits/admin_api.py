"""Routes that show credit policies: those of the program, one's own, and those in use."""

import asyncio
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from backend.credits.policy import (
    Plan,
    Policy,
    PolicyError,
    Topup,
    builtin_policies,
    own_policies,
)
from backend.credits.queries import policies_in_use
from backend.database import Database
from backend.errors import NotFound
from backend.http import json_answer
from backend.settings import Settings
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.policies import (
    ActionBody,
    EarmarkBody,
    PackBody,
    PlanBody,
    PolicyBody,
    PolicyFault,
    PolicyList,
    PolicyText,
    RefundBody,
    TopupBody,
)
from shared_schemas.vocabulary import Scope


@get(
    "/v1/policies",
    opt=opens(Scope.WORKSPACE_READ),
    responses={200: ResponseSpec(PolicyList, description="Built-in ones first")},
    tags=["Credits"],
)
async def list_policies(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Every policy that a workspace can have; one's own lie in `policies/` of the data folder."""
    bodies, faults = await _known(principal, db, settings)
    body = PolicyList(
        data=[PolicyBody.model_validate(each.model_dump()) for each in bodies],
        faults=[
            PolicyFault(file=fault.name, line=line, message=message)
            for fault in faults
            for line, message in fault.problems
        ],
    )
    return json_answer(200, body.model_dump_json())


@get(
    "/v1/policies/{policy_id:str}",
    opt=opens(Scope.WORKSPACE_READ),
    responses={200: ResponseSpec(PolicyText, description="With its file")},
    tags=["Credits"],
)
async def get_policy(
    policy_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """One policy by `name@version`, or the newest of that name, with its file."""
    bodies, _ = await _known(principal, db, settings)
    named = [each for each in bodies if policy_id in (each.id, each.name)]
    if not named:
        raise NotFound("There is no such policy.")
    return json_answer(200, max(named, key=lambda each: each.version).model_dump_json())


async def _known(
    principal: Principal, db: Database, settings: Settings
) -> tuple[list[PolicyText], list[PolicyError]]:
    """The program's policies, one's own, and those that only the database still has."""
    in_use = await db.read(lambda tx: policies_in_use(tx, principal.workspace_id))
    own, faults = await asyncio.to_thread(own_policies, [settings.data_dir / "policies"])
    found = {policy.id: ("stored", policy) for policy in in_use}
    found |= {policy.id: ("own", policy) for policy in own}
    found |= {policy.id: ("builtin", policy) for policy in builtin_policies().values()}
    used = {policy.id for policy in in_use}
    order = ("builtin", "own", "stored")
    rows = sorted(found.values(), key=lambda row: (order.index(row[0]), row[1].id))
    return [_body(policy, origin, policy.id in used) for origin, policy in rows], faults


def _body(policy: Policy, origin: str, in_use: bool) -> PolicyText:
    refund = policy.refund
    return PolicyText(
        id=policy.id,
        name=policy.name,
        version=policy.version,
        title=policy.title,
        effective_from=policy.effective_from.isoformat(),
        first=policy.first,
        origin=origin,
        in_use=in_use,
        scope=policy.scope.value,
        per_seat=policy.per_seat,
        anchor=policy.anchor.value,
        timezone=policy.timezone,
        rollover=policy.rollover.value,
        rollover_days=policy.rollover_days,
        cap_multiple=policy.cap_multiple,
        spend_order=[
            each.value
            for each in sorted(policy.spend_rank, key=lambda each: policy.spend_rank[each])
        ],
        plans=[_plan(policy, plan) for plan in policy.plans.values()],
        actions=[
            ActionBody(
                name=action.name,
                cost=action.cost,
                unit=action.unit,
                charge_when=action.charge_when.value,
                free_if=[fact.value for fact in action.free_if],
                once_per_contact=action.once_per_contact,
                opens_thread=action.opens_thread,
            )
            for action in policy.actions.values()
        ],
        topup=_topup(policy.topup) if policy.topup else None,
        refund=RefundBody(
            credits=refund.credits,
            window_days=refund.window_days,
            new_lot_days=refund.new_lot_days,
        )
        if refund
        else None,
        trial_credits=policy.trial_credits,
        on_upgrade=policy.on_upgrade.value,
        on_downgrade=policy.on_downgrade.value,
        on_cancel=policy.on_cancel.value,
        on_seat_change=policy.on_seat_change.value,
        on_exhausted=[each.value for each in policy.on_exhausted],
        transfer=policy.transfer,
        member_caps=policy.member_caps,
        source=policy.source,
    )


def _plan(policy: Policy, plan: Plan) -> PlanBody:
    earmark = plan.earmark
    return PlanBody(
        name=plan.name,
        title=plan.title,
        allotment=plan.allotment,
        cap=policy.cap(plan.name, 1),
        earmark=EarmarkBody(action=earmark.action, credits=earmark.credits) if earmark else None,
        trial=plan.trial,
        price_cents=plan.price_cents,
        cents_per_credit=plan.cents_per_credit,
    )


def _topup(topup: Topup) -> TopupBody:
    return TopupBody(
        packs=[
            PackBody(
                credits=pack.credits,
                price_cents=pack.price_cents,
                cents_per_credit=pack.cents_per_credit,
            )
            for pack in topup.packs
        ],
        custom=topup.custom,
        unit_price_cents=topup.unit_price_cents,
        roles=[role.value for role in topup.roles],
        expires=topup.expires.value,
        refundable=topup.refundable,
    )


ROUTES = [list_policies, get_policy]
