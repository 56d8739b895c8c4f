"""Refusals about analyses."""

from typing import Any

from backend.errors import Refusal


class EnrichmentUnavailable(Refusal):
    """The sidecar did not answer in time or not sensibly."""

    code = "enrichment_unavailable"
    status = 503
    title = "Analysis is not available right now"
    retryable = True

    def __init__(self, **facts: Any) -> None:
        super().__init__(
            "The analysis could not be made right now. Nothing was charged; try again soon.",
            headers={"Retry-After": "5"},
            **facts,
        )
