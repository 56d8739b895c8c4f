"""Hunter: finds and verifies addresses, at once. https://hunter.io/api-documentation/v2

Traps: 403 means too fast and 429 means out of credit; "no address" is a 200 with a null; an
address that takes long to verify is answered 202, to be asked again.
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
from backend.sidecar.providers.wire import Heard, Wire, retry_after
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict

URL = "https://api.hunter.io"
_AGAIN = "again"

_FOUND: dict[str, tuple[FieldStatus, Verdict, tuple[str, ...]]] = {
    "valid": (FieldStatus.VERIFIED, Verdict.DELIVERABLE, ()),
    "accept_all": (FieldStatus.CATCH_ALL, Verdict.RISKY, ("catch_all",)),
    "webmail": (FieldStatus.PROBABLE, Verdict.RISKY, ("free_mail",)),
    "disposable": (FieldStatus.PROBABLE, Verdict.RISKY, ("disposable",)),
    "invalid": (FieldStatus.INVALID, Verdict.INVALID, ("no_such_user",)),
    "unknown": (FieldStatus.PROBABLE, Verdict.UNKNOWN, ()),
    "": (FieldStatus.PROBABLE, Verdict.UNKNOWN, ()),
}


class Hunter(Adapter):
    """Finds by name and company, or by LinkedIn handle; verifies any address."""

    name = "hunter"
    version = 1
    actions = frozenset({EnrichAction.EMAIL_FIND, EnrichAction.EMAIL_VERIFY})
    per_second = 10.0
    per_minute = 300.0

    def missing(self, query: Query) -> str | None:
        """A finder needs a name with a company, or a handle; a verifier an address."""
        if query.action is EnrichAction.EMAIL_VERIFY:
            return None if query.email else "email"
        if _handle(query) or (query.employed and (query.named or query.full_name)):
            return None
        return "name and company"

    def price(self, action: EnrichAction) -> float:
        """One credit for an address found, half of one for an address verified."""
        return 0.5 if action is EnrichAction.EMAIL_VERIFY else 1.0

    async def ask(self, query: Query, seconds: float) -> Reply:
        """Find, or verify."""
        if query.action is EnrichAction.EMAIL_VERIFY:
            heard = await self.wire.get("/v2/email-verifier", seconds, {"email": query.email})
            return _refused(heard) or _verified(heard)
        heard = await self.wire.get("/v2/email-finder", seconds, _wanted(query, seconds))
        return _refused(heard) or _found(heard)

    async def resume(self, query: Query, token: str, seconds: float) -> Reply:
        """A verification that took longer is asked for again, by the same question."""
        return await self.ask(query, seconds)


def make(wire_url: str, key: str) -> Wire:
    """The wire, with the key in a header: a query string ends up in logs."""
    return Wire(wire_url, {"X-API-KEY": key})


def _handle(query: Query) -> str | None:
    _, mark, slug = (query.linkedin_url or "").partition("linkedin.com/in/")
    return slug.strip("/") or None if mark else None


def _wanted(query: Query, seconds: float) -> dict[str, Any]:
    wanted: dict[str, Any] = {"max_duration": max(3, min(20, int(seconds)))}
    if query.domain:
        wanted["domain"] = query.domain
    elif query.company:
        wanted["company"] = query.company
    if query.named:
        wanted |= {"first_name": query.first_name, "last_name": query.last_name}
    elif query.full_name:
        wanted["full_name"] = query.full_name
    if handle := _handle(query):
        wanted["linkedin_handle"] = handle
    return wanted


def _refused(heard: Heard) -> Reply | None:
    """What is no answer to the question; None for one that is."""
    if heard.status == 401:
        return Reply(AskOutcome.BAD_KEY, detail="the key is not valid")
    if heard.status == 403:
        return Reply(
            AskOutcome.THROTTLED, detail="asked too often", retry_after=retry_after(heard, 1.0)
        )
    if heard.status == 429:
        return Reply(AskOutcome.NO_CREDITS, detail="the period's credits are used up")
    if heard.status == 202:
        return Reply(AskOutcome.PENDING, token=_AGAIN, retry_after=5.0)
    if heard.status in (400, 422):
        return Reply(AskOutcome.INELIGIBLE, detail="the vendor cannot use this input")
    if heard.status == 451:
        return Reply(AskOutcome.NOT_FOUND, detail="the person asked not to be processed")
    if heard.status == 404:
        return Reply(AskOutcome.NOT_FOUND)
    if heard.status >= 500:
        return Reply(AskOutcome.ERROR, detail=f"status {heard.status}")
    if heard.status != 200 or heard.broken:
        raise ContractBroken(f"status {heard.status}, or no JSON")
    return None


def _found(heard: Heard) -> Reply:
    data = record(record(heard.body, "body").get("data"), "data")
    address = text(data.get("email"), "email", 320)
    if address is None:
        return Reply(AskOutcome.NOT_FOUND)
    verification = data.get("verification") or {}
    status = word(record(verification, "verification").get("status"))
    if status not in _FOUND:
        raise ContractBroken(f"verification.status {status[:40]!r}")
    trust, verdict, reasons = _FOUND[status]
    score = number(data.get("score"), "score")
    confidence = min(max((score if score is not None else 50.0) / 100, 0.0), 1.0)
    urls = [text(each.get("uri"), "uri") for each in records(data.get("sources"), "sources")]
    value = Value(
        "email",
        address,
        trust,
        confidence,
        verdict,
        reasons,
        f"verification {status or 'none'}, score {'none' if score is None else int(score)}",
        tuple(url for url in urls[:5] if url),
    )
    return Reply(AskOutcome.FOUND, (value,), credits=1.0)


def _verified(heard: Heard) -> Reply:
    data = record(record(heard.body, "body").get("data"), "data")
    status = word(data.get("status"))
    if status not in _FOUND or not status:
        raise ContractBroken(f"status {status[:40]!r}")
    address = text(data.get("email"), "email", 320)
    if address is None:
        raise ContractBroken("email is missing")
    trust, verdict, reasons = _FOUND[status]
    score = number(data.get("score"), "score")
    confidence = min(max((score if score is not None else 50.0) / 100, 0.0), 1.0)
    said = f"status {status}"
    value = Value("email", address, trust, confidence, verdict, reasons, said)
    return Reply(AskOutcome.FOUND, (value,), credits=0.5)
