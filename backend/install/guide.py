"""The two pages of the extension, filled in with this installation's own values."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from backend.install.rendering import package_version
from backend.settings import Settings

PAGES = Path(__file__).parent / "pages"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def page_headers() -> dict[str, str]:
    """Headers that allow the one stylesheet inside the page and nothing else at all."""
    style = b64encode(sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{style}'; img-src 'self' data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }


def policy_file(settings: Settings, extension_id: str) -> bytes:
    """The policy by which managed browsers install the extension and keep it up to date."""
    policy = {
        "ExtensionSettings": {
            extension_id: {
                "installation_mode": "normal_installed",
                "update_url": f"{settings.origin}/extension/update.xml",
            }
        }
    }
    return (json.dumps(policy, indent=2) + "\n").encode()


def install_page(settings: Settings, extension_id: str) -> bytes:
    """The steps from the download to the first analysis, with the user's own addresses in them."""
    # The folder's path helps who sits at this machine; to others it says what they need not know.
    at_this_machine = urlsplit(settings.origin).hostname in LOOPBACK
    return _fill(
        "install.html",
        origin=settings.origin,
        version=package_version(),
        extension_id=extension_id,
        policy=policy_file(settings, extension_id).decode().strip(),
        forced=f"{extension_id};{settings.origin}/extension/update.xml",
        folder=str(settings.data_dir / "extension"),
        where="here" if at_this_machine else "elsewhere",
    )


def paired_page() -> bytes:
    """What a person sees once they have approved their browser."""
    return _fill("paired.html")


def _fill(name: str, **values: str) -> bytes:
    """The page `name`; every value is text and can never become markup."""
    template = Template((PAGES / name).read_text("utf-8"))
    safe = {key: escape(value) for key, value in values.items()}
    return template.substitute(safe, style=_style()).encode()


def _style() -> str:
    return (PAGES / "style.css").read_text("utf-8")
