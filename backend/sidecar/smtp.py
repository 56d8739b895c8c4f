"""Ask a mail server whether it takes mail for somebody: off unless the operator wants it.

It needs port 25 and a name with a matching reverse record, and it costs reputation. One
connection, two recipients (one that cannot exist, and the one in question), no message. What
counts are enhanced codes and words, not a bare 550: a block page is no "user unknown".
"""

import asyncio
import ipaddress
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from backend.sidecar.mail import MailHosts, Opinion, Prober, domain_of
from backend.sidecar.settings import SidecarSettings
from shared_schemas.vocabulary import Verdict

PORT = 25
SECONDS = 8.0
_MOST_LINES = 50

_FULL = re.compile(r"\b[45]\.2\.2\b|mailbox (?:is )?full|over quota|quota exceeded", re.IGNORECASE)
_DISABLED = re.compile(r"\b5\.2\.1\b|disabled|inactive|deactivated", re.IGNORECASE)
_NOBODY = re.compile(
    r"\b5\.1\.(?:1|2|3|6|10)\b|user unknown|no such (?:user|recipient|mailbox)|unknown user"
    r"|does not exist|recipient (?:not found|rejected: user)|mailbox (?:not found|unavailable)",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"\b5\.7\.\d+\b|spamhaus|blocked|blacklist|blocklist|reputation|denied|policy|not allowed",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Said:
    code: int
    text: str


class SmtpProber:
    """Probes mail servers in the order of their preference."""

    def __init__(
        self, sender: str, hello: str, hosts: MailHosts, *, private: bool, port: int = PORT
    ) -> None:
        self._sender = sender
        self._hello = hello
        self._hosts = hosts
        self._private = private
        self._port = port

    async def probe(self, address: str, servers: Sequence[str]) -> Opinion:
        """What the first server that answers says of an address."""
        for server in servers[:2]:
            try:
                async with asyncio.timeout(SECONDS):
                    return await self._ask(address, await self._allowed(server))
            except TimeoutError:
                return Opinion(Verdict.UNKNOWN, ("timeout",), "smtp")
            except _Private:
                return Opinion(Verdict.INVALID, ("no_mx",), "mx")
            except (OSError, ValueError):
                continue
        return Opinion(Verdict.UNKNOWN, ("port25_closed",), "smtp")

    async def _allowed(self, server: str) -> str:
        """An address of the server, of a public network: a record may point anywhere."""
        found = await self._hosts.addresses(server)
        if not found:
            raise ValueError(server)
        if not self._private and not all(is_public(each) for each in found):
            raise _Private
        return found[0]

    async def _ask(self, address: str, ip: str) -> Opinion:
        reader, writer = await asyncio.open_connection(ip, self._port, limit=8_192)
        try:
            greeting = await _hear(reader)
            if greeting.code != 220:
                return _judged(greeting)
            await _say(writer, reader, f"EHLO {self._hello}")
            sender = await _say(writer, reader, f"MAIL FROM:<{self._sender}>")
            if sender.code != 250:
                return _judged(sender)
            nobody = f"{secrets.token_hex(10)}@{domain_of(address)}"
            anybody = await _say(writer, reader, f"RCPT TO:<{nobody}>")
            person = await _say(writer, reader, f"RCPT TO:<{address}>")
            if person.code in (250, 251) and anybody.code in (250, 251):
                return Opinion(Verdict.RISKY, ("catch_all",), "smtp")
            return _judged(person)
        finally:
            with suppress(OSError):
                writer.write(b"QUIT\r\n")
            writer.close()


class _Private(Exception):
    """A mail server that is in somebody's own network."""


async def _say(writer: asyncio.StreamWriter, reader: asyncio.StreamReader, line: str) -> _Said:
    if any(ord(char) < 32 for char in line):
        raise ValueError("a line break in an address")
    writer.write(line.encode() + b"\r\n")
    await writer.drain()
    return await _hear(reader)


async def _hear(reader: asyncio.StreamReader) -> _Said:
    lines = []
    for _ in range(_MOST_LINES):
        line = (await reader.readline()).decode("ascii", "replace").rstrip("\r\n")
        lines.append(line[4:])
        if not line[:3].isdigit():
            raise ValueError("not a mail server")
        if line[3:4] != "-":
            return _Said(int(line[:3]), " ".join(lines)[:1_000])
    raise ValueError("it does not stop talking")


def _judged(said: _Said) -> Opinion:
    """The meaning of a refusal, most telling words first; what is unclear stays unknown."""
    if said.code in (250, 251):
        return Opinion(Verdict.DELIVERABLE, (), "smtp")
    if _FULL.search(said.text):
        return Opinion(Verdict.RISKY, ("full_inbox",), "smtp")
    if 500 <= said.code < 600 and _DISABLED.search(said.text):
        return Opinion(Verdict.INVALID, ("disabled",), "smtp")
    if _BLOCKED.search(said.text) and not re.search(r"\b5\.1\.\d+\b", said.text):
        return Opinion(Verdict.UNKNOWN, ("blocked",), "smtp")
    if 500 <= said.code < 600 and _NOBODY.search(said.text):
        return Opinion(Verdict.INVALID, ("no_such_user",), "smtp")
    if 400 <= said.code < 500:
        return Opinion(Verdict.UNKNOWN, ("greylisted",), "smtp")
    return Opinion(Verdict.UNKNOWN, ("blocked",), "smtp")


def is_public(ip: str) -> bool:
    """Whether an IP address belongs to the public network; tunnels and mapped ones do not."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        inside = address in ipaddress.ip_network("2000::/3")
        tunnels = ("2001::/32", "2002::/16")
        return inside and not any(address in ipaddress.ip_network(net) for net in tunnels)
    return address.is_global and not address.is_multicast


def make_prober(settings: SidecarSettings) -> Prober | None:
    """The prober, if a sender is set: without one nobody is asked."""
    if not settings.smtp_from or not settings.dns:
        return None
    hello = settings.smtp_hello or domain_of(settings.smtp_from)
    return SmtpProber(
        settings.smtp_from,
        hello,
        MailHosts(settings),
        private=settings.private_mail_hosts,
        port=settings.smtp_port,
    )
