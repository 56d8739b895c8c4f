"""`meetonce serve`: the backend, its worker and a sidecar as one thing to start and to stop."""

import asyncio
import contextlib
import fcntl
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

import httpx
import structlog
import uvicorn
from litestar.datastructures import State

from backend.app import create_app
from backend.connections import BoundedConnection
from backend.database import Clock, Database
from backend.settings import Settings, WrongSetting
from backend.worker import work

log = structlog.get_logger()

GRACE_SECONDS = 10


class Refused(Exception):
    """The start is refused; the message is one clear line."""


def free_port() -> int:
    """A loopback port that is free right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def alone_on(settings: Settings) -> Any:
    """On SQLite, refuse a second server on the same file: two writers only hinder each other."""
    if not settings.database.startswith("sqlite"):
        yield
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = Path(settings.database.removeprefix("sqlite+aiosqlite:///") + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock: TextIO = path.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Refused(
            f"Another Meetonce serves this database already ({path.with_suffix('')})."
        ) from None
    try:
        yield
    finally:
        lock.close()


class SidecarProcess:
    """The sidecar as a second process: started, started again when it dies, ended with us."""

    def __init__(self, port: int, token: str, settings: Settings) -> None:
        self._environment = {
            # Next to the database, so that what vendors were paid for outlives a restart.
            "MEETONCE_SIDECAR_CACHE": str(settings.data_dir / "sidecar.db"),
            **os.environ,
            "MEETONCE_HOST": "127.0.0.1",
            "MEETONCE_PORT": str(port),
            "MEETONCE_SIDECAR_TOKEN": token,
            # Knows the demo's invented people and nobody else.
            "MEETONCE_SAMPLE_PROVIDER": "1",
            "MEETONCE_PUBLIC_URL": settings.origin,
            "MEETONCE_LOG_FORMAT": settings.log_format,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def keep_running(self) -> None:
        """Run the sidecar until cancelled; one that keeps dying is started ever more slowly."""
        pause = 0.2
        while True:
            loop = asyncio.get_running_loop()
            started = loop.time()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "backend.sidecar",
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                # A terminal's Ctrl-C reaches the whole group; the sidecar ends when we say so.
                start_new_session=True,
            )
            status = await self._process.wait()
            log.warning("sidecar_died", status=status)
            pause = 0.2 if loop.time() - started > 10 else min(pause * 2, 5.0)
            await asyncio.sleep(pause)

    async def end(self) -> None:
        """Ask it to stop, and kill it if it does not."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which says when it can be reached."""

    def __init__(self, config: uvicorn.Config, reachable: Callable[[], None]) -> None:
        super().__init__(config)
        self._reachable = reachable

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._reachable()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _nothing() -> None:
    """Nobody is told."""


async def serve(
    settings: Settings,
    clock: Clock,
    *,
    with_sidecar: bool,
    with_worker: bool,
    fd: int | None,
    reachable: Callable[[], None] = _nothing,
) -> None:
    """Serve until SIGTERM or Ctrl-C; `reachable` is called once requests are answered."""
    sockets = [bound_socket(settings)] if fd is None else None
    async with sidecar_beside(settings, wanted=with_sidecar) as settings:
        app = create_app(settings, clock, with_worker=with_worker)
        config = uvicorn.Config(
            app,
            fd=fd,
            log_level="warning",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=30,
            server_header=False,
            http=BoundedConnection,
        )
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        server = _Server(config, reachable)
        _stop_on_signals(server, app.state)
        await server.serve(sockets)


async def run_worker(settings: Settings, clock: Clock) -> None:
    """Sweep until cancelled."""
    db = Database(settings.database, clock)
    await db.open()
    try:
        await work(db)
    finally:
        await db.close()


def _is_news(record: logging.LogRecord) -> bool:
    """That a request was cut off while we stop is our own doing, not an error."""
    return not (record.exc_info and record.exc_info[0] is asyncio.CancelledError)


def _stop_on_signals(server: uvicorn.Server, state: State) -> None:
    """Stop on the first signal, once what is running has ended; on the second at once.

    Cut off means: connections closed, runs abandoned (their holds give the credits back by
    themselves), the database closed in order all the same.
    """

    def stop() -> None:
        if server.should_exit:
            for connection in list(server.server_state.connections):
                connection.transport.abort()
            for task in list(server.server_state.tasks):
                task.cancel()
            state.runs.abandon()
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


@asynccontextmanager
async def sidecar_beside(settings: Settings, *, wanted: bool) -> AsyncGenerator[Settings, None]:
    """Settings with a sidecar to talk to: the one they name, else one started beside us."""
    if settings.sidecar_url:
        yield settings
        return
    if not wanted:
        raise WrongSetting("MEETONCE_SIDECAR_URL: needed with --no-sidecar")
    port = free_port()
    token = settings.sidecar_token or secrets.token_urlsafe(32)
    sidecar = SidecarProcess(port, token, settings)
    keeper = asyncio.create_task(sidecar.keep_running())
    try:
        await _until_ready(f"http://127.0.0.1:{port}/health/ready")
        yield settings.model_copy(
            update={"sidecar_url": f"http://127.0.0.1:{port}", "sidecar_token": token}
        )
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
        await sidecar.end()


async def _until_ready(url: str) -> None:
    """Wait until the sidecar answers, for a time: without it all that needs no look works."""
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        for _ in range(300):
            with suppress(httpx.HTTPError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    log.warning("sidecar_not_ready")


async def serve_with_workers(
    settings: Settings,
    clock: Clock,
    workers: int,
    *,
    with_sidecar: bool,
    with_worker: bool,
    reachable: Callable[[], None] = _nothing,
) -> None:
    """Several backend processes on one socket; this one keeps them, the sidecar and the sweeps."""
    listening = bound_socket(settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with sidecar_beside(settings, wanted=with_sidecar) as settings:
        tasks = [
            asyncio.create_task(_keep_backend(settings, listening.fileno()))
            for _ in range(workers)
        ]
        if with_worker:
            tasks.append(asyncio.create_task(run_worker(settings, clock)))
        # The socket has taken connections since it was bound: none is refused.
        reachable()
        await stopping.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    listening.close()


def bound_socket(settings: Settings) -> socket.socket:
    """A listening socket that child processes inherit."""
    address = (settings.host, settings.port)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server(address, family=family, backlog=2048)
    except OSError as error:
        raise Refused(
            f"Cannot serve at {settings.host}, port {settings.port}: {error.strerror}."
            " Another one: --host, --port."
        ) from None
    listening.set_inheritable(True)
    return listening


async def _keep_backend(settings: Settings, fd: int) -> None:
    """One backend process, started again when it dies, ended when cancelled."""
    environment = {
        **os.environ,
        "MEETONCE_SIDECAR_URL": settings.sidecar_url,
        "MEETONCE_SIDECAR_TOKEN": settings.sidecar_token,
        "MEETONCE_HOST": settings.host,
        "MEETONCE_PORT": str(settings.port),
    }
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "backend.cli",
            "serve",
            "--fd",
            str(fd),
            env=environment,
            pass_fds=[fd],
            start_new_session=True,
        )
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), GRACE_SECONDS + 2)
            except TimeoutError:
                process.kill()
                await process.wait()
            raise
        log.warning("backend_died", status=status)
        await asyncio.sleep(0.5)
