"""Reacher: verifies addresses by asking their mail servers; one hosts it oneself.

https://help.reacher.email - a program of its own (AGPL), reached over HTTP and never embedded.
Trap: where it cannot reach port 25, or its address is on a block list, all is `unknown`.
"""

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
from backend.sidecar.providers.wire import Heard, Wire, retry_after
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict

URL = ""
"""There is no address of everybody's: the operator names theirs."""


class Reacher(Adapter):
    """Verifies any address."""

    name = "reacher"
    version = 1
    actions = frozenset({EnrichAction.EMAIL_VERIFY})
    per_second = 5.0
    per_minute = 60.0

    def missing(self, query: Query) -> str | None:
        """An address."""
        return None if query.email else "email"

    def price(self, action: EnrichAction) -> float:
        """Nothing: it is one's own."""
        return 0.0

    async def ask(self, query: Query, seconds: float) -> Reply:
        """Verify."""
        heard = await self.wire.post("/v0/check_email", {"to_email": query.email}, seconds)
        return _refused(heard) or _verified(heard)


def make(wire_url: str, key: str) -> Wire:
    """The wire; an installation of one's own may ask for a secret."""
    return Wire(wire_url, {"Authorization": key} if key else {})


def _refused(heard: Heard) -> Reply | None:
    """What is no answer to the question; None for one that is."""
    if heard.status in (401, 403):
        return Reply(AskOutcome.BAD_KEY, detail="the key is not valid")
    if heard.status == 429:
        return Reply(
            AskOutcome.THROTTLED, detail="asked too often", retry_after=retry_after(heard, 5.0)
        )
    if heard.status in (400, 422):
        return Reply(AskOutcome.INELIGIBLE, detail="the verifier cannot use this input")
    if heard.status >= 500:
        return Reply(AskOutcome.ERROR, detail=f"status {heard.status}")
    if heard.status != 200 or heard.broken:
        raise ContractBroken(f"status {heard.status}, or no JSON")
    return None


def _verified(heard: Heard) -> Reply:
    body = record(heard.body, "body")
    address = text(body.get("input"), "input", 320)
    if address is None:
        raise ContractBroken("input is missing")
    reachable = word(body.get("is_reachable"))
    if reachable not in ("safe", "risky", "invalid", "unknown"):
        raise ContractBroken(f"is_reachable {reachable[:40]!r}")
    smtp = record(body.get("smtp") or {}, "smtp")
    misc = record(body.get("misc") or {}, "misc")
    trust, verdict, sure = _TRUST[reachable]
    reasons = _reasons(reachable, smtp, misc)
    if "catch_all" in reasons:
        trust = FieldStatus.CATCH_ALL
    said = f"is_reachable {reachable}"
    value = Value("email", address, trust, sure, verdict, reasons, said)
    return Reply(AskOutcome.FOUND, (value,))


_TRUST = {
    "safe": (FieldStatus.VERIFIED, Verdict.DELIVERABLE, 0.95),
    "risky": (FieldStatus.PROBABLE, Verdict.RISKY, 0.5),
    "invalid": (FieldStatus.INVALID, Verdict.INVALID, 0.95),
    "unknown": (FieldStatus.GUESS, Verdict.UNKNOWN, 0.2),
}


def _reasons(reachable: str, smtp: dict[str, object], misc: dict[str, object]) -> tuple[str, ...]:
    if reachable == "risky":
        signs = {
            "catch_all": smtp.get("is_catch_all"),
            "full_inbox": smtp.get("has_full_inbox"),
            "role": misc.get("is_role_account"),
            "disposable": misc.get("is_disposable"),
        }
        return tuple(name for name, value in signs.items() if value is True)
    if reachable == "invalid":
        return ("disabled",) if smtp.get("is_disabled") is True else ("no_such_user",)
    return ("blocked",) if reachable == "unknown" else ()
