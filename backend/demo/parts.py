"""Who plays in the sandbox's story, and the terms on which its workspace is founded."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.demo.people import Person

TERMS_FILE = Path(__file__).parent / "sandbox.toml"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the workspace is founded on: its name, its policy and plan, its time zone."""

    name: str
    time_zone: str
    policy: str | None = None
    plan: str | None = None


def read_terms(file: Path = TERMS_FILE) -> Terms:
    """The terms in `file`: which credit system is shown is data, not code."""
    return Terms(**tomllib.loads(file.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays which part: imported and never analyzed, looked at one by one, in a campaign.

    `shared` was in the second campaign and is in the first one now.
    """

    imported: Sequence[Person]
    singles: Sequence[Person]
    outreach: Sequence[Person]
    partners: Sequence[Person]

    @property
    def shared(self) -> Person:
        """The contact that both campaigns know."""
        return self.partners[0]

    @property
    def met(self) -> list[Person]:
        """Everybody whose analysis is paid."""
        return [*self.singles, *self.outreach, *self.partners]


def cast(people: Sequence[Person]) -> Cast:
    """Parts for these people; the first of them stays unmet, for whoever tries the demo."""
    imported = people[::4]
    others = [person for person in people if person not in imported]
    return Cast(imported, others[:17], others[17:25], others[25:])
