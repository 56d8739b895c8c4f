"""What an operator can set of the sidecar, read once from the environment.

For every provider `MEETONCE_<PROVIDER>_API_KEY` switches it on, `_URL` names another address of
it (of one's own proxy, or a loopback server in tests) and `_CREDIT_MICROS` says what a credit of
that vendor costs, in millionths of a US dollar: budgets and figures count with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.sidecar.providers.wire import WrongOrigin, checked_origin

PREFIX = "MEETONCE_"
PROVIDERS = ("hunter", "prospeo", "dropcontact", "peopledatalabs", "fullenrich", "reacher")
"""In the order in which they are asked: quick and cheap ones first, those that take long last."""

MODEL = "openai"

# Our estimates of list prices at small volumes; the operator knows better.
_CREDIT_MICROS = {
    "hunter": 25_000,
    "prospeo": 39_000,
    "dropcontact": 25_000,
    "peopledatalabs": 280_000,
    "fullenrich": 58_000,
    "reacher": 0,
    MODEL: 0,
}


class WrongSetting(Exception):
    """An environment variable holds a value that cannot be used; the message is one clear line."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One provider as configured. `url` empty means the vendor's own address."""

    name: str
    key: str = ""
    url: str = ""
    credit_micros: int = 0

    @property
    def on(self) -> bool:
        """Whether it may be asked: a key is set, or (a server of one's own) an address."""
        return bool(self.key or (self.name == "reacher" and self.url))


@dataclass(frozen=True, slots=True)
class SidecarSettings:
    """The sidecar's settings. `cache` empty keeps answers in memory; `smtp_from` empty: no SMTP.

    `dns_server` (`host` or `host:port`) replaces the system's; `dns` off means that nothing is
    looked up at all.
    """

    providers: tuple[ProviderSettings, ...] = ()
    order: tuple[str, ...] = PROVIDERS
    cache: str = ""
    model: str = ""
    embedding: bool = True
    dns: bool = True
    dns_server: str = ""
    smtp_from: str = ""
    smtp_hello: str = ""
    item_budget_micros: int = 500_000
    budget_micros: int = 10_000_000
    # For tests alone, never read from the environment: mail servers on this machine.
    private_mail_hosts: bool = False
    smtp_port: int = 25

    def provider(self, name: str) -> ProviderSettings:
        """A provider's settings; switched off where there are none."""
        for each in self.providers:
            if each.name == name:
                return each
        return ProviderSettings(name)


def read_sidecar_settings(environment: Mapping[str, str]) -> SidecarSettings:
    """The settings that `environment` asks for; WrongSetting names the wrong variable."""
    order = _order(environment)
    return SidecarSettings(
        providers=tuple(_provider(environment, name) for name in (*PROVIDERS, MODEL)),
        order=order,
        cache=environment.get(f"{PREFIX}SIDECAR_CACHE", ""),
        model=environment.get(f"{PREFIX}OPENAI_MODEL", "") or "gpt-4o-mini",
        # Read again by the analysis itself, which knows no settings but this one.
        embedding=_switch(environment, "SIDECAR_MODEL", default=True),
        dns=_switch(environment, "DNS", default=True),
        dns_server=environment.get(f"{PREFIX}DNS_SERVER", ""),
        smtp_from=environment.get(f"{PREFIX}SMTP_FROM", ""),
        smtp_hello=environment.get(f"{PREFIX}SMTP_HELLO", ""),
        item_budget_micros=_amount(environment, "ENRICH_ITEM_BUDGET_MICROS", 500_000),
        budget_micros=_amount(environment, "ENRICH_BUDGET_MICROS", 10_000_000),
    )


def _order(environment: Mapping[str, str]) -> tuple[str, ...]:
    given = environment.get(f"{PREFIX}ENRICH_ORDER", "")
    if not given:
        return PROVIDERS
    names = tuple(name.strip() for name in given.split(",") if name.strip())
    for name in names:
        if name not in PROVIDERS:
            raise WrongSetting(f"{PREFIX}ENRICH_ORDER: no provider {name[:40]!r}")
    return names


def _provider(environment: Mapping[str, str], name: str) -> ProviderSettings:
    variable = PREFIX + name.upper()
    key = environment.get(f"{variable}_API_KEY", "").strip()
    url = environment.get(f"{variable}_URL", "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise WrongSetting(f"{variable}_API_KEY: not a key")
    if url:
        try:
            url = checked_origin(url)
        except (WrongOrigin, ValueError) as error:
            raise WrongSetting(f"{variable}_URL: {error}") from None
    price = _amount(environment, f"{name.upper()}_CREDIT_MICROS", _CREDIT_MICROS[name])
    return ProviderSettings(name, key, url, price)


def _amount(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    given = environment.get(PREFIX + name, "")
    if not given:
        return otherwise
    if not given.isascii() or not given.isdigit() or len(given) > 15:
        raise WrongSetting(f"{PREFIX}{name}: not a whole number: {given[:40]!r}")
    return int(given)


def _switch(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    given = environment.get(PREFIX + name, "").lower()
    if given not in ("", "on", "off"):
        raise WrongSetting(f"{PREFIX}{name}: on or off, not {given[:40]!r}")
    return default if not given else given == "on"
