"""The invented people: read once from the sidecar's sample file, and searched by simple words."""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SAMPLE_FILE = Path(__file__).parent.parent / "sidecar" / "data" / "sample_people.json"


@dataclass(frozen=True, slots=True)
class Position:
    """A job; `start` and `end` are "2023-02" or "2023", and no end means that it goes on."""

    title: str
    company: str
    start: str | None = None
    end: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class School:
    """An education, its dates as those of a `Position`."""

    school: str
    degree: str | None = None
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Something that the person wrote; `posted_at` is a date."""

    text: str
    posted_at: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person, as their page shows them. `degree` is 1, 2 or 3, as in a network."""

    slug: str
    name: str
    headline: str
    location: str
    company: str
    about: str
    language: str
    degree: int | None
    experience: tuple[Position, ...]
    education: tuple[School, ...]
    skills: tuple[str, ...]
    posts: tuple[Post, ...]


def load_people(file: Path = SAMPLE_FILE) -> dict[str, Person]:
    """The people of `file` by their slugs, in its order, without what only the sidecar finds."""
    content = json.loads(file.read_text(encoding="utf-8"))
    people = [_person(record) for record in content["people"]]
    return {person.slug: person for person in people}


def _person(record: Mapping[str, Any]) -> Person:
    return Person(
        slug=record["slug"],
        name=record["name"],
        headline=record["headline"],
        location=record.get("location") or "",
        company=record.get("company") or "",
        about=record.get("about") or "",
        language=record.get("language") or "en",
        degree=record.get("degree"),
        experience=tuple(Position(**one) for one in record.get("experience", [])),
        education=tuple(School(**one) for one in record.get("education", [])),
        skills=tuple(record.get("skills", [])),
        posts=tuple(Post(**one) for one in record.get("posts", [])),
    )


def page_facts(person: Person) -> dict[str, Any]:
    """What their page says, as the body of an analysis takes it; empty values are left out."""
    facts = asdict(person)
    del facts["slug"]
    for name in ("experience", "education", "posts"):
        facts[name] = [_given(one) for one in facts[name]]
    return _given(facts | {"skills": list(person.skills)})


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def search(people: Iterable[Person], query: str) -> list[Person]:
    """Those people in whose name, headline, company or place every word of `query` occurs."""
    words = _folded(query).split()
    return [person for person in people if all(word in _searched(person) for word in words)]


def _searched(person: Person) -> str:
    return _folded(f"{person.name} {person.headline} {person.company} {person.location}")


def _folded(text: str) -> str:
    """`text` without case and accents, so that "muller" finds "Müller"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))
