"""After a crash: give back what runs that nobody carries on have set aside."""

from sqlalchemy import Connection

from backend.analyses import desk as looks
from backend.credits.ledger import Order
from backend.credits.state import Release
from backend.flows.scene import empty_scene
from backend.instants import Instant
from shared_schemas.vocabulary import AnalysisStatus, EnrollmentStatus

MOST_AT_ONCE = 200


def recover(tx: Connection, now: Instant, *, alone: bool = False) -> int:
    """End dead runs: holds released, analyses failed, enrollments withdrawn; answers how many.

    A run is dead when its deadline has passed. A process that starts `alone` on its database
    knows that every run in it is dead, and does not wait for that.
    """
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
        receipt_id = None
        if not scene.books.hold_is_closed(look.workspace_id, look.hold_id) and look.hold_id:
            order = Order(
                look.workspace_id,
                look.started_by,
                Release(look.hold_id, "analysis_failed"),
                source=look.source,
            )
            receipt_id = scene.books.apply(order).receipt_id
        for enrollment in scene.roster.waiting_for(look.workspace_id, look.id):
            scene.roster.settle(enrollment, EnrollmentStatus.REMOVED, "analysis_failed")
        scene.desk.close(look, AnalysisStatus.FAILED, receipt_id=receipt_id)
    scene.store(tx)
    return len(dead)
