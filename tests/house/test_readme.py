"""The README says what the code does: its lists are compared with the code."""

import re
from pathlib import Path

import backend.cli  # noqa: F401  (defines every refusal there is)
from backend.cli import cli
from backend.errors import ALL_CODES
from backend.settings import PREFIX, Settings

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_every_error_code_is_listed_with_its_status() -> None:
    """The table of error codes is exactly the refusals that the code defines."""
    listed = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", README, re.MULTILINE))

    assert ALL_CODES == {code: int(status) for code, status in listed.items()}


def test_every_setting_is_listed() -> None:
    """Each environment variable that is read stands in the table of configuration."""
    missing = [
        PREFIX + name.upper()
        for name in Settings.model_fields
        if f"`{PREFIX}{name.upper()}`" not in README
    ]

    assert [] == missing


def test_every_command_is_listed() -> None:
    """Each command of the program stands in the table of commands."""
    missing = [name for name in cli.commands if not re.search(rf"`{name}\b", README)]

    assert [] == missing
