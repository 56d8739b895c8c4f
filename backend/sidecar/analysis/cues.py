"""Observable habits of somebody's writing, each with the words that show it; never a personality.

Only what stands in the text counts: how long the sentences are, questions, numbers, emoji, who is
the subject. Below 120 words a cue is weak, and its confidence says so.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backend.sidecar.analysis.text import clean, fold, is_cjk, is_emoji, tokens
from shared_schemas.insight import Cue, Evidence
from shared_schemas.page import Page

CUES = Path(__file__).parent.parent / "data" / "cues.toml"
ENOUGH_WORDS = 120
MOST_SENTENCES = 200
MOST_EVIDENCE = 3
QUOTE_CHARACTERS = 200
MOST_CUES = 6
# Words in a sentence on average, from which on sentences count as short or as long.
SHORT, LONG = 12, 22

_END = re.compile(r"(?<=[.!?…])[\"”»)]*\s+|(?<=[。！？])|\n")
_NUMBER = re.compile(r"\d")
_FORMAL_GERMAN = re.compile(r"(?<=\w\s)(?:Sie|Ihnen|Ihre?[mnrs]?)\b")

ADVICE = {
    "short_sentences": "Keep it short: their own sentences are.",
    "long_sentences": "Give the whole picture: they write in long sentences and explain.",
    "asks_questions": "Ask something concrete: they ask questions themselves.",
    "uses_numbers": "Lead with a figure: they back what they say with numbers.",
    "exclaims": "Show some energy: they write with exclamation marks.",
    "uses_emoji": "A light tone fits: they use emoji.",
    "says_i": "Address them personally: they write about what they do themselves.",
    "says_we": "Speak to the team's result: they write about what 'we' did.",
    "hedges": "Leave room for doubt: they weigh their words, so avoid absolutes.",
    "addresses_formally": "Stay formal: they address readers formally.",
    "addresses_informally": "An informal address fits: they use it with their readers.",
    "uses_hashtags": "Refer to one of their posts: they write for a public.",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as written, where it stands, and its folded words."""

    text: str
    source: str
    words: tuple[str, ...]


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, frozenset[str]]]:
    data = tomllib.loads(CUES.read_text("utf-8"))
    return {
        kind: {language: frozenset(words) for language, words in by_language.items()}
        for kind, by_language in data.items()
    }


def passages(page: Page) -> Iterator[tuple[str, str]]:
    """What the person wrote, piece by piece, with where it stands; bounded."""
    yield clean(page.about, 4_000), "about"
    for index, post in enumerate(page.posts[:20]):
        yield clean(post.text, 2_000), f"posts[{index}]"


def sentences_of(page: Page) -> list[Sentence]:
    """The person's sentences in order, at most MOST_SENTENCES of them."""
    found: list[Sentence] = []
    for text, source in passages(page):
        for part in _END.split(text):
            sentence = part.strip()
            if sentence:
                words = tokens(fold(sentence[:1_000]).replace("'", " "))
                found.append(Sentence(sentence, source, tuple(words)))
            if len(found) == MOST_SENTENCES:
                return found
    return found


def find_cues(sentences: Sequence[Sentence], language: str | None) -> list[Cue]:
    """The habits that the sentences show, the surest first."""
    words = sum(len(sentence.words) for sentence in sentences)
    if words < 12:
        return []
    cues = [*_lengths(sentences, words), *_habits(sentences, language, words)]
    cues.sort(key=lambda cue: -cue.confidence)
    return cues[:MOST_CUES]


def advice_from(cues: Sequence[Cue]) -> list[str]:
    """How to write to somebody with these habits: from their writing, not a personality test."""
    return [ADVICE[cue.label] for cue in cues if cue.label in ADVICE][:3]


def _lengths(sentences: Sequence[Sentence], words: int) -> Iterator[Cue]:
    counted = [s for s in sentences if s.words and not is_cjk(s.text)]
    if len(counted) < 3:
        return
    mean = sum(len(s.words) for s in counted) / len(counted)
    if mean <= SHORT:
        shorts = sum(len(s.words) <= SHORT for s in counted)
        chosen = sorted(counted, key=lambda s: len(s.words))
        yield _cue("short_sentences", 1 - mean / 24, chosen, words, len(counted), shorts)
    elif mean >= LONG:
        chosen = sorted(counted, key=lambda s: -len(s.words))
        longs = sum(len(s.words) >= LONG for s in counted)
        yield _cue("long_sentences", min(mean / 35, 1.0), chosen, words, len(counted), longs)


def _habits(sentences: Sequence[Sentence], language: str | None, words: int) -> Iterator[Cue]:
    lists = _lists()
    formal = _says(lists["formal"].get(language or "", frozenset()))
    if language == "de":
        formal = _formal_german
    tests: list[tuple[str, Callable[[Sentence], bool], float, int]] = [
        # label, what shows it, the share of sentences that makes it sure, how often at least
        ("asks_questions", lambda s: s.text.endswith(("?", "？", "؟")), 0.25, 1),
        ("exclaims", lambda s: s.text.endswith(("!", "！")), 0.25, 2),
        ("uses_numbers", lambda s: bool(_NUMBER.search(s.text)), 0.5, 2),
        ("uses_emoji", lambda s: any(is_emoji(char) for char in s.text), 0.3, 1),
        ("uses_hashtags", lambda s: re.search(r"(?:^|\s)#\w", s.text) is not None, 0.3, 1),
        ("says_i", _says(lists["singular"].get(language or "", frozenset())), 0.5, 2),
        ("says_we", _says(lists["plural"].get(language or "", frozenset())), 0.5, 2),
        ("hedges", _says(lists["hedges"].get(language or "", frozenset())), 0.25, 2),
        ("addresses_formally", formal, 0.3, 1),
        (
            "addresses_informally",
            _says(lists["informal"].get(language or "", frozenset())),
            0.3,
            1,
        ),
    ]
    for label, shows, sure, least in tests:
        chosen = [sentence for sentence in sentences if shows(sentence)]
        if len(chosen) >= least:
            yield _cue(
                label, min(len(chosen) / len(sentences) / sure, 1.0), chosen, words, len(sentences)
            )


def _formal_german(sentence: Sentence) -> bool:
    """German tells the polite "Sie" from "they" by its capital, inside a sentence only."""
    return _FORMAL_GERMAN.search(sentence.text) is not None


def _says(list_of: frozenset[str]) -> Callable[[Sentence], bool]:
    singles = {entry for entry in list_of if " " not in entry}
    phrases = [f" {entry} " for entry in list_of if " " in entry]

    def shows(sentence: Sentence) -> bool:
        if not singles.isdisjoint(sentence.words):
            return True
        text = f" {' '.join(sentence.words)} " if phrases else ""
        return any(phrase in text for phrase in phrases)

    return shows


def _cue(
    label: str,
    share: float,
    chosen: Sequence[Sentence],
    words: int,
    of: int,
    count: int | None = None,
) -> Cue:
    # Half of the confidence is how common the habit is, half how much text it was seen in.
    amount = min(words / ENOUGH_WORDS, 1.0)
    confidence = round(min(0.9, (0.35 + 0.55 * share) * (0.5 + 0.5 * amount)), 2)
    evidence: list[Evidence] = [
        {"quote": sentence.text[:QUOTE_CHARACTERS], "from": sentence.source}
        for sentence in chosen[:MOST_EVIDENCE]
    ]
    shown = len(chosen) if count is None else count
    return Cue(label=label, confidence=confidence, evidence=evidence, count=shown, of=of)
