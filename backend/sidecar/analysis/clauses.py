"""A headline cut into its clauses, each without what is past and without the company's name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.sidecar.analysis.lexicon import Entry, Hit, Kind, Lexicon, Word, best, words_of
from backend.sidecar.analysis.text import clean_line, is_cjk, is_emoji
from shared_schemas.vocabulary import Function, Seniority

MOST_CHARACTERS = 400
MOST_CLAUSES = 12
# Role, company and topics read the same clauses one after the other: those of a few pages.
MOST_REMEMBERED = 128

_BETWEEN = re.compile(
    r"[|•●▪∙｜‖¦;；。/／,，、]{2}|[|•●▪∙｜‖¦;；。＋]|\s[/／·~]\s|\s[-–—]+\s|[–—]|\s[-–—](?=\w)"
)
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3})[.!?]\s+")
# Gender marks of job adverts and inclusive spellings: "(m/w/d)", "Leiter:in", "directeur·rice".
_MARKS = re.compile(
    r"\((?:[mwdfhxi]\s?[/|]\s?){1,2}[mwdfhxi]\)|\((?:e|a|o|in|ne|euse|rice|trice|ère|s)\)"
    r"|(?<=[^\W\d_])[*:_](?:in|innen)\b|(?<=[^\W\d_])[·.](?:e|ne|euse|rice|trice|ère)s?\b"
    r"|(?<=[^\W\d_])/(?:a|in|e|o|ra|euse|rice|trice|ne)\b",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<!\w)(?:[A-Z]\.){2,4}(?!\w)")
_BRACKETS = re.compile(r"[()\[\]{}（）【】「」]")
# Words that stand before a company only in their own language's grammar: they count if a title
# stands before them and a capital or a quotation mark after them.
_WEAK = frozenset(
    [
        "en",
        "in",
        "na",
        "no",
        "em",
        "w",
        "в",
        "i",
        "pa",
        "van",
        "a",
        "ved",
        "at",
        "с",
        "of",
        "de",
        "der",
        "von",
        "di",
        "du",
        "da",
        "do",
        "des",
    ]
)
# What somebody studies stands after these, and no company.
_SUBJECT = frozenset(["en", "in", "i", "w", "в", "em", "na", "no", "van", "of", "de", "di"])
_ALWAYS = frozenset({"@", "at", "bei", "beim", "chez", "presso", "bij", "hos"})
_OF = frozenset(["of", "de", "der", "von", "di", "du", "da", "do", "des", "del", "dell", "della"])


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its words, the phrases in them, and which of the words are about the person.

    `company_from` is the word after which the company's name stands (None: no company); `wanted`
    are the phrases of what they only wish to be.
    """

    text: str
    words: tuple[Word, ...]
    hits: tuple[Hit, ...]
    past: bool
    company_from: int | None
    company_to: int
    wanted: tuple[Hit, ...] = ()

    def own(self) -> list[Hit]:
        """The phrases about the person, not those inside the company's name."""
        if self.company_from is None:
            return list(self.hits)
        here, there = self.company_from, self.company_to
        return [hit for hit in self.hits if hit.end <= here or hit.start >= there]

    def companys(self) -> list[Hit]:
        """The phrases inside the company's name: a hint, no more."""
        if self.company_from is None:
            return []
        return [h for h in self.hits if self.company_from < h.start and h.end <= self.company_to]


@lru_cache(maxsize=MOST_REMEMBERED)
def clause_texts(headline: str) -> tuple[str, ...]:
    """The headline's clauses as written, in order."""
    text = clean_line(headline, MOST_CHARACTERS)
    text = "".join("|" if is_emoji(char) else char for char in text)
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    text = _BRACKETS.sub(" , ", _MARKS.sub("", text))
    text = re.sub(r"[，、\u060c]", " , ", text)
    parts = [p for part in _BETWEEN.split(text) for p in _SENTENCE.split(part)]
    found = [part.strip(" ,.-–—\"'") for part in parts if part.strip(" ,.-–—\"'")]
    return tuple(found[:MOST_CLAUSES])


@lru_cache(maxsize=MOST_REMEMBERED)
def read_clause(text: str, lexicon: Lexicon) -> Clause:
    """The clause `text` with what the lexicon knows of it."""
    words = words_of(text)
    hits = list(lexicon.hits(words))
    became = _became(text, words, hits)
    if became is not None:
        return read_clause(became, lexicon)
    words, hits, past = _without_past(words, hits)
    if past and "," in text:
        # "Ex-CEO of Foo, now engineer": only what stands before the comma is over.
        return read_clause(text.split(",", 1)[1].strip(), lexicon)
    hits, wanted = _without_wishes(words, hits)
    start = _company_mark(words, hits)
    end = len(words)
    if start is not None:
        commas = [i for i in range(start, len(words)) if words[i].raw == ","]
        end = commas[0] if commas else len(words)
    return Clause(text, tuple(words), tuple(hits), past, start, end, tuple(wanted))


def _became(text: str, words: Sequence[Word], hits: Sequence[Hit]) -> str | None:
    """What stands after "turned": a lawyer turned baker is a baker."""
    ends = [hit.end for hit in hits if hit.entry.kind is Kind.TURNED and hit.start > 0]
    if not ends or max(ends) == len(words):
        return None
    mark = words[max(ends) - 1].raw
    return text.rpartition(f" {mark} ")[2].strip() if f" {mark} " in text else None


def _without_wishes(words: Sequence[Word], hits: Sequence[Hit]) -> tuple[list[Hit], list[Hit]]:
    """The phrases up to a word like "aspiring", and those after it."""
    titles = [hit for hit in hits if hit.entry.kind is Kind.TITLE]
    for hit in sorted(hits, key=lambda h: h.start):
        within = any(t.start <= hit.start and hit.end <= t.end for t in titles)
        if hit.entry.kind is not Kind.WANTED or within:
            continue
        if is_cjk(words[hit.start].raw) and hit.end == len(words):
            # "教師志望": the wish stands after what is wished for.
            return [], [h for h in hits if h.end <= hit.start]
        kept = [h for h in hits if h.end <= hit.start]
        return kept, [h for h in hits if h.start >= hit.end]
    return list(hits), []


def _without_past(words: list[Word], hits: list[Hit]) -> tuple[list[Word], list[Hit], bool]:
    """Cut what a word like "ex" or "formerly" declares to be past."""
    longest = {hit.start: max(h.end for h in hits if h.start == hit.start) for hit in hits}
    for hit in sorted(hits, key=lambda h: h.start):
        if hit.entry.kind is not Kind.FORMER or longest[hit.start] > hit.end:
            continue
        if is_cjk(words[hit.start].raw) and hit.start > 0:
            continue
        if hit.start == 0 or hit.end == len(words):
            return [], [], True
        kept = words[: hit.start]
        return kept, [h for h in hits if h.end <= hit.start], False
    return words, hits, False


def _company_mark(words: Sequence[Word], hits: Sequence[Hit]) -> int | None:
    """The index of the word that introduces the company, or None."""
    titled = best([h for h in hits if h.entry.kind in (Kind.TITLE, Kind.SENIORITY, Kind.ROLE)])
    general = any(_is_general(hit.entry) for hit in titled)
    fields = {hit.start for hit in hits if hit.entry.kind is Kind.FIELD and hit.entry.exact}
    learner = {hit.entry.seniority for hit in titled} & {Seniority.STUDENT, Seniority.INTERN}
    marks = {
        hit.start: hit
        for hit in hits
        if hit.entry.kind is Kind.COMPANY and not (learner and words[hit.start].folded in _SUBJECT)
    }
    for index, word in enumerate(words[:-1]):
        if any(hit.start < index < hit.end - 1 for hit in titled):
            continue  # a word of the title itself: "attorney at law"
        if word.folded in _ALWAYS:
            return index
        before = any(hit.end <= index for hit in titled)
        named = _is_name(words[index + 1].raw)
        if general and before and named and word.folded in _OF and index:
            return index
        mark = marks.get(index)
        if mark is not None and before and (named or not word.raw.isascii()):
            after = words[mark.end].raw if mark.end < len(words) else ""
            if word.folded in _SUBJECT and mark.end in fields:
                continue  # "Lecturer in Law" works on it, not for it
            if word.folded not in _WEAK or _is_name(after) or not after.isascii():
                return index
    return None


def _is_general(entry: Entry) -> bool:
    chief = entry.seniority is Seniority.C_LEVEL
    return chief and entry.function is Function.GENERAL_MANAGEMENT


def _is_name(raw: str) -> bool:
    return raw[:1].isupper() or raw[:1].isdigit()
