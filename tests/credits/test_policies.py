"""The five policy files say what the rules say, and a wrong file is refused with its line."""

from pathlib import Path

import pytest

from backend.credits.policy import (
    BUILTIN_FOLDER,
    PolicyError,
    UnknownPolicy,
    builtin_policies,
    load_policy,
    parse_policy,
    policy_json_schema,
    validate,
)

ROLLING = "inmail-rollover"


def source(name: str) -> str:
    """The text of a built-in policy file."""
    return (BUILTIN_FOLDER / f"{name}.toml").read_text("utf-8")


def test_five_policies_come_with_the_program() -> None:
    """Rules 1, 18, 40, 50 and 63: one file for each credit system."""
    wanted = {"humanlinker", "linkedin-messages", ROLLING, "inmail-monthly", "lemlist"}
    assert wanted == set(builtin_policies())
    assert "humanlinker@1" == load_policy("humanlinker").id


@pytest.mark.parametrize(
    ("name", "plans"),
    [
        pytest.param(
            "linkedin-messages",
            {
                "basic": 0,
                "premium_business": 25,
                "sales_navigator_professional": 25,
                "sales_navigator_team": 25,
                "recruiter_lite": 75,
                "recruiter": 175,
            },
            id="rule-03",
        ),
        pytest.param(
            ROLLING,
            {
                "free": 0,
                "premium_career": 5,
                "premium_business": 15,
                "sales_navigator": 50,
                "recruiter_lite": 30,
            },
            id="rule-18-19",
        ),
        pytest.param(
            "inmail-monthly",
            {"free": 0, "premium_career": 5, "sales_navigator": 25, "recruiter_lite": 50},
            id="rule-41",
        ),
        pytest.param("humanlinker", {"starter": 200, "pro": 350, "business": 600}, id="rule-53"),
        pytest.param(
            "lemlist",
            {"free_trial": 0, "email_pro": 1000, "multichannel_expert": 1500},
            id="rule-75",
        ),
    ],
)
def test_plans_and_allotments(name: str, plans: dict[str, int]) -> None:
    """Every plan grants what its document says."""
    policy = load_policy(name)
    assert plans == {plan: policy.allotment(plan, 1) for plan in policy.plans}


@pytest.mark.parametrize(
    ("name", "costs"),
    [
        pytest.param("humanlinker", {"contact.analysis": 1}, id="rule-50"),
        pytest.param(
            "linkedin-messages", {"message.send": 1, "contact.analysis": 0}, id="rule-01"
        ),
        pytest.param(ROLLING, {"message.send": 1, "contact.analysis": 0}, id="rule-18"),
        pytest.param("inmail-monthly", {"message.send": 1, "contact.analysis": 0}, id="rule-47"),
        pytest.param(
            "lemlist",
            {
                "email.find": 5,
                "profile.enrich": 1,
                "phone.find": 20,
                "call.minute": 4,
                "ai.variable": 1,
                "contact.analysis": 1,
            },
            id="rule-63-65-66-67",
        ),
    ],
)
def test_actions_and_costs(name: str, costs: dict[str, int]) -> None:
    """Every action costs what its document says."""
    actions = load_policy(name).actions
    assert costs == {action.name: action.cost for action in actions.values()}


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        pytest.param("linkedin-messages", "member", id="rule-02"),
        pytest.param(ROLLING, "member", id="rule-33"),
        pytest.param("inmail-monthly", "member", id="rule-43"),
        pytest.param("humanlinker", "workspace", id="rule-60"),
        pytest.param("lemlist", "workspace", id="rule-74"),
    ],
)
def test_whose_pool(name: str, scope: str) -> None:
    """Credits belong to a member or to the whole workspace, and are never transferred."""
    policy = load_policy(name)
    assert scope == policy.scope
    assert policy.transfer is False, "rules 14 and 43"


def test_packs_and_their_unit_prices() -> None:
    """Rules 8 and 9: five packs; the unit price falls, but not at the last step."""
    topup = load_policy("linkedin-messages").topup
    assert topup is not None
    wanted = [(25, 1000), (75, 2000), (175, 4000), (500, 10000), (1000, 20000)]
    assert wanted == [(pack.credits, pack.price_cents) for pack in topup.packs]
    units = [round(pack.cents_per_credit, 1) for pack in topup.packs]
    assert [40.0, 26.7, 22.9, 20.0, 20.0] == units
    assert topup.refundable is False, "rule 15"


def test_who_sells_what() -> None:
    """Rules 24, 42, 61: three policies sell nothing; rules 69, 70: one any number, to admins."""
    for name in ("humanlinker", ROLLING, "inmail-monthly"):
        assert load_policy(name).topup is None
    topup = load_policy("lemlist").topup
    assert topup is not None
    assert (True, 10, (), ("owner", "admin")) == (
        topup.custom,
        topup.unit_price_cents,
        topup.packs,
        topup.roles,
    )


@pytest.mark.parametrize(
    ("name", "offers"),
    [
        pytest.param("linkedin-messages", ("buy", "wait"), id="rule-04-12"),
        pytest.param(ROLLING, ("upgrade", "wait"), id="rule-24"),
        pytest.param("inmail-monthly", ("upgrade", "wait"), id="rule-42"),
        pytest.param("humanlinker", ("wait", "upgrade"), id="rule-61"),
        pytest.param("lemlist", ("buy", "wait", "upgrade"), id="rule-72"),
    ],
)
def test_what_helps_when_credits_are_gone(name: str, offers: tuple[str, ...]) -> None:
    """An answer without credits offers what the document offers, in its order."""
    assert offers == load_policy(name).on_exhausted


def test_caps_are_three_allotments() -> None:
    """Rule 22: 15, 45, 150 and 90."""
    policy = load_policy(ROLLING)
    wanted = {"free": 0, "premium_career": 15, "premium_business": 45}
    wanted |= {"sales_navigator": 150, "recruiter_lite": 90}
    assert wanted == {plan: policy.cap(plan, 1) for plan in policy.plans}
    assert load_policy("humanlinker").cap("pro", 1) is None


def test_effective_cost_per_credit() -> None:
    """Rule 19: about $12, $4, $1.60 and $2.50 a credit; nothing to divide for a plan without."""
    plans = load_policy(ROLLING).plans
    wanted = [None, 1200.0, 400.0, 160.0, 250.0]
    assert wanted == [plan.cents_per_credit for plan in plans.values()]


def test_when_an_action_is_charged() -> None:
    """Rules 51, 64, 67: an analysis when it succeeds, a search when it finds, the rest at once."""
    assert "succeeded" == load_policy("humanlinker").actions["contact.analysis"].charge_when
    actions = load_policy("lemlist").actions
    found = {name for name, action in actions.items() if action.charge_when == "found"}
    assert {"email.find", "profile.enrich", "phone.find"} == found
    assert "requested" == actions["ai.variable"].charge_when


def test_a_version_is_part_of_the_name() -> None:
    """`name@version` finds that version, and no other."""
    assert 1 == load_policy("lemlist@1").version
    with pytest.raises(UnknownPolicy):
        load_policy("lemlist@2")


def test_policies_of_ones_own(tmp_path: Path) -> None:
    """A file is found by its path, or by its policy's name in a folder that is looked through."""
    text = source("humanlinker").replace('name = "humanlinker"', 'name = "house-rules"')
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    assert "house-rules@1" == load_policy(str(file)).id
    assert "house-rules@1" == load_policy("house-rules", [tmp_path]).id
    assert text == load_policy("house-rules@1", [tmp_path]).source
    with pytest.raises(UnknownPolicy):
        load_policy("house-rules")
    with pytest.raises(UnknownPolicy):
        load_policy(str(tmp_path / "absent.toml"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("cost = 20 ", "cots = 20 ", 'actions."phone.find".cots: unknown key'),
        ("cost = 20 ", "cost = 2.5 ", 'actions."phone.find".cost: '),
        ("cost = 20 ", "cost = -1 ", 'actions."phone.find".cost: '),
        ("cost = 20 ", "cost = true ", 'actions."phone.find".cost: '),
        ("version = 1", "version = 0", "version: "),
        ('on_cancel = "keep_purchased"', 'on_cancel = "keep"', "on_cancel: "),
        ('on_cancel = "keep_purchased"', "", "on_cancel: is missing"),
        ('mode = "none"', 'mode = "days"', "rollover.days: goes with"),
        ('on_downgrade = "end_of_cycle"', 'on_downgrade = "trim_to_cap"', "on_downgrade: trim"),
        ('action = "call.minute"', 'action = "call.hour"', "plans.multichannel_expert.earmark"),
        ("[trial]\ncredits = 500", "", "plans.free_trial.trial: needs a [trial]"),
        ('["granted", "purchased"]', '["granted", "granted"]', "lots.spend_order: names a class"),
        ("once_per_contact = true", "", 'actions."contact.analysis".once_per_contact: '),
        ('[actions."contact.analysis"]', '[actions."contact.look"]', "actions: "),
        ("unit_price_cents = 10 ", "# ", "topup.unit_price_cents: goes with custom"),
        ("custom = true ", "custom = false ", "topup: sells nothing"),
        ("per_seat = true", 'timezone = "Nowhere"', "grant.timezone: unknown zone"),
    ],
)
def test_a_wrong_file_names_the_key_and_the_line(old: str, new: str, problem: str) -> None:
    """Every fault is reported with the key and the line where an author finds it."""
    text = source("lemlist")
    assert old in text
    wrong = text.replace(old, new, 1)
    problems = validate(wrong)
    line, message = next(each for each in problems if each[1].startswith(problem))
    named = problem.partition(":")[0].rpartition(".")[2].strip('"')
    if new.startswith(named):
        assert named in wrong.splitlines()[line - 1]
    assert 1 <= line <= wrong.count("\n") + 1
    with pytest.raises(PolicyError) as refused:
        parse_policy(wrong, "lemlist.toml")
    assert f"lemlist.toml:{line}: {message}" in str(refused.value)


def test_broken_toml_names_the_line() -> None:
    """A file that is no TOML is refused at the line where it breaks."""
    text = source("lemlist").replace("transfer = false", "transfer = ")
    [(line, message)] = validate(text)
    assert "transfer = " == text.splitlines()[line - 1]
    assert message.startswith("not TOML: ")


def test_refunds_need_a_thread() -> None:
    """A policy that refunds replies must say which action opens a thread."""
    wrong = source(ROLLING).replace("opens_thread = true", "opens_thread = false")
    assert ["refund: needs an action with opens_thread = true"] == [m for _, m in validate(wrong)]


def test_the_format_has_a_json_schema() -> None:
    """An editor can check a policy file: the schema forbids unknown keys and lists the knobs."""
    schema = policy_json_schema()
    assert schema["additionalProperties"] is False
    wanted = {"grant", "rollover", "lots", "actions", "topup", "refund", "trial", "plans"}
    wanted |= {"on_upgrade", "on_downgrade", "on_cancel", "on_exhausted", "on_seat_change"}
    wanted |= {"transfer", "member_caps", "version", "effective_from"}
    assert wanted <= set(schema["properties"])


def test_every_figure_names_its_rule() -> None:
    """An allotment, a cost, a pack or a cap in a built-in file is commented with its rule."""
    for name in builtin_policies():
        text = source(name)
        for line in text.splitlines():
            if line.startswith(("cap_multiple", "packs", "unit_price_cents", "window_days")):
                assert "rule" in line, f"{name}: {line}"
            if line.startswith(("allotment", "cost")) and not line.startswith("cost = 0"):
                told = "rule" in line or "editable" in line
                assert told or name == "lemlist", f"{name}: {line}"
