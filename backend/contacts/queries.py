"""Set-based looks at contacts: whose is this identifier, who is this, may they be approached."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select

from backend.contacts.tables import Contact, ContactIdentifier, Suppression
from backend.database import table_of
from backend.instants import NEVER
from backend.statements import Statement, bind_keys, key_rows

_contact = table_of(Contact)
_identifier = table_of(ContactIdentifier)
_suppression = table_of(Suppression)

_rows, (_first, _second) = key_rows("workspace_id", "key")
_OWNERS = Statement(
    select(_identifier.c.workspace_id, _identifier.c.key, _identifier.c.contact_id).select_from(
        _rows.join(
            _identifier,
            (_identifier.c.workspace_id == _first)
            & (_identifier.c.key == _second)
            & (_identifier.c.valid_to == NEVER),
        )
    )
)
_PEOPLE = Statement(
    select(
        _contact.c.workspace_id,
        _contact.c.id,
        _contact.c.name,
        _contact.c.title,
        _contact.c.company,
        _contact.c.page,
        _contact.c.merged_into,
    ).select_from(
        _rows.join(_contact, (_contact.c.workspace_id == _first) & (_contact.c.id == _second))
    )
)
_KEYS = Statement(
    select(_identifier.c.workspace_id, _identifier.c.contact_id, _identifier.c.key)
    .select_from(
        _rows.join(
            _identifier,
            (_identifier.c.workspace_id == _first)
            & (_identifier.c.contact_id == _second)
            & (_identifier.c.valid_to == NEVER),
        )
    )
    .order_by(_identifier.c.first_seen_at, _identifier.c.key)
)
_SUPPRESSED = Statement(
    select(_suppression.c.workspace_id, _suppression.c.match).select_from(
        _rows.join(
            _suppression,
            (_suppression.c.workspace_id == _first) & (_suppression.c.match == _second),
        )
    )
)

Place = tuple[str, str]
"""A workspace's id and the id or key of something in it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as answers show it: who, and by which addresses the workspace knows them."""

    workspace_id: str
    id: str
    name: str | None
    title: str | None = None
    company: str | None = None
    page: str | None = None
    keys: tuple[str, ...] = ()


def owners(tx: Connection, keys: Iterable[Place]) -> dict[Place, str]:
    """The contact of each identifier that is known and live, by (workspace, canonical key)."""
    wanted = set(keys)
    if not wanted:
        return {}
    found = _OWNERS(tx, bind_keys(wanted))
    return {(row.workspace_id, row.key): row.contact_id for row in found}


def people(tx: Connection, contacts: Iterable[Place]) -> dict[Place, Person]:
    """The contacts of these (workspace, id) with their live identifiers; merged ones left out."""
    wanted = set(contacts)
    if not wanted:
        return {}
    keys: dict[Place, list[str]] = {}
    for row in _KEYS(tx, bind_keys(wanted)):
        keys.setdefault((row.workspace_id, row.contact_id), []).append(row.key)
    found = {}
    for row in _PEOPLE(tx, bind_keys(wanted)):
        if row.merged_into is None:
            place = (row.workspace_id, row.id)
            found[place] = Person(
                row.workspace_id,
                row.id,
                row.name,
                row.title,
                row.company,
                row.page,
                tuple(keys.get(place, ())),
            )
    return found


def suppressed(tx: Connection, matches: Iterable[Place]) -> set[Place]:
    """Which of these (workspace, match) stand on the list of people not to approach."""
    wanted = set(matches)
    if not wanted:
        return set()
    return {(row.workspace_id, row.match) for row in _SUPPRESSED(tx, bind_keys(wanted))}


def with_email_domain(tx: Connection, workspace_id: str, domain: str) -> set[str]:
    """The contacts that own a live e-mail address at `domain`."""
    rows = tx.execute(
        select(_identifier.c.contact_id).where(
            _identifier.c.workspace_id == workspace_id,
            _identifier.c.valid_to == NEVER,
            _identifier.c.key.startswith("email:"),
            _identifier.c.key.endswith(f"@{domain}", autoescape=True),
        )
    )
    return {str(row.contact_id) for row in rows}


def addresses_at(
    tx: Connection, *, workspace_id: str, domain: str, limit: int = 50
) -> list[tuple[str, str]]:
    """Names and addresses of named contacts with a live e-mail address at `domain`."""
    rows = tx.execute(
        select(_contact.c.name, _identifier.c.key)
        .join(
            _contact,
            (_contact.c.workspace_id == _identifier.c.workspace_id)
            & (_contact.c.id == _identifier.c.contact_id),
        )
        .where(
            _identifier.c.workspace_id == workspace_id,
            _identifier.c.valid_to == NEVER,
            _identifier.c.key.startswith("email:"),
            _identifier.c.key.endswith(f"@{domain}", autoescape=True),
            _contact.c.name.is_not(None),
        )
        .order_by(_identifier.c.key)
        .limit(limit)
    )
    return [(str(row.name), str(row.key).removeprefix("email:")) for row in rows]


def contacts_page(
    tx: Connection,
    *,
    workspace_id: str,
    text: str | None,
    limit: int,
    before: tuple[int, str] | None,
) -> list[Any]:
    """Contacts, newest first, one more than `limit` where there are more; merged ones left out."""
    query = select(_contact).where(
        _contact.c.workspace_id == workspace_id,
        _contact.c.merged_into.is_(None),
        _contact.c.erased_at.is_(None),
    )
    if text:
        query = query.where(
            _contact.c.name.icontains(text, autoescape=True)
            | _contact.c.company.icontains(text, autoescape=True)
            | _contact.c.title.icontains(text, autoescape=True)
        )
    if before is not None:
        at, contact_id = before
        query = query.where(
            (_contact.c.created_at < at)
            | and_(_contact.c.created_at == at, _contact.c.id < contact_id)
        )
    order = (_contact.c.created_at.desc(), _contact.c.id.desc())
    return list(tx.execute(query.order_by(*order).limit(limit + 1)))


def suppressions_page(
    tx: Connection, *, workspace_id: str, limit: int, before: tuple[int, str] | None
) -> list[Any]:
    """The list of people not to contact, newest first, one more than `limit` where there are."""
    query = select(_suppression).where(_suppression.c.workspace_id == workspace_id)
    if before is not None:
        at, suppression_id = before
        query = query.where(
            (_suppression.c.created_at < at)
            | and_(_suppression.c.created_at == at, _suppression.c.id < suppression_id)
        )
    order = (_suppression.c.created_at.desc(), _suppression.c.id.desc())
    return list(tx.execute(query.order_by(*order).limit(limit + 1)))


def contact_row(tx: Connection, *, workspace_id: str, contact_id: str) -> Any | None:
    """The row of a live contact."""
    return tx.execute(
        select(_contact).where(
            _contact.c.workspace_id == workspace_id,
            _contact.c.id == contact_id,
            _contact.c.merged_into.is_(None),
        )
    ).one_or_none()
