"""Connecting a browser: a code that a signed-in person approves, then tokens that rotate.

The browser makes a secret and shows only its hash (RFC 7636, S256); the person approves the code
that the browser shows (RFC 8628); the browser then proves that it holds the secret and is given
its tokens, once.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from backend.database import table_of
from backend.errors import NotFound
from backend.ids import new_id, new_secret, secret_hash
from backend.instants import DAY, MINUTE, SECOND, Instant
from backend.workspaces.credentials import EXTENSION_PREFIX
from backend.workspaces.errors import (
    AccessDenied,
    AuthorizationPending,
    ExpiredToken,
    SlowDown,
)
from backend.workspaces.tables import Browser, Pairing

_pairing = table_of(Pairing)
_browser = table_of(Browser)

PAIRING_LASTS = 10 * MINUTE
ACCESS_LASTS = 15 * MINUTE
REFRESH_LASTS = 90 * DAY
# A refresh answer can be lost on its way; the former token is good for this long after.
REFRESH_GRACE = MINUTE
_LEAST_PAUSE = SECOND
_MOST_TRIES = 5
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True, slots=True)
class PairingView:
    """A pairing as the approving page shows it."""

    id: str
    user_code: str
    label: str
    version: str
    status: str
    workspace_id: str | None
    member_id: str | None
    created_at: Instant
    expires_at: Instant


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a connected browser gets: both secrets are shown once; seconds until access ends."""

    browser_id: str
    workspace_id: str
    member_id: str
    access_token: str
    refresh_token: str
    expires_in: int


def _view(row: Any) -> PairingView:
    names = PairingView.__dataclass_fields__
    return PairingView(**{name: getattr(row, name) for name in names})


def start(
    tx: Connection, *, code_challenge: str, label: str, version: str, now: Instant
) -> PairingView:
    """A browser asks to be connected."""
    tx.execute(delete(_pairing).where(_pairing.c.expires_at <= now - DAY))
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    view = PairingView(
        new_id("par", now),
        f"{letters[:4]}-{letters[4:]}",
        label,
        version,
        "pending",
        None,
        None,
        now,
        now + PAIRING_LASTS,
    )
    values = {name: getattr(view, name) for name in PairingView.__dataclass_fields__}
    tx.execute(
        insert(_pairing),
        {**values, "code_challenge": code_challenge, "tries": 0, "polled_at": 0},
    )
    return view


def find(tx: Connection, *, user_code: str, now: Instant) -> PairingView | None:
    """The pairing that shows this code, while it lasts."""
    code = user_code.strip().upper()
    row = tx.execute(
        select(_pairing).where(_pairing.c.user_code == code, _pairing.c.expires_at > now)
    ).one_or_none()
    return None if row is None else _view(row)


def decide(
    tx: Connection,
    *,
    pairing_id: str,
    user_code: str,
    workspace_id: str | None,
    member_id: str | None,
    now: Instant,
) -> PairingView:
    """A signed-in person approves (for a workspace of theirs) or, without one, denies."""
    row = tx.execute(
        select(_pairing).where(_pairing.c.id == pairing_id, _pairing.c.expires_at > now)
    ).one_or_none()
    code = user_code.strip().upper()
    if row is None or not hmac.compare_digest(row.user_code.encode(), code.encode()):
        raise NotFound("This code is unknown or has expired. Start again in the extension.")
    if row.status != "pending":
        raise ExpiredToken("This code was used already. Start again in the extension.")
    status = "denied" if workspace_id is None else "approved"
    tx.execute(
        update(_pairing)
        .where(_pairing.c.id == pairing_id)
        .values(status=status, workspace_id=workspace_id, member_id=member_id)
    )
    changed = tx.execute(select(_pairing).where(_pairing.c.id == pairing_id)).one()
    return _view(changed)


def redeem(
    tx: Connection, *, pairing_id: str, code_verifier: str, now: Instant
) -> Tokens | Exception:
    """The browser proves itself; a refusal is a value, so that its traces are stored too."""
    row = tx.execute(select(_pairing).where(_pairing.c.id == pairing_id)).one_or_none()
    if row is None or row.expires_at <= now or row.status == "used" or row.tries >= _MOST_TRIES:
        return ExpiredToken("This pairing is over. Start again in the extension.")
    digest = hashlib.sha256(code_verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not hmac.compare_digest(challenge.encode(), row.code_challenge.encode()):
        _change(tx, pairing_id, tries=row.tries + 1)
        return AccessDenied("The verifier is not the one that this pairing began with.")
    if row.status == "denied":
        return AccessDenied("The connection was refused.")
    if row.status == "pending":
        too_often = now - row.polled_at < _LEAST_PAUSE
        _change(tx, pairing_id, polled_at=now)
        if too_often:
            return SlowDown("Ask at most once a second.")
        return AuthorizationPending("Nobody has approved this browser yet.")
    _change(tx, pairing_id, status="used")
    return _connect(tx, row, now)


def _change(tx: Connection, pairing_id: str, **values: object) -> None:
    tx.execute(update(_pairing).where(_pairing.c.id == pairing_id).values(**values))


def _connect(tx: Connection, row: Any, now: Instant) -> Tokens:
    access, refresh = EXTENSION_PREFIX + new_secret(), new_secret()
    browser_id = new_id("brw", now)
    tx.execute(
        insert(_browser),
        {
            "workspace_id": row.workspace_id,
            "id": browser_id,
            "member_id": row.member_id,
            "label": row.label,
            "version": row.version,
            "access_hash": secret_hash(access),
            "access_expires_at": now + ACCESS_LASTS,
            "refresh_hash": secret_hash(refresh),
            "refresh_expires_at": now + REFRESH_LASTS,
            "rotated_at": now,
            "created_at": now,
            "seen_at": now,
        },
    )
    return Tokens(
        browser_id, row.workspace_id, row.member_id, access, refresh, ACCESS_LASTS // SECOND
    )


def rotate(tx: Connection, *, refresh_token: str, now: Instant) -> tuple[Tokens, str] | None:
    """New tokens for old; answers the former access token's hash too (for caches).

    A refresh token counts once. The one before it is good for a minute more, because an answer can
    be lost; used later than that, it was stolen or copied, and the browser is cut off.
    """
    presented = secret_hash(refresh_token)
    row = tx.execute(
        select(_browser).where(
            (_browser.c.refresh_hash == presented) | (_browser.c.old_refresh_hash == presented)
        )
    ).one_or_none()
    if row is None or row.revoked_at is not None or row.refresh_expires_at <= now:
        return None
    mine = (_browser.c.workspace_id == row.workspace_id) & (_browser.c.id == row.id)
    if row.refresh_hash != presented and now - row.rotated_at > REFRESH_GRACE:
        tx.execute(update(_browser).where(mine).values(revoked_at=now))
        return None
    access, refresh = EXTENSION_PREFIX + new_secret(), new_secret()
    tx.execute(
        update(_browser)
        .where(mine)
        .values(
            access_hash=secret_hash(access),
            access_expires_at=now + ACCESS_LASTS,
            refresh_hash=secret_hash(refresh),
            refresh_expires_at=now + REFRESH_LASTS,
            old_refresh_hash=presented,
            rotated_at=now,
            seen_at=now,
        )
    )
    tokens = Tokens(
        row.id, row.workspace_id, row.member_id, access, refresh, ACCESS_LASTS // SECOND
    )
    return tokens, str(row.access_hash)


def revoke(tx: Connection, *, workspace_id: str, browser_id: str, now: Instant) -> str | None:
    """Cut a browser off; answers its access token's hash, None where there is no such browser."""
    row = tx.execute(
        update(_browser)
        .where(
            _browser.c.workspace_id == workspace_id,
            _browser.c.id == browser_id,
            _browser.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(_browser.c.access_hash)
    ).one_or_none()
    return None if row is None else str(row.access_hash)


def sign_out(tx: Connection, *, refresh_token: str, now: Instant) -> str | None:
    """A browser cuts itself off, by its refresh token or the one before; answers as `revoke`."""
    presented = secret_hash(refresh_token)
    row = tx.execute(
        update(_browser)
        .where(
            (_browser.c.refresh_hash == presented) | (_browser.c.old_refresh_hash == presented),
            _browser.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(_browser.c.access_hash)
    ).one_or_none()
    return None if row is None else str(row.access_hash)


def browsers_of(
    tx: Connection, *, workspace_id: str, member_id: str | None
) -> list[dict[str, Any]]:
    """The connected browsers of a member, or (member_id None) of everybody, newest first."""
    query = select(_browser).where(
        _browser.c.workspace_id == workspace_id, _browser.c.revoked_at.is_(None)
    )
    if member_id is not None:
        query = query.where(_browser.c.member_id == member_id)
    rows = tx.execute(query.order_by(_browser.c.created_at.desc())).mappings()
    return [dict(row) for row in rows]
