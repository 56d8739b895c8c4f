"""Verify an address: syntax, lists, MX, then verifiers in order, then (if on) the mail server."""

from collections.abc import Sequence
from dataclasses import replace

from backend.sidecar.actions.context import Found, Run, Tools
from backend.sidecar.actions.subjects import field_of, instant_text
from backend.sidecar.mail import Opinion, normal, signs, tempered
from backend.sidecar.providers.contract import Query
from backend.sidecar.waterfall import DAY, Heard, Plan
from shared_schemas.findings import FieldEvidence, FoundField, FoundItem
from shared_schemas.lookups import VerifyItem
from shared_schemas.vocabulary import EnrichAction, EvidenceKind, FieldStatus, Verdict

ACTION = EnrichAction.EMAIL_VERIFY

_SENTENCES = {
    "syntax": "the form of the address",
    "mx": "the mail records of its host",
    "list": "a list of hosts of throw-away addresses",
    "smtp": "the answer of its mail server",
}
_CONFIDENCE = {
    Verdict.DELIVERABLE: 0.9,
    Verdict.RISKY: 0.5,
    Verdict.INVALID: 0.95,
    Verdict.UNKNOWN: 0.2,
}


async def verify_email(tools: Tools, run: Run, item: VerifyItem) -> FoundItem:
    """The verdict on one address."""
    found = Found()
    found.fields = [await verified(tools, run, found, item.email, item.person, run.plan())]
    return found.item(item.ref, ACTION, item.held)


async def verified(
    tools: Tools, run: Run, found: Found, email: str, person: str, plan: Plan
) -> FoundField:
    """The field of an address with its verdict; what vendors took and said goes into `found`."""
    address = normal(email)
    opinion = await tools.mail.opinion(email)
    if address is None or opinion.verdict in (Verdict.INVALID, Verdict.DELIVERABLE):
        return field_of_opinion(tools, address or email.strip()[:320], opinion)
    query = Query(ACTION, run.workspace, person, email=address)
    trail = await tools.waterfall.run(query, plan, _settled)
    found.add(trail)
    heard = _best(trail.heard, address)
    if heard is None:
        return field_of_opinion(tools, address, opinion)
    judged = tempered(
        Opinion(heard.value.verdict or Verdict.UNKNOWN, heard.value.reasons, "vendor"),
        signs(address),
    )
    value = replace(
        heard.value,
        value=address,
        verdict=judged.verdict,
        reasons=judged.reasons,
        status=heard.value.status
        if judged.verdict is heard.value.verdict
        else FieldStatus.PROBABLE,
    )
    return field_of(replace(heard, value=value))


def _settled(heard: Sequence[Heard]) -> bool:
    return any(each.value.verdict not in (None, Verdict.UNKNOWN) for each in heard)


def _best(heard: Sequence[Heard], address: str) -> Heard | None:
    """The first settled verdict, else the first of any kind; only those about this address."""
    about = [each for each in heard if normal(each.value.value) == address]
    settled = [each for each in about if _settled([each])]
    return next(iter(settled or about), None)


def field_of_opinion(tools: Tools, address: str, opinion: Opinion) -> FoundField:
    """An address with what we can tell of it ourselves."""
    now = tools.clock()
    return FoundField(
        name="email",
        value=address,
        status=opinion.status,
        confidence=_CONFIDENCE[opinion.verdict],
        source=f"rule:{opinion.rule}",
        evidence=[FieldEvidence(kind=EvidenceKind.RULE, text=_SENTENCES[opinion.rule])],
        observed_at=instant_text(now),
        expires_at=instant_text(now + DAY),
        verdict=opinion.verdict,
        reasons=list(opinion.reasons),
    )
