"""After bad input of every kind the workspace stands as it stood."""

import json

from tests.api.test_bad_input import INVALID, MALFORMED, send
from tests.flows.workplace import Workplace


async def test_nothing_of_this_is_charged(acme: Workplace) -> None:
    """After every kind of bad input no credit is spent or held, no contact is made."""
    for content in MALFORMED.values():
        await send(acme, content)
        await send(acme, content, "/campaigns")
    for body in INVALID.values():
        await send(acme, json.dumps(body).encode())
    balance = (await acme.get("/balance")).json()

    assert (200, 0, 0) == (balance["available"], balance["held"], balance["used"])
    assert [] == (await acme.get("/contacts")).json()["data"]
    assert 1 == len((await acme.get("/ledger")).json()["data"])
    assert [] == await acme.differences()
