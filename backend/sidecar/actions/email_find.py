"""Find a work address: printed on the page, from vendors, by the company's pattern, or guessed.

Whatever is found is verified as far as verifiers are there; what nobody vouches for stays
`probable` or a `guess`, is shown as such, and is never charged.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

from backend.sidecar.actions.context import Found, Run, Tools
from backend.sidecar.actions.email_verify import verified
from backend.sidecar.actions.patterns import PATTERNS, learn, matches, written
from backend.sidecar.actions.subjects import field_of, instant_text, latin_names, query_of
from backend.sidecar.analysis.text import clean
from backend.sidecar.mail import is_role, normal, signs
from backend.sidecar.providers.contract import Query
from backend.sidecar.waterfall import DAY, Heard, Plan
from shared_schemas.findings import FieldAlternative, FieldEvidence, FoundField, FoundItem
from shared_schemas.lookups import FindItem
from shared_schemas.page import Page
from shared_schemas.vocabulary import EnrichAction, EvidenceKind, FieldStatus, Verdict

ACTION = EnrichAction.EMAIL_FIND

_ADDRESS = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}(?:@|\s?[\[(]\s?(?:at|AT|ät)\s?[\])]\s?)"
    r"[A-Za-z0-9-]{1,63}(?:(?:\.|\s?[\[(]\s?(?:dot|DOT|punkt)\s?[\])]\s?)[A-Za-z0-9-]{1,63}){1,4}"
)
_AT = re.compile(r"\s?[\[(]\s?(?:at|AT|ät)\s?[\])]\s?")
_DOT = re.compile(r"\s?[\[(]\s?(?:dot|DOT|punkt)\s?[\])]\s?")
_RANK = {
    FieldStatus.VERIFIED: 0,
    FieldStatus.CATCH_ALL: 1,
    FieldStatus.PROBABLE: 2,
    FieldStatus.GUESS: 3,
    FieldStatus.INVALID: 4,
}
_GUESSES = ("first.last", "flast", "first")


async def find_email(tools: Tools, run: Run, item: FindItem) -> FoundItem:
    """The best address of a person, with the others as alternatives."""
    found, query, plan = Found(), query_of(item, ACTION, run.workspace), run.plan()
    candidates = await asyncio.to_thread(_on_page, tools, item.page, query)
    if not any(_settled(each) for each in candidates):
        trail = await tools.waterfall.run(query, plan, _enough)
        found.add(trail)
        candidates += [field for heard in trail.heard if (field := _usable(heard)) is not None]
    if not any(_settled(each) for each in candidates):
        candidates += _by_rules(tools, item, query)
    best = await _verify_best(tools, run, found, candidates, query, plan)
    if best is not None:
        found.fields = [_with_alternatives(best, candidates)]
    return found.item(item.ref, ACTION, item.held)


def _enough(heard: Sequence[Heard]) -> bool:
    return any(each.value.status is FieldStatus.VERIFIED for each in heard)


def _settled(field: FoundField) -> bool:
    return field.status is FieldStatus.VERIFIED


def _usable(heard: Heard) -> FoundField | None:
    """A vendor's address in its normal form; None for one that is no address or an office's."""
    address = normal(heard.value.value)
    if address is None:
        return None
    field = field_of(replace(heard, value=replace(heard.value, value=address)))
    known = signs(address)
    reasons = list(dict.fromkeys((*field.reasons, *known)))
    if {"role", "disposable"} & set(known) and field.status is FieldStatus.VERIFIED:
        return field.model_copy(
            update={
                "status": FieldStatus.PROBABLE,
                "verdict": Verdict.RISKY,
                "reasons": reasons,
            }
        )
    return field.model_copy(update={"reasons": reasons})


def _on_page(tools: Tools, page: Page | None, query: Query) -> list[FoundField]:
    """Addresses that the person's own page prints and that fit their name."""
    if page is None:
        return []
    places = [("email", page.email), ("headline", page.headline), ("about", page.about)]
    places += [(f"posts[{i}]", post.text) for i, post in enumerate(page.posts[:10])]
    names = latin_names(query)
    found: dict[str, FoundField] = {}
    for where, text in places:
        for match in _ADDRESS.finditer(clean(text, 20_000)):
            address = normal(_DOT.sub(".", _AT.sub("@", match[0])).rstrip("."))
            if address is None or is_role(address):
                continue
            fits = names is not None and matches(address.rpartition("@")[0], *names)
            if not fits and where != "email":
                continue
            field = _field(
                tools,
                address,
                FieldStatus.PROBABLE,
                0.8 if fits else 0.6,
                "page",
                [FieldEvidence(kind=EvidenceKind.QUOTE, text=f"{where}: {match[0][:200]}")],
            )
            found.setdefault(address.lower(), field)
    return list(found.values())[:5]


def _by_rules(tools: Tools, item: FindItem, query: Query) -> list[FoundField]:
    """By the pattern of the company's addresses, else guesses."""
    names = latin_names(query)
    if query.domain is None or names is None:
        return []
    pattern = learn(query.domain, item.colleagues)
    if pattern is not None:
        address = written(pattern.name, *names, query.domain)
        text = f"{len(pattern.colleagues)} colleagues use {pattern.name}: " + ", ".join(
            pattern.colleagues
        )
        evidence = [FieldEvidence(kind=EvidenceKind.COLLEAGUES, text=text[:500])]
        if address is not None:
            return [_field(tools, address, FieldStatus.PROBABLE, 0.5, "rule:colleagues", evidence)]
    guesses = []
    for name in _GUESSES:
        address = written(name, *names, query.domain)
        if address is not None:
            evidence = [FieldEvidence(kind=EvidenceKind.RULE, text=f"the common pattern {name}")]
            guesses.append(_field(tools, address, FieldStatus.GUESS, 0.2, "rule:guess", evidence))
    return guesses


assert set(_GUESSES) <= set(PATTERNS)


def _field(
    tools: Tools,
    address: str,
    status: FieldStatus,
    confidence: float,
    source: str,
    evidence: list[FieldEvidence],
) -> FoundField:
    now = tools.clock()
    return FoundField(
        name="email",
        value=address,
        status=status,
        confidence=confidence,
        source=source,
        evidence=evidence,
        observed_at=instant_text(now),
        expires_at=instant_text(now + 7 * DAY),
        verdict=Verdict.UNKNOWN,
        reasons=list(signs(address)),
    )


async def _verify_best(
    tools: Tools,
    run: Run,
    found: Found,
    candidates: list[FoundField],
    query: Query,
    plan: Plan,
) -> FoundField | None:
    """The best candidate, verified if nobody has settled it yet."""
    for field in sorted(candidates, key=_order):
        if field.verdict is not Verdict.UNKNOWN:
            return field
        checked = await verified(tools, run, found, field.value, query.person, plan)
        if checked.verdict is Verdict.UNKNOWN:
            return field.model_copy(
                update={"reasons": list(dict.fromkeys((*field.reasons, *checked.reasons)))}
            )
        merged = checked.model_copy(
            update={
                "source": field.source,
                "evidence": [*field.evidence, *checked.evidence],
                "confidence": max(field.confidence, checked.confidence),
            }
        )
        if field.status is FieldStatus.GUESS and merged.verdict is Verdict.RISKY:
            # A host that takes mail for anybody makes no guess any better.
            merged = merged.model_copy(update={"status": FieldStatus.GUESS})
        candidates[candidates.index(field)] = merged
        if merged.verdict is not Verdict.INVALID:
            return merged
    return min(candidates, key=_order, default=None)


def _order(field: FoundField) -> tuple[int, float]:
    return _RANK[field.status], -field.confidence


def _with_alternatives(best: FoundField, candidates: Sequence[FoundField]) -> FoundField:
    others = {
        each.value.lower(): FieldAlternative(
            value=each.value, status=each.status, source=each.source
        )
        for each in sorted(candidates, key=_order, reverse=True)
        if each.value.lower() != best.value.lower()
    }
    return best.model_copy(update={"alternatives": list(others.values())[::-1][:5]})
