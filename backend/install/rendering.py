"""Binds the extension's sources to one server: what ends up in the package, file by file."""

import json
import re
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from backend.install.signing import SigningKey
from backend.settings import Settings

# `unpacked` is loaded by hand and never updates itself; `policy` is installed by an administrator
# and asks the update feed; `firefox` is the same code under what Firefox calls the same things.
Channel = Literal["unpacked", "policy", "firefox"]

SOURCES = Path(__file__).resolve().parents[2] / "extension"
PACKED_FOLDERS = ("_locales", "bg", "content", "icons", "popup")
PACKED_SUFFIXES = {".css", ".html", ".js", ".json", ".png"}


def content_files(sources: Path = SOURCES) -> list[str]:
    """The content scripts in the order in which they run; the numbers in their names say it."""
    return sorted(f"content/{path.name}" for path in (sources / "content").glob("*.js"))


def package_version() -> str:
    """The product's version as browsers take it: one to four numbers, nothing else."""
    numbers = re.findall(r"\d+", re.split(r"[^\d.]", installed_version("meetonce"))[0])
    return ".".join(str(int(number)) for number in numbers[:4]) or "0"


def render_manifest(settings: Settings, key: SigningKey, channel: Channel) -> dict[str, Any]:
    """The manifest of this installation: the static part, then what depends on the server."""
    origin = settings.origin
    manifest: dict[str, Any] = json.loads((SOURCES / "manifest.base.json").read_text("utf-8"))
    manifest["version"] = package_version()
    manifest["key"] = key.manifest_key
    manifest["host_permissions"] = [f"{origin}/*"]
    manifest["content_scripts"] = [
        {
            "matches": ["https://www.linkedin.com/*", f"{origin}/demo/*"],
            "js": content_files(),
        }
    ]
    # The worker may speak to this server and to nobody else, whatever a later change attempts.
    manifest["content_security_policy"] = {
        "extension_pages": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            f"connect-src {origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    }
    if channel == "policy":
        manifest["update_url"] = f"{origin}/extension/update.xml"
    if channel == "firefox":
        _suit_firefox(manifest, origin, key)
    return manifest


def _suit_firefox(manifest: dict[str, Any], origin: str, key: SigningKey) -> None:
    """Change a manifest to one that Firefox takes: other names for the id and the background."""
    del manifest["key"], manifest["minimum_chrome_version"]
    manifest["background"] = {"scripts": ["bg/sw.js"], "type": "module"}
    # Firefox accepts a port in a pattern, lists it as granted, and matches nothing with it.
    parts = urlsplit(origin)
    hosts = f"{parts.scheme}://{parts.hostname}"
    manifest["host_permissions"] = [f"{hosts}/*"]
    manifest["content_scripts"][0]["matches"] = ["https://www.linkedin.com/*", f"{hosts}/demo/*"]
    manifest["browser_specific_settings"] = {
        "gecko": {
            "id": f"{key.extension_id}@meetonce",
            "strict_min_version": "128.0",
            # To the person's own server, on a press.
            "data_collection_permissions": {
                "required": ["personallyIdentifyingInfo", "websiteContent"]
            },
        }
    }


def render_files(settings: Settings, key: SigningKey, channel: Channel) -> dict[str, bytes]:
    """Every file of the package by its path inside it, sorted."""
    files = {
        path.relative_to(SOURCES).as_posix(): path.read_bytes()
        for folder in PACKED_FOLDERS
        for path in (SOURCES / folder).rglob("*")
        if path.is_file() and path.suffix in PACKED_SUFFIXES
    }
    for name in content_files():
        files[name] = _without_comments(files[name].decode()).encode()
    files["manifest.json"] = _json(render_manifest(settings, key, channel))
    files["bg/config.js"] = _script(
        f"export const ORIGIN = {json.dumps(settings.origin)};",
        f"export const CONTENT_FILES = {json.dumps(content_files(), indent=2)};",
    )
    files["content/00-config.js"] = _script(
        f"globalThis.__side ??= {{ shadow: {json.dumps(settings.extension_shadow)} }};"
    )
    return dict(sorted(files.items()))


def _without_comments(source: str) -> str:
    """`source` without comment lines and indentation, its line numbers unchanged.

    Content scripts are read anew with every page that is opened, comments and all. Only comments
    that have their lines to themselves are dropped, so that no other character can be touched.
    """
    lines, inside = [], False
    for line in (line.strip() for line in source.splitlines()):
        begins = line.startswith("/*") and ("*/" not in line or line.endswith("*/"))
        lines.append("" if inside or begins or line.startswith("//") else line)
        inside = (inside or begins) and "*/" not in line
    return "\n".join(lines) + "\n"


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _script(*lines: str) -> bytes:
    return ("// Written by the server for this installation.\n" + "\n".join(lines) + "\n").encode()
