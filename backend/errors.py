"""Refusals: expected errors with a code, a status and their facts. Anything else is a bug.

Every refusal answers as an RFC 9457 problem (`app.py` renders it). `ALL_CODES` is filled as
the classes are defined, so that the README's list can be compared with the code.
"""

from http import HTTPStatus
from typing import Any, ClassVar

ALL_CODES: dict[str, int] = {}


class Refusal(Exception):
    """An expected error: what the caller asked for is not done, and nothing was charged.

    `detail` is one sentence for a person; `facts` are named values for a program, put beside
    the standard members of the problem. `headers` go out with the answer.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = HTTPStatus.CONFLICT
    title: ClassVar[str] = "Refused"
    retryable: ClassVar[bool] = False

    def __init__(
        self, detail: str, *, headers: dict[str, str] | None = None, **facts: Any
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}
        self.facts = facts

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        ALL_CODES[cls.code] = int(cls.status)


class MalformedRequest(Refusal):
    """The request cannot be parsed."""

    code = "malformed"
    status = HTTPStatus.BAD_REQUEST
    title = "Malformed request"


class InvalidRequest(Refusal):
    """The request parses, but a value in it is not allowed; `errors` lists where and why."""

    code = "validation"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Invalid request"


class InvalidIdentity(Refusal):
    """An address that identifies nobody; `reason` is the word of the identity rules."""

    code = "invalid_identity"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Not a person's address"


class Unauthenticated(Refusal):
    """No credential, or one that is unknown, expired or revoked."""

    code = "unauthenticated"
    status = HTTPStatus.UNAUTHORIZED
    title = "Sign in first"

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"}, **facts)


class Forbidden(Refusal):
    """The credential is good, but its role or scopes do not allow this."""

    code = "forbidden"
    status = HTTPStatus.FORBIDDEN
    title = "Not allowed"


class NotFound(Refusal):
    """No such thing in this workspace; another workspace's ids answer exactly alike."""

    code = "not_found"
    status = HTTPStatus.NOT_FOUND
    title = "Not found"


class MethodNotAllowed(Refusal):
    """The path exists, the method does not."""

    code = "method_not_allowed"
    status = HTTPStatus.METHOD_NOT_ALLOWED
    title = "Method not allowed"


class TooLarge(Refusal):
    """The body is larger than this endpoint takes."""

    code = "too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "Body too large"


class BodyTimeout(Refusal):
    """The body did not arrive in time."""

    code = "body_timeout"
    status = HTTPStatus.REQUEST_TIMEOUT
    title = "Body too slow"
    retryable = True


class UnsupportedMediaType(Refusal):
    """The body's content type or encoding is not one that we read."""

    code = "unsupported_media_type"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title = "Unsupported content type"


class Overloaded(Refusal):
    """More work is waiting than can be done soon; nothing was done."""

    code = "overloaded"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Too busy"
    retryable = True

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail, headers={"Retry-After": "1"}, **facts)


class RateLimited(Refusal):
    """This credential asks more often than it may."""

    code = "rate_limited"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "Too many requests"
    retryable = True


class PreconditionRequired(Refusal):
    """A change that must name the version it was made from, and does not."""

    code = "precondition_required"
    status = HTTPStatus.PRECONDITION_REQUIRED
    title = "If-Match is required"


class PreconditionFailed(Refusal):
    """The thing has changed since the version that the caller knows."""

    code = "precondition_failed"
    status = HTTPStatus.PRECONDITION_FAILED
    title = "Changed meanwhile"


class InternalError(Refusal):
    """A bug of ours; the log has the traceback under the same request id."""

    code = "internal_error"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title = "Something broke on our side"
    retryable = True
