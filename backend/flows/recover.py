"""After a crash: give back what runs that nobody carries on have set aside."""

from dataclasses import replace

from sqlalchemy import Connection

from backend.analyses import desk as looks
from backend.analyses import findings as enrichments
from backend.analyses.desk import Look
from backend.analyses.findings import Findings, Found
from backend.credits.ledger import Order
from backend.credits.rules.state import Release
from backend.flows.scene import Scene, empty_scene
from backend.instants import Instant
from shared_schemas.vocabulary import AnalysisStatus, EnrichmentStatus, EnrollmentStatus

MOST_AT_ONCE = 200


def recover(tx: Connection, now: Instant, *, alone: bool = False) -> int:
    """End dead runs of analyses and of enrichments: holds released; answers how many.

    A run is dead when its deadline has passed. A process that starts `alone` on its database
    knows that every run in it is dead, and does not wait for that.
    """
    return _end_analyses(tx, now, alone) + _end_enrichments(tx, now, alone)


def _end_analyses(tx: Connection, now: Instant, alone: bool) -> int:
    """Analyses failed, and the enrollments that wait for them withdrawn."""
    dead = looks.dead_runs(tx, before=None if alone else now, limit=MOST_AT_ONCE)
    if not dead:
        return 0
    scene = empty_scene(tx, now)
    scene.books.load(tx, {(look.workspace_id, look.started_by) for look in dead})
    # Whoever ran it may have finished while we waited for the pool.
    current = looks.by_id(tx, {(look.workspace_id, look.id) for look in dead})
    dead = [look for look in current.values() if look.status is AnalysisStatus.RUNNING]
    scene.books.load_holds(
        tx, {(look.workspace_id, look.hold_id) for look in dead if look.hold_id}
    )
    scene.roster.load(tx, contacts={(look.workspace_id, look.contact_id) for look in dead})
    for look in dead:
        receipt_id = _give_back(scene, look, "analysis_failed")
        for enrollment in scene.roster.waiting_for(look.workspace_id, look.id):
            scene.roster.settle(enrollment, EnrollmentStatus.REMOVED, "analysis_failed")
        scene.desk.close(look, AnalysisStatus.FAILED, receipt_id=receipt_id)
    scene.store(tx)
    return len(dead)


def _end_enrichments(tx: Connection, now: Instant, alone: bool) -> int:
    """Enrichments failed."""
    dead = enrichments.dead_runs(tx, before=None if alone else now, limit=MOST_AT_ONCE)
    if not dead:
        return 0
    scene = empty_scene(tx, now)
    scene.books.load(tx, {(run.workspace_id, run.started_by) for run in dead})
    current = enrichments.by_id(tx, {(run.workspace_id, run.id) for run in dead})
    dead = [run for run in current.values() if run.status is EnrichmentStatus.RUNNING]
    scene.books.load_holds(tx, {(run.workspace_id, run.hold_id) for run in dead if run.hold_id})
    findings = Findings(now)
    for run in dead:
        receipt_id = _give_back(scene, run, "enrichment_failed") or run.receipt_id
        failed = EnrichmentStatus.FAILED
        ended = replace(run, status=failed, reason="enrichment_failed", receipt_id=receipt_id)
        findings.close(run, ended)
    findings.store(tx)
    scene.store(tx)
    return len(dead)


def _give_back(scene: Scene, run: Look | Found, reason: str) -> str | None:
    """Release what a dead run has set aside; the receipt, or None where nothing is any more."""
    if run.hold_id is None or scene.books.hold_is_closed(run.workspace_id, run.hold_id):
        return None
    order = Order(
        run.workspace_id, run.started_by, Release(run.hold_id, reason), source=run.source
    )
    return scene.books.apply(order).receipt_id
