"""A stand-in for Stripe on loopback: sessions by idempotency key, faults, and signed reports."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs

SECRET = "whsec_test"


class StripeServer(ThreadingHTTPServer):
    """`mode` says how it behaves: `well`, `status_500`, `bad_request`, `hang` or `unreadable`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode = "well"
        self.sessions: dict[str, dict[str, Any]] = {}
        self.asked = 0
        self.over = Event()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: StripeServer

    def do_POST(self) -> None:
        """Create a checkout session; the same key gets the same session, as Stripe documents."""
        server = self.server
        server.asked += 1
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if server.mode == "hang":
            # It never answers: the caller is long gone when this stand-in ends.
            server.over.wait(60)
        if server.mode == "status_500":
            self._answer(500, {"error": {"type": "api_error", "message": "ours"}})
        elif server.mode == "bad_request":
            self._answer(400, {"error": {"type": "invalid_request_error", "message": "yours"}})
        elif server.mode == "unreadable":
            self._answer(200, None)
        else:
            key = self.headers["idempotency-key"]
            fields = {name: values[0] for name, values in parse_qs(body).items()}
            session = server.sessions.setdefault(key, self._session(fields))
            self._answer(200, session)

    def _session(self, fields: dict[str, str]) -> dict[str, Any]:
        number = len(self.server.sessions) + 1
        return {
            "id": f"cs_test_{number}",
            "object": "checkout.session",
            "url": f"https://checkout.stripe.example/{number}",
            "amount_total": int(fields["line_items[0][price_data][unit_amount]"]),
            "currency": fields["line_items[0][price_data][currency]"],
            "payment_intent": f"pi_{number}",
            "metadata": {
                name: fields[f"metadata[{name}]"] for name in ("workspace_id", "purchase_id")
            },
        }

    def _answer(self, status: int, body: Any) -> None:
        content = b"<html>" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


@contextmanager
def stripe_server() -> Iterator[StripeServer]:
    """A running stand-in."""
    server = StripeServer()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def signed(event: dict[str, Any], *, age: float = 0, secret: str = SECRET) -> tuple[bytes, str]:
    """An event as Stripe sends it: its bytes, and the Stripe-Signature header."""
    payload = json.dumps(event).encode()
    at = int(time.time() - age)
    digest = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256)
    return payload, f"t={at},v1={digest.hexdigest()}"


def event(name: str, kind: str, thing: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An event of this id and type about a thing."""
    return {"id": name, "object": "event", "type": kind, "data": {"object": {**thing, **more}}}
