"""Small shapes that many answers share."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from shared_schemas.vocabulary import CampaignStatus, EnrollmentStatus
from shared_schemas.wire import Answer

Id = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z]+_[0-9A-Za-z_]+$")
]
"""A prefixed opaque id, such as `con_01kb…`."""


class Named(Answer):
    """Somebody or something by id, with the name to show."""

    id: str
    name: str | None = None


class ChargeBody(Answer):
    """What an answer cost and why; `charged` may be 0. Amounts are whole credits."""

    charged: int
    reason: str
    rule: str
    receipt_id: str | None
    available: int


class ContactBrief(Answer):
    """A contact with the canonical keys by which the workspace knows them."""

    id: str
    name: str | None
    canonical: list[str]


class EnrollmentBody(Answer):
    """A contact's place in a campaign."""

    id: str
    campaign_id: str
    contact_id: str
    status: EnrollmentStatus
    attempt: int
    source: str
    enrolled_by: str
    enrolled_at: str
    last_activity_at: str
    outcome: str | None = None
    campaign: "CampaignBrief | None" = None


class CampaignBrief(Answer):
    """A campaign as other answers name it, and whose it is."""

    id: str
    name: str
    status: CampaignStatus
    owner: Named | None = None


class Problem(Answer):
    """RFC 9457; further members are the facts of the refusal."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    retryable: bool
    errors: Annotated[list[dict[str, Any]] | None, Field(default=None)] = None
