"""Addresses of invented people, for tests about who is the same person."""

import base64
from collections.abc import Sequence

import pytest

from backend.contacts.identity import InvalidIdentity, canonicalize

LINKEDIN = "https://www.linkedin.com"
E = "ACoAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA"
F = E.replace("ACoAA", "ACwAA")
R = E.replace("ACoAA", "AEMAA")
MEMBER = "li:member:123456789"


def reason_for(text: str) -> str:
    """The word with which `text` is refused."""
    with pytest.raises(InvalidIdentity) as refusal:
        canonicalize(text)
    return refusal.value.reason.value


def encoded(
    member: int, kind: int = 0x002A, *, first: int = 0, mark: int = 1, tail: bytes = bytes(20)
) -> str:
    """An encoded id of LinkedIn's with the given fields: 39 characters."""
    data = bytes([first]) + kind.to_bytes(1, "big") + member.to_bytes(6, "big") + bytes([mark])
    return base64.urlsafe_b64encode(data + tail).decode("ascii").rstrip("=")


def named(cases: Sequence[tuple[str, str, str]]) -> list[object]:
    """The cases with their names as test ids."""
    return [pytest.param(text, expected, id=name) for name, text, expected in cases]
