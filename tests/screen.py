"""Finds a screen without a monitor and hands for it, or installs them: `python -m tests.screen`.

A headless browser draws no dialogs of its own; for the one that asks for a permission the tests
need Xvfb and xdotool.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}


def missing() -> list[str]:
    """The system's packages of the programs that are not there."""
    return [package for name, package in PROGRAMS.items() if shutil.which(name) is None]


def install(packages: list[str]) -> None:
    """Ask the system's packages for them, if root."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        subprocess.run(command, check=False, env=environment, stdout=sys.stderr)


@contextmanager
def virtual_screen() -> Iterator[str]:
    """A screen of its own; answers its name, as `DISPLAY` takes it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb has not started"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def hand(display: str, *command: str) -> str:
    """What xdotool answers."""
    done = subprocess.run(
        ["xdotool", *command],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    return done.stdout


def main() -> int:
    """Make sure that they are there where everything must be tested, as `tests.firefox` does."""
    if not missing() or not os.environ.get("CI"):
        return 0
    print(f"Installing {' and '.join(missing())} ...", file=sys.stderr)
    install(missing())
    if not missing():
        return 0
    print(f"The tests need {' and '.join(missing())}, which could not be had.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
