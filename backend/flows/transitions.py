"""Campaigns and enrollments change state; whatever would take a contact's slot is checked again.

Launch, resume and reopen refuse (or skip) contacts that another ongoing campaign holds; so do an
enrollment's resume, restart and move. The partial unique index is the judge.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from backend import outbox
from backend.campaigns import actions as campaigns
from backend.campaigns import roster
from backend.campaigns.errors import CampaignClosed, OngoingConflict, WrongState
from backend.campaigns.policy import ENROLLMENT_ACTIONS, is_ongoing
from backend.campaigns.roster import CampaignView, Enrolled, Roster
from backend.contacts.queries import people
from backend.errors import Forbidden, NotFound
from backend.flows.scene import campaign_facts, enrolled_facts
from backend.instants import Instant
from backend.workspaces.policy import at_least
from backend.workspaces.principal import Principal
from backend.workspaces.queries import member_names
from shared_schemas.vocabulary import CampaignStatus, EnrollmentStatus, WorkspaceRole

MOST_CONFLICTS = 50


@dataclass(frozen=True, slots=True)
class Transition:
    """A campaign after an action, and the conflicts that it met (all of them, as answer rows)."""

    campaign: CampaignView
    conflicts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contact stands after an action: enrollment, campaign, and its owner's name."""

    enrollment: Enrolled
    campaign: CampaignView
    owner_name: str | None


def conflicts_of(tx: Connection, campaign: CampaignView) -> list[dict[str, Any]]:
    """Who of a campaign is held by another ongoing one: contact and conflict, oldest first."""
    found = campaigns.rivals(tx, workspace_id=campaign.workspace_id, campaign_id=campaign.id)
    persons = people(tx, {(campaign.workspace_id, contact_id) for contact_id, _, _ in found})
    names = member_names(
        tx,
        {(campaign.workspace_id, other.owner_id) for _, _, other in found}
        | {(campaign.workspace_id, each.enrolled_by) for _, each, _ in found},
    )
    rows = []
    for contact_id, holder, other in found:
        person = persons.get((campaign.workspace_id, contact_id))
        rows.append(
            {
                "contact": {"id": contact_id, "name": person.name if person else None},
                "conflict": {
                    "campaign": campaign_facts(names, other),
                    **enrolled_facts(names, holder),
                },
            }
        )
    return rows


def act_on_campaign(
    tx: Connection,
    principal: Principal,
    *,
    campaign_id: str,
    action: str,
    on_conflict: str,
    dry_run: bool,
    now: Instant,
) -> Transition:
    """Launch, pause, resume, complete, archive or reopen a campaign."""
    campaign = campaigns.campaign_named(
        tx, workspace_id=principal.workspace_id, campaign_id=campaign_id
    )
    check_campaign_owner(principal, campaign)
    target = campaigns.next_status(campaign, action)
    conflicts = conflicts_of(tx, campaign) if target in _LIVE else []
    if dry_run:
        return Transition(campaign, conflicts)
    if conflicts and on_conflict == "refuse":
        raise OngoingConflict(
            f"{len(conflicts)} contacts are in other ongoing campaigns. Nothing was changed.",
            conflicts=conflicts[:MOST_CONFLICTS],
            total=len(conflicts),
            charged=0,
        )
    skipped = {row["contact"]["id"] for row in conflicts}
    changed = campaigns.enter_status(tx, campaign, target, skipped_contacts=skipped, now=now)
    outbox.emit(
        tx,
        [
            outbox.event(
                campaign.workspace_id,
                "campaign.changed",
                now,
                campaign_id=campaign.id,
                status=target.value,
                member_id=principal.member_id,
            )
        ],
    )
    return Transition(changed, conflicts)


_LIVE = {CampaignStatus.RUNNING, CampaignStatus.PAUSED}


def check_campaign_owner(principal: Principal, campaign: CampaignView) -> None:
    """Members change their own campaigns; managers and above change all."""
    if campaign.owner_id != principal.member_id and not at_least(
        principal.role, WorkspaceRole.MANAGER
    ):
        raise Forbidden(
            "Only its owner or a manager can change this campaign.",
            needed_role=WorkspaceRole.MANAGER.value,
        )


def act_on_enrollment(
    tx: Connection, principal: Principal, *, enrollment_id: str, action: str, now: Instant
) -> Standing:
    """Pause, resume, finish, remove or restart an enrollment."""
    place = (principal.workspace_id, enrollment_id)
    enrollment = roster.by_id(tx, [place]).get(place)
    if enrollment is None:
        raise NotFound("There is no such enrollment in this workspace.")
    book = _roster_of(tx, enrollment, now)
    campaign = book.campaign(principal.workspace_id, enrollment.campaign_id)
    assert campaign is not None, "the campaign of an enrollment exists"
    if enrollment.enrolled_by != principal.member_id:
        check_campaign_owner(principal, campaign)
    enrollment = _current(book, enrollment)
    if action == "restart":
        changed = _restart(tx, book, campaign, enrollment, principal)
    else:
        allowed, target = ENROLLMENT_ACTIONS[action]
        if enrollment.status not in allowed:
            raise WrongState(
                f"An enrollment that is {enrollment.status.value} cannot {action}.",
                status_now=enrollment.status.value,
                allowed_from=sorted(status.value for status in allowed),
            )
        if is_ongoing(target, campaign.status) and not enrollment.ongoing:
            _check_slot(tx, book, enrollment)
        changed = book.settle(enrollment, target)
    book.store(tx)
    outbox.emit(tx, [_changed_event(changed, now)])
    return _standing(tx, changed, campaign)


def _standing(tx: Connection, enrollment: Enrolled, campaign: CampaignView) -> Standing:
    owner = (campaign.workspace_id, campaign.owner_id)
    return Standing(enrollment, campaign, member_names(tx, [owner]).get(owner))


def _roster_of(tx: Connection, enrollment: Enrolled, now: Instant, *campaign_ids: str) -> Roster:
    book = Roster(now)
    book.load(
        tx,
        campaigns={(enrollment.workspace_id, each) for each in campaign_ids},
        contacts=[(enrollment.workspace_id, enrollment.contact_id)],
    )
    return book


def _current(book: Roster, enrollment: Enrolled) -> Enrolled:
    found = book.enrollment(enrollment.workspace_id, enrollment.contact_id, enrollment.id)
    assert found is not None, "it was read in this transaction"
    return found


def _restart(
    tx: Connection,
    book: Roster,
    campaign: CampaignView,
    enrollment: Enrolled,
    principal: Principal,
) -> Enrolled:
    """Another attempt in the same campaign; the former one stays as history."""
    ended = {EnrollmentStatus.FINISHED, EnrollmentStatus.REMOVED, EnrollmentStatus.SKIPPED}
    if enrollment.status not in ended:
        raise WrongState(
            f"An enrollment that is {enrollment.status.value} cannot restart.",
            status_now=enrollment.status.value,
            allowed_from=sorted(status.value for status in ended),
        )
    check_open(campaign)
    if enrollment.status is EnrollmentStatus.SKIPPED:
        enrollment = book.settle(enrollment, EnrollmentStatus.REMOVED, "restarted")
    if campaign.status is not CampaignStatus.DRAFT:
        _check_slot(tx, book, enrollment)
    return book.enroll(
        campaign,
        enrollment.contact_id,
        analyzed=True,
        analysis_id=enrollment.analysis_id,
        member_id=principal.member_id,
        source=enrollment.source,
    )


def check_open(campaign: CampaignView) -> None:
    """Refuse a campaign that takes nobody in."""
    if campaign.status in (CampaignStatus.COMPLETED, CampaignStatus.ARCHIVED):
        raise CampaignClosed(
            f"The campaign is {campaign.status.value}; it takes nobody in.",
            campaign={"id": campaign.id, "name": campaign.name, "status": campaign.status.value},
            charged=0,
        )


def _check_slot(tx: Connection, book: Roster, enrollment: Enrolled) -> None:
    holder = book.ongoing(enrollment.workspace_id, enrollment.contact_id)
    if holder is None or holder.id == enrollment.id:
        return
    other = book.campaign(holder.workspace_id, holder.campaign_id)
    assert other is not None, "the campaigns of a contact's enrollments are loaded"
    names = member_names(
        tx,
        [(holder.workspace_id, other.owner_id), (holder.workspace_id, holder.enrolled_by)],
    )
    place = (holder.workspace_id, holder.contact_id)
    person = people(tx, [place]).get(place)
    raise OngoingConflict(
        f"The contact is in the ongoing campaign “{other.name}”.",
        contact={"id": holder.contact_id, "name": person.name if person else None},
        conflict={"campaign": campaign_facts(names, other), **enrolled_facts(names, holder)},
        charged=0,
        resolutions=[{"kind": "wait"}],
    )


def move(
    tx: Connection, principal: Principal, *, enrollment_id: str, to_campaign: str, now: Instant
) -> Standing:
    """Leave one campaign and enter another: both, or neither; never charged.

    By the owner of either campaign, or a manager.
    """
    place = (principal.workspace_id, enrollment_id)
    enrollment = roster.by_id(tx, [place]).get(place)
    if enrollment is None:
        raise NotFound("There is no such enrollment in this workspace.")
    target = campaigns.campaign_named(
        tx, workspace_id=principal.workspace_id, campaign_id=to_campaign
    )
    book = _roster_of(tx, enrollment, now, to_campaign)
    source = book.campaign(principal.workspace_id, enrollment.campaign_id)
    assert source is not None, "the campaign of an enrollment exists"
    if source.owner_id != principal.member_id:
        check_campaign_owner(principal, target)
    _check_move(book, enrollment, source, target)
    enrollment = _current(book, enrollment)
    left = book.settle(enrollment, EnrollmentStatus.MOVED, f"moved_to:{target.id}")
    if not enrollment.ongoing:
        _check_slot(tx, book, left)
    entered = book.enroll(
        target,
        enrollment.contact_id,
        analyzed=enrollment.status is not EnrollmentStatus.ANALYZING,
        analysis_id=enrollment.analysis_id,
        member_id=principal.member_id,
        source=enrollment.source,
    )
    book.store(tx)
    outbox.emit(tx, [_changed_event(left, now), _changed_event(entered, now)])
    return _standing(tx, entered, target)


def _check_move(
    book: Roster, enrollment: Enrolled, source: CampaignView, target: CampaignView
) -> None:
    if target.status not in _LIVE:
        raise CampaignClosed(
            f"The campaign is {target.status.value}; only a running or paused one takes a move.",
            campaign={"id": target.id, "name": target.name, "status": target.status.value},
            charged=0,
        )
    if target.id == source.id:
        raise WrongState("The contact is in this campaign already.", charged=0)
    if enrollment.status not in _MOVABLE:
        raise WrongState(
            f"An enrollment that is {enrollment.status.value} cannot move.",
            status_now=enrollment.status.value,
            charged=0,
        )
    if book.here(target, enrollment.contact_id) is not None:
        raise WrongState("The contact is in that campaign already.", charged=0)


_MOVABLE = {
    EnrollmentStatus.DRAFTED,
    EnrollmentStatus.ANALYZING,
    EnrollmentStatus.ACTIVE,
    EnrollmentStatus.PAUSED,
    EnrollmentStatus.PAUSED_BY_MERGE,
    EnrollmentStatus.SKIPPED,
}


def _changed_event(enrolled: Enrolled, now: Instant) -> dict[str, Any]:
    return outbox.event(
        enrolled.workspace_id,
        "enrollment.changed",
        now,
        enrollment_id=enrolled.id,
        campaign_id=enrolled.campaign_id,
        contact_id=enrolled.contact_id,
        status=enrolled.status.value,
    )
