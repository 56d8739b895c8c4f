"""A workspace to test on, over HTTP or through the application in process."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from litestar import Litestar

from backend import schema
from backend.analyses.enrichment import EnrichmentClient
from backend.app import create_app
from backend.credits.journal.verify import Difference, verify
from backend.database import Database
from backend.flows.workspaces import found, policy_named
from backend.instants import DAY, Instant, parse
from backend.settings import Settings
from tests.flows.ill_sidecar import IllSidecar
from tests.servers import meetonce

START: Instant = parse("2026-03-10T09:00:00Z")
NO_FOLDER = Path("no-policies-of-our-own")


class Clock:
    """A clock that stands where it was put."""

    def __init__(self, now: Instant = START) -> None:
        self.now = now

    def __call__(self) -> Instant:
        return self.now

    def pass_days(self, days: float) -> None:
        """Let time pass."""
        self.now += int(days * DAY)


@dataclass
class Workplace:
    """One workspace, as one credential of it sees it through an HTTP client."""

    client: httpx.AsyncClient
    workspace_id: str
    api_key: str
    owner_id: str = ""
    sidecar: IllSidecar | None = None
    clock: Clock = field(default_factory=Clock)
    app: Litestar | None = None

    @property
    def base(self) -> str:
        """The path of the workspace."""
        return f"/v1/workspaces/{self.workspace_id}"

    def headers(self, key: str | None = None) -> dict[str, str]:
        """The credential, and an Idempotency-Key: `key`, or a new one."""
        return {
            "Authorization": f"Bearer {self.api_key}",
            "Idempotency-Key": key or uuid4().hex,
        }

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """GET below the workspace."""
        return await self.client.get(self.base + path, headers=self.headers(), **options)

    async def post(self, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        """POST below the workspace."""
        options = {} if body is None else {"json": body}
        return await self.client.post(self.base + path, headers=self.headers(key), **options)

    async def analyze(self, slug: str, key: str | None = None, **more: Any) -> httpx.Response:
        """Analyse the LinkedIn page of `slug`."""
        body = {
            "url": f"https://www.linkedin.com/in/{slug}",
            "page": {"name": f"Person {slug}", "headline": "Head of Sales"},
            **more,
        }
        return await self.post("/analyses", body, key)

    async def available(self) -> int:
        """Free credits now."""
        answer = await self.get("/balance")
        available: int = answer.json()["available"]
        return available

    async def campaign(self, name: str, *actions: str) -> str:
        """A new campaign, with these actions done to it; answers its id."""
        made = (await self.post("/campaigns", {"name": name})).json()
        for action in actions:
            done = await self.post(f"/campaigns/{made['id']}/actions/{action}")
            assert 200 == done.status_code, done.text
        campaign_id: str = made["id"]
        return campaign_id

    async def enroll(self, campaign: str, slug: str, key: str | None = None) -> httpx.Response:
        """Put the person of `slug` into a campaign."""
        body = {
            "url": f"https://www.linkedin.com/in/{slug}",
            "page": {"name": f"Person {slug}", "headline": "Head of Sales"},
        }
        return await self.post(f"/campaigns/{campaign}/enrollments", body, key)

    async def differences(self) -> list[Difference]:
        """What `meetonce verify` would print."""
        assert self.app is not None, "in process only"
        db: Database = self.app.state.db
        return await db.read(verify)


@asynccontextmanager
async def workplace(
    database_url: str,
    sidecar: IllSidecar,
    *,
    policy: str = "humanlinker",
    plan: str | None = None,
    clock: Callable[[], Instant] | None = None,
    **settings: Any,
) -> AsyncIterator[Workplace]:
    """A workspace on an application in process, with its sidecar over real HTTP."""
    ticking = clock if isinstance(clock, Clock) else Clock()
    db = Database(database_url, ticking)
    await db.open()
    await schema.prepare(db)
    founded = await db.write(
        lambda tx: found(
            tx,
            name="Acme",
            owner_email="owner@acme.example",
            owner_name="Olga Owner",
            policy=policy_named(policy, NO_FOLDER),
            plan=plan,
            seats=1,
            time_zone="UTC",
            now=ticking(),
        )
    )
    await db.close()
    client = EnrichmentClient(
        sidecar.url, "t", deadline_seconds=settings.get("sidecar_deadline_seconds", 5)
    )
    with _application(Settings(database_url=database_url, **settings), ticking, client) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            _alive(app),
            httpx.AsyncClient(transport=transport, base_url="http://meetonce.test") as http,
        ):
            yield Workplace(
                http,
                founded.workspace_id,
                founded.api_key,
                founded.owner_id,
                sidecar,
                ticking,
                app,
            )


# Applications whose test is over, by their settings without the database.
_SPARE: dict[Settings, list[Litestar]] = {}


@contextmanager
def _application(
    settings: Settings, clock: Callable[[], Instant], client: EnrichmentClient
) -> Iterator[Litestar]:
    """An application that nobody else uses now. Building its routes takes longer than most tests,
    and they depend on no database: a test may get those of one before it, which starts anew with
    its own database, clock, gate and all else that a start makes."""
    alike = _SPARE.setdefault(settings.model_copy(update={"database_url": ""}), [])
    app = alike.pop() if alike else create_app(settings, clock)
    app.state.update(settings=settings, clock=clock, given_sidecar=client)
    yield app
    alike.append(app)


@asynccontextmanager
async def _alive(app: Litestar) -> AsyncIterator[None]:
    """The application between start and end, both in one task, whoever enters and leaves."""
    ready, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set()
            await over.wait()

    task = asyncio.create_task(live())
    await asyncio.wait([task, asyncio.create_task(ready.wait())], return_when="FIRST_COMPLETED")
    try:
        yield
    finally:
        over.set()
        await task


def init_workspace(
    data_dir: Path, env: Mapping[str, str], plan: str = "starter"
) -> dict[str, str]:
    """A workspace made by the real command, as an operator would."""
    done = subprocess.run(
        meetonce(
            *("init", "--workspace", "Acme", "--owner", "owner@acme.example"),
            *("--policy", "humanlinker", "--plan", plan, "--json"),
        ),
        env={**os.environ, "MEETONCE_DATA_DIR": str(data_dir), **env},
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    made: dict[str, str] = json.loads(done.stdout)
    return made


def verify_command(data_dir: Path, env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """What `meetonce verify` says, by the real command."""
    return subprocess.run(
        meetonce("verify"),
        env={**os.environ, "MEETONCE_DATA_DIR": str(data_dir), **env},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


async def gather_limited(limit: int, *calls: Any) -> list[Any]:
    """All results, at most `limit` running at once: httpx crawls with thousands waiting."""
    slots = asyncio.Semaphore(limit)

    async def one(call: Any) -> Any:
        async with slots:
            return await call

    return list(await asyncio.gather(*(one(call) for call in calls)))
