"""Batch 1 of analysing and enrolling: everything that is decided before the network is asked.

For each person in turn: identify, suppressed?, conflict?, analysed already?, running already?,
within the caller's bounds?, then the hold. A refusal never costs a credit, creates no contact
and never harms its neighbours.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from backend import idempotency
from backend.analyses.desk import Look, new_analysis_id
from backend.campaigns.errors import CampaignClosed
from backend.campaigns.policy import takes_enrollments
from backend.campaigns.roster import CampaignView, Enrolled
from backend.contacts.errors import Suppressed
from backend.contacts.queries import Person
from backend.credits.errors import MaxCostExceeded, MaxSpendReached
from backend.credits.ledger import PAID_ANALYSIS, Booked, Order
from backend.credits.rules.state import Outcome, PlaceHold
from backend.errors import NotFound, Refusal
from backend.flows.calls import Begun, Call, Charge, Item, Opened, Result
from backend.flows.refusals import DuplicateInRequest, bulk_refused, conflict, credit_refusal
from backend.flows.scene import Scene, load_scene
from backend.idempotency import Replay
from backend.ids import new_id
from backend.instants import Instant
from shared_schemas.vocabulary import AnalysisStatus, CampaignStatus, EnrollmentStatus


def begin_calls(tx: Connection, calls: list[Call], now: Instant) -> Sequence[Begun | Exception]:
    """Begin a batch of calls in one transaction; a refused call is a value among the answers."""
    taken = idempotency.look_up(tx, [call.keyed for call in calls if call.keyed], now)
    scene = load_scene(tx, calls, now)
    answers: list[Begun | Exception] = []
    marks: list[idempotency.Keyed] = []
    kept: list[tuple[idempotency.Keyed, int, str]] = []
    for call in calls:
        answer = _begin(scene, call, taken)
        answers.append(answer)
        if isinstance(answer, Begun) and call.keyed is not None and answer.replay is None:
            if answer.answer is not None and answer.answer[0] < 300:
                kept.append((call.keyed, *answer.answer))
                taken[_place(call.keyed)] = Replay(*answer.answer)
            elif answer.answer is None:
                marks.append(call.keyed)
                taken[_place(call.keyed)] = idempotency.RequestInFlight()
    scene.store(tx)
    if marks:
        idempotency.mark_running(tx, marks, now, now + max(call.hold_for for call in calls))
    idempotency.keep(tx, kept, now)
    return answers


def _place(keyed: idempotency.Keyed) -> tuple[str, str]:
    return keyed.workspace_id, keyed.key


def _begin(
    scene: Scene, call: Call, taken: dict[tuple[str, str], Replay | Refusal]
) -> Begun | Exception:
    if call.keyed is not None:
        found = taken.get(_place(call.keyed))
        if isinstance(found, Replay):
            return Begun(call, replay=found)
        if found is not None:
            return found
    campaign = None
    if call.campaign_id is not None:
        campaign = scene.roster.campaign(call.workspace_id, call.campaign_id)
        if campaign is None:
            return NotFound("There is no such campaign in this workspace.")
    mark = scene.checkpoint() if call.all_or_nothing else None
    opened = _open_items(scene, call, campaign)
    if mark is not None and any(each.result and each.result.refusal for each in opened):
        scene.rewind(mark)
        return bulk_refused(opened)
    begun = Begun(call, opened=tuple(opened))
    if all(each.result is not None for each in opened):
        return _answered(begun)
    return begun


def _answered(begun: Begun) -> Begun | Exception:
    """A call that needs no network has its answer at once."""
    try:
        answer = begun.call.render(tuple(each.result for each in begun.opened if each.result))
    except Refusal as refusal:
        return refusal
    return replace(begun, answer=answer)


def _open_items(scene: Scene, call: Call, campaign: CampaignView | None) -> list[Opened]:
    opened: list[Opened] = []
    seen: set[str] = set()
    spent = 0
    for item in call.items:
        each = _open_item(scene, call, campaign, item, seen, spent)
        opened.append(each)
        if each.started and not each.deepens:
            spent += scene.books.price(call.workspace_id, call.member_id, PAID_ANALYSIS)
    return opened


def _open_item(
    scene: Scene,
    call: Call,
    campaign: CampaignView | None,
    item: Item,
    seen: set[str],
    spent: int,
) -> Opened:
    try:
        person = recognise(scene, call, item)
        names = {each.key for each in item.identifiers} | ({person.id} if person else set())
        if names & seen:
            raise DuplicateInRequest("This person stands earlier in the same request.")
        seen |= names
        if campaign is not None:
            here = check_slot(scene, campaign, person)
            if here is not None:
                return _already_here(scene, call, campaign, item, here, person)
        return _open_analysis(scene, call, campaign, item, person, spent)
    except Refusal as refusal:
        return Opened(item, Result(item, refusal=refusal))


def recognise(scene: Scene, call: Call, item: Item) -> Person | None:
    """The contact of an item, None for a new one; refused when unknown by id, or suppressed."""
    if item.error is not None:
        raise item.error
    person = scene.recognise(call.workspace_id, item)
    if person is None and item.contact_id is not None:
        raise NotFound("There is no such contact in this workspace.")
    if scene.directory.is_suppressed(call.workspace_id, item.identifiers, person):
        raise Suppressed(charged=0)
    return person


def check_slot(scene: Scene, campaign: CampaignView, person: Person | None) -> Enrolled | None:
    """The person's enrollment in this very campaign, if any; refused while another holds them."""
    if not takes_enrollments(campaign.status):
        raise CampaignClosed(
            f"The campaign is {campaign.status.value}; it takes nobody in.",
            campaign={"id": campaign.id, "name": campaign.name, "status": campaign.status.value},
            charged=0,
        )
    if person is None:
        return None
    here = scene.roster.here(campaign, person.id)
    if here is not None:
        return here
    holder = scene.roster.ongoing(campaign.workspace_id, person.id)
    if holder is not None and campaign.status is not CampaignStatus.DRAFT:
        raise conflict(scene, person, holder)
    return None


def _already_here(
    scene: Scene,
    call: Call,
    campaign: CampaignView,
    item: Item,
    here: Enrolled,
    person: Person | None,
) -> Opened:
    assert person is not None, "somebody who is enrolled is known"
    look = scene.desk.current(call.workspace_id, person.id)
    if here.status is EnrollmentStatus.ANALYZING and look is not None:
        return Opened(item, None, person, look.id, enrollment_id=here.id)
    charge = free_charge(scene, call, "already_here", look.receipt_id if look else None)
    return Opened(
        item,
        Result(
            item,
            person=person,
            look=look,
            charge=charge,
            enrollment=here,
            campaign=campaign,
            owner_name=scene.owner_name(campaign),
            already_here=True,
        ),
    )


def free_charge(scene: Scene, call: Call, reason: str, receipt_id: str | None) -> Charge:
    """A charge of 0 with its reason."""
    available, rule = scene.books.available(call.workspace_id, call.member_id)
    return Charge(0, reason, rule, receipt_id, available)


def _open_analysis(
    scene: Scene,
    call: Call,
    campaign: CampaignView | None,
    item: Item,
    person: Person | None,
    spent: int,
) -> Opened:
    look = scene.desk.current(call.workspace_id, person.id) if person else None
    if look is not None and scene.desk.is_dead(look):
        _bury(scene, look)
        look = None
    if person is not None and look is not None:
        person = _join_identifiers(scene, call, person, item)
        if look.status is AnalysisStatus.RUNNING:
            enrollment = _enroll(scene, call, campaign, person, look, analyzed=False)
            return Opened(item, None, person, look.id, enrollment_id=_id(enrollment))
        return _known(scene, call, campaign, item, person, look)
    return _start(scene, call, campaign, item, person, spent)


def _bury(scene: Scene, look: Look) -> None:
    """Close a run whose process is gone; its hold has expired by itself."""
    for enrollment in scene.roster.waiting_for(look.workspace_id, look.id):
        scene.roster.settle(enrollment, EnrollmentStatus.REMOVED, "analysis_failed")
    scene.desk.close(look, AnalysisStatus.FAILED)


def _join_identifiers(scene: Scene, call: Call, person: Person, item: Item) -> Person:
    return scene.directory.join(
        call.workspace_id,
        person,
        item.identifiers,
        by=call.member_id,
        source=call.source,
        now=scene.now,
    )


def _known(
    scene: Scene,
    call: Call,
    campaign: CampaignView | None,
    item: Item,
    person: Person,
    look: Look,
) -> Opened:
    """Somebody analysed before: charged 0; a fuller page than before is looked at again, free."""
    enrollment = _enroll(scene, call, campaign, person, look, analyzed=True)
    if call.refresh or deepens(look, item):
        return Opened(
            item,
            None,
            person,
            look.id,
            started=True,
            deepens=True,
            enrollment_id=_id(enrollment),
            page=item.page or stored_page(person),
        )
    charge = free_charge(scene, call, "already_analyzed", look.receipt_id)
    holder = scene.roster.ongoing(call.workspace_id, person.id)
    where = campaign
    if where is None and holder is not None:
        where = scene.roster.campaign(call.workspace_id, holder.campaign_id)
    return Opened(
        item,
        Result(
            item,
            person=person,
            look=look,
            charge=charge,
            enrollment=enrollment or (holder if campaign is None else None),
            campaign=where,
            owner_name=scene.owner_name(where),
            conflict=holder if campaign is not None and enrollment is not holder else None,
        ),
    )


def deepens(look: Look, item: Item) -> bool:
    """Whether a page tells more than the one that a brief analysis rests on."""
    if look.depth != "brief" or item.page is None:
        return False
    return any(item.page.get(name) for name in ("about", "experience", "education", "posts"))


def stored_page(person: Person | None) -> dict[str, Any] | None:
    """The page facts that the workspace kept of a contact."""
    return json.loads(person.page) if person is not None and person.page else None


def _id(enrollment: Enrolled | None) -> str | None:
    return None if enrollment is None else enrollment.id


def _enroll(
    scene: Scene,
    call: Call,
    campaign: CampaignView | None,
    person: Person,
    look: Look,
    *,
    analyzed: bool,
) -> Enrolled | None:
    if campaign is None:
        return None
    return scene.roster.enroll(
        campaign,
        person.id,
        analyzed=analyzed,
        analysis_id=look.id,
        member_id=call.member_id,
        source=call.source,
    )


def _start(
    scene: Scene,
    call: Call,
    campaign: CampaignView | None,
    item: Item,
    person: Person | None,
    spent: int,
) -> Opened:
    """Somebody new: within the caller's bounds, set the price aside and open the analysis."""
    contact_id = person.id if person else new_id("con", scene.now)
    _check_bounds(scene, call, contact_id, spent)
    hold_id = new_id("hol", scene.now)
    booked = _hold(scene, call, contact_id, hold_id)
    if person is None:
        person = _create(scene, call, item, contact_id)
    else:
        person = _join_identifiers(scene, call, person, item)
    look = scene.desk.open(
        call.workspace_id,
        contact_id,
        analysis_id=new_analysis_id(scene.now),
        hold_id=hold_id if booked.decision.placed is not None else None,
        holder_id=scene.books.holder(call.workspace_id, call.member_id),
        member_id=call.member_id,
        source=call.source,
        deadline_at=scene.now + call.hold_for,
    )
    enrollment = _enroll(scene, call, campaign, person, look, analyzed=False)
    return Opened(
        item,
        None,
        person,
        look.id,
        started=True,
        enrollment_id=_id(enrollment),
        page=item.page or stored_page(person),
    )


def _check_bounds(scene: Scene, call: Call, contact_id: str, spent: int) -> None:
    if scene.books.paid_receipt(call.workspace_id, contact_id) is not None:
        return
    price = scene.books.price(call.workspace_id, call.member_id, PAID_ANALYSIS)
    if call.max_cost is not None and price > call.max_cost:
        raise MaxCostExceeded(
            f"It costs {price}, and you allow {call.max_cost}. Nothing was charged.",
            cost=price,
            max_cost=call.max_cost,
            charged=0,
        )
    if call.max_spend is not None and spent + price > call.max_spend:
        raise MaxSpendReached(
            f"The bound of {call.max_spend} credits for this request is reached.",
            max_spend=call.max_spend,
            charged=0,
        )


def _hold(scene: Scene, call: Call, contact_id: str, hold_id: str) -> Booked:
    command = PlaceHold(
        hold_id, PAID_ANALYSIS, contact=contact_id, expires_at=scene.now + call.hold_for
    )
    booked = scene.books.apply(
        Order(call.workspace_id, call.member_id, command, call.campaign_id, call.source)
    )
    if booked.step.outcome is Outcome.REFUSED:
        raise credit_refusal(scene, call, booked)
    return booked


def _create(scene: Scene, call: Call, item: Item, contact_id: str) -> Person:
    page = item.page or {}
    return scene.directory.create(
        call.workspace_id,
        item.identifiers,
        contact_id=contact_id,
        name=page.get("name"),
        title=page.get("headline"),
        company=page.get("company"),
        page=json.dumps(page, ensure_ascii=False) if page else None,
        by=call.member_id,
        source=call.source,
        now=scene.now,
    )
