"""Routes of credentials: signing in, connecting browsers."""

from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection

from backend.database import Database
from backend.errors import NotFound, Unauthenticated
from backend.http import json_answer
from backend.instants import SECOND, Instant, render
from backend.settings import Settings
from backend.workspaces import actions, pairing, queries
from backend.workspaces.errors import ExpiredToken
from backend.workspaces.guards import (
    CSRF_COOKIE,
    PUBLIC,
    SESSION_COOKIE,
    Gatekeeper,
    opens,
    signed_in,
)
from backend.workspaces.pairing import Tokens
from backend.workspaces.policy import at_least
from backend.workspaces.principal import Principal
from shared_schemas.shapes import Named
from shared_schemas.vocabulary import Scope, WorkspaceRole
from shared_schemas.workspaces import (
    BrowserBody,
    BrowserList,
    DecidePairing,
    PairingBody,
    PairingStarted,
    RedeemPairing,
    RefreshToken,
    SessionBody,
    SignIn,
    StartPairing,
    TokenBody,
)

W = "/v1/workspaces/{workspace_id:str}"


# --- signing in ---------------------------------------------------------------------------


def _cookies(settings: Settings, session: str, csrf: str, seconds: int) -> list[Cookie]:
    secure = settings.origin.startswith("https://")
    return [
        Cookie(SESSION_COOKIE, value=session, max_age=seconds, httponly=True, secure=secure),
        Cookie(CSRF_COOKIE, value=csrf, max_age=seconds, secure=secure),
    ]


@post(
    "/v1/sessions",
    opt=PUBLIC,
    responses={201: ResponseSpec(SessionBody, description="Signed in")},
    tags=["Sessions"],
)
async def sign_in(
    data: JSONBody[SignIn],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Sign in to the console by a one-time link; the session comes as cookies."""
    session = await db.write(lambda tx: actions.begin_session(tx, link_token=data.token, now=now))
    if session is None:
        raise Unauthenticated(
            "This sign-in link was used or has expired. Ask for a new one: meetonce sign-in EMAIL."
        )
    body = SessionBody(
        email=session.email,
        csrf_token=session.csrf_token,
        expires_at=render(session.expires_at),
    )
    answer = json_answer(201, body.model_dump_json())
    for cookie in _cookies(
        settings, session.token, session.csrf_token, actions.SESSION_LASTS // SECOND
    ):
        answer.set_cookie(cookie)
    return answer


@delete("/v1/sessions", opt=PUBLIC, status_code=204, tags=["Sessions"])
async def sign_out(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
) -> None:
    """Sign out of the console."""
    session = await signed_in(gate, request)
    await db.write(lambda tx: actions.end_session(tx, token_hash=session.token_hash))


# --- connecting browsers ------------------------------------------------------------------


@post(
    "/v1/extension/pairings",
    opt=PUBLIC,
    responses={201: ResponseSpec(PairingStarted, description="Show the code")},
    tags=["Extension"],
)
async def start_pairing(
    data: JSONBody[StartPairing],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """A browser asks to be connected; a signed-in person approves its code."""
    gate.admit_stranger(request.client.host if request.client else "unknown")
    started = await db.write(
        lambda tx: pairing.start(
            tx,
            code_challenge=data.code_challenge,
            label=data.label,
            version=data.version,
            now=now,
        )
    )
    body = PairingStarted(
        pairing_id=started.id,
        user_code=started.user_code,
        verification_url=f"{settings.origin}/pair?code={started.user_code}",
        expires_in=(started.expires_at - now) // SECOND,
    )
    return json_answer(201, body.model_dump_json())


@get(
    "/v1/extension/pairings",
    opt=PUBLIC,
    responses={200: ResponseSpec(PairingBody, description="Who asks")},
    tags=["Extension"],
)
async def find_pairing(
    user_code: FromQuery[str],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """The pairing that shows this code, for the signed-in person to judge."""
    session = await signed_in(gate, request)
    gate.admit_stranger(session.token_hash)

    def look(tx: Connection) -> PairingBody | None:
        found = pairing.find(tx, user_code=user_code, now=now)
        if found is None:
            return None
        joined = queries.workspaces_of(tx, session.email)
        return _pairing_body(found, [Named(id=each.id, name=each.name) for each in joined])

    body = await db.read(look)
    if body is None:
        raise NotFound("This code is unknown or has expired. Start again in the extension.")
    return json_answer(200, body.model_dump_json())


def _pairing_body(found: pairing.PairingView, workspaces: list[Named]) -> PairingBody:
    return PairingBody(
        pairing_id=found.id,
        user_code=found.user_code,
        label=found.label,
        version=found.version,
        status=found.status,
        requested_at=render(found.created_at),
        expires_at=render(found.expires_at),
        workspaces=workspaces,
    )


@post(
    "/v1/extension/pairings/{pairing_id:str}/{decision:str}",
    opt=PUBLIC,
    status_code=200,
    responses={200: ResponseSpec(PairingBody, description="Decided")},
    tags=["Extension"],
)
async def decide_pairing(
    pairing_id: FromPath[str],
    decision: FromPath[str],
    data: JSONBody[DecidePairing],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Approve a browser for a workspace, or deny it."""
    if decision not in ("approve", "deny"):
        raise NotFound("There is no such action.")
    session = await signed_in(gate, request)
    gate.admit_stranger(session.token_hash)
    member = None
    if decision == "approve":
        member = await gate.member(session, data.workspace_id or "")
        if member is None:
            raise NotFound("There is no such workspace.")

    def do(tx: Connection) -> pairing.PairingView:
        return pairing.decide(
            tx,
            pairing_id=pairing_id,
            user_code=data.user_code,
            workspace_id=member.workspace_id if member else None,
            member_id=member.member_id if member else None,
            now=now,
        )

    body = _pairing_body(await db.write(do), [])
    body.redirect_url = f"/extension/paired?pairing={pairing_id}" if member else None
    return json_answer(200, body.model_dump_json())


async def _token_answer(db: Database, tokens: Tokens) -> Response[Any]:
    def look(tx: Connection) -> tuple[Named, Named]:
        workspace = queries.workspace_of(tx, tokens.workspace_id)
        member = queries.member_of(tx, tokens.workspace_id, tokens.member_id)
        if workspace is None or member is None:
            raise ExpiredToken("The member behind this browser is gone.")
        return (
            Named(id=workspace.id, name=workspace.name),
            Named(id=member.id, name=member.name),
        )

    workspace, member = await db.read(look)
    body = TokenBody(
        access_token=tokens.access_token,
        expires_in=tokens.expires_in,
        refresh_token=tokens.refresh_token,
        workspace=workspace,
        member=member,
    )
    return json_answer(200, body.model_dump_json(), {"Cache-Control": "no-store"})


@post(
    "/v1/extension/pairings/{pairing_id:str}/token",
    opt=PUBLIC,
    status_code=200,
    responses={200: ResponseSpec(TokenBody, description="Connected")},
    tags=["Extension"],
)
async def redeem_pairing(
    pairing_id: FromPath[str],
    data: JSONBody[RedeemPairing],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Exchange an approved pairing for tokens, once."""
    found = await db.write(
        lambda tx: pairing.redeem(
            tx, pairing_id=pairing_id, code_verifier=data.code_verifier, now=now
        )
    )
    if isinstance(found, Exception):
        raise found
    return await _token_answer(db, found)


@post(
    "/v1/extension/token/refresh",
    opt=PUBLIC,
    status_code=200,
    responses={200: ResponseSpec(TokenBody, description="New tokens")},
    tags=["Extension"],
)
async def refresh_token(
    data: JSONBody[RefreshToken],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """New tokens for old; a refresh token counts once."""
    found = await db.write(
        lambda tx: pairing.rotate(tx, refresh_token=data.refresh_token, now=now)
    )
    if found is None:
        gate.forget()
        raise Unauthenticated("This browser is not connected any more. Connect it again.")
    tokens, old_hash = found
    gate.forget(old_hash)
    return await _token_answer(db, tokens)


@post("/v1/extension/token/revoke", opt=PUBLIC, status_code=204, tags=["Extension"])
async def revoke_token(
    data: JSONBody[RefreshToken],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
) -> None:
    """Sign a browser out by its refresh token; 204 for any token, known or not (RFC 7009)."""
    gate.admit_stranger(request.client.host if request.client else "unknown")
    token_hash = await db.write(
        lambda tx: pairing.sign_out(tx, refresh_token=data.refresh_token, now=now)
    )
    if token_hash is not None:
        gate.forget(token_hash)


@get(
    f"{W}/browsers",
    opt=opens(Scope.WORKSPACE_READ),
    responses={200: ResponseSpec(BrowserList, description="Newest first")},
    tags=["Extension"],
)
async def list_browsers(
    principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> Response[Any]:
    """One's own connected browsers; admins see everybody's."""
    sees_all = at_least(principal.role, WorkspaceRole.ADMIN)

    def look(tx: Connection) -> BrowserList:
        rows: list[dict[str, Any]] = pairing.browsers_of(
            tx,
            workspace_id=principal.workspace_id,
            member_id=None if sees_all else principal.member_id,
        )
        names = queries.member_names(
            tx, {(principal.workspace_id, row["member_id"]) for row in rows}
        )
        return BrowserList(
            data=[
                BrowserBody(
                    id=row["id"],
                    label=row["label"],
                    version=row["version"],
                    member=Named(
                        id=row["member_id"],
                        name=names.get((principal.workspace_id, row["member_id"])),
                    ),
                    connected_at=render(row["created_at"]),
                    seen_at=render(row["seen_at"]),
                )
                for row in rows
            ]
        )

    return json_answer(200, (await db.read(look)).model_dump_json())


@delete(
    f"{W}/browsers/{{browser_id:str}}",
    opt=opens(Scope.WORKSPACE_READ),
    status_code=204,
    tags=["Extension"],
)
async def revoke_browser(
    browser_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    gate: NamedDependency[Gatekeeper],
    now: NamedDependency[Instant],
) -> None:
    """Cut a browser off at once: one's own, or (admins) anybody's."""

    def do(tx: Connection) -> str | None:
        owned = pairing.browsers_of(
            tx,
            workspace_id=principal.workspace_id,
            member_id=(
                None if at_least(principal.role, WorkspaceRole.ADMIN) else principal.member_id
            ),
        )
        if all(row["id"] != browser_id for row in owned):
            return None
        return pairing.revoke(
            tx, workspace_id=principal.workspace_id, browser_id=browser_id, now=now
        )

    token_hash = await db.write(do)
    if token_hash is None:
        raise NotFound("There is no such browser in this workspace.")
    gate.forget(token_hash)


ROUTES = [
    sign_in,
    sign_out,
    start_pairing,
    find_pairing,
    decide_pairing,
    redeem_pairing,
    refresh_token,
    revoke_token,
    list_browsers,
    revoke_browser,
]
