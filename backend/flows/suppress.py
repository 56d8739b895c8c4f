"""Putting people on the list of those not to contact, and what follows for their campaigns."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from backend import outbox
from backend.campaigns.roster import Roster
from backend.contacts import queries as contacts
from backend.contacts.directory import keyed_hash
from backend.contacts.identifiers import Identifier
from backend.contacts.tables import Suppression
from backend.database import table_of
from backend.errors import NotFound
from backend.flows.scene import hashing_secret
from backend.ids import new_id
from backend.instants import Instant
from backend.workspaces.actions import note
from shared_schemas.vocabulary import EnrollmentStatus

_suppression = table_of(Suppression)


@dataclass(frozen=True, slots=True)
class Target:
    """Who is meant: exactly one of an identifier, a contact's id and an email domain."""

    identifier: Identifier | None = None
    contact_id: str | None = None
    email_domain: str | None = None


def suppress(
    tx: Connection,
    *,
    workspace_id: str,
    member_id: str,
    target: Target,
    reason: str | None,
    now: Instant,
) -> Any:
    """Add to the list and stop every ongoing enrollment of whoever is meant; answers the row.

    An identifier is kept as a keyed hash, so that it outlives the erasure of the person.
    """
    secret = hashing_secret(tx)
    kind, match, label, contact_ids = _resolve(tx, workspace_id, target, secret)
    mine = (_suppression.c.workspace_id == workspace_id) & (_suppression.c.match == match)
    row = tx.execute(select(_suppression).where(mine)).one_or_none()
    if row is None:
        values = {
            "workspace_id": workspace_id,
            "id": new_id("sup", now),
            "kind": kind,
            "match": match,
            "label": label,
            "reason": reason,
            "created_by": member_id,
            "created_at": now,
        }
        tx.execute(insert(_suppression), values)
        row = tx.execute(select(_suppression).where(mine)).one()
    _stop(tx, workspace_id, contact_ids, now)
    note(
        tx,
        workspace_id=workspace_id,
        member_id=member_id,
        action="suppression.added",
        subject=row.id,
        now=now,
        kind=kind,
    )
    return row


def _resolve(
    tx: Connection, workspace_id: str, target: Target, secret: str
) -> tuple[str, str, str | None, set[str]]:
    """Kind, match, what lists show of it, and the known contacts that are meant."""
    if target.contact_id is not None:
        place = (workspace_id, target.contact_id)
        person = contacts.people(tx, [place]).get(place)
        if person is None:
            raise NotFound("There is no such contact in this workspace.")
        return "contact", person.id, person.name, {person.id}
    if target.email_domain is not None:
        domain = target.email_domain.lower()
        return "email_domain", domain, domain, contacts.with_email_domain(tx, workspace_id, domain)
    assert target.identifier is not None, "exactly one is given"
    place = (workspace_id, target.identifier.key)
    owner = contacts.owners(tx, [place]).get(place)
    match = keyed_hash(secret, target.identifier.key)
    return "identifier", match, None, {owner} if owner else set()


def _stop(tx: Connection, workspace_id: str, contact_ids: set[str], now: Instant) -> None:
    if not contact_ids:
        return
    roster = Roster(now)
    roster.load(tx, contacts={(workspace_id, each) for each in contact_ids})
    events = []
    for contact_id in contact_ids:
        holder = roster.ongoing(workspace_id, contact_id)
        if holder is not None:
            roster.settle(holder, EnrollmentStatus.REMOVED, "suppressed")
            events.append(
                outbox.event(
                    workspace_id,
                    "enrollment.changed",
                    now,
                    enrollment_id=holder.id,
                    campaign_id=holder.campaign_id,
                    contact_id=contact_id,
                    status=EnrollmentStatus.REMOVED.value,
                )
            )
    roster.store(tx)
    outbox.emit(tx, events)


def lift(
    tx: Connection, *, workspace_id: str, member_id: str, suppression_id: str, now: Instant
) -> None:
    """Take a line off the list."""
    gone = tx.execute(
        delete(_suppression).where(
            _suppression.c.workspace_id == workspace_id, _suppression.c.id == suppression_id
        )
    )
    if gone.rowcount == 0:
        raise NotFound("There is no such line in this workspace's list.")
    note(
        tx,
        workspace_id=workspace_id,
        member_id=member_id,
        action="suppression.lifted",
        subject=suppression_id,
        now=now,
    )
