"""Somebody's role: by their headline, completed and checked by the position that they hold now.

Two readers look at each line: the word lists (`headline`) and, unless it is switched off, the
linear heads on the sentence vector (`heads`). The lists decide where they say anything; the heads
confirm or doubt them, and answer alone only where the lists are silent and they are sure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from backend.sidecar.analysis import heads
from backend.sidecar.analysis.company import company_of, current_position
from backend.sidecar.analysis.confidence import meant
from backend.sidecar.analysis.headline import Reading, decides, read_headline
from backend.sidecar.analysis.openers import SLOT_CHARACTERS, Fact
from backend.sidecar.analysis.text import clean_line
from shared_schemas.insight import Basis, Evidence, Role
from shared_schemas.page import Page
from shared_schemas.vocabulary import Function, Seniority

# What links a title to the company after it.
_LINK = re.compile(r"(?:[,@:–—-]|\b(?:of|de|da|do|di|van|von|der|at|at the|for))$")
# The share from which the heads are taken at their word where the lists are silent: the first
# tenth in which, of all tuning lines, at least four of five such answers are right.
SURE_OF_SENIORITY = 0.9
SURE_OF_FUNCTION = 0.7
# The share from which the heads count as a second source, for or against the lists.
AUDIBLE = 0.3
CERTAIN = 0.9
RETIRED = "retired"

Answer = TypeVar("Answer", Seniority, Function)


@dataclass(frozen=True, slots=True)
class Found:
    """A role, why it says what it says, and the facts that an opener may rest on."""

    role: Role
    title: Fact | None
    company: Fact | None
    basis: dict[str, Basis]


@dataclass(frozen=True, slots=True)
class Line:
    """One line about the role as both readers see it: the headline, or the title held now."""

    text: str
    source: str
    reading: Reading
    likely: heads.Likely


@dataclass(frozen=True, slots=True)
class Choice(Generic[Answer]):
    """One answer to one question, who says so and by which words; `sureness` orders answers."""

    question: str
    answer: Answer
    sureness: float = 0.0
    source: str = "rules"
    rule: str = ""
    quote: str = ""
    where: str = ""

    @property
    def confidence(self) -> float:
        """How often answers as sure as this one were right."""
        if self.rule == RETIRED:
            return 0.7
        if self.source == "model":
            # Where the lists know no word the line is odder than those that taught the table.
            return min(meant(f"heads.{self.question}", self.sureness), 0.7)
        return meant(self.question, self.sureness)

    def basis(self) -> Basis:
        """The choice as an insight carries it."""
        evidence: list[Evidence] = []
        if self.quote:
            evidence.append({"quote": self.quote, "from": self.where})
        return Basis(
            confidence=self.confidence, source=self.source, rule=self.rule, evidence=evidence
        )


@dataclass(frozen=True, slots=True)
class ReadLine:
    """The headline or the title held now as the word lists read it, and what to ask the heads."""

    text: str
    source: str
    reading: Reading
    question: str


def read_titles(page: Page, spoken: str | None) -> list[ReadLine]:
    """The headline and the title held now, read by the word lists."""
    position = current_position(page)
    texts = [(clean_line(page.headline), "headline")]
    if position is not None:
        where = f"experience[{page.experience.index(position)}]"
        texts.append((clean_line(position.title), where))
    read = [(text, where, read_headline(text, spoken)) for text, where in texts]
    return [
        ReadLine(text, where, each, "" if each.retired else each.title or each.present)
        for text, where, each in read
    ]


def _lines(titles: Sequence[ReadLine]) -> list[Line]:
    heads.look([each.question for each in titles])
    return [
        Line(each.text, each.source, each.reading, heads.likely(each.question)) for each in titles
    ]


def choices(titles: Sequence[ReadLine]) -> tuple[Choice[Seniority], Choice[Function]]:
    """Seniority and function by these lines, with how sure the rules are of them."""
    lines = _lines(titles)
    return _seniority(lines), _function(lines)


def find_role(page: Page, titles: Sequence[ReadLine]) -> Found:
    """What the page says of the person's role, each part with the words that say it."""
    lines = _lines(titles)
    said = lines[0].reading
    rank, trade = _seniority(lines), _function(lines)
    company, company_source = (None, "headline") if said.retired else company_of(page)
    line = next((each for each in lines if each.source == rank.where), lines[0])
    if line.reading.title is None:
        line = next((each for each in lines if each.reading.title), line)
    title = None if said.retired else _without_company(line.reading.title, company)
    facts = (
        _fact("title", title, line.text, line.source),
        _fact("company", company, "", company_source),
    )
    role = Role(
        title=title,
        company=company,
        seniority=rank.answer,
        function=trade.answer,
        decision_maker=decides(rank.answer),
        confidence=_together(rank, trade),
        evidence=[_evidence(fact) for fact in facts if fact is not None],
    )
    slots = [fact if fact and len(fact.text) <= SLOT_CHARACTERS else None for fact in facts]
    return Found(role, slots[0], slots[1], _basis(role, rank, trade, facts))


def _seniority(lines: list[Line]) -> Choice[Seniority]:
    """How far up: in so many words first, then by implication, then by the heads."""
    if lines[0].reading.retired:
        return Choice("seniority", Seniority.UNCLEAR, rule=RETIRED)
    known = [each for each in lines if each.reading.seniority is not Seniority.UNCLEAR]
    spoken = [each for each in known if each.reading.explicit]
    # A trade in the headline implies nobody's rank if the title held now says it.
    chosen = next(iter([*spoken, *known]), None)
    if chosen is None:
        return _heard_seniority(lines)
    answer = chosen.reading.seniority
    others = [each.reading.seniority for each in known if each is not chosen]
    heard = chosen.likely.seniority is answer and chosen.likely.seniority_share >= AUDIBLE
    doubted = bool(others and answer not in others and all(o in spoken for o in known)) or (
        chosen.likely.seniority is not answer and chosen.likely.seniority_share >= CERTAIN
    )
    return Choice(
        "seniority",
        answer,
        _sureness(chosen.reading.explicit, (answer in others, heard), doubted),
        "rules+model" if heard else "rules",
        "title says it" if chosen.reading.explicit else "implied by the trade",
        chosen.reading.seniority_words or "",
        chosen.source,
    )


def _heard_seniority(lines: list[Line]) -> Choice[Seniority]:
    for line in lines:
        likely = line.likely
        if likely.seniority is not Seniority.UNCLEAR and (
            likely.seniority_share >= SURE_OF_SENIORITY
        ):
            return Choice(
                "seniority",
                likely.seniority,
                likely.seniority_share,
                *("model", "sentence vector", line.text, line.source),
            )
    return Choice("seniority", Seniority.UNCLEAR)


def _function(lines: list[Line]) -> Choice[Function]:
    """What on: by the words of the headline, then of the title held now, then by the heads."""
    if lines[0].reading.retired:
        return Choice("function", Function.UNCLEAR, rule=RETIRED)
    known = [each for each in lines if each.reading.function is not Function.UNCLEAR]
    # That a chief manages in general is what is left when nothing else is said.
    named = [each for each in known if each.reading.function_words]
    chosen = next(iter([*named[:1], *known]), None)
    if chosen is None:
        return _heard_function(lines)
    answer = chosen.reading.function
    others = [each.reading.function for each in known if each is not chosen]
    heard = chosen.likely.function is answer and chosen.likely.function_share >= AUDIBLE
    doubted = bool(others) and answer not in others
    doubted = doubted or (
        chosen.likely.function is not answer and chosen.likely.function_share >= CERTAIN
    )
    return Choice(
        "function",
        answer,
        _sureness(bool(chosen.reading.function_words), (answer in others, heard), doubted),
        "rules+model" if heard else "rules",
        "words of the trade" if chosen.reading.function_words else "implied by the rank",
        chosen.reading.function_words or chosen.reading.seniority_words or "",
        chosen.source,
    )


def _heard_function(lines: list[Line]) -> Choice[Function]:
    for line in lines:
        likely = line.likely
        if line.reading.seniority is Seniority.STUDENT and likely.function is Function.EDUCATION:
            continue  # that they learn says nothing of what
        if likely.function is not Function.UNCLEAR and likely.function_share >= SURE_OF_FUNCTION:
            return Choice(
                "function",
                likely.function,
                likely.function_share,
                *("model", "sentence vector", line.text, line.source),
            )
    return Choice("function", Function.UNCLEAR)


def _sureness(spoken: bool, sources: tuple[bool, bool], doubted: bool) -> float:
    """How sure an answer of the lists is: that they say it in words, what else on the page says
    so, whether the heads do, and what speaks against it."""
    page_agrees, heads_agree = sources
    if doubted and not page_agrees:
        return 0.5
    sure = 0.7 if spoken else 0.6
    return round(sure + 0.2 * page_agrees + (0.05 if page_agrees else 0.15) * heads_agree, 2)


def _together(rank: Choice[Seniority], trade: Choice[Function]) -> float:
    """How sure the role is as a whole: as its weaker half, less where one half is missing."""
    unclear = (rank.answer is Seniority.UNCLEAR) + (trade.answer is Function.UNCLEAR)
    if unclear == 2:
        return 0.0
    if unclear:
        known = rank.confidence if rank.answer is not Seniority.UNCLEAR else trade.confidence
        return round(known - 0.2, 2)
    return round(min(rank.confidence, trade.confidence), 2)


def _basis(
    role: Role,
    rank: Choice[Seniority],
    trade: Choice[Function],
    facts: tuple[Fact | None, Fact | None],
) -> dict[str, Basis]:
    found: dict[str, Basis] = {}
    if rank.rule:
        found["role.seniority"] = rank.basis()
    if trade.rule:
        found["role.function"] = trade.basis()
    if role.decision_maker is not None:
        decides_by = rank.basis()
        decides_by.rule = f"{rank.answer.value} commonly " + (
            "decides on a budget" if role.decision_maker else "decides on no budget"
        )
        found["role.decision_maker"] = decides_by
    for name, fact in zip(("role.title", "role.company"), facts, strict=True):
        if fact is not None:
            stated = fact.source != "headline" or name == "role.title"
            found[name] = Basis(
                confidence=0.9 if stated else 0.6,
                source="page" if stated else "rules",
                rule="as the page says" if stated else "after a word such as at, bei, chez",
                evidence=[_evidence(fact)],
            )
    return found


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
    kept = _LINK.sub("", title[: -len(company)].rstrip()).strip()
    return kept or title
