"""`meetonce policy`: files of one's own are checked to the line before anybody uses them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from backend.cli import cli
from backend.credits.policy import (
    BUILTIN_FOLDER,
    SCHEMA_FILE,
    PolicyError,
    UnknownPolicy,
    builtin_policies,
    first_policy,
    load_policy,
    own_policies,
    policy_schema_text,
    validate,
)
from tests.credits.played import Played, event

NAMES = sorted(builtin_policies())


def said(*arguments: str, **env: str) -> tuple[int, str]:
    """Exit code and output of `meetonce policy`."""
    done = CliRunner().invoke(cli, ["policy", *arguments], env=env)
    return done.exit_code, done.output


def own(folder: Path, name: str, *changes: tuple[str, str], file: str = "mine.toml") -> Path:
    """A policy file of one's own: a built-in one with changes."""
    text = load_policy(name).source
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / file
    path.write_text(text, "utf-8")
    return path


def test_a_good_file_is_good(tmp_path: Path) -> None:
    """Exit 0 and one line that says what the file holds."""
    path = own(tmp_path, "humanlinker", ("allotment = 350", "allotment = 400"))
    code, output = said("validate", str(path))
    assert 0 == code
    assert f"{path}: humanlinker@1 is good: plans starter 200, pro 400, business 600" in output


def test_each_fault_has_its_line(tmp_path: Path) -> None:
    """Exit 1, and for each fault the file, its line, its key and what is wrong with it."""
    path = own(
        tmp_path,
        "linkedin-messages",
        ("version = 1", "version = 0"),
        ("{ credits = 175, price_cents = 4_000 }", "{ credits = 175, price_cents = 0 }"),
        ('charge_when = "requested"', 'charge_when = "later"'),
    )
    text = path.read_text("utf-8").splitlines()
    code, output = said("validate", str(path))
    assert 1 == code
    faults = output.splitlines()
    assert 3 == len(faults)
    for fault, key, spelled in zip(
        faults,
        ["version", 'actions."message.send".charge_when', "topup.packs.2.price_cents"],
        ["version = 0", '"later"', "credits = 175"],
        strict=True,
    ):
        place, line, told = fault.removeprefix(str(path)).split(":", 2)
        assert ("", key) == (place, told.strip().partition(": ")[0])
        assert spelled in text[int(line) - 1]


def test_all_faults_of_several_files_are_told(tmp_path: Path) -> None:
    """The worst exit code counts: 2 for a file that cannot be read, 1 for a faulty one."""
    good = own(tmp_path, "lemlist")
    bad = own(tmp_path, "lemlist", ("[trial]", "[trails]"), file="bad.toml")
    odd = tmp_path / "odd.toml"
    odd.write_bytes(b'name = "odd"\ntitle = "\xff"\n')
    code, output = said("validate", str(good), str(bad), str(odd))
    assert 1 == code
    assert f"{odd}:2: not UTF-8" in output
    assert "trails: unknown key" in output
    code, output = said("validate", str(good), str(tmp_path / "absent.toml"), str(bad))
    assert 2 == code
    assert "cannot read policy" in output


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("humanlinker", '["wait", "upgrade"]', '["wait", "buy"]', "on_exhausted: buy needs a"),
        ("humanlinker", '["wait", "upgrade"]', '["wait", "wait"]', "on_exhausted: names an offer"),
        ("humanlinker", "transfer = false", "transfer = true", "transfer: "),
        ("humanlinker", 'unit = "contact"', 'unit = "contact"\nfree_if = ["open_thread"]', "act"),
        ("inmail-rollover", "cap_multiple = 3", "cap_multiple = 0", "rollover.cap_multiple: "),
        ("inmail-rollover", "days = 90", "days = 0", "rollover.days: "),
        ("inmail-rollover", "max_per_thread = 1", "max_per_thread = 2", "refund.max_per_thread"),
        ("lemlist", 'roles = ["owner", "admin"]', 'roles = ["boss"]', "topup.roles.0: "),
        ("lemlist", "[plans.email_pro]", "[plans.Email]", "plans.Email: "),
        ("lemlist", 'name = "lemlist"', "name = lemlist", "not TOML: "),
    ],
)
def test_contradictions_are_faults(name: str, old: str, new: str, problem: str) -> None:
    """What does not fit together is refused although each key is well formed."""
    text = load_policy(name).source
    assert old in text
    wrong = text.replace(old, new, 1)
    found = [each for each in validate(wrong) if each[1].startswith(problem)]
    assert found, validate(wrong)
    assert new.splitlines()[-1][:20] in wrong.splitlines()[found[0][0] - 1]


def test_a_file_nested_without_end_is_refused() -> None:
    """A text that exhausts the reader is no TOML, and no traceback."""
    assert ["not TOML"] == [message[:8] for _, message in validate("a = " + "[" * 5000)]


def test_the_list_has_built_in_and_own_policies(tmp_path: Path) -> None:
    """Built-in ones first, then one's own, and what is wrong with those that are not usable."""
    folder = tmp_path / "policies"
    folder.mkdir()
    own(folder, "humanlinker", ('name = "humanlinker"', 'name = "house"'))
    own(folder, "lemlist", ("cost = 20", "cost = -20"), file="faulty.toml")
    code, output = said("list", MEETONCE_DATA_DIR=str(tmp_path))
    assert 0 == code
    lines = output.splitlines()
    assert [f"{name}@1" for name in NAMES] == [line.partition(":")[0] for line in lines[:5]]
    assert lines[5].startswith("house@1 (own): plans starter 200")
    assert lines[6].startswith("not usable: faulty.toml:")


def test_a_policy_is_shown_to_copy_and_edit(tmp_path: Path) -> None:
    """`show` prints the file as it is, so that it can be saved, changed and checked."""
    code, output = said("show", "inmail-rollover", MEETONCE_DATA_DIR=str(tmp_path))
    assert (0, load_policy("inmail-rollover").source) == (code, output)
    assert [] == validate(output)


def test_the_newest_version_of_a_name_is_found(tmp_path: Path) -> None:
    """An edited copy with a new version stands beside the old one, and its name means it."""
    own(tmp_path, "humanlinker", ("version = 1", "version = 2"), ("= 350", "= 400"))
    assert 2 == load_policy("humanlinker", [tmp_path]).version
    assert 350 == load_policy("humanlinker@1", [tmp_path]).plans["pro"].allotment
    assert 400 == load_policy("humanlinker@2", [tmp_path]).plans["pro"].allotment
    with pytest.raises(UnknownPolicy):
        load_policy("humanlinker@3", [tmp_path])


def test_a_version_cannot_mean_two_things(tmp_path: Path) -> None:
    """Edited without a new version it is refused at its version; comments may change."""
    own(tmp_path, "humanlinker", ("= 350", "= 400"))
    policies, faults = own_policies([tmp_path])
    assert [] == policies
    assert "mine.toml:6: version: humanlinker@1 exists with other rules" in str(faults[0])
    assert 350 == load_policy("humanlinker", [tmp_path]).plans["pro"].allotment
    own(tmp_path, "humanlinker", ("# editable", "# ours"))
    assert 1 == len(own_policies([tmp_path])[0])


def test_one_policy_is_that_of_a_first_start(tmp_path: Path) -> None:
    """Exactly one built-in file says so; one of one's own goes before it, its newest first."""
    assert ["humanlinker"] == [p.name for p in builtin_policies().values() if p.first]
    assert "humanlinker@1" == first_policy([tmp_path]).id
    changed = (("version = 1", "version = 3"), ("[plans.starter]", "[plans.begin]"))
    own(tmp_path, "humanlinker", *changed)
    own(tmp_path, "lemlist", ('name = "lemlist"', 'name = "team"'), file="other.toml")
    assert ("humanlinker@3", "begin") == (
        first_policy([tmp_path]).id,
        next(iter(first_policy([tmp_path]).plans)),
    )


def test_a_faulty_neighbour_does_no_harm(tmp_path: Path) -> None:
    """Other policies of the folder work; only who asks for the faulty one is told its faults."""
    own(tmp_path, "humanlinker", ('name = "humanlinker"', 'name = "house"'))
    own(tmp_path, "lemlist", ("cost = 20", "cost = -20"), file="broken.toml")
    assert "house@1" == load_policy("house", [tmp_path]).id
    with pytest.raises(PolicyError, match=r'broken.toml:\d+: actions."phone.find".cost'):
        load_policy("broken", [tmp_path])
    with pytest.raises(UnknownPolicy, match=r"house@1\nnot usable: broken.toml"):
        load_policy("nothing", [tmp_path])


def test_an_edited_policy_is_simulated(tmp_path: Path) -> None:
    """Change a number, run the same events: that is how to see what it would have cost."""
    path = own(tmp_path, "humanlinker", ("cost = 1 ", "cost = 3 "))
    look = event("2026-01-05", "charge", action="contact.analysis", contact="c")
    assert [1] == Played("humanlinker", "pro", look).charged
    assert [3] == Played(str(path), "pro", look).charged


def test_the_schema_file_is_the_formats() -> None:
    """`make schema` was run: the file beside the policies and the command say the same."""
    assert policy_schema_text() == SCHEMA_FILE.read_text("utf-8")
    assert (0, policy_schema_text()) == said("schema")


def keys(schema: dict[str, Any], part: dict[str, Any]) -> set[str]:
    """Every key that a schema allows, at any depth."""
    part = schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    found = set(part.get("properties", {}))
    inner = [*part.get("properties", {}).values(), *part.get("anyOf", [])]
    inner += part.get("patternProperties", {}).values()
    inner += [part["items"]] if "items" in part else []
    return found.union(*(keys(schema, each) for each in inner))


def test_the_schema_knows_every_knob() -> None:
    """The knobs that all five systems need can be written, and the schema describes each."""
    schema = json.loads(policy_schema_text())
    knobs = {
        *("scope", "per_seat", "period", "anchor", "timezone", "allotment"),
        *("mode", "days", "cap_multiple", "cap", "overflow"),
        *("cost", "unit", "charge_when", "free_if", "once_per_contact", "opens_thread"),
        *("spend_order", "earmark", "action", "credits"),
        *("packs", "custom", "unit_price_cents", "roles", "expires", "refundable"),
        *("event", "window_days", "max_per_thread", "new_lot_days"),
        *("on_upgrade", "on_downgrade", "on_cancel", "on_exhausted", "on_seat_change"),
        *("transfer", "member_caps", "version", "effective_from", "trial", "price_cents"),
    }
    assert set() == knobs - keys(schema, schema)


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_finds_the_schema(name: str) -> None:
    """Each built-in file names the schema in its first line, as TOML editors look for it."""
    first = (BUILTIN_FOLDER / f"{name}.toml").read_text("utf-8").splitlines()[0]
    assert f"#:schema ./{SCHEMA_FILE.name}" == first
