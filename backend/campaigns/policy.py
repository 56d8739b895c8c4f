"""What a campaign and an enrollment may become, and what counts as ongoing. Pure."""

from shared_schemas.vocabulary import CampaignStatus, EnrollmentStatus

_HOLDING = {EnrollmentStatus.ANALYZING, EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED}
_LIVE = {CampaignStatus.RUNNING, CampaignStatus.PAUSED}

CAMPAIGN_ACTIONS: dict[str, tuple[frozenset[CampaignStatus], CampaignStatus]] = {
    "launch": (frozenset({CampaignStatus.DRAFT}), CampaignStatus.RUNNING),
    "pause": (frozenset({CampaignStatus.RUNNING}), CampaignStatus.PAUSED),
    "resume": (frozenset({CampaignStatus.PAUSED}), CampaignStatus.RUNNING),
    "complete": (
        frozenset({CampaignStatus.RUNNING, CampaignStatus.PAUSED}),
        CampaignStatus.COMPLETED,
    ),
    "archive": (
        frozenset({CampaignStatus.DRAFT, CampaignStatus.COMPLETED}),
        CampaignStatus.ARCHIVED,
    ),
    "reopen": (frozenset({CampaignStatus.COMPLETED}), CampaignStatus.PAUSED),
}
"""For each action: from which states, and to which. Archived is the end."""

ENROLLMENT_ACTIONS: dict[str, tuple[frozenset[EnrollmentStatus], EnrollmentStatus]] = {
    "pause": (frozenset({EnrollmentStatus.ACTIVE}), EnrollmentStatus.PAUSED),
    "resume": (
        frozenset({EnrollmentStatus.PAUSED, EnrollmentStatus.PAUSED_BY_MERGE}),
        EnrollmentStatus.ACTIVE,
    ),
    "finish": (
        frozenset({EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED}),
        EnrollmentStatus.FINISHED,
    ),
    "remove": (
        frozenset(
            {
                EnrollmentStatus.DRAFTED,
                EnrollmentStatus.ACTIVE,
                EnrollmentStatus.PAUSED,
                EnrollmentStatus.PAUSED_BY_MERGE,
                EnrollmentStatus.SKIPPED,
            }
        ),
        EnrollmentStatus.REMOVED,
    ),
}


def is_ongoing(enrollment: EnrollmentStatus, campaign: CampaignStatus) -> bool:
    """Whether an enrollment holds the contact's one slot.

    >>> is_ongoing(EnrollmentStatus.PAUSED, CampaignStatus.PAUSED)
    True
    >>> is_ongoing(EnrollmentStatus.ACTIVE, CampaignStatus.COMPLETED)
    False
    """
    return enrollment in _HOLDING and campaign in _LIVE


def takes_enrollments(campaign: CampaignStatus) -> bool:
    """Whether contacts can be put into a campaign of this state; a draft takes them as drafted."""
    return campaign in _LIVE or campaign is CampaignStatus.DRAFT


def status_on_entry(campaign: CampaignStatus, *, analyzed: bool) -> EnrollmentStatus:
    """What an enrollment starts as: analyzing until its analysis has ended, drafted in a draft."""
    if not analyzed:
        return EnrollmentStatus.ANALYZING
    return (
        EnrollmentStatus.DRAFTED if campaign is CampaignStatus.DRAFT else EnrollmentStatus.ACTIVE
    )
