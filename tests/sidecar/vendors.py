"""The outside vendors as one loopback server, built from their documentation, ill on demand.

Below `/<vendor>` it answers as that vendor does; `modes[vendor]` says how it behaves today, and
`asked` keeps what it was sent. The adapters under test cannot tell it from the real ones. No real
vendor was ever called by our tests.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sidecar.vendor_answers import ANSWERS, Answer

VENDORS = ("hunter", "prospeo", "dropcontact", "peopledatalabs", "fullenrich", "reacher", "openai")


@dataclass(frozen=True)
class Asked:
    """One request as a vendor received it; header names in lower case."""

    vendor: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Vendors:
    """The server; a mode is one of the faults below, or a word that the vendor's answers know."""

    url: str = ""
    modes: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _ready: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _stop: asyncio.Event | None = None

    def environment(self, *names: str) -> dict[str, str]:
        """Settings that switch these vendors on, here."""
        found = {}
        for name in names:
            found[f"MEETONCE_{name.upper()}_URL"] = f"{self.url}/{name}"
            found[f"MEETONCE_{name.upper()}_API_KEY"] = f"key-of-{name}"
        return found

    def count(self, vendor: str) -> int:
        """How often a vendor was asked."""
        return sum(each.vendor == vendor for each in self.asked)

    def run(self) -> None:
        """Serve until stopped; the body of a thread."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=2**22)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()

    def wait_until_ready(self) -> None:
        """Return once it listens."""
        assert self._ready.wait(5), "the vendors did not start"

    def stop(self) -> None:
        """End the serving thread."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._one(reader, writer):
                pass
        with suppress(Exception):
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.split("\r\n")
        method, target, _ = first.split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, mark, value in (line.partition(":") for line in rest)
            if mark
        }
        content = await reader.readexactly(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        _, vendor, *path = parts.path.split("/")
        asked = Asked(
            vendor,
            method,
            "/" + "/".join(path),
            {name: values[0] for name, values in parse_qs(parts.query).items()},
            headers,
            json.loads(content) if content else None,
        )
        self.asked.append(asked)
        mode = self.modes.get(vendor, "found")
        if mode in _FAULTS:
            return await _fault(mode, writer)
        await _send(writer, self._answer(asked, mode))
        return True

    def _answer(self, asked: Asked, mode: str) -> Answer:
        if asked.vendor == "openai":
            return self._model(asked, mode)
        if mode.startswith("retry_after:"):
            told = self._answer(asked, "throttled")
            return Answer(told.status, told.body, _wait_headers(mode.partition(":")[2]))
        polls = sum(each.path == asked.path and each.method == "GET" for each in self.asked)
        return ANSWERS[asked.vendor](asked, mode, polls)

    def _model(self, asked: Asked, mode: str) -> Answer:
        if mode == "bad_key":
            return Answer(401, {"error": {"message": "Incorrect API key"}})
        if mode == "throttled":
            return Answer(429, {"error": {"message": "Rate limit reached"}})
        if mode.startswith("content:"):
            message = {"role": "assistant", "content": mode.removeprefix("content:")}
            return Answer(200, {"choices": [{"message": message}]})
        form = (asked.body.get("response_format") or {}).get("type")
        if mode == "no_schema" and form == "json_schema":
            return Answer(400, {"error": {"message": "response_format is not supported"}})
        if mode == "plain_only" and form is not None:
            return Answer(400, {"error": {"message": "response_format is not supported"}})
        text = self.texts.pop(0) if self.texts else "Hello."
        content = json.dumps({"text": text})
        if mode in ("plain_only", "wrapped"):
            content = f"Here you are:\n```json\n{content}\n```"
        return Answer(200, {"choices": [{"message": {"role": "assistant", "content": content}}]})


def _wait_headers(told: str) -> dict[str, str]:
    return {"retry-after": told, "date": "Fri, 27 Nov 2026 10:00:00 GMT"}


_FAULTS = (
    *("hang", "close", "drip", "huge", "garbage", "html", "redirect", "gzip", "status_500"),
    *("cut", "empty", "list", "null", "deep", "page", "status_204", "status_418", "status_503"),
)


async def _fault(mode: str, writer: asyncio.StreamWriter) -> bool:
    """What a broken, hanging or hostile vendor does; whether the connection lives on."""
    if mode == "close":
        return False
    if mode == "hang":
        await asyncio.sleep(600)
    if mode == "drip":
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.1)
    if mode == "huge":
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
        for _ in range(100):
            writer.write(b" " * 1_000_000)
            await writer.drain()
        return False
    if mode == "cut":
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"data": {"email": "jane')
        await writer.drain()
        return False
    answers = {
        "empty": Answer(200, ""),
        "list": Answer(200, []),
        "null": Answer(200, "null"),
        "deep": Answer(200, "[" * 200_000),
        "page": Answer(200, "<html>Please sign in</html>", {"content-type": "text/html"}),
        "status_204": Answer(204, ""),
        "status_418": Answer(418, {"error": "a teapot"}),
        "status_503": Answer(503, "<html>Busy</html>", {"content-type": "text/html"}),
        "garbage": Answer(200, "\x00\x01 no json"),
        "html": Answer(200, "<html>Bad gateway</html>"),
        "redirect": Answer(302, "", {"location": "http://169.254.169.254/latest/meta-data"}),
        "gzip": Answer(200, "{}", {"content-encoding": "gzip"}),
        "status_500": Answer(500, {"error": "oops"}),
    }
    await _send(writer, answers[mode])
    return True


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    content = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    headers = {"content-type": "application/json", **answer.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    encoded = content.encode()
    head = f"HTTP/1.1 {answer.status} Status\r\n{lines}content-length: {len(encoded)}\r\n\r\n"
    writer.write(head.encode() + encoded)
    await writer.drain()


@contextmanager
def loopback_vendors() -> Iterator[Vendors]:
    """All vendors on a free loopback port, well until told otherwise."""
    vendors = Vendors()
    thread = threading.Thread(target=vendors.run, daemon=True)
    thread.start()
    vendors.wait_until_ready()
    try:
        yield vendors
    finally:
        vendors.stop()
        thread.join(5)
