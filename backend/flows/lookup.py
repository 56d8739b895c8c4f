"""Who of these does the workspace know? Free, creates nothing, locks nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from backend.analyses import desk as looks
from backend.analyses.desk import Look
from backend.contacts.queries import Person
from backend.credits.ledger import PAID_ANALYSIS
from backend.errors import NotFound
from backend.flows.bodies import enrollment_body, render_analysis
from backend.flows.calls import Call, Charge, Item, Result
from backend.flows.scene import Scene, empty_scene, look_at, named_member
from backend.instants import Instant, render
from backend.workspaces.principal import Principal
from backend.workspaces.queries import member_names
from shared_schemas.vocabulary import AnalysisStatus


def look_up(tx: Connection, calls: list[Call], now: Instant) -> Sequence[list[dict[str, Any]]]:
    """One row an item, in order; a bad item never fails its neighbours."""
    scene = look_at(tx, calls, now, analysts=True)
    members = {(call.workspace_id, call.member_id) for call in calls}
    scene.books.load(tx, members, locked=False)
    return [[_row(scene, call, item) for item in call.items] for call in calls]


def _row(scene: Scene, call: Call, item: Item) -> dict[str, Any]:
    if item.error is not None:
        return {
            "ref": item.ref,
            "error": {"code": item.error.code, "reason": item.error.facts.get("reason")},
        }
    person = scene.recognise(call.workspace_id, item)
    return {
        "ref": item.ref,
        "canonical": list(dict.fromkeys(each.key for each in item.identifiers)),
        "known": person is not None,
        "contact_id": person.id if person else None,
        "name": person.name if person else None,
        "cost": _cost(scene, call, person),
        **_analyzed(scene, call, person),
        "enrollment": _enrollment(scene, call, person),
        "suppressed": scene.directory.is_suppressed(call.workspace_id, item.identifiers, person),
    }


def _cost(scene: Scene, call: Call, person: Person | None) -> dict[str, Any]:
    look = scene.desk.current(call.workspace_id, person.id) if person else None
    if look is not None and look.status is AnalysisStatus.DONE:
        return {PAID_ANALYSIS: 0, "reason": "already_analyzed"}
    if look is not None and not scene.desk.is_dead(look):
        return {PAID_ANALYSIS: 0, "reason": "joined_running_analysis"}
    price = scene.books.price(call.workspace_id, call.member_id, PAID_ANALYSIS)
    return {PAID_ANALYSIS: price, "reason": "first_analysis" if price else "not_metered"}


def _analyzed(scene: Scene, call: Call, person: Person | None) -> dict[str, Any]:
    """Who had the person analysed, and when."""
    look = scene.desk.current(call.workspace_id, person.id) if person else None
    if look is None or look.status is not AnalysisStatus.DONE:
        return {"analyzed_at": None, "analyzed_by": None}
    return {
        "analyzed_at": render(look.started_at),
        "analyzed_by": named_member(scene.names, look.workspace_id, look.started_by),
    }


def _enrollment(scene: Scene, call: Call, person: Person | None) -> dict[str, Any] | None:
    enrolled = scene.roster.ongoing(call.workspace_id, person.id) if person else None
    if enrolled is None:
        return None
    campaign = scene.roster.campaign(call.workspace_id, enrolled.campaign_id)
    return enrollment_body(enrolled, campaign, scene.owner_name(campaign))


def read_analysis(
    tx: Connection, asks: list[tuple[Principal, str]], now: Instant
) -> Sequence[str | Exception]:
    """Each analysis as an answer's text, by the id that its workspace knows it by."""
    found = looks.by_id(tx, {(who.workspace_id, analysis_id) for who, analysis_id in asks})
    scene = empty_scene(tx, now)
    contacts = {(look.workspace_id, look.contact_id) for look in found.values()}
    scene.directory.load(tx, (), contacts)
    scene.roster.load(tx, contacts=contacts)
    scene.names = member_names(tx, scene.roster.people())
    scene.books.glance(tx, {(who.workspace_id, who.member_id) for who, _ in asks})
    return [_analysis(scene, who, found.get((who.workspace_id, each))) for who, each in asks]


def _analysis(scene: Scene, who: Principal, look: Look | None) -> str | Exception:
    person = scene.directory.person(look.workspace_id, look.contact_id) if look else None
    if look is None or person is None:
        return NotFound("There is no such analysis in this workspace.")
    available, rule = scene.books.available(who.workspace_id, who.member_id)
    enrolled = scene.roster.ongoing(look.workspace_id, look.contact_id)
    campaign = scene.roster.campaign(look.workspace_id, enrolled.campaign_id) if enrolled else None
    result = Result(
        Item("1"),
        person=person,
        look=look,
        charge=Charge(0, _REASONS[look.status], rule, look.receipt_id, available),
        enrollment=enrolled,
        campaign=campaign,
        owner_name=scene.owner_name(campaign),
    )
    return render_analysis((result,))[1]


_REASONS = {
    AnalysisStatus.RUNNING: "joined_running_analysis",
    AnalysisStatus.DONE: "already_analyzed",
    AnalysisStatus.EMPTY: "nothing_found",
    AnalysisStatus.FAILED: "analysis_failed",
}
