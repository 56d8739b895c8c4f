"""The providers that are switched on, made from the settings."""

from types import ModuleType

from backend.sidecar.providers import (
    dropcontact,
    fullenrich,
    hunter,
    peopledatalabs,
    prospeo,
    reacher,
)
from backend.sidecar.providers.contract import Provider
from backend.sidecar.settings import PREFIX, SidecarSettings
from shared_schemas.vocabulary import EnrichAction

KINDS: dict[str, tuple[ModuleType, type]] = {
    "hunter": (hunter, hunter.Hunter),
    "prospeo": (prospeo, prospeo.Prospeo),
    "dropcontact": (dropcontact, dropcontact.Dropcontact),
    "peopledatalabs": (peopledatalabs, peopledatalabs.PeopleDataLabs),
    "fullenrich": (fullenrich, fullenrich.FullEnrich),
    "reacher": (reacher, reacher.Reacher),
}
_POLL_SECONDS = {"dropcontact": 30.0, "fullenrich": 10.0}


def make_providers(settings: SidecarSettings) -> dict[str, Provider]:
    """The providers with a key, by name."""
    made: dict[str, Provider] = {}
    for name, (module, kind) in KINDS.items():
        chosen = settings.provider(name)
        if chosen.on:
            wire = module.make(chosen.url or module.URL, chosen.key)
            made[name] = kind(wire, chosen.credit_micros, _POLL_SECONDS.get(name, 5.0))
    return made


def actions_of(name: str) -> frozenset[EnrichAction]:
    """What a provider can be asked, switched on or not."""
    actions: frozenset[EnrichAction] = KINDS[name][1].actions  # type: ignore[attr-defined]
    return actions


def setting_of(name: str) -> str:
    """The environment variable that switches a provider on: its key, or one's own address."""
    module, _ = KINDS[name]
    return f"{PREFIX}{name.upper()}_{'API_KEY' if module.URL else 'URL'}"
