"""A person's page as the extension read it: the facts that an analysis rests on.

The bounds are those of a very full public profile; the whole body is bounded at the edge as well.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared_schemas.wire import Line, Passage, Request, Url, Word, storable

Headline = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(storable)]
About = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(storable)]
Email = Annotated[str, StringConstraints(max_length=320), AfterValidator(storable)]


class Experience(Request):
    """One position; dates as the page shows them."""

    title: Line | None = None
    company: Line | None = None
    start: Word | None = None
    end: Word | None = None
    description: Passage | None = None


class Education(Request):
    """One school; dates as the page shows them."""

    school: Line | None = None
    degree: Line | None = None
    start: Word | None = None
    end: Word | None = None


class Post(Request):
    """Something that the person wrote; `posted_at` as the page shows it."""

    text: Passage
    posted_at: Word | None = None
    url: Url | None = None


class Page(Request):
    """What one page says about one person; everything but the name may be missing.

    `language` is the page's own (BCP 47, such as "fr" or "pt-BR"), a hint and not the judge.
    `degree` is how near the person is to the reader: 1, 2 or 3.
    """

    name: Line
    headline: Headline | None = None
    location: Line | None = None
    company: Line | None = None
    about: About | None = None
    email: Email | None = None
    photo_url: Url | None = None
    degree: Annotated[int, Field(ge=1, le=3)] | None = None
    experience: list[Experience] = Field(default_factory=list, max_length=100)
    education: list[Education] = Field(default_factory=list, max_length=50)
    skills: list[Line] = Field(default_factory=list, max_length=200)
    posts: list[Post] = Field(default_factory=list, max_length=50)
    language: Word | None = None
