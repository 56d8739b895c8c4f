"""Batch 2 of analysing and enrolling: what was found is paid for and stored, or given back.

Capture, insight, receipt, enrollment and event are one transaction. An answer that comes after
its hold has expired is thrown away: never data without a charge, never a charge without data.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from backend import idempotency
from backend.analyses import desk as looks
from backend.analyses.desk import Look
from backend.analyses.errors import EnrichmentUnavailable
from backend.contacts.directory import Facts as PersonFacts
from backend.contacts.errors import Suppressed
from backend.credits.ledger import PAID_ANALYSIS, Booked, Order
from backend.credits.rules.state import Capture, Command, Outcome, Release
from backend.errors import Refusal
from backend.flows.begin import free_charge
from backend.flows.calls import Call, Charge, Finding, Finish, Opened, Result
from backend.flows.scene import Scene, empty_scene
from backend.instants import Instant
from backend.instants import render as rendered
from backend.outbox import event
from backend.workspaces.queries import member_names
from shared_schemas.vocabulary import AnalysisStatus, EnrollmentStatus


def finish_calls(
    tx: Connection, asks: list[Finish], now: Instant
) -> Sequence[tuple[tuple[Result, ...], tuple[int, str]] | Exception]:
    """Finish a batch of calls in one transaction: of each, its results and its rendered body."""
    scene, by_id = _load(tx, asks, now)
    answers: list[tuple[tuple[Result, ...], tuple[int, str]] | Exception] = []
    kept: list[tuple[idempotency.Keyed, int, str]] = []
    freed: list[idempotency.Keyed] = []
    for ask in asks:
        call = ask.begun.call
        results = tuple(
            each.result or _finish(scene, call, each, by_id, ask.findings)
            for each in ask.begun.opened
        )
        try:
            answer = call.render(results)
        except Refusal as refusal:
            answers.append(refusal)
        else:
            answers.append((results, answer))
        _note_key(call, answers[-1], kept, freed)
    scene.store(tx)
    idempotency.keep(tx, kept, now)
    idempotency.forget(tx, freed)
    return answers


def _note_key(
    call: Call,
    answer: tuple[tuple[Result, ...], tuple[int, str]] | Exception,
    kept: list[tuple[idempotency.Keyed, int, str]],
    freed: list[idempotency.Keyed],
) -> None:
    """Keep an answer of success under the caller's key; free the key of any other."""
    if call.keyed is None:
        return
    if isinstance(answer, Exception) or answer[1][0] not in (200, 201):
        freed.append(call.keyed)
    else:
        kept.append((call.keyed, *answer[1]))


def _load(
    tx: Connection, asks: Sequence[Finish], now: Instant
) -> tuple[Scene, dict[tuple[str, str], Look]]:
    """The pools first (they are the lock), then the runs as they stand now, then the people."""
    scene = empty_scene(tx, now)
    pending = [
        (ask.begun.call, each) for ask in asks for each in ask.begun.opened if each.result is None
    ]
    members = {(call.workspace_id, call.member_id) for call, _ in pending}
    scene.books.load(tx, members)
    by_id = looks.by_id(
        tx, {(call.workspace_id, each.analysis_id) for call, each in pending if each.analysis_id}
    )
    scene.books.load_holds(
        tx, {(look.workspace_id, look.hold_id) for look in by_id.values() if look.hold_id}
    )
    contacts = {(look.workspace_id, look.contact_id) for look in by_id.values()}
    scene.directory.load(tx, (), contacts)
    scene.desk.load(tx, contacts)
    scene.roster.load(
        tx,
        contacts=contacts,
        campaigns={
            (call.workspace_id, call.campaign_id) for call, _ in pending if call.campaign_id
        },
    )
    scene.names = member_names(tx, scene.roster.people())
    return scene, by_id


def _finish(
    scene: Scene,
    call: Call,
    opened: Opened,
    by_id: dict[tuple[str, str], Look],
    findings: dict[str, Finding],
) -> Result:
    assert opened.analysis_id is not None, "an item without a result has an analysis"
    look = by_id[(call.workspace_id, opened.analysis_id)]
    if not opened.started:
        return _joined(scene, call, opened, look)
    finding = findings[look.id]
    if opened.deepens:
        return _deepened(scene, call, opened, look, finding)
    if look.status is not AnalysisStatus.RUNNING or scene.books.hold_is_closed(
        call.workspace_id, look.hold_id
    ):
        # Whoever came after the hold's end has buried this run; what it found came too late.
        return Result(opened.item, refusal=EnrichmentUnavailable(charged=0))
    result, changed = _close(scene, call, opened, look, finding)
    by_id[(call.workspace_id, look.id)] = changed
    return result


def _close(
    scene: Scene, call: Call, opened: Opened, look: Look, finding: Finding
) -> tuple[Result, Look]:
    """End a run of our own: capture, or give the hold back and say why."""
    person = scene.directory.person(call.workspace_id, look.contact_id)
    if person is None or scene.directory.is_suppressed(call.workspace_id, (), person):
        changed = _end(scene, call, look, AnalysisStatus.FAILED, "suppressed")
        _withdraw(scene, look, "suppressed")
        return Result(opened.item, refusal=Suppressed(charged=0)), changed
    if finding.failed:
        changed = _end(scene, call, look, AnalysisStatus.FAILED, "analysis_failed")
        _withdraw(scene, look, "analysis_failed")
        return Result(opened.item, refusal=EnrichmentUnavailable(charged=0)), changed
    if finding.insight is None:
        changed = _end(scene, call, look, AnalysisStatus.EMPTY, "nothing_found")
        reason, charged = "nothing_found", 0
    else:
        changed = _capture(scene, call, look, finding)
        metered = scene.books.price(call.workspace_id, call.member_id, PAID_ANALYSIS) > 0
        again = "already_analyzed" if metered else "not_metered"
        reason = "first_analysis" if changed.charged else again
        charged = changed.charged
    _activate(scene, look)
    available, rule = scene.books.available(call.workspace_id, call.member_id)
    charge = Charge(charged, reason, rule, changed.receipt_id, available)
    return _result(scene, call, opened, changed, charge), changed


def _order(scene: Scene, call: Call, command: Command) -> Booked:
    key = call.keyed.key if call.keyed else None
    return scene.books.apply(
        Order(
            call.workspace_id,
            call.member_id,
            command,
            call.campaign_id,
            call.source,
            key,
            call.keyed.fingerprint if call.keyed else None,
        )
    )


def _end(scene: Scene, call: Call, look: Look, status: AnalysisStatus, reason: str) -> Look:
    """Give the hold back and close the run without an insight."""
    receipt_id = None
    if look.hold_id is not None:
        receipt_id = _order(scene, call, Release(look.hold_id, reason)).receipt_id
    scene.desk.close(look, status, receipt_id=receipt_id)
    return replace(look, status=status, receipt_id=receipt_id, finished_at=scene.now)


def _capture(scene: Scene, call: Call, look: Look, finding: Finding) -> Look:
    """Spend the hold and store what was found."""
    charged, receipt_id = 0, None
    if look.hold_id is not None:
        booked = _order(scene, call, Capture(look.hold_id))
        assert booked.step.outcome is Outcome.CAPTURED, "an open hold can always be captured"
        charged, receipt_id = booked.step.charged, booked.receipt_id
    if receipt_id is None:
        receipt_id = scene.books.paid_receipt(call.workspace_id, look.contact_id)
    return _store_insight(scene, call, look, finding, receipt_id, charged)


def _store_insight(
    scene: Scene,
    call: Call,
    look: Look,
    finding: Finding,
    receipt_id: str | None,
    charged: int,
) -> Look:
    assert finding.insight is not None, "only called with an insight"
    insight = {
        **finding.insight,
        "analyzed_at": rendered(scene.now),
        "analyzed_by": call.member_name,
    }
    text = json.dumps(insight, ensure_ascii=False)
    depth = str(insight.get("depth", "brief"))
    scene.desk.close(
        look,
        AnalysisStatus.DONE,
        insight=text,
        depth=depth,
        receipt_id=receipt_id,
        charged=charged,
    )
    scene.directory.learn(call.workspace_id, look.contact_id, PersonFacts.of_insight(insight))
    scene.events.append(
        event(
            call.workspace_id,
            "analysis.completed",
            scene.now,
            analysis_id=look.id,
            contact_id=look.contact_id,
            member_id=call.member_id,
            charged=charged,
            depth=depth,
        )
    )
    return replace(
        look,
        status=AnalysisStatus.DONE,
        insight=text,
        depth=depth,
        receipt_id=receipt_id,
        charged=charged,
        finished_at=scene.now,
    )


def _deepened(scene: Scene, call: Call, opened: Opened, look: Look, finding: Finding) -> Result:
    """A second, fuller look at somebody already paid for; if it fails, the first one stands."""
    if finding.insight is not None and look.status is AnalysisStatus.DONE:
        look = _store_insight(scene, call, look, finding, look.receipt_id, look.charged)
    charge = free_charge(scene, call, "already_analyzed", look.receipt_id)
    return _result(scene, call, opened, look, charge)


def _joined(scene: Scene, call: Call, opened: Opened, look: Look) -> Result:
    """The end of somebody else's run, as seen by who waited for it."""
    if look.status is AnalysisStatus.FAILED:
        return Result(opened.item, refusal=EnrichmentUnavailable(charged=0))
    reason = "joined_running_analysis"
    if look.status is AnalysisStatus.EMPTY:
        reason = "nothing_found"
    charge = free_charge(scene, call, reason, look.receipt_id)
    return _result(scene, call, opened, look, charge)


def _result(scene: Scene, call: Call, opened: Opened, look: Look, charge: Charge) -> Result:
    enrollment = None
    if opened.enrollment_id is not None:
        enrollment = scene.roster.enrollment(
            look.workspace_id, look.contact_id, opened.enrollment_id
        )
    elif call.campaign_id is None:
        enrollment = scene.roster.ongoing(look.workspace_id, look.contact_id)
    campaign = None
    if enrollment is not None:
        campaign = scene.roster.campaign(look.workspace_id, enrollment.campaign_id)
    return Result(
        opened.item,
        person=scene.directory.person(look.workspace_id, look.contact_id) or opened.person,
        look=look,
        charge=charge,
        enrollment=enrollment,
        campaign=campaign,
        owner_name=scene.owner_name(campaign),
    )


def _activate(scene: Scene, look: Look) -> None:
    for enrollment in scene.roster.waiting_for(look.workspace_id, look.id):
        scene.roster.after_analysis(enrollment)


def _withdraw(scene: Scene, look: Look, outcome: str) -> None:
    for enrollment in scene.roster.waiting_for(look.workspace_id, look.id):
        scene.roster.settle(enrollment, EnrollmentStatus.REMOVED, outcome)
