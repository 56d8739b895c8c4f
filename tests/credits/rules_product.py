"""Rules about the product itself: balance, refusals, campaigns and channels, over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backend.credits.journal.notices import remind_of_expiry
from backend.database import Database, table_of
from backend.outbox import OutboxEvent
from tests.credits.rulebook import product_rule
from tests.flows.workplace import Workplace

_event = table_of(OutboxEvent)

EXTENSION = Path(__file__).parents[2] / "extension"


def person(slug: str, **more: Any) -> dict[str, Any]:
    """Somebody on LinkedIn, as a list shows them."""
    page = {"name": f"Person {slug}", "headline": "Head of Sales"}
    return {"url": f"https://www.linkedin.com/in/{slug}", "page": page, **more}


async def spend_all(place: Workplace) -> None:
    """Leave nothing to spend."""
    credits = await place.available()
    made = await place.post("/adjustments", {"credits": -credits, "reason": "spent elsewhere"})
    assert 201 == made.status_code, made.text


async def events(place: Workplace, kind: str) -> list[dict[str, Any]]:
    """What the workspace was told of this kind, in order."""
    assert place.app is not None
    db: Database = place.app.state.db
    query = select(_event.c.body).where(_event.c.kind == kind).order_by(_event.c.id)
    return [json.loads(body) for body in await db.read(lambda tx: tx.scalars(query).all())]


async def remind(place: Workplace) -> int:
    """The worker's look for credits that end soon; how many were told of."""
    assert place.app is not None
    db: Database = place.app.state.db
    return await db.write(lambda tx: remind_of_expiry(tx, place.clock()))


async def charged(place: Workplace, source: str, slug: str) -> tuple[int, str]:
    """What the analysis of somebody costs, and from where its receipt says that it came."""
    charge = (await place.analyze(slug, source=source)).json()["charge"]
    receipt = (await place.get(f"/receipts/{charge['receipt_id']}")).json()
    return charge["charged"], receipt["source"]


@product_rule(
    11,
    "The balance shows allotment, used, remaining, and when it begins anew",
    "`GET W/balance`; the extension's popup",
    policy="linkedin-messages",
)
async def rule_11(place: Workplace) -> None:
    balance = (await place.get("/balance")).json()
    assert (25, 0, 0, 25) == tuple(
        balance[name] for name in ("granted", "used", "held", "available")
    )
    assert "2026-04-10T00:00:00Z" == balance["next_refill_at"] == balance["cycle"]["end"]


@product_rule(
    33,
    "Every member sees their own balance",
    "`GET W/balance` of a pool for each member",
    policy="inmail-rollover",
)
async def rule_33(place: Workplace) -> None:
    body = {"email": "max@acme.example", "role": "member"}
    member = (await place.post("/members", body)).json()["id"]
    await place.post("/adjustments", {"credits": 7, "reason": "gift", "member_id": member})
    assert 50 == await place.available()
    theirs = (await place.get("/balance", params={"member_id": member})).json()
    assert 57 == theirs["available"]


@product_rule(
    37,
    "Find, check, then choose: lists go in and out by program, the best by hand",
    "the API with a key: `contacts/lookup`, `enrollments/bulk`, `W/contacts` with filters",
)
async def rule_37(place: Workplace) -> None:
    campaign = await place.campaign("Best", "launch")
    found = [person(f"lead-{number}", ref=str(number)) for number in range(5)]
    looked = await place.post(
        "/contacts/lookup", {"items": [{"ref": each["ref"], "url": each["url"]} for each in found]}
    )
    assert [False] * 5 == [row["known"] for row in looked.json()["data"]]
    chosen = {"items": found[:2], "source": "api"}
    done = await place.post(f"/campaigns/{campaign}/enrollments/bulk", chosen)
    assert 200 == done.status_code, done.text
    assert 198 == await place.available(), "only the chosen ones cost"
    assert 2 == len((await place.get("/contacts")).json()["data"])


@product_rule(
    39,
    "Respect the platform's terms, and pace oneself",
    "nothing acts on LinkedIn: the extension reads one page after a press and never sends",
)
async def rule_39(place: Workplace) -> None:
    scripts = sorted((EXTENSION / "content").glob("*.js"))
    assert scripts
    for script in scripts:
        text = script.read_text("utf-8")
        for act in ("fetch(", "XMLHttpRequest", "requestSubmit", ".submit(", "sendBeacon"):
            assert act not in text, f"{script.name}: {act}"


@product_rule(
    45,
    "Use of the last twelve months, month by month, and its average",
    "`GET W/usage?window=12m`, months without use included",
)
async def rule_45(place: Workplace) -> None:
    for slugs in (["a1", "a2", "a3"], [], ["c1"]):
        for slug in slugs:
            await place.analyze(slug)
        place.clock.pass_days(31)
    usage = (await place.get("/usage", params={"window": "12m"})).json()
    assert 12 == len(usage["months"])
    assert [3, 0, 1, 0] == [month["used"] for month in usage["months"]][-4:]
    assert 4 / 12 == pytest.approx(usage["monthly_average"], abs=0.01)


@product_rule(
    46,
    "A reminder in the last week, and the pace at which credits go",
    "event `credits.expiring` 7, 3 and 1 days before; `runs_out_at` of `GET W/balance`",
)
async def rule_46(place: Workplace) -> None:
    await place.post("/adjustments", {"credits": -140, "reason": "spent elsewhere"})
    for number in range(20):
        await place.analyze(f"lead-{number}")
    place.clock.pass_days(10)
    assert "2026-04-09" == (await place.get("/balance")).json()["runs_out_at"][:10]
    assert 0 == await remind(place)
    place.clock.pass_days(15)
    assert 1 == await remind(place)
    [told] = await events(place, "credits.expiring")
    assert (40, 7, "2026-04-10T00:00:00Z") == tuple(
        told[name] for name in ("credits", "days", "expires_at")
    )


@product_rule(
    48,
    "Other programs read the balance by themselves",
    "`GET W/balance` with an API key of scope `credits:read`",
)
async def rule_48(place: Workplace) -> None:
    made = await place.post("/api-keys", {"name": "CRM", "scopes": ["credits:read"]})
    headers = {"Authorization": f"Bearer {made.json()['api_key']}"}
    answer = await place.client.get(f"{place.base}/balance", headers=headers)
    assert (200, 200) == (answer.status_code, answer.json()["available"])


@product_rule(52, "What one gets are insights to be personal with", "`insight` of an analysis")
async def rule_52(place: Workplace) -> None:
    analysis = (await place.analyze("jane-doe")).json()
    assert ("done", 1) == (analysis["status"], analysis["charge"]["charged"])
    assert {"name", "role", "cues", "openers", "depth"} <= set(analysis["insight"])


@product_rule(
    55,
    "A recommended contact costs when it is put into a campaign; searching is free",
    "an enrollment with `source` recommendation",
)
async def rule_55(place: Workplace) -> None:
    campaign = await place.campaign("A", "launch")
    body = person("jane-doe", source="recommendation")
    charge = (await place.post(f"/campaigns/{campaign}/enrollments", body)).json()["charge"]
    receipt = (await place.get(f"/receipts/{charge['receipt_id']}")).json()
    assert (1, "recommendation") == (charge["charged"], receipt["source"])


@product_rule(
    56,
    "A profile page costs with its first analysis by the extension",
    "an analysis with `source` profile",
)
async def rule_56(place: Workplace) -> None:
    assert (1, "profile") == await charged(place, "profile", "jane-doe")
    again = (await place.analyze("jane-doe", source="profile")).json()["charge"]
    assert (0, "already_analyzed") == (again["charged"], again["reason"])


async def _bulk(place: Workplace, source: str) -> None:
    """Of a list with somebody known only the new ones cost, and each receipt says from where."""
    await place.analyze("known")
    campaign = await place.campaign("A", "launch")
    items = [person(slug, ref=slug) for slug in ("known", "new-one", "new-two")]
    answer = await place.post(
        f"/campaigns/{campaign}/enrollments/bulk", {"items": items, "source": source}
    )
    rows = {row["ref"]: row for row in answer.json()["data"]}
    assert {"enrolled"} == {row["outcome"] for row in rows.values()}
    costs = {ref: row["charge"]["charged"] for ref, row in rows.items()}
    assert {"known": 0, "new-one": 1, "new-two": 1} == costs
    receipt_id = rows["new-one"]["charge"]["receipt_id"]
    assert source == (await place.get(f"/receipts/{receipt_id}")).json()["source"]


@product_rule(
    57,
    "Of a people search put into a campaign each new contact costs one",
    "`enrollments/bulk` with `source` people_search; the extension's list panel",
)
async def rule_57(place: Workplace) -> None:
    await _bulk(place, "people_search")


@product_rule(
    58,
    "Of a company's people page likewise",
    "`enrollments/bulk` with `source` company_people; the extension's list panel",
)
async def rule_58(place: Workplace) -> None:
    await _bulk(place, "company_people")


@product_rule(
    60,
    "Nobody is in two ongoing campaigns of one workspace at once",
    "409 `ongoing_conflict`; a partial unique index of the database",
)
async def rule_60(place: Workplace) -> None:
    first, second = await place.campaign("A", "launch"), await place.campaign("B", "launch")
    assert 201 == (await place.enroll(first, "jane-doe")).status_code
    refused = await place.enroll(second, "jane-doe")
    assert (409, "ongoing_conflict") == (refused.status_code, refused.json()["code"])
    assert 199 == await place.available()


@product_rule(
    62,
    "Help is at hand where something is refused",
    "402 and 409 carry `request_id`, and `support_url` where MEETONCE_SUPPORT_URL is set",
)
async def rule_62(place: Workplace) -> None:
    await spend_all(place)
    refused = (await place.analyze("jane-doe")).json()
    assert ("https://help.example", True) == (
        refused["support_url"],
        bool(refused["request_id"]),
    )


@product_rule(
    68,
    "Usage and balance are seen in one place, and who is out is told where to buy",
    "`GET W/balance`; `options` of a 402 with an `href`",
    policy="lemlist",
)
async def rule_68(place: Workplace) -> None:
    await place.analyze("jane-doe")
    assert 1 == (await place.get("/balance")).json()["used"]
    await spend_all(place)
    options = (await place.analyze("john-roe")).json()["options"]
    assert ("buy", f"{place.base}/purchases") == (options[0]["kind"], options[0]["href"])


@product_rule(
    73,
    "What a list would cost is known before it is started",
    "`POST W/quotes`, exact and free; `max_spend` bounds a bulk call",
)
async def rule_73(place: Workplace) -> None:
    await place.analyze("known")
    items = [person(slug, ref=slug) for slug in ("known", "new-one", "new-two")]
    quote = (await place.post("/quotes", {"items": items, "action": "enroll"})).json()
    assert (2, 1, 2) == (quote["new"], quote["known"], quote["cost"])
    campaign = await place.campaign("A", "launch")
    bulk = {"items": items, "source": "people_search", "max_spend": 1}
    rows = (await place.post(f"/campaigns/{campaign}/enrollments/bulk", bulk)).json()["data"]
    assert 1 == sum(row["charge"]["charged"] for row in rows)
    assert "max_spend_reached" in {row["outcome"] for row in rows}


@product_rule(
    80,
    "Weigh what each action costs, and tell the admins before credits run out",
    "`actions` of `GET /v1/me`; event `credits.low` at 80, 95 and 100 % of an allotment",
    policy="lemlist",
)
async def rule_80(place: Workplace) -> None:
    me = (await place.client.get("/v1/me", headers=place.headers())).json()
    prices = {"email.find": 5, "profile.enrich": 1, "phone.find": 20, "call.minute": 4}
    assert prices | {"ai.variable": 1, "contact.analysis": 1} == me["actions"]
    await place.post("/adjustments", {"credits": -199, "reason": "spent elsewhere"})
    assert [] == await events(place, "credits.low")
    for credits in (601, 150, 50):
        await place.post("/adjustments", {"credits": -credits, "reason": "spent elsewhere"})
    warned = await events(place, "credits.low")
    assert [80, 95, 100] == sorted(each["threshold"] for each in warned)
