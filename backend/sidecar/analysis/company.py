"""Where somebody works: as the page says, or as their headline does."""

import re

from backend.sidecar.analysis.clauses import clause_texts, read_clause
from backend.sidecar.analysis.lexicon import Kind, lexicon_of
from backend.sidecar.analysis.text import clean_line, fold
from shared_schemas.insight import Basis
from shared_schemas.page import Experience, Page

MOST_CHARACTERS = 120
# What networks add to a company's name: "Acme · Full-time".
_CONTRACT = re.compile(r"\s[·•|]\s.*$")
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
    if name in _FORMS_AFTER:
        return None  # "Gérante de SARL": of any, not of one so called
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
    return _by_legal_form(headline)


# Words of the law that stand before, after or inside a company's name, and nowhere else.
_FORMS_BEFORE = frozenset(["ООО", "ОАО", "ЗАО", "ПАО", "АО", "ТОВ", "شركة"])
_FORMS_AFTER = frozenset(
    [
        *("GmbH", "AG", "SE", "KG", "OHG", "Inc", "LLC", "Ltd", "Limited", "PLC", "plc", "SARL"),
        *("SAS", "SA", "SpA", "Srl", "SRL", "SL", "BV", "NV", "AB", "A/S", "ApS", "Oy", "Oyj"),
        *("AŞ", "Ltda", "oo"),
    ]
)
_FORMS_INSIDE = ("株式会社", "有限会社", "合同会社", "有限公司", "주식회사", "㈜")
MOST_WORDS = 5


def _by_legal_form(headline: str) -> str | None:
    """A company that says by its legal form that it is one: "人事部長 | 株式会社みなと"."""
    lexicon = lexicon_of(frozenset())
    for text in clause_texts(headline):
        if read_clause(text, lexicon).past:
            continue
        words = text.replace("／", " ").replace("・", " ").split()
        for at, word in enumerate(words):
            name = _tidy(_formed(words, at, word.replace(".", "").strip(",")))
            if name is not None:
                return name
    return None


def _formed(words: list[str], at: int, plain: str) -> str | None:
    """The company's name around the word `at`, if that word is a legal form."""
    if any(form in plain for form in _FORMS_INSIDE):
        alone = plain in _FORMS_INSIDE
        return " ".join(words[at : at + 1 + alone])
    if plain in _FORMS_BEFORE:
        return " ".join(words[at : at + MOST_WORDS])
    if plain not in _FORMS_AFTER:
        return None
    start, end = at, at + 1
    while start > max(0, at - MOST_WORDS) and _in_a_name(words[start - 1]):
        start -= 1
    if words[end : end + 1] == ["&"] and words[end + 2 : end + 3] == ["KG"]:
        end += 3
    name = " ".join(words[start:end]).lstrip("& ")
    # With a title in it ("Sales Director Acme Ltd") nobody knows where the name begins.
    return name if start < at and not _titled(name) else None


def _in_a_name(word: str) -> bool:
    return (word[0].isalpha() or word == "&") and not word.endswith(",")


def _titled(text: str) -> bool:
    clause = read_clause(text, lexicon_of(frozenset()))
    return any(hit.entry.kind in (Kind.TITLE, Kind.SENIORITY, Kind.ROLE) for hit in clause.hits)


# Addresses at these belong to a person, links to these to a network: nobody's company.
_NOBODYS = frozenset(
    [
        *("gmail.com", "googlemail.com", "yahoo.com", "yahoo.fr", "hotmail.com", "outlook.com"),
        *("live.com", "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "qq.com"),
        *(
            "proton.me",
            "protonmail.com",
            "mail.ru",
            "yandex.ru",
            "163.com",
            "126.com",
            "orange.fr",
        ),
        *("free.fr", "wanadoo.fr", "laposte.net", "libero.it", "t-online.de", "naver.com"),
        *("linkedin.com", "lnkd.in", "twitter.com", "x.com", "facebook.com", "instagram.com"),
        *("youtube.com", "youtu.be", "github.com", "medium.com", "bit.ly", "linktr.ee"),
        *("calendly.com", "wa.me", "t.me", "tiktok.com", "google.com", "notion.site"),
    ]
)
_ADDRESS = re.compile(
    r"(?<![\w.@-])(?:[\w.+-]{1,64}@|https?://|www\.)((?:[a-z0-9][a-z0-9-]{0,62}\.){1,4}[a-z]{2,24})"
    r"(?![\w@])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z0-9]{3,}")


def find_domain(page: Page, company: str | None) -> tuple[str | None, Basis | None]:
    """The company's own domain as the page prints it: in an address of theirs or a link.

    An address counts by itself; a link only if the domain holds a word of the company's name.
    """
    texts = [(page.email or "", "email"), (page.headline or "", "headline")]
    texts.append((clean_line(page.about, 4_000), "about"))
    words = set(_WORD.findall(fold(company or "")))
    for text, source in texts:
        for match in _ADDRESS.finditer(text[:4_000]):
            domain = match.group(1).lower().removeprefix("www.")
            if domain in _NOBODYS or any(domain.endswith(f".{each}") for each in _NOBODYS):
                continue
            named = any(word in domain.replace("-", "") for word in words)
            if named or "@" in match.group():
                quote = {"quote": match.group()[:200], "from": source}
                return domain, Basis(
                    confidence=0.9 if named else 0.6,
                    source="page",
                    rule="printed on the page" + (", named as the company" if named else ""),
                    evidence=[{"quote": quote["quote"], "from": quote["from"]}],
                )
    return None, None
