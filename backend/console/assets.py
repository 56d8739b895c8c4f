"""The console's files, read once at the start, so that no request ever names a path on disk."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).parent / "static"

MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served. `etag` is strong: it is derived from the bytes alone."""

    content: bytes
    media_type: str
    etag: str


def read_assets(folder: Path = STATIC) -> dict[str, Asset]:
    """The files of `folder` by their names; a file of an unknown kind is left out."""
    return {
        path.name: _read_asset(path)
        for path in sorted(folder.iterdir())
        if path.suffix in MEDIA_TYPES
    }


def _read_asset(path: Path) -> Asset:
    content = path.read_bytes()
    digest = sha256(content).hexdigest()[:32]
    return Asset(content=content, media_type=MEDIA_TYPES[path.suffix], etag=f'"{digest}"')
