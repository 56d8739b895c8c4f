"""Wire bodies of the flows, field by field. A stored insight is JSON and passes as it is."""

from typing import Any

import msgspec
from litestar import Response

from backend.analyses.desk import Look
from backend.campaigns.roster import CampaignView, Enrolled
from backend.contacts.queries import Person
from backend.errors import Refusal
from backend.flows.calls import Charge, Result
from backend.http import json_answer
from backend.instants import render
from shared_schemas.vocabulary import AnalysisStatus, ItemOutcome

_encode = msgspec.json.Encoder().encode


def text_of(body: Any) -> str:
    """A body as JSON text."""
    return _encode(body).decode()


def charge_body(charge: Charge) -> dict[str, Any]:
    """`shared_schemas.shapes.ChargeBody`."""
    return {
        "charged": charge.charged,
        "reason": charge.reason,
        "rule": charge.rule,
        "receipt_id": charge.receipt_id,
        "available": charge.available,
    }


def contact_body(person: Person) -> dict[str, Any]:
    """`shared_schemas.shapes.ContactBrief`."""
    return {"id": person.id, "name": person.name, "canonical": list(person.keys)}


def campaign_brief(campaign: CampaignView, owner_name: str | None) -> dict[str, Any]:
    """`shared_schemas.shapes.CampaignBrief`."""
    return {
        "id": campaign.id,
        "name": campaign.name,
        "status": campaign.status.value,
        "owner": {"id": campaign.owner_id, "name": owner_name},
    }


def enrollment_body(
    enrolled: Enrolled, campaign: CampaignView | None, owner_name: str | None = None
) -> dict[str, Any]:
    """`shared_schemas.shapes.EnrollmentBody`."""
    return {
        "id": enrolled.id,
        "campaign_id": enrolled.campaign_id,
        "contact_id": enrolled.contact_id,
        "status": enrolled.status.value,
        "attempt": enrolled.attempt,
        "source": enrolled.source,
        "enrolled_by": enrolled.enrolled_by,
        "enrolled_at": render(enrolled.enrolled_at),
        "last_activity_at": render(enrolled.last_activity_at),
        "outcome": enrolled.outcome,
        "campaign": campaign_brief(campaign, owner_name) if campaign is not None else None,
    }


def insight_of(look: Look) -> msgspec.Raw | None:
    """The stored insight, not parsed again."""
    return msgspec.Raw(look.insight.encode()) if look.insight is not None else None


def render_analysis(results: tuple[Result, ...]) -> tuple[int, str]:
    """The answer to one analysis; 202 while somebody else's run of it goes on."""
    result = results[0]
    if result.refusal is not None:
        raise result.refusal
    look, person, charge = result.look, result.person, result.charge
    assert look is not None, "an answered item has an analysis"
    assert person is not None, "an answered item has a contact"
    assert charge is not None, "an answered item says what it cost"
    enrolled = result.enrollment
    body = {
        "id": look.id,
        "status": look.status.value,
        "contact": contact_body(person),
        "charge": charge_body(charge),
        "insight": insight_of(look),
        "enrollment": (
            enrollment_body(enrolled, result.campaign, result.owner_name) if enrolled else None
        ),
    }
    status = 202 if look.status is AnalysisStatus.RUNNING else 200
    return status, text_of(body)


def render_enrollment(results: tuple[Result, ...]) -> tuple[int, str]:
    """The answer to one enrollment: 201, or 200 when the person is in this campaign already."""
    result = results[0]
    if result.refusal is not None:
        raise result.refusal
    assert result.enrollment is not None, "an enrolled item has an enrollment"
    assert result.charge is not None, "an answered item says what it cost"
    if result.look is not None and result.look.status is AnalysisStatus.RUNNING:
        status = 202
    else:
        status = 200 if result.already_here else 201
    outcome = ItemOutcome.ALREADY_HERE if result.already_here else ItemOutcome.ENROLLED
    body = {
        "outcome": outcome.value,
        "enrollment": enrollment_body(result.enrollment, result.campaign, result.owner_name),
        "charge": charge_body(result.charge),
        "warning": _warning(result),
    }
    return status, text_of(body)


def _warning(result: Result) -> dict[str, Any] | None:
    """In a draft, a contact that another ongoing campaign holds: allowed, and said."""
    if result.conflict is None:
        return None
    return {
        "code": "ongoing_conflict",
        "campaign_id": result.conflict.campaign_id,
        "enrollment_id": result.conflict.id,
    }


_OUTCOMES = {
    "ongoing_conflict": ItemOutcome.CONFLICT,
    "suppressed": ItemOutcome.SUPPRESSED,
    "invalid_identity": ItemOutcome.INVALID_IDENTITY,
    "not_found": ItemOutcome.INVALID_IDENTITY,
    "duplicate_in_request": ItemOutcome.DUPLICATE_IN_REQUEST,
    "out_of_credits": ItemOutcome.INSUFFICIENT_CREDITS,
    "max_spend_reached": ItemOutcome.MAX_SPEND_REACHED,
    "max_cost_exceeded": ItemOutcome.MAX_SPEND_REACHED,
    "cap_reached": ItemOutcome.CAP_REACHED,
    "campaign_closed": ItemOutcome.CAMPAIGN_CLOSED,
    "enrichment_unavailable": ItemOutcome.ANALYSIS_FAILED,
}


def render_bulk(results: tuple[Result, ...]) -> tuple[int, str]:
    """The answer to a bulk enrollment, item by item."""
    charges = [result.charge for result in results if result.charge is not None]
    body = {
        "data": [_bulk_item(result) for result in results],
        "charged": sum(charge.charged for charge in charges),
        "available": charges[-1].available if charges else None,
    }
    return 200, text_of(body)


def _bulk_item(result: Result) -> dict[str, Any]:
    if result.refusal is not None:
        return _refused_item(result, result.refusal)
    outcome = ItemOutcome.ALREADY_HERE if result.already_here else ItemOutcome.ENROLLED
    return {
        "ref": result.item.ref,
        "outcome": outcome.value,
        "contact_id": result.person.id if result.person else None,
        "enrollment": (
            enrollment_body(result.enrollment, result.campaign, result.owner_name)
            if result.enrollment
            else None
        ),
        "charge": charge_body(result.charge) if result.charge else None,
    }


def _refused_item(result: Result, refusal: Refusal) -> dict[str, Any]:
    contact = refusal.facts.get("contact")
    body = {
        "ref": result.item.ref,
        "outcome": _OUTCOMES[refusal.code].value,
        "contact_id": contact["id"] if contact else result.item.contact_id,
        "charge": {"charged": 0, "reason": refusal.code},
        "detail": refusal.detail,
    }
    if "conflict" in refusal.facts:
        body["conflict"] = refusal.facts["conflict"]
    if "reason" in refusal.facts:
        body["reason"] = refusal.facts["reason"]
    return body


# --- money in headers ----------------------------------------------------------------------


def spent(answer: tuple[int, str, bool]) -> Response[Any]:
    """The answer, with what it cost and what is left in its headers too."""
    status, body, replayed = answer
    charge = msgspec.json.decode(body, type=_Spent)
    headers = {}
    paid = charge.charge.charged if charge.charge else charge.charged
    left = charge.charge.available if charge.charge else charge.available
    headers["Meetonce-Credits-Charged"] = str(paid)
    if left is not None:
        headers["Meetonce-Credits-Available"] = str(left)
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    if status == 202:
        headers["Retry-After"] = "2"
    return json_answer(status, body, headers)


class _SpentCharge(msgspec.Struct):
    charged: int
    available: int | None = None


class _Spent(msgspec.Struct):
    """The money of an answer, read without the rest of it."""

    charge: _SpentCharge | None = None
    charged: int = 0
    available: int | None = None
