"""What the backend asks the sidecar's actions; every request carries an Idempotency-Key."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared_schemas.enrichment import MAX_ITEMS, Ref
from shared_schemas.page import Email, Page
from shared_schemas.wire import Line, Passage, Request, Url, Word

PersonKey = Annotated[str, StringConstraints(max_length=200)]
VariableName = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")
]
Host = Annotated[str, StringConstraints(max_length=253)]


class HeldValue(Request):
    """A value that the caller has already; finding it again is no news. `fresh` if still good."""

    name: Word
    value: Line
    verified: bool = False
    fresh: bool = False


class ColleagueAddress(Request):
    """An address at the same company that the caller knows to be somebody's."""

    name: Line
    email: Email


class FindItem(Request):
    """A person to find something about; the more is given, the more providers can be asked.

    `person` is the caller's own id of them: answers are kept and erased under it.
    """

    ref: Ref
    person: PersonKey = ""
    name: Line | None = None
    first_name: Line | None = None
    last_name: Line | None = None
    company: Line | None = None
    domain: Host | None = None
    linkedin_url: Url | None = None
    email: Email | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    page: Page | None = None
    colleagues: list[ColleagueAddress] = Field(default_factory=list, max_length=50)
    held: list[HeldValue] = Field(default_factory=list, max_length=50)


class VerifyItem(Request):
    """An address to verify."""

    ref: Ref
    person: PersonKey = ""
    email: Email
    held: list[HeldValue] = Field(default_factory=list, max_length=50)


class WantedVariable(Request):
    """A text to write about a person: by a template of the caller's, or by what it should say.

    With neither, one of our own templates is used. `prompt` needs a language model.
    """

    name: VariableName
    template: Annotated[str, StringConstraints(max_length=4_000)] | None = None
    prompt: Annotated[str, StringConstraints(max_length=2_000)] | None = None


class VariablesItem(FindItem):
    """A person to write about; `facts` are further facts that the texts may use, by name."""

    variables: Annotated[list[WantedVariable], Field(min_length=1, max_length=10)]
    language: Word | None = None
    facts: dict[Word, Passage] = Field(default_factory=dict, max_length=50)


class SidecarRequest(Request):
    """What all actions take.

    `workspace` parts the remembered answers of one caller from those of another. `order` names
    the providers to ask, in order; without it all that are configured. Budgets bound what
    vendors may take, in millionths of a US dollar, for one item and for the whole request.
    """

    workspace: Word = ""
    order: Annotated[list[Word], Field(max_length=20)] | None = None
    deadline_seconds: Annotated[int, Field(ge=1, le=900)] = 18
    item_budget_micros: Annotated[int, Field(ge=0, le=10**15)] | None = None
    budget_micros: Annotated[int, Field(ge=0, le=10**15)] | None = None


class FindRequest(SidecarRequest):
    """Up to 50 people, answered in order."""

    items: Annotated[list[FindItem], Field(max_length=MAX_ITEMS)]


class VerifyRequest(SidecarRequest):
    """Up to 50 addresses, answered in order."""

    items: Annotated[list[VerifyItem], Field(max_length=MAX_ITEMS)]


class VariablesRequest(SidecarRequest):
    """Up to 50 people to write about, answered in order."""

    items: Annotated[list[VariablesItem], Field(max_length=MAX_ITEMS)]


class ErasePeople(Request):
    """People of a workspace whose answers must go, by the `person` they were asked under."""

    workspace: Word = ""
    people: Annotated[list[PersonKey], Field(min_length=1, max_length=1_000)]
