"""What a list of people would cost: the decisions of batch 1, taken on a scene that is dropped.

The same code recognises, checks the list of people not to contact and the slot; only the credits
are summed instead of set aside, so that a quote says by how much they fall short.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from backend.campaigns.errors import CampaignClosed
from backend.campaigns.roster import CampaignView
from backend.contacts.queries import Person
from backend.credits.ledger import PAID_ANALYSIS
from backend.errors import NotFound, Refusal
from backend.flows.begin import check_slot, recognise
from backend.flows.calls import Call, Item
from backend.flows.options import next_refill
from backend.flows.refusals import DuplicateInRequest, conflict
from backend.flows.scene import Scene, load_scene
from backend.ids import new_id
from backend.instants import Instant
from shared_schemas.quotes import QuoteBody, QuoteRow
from shared_schemas.vocabulary import AnalysisStatus, QuoteOutcome


@dataclass(frozen=True, slots=True)
class Ask:
    """Whose quote: a call that is never begun; `enrolls` even where no campaign is chosen yet."""

    call: Call
    enrolls: bool


def quote(tx: Connection, asks: list[Ask], now: Instant) -> Sequence[QuoteBody | Exception]:
    """Each quote, or its refusal. Nothing is locked, nothing is stored."""
    scene = load_scene(tx, [ask.call for ask in asks], now, locked=False)
    return [_quote(scene, ask) for ask in asks]


def _quote(scene: Scene, ask: Ask) -> QuoteBody | Exception:
    call = ask.call
    campaign = None
    if call.campaign_id is not None:
        campaign = scene.roster.campaign(call.workspace_id, call.campaign_id)
        if campaign is None:
            return NotFound("There is no such campaign in this workspace.")
    seen: set[str] = set()
    try:
        rows = [_row(scene, ask, campaign, item, seen) for item in call.items]
    except CampaignClosed as closed:
        return closed
    return _body(scene, ask, rows)


def _row(
    scene: Scene, ask: Ask, campaign: CampaignView | None, item: Item, seen: set[str]
) -> QuoteRow:
    try:
        person = recognise(scene, ask.call, item)
        names = {each.key for each in item.identifiers} | ({person.id} if person else set())
        if names & seen:
            raise DuplicateInRequest("This person stands earlier in the same list.")
        seen |= names
        return _priced(scene, ask, campaign, item, person)
    except CampaignClosed:
        raise
    except Refusal as refusal:
        return _refused(item, refusal)


def _priced(
    scene: Scene, ask: Ask, campaign: CampaignView | None, item: Item, person: Person | None
) -> QuoteRow:
    here = None
    if campaign is not None:
        here = check_slot(scene, campaign, person)
    elif ask.enrolls and person is not None:
        holder = scene.roster.ongoing(ask.call.workspace_id, person.id)
        if holder is not None:
            raise conflict(scene, person, holder)
    cost, reason = _cost(scene, ask.call, person)
    is_new = reason in ("first_analysis", "not_metered")
    outcome = QuoteOutcome.NEW if is_new else QuoteOutcome.KNOWN
    if here is not None:
        outcome, cost, reason = QuoteOutcome.ALREADY_HERE, 0, "already_here"
    return QuoteRow(
        ref=item.ref,
        outcome=outcome,
        cost=cost,
        reason=reason,
        contact_id=person.id if person else None,
        name=person.name if person else None,
    )


def _cost(scene: Scene, call: Call, person: Person | None) -> tuple[int, str]:
    """What the analysis of this person would cost now, and why."""
    if person is not None:
        look = scene.desk.current(call.workspace_id, person.id)
        if look is not None and look.status is AnalysisStatus.DONE:
            return 0, "already_analyzed"
        if look is not None and not scene.desk.is_dead(look):
            return 0, "joined_running_analysis"
        if scene.books.paid_receipt(call.workspace_id, person.id) is not None:
            return 0, "already_analyzed"
    price = scene.books.price(call.workspace_id, call.member_id, PAID_ANALYSIS)
    return price, "first_analysis" if price else "not_metered"


_OUTCOMES = {
    "ongoing_conflict": QuoteOutcome.CONFLICT,
    "suppressed": QuoteOutcome.SUPPRESSED,
    "invalid_identity": QuoteOutcome.INVALID_IDENTITY,
    "not_found": QuoteOutcome.INVALID_IDENTITY,
    "duplicate_in_request": QuoteOutcome.DUPLICATE_IN_REQUEST,
}


def _refused(item: Item, refusal: Refusal) -> QuoteRow:
    contact: dict[str, Any] = refusal.facts.get("contact") or {}
    return QuoteRow(
        ref=item.ref,
        outcome=_OUTCOMES[refusal.code],
        cost=0,
        reason=str(refusal.facts.get("reason", refusal.code)),
        contact_id=contact.get("id"),
        name=contact.get("name"),
        conflict=refusal.facts.get("conflict"),
        detail=refusal.detail,
    )


def _body(scene: Scene, ask: Ask, rows: list[QuoteRow]) -> QuoteBody:
    call = ask.call
    pool, policy = scene.books.account(call.workspace_id, call.member_id)
    usable = sum(lot.remaining for lot in pool.lots if lot.earmark in (None, PAID_ANALYSIS))
    cost = sum(row.cost for row in rows)
    cap_left = scene.books.cap_left(call.workspace_id, call.member_id)
    count = {outcome: sum(row.outcome is outcome for row in rows) for outcome in QuoteOutcome}
    return QuoteBody(
        id=new_id("quo", scene.now),
        action="enroll" if ask.enrolls else "analyze",
        campaign_id=call.campaign_id,
        new=count[QuoteOutcome.NEW],
        known=count[QuoteOutcome.KNOWN] + count[QuoteOutcome.ALREADY_HERE],
        conflicts=count[QuoteOutcome.CONFLICT],
        suppressed=count[QuoteOutcome.SUPPRESSED],
        invalid=count[QuoteOutcome.INVALID_IDENTITY],
        duplicates=count[QuoteOutcome.DUPLICATE_IN_REQUEST],
        price=policy.actions[PAID_ANALYSIS].cost,
        cost=cost,
        available=pool.available,
        available_after=pool.available - cost,
        shortfall=max(0, cost - usable),
        cap_left=cap_left,
        cap_shortfall=max(0, cost - cap_left) if cap_left is not None else 0,
        next_refill_at=next_refill(pool, policy),
        rule=policy.id,
        data=rows,
    )
