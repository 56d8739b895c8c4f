"""The parts of a name: without titles, suffixes, emoji or pronouns, in the order of its script.

Where a script or a language orders names in its own way the rule is here; the rest is left to
`nameparser`. Pronouns are dropped, never kept as a trait of the person.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from nameparser import parse

from backend.sidecar.analysis.text import clean_line, fold, is_emoji, tokens
from shared_schemas.insight import Name

NAMES = Path(__file__).parent.parent / "data" / "names.toml"
MOST_CHARACTERS = 200
MOST_WORDS = 12

_BRACKETS = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】|[«\"“„][^«»\"“”„]*[»\"”“]"
    r"|(?<=\s)['‘][^'‘’]{1,20}['’](?=\s)"
)
_CUT = re.compile(r"\s[|•·●–—:/-]\s|[|•●｜]|\s-\s")
_MARKS = re.compile(r"[®™©✓✔★☆#*_<>{}=+\\^~\[\]()（）]")
_PRONOUNS = re.compile(r"(?:^|\s)\w{1,5}(?:/\w{1,6}){1,2}(?=\s|,|$)")
_HAN = re.compile(r"[\u3400-\u9fff々]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_PATRONYMIC = re.compile(r"(?:ович|евич|ич|овна|евна|ична|инична|оглы|кызы)$", re.IGNORECASE)
_SLAVIC_FAMILY = re.compile(
    r"(?:ов|ев|ёв|ин|ын|ский|цкий|ова|ева|ёва|ина|ына|ская|цкая|енко|чук|юк|ко|дзе|швили|ян)$",
    re.IGNORECASE,
)
_ARABIC_JOINED = {"عبد", "ابو", "أبو", "ابن", "بن", "آل", "ام", "أم", "ال"}
# Dutch small words that begin with their apostrophe: "van 't Hoff".
_SHORTENED = frozenset({"'t", "’t", "'s", "’s", "‘t"})
# What Arabic names written in Latin letters join to the word after it.
_JOINED_LATIN = frozenset({"abdul", "abdel", "abd", "abdur", "abdal", "abdoul"})
_ARTICLES = frozenset({"el", "al", "ben", "ait", "ould", "bou", "abu", "abou", "abi", "ap", "ab"})
_HUNGARIAN_ORDER = frozenset({None, "HU", "RO", "SK", "RS"})
_CHINESE_SPOKEN = frozenset({"CN", "TW", "HK", "MO", "SG", "MY"})
LONGEST_SYLLABLE = 6
# Countries where two surnames are the rule.
_TWO_SURNAMES = frozenset(
    [
        "ES",
        "MX",
        "AR",
        "CO",
        "CL",
        "PE",
        "VE",
        "EC",
        "GT",
        "CU",
        "BO",
        "DO",
        "HN",
        "PY",
        "SV",
        "NI",
        "CR",
        "PA",
        "UY",
        "PR",
        "BR",
        "PT",
        "AO",
        "MZ",
        "CV",
    ]
)


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(NAMES.read_text("utf-8"))
    return {
        kind: frozenset([*words, *(fold(word) for word in words)]) for kind, words in lists.items()
    }


def split_name(text: str, language: str | None = None, country: str | None = None) -> Name:
    """The parts of the name `text`; language and country settle the order where it varies."""
    parts, family_first = _name_words(text)
    if not parts:
        return Name()
    joined = "".join(parts)
    if _HAN.search(joined) or _KANA.search(joined) or _HANGUL.search(joined):
        return _east_asian(parts, language)
    if _CYRILLIC.search(joined):
        return _cyrillic(parts)
    if _ARABIC.search(joined):
        return _arabic(parts)
    if family_first:
        return _capital_family(parts, language, country) if len(parts) > 1 else _mono(parts)
    return _latin(parts, language, country)


def _capital_family(parts: list[str], language: str | None, country: str | None) -> Name:
    """ "DUPONT Jean Pierre": the family in capitals, then the given names in their order."""
    vietnamese = language == "vi" or country == "VN"
    if vietnamese and fold(parts[0]) in _words()["vietnamese_surnames"]:
        return _parts(parts[-1:], parts[1:-1], parts[:1])
    return _parts(parts[1:2], parts[2:], parts[:1])


def _before_emoji(line: str) -> str:
    """What stands before a pictograph if that is a whole name; else all, without pictographs."""
    marked = "".join("\n" if is_emoji(char) else char for char in line)
    parts = [part for part in marked.split("\n") if part.strip()]
    whole = parts and len(parts[0].split()) > 1
    return parts[0] if whole else " ".join(parts)


def _name_words(text: str) -> tuple[list[str], bool]:
    """The words of the name alone, and whether the family's stands first in capitals."""
    line = unicodedata.normalize("NFC", clean_line(text, MOST_CHARACTERS))
    line = _before_emoji(_BRACKETS.sub(" ", line))
    line = _PRONOUNS.sub(" ", _CUT.split(line)[0])
    line = _MARKS.sub(" ", line)
    if " ".join(tokens(fold(line))) in _words()["nobody"]:
        return [], False
    words, inverted = _around_comma(line)
    words = _without_titles(words)[:MOST_WORDS]
    if not words or not any(char.isalpha() for word in words for char in word):
        return [], False
    if inverted:
        return words, False
    capitals = [w for w in words if w.isupper() and len(w) >= 3 and "." not in w]
    if len(words) > 1 and capitals == words[:1]:
        return words, True
    return words, False


def _around_comma(line: str) -> tuple[list[str], bool]:
    """ "Doe, Jane" turned round; what follows a comma is else a title or a degree."""
    before, comma, after = line.partition(",")
    first, second = before.split(), after.partition(",")[0].split()
    rest = _without_titles(second)
    plain = all(not (w.isupper() and len(w) > 1) and "." not in w[:-1] for w in rest)
    family = len(_without_titles(first))
    given = bool(rest) and fold(rest[0]) in _words()["second_given"]
    if comma and rest and plain and len(rest) <= 2 and (family == 1 or (family == 2 and given)):
        return [*rest, *first], True
    return first, False


def _without_titles(words: Sequence[str]) -> list[str]:
    lists = _words()
    kept = [
        word.strip(",;:'’") if len(word) > 1 and word not in _SHORTENED else word for word in words
    ]
    kept = [word for word in kept if any(char.isalpha() for char in word)]
    while len(kept) > 1 and fold(kept[0]) in lists["titles"]:
        kept.pop(0)
    while len(kept) > 1 and _is_suffix(kept[-1], len(kept)):
        kept.pop()
    if len(kept) == 1 and fold(kept[0]) in lists["suffixes"] and kept[0].isupper():
        return []
    return kept


def _is_suffix(word: str, count: int) -> bool:
    if fold(word) not in _words()["suffixes"]:
        return False
    # "Kim Do", "Jane Ma": two plain words are a name; degrees are written in capitals or dotted.
    return count > 2 or word.isupper() or "." in word


def _east_asian(words: list[str], language: str | None) -> Name:
    joined = "".join(words)
    if "・" in joined or "·" in joined:
        foreign = [w for word in words for w in re.split("[・·]", word) if w]
        return _parts(foreign[:1], foreign[1:-1], foreign[-1:]) if foreign[1:] else _mono(foreign)
    native = [w for w in words if _HAN.search(w) or _KANA.search(w) or _HANGUL.search(w)]
    native = [re.sub(r"(?:さん|様|先生|博士|氏|님|씨)$", "", w) or w for w in native]
    if len(native) > 1 and native[-1] in _words()["honorifics"]:
        native.pop()
    if len(native) > 1:
        return _parts(["".join(native[1:])], [], native[:1])
    name = native[0]
    if _HANGUL.search(name):
        size = 2 if name[:2] in _words()["korean_compound"] and len(name) > 2 else 1
    elif _KANA.search(name) or language == "ja":
        size = _japanese_family(name)
    else:
        size = 2 if name[:2] in _words()["compound_han"] and len(name) > 2 else 1
    if not 1 < len(name) <= 8 or not 0 < size < len(name):
        return _mono([name])
    return _parts([name[size:]], [], [name[:size]])


def _japanese_family(name: str) -> int:
    """How many characters are the family's; 0 where nothing tells."""
    known = _words()["japanese_surnames"]
    for size in (3, 2, 1):
        if name[:size] in known and len(name) > size:
            return size
    kana = _KANA.search(name)
    if kana and kana.start() > 0:
        return kana.start()
    return 0 if kana else 2


def _cyrillic(words: list[str]) -> Name:
    words = [_cased(word) for word in words]
    if len(words) == 1:
        return _mono(words)
    if len(words) >= 3 and _PATRONYMIC.search(words[-1]):
        return _parts([words[1]], words[2:], words[:1])
    first, last = words[0], words[-1]
    if len(words) == 2 and _SLAVIC_FAMILY.search(first) and not _SLAVIC_FAMILY.search(last):
        return _parts([last], [], [first])
    return _parts([first], words[1:-1], [last])


def _arabic(words: list[str]) -> Name:
    units: list[str] = []
    for word in words:
        if units and units[-1].split()[-1] in _ARABIC_JOINED:
            units[-1] += " " + word
        else:
            units.append(word)
    if len(units) == 1:
        return _mono(units)
    return _parts(units[:1], units[1:-1], units[-1:])


def _latin(words: list[str], language: str | None, country: str | None) -> Name:
    words = [_cased(word) for word in words]
    if len(words) == 1:
        return _mono(words)
    folded = [fold(word) for word in words]
    lists = _words()
    marked = any("\u1ea0" <= char <= "\u1eff" for word in words for char in word)
    vietnamese = language == "vi" or country == "VN" or marked
    if vietnamese and folded[0] in lists["vietnamese_surnames"]:
        return _parts(words[-1:], words[1:-1], words[:1])
    if _two_surnames(folded, language, country):
        return _iberian(words, folded)
    if _family_first(words, folded, language, country):
        return _parts(words[1:], [], words[:1])
    small = next((at for at, word in enumerate(words[1:], 1) if word in _SHORTENED), 0)
    if small:
        # The family begins with the small words before it: "van 't Hoff", "'t Hart".
        while small > 1 and folded[small - 1] in lists["particles"]:
            small -= 1
        return _parts(words[:1], words[1:small], words[small:])
    return _parsed(words)


def _family_first(
    words: list[str], folded: list[str], language: str | None, country: str | None
) -> bool:
    """Whether Latin words stand in the family's order of Hungary, China or Korea."""
    lists = _words()
    if len(words) == 3 and country in _CHINESE_SPOKEN:
        syllables = all(len(word) <= LONGEST_SYLLABLE for word in words)
        return syllables and folded[0] in lists["chinese_latin"]
    if len(words) != 2:
        return False
    first, last = folded
    if language == "hu":
        return country in _HUNGARIAN_ORDER
    if country in ("CN", "TW") and first in lists["chinese_latin"]:
        return last not in lists["chinese_latin"]
    korean = first in lists["korean_latin"] and last not in lists["korean_latin"]
    before, hyphen, after = words[1].partition("-")
    return korean and bool(hyphen) and before[:1].isupper() and after.islower()


def _two_surnames(folded: list[str], language: str | None, country: str | None) -> bool:
    if len(folded) < 3:
        return False
    if country is not None and country not in _TWO_SURNAMES | {"US"}:
        return False
    if language in ("es", "pt") or country in _TWO_SURNAMES:
        return True
    surnames = _words()["spanish_surnames"]
    return folded[-1] in surnames and any(word in surnames for word in folded[1:-1])


def _iberian(words: list[str], folded: list[str]) -> Name:
    """Given names, then two surnames, each with the small words before it."""
    lists = _words()
    while len(words) > 2 and folded[-1] in lists["descent"]:
        words, folded = words[:-1], folded[:-1]
    units: list[list[str]] = []
    carried: list[str] = []
    for word, small in zip(words, folded, strict=True):
        carried.append(word)
        if small not in (lists["particles"] | {"i"}) or not units:
            units.append(carried)
            carried = []
    if carried:
        units.append(carried)
    if len(units) < 2:
        return _mono(words)
    surnames = 1 if len(units) == 2 else 2
    second = fold(units[1][-1])
    if len(units) == 3 and len(units[1]) == 1 and second in lists["second_given"]:
        surnames = 2 if second in lists["spanish_surnames"] else 1
    given = [word for unit in units[:-surnames] for word in unit]
    family = [word for unit in units[-surnames:] for word in unit]
    return _parts(given, [], family)


def _parsed(words: list[str]) -> Name:
    doubled = len(words) > 2 and fold(words[0]) in _JOINED_LATIN
    if doubled:
        words = [" ".join(words[:2]), *words[2:]]
    noble = _nobility(words)
    if noble:
        return _parts(words[:1], words[1:noble], words[noble:])
    found = parse(" ".join([words[0].replace(" ", "-"), *words[1:]]))
    if found.given and found.family:
        middle, family = found.middle.split(), found.family.split()
        while middle and fold(middle[-1]) in _ARTICLES:
            family.insert(0, middle.pop())
        # A capital particle: nameparser takes the "Lo" of "Lo Presti" for a given name.
        if middle and fold(middle[-1]) in _words()["particles"] and not middle[-1].islower():
            family.insert(0, middle.pop())
        return _parts([words[0] if doubled else found.given], middle, family)
    return _parts(words[:1], words[1:-1], words[-1:])


def _nobility(words: Sequence[str]) -> int:
    """Where a family begins that joins two particles: "von und zu Liebenfels"; 0 if none does."""
    folded = [fold(word) for word in words]
    for at in range(1, len(words) - 3):
        if folded[at] == "von" and folded[at + 1] == "und" and folded[at + 2] in ("zu", "zum"):
            return at
    return 0


def _cased(word: str) -> str:
    """A word in plain case: what is all capitals or all small letters gets its first capital."""
    if fold(word) in _words()["particles"]:
        return word.lower() if word.isupper() else word
    if word in ("i", "und", "ap", "ab", "ferch") or word in _SHORTENED:
        return word
    if not (word.islower() or (word.isupper() and len(word) > 2)) or "." in word:
        return word
    return re.sub(r"[^\W\d_]+", lambda match: match.group().capitalize(), word)


def _mono(words: Sequence[str]) -> Name:
    return Name(given=_cased(" ".join(words)))


def _parts(given: Sequence[str], middle: Sequence[str], family: Sequence[str]) -> Name:
    return Name(
        given=" ".join(_cased(word) for word in given) or None,
        middle=" ".join(_cased(word) for word in middle) or None,
        family=" ".join(_cased(word) for word in family) or None,
    )
