"""The real sidecar on a loopback port, for a module's tests."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from litestar import Litestar

from backend.sidecar.app import create_sidecar

TOKEN = "a token of the tests"


@contextmanager
def serving(app: Litestar) -> Iterator[str]:
    """Serve `app` on a free loopback port, and give its origin."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx.Client(trust_env=False) as client:
            _wait_until_ready(client, origin, thread)
        yield origin
    finally:
        server.should_exit = True
        thread.join(15)
        listening.close()


def _wait_until_ready(client: httpx.Client, origin: str, thread: threading.Thread) -> None:
    for _ in range(300):
        try:
            if client.get(f"{origin}/health/ready", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            assert thread.is_alive(), "the sidecar did not start"
        threading.Event().wait(0.05)
    raise AssertionError("the sidecar is not ready")


@pytest.fixture(scope="module")
def sidecar() -> Iterator[httpx.Client]:
    """A client with the right token of a sidecar that knows the invented people."""
    app = create_sidecar(TOKEN, sample_provider=True, own_host="meetonce.example")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        serving(app) as origin,
        httpx.Client(base_url=origin, headers=headers, trust_env=False, timeout=30) as client,
    ):
        yield client
