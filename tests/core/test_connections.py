"""A connection that does not say what it wants, in time and in few words, is closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn

from backend.connections import MOST_HEAD_BYTES, BoundedConnection
from tests.servers import free_port

HEAD = b"GET / HTTP/1.1\r\nHost: meetonce.test\r\n"


class _Hasty(BoundedConnection):
    head_seconds = 0.3


async def _hello(scope: object, receive: object, send: object) -> None:
    """An application that answers everything alike."""
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    )  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"ok"})  # type: ignore[operator]


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a server whose heads must arrive within 0.3 s."""
    port = free_port()
    config = uvicorn.Config(
        _hello, port=port, http=_Hasty, lifespan="off", log_level="error", log_config=None
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield port
    server.should_exit = True
    await task


async def answer_to(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """All that the server says to these pieces, sent with a pause after each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
    answer = b""
    with suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


async def test_a_head_that_drips_is_refused(port: int) -> None:
    """Headers that never end are answered 408 and the connection is closed."""
    answer = await answer_to(port, HEAD, b"X-Slow: 1\r\n")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"head_timeout"' in answer


async def test_silence_is_closed(port: int) -> None:
    """Somebody who connects and says nothing is sent away without an answer."""
    assert b"" == await answer_to(port)


async def test_a_second_head_has_its_own_time(port: int) -> None:
    """On a kept connection a second request that stops half-way is refused too."""
    answer = await answer_to(port, HEAD + b"\r\n", HEAD, pause=0.05)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answer


async def test_a_head_without_end_is_refused(port: int) -> None:
    """More header bytes than any request needs are answered 431, not collected."""
    filler = b"X-Long: " + b"a" * 8000 + b"\r\n"
    answer = await answer_to(port, HEAD, *[filler] * (MOST_HEAD_BYTES // 8000 + 2))

    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""


async def test_requests_in_time_are_served(port: int) -> None:
    """Two requests on one connection, half a second apart, are both served."""
    ask = HEAD + b"\r\n"
    last = HEAD + b"Connection: close\r\n\r\n"
    answer = await answer_to(port, ask, last, pause=0.5)

    assert 2 == answer.count(b"HTTP/1.1 200 ")
