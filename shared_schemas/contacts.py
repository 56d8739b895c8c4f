"""Bodies of the contact endpoints."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared_schemas.shapes import EnrollmentBody, Named
from shared_schemas.wire import Answer, Line, Request, Url, storable

Domain = Annotated[
    str,
    StringConstraints(
        min_length=3,
        max_length=253,
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
    ),
]
Reason = Annotated[str, StringConstraints(max_length=500), AfterValidator(storable)]


class LookupRow(Answer):
    """What the workspace knows of one address; a bad one carries `ref` and `error` alone.

    `cost` holds the price of an analysis under its action's name, and the `reason` for it.
    `analyzed_by` is whoever had the person analysed first, at `analyzed_at`.
    """

    ref: str
    error: dict[str, Any] | None = None
    canonical: list[str] = Field(default_factory=list)
    known: bool = False
    contact_id: str | None = None
    name: str | None = None
    cost: dict[str, int | str] | None = None
    analyzed_at: str | None = None
    analyzed_by: Named | None = None
    enrollment: EnrollmentBody | None = None
    suppressed: bool = False


class LookupBody(Answer):
    """One row an item, in the order of the request."""

    data: list[LookupRow]


class Suppress(Request):
    """Somebody not to contact: exactly one of an address, a contact and an email domain."""

    url: Url | None = None
    contact_id: Annotated[str, StringConstraints(max_length=64)] | None = None
    email_domain: Domain | None = None
    reason: Reason | None = None


class SuppressionBody(Answer):
    """One line of the list of people not to contact."""

    id: str
    kind: Literal["contact", "identifier", "email_domain"]
    label: str | None
    reason: str | None
    created_by: str
    created_at: str


class ContactBody(Answer):
    """A contact as lists and its own page show it."""

    id: str
    name: str | None
    title: str | None
    company: str | None
    country: str | None
    canonical: list[str]
    analyzed: bool
    source: str
    created_at: str


class ContactList(Answer):
    """A page of contacts, newest first."""

    data: list[ContactBody]
    next_cursor: str | None = None


class AddIdentifiers(Request):
    """Further addresses of a contact."""

    identifiers: Annotated[list[Url], Field(min_length=1, max_length=10)]


class ContactName(Request):
    """What a person may correct by hand."""

    name: Line | None = None
    title: Line | None = None
    company: Line | None = None
