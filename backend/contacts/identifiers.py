"""One address of a person in canonical form, and the text rules that all kinds of it share."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn
from urllib.parse import unquote

# LinkedIn's longest custom slug; opaque ids are shorter.
SEGMENT_LIMIT = 100
DECODE_LIMIT = 3

# Soft hyphen, joiners, direction marks, tags: they show nothing, so they cannot tell people apart.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_NOT_IN_SEGMENT = re.compile(r"[\x00-\x1f\x7f-\x9f\s/?#@<>\\]")
QUOTES = "\"'"
_WRAPPING = (
    "<>"
    + QUOTES
    + " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    + "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)


class Scheme(StrEnum):
    """The kinds of canonical keys; a key is `scheme:value`."""

    LINKEDIN_SLUG = "li:in"
    LINKEDIN_MEMBER = "li:member"
    LINKEDIN_ENCODED = "li:enc"
    LINKEDIN_SALES = "li:sales"
    LINKEDIN_TALENT = "li:talent"
    LINKEDIN_PUB = "li:pub"
    LINKEDIN_APP_PERSON = "li:app-person"
    EMAIL = "email"
    WEB = "web"


class Reason(StrEnum):
    """Why a text identifies nobody; the words that the outside sees."""

    DAMAGED_URN = "damaged_urn"
    NOT_A_PERSON = "not_a_person"
    NEEDS_RESOLUTION = "needs_resolution"
    BAD_ENCODING = "bad_encoding"
    NOT_AN_IDENTIFIER = "not_an_identifier"


class InvalidIdentity(Exception):
    """The text has no canonical key; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identifier:
    """One address of a person in its normal form; equal keys mean the same person.

    `hint` is a key that the same person probably has too: good for a suggestion, never for a
    link. `role` marks a shared mailbox, which must never link contacts by itself.
    """

    scheme: Scheme
    value: str
    hint: str | None = None
    role: bool = False
    # The canonical key, `scheme:value`; made once, asked for often.
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.scheme.value}:{self.value}")


def refuse(reason: Reason) -> NoReturn:
    """Raise InvalidIdentity with `reason`."""
    raise InvalidIdentity(reason)


def without_invisible(text: str) -> str:
    """`text` without the characters that show nothing."""
    return _INVISIBLE.sub("", text)


def unwrapped(text: str) -> str:
    """`text` without what surrounds a pasted address: white space, quotes, angle brackets."""
    return without_invisible(text).strip(_WRAPPING)


def percent_decoded(text: str) -> str:
    """`text` with its percent-escapes decoded until nothing changes, at most three times.

    Links that passed through mail and search pages are escaped more than once. What is not
    UTF-8, or still holds a `%`, is refused: two readers would decode it differently.
    """
    for _ in range(DECODE_LIMIT):
        if "%" not in text:
            break
        text = decoded_once(text)
    if "%" in text:
        refuse(Reason.BAD_ENCODING)
    return text


def decoded_once(text: str) -> str:
    """`text` with its percent-escapes decoded once, as strict UTF-8."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        refuse(Reason.BAD_ENCODING)


def composed(text: str) -> str:
    """`text` in Unicode's composed form (NFC), without invisible characters."""
    return unicodedata.normalize("NFC", without_invisible(text))


def lowered(text: str) -> str:
    """`text` in lower case, composed again because lower-casing can take letters apart."""
    return unicodedata.normalize("NFC", text.lower())


def segment(raw: str) -> str:
    """One segment of a path, decoded and composed, its case kept.

    Refused when empty, over-long, a step in the path (`.`, `..`), or when it holds white space,
    a control character or one of `/?#@<>` and the backslash: such a name exists nowhere, and
    would read differently in the next program.
    """
    text = composed(percent_decoded(raw)).strip(QUOTES)
    if not text or len(text) > SEGMENT_LIMIT or text in {".", ".."}:
        refuse(Reason.NOT_AN_IDENTIFIER)
    if _NOT_IN_SEGMENT.search(text):
        refuse(Reason.NOT_AN_IDENTIFIER)
    return text


def parameter(query: str, name: str) -> str:
    """The first value of `name` in a URL's `query`, still percent-encoded; empty when absent."""
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key.lower() == name:
            return value
    return ""
