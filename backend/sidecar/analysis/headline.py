"""From a headline to seniority, function and whether somebody decides on a budget of their own.

The first clause that says how far up somebody stands wins; `unclear` rather than a weak guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.sidecar.analysis.clauses import Clause, clause_texts, read_clause
from backend.sidecar.analysis.lexicon import (
    Hit,
    Kind,
    best,
    compound_fields,
    is_cjk,
    languages,
    lexicon_of,
)
from shared_schemas.vocabulary import Function, Seniority

# Who outranks whom when one clause names several.
RANK = {
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
_HELPERS = (
    *("assist", "asist", "secret", "sekret", "segret", "tajemni", "referent", "помощ", "ассист"),
    *("assessor", "секрет", "помічни", "مساعد", "سكرتير", "비서", "어시스턴트"),
)
_HELPERS_CJK = ("助理", "秘书", "特助", "秘書", "アシスタント", "비서")
_SCRIPTS = re.compile(r"(?P<ja>[\u3040-\u30ff])|(?P<ko>[\uac00-\ud7af])")
_POSSESSIVE = re.compile(r"\w['’]s\b")
# Compounds are read only where both they and the field inside are long enough to be no accident.
SHORTEST_COMPOUND = 9
SHORTEST_FIELD = 5
LONGEST_ABBREVIATION = 4
# Functions that say how somebody works, not on what: a field beside them says more.
_GENERIC = {Function.CONSULTING, Function.ADMIN, Function.OPERATIONS}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one line says of somebody's role. `explicit`: the seniority stands there in words.

    `seniority_words` and `function_words` are the words of the line that decided; `present` is
    the line without what is past, for whoever wants to read it in another way.
    """

    seniority: Seniority = Seniority.UNCLEAR
    function: Function = Function.UNCLEAR
    title: str | None = None
    explicit: bool = False
    retired: bool = False
    seniority_words: str | None = None
    function_words: str | None = None
    present: str = ""


def decides(seniority: Seniority) -> bool | None:
    """Whether somebody of this seniority commonly decides on a budget; None where it varies."""
    if seniority in _DECIDES:
        return True
    if seniority in _DOES_NOT:
        return False
    return None


def read_headline(headline: str, language: str | None = None) -> Reading:
    """What `headline` says; `language` (if known) settles words that several languages share."""
    written = _SCRIPTS.search(headline)
    if written is not None:
        # Their script alone says whose words these are; 専業主婦 holds no Chinese 業主.
        return _read(headline, frozenset({"en", str(written.lastgroup)}))
    if language not in languages() and language not in ("no", "nb", "nn"):
        return _read(headline, frozenset())
    spoken = {"en", language}
    if language in ("no", "nb", "nn"):
        spoken.add("da")
    first = _read(headline, frozenset(str(each) for each in spoken))
    # The language of a short line is often guessed wrong: what is still open, all may answer.
    second = _read(headline, frozenset())
    leads = first.seniority in (Seniority.C_LEVEL, Seniority.DIRECTOR)
    if leads and second.seniority is Seniority.FOUNDER:
        return second
    if _length(second) > _length(first) > 0:
        # "Algemeen directeur" taken for French: the longer phrase knew the language.
        return second
    if first.retired or (
        first.seniority is not Seniority.UNCLEAR
        and first.function is not Function.UNCLEAR
        and first.explicit
    ):
        return first
    if second.retired or (not first.explicit and second.explicit):
        return second
    rank = first if first.seniority is not Seniority.UNCLEAR else second
    trade = first if first.function is not Function.UNCLEAR else second
    return Reading(
        rank.seniority,
        trade.function,
        first.title or second.title,
        first.explicit or second.explicit,
        seniority_words=rank.seniority_words,
        function_words=trade.function_words,
        present=first.present,
    )


def _length(reading: Reading) -> int:
    """How many words of a rank's phrase decided."""
    return len((reading.seniority_words or "").split())


def _read(headline: str, spoken: frozenset[str]) -> Reading:
    lexicon = lexicon_of(spoken)
    clauses = [read_clause(text, lexicon) for text in clause_texts(headline)]
    present = [clause for clause in clauses if not clause.past]
    line = " | ".join(clause.text for clause in present)
    for clause in present:
        if any(hit.entry.kind is Kind.RETIRED for hit in clause.hits):
            return Reading(retired=True, present=line)
    ranks = [(clause, *_seniority(clause)) for clause in present]
    decider, rank = _deciding(ranks)
    if decider is None or rank is None:
        for clause in present:
            field = _function_in(clause, clause.own())
            if field is not None:
                return Reading(
                    function=field[0],
                    title=_title(clause),
                    function_words=field[1],
                    present=line,
                )
        return _wish(present, line)
    seniority, explicit, words = next((s, e, w) for c, s, e, w in ranks if c is decider)
    # A chief who founded the house, said in two clauses, is a founder.
    if seniority is Seniority.C_LEVEL:
        founded = next((w for _, s, _, w in ranks if s is Seniority.FOUNDER), None)
        if founded:
            seniority, words = Seniority.FOUNDER, founded
    function, function_words = _function(decider, present, seniority)
    return Reading(
        seniority or Seniority.UNCLEAR,
        function,
        _title(decider),
        explicit,
        seniority_words=words,
        function_words=function_words,
        present=line,
    )


def _wish(present: Sequence[Clause], line: str) -> Reading:
    """Who only says what they look for: no rank but an intern's, and the field they look in."""
    for clause in present:
        sought = [hit for hit in clause.wanted if hit.entry.seniority is not None]
        learner = next(
            (h for h in sought if h.entry.seniority in (Seniority.INTERN, Seniority.STUDENT)), None
        )
        field = _function_in(clause, clause.wanted, compounds=False)
        if learner is not None or field is not None:
            return Reading(
                (learner.entry.seniority if learner else None) or Seniority.UNCLEAR,
                field[0] if field else Function.UNCLEAR,
                explicit=True,
                seniority_words=quoted(clause, learner) if learner else None,
                function_words=field[1] if field else None,
                present="",
            )
    return Reading(present=line if not any(clause.wanted for clause in present) else "")


Rank = tuple[Clause, Seniority | None, bool, str | None]


def _deciding(ranks: Sequence[Rank]) -> tuple[Clause | None, Seniority | None]:
    """The clause that decides: the first with a rank, unless that is only implied by a trade
    and a later one says in so many words that they lead ("Lawyer | Partner")."""
    said = [(clause, rank, explicit) for clause, rank, explicit, _ in ranks if rank is not None]
    if not said:
        return None, None
    first, rank, explicit = said[0]
    if not explicit:
        for clause, later, spoken in said[1:]:
            if spoken and later in _DECIDES:
                return clause, later
    return first, rank


def _seniority(clause: Clause) -> tuple[Seniority | None, bool, str | None]:
    """How far up the clause puts somebody, whether in so many words, and by which words."""
    own = _not_reported_to(clause)
    ranked_kinds = (Kind.TITLE, Kind.FREELANCE)
    said = best([h for h in own if h.entry.seniority is not None or h.entry.kind in ranked_kinds])
    by_level = {hit.entry.seniority: hit for hit in reversed(said) if hit.entry.seniority}
    free = next((hit for hit in own if hit.entry.kind is Kind.FREELANCE), None)
    helper = _helps(clause, best(_said(clause)))
    for level in (Seniority.FOUNDER, Seniority.INTERN):
        if level in by_level:
            return level, True, quoted(clause, by_level[level])
    if helper:
        words = next((quoted(clause, hit) for hit in said), clause.text)
        return Seniority.INDIVIDUAL, True, words
    if Seniority.STUDENT in by_level:
        return Seniority.STUDENT, True, quoted(clause, by_level[Seniority.STUDENT])
    chief = by_level.get(Seniority.C_LEVEL)
    if free is not None and (chief is None or free.start < chief.start):
        return Seniority.INDIVIDUAL, True, quoted(clause, free)
    ranked = sorted(by_level, key=lambda level: -RANK.get(level, 0))
    if ranked:
        return ranked[0], True, quoted(clause, by_level[ranked[0]])
    role = next((hit for hit in own if hit.entry.kind is Kind.ROLE), None)
    if role is not None:
        return Seniority.INDIVIDUAL, False, quoted(clause, role)
    return None, False, None


def quoted(clause: Clause, hit: Hit) -> str:
    """The words of the clause that a phrase was found in, as written."""
    words = [word.raw for word in clause.words[hit.start : hit.end]]
    closed = "".join(words)
    return closed if closed in clause.text else " ".join(words)


def _not_reported_to(clause: Clause) -> list[Hit]:
    """The clause's own phrases without those whom somebody works for ("advisor to the CEO")."""
    own = _not_possessed(clause)
    for index, word in enumerate(clause.words):
        before = [hit for hit in own if hit.end <= index]
        if word.folded == "to" and any(hit.entry.seniority is not None for hit in before):
            return [h for h in own if h.end <= index or h.entry.seniority not in _DECIDES]
    return own


def _not_possessed(clause: Clause) -> list[Hit]:
    """The clause's own phrases without whose they are: "the CEO's assistant" is no CEO."""
    own = clause.own()
    if not _POSSESSIVE.search(clause.text):
        return own
    for index, word in enumerate(clause.words):
        if word.folded == "s" and index:
            later = any(h.start > index and h.entry.seniority is not None for h in own)
            own = [
                h
                for h in own
                if h.start > index or h.entry.seniority is None or not (later or h.end == index)
            ]
    return own


def _helps(clause: Clause, said: Sequence[Hit]) -> bool:
    """Whether the clause is about somebody's assistant: of a chief, or of anybody by idiom."""
    for hit in said:
        entry = hit.entry
        if entry.kind is Kind.TITLE and entry.function is Function.ADMIN:
            return entry.seniority is Seniority.INDIVIDUAL
    # "Assistente do CEO": grammar took the chief for a company's name.
    anywhere = best([hit for hit in clause.hits if hit.entry.seniority is not None])
    chiefs = [hit for hit in anywhere if hit.entry.seniority is Seniority.C_LEVEL]
    return bool(chiefs) and _has_helper(clause, chiefs)


def _has_helper(clause: Clause, chiefs: Sequence[Hit]) -> bool:
    """Whether a word for a helper stands there, other than in a chief's own title ("secretary
    general")."""
    own = {index for hit in chiefs for index in range(hit.start, hit.end)}
    company = range(clause.company_from or 0, clause.company_to if clause.company_from else 0)
    folded = [
        word.folded
        for index, word in enumerate(clause.words)
        if index not in own and index not in company
    ]
    text = "".join(folded)
    return any(word.startswith(_HELPERS) for word in folded) or any(
        word in text for word in _HELPERS_CJK
    )


Named = tuple[Function, str | None]


def _function(clause: Clause, present: Sequence[Clause], seniority: Seniority | None) -> Named:
    """What somebody with this seniority works on, by this clause first, and by which words."""
    if seniority is Seniority.INDIVIDUAL and _helps(clause, best(_said(clause))):
        return Function.ADMIN, next((quoted(clause, h) for h in best(_said(clause))), clause.text)
    found = _function_in(clause, clause.own())
    if found is not None:
        return found
    if seniority is Seniority.PARTNER:
        found = _function_in(clause, clause.companys())
    # Who says no more than that they work for themselves says beside it what they do.
    alone = any(hit.entry.kind is Kind.FREELANCE for hit in clause.own())
    if found is None and (alone or seniority not in (Seniority.FOUNDER, Seniority.C_LEVEL)):
        others = (_function_in(c, c.own()) for c in present if c is not clause)
        found = next((each for each in others if each is not None), None)
        wishes = (_function_in(c, c.wanted, compounds=False) for c in present)
        found = found or next((each for each in wishes if each is not None), None)
    if found is not None and found[0] is not Function.GENERAL_MANAGEMENT:
        return found
    if seniority in (Seniority.FOUNDER, Seniority.C_LEVEL):
        return Function.GENERAL_MANAGEMENT, None
    return Function.UNCLEAR, None


def _said(clause: Clause) -> list[Hit]:
    return [h for h in clause.own() if h.entry.seniority is not None or h.entry.kind is Kind.TITLE]


def _function_in(clause: Clause, hits: Sequence[Hit], *, compounds: bool = True) -> Named | None:
    """The function that these phrases name: idioms, then people's trades, then fields."""
    kinds = (Kind.TITLE, Kind.ROLE, Kind.FIELD)
    named = [h for h in hits if h.entry.function is not None and h.entry.kind in kinds]
    # "vice president" is no president: an idiom inside a longer title says nothing.
    titles = [h for h in hits if h.entry.kind in (Kind.TITLE, Kind.SENIORITY)]
    # Nor does a field inside a phrase that names none (人事 in 個人事業主).
    bare = [h for h in titles if h.entry.function is None and len(h.entry.words) > 2]
    found = best(
        [h for h in named if not _inside(h, bare if h.entry.kind is Kind.FIELD else titles)]
    )
    fixed = [h for h in found if h.entry.kind is Kind.TITLE]
    # What an abbreviation means stands where it is spelled out: "CPO (Chief People Officer)".
    fixed.sort(key=lambda h: len("".join(h.entry.words)) <= LONGEST_ABBREVIATION)
    trades = [h for h in found if h.entry.kind is Kind.ROLE]
    # An office says where somebody sits, the field beside it what they do there.
    fields = [h for h in found if h.entry.kind is Kind.FIELD]
    fields.sort(key=lambda h: h.entry.function is Function.ADMIN)
    others = {h.entry.function for h in [*trades, *fields]}
    for hit in [*fixed, *trades]:
        function = hit.entry.function
        generic = function in _GENERIC and others - {function, None, Function.GENERAL_MANAGEMENT}
        if function is not None and function is not Function.GENERAL_MANAGEMENT and not generic:
            return function, quoted(clause, hit)
    for hit in [*fields, *trades, *fixed]:
        if hit.entry.function is not None:
            return hit.entry.function, quoted(clause, hit)
    return _inside_a_word(clause) if compounds else None


def _inside_a_word(clause: Clause) -> Named | None:
    """A field at the start or the end of a compound: "Inkoopmanager", "Wirtschaftsinformatik"."""
    fields = compound_fields()
    until = clause.company_from if clause.company_from is not None else len(clause.words)
    for word in clause.words[:until]:
        folded = word.folded
        if len(folded) < SHORTEST_COMPOUND or is_cjk(folded):
            continue
        for size in range(len(folded) - 2, SHORTEST_FIELD - 1, -1):
            function = fields.get(folded[:size]) or fields.get(folded[-size:])
            if function is not None:
                return function, word.raw
    return None


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
