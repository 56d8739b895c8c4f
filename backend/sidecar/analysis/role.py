"""Somebody's role: by their headline, completed and checked by the position that they hold now."""

import re
from dataclasses import dataclass

from backend.sidecar.analysis.company import company_of, current_position
from backend.sidecar.analysis.headline import Reading, decides, read_headline
from backend.sidecar.analysis.openers import SLOT_CHARACTERS, Fact
from backend.sidecar.analysis.text import clean_line
from shared_schemas.insight import Evidence, Role
from shared_schemas.page import Page
from shared_schemas.vocabulary import Function, Seniority

# What links a title to the company after it.
_LINK = re.compile(r"\s*(?:[,@:–—-]|\b(?:of|de|da|do|di|van|von|der|at|at the|for)\b)\s*$")


@dataclass(frozen=True, slots=True)
class Found:
    """A role, and the facts that an opener may rest on."""

    role: Role
    title: Fact | None
    company: Fact | None


def find_role(page: Page, spoken: str | None) -> Found:
    """What the page says of the person's role, each part with the words that say it."""
    headline = clean_line(page.headline)
    said = read_headline(headline, spoken)
    position = current_position(page)
    held, where = Reading(), "experience"
    if position is not None:
        held = read_headline(position.title or "", spoken)
        where = f"experience[{page.experience.index(position)}]"
    seniority, function, title, source = said.seniority, said.function, said.title, "headline"
    if seniority is Seniority.UNCLEAR and not said.retired:
        seniority = held.seniority
        if held.title is not None:
            title, source = held.title, where
    if function is Function.UNCLEAR:
        function = held.function
    company, company_source = (None, "headline") if said.retired else company_of(page)
    title = _without_company(title, company)
    line = (
        headline
        if source == "headline"
        else clean_line(position.title if position is not None else None)
    )
    facts = (_fact("title", title, line, source), _fact("company", company, "", company_source))
    role = Role(
        title=title,
        company=company,
        seniority=seniority,
        function=function,
        decision_maker=decides(seniority),
        confidence=_confidence(said, held, seniority, function),
        evidence=[_evidence(fact) for fact in facts if fact is not None],
    )
    return Found(
        role, *(fact if fact and len(fact.text) <= SLOT_CHARACTERS else None for fact in facts)
    )


def _fact(slot: str, text: str | None, line: str, source: str) -> Fact | None:
    """`text` as a fact; where it was put together, the line that it was read from is the quote."""
    if not text or not any(char.isalpha() for char in text):
        return None
    return Fact(slot, text, source, text if not line or text in line else line)


def _evidence(fact: Fact) -> Evidence:
    return {"quote": fact.quote, "from": fact.source}


def _without_company(title: str | None, company: str | None) -> str | None:
    """Just "VP of Engineering" of "VP of Engineering, Acme", where the company is Acme."""
    if not title or not company or not title.casefold().endswith(company.casefold()):
        return title
    kept = _LINK.sub("", title[: -len(company)]).strip()
    return kept or title


def _confidence(said: Reading, held: Reading, seniority: Seniority, function: Function) -> float:
    """How sure the role is: two sources that agree, one in so many words, one by implication."""
    unclear = (seniority is Seniority.UNCLEAR) + (function is Function.UNCLEAR)
    if unclear == 2:
        return 0.0
    if said.seniority is Seniority.UNCLEAR:
        base = 0.6 if held.explicit else 0.5
    elif held.seniority is said.seniority and held.function in (said.function, Function.UNCLEAR):
        base = 0.9
    elif held.seniority is Seniority.UNCLEAR:
        base = 0.75 if said.explicit else 0.65
    else:
        base = 0.5
    return round(base - 0.2 * unclear, 2)
