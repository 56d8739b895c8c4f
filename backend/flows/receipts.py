"""Receipts and contacts with the names that other domains know: read only."""

from typing import Any

from sqlalchemy import Connection

from backend.analyses.desk import done_contacts
from backend.campaigns.roster import campaign_names
from backend.contacts import queries as contacts
from backend.credits import queries as credits
from backend.errors import NotFound
from backend.instants import render, render_or_none
from backend.workspaces.queries import member_names
from shared_schemas.contacts import ContactBody
from shared_schemas.credits import ReceiptBody, ReceiptLot, RelatedReceipt
from shared_schemas.shapes import Named

_SENTENCES = {
    "first_analysis": "The first analysis of this contact in the workspace.",
    "metered": "Charged by what the action costs under the policy.",
    "nothing_found": "Nothing could be said about the contact, so nothing was charged.",
    "analysis_failed": "The analysis failed, so nothing was charged.",
    "suppressed": "The contact is on the list of people not to contact; nothing was charged.",
    "hold_expired": "The work did not finish in time, so nothing was charged.",
    "released": "What was set aside was not needed, so nothing was charged.",
    "first_degree": "Messages to first-degree relations are free.",
    "open_profile": "Messages to open profiles are free.",
    "open_thread": "Further messages of a paid thread are free.",
    "only_invalid": "Only an address that takes no mail was found, so nothing was charged.",
    "only_a_guess": "Only a guess was found, so nothing was charged.",
    "not_verified": "What was found could not be verified, so nothing was charged.",
    "already_held": "What was found was known already, so nothing was charged.",
    "nothing_new": "Nothing new was found, so nothing was charged.",
    "incomplete": "Too little was found, so nothing was charged.",
    "template_instead_of_model": "No model wrote this text, so nothing was charged.",
    "names_not_checkable": "Names cannot be checked in this script, so nothing was charged.",
    "still_running": "A provider still works on it; nothing was charged.",
    "enrichment_failed": "The enrichment failed, so nothing was charged.",
    "not_metered": "This policy does not charge for this.",
    "merged_duplicate": "Two contacts were one person; the later charge was given back.",
    "reply": "They replied, so the credit of the message came back.",
    "allotment": "The plan's allotment of the cycle.",
    "trial": "The credits of the trial, which come once.",
    "purchase": "Credits that were bought and paid.",
    "expired": "Nobody used them before their life ended.",
    "cap_overflow": "More than the plan can store: the oldest ended.",
    "lot_voided": "They came back to credits that a downgrade or a cancellation had taken.",
    "downgrade": "The plan was changed to a smaller one.",
    "downgrade_at_end_of_cycle": "A smaller plan follows at the end of the cycle.",
    "upgrade": "The plan was changed to a larger one.",
    "equal": "The plan was changed to one of the same size.",
    "seats_added": "Seats were added.",
    "seats_at_end_of_cycle": "Fewer seats follow at the end of the cycle.",
    "plan_changed": "The plan that waited for the end of the cycle is in force.",
    "seats_changed": "The number of seats that waited for the end of the cycle is in force.",
    "cancelled": "The subscription was cancelled.",
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
        amount=entry.amount,
        charged=charged,
        credited=max(0, entry.amount),
        reason=entry.reason,
        rule=entry.rule,
        explanation=_explain(entry, found.related),
        at=render(entry.at),
        action=entry.action,
        quantity=entry.quantity,
        member=_member(tx, workspace_id, entry.member_id),
        contact=_contact(tx, workspace_id, entry.contact_id),
        campaign=_campaign(tx, workspace_id, entry.campaign_id),
        source=entry.source,
        thread=entry.thread,
        hold_id=entry.hold_id,
        related=[
            RelatedReceipt(
                id=each.id,
                kind=each.kind,
                charged=-each.amount if each.kind == "capture" else 0,
                reason=each.reason,
                at=render(each.at),
            )
            for each in found.related
        ],
        lots=[
            ReceiptLot(
                id=lot.id,
                source=lot.source,
                expires_at=render_or_none(lot.expires_at),
                free=lot.free,
                held=lot.held,
            )
            for lot in found.lots
        ],
        balance_after=entry.balance_after,
        held_after=entry.held_after,
        available_after=entry.balance_after - entry.held_after,
    )


def _explain(entry: Any, related: list[Any]) -> str:
    """Why, in a sentence; the entry's own reason where it is somebody's words."""
    if entry.kind == "hold":
        ended = [each for each in related if each.kind in ("capture", "release")]
        if not ended:
            return "Set aside while the work runs; spent or given back when it ends."
        if ended[0].amount:
            return "Set aside while the work ran, and then spent."
        return f"Set aside while the work ran, and then given back. {_sentence(ended[0])}"
    return _sentence(entry)


def _sentence(entry: Any) -> str:
    if entry.kind == "adjust" or entry.source == "adjustment":
        return str(entry.reason)
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
