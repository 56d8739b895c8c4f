"""Many at once, through the real programs: one process on SQLite, two on PostgreSQL."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import Workplace, gather_limited, init_workspace, verify_command
from tests.servers import Server, run_server


@pytest.fixture
def environment(database_url: str, sidecar: IllSidecar) -> dict[str, str]:
    """The settings of a server on this database with the stand-in sidecar."""
    return {
        "MEETONCE_DATABASE_URL": database_url,
        "MEETONCE_SIDECAR_URL": sidecar.url,
        "MEETONCE_SIDECAR_TOKEN": "t",
    }


@pytest.fixture
def server(tmp_path: Path, environment: dict[str, str], database_url: str) -> Iterator[Server]:
    """`meetonce serve`, with two backend processes where the database allows it."""
    workers = () if database_url.startswith("sqlite") else ("--workers", "2")
    with run_server(tmp_path / "data", *workers, env=environment) as running:
        yield running


def client_of(server: Server) -> httpx.AsyncClient:
    """A client that keeps as many connections as it is asked for."""
    return httpx.AsyncClient(
        base_url=server.url,
        timeout=60,
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=200),
    )


async def members_of(place: Workplace, count: int) -> list[Workplace]:
    """More members of a workspace, each with a key of their own."""
    found = []
    for number in range(count):
        made = await place.post("/members", {"email": f"m{number}@acme.example"})
        key = await place.post(
            "/api-keys", {"name": f"of {number}", "member_id": made.json()["id"]}
        )
        found.append(Workplace(place.client, place.workspace_id, key.json()["api_key"]))
    return found


async def test_200_analyses_of_one_contact_by_5_members_cost_one_credit(
    server: Server, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Everyone gets the insight, nobody a 5xx, and exactly one credit is charged."""
    made = init_workspace(tmp_path / "data", environment)
    async with client_of(server) as client:
        owner = Workplace(client, made["workspace_id"], made["api_key"])
        members = await members_of(owner, 5)
        answers = await asyncio.gather(
            *(members[number % 5].analyze("jane-doe") for number in range(200))
        )
        left = await owner.available()
    charged = Counter(answer.json()["charge"]["charged"] for answer in answers)

    assert {200} == {answer.status_code for answer in answers}
    assert {1: 1, 0: 199} == dict(charged)
    assert all(answer.json()["insight"] for answer in answers)
    assert 199 == left
    assert 0 == verify_command(tmp_path / "data", environment).returncode


async def test_300_contacts_with_150_credits_left(
    server: Server, tmp_path: Path, environment: dict[str, str]
) -> None:
    """150 are charged, 150 are told when credits return, no answer shows less than 0."""
    made = init_workspace(tmp_path / "data", environment)
    async with client_of(server) as client:
        owner = Workplace(client, made["workspace_id"], made["api_key"])
        await owner.post("/adjustments", {"credits": -50, "reason": "a test"})
        answers = await asyncio.gather(*(owner.analyze(f"person-{n}") for n in range(300)))
        left = await owner.available()
    codes = Counter(answer.status_code for answer in answers)
    shown = [
        body["charge"]["available"] if "charge" in body else body["available"]
        for body in (answer.json() for answer in answers)
    ]

    assert {200: 150, 402: 150} == dict(codes)
    assert all(answer.json()["next_refill_at"] for answer in answers if answer.status_code == 402)
    assert min(shown) >= 0
    assert 0 == left
    assert 0 == verify_command(tmp_path / "data", environment).returncode


async def test_eight_campaigns_race_for_one_contact_across_processes(
    server: Server, tmp_path: Path, environment: dict[str, str]
) -> None:
    """One 201, seven 409, one credit; ten times over."""
    made = init_workspace(tmp_path / "data", environment)
    async with client_of(server) as client:
        owner = Workplace(client, made["workspace_id"], made["api_key"])
        campaigns = [await owner.campaign(f"C{number}", "launch") for number in range(8)]
        for round_ in range(10):
            answers = await asyncio.gather(
                *(owner.enroll(each, f"person-{round_}") for each in campaigns)
            )
            assert {201: 1, 409: 7} == dict(Counter(each.status_code for each in answers))
        left = await owner.available()

    assert 190 == left
    assert 0 == verify_command(tmp_path / "data", environment).returncode


async def test_many_workspaces_at_once_are_all_sound(
    server: Server, tmp_path: Path, environment: dict[str, str]
) -> None:
    """Several workspaces analysing the same people at once charge each their own, once."""
    made = [init_workspace(tmp_path / "data", environment) for _ in range(3)]
    async with client_of(server) as client:
        places = [Workplace(client, each["workspace_id"], each["api_key"]) for each in made]
        answers = await gather_limited(
            60, *(place.analyze(f"p-{n % 20}") for n in range(40) for place in places)
        )
        left = [await place.available() for place in places]

    assert {200} == {answer.status_code for answer in answers}
    assert [180, 180, 180] == left
    assert 0 == verify_command(tmp_path / "data", environment).returncode


async def test_a_killed_backend_loses_no_credit(
    tmp_path: Path, sqlite_url: str, sidecar: IllSidecar
) -> None:
    """kill -9 between hold and capture; after the restart the credit is back, and charged once."""
    environment = {
        "MEETONCE_DATABASE_URL": sqlite_url,
        "MEETONCE_SIDECAR_URL": sidecar.url,
        "MEETONCE_SIDECAR_TOKEN": "t",
    }
    made = init_workspace(tmp_path / "data", environment)
    sidecar.mode, sidecar.pause = "slow", 10
    with pytest.raises((httpx.TransportError, AssertionError)):
        with run_server(tmp_path / "data", env=environment) as server:
            async with client_of(server) as client:
                place = Workplace(client, made["workspace_id"], made["api_key"])
                running = asyncio.create_task(place.analyze("jane-doe"))
                while (await place.get("/balance")).json()["held"] == 0:
                    await asyncio.sleep(0.02)
                os.killpg(server.process.pid, signal.SIGKILL)
                await running
    sidecar.mode = "well"
    with run_server(tmp_path / "data", env=environment) as server:
        async with client_of(server) as client:
            place = Workplace(client, made["workspace_id"], made["api_key"])
            balance = (await place.get("/balance")).json()
            served = await place.analyze("jane-doe")

    assert (200, 0) == (balance["available"], balance["held"])
    assert (200, 1) == (served.status_code, served.json()["charge"]["charged"])
    assert 0 == verify_command(tmp_path / "data", environment).returncode


async def test_a_hold_of_a_dead_process_expires_by_itself(
    tmp_path: Path, postgres_url: str, sidecar: IllSidecar
) -> None:
    """Where others live on, the dead one's hold ends with its time and frees the contact."""
    environment = {
        "MEETONCE_DATABASE_URL": postgres_url,
        "MEETONCE_SIDECAR_URL": sidecar.url,
        "MEETONCE_SIDECAR_TOKEN": "t",
        "MEETONCE_HOLD_SECONDS": "2",
    }
    made = init_workspace(tmp_path / "data", environment)
    sidecar.mode, sidecar.pause = "slow", 10
    with pytest.raises((httpx.TransportError, AssertionError)):
        with run_server(tmp_path / "data", env=environment) as server:
            async with client_of(server) as client:
                place = Workplace(client, made["workspace_id"], made["api_key"])
                running = asyncio.create_task(place.analyze("jane-doe"))
                while (await place.get("/balance")).json()["held"] == 0:
                    await asyncio.sleep(0.02)
                os.killpg(server.process.pid, signal.SIGKILL)
                await running
    sidecar.mode = "well"
    with run_server(tmp_path / "data", env=environment) as server:
        async with client_of(server) as client:
            place = Workplace(client, made["workspace_id"], made["api_key"])
            deadline = time.monotonic() + 20
            while (await place.get("/balance")).json()["held"] and time.monotonic() < deadline:
                await asyncio.sleep(0.1)
            balance = (await place.get("/balance")).json()
            served = await place.analyze("jane-doe")

    assert (200, 0) == (balance["available"], balance["held"])
    assert (200, 1) == (served.status_code, served.json()["charge"]["charged"])
    assert 0 == verify_command(tmp_path / "data", environment).returncode
