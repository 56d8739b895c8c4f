"""The rules that only the running product can show, one test a number; the id carries it."""

from pathlib import Path

import pytest

from tests.credits.rulebook import Rule, rules
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import workplace


@pytest.mark.parametrize(
    "rule", [rule for rule in rules() if rule.product is not None], ids=lambda rule: rule.id
)
async def test_rule(rule: Rule, sqlite_url: str, sidecar: IllSidecar, tmp_path: Path) -> None:
    """Over HTTP a workspace under the rule's policy does what the rule of this number says."""
    assert rule.product is not None
    settings = {"support_url": "https://help.example", "data_dir": tmp_path}
    plans = {
        "linkedin-messages": "premium_business",
        "lemlist": "email_pro",
        "inmail-monthly": "sales_navigator",
        "inmail-rollover": "sales_navigator",
    }
    async with workplace(
        sqlite_url, sidecar, policy=rule.policy, plan=plans.get(rule.policy), **settings
    ) as place:
        await rule.product(place)
