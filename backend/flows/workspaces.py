"""Founding a workspace, and people joining it: members and their credits in one transaction."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select

from backend.credits import ledger
from backend.credits.journal.versions import version_row
from backend.credits.paying import subscription
from backend.credits.policy import Policy, UnknownPolicy, load_policy, parse_policy
from backend.credits.policy_files.policy_format import Scope
from backend.credits.tables import CreditPolicy
from backend.database import table_of
from backend.errors import InvalidRequest
from backend.instants import Instant
from backend.workspaces import actions as workspaces
from backend.workspaces.queries import member_of
from shared_schemas.vocabulary import WorkspaceRole

_policy = table_of(CreditPolicy)


@dataclass(frozen=True, slots=True)
class Founded:
    """A new workspace, its owner, and the secrets that are shown once."""

    workspace_id: str
    owner_id: str
    api_key: str
    sign_in_token: str


def found(
    tx: Connection,
    *,
    name: str,
    owner_email: str,
    policy: Policy,
    plan: str | None,
    seats: int,
    time_zone: str,
    now: Instant,
    owner_name: str | None = None,
) -> Founded:
    """A workspace usable at once: owner, credits, a key with all scopes, a sign-in link."""
    plan = plan or next(iter(policy.plans))
    if plan not in policy.plans:
        known = ", ".join(policy.plans)
        raise InvalidRequest(f"The policy has no plan {plan!r}; it has: {known}.", field="plan")
    store_policy(tx, policy, now)
    workspace_id = workspaces.insert_workspace(
        tx, name=name, time_zone=time_zone, policy_id=policy.id, now=now
    )
    if policy.scope is not Scope.MEMBER:
        _open(tx, workspace_id, workspace_id, policy, plan, seats, time_zone, now)
    owner_id = workspaces.insert_member(
        tx,
        workspace_id=workspace_id,
        email=owner_email,
        name=owner_name,
        role=WorkspaceRole.OWNER,
        now=now,
    )
    if policy.scope is Scope.MEMBER:
        _open(tx, workspace_id, owner_id, policy, plan, seats, time_zone, now)
    owner = member_of(tx, workspace_id, owner_id)
    assert owner is not None, "inserted above"
    key = workspaces.make_key(
        tx,
        workspace_id=workspace_id,
        member=owner,
        name="First key",
        scopes=None,
        expires_at=None,
        now=now,
    )
    token = workspaces.make_sign_in_link(tx, email=owner_email, now=now)
    workspaces.note(
        tx,
        workspace_id=workspace_id,
        member_id=owner_id,
        action="workspace.founded",
        subject=workspace_id,
        now=now,
        policy=policy.id,
        plan=plan,
    )
    return Founded(workspace_id, owner_id, key.secret, token)


def _open(
    tx: Connection,
    workspace_id: str,
    holder_id: str,
    policy: Policy,
    plan: str,
    seats: int,
    time_zone: str,
    now: Instant,
) -> None:
    ledger.open_account(
        tx,
        workspace_id=workspace_id,
        holder_id=holder_id,
        policy=policy,
        plan=plan,
        seats=seats,
        zone=time_zone,
        now=now,
    )


def store_policy(tx: Connection, policy: Policy, now: Instant) -> None:
    """Keep this version of a policy; a stored version with other rules is refused."""
    row = tx.execute(select(_policy.c.source).where(_policy.c.id == policy.id)).one_or_none()
    if row is None:
        tx.execute(insert(_policy), version_row(policy, now))
    elif parse_policy(row.source) != policy:
        raise InvalidRequest(
            f"Policy {policy.id} is stored with other rules. A version never changes:"
            " give the edited file a new version number.",
            policy=policy.id,
        )


def add_member(
    tx: Connection,
    *,
    workspace_id: str,
    email: str,
    name: str | None,
    role: WorkspaceRole,
    now: Instant,
) -> str:
    """A new member; under a policy that gives each member their own credits, with a pool."""
    terms = subscription.subscription_of(tx, workspace_id, now)
    member_id = workspaces.insert_member(
        tx, workspace_id=workspace_id, email=email, name=name, role=role, now=now
    )
    if terms.policy.scope is Scope.MEMBER:
        pool = terms.pool
        _open(tx, workspace_id, member_id, terms.policy, pool.plan, pool.seats, pool.zone, now)
        if pool.cancelled:
            subscription.leave(tx, workspace_id, member_id, now)
    return member_id


def policy_named(name: str, folder: Path) -> Policy:
    """The policy of this name or file; `folder` holds the installation's own ones."""
    try:
        return load_policy(name, (folder,))
    except (UnknownPolicy, ValueError) as error:
        raise InvalidRequest(str(error), field="policy") from None
