"""Enrich a contact: two short transactions with the sidecar between them, as an analysis is run.

Batch 1 finds the contact, checks suppression, price and bounds, and sets the price aside. Batch 2
captures it if the sidecar judged the result worth it, or gives it back and says why not. The same
question running already is joined; one answered, paid for and still fresh is answered again, free
(unless the policy sells the asking itself, not the finding).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from backend import idempotency
from backend.analyses import findings as found_before
from backend.analyses.enrichment import EnrichmentClient, SidecarFailed
from backend.analyses.findings import Findings, Found
from backend.contacts.errors import Suppressed
from backend.contacts.queries import Person
from backend.credits.errors import CreditRefused, MaxCostExceeded
from backend.credits.policy import Action
from backend.credits.rules.state import Outcome, PlaceHold
from backend.database import Database
from backend.errors import NotFound, Refusal
from backend.flows.enrich_calls import Begun, Ended, EnrichCall, Room, book, free
from backend.flows.enrich_costs import free_again
from backend.flows.enrich_finish import finish_enrichments
from backend.flows.enrich_items import item_for
from backend.flows.refusals import not_enough
from backend.flows.runs import Runs
from backend.flows.scene import empty_scene
from backend.idempotency import Keyed, Replay
from backend.ids import new_id
from backend.instants import Instant
from shared_schemas.findings import FoundItem
from shared_schemas.vocabulary import EnrichmentStatus

JOIN_SECONDS = 20.0
_POLL_SECONDS = 0.25

Answer = tuple[int, str, bool]
"""Status, body, and whether it is a stored answer given again."""


async def enrich(db: Database, sidecar: EnrichmentClient, runs: Runs, call: EnrichCall) -> Answer:
    """Serve a call; the run belongs to the process, not to the request."""
    begun: Begun = await db.together(call.workspace_id, begin_enrichments, call)
    if begun.replay is not None:
        return begun.replay.status, begun.replay.body, True
    if begun.answer is not None:
        return (*begun.answer, False)
    task = asyncio.create_task(_carry_out(db, sidecar, runs, begun))
    runs.own(task)
    return await asyncio.shield(task)


async def _carry_out(db: Database, sidecar: EnrichmentClient, runs: Runs, begun: Begun) -> Answer:
    call, run = begun.call, begun.run
    assert run is not None, "a call without an answer has a run"
    said: FoundItem | SidecarFailed | None = None
    if begun.started:
        assert begun.item is not None, "what was started has an item"
        runs.begin(run.id)
    try:
        if begun.started:
            said = await sidecar.find(
                call.action, begun.item or {}, key=run.id, workspace_id=call.workspace_id
            )
        else:
            await _wait_for(db, runs, run)
        answer = await db.together(call.workspace_id, finish_enrichments, Ended(begun, said))
    finally:
        if begun.started:
            runs.end(run.id)
    return (*answer, False)


async def _wait_for(db: Database, runs: Runs, run: Found) -> None:
    """Wait until the run of somebody else has ended, at most 20 s."""
    place = (run.workspace_id, run.id)

    def running(tx: Connection) -> bool:
        found = found_before.by_id(tx, [place]).get(place)
        return found is not None and found.status is EnrichmentStatus.RUNNING

    try:
        async with asyncio.timeout(JOIN_SECONDS):
            while True:
                event = runs.here(run.id)
                if event is not None:
                    await event.wait()
                    return
                if not await db.read(running):
                    return
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        return  # the answer says that it is still running


# --- batch 1 ------------------------------------------------------------------------------


def begin_enrichments(
    tx: Connection, calls: list[EnrichCall], now: Instant
) -> Sequence[Begun | Exception]:
    """Begin a batch of calls in one transaction; a refused call is a value among the answers."""
    taken = idempotency.look_up(tx, [call.keyed for call in calls if call.keyed], now)
    room = _room(tx, calls, now)
    answers: list[Begun | Exception] = []
    marks: list[Keyed] = []
    kept: list[tuple[Keyed, int, str]] = []
    for call in calls:
        try:
            answer: Begun | Exception = _begin(tx, room, call, taken)
        except Refusal as refusal:
            answer = refusal
        answers.append(answer)
        if isinstance(answer, Begun) and call.keyed is not None and answer.replay is None:
            place = (call.keyed.workspace_id, call.keyed.key)
            if answer.answer is not None:
                kept.append((call.keyed, *answer.answer))
                taken[place] = Replay(*answer.answer)
            else:
                marks.append(call.keyed)
                taken[place] = idempotency.RequestInFlight()
    room.store(tx)
    if marks:
        idempotency.mark_running(tx, marks, now, now + max(call.hold_for for call in calls))
    idempotency.keep(tx, kept, now)
    return answers


def _room(tx: Connection, calls: Sequence[EnrichCall], now: Instant) -> Room:
    """Pools locked first, then the people, then what was asked about them before."""
    scene = empty_scene(tx, now)
    scene.books.load(tx, {(call.workspace_id, call.member_id) for call in calls})
    contacts = {call.place for call in calls}
    scene.directory.load(tx, (), contacts)
    findings = Findings(now)
    findings.load(tx, contacts)
    return Room(scene, findings, now)


def _begin(
    tx: Connection,
    room: Room,
    call: EnrichCall,
    taken: dict[tuple[str, str], Replay | Refusal],
) -> Begun:
    if call.keyed is not None:
        before = taken.get((call.keyed.workspace_id, call.keyed.key))
        if isinstance(before, Replay):
            return Begun(call, replay=before)
        if before is not None:
            raise before
    person = room.scene.directory.person(*call.place)
    if person is None:
        raise NotFound("There is no such contact in this workspace.")
    if room.scene.directory.is_suppressed(call.workspace_id, (), person):
        raise Suppressed(charged=0)
    action = _sold(room, call)
    running = room.findings.running(call.place, call.action.value, call.asked)
    if running is not None and room.findings.is_dead(running):
        ended = replace(running, status=EnrichmentStatus.FAILED, reason="enrichment_failed")
        room.findings.close(running, ended)
    known = free_again(room.findings, call.place, action, call.action.value, call.asked)
    if known is not None and known.status is EnrichmentStatus.RUNNING:
        return Begun(call, run=known)
    if known is not None:
        return Begun(call, answer=call.render(known, free(room, call, "already_enriched", known)))
    if call.max_cost is not None and action.cost > call.max_cost:
        raise MaxCostExceeded(
            f"It costs {action.cost}, and you allow {call.max_cost}. Nothing was charged.",
            cost=action.cost,
            max_cost=call.max_cost,
            charged=0,
        )
    return _start(tx, room, call, person)


def _sold(room: Room, call: EnrichCall) -> Action:
    """How the policy sells the action; refused where it does not."""
    _, policy = room.scene.books.account(call.workspace_id, call.member_id)
    action = policy.actions.get(call.action.value)
    if action is None:
        raise CreditRefused(
            f"The credit policy of this workspace does not sell {call.action.value}."
            " Nothing was charged.",
            reason="unknown_action",
            action=call.action.value,
            sold=sorted(policy.actions),
            charged=0,
        )
    return action


def _start(tx: Connection, room: Room, call: EnrichCall, person: Person) -> Begun:
    """Set the price aside and open the run."""
    now = room.now
    fields = room.findings.fields(*call.place)
    item = item_for(tx, call.action, person, call.inputs, fields, now)
    hold_id = new_id("hol", now)
    expires_at = now + call.hold_for
    booked = book(
        room,
        call,
        PlaceHold(hold_id, call.action.value, contact=call.contact_id, expires_at=expires_at),
    )
    if booked.step.outcome is Outcome.REFUSED:
        raise not_enough(room.scene.books, (call.workspace_id, call.member_id), call.role, booked)
    held = booked.decision.placed is not None
    run = Found(
        call.workspace_id,
        new_id("enm", now),
        call.contact_id,
        call.action.value,
        call.asked,
        EnrichmentStatus.RUNNING,
        hold_id if held else None,
        call.source,
        call.member_id,
        now,
        expires_at,
        receipt_id=None if held else booked.receipt_id,
    )
    room.findings.open(run)
    return Begun(call, run=run, started=True, item=item)
