"""Refusals about analyses."""

from typing import Any, ClassVar

from backend.errors import Refusal


class EnrichmentUnavailable(Refusal):
    """The sidecar did not answer in time or not sensibly."""

    code = "enrichment_unavailable"
    status = 503
    title = "Analysis is not available right now"
    retryable = True
    sentence: ClassVar[str] = (
        "The analysis could not be made right now. Nothing was charged; try again soon."
    )

    def __init__(self, **facts: Any) -> None:
        super().__init__(
            self.sentence,
            headers={"Retry-After": "5"},
            **facts,
        )


class ProvidersUnavailable(EnrichmentUnavailable):
    """The sidecar did not tell about its providers."""

    title = "The providers' state is not available right now"
    sentence = "The enrichment program did not answer. Contacts and credits are not touched by it."
