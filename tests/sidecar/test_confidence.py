"""Confidences mean what they say: learned on the tuning lines, borne out by those that judge."""

from itertools import pairwise
from pathlib import Path

import pytest

from backend.sidecar.analysis.confidence import MOST, TABLE, meant
from backend.sidecar.data.calibrate import FEWEST, answers, learn
from backend.sidecar.evaluate import reliability

LABELLED = Path(__file__).parent / "labelled"


def test_the_stored_table_is_what_the_tuning_lines_teach() -> None:
    """Learning again from the tuning files gives the shipped numbers."""
    learned = learn(answers(LABELLED))
    stored = TABLE.read_text("utf-8")

    for question, points in learned.items():
        for sureness, confidence in points:
            assert confidence == pytest.approx(meant(question, sureness), abs=0.02), question
    assert len(learned) == stored.count(" = [")


@pytest.mark.parametrize("question", ["seniority", "function", "name", "heads.seniority"])
def test_confidence_rises_with_sureness(question: str) -> None:
    """Who is surer is never promised less, and nothing is promised for certain."""
    found = [meant(question, step / 100) for step in range(101)]

    assert all(low <= high for low, high in pairwise(found))
    assert 0 == found[0]
    assert found[-1] <= MOST


def test_few_lines_promise_little() -> None:
    """Ten of ten are promised less than a hundred of a hundred, and four teach nothing."""
    few = [("q", 0.7, True)] * 10
    many = [("q", 0.9, True)] * 100
    none = [("q", 0.5, True)] * (FEWEST - 1)
    learned = dict(learn([*few, *many, *none])["q"])

    assert {0.7, 0.9} == set(learned)
    assert learned[0.7] < 0.8 < learned[0.9]


def test_neighbours_that_fall_are_pooled() -> None:
    """A surer group that was right less often takes the confidence of both together."""
    better = [("q", 0.5, True)] * 50
    worse = [("q", 0.7, number % 2 == 0) for number in range(50)]
    learned = dict(learn([*better, *worse])["q"])

    assert learned[0.5] == learned[0.7]
    assert 0.6 < learned[0.5] < 0.8


def test_what_is_promised_comes_true_where_nothing_was_tuned() -> None:
    """In each bin of the judging files with 20 answers the promise is no more than the interval
    of what came true allows."""
    seen = 0
    for line in reliability(LABELLED):
        if not line.split()[0].endswith("_judge"):
            continue
        confidence = float(line.partition("confidence ")[2].partition(",")[0])
        right, count = line.partition("right ")[2].split()[0].split("/")
        high = float(line.rpartition(" to ")[2].rstrip(")"))
        if int(count) >= 20:
            seen += 1
            assert confidence <= high, line
            assert abs(confidence - int(right) / int(count)) < 0.2, line

    assert 6 <= seen
