"""What changes campaigns and single enrollments, inside the caller's transaction."""

from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update

from backend.campaigns.errors import WrongState
from backend.campaigns.policy import CAMPAIGN_ACTIONS, is_ongoing
from backend.campaigns.roster import CampaignView, Enrolled, campaign_view, enrolled
from backend.campaigns.tables import Campaign, Enrollment
from backend.database import table_of
from backend.errors import NotFound, PreconditionFailed
from backend.ids import new_id
from backend.instants import Instant
from shared_schemas.vocabulary import CampaignStatus, EnrollmentStatus

_campaign = table_of(Campaign)
_enrollment = table_of(Enrollment)


def create_campaign(
    tx: Connection,
    *,
    workspace_id: str,
    name: str,
    goal: str | None,
    owner_id: str,
    now: Instant,
) -> CampaignView:
    """A new campaign, in draft."""
    values = {
        "workspace_id": workspace_id,
        "id": new_id("cam", now),
        "name": name,
        "goal": goal,
        "owner_id": owner_id,
        "status": CampaignStatus.DRAFT.value,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    tx.execute(insert(_campaign), values)
    return campaign_named(tx, workspace_id=workspace_id, campaign_id=values["id"])


def campaign_named(tx: Connection, *, workspace_id: str, campaign_id: Any) -> CampaignView:
    """The campaign of this id; refused where this workspace has none."""
    row = tx.execute(
        select(_campaign).where(
            _campaign.c.workspace_id == workspace_id, _campaign.c.id == campaign_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such campaign in this workspace.")
    return campaign_view(row)


def change_campaign(
    tx: Connection,
    campaign: CampaignView,
    *,
    version: int | None,
    values: dict[str, Any],
    now: Instant,
) -> CampaignView:
    """New values for a campaign, if it still is of the version that the caller knows."""
    if version is not None and campaign.version != version:
        raise PreconditionFailed("The campaign has changed since. Read it again.")
    tx.execute(
        update(_campaign)
        .where(_campaign.c.workspace_id == campaign.workspace_id, _campaign.c.id == campaign.id)
        .values(**values, version=campaign.version + 1, updated_at=now)
    )
    return campaign_named(tx, workspace_id=campaign.workspace_id, campaign_id=campaign.id)


def next_status(campaign: CampaignView, action: str) -> CampaignStatus:
    """Where an action leads; refused from a state in which it makes no sense."""
    allowed, target = CAMPAIGN_ACTIONS[action]
    if campaign.status not in allowed:
        raise WrongState(
            f"A campaign that is {campaign.status.value} cannot {action}.",
            status_now=campaign.status.value,
            allowed_from=sorted(status.value for status in allowed),
        )
    return target


def enrollments_of(tx: Connection, *, workspace_id: str, campaign_id: str) -> list[Enrolled]:
    """All enrollments of a campaign that have not ended."""
    rows = tx.execute(
        select(_enrollment).where(
            _enrollment.c.workspace_id == workspace_id,
            _enrollment.c.campaign_id == campaign_id,
            _enrollment.c.status.in_(["drafted", "analyzing", "active", "paused"]),
        )
    )
    return [enrolled(row) for row in rows]


def rivals(
    tx: Connection, *, workspace_id: str, campaign_id: str
) -> list[tuple[str, Enrolled, CampaignView]]:
    """Contacts of a campaign whose slot another campaign holds: contact, enrollment, campaign."""
    mine = _enrollment.alias("mine")
    theirs = _enrollment.alias("theirs")
    rows = tx.execute(
        select(theirs, *[column.label(f"of_{column.name}") for column in _campaign.c])
        .select_from(
            mine.join(
                theirs,
                and_(
                    theirs.c.workspace_id == mine.c.workspace_id,
                    theirs.c.contact_id == mine.c.contact_id,
                    theirs.c.ongoing.is_(True),
                    theirs.c.campaign_id != mine.c.campaign_id,
                ),
            ).join(
                _campaign,
                and_(
                    _campaign.c.workspace_id == theirs.c.workspace_id,
                    _campaign.c.id == theirs.c.campaign_id,
                ),
            )
        )
        .where(
            mine.c.workspace_id == workspace_id,
            mine.c.campaign_id == campaign_id,
            mine.c.status.in_(["drafted", "analyzing", "active", "paused"]),
        )
        .order_by(theirs.c.enrolled_at, theirs.c.id)
    )
    found = []
    for row in rows:
        campaign = CampaignView(
            row.of_workspace_id,
            row.of_id,
            row.of_name,
            CampaignStatus(row.of_status),
            row.of_owner_id,
            row.of_goal,
            row.of_version,
            row.of_created_at,
            row.of_updated_at,
        )
        found.append((row.contact_id, enrolled(row), campaign))
    return found


def enter_status(
    tx: Connection,
    campaign: CampaignView,
    status: CampaignStatus,
    *,
    skipped_contacts: set[str],
    now: Instant,
) -> CampaignView:
    """Give a campaign its next status, and its enrollments the slots that follow from it."""
    changed = change_campaign(tx, campaign, version=None, values={"status": status.value}, now=now)
    for each in enrollments_of(tx, workspace_id=campaign.workspace_id, campaign_id=campaign.id):
        target = each.status
        if each.contact_id in skipped_contacts:
            target = EnrollmentStatus.SKIPPED
        elif each.status is EnrollmentStatus.DRAFTED and status is CampaignStatus.RUNNING:
            target = EnrollmentStatus.ACTIVE
        set_status(tx, each, target, status, outcome=each.outcome, now=now)
    return changed


def set_status(
    tx: Connection,
    enrollment: Enrolled,
    status: EnrollmentStatus,
    campaign: CampaignStatus,
    *,
    outcome: str | None,
    now: Instant,
) -> None:
    """Give an enrollment a status; whether it holds the slot follows."""
    ongoing = is_ongoing(status, campaign)
    if (status, ongoing, outcome) == (enrollment.status, enrollment.ongoing, enrollment.outcome):
        return
    tx.execute(
        update(_enrollment)
        .where(
            _enrollment.c.workspace_id == enrollment.workspace_id,
            _enrollment.c.id == enrollment.id,
        )
        .values(status=status.value, ongoing=ongoing, outcome=outcome, last_activity_at=now)
    )


def counts_of(
    tx: Connection, *, workspace_id: str, campaign_ids: list[str]
) -> dict[str, dict[str, int]]:
    """How many enrollments of each campaign stand where."""
    rows = tx.execute(
        select(_enrollment.c.campaign_id, _enrollment.c.status, func.count())
        .where(
            _enrollment.c.workspace_id == workspace_id,
            _enrollment.c.campaign_id.in_(campaign_ids),
        )
        .group_by(_enrollment.c.campaign_id, _enrollment.c.status)
    )
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(str(row[0]), {})[str(row[1])] = int(row[2])
    return counts
