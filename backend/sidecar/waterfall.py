"""One question to many providers: in order, until one answer is good enough.

The rule that stops the asking is the caller's, and it is the rule by which the workspace is
charged: nobody asks on for what nobody would pay. Whatever happens at one provider is a line of
the trail and no reason to fail; what a vendor took is counted even where the workspace pays
nothing.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from backend.sidecar.answers import Answers, Asked, person_hash
from backend.sidecar.pace import Bucket, after
from backend.sidecar.providers.contract import ContractBroken, Provider, Query, Reply, Value
from backend.sidecar.providers.registry import KINDS, actions_of
from backend.sidecar.providers.wire import WireFailed
from shared_schemas.findings import ProviderAttempt
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict

log = structlog.get_logger()

DAY = 86_400.0
MOST_SECONDS_EACH = 12.0
_LEAST_SECONDS = 0.5
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """A value, who gave it, when, and until when it may be taken for true."""

    provider: str
    value: Value
    observed_at: float
    expires_at: float


@dataclass(slots=True)
class Budget:
    """What vendors may still take, in millionths of a US dollar."""

    left: int

    def covers(self, price: int) -> bool:
        """Whether the price fits in."""
        return price <= self.left


@dataclass(slots=True)
class Plan:
    """The bounds of one item: whom to ask, for how much, until when (monotonic seconds)."""

    deadline: float
    item: Budget
    run: Budget
    order: tuple[str, ...] | None = None


@dataclass(slots=True)
class Trail:
    """What asking came to. `retry_after` is set while a vendor still works on it."""

    heard: list[Heard] = field(default_factory=list)
    attempts: list[ProviderAttempt] = field(default_factory=list)
    cost_micros: int = 0
    retry_after: float | None = None


Enough = Callable[[Sequence[Heard]], bool]


@dataclass(frozen=True, slots=True)
class _Told:
    """A reply with its time and what it cost; `cached` if nobody was asked for it now."""

    reply: Reply
    at: float
    cost_micros: int = 0
    ms: int = 0
    cached: bool = False


class Waterfall:
    """Asks providers; remembers their answers, their pace and their rests."""

    def __init__(
        self,
        providers: dict[str, Provider],
        order: Sequence[str],
        answers: Answers,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self.providers = providers
        self.order = tuple(order)
        self.answers = answers
        self.clock = clock
        self.monotonic = monotonic
        self._buckets = {
            name: Bucket(each.per_second, each.per_minute, monotonic)
            for name, each in providers.items()
        }
        self._flights: dict[str, asyncio.Future[_Told]] = {}

    async def close(self) -> None:
        """Close the connections."""
        for provider in self.providers.values():
            await provider.wire.close()

    def able(self, action: EnrichAction) -> bool:
        """Whether any provider that is switched on can be asked this."""
        return any(action in provider.actions for provider in self.providers.values())

    async def run(self, query: Query, plan: Plan, enough: Enough) -> Trail:
        """Ask in order until `enough`; then wait, while there is time, for whoever still works."""
        trail = Trail()
        waiting: dict[str, float] = {}
        for name in plan.order or self.order:
            if name not in KINDS or query.action not in actions_of(name):
                continue
            provider = self.providers.get(name)
            if provider is None:
                trail.attempts.append(_passed(name, AskOutcome.NO_KEY))
                continue
            told = await self._ask(provider, query, plan)
            self._take_in(trail, provider, query, told)
            if told.reply.outcome is AskOutcome.PENDING:
                waiting[name] = _pause(told)
            elif enough(trail.heard):
                return trail
        await self._await_pending(trail, waiting, query, plan, enough)
        return trail

    async def _await_pending(
        self,
        trail: Trail,
        waiting: dict[str, float],
        query: Query,
        plan: Plan,
        enough: Enough,
    ) -> None:
        while waiting:
            pause = min(waiting.values())
            if self.monotonic() + pause + _LEAST_SECONDS > plan.deadline:
                trail.retry_after = pause
                return
            await asyncio.sleep(pause)
            for name in list(waiting):
                provider = self.providers[name]
                told = await self._ask(provider, query, plan)
                if told.reply.outcome is AskOutcome.PENDING:
                    waiting[name] = _pause(told)
                    continue
                del waiting[name]
                trail.attempts = [
                    each
                    for each in trail.attempts
                    if each.provider != name or each.outcome is not AskOutcome.PENDING
                ]
                self._take_in(trail, provider, query, told)
                if enough(trail.heard):
                    return

    def _take_in(self, trail: Trail, provider: Provider, query: Query, told: _Told) -> None:
        reply = told.reply
        trail.cost_micros += told.cost_micros
        trail.attempts.append(
            ProviderAttempt(
                provider=provider.name,
                outcome=reply.outcome,
                detail=reply.detail,
                ms=told.ms,
                cost_micros=told.cost_micros,
                cached=told.cached,
            )
        )
        for value in reply.values:
            until = told.at + keeps(query.action, value)
            trail.heard.append(Heard(provider.name, value, told.at, until))

    # --- one provider ----------------------------------------------------------------------

    async def _ask(self, provider: Provider, query: Query, plan: Plan) -> _Told:
        """Ask one provider, or join whoever is asking it the same right now."""
        missing = provider.missing(query)
        if missing is not None:
            return self._passed(AskOutcome.INELIGIBLE, f"needs {missing}")
        key = answer_key(provider, query)
        flying = self._flights.get(key)
        if flying is not None:
            told = await asyncio.shield(flying)
            return _Told(told.reply, told.at, cached=True)
        flight: asyncio.Future[_Told] = asyncio.get_running_loop().create_future()
        self._flights[key] = flight
        try:
            told = await self._ask_alone(provider, query, plan, key)
        except BaseException:
            flight.set_result(self._passed(AskOutcome.ERROR, "the asking broke off"))
            raise
        else:
            flight.set_result(told)
        finally:
            del self._flights[key]
        return told

    async def _ask_alone(self, provider: Provider, query: Query, plan: Plan, key: str) -> _Told:
        now = self.clock()
        known = await asyncio.to_thread(self.answers.find, key, now)
        if known is not None and known["reply"]["outcome"] != AskOutcome.PENDING.value:
            return _Told(reply_of(known["reply"]), known["at"], cached=True)
        token = known["reply"]["token"] if known is not None else None
        left = plan.deadline - self.monotonic()
        if left < _LEAST_SECONDS:
            return self._pending_or(token, AskOutcome.NO_TIME, "no time is left")
        rest = await asyncio.to_thread(self.answers.rest_of, provider.name)
        if rest.until > now:
            return self._pending_or(token, AskOutcome.RESTING, rest.reason)
        price = self._price(provider, query)
        if token is None and not (plan.item.covers(price) and plan.run.covers(price)):
            return self._passed(AskOutcome.OVER_BUDGET, f"it may cost {price}")
        if not await self._turn(provider, left):
            return self._pending_or(token, AskOutcome.THROTTLED, "our own pace")
        if token is None:
            plan.item.left -= price
            plan.run.left -= price
        told = await self._exchange(provider, query, token, min(left, MOST_SECONDS_EACH))
        back = (price if token is None else 0) - told.cost_micros
        plan.item.left += back
        plan.run.left += back
        await asyncio.to_thread(self._keep, provider, query, key, told)
        return told

    async def _exchange(
        self, provider: Provider, query: Query, token: str | None, seconds: float
    ) -> _Told:
        """One attempt; whatever goes wrong is a reply."""
        started = self.monotonic()
        try:
            if token is None:
                reply = await provider.ask(query, seconds)
            else:
                reply = await provider.resume(query, token, seconds)
        except TimeoutError:
            reply = Reply(AskOutcome.TIMEOUT, detail=f"no answer within {seconds:.0f} s")
        except WireFailed as error:
            reply = Reply(AskOutcome.ERROR, detail=str(error)[:120])
        except ContractBroken as error:
            reply = Reply(AskOutcome.CONTRACT, detail=str(error)[:120])
        except Exception as error:
            log.exception("provider_failed", provider=provider.name, kind=type(error).__name__)
            reply = Reply(AskOutcome.CONTRACT, detail="the adapter could not read the answer")
        ms = round((self.monotonic() - started) * 1000)
        cost = round(reply.credits * provider.credit_micros)
        return _Told(reply, self.clock(), max(cost, 0), ms)

    def _keep(self, provider: Provider, query: Query, key: str, told: _Told) -> None:
        """Remember what may be remembered: answers and misses, never an error."""
        reply, person = told.reply, person_hash(query.workspace, query.person)
        verified = any(value.status is FieldStatus.VERIFIED for value in reply.values)
        self.answers.note(
            Asked(
                provider.name,
                told.at,
                reply.outcome.value,
                verified,
                told.ms,
                told.cost_micros,
                person,
            )
        )
        before = self.answers.rest_of(provider.name)
        rest = after(before, reply.outcome, reply.retry_after, reply.detail, told.at)
        if rest != before:
            self.answers.set_rest(provider.name, rest)
        seconds = _kept_for(query.action, reply)
        if seconds and person:
            document = {"reply": asdict(reply), "at": told.at}
            self.answers.remember(key, person, document, told.at + seconds)

    async def _turn(self, provider: Provider, left: float) -> bool:
        """Wait a moment for the provider's pace; False where that takes too long."""
        bucket = self._buckets[provider.name]
        patience = min(_PATIENCE_SECONDS, left / 2)
        while (wait := bucket.take()) > 0:
            if wait > patience:
                return False
            patience -= wait
            await asyncio.sleep(wait)
        return True

    def _price(self, provider: Provider, query: Query) -> int:
        return round(provider.price(query.action) * provider.credit_micros)

    def _passed(self, outcome: AskOutcome, detail: str) -> _Told:
        return _Told(Reply(outcome, detail=detail), self.clock())

    def _pending_or(self, token: str | None, outcome: AskOutcome, detail: str) -> _Told:
        """Not asked now; what is pending stays so."""
        if token is None:
            return self._passed(outcome, detail)
        return _Told(Reply(AskOutcome.PENDING, token=token, detail=detail), self.clock())


def _pause(told: _Told) -> float:
    """When to look again for something pending; in a while where the vendor says no time."""
    return told.reply.retry_after or 5.0


def _passed(name: str, outcome: AskOutcome) -> ProviderAttempt:
    return ProviderAttempt(provider=name, outcome=outcome)


def answer_key(provider: Provider, query: Query) -> str:
    """The name of an answer: what was asked, of whom, about whom, for whom."""
    told = [
        query.action.value,
        provider.name,
        provider.version,
        query.workspace,
        query.person,
        *(
            (value or "").strip().casefold()
            for value in (
                query.first_name,
                query.last_name,
                query.full_name,
                query.domain or query.company,
                query.linkedin_url,
                query.email,
            )
        ),
    ]
    return hashlib.blake2b(json.dumps(told).encode(), digest_size=20).hexdigest()


def keeps(action: EnrichAction, value: Value) -> float:
    """For how many seconds a value may be taken for true."""
    if value.name == "phone":
        return 90 * DAY
    if action is EnrichAction.PROFILE_ENRICH:
        return 14 * DAY
    if value.status in (FieldStatus.VERIFIED, FieldStatus.INVALID):
        return 30 * DAY
    return DAY if value.verdict is Verdict.UNKNOWN else 7 * DAY


def _kept_for(action: EnrichAction, reply: Reply) -> float:
    if reply.outcome is AskOutcome.FOUND and reply.values:
        return min(keeps(action, value) for value in reply.values)
    if reply.outcome is AskOutcome.NOT_FOUND:
        return 7 * DAY
    return DAY if reply.outcome is AskOutcome.PENDING and reply.token else 0.0


def reply_of(document: dict[str, Any]) -> Reply:
    """A remembered reply."""
    values = tuple(
        Value(
            each["name"],
            each["value"],
            FieldStatus(each["status"]),
            each["confidence"],
            Verdict(each["verdict"]) if each["verdict"] else None,
            tuple(each["reasons"]),
            each["said"],
            tuple(each["urls"]),
        )
        for each in document["values"]
    )
    return Reply(AskOutcome(document["outcome"]), values, document["detail"])
