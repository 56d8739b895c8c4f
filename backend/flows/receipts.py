"""Receipts and contacts with the names that other domains know: read only."""

from typing import Any

from sqlalchemy import Connection

from backend.analyses.desk import done_contacts
from backend.campaigns.roster import campaign_names
from backend.contacts import queries as contacts
from backend.credits import queries as credits
from backend.errors import NotFound
from backend.instants import render
from backend.workspaces.queries import member_names
from shared_schemas.contacts import ContactBody
from shared_schemas.credits import ReceiptBody, ReceiptLot
from shared_schemas.shapes import Named

_SENTENCES = {
    "first_analysis": "The first analysis of this contact in the workspace.",
    "captured": "The first analysis of this contact in the workspace.",
    "nothing_found": "Nothing could be said about the contact, so nothing was charged.",
    "analysis_failed": "The analysis failed, so nothing was charged.",
    "suppressed": "The contact is on the list of people not to contact; nothing was charged.",
    "hold_expired": "The analysis did not finish in time, so nothing was charged.",
    "first_degree": "Messages to first-degree relations are free.",
    "open_profile": "Messages to open profiles are free.",
    "open_thread": "Further messages of a paid thread are free.",
    "merged_duplicate": "Two contacts were one person; the later charge was given back.",
    "not_metered": "This policy does not charge for this.",
    "allotment": "The plan's allotment of the cycle.",
    "cycle_end": "Credits ended with their cycle.",
}


def receipt_body(tx: Connection, *, workspace_id: str, receipt_id: str) -> ReceiptBody:
    """A receipt with the names of member, contact and campaign."""
    found = credits.receipt(tx, workspace_id=workspace_id, receipt_id=receipt_id)
    if found is None:
        raise NotFound("There is no such receipt in this workspace.")
    entry = found.entry
    charged = -entry.amount if entry.kind in ("charge", "capture") else 0
    return ReceiptBody(
        id=entry.id,
        kind=entry.kind,
        charged=charged,
        reason=entry.reason,
        rule=entry.rule,
        explanation=_explain(entry),
        at=render(entry.at),
        action=entry.action,
        quantity=entry.quantity,
        member=_member(tx, workspace_id, entry.member_id),
        contact=_contact(tx, workspace_id, entry.contact_id),
        campaign=_campaign(tx, workspace_id, entry.campaign_id),
        source=entry.source,
        lots=[
            ReceiptLot(id=lot_id, source=source, free=free, held=held)
            for lot_id, source, free, held in found.lots
        ],
        balance_after=entry.balance_after,
        held_after=entry.held_after,
        available_after=entry.balance_after - entry.held_after,
    )


def _explain(entry: Any) -> str:
    """Why, in a sentence; the entry's own reason where it is somebody's words."""
    if entry.kind == "hold":
        return "Set aside while the work runs; spent or given back when it ends."
    return _SENTENCES.get(entry.reason) or str(entry.reason).replace("_", " ")


def _member(tx: Connection, workspace_id: str, member_id: str | None) -> Named | None:
    if member_id is None:
        return None
    place = (workspace_id, member_id)
    return Named(id=member_id, name=member_names(tx, [place]).get(place))


def _contact(tx: Connection, workspace_id: str, contact_id: str | None) -> Named | None:
    if contact_id is None:
        return None
    place = (workspace_id, contact_id)
    person = contacts.people(tx, [place]).get(place)
    return Named(id=contact_id, name=person.name if person else None)


def _campaign(tx: Connection, workspace_id: str, campaign_id: str | None) -> Named | None:
    if campaign_id is None:
        return None
    place = (workspace_id, campaign_id)
    return Named(id=campaign_id, name=campaign_names(tx, [place]).get(place))


def contact_body(tx: Connection, *, workspace_id: str, contact_id: str) -> ContactBody:
    """One contact, by id."""
    row = contacts.contact_row(tx, workspace_id=workspace_id, contact_id=contact_id)
    if row is None:
        raise NotFound("There is no such contact in this workspace.")
    return contact_bodies(tx, [row])[0]


def contact_bodies(tx: Connection, rows: list[Any]) -> list[ContactBody]:
    """Contacts with their addresses, and whether they have been analysed."""
    places = {(row.workspace_id, row.id) for row in rows}
    persons = contacts.people(tx, places)
    analyzed = done_contacts(tx, places)
    return [
        ContactBody(
            id=row.id,
            name=row.name,
            title=row.title,
            company=row.company,
            country=row.country,
            canonical=list(persons[(row.workspace_id, row.id)].keys),
            analyzed=(row.workspace_id, row.id) in analyzed,
            source=row.source,
            created_at=render(row.created_at),
        )
        for row in rows
    ]
