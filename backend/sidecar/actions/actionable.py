"""Whether a result is worth its price: one pure function, and nothing else decides a charge.

- email.find: an address that is deliverable or risky (catch-all included); never an invalid or
  unknown one, never a guess.
- email.verify: deliverable or invalid, for then the question is answered.
- phone.find: a valid number that a vendor or the person's own page gives as theirs.
- profile.enrich: name, title and company for sure and three facts new, or a profile address that
  was missing; never an echo of what was sent.
- ai.variable: every text asked for is written, grounded, and by what was asked for; never our
  own template in place of a model, nor a model's text in a script without capitals, where a name
  from nowhere would not show.

Never: what the caller holds already, verified and fresh.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared_schemas.findings import FoundField
from shared_schemas.lookups import HeldValue
from shared_schemas.vocabulary import EnrichAction, FieldStatus, Verdict

JUDGED_BY = "actionable@2"
LEAST_CONFIDENCE = 0.7
LEAST_NEWS = 3

_PROFILE = ("full_name", "job_title", "company")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a result may be charged, and the word that a receipt gives for it."""

    actionable: bool
    reason: str


def judge(
    action: EnrichAction,
    fields: Sequence[FoundField],
    held: Sequence[HeldValue] = (),
    wanted: Sequence[str] = (),
) -> Judgement:
    """Judge a result by what was found, what the caller had, and (for texts) what was asked."""
    if not fields:
        return Judgement(False, "nothing_found")
    if action is EnrichAction.EMAIL_FIND:
        return _email(fields, held)
    if action is EnrichAction.EMAIL_VERIFY:
        return _verification(fields)
    if action is EnrichAction.PHONE_FIND:
        return _phone(fields, held)
    if action is EnrichAction.PROFILE_ENRICH:
        return _profile(fields, held)
    return _variables(fields, wanted)


def _email(fields: Sequence[FoundField], held: Sequence[HeldValue]) -> Judgement:
    best = next((each for each in fields if each.name == "email"), None)
    if best is None:
        return Judgement(False, "nothing_found")
    if best.status is FieldStatus.INVALID or best.verdict is Verdict.INVALID:
        return Judgement(False, "only_invalid")
    if best.status is FieldStatus.GUESS:
        return Judgement(False, "only_a_guess")
    if best.verdict not in (Verdict.DELIVERABLE, Verdict.RISKY):
        return Judgement(False, "not_verified")
    if _has(held, best):
        return Judgement(False, "already_held")
    deliverable = best.verdict is Verdict.DELIVERABLE
    return Judgement(True, "found_deliverable" if deliverable else "found_risky")


def _verification(fields: Sequence[FoundField]) -> Judgement:
    verdict = fields[0].verdict
    if verdict is Verdict.DELIVERABLE:
        return Judgement(True, "verified_deliverable")
    if verdict is Verdict.INVALID:
        return Judgement(True, "verified_invalid")
    return Judgement(False, "not_verified")


def _phone(fields: Sequence[FoundField], held: Sequence[HeldValue]) -> Judgement:
    best = next((each for each in fields if each.name == "phone"), None)
    if best is None:
        return Judgement(False, "nothing_found")
    if best.status is not FieldStatus.VERIFIED:
        return Judgement(False, "not_verified")
    if _has(held, best):
        return Judgement(False, "already_held")
    return Judgement(True, "found")


def _profile(fields: Sequence[FoundField], held: Sequence[HeldValue]) -> Judgement:
    sure = [
        each
        for each in fields
        if each.status is FieldStatus.VERIFIED and each.confidence >= LEAST_CONFIDENCE
    ]
    known = {each.name for each in held}
    address = next((each for each in sure if each.name == "linkedin_url"), None)
    if address is not None and "linkedin_url" not in known:
        return Judgement(True, "found_profile_address")
    if not {each.name for each in sure} >= set(_PROFILE):
        return Judgement(False, "incomplete")
    news = [each for each in sure if not _has(held, each, only_fresh=False)]
    if len(news) < LEAST_NEWS:
        return Judgement(False, "nothing_new")
    return Judgement(True, "found")


def _variables(fields: Sequence[FoundField], wanted: Sequence[str]) -> Judgement:
    written = {each.name: each for each in fields}
    if not wanted or any(name not in written for name in wanted):
        return Judgement(False, "incomplete")
    unsure = [written[name] for name in wanted if written[name].status is not FieldStatus.VERIFIED]
    if any(not each.source.startswith("provider:") for each in unsure):
        return Judgement(False, "template_instead_of_model")
    if unsure:
        return Judgement(False, "names_not_checkable")
    return Judgement(True, "written")


def _has(held: Sequence[HeldValue], found: FoundField, *, only_fresh: bool = True) -> bool:
    """Whether the caller holds this very value: verified and fresh, or (for facts) at all."""
    return any(
        each.name == found.name
        and each.value.strip().casefold() == found.value.strip().casefold()
        and (not only_fresh or (each.verified and each.fresh))
        for each in held
    )
