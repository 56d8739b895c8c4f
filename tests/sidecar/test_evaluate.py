"""The evaluation command, and the accuracy of names and places on sets nobody tuned on."""

import subprocess
import sys
from pathlib import Path

import pytest

from backend.sidecar.evaluate import evaluate, rows_of, wilson

LABELLED = Path(__file__).parent / "labelled"


def test_the_command_prints_each_file_with_interval_and_baseline() -> None:
    """Each labelled file gets its lines, each with a count, an interval and a naive reading."""
    found = subprocess.run(
        [sys.executable, "-m", "backend.sidecar.evaluate", str(LABELLED)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = found.stdout.splitlines()

    assert {path.stem for path in LABELLED.glob("*.tsv")} == {line.split()[0] for line in lines}
    assert all(" to " in line for line in lines)


def test_names_and_places_do_not_get_worse() -> None:
    """At least 57 of 60 names and 66 of 70 places are right, far above the naive reading."""
    table = {tuple(line.split()[:2]): line for line in evaluate(LABELLED)}
    right = {key: int(line.split("/")[0].split()[-1]) for key, line in table.items()}

    assert (60, 70) == (
        len(rows_of(LABELLED / "names_judge.tsv")),
        len(rows_of(LABELLED / "places_judge.tsv")),
    )
    assert right[("names_judge", "given,")] >= 57
    assert right[("places_judge", "country")] >= 66
    assert right[("places_judge", "time")] >= 66


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0), (5, 10, 0.237, 0.763), (0, 10, 0.0, 0.278)],
)
def test_the_interval_is_wilsons(right: int, count: int, low: float, high: float) -> None:
    """Known values of the Wilson interval come out to three places."""
    assert (low, high) == tuple(round(bound, 3) for bound in wilson(right, count))


def test_a_missing_folder_is_said_in_one_line() -> None:
    """Called wrongly, the command says how to call it and ends with 2."""
    found = subprocess.run(
        [sys.executable, "-m", "backend.sidecar.evaluate", "nowhere"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (2, 1) == (found.returncode, len(found.stderr.splitlines()))
