"""A name server on loopback with a few invented hosts; it keeps what it was asked."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

_RECORDS = {
    ("acme.example.", "MX"): ["10 mx.acme.example."],
    ("nullmx.example.", "MX"): ["0 ."],
    ("onlyhost.example.", "A"): ["192.0.2.7"],
    ("inside.example.", "MX"): ["10 mx.inside.example."],
    ("mx.inside.example.", "A"): ["10.0.0.7"],
    ("mx.acme.example.", "A"): ["127.0.0.1"],
    ("bigmail.example.", "MX"): ["10 aspmx.l.google.com."],
}
_KNOWN = {name for name, _ in _RECORDS} | {"silent.example."}


class NameServer:
    """`address` is host:port; `asked` the names in order."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.asked: list[str] = []

    def run(self) -> None:
        """Answer until the socket is closed."""
        while True:
            try:
                content, sender = self._socket.recvfrom(4_096)
                answer = self._answer(dns.message.from_wire(content))
                if answer is not None:
                    self._socket.sendto(answer.to_wire(), sender)
            except OSError:
                return

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        (question,) = query.question
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(name)
        if name == "silent.example.":
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name not in _KNOWN:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        for text in _RECORDS.get((name, kind), ()):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, text))
        return answer

    def stop(self) -> None:
        """Close the socket."""
        self._socket.close()


@contextmanager
def name_server() -> Iterator[NameServer]:
    """A name server for a test."""
    server = NameServer()
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
