"""Refusals about workspaces, members and credentials."""

from backend.errors import Refusal


class LastOwner(Refusal):
    """A workspace always keeps an owner."""

    code = "last_owner"
    status = 409
    title = "The last owner cannot go"


class AlreadyMember(Refusal):
    """Somebody with this email is a member already."""

    code = "already_member"
    status = 409
    title = "Already a member"


class AuthorizationPending(Refusal):
    """Nobody has approved the browser yet."""

    code = "authorization_pending"
    status = 400
    title = "Not approved yet"
    retryable = True


class SlowDown(Refusal):
    """The browser asks for its approval too often."""

    code = "slow_down"
    status = 400
    title = "Ask less often"
    retryable = True


class ExpiredToken(Refusal):
    """The pairing or the refresh token is used up or too old; connect again."""

    code = "expired_token"
    status = 400
    title = "Connect again"


class AccessDenied(Refusal):
    """The signed-in person refused the browser."""

    code = "access_denied"
    status = 400
    title = "The connection was refused"


class UnknownTimeZone(Refusal):
    """There is no such IANA time zone."""

    code = "unknown_time_zone"
    status = 422
    title = "Unknown time zone"
