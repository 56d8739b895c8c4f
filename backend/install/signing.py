"""The installation's key pair: it gives the extension its stable id and signs the packed CRX."""

import os
import secrets
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from backend.settings import Settings

FILE_NAME = "extension_key.pem"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key, and its public half as the DER that browsers derive the id from."""

    private: rsa.RSAPrivateKey
    public_der: bytes

    @property
    def manifest_key(self) -> str:
        """The manifest's `key`."""
        return b64encode(self.public_der).decode()

    @property
    def digest(self) -> bytes:
        """What identifies the extension inside a CRX: half a SHA-256 of the public key."""
        return sha256(self.public_der).digest()[:16]

    @property
    def extension_id(self) -> str:
        """The id that the browser shows: the digest in hexadecimal, written with a to p."""
        return "".join("abcdefghijklmnop"[int(digit, 16)] for digit in self.digest.hex())

    def sign(self, message: bytes) -> bytes:
        """A signature as CRX3 wants it: RSA with SHA-256, PKCS #1 v1.5."""
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())


def signing_key(settings: Settings) -> SigningKey:
    """The key of this installation, made on the first call.

    Several processes may start at once on an empty data folder: each writes a candidate of its
    own, one link wins, and all read what won.
    """
    path = settings.data_dir / FILE_NAME
    if not path.exists():
        _offer(path)
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError(f"{path} does not hold an RSA key")
    public_der = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return SigningKey(private=private, public_der=public_der)


def _offer(path: Path) -> None:
    """Put a new key at `path` unless one is there by now; no reader ever sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    candidate = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(
                private.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(candidate, path)
        except FileExistsError:
            return
    finally:
        candidate.unlink()
