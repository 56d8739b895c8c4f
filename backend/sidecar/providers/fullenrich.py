"""FullEnrich: a waterfall of its own, takes 30 to 90 seconds. https://docs.fullenrich.com/api/v2

Traps: "in progress" can be a 400 with a code of its own; 402 comes with what was found before
the credits ended; it bills catch-all addresses as found ones; a handed-in person is not
recognised when handed in again, so the id is kept before anybody waits.
"""

from typing import Any

from backend.sidecar.providers.contract import (
    Adapter,
    ContractBroken,
    Query,
    Reply,
    Value,
    number,
    record,
    records,
    text,
    word,
)
from backend.sidecar.providers.wire import Heard, Wire, retry_after, segment
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict

URL = "https://app.fullenrich.com"
PATH = "/api/v2/contact/enrich/bulk"

_UNFINISHED = {"created", "in_progress", "in progress", "queued", "pending", "rate_limit"}
_EMAIL: dict[str, tuple[FieldStatus, Verdict, tuple[str, ...], float]] = {
    "deliverable": (FieldStatus.VERIFIED, Verdict.DELIVERABLE, (), 0.95),
    "high_probability": (FieldStatus.PROBABLE, Verdict.RISKY, ("unconfirmed",), 0.75),
    "catch_all": (FieldStatus.CATCH_ALL, Verdict.RISKY, ("catch_all",), 0.6),
    "invalid": (FieldStatus.INVALID, Verdict.INVALID, ("no_such_user",), 0.9),
    "invalid_domain": (FieldStatus.INVALID, Verdict.INVALID, ("no_mx",), 0.9),
    "unknown": (FieldStatus.PROBABLE, Verdict.UNKNOWN, (), 0.3),
}
_WANTED = {
    EnrichAction.EMAIL_FIND: "contact.work_emails",
    EnrichAction.PHONE_FIND: "contact.phones",
}


class FullEnrich(Adapter):
    """Finds work addresses and phone numbers by LinkedIn address, or by name and company."""

    name = "fullenrich"
    version = 1
    actions = frozenset(_WANTED)
    per_second = 2.0
    per_minute = 60.0

    def missing(self, query: Query) -> str | None:
        """A LinkedIn address, or a whole name with a company."""
        if query.linkedin_url or (query.employed and query.named):
            return None
        return "LinkedIn address, or name and company"

    def price(self, action: EnrichAction) -> float:
        """One credit for an address, ten for a phone number."""
        return 10.0 if action is EnrichAction.PHONE_FIND else 1.0

    async def ask(self, query: Query, seconds: float) -> Reply:
        """Hand the person in; the answer comes later."""
        known = {
            "first_name": query.first_name,
            "last_name": query.last_name,
            "domain": query.domain,
            "company_name": None if query.domain else query.company,
            "linkedin_url": query.linkedin_url,
        }
        person: dict[str, Any] = {name: value for name, value in known.items() if value}
        person["enrich_fields"] = [_WANTED[query.action]]
        heard = await self.wire.post(PATH, {"name": "meetonce", "data": [person]}, seconds)
        refused = _refused(heard, None, self.poll_seconds)
        if refused is not None:
            return refused
        token = text(record(heard.body, "body").get("enrichment_id"), "enrichment_id", 200)
        if token is None:
            raise ContractBroken("enrichment_id is missing")
        return Reply(AskOutcome.PENDING, token=token, retry_after=self.poll_seconds)

    async def resume(self, query: Query, token: str, seconds: float) -> Reply:
        """Fetch what has become of it."""
        heard = await self.wire.get(f"{PATH}/{segment(token)}", seconds)
        if heard.status != 402:
            refused = _refused(heard, token, self.poll_seconds)
            if refused is not None:
                return refused
        if heard.broken:
            raise ContractBroken("no JSON")
        return _outcome(record(heard.body, "body"), query, token, self.poll_seconds)


def make(wire_url: str, key: str) -> Wire:
    """The wire, with the key as a bearer."""
    return Wire(wire_url, {"Authorization": f"Bearer {key}"})


def _refused(heard: Heard, token: str | None, poll: float) -> Reply | None:
    """What is no answer to the question; None for one that is."""
    code = word(heard.body.get("code")) if isinstance(heard.body, dict) else ""
    if heard.status == 400 and code == "error.enrichment.in_progress" and token:
        return Reply(AskOutcome.PENDING, token=token, retry_after=poll)
    if heard.status == 401:
        return Reply(AskOutcome.BAD_KEY, detail="the key is not valid")
    if heard.status in (402, 403):
        return Reply(AskOutcome.NO_CREDITS, detail="no credits are left")
    if heard.status == 429:
        return Reply(
            AskOutcome.THROTTLED, detail="asked too often", retry_after=retry_after(heard, 2.0)
        )
    if heard.status in (400, 422):
        return Reply(AskOutcome.INELIGIBLE, detail=code[:80] or "the vendor cannot use this input")
    if heard.status >= 500:
        return Reply(AskOutcome.ERROR, detail=f"status {heard.status}")
    if heard.status not in (200, 201) or heard.broken:
        raise ContractBroken(f"status {heard.status}, or no JSON")
    return None


def _outcome(body: dict[str, Any], query: Query, token: str, poll: float) -> Reply:
    status = word(body.get("status"))
    if status in _UNFINISHED:
        return Reply(AskOutcome.PENDING, token=token, retry_after=poll)
    if status == "canceled":
        return Reply(AskOutcome.ERROR, detail="the vendor gave up")
    if status not in ("finished", "credits_insufficient"):
        raise ContractBroken(f"status {status[:40]!r}")
    people = records(body.get("data"), "data")
    if len(people) > 1:
        raise ContractBroken(f"{len(people)} people for one")
    value = _value(people[0], query) if people else None
    cost = number(record(body.get("cost") or {}, "cost").get("credits"), "cost.credits") or 0.0
    if value is not None:
        return Reply(AskOutcome.FOUND, (value,), credits=cost)
    if status == "credits_insufficient":
        return Reply(AskOutcome.NO_CREDITS, detail="no credits are left", credits=cost)
    return Reply(AskOutcome.NOT_FOUND, credits=cost)


def _value(person: dict[str, Any], query: Query) -> Value | None:
    info = record(person.get("contact_info") or {}, "contact_info")
    if query.action is EnrichAction.PHONE_FIND:
        if info.get("most_probable_phone") is None:
            return None
        phone = record(info["most_probable_phone"], "most_probable_phone")
        digits = text(phone.get("number"), "number", 40)
        region = text(phone.get("region"), "region", 8) or "unknown"
        if digits is None:
            return None
        return Value("phone", digits, FieldStatus.VERIFIED, 0.85, said=f"region {region}")
    if info.get("most_probable_work_email") is None:
        return None
    email = record(info["most_probable_work_email"], "most_probable_work_email")
    address = text(email.get("email"), "email", 320)
    if address is None:
        return None
    status = word(email.get("status"))
    if status not in _EMAIL:
        raise ContractBroken(f"status of the address {status[:40]!r}")
    trust, verdict, reasons, sure = _EMAIL[status]
    return Value("email", address, trust, sure, verdict, reasons, f"status {status}")
