"""Bodies of workspaces, members and credentials."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from shared_schemas.shapes import Named
from shared_schemas.vocabulary import Scope, WorkspaceRole
from shared_schemas.wire import Answer, Request, storable

ShortName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(storable),
]
EmailAddress = Annotated[
    str,
    StringConstraints(
        min_length=3, max_length=320, strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+$"
    ),
    AfterValidator(storable),
]
Token = Annotated[str, StringConstraints(min_length=16, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class SignIn(Request):
    """The token of a one-time sign-in link."""

    token: Token


class SessionBody(Answer):
    """Who has signed in; the session itself is in the cookies."""

    email: str
    csrf_token: str
    expires_at: str


def _instant(value: object) -> object:
    """Refuse a number for an instant."""
    if not isinstance(value, str):
        raise ValueError("an RFC 3339 instant is needed")
    return value


class CreateKey(Request):
    """A key for scripts; no scopes means all that the member's role may have."""

    name: ShortName
    scopes: Annotated[list[Annotated[Scope, Field(strict=False)]], Field(max_length=20)] | None = (
        None
    )
    expires_at: Annotated[datetime, Field(strict=False), BeforeValidator(_instant)] | None = None
    member_id: Annotated[str, StringConstraints(max_length=64)] | None = None


class KeyBody(Answer):
    """A key as lists show it: never its secret."""

    id: str
    name: str
    hint: str
    member: Named
    scopes: list[Scope]
    created_at: str
    expires_at: str | None


class NewKeyBody(KeyBody):
    """A key just made; `api_key` is shown this once."""

    api_key: str


class KeyList(Answer):
    """Live keys, newest first."""

    data: list[KeyBody]


class AddMember(Request):
    """Somebody to be a member at once."""

    email: EmailAddress
    name: ShortName | None = None
    role: Annotated[WorkspaceRole, Field(strict=False)] = WorkspaceRole.MEMBER


class ChangeMember(Request):
    """Another role for a member."""

    role: Annotated[WorkspaceRole, Field(strict=False)]


class MemberBody(Answer):
    """A member."""

    id: str
    email: str
    name: str
    role: WorkspaceRole
    created_at: str


class MemberList(Answer):
    """Live members, oldest first."""

    data: list[MemberBody]


class SetCap(Request):
    """How much a member may spend in a cycle; null lifts the cap."""

    cap: Annotated[int, Field(ge=0, le=1_000_000_000)] | None


class CapBody(Answer):
    """A member's cap for every cycle, what was added to it for this one, and what is used.

    `limit` is what counts now; null is no cap.
    """

    member_id: str
    cap: int | None
    raised_by: int
    raised_until: str | None
    limit: int | None
    used: int


class BrowserBody(Answer):
    """A connected browser."""

    id: str
    label: str
    version: str
    member: Named
    connected_at: str
    seen_at: str


class BrowserList(Answer):
    """Connected browsers, newest first."""

    data: list[BrowserBody]


class StartPairing(Request):
    """A browser asks to be connected; `code_challenge` is base64url(SHA-256(verifier))."""

    code_challenge: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    label: Annotated[str, StringConstraints(max_length=100), AfterValidator(storable)] = "Browser"
    version: Annotated[str, StringConstraints(max_length=40), AfterValidator(storable)] = ""


class PairingStarted(Answer):
    """What the browser shows, and where the person goes; `expires_in` is in seconds."""

    pairing_id: str
    user_code: str
    verification_url: str
    expires_in: int


class RedeemPairing(Request):
    """The verifier whose hash the pairing began with."""

    code_verifier: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]


class RefreshToken(Request):
    """The refresh token last given out."""

    refresh_token: Token


class TokenBody(Answer):
    """A browser's tokens; `expires_in` is in seconds."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 (a word of RFC 6749, no secret)
    expires_in: int
    refresh_token: str
    workspace: Named
    member: Named


class DecidePairing(Request):
    """Approve (with the workspace to connect to) or deny, by the code that the browser shows."""

    user_code: Annotated[str, StringConstraints(min_length=8, max_length=12)]
    workspace_id: Annotated[str, StringConstraints(max_length=64)] | None = None


class PairingBody(Answer):
    """A pairing as the approving page shows it."""

    pairing_id: str
    user_code: str
    label: str
    version: str
    status: str
    requested_at: str
    expires_at: str
    workspaces: list[Named] = []
    redirect_url: str | None = None


Percent = Annotated[int, Field(ge=1, le=100)]


class ChangeWorkspace(Request):
    """New values for what may change; what is left out stays.

    `alert_thresholds` are percents of an allotment used; with none, no warning is given.
    """

    name: ShortName | None = None
    time_zone: (
        Annotated[str, StringConstraints(max_length=64), AfterValidator(storable)] | None
    ) = None
    alert_thresholds: Annotated[list[Percent], Field(max_length=10)] | None = None


class WorkspaceBody(Answer):
    """A workspace; cycles keep the zone that they began in, months of usage go by this one."""

    id: str
    name: str
    time_zone: str
    policy: str
    alert_thresholds: list[int]
    created_at: str


class WorkspaceBrief(Answer):
    """A workspace that the signed-in person is a member of."""

    id: str
    name: str
    time_zone: str
    role: WorkspaceRole


class DisabledReader(Answer):
    """A reader of the extension that reads pages wrongly up to this version of it."""

    reader: str
    version: int


class MeBody(Answer):
    """Who asks, where, with what credits, and what actions cost there."""

    member: dict[str, Any]
    role: WorkspaceRole
    scopes: list[Scope]
    workspace: WorkspaceBrief
    workspaces: list[WorkspaceBrief]
    balance: dict[str, Any]
    actions: dict[str, int]
    min_extension_version: str
    disabled_readers: list[DisabledReader]
