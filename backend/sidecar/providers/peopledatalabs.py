"""People Data Labs: a whole profile, at once. https://docs.peopledatalabs.com

Traps: "not found" is a 404; on the free plan `true` and `false` stand where a value would be; a
match below the likelihood asked for is no match, and only matches cost.
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
    text,
)
from backend.sidecar.providers.wire import Heard, Wire, retry_after, seconds_of
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict

URL = "https://api.peopledatalabs.com"
LEAST_LIKELIHOOD = 6

_FIELDS = {
    "full_name": "full_name",
    "job_title": "job_title",
    "job_company_name": "company",
    "job_company_website": "company_domain",
    "location_name": "location",
    "location_country": "country",
    "linkedin_url": "linkedin_url",
    "industry": "industry",
}


class PeopleDataLabs(Adapter):
    """Profiles, work addresses and mobile numbers by any address, or by name and company."""

    name = "peopledatalabs"
    version = 1
    actions = frozenset(
        {EnrichAction.PROFILE_ENRICH, EnrichAction.EMAIL_FIND, EnrichAction.PHONE_FIND}
    )
    per_second = 10.0
    per_minute = 100.0

    def missing(self, query: Query) -> str | None:
        """A LinkedIn address, an e-mail address, or a name with a company."""
        if query.linkedin_url or query.email:
            return None
        if query.employed and (query.named or query.full_name):
            return None
        return "LinkedIn address, or name and company"

    def price(self, action: EnrichAction) -> float:
        """One credit for a match, whatever it holds."""
        return 1.0

    async def ask(self, query: Query, seconds: float) -> Reply:
        """Ask for the one person that this must be, and for a match that holds what is wanted."""
        known: dict[str, Any] = {
            "profile": query.linkedin_url,
            "email": query.email,
            "first_name": query.first_name if query.named else None,
            "last_name": query.last_name if query.named else None,
            "name": None if query.named else query.full_name,
            "company": query.domain or query.company,
            "required": _REQUIRED.get(query.action),
            "min_likelihood": LEAST_LIKELIHOOD,
            "titlecase": "true",
        }
        params = {name: value for name, value in known.items() if value}
        heard = await self.wire.get("/v5/person/enrich", seconds, params)
        return _refused(heard) or _found(heard, query)


_REQUIRED = {
    EnrichAction.EMAIL_FIND: "work_email",
    EnrichAction.PHONE_FIND: "mobile_phone",
}


def make(wire_url: str, key: str) -> Wire:
    """The wire, with the key in the vendor's header."""
    return Wire(wire_url, {"X-Api-Key": key})


def _refused(heard: Heard) -> Reply | None:
    """What is no answer to the question; None for one that is."""
    if heard.status == 404:
        return Reply(AskOutcome.NOT_FOUND)
    if heard.status in (401, 403):
        return Reply(AskOutcome.BAD_KEY, detail="the key is not valid")
    if heard.status == 402:
        return Reply(AskOutcome.NO_CREDITS, detail="no credits are left")
    if heard.status == 429:
        wait = retry_after(heard, 5.0)
        return Reply(AskOutcome.THROTTLED, detail="asked too often", retry_after=wait)
    if heard.status in (400, 422):
        return Reply(AskOutcome.INELIGIBLE, detail="the vendor cannot use this input")
    if heard.status >= 500:
        return Reply(AskOutcome.ERROR, detail=f"status {heard.status}")
    if heard.status != 200 or heard.broken:
        raise ContractBroken(f"status {heard.status}, or no JSON")
    return None


def _found(heard: Heard, query: Query) -> Reply:
    body = record(heard.body, "body")
    likelihood = number(body.get("likelihood"), "likelihood")
    data = record(body.get("data"), "data")
    if likelihood is None:
        raise ContractBroken("likelihood is missing")
    spent = number(_credits(heard), "x-call-credits-spent")
    credits = 1.0 if spent is None else spent
    if likelihood < LEAST_LIKELIHOOD:
        return Reply(AskOutcome.NOT_FOUND, credits=credits)
    values = _values(data, query.action, likelihood)
    if not values:
        return Reply(AskOutcome.NOT_FOUND, credits=credits, detail=_masked(data))
    return Reply(AskOutcome.FOUND, tuple(values), credits=credits)


def _credits(heard: Heard) -> float | None:
    return seconds_of(heard.headers.get("x-call-credits-spent"), most=1_000)


def _masked(data: dict[str, Any]) -> str | None:
    """Why a match may hold nothing: the plan shows only that there would be something."""
    hidden = any(data.get(name) is True for name in ("work_email", "mobile_phone", "emails"))
    return "the plan hides this value" if hidden else None


def _values(data: dict[str, Any], action: EnrichAction, likelihood: float) -> list[Value]:
    said = f"likelihood {int(likelihood)} of 10"
    sure = min(likelihood / 10, 1.0)
    if action is EnrichAction.EMAIL_FIND:
        email = _plain(data, "work_email")
        # A match is not a verification: nobody has asked the mail server.
        trust, verdict = FieldStatus.PROBABLE, Verdict.UNKNOWN
        return [Value("email", email, trust, sure * 0.7, verdict, (), said)] if email else []
    if action is EnrichAction.PHONE_FIND:
        phone = _plain(data, "mobile_phone")
        return [Value("phone", phone, FieldStatus.VERIFIED, sure, said=said)] if phone else []
    return [
        Value(ours, value, FieldStatus.VERIFIED, sure, said=said)
        for theirs, ours in _FIELDS.items()
        if (value := _plain(data, theirs)) is not None
    ]


def _plain(data: dict[str, Any], name: str) -> str | None:
    """A text of the profile; the free plan's `true` and `false` are none."""
    value = data.get(name)
    if isinstance(value, bool):
        return None
    return text(value, name, 300)
