"""Prospeo: addresses and mobile numbers, at once. https://prospeo.io/api-docs

Traps: "not found" is an HTTP 400 whose code says NO_MATCH, and so is "out of credit"; an address
or a number that is not `revealed` is a mask and no value; the vendor's older endpoints are gone.
"""

from typing import Any

from backend.sidecar.providers.contract import (
    Adapter,
    ContractBroken,
    Query,
    Reply,
    Value,
    record,
    text,
    word,
)
from backend.sidecar.providers.wire import Heard, Wire, retry_after, seconds_of
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict

URL = "https://api.prospeo.io"

_CODES: dict[str, Reply] = {
    "no_match": Reply(AskOutcome.NOT_FOUND),
    "no_result": Reply(AskOutcome.NOT_FOUND),
    "insufficient_credits": Reply(AskOutcome.NO_CREDITS, detail="no credits are left"),
    "invalid_api_key": Reply(AskOutcome.BAD_KEY, detail="the key is not valid"),
    "rate_limited": Reply(AskOutcome.THROTTLED, detail="asked too often", retry_after=1.0),
    "invalid_datapoints": Reply(AskOutcome.INELIGIBLE, detail="the vendor cannot use this input"),
    "invalid_request": Reply(AskOutcome.INELIGIBLE, detail="the vendor cannot use this input"),
    "internal_error": Reply(AskOutcome.ERROR, detail="an error of the vendor's"),
}
_EMAIL: dict[str, tuple[FieldStatus, Verdict, tuple[str, ...], float]] = {
    "verified": (FieldStatus.VERIFIED, Verdict.DELIVERABLE, (), 0.95),
    "valid": (FieldStatus.VERIFIED, Verdict.DELIVERABLE, (), 0.95),
    "catch_all": (FieldStatus.CATCH_ALL, Verdict.RISKY, ("catch_all",), 0.6),
    "unverified": (FieldStatus.PROBABLE, Verdict.UNKNOWN, (), 0.4),
    "unknown": (FieldStatus.PROBABLE, Verdict.UNKNOWN, (), 0.4),
    "invalid": (FieldStatus.INVALID, Verdict.INVALID, ("no_such_user",), 0.9),
}


class Prospeo(Adapter):
    """Finds an address or a mobile number by LinkedIn address, or by name and company."""

    name = "prospeo"
    version = 1
    actions = frozenset({EnrichAction.EMAIL_FIND, EnrichAction.PHONE_FIND})
    per_second = 5.0
    per_minute = 150.0

    def missing(self, query: Query) -> str | None:
        """A LinkedIn address, an e-mail address, or a name with a company."""
        if query.linkedin_url or query.email:
            return None
        if query.employed and (query.named or query.full_name):
            return None
        return "LinkedIn address, or name and company"

    def price(self, action: EnrichAction) -> float:
        """One credit for an address, ten for a mobile number."""
        return 10.0 if action is EnrichAction.PHONE_FIND else 1.0

    async def ask(self, query: Query, seconds: float) -> Reply:
        """Ask for what the action wants and nothing that costs more."""
        phone = query.action is EnrichAction.PHONE_FIND
        body = {
            "only_verified_email": False,
            "enrich_mobile": phone,
            "only_verified_mobile": phone,
            "data": _known(query),
        }
        heard = await self.wire.post("/enrich-person", body, seconds)
        return _refused(heard) or _found(heard, phone, self.price(query.action))


def make(wire_url: str, key: str) -> Wire:
    """The wire, with the key in the vendor's header."""
    return Wire(wire_url, {"X-KEY": key})


def _known(query: Query) -> dict[str, str]:
    wanted = {
        "linkedin_url": query.linkedin_url,
        "email": query.email if not query.linkedin_url else None,
        "first_name": query.first_name if query.named else None,
        "last_name": query.last_name if query.named else None,
        "full_name": None if query.named else query.full_name,
        "company_website": query.domain,
        "company_name": None if query.domain else query.company,
    }
    return {name: value for name, value in wanted.items() if value}


def _refused(heard: Heard) -> Reply | None:
    """What is no answer to the question; None for one that is."""
    if heard.status == 429:
        wait = seconds_of(heard.headers.get("x-minute-reset-seconds")) or retry_after(heard, 1.0)
        return Reply(AskOutcome.THROTTLED, detail="asked too often", retry_after=wait)
    if heard.status == 401:
        return Reply(AskOutcome.BAD_KEY, detail="the key is not valid")
    if heard.status >= 500:
        return Reply(AskOutcome.ERROR, detail=f"status {heard.status}")
    if heard.broken:
        raise ContractBroken("no JSON")
    body = record(heard.body, "body")
    if body.get("error") is False and heard.status == 200:
        return None
    code = word(body.get("error_code"))
    if code not in _CODES:
        raise ContractBroken(f"status {heard.status}, error_code {code[:40]!r}")
    return _CODES[code]


def _found(heard: Heard, phone: bool, price: float) -> Reply:
    body = record(heard.body, "body")
    person = record(body.get("person"), "person")
    value = _mobile(person) if phone else _email(person)
    if value is None:
        return Reply(AskOutcome.NOT_FOUND)
    paid = 0.0 if body.get("free_enrichment") is True else price
    return Reply(AskOutcome.FOUND, (value,), credits=paid)


def _email(person: dict[str, Any]) -> Value | None:
    if person.get("email") is None:
        return None
    found = record(person["email"], "person.email")
    address = text(found.get("email"), "person.email.email", 320)
    if address is None or found.get("revealed") is not True or "*" in address:
        return None
    status = word(found.get("status"))
    if status not in _EMAIL:
        raise ContractBroken(f"person.email.status {status[:40]!r}")
    trust, verdict, reasons, sure = _EMAIL[status]
    return Value("email", address, trust, sure, verdict, reasons, f"status {status}")


def _mobile(person: dict[str, Any]) -> Value | None:
    if person.get("mobile") is None:
        return None
    found = record(person["mobile"], "person.mobile")
    digits = text(found.get("mobile"), "person.mobile.mobile", 40)
    if digits is None or found.get("revealed") is not True or "*" in digits:
        return None
    status = word(found.get("status"))
    sure = status in ("verified", "valid")
    trust = FieldStatus.VERIFIED if sure else FieldStatus.PROBABLE
    return Value("phone", digits, trust, 0.9 if sure else 0.5, said=f"status {status or 'none'}")
