"""Find a phone number: printed on the person's own page beside a word for it, or from vendors.

A valid format is no verification: it counts only where a vendor, or the own page, says that the
number is this person's, and where its region does not contradict where they are.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher

from backend.sidecar.actions.context import Found, Run, Tools
from backend.sidecar.actions.subjects import field_of, instant_text, query_of
from backend.sidecar.analysis.text import clean
from backend.sidecar.providers.contract import Query
from backend.sidecar.waterfall import DAY, Heard
from shared_schemas.findings import FieldAlternative, FieldEvidence, FoundField, FoundItem
from shared_schemas.lookups import FindItem
from shared_schemas.page import Page
from shared_schemas.vocabulary import EnrichAction, EvidenceKind, FieldStatus

ACTION = EnrichAction.PHONE_FIND

_NEAR = 40
_WORDS = re.compile(
    r"\b(?:phone|tel|tél|téléphone|telefon|telefono|telefone|teléfono|mobile?|móvil|cell"
    r"|handy|mobil|portable|cellulare|celular|call|whatsapp|signal|appelez|anrufen|ruf|llámame"
    r"|chiamami|telefoon|komórka|gsm)\b|电话|手机|電話|携帯|전화|هاتف|جوال|тел|моб",
    re.IGNORECASE,
)
_KINDS = {
    phonenumbers.PhoneNumberType.MOBILE: "mobile",
    phonenumbers.PhoneNumberType.FIXED_LINE: "fixed_line",
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    phonenumbers.PhoneNumberType.VOIP: "voip",
    phonenumbers.PhoneNumberType.TOLL_FREE: "toll_free",
    phonenumbers.PhoneNumberType.PREMIUM_RATE: "premium_rate",
}
_NOBODYS = ("toll_free", "premium_rate")


async def find_phone(tools: Tools, run: Run, item: FindItem) -> FoundItem:
    """The best number of a person, with the others as alternatives."""
    found, query = Found(), query_of(item, ACTION, run.workspace)
    candidates = await asyncio.to_thread(_on_page, tools, item.page, query)
    if not candidates:
        trail = await tools.waterfall.run(query, run.plan(), lambda heard: _enough(heard, query))
        found.add(trail)
        candidates = [
            field for heard in trail.heard if (field := _usable(heard, query)) is not None
        ]
    candidates.sort(key=lambda each: (each.status is not FieldStatus.VERIFIED, -each.confidence))
    if candidates:
        others = {each.value: each for each in candidates[1:] if each.value != candidates[0].value}
        alternatives = [
            FieldAlternative(value=each.value, status=each.status, source=each.source)
            for each in list(others.values())[:5]
        ]
        found.fields = [candidates[0].model_copy(update={"alternatives": alternatives})]
    return found.item(item.ref, ACTION, item.held)


def _enough(heard: Sequence[Heard], query: Query) -> bool:
    usable = [_usable(each, query) for each in heard]
    return any(each is not None and each.status is FieldStatus.VERIFIED for each in usable)


def _usable(heard: Heard, query: Query) -> FoundField | None:
    """A vendor's number as E.164, if the numbering plan knows it and it fits the person."""
    number = parsed(heard.value.value, query.country)
    if number is None:
        return None
    field = field_of(replace(heard, value=replace(heard.value, value=e164(number))))
    reasons = [kind_of(number)]
    if not _plausible(number, query.country):
        reasons.append("other_country")
        return field.model_copy(
            update={"status": FieldStatus.PROBABLE, "reasons": reasons, "confidence": 0.4}
        )
    return field.model_copy(update={"reasons": reasons})


def parsed(text: str, country: str | None) -> PhoneNumber | None:
    """A number that the numbering plans know; a national one by the country of the person."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number) and kind_of(number) not in _NOBODYS
    return number if valid else None


def e164(number: PhoneNumber) -> str:
    """The number in the one form that is stored."""
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def kind_of(number: PhoneNumber) -> str:
    """What kind of line it is, by the numbering plan."""
    return _KINDS.get(phonenumbers.number_type(number), "other")


def _plausible(number: PhoneNumber, country: str | None) -> bool:
    if country is None:
        return True
    return number.country_code == phonenumbers.country_code_for_region(country)


def _on_page(tools: Tools, page: Page | None, query: Query) -> list[FoundField]:
    """Numbers of the person's own page that stand beside a word for them."""
    if page is None:
        return []
    places = [("headline", page.headline), ("about", page.about)]
    places += [(f"posts[{i}]", post.text) for i, post in enumerate(page.posts[:10])]
    found: dict[str, FoundField] = {}
    for where, text in places:
        for number, quote in _printed(clean(text, 20_000), query.country):
            if not _plausible(number, query.country):
                continue
            now = tools.clock()
            field = FoundField(
                name="phone",
                value=e164(number),
                status=FieldStatus.VERIFIED,
                confidence=0.85,
                source="page",
                evidence=[FieldEvidence(kind=EvidenceKind.QUOTE, text=f"{where}: {quote}")],
                observed_at=instant_text(now),
                expires_at=instant_text(now + 90 * DAY),
                reasons=[kind_of(number)],
            )
            found.setdefault(field.value, field)
    return list(found.values())[:5]


def _printed(text: str, country: str | None) -> Iterator[tuple[PhoneNumber, str]]:
    """The valid numbers of a text with the words around them."""
    matcher = PhoneNumberMatcher(text, country, leniency=Leniency.VALID, max_tries=200)
    for match in matcher:
        around = text[max(0, match.start - _NEAR) : match.start]
        after = text[match.end : match.end + _NEAR // 2].lstrip(" ([-")
        if not (_WORDS.search(around) or _WORDS.match(after)):
            continue
        if parsed(e164(match.number), None) is not None:
            quote = f"{around.rpartition(chr(10))[2]}{match.raw_string}".strip()
            yield match.number, quote[-120:]
