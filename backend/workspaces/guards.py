"""Guards: who asks, whether this route opens to them, and how often they may ask.

A route declares what it needs in its `opt` (see `opens`); a route without a declaration fails the
start. Credentials are looked up for many requests at once and remembered for a moment; a
revocation forgets them at once in this process, and within a second in others.
"""

import hmac
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from backend.database import Database
from backend.errors import Forbidden, InvalidRequest, NotFound, RateLimited, Unauthenticated
from backend.idempotency import IdempotencyKeyRequired
from backend.ids import secret_hash
from backend.workspaces import credentials, queries
from backend.workspaces.credentials import EXTENSION_PREFIX, KEY_PREFIX, Authenticated, SignedIn
from backend.workspaces.policy import at_least
from backend.workspaces.principal import Principal
from shared_schemas.vocabulary import Scope, WorkspaceRole

SESSION_COOKIE = "meetonce_session"
CSRF_COOKIE = "meetonce_csrf"
CSRF_HEADER = "x-csrf-token"

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a route asks of whoever calls it."""

    scope: Scope | None
    role: WorkspaceRole = WorkspaceRole.VIEWER
    extension: bool = False
    spends: bool = False
    unless: "Exemption | None" = None


Exemption = Callable[[Database, Principal], Awaitable[bool]]
"""Whether somebody may pass who lacks the scope or the role, for a reason of their workspace's."""


def opens(
    scope: Scope | None,
    *,
    role: WorkspaceRole = WorkspaceRole.VIEWER,
    extension: bool = False,
    spends: bool = False,
    unless: Exemption | None = None,
) -> dict[str, Needs]:
    """A route's `opt`: opens to `scope` and at least `role`; to the extension only if said so.

    `spends` asks for an Idempotency-Key; `unless` may let somebody in who lacks scope or role.
    """
    return {"needs": Needs(scope, role, extension, spends, unless)}


PUBLIC: dict[str, Needs | None] = {"needs": None}
"""A route's `opt` that needs no credential."""


class Gatekeeper:
    """The credentials of recent callers, and how often each has asked."""

    def __init__(
        self,
        db: Database,
        *,
        rate: str,
        remember_seconds: float,
        wall: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._remember_seconds = remember_seconds
        self._monotonic = monotonic
        self._wall = wall
        self._known: OrderedDict[str, tuple[float, Authenticated]] = OrderedDict()
        self._rate = parse(rate)
        # Counters: a list of every moment in the window would be searched and cut all the time.
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def forget(self, token_hash: str | None = None) -> None:
        """Stop to trust what is remembered of one credential, or of all."""
        if token_hash is None:
            self._known.clear()
        else:
            self._known.pop(token_hash, None)

    async def bearer(self, token: str) -> Principal | None:
        """The principal of a bearer token."""
        token_hash = secret_hash(token)
        now = self._monotonic()
        entry = self._known.get(token_hash)
        if entry is not None and entry[0] > now and entry[1].expires_at > self._db.clock():
            return entry[1].principal
        if token.startswith(KEY_PREFIX):
            find: Any = credentials.find_keys
        elif token.startswith(EXTENSION_PREFIX):
            find = credentials.find_browsers
        else:
            return None
        found: Authenticated | None = await self._db.look_together(find, token_hash)
        if found is None:
            self._known.pop(token_hash, None)
            return None
        self._known[token_hash] = (now + self._remember_seconds, found)
        while len(self._known) > 10_000:
            self._known.popitem(last=False)
        return found.principal

    async def session(self, token: str) -> SignedIn | None:
        """The console session of a cookie."""
        token_hash, now = secret_hash(token), self._db.clock()
        return await self._db.read(lambda tx: credentials.find_session(tx, token_hash, now))

    async def member(self, session: SignedIn, workspace_id: str) -> Principal | None:
        """The member that a signed-in person is in one workspace."""
        members = await self._db.read(lambda tx: queries.memberships(tx, session.email))
        for member in members:
            if member.workspace_id == workspace_id:
                return credentials.session_principal(session, member)
        return None

    def admit(self, credential: str) -> dict[str, str]:
        """Count one request; the headers that say how many more there may be."""
        allowed = self._limiter.hit(self._rate, credential)
        stats = self._limiter.get_window_stats(self._rate, credential)
        # The limiter goes by the wall clock, whatever the database's clock shows.
        seconds = max(1, math.ceil(stats.reset_time - self._wall()))
        name, limit, window = '"default"', self._rate.amount, self._rate.get_expiry()
        headers = {
            "RateLimit-Policy": f"{name};q={limit};w={window}",
            "RateLimit": f"{name};r={stats.remaining};t={seconds}",
        }
        if not allowed:
            raise RateLimited(
                "Too many requests with this credential.",
                headers={**headers, "Retry-After": str(seconds)},
            )
        return headers

    def admit_stranger(self, who: str) -> None:
        """Count one guess at a code, or one new pairing, of an address or a session."""
        if not self._limiter.hit(_STRANGERS, "stranger", who):
            raise RateLimited("Too many tries. Wait a minute.", headers={"Retry-After": "60"})


_STRANGERS = parse("30/minute")


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Decide who asks and whether they may, before the body is read."""
    _check_address(connection)
    needs = handler.opt.get("needs")
    if not isinstance(needs, Needs):
        return  # public: the app's start has checked that this was declared
    gate: Gatekeeper = connection.app.state.gate
    workspace_id = connection.path_params.get("workspace_id")
    principal = await _authenticate(gate, connection, workspace_id)
    connection.scope["rate_headers"] = gate.admit(principal.credential_id)  # type: ignore[typeddict-unknown-key]
    if workspace_id is not None and workspace_id != principal.workspace_id:
        raise NotFound("There is no such workspace.")
    if needs.unless is None or not await needs.unless(gate._db, principal):
        _check(principal, needs)
    if needs.spends and not _visible(connection.headers.get("idempotency-key", "")):
        raise IdempotencyKeyRequired(
            "Send an Idempotency-Key of 1 to 255 visible characters, a new one for each intent."
        )
    connection.scope["principal"] = principal  # type: ignore[typeddict-unknown-key]


def _check_address(connection: Connection) -> None:
    """Refuse U+0000 in path and query: no id has it, and PostgreSQL cannot be asked for it."""
    if "\x00" in connection.scope["path"]:
        raise NotFound("There is no such thing.")
    if b"%00" in connection.scope.get("query_string", b"") and any(
        "\x00" in name or "\x00" in str(value)
        for name, value in connection.query_params.multi_items()
    ):
        raise InvalidRequest(
            "U+0000 is not allowed in a query.", errors=[{"field": "query", "message": "U+0000"}]
        )


def _visible(key: str) -> bool:
    return 0 < len(key) <= 255 and all("!" <= letter <= "~" for letter in key)


async def _authenticate(
    gate: Gatekeeper, connection: Connection, workspace_id: str | None
) -> Principal:
    header = connection.headers.get("authorization")
    if header is not None:
        kind, _, token = header.partition(" ")
        principal = await gate.bearer(token.strip()) if kind.lower() == "bearer" else None
        if principal is None:
            raise Unauthenticated("The credential is unknown, expired or revoked.")
        return principal
    session = await signed_in(gate, connection)
    wanted = workspace_id or connection.query_params.get("workspace_id")
    if wanted is None:
        return await _first_membership(gate, session)
    found = await gate.member(session, wanted)
    if found is None:
        raise NotFound("There is no such workspace.")
    return found


async def signed_in(gate: Gatekeeper, connection: Connection) -> SignedIn:
    """The console session of a request; a change must carry the session's CSRF token."""
    token = connection.cookies.get(SESSION_COOKIE)
    session = await gate.session(token) if token else None
    if session is None:
        raise Unauthenticated("Sign in, or send an API key as a bearer token.")
    if connection.scope.get("method") not in ("GET", "HEAD"):
        given = connection.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), session.csrf_token.encode()):
            raise Forbidden("The CSRF token is missing or wrong.", csrf=True)
    return session


async def _first_membership(gate: Gatekeeper, session: SignedIn) -> Principal:
    members = await gate._db.read(lambda tx: queries.memberships(tx, session.email))
    if not members:
        raise Forbidden("You are not a member of any workspace any more.")
    return credentials.session_principal(session, members[0])


def _check(principal: Principal, needs: Needs) -> None:
    if principal.kind == "extension" and not needs.extension:
        raise Forbidden("A browser's token does not open this.")
    if needs.scope is not None and needs.scope not in principal.scopes:
        raise Forbidden(
            f"This needs the scope {needs.scope.value}.", missing_scope=needs.scope.value
        )
    if not at_least(principal.role, needs.role):
        raise Forbidden(
            f"This is for the role {needs.role.value} and above.", needed_role=needs.role.value
        )
