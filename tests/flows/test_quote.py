"""Quotes: what a list would cost, exactly what it then costs, and nothing happens by asking."""

import asyncio

import pytest

from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Workplace, workplace


def person(slug: str, **more: object) -> dict[str, object]:
    """An item of a quote and of a bulk enrollment."""
    return {
        "ref": slug,
        "url": f"https://www.linkedin.com/in/{slug}",
        "page": {"name": f"Person {slug}", "headline": "Head of Sales"},
        **more,
    }


async def test_a_quote_is_what_it_then_costs(acme: Workplace) -> None:
    """New, known, held elsewhere, suppressed, invalid and doubled people are told apart; the
    bulk enrollment of the same items charges exactly the quoted cost.
    """
    other = await acme.campaign("Other", "launch")
    mine = await acme.campaign("Mine", "launch")
    await acme.analyze("known")
    await acme.enroll(other, "held")
    await acme.enroll(mine, "here")
    await acme.post("/suppressions", {"url": "https://www.linkedin.com/in/barred"})
    items = [person(slug) for slug in ("new-1", "new-2", "known", "held", "here", "barred")]
    items.append({"ref": "twice", "url": "https://linkedin.com/in/NEW-1?x=1"})
    items.append({"ref": "nobody", "url": "https://www.linkedin.com/company/acme"})

    quote = (
        await acme.post("/quotes", {"items": items, "action": "enroll", "campaign_id": mine})
    ).json()
    bulk = (await acme.post(f"/campaigns/{mine}/enrollments/bulk", {"items": items})).json()

    assert quote["id"].startswith("quo_")
    assert {
        "new": 2,
        "known": 2,
        "conflicts": 1,
        "suppressed": 1,
        "invalid": 1,
        "duplicates": 1,
        "price": 1,
        "cost": 2,
        "available": 197,
        "available_after": 195,
        "shortfall": 0,
        "cap_left": None,
        "cap_shortfall": 0,
        "rule": "humanlinker@1",
    }.items() <= quote.items()
    assert [
        ("new", 1, "first_analysis"),
        ("new", 1, "first_analysis"),
        ("known", 0, "already_analyzed"),
        ("conflict", 0, "ongoing_conflict"),
        ("already_here", 0, "already_here"),
        ("suppressed", 0, "suppressed"),
        ("duplicate_in_request", 0, "duplicate_in_request"),
        ("invalid_identity", 0, "not_a_person"),
    ] == [(row["outcome"], row["cost"], row["reason"]) for row in quote["data"]]
    assert "Other" == quote["data"][3]["conflict"]["campaign"]["name"]
    assert quote["cost"] == bulk["charged"]
    assert quote["available_after"] == bulk["available"] == await acme.available()


async def test_asking_changes_nothing(acme: Workplace) -> None:
    """After a quote there is no contact, no journal line and no difference more than before."""
    before = (await acme.get("/ledger")).text
    answer = await acme.post("/quotes", {"items": [person("new")], "action": "analyze"})

    assert (200, 1, 0) == (
        answer.status_code,
        answer.json()["new"],
        len((await acme.get("/contacts")).json()["data"]),
    )
    assert before == (await acme.get("/ledger")).text
    assert [] == await acme.differences()


async def test_a_quote_says_by_how_much_the_credits_fall_short(acme: Workplace) -> None:
    """A list of 60 over 38 credits: what is left is negative, the shortfall positive."""
    await acme.post("/adjustments", {"credits": -162, "reason": "a test"})
    items = [{"url": f"https://www.linkedin.com/in/p-{n}"} for n in range(60)]
    quote = (await acme.post("/quotes", {"items": items, "action": "enroll"})).json()

    assert (60, 60, 38, -22, 22) == (
        quote["new"],
        quote["cost"],
        quote["available"],
        quote["available_after"],
        quote["shortfall"],
    )
    assert ["1", "60"] == [quote["data"][0]["ref"], quote["data"][-1]["ref"]]
    assert "2026-04-10T00:00:00Z" == quote["next_refill_at"]


async def test_a_quote_knows_the_members_cap(acme: Workplace) -> None:
    """What the cap of the member lacks is said beside what the pool lacks."""
    await acme.client.put(
        f"{acme.base}/members/{acme.owner_id}/cap",
        headers={**acme.headers(), "If-Match": "*"},
        json={"cap": 3},
    )
    await acme.analyze("first")
    items = [person(f"p-{n}") for n in range(5)]
    quote = (await acme.post("/quotes", {"items": items, "action": "analyze"})).json()

    assert (2, 3, 0) == (quote["cap_left"], quote["cap_shortfall"], quote["shortfall"])


async def test_a_running_analysis_is_quoted_as_known(acme: Workplace, sidecar: IllSidecar) -> None:
    """Whoever is being analysed right now costs the next one nothing: they would join."""
    sidecar.mode, sidecar.pause = "slow", 1.0
    running = asyncio.create_task(acme.analyze("slow"))
    while not (await acme.get("/contacts")).json()["data"]:
        await asyncio.sleep(0.01)
    row = (await acme.post("/quotes", {"items": [person("slow")]})).json()["data"][0]
    await running

    assert ("known", 0, "joined_running_analysis") == (row["outcome"], row["cost"], row["reason"])


async def test_a_quote_sees_the_next_cycle(acme: Workplace) -> None:
    """After the cycle's end a quote counts the new allotment, whether or not a sweep came by."""
    await acme.post("/adjustments", {"credits": -200, "reason": "a test"})
    acme.clock.pass_days(40)
    quote = (await acme.post("/quotes", {"items": [person("new")]})).json()

    assert (200, 0) == (quote["available"], quote["shortfall"])


async def test_a_cap_begins_anew_with_the_cycle(acme: Workplace) -> None:
    """What was spent in the former cycle does not count, in a quote or a call, once it is over."""
    await acme.client.put(
        f"{acme.base}/members/{acme.owner_id}/cap",
        headers={**acme.headers(), "If-Match": "*"},
        json={"cap": 1},
    )
    await acme.analyze("first")
    refused = await acme.analyze("second")
    acme.clock.pass_days(40)
    quote = (await acme.post("/quotes", {"items": [person("second")]})).json()
    served = await acme.analyze("second")

    assert (402, 1, 200) == (refused.status_code, quote["cap_left"], served.status_code)


async def test_conflicts_count_before_a_campaign_is_chosen(acme: Workplace) -> None:
    """To enroll without naming a campaign yet shows who is held; to analyse does not mind."""
    await acme.enroll(await acme.campaign("Other", "launch"), "held")
    items = {"items": [person("held")]}
    enroll = (await acme.post("/quotes", {**items, "action": "enroll"})).json()
    analyze = (await acme.post("/quotes", {**items, "action": "analyze"})).json()

    assert (1, 0) == (enroll["conflicts"], enroll["known"])
    assert (0, 1) == (analyze["conflicts"], analyze["known"])


async def test_a_closed_campaign_is_refused(acme: Workplace) -> None:
    """As enrolling itself would be."""
    closed = await acme.campaign("Old", "launch", "complete")
    answer = await acme.post(
        "/quotes", {"items": [person("new")], "action": "enroll", "campaign_id": closed}
    )

    assert (409, "campaign_closed") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    "body",
    [
        {"items": []},
        {"items": [{"url": "x"}] * 101},
        {"items": [{}]},
        {"items": [{"url": "x"}], "action": "spy"},
        {"items": [{"url": "x"}], "action": "analyze", "campaign_id": "cam_1"},
        {"items": [{"url": "x"}], "more": 1},
    ],
    ids=["nobody", "101", "no address", "unknown action", "campaign to analyse", "unknown field"],
)
async def test_bad_quotes_are_refused(acme: Workplace, body: object) -> None:
    """A list that is none is 422, or 404 where it names what is not there."""
    answer = await acme.post("/quotes", body)

    assert answer.status_code in (404, 422), answer.text


async def test_earmarked_credits_do_not_pay_for_analyses(
    database_url: str, sidecar: IllSidecar
) -> None:
    """Credits for calls alone count as available, as in the balance, but cover no shortfall."""
    async with workplace(
        database_url, sidecar, policy="lemlist", plan="multichannel_expert"
    ) as place:
        await place.post("/adjustments", {"credits": -1499, "reason": "a test"})
        items = [{"url": f"https://www.linkedin.com/in/p-{n}"} for n in range(3)]
        quote = (await place.post("/quotes", {"items": items})).json()

    assert (3, quote["available"] - 3) == (quote["cost"], quote["available_after"])
    assert quote["shortfall"] > 0
