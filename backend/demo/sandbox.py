"""The sandbox's story: what three members of a small team did in the last hundred days.

Each step runs through the action that serves the same request when it is a real one, at an
instant of the past, in the order of time, and all of them in the caller's transaction.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from backend.campaigns.actions import create_campaign
from backend.contacts.identifiers import Identifier
from backend.contacts.identity import canonicalize
from backend.credits.ledger import Order, apply_order, set_cap
from backend.credits.policy import first_policy
from backend.credits.rules.state import Adjust
from backend.demo.parts import Cast, read_terms
from backend.demo.people import Person, page_facts
from backend.demo.structured import address_of
from backend.flows.begin import begin_calls
from backend.flows.bodies import render_bulk
from backend.flows.calls import Call, Finding, Finish, Item, Result
from backend.flows.finish import finish_calls
from backend.flows.scene import empty_scene
from backend.flows.transitions import act_on_campaign, act_on_enrollment
from backend.flows.workspaces import Founded, add_member, found, policy_named
from backend.ids import new_id
from backend.instants import DAY, HOUR, MINUTE, SECOND, Instant
from backend.settings import Settings
from backend.workspaces.policy import ROLE_SCOPES
from backend.workspaces.principal import Principal
from backend.workspaces.queries import member_of
from shared_schemas.vocabulary import ContactSource, WorkspaceRole

T = TypeVar("T")

DAYS = 100
LOOK_TAKES = 3 * SECOND
THEOS_CAP = 40


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it: the workspace, and the ids of its two campaigns."""

    founded: Founded
    outreach: str
    partners: str


@dataclass(frozen=True, slots=True)
class _Step:
    at: Instant
    do: Callable[[Instant], object]


class Sandbox:
    """The story, step by step; each step runs at an instant of the past."""

    def __init__(
        self,
        tx: Connection,
        settings: Settings,
        parts: Cast,
        findings: Mapping[str, Finding],
        now: Instant,
    ) -> None:
        self._tx = tx
        self._settings = settings
        self._cast = parts
        self._findings = findings
        self._midnight = now - now % DAY - DAYS * DAY

    def play(self, owner_email: str) -> Played:
        """Found the workspace, then do everything in the order of its time."""
        founded = self._found(owner_email)
        owner, ana, theo = self._members(founded)
        first, second = self._campaigns(ana, theo)
        parts = self._cast
        steps = [
            self._step(1, 9, lambda at: self._import(owner, at)),
            self._step(12, 9, lambda at: self._launch(ana, first, at)),
            self._step(20, 14, lambda at: self._enroll(ana, first, parts.outreach, at)),
            self._step(33, 8, lambda at: self._launch(theo, second, at)),
            self._step(41, 10, lambda at: self._enroll(theo, second, parts.partners, at)),
            self._step(57, 16, lambda at: self._finish(theo, second, parts.shared, at)),
            self._step(63, 11, lambda at: self._enroll(ana, first, [parts.shared], at)),
            self._step(70, 9, lambda at: self._find_nothing(ana, parts.imported[-1], at)),
            self._step(84, 15, lambda at: self._correct(owner, at)),
            *self._singles(owner, ana, theo),
        ]
        for step in sorted(steps, key=lambda each: each.at):
            step.do(step.at)
        return Played(founded, first, second)

    def _singles(self, *team: Principal) -> list[_Step]:
        """One profile page every six days, by each member in turn, at changing hours."""

        def look(who: Principal, person: Person) -> Callable[[Instant], object]:
            return lambda at: self._look(who, [person], "profile", at)

        return [
            _Step(
                self._at(3 + 6 * index, 8 + index * 3 % 9) + index * 17 % 60 * MINUTE,
                look(team[index % len(team)], person),
            )
            for index, person in enumerate(self._cast.singles)
        ]

    def _step(self, day: int, hour: int, do: Callable[[Instant], object]) -> _Step:
        return _Step(self._at(day, hour), do)

    def _at(self, day: int, hour: int) -> Instant:
        return self._midnight + day * DAY + hour * HOUR

    # --- the team ---------------------------------------------------------------------------

    def _found(self, owner_email: str) -> Founded:
        terms, folder = read_terms(), self._settings.data_dir / "policies"
        return found(
            self._tx,
            name=terms.name,
            owner_email=owner_email,
            owner_name="Olivia Owner",
            policy=policy_named(terms.policy, folder) if terms.policy else first_policy([folder]),
            plan=terms.plan,
            seats=1,
            time_zone=terms.time_zone,
            now=self._at(0, 9),
        )

    def _members(self, founded: Founded) -> tuple[Principal, Principal, Principal]:
        def join(name: str, email: str, role: WorkspaceRole) -> str:
            return add_member(
                self._tx,
                workspace_id=founded.workspace_id,
                email=email,
                name=name,
                role=role,
                now=self._at(0, 10),
            )

        ana = join("Ana Lopes", "ana@sandbox.example", WorkspaceRole.MANAGER)
        theo = join("Théo Marchand", "theo@sandbox.example", WorkspaceRole.MEMBER)
        set_cap(self._tx, workspace_id=founded.workspace_id, member_id=theo, cap=THEOS_CAP)
        owner, manager, member = (
            self._principal(founded.workspace_id, each) for each in (founded.owner_id, ana, theo)
        )
        return owner, manager, member

    def _principal(self, workspace_id: str, member_id: str) -> Principal:
        member = member_of(self._tx, workspace_id, member_id)
        assert member is not None, "joined above"
        return Principal(
            kind="session",
            credential_id="",
            workspace_id=workspace_id,
            member_id=member.id,
            name=member.name,
            email=member.email,
            role=member.role,
            scopes=ROLE_SCOPES[member.role],
        )

    def _campaigns(self, ana: Principal, theo: Principal) -> tuple[str, str]:
        def make(owner: Principal, name: str, goal: str, at: Instant) -> str:
            made = create_campaign(
                self._tx,
                workspace_id=owner.workspace_id,
                name=name,
                goal=goal,
                owner_id=owner.member_id,
                now=at,
            )
            return made.id

        return (
            make(ana, "Spring outreach", "Meet people who lead a team", self._at(10, 9)),
            make(theo, "Partners in the south", "Find resellers", self._at(30, 9)),
        )

    # --- what they do -----------------------------------------------------------------------

    def _import(self, who: Principal, at: Instant) -> None:
        """Contacts out of a file: known by name, not analyzed, nothing charged."""
        scene = empty_scene(self._tx, at)
        for person in self._cast.imported:
            facts = page_facts(person)
            scene.directory.create(
                who.workspace_id,
                [self._identifier(person)],
                contact_id=new_id("con", at),
                name=person.name,
                title=person.headline,
                company=person.company,
                page=json.dumps({"name": facts["name"]}, ensure_ascii=False),
                by=who.member_id,
                source=ContactSource.IMPORT.value,
                now=at,
            )
        scene.store(self._tx)

    def _look(
        self,
        who: Principal,
        people: Sequence[Person],
        source: str,
        at: Instant,
        *,
        campaign_id: str | None = None,
        finding: Finding | None = None,
    ) -> tuple[Result, ...]:
        """Analyze people, or (with a campaign) enroll them, as the two batches of the flow do."""
        items = tuple(
            Item(
                person.slug,
                (self._identifier(person),),
                page=None if finding else page_facts(person),
            )
            for person in people
        )
        call = Call(
            who.workspace_id,
            who.member_id,
            who.role,
            source,
            items,
            render_bulk,
            campaign_id=campaign_id,
            hold_for=int(self._settings.hold_seconds * SECOND),
        )
        begun = _unless_refused(begin_calls(self._tx, [call], at)[0])
        if begun.answer is not None:
            return tuple(each.result for each in begun.opened if each.result)
        findings = {
            each.analysis_id: finding or self._findings[each.item.ref]
            for each in begun.opened
            if each.started and each.analysis_id is not None
        }
        ask = Finish(begun, findings)
        results, _ = _unless_refused(finish_calls(self._tx, [ask], at + LOOK_TAKES)[0])
        return results

    def _find_nothing(self, who: Principal, person: Person, at: Instant) -> None:
        """A look without a page, of which nothing comes: set aside, and given back."""
        self._look(who, [person], "api", at, finding=Finding())

    def _enroll(
        self, who: Principal, campaign_id: str, people: Sequence[Person], at: Instant
    ) -> tuple[Result, ...]:
        return self._look(who, people, "people_search", at, campaign_id=campaign_id)

    def _finish(self, who: Principal, campaign_id: str, person: Person, at: Instant) -> None:
        """The person's part in the campaign is over, which frees them for another one."""
        (here,) = self._enroll(who, campaign_id, [person], at)
        assert here.already_here, "enrolled before"
        assert here.enrollment is not None, "enrolled before"
        act_on_enrollment(self._tx, who, enrollment_id=here.enrollment.id, action="finish", now=at)

    def _launch(self, who: Principal, campaign_id: str, at: Instant) -> None:
        act_on_campaign(
            self._tx,
            who,
            campaign_id=campaign_id,
            action="launch",
            on_conflict="refuse",
            dry_run=False,
            now=at,
        )

    def _identifier(self, person: Person) -> Identifier:
        return canonicalize(address_of(person, self._settings.origin))

    def _correct(self, who: Principal, at: Instant) -> None:
        command = Adjust(5, "Goodwill for the slow afternoon of last week")
        order = Order(who.workspace_id, who.member_id, command, source="adjustment")
        _unless_refused(apply_order(self._tx, [order], at)[0])


def _unless_refused(answer: T | Exception) -> T:
    """An answer of a batch; what the batch refused is raised."""
    if isinstance(answer, Exception):
        raise answer
    return answer
