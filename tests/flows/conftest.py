"""Fixtures of the flow tests: a workspace on both databases, and a sidecar that can fall ill."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.flows.ill_sidecar import IllSidecar, ill_sidecar
from tests.flows.workplace import Workplace, workplace


@pytest.fixture
def sidecar() -> Iterator[IllSidecar]:
    """A stand-in for the sidecar, well until told otherwise."""
    with ill_sidecar() as running:
        yield running


@pytest.fixture
async def acme(database_url: str, sidecar: IllSidecar) -> AsyncIterator[Workplace]:
    """A workspace with 200 credits, in process, on each database."""
    async with workplace(database_url, sidecar, sidecar_deadline_seconds=4) as place:
        yield place
