"""Analyse people, and enroll them: two short transactions with the sidecar between them.

A crash between the two leaves a hold, and holds expire. A caller who goes away changes nothing:
the run belongs to the process, not to the request.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from backend import idempotency
from backend.analyses import desk as looks
from backend.analyses.enrichment import EnrichmentClient, SidecarFailed, Subject
from backend.database import Database
from backend.errors import Refusal
from backend.flows.begin import begin_calls, deepens, free_charge, recognise
from backend.flows.calls import Begun, Call, Finding, Finish, Opened, Result
from backend.flows.finish import finish_calls
from backend.flows.runs import Runs
from backend.flows.scene import Scene, look_at
from backend.idempotency import Replay
from backend.instants import Instant
from shared_schemas.vocabulary import AnalysisStatus

JOIN_SECONDS = 20.0
_POLL_SECONDS = 0.25

Answer = tuple[int, str, bool]
"""Status, body, and whether it is a stored answer given again."""


async def analyze(db: Database, sidecar: EnrichmentClient, runs: Runs, call: Call) -> Answer:
    """Serve a call: charge what is new, join what is running, repeat what was answered before.

    Somebody known is answered by a look alone, without a lock and without a write.
    """
    if len(call.items) == 1 and call.campaign_id is None and not call.refresh:
        before = runs.free_answers.find(call.keyed) if call.keyed else None
        if before is not None:
            return before.status, before.body, True
        known = await db.look_together(look_up_known, call)
        if known is not None:
            if call.keyed and not known[2]:
                runs.free_answers.remember(call.keyed, known[0], known[1])
            return known
    begun: Begun = await db.together(call.workspace_id, begin_calls, call)
    if begun.replay is not None:
        return begun.replay.status, begun.replay.body, True
    if begun.answer is not None:
        return (*begun.answer, False)
    task = asyncio.create_task(_carry_out(db, sidecar, runs, begun))
    runs.own(task)
    return await asyncio.shield(task)


def look_up_known(
    tx: Connection, calls: list[Call], now: Instant
) -> Sequence[Answer | Exception | None]:
    """Answers for those of a batch that need no write; None where batch 1 must decide."""
    taken = idempotency.look_up(tx, [call.keyed for call in calls if call.keyed], now)
    scene = look_at(tx, calls, now)
    return [_known_answer(scene, call, taken) for call in calls]


def _known_answer(
    scene: Scene, call: Call, taken: dict[tuple[str, str], Replay | Refusal]
) -> Answer | Exception | None:
    if call.keyed is not None:
        found = taken.get((call.keyed.workspace_id, call.keyed.key))
        if isinstance(found, Replay):
            return found.status, found.body, True
        if found is not None:
            return found
    item = call.items[0]
    try:
        person = recognise(scene, call, item)
        look = scene.desk.current(call.workspace_id, person.id) if person else None
        if person is None or look is None or look.status is not AnalysisStatus.DONE:
            return None
        if deepens(look, item) or any(each.key not in person.keys for each in item.identifiers):
            return None
        enrollment = scene.roster.ongoing(call.workspace_id, person.id)
        campaign = (
            scene.roster.campaign(call.workspace_id, enrollment.campaign_id)
            if enrollment
            else None
        )
        charge = free_charge(scene, call, "already_analyzed", look.receipt_id)
        result = Result(
            item,
            person=person,
            look=look,
            charge=charge,
            enrollment=enrollment,
            campaign=campaign,
            owner_name=scene.owner_name(campaign),
        )
        return (*call.render((result,)), False)
    except Refusal as refusal:
        return refusal


async def _carry_out(db: Database, sidecar: EnrichmentClient, runs: Runs, begun: Begun) -> Answer:
    """From the first commit to the second: ask the sidecar, wait for joined runs, finish."""
    started = [each for each in begun.opened if each.started]
    mine = [each.analysis_id for each in started if each.analysis_id is not None]
    for analysis_id in mine:
        runs.begin(analysis_id)
    try:
        findings = await _look(sidecar, started)
        joined = {
            each.analysis_id
            for each in begun.opened
            if each.result is None and not each.started and each.analysis_id is not None
        }
        if joined - set(mine):
            if mine:
                # What we started must not wait for what others run.
                begun = await _finish_started(db, begun, findings)
                for analysis_id in mine:
                    runs.end(analysis_id)
            await _wait_for(db, runs, begun.call.workspace_id, joined - set(mine))
        _, answer = await db.together(
            begun.call.workspace_id, finish_calls, Finish(begun, findings)
        )
    finally:
        for analysis_id in mine:
            runs.end(analysis_id)
    return (*answer, False)


async def _finish_started(db: Database, begun: Begun, findings: dict[str, Finding]) -> Begun:
    """Finish only what this call started, and answer the call with those results filled in."""
    started = tuple(each for each in begun.opened if each.started)
    part = replace(begun, call=replace(begun.call, keyed=None, render=_no_answer), opened=started)
    results, _ = await db.together(begun.call.workspace_id, finish_calls, Finish(part, findings))
    done = {each.item.ref: result for each, result in zip(started, results, strict=True)}
    return replace(
        begun,
        opened=tuple(
            replace(each, result=done[each.item.ref]) if each.started else each
            for each in begun.opened
        ),
    )


def _no_answer(_results: tuple[Result, ...]) -> tuple[int, str]:
    return 200, ""


async def _look(sidecar: EnrichmentClient, started: Sequence[Opened]) -> dict[str, Finding]:
    """What the sidecar says of each analysis; a failure is a finding too."""
    subjects = [Subject(each.page, each.person.keys if each.person else ()) for each in started]
    found = await sidecar.analyze(subjects) if subjects else []
    findings = {}
    for each, item in zip(started, found, strict=True):
        assert each.analysis_id is not None, "what was started has an analysis"
        if isinstance(item, SidecarFailed) or item.error is not None:
            findings[each.analysis_id] = Finding(failed=True)
        elif item.insight is None:
            findings[each.analysis_id] = Finding()
        else:
            findings[each.analysis_id] = Finding(item.insight.model_dump(mode="json"))
    return findings


async def _wait_for(db: Database, runs: Runs, workspace_id: str, analyses: set[str]) -> None:
    """Wait until these runs of others have ended, at most 20 s in all."""
    try:
        async with asyncio.timeout(JOIN_SECONDS):
            for analysis_id in analyses:
                await _wait_for_one(db, runs, workspace_id, analysis_id)
    except TimeoutError:
        return  # the answer says that it is still running


async def _wait_for_one(db: Database, runs: Runs, workspace_id: str, analysis_id: str) -> None:
    """Wait for a run of this process by its event, for one of another by asking now and then."""

    def running(tx: Connection) -> bool:
        look = looks.by_id(tx, [(workspace_id, analysis_id)]).get((workspace_id, analysis_id))
        return (
            look is not None
            and look.status is AnalysisStatus.RUNNING
            and look.deadline_at > db.clock()
        )

    pause = 0.0
    while True:
        event = runs.here(analysis_id)
        if event is not None:
            await event.wait()
            return
        await asyncio.sleep(pause)
        pause = min(pause + 0.05, _POLL_SECONDS)
        if runs.here(analysis_id) is None and not await db.read(running):
            return
