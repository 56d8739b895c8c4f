"""Whether a text says only what the facts say: no number, company or name from elsewhere.

A strict check and a simple one: each number, and each word that looks like a name, has to stand
in the facts. What begins a sentence may be an ordinary word, but then it has to be one that is
known to be ordinary. German, where every noun looks like a name, loses most by this; a text
that is thrown away costs nobody anything. Scripts without capitals hide their names altogether:
what is written in one can be shown, but nobody may vouch for it (`checkable`).
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from backend.sidecar.analysis.text import fold

WORDS = Path(__file__).parent / "data" / "plain_words.toml"

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’.&-][^\W\d_]+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)[^\s@]+@\S+", re.IGNORECASE)


@lru_cache(maxsize=2)
def _words(kind: str) -> frozenset[str]:
    """The words of a kind, `plain` or `numbers`, of all languages."""
    lists: dict[str, str] = tomllib.loads(WORDS.read_text("utf-8"))[kind]
    return frozenset(fold(word) for words in lists.values() for word in words.split())


def strangers(text: str, facts: Iterable[str]) -> list[str]:
    """What stands in the text and not in the facts, in order; empty where it is grounded."""
    told = "\n".join(facts)
    numbers = {_plain_number(number) for number in _NUMBER.findall(told)}
    known = {fold(word) for word in _WORD.findall(told)}
    known |= {fold(part) for word in _WORD.findall(told) for part in re.split(r"['’.&-]", word)}
    links = [match[0].strip("()<>[],.;:!?\"'") for match in _LINK.finditer(text)]
    found = [link for link in links if link.casefold() not in told.casefold()]
    rest = _LINK.sub(" ", text)
    found += [each for each in _NUMBER.findall(rest) if _plain_number(each) not in numbers]
    found += [word for word in _WORD.findall(rest) if _is_stranger(word, known)]
    return list(dict.fromkeys(found))


def checkable(text: str, facts: Iterable[str]) -> bool:
    """Whether names would show in the text: no word of its own in a script without capitals."""
    told = "\n".join(facts)
    return not any(
        any(char.lower() == char.upper() for char in word) and word not in told
        for word in _WORD.findall(text)
    )


def _plain_number(number: str) -> str:
    digits = (str(unicodedata.digit(char, char)) for char in number)
    return re.sub(r"[.,:]", "", "".join(digits))


def _is_stranger(word: str, known: set[str]) -> bool:
    """Whether a word is a name or a number that nobody told us; parts of a compound count each."""
    folded = fold(word)
    if folded in known:
        return False
    if folded in _words("numbers"):
        return True
    parts = [part for part in re.split(r"['’.&-]", word) if part]
    for part in parts:
        plain = fold(part)
        looks_like_a_name = any(char.isupper() for char in part)
        if looks_like_a_name and plain not in known and plain not in _words("plain"):
            return True
    return False
