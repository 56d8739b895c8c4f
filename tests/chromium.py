"""Finds a Chromium for the browser tests, or installs one: `python -m tests.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SYSTEM_PACKAGES = ("chromium", "fonts-dejavu-core")

# A browser in a test asks nobody but the server under test; the sandbox cannot be had as root.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of a Chromium that starts: one on PATH, else Playwright's own; None without."""
    for name in NAMES:
        if (found := shutil.which(name)) and _starts(found):
            return found
    own = _playwright_path()
    return own if own and _starts(own) else None


def install_chromium() -> None:
    """Download Playwright's Chromium; where that fails, ask the system's packages if root."""
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    if _run(playwright, timeout_seconds=600) and find_chromium():
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-qq"], environment=environment)
    _run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *SYSTEM_PACKAGES],
        environment=environment,
    )


def _playwright_path() -> str | None:
    """Where Playwright would keep its own Chromium, if it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def _starts(path: str) -> bool:
    """Whether the browser at `path` runs here: a download may lack the system's libraries."""
    return _run([path, "--version"], timeout_seconds=60, quiet=True)


def _run(
    command: list[str],
    *,
    timeout_seconds: float | None = None,
    environment: dict[str, str] | None = None,
    quiet: bool = False,
) -> bool:
    """Whether `command` ended well; its output goes to stderr unless `quiet`."""
    output = subprocess.DEVNULL if quiet else sys.stderr
    try:
        done = subprocess.run(
            command,
            check=False,
            timeout=timeout_seconds,
            env=environment,
            stdout=output,
            stderr=output,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    """Make sure that there is a Chromium; 1 and one clear line when there is none."""
    if find_chromium():
        return 0
    print("No Chromium found; installing one ...", file=sys.stderr)
    install_chromium()
    if find_chromium():
        return 0
    print(
        "The tests need a Chromium and none could be installed: put chromium on PATH.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
