"""What the sidecar is told of a contact: the caller's inputs first, then what we know."""

import json
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection

from backend.analyses.findings import Document, is_fresh
from backend.contacts.queries import Person, addresses_at
from backend.errors import InvalidRequest
from backend.instants import Instant
from shared_schemas.vocabulary import EnrichAction

_ANYBODYS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com"}
)


def item_for(
    tx: Connection,
    action: EnrichAction,
    person: Person,
    inputs: dict[str, Any],
    fields: list[Document],
    now: Instant,
) -> dict[str, Any]:
    """The item of a request to the sidecar, as JSON values."""
    known: dict[str, Any] = {"ref": "1", "person": person.id, "held": _held(person, fields, now)}
    email = inputs.get("email") or _field(fields, "email") or _own_email(person)
    if action is EnrichAction.EMAIL_VERIFY:
        if email is None:
            raise InvalidRequest(
                "Not allowed: inputs.email. There is no address to verify.",
                errors=[{"field": "inputs.email", "message": "an address is needed"}],
            )
        return {**known, "email": email}
    page = inputs.get("page") or (json.loads(person.page) if person.page else None)
    domain = inputs.get("domain") or _field(fields, "company_domain") or _domain(email)
    told = {
        "name": person.name,
        "first_name": inputs.get("first_name"),
        "last_name": inputs.get("last_name"),
        "company": inputs.get("company") or person.company,
        "domain": domain,
        "linkedin_url": inputs.get("linkedin_url") or _profile_address(person),
        "email": email if action is not EnrichAction.EMAIL_FIND else None,
        "page": page,
    }
    known |= {name: value for name, value in told.items() if value}
    if action is EnrichAction.EMAIL_FIND and domain:
        people = addresses_at(tx, workspace_id=person.workspace_id, domain=domain.lower())
        known["colleagues"] = [
            {"name": name[:300], "email": address[:320]} for name, address in people
        ]
    if action is EnrichAction.AI_VARIABLE:
        known["variables"] = inputs.get("variables") or [{"name": "opener"}]
        known["facts"] = inputs.get("facts") or {}
        known["language"] = inputs.get("language")
    return known


def _held(person: Person, fields: list[Document], now: Instant) -> list[dict[str, Any]]:
    """What the workspace has already, so that finding it again is no news."""
    held = [
        {
            "name": each["name"],
            "value": each["value"][:300],
            "verified": each["status"] == "verified",
            "fresh": is_fresh(each, now),
        }
        for each in fields
    ]
    names = {each["name"] for each in held}
    own = {
        "full_name": person.name,
        "job_title": person.title,
        "company": person.company,
        "linkedin_url": _profile_address(person),
    }
    held += [
        {"name": name, "value": value[:300]}
        for name, value in own.items()
        if value and name not in names
    ]
    return held[:50]


def _field(fields: list[Document], name: str) -> str | None:
    for each in fields:
        if each["name"] == name and each["status"] not in ("guess", "invalid"):
            value: str = each["value"]
            return value
    return None


def _own_email(person: Person) -> str | None:
    keys = [key for key in person.keys if key.startswith("email:")]
    return keys[0].removeprefix("email:") if keys else None


def _domain(email: str | None) -> str | None:
    host = (email or "").rpartition("@")[2].lower()
    return None if not host or host in _ANYBODYS else host


def _profile_address(person: Person) -> str | None:
    slug = next((key[len("li:in:") :] for key in person.keys if key.startswith("li:in:")), None)
    return f"https://www.linkedin.com/in/{quote(slug)}" if slug else None
