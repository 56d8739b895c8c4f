"""Pools for tests of the engine itself."""

from backend.credits.engine import apply, open_pool
from backend.credits.policy import Policy, load_policy
from backend.credits.rules.state import (
    Charge,
    Command,
    Decision,
    Facts,
    Pool,
)
from backend.instants import Instant, parse

START = parse("2026-01-05T12:00:00Z")
CONTACTS = load_policy("humanlinker")
TEAM = load_policy("lemlist")
ROLLING = load_policy("inmail-rollover")


def opened(policy: Policy = CONTACTS, plan: str = "starter", seats: int = 1) -> Pool:
    """A new pool."""
    return open_pool(policy, plan, seats, "UTC", START).pool


def analysis(contact: str) -> Charge:
    """The analysis of a contact, charged at once."""
    return Charge("contact.analysis", contact=contact)


def after(
    pool: Pool, *commands: Command, policy: Policy = CONTACTS, at: Instant = START
) -> Decision:
    """The decision of the last of `commands`, all at `at`."""
    for command in commands:
        decision = apply(pool, command, Facts(), policy, at)
        pool = decision.pool
    return decision
