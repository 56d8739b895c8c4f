"""The invented people, how they are found, and what their pages tell programs."""

import json
from dataclasses import replace

import pytest

from backend.contacts.identity import canonicalize
from backend.demo.markup import date, period
from backend.demo.pages import PAGE_SIZE, page_of, person_page, search_page
from backend.demo.people import Person, Position, Post, load_people, page_facts, search
from backend.demo.structured import address_of, as_script, profile_page, results_page
from shared_schemas.page import Page

ORIGIN = "http://127.0.0.1:8000"
PEOPLE = load_people()
ADA = PEOPLE["ada-example"]
HOSTILE = '</script><img src=x onerror="alert(1)">&<!--'


def test_there_are_forty_people_who_speak_many_languages() -> None:
    """The sandbox has its 40 people, with distinct names and more than ten languages."""
    assert len(PEOPLE) == 40
    assert len({person.name for person in PEOPLE.values()}) == 40
    assert len({person.language for person in PEOPLE.values()}) > 10


def test_every_person_has_an_identity_of_their_own() -> None:
    """40 pages are 40 contacts: the identity rules tell every address apart."""
    keys = {canonicalize(address_of(person, ORIGIN)).key for person in PEOPLE.values()}

    assert len(keys) == 40


@pytest.mark.parametrize("person", PEOPLE.values(), ids=lambda person: person.slug)
def test_every_person_is_a_page_that_can_be_analyzed(person: Person) -> None:
    """What a page shows passes as the page facts of an analysis, and is enough to be charged."""
    facts = page_facts(person)

    assert Page.model_validate(facts).model_dump(exclude_none=True, exclude_defaults=True) == facts
    assert person.name
    assert person.headline


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("ada", "ada-example"),
        ("LANTERNWORKS sales", "ada-example"),
        ("chloe", "chloe-exemple"),
        ("sao paulo", "francisco-exemplo-modelo"),
        ("sampleton kitestring", "oscar-sampleton"),
    ],
)
def test_people_are_found_without_case_and_accents(query: str, slug: str) -> None:
    """All words must occur, in any order, however they are typed."""
    assert slug in {person.slug for person in search(PEOPLE.values(), query)}


def test_a_search_keeps_the_others_out() -> None:
    """A word that nobody has finds nobody; no word finds all."""
    assert search(PEOPLE.values(), "ada zzz") == []
    assert search(PEOPLE.values(), "  ") == list(PEOPLE.values())


@pytest.mark.parametrize(("asked", "page"), [(1, 1), (4, 4), (0, 1), (99, 4)])
def test_pages_are_clamped(asked: int, page: int) -> None:
    """A page number out of range shows the nearest page, always whole."""
    found = page_of(list(PEOPLE.values()), "", asked)

    assert (found.page, found.pages, len(found.people)) == (page, 4, PAGE_SIZE)


def test_a_profile_is_told_in_schema_org() -> None:
    """Name, headline, place, jobs with dates, education, skills and posts are all there."""
    page = profile_page(ADA, ORIGIN)
    person = page["mainEntity"]
    job = person["worksFor"][0]

    assert (page["@type"], person["@type"]) == ("ProfilePage", "Person")
    assert person["url"] == f"{ORIGIN}/demo/people/ada-example"
    assert (person["name"], person["jobTitle"]) == ("Ada Example", "Head of Sales")
    assert person["disambiguatingDescription"] == ADA.headline
    assert person["address"] == "London, United Kingdom"
    assert person["description"] == ADA.about
    assert (job["roleName"], job["worksFor"]["name"]) == ("Head of Sales", "Lanternworks")
    assert (job["startDate"], "endDate" in job) == ("2023-02", False)
    assert person["alumniOf"][0]["alumniOf"]["name"] == "Harbourgate University"
    assert person["knowsAbout"] == list(ADA.skills)
    assert [post["text"] for post in page["hasPart"]] == [post.text for post in ADA.posts]


def test_results_are_a_list_of_people() -> None:
    """The second page of results goes on counting, and names each person's own address."""
    shown = list(PEOPLE.values())[10:12]
    items = results_page(shown, ORIGIN, first=11)["mainEntity"]["itemListElement"]

    assert [item["position"] for item in items] == [11, 12]
    assert [item["item"]["url"] for item in items] == [address_of(each, ORIGIN) for each in shown]


def test_hostile_text_stays_text() -> None:
    """Markup in any field ends neither the JSON-LD block nor an attribute nor a paragraph."""
    person = replace(
        ADA,
        name=HOSTILE,
        headline=HOSTILE,
        location=HOSTILE,
        about=HOSTILE,
        language='"><b>',
        experience=(Position(HOSTILE, HOSTILE, description=HOSTILE),),
        skills=(HOSTILE,),
        posts=(Post(HOSTILE),),
    )
    found = page_of([person], HOSTILE, 1)
    for text in (person_page(person, [person], ORIGIN), search_page(found, ORIGIN)):
        assert text.count("<script") == text.count("</script>") == 1
        assert "<img src=x" not in text
        assert "<b>" not in text


def test_json_ld_survives_its_escaping() -> None:
    """A reader of the block gets exactly what was put in."""
    text = as_script({"text": HOSTILE + "\u2028"})
    inner = text.removeprefix('<script type="application/ld+json">').removesuffix("</script>")

    assert json.loads(inner) == {"text": HOSTILE + "\u2028"}
    assert not set(inner) & set("<>&\u2028")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2023-02", None, "Feb 2023 – today"),
        ("2010", "2013-12", "2010 – Dec 2013"),
        (None, "2013", ""),
    ],
)
def test_periods_in_words(start: str | None, end: str | None, words: str) -> None:
    """Dates of any precision read well."""
    assert period(start, end) == words
    assert date("2026-10-28") == "28 Oct 2026"
