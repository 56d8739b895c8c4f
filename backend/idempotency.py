"""Answers kept under the caller's Idempotency-Key, in the transaction of their effect.

Only an answer of success is kept, so that after a 402 or a 503 the same key goes through once
credits or the sidecar are back. A key belongs to its workspace; its fingerprint covers the path
and the body as JSON values.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, delete, select, text
from sqlalchemy.sql import bindparam
from sqlmodel import Field, SQLModel

from backend.database import instant_field, long_text, table_of
from backend.errors import Refusal
from backend.instants import DAY, Instant
from backend.statements import Statement, bind_keys, key_rows

KEPT_FOR = 2 * DAY


class IdempotencyKeyRequired(Refusal):
    """A call that can spend must carry a key, so that it can be repeated safely."""

    code = "idempotency_key_required"
    status = 400
    title = "Idempotency-Key is required"


class IdempotencyKeyReused(Refusal):
    """The key was used before, for another request."""

    code = "idempotency_key_reused"
    status = 422
    title = "Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Make a new one.")


class RequestInFlight(Refusal):
    """The same request is being served right now."""

    code = "request_in_flight"
    status = 409
    title = "Still running"
    retryable = True

    def __init__(self) -> None:
        super().__init__(
            "A request with this Idempotency-Key is still running. Ask again in a moment.",
            headers={"Retry-After": "1"},
        )


class KeptAnswer(SQLModel, table=True):
    """An answer under a key, or (status 0) the mark that the request is being served."""

    __tablename__ = "kept_answer"

    workspace_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=255, sa_type=String(255))
    fingerprint: str
    status: int
    body: str = long_text()
    at: Instant = instant_field()
    expires_at: Instant = instant_field(index=True)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A caller's key and the fingerprint of what it stands for."""

    workspace_id: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer given before, to be given again."""

    status: int
    body: str


class RecentAnswers:
    """Answers that wrote nothing, remembered for a while in this process only.

    A free answer can be made again at any time, so losing this costs nothing; remembering it lets
    a repeated key be told from one that is used for something else.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._answers: OrderedDict[tuple[str, str], tuple[str, Replay]] = OrderedDict()

    def find(self, keyed: Keyed) -> Replay | None:
        """The answer given under this key; refused where the key stood for something else."""
        found = self._answers.get((keyed.workspace_id, keyed.key))
        if found is None:
            return None
        if found[0] != keyed.fingerprint:
            raise IdempotencyKeyReused
        return found[1]

    def remember(self, keyed: Keyed, status: int, body: str) -> None:
        """Remember an answer, and forget the oldest ones beyond the bound."""
        self._answers[(keyed.workspace_id, keyed.key)] = (
            keyed.fingerprint,
            Replay(status, body),
        )
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)


def fingerprint(path: str, body: Any) -> str:
    """The hash of what a request asks: its path, and its body as a JSON value."""
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{path}\n{canonical}".encode()).hexdigest()


_rows, (_workspace, _key) = key_rows("workspace_id", "key")
_table = table_of(KeptAnswer)
_FIND = Statement(
    select(_table).select_from(
        _rows.join(_table, (_table.c.workspace_id == _workspace) & (_table.c.key == _key))
    )
)
_PUT = Statement(
    text(
        "INSERT INTO kept_answer (workspace_id, key, fingerprint, status, body, at, expires_at)"
        " VALUES (:workspace_id, :key, :fingerprint, :status, :body, :at, :expires_at)"
        " ON CONFLICT (workspace_id, key) DO UPDATE SET fingerprint = excluded.fingerprint,"
        " status = excluded.status, body = excluded.body, at = excluded.at,"
        " expires_at = excluded.expires_at"
    )
)
_DELETE = Statement(
    delete(_table).where(_table.c.workspace_id == bindparam("w"), _table.c.key == bindparam("k"))
)


def look_up(
    tx: Connection, asks: Iterable[Keyed], now: Instant
) -> dict[tuple[str, str], Replay | Refusal]:
    """For each key that is taken: its answer to repeat, or why it cannot be used."""
    wanted = {(ask.workspace_id, ask.key): ask for ask in asks}
    if not wanted:
        return {}
    found: dict[tuple[str, str], Replay | Refusal] = {}
    for row in _FIND(tx, bind_keys(wanted)):
        if row.expires_at <= now:
            continue
        place = (row.workspace_id, row.key)
        if row.fingerprint != wanted[place].fingerprint:
            found[place] = IdempotencyKeyReused()
        elif row.status == 0:
            found[place] = RequestInFlight()
        else:
            found[place] = Replay(row.status, row.body)
    return found


class Answers:
    """The keys of one batch: what was answered under them before, and what is to be kept."""

    def __init__(self, tx: Connection, asks: Iterable[Keyed | None], now: Instant) -> None:
        self._now = now
        self._kept: list[tuple[Keyed, int, str]] = []
        self._known: dict[tuple[str, str], tuple[str, int, str]] = {}
        wanted = {(ask.workspace_id, ask.key) for ask in asks if ask is not None}
        for row in _FIND(tx, bind_keys(wanted)) if wanted else ():
            if row.expires_at > now:
                answer = (row.fingerprint, row.status, row.body)
                self._known[(row.workspace_id, row.key)] = answer

    def find(self, ask: Keyed | None) -> Replay | None:
        """The answer to repeat; refused while it is being made, or for another request."""
        known = self._known.get((ask.workspace_id, ask.key)) if ask is not None else None
        if ask is None or known is None:
            return None
        fingerprint, status, body = known
        if fingerprint != ask.fingerprint:
            raise IdempotencyKeyReused
        if status == 0:
            raise RequestInFlight
        return Replay(status, body)

    def keep(self, ask: Keyed | None, status: int, body: str) -> None:
        """Keep an answer of success under its key, for this batch too."""
        if ask is not None:
            self._kept.append((ask, status, body))
            self._known[(ask.workspace_id, ask.key)] = (ask.fingerprint, status, body)

    def store(self, tx: Connection) -> None:
        """Write what was kept."""
        keep(tx, self._kept, self._now)


def mark_running(tx: Connection, asks: Sequence[Keyed], now: Instant, expires_at: Instant) -> None:
    """Note that these requests are being served; the mark dies with `expires_at`."""
    if asks:
        _PUT.many(tx, [_row(ask, 0, "", now, expires_at) for ask in asks])


def keep(tx: Connection, answers: Sequence[tuple[Keyed, int, str]], now: Instant) -> None:
    """Store answers of success under their keys, instead of the marks."""
    if answers:
        _PUT.many(
            tx,
            [_row(ask, status, body, now, now + KEPT_FOR) for ask, status, body in answers],
        )


def forget(tx: Connection, asks: Sequence[Keyed]) -> None:
    """Free these keys: nothing was done under them."""
    if asks:
        _DELETE.many(tx, [{"w": ask.workspace_id, "k": ask.key} for ask in asks])


def _row(ask: Keyed, status: int, body: str, now: Instant, expires_at: Instant) -> dict[str, Any]:
    return {
        "workspace_id": ask.workspace_id,
        "key": ask.key,
        "fingerprint": ask.fingerprint,
        "status": status,
        "body": body,
        "at": now,
        "expires_at": expires_at,
    }


def forget_old(tx: Connection, now: Instant) -> None:
    """Drop answers whose time is over."""
    tx.execute(delete(_table).where(_table.c.expires_at <= now))
