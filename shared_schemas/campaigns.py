"""Bodies of the campaign and enrollment endpoints."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared_schemas.analyses import Credits, PersonRef, Ref, Source
from shared_schemas.shapes import ChargeBody, EnrollmentBody, Id, Named
from shared_schemas.vocabulary import CampaignStatus, ContactSource, ItemOutcome
from shared_schemas.wire import Answer, Request, storable

Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(storable),
]
Goal = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(storable)]


class CreateCampaign(Request):
    """A new campaign, in draft. `owner_id` is the caller unless a manager names somebody."""

    name: Name
    goal: Goal | None = None
    owner_id: Id | None = None


class ChangeCampaign(Request):
    """New values for what may change; what is left out stays."""

    name: Name | None = None
    goal: Goal | None = None
    owner_id: Id | None = None


class CampaignAction(Request):
    """Options of launch, resume and reopen. `skip` leaves out whoever another campaign holds."""

    on_conflict: Literal["refuse", "skip"] = "refuse"
    dry_run: bool = False


class EnrollPerson(PersonRef):
    """Put a person into a campaign; charges the analysis if the contact is new.

    `member_id` names the member who enrolls and pays, for a key with the scope `act_as`.
    """

    source: Source = ContactSource.API
    max_cost: Credits | None = None
    member_id: Id | None = None


class BulkItem(PersonRef):
    """One person of a bulk enrollment; `ref` is the caller's and comes back."""

    ref: Ref


class EnrollBulk(Request):
    """Up to 50 people at once; each ends on its own unless `all_or_nothing` is asked."""

    items: Annotated[list[BulkItem], Field(min_length=1, max_length=50)]
    source: Source = ContactSource.API
    max_spend: Credits | None = None
    member_id: Id | None = None
    mode: Literal["best_effort", "all_or_nothing"] = "best_effort"


class MoveEnrollment(Request):
    """Leave this campaign and enter another: both happen, or neither."""

    to_campaign: Id


class EnrollmentAction(Request):
    """The actions on an enrollment take no options."""


class CampaignCounts(Answer):
    """How many contacts of a campaign stand where."""

    drafted: int = 0
    analyzing: int = 0
    active: int = 0
    paused: int = 0
    paused_by_merge: int = 0
    skipped: int = 0
    finished: int = 0
    removed: int = 0
    moved: int = 0
    merged: int = 0


class CampaignBody(Answer):
    """A campaign."""

    id: str
    name: str
    goal: str | None
    status: CampaignStatus
    owner_id: str
    owner: Named | None = None
    counts: CampaignCounts
    created_at: str
    updated_at: str


class CampaignList(Answer):
    """A page of campaigns, newest first."""

    data: list[CampaignBody]
    next_cursor: str | None = None


class EnrollmentList(Answer):
    """A page of enrollments, newest first."""

    data: list[EnrollmentBody]
    next_cursor: str | None = None


class EnrolledBody(Answer):
    """Where the person stands now, and what it cost."""

    outcome: ItemOutcome
    enrollment: EnrollmentBody
    charge: ChargeBody
    warning: dict[str, Any] | None = None


class NoCharge(Answer):
    """What cost nothing, and why."""

    charged: int = 0
    reason: str


class MovedBody(Answer):
    """Where the person stands after a move, which never costs."""

    enrollment: EnrollmentBody
    charge: NoCharge


class BulkOutcome(Answer):
    """How one item of a bulk enrollment ended."""

    ref: str
    outcome: ItemOutcome
    contact_id: str | None = None
    enrollment: EnrollmentBody | None = None
    charge: ChargeBody | None = None
    conflict: dict[str, Any] | None = None
    detail: str | None = None
    reason: str | None = None


class BulkBody(Answer):
    """How a bulk enrollment ended, item by item in the order of the request."""

    data: list[BulkOutcome]
    charged: int
    available: int | None
