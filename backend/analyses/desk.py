"""The analyses that a batch touches: who has been looked at, who is being looked at, who will be.

At most one analysis of a contact is running or done; the partial unique index has the last word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.sql import bindparam

from backend.analyses.tables import Analysis
from backend.database import table_of
from backend.ids import new_id
from backend.instants import Instant
from backend.statements import Statement, bind_keys, key_rows
from shared_schemas.vocabulary import AnalysisStatus

Place = tuple[str, str]

_analysis = table_of(Analysis)
_rows, (_first, _second) = key_rows("workspace_id", "id")
_CURRENT = Statement(
    select(_analysis).select_from(
        _rows.join(
            _analysis,
            (_analysis.c.workspace_id == _first)
            & (_analysis.c.contact_id == _second)
            & _analysis.c.status.in_(["running", "done"]),
        )
    )
)
_BY_ID = Statement(
    select(_analysis).select_from(
        _rows.join(_analysis, (_analysis.c.workspace_id == _first) & (_analysis.c.id == _second))
    )
)
_INSERT = Statement(insert(_analysis))
_UPDATE = Statement(
    update(_analysis)
    .where(
        _analysis.c.workspace_id == bindparam("w"),
        _analysis.c.id == bindparam("k"),
    )
    .values(
        status=bindparam("new_status"),
        insight=bindparam("new_insight"),
        depth=bindparam("new_depth"),
        receipt_id=bindparam("new_receipt"),
        charged=bindparam("new_charged"),
        finished_at=bindparam("at"),
    )
)


@dataclass(frozen=True, slots=True)
class Look:
    """One analysis as answers show it; `insight` is the stored JSON document."""

    workspace_id: str
    id: str
    contact_id: str
    status: AnalysisStatus
    hold_id: str | None
    holder_id: str
    started_by: str
    started_at: Instant
    deadline_at: Instant
    source: str
    insight: str | None = None
    depth: str | None = None
    receipt_id: str | None = None
    charged: int = 0
    finished_at: Instant | None = None


def _look(row: Any) -> Look:
    return Look(
        row.workspace_id,
        row.id,
        row.contact_id,
        AnalysisStatus(row.status),
        row.hold_id,
        row.holder_id,
        row.started_by,
        row.started_at,
        row.deadline_at,
        row.source,
        row.insight,
        row.depth,
        row.receipt_id,
        row.charged,
        row.finished_at,
    )


def by_id(tx: Connection, analyses: Iterable[Place]) -> dict[Place, Look]:
    """The analyses of these (workspace, id)."""
    wanted = set(analyses)
    if not wanted:
        return {}
    return {(row.workspace_id, row.id): _look(row) for row in _BY_ID(tx, bind_keys(wanted))}


class Desk:
    """Current analyses of one batch by contact; opened and closed here, stored once."""

    def __init__(self, now: Instant) -> None:
        self._now = now
        self._current: dict[Place, Look] = {}
        self._opened: dict[Place, Look] = {}
        self._closed: list[dict[str, Any]] = []

    def load(self, tx: Connection, contacts: Iterable[Place]) -> None:
        """Read the running or done analysis of each of these (workspace, contact)."""
        wanted = set(contacts)
        if wanted:
            for row in _CURRENT(tx, bind_keys(wanted)):
                self._current[(row.workspace_id, row.contact_id)] = _look(row)

    def current(self, workspace_id: str, contact_id: str) -> Look | None:
        """The contact's running or done analysis; one past its deadline too."""
        return self._current.get((workspace_id, contact_id))

    def analysts(self) -> set[Place]:
        """The members who had these contacts analysed."""
        return {(look.workspace_id, look.started_by) for look in self._current.values()}

    def is_dead(self, look: Look) -> bool:
        """Whether a running analysis has outlived its hold: whoever ran it is gone."""
        return look.status is AnalysisStatus.RUNNING and look.deadline_at <= self._now

    def open(
        self,
        workspace_id: str,
        contact_id: str,
        *,
        analysis_id: str,
        hold_id: str | None,
        holder_id: str,
        member_id: str,
        source: str,
        deadline_at: Instant,
    ) -> Look:
        """Begin to look at a contact."""
        look = Look(
            workspace_id,
            analysis_id,
            contact_id,
            AnalysisStatus.RUNNING,
            hold_id,
            holder_id,
            member_id,
            self._now,
            deadline_at,
            source,
        )
        self._opened[(workspace_id, analysis_id)] = look
        self._current[(workspace_id, contact_id)] = look
        return look

    def close(
        self,
        look: Look,
        status: AnalysisStatus,
        *,
        insight: str | None = None,
        depth: str | None = None,
        receipt_id: str | None = None,
        charged: int = 0,
    ) -> None:
        """End a look, or replace what it found."""
        if status is not AnalysisStatus.DONE:
            self._current.pop((look.workspace_id, look.contact_id), None)
        self._closed.append(
            {
                "w": look.workspace_id,
                "k": look.id,
                "new_status": status.value,
                "new_insight": insight,
                "new_depth": depth,
                "new_receipt": receipt_id,
                "new_charged": charged,
                "at": self._now,
            }
        )

    def store(self, tx: Connection) -> None:
        """Write what was closed, then what was opened: a dead run makes room for the next."""
        if self._closed:
            _UPDATE.many(tx, self._closed)
        if self._opened:
            _INSERT.many(tx, [_row(look) for look in self._opened.values()])

    def checkpoint(self) -> tuple[Any, ...]:
        """What `rewind` needs to forget all that happened since."""
        return dict(self._current), dict(self._opened), len(self._closed)

    def rewind(self, mark: tuple[Any, ...]) -> None:
        """Forget what happened since `checkpoint`."""
        self._current, self._opened, closed = mark
        del self._closed[closed:]


def new_analysis_id(now: Instant) -> str:
    """A new analysis's id."""
    return new_id("ana", now)


def _row(look: Look) -> dict[str, Any]:
    return {
        "workspace_id": look.workspace_id,
        "id": look.id,
        "contact_id": look.contact_id,
        "status": look.status.value,
        "hold_id": look.hold_id,
        "holder_id": look.holder_id,
        "source": look.source,
        "charged": 0,
        "started_by": look.started_by,
        "started_at": look.started_at,
        "deadline_at": look.deadline_at,
    }


def done_contacts(tx: Connection, contacts: Iterable[Place]) -> set[Place]:
    """Which of these (workspace, contact) have been analysed."""
    wanted = set(contacts)
    if not wanted:
        return set()
    rows = _CURRENT(tx, bind_keys(wanted))
    return {
        (row.workspace_id, row.contact_id)
        for row in rows
        if row.status == AnalysisStatus.DONE.value
    }


def dead_runs(tx: Connection, *, before: Instant | None, limit: int) -> list[Look]:
    """Runs whose deadline has passed by `before`; with None, all runs there are."""
    query = select(_analysis).where(_analysis.c.status == AnalysisStatus.RUNNING.value)
    if before is not None:
        query = query.where(_analysis.c.deadline_at <= before)
    rows = tx.execute(query.order_by(_analysis.c.workspace_id, _analysis.c.id).limit(limit))
    return [_look(row) for row in rows]
