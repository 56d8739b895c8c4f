"""Bodies of the analysis endpoints."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from shared_schemas.insight import Insight
from shared_schemas.page import Page
from shared_schemas.shapes import ChargeBody, ContactBrief, EnrollmentBody, Id
from shared_schemas.vocabulary import AnalysisStatus, ContactSource
from shared_schemas.wire import Answer, Request, Url

Identifiers = Annotated[list[Url], Field(max_length=10)]
Credits = Annotated[int, Field(ge=0, le=1_000_000_000)]
Source = Annotated[ContactSource, Field(strict=False)]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AnalyzePerson(Request):
    """Analyse the person at `url` (any identifier: a page, a URN, an e-mail address).

    `identifiers` are other addresses of the same person, seen on the same page view. `member_id`
    names the member who asks and pays, for a key with the scope `act_as`.
    """

    url: Url
    identifiers: Identifiers = []
    source: Source = ContactSource.API
    max_cost: Credits | None = None
    page: Page | None = None
    member_id: Id | None = None


class RefreshAnalysis(Request):
    """Look again at somebody already paid for; free."""

    page: Page | None = None


class AnalysisBody(Answer):
    """One analysis: whose, how far it is, what it cost, what it found."""

    id: str
    status: AnalysisStatus
    contact: ContactBrief
    charge: ChargeBody
    insight: Insight | None = None
    enrollment: EnrollmentBody | None = None


class LookupItem(Request):
    """One address to look up; `ref` is the caller's and comes back."""

    ref: Ref
    url: Url
    identifiers: Identifiers = []


class Lookup(Request):
    """Up to 100 addresses; free, and nothing is created."""

    items: Annotated[list[LookupItem], Field(max_length=100)]


class PersonRef(Request):
    """A person by contact id, or by an address with what the page says."""

    contact_id: Id | None = None
    url: Url | None = None
    identifiers: Identifiers = []
    page: Page | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "PersonRef":
        if (self.contact_id is None) == (self.url is None):
            raise ValueError("exactly one of contact_id and url is needed")
        return self
