"""Refusals about campaigns and enrollments."""

from backend.errors import Refusal


class OngoingConflict(Refusal):
    """The contact is in another ongoing campaign of this workspace."""

    code = "ongoing_conflict"
    status = 409
    title = "In another ongoing campaign"


class CampaignClosed(Refusal):
    """A completed or archived campaign takes nobody in."""

    code = "campaign_closed"
    status = 409
    title = "The campaign is closed"


class WrongState(Refusal):
    """The campaign or enrollment is not in a state from which this can be done."""

    code = "wrong_state"
    status = 409
    title = "Not possible in this state"
