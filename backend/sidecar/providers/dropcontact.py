"""Dropcontact: takes people, works on them, is asked again. https://developer.dropcontact.com

Traps: a 200 is a success only if `success` says so; "not ready" is the same answer as for an id
that never was; sending an address costs a credit that is not given back, so none is sent; the
words of a qualification are French unless English is asked for, and both are read.
"""

from typing import Any

from backend.sidecar.providers.contract import (
    Adapter,
    ContractBroken,
    Query,
    Reply,
    Value,
    record,
    records,
    text,
    word,
)
from backend.sidecar.providers.wire import Heard, Wire, retry_after, segment
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict

URL = "https://api.dropcontact.com"

_Meaning = tuple[FieldStatus, Verdict, tuple[str, ...], float]

_LOCAL: dict[str, _Meaning] = {
    "nominative": (FieldStatus.VERIFIED, Verdict.DELIVERABLE, (), 0.95),
    "catch-all": (FieldStatus.CATCH_ALL, Verdict.RISKY, ("catch_all",), 0.6),
    "generic": (FieldStatus.PROBABLE, Verdict.RISKY, ("role",), 0.4),
    "non_validated": (FieldStatus.PROBABLE, Verdict.UNKNOWN, (), 0.3),
    "invalid": (FieldStatus.INVALID, Verdict.INVALID, ("no_such_user",), 0.9),
}
_DOMAIN: dict[str, _Meaning] = {
    "disposable": (FieldStatus.PROBABLE, Verdict.RISKY, ("disposable",), 0.3),
    "jetable": (FieldStatus.PROBABLE, Verdict.RISKY, ("disposable",), 0.3),
    "invalid domain": (FieldStatus.INVALID, Verdict.INVALID, ("no_mx",), 0.9),
    "domaine invalide": (FieldStatus.INVALID, Verdict.INVALID, ("no_mx",), 0.9),
}
_ENGLISH = {
    "nominatif": "nominative",
    "generique": "generic",
    "générique": "generic",
    "non_validé": "non_validated",
    "invalide": "invalid",
}
_BEST_FIRST = [
    FieldStatus.VERIFIED,
    FieldStatus.CATCH_ALL,
    FieldStatus.PROBABLE,
    FieldStatus.GUESS,
    FieldStatus.INVALID,
]


class Dropcontact(Adapter):
    """Finds addresses by name and company."""

    name = "dropcontact"
    version = 1
    actions = frozenset({EnrichAction.EMAIL_FIND})
    per_second = 20.0
    per_minute = 1_200.0

    def missing(self, query: Query) -> str | None:
        """A name with a company, or a LinkedIn address."""
        if query.linkedin_url or (query.employed and (query.named or query.full_name)):
            return None
        return "name and company"

    def price(self, action: EnrichAction) -> float:
        """One credit for a verified address."""
        return 1.0

    async def ask(self, query: Query, seconds: float) -> Reply:
        """Hand the person in; the answer comes later."""
        wanted: dict[str, Any] = {
            "first_name": query.first_name,
            "last_name": query.last_name,
            "full_name": None if query.named else query.full_name,
            "website": query.domain,
            "company": query.company,
            "linkedin": query.linkedin_url,
        }
        person = {name: value for name, value in wanted.items() if value}
        body = {"data": [person], "siren": False, "language": "en"}
        heard = await self.wire.post("/v1/enrich/all", body, seconds)
        answer = _refused(heard)
        if isinstance(answer, Reply):
            return answer
        token = text(answer.get("request_id"), "request_id", 200)
        if token is None:
            raise ContractBroken("request_id is missing")
        return Reply(AskOutcome.PENDING, token=token, retry_after=self.poll_seconds)

    async def resume(self, query: Query, token: str, seconds: float) -> Reply:
        """Fetch what has become of it."""
        heard = await self.wire.get(f"/v1/enrich/all/{segment(token)}", seconds)
        answer = _refused(heard, token=token, poll=self.poll_seconds)
        if isinstance(answer, Reply):
            return answer
        people = records(answer.get("data"), "data")
        if len(people) != 1:
            raise ContractBroken(f"{len(people)} people for one")
        return _found(people[0])


def make(wire_url: str, key: str) -> Wire:
    """The wire, with the key in the vendor's header."""
    return Wire(wire_url, {"X-Access-Token": key})


def _refused(heard: Heard, token: str | None = None, poll: float = 30.0) -> Reply | dict[str, Any]:
    """The body of a success, or what else was said."""
    if heard.status == 401:
        return Reply(AskOutcome.BAD_KEY, detail="the key is not valid")
    if heard.status == 403:
        return Reply(AskOutcome.NO_CREDITS, detail="no credits are left")
    if heard.status == 429:
        return Reply(
            AskOutcome.THROTTLED, detail="asked too often", retry_after=retry_after(heard, 1.0)
        )
    if heard.status in (400, 422):
        return Reply(AskOutcome.INELIGIBLE, detail="the vendor cannot use this input")
    if heard.status >= 500:
        return Reply(AskOutcome.ERROR, detail=f"status {heard.status}")
    if heard.status not in (200, 201) or heard.broken:
        raise ContractBroken(f"status {heard.status}, or no JSON")
    body = record(heard.body, "body")
    if body.get("success") is True:
        return body
    if body.get("success") is False and token is not None:
        return Reply(AskOutcome.PENDING, token=token, retry_after=poll)
    raise ContractBroken("success is not true")


def _found(person: dict[str, Any]) -> Reply:
    values = [
        value
        for each in records(person.get("email"), "email")
        if (value := _value(each)) is not None
    ]
    if not values:
        return Reply(AskOutcome.NOT_FOUND)
    values.sort(key=lambda value: _BEST_FIRST.index(value.status))
    paid = values[0].status is FieldStatus.VERIFIED
    return Reply(AskOutcome.FOUND, tuple(values[:3]), credits=1.0 if paid else 0.0)


def _value(each: dict[str, Any]) -> Value | None:
    """An address with the meaning of its qualification; None for one not to be used."""
    address = text(each.get("email"), "email", 320)
    if address is None:
        raise ContractBroken("an e-mail without address")
    qualification = word(each.get("qualification"))
    local, _, domain = qualification.partition("@")
    local = _ENGLISH.get(local, local)
    if local in ("do_not_contact", "ne_pas_contacter") or domain in ("perso", "school"):
        return None
    meaning = _DOMAIN.get(domain) or _LOCAL.get(local)
    if meaning is None:
        raise ContractBroken(f"qualification {qualification[:40]!r}")
    trust, verdict, reasons, sure = meaning
    return Value("email", address, trust, sure, verdict, reasons, f"qualified {qualification}")
