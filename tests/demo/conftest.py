"""The demo's routes, in process and on a loopback port."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from litestar import Litestar
from litestar.testing import TestClient

from backend.demo.api import demo_routes
from backend.settings import Settings


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    """The demo's routes alone, under their origin."""
    app = Litestar(
        route_handlers=demo_routes(Settings()), openapi_config=None, logging_config=None
    )
    with TestClient(app, base_url="http://127.0.0.1:8000") as made:
        yield made


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The origin of a server that has the demo's routes and nothing else."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    app = Litestar(
        route_handlers=demo_routes(Settings(port=port)), openapi_config=None, logging_config=None
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True
    )
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
