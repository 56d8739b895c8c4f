"""From an item to the person it means: name, company, addresses, as far as they are known."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from backend.sidecar.analysis.names import split_name
from backend.sidecar.analysis.places import find_place
from backend.sidecar.analysis.text import clean_line
from backend.sidecar.mail import domain_of, is_free, normal
from backend.sidecar.providers.contract import Query
from backend.sidecar.waterfall import Heard
from shared_schemas.findings import FieldEvidence, FoundField
from shared_schemas.lookups import FindItem
from shared_schemas.vocabulary import EnrichAction, EvidenceKind

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_SLUG_TAIL = re.compile(r"-(?:[0-9a-f]*\d[0-9a-f]*)$")


def instant_text(seconds: float) -> str:
    """Seconds since 1970 as RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def query_of(item: FindItem, action: EnrichAction, workspace: str) -> Query:
    """The person of an item, in the words that providers are asked with."""
    page = item.page
    name = clean_line(item.name or (page.name if page else None), 200)
    first, last = item.first_name, item.last_name
    country = item.country or (find_place(page.location).country if page else None)
    if not (first and last) and name:
        parts = split_name(name, page.language if page else None, country)
        first, last = first or parts.given, last or parts.family
    email = item.email or (page.email if page else None)
    company = item.company or (page.company if page else None) or _employer(item)
    return Query(
        action,
        workspace,
        item.person,
        clean_line(first, 100) or None,
        clean_line(last, 100) or None,
        name or None,
        clean_line(company, 200) or None,
        domain(item.domain) or _domain_of_email(email),
        linkedin_address(item.linkedin_url),
        normal(email) if email else None,
        country,
    )


def _employer(item: FindItem) -> str | None:
    """The company of the first position without an end."""
    if item.page is None:
        return None
    return next((e.company for e in item.page.experience if e.company and not e.end), None)


def domain(text: str | None) -> str | None:
    """A host name out of what somebody wrote as a company's domain; None where there is none."""
    if not text:
        return None
    plain = text.strip().lower()
    host = urlsplit(plain if "//" in plain else f"//{plain}").hostname or ""
    host = host.removeprefix("www.").rstrip(".")
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return None
    good = re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,61}", host)
    return host if good else None


def _domain_of_email(email: str | None) -> str | None:
    """The company's domain by a known address, unless that is a private one."""
    address = normal(email) if email else None
    return None if address is None or is_free(address) else domain(domain_of(address))


def linkedin_address(url: str | None) -> str | None:
    """A LinkedIn profile's address in the one form that all vendors take."""
    if not url:
        return None
    parts = urlsplit(url if "//" in url else f"https://{url}")
    host = (parts.hostname or "").lower()
    slug = re.match(r"/in/([^/?#]+)", parts.path)
    if slug is None or not (host == "linkedin.com" or host.endswith(".linkedin.com")):
        return None
    return f"https://www.linkedin.com/in/{unquote(slug[1]).lower()}"


def latin_names(query: Query) -> tuple[str, str] | None:
    """Given and family name in Latin letters: as written, else as their profile's address says."""
    if (
        query.named
        and _LATIN.search(query.first_name or "")
        and _LATIN.search(query.last_name or "")
    ):
        return query.first_name or "", query.last_name or ""
    slug = (query.linkedin_url or "").rpartition("/in/")[2]
    words = [word for word in _SLUG_TAIL.sub("", slug).split("-") if word.isalpha()]
    if len(words) >= 2 and all(_LATIN.match(word) for word in words):
        return words[0], " ".join(words[1:])
    return None


def field_of(heard: Heard) -> FoundField:
    """A vendor's value as a field, with the vendor's word as its evidence."""
    value = heard.value
    evidence = [
        FieldEvidence(kind=EvidenceKind.VENDOR, text=f"{heard.provider}: {value.said}".strip(": "))
    ]
    evidence += [
        FieldEvidence(kind=EvidenceKind.URL, text="seen here", url=url) for url in value.urls
    ]
    return FoundField(
        name=value.name,
        value=value.value,
        status=value.status,
        confidence=round(value.confidence, 3),
        source=f"provider:{heard.provider}",
        evidence=evidence,
        observed_at=instant_text(heard.observed_at),
        expires_at=instant_text(heard.expires_at),
        verdict=value.verdict,
        reasons=list(value.reasons),
    )
