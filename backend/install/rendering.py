"""Binds the extension's sources to one server: what ends up in the package, file by file."""

import json
import re
from collections.abc import Container
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import rjsmin  # type: ignore[import-untyped]

from backend.install.signing import SigningKey
from backend.settings import Settings

# `unpacked` is loaded by hand and never updates itself; `policy` is installed by an administrator
# and asks the update feed; `firefox` is the same code under what Firefox calls the same things.
# `any_server` is bound to none: one build for all, to be signed for a store, in which each person
# names their server and allows it.
Channel = Literal["unpacked", "policy", "firefox", "any_server"]

# `page` runs in every page of a site and is kept small: it finds out whether there may be somebody
# and draws the button. The worker puts the others into a page that turns out to need them: what
# all readers share, who reads a page of that kind, and `cards`, the vendored parser, where
# microformats are.
Part = Literal[
    "page", "readers", "member", "lead", "people", "github", "xing", "anywhere", "panel", "cards"
]

SOURCES = Path(__file__).resolve().parents[2] / "extension"
PACKED_FOLDERS = ("_locales", "bg", "content", "icons", "popup")
PACKED_SUFFIXES = {".css", ".html", ".js", ".json", ".png"}


# By the number with which a file's name begins; `page` has what stands in no other, and a file
# that several kinds of pages need is in each of their parts.
_PARTS: dict[Part, Container[int]] = {
    "readers": (21, 35, 40),
    "member": (30, 45, 46, 50),
    "people": (41, 51),
    "lead": (41, 52),
    "github": (42, 53),
    "xing": (30, 32, 42, 46, 54),
    "anywhere": (30, 31, 32, 59),
    "panel": range(71, 80),
}

LINKEDIN = "https://www.linkedin.com/*"
ANY_SERVER_ID = "any-server@meetonce"


def content_files(part: Part | None = None) -> list[str]:
    """The files of `part`, or all that ever enter a page, in the order in which they run."""
    names = _content_names()
    return [f"content/{name}" for name in names if part is None or part in _parts_of(name)]


@cache
def _content_names() -> list[str]:
    content = SOURCES / "content"
    return sorted(path.relative_to(content).as_posix() for path in content.rglob("*.js"))


def content_script(name: str) -> str:
    """A file of `content_files` as pages run it, which read it anew each time they are opened.

    Comments and spaces are left out. What others have written is as it was, with its licence.
    """
    source = (SOURCES / name).read_text("utf-8")
    return source if name in content_files("cards") else f"{rjsmin.jsmin(source)}\n"


def _parts_of(name: str) -> list[Part]:
    if name.startswith("vendor/"):
        return ["cards"]
    number = int(name[:2])
    return [part for part, numbers in _PARTS.items() if number in numbers] or ["page"]


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
    # LinkedIn stands here too because only that lets the worker add the readers and the panel to
    # its pages; what people are told at the installation is the same.
    manifest["host_permissions"] = [f"{origin}/*", LINKEDIN]
    manifest["content_scripts"] = [
        {"matches": [LINKEDIN, f"{origin}/demo/*"], "js": content_files("page")}
    ]
    # The worker may speak to this server and to nobody else, whatever a later change attempts.
    manifest["content_security_policy"] = {"extension_pages": _pages_policy(origin)}
    if channel == "policy":
        manifest["update_url"] = f"{origin}/extension/update.xml"
    if channel == "firefox":
        _suit_firefox(manifest, origin, key)
    if channel == "any_server":
        _suit_any_server(manifest)
    return manifest


def _suit_firefox(manifest: dict[str, Any], origin: str, key: SigningKey) -> None:
    """Change a manifest to one that Firefox takes: other names for the id and the background."""
    del manifest["key"], manifest["minimum_chrome_version"]
    manifest["background"] = {"scripts": ["bg/sw.js"], "type": "module"}
    # Firefox accepts a port in a pattern, lists it as granted, and matches nothing with it.
    parts = urlsplit(origin)
    hosts = f"{parts.scheme}://{parts.hostname}"
    manifest["host_permissions"] = [f"{hosts}/*", LINKEDIN]
    manifest["content_scripts"][0]["matches"] = [LINKEDIN, f"{hosts}/demo/*"]
    manifest["browser_specific_settings"] = _gecko(f"{key.extension_id}@meetonce")


def _suit_any_server(manifest: dict[str, Any]) -> None:
    """Change a manifest to one that knows no server, and that both kinds of browsers take."""
    del manifest["key"]
    # Chromium takes the worker, Firefox the scripts.
    manifest["background"]["scripts"] = [manifest["background"]["service_worker"]]
    manifest["host_permissions"] = [LINKEDIN]
    manifest["optional_host_permissions"] += ["https://*/*", "http://*/*"]
    manifest["content_scripts"][0]["matches"] = [LINKEDIN]
    policy = manifest["content_security_policy"]
    policy["extension_pages"] = _pages_policy("https: http:")
    manifest["browser_specific_settings"] = _gecko(ANY_SERVER_ID)


def _gecko(extension_id: str) -> dict[str, Any]:
    """What Firefox wants to know of an extension."""
    return {
        "gecko": {
            "id": extension_id,
            "strict_min_version": "140.0",
            # To the person's own server, on a press.
            "data_collection_permissions": {
                "required": ["personallyIdentifyingInfo", "websiteContent"]
            },
        },
        "gecko_android": {"strict_min_version": "142.0"},
    }


def _pages_policy(server: str) -> str:
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src {server}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def render_files(settings: Settings, key: SigningKey, channel: Channel) -> dict[str, bytes]:
    """Every file of the package by its path inside it, sorted."""
    files = {
        path.relative_to(SOURCES).as_posix(): path.read_bytes()
        for folder in PACKED_FOLDERS
        for path in (SOURCES / folder).rglob("*")
        if path.is_file() and path.suffix in PACKED_SUFFIXES
    }
    for name in content_files():
        files[name] = content_script(name).encode()
    files["manifest.json"] = _json(render_manifest(settings, key, channel))
    origin = None if channel == "any_server" else settings.origin
    files["bg/config.js"] = _script(
        f"export const ORIGIN = {json.dumps(origin)};",
        f"export const PARTS = {json.dumps(_parts(), indent=2)};",
    )
    files["content/00-config.js"] = _script(
        f"globalThis.__side ??= {{ shadow: {json.dumps(settings.extension_shadow)} }};"
    )
    return dict(sorted(files.items()))


def _parts() -> dict[Part, list[str]]:
    return {part: content_files(part) for part in get_args(Part)}


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _script(*lines: str) -> bytes:
    return ("// Written by the server for this installation.\n" + "\n".join(lines) + "\n").encode()
