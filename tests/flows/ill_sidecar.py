"""A loopback server in the sidecar's place that is ill on demand, over real HTTP.

Healthy, it answers each page with a brief insight and counts what it was asked; ill, it does what
a broken, hanging or hostile program does. The backend under test cannot tell it from the real one.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from shared_schemas.insight import Insight


class IllSidecar:
    """The server; `mode` says how it behaves, `asked` counts the items that it was sent.

    Modes: well, empty, slow (answers after `pause` seconds), hang, close, status_500, drip,
    garbage, html, wrong_refs, wrong_shape, nan, huge.
    """

    def __init__(self) -> None:
        self.mode = "well"
        self.pause = 0.0
        self.asked = 0
        self.url = ""
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def run(self) -> None:
        """Serve until stopped; the body of a thread."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, limit=2**24)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()

    def wait_until_ready(self) -> None:
        """Return once it listens."""
        assert self._ready.wait(5), "the stand-in did not start"

    def stop(self) -> None:
        """End the serving thread."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._one(reader, writer):
                pass
        with suppress(Exception):
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        items: list[dict[str, Any]] = []
        if "content-length:" in head:
            length = int(head.split("content-length:")[1].split("\r\n")[0])
            items = json.loads(await reader.readexactly(length))["items"]
        self.asked += len(items)
        mode = self.mode
        if mode == "close":
            return False
        if mode == "hang":
            await asyncio.sleep(600)
        if mode == "slow":
            await asyncio.sleep(self.pause)
        if mode == "drip":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.2)
        if mode == "huge":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 200000000\r\n\r\n")
            for _ in range(200):
                writer.write(b" " * 1_000_000)
                await writer.drain()
            return False
        body = _BODIES.get(mode) or json.dumps({"data": [_found(mode, item) for item in items]})
        status = "500 Internal Server Error" if mode == "status_500" else "200 OK"
        content = body.encode()
        writer.write(
            f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(content)}\r\n\r\n".encode()
            + content
        )
        await writer.drain()
        return True


_BODIES = {
    "garbage": "\x00\x01\x02 not json",
    "html": "<html>502 Bad Gateway</html>",
    "nan": '{"data": NaN}',
    "wrong_shape": '{"data": [{"ref": "0", "status": "done", "insight": {"depth": "abyss"}}]}',
    "wrong_refs": '{"data": [{"ref": "somebody else", "status": "empty"}]}',
}


def _found(mode: str, item: dict[str, Any]) -> dict[str, Any]:
    page = item.get("page")
    if mode == "empty" or page is None:
        return {"ref": item["ref"], "status": "empty", "insight": None}
    insight = Insight(depth="full" if page.get("about") else "brief", topics=["tests"])
    return {"ref": item["ref"], "status": "done", "insight": insight.model_dump(mode="json")}


@contextmanager
def ill_sidecar() -> Iterator[IllSidecar]:
    """A stand-in on a free loopback port, well until told otherwise."""
    sidecar = IllSidecar()
    thread = threading.Thread(target=sidecar.run, daemon=True)
    thread.start()
    sidecar.wait_until_ready()
    try:
        yield sidecar
    finally:
        sidecar.stop()
        thread.join(5)
