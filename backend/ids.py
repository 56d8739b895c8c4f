"""Prefixed opaque ids that sort by the time of their making, and the hashes of secrets."""

import hashlib
import os
import secrets
from functools import lru_cache

from backend.instants import Instant

_ALPHABET = b"0123456789abcdefghjkmnpqrstvwxyz"


@lru_cache(maxsize=64)
def _encode(number: int) -> str:
    """`number` (below 2**50) in ten letters."""
    letters = bytearray(10)
    for place in range(9, -1, -1):
        number, rest = divmod(number, 32)
        letters[place] = _ALPHABET[rest]
    return letters.decode()


def new_id(prefix: str, now: Instant) -> str:
    """A new id such as `con_01k3…`: 50 bits of milliseconds, then 80 random bits."""
    return f"{prefix}_{_encode(max(now, 0) // 1000)}{os.urandom(10).hex()}"


def new_secret() -> str:
    """256 random bits, safe in a URL and a header."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What is stored of a secret of 256 random bits: no salt is needed at that size."""
    return hashlib.sha256(secret.encode()).hexdigest()
