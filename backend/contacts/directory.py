"""The contacts that a batch touches, looked up once, and what the batch adds to them.

A directory is loaded for a whole batch, decided over in plain Python, and stored with one
statement a table, so that a click and ten thousand rows run the same code.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Text, func, insert, update
from sqlalchemy.sql import bindparam

from backend.contacts import queries
from backend.contacts.identifiers import Identifier
from backend.contacts.policy import strength
from backend.contacts.queries import Person, Place
from backend.contacts.tables import Contact, ContactIdentifier
from backend.database import table_of
from backend.instants import NEVER, Instant
from backend.statements import Statement

_contact = table_of(Contact)
_identifier = table_of(ContactIdentifier)
_INSERT_CONTACTS = Statement(insert(_contact))
_INSERT_IDENTIFIERS = Statement(insert(_identifier))
_CLOSE_IDENTIFIER = Statement(
    update(_identifier)
    .where(
        _identifier.c.workspace_id == bindparam("w"),
        _identifier.c.key == bindparam("k"),
        _identifier.c.valid_to == NEVER,
    )
    .values(valid_to=bindparam("at"))
)

_LEARN = Statement(
    update(_contact)
    .where(_contact.c.workspace_id == bindparam("w"), _contact.c.id == bindparam("k"))
    .values(
        name=func.coalesce(_contact.c.name, bindparam("new_name", type_=Text)),
        title=func.coalesce(bindparam("new_title", type_=Text), _contact.c.title),
        company=func.coalesce(bindparam("new_company", type_=Text), _contact.c.company),
        country=func.coalesce(bindparam("new_country", type_=Text), _contact.c.country),
    )
)

_MEMBER = "li:member:"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an analysis says of a person in a few words; None where it does not know."""

    name: str | None
    title: str | None
    company: str | None
    country: str | None

    @classmethod
    def of_insight(cls, insight: dict[str, Any]) -> "Facts":
        """The facts of an insight document."""
        parts = insight.get("name") or {}
        role = insight.get("role") or {}
        place = insight.get("place") or {}
        words = [parts.get("given"), parts.get("middle"), parts.get("family")]
        return cls(
            " ".join(word for word in words if word) or None,
            role.get("title"),
            role.get("company"),
            place.get("country"),
        )


def linking(identifiers: Sequence[Identifier]) -> list[Identifier]:
    """Those of one page view that may tie it to a contact, strongest first.

    A shared mailbox or an app's own id ties nothing, unless it is all that there is.
    """
    able = [each for each in identifiers if strength(each) > 0] or list(identifiers[:1])
    return sorted(able, key=strength, reverse=True)


def keyed_hash(secret: str, key: str) -> str:
    """What a suppression keeps of an identifier: it can be recognised, not read."""
    return hmac.digest(secret.encode(), key.encode(), "sha256").hex()


class Directory:
    """Contacts of one batch: found, joined, created, checked for suppression."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._owner: dict[Place, str] = {}
        self._people: dict[Place, Person] = {}
        self._suppressed: set[Place] = set()
        self._new_contacts: list[dict[str, Any]] = []
        self._new_identifiers: list[dict[str, Any]] = []
        self._closed: list[dict[str, Any]] = []
        self._learned: list[dict[str, Any]] = []

    def load(
        self,
        tx: Connection,
        identifiers: Sequence[tuple[str, Sequence[Identifier]]],
        contacts: Iterable[Place] = (),
    ) -> None:
        """Look up at once: identifiers by workspace, and contacts by (workspace, id)."""
        keys = [(workspace, each.key) for workspace, group in identifiers for each in group]
        self._owner = queries.owners(tx, keys)
        known = {(workspace, contact) for (workspace, _), contact in self._owner.items()}
        self._people = queries.people(tx, known | set(contacts))
        matches = {
            (workspace, match)
            for workspace, group in identifiers
            for each in group
            for match in self._matches(each.key)
        }
        for (workspace, contact), person in self._people.items():
            matches.add((workspace, contact))
            matches.update((workspace, m) for key in person.keys for m in self._matches(key))
        self._suppressed = queries.suppressed(tx, matches)

    def _matches(self, key: str) -> list[str]:
        found = [keyed_hash(self._secret, key)]
        if key.startswith("email:"):
            found.append(key.rpartition("@")[2])
        return found

    def person(self, workspace_id: str, contact_id: str) -> Person | None:
        """The contact of this id, if this workspace has it."""
        return self._people.get((workspace_id, contact_id))

    def find(self, workspace_id: str, identifiers: Sequence[Identifier]) -> Person | None:
        """The contact of the strongest known identifier; `identifiers` are of one page view.

        A member id outranks a public address: where an address belongs to somebody with another
        member id, the address has changed hands and this is somebody else.
        """
        member = next((each.key for each in identifiers if each.key.startswith(_MEMBER)), None)
        for each in linking(identifiers):
            owner = self._owner.get((workspace_id, each.key))
            if owner is None:
                continue
            person = self._people[(workspace_id, owner)]
            other = any(key.startswith(_MEMBER) and key != member for key in person.keys)
            if member is None or member in person.keys or not other:
                return person
        return None

    def is_suppressed(
        self, workspace_id: str, identifiers: Sequence[Identifier], person: Person | None
    ) -> bool:
        """Whether the person, any of these addresses, or any known address of theirs is barred."""
        if not self._suppressed:
            return False
        keys = {each.key for each in identifiers} | set(person.keys if person else ())
        matches = {match for key in keys for match in self._matches(key)}
        if person is not None:
            matches.add(person.id)
        return any((workspace_id, match) in self._suppressed for match in matches)

    def join(
        self,
        workspace_id: str,
        person: Person,
        identifiers: Sequence[Identifier],
        *,
        by: str,
        source: str,
        now: Instant,
    ) -> Person:
        """Attach identifiers seen on the person's page; returns the person as known from now on.

        One that belongs to another contact stays there, unless the member ids say that it has
        changed hands: then it is closed there and attached here.
        """
        has_member = any(key.startswith(_MEMBER) for key in person.keys)
        for each in linking(identifiers):
            place = (workspace_id, each.key)
            owner = self._owner.get(place)
            if owner == person.id or (each.key.startswith(_MEMBER) and has_member):
                continue
            if owner is not None:
                if not self._changed_hands(workspace_id, owner, person):
                    continue
                self._close(workspace_id, owner, each.key, now)
            self._owner[place] = person.id
            person = replace(person, keys=(*person.keys, each.key))
            has_member = has_member or each.key.startswith(_MEMBER)
            self._new_identifiers.append(
                {
                    "workspace_id": workspace_id,
                    "key": each.key,
                    "valid_to": NEVER,
                    "contact_id": person.id,
                    "first_seen_at": now,
                    "last_seen_at": now,
                    "linked_by": by,
                    "source": source,
                }
            )
        self._people[(workspace_id, person.id)] = person
        return person

    def create(
        self,
        workspace_id: str,
        identifiers: Sequence[Identifier],
        *,
        contact_id: str,
        name: str | None,
        title: str | None,
        company: str | None,
        page: str | None,
        by: str,
        source: str,
        now: Instant,
    ) -> Person:
        """A new contact under `contact_id` that owns `identifiers`."""
        self._new_contacts.append(
            {
                "workspace_id": workspace_id,
                "id": contact_id,
                "name": name,
                "title": title,
                "company": company,
                "page": page,
                "source": source,
                "created_by": by,
                "created_at": now,
            }
        )
        person = Person(workspace_id, contact_id, name, title, company, page)
        return self.join(workspace_id, person, identifiers, by=by, source=source, now=now)

    def known(self) -> set[Place]:
        """The (workspace, contact) that were found."""
        return set(self._people)

    def learn(self, workspace_id: str, contact_id: str, facts: Facts) -> None:
        """Keep what an analysis found for lists and search; an unknown fact changes nothing."""
        person = self._people[(workspace_id, contact_id)]
        self._people[(workspace_id, contact_id)] = replace(
            person,
            name=person.name or facts.name,
            title=facts.title or person.title,
            company=facts.company or person.company,
        )
        self._learned.append(
            {
                "w": workspace_id,
                "k": contact_id,
                "new_name": facts.name,
                "new_title": facts.title,
                "new_company": facts.company,
                "new_country": facts.country,
            }
        )

    def store(self, tx: Connection) -> None:
        """Write what was created, joined, learned and closed."""
        if self._learned:
            _LEARN.many(tx, self._learned)
        if self._closed:
            _CLOSE_IDENTIFIER.many(tx, self._closed)
        if self._new_contacts:
            _INSERT_CONTACTS.many(tx, self._new_contacts)
        if self._new_identifiers:
            _INSERT_IDENTIFIERS.many(tx, self._new_identifiers)

    def checkpoint(self) -> tuple[Any, ...]:
        """What `rewind` needs to forget all that happened since."""
        return (
            dict(self._owner),
            dict(self._people),
            len(self._new_contacts),
            len(self._new_identifiers),
            len(self._closed),
        )

    def rewind(self, mark: tuple[Any, ...]) -> None:
        """Forget what happened since `checkpoint`."""
        self._owner, self._people, contacts, identifiers, closed = mark
        del self._new_contacts[contacts:], self._new_identifiers[identifiers:]
        del self._closed[closed:]

    def _changed_hands(self, workspace_id: str, owner: str, person: Person) -> bool:
        theirs = {key for key in self._people[(workspace_id, owner)].keys if _is_member(key)}
        ours = {key for key in person.keys if _is_member(key)}
        return bool(theirs and ours and theirs != ours)

    def _close(self, workspace_id: str, owner: str, key: str, now: Instant) -> None:
        former = self._people[(workspace_id, owner)]
        self._people[(workspace_id, owner)] = replace(
            former, keys=tuple(each for each in former.keys if each != key)
        )
        self._closed.append({"w": workspace_id, "k": key, "at": now})


def _is_member(key: str) -> bool:
    return key.startswith(_MEMBER)
