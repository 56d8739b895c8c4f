"""LinkedIn's pages, URNs and encoded ids, each read as the key of one person.

An encoded id is 39 characters of base64url, 29 bytes: two bytes of type (0x002A profile, 0x002C
Sales Navigator, 0x0043 Recruiter), the member id in six bytes, 0x01, and a tail of 20 bytes that
says nothing. The layout is observed, not documented. It is therefore checked byte by byte, can
be switched off, and whatever does not fit keeps its own opaque key.
"""

import base64
import binascii
import re
from itertools import dropwhile

from backend.contacts.identifiers import (
    Identifier,
    Reason,
    Scheme,
    lowered,
    parameter,
    percent_decoded,
    refuse,
    segment,
)

_DOMAINS = ("linkedin.com", "linkedin.cn")
_PREFIXES = frozenset({"mwlite", "m", "comm"})

_ENCODED_LENGTH = 39
_TYPES = frozenset({0x002A, 0x002C, 0x0043})
_SCHEME_OF_PREFIX = {
    "ACoA": Scheme.LINKEDIN_ENCODED,
    "ACwA": Scheme.LINKEDIN_SALES,
    "AEMA": Scheme.LINKEDIN_TALENT,
}
_DAMAGED = ("acoaa", "acwaa", "aemaa")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

_URN = re.compile(r"urn:li:(\w+):(.+)", re.IGNORECASE | re.DOTALL | re.ASCII)
_APP_PERSON = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,19}", re.ASCII)
_PUB_NUMBER = re.compile(r"[0-9a-f]{1,3}", re.ASCII)
_LARGEST_MEMBER = 2**63 - 1


def is_linkedin(host: str) -> bool:
    """Whether `host` (canonical) is LinkedIn's own; a host that only contains the name is not."""
    return any(host == domain or host.endswith("." + domain) for domain in _DOMAINS)


def without_prefix(parts: list[str]) -> list[str]:
    """A path's segments without those that only say which edition of the site is meant."""
    return list(dropwhile(lambda part: part.lower() in _PREFIXES, filter(None, parts)))


def identify_page(parts: list[str], query: str, *, decode: bool) -> Identifier:
    """The person whose page on LinkedIn has the path segments `parts`.

    Sub-pages, locale suffixes and the query are dropped: they say which part of the page, or
    where the reader came from, never who it is about.
    """
    parts = without_prefix(parts)
    words = [percent_decoded(part).lower() for part in parts[:1]] + [
        part.lower() for part in parts[1:]
    ]
    match words:
        case ["in", _, *_]:
            return _identify_slug(parts[1], decode=decode)
        case ["sales", "lead" | "people" | "profile", _, *_]:
            return _identify_encoded(_before_comma(parts[2]), Scheme.LINKEDIN_SALES, decode=decode)
        case ["talent", *rest] if "profile" in rest[:-1]:
            given = parts[words.index("profile") + 1]
            return _identify_encoded(_before_comma(given), Scheme.LINKEDIN_TALENT, decode=decode)
        case ["profile", "view", *_] if given := parameter(query, "id"):
            return _identify_viewed(given, decode=decode)
        case ["pub", name, *_] if name != "dir":
            return _identify_pub(parts[1:5])
    refuse(Reason.NOT_A_PERSON)


def identify_urn(text: str, *, decode: bool) -> Identifier:
    """The person that a LinkedIn URN names; another kind of thing is `not_a_person`."""
    found = _URN.fullmatch(percent_decoded(text))
    if not found:
        refuse(Reason.NOT_AN_IDENTIFIER)
    kind, body = found[1].lower(), found[2].strip()
    if kind == "person":
        if not _APP_PERSON.fullmatch(body):
            refuse(Reason.NOT_AN_IDENTIFIER)
        return Identifier(Scheme.LINKEDIN_APP_PERSON, body)
    if kind == "member":
        if len(body) == _ENCODED_LENGTH:
            return _identify_encoded(body, Scheme.LINKEDIN_ENCODED, decode=decode)
        return _identify_member(body)
    if not kind.endswith("profile") or "company" in kind or "organization" in kind:
        refuse(Reason.NOT_A_PERSON)
    if body.startswith("("):
        if not body.endswith(")"):
            refuse(Reason.NOT_AN_IDENTIFIER)
        body = body[1:-1].partition(",")[0].strip()
    return _identify_encoded(body, _scheme_of_urn(kind), decode=decode)


def decode_member_id(encoded: str) -> int | None:
    """The member id inside an encoded id, or None when anything about its layout differs.

    The bytes decide, not the first letters: from member 2**34 on the letters change.
    """
    if len(encoded) != _ENCODED_LENGTH or not _BASE64URL.fullmatch(encoded):
        return None
    try:
        data = base64.urlsafe_b64decode(encoded + "=")
    except binascii.Error:
        return None
    # 39 characters carry 234 bits, two more than 29 bytes: an id that uses them was tampered with.
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != encoded:
        return None
    if int.from_bytes(data[:2], "big") not in _TYPES or data[8] != 1:
        return None
    return int.from_bytes(data[2:8], "big") or None


def _identify_slug(raw: str, *, decode: bool) -> Identifier:
    """The person at `/in/raw`: an encoded id where it looks like one, else a slug."""
    text = segment(raw)
    # Before lower-casing: case carries half of an encoded id.
    if len(text) == _ENCODED_LENGTH and text[:4] in _SCHEME_OF_PREFIX:
        return _identify_encoded(text, Scheme.LINKEDIN_ENCODED, decode=decode)
    _refuse_damaged(text)
    slug = lowered(text)
    if slug == "me":
        refuse(Reason.NOT_A_PERSON)
    return Identifier(Scheme.LINKEDIN_SLUG, segment(slug))


def _identify_encoded(raw: str, scheme: Scheme, *, decode: bool) -> Identifier:
    """The member inside an encoded id, else an opaque key.

    The id's own first letters choose the opaque scheme where they are known, so that one id
    has one key on whichever page it was found; `scheme` serves the others.
    """
    text = segment(raw)
    member = decode_member_id(text) if decode else None
    if member is not None:
        return Identifier(Scheme.LINKEDIN_MEMBER, str(member))
    if len(text) == _ENCODED_LENGTH and text[:4] in _SCHEME_OF_PREFIX:
        return Identifier(_SCHEME_OF_PREFIX[text[:4]], text)
    _refuse_damaged(text)
    return Identifier(scheme, text)


def _identify_viewed(raw: str, *, decode: bool) -> Identifier:
    """The person at `/profile/view?id=raw`: a member's number, or an encoded id."""
    text = segment(raw)
    if text.isdecimal():
        return _identify_member(text)
    return _identify_encoded(text, Scheme.LINKEDIN_ENCODED, decode=decode)


def _identify_member(text: str) -> Identifier:
    """The member with the number `text`."""
    if not _NUMBER.fullmatch(text) or not 0 < int(text) <= _LARGEST_MEMBER:
        refuse(Reason.NOT_AN_IDENTIFIER)
    return Identifier(Scheme.LINKEDIN_MEMBER, str(int(text)))


def _identify_pub(parts: list[str]) -> Identifier:
    """The person at one of LinkedIn's old public addresses, `/pub/name/1/23/4a5`.

    The numbers turned round and padded make the slug that LinkedIn gave such a person later.
    That rule is observed only, hence a hint.
    """
    name, *numbers = (lowered(segment(part)) for part in parts)
    if len(numbers) != 3 or not all(_PUB_NUMBER.fullmatch(number) for number in numbers):
        refuse(Reason.NOT_A_PERSON)
    first, second, third = numbers
    slug = f"{name}-{third:0>3}{second:0>3}{first}"
    return Identifier(
        Scheme.LINKEDIN_PUB,
        "/".join((name, *numbers)),
        hint=f"{Scheme.LINKEDIN_SLUG.value}:{slug}",
    )


def _refuse_damaged(text: str) -> None:
    """Refuse an encoded id that lost its case on the way: it may be anybody's."""
    if len(text) == _ENCODED_LENGTH and text.lower().startswith(_DAMAGED):
        refuse(Reason.DAMAGED_URN)


def _before_comma(raw: str) -> str:
    """What stands before the first comma of a segment; Sales Navigator adds how it found it."""
    found = percent_decoded(raw).partition(",")[0]
    if not found:
        refuse(Reason.NOT_A_PERSON)
    return found


def _scheme_of_urn(kind: str) -> Scheme:
    """The opaque scheme for an undecodable id in a URN of `kind` (lower case)."""
    if "sales" in kind:
        return Scheme.LINKEDIN_SALES
    if kind.startswith("ts_") or "talent" in kind or "recruit" in kind:
        return Scheme.LINKEDIN_TALENT
    return Scheme.LINKEDIN_ENCODED
