"""What we install: locked with hashes, complete, from nowhere in particular, and free to ship."""

import re
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")

# An address of a registry, or a path of somebody's machine.
PLACES = re.compile(r"https?://|file:|--(?:extra-)?index-url|--find-links|(?<![\w.])/[a-z]+/")

STRONG_COPYLEFT = re.compile(
    r"affero|agpl|(?<![a-z])gpl|(?<!lesser )general public", re.IGNORECASE
)
LESSER = re.compile(r"lesser general public|lgpl", re.IGNORECASE)


def locked(name: str) -> dict[str, Requirement]:
    """The requirements of a lock by canonical name."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.partition("#")[0].partition("--hash")[0].strip() for line in text.splitlines())
    found = [Requirement(line) for line in lines if line]
    return {canonicalize_name(each.name): each for each in found}


def declared(*groups: str) -> list[Requirement]:
    """What pyproject.toml asks for: the product's dependencies, and those of the groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted: list[str] = list(project["project"]["dependencies"])
    for group in groups:
        wanted += [each for each in project["dependency-groups"][group] if isinstance(each, str)]
    return [Requirement(each) for each in wanted]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    """Each line of a lock pins one version and names the hashes of its files."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+ ", line), line
        assert "--hash=sha256:" in line, line


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_says_where_it_was_made(name: str) -> None:
    """A lock holds neither a registry's address nor a path: it serves on any machine."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if PLACES.search(line)] == []


@pytest.mark.parametrize(
    ("name", "groups"),
    [("requirements.txt", ["build"]), ("requirements-dev.txt", ["build", "dev"])],
)
def test_the_locks_are_what_the_project_asks_for(name: str, groups: list[str]) -> None:
    """Everything declared is locked at a version that fits; `make lock` brings it up to date."""
    lock = locked(name)
    stale = [
        str(wanted)
        for wanted in declared(*groups)
        if (found := lock.get(canonicalize_name(wanted.name))) is None
        or not wanted.specifier.contains(_version(found), prereleases=True)
    ]
    assert not stale, f"run `make lock`: {stale}"


def test_both_locks_agree() -> None:
    """The tests run against the versions that the product is installed with."""
    product, development = (locked(name) for name in LOCKS)
    assert {name: _version(development[name]) for name in product} == {
        name: _version(each) for name, each in product.items()
    }


def test_nothing_that_we_ship_with_is_strong_copyleft() -> None:
    """No dependency of the product is under the GPL or AGPL; the LGPL is fine for a library."""
    refused, unknown = [], []
    for name, requirement in locked("requirements.txt").items():
        # What this machine's Python does not install is checked where it does.
        if requirement.marker and not requirement.marker.evaluate():
            continue
        licence = _licence(name)
        if not licence:
            unknown.append(name)
        elif STRONG_COPYLEFT.search(LESSER.sub("", licence)):
            refused.append(f"{name}: {licence}")
    assert not refused, f"not to be shipped with: {refused}"
    assert not unknown, f"no licence is named by: {unknown}"


def test_licences_are_told_apart() -> None:
    """The check above refuses what it must and lets pass what it may."""
    refused = ("GPL-3.0-only", "GNU Affero General Public License v3", "AGPL-3.0", "GPLv2+")
    passed = ("LGPL-2.1-or-later", "GNU Lesser General Public License v2 or later", "MIT")
    assert all(STRONG_COPYLEFT.search(LESSER.sub("", each)) for each in refused)
    assert not any(STRONG_COPYLEFT.search(LESSER.sub("", each)) for each in passed)


def _version(requirement: Requirement) -> str:
    """The one version that a locked requirement pins."""
    (only,) = requirement.specifier
    return only.version


def _licence(name: str) -> str:
    """What the installed package says of its licence: expression, classifiers, else its word."""
    about = metadata.metadata(name)
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = about.get_all("Classifier") or []
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    if named:
        return ", ".join(named)
    # Some packages put the whole text there; its first line is the name.
    return str(about.get("License") or "").strip().partition("\n")[0]
