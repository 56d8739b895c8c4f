"""Lints the builds for Firefox as its own store would: `python -m tests.tools.lint_firefox`.

Run by `make check-js`, which installs web-ext in the version that package.json pins.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from backend.install.packing import Packages
from backend.settings import Settings

ROOT = Path(__file__).parents[2]
WEB_EXT = ROOT / "node_modules/.bin/web-ext"
# The one build for all browsers names its worker for Chromium too, which Firefox passes over.
EXPECTED = {"firefox": set[str](), "any-server": {"BACKGROUND_SERVICE_WORKER_IGNORED"}}


def builds() -> dict[str, bytes]:
    """The zips by their names, as an installation under a name of its own serves them."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), public_url="https://meetonce.example")
        packages = Packages(settings)
        return {"firefox": packages.firefox, "any-server": packages.any_server}


def lint(archive: bytes) -> list[dict[str, Any]]:
    """What the linter says of a zip: errors, warnings and notices."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "extension.zip"
        path.write_bytes(archive)
        done = subprocess.run(
            [
                *(WEB_EXT, "lint", "--self-hosted", "--output", "json", "--no-input"),
                *("--no-config-discovery", "--source-dir", path),
            ],
            env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
            capture_output=True,
            check=False,
            timeout=120,
        )
    try:
        said = json.loads(done.stdout)
    except ValueError:
        sys.exit(f"web-ext has not answered: {done.stderr.decode()[-2_000:]}")
    found: list[dict[str, Any]] = [*said["errors"], *said["warnings"], *said["notices"]]
    return found


def main() -> int:
    """Print what is found beyond what is known; 1 if there is any."""
    unknown = 0
    for name, archive in builds().items():
        for each in lint(archive):
            if each["code"] not in EXPECTED[name]:
                unknown += 1
                where = f"{each.get('file', '')}:{each.get('line', '')}"
                print(f"{name} {each['_type']} {each['code']} {where} {each['message']}")
    print(f"web-ext lint: {len(EXPECTED)} builds, {unknown} findings", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
