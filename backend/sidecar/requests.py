"""One `POST /v1/analyze`: read its items one by one, look at each, answer in order.

An item that cannot be read, or whose analysis fails, is answered as such; its neighbours never
notice. No word of a page reaches the log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from backend.sidecar.analysis import Draft, draft, finish, look_ahead
from backend.sidecar.http import Refusal
from shared_schemas.enrichment import (
    MAX_ITEMS,
    AnalyzeAnswer,
    AnalyzedItem,
    AnalyzeItem,
    ItemError,
)
from shared_schemas.insight import Insight
from shared_schemas.page import Page
from shared_schemas.vocabulary import AnalysisOutcome

log = structlog.get_logger()

Item = TypeVar("Item", bound=BaseModel)


class Provider(Protocol):
    """Somebody who may know a person by their canonical keys."""

    @property
    def name(self) -> str: ...

    def page_of(self, identifiers: list[str]) -> Page | None: ...


@dataclass(frozen=True, slots=True)
class Analyst:
    """The two halves of the analysis, between which the model is asked for all pages at once."""

    draft: Callable[[Page], Draft]
    finish: Callable[[Draft], Insight | None]


ANALYST = Analyst(draft, finish)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that breaks a rule of its shape, with the caller's ref."""

    ref: str
    detail: str


def read_items(body: Any) -> list[AnalyzeItem | Unreadable]:
    """The items of a request; only what concerns the whole request is refused."""
    if not isinstance(body, dict) or set(body) != {"items"}:
        raise Refusal(422, "Send one field, `items`.", errors=[{"loc": ["items"]}])
    return read_each(body["items"], AnalyzeItem)


def read_each(items: Any, kind: type[Item]) -> list[Item | Unreadable]:
    """Each of `items` as a `kind`, or as what cannot be read."""
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise Refusal(422, f"`items` is a list of at most {MAX_ITEMS}.")
    return [_read_item(item, index, kind) for index, item in enumerate(items)]


def _read_item(item: Any, index: int, kind: type[Item]) -> Item | Unreadable:
    try:
        return kind.model_validate(item)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if not isinstance(item, dict) or any(
            fault["loc"][:1] in ((), ("ref",)) for fault in faults
        ):
            # Without a ref there is nobody to answer to.
            raise Refusal(422, f"items[{index}] needs a `ref` of 1 to 200 characters.") from None
        first = faults[0]
        where = ".".join(str(part) for part in first["loc"])
        return Unreadable(str(item["ref"]), f"{where}: {first['msg']}"[:300])


def look_at_all(
    items: list[AnalyzeItem | Unreadable], providers: list[Provider], by: Analyst = ANALYST
) -> AnalyzeAnswer:
    """Look at each item: all are drafted, the model is asked once, then each is finished."""
    drafts: list[Draft | Exception | None] = []
    for item in items:
        page = item.page if isinstance(item, AnalyzeItem) else None
        try:
            drafts.append(by.draft(page) if page is not None else None)
        except Exception as error:
            drafts.append(error)
    try:
        look_ahead([each for each in drafts if isinstance(each, Draft)])
    except Exception as error:
        # Then each page asks for itself, and only those that trip the model fail.
        log.exception("look_ahead_failed", kind=type(error).__name__)
    pairs = zip(items, drafts, strict=True)
    return AnalyzeAnswer(data=[_look_at(item, drawn, providers, by) for item, drawn in pairs])


def _look_at(
    item: AnalyzeItem | Unreadable,
    drawn: Draft | Exception | None,
    providers: list[Provider],
    by: Analyst,
) -> AnalyzedItem:
    if isinstance(item, Unreadable):
        error = ItemError(code="validation", detail=item.detail)
        return AnalyzedItem(ref=item.ref, status=AnalysisOutcome.EMPTY, error=error)
    try:
        if isinstance(drawn, Exception):
            raise drawn
        insight = by.finish(drawn) if drawn is not None else None
        if insight is None:
            insight = _by_providers(item, providers, by)
    except Exception as error:
        # A page that trips the analysis is a bug of ours, and no reason to fail 49 others.
        log.exception("analysis_failed", kind=type(error).__name__)
        failed = ItemError(code="internal", detail="The analysis of this page failed.")
        return AnalyzedItem(ref=item.ref, status=AnalysisOutcome.EMPTY, error=failed)
    status = AnalysisOutcome.DONE if insight is not None else AnalysisOutcome.EMPTY
    return AnalyzedItem(ref=item.ref, status=status, insight=insight)


def _by_providers(item: AnalyzeItem, providers: list[Provider], by: Analyst) -> Insight | None:
    """What a provider's page tells, where the item's own page tells nothing."""
    for provider in providers:
        page = provider.page_of(item.identifiers)
        insight = by.finish(by.draft(page)) if page is not None else None
        if insight is not None:
            who = f"{insight.analyzed_by}+{provider.name}"
            return insight.model_copy(update={"analyzed_by": who})
    return None
