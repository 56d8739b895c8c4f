"""Packs the rendered extension: a reproducible zip, a signed CRX3 and its feed, a folder."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from struct import pack
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from backend.install.rendering import package_version, render_files
from backend.install.signing import SigningKey, signing_key
from backend.settings import Settings

# Any fixed date will do; this is the earliest that a zip can hold.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16


@dataclass(frozen=True)
class Packages:
    """What this installation serves, each part made on its first use and kept."""

    settings: Settings

    @cached_property
    def key(self) -> SigningKey:
        return signing_key(self.settings)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The files of the package that a person loads unpacked."""
        return render_files(self.settings, self.key, "unpacked")

    @cached_property
    def zip(self) -> bytes:
        return zip_files(self.files)

    @cached_property
    def firefox(self) -> bytes:
        return zip_files(render_files(self.settings, self.key, "firefox"))

    @cached_property
    def any_server_files(self) -> dict[str, bytes]:
        """The files of the build that is bound to no server."""
        return render_files(self.settings, self.key, "any_server")

    @cached_property
    def any_server(self) -> bytes:
        """That build as a zip: the same bytes on every server."""
        return zip_files(self.any_server_files)

    @cached_property
    def crx(self) -> bytes:
        return sign_crx(zip_files(render_files(self.settings, self.key, "policy")), self.key)

    @cached_property
    def update_xml(self) -> bytes:
        """The feed that a managed browser asks: the newest version and where it lies."""
        app, codebase = self.key.extension_id, f"{self.settings.origin}/extension/meetonce.crx"
        return (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            "<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>\n"
            f"  <app appid={quoteattr(app)}>\n"
            f"    <updatecheck codebase={quoteattr(codebase)}"
            f" version={quoteattr(package_version())}"
            f" hash_sha256={quoteattr(sha256(self.crx).hexdigest())}"
            f" size={quoteattr(str(len(self.crx)))}/>\n"
            "  </app>\n"
            "</gupdate>\n"
        ).encode()


def zip_files(files: dict[str, bytes]) -> bytes:
    """A zip of `files` that depends on nothing but their names and bytes."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            entry = ZipInfo(name, date_time=_ZIP_DATE)
            entry.create_system = 3
            entry.external_attr = _REGULAR_FILE
            archive.writestr(entry, content, compress_type=ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def sign_crx(archive: bytes, key: SigningKey) -> bytes:
    """`archive` as CRX3: a small protobuf header with the signature, then the zip itself."""
    signed_data = _field(1, key.digest)
    message = b"CRX3 SignedData\0" + pack("<I", len(signed_data)) + signed_data + archive
    proof = _field(1, key.public_der) + _field(2, key.sign(message))
    header = _field(2, proof) + _field(10_000, signed_data)
    return b"Cr24" + pack("<II", 3, len(header)) + header + archive


def unpack_extension(settings: Settings) -> Path:
    """Write the extension to `extension` in the data folder, for *Load unpacked*; its path.

    Files that are right already stay untouched, and what an earlier version left behind goes, so
    that the folder always holds exactly the package.
    """
    folder = settings.data_dir / "extension"
    files = Packages(settings).files
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
    return folder


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])
