"""How often headlines are read right: one set to write rules by, one that no rule was tuned on.

Both are the author's own labels, so the figures flatter: they guard against getting worse, they
do not promise how strangers' headlines fare.
"""

from pathlib import Path

import pytest

from backend.sidecar.analysis.headline import decides, read_headline

HERE = Path(__file__).parent / "labelled"
# The reading on the day the judging set was opened; a change of the rules may only raise it.
LEAST = {
    "headlines_tune.tsv": (159, 158, 159),
    "headlines_judge.tsv": (155, 156, 156),
}
DECIDES = {"true": True, "false": False, "null": None}


def labelled(name: str) -> list[list[str]]:
    """The rows of a labelled file."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", LEAST)
def test_accuracy_does_not_fall(name: str) -> None:
    """Seniority, function and decision maker are right at least as often as before."""
    rows = labelled(name)
    readings = [read_headline(headline, language) for language, headline, *_ in rows]
    found = (
        sum(row[2] == each.seniority for row, each in zip(rows, readings, strict=True)),
        sum(row[3] == each.function for row, each in zip(rows, readings, strict=True)),
        sum(
            DECIDES[row[4]] is decides(each.seniority)
            for row, each in zip(rows, readings, strict=True)
        ),
    )

    assert all(least <= count for least, count in zip(LEAST[name], found, strict=True)), found


def test_the_sets_are_large_and_apart() -> None:
    """More than 300 headlines in 14 languages, none of them in both sets."""
    tune, judge = labelled("headlines_tune.tsv"), labelled("headlines_judge.tsv")

    assert len(tune) + len(judge) > 300
    assert len({row[0] for row in judge}) >= 12
    assert set() == {row[1].casefold() for row in tune} & {row[1].casefold() for row in judge}
