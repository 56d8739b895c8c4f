"""A normalised profile: what the page says brought into one form, and what vendors add.

What only repeats the page is `probable` at best and never charged; a vendor's match that agrees
with the person's name is what the price is for, or a profile address that was missing.
"""

from collections.abc import Sequence

from backend.sidecar.actions.context import Found, Run, Tools
from backend.sidecar.actions.subjects import field_of, instant_text, linkedin_address, query_of
from backend.sidecar.analysis.places import find_place
from backend.sidecar.analysis.text import fold
from backend.sidecar.providers.contract import Query
from backend.sidecar.waterfall import DAY, Heard
from shared_schemas.findings import FieldAlternative, FieldEvidence, FoundField, FoundItem
from shared_schemas.insight import Insight
from shared_schemas.lookups import FindItem
from shared_schemas.page import Page
from shared_schemas.vocabulary import EnrichAction, EvidenceKind, FieldStatus

ACTION = EnrichAction.PROFILE_ENRICH


async def enrich_profile(tools: Tools, run: Run, item: FindItem) -> FoundItem:
    """The fields of a person's profile, the surest source of each first."""
    found, query = Found(), query_of(item, ACTION, run.workspace)
    trail = await tools.waterfall.run(query, run.plan(), lambda heard: bool(_ours(heard, query)))
    found.add(trail)
    best: dict[str, FoundField] = {}
    for heard in _ours(trail.heard, query):
        field = _normalised(field_of(heard))
        if field is not None:
            best.setdefault(field.name, field)
    insight = await tools.analyze(item.page) if item.page is not None else None
    for field in _of_page(tools, item.page, insight):
        before = best.get(field.name)
        if before is None:
            best[field.name] = field
        elif fold(before.value) != fold(field.value):
            other = FieldAlternative(value=field.value, status=field.status, source=field.source)
            best[field.name] = before.model_copy(update={"alternatives": [other]})
    found.fields = list(best.values())
    return found.item(item.ref, ACTION, item.held)


def _ours(heard: Sequence[Heard], query: Query) -> list[Heard]:
    """Values of a match that is this person: by the address asked for, or by their name."""
    names = {each.value.value for each in heard if each.value.name == "full_name"}
    if not heard or not (query.last_name or query.full_name):
        return list(heard)
    family = fold(query.last_name or (query.full_name or "").split()[-1])
    if names and not any(family in fold(name) for name in names):
        return []
    return list(heard)


def _normalised(field: FoundField) -> FoundField | None:
    """A vendor's field in our form; None for an address that is no profile's."""
    if field.name == "linkedin_url":
        address = linkedin_address(field.value)
        return None if address is None else field.model_copy(update={"value": address})
    if field.name == "country":
        code = find_place(field.value).country
        return None if code is None else field.model_copy(update={"value": code})
    return field


def _of_page(tools: Tools, page: Page | None, insight: Insight | None) -> list[FoundField]:
    """What the page says, in one form; nothing of it is news to whoever sent it."""
    if page is None or insight is None:
        return []
    now = tools.clock()
    told = _told(page, insight)
    return [
        FoundField(
            name=name,
            value=value,
            status=FieldStatus.PROBABLE,
            confidence=confidence,
            source="page",
            evidence=[FieldEvidence(kind=EvidenceKind.QUOTE, text=quote[:300])],
            observed_at=instant_text(now),
            expires_at=instant_text(now + 14 * DAY),
        )
        for name, value, confidence, quote in told
        if value
    ]


def _told(page: Page, insight: Insight) -> list[tuple[str, str, float, str]]:
    name, role, place = insight.name, insight.role, insight.place
    whole = " ".join(word for word in (name.given, name.middle, name.family) if word)
    quotes = [each["quote"] for each in role.evidence] or [page.headline or page.name]
    return [
        ("full_name", whole, 0.9, page.name),
        ("job_title", role.title or "", role.confidence, quotes[0]),
        ("company", role.company or "", role.confidence, quotes[-1]),
        ("location", place.text or "", 0.8, page.location or ""),
        ("country", place.country or "", 0.8, page.location or ""),
        ("time_zone", place.time_zone or "", 0.8, page.location or ""),
    ]
