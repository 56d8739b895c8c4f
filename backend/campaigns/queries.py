"""Lists of campaigns and enrollments, a page at a time in a stable order."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, select

from backend.campaigns.roster import CampaignView, Enrolled, campaign_view, enrolled
from backend.campaigns.tables import Campaign, Enrollment
from backend.database import table_of
from backend.instants import Instant
from shared_schemas.vocabulary import CampaignStatus

_campaign = table_of(Campaign)
_enrollment = table_of(Enrollment)


def campaigns(
    tx: Connection,
    *,
    workspace_id: str,
    statuses: Sequence[CampaignStatus] | None,
    text: str | None,
    limit: int,
    before: tuple[Instant, str] | None,
) -> list[CampaignView]:
    """Campaigns, newest first, one more than `limit` where there are more."""
    query = select(_campaign).where(_campaign.c.workspace_id == workspace_id)
    if statuses is not None:
        query = query.where(_campaign.c.status.in_([status.value for status in statuses]))
    if text:
        query = query.where(_campaign.c.name.icontains(text, autoescape=True))
    if before is not None:
        at, campaign_id = before
        query = query.where(
            (_campaign.c.created_at < at)
            | and_(_campaign.c.created_at == at, _campaign.c.id < campaign_id)
        )
    order = (_campaign.c.created_at.desc(), _campaign.c.id.desc())
    return [campaign_view(row) for row in tx.execute(query.order_by(*order).limit(limit + 1))]


def enrollments(
    tx: Connection,
    *,
    workspace_id: str,
    campaign_id: str,
    limit: int,
    before: tuple[Instant, str] | None,
) -> list[Enrolled]:
    """Enrollments of a campaign, newest first, one more than `limit` where there are more."""
    query = select(_enrollment).where(
        _enrollment.c.workspace_id == workspace_id, _enrollment.c.campaign_id == campaign_id
    )
    if before is not None:
        at, enrollment_id = before
        query = query.where(
            (_enrollment.c.enrolled_at < at)
            | and_(_enrollment.c.enrolled_at == at, _enrollment.c.id < enrollment_id)
        )
    order = (_enrollment.c.enrolled_at.desc(), _enrollment.c.id.desc())
    return [enrolled(row) for row in tx.execute(query.order_by(*order).limit(limit + 1))]
