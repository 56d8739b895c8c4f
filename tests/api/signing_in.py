"""People and browsers that sign in, as tests do it."""

import base64
import hashlib
from typing import Any

import httpx

from backend.database import Database
from backend.workspaces.actions import make_sign_in_link
from tests.flows.workplace import Workplace

VERIFIER = "verifier-" * 5


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def outcome(answer: httpx.Response) -> tuple[int, str]:
    """Status and, of a problem, its code."""
    code = answer.json()["code"] if answer.status_code >= 400 else ""
    return answer.status_code, code


def bearer(token: str) -> dict[str, str]:
    """The header of a credential."""
    return {"Authorization": f"Bearer {token}"}


async def link_for(acme: Workplace, email: str) -> str:
    """What `meetonce sign-in EMAIL` prints the token of."""
    assert acme.app is not None
    db: Database = acme.app.state.db
    return await db.write(lambda tx: make_sign_in_link(tx, email=email, now=acme.clock()))


async def sign_in(acme: Workplace, email: str = "owner@acme.example") -> dict[str, str]:
    """Sign in; the cookies stay in the client, the answer is the header that changes need."""
    answer = await acme.client.post("/v1/sessions", json={"token": await link_for(acme, email)})
    assert 201 == answer.status_code, answer.text
    return {"X-CSRF-Token": answer.json()["csrf_token"]}


# --- sessions -----------------------------------------------------------------------------


async def begin_pairing(acme: Workplace) -> dict[str, Any]:
    """What a browser is told when it asks to be connected."""
    body = {"code_challenge": challenge_of(VERIFIER), "label": "Chromium", "version": "0.1.0"}
    answer = await acme.client.post("/v1/extension/pairings", json=body)
    assert 201 == answer.status_code, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


async def redeem(acme: Workplace, pairing: str, verifier: str = VERIFIER) -> httpx.Response:
    """Ask for the tokens of a pairing."""
    return await acme.client.post(
        f"/v1/extension/pairings/{pairing}/token", json={"code_verifier": verifier}
    )


async def connect(acme: Workplace) -> dict[str, Any]:
    """A connected browser's tokens."""
    begun, csrf = await begin_pairing(acme), await sign_in(acme)
    approved = await decide(acme, begun, csrf)
    assert 200 == approved.status_code, approved.text
    tokens: dict[str, Any] = (await redeem(acme, begun["pairing_id"])).json()
    acme.client.cookies.clear()
    return tokens


async def decide(
    acme: Workplace, begun: dict[str, Any], csrf: dict[str, str], word: str = "approve"
) -> httpx.Response:
    """The signed-in person approves or denies."""
    return await acme.client.post(
        f"/v1/extension/pairings/{begun['pairing_id']}/{word}",
        json={"user_code": begun["user_code"], "workspace_id": acme.workspace_id},
        headers=csrf,
    )
