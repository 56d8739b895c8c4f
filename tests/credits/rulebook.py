"""The rules of the five credit systems, each with where it is honoured and what checks it.

`python -m tests.credits.rulebook` writes the page beside the policy files; a test compares it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from backend.credits.policy import BUILTIN_FOLDER
from tests.flows.workplace import Workplace

PAGE = BUILTIN_FOLDER / "RULES.md"
ADVICE = "Advice, not a rule"

Check = Callable[[], None]
ProductCheck = Callable[[Workplace], Awaitable[None]]


@dataclass(frozen=True)
class Rule:
    """One rule: what it says in short, where it is honoured, and its check.

    `check` asks the engine, the simulator or a policy file; `product` asks the running product,
    under `policy`. Advice is no feature, but the decision on it is checked as well.
    """

    number: int
    says: str
    honoured: str
    check: Check | None = None
    product: ProductCheck | None = None
    policy: str = "humanlinker"

    @property
    def id(self) -> str:
        """The name in a test's id."""
        return f"rule-{self.number}"

    @property
    def test(self) -> str:
        """Where its check runs."""
        file = "tests/credits/test_rules.py" if self.check else "tests/flows/test_rules.py"
        return f"{file}::test_rule[{self.id}]"


RULES: dict[int, Rule] = {}


def rule(number: int, says: str, honoured: str) -> Callable[[Check], Check]:
    """Enter a rule with its check by engine, simulator or policy file."""

    def enter(check: Check) -> Check:
        assert number not in RULES, number
        RULES[number] = Rule(number, says, honoured, check=check)
        return check

    return enter


def product_rule(
    number: int, says: str, honoured: str, policy: str = "humanlinker"
) -> Callable[[ProductCheck], ProductCheck]:
    """Enter a rule that the running product must show, over HTTP."""

    def enter(check: ProductCheck) -> ProductCheck:
        assert number not in RULES, number
        RULES[number] = Rule(number, says, honoured, product=check, policy=policy)
        return check

    return enter


def rules() -> list[Rule]:
    """All rules, in order."""
    from tests.credits import (  # noqa: F401 (entering their rules is what they are for)
        rules_contacts,
        rules_messages,
        rules_monthly,
        rules_paying,
        rules_product,
        rules_rollover,
        rules_team,
    )

    return [RULES[number] for number in sorted(RULES)]


def page() -> str:
    """The page: a line a rule."""
    systems = [
        (1, "Message credits (`linkedin-messages.toml`)"),
        (18, "InMail with rollover and refunds (`inmail-rollover.toml`)"),
        (40, "InMail by the calendar month (`inmail-monthly.toml`)"),
        (50, "Contact credits (`humanlinker.toml`)"),
        (63, "Team credits (`lemlist.toml`)"),
    ]
    lines = [
        "# The rules of five credit systems, and where each is honoured",
        "",
        "Written by `make schema` from the tests, which fail where this page differs. The numbers",
        "are those in the comments of the policy files beside this page.",
    ]
    for each in rules():
        for first, title in systems:
            if each.number == first:
                lines += [
                    "",
                    f"## {title}",
                    "",
                    "| # | rule | honoured in | test |",
                    "|---|---|---|---|",
                ]
        lines.append(f"| {each.number} | {each.says} | {each.honoured} | `{each.test}` |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    from tests.credits import rulebook

    Path(rulebook.PAGE).write_text(rulebook.page(), "utf-8")
