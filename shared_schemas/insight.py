"""What an analysis found: facts, each as sure as its source, never a type of person.

What is unknown is null (or `unclear` for seniority and function). Every confidence is a number
from 0 to 1: 0.8 and above means that two sources agree, 0.5 and above that one source says so.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from shared_schemas.vocabulary import Depth, Function, Seniority
from shared_schemas.wire import Answer

Confidence = Annotated[float, Field(ge=0, le=1)]

# `from` is a Python keyword, and an alias would be lost wherever a body is dumped by field name.
Evidence = TypedDict("Evidence", {"quote": str, "from": str})
Evidence.__doc__ = "Words of the page, and where they stand: `headline`, `about`, `posts[2]`."


class Basis(Answer):
    """Why one field of an insight says what it says.

    `source` is what decided: `page` (the page's own field), `rules`, `model` or `rules+model`.
    `rule` names the rule, for whoever doubts it; `evidence` quotes the words that it read.
    """

    confidence: Confidence
    source: str
    rule: str | None = None
    evidence: list[Evidence] = Field(default_factory=list)


class Name(Answer):
    """A name without titles, suffixes, emoji or pronouns; a mononym has no family name."""

    given: str | None = None
    middle: str | None = None
    family: str | None = None


class Role(Answer):
    """What somebody does, where, and whether they commonly decide on a budget of their own.

    `evidence` quotes what the title and the company were read from. `domain` is the company's own
    as far as the page prints it (an address at it, a link to it), never a guess from its name.
    """

    title: str | None = None
    company: str | None = None
    domain: str | None = None
    seniority: Seniority = Seniority.UNCLEAR
    function: Function = Function.UNCLEAR
    decision_maker: bool | None = None
    confidence: Confidence = 0.0
    evidence: list[Evidence] = Field(default_factory=list)


class Place(Answer):
    """Where somebody says they are: their words, ISO 3166 alpha-2, IANA time zone."""

    text: str | None = None
    country: str | None = None
    time_zone: str | None = None


class Move(Answer):
    """One change in somebody's career: `joined` a company, `promoted` or `changed_role` in it.

    `at` is a year ("2021") or a month ("2021-03"), as exactly as the page says.
    """

    kind: str
    at: str | None = None
    title: str | None = None
    company: str | None = None
    evidence: list[Evidence] = Field(default_factory=list)


class Career(Answer):
    """How long somebody is where they are, and how they came there, newest first.

    `role_since` and `company_since` are months or years; how long ago that is, the reader's
    clock tells: an insight is the same whenever it is made.
    """

    role_since: str | None = None
    company_since: str | None = None
    positions: int = 0
    moves: list[Move] = Field(default_factory=list)


class Cue(Answer):
    """One observable habit of somebody's writing, with the words that show it.

    `count` of the `of` sentences that were read show it.
    """

    label: str
    confidence: Confidence
    evidence: list[Evidence]
    count: int = 0
    of: int = 0


class Opener(Answer):
    """A first line to write, in the page's language, and the page's own words that it rests on."""

    text: str
    facts_used: list[str]
    evidence: list[Evidence] = Field(default_factory=list)


class Insight(Answer):
    """All that one analysis found. `analyzed_at` and `analyzed_by` are the backend's to add.

    `basis` tells of each field by its path (`role.seniority`, `place.country`, `name`) how sure
    it is and why; a field that nothing was found for has none.
    """

    depth: Depth
    language: str | None = None
    name: Name = Name()
    role: Role = Role()
    place: Place = Place()
    career: Career = Career()
    cues: list[Cue] = Field(default_factory=list)
    advice: list[str] = Field(default_factory=list)
    openers: list[Opener] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list)
    gaps: list[str] = Field(default_factory=list)
    basis: dict[str, Basis] = Field(default_factory=dict)
    analyzed_at: datetime | None = None
    analyzed_by: str | None = None
