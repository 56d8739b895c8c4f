"""Every rule of the five credit systems, one test a number; the id carries it."""

import pytest

from tests.credits import rulebook
from tests.credits.rulebook import PAGE, Rule, page, rules

CHECKED_HERE = [rule for rule in rules() if rule.check is not None]


@pytest.mark.parametrize("rule", CHECKED_HERE, ids=lambda rule: rule.id)
def test_rule(rule: Rule) -> None:
    """The engine, the simulator or the policy file does what the rule of this number says."""
    assert rule.check is not None
    rule.check()


def test_every_rule_has_its_test() -> None:
    """The numbers are 1 to 80, each once, and each is checked in one of the two places."""
    assert list(range(1, 81)) == [rule.number for rule in rules()]
    assert all((rule.check is None) != (rule.product is None) for rule in rules())


def test_the_page_says_what_is_tested() -> None:
    """`make schema` was run: the page beside the policy files lists exactly these tests."""
    # A set of lines: a difference of two long texts takes minutes to draw.
    lines = set(page().splitlines()) ^ set(PAGE.read_text("utf-8").splitlines())
    assert set() == lines, "run `make schema`"
    assert rulebook.PAGE.is_file()
