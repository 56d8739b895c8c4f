"""Lists page by page: each row once, in one order, whatever happens between the pages."""

import pytest

from tests.flows.workplace import Workplace


async def walk(acme: Workplace, path: str, limit: int) -> list[str]:
    """The ids of all rows, asked for `limit` at a time."""
    found: list[str] = []
    cursor = ""
    for _ in range(100):
        answer = await acme.get(f"{path}?limit={limit}{cursor}")
        assert 200 == answer.status_code, answer.text
        body = answer.json()
        assert len(body["data"]) <= limit
        found.extend(row["id"] for row in body["data"])
        if body["next_cursor"] is None:
            return found
        cursor = f"&cursor={body['next_cursor']}"
    raise AssertionError("the pages never end")


async def fill(acme: Workplace) -> str:
    """Twelve campaigns, contacts and enrollments, most of one instant; answers a campaign."""
    campaign = ""
    for number in range(12):
        campaign = campaign or await acme.campaign(f"Campaign {number}", "launch")
        if number:
            await acme.campaign(f"Campaign {number}")
        assert 201 == (await acme.enroll(campaign, f"person-{number}")).status_code
        await acme.post("/suppressions", {"email_domain": f"d{number}.example"})
        if number % 5 == 4:
            acme.clock.pass_days(1)
    return campaign


async def test_every_list_gives_each_row_once(acme: Workplace) -> None:
    """By 1, 5 or 100 at a time a list has the same rows in the same order, none twice."""
    campaign = await fill(acme)
    sizes = {
        "/campaigns": 12,
        "/contacts": 12,
        f"/campaigns/{campaign}/enrollments": 12,
        "/suppressions": 12,
    }
    for path in (*sizes, "/ledger"):
        whole = await walk(acme, path, 100)
        assert whole, path
        assert sizes.get(path, len(whole)) == len(whole), path
        assert len(whole) == len(set(whole)), path
        for limit in (1, 5, len(whole)):
            assert whole == await walk(acme, path, limit), (path, limit)


async def test_new_rows_never_shift_a_page(acme: Workplace) -> None:
    """What is added between two pages neither repeats nor hides a row of the old ones."""
    await fill(acme)
    for path in ("/contacts", "/ledger"):
        before = await walk(acme, path, 100)
        first = (await acme.get(f"{path}?limit=5")).json()
        assert 200 == (await acme.analyze(f"new-for{path.replace('/', '-')}")).status_code
        rest = (await acme.get(f"{path}?limit=100&cursor={first['next_cursor']}")).json()
        assert before == [row["id"] for row in (*first["data"], *rest["data"])]


async def test_the_ledger_adds_up(acme: Workplace) -> None:
    """The sum of all amounts is available + held, and `seq` falls by one from row to row."""
    await fill(acme)
    rows = (await acme.get("/ledger?limit=100")).json()["data"]
    balance = (await acme.get("/balance")).json()

    assert balance["available"] + balance["held"] == sum(row["amount"] for row in rows)
    assert list(range(len(rows), 0, -1)) == [row["seq"] for row in rows]


@pytest.mark.parametrize(
    ("taken_from", "sent_to"), [("/ledger", "/contacts"), ("/contacts", "/ledger")]
)
async def test_a_cursor_belongs_to_its_list(
    acme: Workplace, taken_from: str, sent_to: str
) -> None:
    """Another list's cursor, and one that was changed or cut, is 422."""
    await fill(acme)
    cursor = (await acme.get(f"{taken_from}?limit=1")).json()["next_cursor"]
    forged = [cursor, cursor[:-4], cursor + "AAAA", cursor[::-1]]
    answers = [await acme.get(f"{sent_to}?cursor={each}") for each in forged]
    own = [await acme.get(f"{taken_from}?cursor={each}") for each in forged[1:]]

    assert {422} == {answer.status_code for answer in (*answers, *own)}
