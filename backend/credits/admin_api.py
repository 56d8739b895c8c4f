"""Routes about credit policies: which there are, and what one's own use would cost under each."""

import asyncio
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from backend.credits.policy import (
    Plan,
    Policy,
    PolicyError,
    Topup,
    builtin_policies,
    own_policies,
)
from backend.credits.policy_files.policy_format import Anchor
from backend.credits.policy_files.policy_format import Scope as PolicyScope
from backend.credits.queries import policies_in_use
from backend.credits.simulator import replay_queries
from backend.credits.simulator.replay import (
    WORKSPACE,
    Month,
    Outcome,
    Terms,
    Used,
    months_between,
    replay,
)
from backend.credits.simulator.replay_queries import History
from backend.credits.simulator.simulation import AMOUNTS
from backend.database import Database
from backend.errors import InvalidRequest, NotFound
from backend.http import json_answer
from backend.instants import Instant, render
from backend.settings import Settings
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.policies import (
    ActionBody,
    AskSimulation,
    EarmarkBody,
    NotCovered,
    PackBody,
    PlanBody,
    PolicyBody,
    PolicyFault,
    PolicyList,
    PolicyText,
    RefundBody,
    SimulatedMonth,
    SimulationBody,
    TopupBody,
)
from shared_schemas.vocabulary import Scope, WorkspaceRole

PAGE = 2_000
MOST_LINES = 200_000


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


@post(
    "/v1/workspaces/{workspace_id:str}/simulations",
    status_code=200,
    opt=opens(Scope.CREDITS_READ, role=WorkspaceRole.MANAGER),
    responses={200: ResponseSpec(SimulationBody, description="What it would have cost")},
    tags=["Credits"],
)
async def simulate(
    data: JSONBody[AskSimulation],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """What the workspace's own last months would have cost under a policy; nothing is stored."""
    policy, plan = await _chosen(data, principal, db, settings)
    months = int(data.window.removesuffix("m"))
    of = await db.read(
        lambda tx: replay_queries.history(tx, principal.workspace_id, months=months, now=now)
    )
    used = await _used(db, of)
    actual = await db.read(lambda tx: replay_queries.actual(tx, of))
    shared = policy.scope is PolicyScope.WORKSPACE
    terms = Terms(
        policy,
        plan,
        data.seats or of.seats,
        of.zone,
        of.anchor_day if policy.anchor is Anchor.BILLING_DATE else None,
        {WORKSPACE: of.start} if shared else of.members,
    )
    # Arithmetic for as long as a second or two: not in the loop that serves the others.
    outcome = await asyncio.to_thread(replay, terms, used, of.end)
    return json_answer(200, _simulation(terms, of, outcome, actual).model_dump_json())


async def _chosen(
    data: AskSimulation, principal: Principal, db: Database, settings: Settings
) -> tuple[Policy, str]:
    rows, _ = await _policies(principal, db, settings)
    named = [policy for _, policy in rows if data.policy in (policy.id, policy.name)]
    if not named:
        known = ", ".join(policy.id for _, policy in rows)
        raise InvalidRequest(
            "There is no such policy.",
            errors=[{"field": "policy", "message": f"is unknown; there are: {known}"}],
        )
    policy = max(named, key=lambda each: each.version)
    plan = data.plan or next(iter(policy.plans))
    if plan not in policy.plans:
        raise InvalidRequest(
            f"{policy.id} has no such plan.",
            errors=[{"field": "plan", "message": f"one of: {', '.join(policy.plans)}"}],
        )
    return policy, plan


async def _used(db: Database, of: History) -> list[Used]:
    """What the journal tells of use, read in pages so that no look is a long one."""
    used: list[Used] = []
    after = None
    while True:
        look = partial(replay_queries.used_lines, of=of, after=after, limit=PAGE)
        page, after = await db.read(look)
        used += page
        if len(used) > MOST_LINES:
            raise InvalidRequest(
                f"These months have more than {MOST_LINES:,} lines: ask for fewer.",
                errors=[{"field": "window", "message": "is too long for this journal"}],
            )
        if after is None:
            return used


def _simulation(
    terms: Terms, of: History, outcome: Outcome, actual: dict[str, int]
) -> SimulationBody:
    price = terms.policy.plans[terms.plan].price_cents
    names = months_between(of.start, of.end, of.zone)
    months = [(name, outcome.months.get(name, Month())) for name in names]
    return SimulationBody(
        policy=terms.policy.id,
        plan=terms.plan,
        seats=terms.seats,
        start=render(of.start),
        end=render(of.end),
        pools=outcome.pools,
        uses=outcome.uses,
        **{name: outcome.totals[name] for name in AMOUNTS},
        left=outcome.left,
        refused=outcome.refused,
        missing=outcome.missing,
        locked_out=sorted(day for _, month in months for day in month.locked_out),
        not_covered=[
            NotCovered(action=action, uses=uses)
            for action, uses in sorted(outcome.not_covered.items())
        ],
        months=[
            SimulatedMonth(
                month=name,
                **{amount: month.amounts[amount] for amount in AMOUNTS},
                locked_out_days=len(month.locked_out),
            )
            for name, month in months
        ],
        plan_cents=None if price is None else price * outcome.cycles,
        actual=actual,
    )


async def _known(
    principal: Principal, db: Database, settings: Settings
) -> tuple[list[PolicyText], list[PolicyError]]:
    """The bodies of all policies, and what is wrong with files that hold none."""
    in_use = await db.read(lambda tx: policies_in_use(tx, principal.workspace_id))
    used = {policy.id for policy in in_use}
    rows, faults = await _policies(principal, db, settings)
    return [_body(policy, origin, policy.id in used) for origin, policy in rows], faults


async def _policies(
    principal: Principal, db: Database, settings: Settings
) -> tuple[list[tuple[str, Policy]], list[PolicyError]]:
    """The program's policies, one's own, and those that only the database still has."""
    in_use = await db.read(lambda tx: policies_in_use(tx, principal.workspace_id))
    own, faults = await asyncio.to_thread(own_policies, [settings.data_dir / "policies"])
    found = {policy.id: ("stored", policy) for policy in in_use}
    found |= {policy.id: ("own", policy) for policy in own}
    found |= {policy.id: ("builtin", policy) for policy in builtin_policies().values()}
    order = ("builtin", "own", "stored")
    return sorted(found.values(), key=lambda row: (order.index(row[0]), row[1].id)), faults


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


ROUTES = [list_policies, get_policy, simulate]
