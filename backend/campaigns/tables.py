"""Campaigns and who is enrolled in them."""

from sqlalchemy import Index, String, text
from sqlmodel import Field, SQLModel

from backend.database import instant_field
from backend.instants import Instant
from shared_schemas.vocabulary import CampaignStatus, EnrollmentStatus

_ONGOING = text("ongoing = 1")
_ONGOING_POSTGRES = text("ongoing = true")


class Campaign(SQLModel, table=True):
    """A sequence of messages to several contacts. All members see all campaigns."""

    __tablename__ = "campaign"
    __table_args__ = (Index("campaigns_by_time", "workspace_id", "created_at", "id"),)

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    name: str
    goal: str | None = None
    owner_id: str
    status: CampaignStatus = Field(sa_type=String(16))
    version: int = 1
    created_at: Instant = instant_field()
    updated_at: Instant = instant_field()


class Enrollment(SQLModel, table=True):
    """A contact in a campaign. `ongoing` is the slot: one a contact in the whole workspace.

    Ongoing = analyzing, active or paused, in a campaign that is running or paused. The partial
    unique index is the judge; every check before it is politeness.
    """

    __tablename__ = "enrollment"
    __table_args__ = (
        Index(
            "one_ongoing_enrollment_per_contact",
            "workspace_id",
            "contact_id",
            unique=True,
            sqlite_where=_ONGOING,
            postgresql_where=_ONGOING_POSTGRES,
        ),
        Index(
            "one_enrollment_per_attempt",
            "workspace_id",
            "campaign_id",
            "contact_id",
            "attempt",
            unique=True,
        ),
        Index("enrollments_of_contact", "workspace_id", "contact_id"),
        Index("enrollments_of_analysis", "workspace_id", "analysis_id"),
    )

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    campaign_id: str
    contact_id: str
    attempt: int = 1
    status: EnrollmentStatus = Field(sa_type=String(16))
    ongoing: bool
    outcome: str | None = None
    source: str
    analysis_id: str | None = None
    enrolled_by: str
    enrolled_at: Instant = instant_field()
    last_activity_at: Instant = instant_field()
