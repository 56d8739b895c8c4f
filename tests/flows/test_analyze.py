"""Analysing people: charged once, never again, and never for nothing."""

import asyncio
from collections import Counter

import pytest

from tests.flows.workplace import Workplace

CHARGED_ONCE = {"charged": 1, "reason": "first_analysis"}


def charge_of(answer: object) -> dict[str, object]:
    """The parts of an answer's charge that say whether and why."""
    charge = answer.json()["charge"]  # type: ignore[attr-defined]
    return {"charged": charge["charged"], "reason": charge["reason"]}


async def test_the_first_analysis_costs_one_credit_and_no_later_one_costs_any(
    acme: Workplace,
) -> None:
    """The same person under another form of the address is free, with the paid receipt."""
    first = await acme.analyze("jane-doe")
    again = await acme.post("/analyses", {"url": "http://linkedin.com/in/JANE-DOE/?trk=x"})

    assert CHARGED_ONCE == charge_of(first)
    assert {"charged": 0, "reason": "already_analyzed"} == charge_of(again)
    assert first.json()["charge"]["receipt_id"] == again.json()["charge"]["receipt_id"]
    assert first.json()["insight"] == again.json()["insight"]
    assert 199 == await acme.available()


async def test_a_free_second_look_writes_nothing(acme: Workplace) -> None:
    """The journal has the same lines after a re-view as before it."""
    await acme.analyze("jane-doe")
    before = (await acme.get("/ledger")).json()["data"]
    await acme.analyze("jane-doe")

    assert before == (await acme.get("/ledger")).json()["data"]


async def test_the_same_key_gets_the_same_answer(acme: Workplace) -> None:
    """A repeated request is answered byte for byte as before, and says so."""
    first = await acme.analyze("jane-doe", key="k1")
    again = await acme.analyze("jane-doe", key="k1")

    assert first.content == again.content
    assert "Idempotent-Replayed" not in first.headers
    assert "true" == again.headers["Idempotent-Replayed"]


async def test_a_key_belongs_to_one_request(acme: Workplace) -> None:
    """The same key with another body is refused and does nothing."""
    await acme.analyze("jane-doe", key="k1")
    other = await acme.analyze("john-roe", key="k1")

    assert (422, "idempotency_key_reused") == (other.status_code, other.json()["code"])
    assert 199 == await acme.available()


async def test_a_free_answers_key_belongs_to_one_request_too(acme: Workplace) -> None:
    """A free re-view is repeated under its key, and its key is refused for anything else."""
    await acme.analyze("jane-doe")
    free = await acme.analyze("jane-doe", key="k2")
    again = await acme.analyze("jane-doe", key="k2")
    other = await acme.analyze("john-roe", key="k2")

    assert free.content == again.content
    assert "true" == again.headers["Idempotent-Replayed"]
    assert (422, "idempotency_key_reused") == (other.status_code, other.json()["code"])


async def test_addresses_of_one_page_view_are_one_contact(acme: Workplace) -> None:
    """A slug and a member id seen together find the same contact from then on, each alone."""
    seen = await acme.analyze("jane-doe", identifiers=["urn:li:member:123456789"])
    by_member = await acme.post("/analyses", {"url": "urn:li:member:123456789"})

    assert ["li:in:jane-doe", "li:member:123456789"] == seen.json()["contact"]["canonical"]
    assert seen.json()["contact"]["id"] == by_member.json()["contact"]["id"]
    assert 0 == by_member.json()["charge"]["charged"]


async def test_a_slug_that_changed_hands_is_somebody_else(acme: Workplace) -> None:
    """Where a page shows a known slug with another member id, the member id decides."""
    first = await acme.analyze("jane-doe", identifiers=["urn:li:member:1"])
    second = await acme.analyze("jane-doe", identifiers=["urn:li:member:2"])
    third = await acme.post("/analyses", {"url": "https://www.linkedin.com/in/jane-doe"})

    assert first.json()["contact"]["id"] != second.json()["contact"]["id"]
    assert CHARGED_ONCE == charge_of(second)
    assert second.json()["contact"]["id"] == third.json()["contact"]["id"]


async def test_nothing_found_costs_nothing(acme: Workplace) -> None:
    """An address without page or stored facts is empty, charged 0, and its receipt says why."""
    answer = await acme.post("/analyses", {"url": "https://www.linkedin.com/in/nobody"})
    body = answer.json()
    receipt = (await acme.get(f"/receipts/{body['charge']['receipt_id']}")).json()

    assert (200, "empty") == (answer.status_code, body["status"])
    assert {"charged": 0, "reason": "nothing_found"} == charge_of(answer)
    assert (0, "nothing_found") == (receipt["charged"], receipt["reason"])
    assert 200 == await acme.available()


async def test_a_receipt_says_what_why_who_and_which_lots(acme: Workplace) -> None:
    """The receipt of a paid analysis names member, contact, source, rule, lots and balance."""
    charge = (await acme.analyze("jane-doe", source="profile")).json()["charge"]
    receipt = (await acme.get(f"/receipts/{charge['receipt_id']}")).json()

    assert (1, "first_analysis", "profile") == (
        receipt["charged"],
        receipt["reason"],
        receipt["source"],
    )
    assert "Olga Owner" == receipt["member"]["name"]
    assert "Person jane-doe" == receipt["contact"]["name"]
    assert [-1] == [lot["free"] + lot["held"] for lot in receipt["lots"]]
    assert (199, 199) == (receipt["balance_after"], receipt["available_after"])


async def test_max_cost_bounds_a_click(acme: Workplace) -> None:
    """A caller who allows 0 credits is refused, charged 0, and no contact is made."""
    answer = await acme.analyze("jane-doe", max_cost=0)

    assert (402, "max_cost_exceeded") == (answer.status_code, answer.json()["code"])
    assert [] == (await acme.get("/contacts")).json()["data"]


async def test_out_of_credits_says_when_they_return_and_what_helps(acme: Workplace) -> None:
    """A refusal names balance, need, next refill and options, and creates no contact."""
    await acme.post("/adjustments", {"credits": -200, "reason": "a test"})
    answer = await acme.analyze("jane-doe")
    body = answer.json()

    assert (402, "out_of_credits") == (answer.status_code, body["code"])
    assert (0, 0, 1) == (body["available"], body["held"], body["needed"])
    assert "2026-04-10T00:00:00Z" == body["next_refill_at"]
    assert ["wait", "upgrade"] == [option["kind"] for option in body["options"]]
    assert [] == (await acme.get("/contacts")).json()["data"]


async def test_a_refused_key_goes_through_once_credits_are_back(acme: Workplace) -> None:
    """Only answers of success are kept under a key."""
    await acme.post("/adjustments", {"credits": -200, "reason": "a test"})
    refused = await acme.analyze("jane-doe", key="k1")
    acme.clock.pass_days(40)
    served = await acme.analyze("jane-doe", key="k1")

    assert [402, 200] == [refused.status_code, served.status_code]
    assert CHARGED_ONCE == charge_of(served)


async def test_a_cap_bounds_a_member(acme: Workplace) -> None:
    """A capped member is refused with their own code once the cap is spent; others are not."""
    cap = await acme.client.put(
        f"{acme.base}/members/{acme.owner_id}/cap",
        headers={**acme.headers(), "If-Match": '"cap-none"'},
        json={"cap": 1},
    )
    first, second = await acme.analyze("jane-doe"), await acme.analyze("john-roe")

    assert [200, 200, 402] == [cap.status_code, first.status_code, second.status_code]
    assert "cap_reached" == second.json()["code"]


@pytest.mark.parametrize(
    "target",
    [
        {"url": "https://www.linkedin.com/in/jane-doe"},
        {"email_domain": "acme.example"},
    ],
    ids=["identifier", "email domain"],
)
async def test_a_suppressed_person_is_never_analysed(
    acme: Workplace, target: dict[str, str]
) -> None:
    """Whoever is on the list, known or not, is refused with 451 before anything is held."""
    await acme.post("/suppressions", target)
    answer = await acme.analyze("jane-doe", identifiers=["jane@acme.example"])
    if "email_domain" in target:
        answer = await acme.post("/analyses", {"url": "jane@acme.example"})

    assert (451, "suppressed") == (answer.status_code, answer.json()["code"])
    assert 200 == await acme.available()
    assert 0 == (acme.sidecar.asked if acme.sidecar and "url" in target else 0)


async def test_somebody_suppressed_while_the_sidecar_looks_is_not_charged(
    acme: Workplace,
) -> None:
    """The list is asked again before the hold is captured."""
    assert acme.sidecar is not None
    acme.sidecar.mode, acme.sidecar.pause = "slow", 0.5
    running = asyncio.create_task(acme.analyze("jane-doe"))
    await asyncio.sleep(0.2)
    await acme.post("/suppressions", {"url": "https://www.linkedin.com/in/jane-doe"})
    answer = await running

    assert 451 == answer.status_code
    assert 200 == await acme.available()
    assert [] == await acme.differences()


async def test_a_fuller_page_deepens_a_brief_analysis_free(acme: Workplace) -> None:
    """What a list row began, a full page later replaces, charged 0."""
    brief = await acme.analyze("jane-doe")
    page = {"name": "Jane Doe", "headline": "CFO", "about": "I count things. " * 40}
    full = await acme.analyze("jane-doe", page=page)

    assert ["brief", "full"] == [each.json()["insight"]["depth"] for each in (brief, full)]
    assert {"charged": 0, "reason": "already_analyzed"} == charge_of(full)
    assert brief.json()["charge"]["receipt_id"] == full.json()["charge"]["receipt_id"]
    assert 199 == await acme.available()


async def test_colleagues_who_click_together_share_one_run(acme: Workplace) -> None:
    """Whoever comes while the analysis runs waits for it, gets it, and is charged 0."""
    assert acme.sidecar is not None
    acme.sidecar.mode, acme.sidecar.pause = "slow", 0.4
    answers = await asyncio.gather(*(acme.analyze("jane-doe") for _ in range(20)))
    reasons = Counter(charge_of(answer)["reason"] for answer in answers)

    assert {200} == {answer.status_code for answer in answers}
    assert {"first_analysis": 1, "joined_running_analysis": 19} == dict(reasons)
    assert 1 == acme.sidecar.asked
    assert 199 == await acme.available()
    assert [] == await acme.differences()


async def test_another_workspace_shares_nothing(acme: Workplace) -> None:
    """Another workspace's id answers exactly like one that does not exist."""
    other = f"/v1/workspaces/{'wsp_' + '0' * 25}/balance"
    answer = await acme.client.get(other, headers=acme.headers())

    assert (404, "not_found") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    "mode",
    [
        "hang",
        "close",
        "status_500",
        "drip",
        "garbage",
        "html",
        "nan",
        "wrong_shape",
        "wrong_refs",
        "huge",
    ],
)
async def test_an_ill_sidecar_costs_nothing_and_the_next_click_works(
    acme: Workplace, mode: str
) -> None:
    """503 within the deadline, nothing charged, nothing held; well again, the same key works."""
    assert acme.sidecar is not None
    acme.sidecar.mode = mode
    async with asyncio.timeout(6):
        refused = await acme.analyze("jane-doe", key="k1")
    balance = (await acme.get("/balance")).json()
    acme.sidecar.mode = "well"
    served = await acme.analyze("jane-doe", key="k1")

    assert (503, "enrichment_unavailable") == (refused.status_code, refused.json()["code"])
    assert refused.json()["retryable"] is True
    assert (200, 0) == (balance["available"], balance["held"])
    assert CHARGED_ONCE == charge_of(served)
    assert [] == await acme.differences()


async def test_an_answer_after_the_holds_end_is_thrown_away(acme: Workplace) -> None:
    """A run that outlives its hold charges nothing and leaves no insight; the next one pays."""
    assert acme.sidecar is not None
    acme.sidecar.mode, acme.sidecar.pause = "slow", 0.4
    late = asyncio.create_task(acme.analyze("jane-doe"))
    await asyncio.sleep(0.2)
    acme.clock.now += 121_000_000
    answer = await late
    acme.sidecar.mode = "well"
    served = await acme.analyze("jane-doe")

    assert 503 == answer.status_code
    assert CHARGED_ONCE == charge_of(served)
    assert 199 == await acme.available()
    assert [] == await acme.differences()


async def test_a_caller_who_goes_away_changes_nothing(acme: Workplace) -> None:
    """A cancelled request's analysis is finished all the same: whole, and charged once."""
    assert acme.sidecar is not None
    acme.sidecar.mode, acme.sidecar.pause = "slow", 0.3
    gone = asyncio.create_task(acme.analyze("jane-doe", key="k1"))
    await asyncio.sleep(0.15)
    gone.cancel()
    answer = await acme.analyze("jane-doe", key="k1")
    for _ in range(100):
        if answer.status_code != 409:
            break
        await asyncio.sleep(0.1)
        answer = await acme.analyze("jane-doe", key="k1")

    assert CHARGED_ONCE == charge_of(answer)
    assert "true" == answer.headers["Idempotent-Replayed"]
    assert 199 == await acme.available()
    assert [] == await acme.differences()
