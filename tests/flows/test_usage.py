"""Usage month by month, receipts and the journal: what a team reads about its credits."""

import re
from pathlib import Path
from typing import Any

import pytest

from backend.flows.receipts import _SENTENCES
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.test_requests import colleague
from tests.flows.workplace import Workplace, workplace


async def usage(place: Workplace, query: str = "") -> dict[str, Any]:
    """The report, which must be answered."""
    answer = await place.get(f"/usage{query}")
    assert 200 == answer.status_code, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def half_a_year(acme: Workplace) -> Workplace:
    """Work of the owner and of a member from March to August, with nothing in June."""
    theo = await colleague(acme)
    campaign = await acme.campaign("Spring", "launch")
    await acme.enroll(campaign, "march-1")
    await theo.analyze("march-2", source="profile")
    acme.clock.pass_days(31)  # April
    await theo.analyze("april-1", source="people_search")
    acme.clock.pass_days(31)  # May
    await acme.analyze("may-1")
    await acme.post("/analyses", {"url": "https://www.linkedin.com/in/nobody"})
    acme.clock.pass_days(92)  # August
    await theo.analyze("august-1")
    return theo


async def test_twelve_months_with_those_of_nothing(acme: Workplace) -> None:
    """Each month once, zero or not; the average is over all twelve; the sums are the balance."""
    await half_a_year(acme)
    body = await usage(acme, "?window=12m")
    balance = (await acme.get("/balance")).json()
    months = body["months"]

    assert 12 == len(body["rows"]) == len(months)
    assert ("2025-09", "2026-08") == (months[0]["month"], months[-1]["month"])
    used = {each["month"]: each["used"] for each in months if each["used"]}
    assert {"2026-03": 2, "2026-04": 1, "2026-05": 1, "2026-08": 1} == used
    assert (5, round(5 / 12, 2)) == (body["used"], body["monthly_average"])
    assert 1 == months[8]["free"], "May's look that found nothing"
    assert balance["available"] + balance["held"] == sum(
        each["granted"] + each["refunded"] + each["adjusted"] - each["used"] - each["lost"]
        for each in months
    )


async def test_what_was_lost_is_said_plainly(acme: Workplace) -> None:
    """Five cycles' ends took 998 of the 1,000 granted and not used, and the report says it."""
    await half_a_year(acme)
    lost = (await usage(acme))["lost"]

    assert 5 * 200 - 4 == lost["credits"] == lost["expired"]
    assert "You lost 996 credits in these 12 months: 996 ended unused." == lost["explanation"]


async def test_groups_are_whole_tables(acme: Workplace) -> None:
    """By member, action, source and campaign: each group has all its months, with names."""
    theo = await half_a_year(acme)
    by_member = (await usage(acme, "?window=6m&group_by=member"))["rows"]
    by_all = (await usage(acme, "?window=6m&group_by=member,action,source,campaign"))["rows"]

    assert {6} == {
        sum(row["member"]["id"] == who for row in by_member)
        for who in (theo.owner_id, acme.owner_id)
    }
    sums = {"member@acme.example": 0, "Olga Owner": 0}
    for row in by_member:
        name = row["member"]["name"]
        sums["Olga Owner" if name == "Olga Owner" else "member@acme.example"] += row["used"]
    assert {"member@acme.example": 3, "Olga Owner": 2} == sums
    assert {"month", "start", "end", "member", "used", "refunded", "charges", "free"} == set(
        by_member[0]
    )
    spring = [row for row in by_all if row["campaign"] is not None]
    assert {"Spring"} == {row["campaign"]["name"] for row in spring}
    assert [1, 0, 0, 0, 0, 0] == [row["used"] for row in spring]
    assert {"profile", "people_search", "api"} == {row["source"] for row in by_all}
    assert 5 == sum(row["used"] for row in by_all)


async def test_members_see_their_own_use(acme: Workplace) -> None:
    """A member's report has their lines alone, and nobody else's by asking for them."""
    theo = await half_a_year(acme)
    own = await usage(theo, "?group_by=member")
    named = await usage(acme, f"?member_id={theo.owner_id}")
    refused = await theo.get(f"/usage?member_id={acme.owner_id}")

    assert {theo.owner_id} == {row["member"]["id"] for row in own["rows"]}
    assert 3 == own["used"] == named["used"]
    assert 0 == own["lost"]["credits"], "what the workspace lost is not theirs"
    assert 403 == refused.status_code


async def test_a_month_is_the_workspaces_own(acme: Workplace) -> None:
    """What was used late on 31 March in New York is March's there, though UTC says April."""
    acme.clock.pass_days(21.75)  # 2026-04-01 03:00 UTC
    await acme.analyze("jane-doe")
    utc = (await usage(acme, "?window=2m"))["months"]
    await acme.client.patch(
        acme.base, headers=acme.headers(), json={"time_zone": "America/New_York"}
    )
    local = (await usage(acme, "?window=2m"))["months"]

    assert [("2026-03", 0), ("2026-04", 1)] == [(each["month"], each["used"]) for each in utc]
    assert [("2026-02", 0), ("2026-03", 1)] == [(each["month"], each["used"]) for each in local]
    assert ("2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z") == (
        local[1]["start"],
        local[1]["end"],
    )


async def test_nobody_has_done_anything_yet(acme: Workplace) -> None:
    """A new workspace has its months too, all zero, however it is grouped."""
    body = await usage(acme, "?window=3m&group_by=member,campaign")

    assert [0, 0, 0] == [row["used"] for row in body["rows"]]
    assert {None} == {row["member"] for row in body["rows"]}
    assert (0.0, None, 0.0) == (
        body["monthly_average"],
        body["runs_out_at"],
        body["pace"]["per_day"],
    )


@pytest.mark.parametrize(
    "query",
    [
        "window=0m",
        "window=25m",
        "window=12",
        "window=-1m",
        "window=1.5m",
        "window=12M",
        "window=",
        "group_by=mood",
        "group_by=member,member",
        "group_by=member,",
    ],
)
async def test_a_report_has_a_window_and_names(acme: Workplace, query: str) -> None:
    """Anything but 1m to 24m, and names that are none or stand twice: 422."""
    assert 422 == (await acme.get(f"/usage?{query}")).status_code


async def test_replies_make_credits_worth_more(database_url: str, sidecar: IllSidecar) -> None:
    """With every second message refunded, what was used counts twice."""
    async with workplace(
        database_url, sidecar, policy="inmail-rollover", plan="sales_navigator"
    ) as place:
        for thread in ("one", "two"):
            sent = await place.post("/charges", {"action": "message.send", "thread": thread})
            assert sent.status_code < 300, sent.text
        contact = (await place.analyze("jane-doe")).json()["contact"]["id"]
        replied = await place.post(
            f"/contacts/{contact}/events",
            {"type": "replied", "thread": "one", "message_id": "m1"},
        )
        body = await usage(place)
        balance = (await place.get("/balance")).json()

    assert replied.status_code < 300, replied.text
    assert (2, 1, 0.5, 4) == (
        body["used"],
        body["refunded"],
        body["refund_rate"],
        body["effective_credits"],
    )
    assert 2 * balance["available"] == balance["effective_credits"]


# --- the journal --------------------------------------------------------------------------


async def test_the_journal_can_be_narrowed(acme: Workplace) -> None:
    """By kind, contact, campaign, source and time; from is inclusive, to is not."""
    await half_a_year(acme)
    contact = (await acme.get("/contacts?q=april")).json()["data"][0]["id"]

    async def found(query: str) -> list[str]:
        answer = await acme.get(f"/ledger?limit=100&{query}")
        assert 200 == answer.status_code, answer.text
        return [row["kind"] for row in answer.json()["data"]]

    assert ["capture"] * 5 == await found("kind=capture")
    assert ["capture", "hold"] == await found(f"contact_id={contact}")
    assert ["capture"] == await found(f"contact_id={contact}&kind=capture,release")
    assert ["capture", "hold"] == await found("source=people_search")
    campaign = (await acme.get("/campaigns")).json()["data"][0]["id"]
    assert ["capture", "hold"] == await found(f"campaign_id={campaign}")
    may = "from=2026-05-01T00:00:00Z&to=2026-06-01T00:00:00Z"
    assert ["expire", "grant", "hold", "hold", "capture", "release"] != []
    assert {"hold", "capture", "release", "expire", "grant"} == set(await found(may))
    assert [] == await found("from=2026-03-10T09:00:00.000001Z&to=2026-03-10T09:00:00.000001Z")
    assert [] != await found("from=2026-03-10T10:00:00+01:00&to=2026-03-10T09:00:00.000001Z")


@pytest.mark.parametrize(
    "query", ["kind=theft", "kind=", "from=yesterday", "to=2026-03-01", "from=2026-03-01T00:00:00"]
)
async def test_a_bad_filter_is_refused(acme: Workplace, query: str) -> None:
    """An unknown kind, and an instant that is none or has no offset: 422."""
    assert 422 == (await acme.get(f"/ledger?{query}")).status_code


async def test_the_journal_knows_what_is_due(acme: Workplace) -> None:
    """After a cycle's end journal, lots and balance agree, though no sweep came by."""
    acme.clock.pass_days(40)
    balance = (await acme.get("/balance")).json()
    rows = (await acme.get("/ledger")).json()["data"]
    lots = (await acme.get("/lots")).json()["data"]

    assert balance["available"] + balance["held"] == sum(row["amount"] for row in rows)
    assert ["grant", "expire", "grant"] == [row["kind"] for row in rows]
    assert [(200, 200), (200, 0)] == [(lot["granted"], lot["remaining"]) for lot in lots]


async def test_lots_come_in_pages(acme: Workplace) -> None:
    """Newest first, each once, the spent ones too."""
    for number in range(4):
        await acme.post("/adjustments", {"credits": number + 1, "reason": "a gift"})
    first = (await acme.get("/lots?limit=3")).json()
    rest = (await acme.get(f"/lots?limit=3&cursor={first['next_cursor']}")).json()

    assert [4, 3, 2, 1, 200] == [lot["granted"] for lot in (*first["data"], *rest["data"])]
    assert None is rest["next_cursor"]
    assert 422 == (await acme.get("/lots?cursor=x")).status_code


# --- receipts -----------------------------------------------------------------------------


async def test_a_hold_and_its_end_name_each_other(acme: Workplace) -> None:
    """The receipt of a hold says how it ended, and that of a release why nothing was charged."""
    await acme.analyze("jane-doe")
    await acme.post("/analyses", {"url": "https://www.linkedin.com/in/nobody"})
    rows = (await acme.get("/ledger")).json()["data"]
    receipts = [
        (await acme.get(f"/receipts/{row['receipt_id']}")).json()
        for row in sorted(rows, key=lambda row: int(row["seq"]))
    ]
    granted, placed, captured, placed_again, released = receipts

    assert (200, 0, "grant") == (granted["credited"], granted["charged"], granted["kind"])
    assert "Set aside while the work ran, and then spent." == placed["explanation"]
    assert [(captured["id"], 1)] == [(each["id"], each["charged"]) for each in placed["related"]]
    assert (1, -1, placed["id"]) == (
        captured["charged"],
        captured["amount"],
        captured["related"][0]["id"],
    )
    assert placed_again["explanation"].startswith("Set aside while the work ran, and then given")
    assert (0, "nothing_found", "humanlinker@1", 199) == (
        released["charged"],
        released["reason"],
        released["rule"],
        released["available_after"],
    )
    assert "Nothing could be said about the contact" in released["explanation"]
    assert [(1, -1)] == [(lot["free"], lot["held"]) for lot in released["lots"]]
    assert "2026-04-10T00:00:00Z" == released["lots"][0]["expires_at"]


def test_every_reason_of_the_engine_has_its_sentence() -> None:
    """What the engine writes into the journal is explained, or carries somebody's own words."""
    written = set()
    for file in (*Path("backend/credits/rules").glob("*.py"), Path("backend/credits/engine.py")):
        text = file.read_text("utf-8")
        written |= set(re.findall(r'EntryKind\.[A-Z]+,\s*[^,()"]*,?\s*"([a-z_]+)"', text))
        written |= set(re.findall(r'_changed\(posting, policy, "([a-z_]+)"', text))
        written |= set(re.findall(r'posting\.step\(Outcome\.[A-Z]+, "([a-z_]+)"', text))
    spoken = {"placed", "settled", "idempotent_replay"}

    assert len(written) > 8, written
    assert set() == written - _SENTENCES.keys() - spoken


# --- what would help ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "plan", "kinds"),
    [
        ("humanlinker", "starter", ["wait", "upgrade"]),
        ("humanlinker", "business", ["wait"]),
        ("lemlist", "email_pro", ["buy", "wait", "upgrade"]),
        ("lemlist", "free_trial", ["buy", "upgrade"]),
    ],
)
async def test_ways_out_are_open_ones(
    database_url: str, sidecar: IllSidecar, policy: str, plan: str, kinds: list[str]
) -> None:
    """A refusal names what the policy and the plan leave: no upgrade from the largest plan, no
    waiting where nothing comes; each way has an address that is there, and a page for people.
    """
    async with workplace(
        database_url, sidecar, policy=policy, plan=plan, support_url="https://help.example"
    ) as place:
        available = await place.available()
        usable = available - (400 if plan == "multichannel_expert" else 0)
        await place.post("/adjustments", {"credits": -usable, "reason": "a test"})
        body = (await place.analyze("jane-doe")).json()
        statuses = {
            (await place.client.get(way["page"])).status_code
            for way in body["options"]
            if "page" in way
        }

    assert kinds == [way["kind"] for way in body["options"]]
    assert "https://help.example" == body["support_url"]
    assert statuses <= {200}
    wait = [way["at"] for way in body["options"] if way["kind"] == "wait"]
    assert wait in ([], [body["next_refill_at"]])
