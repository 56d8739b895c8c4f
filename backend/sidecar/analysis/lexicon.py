"""The words of job titles in eighteen languages, and where a clause uses them.

The files in `data/titles` hold the words (their format stands at the top of `en.toml`); matching
is by whole words, longest phrase first, in one pass over the clause. No pattern backtracks.
"""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from backend.sidecar.analysis.text import fold, is_cjk, tokens
from shared_schemas.vocabulary import Function, Seniority

TITLES = Path(__file__).parent.parent / "data" / "titles"
# Short words that mean something else in lower case ("make it happen", "si", "ad").
ONLY_IN_CAPITALS = frozenset(
    [
        "it",
        "ad",
        "ai",
        "ia",
        "ki",
        "ml",
        "si",
        "ti",
        "bt",
        "md",
        "pr",
        "cs",
        "gm",
        "dg",
        "dga",
        "dp",
        "vd",
        "ik",
        "bd",
        "vc",
        "qa",
        "ui",
        "dr",
        "us",
        "rd",
    ]
)
MOST_WORDS = 80
COMPOUNDING = frozenset({"de", "nl", "sv", "da", "fi"})


class Kind(StrEnum):
    """What a phrase says of the person who uses it."""

    TITLE = "title"
    SENIORITY = "seniority"
    ROLE = "role"
    FIELD = "field"
    FREELANCE = "freelance"
    FORMER = "former"
    WANTED = "wanted"
    TURNED = "turned"
    RETIRED = "retired"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of a lexicon and what it stands for."""

    words: tuple[str, ...]
    kind: Kind
    language: str
    seniority: Seniority | None = None
    function: Function | None = None

    @property
    def exact(self) -> bool:
        """Whether no word of the phrase has a star."""
        return not any("*" in word for word in self.words)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written and as folded for comparison."""

    raw: str
    folded: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found at words `start` to `end` of a clause."""

    start: int
    end: int
    entry: Entry


def words_of(text: str) -> list[Word]:
    """The words of `text`, at most MOST_WORDS of them, a comma being a word of its own."""
    found: list[Word] = []
    for part_number, part in enumerate(unicodedata.normalize("NFKC", text).split(",")):
        if part_number:
            found.append(Word(",", ","))
        for raw in tokens(part, MOST_WORDS, articles=True):
            folded = tokens(fold(raw), 1)
            if folded:
                found.append(Word(raw, folded[0]))
        if len(found) >= MOST_WORDS:
            break
    return found[:MOST_WORDS]


class Lexicon:
    """All phrases, indexed so that a look costs the same however many there are."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._exact: dict[str, list[Entry]] = defaultdict(list)
        self._stems: dict[str, list[Entry]] = defaultdict(list)
        self._endings: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            first = entry.words[0]
            if first.startswith("*"):
                self._endings[first[-2:]].append(entry)
            elif "*" in first:
                self._stems[first[:2]].append(entry)
            else:
                self._exact[first].append(entry)

    def hits(self, words: Sequence[Word]) -> Iterator[Hit]:
        """Every phrase that the words hold, overlapping ones too."""
        for start, word in enumerate(words):
            candidates = [
                *self._exact.get(word.folded, ()),
                *self._stems.get(word.folded[:2], ()),
                *self._endings.get(word.folded[-2:], ()),
            ]
            for entry in candidates:
                end = start + len(entry.words)
                if end <= len(words) and _fits(entry, words[start:end]):
                    yield Hit(start, end, entry)


def _fits(entry: Entry, words: Sequence[Word]) -> bool:
    for pattern, word in zip(entry.words, words, strict=True):
        if not _word_fits(pattern, word.folded):
            return False
    only = words[0]
    if len(words) == 1 and only.folded in ONLY_IN_CAPITALS:
        return only.raw.isupper()
    return True


def _word_fits(pattern: str, word: str) -> bool:
    if "*" not in pattern:
        return pattern == word
    before, _, after = pattern.partition("*")
    return (
        len(word) >= len(before) + len(after)
        and word.startswith(before)
        and word.endswith(after)
        # An ending alone ("*chef") needs something in front: "chef" has entries of its own.
        and (bool(before) or len(word) > len(after) + 1)
    )


def best(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that stay when longer and more exact phrases take their words first."""
    order = sorted(
        hits,
        key=lambda h: (
            h.start - h.end,
            not h.entry.exact,
            h.entry.kind is not Kind.TITLE,  # the idiom says more than the bare word
            -len("".join(h.entry.words)),
            h.start,
        ),
    )
    taken: set[int] = set()
    kept: list[Hit] = []
    for hit in order:
        span = range(hit.start, hit.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _pattern(phrase: str) -> tuple[str, ...]:
    """A phrase of a file as patterns of folded words; stars stay where they were written."""
    words: list[str] = []
    for word in phrase.split():
        if "*" in word:
            words.append("*".join("".join(tokens(fold(part))) for part in word.split("*")))
        else:
            words.extend(tokens(fold(word)))
    return tuple(words)


def _entries(language: str, data: dict[str, Any]) -> Iterator[Entry]:
    for kind in (Kind.FORMER, Kind.WANTED, Kind.TURNED, Kind.RETIRED, Kind.COMPANY):
        for phrase in data.get(kind.value, ()):
            yield Entry(_pattern(phrase), kind, language)
    for word, phrases in data.get("seniority", {}).items():
        for phrase in phrases:
            if word == Kind.FREELANCE:
                yield Entry(_pattern(phrase), Kind.FREELANCE, language)
            else:
                yield Entry(_pattern(phrase), Kind.SENIORITY, language, Seniority(word))
    for section, kind in (("roles", Kind.ROLE), ("fields", Kind.FIELD)):
        for word, phrases in data.get(section, {}).items():
            for phrase in phrases:
                yield Entry(_pattern(phrase), kind, language, None, Function(word))
    for words, phrases in data.get("titles", {}).items():
        seniority, function = words.split()
        for phrase in phrases:
            yield Entry(
                _pattern(phrase),
                Kind.TITLE,
                language,
                None if seniority == "-" else Seniority(seniority),
                None if function == "-" else Function(function),
            )


@lru_cache(maxsize=1)
def all_entries() -> tuple[Entry, ...]:
    """Every phrase of every file, read once."""
    found: list[Entry] = []
    for path in sorted(TITLES.glob("*.toml")):
        found.extend(_entries(path.stem, tomllib.loads(path.read_text("utf-8"))))
    return tuple(entry for entry in found if entry.words)


@lru_cache(maxsize=32)
def lexicon_of(languages: frozenset[str]) -> Lexicon:
    """The phrases of some languages; of all of them for an empty set."""
    entries = all_entries()
    return Lexicon([e for e in entries if not languages or e.language in languages])


@lru_cache(maxsize=1)
def compound_fields() -> dict[str, Function]:
    """Single words for fields in the languages that write compounds as one word."""
    return {
        entry.words[0].replace("*", ""): entry.function
        for entry in all_entries()
        if entry.language in COMPOUNDING
        and entry.kind is Kind.FIELD
        and entry.function is not None
        and len(entry.words) == 1
        and not entry.words[0].startswith("*")
    }


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """The languages that have a lexicon."""
    return frozenset(entry.language for entry in all_entries())


__all__ = ["Entry", "Hit", "Kind", "Lexicon", "Word", "best", "is_cjk", "lexicon_of", "words_of"]
