"""Looking people up before anything is paid: who knows them, who has them, at what price."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from backend.statements import Statement
from tests.flows.workplace import Workplace


def item(slug: str) -> dict[str, str]:
    """Somebody to look up."""
    return {"ref": slug, "url": f"https://www.linkedin.com/in/{slug}"}


async def look_up(place: Workplace, *slugs: str) -> list[dict[str, Any]]:
    """The rows of a look-up of these people."""
    answer = await place.post("/contacts/lookup", {"items": [item(slug) for slug in slugs]})
    assert 200 == answer.status_code, answer.text
    rows: list[dict[str, Any]] = answer.json()["data"]
    return rows


async def colleague(place: Workplace, name: str) -> Workplace:
    """The workspace as another member of it sees it, with a key of their own."""
    made = await place.post(
        "/members",
        {"email": f"{name.lower()}@acme.example", "name": name, "role": "manager"},
    )
    member_id = made.json()["id"]
    key = await place.post("/api-keys", {"name": name, "member_id": member_id})
    return replace(place, api_key=key.json()["api_key"], owner_id=member_id)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile, by both of our ways."""
    seen: list[str] = []
    straight = Statement.__call__

    def note(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    def noted(statement: Statement, tx: Connection, parameters: dict[str, Any]) -> list[Any]:
        seen.append(str(statement))
        return straight(statement, tx, parameters)

    event.listen(Engine, "before_cursor_execute", note)
    with patch.object(Statement, "__call__", noted):
        yield seen
    event.remove(Engine, "before_cursor_execute", note)


async def test_a_row_says_who_had_them_analysed_and_when(acme: Workplace) -> None:
    """Known: by whom and since when, by name; a fuller look by somebody else changes neither."""
    ana = await colleague(acme, "Ana")
    await ana.analyze("jane-doe")
    acme.clock.pass_days(3)
    page = {"name": "Jane Doe", "headline": "Head of Sales", "about": "I sell lamps in Ghent."}
    await acme.analyze("jane-doe", page=page)
    known, unknown = await look_up(acme, "jane-doe", "john-roe")

    assert (True, 0) == (known["known"], known["cost"]["contact.analysis"])
    assert {"id": ana.owner_id, "name": "Ana"} == known["analyzed_by"]
    assert "2026-03-10T09:00:00Z" == known["analyzed_at"]
    assert (False, None, None) == (
        unknown["known"],
        unknown["analyzed_by"],
        unknown["analyzed_at"],
    )


async def test_somebody_who_left_is_still_named(acme: Workplace) -> None:
    """Members go; whom they had analysed stays known, and by whom."""
    ana = await colleague(acme, "Ana")
    await ana.analyze("jane-doe")
    gone = await acme.client.delete(
        f"{acme.base}/members/{ana.owner_id}", headers=acme.headers("leave")
    )
    (row,) = await look_up(acme, "jane-doe")

    assert gone.is_success, gone.text
    assert "Ana" == row["analyzed_by"]["name"]


async def test_an_empty_analysis_makes_nobody_known_as_analysed(acme: Workplace) -> None:
    """Nothing was found and nothing paid: the row names nobody, and the price is a new one's."""
    await acme.post("/analyses", {"url": "https://www.linkedin.com/in/jane-doe"})
    (row,) = await look_up(acme, "jane-doe")

    assert (None, None) == (row["analyzed_by"], row["analyzed_at"])
    assert 1 == row["cost"]["contact.analysis"]


async def test_an_enrollment_names_the_campaign_and_its_owner(acme: Workplace) -> None:
    """Look-up, analysis, its re-reading and the enrollment itself: campaign, owner, since when."""
    ben = await colleague(acme, "Ben")
    campaign = await ben.campaign("Spring", "launch")
    enrolled = (await acme.enroll(campaign, "jane-doe")).json()["enrollment"]
    (row,) = await look_up(acme, "jane-doe")
    known = (await acme.analyze("jane-doe")).json()
    other = ["urn:li:member:123456789"]
    joined = (await acme.analyze("jane-doe", identifiers=other)).json()
    page = {"name": "Jane Doe", "headline": "Head of Sales", "about": "I sell lamps in Ghent."}
    deepened = (await acme.analyze("jane-doe", page=page)).json()
    again = (await acme.get(f"/analyses/{known['id']}")).json()

    found = [row, known, joined, deepened, again]
    campaigns = [enrolled["campaign"], *(each["enrollment"]["campaign"] for each in found)]
    owner = {"id": ben.owner_id, "name": "Ben"}
    expected = {"id": campaign, "name": "Spring", "status": "running", "owner": owner}
    assert [expected] * 6 == campaigns
    assert {"2026-03-10T09:00:00Z"} == {each["enrollment"]["enrolled_at"] for each in found}


async def test_a_hundred_people_take_as_many_statements_as_two(acme: Workplace) -> None:
    """Names are read for all at once: the length of a list changes no count of statements."""
    ana, ben = await colleague(acme, "Ana"), await colleague(acme, "Ben")
    slugs = [f"person-{number}" for number in range(100)]
    for number in range(6):
        who = (ana, ben)[number % 2]
        campaign = await who.campaign(f"Campaign {number}", "launch")
        await who.enroll(campaign, slugs[number])
    await look_up(acme, *slugs[:2])
    with counted() as few:
        await look_up(acme, *slugs[:2])
    with counted() as many:
        rows = await look_up(acme, *slugs)

    assert 6 == sum(row["known"] for row in rows)
    assert {"Ana", "Ben"} == {row["analyzed_by"]["name"] for row in rows if row["known"]}
    assert 0 < len(few)
    assert len(few) == len(many)
