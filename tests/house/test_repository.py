"""What git keeps: all of the product, and nothing that belongs to one machine."""

import re
import subprocess

from tests.house.source import ROOT

# Folders that only exist where somebody works, and addresses of package registries.
MACHINE_PATHS = re.compile(r"(?:^|[\"'`\s=(])/(?:home|root|work|tmp|opt|Users)/[A-Za-z._]")
REGISTRIES = re.compile(r"https?://[^\s\"']*/(?:simple|-)/")
TEXT = {".py", ".js", ".json", ".toml", ".txt", ".md", ".html", ".css", ".sh", ".yaml", ".yml"}


def git(*arguments: str) -> list[str]:
    """The lines that git answers; none outside a repository: a tarball holds what it has."""
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    return done.stdout.splitlines() if done.returncode == 0 else []


def test_git_ignores_nothing_of_the_product() -> None:
    """No source or data file of the product is hidden from git: a clone runs as this tree does."""
    hidden = git("ls-files", "--others", "--ignored", "--exclude-standard", "--", "backend",
                 "shared_schemas", "extension", "tests")  # fmt: skip
    made = re.compile(r"__pycache__/|\.pyc$|^tests/artifacts/|/\.[a-z_]+_cache/")
    assert [path for path in hidden if not made.search(path)] == []


def test_no_file_names_one_machine() -> None:
    """No file kept by git holds a path of somebody's machine or the address of a registry."""
    found = []
    for path in git("ls-files", "--cached", "--others", "--exclude-standard"):
        file = ROOT / path
        if path == "tests/house/test_repository.py" or not file.is_file():
            continue
        if file.suffix not in TEXT and file.name not in {"Makefile", "Dockerfile", "run"}:
            continue
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1):
            if MACHINE_PATHS.search(line) or REGISTRIES.search(line):
                found.append(f"{path}:{number}")
    assert not found, f"say it without the machine: {found}"
