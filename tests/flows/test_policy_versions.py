"""A newer version of a policy file counts from the next cycle, never for what has been."""

from pathlib import Path

import pytest

from backend.credits.engine import open_pool
from backend.credits.journal.versions import Version, settle, take_in
from backend.credits.policy import builtin_policies, parse_policy
from backend.database import Database
from backend.instants import DAY, parse
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Clock, Workplace, workplace

START = parse("2026-03-10T09:00:00Z")


def kinder(version: int, allotment: int) -> str:
    """The default policy's file with another version, and another allotment of its first plan."""
    source = builtin_policies()["humanlinker"].source
    old = "version = 1"
    assert [1, 1] == [source.count(old), source.count("= 200")]
    return source.replace(old, f"version = {version}").replace("= 200", f"= {allotment}")


async def test_a_newer_version_counts_from_the_next_cycle(
    database_url: str, sidecar: IllSidecar, tmp_path: Path
) -> None:
    """Stored in the middle of a cycle it changes nothing until the cycle ends; then it grants.

    What was charged before keeps its rule; balance, receipts and `verify` agree on both sides.
    """
    clock = Clock(START)
    async with workplace(database_url, sidecar, clock=clock) as acme:
        before = (await acme.analyze("before")).json()["charge"]
        assert ("humanlinker@1", 199) == (before["rule"], before["available"])
        await take_in_file(acme, kinder(2, 77), clock)
        assert "humanlinker@1" == (await acme.analyze("same-cycle")).json()["charge"]["rule"]

        clock.pass_days(40)
        looked = (await acme.get("/balance")).json()
        assert ("humanlinker@2", 77, 77) == (
            looked["policy"],
            looked["granted"],
            looked["available"],
        )
        known = (await acme.analyze("before")).json()["charge"]
        assert ("already_analyzed", 77) == (known["reason"], known["available"])
        after = (await acme.analyze("after")).json()["charge"]
        assert ("humanlinker@2", 1, 76) == (after["rule"], after["charged"], after["available"])
        assert "humanlinker@2" == (await acme.get("")).json()["policy"]
        receipt = (await acme.get(f"/receipts/{before['receipt_id']}")).json()
        assert "humanlinker@1" == receipt["rule"]
        assert [] == await acme.differences()


async def take_in_file(acme: Workplace, source: str, clock: Clock) -> None:
    """What the server's start does with a policy file."""
    assert acme.app is not None
    db: Database = acme.app.state.db
    policy = parse_policy(source)
    taken = await db.write(lambda tx: take_in(tx, [policy], clock()))
    assert [policy.id] == taken
    assert [] == await db.write(lambda tx: take_in(tx, [policy], clock())), "once only"


async def test_a_start_takes_in_a_newer_file(
    database_url: str, sidecar: IllSidecar, tmp_path: Path
) -> None:
    """A file laid into the data folder is found at the next start; an unused one is not stored."""
    folder = tmp_path / "data" / "policies"
    folder.mkdir(parents=True)
    (folder / "kinder.toml").write_text(kinder(3, 500))
    clock = Clock(START)
    async with workplace(database_url, sidecar, clock=clock, data_dir=tmp_path / "data") as acme:
        clock.pass_days(31)
        assert "humanlinker@3" == (await acme.get("/balance")).json()["policy"]


@pytest.mark.parametrize("idle_cycles", [0, 1, 5])
def test_stages_of_a_long_sleep(idle_cycles: int) -> None:
    """However late somebody looks, each cycle was settled under the version of its time."""
    old = builtin_policies()["humanlinker"]
    pool = open_pool(old, "starter", 1, "UTC", START).pool
    new = Version(parse_policy(kinder(2, 77)), START + 5 * DAY)
    now = START + (40 + 31 * idle_cycles) * DAY

    stages = settle(pool, old, [new], now)

    assert new.policy is stages[-1][0]
    assert 77 == stages[-1][1].pool.available
    granted = [step.granted for _, each in stages for step in each.before if step.granted]
    assert [77] * (1 + idle_cycles) == granted


def test_a_version_without_the_plan_is_passed_over() -> None:
    """A pool whose plan the new version does not have goes on under the old one."""
    old = builtin_policies()["humanlinker"]
    pool = open_pool(old, "starter", 1, "UTC", START).pool
    source = kinder(2, 77).replace("starter", "beginner")
    new = Version(parse_policy(source), START + DAY)

    assert old is settle(pool, old, [new], START + 40 * DAY)[-1][0]


def test_an_older_choice_is_kept() -> None:
    """Who chose an older version while the newer one was there already stays with it."""
    old = builtin_policies()["humanlinker"]
    pool = open_pool(old, "starter", 1, "UTC", START).pool
    new = Version(parse_policy(kinder(2, 77)), START - DAY)

    assert old is settle(pool, old, [new], START + 40 * DAY)[-1][0]


async def test_a_policy_may_forbid_caps(
    sqlite_url: str, sidecar: IllSidecar, tmp_path: Path
) -> None:
    """Where the policy says that members have no caps none can be set; lifting one is harmless."""
    source = builtin_policies()["humanlinker"].source
    for old, new in (("member_caps = true", "member_caps = false"), ('"humanlinker"', '"free"')):
        assert 1 == source.count(old)
        source = source.replace(old, new)
    file = tmp_path / "free.toml"
    file.write_text(source)
    async with workplace(sqlite_url, sidecar, policy=str(file)) as acme:
        path = f"{acme.base}/members/{acme.owner_id}/cap"
        tag = (await acme.client.get(path, headers=acme.headers())).headers["etag"]
        headers = {**acme.headers(), "If-Match": tag}
        refused = await acme.client.put(path, json={"cap": 5}, headers=headers)
        assert (409, "no_member_caps") == (refused.status_code, refused.json()["reason"])
        lifted = await acme.client.put(path, json={"cap": None}, headers=headers)
        assert 200 == lifted.status_code
