"""Compares content scripts with what is packed of them: `python -m tests.tools.packed_scripts`.

What leaves out comments and spaces goes by rules of thumb: a regular expression after `=>` is a
division to it. Run by `make check-js`, which installs the parser that tells.
"""

import json
import subprocess
import sys
from pathlib import Path

from backend.install.rendering import SOURCES, content_files, content_script

COMPARE = Path(__file__).with_suffix(".mjs")


def main() -> int:
    """Print which scripts have changed by being packed, and where; 1 if there is any."""
    scripts = [
        (name, (SOURCES / name).read_text("utf-8"), content_script(name))
        for name in content_files()
    ]
    done = subprocess.run(
        ["node", COMPARE], input=json.dumps(scripts), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    print(done.stdout, end="")
    changed = len(done.stdout.splitlines())
    print(f"packed scripts: {len(scripts)} compared, {changed} changed", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
