"""The campaigns and enrollments that a batch touches; the slot of a contact is taken here.

A check in this class is politeness. The partial unique index on ongoing enrollments is the judge:
where it objects, the whole batch is tried again and then sees the other's row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.sql import bindparam

from backend.campaigns.policy import is_ongoing, status_on_entry
from backend.campaigns.tables import Campaign, Enrollment
from backend.database import table_of
from backend.ids import new_id
from backend.instants import Instant
from backend.statements import Statement, bind_keys, key_rows
from shared_schemas.vocabulary import CampaignStatus, EnrollmentStatus

Place = tuple[str, str]

_campaign = table_of(Campaign)
_enrollment = table_of(Enrollment)
_rows, (_first, _second) = key_rows("workspace_id", "id")
_CAMPAIGNS = Statement(
    select(_campaign).select_from(
        _rows.join(_campaign, (_campaign.c.workspace_id == _first) & (_campaign.c.id == _second))
    )
)
_OF_CONTACTS = Statement(
    select(_enrollment)
    .select_from(
        _rows.join(
            _enrollment,
            (_enrollment.c.workspace_id == _first) & (_enrollment.c.contact_id == _second),
        )
    )
    .order_by(_enrollment.c.attempt)
)
_OF_ANALYSES = Statement(
    select(_enrollment).select_from(
        _rows.join(
            _enrollment,
            (_enrollment.c.workspace_id == _first) & (_enrollment.c.analysis_id == _second),
        )
    )
)
_BY_ID = Statement(
    select(_enrollment).select_from(
        _rows.join(
            _enrollment, (_enrollment.c.workspace_id == _first) & (_enrollment.c.id == _second)
        )
    )
)
_INSERT = Statement(insert(_enrollment))
_UPDATE = Statement(
    update(_enrollment)
    .where(_enrollment.c.workspace_id == bindparam("w"), _enrollment.c.id == bindparam("k"))
    .values(
        status=bindparam("new_status"),
        ongoing=bindparam("new_ongoing"),
        outcome=bindparam("new_outcome"),
        last_activity_at=bindparam("at"),
    )
)


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as decisions need it."""

    workspace_id: str
    id: str
    name: str
    status: CampaignStatus
    owner_id: str
    goal: str | None
    version: int
    created_at: Instant
    updated_at: Instant


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrollment as decisions and answers need it."""

    workspace_id: str
    id: str
    campaign_id: str
    contact_id: str
    attempt: int
    status: EnrollmentStatus
    ongoing: bool
    outcome: str | None
    source: str
    analysis_id: str | None
    enrolled_by: str
    enrolled_at: Instant
    last_activity_at: Instant


def campaign_view(row: Any) -> CampaignView:
    """A campaign's row as a value."""
    return CampaignView(
        row.workspace_id,
        row.id,
        row.name,
        CampaignStatus(row.status),
        row.owner_id,
        row.goal,
        row.version,
        row.created_at,
        row.updated_at,
    )


def enrolled(row: Any) -> Enrolled:
    """An enrollment's row as a value."""
    return Enrolled(
        row.workspace_id,
        row.id,
        row.campaign_id,
        row.contact_id,
        row.attempt,
        EnrollmentStatus(row.status),
        bool(row.ongoing),
        row.outcome,
        row.source,
        row.analysis_id,
        row.enrolled_by,
        row.enrolled_at,
        row.last_activity_at,
    )


class Roster:
    """Enrollments of one batch, by contact; loaded once, stored once."""

    def __init__(self, now: Instant) -> None:
        self._now = now
        self._campaigns: dict[Place, CampaignView] = {}
        self._of_contact: dict[Place, list[Enrolled]] = {}
        self._of_analysis: dict[Place, list[str]] = {}
        self._added: dict[str, Enrolled] = {}
        self._changed: dict[str, Enrolled] = {}

    def load(
        self,
        tx: Connection,
        *,
        campaigns: Iterable[Place] = (),
        contacts: Iterable[Place] = (),
        analyses: Iterable[Place] = (),
    ) -> None:
        """Read these campaigns, all enrollments of these contacts, and those of these analyses.

        The campaign of every ongoing enrollment is read as well: a conflict names it.
        """
        wanted_campaigns = set(campaigns)
        wanted_contacts = set(contacts)
        if wanted_contacts:
            for row in _OF_CONTACTS(tx, bind_keys(wanted_contacts)):
                self._keep(enrolled(row))
        wanted_analyses = set(analyses)
        if wanted_analyses:
            for row in _OF_ANALYSES(tx, bind_keys(wanted_analyses)):
                known = self._of_contact.get((row.workspace_id, row.contact_id), ())
                if all(each.id != row.id for each in known):
                    self._keep(enrolled(row))
        wanted_campaigns |= {
            (each.workspace_id, each.campaign_id)
            for group in self._of_contact.values()
            for each in group
        }
        if wanted_campaigns:
            for row in _CAMPAIGNS(tx, bind_keys(wanted_campaigns)):
                self._campaigns[(row.workspace_id, row.id)] = campaign_view(row)

    def _keep(self, enrollment: Enrolled) -> None:
        place = (enrollment.workspace_id, enrollment.contact_id)
        self._of_contact.setdefault(place, []).append(enrollment)
        if enrollment.analysis_id is not None:
            waiting = (enrollment.workspace_id, enrollment.analysis_id)
            self._of_analysis.setdefault(waiting, []).append(enrollment.id)

    def campaign(self, workspace_id: str, campaign_id: str) -> CampaignView | None:
        """The campaign of this id, if this workspace has it."""
        return self._campaigns.get((workspace_id, campaign_id))

    def ongoing(self, workspace_id: str, contact_id: str) -> Enrolled | None:
        """The enrollment that holds the contact's slot."""
        group = self._of_contact.get((workspace_id, contact_id), ())
        return next((each for each in group if each.ongoing), None)

    def here(self, campaign: CampaignView, contact_id: str) -> Enrolled | None:
        """The contact's enrollment in this campaign that has not ended."""
        group = self._of_contact.get((campaign.workspace_id, contact_id), ())
        return next(
            (
                each
                for each in group
                if each.campaign_id == campaign.id and each.status in _UNENDED
            ),
            None,
        )

    def enrollment(
        self, workspace_id: str, contact_id: str, enrollment_id: str
    ) -> Enrolled | None:
        """The contact's enrollment of this id, as it stands in this batch."""
        group = self._of_contact.get((workspace_id, contact_id), ())
        return next((each for each in group if each.id == enrollment_id), None)

    def people(self) -> set[Place]:
        """The members that a conflict may have to name: who enrolled, who owns the campaign."""
        enrolled_by = {
            (each.workspace_id, each.enrolled_by)
            for group in self._of_contact.values()
            for each in group
            if each.ongoing
        }
        owners = {(each.workspace_id, each.owner_id) for each in self._campaigns.values()}
        return enrolled_by | owners

    def enroll(
        self,
        campaign: CampaignView,
        contact_id: str,
        *,
        analyzed: bool,
        analysis_id: str | None,
        member_id: str,
        source: str,
    ) -> Enrolled:
        """Put a contact into a campaign; takes the slot where that is running or paused."""
        place = (campaign.workspace_id, contact_id)
        group = self._of_contact.setdefault(place, [])
        attempts = [each.attempt for each in group if each.campaign_id == campaign.id]
        status = status_on_entry(campaign.status, analyzed=analyzed)
        added = Enrolled(
            campaign.workspace_id,
            new_id("enr", self._now),
            campaign.id,
            contact_id,
            max(attempts, default=0) + 1,
            status,
            is_ongoing(status, campaign.status),
            None,
            source,
            analysis_id,
            member_id,
            self._now,
            self._now,
        )
        self._keep(added)
        self._added[added.id] = added
        return added

    def waiting_for(self, workspace_id: str, analysis_id: str) -> list[Enrolled]:
        """Enrollments that wait for an analysis to end."""
        ids = self._of_analysis.get((workspace_id, analysis_id), ())
        return [
            each
            for group in self._of_contact.values()
            for each in group
            if each.id in ids and each.status is EnrollmentStatus.ANALYZING
        ]

    def settle(
        self, enrollment: Enrolled, status: EnrollmentStatus, outcome: str | None = None
    ) -> Enrolled:
        """Give an enrollment its next status; the slot follows from it and from the campaign."""
        campaign = self._campaigns[(enrollment.workspace_id, enrollment.campaign_id)]
        changed = replace(
            enrollment,
            status=status,
            ongoing=is_ongoing(status, campaign.status),
            outcome=outcome,
            last_activity_at=self._now,
        )
        place = (enrollment.workspace_id, enrollment.contact_id)
        group = self._of_contact[place]
        group[group.index(enrollment)] = changed
        if enrollment.id in self._added:
            self._added[enrollment.id] = changed
        else:
            self._changed[enrollment.id] = changed
        return changed

    def after_analysis(self, enrollment: Enrolled) -> Enrolled:
        """What an enrollment becomes once its analysis has ended well or found nothing."""
        campaign = self._campaigns[(enrollment.workspace_id, enrollment.campaign_id)]
        return self.settle(enrollment, status_on_entry(campaign.status, analyzed=True))

    def store(self, tx: Connection) -> None:
        """Write changes first (they may free slots), then what was added."""
        if self._changed:
            _UPDATE.many(
                tx,
                [
                    {
                        "w": each.workspace_id,
                        "k": each.id,
                        "new_status": each.status.value,
                        "new_ongoing": each.ongoing,
                        "new_outcome": each.outcome,
                        "at": each.last_activity_at,
                    }
                    for each in self._changed.values()
                ],
            )
        if self._added:
            _INSERT.many(tx, [_row(each) for each in self._added.values()])

    def checkpoint(self) -> tuple[Any, ...]:
        """What `rewind` needs to forget all that happened since."""
        groups = {place: list(group) for place, group in self._of_contact.items()}
        waiting = {place: list(ids) for place, ids in self._of_analysis.items()}
        return groups, waiting, dict(self._added), dict(self._changed)

    def rewind(self, mark: tuple[Any, ...]) -> None:
        """Forget what happened since `checkpoint`."""
        self._of_contact, self._of_analysis, self._added, self._changed = mark


def by_id(tx: Connection, enrollments: Iterable[Place]) -> dict[Place, Enrolled]:
    """The enrollments of these (workspace, id)."""
    wanted = set(enrollments)
    if not wanted:
        return {}
    return {(row.workspace_id, row.id): enrolled(row) for row in _BY_ID(tx, bind_keys(wanted))}


_UNENDED = {
    EnrollmentStatus.DRAFTED,
    EnrollmentStatus.ANALYZING,
    EnrollmentStatus.ACTIVE,
    EnrollmentStatus.PAUSED,
    EnrollmentStatus.PAUSED_BY_MERGE,
    EnrollmentStatus.SKIPPED,
}


def _row(each: Enrolled) -> dict[str, Any]:
    return {
        "workspace_id": each.workspace_id,
        "id": each.id,
        "campaign_id": each.campaign_id,
        "contact_id": each.contact_id,
        "attempt": each.attempt,
        "status": each.status.value,
        "ongoing": each.ongoing,
        "outcome": each.outcome,
        "source": each.source,
        "analysis_id": each.analysis_id,
        "enrolled_by": each.enrolled_by,
        "enrolled_at": each.enrolled_at,
        "last_activity_at": each.last_activity_at,
    }


def campaign_names(tx: Connection, campaigns: Iterable[Place]) -> dict[Place, str]:
    """The names of these (workspace, campaign)."""
    wanted = set(campaigns)
    if not wanted:
        return {}
    return {(row.workspace_id, row.id): row.name for row in _CAMPAIGNS(tx, bind_keys(wanted))}
