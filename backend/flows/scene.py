"""All that a batch of calls needs to know, loaded with a few set-based statements.

Pools are locked before anything else is read (lock first, then look). Decisions then run over
the scene in plain Python, each seeing what the ones before it did; `store` writes the sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from backend import outbox
from backend.analyses.desk import Desk
from backend.campaigns.roster import CampaignView, Enrolled, Roster
from backend.contacts.directory import Directory
from backend.contacts.queries import Person
from backend.credits.ledger import Books
from backend.flows.calls import Call, Item
from backend.instants import Instant, render
from backend.workspaces.queries import member_names, secret_named

Place = tuple[str, str]


@dataclass(slots=True)
class Scene:
    """The rooms of one batch: contacts, credits, analyses and campaigns, and events to emit."""

    now: Instant
    directory: Directory
    books: Books
    desk: Desk
    roster: Roster
    names: dict[Place, str]
    events: list[dict[str, Any]]

    def recognise(self, workspace_id: str, item: Item) -> Person | None:
        """The contact that an item means, if the workspace knows one."""
        if item.contact_id is not None:
            return self.directory.person(workspace_id, item.contact_id)
        return self.directory.find(workspace_id, item.identifiers)

    def owner_name(self, campaign: CampaignView | None) -> str | None:
        """The name of a campaign's owner."""
        if campaign is None:
            return None
        return self.names.get((campaign.workspace_id, campaign.owner_id))

    def store(self, tx: Connection) -> None:
        """Write all that changed."""
        self.directory.store(tx)
        self.books.store(tx, self.events)
        self.desk.store(tx)
        self.roster.store(tx)
        outbox.emit(tx, self.events)

    def checkpoint(self) -> tuple[Any, ...]:
        """What `rewind` needs to forget all that happened since."""
        return (
            self.directory.checkpoint(),
            self.books.checkpoint(),
            self.desk.checkpoint(),
            self.roster.checkpoint(),
            len(self.events),
        )

    def rewind(self, mark: tuple[Any, ...]) -> None:
        """Forget what happened since `checkpoint`."""
        directory, books, desk, roster, events = mark
        self.directory.rewind(directory)
        self.books.rewind(books)
        self.desk.rewind(desk)
        self.roster.rewind(roster)
        del self.events[events:]


def load_scene(
    tx: Connection, calls: Sequence[Call], now: Instant, *, locked: bool = True
) -> Scene:
    """The scene of a batch that will write: pools locked first, then everything else.

    Unlocked it is for trying out what a batch would do; such a scene must not be stored.
    """
    scene = empty_scene(tx, now)
    members = {(call.workspace_id, call.member_id) for call in calls}
    scene.books.load(tx, members, locked=locked)
    contacts = load_people(tx, scene, calls)
    scene.desk.load(tx, contacts)
    scene.books.load_paid(tx, contacts)
    scene.roster.load(
        tx,
        campaigns={(c.workspace_id, c.campaign_id) for c in calls if c.campaign_id is not None},
        contacts=contacts,
    )
    # Whom a conflict or an enrollment may have to name.
    scene.names = member_names(tx, scene.roster.people())
    return scene


def look_at(
    tx: Connection, calls: Sequence[Call], now: Instant, *, analysts: bool = False
) -> Scene:
    """The scene of a batch that only looks: nothing is locked, nothing may be stored.

    With `analysts`, it knows by name who had the people analysed, too.
    """
    scene = empty_scene(tx, now)
    contacts = load_people(tx, scene, calls)
    if contacts:
        scene.desk.load(tx, contacts)
        scene.roster.load(tx, contacts=contacts)
        scene.books.glance(tx, {(call.workspace_id, call.member_id) for call in calls})
        people = scene.roster.people() | (scene.desk.analysts() if analysts else set())
        scene.names = member_names(tx, people)
    return scene


def load_people(tx: Connection, scene: Scene, calls: Iterable[Call]) -> set[Place]:
    """Look up everybody that the calls mean; answers the (workspace, contact) that are known."""
    calls = list(calls)
    scene.directory.load(
        tx,
        [(call.workspace_id, item.identifiers) for call in calls for item in call.items],
        {
            (call.workspace_id, item.contact_id)
            for call in calls
            for item in call.items
            if item.contact_id is not None
        },
    )
    return scene.directory.known()


def empty_scene(tx: Connection, now: Instant) -> Scene:
    """A scene with nothing loaded yet."""
    return Scene(
        now,
        Directory(hashing_secret(tx)),
        Books(now),
        Desk(now),
        Roster(now),
        {},
        [],
    )


_secrets: dict[str, str] = {}


def hashing_secret(tx: Connection) -> str:
    """The installation's key for suppression hashes; read once a process and database."""
    place = str(tx.engine.url)
    if place not in _secrets:
        value = secret_named(tx, "suppression")
        assert value is not None, "the installation's secrets are made when the database opens"
        _secrets[place] = value
    return _secrets[place]


def conflict_facts(scene: Scene, holder: Enrolled) -> dict[str, Any]:
    """What a conflict says of the enrollment that holds the slot."""
    campaign = scene.roster.campaign(holder.workspace_id, holder.campaign_id)
    assert campaign is not None, "the campaign of an enrollment in the scene is loaded"
    return {
        "campaign": campaign_facts(scene.names, campaign),
        **enrolled_facts(scene.names, holder),
    }


def campaign_facts(names: dict[Place, str], campaign: CampaignView) -> dict[str, Any]:
    """What a conflict says of the campaign that holds a contact; `names` are those of members."""
    return {
        "id": campaign.id,
        "name": campaign.name,
        "status": campaign.status.value,
        "goal": campaign.goal,
        "owner": named_member(names, campaign.workspace_id, campaign.owner_id),
    }


def enrolled_facts(names: dict[Place, str], holder: Enrolled) -> dict[str, Any]:
    """What a conflict says of who enrolled the contact, and when."""
    return {
        "enrollment_id": holder.id,
        "enrolled_by": named_member(names, holder.workspace_id, holder.enrolled_by),
        "enrolled_at": render(holder.enrolled_at),
        "last_activity_at": render(holder.last_activity_at),
    }


def named_member(names: dict[Place, str], workspace_id: str, member_id: str) -> dict[str, Any]:
    """`shared_schemas.shapes.Named` of a member."""
    return {"id": member_id, "name": names.get((workspace_id, member_id))}
