"""What the sidecar remembers: providers' answers, requests by key, attempts, who is resting.

One small SQLite file (or memory), shared by any number of sidecar processes and by nothing else.
Losing it costs money at vendors and no truth: the backend keeps what it was told. Everything
about a person is kept under a hash of who asked and whom they asked about, and goes with it.
"""

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backend.sidecar.pace import Rest

KEPT_ATTEMPTS_SECONDS = 30 * 86_400
KEPT_REQUESTS_SECONDS = 2 * 86_400

_TABLES = """
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, person TEXT NOT NULL, document TEXT NOT NULL, expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_of_person ON answer (person);
CREATE TABLE IF NOT EXISTS request (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, document TEXT, expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request_person (
    person TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (person, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempt (
    provider TEXT NOT NULL, at REAL NOT NULL, outcome TEXT NOT NULL, verified INTEGER NOT NULL,
    ms INTEGER NOT NULL, cost_micros INTEGER NOT NULL, person TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS attempts_by_time ON attempt (provider, at);
CREATE TABLE IF NOT EXISTS rest (
    provider TEXT PRIMARY KEY, until REAL NOT NULL, reason TEXT NOT NULL, failures INTEGER NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One attempt that went out, for the figures."""

    provider: str
    at: float
    outcome: str
    verified: bool
    ms: int
    cost_micros: int
    person: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the attempts of one provider came to."""

    asked: int = 0
    found: int = 0
    verified: int = 0
    failed: int = 0
    median_ms: int | None = None
    cost_micros: int = 0


def person_hash(workspace: str, person: str) -> str:
    """Whom an answer is about, without saying whom; empty for somebody without an id."""
    if not person:
        return ""
    told = f"{len(workspace)}:{workspace}{person}".encode()
    return hashlib.blake2b(told, digest_size=16).hexdigest()


class Answers:
    """The store. Its calls are quick; from the event loop they go through a thread."""

    def __init__(self, path: str = "") -> None:
        self._lock = threading.Lock()
        if path:
            # It holds addresses of people: nobody else on this machine needs to read them.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(
            path or ":memory:", timeout=5, isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _run(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, parameters).fetchall()

    def _change(self, sql: str, *parameters: Any) -> int:
        with self._lock:
            return self._db.execute(sql, parameters).rowcount

    def writable(self) -> bool:
        """Whether something can be remembered now."""
        try:
            self._change("DELETE FROM request WHERE key = ''")
        except sqlite3.Error:
            return False
        return True

    # --- providers' answers ----------------------------------------------------------------

    def find(self, key: str, now: float) -> dict[str, Any] | None:
        """The answer remembered under a key, unless its time is over."""
        rows = self._run("SELECT document FROM answer WHERE key = ? AND expires_at > ?", key, now)
        found: dict[str, Any] | None = json.loads(rows[0][0]) if rows else None
        return found

    def remember(self, key: str, person: str, document: dict[str, Any], expires_at: float) -> None:
        """Remember an answer until an instant."""
        self._change(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)",
            key,
            person,
            json.dumps(document, ensure_ascii=False),
            expires_at,
        )

    def forget(self, key: str) -> None:
        """Forget one answer."""
        self._change("DELETE FROM answer WHERE key = ?", key)

    # --- requests by key -------------------------------------------------------------------

    def begin(self, key: str, fingerprint: str, now: float, until: float) -> tuple[str, Any]:
        """Take a key: `begun`, `running`, `reused`, or `done` with the stored answer."""
        with self._lock:
            taken = self._db.execute(
                "INSERT INTO request VALUES (?, ?, NULL, ?) ON CONFLICT (key) DO UPDATE"
                " SET fingerprint = excluded.fingerprint, document = NULL,"
                " expires_at = excluded.expires_at WHERE request.expires_at <= ?",
                (key, fingerprint, until, now),
            ).rowcount
            if taken:
                return "begun", None
            (before, document) = self._db.execute(
                "SELECT fingerprint, document FROM request WHERE key = ?", (key,)
            ).fetchone()
        if before != fingerprint:
            return "reused", None
        return ("running", None) if document is None else ("done", json.loads(document))

    def finish(self, key: str, answer: Any, people: Iterable[str], now: float) -> None:
        """Store the answer of a request that was begun."""
        with self._lock:
            self._db.execute(
                "UPDATE request SET document = ?, expires_at = ? WHERE key = ?",
                (json.dumps(answer, ensure_ascii=False), now + KEPT_REQUESTS_SECONDS, key),
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO request_person VALUES (?, ?)",
                [(person, key) for person in people if person],
            )

    def drop(self, key: str) -> None:
        """Free a key whose request came to nothing."""
        self._change("DELETE FROM request WHERE key = ?", key)

    def request(self, key: str, now: float) -> tuple[str, Any] | None:
        """A request as it stands: `running`, or `done` with its answer."""
        rows = self._run("SELECT document FROM request WHERE key = ? AND expires_at > ?", key, now)
        if not rows:
            return None
        return ("running", None) if rows[0][0] is None else ("done", json.loads(rows[0][0]))

    # --- attempts and rests ----------------------------------------------------------------

    def note(self, asked: Asked) -> None:
        """Keep one attempt for the figures."""
        self._change(
            "INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?)",
            asked.provider,
            asked.at,
            asked.outcome,
            int(asked.verified),
            asked.ms,
            asked.cost_micros,
            asked.person,
        )

    def figures(self, provider: str, now: float) -> Figures:
        """What a provider's attempts of the last 30 days came to."""
        rows = self._run(
            "SELECT outcome, verified, ms, cost_micros FROM attempt"
            " WHERE provider = ? AND at > ? ORDER BY ms",
            provider,
            now - KEPT_ATTEMPTS_SECONDS,
        )
        if not rows:
            return Figures()
        good = ("found", "not_found", "pending", "ineligible")
        return Figures(
            len(rows),
            sum(row[0] == "found" for row in rows),
            sum(row[1] for row in rows),
            sum(row[0] not in good for row in rows),
            rows[len(rows) // 2][2],
            sum(row[3] for row in rows),
        )

    def rest_of(self, provider: str) -> Rest:
        """Whether and why a provider is left in peace."""
        rows = self._run("SELECT until, reason, failures FROM rest WHERE provider = ?", provider)
        return Rest(*rows[0]) if rows else Rest()

    def set_rest(self, provider: str, rest: Rest) -> None:
        """Leave a provider in peace, or no longer."""
        self._change(
            "INSERT OR REPLACE INTO rest VALUES (?, ?, ?, ?)",
            provider,
            rest.until,
            rest.reason,
            rest.failures,
        )

    # --- what goes -------------------------------------------------------------------------

    def erase(self, people: Iterable[str]) -> tuple[int, int, int]:
        """Forget all about these people: answers, requests, and whom attempts were about."""
        answers = requests = attempts = 0
        with self._lock:
            for person in people:
                answers += self._db.execute(
                    "DELETE FROM answer WHERE person = ?", (person,)
                ).rowcount
                requests += self._db.execute(
                    "DELETE FROM request WHERE key IN"
                    " (SELECT key FROM request_person WHERE person = ?)",
                    (person,),
                ).rowcount
                self._db.execute("DELETE FROM request_person WHERE person = ?", (person,))
                attempts += self._db.execute(
                    "UPDATE attempt SET person = '' WHERE person = ?", (person,)
                ).rowcount
        return answers, requests, attempts

    def sweep(self, now: float) -> None:
        """Drop what is past its time."""
        self._change("DELETE FROM answer WHERE expires_at <= ?", now)
        self._change("DELETE FROM request WHERE expires_at <= ?", now)
        self._change("DELETE FROM request_person WHERE key NOT IN (SELECT key FROM request)")
        self._change("DELETE FROM attempt WHERE at <= ?", now - KEPT_ATTEMPTS_SECONDS)
