"""What the flows refuse, with the facts that let the caller go on."""

from typing import Any

from backend.campaigns.errors import OngoingConflict
from backend.campaigns.roster import Enrolled
from backend.contacts.queries import Person
from backend.credits.errors import CapReached, OutOfCredits
from backend.credits.ledger import Booked, Books
from backend.errors import Refusal
from backend.flows.calls import Call, Opened
from backend.flows.options import next_refill, when_capped, when_exhausted
from backend.flows.scene import Scene, conflict_facts
from shared_schemas.vocabulary import WorkspaceRole


class DuplicateInRequest(Refusal):
    """The same person stands earlier in the same request."""

    code = "duplicate_in_request"
    status = 409
    title = "Twice in one request"


class BulkRefused(Refusal):
    """A call that asked for all or nothing, of which a part is refused."""

    code = "bulk_refused"
    status = 409
    title = "Nothing was done"


def conflict(scene: Scene, person: Person, holder: Enrolled) -> OngoingConflict:
    """The refusal that says which campaign holds the contact, whose it is, and what would help."""
    facts = conflict_facts(scene, holder)
    href = f"/v1/workspaces/{holder.workspace_id}/enrollments/{holder.id}/move"
    name = person.name or "This contact"
    return OngoingConflict(
        f"{name} is in the ongoing campaign “{facts['campaign']['name']}”. Nothing was charged.",
        contact={"id": person.id, "name": person.name, "canonical": list(person.keys)},
        conflict=facts,
        charged=0,
        resolutions=[{"kind": "move", "href": href}, {"kind": "wait"}],
    )


def bulk_refused(opened: list[Opened]) -> BulkRefused:
    refused = [
        {"ref": each.item.ref, "code": each.result.refusal.code}
        for each in opened
        if each.result is not None and each.result.refusal is not None
    ]
    return BulkRefused(
        f"{len(refused)} of {len(opened)} cannot be enrolled, so nobody was. Nothing was charged.",
        items=refused,
        charged=0,
    )


def credit_refusal(scene: Scene, call: Call, booked: Booked) -> Refusal:
    """Why the credits of who calls do not suffice."""
    return not_enough(scene.books, (call.workspace_id, call.member_id), call.role, booked)


def not_enough(
    books: Books, spender: tuple[str, str], role: WorkspaceRole, booked: Booked
) -> Refusal:
    """Why the credits of (workspace, member) do not suffice, and what would help.

    `role` is that of who calls: it decides which ways out are open to them.
    """
    workspace_id, member_id = spender
    pool, policy = books.account(workspace_id, member_id)
    refill = next_refill(pool, policy)
    facts: dict[str, Any] = {
        "available": booked.available,
        "held": booked.held,
        "needed": booked.price,
        "next_refill_at": refill,
        "charged": 0,
    }
    if booked.step.reason == "cap_reached":
        facts["options"] = when_capped(pool, workspace_id)
        return CapReached("You have spent all that your cap allows in this cycle.", **facts)
    facts["options"] = when_exhausted(pool, policy, workspace_id, role)
    when = f" Credits return at {refill}." if refill else ""
    return OutOfCredits(
        f"It costs {booked.price}, and {booked.available} are available.{when}", **facts
    )
