"""What a demo page says to programs: schema.org in JSON-LD, rendered so that it stays data."""

import json
from collections.abc import Sequence
from typing import Any

from backend.demo.people import Person, Position, Post, School

Thing = dict[str, Any]


def profile_page(person: Person, origin: str) -> Thing:
    """The page of one person, who is its main entity."""
    return _thing(
        "ProfilePage",
        url=address_of(person, origin),
        inLanguage=person.language,
        mainEntity=_person(person, origin)
        | _present(
            description=person.about,
            worksFor=[_position(one) for one in person.experience],
            alumniOf=[_school(one) for one in person.education],
            knowsAbout=list(person.skills),
        ),
        hasPart=[_post(post) for post in person.posts],
    ) | {"@context": "https://schema.org"}


def results_page(people: Sequence[Person], origin: str, *, first: int) -> Thing:
    """A page of search results; `first` is the position of its first person, from 1."""
    items = [
        _thing("ListItem", position=position, item=_person(person, origin))
        for position, person in enumerate(people, first)
    ]
    found = _thing("ItemList", itemListElement=items)
    return _thing("SearchResultsPage", mainEntity=found) | {"@context": "https://schema.org"}


def as_script(thing: Thing) -> str:
    """`thing` as a JSON-LD block. No `<` leaves it, so that no text in it can end the block."""
    text = json.dumps(thing, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return f'<script type="application/ld+json">{text}</script>'


def address_of(person: Person, origin: str) -> str:
    """The absolute address of a person's page: their identity in the demo."""
    return f"{origin}/demo/people/{person.slug}"


def _person(person: Person, origin: str) -> Thing:
    """What a list shows of a person; the headline is what tells namesakes apart."""
    now = next((one for one in person.experience if one.end is None), None)
    company = _thing("Organization", name=person.company) if person.company else None
    return _thing(
        "Person",
        url=address_of(person, origin),
        name=person.name,
        jobTitle=now.title if now else None,
        disambiguatingDescription=person.headline,
        worksFor=company,
        address=person.location,
    )


def _position(position: Position) -> Thing:
    return _thing(
        "OrganizationRole",
        roleName=position.title,
        startDate=position.start,
        endDate=position.end,
        description=position.description,
        worksFor=_thing("Organization", name=position.company),
    )


def _school(school: School) -> Thing:
    return _thing(
        "OrganizationRole",
        roleName=school.degree,
        startDate=school.start,
        endDate=school.end,
        alumniOf=_thing("EducationalOrganization", name=school.school),
    )


def _post(post: Post) -> Thing:
    return _thing("SocialMediaPosting", text=post.text, datePublished=post.posted_at)


def _thing(kind: str, **properties: Any) -> Thing:
    return {"@type": kind} | _present(**properties)


def _present(**properties: Any) -> Thing:
    """The properties that say something: JSON-LD has no use for empty ones."""
    return {name: value for name, value in properties.items() if value not in (None, "", [])}
