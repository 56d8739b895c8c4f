"""`python -m backend.sidecar`: serve as the environment says."""

import os
import sys
from urllib.parse import urlsplit

from backend.sidecar.app import serve_sidecar
from backend.sidecar.settings import WrongSetting, read_sidecar_settings


def main() -> int:
    """Read the few settings that concern the sidecar, and serve."""
    port = os.environ.get("MEETONCE_PORT", "") or "8000"
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        sys.stderr.write(f"MEETONCE_PORT: not a port: {port[:40]!r}\n")
        return 2
    form = os.environ.get("MEETONCE_LOG_FORMAT", "") or "console"
    if form not in ("console", "json"):
        sys.stderr.write(f"MEETONCE_LOG_FORMAT: console or json, not {form[:40]!r}\n")
        return 2
    try:
        settings = read_sidecar_settings(os.environ)
    except WrongSetting as error:
        sys.stderr.write(f"{error}\n")
        return 2
    serve_sidecar(
        os.environ.get("MEETONCE_HOST", "") or "127.0.0.1",
        int(port),
        os.environ.get("MEETONCE_SIDECAR_TOKEN", ""),
        form,
        sample_provider=os.environ.get("MEETONCE_SAMPLE_PROVIDER", "") == "1",
        own_host=urlsplit(os.environ.get("MEETONCE_PUBLIC_URL", "")).netloc,
        settings=settings,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
