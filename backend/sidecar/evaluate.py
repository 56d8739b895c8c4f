"""How often the analysis is right on labelled files, beside what a naive reading would get.

    python -m backend.sidecar.evaluate FOLDER

reads `headlines_*.tsv`, `names_*.tsv` and `places_*.tsv` of FOLDER (their first line names the
columns) and prints, for each, how many answers were right, the 95 % Wilson interval of that share,
and the same for a baseline: the commonest label, first and last word, the last word as a country.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from math import sqrt
from pathlib import Path

from backend.sidecar.analysis.headline import decides, read_headline
from backend.sidecar.analysis.names import split_name
from backend.sidecar.analysis.places import find_place

Row = Sequence[str]
NOTHING = "-"


def rows_of(path: Path) -> list[list[str]]:
    """The labelled rows of a file; lines that begin with # are remarks."""
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share; honest for small counts and for shares near 1."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def evaluate(folder: Path) -> list[str]:
    """One line for each file and question."""
    lines = []
    for path in sorted(folder.glob("headlines_*.tsv")):
        rows = rows_of(path)
        lines += _headlines(path.stem, rows)
    for path in sorted(folder.glob("names_*.tsv")):
        rows = rows_of(path)
        naive = [(r[2].split()[0], r[2].split()[-1]) for r in rows]
        base = sum((r[3], r[5]) == each for r, each in zip(rows, naive, strict=True))
        lines.append(_line(path.stem, "given, middle, family", rows, _name_is_right, base))
    for path in sorted(folder.glob("places_*.tsv")):
        rows = rows_of(path)
        base = sum(r[1] == (find_place(r[0].split()[-1]).country or NOTHING) for r in rows)
        lines.append(_line(path.stem, "country", rows, _country_is_right, base))
        lines.append(_line(path.stem, "time zone", rows, _zone_is_right, None))
    return lines


def _headlines(name: str, rows: list[list[str]]) -> list[str]:
    questions: list[tuple[str, int, Callable[[Row], str]]] = [
        ("seniority", 2, lambda row: read_headline(row[1], row[0]).seniority.value),
        ("function", 3, lambda row: read_headline(row[1], row[0]).function.value),
        ("decision maker", 4, lambda row: _word(decides(read_headline(row[1], row[0]).seniority))),
    ]
    lines = []
    for question, column, answer in questions:
        commonest = Counter(row[column] for row in rows).most_common(1)
        base = commonest[0][1] if commonest else 0
        right = sum(row[column] == answer(row) for row in rows)
        lines.append(_written(name, question, right, len(rows), base))
    return lines


def _word(value: bool | None) -> str:
    return "null" if value is None else str(value).lower()


def _name_is_right(row: Row) -> bool:
    found = split_name(row[2], row[0], row[1])
    parts = (found.given, found.middle, found.family)
    return tuple(row[3:6]) == tuple(part or NOTHING for part in parts)


def _country_is_right(row: Row) -> bool:
    return row[1] == (find_place(row[0]).country or NOTHING)


def _zone_is_right(row: Row) -> bool:
    return row[2] == (find_place(row[0]).time_zone or NOTHING)


def _line(
    name: str, question: str, rows: list[list[str]], right: Callable[[Row], bool], base: int | None
) -> str:
    return _written(name, question, sum(map(right, rows)), len(rows), base)


def _written(name: str, question: str, right: int, count: int, base: int | None) -> str:
    low, high = wilson(right, count)
    beside = "" if base is None else f"   baseline {base}/{count}"
    return f"{name:16} {question:22} {right}/{count}  {low:.3f} to {high:.3f}{beside}"


def main() -> int:
    """Print the table for the folder given."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.stderr.write("usage: python -m backend.sidecar.evaluate FOLDER\n")
        return 2
    sys.stdout.write("\n".join(evaluate(Path(sys.argv[1]))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
