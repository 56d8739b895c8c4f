"""The offline analysis: one pure function from a page to an insight, or to nothing.

`analyze` reads no clock, no network and no state; the same page always gives the same insight.
What it cannot stand behind it leaves null or `unclear`, and names in `gaps`.
"""

from backend.sidecar.analysis import language, lexicon, places
from backend.sidecar.analysis.cues import advice_from, find_cues, passages, sentences_of
from backend.sidecar.analysis.names import split_name
from backend.sidecar.analysis.openers import Fact, facts_from, write_openers
from backend.sidecar.analysis.role import find_role
from backend.sidecar.analysis.text import clean_line, without_emoji
from backend.sidecar.analysis.topics import find_topics
from shared_schemas.insight import Insight, Place, Role
from shared_schemas.page import Page
from shared_schemas.vocabulary import Depth, Function, Seniority

HEADLINE_CHARACTERS = 140
ANALYZED_BY = "meetonce-rules@1"

__all__ = ["ANALYZED_BY", "analyze", "prepare"]


def prepare() -> None:
    """Load what the analysis reads, so that the first page is as quick as the others."""
    places.prepare()
    language.prepare()
    for spoken in (frozenset[str](), frozenset({"en"})):
        lexicon.lexicon_of(spoken)
    analyze(Page(name="Ada Example", headline="Head of Sales at Lanternworks", about="I sell."))


def analyze(page: Page) -> Insight | None:
    """What `page` tells about a person; None where it tells nothing worth a credit."""
    headline = clean_line(page.headline)
    written = "\n".join(text for text, _ in passages(page) if text)
    place = places.find_place(page.location)
    spoken = _language(page, headline, written)
    name = split_name(page.name, spoken, place.country)
    found = find_role(page, spoken)
    role = found.role
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
    return Insight(
        depth=Depth.FULL if full else Depth.BRIEF,
        language=spoken,
        name=name,
        role=role,
        place=place,
        cues=cues,
        advice=advice_from(cues),
        openers=write_openers(facts, spoken),
        topics=[topic for topic, _ in topics],
        gaps=_gaps(page, role, place, written),
        analyzed_by=ANALYZED_BY,
    )


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
