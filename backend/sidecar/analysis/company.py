"""Where somebody works: as the page says, or as their headline does."""

import re

from backend.sidecar.analysis.clauses import clause_texts, read_clause
from backend.sidecar.analysis.lexicon import lexicon_of
from backend.sidecar.analysis.text import clean_line, fold
from shared_schemas.page import Experience, Page

MOST_CHARACTERS = 120
# What networks add to a company's name: "Acme · Full-time".
_CONTRACT = re.compile(r"\s+[·•|]\s.*$")
_TODAY = re.compile(
    r"present|current|now|today|heute|aujourd|actual|presente|oggi|atual|momento|heden|nu\b|"
    r"obecnie|teraz|nuvarande|halen|devam|настоящ|现在|至今|現在|الحاضر|الان|i dag"
)
# Nobody's company: words that people put there when they work for themselves.
_OWN = re.compile(
    r"^(?:self[- ]?employed|freelance(?:r)?|independ\w*|selbst\w*|freiberuf\w*|autonom\w*|"
    r"zzp\w*|libero professionista|indipendente|n/?a|none|-+)$"
)


def current_position(page: Page) -> Experience | None:
    """The position that the person holds now: the first one without an end."""
    for position in page.experience:
        end = fold(position.end or "").strip()
        if not end or _TODAY.search(end):
            return position
    return None


def company_of(page: Page) -> tuple[str | None, str]:
    """The employer's name and the field of the page that says it."""
    position = current_position(page)
    given = [(page.company, "company")]
    if position is not None:
        given.append((position.company, f"experience[{page.experience.index(position)}]"))
    for text, source in given:
        name = _tidy(text)
        if name is not None:
            return name, source
    return _from_headline(page.headline or ""), "headline"


def _tidy(text: str | None) -> str | None:
    name = _CONTRACT.sub("", clean_line(text, MOST_CHARACTERS)).strip(" ,;-–—|·")
    if not name or not any(char.isalnum() for char in name) or _OWN.match(fold(name)):
        return None
    return name


def _from_headline(headline: str) -> str | None:
    lexicon = lexicon_of(frozenset())
    for text in clause_texts(headline):
        clause = read_clause(text, lexicon)
        if clause.past or clause.company_from is None:
            continue
        mark = clause.words[clause.company_from].raw
        found = re.search(rf"(?:^|\s){re.escape(mark)}\s*(?P<name>[^,]+)", clause.text)
        name = _tidy(found["name"]) if found else None
        if name is not None:
            return name
    return None
