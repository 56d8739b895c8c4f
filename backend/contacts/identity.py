"""Canonical keys: one text for all the spellings of one person's address.

`canonicalize` reads URLs, LinkedIn URNs and e-mail addresses. It never asks the network: a
short link is refused with `needs_resolution`, and whoever follows links does it elsewhere.
Charges hang on contacts, and contacts are found by these keys. Two spellings of one person
with two keys would be charged twice; two people with one key would be told apart nowhere.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass

import idna

from backend.contacts import linkedin
from backend.contacts.identifiers import (
    QUOTES,
    Identifier,
    InvalidIdentity,
    Reason,
    Scheme,
    composed,
    decoded_once,
    lowered,
    parameter,
    percent_decoded,
    refuse,
    unwrapped,
)
from backend.contacts.policy import (
    CRM_STRENGTH,
    Kinship,
    is_role_mailbox,
    kinship,
    may_auto_merge,
    strength,
)

__all__ = [
    "CRM_STRENGTH",
    "Identifier",
    "InvalidIdentity",
    "Kinship",
    "Reason",
    "Scheme",
    "canonicalize",
    "kinship",
    "may_auto_merge",
    "strength",
]

# Longer than any address; what follows is linear in the length.
TEXT_LIMIT = 65_536
# A key is part of an index, and PostgreSQL keeps 2,704 bytes a row of one; 4 bytes a character.
WEB_LIMIT = 500
HOST_LIMIT = 253
LABEL_LIMIT = 63
LOCAL_PART_LIMIT = 64
EMAIL_LIMIT = 254

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# A backslash ends the authority as a slash does: browsers read it so, most libraries do not, and
# an attacker would choose the reader (https://evil.example\@www.linkedin.com/).
_URL = re.compile(
    r"(https?):[/\\]{2}([^/\\?#]*)(?:[/\\]([^?#]*))?(?:\?([^#]*))?(?:#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_WITHOUT_SCHEME = re.compile(
    r"(?:[^\s/\\?#@:.]+\.)+[^\W\d_][^\s/\\?#@:.]+\.?(?::[0-9]*)?/.*",
    re.IGNORECASE | re.DOTALL,
)
_SLUG_ONLY = re.compile(r"in/.*", re.IGNORECASE | re.DOTALL)
_LINKEDIN_ORIGIN = "https://www.linkedin.com"
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::([0-9]{0,8}))?", re.IGNORECASE | re.ASCII)
_DEFAULT_PORT = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII)
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)

_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})", re.ASCII)
_SAFELINKS = "safelinks.protection.outlook.com"
_SHORT_LINKS = "lnkd.in"

_NOT_IN_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f?#<>\\]")
_WHITE_SPACE = re.compile(r"\s")
_ATOMS = re.compile(r"""[^\s@<>()\[\],;:\\"/?#.]+(?:\.[^\s@<>()\[\],;:\\"/?#.]+)*""")


@dataclass(frozen=True, slots=True)
class _Page:
    """A URL taken apart: the host canonical, `port` empty when default, the path still encoded."""

    host: str
    port: str
    parts: tuple[str, ...]
    query: str


def canonicalize(text: str, *, decode_member_ids: bool = True) -> Identifier:
    """The canonical key of the person that `text` (a URL, a LinkedIn URN, an e-mail) names.

    InvalidIdentity says why there is none. With `decode_member_ids` off the encoded ids of
    LinkedIn keep opaque keys, and the same member may have several.
    """
    if len(text) > TEXT_LIMIT:
        refuse(Reason.NOT_AN_IDENTIFIER)
    if not _is_unicode(text):
        refuse(Reason.BAD_ENCODING)
    text = unwrapped(text)
    if _CONTROL.search(text):
        refuse(Reason.NOT_AN_IDENTIFIER)
    start = text[:10].lower()
    if start.startswith(("urn:li:", "urn%3ali", "urn%253ali")):
        return linkedin.identify_urn(text, decode=decode_member_ids)
    if start.startswith("mailto:"):
        address = percent_decoded(text[len("mailto:") :].partition("?")[0])
        return _identify_email(unwrapped(address))
    if "@" in text and "/" not in text:
        return _identify_email(text)
    page = _landing_page(_page(_with_scheme(text)))
    if linkedin.is_linkedin(page.host):
        return linkedin.identify_page(list(page.parts), page.query, decode=decode_member_ids)
    if _is_within(page.host, _SHORT_LINKS) and any(page.parts):
        refuse(Reason.NEEDS_RESOLUTION)
    return _identify_web(page)


def _identify_email(text: str) -> Identifier:
    """The key of an e-mail address: lower case, its dots and `+tag` kept.

    Providers that ignore dots and tags do so by their own rules; folding them here would join
    strangers elsewhere.
    """
    local_part, _, domain = text.rpartition("@")
    local_part = lowered(composed(local_part))
    if not _ATOMS.fullmatch(local_part) or _CONTROL.search(local_part):
        refuse(Reason.NOT_AN_IDENTIFIER)
    host = _canonical_host(domain)
    value = f"{local_part}@{host}"
    if "." not in host or "_" in host or _is_address(host):
        refuse(Reason.NOT_AN_IDENTIFIER)
    if len(local_part) > LOCAL_PART_LIMIT or len(value) > EMAIL_LIMIT:
        refuse(Reason.NOT_AN_IDENTIFIER)
    return Identifier(Scheme.EMAIL, value, role=is_role_mailbox(local_part))


def _identify_web(page: _Page) -> Identifier:
    """The key of a page elsewhere: host, path; the case of the path is the site's to read.

    A site's root is somebody's home page, unless a query asks it for something.
    """
    path = composed(percent_decoded("/".join(page.parts)))
    if path.count("/") >= max(len(page.parts), 1) or _NOT_IN_PATH.search(path):
        refuse(Reason.NOT_AN_IDENTIFIER)
    if any(part in {".", ".."} for part in path.split("/")):
        refuse(Reason.NOT_AN_IDENTIFIER)
    path = path.rstrip("/ " + QUOTES)
    if not path and page.query:
        refuse(Reason.NOT_A_PERSON)
    host = page.host
    # "www.com" is a host of its own.
    while host.startswith("www.") and "." in host.removeprefix("www."):
        host = host.removeprefix("www.")
    value = host + page.port + (f"/{path}" if path else "")
    if len(value) > WEB_LIMIT:
        refuse(Reason.NOT_AN_IDENTIFIER)
    return Identifier(Scheme.WEB, value)


def _with_scheme(text: str) -> str:
    """`text` as a URL with its scheme, added only where the rest leaves no doubt."""
    if _URL.fullmatch(text):
        return text
    if _WITHOUT_SCHEME.fullmatch(text):
        return f"https://{text}"
    if _SLUG_ONLY.fullmatch(text):
        return f"{_LINKEDIN_ORIGIN}/{text}"
    refuse(Reason.NOT_AN_IDENTIFIER)


def _page(url: str) -> _Page:
    """`url` taken apart; refused with userinfo, a bad host or port, white space in the path."""
    found = _URL.fullmatch(url)
    if not found:
        refuse(Reason.NOT_AN_IDENTIFIER)
    scheme, authority, path, query = (part or "" for part in found.groups())
    where = _AUTHORITY.fullmatch(authority)
    if not where or "\\" in path or _WHITE_SPACE.search(path):
        refuse(Reason.NOT_AN_IDENTIFIER)
    port = _canonical_port(where[2] or "", default=_DEFAULT_PORT[scheme.lower()])
    return _Page(_canonical_host(where[1]), port, _without_steps(path), query)


def _landing_page(page: _Page) -> _Page:
    """The page that `page` redirects to, for the redirects we know; else `page` itself.

    One step only: a redirect to a redirect is somebody hiding the target.
    """
    target = _redirect_target(page)
    if target is None:
        return page
    if not target:
        refuse(Reason.NOT_A_PERSON)
    # A sign-in wall also writes its target without the host.
    if linkedin.is_linkedin(page.host) and target[0] == "/" and target[1:2] not in {"/", "\\"}:
        target = _LINKEDIN_ORIGIN + target
    landed = _page(_with_scheme(target))
    if _redirect_target(landed) is not None:
        refuse(Reason.NOT_A_PERSON)
    return landed


def _redirect_target(page: _Page) -> str | None:
    """Where `page` sends its reader; empty when it does not say, None when it is no redirect."""
    if linkedin.is_linkedin(page.host):
        route = linkedin.without_prefix(list(page.parts))[:1]
        names = ["sessionredirect"] if [part.lower() for part in route] == ["authwall"] else []
    elif _GOOGLE.fullmatch(page.host):
        names = ["q", "url"] if page.parts[:1] == ("url",) else []
    elif _is_within(page.host, _SAFELINKS):
        names = ["url"]
    else:
        return None
    if not names:
        return None
    targets = [_target(parameter(page.query, name)) for name in names]
    # Google's `q` may hold the words searched for, beside a `url` with the link.
    links = [target for target in targets if _URL.fullmatch(target)]
    return next(filter(None, links + targets), "")


def _target(raw: str) -> str:
    """The address in a redirect's parameter, decoded until it reads as one, at most three times.

    No further: its own escapes belong to it.
    """
    for _ in range(3):
        if "%" not in raw or _URL.fullmatch(raw):
            break
        raw = decoded_once(raw)
    if _CONTROL.search(raw):
        refuse(Reason.NOT_AN_IDENTIFIER)
    return unwrapped(raw)


def _without_steps(path: str) -> tuple[str, ...]:
    """The segments of `path` with its `.` and `..` taken, as browsers do before they ask."""
    parts: list[str] = []
    for part in path.split("/"):
        step = part.lower().replace("%2e", ".") if len(part) <= len("%2e%2e") else part
        if step == "..":
            del parts[-1:]
        elif step != ".":
            parts.append(part)
    return tuple(parts)


def _canonical_port(digits: str, *, default: int) -> str:
    """`:port` for a port that must be named, else nothing."""
    if not digits or int(digits) == default:
        return ""
    if not 0 < int(digits) < 65_536:
        refuse(Reason.NOT_AN_IDENTIFIER)
    return f":{int(digits)}"


def _canonical_host(text: str) -> str:
    """A host in lower case, without the trailing dot, international names as IDNA 2008 A-labels.

    IDNA 2008 maps nothing: a full-width or circled letter is refused, not turned into a plain
    one, and a Cyrillic look-alike stays another name.
    """
    host = lowered(unicodedata.normalize("NFC", text)).removesuffix(".")
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            refuse(Reason.NOT_AN_IDENTIFIER)
    if not host or len(host) > HOST_LIMIT:
        refuse(Reason.NOT_AN_IDENTIFIER)
    labels = host.split(".")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        # Browsers read such a host as an IPv4 address, in many spellings; one is enough.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            refuse(Reason.NOT_AN_IDENTIFIER)
    host = ".".join(_canonical_label(label) for label in labels)
    if len(host) > HOST_LIMIT:
        refuse(Reason.NOT_AN_IDENTIFIER)
    return host


def _canonical_label(label: str) -> str:
    """One label of a host name in ASCII."""
    if label.isascii() and not label.startswith("xn--"):
        if len(label) > LABEL_LIMIT or not _LABEL.fullmatch(label):
            refuse(Reason.NOT_AN_IDENTIFIER)
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except (UnicodeError, ValueError, IndexError, OverflowError):
        refuse(Reason.NOT_AN_IDENTIFIER)


def _is_address(host: str) -> bool:
    """Whether a canonical `host` is an IP address."""
    return host.startswith("[") or host.rpartition(".")[2].isdecimal()


def _is_within(host: str, domain: str) -> bool:
    """Whether `host` is `domain` or below it."""
    return host == domain or host.endswith("." + domain)


def _is_unicode(text: str) -> bool:
    """Whether `text` can be written at all: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
