"""What would help whoever lacks credits: waiting, a larger plan, buying, asking.

`href` is the address of the API that does it; `page` the one where a person can.
"""

from typing import Any

from backend.credits.paying.purchasing import buyer_of
from backend.credits.policy import Policy
from backend.credits.rules.state import Pool
from backend.instants import render_or_none as rendered
from backend.workspaces.policy import at_least
from shared_schemas.vocabulary import WorkspaceRole

PAGE = "/console#/credits"


def next_refill(pool: Pool, policy: Policy) -> str | None:
    """When new credits come; None under a plan that gives none, and after a cancellation."""
    grants = policy.allotment(pool.plan, pool.seats) > 0 and not pool.cancelled
    return rendered(pool.cycle_end_at) if grants else None


def when_exhausted(
    pool: Pool, policy: Policy, workspace_id: str, role: WorkspaceRole
) -> list[dict[str, Any]]:
    """The ways that the policy names, without those that are closed to this pool.

    Whoever may neither change the plan nor buy can ask those who may, with a `request`.
    """
    base = f"/v1/workspaces/{workspace_id}"
    refill = next_refill(pool, policy)
    ways: dict[str, dict[str, Any]] = {}
    if refill is not None:
        ways["wait"] = {"at": refill}
    if not pool.cancelled:
        if _has_larger_plan(pool, policy):
            ways["upgrade"] = {"href": f"{base}/subscription", "page": PAGE, "roles": _ADMINS}
        if policy.topup is not None and buyer_of(role) in policy.topup.roles:
            roles = [each.value for each in policy.topup.roles]
            ways["buy"] = {"href": f"{base}/purchases", "page": PAGE, "roles": roles}
    named = [{"kind": kind.value, **ways[kind]} for kind in policy.on_exhausted if kind in ways]
    asks = not at_least(role, WorkspaceRole.ADMIN) and "buy" not in ways and not pool.cancelled
    return [*named, _request(workspace_id)] if asks else named


_ADMINS = [WorkspaceRole.OWNER.value, WorkspaceRole.ADMIN.value]


def _has_larger_plan(pool: Pool, policy: Policy) -> bool:
    now = policy.allotment(pool.plan, pool.seats)
    return any(policy.allotment(plan, pool.seats) > now for plan in policy.plans)


def when_capped(pool: Pool, workspace_id: str) -> list[dict[str, Any]]:
    """A cap begins anew with the cycle; before that a manager can raise it."""
    return [
        {"kind": "wait", "at": rendered(pool.cycle_end_at)},
        _request(workspace_id),
    ]


def _request(workspace_id: str) -> dict[str, Any]:
    href = f"/v1/workspaces/{workspace_id}/credit-requests"
    return {"kind": "request", "href": href, "page": PAGE}
