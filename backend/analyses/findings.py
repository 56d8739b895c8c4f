"""The enrichments that a batch touches: asked before, running, opened, closed; and their fields.

The same question about a contact is running at most once; the partial unique index has the last
word. A value never pushes out a better one that is still good.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, text, update
from sqlalchemy.sql import bindparam

from backend.analyses.tables import ContactField, Enrichment
from backend.database import table_of
from backend.instants import Instant, parse
from backend.statements import Statement, bind_keys, key_rows
from shared_schemas.vocabulary import EnrichmentStatus

Place = tuple[str, str]
Document = dict[str, Any]

_enrichment = table_of(Enrichment)
_field = table_of(ContactField)
_rows, (_first, _second) = key_rows("workspace_id", "id")
_LIVE = Statement(
    select(_enrichment).select_from(
        _rows.join(
            _enrichment,
            (_enrichment.c.workspace_id == _first)
            & (_enrichment.c.contact_id == _second)
            & (
                (_enrichment.c.status == EnrichmentStatus.RUNNING.value)
                | _enrichment.c.fresh_until.is_not(None)
            ),
        )
    )
)
_BY_ID = Statement(
    select(_enrichment).select_from(
        _rows.join(
            _enrichment, (_enrichment.c.workspace_id == _first) & (_enrichment.c.id == _second)
        )
    )
)
_FIELDS = Statement(
    select(_field)
    .select_from(
        _rows.join(_field, (_field.c.workspace_id == _first) & (_field.c.contact_id == _second))
    )
    .order_by(_field.c.name)
)
_INSERT = Statement(insert(_enrichment))
_CLOSE = Statement(
    update(_enrichment)
    .where(_enrichment.c.workspace_id == bindparam("w"), _enrichment.c.id == bindparam("k"))
    .values(
        status=bindparam("new_status"),
        reason=bindparam("new_reason"),
        fields=bindparam("new_fields"),
        attempts=bindparam("new_attempts"),
        upstream_cost_micros=bindparam("new_cost"),
        receipt_id=bindparam("new_receipt"),
        charged=bindparam("new_charged"),
        fresh_until=bindparam("new_fresh"),
        finished_at=bindparam("at"),
    )
)
_PUT_FIELD = Statement(
    text(
        "INSERT INTO contact_field (workspace_id, contact_id, name, document, enrichment_id, at)"
        " VALUES (:workspace_id, :contact_id, :name, :document, :enrichment_id, :at)"
        " ON CONFLICT (workspace_id, contact_id, name) DO UPDATE SET"
        " document = excluded.document, enrichment_id = excluded.enrichment_id, at = excluded.at"
    )
)
_BEST_FIRST = ("verified", "catch_all", "probable", "guess", "invalid")


@dataclass(frozen=True, slots=True)
class Found:
    """One enrichment as answers show it; `fields` and `attempts` are JSON lists."""

    workspace_id: str
    id: str
    contact_id: str
    action: str
    asked: str
    status: EnrichmentStatus
    hold_id: str | None
    source: str
    started_by: str
    started_at: Instant
    deadline_at: Instant
    reason: str | None = None
    fields: str = "[]"
    attempts: str = "[]"
    upstream_cost_micros: int = 0
    receipt_id: str | None = None
    charged: int = 0
    finished_at: Instant | None = None
    fresh_until: Instant | None = None


def _found(row: Any) -> Found:
    return Found(
        row.workspace_id,
        row.id,
        row.contact_id,
        row.action,
        row.asked,
        EnrichmentStatus(row.status),
        row.hold_id,
        row.source,
        row.started_by,
        row.started_at,
        row.deadline_at,
        row.reason,
        row.fields or "[]",
        row.attempts or "[]",
        row.upstream_cost_micros,
        row.receipt_id,
        row.charged,
        row.finished_at,
        row.fresh_until,
    )


def by_id(tx: Connection, enrichments: Iterable[Place]) -> dict[Place, Found]:
    """The enrichments of these (workspace, id)."""
    wanted = set(enrichments)
    if not wanted:
        return {}
    return {(row.workspace_id, row.id): _found(row) for row in _BY_ID(tx, bind_keys(wanted))}


def fields_of(tx: Connection, contacts: Iterable[Place]) -> dict[Place, list[Document]]:
    """What is known of each of these (workspace, contact), by name of the field."""
    wanted = set(contacts)
    found: dict[Place, list[Document]] = {place: [] for place in wanted}
    if wanted:
        for row in _FIELDS(tx, bind_keys(wanted)):
            found[(row.workspace_id, row.contact_id)].append(json.loads(row.document))
    return found


def page_of(
    tx: Connection,
    *,
    workspace_id: str,
    contact_id: str | None,
    limit: int,
    before: tuple[int, str] | None,
) -> list[Found]:
    """Enrichments, newest first, one more than `limit` where there are more."""
    table = _enrichment.c
    query = select(_enrichment).where(table.workspace_id == workspace_id)
    if contact_id is not None:
        query = query.where(table.contact_id == contact_id)
    if before is not None:
        at, last_id = before
        query = query.where(
            (table.started_at < at) | and_(table.started_at == at, table.id < last_id)
        )
    order = (table.started_at.desc(), table.id.desc())
    return [_found(row) for row in tx.execute(query.order_by(*order).limit(limit + 1))]


def move_findings(tx: Connection, *, workspace_id: str, from_id: str, to_id: str) -> None:
    """What was found about a contact that is merged belongs to the one that stays."""
    table = _enrichment.c
    tx.execute(
        update(_enrichment)
        .where(
            table.workspace_id == workspace_id,
            table.contact_id == from_id,
            table.status != EnrichmentStatus.RUNNING.value,
        )
        .values(contact_id=to_id)
    )
    both = fields_of(tx, [(workspace_id, from_id), (workspace_id, to_id)])
    kept = {each["name"] for each in both[(workspace_id, to_id)]}
    moving = [each["name"] for each in both[(workspace_id, from_id)] if each["name"] not in kept]
    where = (_field.c.workspace_id == workspace_id, _field.c.contact_id == from_id)
    if moving:
        tx.execute(
            update(_field).where(*where, _field.c.name.in_(moving)).values(contact_id=to_id)
        )
    tx.execute(delete(_field).where(*where))


def forget_findings(tx: Connection, *, workspace_id: str, contact_id: str) -> None:
    """Take away all that was found about a contact; what was charged stays, without its words."""
    table = _enrichment.c
    tx.execute(
        update(_enrichment)
        .where(table.workspace_id == workspace_id, table.contact_id == contact_id)
        .values(fields=None, attempts=None, fresh_until=None)
    )
    tx.execute(
        delete(_field).where(
            _field.c.workspace_id == workspace_id, _field.c.contact_id == contact_id
        )
    )


def dead_runs(tx: Connection, *, before: Instant | None, limit: int) -> list[Found]:
    """Runs whose deadline has passed by `before`; with None, all runs there are."""
    query = select(_enrichment).where(_enrichment.c.status == EnrichmentStatus.RUNNING.value)
    if before is not None:
        query = query.where(_enrichment.c.deadline_at <= before)
    order = (_enrichment.c.workspace_id, _enrichment.c.id)
    return [_found(row) for row in tx.execute(query.order_by(*order).limit(limit))]


class Findings:
    """Enrichments of one batch: loaded by contact, opened and closed here, stored once."""

    def __init__(self, now: Instant) -> None:
        self._now = now
        self._live: dict[Place, list[Found]] = {}
        self._fields: dict[Place, list[Document]] = {}
        self._opened: list[Found] = []
        self._closed: list[dict[str, Any]] = []
        self._learned: dict[tuple[str, str, str], dict[str, Any]] = {}

    def load(self, tx: Connection, contacts: Iterable[Place]) -> None:
        """Read what is running or fresh of each of these (workspace, contact), and its fields."""
        wanted = set(contacts)
        if wanted:
            for row in _LIVE(tx, bind_keys(wanted)):
                place = (row.workspace_id, row.contact_id)
                self._live.setdefault(place, []).append(_found(row))
        self._fields = fields_of(tx, wanted)

    def fields(self, workspace_id: str, contact_id: str) -> list[Document]:
        """What is known of a contact."""
        return self._fields.get((workspace_id, contact_id), [])

    def _asked(self, place: Place, action: str, asked: str) -> list[Found]:
        same = [
            each
            for each in self._live.get(place, [])
            if each.action == action and each.asked == asked
        ]
        return sorted(same, key=lambda each: each.started_at, reverse=True)

    def running(self, place: Place, action: str, asked: str) -> Found | None:
        """The same question, if it is being answered; one whose process is gone too."""
        found = self._asked(place, action, asked)
        return next((e for e in found if e.status is EnrichmentStatus.RUNNING), None)

    def fresh(self, place: Place, action: str, asked: str) -> Found | None:
        """The paid answer to the same question, while it may still be taken for true."""
        found = self._asked(place, action, asked)
        return next((e for e in found if e.fresh_until and e.fresh_until > self._now), None)

    def is_dead(self, found: Found) -> bool:
        """Whether a running one has outlived its hold: whoever ran it is gone."""
        return found.status is EnrichmentStatus.RUNNING and found.deadline_at <= self._now

    def open(self, found: Found) -> None:
        """Begin."""
        self._opened.append(found)
        self._live.setdefault((found.workspace_id, found.contact_id), []).append(found)

    def close(self, found: Found, ended: Found) -> Found:
        """End `found` as `ended` says."""
        place = (found.workspace_id, found.contact_id)
        ended = replace(ended, finished_at=self._now)
        others = [each for each in self._live.get(place, []) if each.id != found.id]
        self._live[place] = [*others, ended]
        self._closed.append(
            {
                "w": found.workspace_id,
                "k": found.id,
                "new_status": ended.status.value,
                "new_reason": ended.reason,
                "new_fields": ended.fields,
                "new_attempts": ended.attempts,
                "new_cost": ended.upstream_cost_micros,
                "new_receipt": ended.receipt_id,
                "new_charged": ended.charged,
                "new_fresh": ended.fresh_until,
                "at": self._now,
            }
        )
        return ended

    def learn(self, found: Found, documents: Sequence[Document]) -> None:
        """Keep each value for its contact, unless what is kept is better and still good."""
        place = (found.workspace_id, found.contact_id)
        known = {each["name"]: each for each in self._fields.get(place, [])}
        for document in documents:
            before = known.get(document["name"])
            if before is not None and _outranks(before, document, self._now):
                continue
            known[document["name"]] = document
            self._learned[(*place, document["name"])] = {
                "workspace_id": found.workspace_id,
                "contact_id": found.contact_id,
                "name": document["name"],
                "document": json.dumps(document, ensure_ascii=False),
                "enrichment_id": found.id,
                "at": self._now,
            }
        self._fields[place] = list(known.values())

    def store(self, tx: Connection) -> None:
        """Write what was closed, then what was opened, then what was learned."""
        if self._closed:
            _CLOSE.many(tx, self._closed)
        if self._opened:
            _INSERT.many(tx, [_row(each) for each in self._opened])
        if self._learned:
            _PUT_FIELD.many(tx, list(self._learned.values()))


def _outranks(before: Document, after: Document, now: Instant) -> bool:
    """Whether the value that is kept is of a better kind and its time is not over."""
    if not is_fresh(before, now):
        return False
    return _BEST_FIRST.index(before["status"]) < _BEST_FIRST.index(after["status"])


def is_fresh(document: Document, now: Instant) -> bool:
    """Whether a field may still be taken for true."""
    expires_at = document.get("expires_at")
    return expires_at is None or parse(expires_at) > now


def _row(found: Found) -> dict[str, Any]:
    return {
        "workspace_id": found.workspace_id,
        "id": found.id,
        "contact_id": found.contact_id,
        "action": found.action,
        "asked": found.asked,
        "status": found.status.value,
        "hold_id": found.hold_id,
        "source": found.source,
        "upstream_cost_micros": 0,
        "charged": 0,
        "started_by": found.started_by,
        "started_at": found.started_at,
        "deadline_at": found.deadline_at,
    }
