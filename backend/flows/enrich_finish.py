"""Batch 2 of an enrichment: what is worth its price is paid for and kept, all else given back.

The sidecar's judgement (`actionable`) alone decides whether the hold is captured. Capture, fields,
receipt and a new address of the contact are one transaction; an answer that comes after its hold
has expired is thrown away.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from backend import idempotency
from backend.analyses import findings as found_before
from backend.analyses.enrichment import SidecarFailed
from backend.analyses.errors import EnrichmentUnavailable
from backend.analyses.findings import Findings, Found
from backend.contacts.directory import Facts
from backend.contacts.errors import Suppressed
from backend.contacts.identifiers import Identifier, InvalidIdentity
from backend.contacts.identity import canonicalize
from backend.credits.rules.state import Capture, Outcome, Release
from backend.errors import Refusal
from backend.flows.calls import Charge
from backend.flows.enrich_calls import Begun, Ended, EnrichCall, Room, book, free
from backend.flows.scene import empty_scene
from backend.idempotency import Keyed
from backend.instants import DAY, Instant, parse
from shared_schemas.findings import FoundField, FoundItem
from shared_schemas.vocabulary import EnrichmentStatus, FieldStatus, FindStatus

_STATUS = {
    FindStatus.DONE: EnrichmentStatus.DONE,
    FindStatus.EMPTY: EnrichmentStatus.EMPTY,
    FindStatus.PENDING: EnrichmentStatus.PENDING,
}
_ADDRESSES = ("email", "linkedin_url")
_LONGEST_FRESH = 90 * DAY


def finish_enrichments(
    tx: Connection, asks: list[Ended], now: Instant
) -> Sequence[tuple[int, str] | Exception]:
    """Finish a batch of calls in one transaction: of each, its status and body."""
    room, runs = _load(tx, asks, now)
    answers: list[tuple[int, str] | Exception] = []
    kept: list[tuple[Keyed, int, str]] = []
    freed: list[Keyed] = []
    for ask in asks:
        call = ask.begun.call
        try:
            answer: tuple[int, str] | Exception = _finish(room, ask, runs)
        except Refusal as refusal:
            answer = refusal
        answers.append(answer)
        if call.keyed is None:
            continue
        if isinstance(answer, Exception) or answer[0] != 200:
            freed.append(call.keyed)
        else:
            kept.append((call.keyed, *answer))
    room.store(tx)
    idempotency.keep(tx, kept, now)
    idempotency.forget(tx, freed)
    return answers


def _load(
    tx: Connection, asks: Sequence[Ended], now: Instant
) -> tuple[Room, dict[tuple[str, str], Found]]:
    """The pools first (they are the lock), then the runs as they stand now, then the people.

    Whom a found address belongs to, and whether it is barred, is looked up with them.
    """
    scene = empty_scene(tx, now)
    scene.books.load(tx, {(e.begun.call.workspace_id, e.begun.call.member_id) for e in asks})
    places = {(e.begun.run.workspace_id, e.begun.run.id) for e in asks if e.begun.run}
    runs = found_before.by_id(tx, places)
    scene.books.load_holds(
        tx, {(run.workspace_id, run.hold_id) for run in runs.values() if run.hold_id}
    )
    contacts = {(run.workspace_id, run.contact_id) for run in runs.values()}
    found = [
        (ask.begun.call.workspace_id, identifiers_of(ask.said.fields))
        for ask in asks
        if isinstance(ask.said, FoundItem)
    ]
    scene.directory.load(tx, found, contacts)
    findings = Findings(now)
    findings.load(tx, contacts)
    return Room(scene, findings, now), runs


def identifiers_of(fields: Sequence[FoundField]) -> list[Identifier]:
    """The addresses among what was found, in their normal form."""
    found = []
    for each in fields:
        if each.name in _ADDRESSES:
            try:
                found.append(canonicalize(each.value))
            except InvalidIdentity:
                continue
    return found


def _finish(room: Room, ask: Ended, runs: dict[tuple[str, str], Found]) -> tuple[int, str]:
    begun, call = ask.begun, ask.begun.call
    assert begun.run is not None, "a call without an answer has a run"
    run = runs[(begun.run.workspace_id, begun.run.id)]
    if ask.said is None:
        return _joined(room, begun, run)
    if run.status is not EnrichmentStatus.RUNNING or room.scene.books.hold_is_closed(
        call.workspace_id, run.hold_id
    ):
        # Whoever came after the hold's end has buried this run; what it found came too late.
        raise EnrichmentUnavailable(charged=0)
    ended, refusal, charge = _end(room, call, run, ask.said)
    runs[(run.workspace_id, run.id)] = ended
    if refusal is not None:
        raise refusal
    return call.render(ended, charge)


def _joined(room: Room, begun: Begun, run: Found) -> tuple[int, str]:
    """The end of somebody else's run, as seen by who waited for it."""
    if run.status is EnrichmentStatus.FAILED:
        raise EnrichmentUnavailable(charged=0)
    reason = "joined_running_enrichment" if run.charged else run.reason or "still_running"
    return begun.call.render(run, free(room, begun.call, reason, run))


def _end(
    room: Room, call: EnrichCall, run: Found, said: FoundItem | SidecarFailed
) -> tuple[Found, Refusal | None, Charge]:
    """End a run of our own: capture what is worth it, else give the hold back and say why."""
    person = room.scene.directory.person(run.workspace_id, run.contact_id)
    refusal: Refusal | None = None
    if isinstance(said, SidecarFailed):
        refusal, reason = EnrichmentUnavailable(charged=0), "enrichment_failed"
    elif person is None or room.scene.directory.is_suppressed(
        run.workspace_id, identifiers_of(said.fields), person
    ):
        refusal, reason = Suppressed(charged=0), "suppressed"
    if refusal is not None or isinstance(said, SidecarFailed):
        receipt_id = _release(room, call, run, reason)
        failed = replace(run, status=EnrichmentStatus.FAILED, reason=reason, receipt_id=receipt_id)
        ended = room.findings.close(run, failed)
        return ended, refusal, free(room, call, reason, ended)
    charged, receipt_id = _settle(room, call, run, said)
    ended = room.findings.close(run, _ended(room, run, said, charged, receipt_id))
    if said.status is not FindStatus.PENDING:
        _keep(room, call, ended, said)
    available, rule = room.scene.books.available(call.workspace_id, call.member_id)
    return ended, None, Charge(charged, said.reason, rule, receipt_id, available)


def _settle(room: Room, call: EnrichCall, run: Found, said: FoundItem) -> tuple[int, str | None]:
    """Spend the hold or give it back; what that came to, and its receipt."""
    if not said.actionable:
        return 0, _release(room, call, run, said.reason)
    if run.hold_id is None:
        return 0, run.receipt_id
    booked = book(room, call, Capture(run.hold_id))
    assert booked.step.outcome is Outcome.CAPTURED, "an open hold can always be captured"
    return booked.step.charged, booked.receipt_id


def _release(room: Room, call: EnrichCall, run: Found, reason: str) -> str | None:
    if run.hold_id is None or room.scene.books.hold_is_closed(call.workspace_id, run.hold_id):
        return run.receipt_id
    return book(room, call, Release(run.hold_id, reason)).receipt_id


def _ended(room: Room, run: Found, said: FoundItem, charged: int, receipt_id: str | None) -> Found:
    return replace(
        run,
        status=_STATUS[said.status],
        reason=said.reason,
        fields=json.dumps([e.model_dump(mode="json") for e in said.fields], ensure_ascii=False),
        attempts=json.dumps(
            [e.model_dump(mode="json") for e in said.attempts], ensure_ascii=False
        ),
        upstream_cost_micros=said.upstream_cost_micros,
        receipt_id=receipt_id,
        charged=charged,
        fresh_until=_fresh_until(room.now, said) if said.actionable else None,
    )


def _fresh_until(now: Instant, said: FoundItem) -> Instant:
    """Until when the whole answer may be given again: as long as each of its values is good."""
    ends = [parse(each.expires_at) for each in said.fields if each.expires_at]
    return min([*ends, now + _LONGEST_FRESH])


def _keep(room: Room, call: EnrichCall, run: Found, said: FoundItem) -> None:
    """Keep the values for the contact; a profile's address found for sure becomes theirs."""
    documents = [each.model_dump(mode="json") for each in said.fields]
    room.findings.learn(run, documents)
    if not said.actionable:
        return
    sure = {e.name: e.value for e in said.fields if e.status is FieldStatus.VERIFIED}
    directory = room.scene.directory
    person = directory.person(run.workspace_id, run.contact_id)
    assert person is not None, "checked before"
    addresses = identifiers_of(
        [e for e in said.fields if e.name == "linkedin_url" and e.name in sure]
    )
    if addresses:
        directory.join(
            run.workspace_id,
            person,
            addresses,
            by=call.member_id,
            source=call.source,
            now=room.now,
        )
    if {"full_name", "job_title", "company", "country"} & set(sure):
        facts = Facts(
            sure.get("full_name"), sure.get("job_title"), sure.get("company"), sure.get("country")
        )
        directory.learn(run.workspace_id, run.contact_id, facts)
