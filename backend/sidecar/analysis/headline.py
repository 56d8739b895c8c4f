"""From a headline to seniority, function and whether somebody decides on a budget of their own.

The first clause that says how far up somebody stands wins; `unclear` rather than a weak guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.sidecar.analysis.clauses import Clause, clause_texts, read_clause
from backend.sidecar.analysis.lexicon import Hit, Kind, best, languages, lexicon_of
from shared_schemas.vocabulary import Function, Seniority

# Who outranks whom when one clause names several.
_RANK = {
    Seniority.FOUNDER: 10,
    Seniority.C_LEVEL: 9,
    Seniority.PARTNER: 8,
    Seniority.VP: 7,
    Seniority.DIRECTOR: 6,
    Seniority.HEAD: 5,
    Seniority.MANAGER: 4,
    Seniority.SENIOR: 3,
    Seniority.INDIVIDUAL: 2,
    Seniority.UNCLEAR: 1,
}
_DECIDES = {
    Seniority.FOUNDER,
    Seniority.C_LEVEL,
    Seniority.PARTNER,
    Seniority.VP,
    Seniority.DIRECTOR,
    Seniority.HEAD,
}
_DOES_NOT = {Seniority.SENIOR, Seniority.INDIVIDUAL, Seniority.INTERN, Seniority.STUDENT}
# Whoever helps a chief is not one: stems of the words for assistants and secretaries.
_HELPERS = ("assist", "asist", "secret", "sekret", "segret", "помощ", "ассист", "секрет", "مساعد")
_HELPERS_CJK = ("助理", "秘书", "特助", "秘書", "アシスタント")
# Functions that say how somebody works, not on what: a field beside them says more.
_GENERIC = {Function.CONSULTING, Function.ADMIN, Function.OPERATIONS}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one line says of somebody's role. `explicit`: the seniority stands there in words."""

    seniority: Seniority = Seniority.UNCLEAR
    function: Function = Function.UNCLEAR
    title: str | None = None
    explicit: bool = False
    retired: bool = False


def decides(seniority: Seniority) -> bool | None:
    """Whether somebody of this seniority commonly decides on a budget; None where it varies."""
    if seniority in _DECIDES:
        return True
    if seniority in _DOES_NOT:
        return False
    return None


def read_headline(headline: str, language: str | None = None) -> Reading:
    """What `headline` says; `language` (if known) settles words that several languages share."""
    if language not in languages() and language not in ("no", "nb", "nn"):
        return _read(headline, frozenset())
    spoken = {"en", language}
    if language in ("no", "nb", "nn"):
        spoken.add("da")
    first = _read(headline, frozenset(str(each) for each in spoken))
    # The language of a short line is often guessed wrong: what is still open, all may answer.
    second = _read(headline, frozenset())
    if first.seniority is Seniority.C_LEVEL and second.seniority is Seniority.FOUNDER:
        return second
    if first.retired or (
        first.seniority is not Seniority.UNCLEAR
        and first.function is not Function.UNCLEAR
        and first.explicit
    ):
        return first
    if second.retired or (not first.explicit and second.explicit):
        return second
    return Reading(
        first.seniority if first.seniority is not Seniority.UNCLEAR else second.seniority,
        first.function if first.function is not Function.UNCLEAR else second.function,
        first.title or second.title,
        first.explicit or second.explicit,
    )


def _read(headline: str, spoken: frozenset[str]) -> Reading:
    lexicon = lexicon_of(spoken)
    clauses = [read_clause(text, lexicon) for text in clause_texts(headline)]
    present = [clause for clause in clauses if not clause.past]
    for clause in present:
        if any(hit.entry.kind is Kind.RETIRED for hit in clause.hits):
            return Reading(function=_function(clause, present, None), retired=True)
    readings = [(clause, *_seniority(clause)) for clause in present]
    for clause, seniority, explicit in readings:
        if seniority is None:
            continue
        # A chief who founded the house, said in two clauses, is a founder.
        if seniority is Seniority.C_LEVEL and any(s is Seniority.FOUNDER for _, s, _ in readings):
            seniority = Seniority.FOUNDER
        function = _function(clause, present, seniority)
        return Reading(seniority, function, _title(clause), explicit)
    for clause in present:
        field = _function_in(clause.own())
        if field is not None:
            return Reading(Seniority.UNCLEAR, field, _title(clause))
    return Reading()


def _seniority(clause: Clause) -> tuple[Seniority | None, bool]:
    """How far up the clause puts somebody, and whether in so many words."""
    own = _not_reported_to(clause)
    said = best([h for h in own if h.entry.seniority is not None or h.entry.kind is Kind.TITLE])
    levels = {hit.entry.seniority for hit in said if hit.entry.seniority is not None}
    free = any(hit.entry.kind is Kind.FREELANCE for hit in own)
    helper = _helps(clause, best(_said(clause)))
    if Seniority.FOUNDER in levels:
        return Seniority.FOUNDER, True
    if Seniority.INTERN in levels:
        return Seniority.INTERN, True
    if helper:
        return Seniority.INDIVIDUAL, True
    if Seniority.STUDENT in levels:
        return Seniority.STUDENT, True
    if free:
        return Seniority.INDIVIDUAL, True
    ranked = sorted(levels, key=lambda level: -_RANK.get(level, 0))
    if ranked:
        return ranked[0], True
    if any(hit.entry.kind is Kind.ROLE for hit in own):
        return Seniority.INDIVIDUAL, False
    return None, False


def _not_reported_to(clause: Clause) -> list[Hit]:
    """The clause's own phrases without those whom somebody works for ("advisor to the CEO")."""
    own = clause.own()
    for index, word in enumerate(clause.words):
        before = [hit for hit in own if hit.end <= index]
        if word.folded == "to" and any(hit.entry.seniority is not None for hit in before):
            return [h for h in own if h.end <= index or h.entry.seniority not in _DECIDES]
    return own


def _helps(clause: Clause, said: Sequence[Hit]) -> bool:
    """Whether the clause is about somebody's assistant: of a chief, or of anybody by idiom."""
    for hit in said:
        entry = hit.entry
        if entry.kind is Kind.TITLE and entry.function is Function.ADMIN:
            return entry.seniority is Seniority.INDIVIDUAL
    # "Assistente do CEO": grammar took the chief for a company's name.
    anywhere = best([hit for hit in clause.hits if hit.entry.seniority is not None])
    chief = any(hit.entry.seniority is Seniority.C_LEVEL for hit in anywhere)
    return chief and _has_helper(clause)


def _has_helper(clause: Clause) -> bool:
    words = clause.words
    if clause.company_from is not None:
        words = (*words[: clause.company_from], *words[clause.company_to :])
    folded = [word.folded for word in words]
    text = "".join(folded)
    return any(word.startswith(_HELPERS) for word in folded) or any(
        word in text for word in _HELPERS_CJK
    )


def _function(clause: Clause, present: Sequence[Clause], seniority: Seniority | None) -> Function:
    """What somebody with this seniority works on, by this clause first."""
    if seniority is Seniority.INDIVIDUAL and _helps(clause, best(_said(clause))):
        return Function.ADMIN
    found: Function | None = _function_in(clause.own())
    if found is not None:
        return found
    if seniority is Seniority.PARTNER:
        found = _function_in(clause.companys())
    if found is None and seniority not in (Seniority.FOUNDER, Seniority.C_LEVEL):
        others = (_function_in(c.own()) for c in present if c is not clause)
        found = next((each for each in others if each is not None), None)
    if found is not None and found is not Function.GENERAL_MANAGEMENT:
        return found
    if seniority in (Seniority.FOUNDER, Seniority.C_LEVEL):
        return Function.GENERAL_MANAGEMENT
    return Function.UNCLEAR


def _said(clause: Clause) -> list[Hit]:
    return [h for h in clause.own() if h.entry.seniority is not None or h.entry.kind is Kind.TITLE]


def _function_in(hits: Sequence[Hit]) -> Function | None:
    """The function that these phrases name: idioms, then people's trades, then fields."""
    kinds = (Kind.TITLE, Kind.ROLE, Kind.FIELD)
    named = [h for h in hits if h.entry.function is not None and h.entry.kind in kinds]
    # "vice president" is no president: an idiom inside a longer title says nothing.
    titles = [h for h in hits if h.entry.kind in (Kind.TITLE, Kind.SENIORITY)]
    found = best([h for h in named if h.entry.kind is Kind.FIELD or not _inside(h, titles)])
    fields = [h.entry.function for h in found if h.entry.kind is Kind.FIELD]
    fixed = [h.entry.function for h in found if h.entry.kind is Kind.TITLE]
    trades = [h.entry.function for h in found if h.entry.kind is Kind.ROLE]
    for function in [*fixed, *trades]:
        if function is Function.GENERAL_MANAGEMENT:
            continue
        if function in _GENERIC and any(f not in (function, None) for f in [*trades, *fields]):
            continue
        return function
    return next(iter([*fields, *trades, *fixed]), None)


def _inside(hit: Hit, others: Sequence[Hit]) -> bool:
    return any(
        other.start <= hit.start
        and hit.end <= other.end
        and other.end - other.start > hit.end - hit.start
        for other in others
    )


def _title(clause: Clause) -> str | None:
    """The clause as written, up to the company's name."""
    text = clause.text
    if clause.company_from is not None:
        mark = clause.words[clause.company_from].raw
        for candidate in (f" {mark} ", f" {mark}"):
            position = text.find(candidate)
            if position > 0:
                text = text[:position]
                break
    parts = text.strip(" ,-–—:").split(" , ") if " , " in text else text.split(", ")
    return ", ".join(part.strip(" ,-–—:") for part in parts if part.strip(" ,-–—:"))[:160] or None
