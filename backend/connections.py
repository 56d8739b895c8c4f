"""HTTP connections that must say in time, and in few words, what they want.

uvicorn bounds neither how long a request's head may take to arrive nor how long it may be; a few
hundred clients that send one byte a minute would then hold the server for ever.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.errors import Refusal

HEAD_SECONDS = 10.0
MOST_HEAD_BYTES = 64 * 1024


class HeadTimeout(Refusal):
    """The headers did not arrive in time."""

    code = "head_timeout"
    status = HTTPStatus.REQUEST_TIMEOUT
    title = "Headers too slow"
    retryable = True


class HeadTooLarge(Refusal):
    """The headers are longer than any request of ours needs."""

    code = "head_too_large"
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    title = "Headers too large"


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, closed when a request's head is too slow or too long."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = True
        self._head_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection has to send its first head in time."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more to be waited for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole; the body has a deadline of its own (see `backend.http`)."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Take what has come; judge the head if it is still not whole."""
        super().data_received(data)
        if not self._in_head:
            self._stop_waiting()
            return
        self._head_bytes += len(data)
        if self._head_bytes > MOST_HEAD_BYTES:
            self._refuse(HeadTooLarge("The headers are too long. Nothing was done."))
        elif self._timer is None:
            self._wait()

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self._head_bytes == 0:
            self.transport.close()  # nobody asked for anything
        else:
            self._refuse(HeadTimeout("The headers took too long to arrive. Nothing was done."))

    def _refuse(self, refusal: Refusal) -> None:
        """Answer as any other refusal does, and close: what follows cannot be told apart."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        status = int(refusal.status)
        body = msgspec.json.encode(
            {
                "type": "about:blank",
                "title": refusal.title,
                "status": status,
                "detail": refusal.detail,
                "code": refusal.code,
                "retryable": refusal.retryable,
            }
        )
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
            "content-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
