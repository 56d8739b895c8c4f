"""What somebody says they care about: skills, hashtags, and the words beside their title."""

import re
from collections.abc import Iterator

from backend.sidecar.analysis.clauses import clause_texts, read_clause
from backend.sidecar.analysis.cues import passages
from backend.sidecar.analysis.lexicon import Kind, lexicon_of
from backend.sidecar.analysis.text import clean_line, fold
from shared_schemas.page import Page

MOST_TOPICS = 8
MOST_CHARACTERS = 60
_HASHTAG = re.compile(r"(?:^|(?<=\s))#(\w{2,40})")


def find_topics(page: Page) -> list[tuple[str, str]]:
    """Topics in the page's own words, each with the field that names it, no two the same."""
    found: dict[str, tuple[str, str]] = {}
    for topic, source in _candidates(page):
        key = fold(topic)
        if key and any(char.isalpha() for char in key):
            found.setdefault(key, (topic, source))
        if len(found) == MOST_TOPICS:
            break
    return list(found.values())


def _candidates(page: Page) -> Iterator[tuple[str, str]]:
    for index, skill in enumerate(page.skills[:MOST_TOPICS]):
        yield clean_line(skill, MOST_CHARACTERS), f"skills[{index}]"
    for text, source in passages(page):
        for match in _HASHTAG.finditer(text):
            yield match.group(1), source
    lexicon = lexicon_of(frozenset())
    for text in clause_texts(page.headline or "")[1:]:
        clause = read_clause(text, lexicon)
        titled = any(h.entry.kind in (Kind.TITLE, Kind.SENIORITY, Kind.ROLE) for h in clause.hits)
        if not clause.past and not titled and len(clause.words) <= 6:
            yield text[:MOST_CHARACTERS], "headline"
