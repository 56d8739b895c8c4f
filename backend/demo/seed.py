"""The sandbox workspace of `meetonce demo`: three months of a small team's work, told anew.

Its ledger is as true as any other and `meetonce verify` accepts it, because everything goes
through the actions that serve real requests. The sidecar is asked first; then the whole sandbox
is one transaction: it is there, or it is not, and no sweep ever sees half of its past.
"""

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.analyses.enrichment import EnrichmentClient, SidecarFailed, Subject
from backend.analyses.errors import EnrichmentUnavailable
from backend.contacts.identity import canonicalize
from backend.database import Database
from backend.demo.parts import Cast, cast
from backend.demo.people import Person, load_people, page_facts
from backend.demo.sandbox import Played, Sandbox
from backend.demo.structured import address_of
from backend.flows.calls import Finding
from backend.flows.workspaces import Founded
from backend.instants import Instant
from backend.settings import Settings
from backend.workspaces.actions import make_sign_in_link

OWNER = "owner@localhost"


@dataclass(frozen=True, slots=True)
class Seeded:
    """The new sandbox: its founding, its two campaigns, and two addresses to try them with.

    `shared` is in the first campaign and was in the second one, so that enrolling them there
    conflicts; `unmet` was never analyzed, so that analyzing them costs a credit, once.
    """

    founded: Founded
    sign_in_token: str
    campaigns: tuple[str, str]
    shared: str
    unmet: str

    def lines(self, origin: str) -> list[str]:
        """What to try next, as lines for a terminal."""
        first, second = (self._enroll(origin, each) for each in self.campaigns)
        return [
            "The sandbox is ready: 3 members, 40 people, 2 campaigns, 3 months of ledger.",
            f"  Sign in (once): {origin}/sign-in?token={self.sign_in_token}",
            f"  Its people:     {origin}/demo/search",
            "  Enroll somebody new; charged 1, and 0 when you run it again:",
            f"    {first}",
            "  Then into the other campaign; refused with 409, one at a time:",
            f"    {second}",
        ]

    def _enroll(self, origin: str, campaign_id: str) -> str:
        """A command that enrolls the unmet person into a campaign."""
        workspace = f"{origin}/v1/workspaces/{self.founded.workspace_id}"
        headers = (
            f"Authorization: Bearer {self.founded.api_key}",
            "Content-Type: application/json",
        )
        given = " ".join(f"-H '{header}'" for header in headers)
        return (
            f"curl -s {workspace}/campaigns/{campaign_id}/enrollments {given}"
            f" -H \"Idempotency-Key: $(date +%s%N)\" -d '{json.dumps({'url': self.unmet})}'"
        )


async def seed_demo(
    db: Database,
    sidecar: EnrichmentClient,
    *,
    settings: Settings,
    now: Instant,
    owner_email: str = OWNER,
) -> Seeded:
    """Add a sandbox workspace whose last day is yesterday; refused without a working sidecar."""
    parts = cast(list(load_people().values()))
    findings = await _look_at(sidecar, parts, settings)

    def play(tx: Connection) -> tuple[Played, str]:
        played = Sandbox(tx, settings, parts, findings, now).play(owner_email)
        # The link of the founding is as old as the workspace, and links last a day.
        return played, make_sign_in_link(tx, email=owner_email, now=now)

    played, sign_in_token = await db.write(play)
    return Seeded(
        played.founded,
        sign_in_token,
        (played.outreach, played.partners),
        address_of(parts.shared, settings.origin),
        address_of(parts.imported[0], settings.origin),
    )


async def _look_at(
    sidecar: EnrichmentClient, parts: Cast, settings: Settings
) -> dict[str, Finding]:
    """What the sidecar says of everybody whom the team will have met, by slug."""
    answers = await sidecar.analyze([_subject(person, settings) for person in parts.met])
    findings = {}
    for person, answer in zip(parts.met, answers, strict=True):
        if isinstance(answer, SidecarFailed) or answer.insight is None:
            raise EnrichmentUnavailable(person=person.slug)
        findings[person.slug] = Finding(answer.insight.model_dump(mode="json"))
    return findings


def _subject(person: Person, settings: Settings) -> Subject:
    key = canonicalize(address_of(person, settings.origin)).key
    return Subject(page_facts(person), (key,))
