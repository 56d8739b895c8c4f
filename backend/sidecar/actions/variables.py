"""Texts about a person: by the caller's template, by a model's hand, or one of our own openers.

Templates are Liquid, cut down to what cannot grow: no loops, no includes, a few filters, a
bounded output. What a page says fills them once and is never read as a template itself. A
template that prints a fact which is not there writes nothing; one may ask for it with `if`.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar

from liquid import Environment, FalsyStrictUndefined
from liquid.exceptions import LiquidError

from backend.sidecar.actions.context import Found, Run, Tools
from backend.sidecar.actions.subjects import instant_text, query_of
from backend.sidecar.analysis.text import clean
from backend.sidecar.grounding import checkable
from backend.sidecar.model import Draft
from backend.sidecar.waterfall import DAY
from shared_schemas.findings import FieldEvidence, FoundField, FoundItem, ProviderAttempt
from shared_schemas.insight import Insight
from shared_schemas.lookups import VariablesItem, WantedVariable
from shared_schemas.vocabulary import AskOutcome, EnrichAction, EvidenceKind, FieldStatus

ACTION = EnrichAction.AI_VARIABLE
MOST_CHARACTERS = 4_000

_TAGS = ("if", "unless", "case", "assign", "comment")
_FILTERS = (
    *("capitalize", "default", "downcase", "escape", "first", "last", "lstrip", "rstrip", "size"),
    *("strip", "strip_html", "strip_newlines", "truncate", "truncatewords", "upcase"),
)


class _Templates(Environment):
    """Liquid within bounds."""

    output_stream_limit: ClassVar[int] = MOST_CHARACTERS
    local_namespace_limit: ClassVar[int] = 20_000
    context_depth_limit: ClassVar[int] = 10


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = _Templates(undefined=FalsyStrictUndefined)
    kept = (*_TAGS, "content", "output", "illegal", "endif", "else", "elsif", "when")
    environment.tags = {
        name: tag for name, tag in environment.tags.items() if name in kept or not name.isalpha()
    }
    environment.filters = {
        name: each for name, each in environment.filters.items() if name in _FILTERS
    }
    return environment


async def write_variables(tools: Tools, run: Run, item: VariablesItem) -> FoundItem:
    """The texts asked for, each with the facts that it uses."""
    found = Found()
    insight = await tools.analyze(item.page) if item.page is not None else None
    facts = facts_of(item, insight)
    for wanted in item.variables:
        field = await _write(tools, run, found, item, wanted, facts, insight)
        if field is not None:
            found.fields.append(field)
    names = [wanted.name for wanted in item.variables]
    return found.item(item.ref, ACTION, item.held, names)


async def _write(
    tools: Tools,
    run: Run,
    found: Found,
    item: VariablesItem,
    wanted: WantedVariable,
    facts: Mapping[str, str],
    insight: Insight | None,
) -> FoundField | None:
    if wanted.template is not None:
        return _rendered(tools, found, wanted.name, wanted.template, facts)
    if wanted.prompt is None:
        return _opener(tools, wanted.name, insight, FieldStatus.VERIFIED)
    language = item.language or (insight.language if insight else None)
    text = await _by_model(tools, run, found, wanted.prompt, facts, language)
    if text is not None:
        used = [f"{name}: {value}" for name, value in facts.items() if value in text]
        sure = checkable(text, facts.values())
        status = FieldStatus.VERIFIED if sure else FieldStatus.PROBABLE
        return _field(tools, wanted.name, text, status, "provider:openai", used)
    return _opener(tools, wanted.name, insight, FieldStatus.PROBABLE)


async def _by_model(
    tools: Tools,
    run: Run,
    found: Found,
    prompt: str,
    facts: Mapping[str, str],
    language: str | None,
) -> str | None:
    if tools.model is None:
        found.attempts.append(ProviderAttempt(provider="openai", outcome=AskOutcome.NO_KEY))
        return None
    left = run.deadline - tools.monotonic()
    if not facts or left < 1 or not run.budget.covers(tools.model.credit_micros):
        outcome = AskOutcome.INELIGIBLE if not facts else AskOutcome.NO_TIME
        found.attempts.append(ProviderAttempt(provider="openai", outcome=outcome))
        return None
    started = tools.monotonic()
    draft: Draft = await tools.model.write(prompt, facts, language, left)
    cost = draft.calls * tools.model.credit_micros
    run.budget.left -= cost
    found.cost_micros += cost
    found.attempts.append(
        ProviderAttempt(
            provider="openai",
            outcome=draft.outcome,
            detail=draft.detail,
            ms=round((tools.monotonic() - started) * 1000),
            cost_micros=cost,
        )
    )
    return draft.text


def _rendered(
    tools: Tools, found: Found, name: str, template: str, facts: Mapping[str, str]
) -> FoundField | None:
    """The caller's template, filled; nothing where it names what is not known, or is none."""
    try:
        parsed = _environment().from_string(template)
        text = clean(parsed.render(**facts), MOST_CHARACTERS).strip()
    except (LiquidError, RecursionError) as error:
        detail = f"{name}: {type(error).__name__}: {error}".splitlines()[0][:160]
        found.attempts.append(
            ProviderAttempt(provider="template", outcome=AskOutcome.INELIGIBLE, detail=detail)
        )
        return None
    if not text:
        return None
    used = [f"{fact}: {value[:200]}" for fact, value in facts.items() if value in text]
    return _field(tools, name, text, FieldStatus.VERIFIED, "template", used)


def _opener(
    tools: Tools, name: str, insight: Insight | None, status: FieldStatus
) -> FoundField | None:
    """A first line of our own, in the page's language."""
    if insight is None or not insight.openers:
        return None
    opener = insight.openers[0]
    return _field(tools, name, opener.text, status, "rule:opener", opener.facts_used)


def _field(
    tools: Tools, name: str, text: str, status: FieldStatus, source: str, used: list[str]
) -> FoundField:
    now = tools.clock()
    return FoundField(
        name=name,
        value=text,
        status=status,
        confidence=0.9 if status is FieldStatus.VERIFIED else 0.5,
        source=source,
        evidence=[FieldEvidence(kind=EvidenceKind.QUOTE, text=each[:300]) for each in used[:10]],
        observed_at=instant_text(now),
        expires_at=instant_text(now + 14 * DAY),
    )


def facts_of(item: VariablesItem, insight: Insight | None) -> dict[str, str]:
    """What texts may use, by name: the caller's own facts first."""
    query = query_of(item, ACTION, "")
    page = item.page
    told = {
        "first_name": query.first_name,
        "last_name": query.last_name,
        "full_name": query.full_name,
        "company": query.company or (insight.role.company if insight else None),
        "domain": query.domain,
        "country": query.country,
        "title": insight.role.title if insight else None,
        "topic": insight.topics[0] if insight and insight.topics else None,
        "headline": page.headline if page else None,
        "location": page.location if page else None,
        "about": page.about if page else None,
        "post": page.posts[0].text if page and page.posts else None,
        "skills": ", ".join(page.skills[:10]) if page else None,
        **item.facts,
    }
    cleaned = {name: clean(text, 2_000).strip() for name, text in told.items() if text}
    return {name: text for name, text in cleaned.items() if text}
