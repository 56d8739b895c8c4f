"""How a company writes its addresses: learned from colleagues' known ones, never assumed.

Two people who agree make a pattern; a pattern makes an address probable; without one an address
is a guess. Neither is a verification.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backend.sidecar.mail import WORDS, domain_of, is_role, normal
from shared_schemas.lookups import ColleagueAddress

LEAST_AGREEING = 2

_PARTICLES = frozenset(tomllib.loads(WORDS.read_text("utf-8"))["particles"].split())
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe"}
)
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})

PATTERNS: dict[str, Callable[[str, str], str]] = {
    "first.last": lambda first, last: f"{first}.{last}",
    "flast": lambda first, last: f"{first[:1]}{last}",
    "first": lambda first, last: first,
    "firstlast": lambda first, last: f"{first}{last}",
    "f.last": lambda first, last: f"{first[:1]}.{last}",
    "firstl": lambda first, last: f"{first}{last[:1]}",
    "last": lambda first, last: last,
    "last.first": lambda first, last: f"{last}.{first}",
    "lastfirst": lambda first, last: f"{last}{first}",
    "first_last": lambda first, last: f"{first}_{last}",
    "first-last": lambda first, last: f"{first}-{last}",
    "lastf": lambda first, last: f"{last}{first[:1]}",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to write addresses, and the colleagues whose addresses are written so."""

    name: str
    spelling: int
    colleagues: tuple[str, ...]


def spellings(word: str, *, family: bool) -> list[str]:
    """The ways a name is written in addresses, the commonest first."""
    found: list[str] = []
    for table in (_PLAIN, _GERMAN):
        letters = unicodedata.normalize("NFKD", word.translate(table).translate(_PLAIN))
        plain = "".join(c for c in letters if not unicodedata.combining(c)).lower()
        words = [re.sub(r"[^a-z-]", "", part) for part in re.split(r"[\s'’.]+", plain)]
        words = [part for part in words if part]
        if not words:
            continue
        bare = [part for part in words if part not in _PARTICLES] or words
        for parts in (words, bare) if family else (words, words[:1]):
            joined = "".join(parts)
            found += [joined.replace("-", ""), joined, joined.split("-", maxsplit=1)[0]]
    return list(dict.fromkeys(each for each in found if each))


def _ways(first: str, last: str) -> Iterator[tuple[int, str, str]]:
    firsts, lasts = spellings(first, family=False), spellings(last, family=True)
    for i, given in enumerate(firsts[:4]):
        for j, family in enumerate(lasts[:6]):
            yield i * 6 + j, given, family


def matches(local: str, first: str, last: str) -> bool:
    """Whether the part before the @ can be this person's."""
    return any(
        make(given, family) == local.lower()
        for _, given, family in _ways(first, last)
        for make in PATTERNS.values()
    )


def learn(domain: str, colleagues: Sequence[ColleagueAddress]) -> Pattern | None:
    """The pattern on which most colleagues at this domain agree, if at least two do."""
    votes: Counter[tuple[str, int]] = Counter()
    who: dict[tuple[str, int], list[str]] = {}
    for each in colleagues:
        address = normal(each.email)
        words = each.name.split()
        if address is None or domain_of(address) != domain or is_role(address) or len(words) < 2:
            continue
        local = address.rpartition("@")[0].lower()
        cast = {
            (name, 0 if spelling == 0 else 1)
            for spelling, given, family in _ways(words[0], " ".join(words[1:]))
            for name, make in PATTERNS.items()
            if make(given, family) == local
        }
        for vote in {min(v for v in cast if v[0] == name) for name, _ in cast}:
            votes[vote] += 1
            who.setdefault(vote, []).append(f"{each.name} <{address}>")
    if not votes:
        return None
    best, count = votes.most_common(1)[0]
    if count < LEAST_AGREEING:
        return None
    return Pattern(best[0], best[1], tuple(who[best][:3]))


def written(pattern: str, first: str, last: str, domain: str) -> str | None:
    """The address of a person by a pattern; None where the name cannot be written so."""
    firsts, lasts = spellings(first, family=False), spellings(last, family=True)
    if not firsts or not lasts:
        return None
    return normal(f"{PATTERNS[pattern](firsts[0], lasts[0])}@{domain}")
