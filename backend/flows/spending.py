"""Metered actions: charges, and holds placed, captured and released, a batch at a time.

A repeated key is answered before anything else; then the contact, then the policy. A charge and
its answer under the caller's key are one transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from backend.contacts.directory import Directory
from backend.contacts.errors import Suppressed
from backend.credits.journal.books import Books
from backend.credits.journal.orders import Booked, Order
from backend.credits.journal.store import Place, read_holds
from backend.credits.ledger import refusal_of
from backend.credits.rules.state import Capture, Charge, Outcome, PlaceHold, Release
from backend.errors import Forbidden, NotFound, Refusal
from backend.flows.bodies import charge_body, text_of
from backend.flows.calls import Charge as ChargeView
from backend.flows.refusals import not_enough
from backend.flows.scene import hashing_secret
from backend.idempotency import Answers, Keyed
from backend.instants import Instant
from backend.instants import render_or_none as rendered
from backend.workspaces.policy import at_least
from shared_schemas.vocabulary import WorkspaceRole

Answer = tuple[int, str, bool]
"""Status, body, and whether it is a stored answer given again."""


@dataclass(frozen=True, slots=True)
class Spend:
    """A command of somebody who spends; `hold_for` is how long a hold that it places lasts."""

    workspace_id: str
    member_id: str
    role: WorkspaceRole
    command: Charge | PlaceHold | Capture | Release
    keyed: Keyed | None = None
    source: str = "api"
    hold_for: Instant = 0


def spend(tx: Connection, asks: list[Spend], now: Instant) -> Sequence[Answer | Exception]:
    """Serve a batch of commands in one transaction; a refusal is a value among the answers."""
    keys = Answers(tx, (ask.keyed for ask in asks), now)
    room = _Room(tx, asks, now)
    answers: list[Answer | Exception] = []
    for ask in asks:
        try:
            before = keys.find(ask.keyed)
            if before is not None:
                answers.append((before.status, before.body, True))
                continue
            status, body = room.serve(ask)
        except Refusal as refusal:
            answers.append(refusal)
            continue
        keys.keep(ask.keyed, status, body)
        answers.append((status, body, False))
    room.books.store(tx)
    keys.store(tx)
    return answers


class _Room:
    """What a batch of commands has to know: pools, holds, threads and contacts."""

    def __init__(self, tx: Connection, asks: Sequence[Spend], now: Instant) -> None:
        self.now = now
        self.books = Books(now)
        holds = {
            (ask.workspace_id, ask.command.hold)
            for ask in asks
            if isinstance(ask.command, Capture | Release)
        }
        # Whose pool a hold is in never changes, so this look may come before the lock.
        self._placed = {(row.workspace_id, row.id): row for row in read_holds(tx, holds)}
        holders = {(row.workspace_id, row.holder_id) for row in self._placed.values()}
        spenders = {(row.workspace_id, row.member_id) for row in self._placed.values()}
        members = {(ask.workspace_id, ask.member_id) for ask in asks}
        self.books.load(tx, members | holders | spenders)
        self.books.load_holds(tx, holds)
        self.books.load_threads(tx, self._threads(asks))
        self._contacts = _contacts_of(tx, asks)

    def _threads(self, asks: Sequence[Spend]) -> set[Place]:
        named = {
            (ask.workspace_id, ask.command.thread)
            for ask in asks
            if isinstance(ask.command, Charge | PlaceHold) and ask.command.thread is not None
        }
        of_holds = {
            (row.workspace_id, row.thread)
            for row in self._placed.values()
            if row.thread is not None
        }
        return named | of_holds

    def serve(self, ask: Spend) -> tuple[int, str]:
        """Do one command; its status and body, or its refusal raised."""
        command = ask.command
        if isinstance(command, Capture | Release):
            return self._close(ask, command)
        if command.contact is not None:
            self._check_contact(ask.workspace_id, command.contact)
        booked = self._apply(ask, ask.member_id, ask.source)
        body: dict[str, Any] = {
            "outcome": booked.step.outcome.value,
            "charge": _charge(booked, booked.step.charged),
        }
        if isinstance(command, Charge):
            return 200, text_of(body)
        placed = booked.decision.placed
        if placed is None:
            return 200, text_of({**body, "id": None, "held": 0, "expires_at": None})
        held = sum(part.amount for part in placed.parts)
        ends = rendered(placed.expires_at)
        return 201, text_of({**body, "id": placed.id, "held": held, "expires_at": ends})

    def _close(self, ask: Spend, command: Capture | Release) -> tuple[int, str]:
        row = self._placed.get((ask.workspace_id, command.hold))
        if row is None:
            raise NotFound("There is no such hold in this workspace.")
        if row.member_id != ask.member_id and not at_least(ask.role, WorkspaceRole.MANAGER):
            raise Forbidden("This hold is another member's.", needed_role="manager")
        booked = self._apply(ask, row.member_id, row.source)
        return 200, text_of(
            {
                "id": command.hold,
                "outcome": booked.step.outcome.value,
                "charge": _charge(booked, booked.step.charged),
            }
        )

    def _check_contact(self, workspace_id: str, contact_id: str) -> None:
        person = self._contacts.person(workspace_id, contact_id)
        if person is None:
            raise NotFound("There is no such contact in this workspace.")
        if self._contacts.is_suppressed(workspace_id, (), person):
            raise Suppressed(charged=0)

    def _apply(self, ask: Spend, member_id: str, source: str | None) -> Booked:
        keyed = ask.keyed
        order = Order(
            ask.workspace_id,
            member_id,
            ask.command,
            source=source,
            key=keyed.key if keyed else None,
            request_hash=keyed.fingerprint if keyed else None,
        )
        booked = self.books.apply(order)
        if booked.step.outcome is not Outcome.REFUSED:
            return booked
        if booked.step.reason in ("out_of_credits", "cap_reached"):
            raise not_enough(self.books, (ask.workspace_id, member_id), ask.role, booked)
        raise refusal_of(booked)


def _contacts_of(tx: Connection, asks: Iterable[Spend]) -> Directory:
    """The contacts that the commands name, if any does."""
    named = {
        (ask.workspace_id, ask.command.contact)
        for ask in asks
        if isinstance(ask.command, Charge | PlaceHold) and ask.command.contact is not None
    }
    directory = Directory(hashing_secret(tx))
    if named:
        directory.load(tx, [], named)
    return directory


def _charge(booked: Booked, charged: int) -> dict[str, Any]:
    """What an answer says about money; the reason of a hold that is closed is its own."""
    return charge_body(
        ChargeView(charged, booked.step.reason, booked.rule, booked.receipt_id, booked.available)
    )
