"""Prefixed opaque ids that sort by the time of their making, and the hashes of secrets."""

import hashlib
import secrets

from backend.instants import Instant

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _encode(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def new_id(prefix: str, now: Instant) -> str:
    """A new id such as `con_01k3…`: 50 bits of milliseconds, then 75 random bits."""
    milliseconds = _encode(max(now, 0) // 1000, 10)
    return f"{prefix}_{milliseconds}{_encode(secrets.randbits(75), 15)}"


def new_secret() -> str:
    """256 random bits, safe in a URL and a header."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What is stored of a secret of 256 random bits: no salt is needed at that size."""
    return hashlib.sha256(secret.encode()).hexdigest()
