"""What asking about a contact would cost now: the policy's prices, and what is free again."""

from sqlalchemy import Connection

from backend.analyses.findings import Findings
from backend.credits.policy_files.policy_format import ChargeWhen
from backend.flows.scene import empty_scene
from backend.idempotency import fingerprint
from backend.instants import Instant
from backend.workspaces.principal import Principal
from shared_schemas.vocabulary import EnrichAction

_WITHOUT_INPUTS = fingerprint("inputs", {})


def costs_of(
    tx: Connection, principal: Principal, contact_id: str, now: Instant
) -> dict[str, dict[str, int | str | None]]:
    """Of each action that the policy sells, what it costs this member for this contact at most.

    As `enrich` decides it for one asked without inputs: joining a run is free, and so is an
    answer that was paid for and is still fresh, unless the asking itself is what is sold.
    """
    place = (principal.workspace_id, contact_id)
    scene = empty_scene(tx, now)
    scene.books.load(tx, {(principal.workspace_id, principal.member_id)}, locked=False)
    _, policy = scene.books.account(principal.workspace_id, principal.member_id)
    findings = Findings(now)
    findings.load(tx, [place])
    costs: dict[str, dict[str, int | str | None]] = {}
    for name in EnrichAction:
        action = policy.actions.get(name.value)
        if action is None:
            continue
        running = findings.running(place, name.value, _WITHOUT_INPUTS)
        fresh = findings.fresh(place, name.value, _WITHOUT_INPUTS)
        cost: int = action.cost
        reason = None
        if running is not None and not findings.is_dead(running):
            cost, reason = 0, "joined_running_enrichment"
        elif fresh is not None and action.charge_when is not ChargeWhen.REQUESTED:
            cost, reason = 0, "already_enriched"
        costs[name.value] = {"cost": cost, "reason": reason}
    return costs
