"""A newer version of a policy counts for a pool from the first cycle that begins after it came.

Versions are immutable and stored beside each other; a pool names the one that it goes by. What was
decided under the old one stays as it was: history is never played again under other rules.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from backend.credits import engine
from backend.credits.policy import Policy, parse_policy
from backend.credits.rules.state import Decision, Facts, Pool, Settle
from backend.credits.tables import CreditPolicy, CreditPool
from backend.database import table_of
from backend.instants import Instant

_policy = table_of(CreditPolicy)
_pool = table_of(CreditPool)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a policy, and when it was stored here."""

    policy: Policy
    stored_at: Instant


def settle(
    pool: Pool, policy: Policy, newer: Sequence[Version], now: Instant
) -> list[tuple[Policy, Decision]]:
    """What has fallen due until `now`, stage by stage: each under the version of its time.

    `newer` are later versions in their order. The last stage's policy is the one in force at
    `now`. A version that does not have the pool's plan is passed over: the old one goes on.
    """
    stages: list[tuple[Policy, Decision]] = []

    def until(at: Instant) -> None:
        nonlocal pool
        stages.append((policy, engine.apply(pool, Settle(), Facts(), policy, at)))
        pool = stages[-1][1].pool

    for version in newer:
        if version.stored_at < pool.anchor_at:
            continue  # it was there already, and the older one was chosen
        if version.stored_at > now:
            break
        until(version.stored_at)
        if pool.cycle_end_at > now:
            break
        until(pool.cycle_end_at - 1)
        if {pool.plan, pool.pending_plan or pool.plan} <= version.policy.plans.keys():
            policy = version.policy
    until(now)
    return stages


def newer_versions(tx: Connection, policies: Iterable[Policy]) -> dict[str, list[Version]]:
    """The stored versions after each of these policies, by the policy's id, in their order."""
    after = {policy.id: policy for policy in policies}
    names = {policy.name for policy in after.values()}
    rows = tx.execute(
        select(_policy).where(_policy.c.name.in_(names)).order_by(_policy.c.version)
    ).all()
    return {
        policy_id: [
            Version(parse_policy(row.source), row.stored_at)
            for row in rows
            if row.name == policy.name and row.version > policy.version
        ]
        for policy_id, policy in after.items()
    }


def take_in(tx: Connection, known: Iterable[Policy], now: Instant) -> list[str]:
    """Store those of the `known` policies that are newer than what pools go by; their ids.

    Called at the start of the server, with the built-in policies and those of one's own.
    """
    in_use = select(_pool.c.policy_id).distinct()
    rows = tx.execute(select(_policy.c.name).where(_policy.c.id.in_(in_use)).distinct())
    names = {row.name for row in rows}
    stored = {
        (row.name, row.version)
        for row in tx.execute(
            select(_policy.c.name, _policy.c.version).where(_policy.c.name.in_(names))
        )
    }
    fresh = [
        each
        for each in known
        if each.name in names
        and all(each.version > version for name, version in stored if name == each.name)
    ]
    for each in sorted(fresh, key=lambda policy: policy.version):
        tx.execute(insert(_policy), version_row(each, now))
    return [each.id for each in fresh]


def version_row(policy: Policy, now: Instant) -> dict[str, object]:
    """A version as it is stored."""
    return {
        "id": policy.id,
        "name": policy.name,
        "version": policy.version,
        "source": policy.source,
        "stored_at": now,
    }
