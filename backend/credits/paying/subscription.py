"""What a workspace pays for: plan, seats, the end. A preview runs what a change would run.

Under a policy that gives every member their own credits, a change concerns the pool of each;
elsewhere there is one pool.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from backend.credits.journal.books import Books
from backend.credits.journal.orders import Booked, Order
from backend.credits.journal.stored_policies import stored_policies
from backend.credits.ledger import refusal_of
from backend.credits.policy import Policy
from backend.credits.rules.state import (
    Cancel,
    ChangePlan,
    ChangeSeats,
    Outcome,
    Pool,
    StartTrial,
)
from backend.credits.tables import CreditPool
from backend.database import table_of
from backend.instants import Instant
from backend.workspaces.queries import members_of

_pool = table_of(CreditPool)

Change = ChangePlan | ChangeSeats | Cancel
_NAMES: dict[type, str] = {ChangePlan: "plan", ChangeSeats: "seats", Cancel: "cancel"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the workspace pays for now, and how many pools that concerns."""

    policy: Policy
    pool: Pool
    pools: int

    @property
    def tag(self) -> str:
        """A strong ETag: it changes with the subscription, not with every credit spent."""
        pool = self.pool
        terms = [self.policy.id, pool.plan, pool.seats, pool.pending_plan, pool.pending_seats]
        text = json.dumps([*terms, pool.cancelled, self.pools])
        return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change does over all pools: credits, and when it counts."""

    change: str
    waits: bool
    at: Instant
    granted: int
    forfeited: int
    expired: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A change made or looked at: what it does, free credits before and after, what is then."""

    effects: tuple[Effect, ...]
    available_before: int
    available_after: int
    subscription: Subscription


def policy_in_force(tx: Connection, workspace_id: str) -> Policy:
    """The policy of a workspace."""
    query = select(_pool.c.policy_id).where(_pool.c.workspace_id == workspace_id).limit(1)
    policy_id: str = tx.execute(query).scalar_one()
    return stored_policies(tx, [policy_id])[policy_id]


def subscription_of(tx: Connection, workspace_id: str, now: Instant) -> Subscription:
    """What a workspace pays for, as it stands at `now`; nothing is stored."""
    books, holders = _loaded(tx, workspace_id, now, locked=False)
    return _view(books, workspace_id, holders)


def change(
    tx: Connection,
    workspace_id: str,
    changes: Sequence[Change],
    now: Instant,
    *,
    store: bool,
) -> Changed:
    """Apply changes to every pool of a workspace; without `store` it is a preview.

    The first refusal of the policy ends it, and nothing is stored.
    """
    books, holders = _loaded(tx, workspace_id, now, locked=store)
    before = _available(books, workspace_id, holders)
    effects = []
    for each in changes:
        booked = [_apply(books, workspace_id, holder, each) for holder in holders]
        effects.append(_effect(books, workspace_id, holders, each, booked, now))
    after = _available(books, workspace_id, holders)
    view = _view(books, workspace_id, holders)
    if store:
        books.store(tx)
    return Changed(tuple(effects), before, after, view)


def leave(tx: Connection, workspace_id: str, member_id: str, now: Instant) -> None:
    """Somebody's own pool ends with them: its credits go to nobody else."""
    books = Books(now)
    books.load(tx, [(workspace_id, member_id)])
    if books.holder(workspace_id, member_id) == member_id:
        books.apply(Order(workspace_id, member_id, Cancel(), source="member_left"))
        books.store(tx)


def start_trial(tx: Connection, workspace_id: str, member_id: str, now: Instant) -> Booked:
    """The trial of the pool that a member spends from."""
    books = Books(now)
    books.load(tx, [(workspace_id, member_id)])
    booked = books.apply(Order(workspace_id, member_id, StartTrial(), source="trial"))
    if booked.step.outcome is Outcome.REFUSED:
        raise refusal_of(booked)
    books.store(tx)
    return booked


def _loaded(
    tx: Connection, workspace_id: str, now: Instant, *, locked: bool
) -> tuple[Books, list[str]]:
    """The pools of a workspace and their holders: the workspace, or its members in order."""
    members = [member.id for member in members_of(tx, workspace_id)]
    books = Books(now)
    books.load(tx, [(workspace_id, member_id) for member_id in members], locked=locked)
    return books, list(dict.fromkeys(books.holder(workspace_id, each) for each in members))


def _apply(books: Books, workspace_id: str, holder: str, command: Change) -> Booked:
    booked = books.apply(Order(workspace_id, holder, command, source="subscription"))
    if booked.step.outcome is Outcome.REFUSED:
        raise refusal_of(booked)
    return booked


def _effect(
    books: Books,
    workspace_id: str,
    holders: Sequence[str],
    command: Change,
    booked: Sequence[Booked],
    now: Instant,
) -> Effect:
    steps = [s for each in booked for s in (each.step, *each.decision.after)]
    pool, _ = books.account(workspace_id, holders[0])
    pending = {
        ChangePlan: pool.pending_plan is not None,
        ChangeSeats: pool.pending_seats is not None,
        Cancel: False,
    }
    waits = pending[type(command)]
    return Effect(
        _NAMES[type(command)],
        waits,
        pool.cycle_end_at if waits else now,
        sum(step.granted for step in steps),
        sum(step.forfeited for step in steps),
        sum(step.expired for step in steps),
    )


def _available(books: Books, workspace_id: str, holders: Sequence[str]) -> int:
    return sum(books.account(workspace_id, holder)[0].available for holder in holders)


def _view(books: Books, workspace_id: str, holders: Sequence[str]) -> Subscription:
    """The oldest pool speaks for all: a change reaches every one of them."""
    found = [books.account(workspace_id, holder) for holder in holders]
    pool, policy = min(found, key=lambda each: each[0].anchor_at)
    return Subscription(policy, pool, len(holders))
