"""Refusals about contacts."""

from typing import Any

from backend.errors import Refusal


class Suppressed(Refusal):
    """The person must not be approached by this workspace."""

    code = "suppressed"
    status = 451
    title = "Do not contact"

    def __init__(self, **facts: Any) -> None:
        super().__init__(
            "This person is on the list of people not to contact. Nothing was charged.",
            **facts,
        )
