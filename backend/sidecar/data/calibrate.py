"""Learn what the rules' sureness is worth, on the tuning lines alone.

    python -m backend.sidecar.data.calibrate FOLDER

answers every line of `headlines_tune.tsv` and `names_tune.tsv` of FOLDER, groups the answers by
sureness, takes the lower end of the 95 % interval of each group's share of right ones, makes that
rise with sureness (neighbours that do not are pooled), and writes `confidence.toml`. The shares of
the heads are learned in the same way from what the heads alone say of the same lines, in bins of a
tenth. The files that judge are not read.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from backend.sidecar.analysis import confidence, draft, heads
from backend.sidecar.analysis.names import split_name
from backend.sidecar.analysis.role import choices
from backend.sidecar.evaluate import matches, rows_of, wilson
from shared_schemas.page import Page

HEAD = """# How often answers of a given sureness were right on the tuning lines: pairs of sureness
# and confidence (the lower end of the 95 % interval). Written by `backend.sidecar.data.calibrate`.
"""
# Fewer lines than these teach nothing: their sureness lies between its neighbours'.
FEWEST = 5
Answered = tuple[str, float, bool]


def answers(folder: Path) -> Iterator[Answered]:
    """Question, sureness, and whether the answer was right, of every tuning line."""
    for row in rows_of(folder / "headlines_tune.tsv"):
        drawn = draft(Page(name="Alex Example", headline=row[1]))
        heads.look([each.question for each in drawn.titles])
        likely = heads.likely(drawn.titles[0].question)
        rank, trade = choices(drawn.titles)
        told = [
            ("seniority", rank.sureness, rank.answer.value, row[2]),
            ("function", trade.sureness, trade.answer.value, row[3]),
            ("heads.seniority", _tenth(likely.seniority_share), likely.seniority.value, row[2]),
            ("heads.function", _tenth(likely.function_share), likely.function.value, row[3]),
        ]
        for question, sureness, word, label in told:
            if word != "unclear":
                yield question, sureness, matches(label, word)
    for row in rows_of(folder / "names_tune.tsv"):
        found = split_name(row[2], row[0], None if row[1] == "-" else row[1])
        right = all(map(matches, row[3:6], (found.given, found.middle, found.family)))
        yield "name", 0.8 if found.given and found.family else 0.6, right


def _tenth(share: float) -> float:
    """The middle of the tenth that a share lies in."""
    return min(int(share * 10), 9) / 10 + 0.05


def learn(answered: Iterable[Answered]) -> dict[str, list[tuple[float, float]]]:
    """For each question pairs of sureness and confidence, both rising."""
    counts: dict[str, dict[float, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for question, sureness, right in answered:
        counts[question][sureness][0] += right
        counts[question][sureness][1] += 1
    return {question: list(_rising(groups)) for question, groups in sorted(counts.items())}


def _rising(groups: dict[float, list[int]]) -> Iterator[tuple[float, float]]:
    """Pool neighbours until the lower ends rise."""
    pools: list[tuple[list[float], int, int]] = []
    for sureness, (right, count) in sorted(groups.items()):
        if count < FEWEST:
            continue
        pools.append(([sureness], right, count))
        while len(pools) > 1 and wilson(*pools[-2][1:])[0] >= wilson(*pools[-1][1:])[0]:
            (before, r, c), (after, right, count) = pools[-2:]
            pools[-2:] = [([*before, *after], r + right, c + count)]
    for members, right, count in pools:
        for sureness in members:
            yield sureness, round(min(wilson(right, count)[0], confidence.MOST), 3)


def main() -> int:
    """Write the table."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.stderr.write("usage: python -m backend.sidecar.data.calibrate FOLDER\n")
        return 2
    learned = learn(answers(Path(sys.argv[1])))
    lines = [
        f'"{question}" = [{", ".join(f"[{x:.2f}, {y:.3f}]" for x, y in points)}]'
        for question, points in learned.items()
    ]
    confidence.TABLE.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
