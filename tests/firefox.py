"""Finds a Firefox for the browser tests, or installs one: `python -m tests.firefox`."""

import os
import shutil
import subprocess
import sys

NAMES = ("firefox-esr", "firefox")
SYSTEM_PACKAGE = "firefox-esr"


def find_firefox() -> str | None:
    """The path of a Firefox on PATH; None without one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install_firefox() -> None:
    """Ask the system's packages for one, if root."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", SYSTEM_PACKAGE],
    ):
        subprocess.run(command, check=False, env=environment, stdout=sys.stderr)


def main() -> int:
    """Make sure that there is a Firefox where everything must be tested.

    On a developer's machine without one the tests in Firefox say that they were left out; with
    `CI` set it is installed, and 1 is answered where that fails.
    """
    if find_firefox() or not os.environ.get("CI"):
        return 0
    print("No Firefox found; installing one ...", file=sys.stderr)
    install_firefox()
    if find_firefox():
        return 0
    print("The tests need a Firefox and none could be installed.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
