"""Values of the enrichment flow, and how its calls reach the books."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from backend.analyses.enrichment import SidecarFailed
from backend.analyses.findings import Findings, Found
from backend.credits.ledger import Booked, Order
from backend.credits.rules.state import Command
from backend.flows.calls import Charge
from backend.flows.scene import Scene
from backend.idempotency import Keyed, Replay
from backend.instants import Instant
from shared_schemas.findings import FoundItem
from shared_schemas.vocabulary import EnrichAction, WorkspaceRole


@dataclass(frozen=True, slots=True)
class EnrichCall:
    """Somebody asks for something about a contact. `asked` is the hash of the inputs."""

    workspace_id: str
    member_id: str
    role: WorkspaceRole
    contact_id: str
    action: EnrichAction
    inputs: dict[str, Any]
    asked: str
    source: str
    render: Callable[[Found, Charge], tuple[int, str]] = field(compare=False)
    keyed: Keyed | None = None
    max_cost: int | None = None
    hold_for: Instant = 0

    @property
    def place(self) -> tuple[str, str]:
        """The contact, within its workspace."""
        return self.workspace_id, self.contact_id


@dataclass(frozen=True, slots=True)
class Begun:
    """A call after batch 1: answered, or running: `started` by us with `item`, or joined."""

    call: EnrichCall
    replay: Replay | None = None
    answer: tuple[int, str] | None = None
    run: Found | None = None
    started: bool = False
    item: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A begun call with what the sidecar said, or None for one that was joined."""

    begun: Begun
    said: FoundItem | SidecarFailed | None


@dataclass(slots=True)
class Room:
    """The scene of a batch, with the enrichments in it."""

    scene: Scene
    findings: Findings
    now: Instant

    def store(self, tx: Connection) -> None:
        """Write all that changed."""
        self.scene.store(tx)
        self.findings.store(tx)


def free(room: Room, call: EnrichCall, reason: str, found: Found) -> Charge:
    """A charge of 0 with its reason."""
    available, rule = room.scene.books.available(call.workspace_id, call.member_id)
    return Charge(0, reason, rule, found.receipt_id, available)


def book(room: Room, call: EnrichCall, command: Command) -> Booked:
    """Have the engine decide a command of a call."""
    return room.scene.books.apply(
        Order(
            call.workspace_id,
            call.member_id,
            command,
            source=call.source,
            key=call.keyed.key if call.keyed else None,
            request_hash=call.keyed.fingerprint if call.keyed else None,
        )
    )
