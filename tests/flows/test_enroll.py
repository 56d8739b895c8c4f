"""Enrolling people: one ongoing campaign a contact, and a refusal never costs a credit."""

import asyncio
from collections import Counter

import pytest

from tests.flows.workplace import Workplace


async def test_enrolling_somebody_new_charges_their_analysis_once(acme: Workplace) -> None:
    """The first enrollment charges 1 and is active; the same again is already here, charged 0."""
    campaign = await acme.campaign("A", "launch")
    first = await acme.enroll(campaign, "jane-doe")
    again = await acme.enroll(campaign, "jane-doe")

    assert [201, 200] == [first.status_code, again.status_code]
    assert (1, "active") == (
        first.json()["charge"]["charged"],
        first.json()["enrollment"]["status"],
    )
    assert ("already_here", 0) == (
        again.json()["outcome"],
        again.json()["charge"]["charged"],
    )
    assert first.json()["enrollment"]["id"] == again.json()["enrollment"]["id"]
    assert 199 == await acme.available()


async def test_a_second_ongoing_campaign_is_refused_and_says_which_one_holds_the_contact(
    acme: Workplace,
) -> None:
    """409 with campaign, owner, who and when; nothing charged; ways out are offered."""
    first = await acme.campaign("Spring", "launch")
    second = await acme.campaign("Summer", "launch")
    enrolled = (await acme.enroll(first, "jane-doe")).json()["enrollment"]
    refused = await acme.enroll(second, "jane-doe")
    body = refused.json()

    assert (409, "ongoing_conflict", 0) == (refused.status_code, body["code"], body["charged"])
    assert ("Spring", "running", "Olga Owner") == (
        body["conflict"]["campaign"]["name"],
        body["conflict"]["campaign"]["status"],
        body["conflict"]["campaign"]["owner"]["name"],
    )
    assert enrolled["id"] == body["conflict"]["enrollment_id"]
    assert "Olga Owner" == body["conflict"]["enrolled_by"]["name"]
    assert ["move", "wait"] == [each["kind"] for each in body["resolutions"]]
    assert 199 == await acme.available()


async def test_a_refused_enrollment_of_somebody_new_costs_and_creates_nothing(
    acme: Workplace,
) -> None:
    """A closed campaign refuses before the hold: no charge, no contact."""
    campaign = await acme.campaign("A", "launch", "complete")
    refused = await acme.enroll(campaign, "jane-doe")

    assert (409, "campaign_closed") == (refused.status_code, refused.json()["code"])
    assert [] == (await acme.get("/contacts")).json()["data"]
    assert 200 == await acme.available()


@pytest.mark.parametrize("ending", ["finish", "remove"])
async def test_an_ended_enrollment_frees_the_contact(acme: Workplace, ending: str) -> None:
    """After finish or remove, another campaign may have the contact, charged 0."""
    first = await acme.campaign("A", "launch")
    second = await acme.campaign("B", "launch")
    enrolled = (await acme.enroll(first, "jane-doe")).json()["enrollment"]["id"]
    await acme.post(f"/enrollments/{enrolled}/actions/{ending}")
    entered = await acme.enroll(second, "jane-doe")

    assert (201, 0) == (entered.status_code, entered.json()["charge"]["charged"])


@pytest.mark.parametrize("pause", ["campaign", "enrollment"])
async def test_a_paused_campaign_or_enrollment_still_blocks(acme: Workplace, pause: str) -> None:
    """Paused is ongoing: the slot stays taken."""
    first = await acme.campaign("A", "launch")
    second = await acme.campaign("B", "launch")
    enrolled = (await acme.enroll(first, "jane-doe")).json()["enrollment"]["id"]
    path = f"/campaigns/{first}" if pause == "campaign" else f"/enrollments/{enrolled}"
    assert 200 == (await acme.post(f"{path}/actions/pause")).status_code

    assert 409 == (await acme.enroll(second, "jane-doe")).status_code


async def test_a_draft_takes_anybody_and_warns(acme: Workplace) -> None:
    """In a draft the contact is analysed, holds no slot, and a conflict is a warning."""
    running = await acme.campaign("A", "launch")
    draft = await acme.campaign("B")
    await acme.enroll(running, "jane-doe")
    drafted = await acme.enroll(draft, "jane-doe")
    fresh = await acme.enroll(draft, "john-roe")

    assert ("drafted", "ongoing_conflict") == (
        drafted.json()["enrollment"]["status"],
        drafted.json()["warning"]["code"],
    )
    assert ("drafted", 1) == (
        fresh.json()["enrollment"]["status"],
        fresh.json()["charge"]["charged"],
    )


async def test_launch_shows_conflicts_refuses_or_skips(acme: Workplace) -> None:
    """A dry run changes nothing; refuse is the default; skip launches without them."""
    running = await acme.campaign("A", "launch")
    draft = await acme.campaign("B")
    await acme.enroll(running, "jane-doe")
    await acme.enroll(draft, "jane-doe")
    await acme.enroll(draft, "john-roe")
    action = f"/campaigns/{draft}/actions/launch"
    dry = await acme.post(action, {"dry_run": True})
    listed = await acme.get(f"/campaigns/{draft}/conflicts")
    refused = await acme.post(action)
    skipped = await acme.post(action, {"on_conflict": "skip"})
    rows = (await acme.get(f"/campaigns/{draft}/enrollments")).json()["data"]

    assert (200, 1, "draft") == (
        dry.status_code,
        len(dry.json()["conflicts"]),
        dry.json()["status"],
    )
    assert "A" == listed.json()["data"][0]["conflict"]["campaign"]["name"]
    assert (409, 1) == (refused.status_code, refused.json()["total"])
    assert (200, "running") == (skipped.status_code, skipped.json()["status"])
    assert {"skipped", "active"} == {row["status"] for row in rows}
    assert [] == await acme.differences()


async def test_reopening_checks_the_slots_again(acme: Workplace) -> None:
    """Completing frees the contacts; reopening refuses while another campaign has one of them."""
    first = await acme.campaign("A", "launch")
    second = await acme.campaign("B", "launch")
    await acme.enroll(first, "jane-doe")
    await acme.post(f"/campaigns/{first}/actions/complete")
    entered = await acme.enroll(second, "jane-doe")
    refused = await acme.post(f"/campaigns/{first}/actions/reopen")

    assert [201, 409] == [entered.status_code, refused.status_code]
    assert "ongoing_conflict" == refused.json()["code"]


async def test_a_move_happens_whole_or_not_at_all(acme: Workplace) -> None:
    """Moved: the old enrollment is `moved`, the new one active, charged 0; a draft refuses it."""
    first = await acme.campaign("A", "launch")
    second = await acme.campaign("B", "launch")
    draft = await acme.campaign("C")
    enrolled = (await acme.enroll(first, "jane-doe")).json()["enrollment"]["id"]
    refused = await acme.post(f"/enrollments/{enrolled}/move", {"to_campaign": draft})
    moved = await acme.post(f"/enrollments/{enrolled}/move", {"to_campaign": second})
    left = (await acme.get(f"/campaigns/{first}/enrollments")).json()["data"]

    assert [409, 200] == [refused.status_code, moved.status_code]
    assert (second, "active") == (
        moved.json()["enrollment"]["campaign_id"],
        moved.json()["enrollment"]["status"],
    )
    assert "Olga Owner" == moved.json()["enrollment"]["campaign"]["owner"]["name"]
    assert {"charged": 0, "reason": "moved"} == moved.json()["charge"]
    assert ["moved"] == [row["status"] for row in left]
    assert [] == await acme.differences()


async def test_restart_is_another_attempt(acme: Workplace) -> None:
    """A finished contact enters the campaign again as attempt 2; the first one stays."""
    campaign = await acme.campaign("A", "launch")
    enrolled = (await acme.enroll(campaign, "jane-doe")).json()["enrollment"]["id"]
    await acme.post(f"/enrollments/{enrolled}/actions/finish")
    again = await acme.post(f"/enrollments/{enrolled}/actions/restart")

    assert "Olga Owner" == again.json()["campaign"]["owner"]["name"]
    assert (200, 2, "active") == (
        again.status_code,
        again.json()["attempt"],
        again.json()["status"],
    )


async def test_bulk_ends_item_by_item(acme: Workplace) -> None:
    """Each of a mixed list has its own outcome, in order, and only new ones are charged."""
    other = await acme.campaign("Other", "launch")
    campaign = await acme.campaign("A", "launch")
    await acme.enroll(other, "held")
    await acme.enroll(campaign, "here")
    await acme.post("/suppressions", {"url": "https://www.linkedin.com/in/barred"})
    slugs = ["new-one", "held", "here", "barred", "new-one"]
    items = [
        {"ref": slug, "url": f"https://www.linkedin.com/in/{slug}", "page": {"name": "N"}}
        for slug in slugs
    ]
    items.append({"ref": "bad", "url": "https://www.linkedin.com/company/acme"})
    items[0]["page"] = items[4]["page"] = {"name": "New One", "headline": "CTO"}
    answer = await acme.post(f"/campaigns/{campaign}/enrollments/bulk", {"items": items})
    rows = answer.json()["data"]

    assert [
        "enrolled",
        "conflict",
        "already_here",
        "suppressed",
        "duplicate_in_request",
        "invalid_identity",
    ] == [row["outcome"] for row in rows]
    assert 1 == answer.json()["charged"]
    assert "Other" == rows[1]["conflict"]["campaign"]["name"]
    assert "not_a_person" == rows[5]["reason"]
    assert [] == await acme.differences()


async def test_bulk_of_fifty_is_the_same_function_as_one(acme: Workplace) -> None:
    """Fifty new people in one call are fifty active enrollments, fifty credits, one answer."""
    campaign = await acme.campaign("A", "launch")
    items = [
        {
            "ref": str(number),
            "url": f"https://www.linkedin.com/in/person-{number}",
            "page": {"name": f"Person {number}", "headline": "CTO"},
        }
        for number in range(50)
    ]
    body = {"items": items, "source": "people_search"}
    answer = await acme.post(f"/campaigns/{campaign}/enrollments/bulk", body, "k1")
    replay = await acme.post(f"/campaigns/{campaign}/enrollments/bulk", body, "k1")

    assert (200, 50) == (answer.status_code, answer.json()["charged"])
    assert answer.content == replay.content
    assert 150 == await acme.available()
    assert [] == await acme.differences()


async def test_max_spend_bounds_a_bulk(acme: Workplace) -> None:
    """Beyond the bound nobody is charged, and each says so."""
    campaign = await acme.campaign("A", "launch")
    items = [
        {
            "ref": str(number),
            "url": f"https://www.linkedin.com/in/person-{number}",
            "page": {"name": f"Person {number}", "headline": "CTO"},
        }
        for number in range(5)
    ]
    answer = await acme.post(
        f"/campaigns/{campaign}/enrollments/bulk", {"items": items, "max_spend": 3}
    )
    outcomes = Counter(row["outcome"] for row in answer.json()["data"])

    assert {"enrolled": 3, "max_spend_reached": 2} == dict(outcomes)
    assert 197 == await acme.available()


async def test_all_or_nothing_is_nothing_when_one_is_refused(acme: Workplace) -> None:
    """With a conflict among them, nobody is enrolled, created or charged."""
    other = await acme.campaign("Other", "launch")
    campaign = await acme.campaign("A", "launch")
    await acme.enroll(other, "held")
    items = [
        {"ref": "1", "url": "https://www.linkedin.com/in/new", "page": {"name": "N"}},
        {"ref": "2", "url": "https://www.linkedin.com/in/held"},
    ]
    answer = await acme.post(
        f"/campaigns/{campaign}/enrollments/bulk",
        {"items": items, "mode": "all_or_nothing"},
    )

    assert (409, "bulk_refused") == (answer.status_code, answer.json()["code"])
    assert 199 == await acme.available()
    assert 1 == len((await acme.get("/contacts")).json()["data"])
    assert [] == (await acme.get(f"/campaigns/{campaign}/enrollments")).json()["data"]
    assert [] == await acme.differences()


async def test_an_enrollment_whose_analysis_fails_is_withdrawn(acme: Workplace) -> None:
    """503, charged 0, the slot is free again and the row says why."""
    assert acme.sidecar is not None
    campaign = await acme.campaign("A", "launch")
    acme.sidecar.mode = "status_500"
    failed = await acme.enroll(campaign, "jane-doe")
    rows = (await acme.get(f"/campaigns/{campaign}/enrollments")).json()["data"]
    acme.sidecar.mode = "well"
    served = await acme.enroll(campaign, "jane-doe")

    assert [503, 201] == [failed.status_code, served.status_code]
    assert [("removed", "analysis_failed")] == [(row["status"], row["outcome"]) for row in rows]
    assert 199 == await acme.available()
    assert [] == await acme.differences()


async def test_an_empty_analysis_still_enrolls(acme: Workplace) -> None:
    """Nothing to say about somebody: charged 0, and active all the same."""
    campaign = await acme.campaign("A", "launch")
    answer = await acme.post(
        f"/campaigns/{campaign}/enrollments", {"url": "https://www.linkedin.com/in/nobody"}
    )

    assert (201, 0, "nothing_found", "active") == (
        answer.status_code,
        answer.json()["charge"]["charged"],
        answer.json()["charge"]["reason"],
        answer.json()["enrollment"]["status"],
    )


async def test_eight_campaigns_race_for_one_contact(acme: Workplace) -> None:
    """Of eight enrollments at once into eight running campaigns one wins, seven are refused."""
    campaigns = [await acme.campaign(f"C{number}", "launch") for number in range(8)]
    answers = await asyncio.gather(*(acme.enroll(each, "jane-doe") for each in campaigns))
    codes = Counter(answer.status_code for answer in answers)

    assert {201: 1, 409: 7} == dict(codes)
    assert 199 == await acme.available()
    assert [] == await acme.differences()


async def test_a_click_and_an_enrollment_at_once_share_the_analysis(acme: Workplace) -> None:
    """An analysis and an enrollment of one new contact at once cost one credit together."""
    assert acme.sidecar is not None
    campaign = await acme.campaign("A", "launch")
    acme.sidecar.mode, acme.sidecar.pause = "slow", 0.3
    analyzed, enrolled = await asyncio.gather(
        acme.analyze("jane-doe"), acme.enroll(campaign, "jane-doe")
    )

    assert [200, 201] == [analyzed.status_code, enrolled.status_code]
    assert 1 == analyzed.json()["charge"]["charged"] + enrolled.json()["charge"]["charged"]
    assert "active" == enrolled.json()["enrollment"]["status"]
    assert [] == await acme.differences()


async def test_suppression_stops_what_is_ongoing(acme: Workplace) -> None:
    """Putting somebody on the list removes them from their campaign at once."""
    campaign = await acme.campaign("A", "launch")
    await acme.enroll(campaign, "jane-doe")
    await acme.post("/suppressions", {"url": "https://www.linkedin.com/in/jane-doe"})
    rows = (await acme.get(f"/campaigns/{campaign}/enrollments")).json()["data"]

    assert [("removed", "suppressed")] == [(row["status"], row["outcome"]) for row in rows]
