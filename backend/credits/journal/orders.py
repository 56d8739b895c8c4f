"""What is asked of the ledger, and what it did: the values between flows and the books."""

from dataclasses import dataclass

from backend.credits.rules.state import Command, Decision, Step


@dataclass(frozen=True, slots=True)
class Order:
    """A command for the pool of a member, and what the journal must say about who asked for it."""

    workspace_id: str
    member_id: str
    command: Command
    campaign_id: str | None = None
    source: str | None = None
    key: str | None = None
    request_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What an order did: the engine's decision, and its receipt (None: nothing was written)."""

    decision: Decision
    rule: str
    receipt_id: str | None
    price: int
    available: int
    held: int

    @property
    def step(self) -> Step:
        """The command's own answer line."""
        return self.decision.step
