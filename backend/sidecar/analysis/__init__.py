"""The offline analysis: one pure function from a page to an insight, or to nothing.

`analyze` reads no clock, no network and no state; the same page always gives the same insight.
What it cannot stand behind it leaves null or `unclear`, and names in `gaps`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.sidecar.analysis import embedding, heads, language, lexicon, places
from backend.sidecar.analysis.career import find_career
from backend.sidecar.analysis.company import find_domain
from backend.sidecar.analysis.confidence import meant
from backend.sidecar.analysis.cues import advice_from, find_cues, passages, sentences_of
from backend.sidecar.analysis.headline import read_headline
from backend.sidecar.analysis.names import split_name
from backend.sidecar.analysis.openers import Fact, facts_from, write_openers
from backend.sidecar.analysis.role import ReadLine, find_role, read_titles
from backend.sidecar.analysis.text import clean_line, without_emoji
from backend.sidecar.analysis.topics import find_topics
from shared_schemas.insight import Basis, Insight, Name, Place, Role
from shared_schemas.page import Page
from shared_schemas.vocabulary import Depth, Function, Seniority

HEADLINE_CHARACTERS = 140
ANALYZED_BY = "meetonce@2"
RULES_ALONE = "meetonce-rules@2"

__all__ = [
    "ANALYZED_BY",
    "Draft",
    "analyze",
    "draft",
    "finish",
    "look_ahead",
    "name_confidence",
    "place_confidence",
    "prepare",
]


def prepare() -> None:
    """Load what the analysis reads, so that the first page is as quick as the others.

    The model of sentence vectors takes seconds on a busy machine: it loads beside the rest, and
    a page that comes long before it is read by the rules alone, and says so.
    """
    places.prepare()
    language.prepare()
    for spoken in (frozenset[str](), frozenset({"en"})):
        lexicon.lexicon_of(spoken)
    read_headline("Head of Sales at Lanternworks", "en")
    split_name("Ada Example", "en")
    find_topics(Page(name="Ada Example", headline="Head of Sales | Lanterns"))
    embedding.warm()


@dataclass(frozen=True, slots=True)
class Draft:
    """A page as the rules read it, before the model is asked about its titles."""

    page: Page
    headline: str
    written: str
    spoken: str | None
    place: Place
    titles: tuple[ReadLine, ...]


def analyze(page: Page) -> Insight | None:
    """What `page` tells about a person; None where it tells nothing worth a credit."""
    return finish(draft(page))


def draft(page: Page) -> Draft:
    """The part of the analysis that needs no model."""
    headline = clean_line(page.headline)
    written = "\n".join(text for text, _ in passages(page) if text)
    spoken = _language(page, headline, written)
    place = places.find_place(page.location)
    return Draft(page, headline, written, spoken, place, tuple(read_titles(page, spoken)))


def look_ahead(drafts: Iterable[Draft]) -> None:
    """Ask the model about the titles of many pages in one call, for `finish` to find there."""
    heads.look([title.question for each in drafts for title in each.titles])


def finish(drawn: Draft) -> Insight | None:
    """The insight of a page that was drafted."""
    page, headline, written = drawn.page, drawn.headline, drawn.written
    spoken, place = drawn.spoken, drawn.place
    name = split_name(page.name, spoken, place.country)
    found = find_role(page, drawn.titles)
    role, basis = found.role, dict(found.basis)
    role.domain, basis_of_domain = find_domain(page, role.company)
    known = name.given is not None or name.family is not None
    says = _has_letters(headline) or _has_letters(written) or role.title is not None
    # Name, headline and about are promised an analysis, whatever stands in them.
    promised = all(bool((text or "").strip()) for text in (page.name, page.headline, page.about))
    if not promised and not (known and says):
        return None
    sentences = sentences_of(page)
    cues = find_cues(sentences, spoken)
    topics = find_topics(page)
    facts = facts_from(found.title, found.company, topics, sentences, _headline_fact(headline))
    full = bool(written) or bool(page.experience)
    if basis_of_domain is not None:
        basis["role.domain"] = basis_of_domain
    basis |= _basis(page, name, place, spoken, written)
    return Insight(
        depth=Depth.FULL if full else Depth.BRIEF,
        language=spoken,
        name=name,
        role=role,
        place=place,
        career=find_career(page),
        cues=cues,
        advice=advice_from(cues),
        openers=write_openers(facts, spoken),
        topics=[topic for topic, _ in topics],
        gaps=_gaps(page, role, place, written),
        basis=basis,
        analyzed_by=ANALYZED_BY if embedding.available() else RULES_ALONE,
    )


def name_confidence(name: Name) -> float:
    """How often names that split like this are split right."""
    return meant("name", 0.8 if name.given is not None and name.family is not None else 0.6)


def place_confidence(place: Place) -> float:
    """How often places found like this are the right ones."""
    return 0.95 if place.time_zone else 0.7


def _basis(
    page: Page, name: Name, place: Place, spoken: str | None, written: str
) -> dict[str, Basis]:
    """Why name, place and language say what they say; the role brings its own."""
    found: dict[str, Basis] = {}
    if name.given is not None or name.family is not None:
        found["name"] = Basis(
            confidence=name_confidence(name),
            source="rules",
            rule="order of its script and language",
            evidence=[{"quote": clean_line(page.name, 200), "from": "name"}],
        )
    if place.country is not None:
        where = clean_line(page.location, 200)
        quote = Basis(
            confidence=place_confidence(place),
            source="rules",
            rule="gazetteer",
            evidence=[{"quote": where, "from": "location"}],
        )
        found["place.country"] = quote
        if place.time_zone is not None:
            found["place.time_zone"] = quote
    if spoken is not None:
        own = len(written) >= 80
        found["language"] = Basis(
            confidence=0.9 if own else 0.6,
            source="model",
            rule="language of their own writing" if own else "language of a few words",
        )
    return found


def _language(page: Page, headline: str, written: str) -> str | None:
    titles = " ".join(clean_line(each.title, 100) for each in page.experience[:3])
    hint = language.language_tag(page.language)
    # What they wrote themselves outweighs titles, which are English in many countries.
    text = written if len(written) >= 80 else f"{headline} {written} {titles}"
    return language.language_of(text, hint)


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _headline_fact(headline: str) -> Fact | None:
    """The headline as something to quote: without emoji, cut at a word where it is long."""
    plain = " ".join(without_emoji(headline).split())
    if len(plain) > HEADLINE_CHARACTERS:
        plain = plain[:HEADLINE_CHARACTERS].rpartition(" ")[0] or plain[:HEADLINE_CHARACTERS]
    return Fact("headline", plain, "headline", headline) if _has_letters(plain) else None


def _gaps(page: Page, role: Role, place: Place, written: str) -> list[str]:
    """What the page did not tell, so that nobody takes silence for a finding."""
    checks = {
        "seniority_unclear": role.seniority is Seniority.UNCLEAR,
        "function_unclear": role.function is Function.UNCLEAR,
        "company_unknown": role.company is None,
        "place_unknown": place.country is None,
        "no_about": not (page.about or "").strip(),
        "no_posts": not page.posts,
        "little_text": len(written.split()) < 120,
    }
    return [gap for gap, missing in checks.items() if missing]
