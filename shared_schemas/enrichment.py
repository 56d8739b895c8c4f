"""What the backend and the sidecar say to one another: `POST /v1/analyze` and its answer."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared_schemas.insight import Insight
from shared_schemas.page import Page
from shared_schemas.vocabulary import AnalysisOutcome
from shared_schemas.wire import Answer, Request, Url, storable

MAX_ITEMS = 50

Ref = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(storable)]


class AnalyzeItem(Request):
    """One person to look at: their page, their canonical keys, or both.

    `ref` is the caller's, and comes back with the answer. `identifiers` (such as
    `web:127.0.0.1:8000/demo/people/ada-example`) let a provider look up what the page lacks.
    """

    ref: Ref
    page: Page | None = None
    identifiers: list[Url] = Field(default_factory=list, max_length=20)


class AnalyzeRequest(Request):
    """Up to 50 people, answered in the order of the request."""

    items: Annotated[list[AnalyzeItem], Field(max_length=MAX_ITEMS)]


class ItemError(Answer):
    """Why one item could not be looked at; its neighbours are not touched by it."""

    code: str
    detail: str


class AnalyzedItem(Answer):
    """What was found about one person; `empty`, with a null insight, if nothing can be said."""

    ref: str
    status: AnalysisOutcome
    insight: Insight | None = None
    error: ItemError | None = None


class AnalyzeAnswer(Answer):
    """One answer for each item, in order."""

    data: list[AnalyzedItem]
