"""How long somebody is where they are and how they came there, by the dates of their positions.

Reads no clock: months and years as the page says them, so that an insight stays the same.
"""

import re
from dataclasses import dataclass

from backend.sidecar.analysis.company import current_position
from backend.sidecar.analysis.headline import RANK, read_headline
from backend.sidecar.analysis.text import clean_line, fold
from shared_schemas.insight import Career, Evidence, Move
from shared_schemas.page import Page

MOST_POSITIONS = 20
MOST_MOVES = 5
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_NUMBERED = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[./年-]\s?(0?[1-9]|1[0-2])(?!\d)|(0?[1-9]|1[0-2])[./]"
    r"(?:19|20)\d\d)"
)
# The beginnings of the months' names, folded, in the languages of the pages we read.
_MONTHS = [
    "jan gen ene янв sty led oca tammi yan gennaio ιαν",
    "feb fev fév lut uno sub helmi şub фев févr",
    "mar mär mrz maa mrt brez maalis мар mac",
    "apr abr avr kwi dub nis huhti апр",
    "may mai mei maj mag kve touko ма mayo",
    "jun juin giu cze cerv haz kesa июн juin",
    "jul lug lip cervenec tem heina июл juil",
    "aug ago aou sie srp agu elo авг ağu",
    "sep set wrz zar eyl syys сен",
    "oct okt out ott paz rij eki loka окт oke",
    "nov lis kas marras ноя noy",
    "dec dez dic gru pro ara joulu дек des",
]


@dataclass(frozen=True, slots=True)
class Position:
    """One position, cleaned: where it stands on the page and from when."""

    index: int
    title: str
    company: str
    since: str | None
    line: str


def moment(text: str | None) -> str | None:
    """ "2021-03" or "2021" of a date as pages show it; None where no year stands there."""
    line = clean_line(text, 60)
    year = _YEAR.search(line)
    if year is None:
        return None
    numbered = _NUMBERED.search(line)
    if numbered is not None:
        return f"{year[1]}-{int(numbered[1] or numbered[2]):02}"
    for word in re.findall(r"[^\W\d_]{2,}", fold(line)):
        for number, beginnings in enumerate(_MONTHS, 1):
            if any(word.startswith(fold(each)) for each in beginnings.split()):
                return f"{year[1]}-{number:02}"
    return year[1]


def find_career(page: Page) -> Career:
    """Since when the current role and company, and the latest moves, newest first."""
    positions = list(_positions(page))
    now = current_position(page)
    held = page.experience.index(now) if now is not None else -1
    current = next((each for each in positions if each.index == held), None)
    moves = [
        move
        for at, position in enumerate(positions)
        if (move := _move(position, next(iter(positions[at + 1 :]), None))) is not None
    ]
    return Career(
        role_since=current.since if current else None,
        company_since=_company_since(positions, current),
        positions=len(positions),
        moves=moves[:MOST_MOVES],
    )


def _positions(page: Page) -> list[Position]:
    found = []
    for index, each in enumerate(page.experience[:MOST_POSITIONS]):
        title, company = clean_line(each.title, 160), clean_line(each.company, 120)
        if title or company:
            dates = clean_line(f"{each.start or ''} - {each.end or ''}", 80).strip(" -")
            line = ", ".join(part for part in (title, company, dates) if part)
            found.append(Position(index, title, company, moment(each.start), line))
    return found


def _company_since(positions: list[Position], current: Position | None) -> str | None:
    """The start of the unbroken run of positions in the current company."""
    if current is None:
        return None
    since = current.since
    for position in positions[positions.index(current) + 1 :]:
        if not _same(position.company, current.company):
            break
        since = position.since or since
    return since


def _move(position: Position, before: Position | None) -> Move | None:
    if position.since is None and before is None:
        return None
    kind = "joined"
    if before is not None and _same(position.company, before.company):
        now, then = (RANK.get(read_headline(p.title).seniority, 0) for p in (position, before))
        kind = "promoted" if now > then > 0 else "changed_role"
        if fold(position.title) == fold(before.title):
            return None
    quotes: list[Evidence] = [
        {"quote": each.line, "from": f"experience[{each.index}]"}
        for each in ([position, before] if kind != "joined" else [position])
        if each is not None
    ]
    return Move(
        kind=kind,
        at=position.since,
        title=position.title or None,
        company=position.company or None,
        evidence=quotes,
    )


def _same(one: str, other: str) -> bool:
    """Whether two lines name one company: "Acme" and "Acme · Full-time" do."""
    first, second = (fold(re.split(r"\s[·|]\s", each)[0]).strip() for each in (one, other))
    return bool(first) and first == second
