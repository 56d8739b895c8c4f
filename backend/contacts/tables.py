"""Contacts, the identifiers they own, and the people who must not be approached."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from backend.database import instant_field, long_text
from backend.instants import NEVER, Instant


class Contact(SQLModel, table=True):
    """A person as one workspace sees them. Charges and enrollments hang here, never on a URL."""

    __tablename__ = "contact"
    __table_args__ = (Index("contacts_by_time", "workspace_id", "created_at", "id"),)

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    name: str | None = None
    title: str | None = None
    company: str | None = None
    country: str | None = None
    page: str | None = long_text(default=None)
    source: str
    created_by: str
    created_at: Instant = instant_field()
    merged_into: str | None = None
    erased_at: Instant | None = instant_field(default=None)


class ContactIdentifier(SQLModel, table=True):
    """An address of a contact in its normal form; unique per workspace among live ones.

    A live one is valid until NEVER; a closed one keeps the instant when it ceased.
    """

    __tablename__ = "contact_identifier"
    __table_args__ = (Index("identifiers_of_contact", "workspace_id", "contact_id"),)

    workspace_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    valid_to: Instant = instant_field(primary_key=True, default=NEVER)
    contact_id: str
    first_seen_at: Instant = instant_field()
    last_seen_at: Instant = instant_field()
    linked_by: str
    source: str


class Suppression(SQLModel, table=True):
    """Somebody who must not be approached: a contact, an identifier or a whole email domain.

    `match` is the contact's id, a keyed hash of the identifier, or the domain; what an erased
    person leaves behind is that hash and nothing else.
    """

    __tablename__ = "suppression"
    __table_args__ = (Index("suppressed_once", "workspace_id", "match", unique=True),)

    workspace_id: str = Field(primary_key=True, foreign_key="workspace.id")
    id: str = Field(primary_key=True)
    kind: str
    match: str
    label: str | None = None
    reason: str | None = None
    created_by: str
    created_at: Instant = instant_field()
