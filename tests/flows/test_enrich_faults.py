"""Enrichments when vendors or the sidecar fail: late, slow, ill, or anything at random."""

import asyncio
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flows.enriching import (
    cache,
    contact_of,
    enrich,
    real_sidecar,
    slow_sidecar,
    team,
    told,
    vendors,
    wake,
    well,
)
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Workplace, workplace
from tests.sidecar.vendors import Vendors

__all__ = ["cache", "real_sidecar", "slow_sidecar", "team", "vendors", "well"]


async def test_a_slow_vendor_is_pending_and_then_paid_once(
    database_url: str, slow_sidecar: Any, vendors: Vendors
) -> None:
    """202 and charged 0 while a vendor works; the same key goes through when it is done."""
    async with workplace(
        database_url, slow_sidecar, policy="lemlist", plan="email_pro", sidecar_deadline_seconds=8
    ) as place:
        contact = await contact_of(place)
        first = await enrich(place, contact, "email.find", key="slow")
        second = await enrich(place, contact, "email.find", key="slow")

        assert (202, "pending", 0, "still_running") == told(first)
        assert first.headers["Retry-After"]
        assert (200, "done", 5, "found_deliverable") == told(second)
        assert ["POST", "GET"] == [each.method for each in vendors.asked]
        assert [] == await place.differences()


async def test_an_ill_sidecar_costs_nothing(database_url: str, sidecar: IllSidecar) -> None:
    """Without a sensible answer in time: 503, the hold is given back, the key is free again."""
    async with workplace(
        database_url, sidecar, policy="lemlist", plan="email_pro", sidecar_deadline_seconds=1
    ) as place:
        for mode in ("hang", "close", "status_500", "garbage", "huge", "wrong_shape"):
            sidecar.mode = "well"
            contact = await contact_of(place, f"jane-{mode}")
            before = await place.available()
            sidecar.mode = mode
            answer = await enrich(place, contact, "email.find", key=mode)
            again = await enrich(place, contact, "email.find", key=mode)
            runs = (await place.get(f"/enrichments?contact_id={contact}")).json()["data"]

            assert [503, 503] == [answer.status_code, again.status_code], mode
            assert "enrichment_unavailable" == answer.json()["code"]
            assert before == await place.available()
            assert ["failed", "failed"] == [run["status"] for run in runs]
        assert [] == await place.differences()


async def test_a_late_answer_is_thrown_away(database_url: str, sidecar: IllSidecar) -> None:
    """When the hold has expired, nothing is charged and nothing is kept."""
    async with workplace(
        database_url, sidecar, policy="lemlist", plan="email_pro", sidecar_deadline_seconds=5
    ) as place:
        contact = await contact_of(place)
        before = await place.available()
        sidecar.mode, sidecar.pause, asked = "slow", 1.0, sidecar.asked
        asking = asyncio.create_task(enrich(place, contact, "email.find"))
        while sidecar.asked == asked:
            await asyncio.sleep(0.02)
        place.clock.pass_days(1)
        answer = await asking

        assert 503 == answer.status_code
        assert before == await place.available()
        assert [] == await place.differences()


MODES = st.sampled_from(
    [
        *("found", "catch_all", "risky", "invalid", "unknown", "not_found", "masked"),
        *("bad_input", "garbage", "wrong_shape", "status_500", "close", "pending"),
        *("cut", "empty", "deep", "page", "left_out", "free", "old_shape", "repeat"),
    ]
)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    modes=st.fixed_dictionaries(
        dict.fromkeys(("hunter", "prospeo", "peopledatalabs", "reacher"), MODES)
    ),
    action=st.sampled_from(["email.find", "phone.find", "profile.enrich"]),
)
async def test_no_result_is_charged_that_is_not_worth_it(
    team: Workplace, vendors: Vendors, cache: str, modes: dict[str, str], action: str
) -> None:
    """However vendors behave: what the pool lost is the price of a result worth it, or nothing."""
    vendors.modes = modes
    wake(cache)
    contact = await contact_of(team, f"jane-{uuid4().hex[:12]}")
    before = await team.available()
    answer = await enrich(team, contact, action)
    body = answer.json()
    spent = before - await team.available()

    assert spent == body["charge"]["charged"]
    worth_it = ("found_deliverable", "found_risky", "found", "found_profile_address")
    assert (spent > 0) == (body["charge"]["reason"] in worth_it)
    if spent and action == "email.find":
        assert body["fields"][0]["verdict"] in ("deliverable", "risky")
    assert [] == await team.differences()
