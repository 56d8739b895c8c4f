"""First lines to write, in the page's language, each resting on a fact that it quotes.

The templates are ours; what a page says fills their slots in one pass and is never read as a
template itself.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from backend.sidecar.analysis.cues import Sentence
from backend.sidecar.analysis.text import without_emoji
from shared_schemas.insight import Evidence, Opener

OPENERS = Path(__file__).parent.parent / "data" / "openers.toml"
MOST_OPENERS = 3
FEWEST_OPENERS = 2
QUOTE_CHARACTERS = 110
SLOT_CHARACTERS = 80

_SLOT = re.compile(r"\{(\w+)\}")
_QUOTED = frozenset({"post", "about", "headline"})


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the page says: the slot it fills, how, where it stands, and the page's words."""

    slot: str
    text: str
    source: str
    quote: str


@lru_cache(maxsize=1)
def _templates() -> dict[str, dict[str, Any]]:
    return tomllib.loads(OPENERS.read_text("utf-8"))


def facts_from(
    title: Fact | None,
    company: Fact | None,
    topics: Sequence[tuple[str, str]],
    sentences: Sequence[Sentence],
    headline: Fact | None,
) -> list[Fact]:
    """The facts that an opener could rest on, the freshest and most personal first."""
    facts = [*_quotable(sentences, "posts", "post")[:1]]
    facts += [fact for fact in (title, company) if fact is not None]
    facts += [Fact("topic", topic, source, topic) for topic, source in topics[:1]]
    facts += _quotable(sentences, "about", "about")[:1]
    if headline is not None:
        facts.append(headline)
    return facts


def write_openers(facts: Sequence[Fact], language: str | None) -> list[Opener]:
    """Two or three openers; fewer only where the page holds no fact to quote."""
    by_language = _templates()
    words = by_language.get(language or "en", by_language["en"])
    slots = {fact.slot: fact for fact in facts}
    plans: list[tuple[str, tuple[Fact, ...]]] = []
    if "post" in slots:
        plans.append(("post", (slots["post"],)))
    if "title" in slots and "company" in slots:
        plans.append(("role", (slots["title"], slots["company"])))
    elif "title" in slots:
        plans.append(("title", (slots["title"],)))
    elif "company" in slots:
        plans.append(("company", (slots["company"],)))
    plans += [(slot, (slots[slot],)) for slot in ("topic", "about", "headline") if slot in slots]
    openers = [_fill(words, kind, used, 0) for kind, used in plans[:MOST_OPENERS]]
    # One fact can carry two questions.
    for kind, used in plans:
        if len(openers) >= FEWEST_OPENERS:
            break
        openers.append(_fill(words, kind, used, 1))
    return openers


def _fill(words: dict[str, Any], kind: str, used: Sequence[Fact], variant: int) -> Opener:
    before, after = words["quotes"]
    values = {fact.slot: fact.text for fact in used}
    for fact in used:
        if fact.slot in _QUOTED:
            # A sentence without an end gets one, so that ours begins after a stop.
            open_end = fact.slot != "headline" and fact.text[-1] not in ".!?…。！？؟:"
            values[fact.slot] = f"{before}{fact.text}{after}{'.' if open_end else ''}"
    template: str = words[kind][variant]
    text = _SLOT.sub(lambda match: values[match.group(1)], template)
    evidence: list[Evidence] = [{"quote": fact.quote, "from": fact.source} for fact in used]
    return Opener(text=text, facts_used=[fact.text for fact in used], evidence=evidence)


def _quotable(sentences: Sequence[Sentence], source: str, slot: str) -> list[Fact]:
    """Sentences of that source which are short enough to quote whole."""
    fitting = [
        sentence
        for sentence in sentences
        if sentence.source.startswith(source)
        and 12 <= len(sentence.text) <= QUOTE_CHARACTERS
        and without_emoji(sentence.text) == sentence.text
        and "http" not in sentence.text
    ]
    fitting.sort(key=lambda sentence: (sentence.source, -len(sentence.words)))
    return [Fact(slot, sentence.text, sentence.source, sentence.text) for sentence in fitting]
