"""What asking about a contact would cost now: the policy's prices, and what is free again."""

from sqlalchemy import Connection

from backend.analyses.findings import Findings, Found
from backend.credits.policy import Action
from backend.credits.policy_files.policy_format import ChargeWhen
from backend.flows.scene import empty_scene
from backend.idempotency import fingerprint
from backend.instants import Instant
from backend.workspaces.principal import Principal
from shared_schemas.vocabulary import EnrichAction, EnrichmentStatus

_WITHOUT_INPUTS = fingerprint("inputs", {})


def free_again(
    findings: Findings, place: tuple[str, str], action: Action, name: str, asked: str
) -> Found | None:
    """What asking (its inputs hashed as `asked`) gets for nothing: a live run, or a fresh answer.

    A paid answer is free again unless the asking itself is what the policy sells.
    """
    running = findings.running(place, name, asked)
    if running is not None and not findings.is_dead(running):
        return running
    sold_by_asking = action.charge_when is ChargeWhen.REQUESTED
    return None if sold_by_asking else findings.fresh(place, name, asked)


def costs_of(
    tx: Connection, principal: Principal, contact_id: str, now: Instant
) -> dict[str, dict[str, int | str | None]]:
    """Of each action that the policy sells, what it costs this member for this contact at most.

    As `enrich` decides it for one asked without inputs.
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
        known = free_again(findings, place, action, name.value, _WITHOUT_INPUTS)
        if known is None:
            costs[name.value] = {"cost": action.cost, "reason": None}
        else:
            joins = known.status is EnrichmentStatus.RUNNING
            reason = "joined_running_enrichment" if joins else "already_enriched"
            costs[name.value] = {"cost": 0, "reason": reason}
    return costs
