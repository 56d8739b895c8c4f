"""One request for an action: read item by item, worked on side by side, answered in order, once.

A request carries a key; the same key and body get the stored answer, so that whoever lost an
answer on the way asks again and no vendor is paid twice. An item that cannot be read or that
fails is answered as such, and its neighbours never notice.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError

from backend.sidecar.actions.context import Run, Tools
from backend.sidecar.actions.email_find import find_email
from backend.sidecar.actions.email_verify import verify_email
from backend.sidecar.actions.phone_find import find_phone
from backend.sidecar.actions.profile import enrich_profile
from backend.sidecar.actions.subjects import instant_text
from backend.sidecar.actions.variables import write_variables
from backend.sidecar.answers import Answers, person_hash
from backend.sidecar.http import Refusal
from backend.sidecar.providers.registry import KINDS, actions_of, setting_of
from backend.sidecar.requests import Unreadable, read_each
from shared_schemas.enrichment import ItemError
from shared_schemas.findings import (
    ErasedBody,
    FindAnswer,
    FoundItem,
    ProviderBody,
    ProvidersBody,
    RequestBody,
)
from shared_schemas.lookups import (
    ErasePeople,
    FindItem,
    FindRequest,
    SidecarRequest,
    VariablesItem,
    VariablesRequest,
    VerifyItem,
    VerifyRequest,
)
from shared_schemas.vocabulary import FindStatus

log = structlog.get_logger()

MOST_RUNNING = 64
MOST_ITEMS_AT_ONCE = 8
_GRACE_SECONDS = 10.0

Work = Callable[[Tools, Run, Any], Awaitable[FoundItem]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One action: the shape of its requests and items, and who does it."""

    request: type[SidecarRequest]
    item: type[BaseModel]
    work: Work


ACTIONS: dict[str, Kind] = {
    "/v1/profile": Kind(FindRequest, FindItem, enrich_profile),
    "/v1/email/find": Kind(FindRequest, FindItem, find_email),
    "/v1/email/verify": Kind(VerifyRequest, VerifyItem, verify_email),
    "/v1/phone/find": Kind(FindRequest, FindItem, find_phone),
    "/v1/variables": Kind(VariablesRequest, VariablesItem, write_variables),
}


class Lookups:
    """Serves the actions, and what is remembered of them."""

    def __init__(self, tools: Tools, answers: Answers) -> None:
        self.tools = tools
        self.answers = answers
        self._running = 0

    async def serve(self, path: str, key: str | None, body: Any) -> tuple[FindAnswer, bool]:
        """The answer to a request, and whether it is a stored one given again."""
        if key is None or not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
            raise Refusal(400, "Send an Idempotency-Key of 1 to 255 visible characters.")
        kind = ACTIONS[path]
        asked, items = _read(kind, body)
        if self._running >= MOST_RUNNING:
            raise Refusal(503, "Too much work is waiting here.", headers={"Retry-After": "1"})
        now = self.tools.clock()
        until = now + asked.deadline_seconds + _GRACE_SECONDS
        print_of = _fingerprint(path, body)
        state, stored = await asyncio.to_thread(self.answers.begin, key, print_of, now, until)
        if state == "reused":
            raise Refusal(422, "This Idempotency-Key was used for another request.")
        if state == "running":
            raise Refusal(409, "This request is still running.", headers={"Retry-After": "1"})
        if state == "done":
            return FindAnswer.model_validate(stored), True
        self._running += 1
        try:
            answer = await self._work(kind, asked, items)
        except BaseException:
            await asyncio.to_thread(self.answers.drop, key)
            raise
        finally:
            self._running -= 1
        people = {
            person_hash(asked.workspace, getattr(item, "person", ""))
            for item in items
            if not isinstance(item, Unreadable)
        }
        document = answer.model_dump(mode="json")
        await asyncio.to_thread(self.answers.finish, key, document, people, self.tools.clock())
        return answer, False

    async def _work(self, kind: Kind, asked: SidecarRequest, items: list[Any]) -> FindAnswer:
        run = Run.of(self.tools, asked)
        turns = asyncio.Semaphore(MOST_ITEMS_AT_ONCE)

        async def one(item: Any) -> FoundItem:
            if isinstance(item, Unreadable):
                error = ItemError(code="validation", detail=item.detail)
                return _failed(item.ref, "invalid_input", error)
            async with turns:
                try:
                    return await kind.work(self.tools, run, item)
                except Exception as error:
                    # A bug of ours with one person is no reason to fail 49 others.
                    log.exception("item_failed", kind=type(error).__name__)
                    told = ItemError(code="internal", detail="The work on this item failed.")
                    return _failed(item.ref, "failed", told)

        return FindAnswer(data=list(await asyncio.gather(*(one(item) for item in items))))

    async def request(self, key: str) -> RequestBody:
        """A request as it stands."""
        found = await asyncio.to_thread(self.answers.request, key, self.tools.clock())
        if found is None:
            raise Refusal(404, "No request of this key is remembered.")
        state, document = found
        answer = None if document is None else FindAnswer.model_validate(document)
        return RequestBody(key=key, status=state, answer=answer)

    async def providers(self) -> ProvidersBody:
        """All providers with their state and figures."""
        return await asyncio.to_thread(self._providers)

    def _providers(self) -> ProvidersBody:
        waterfall = self.tools.waterfall
        names = [*waterfall.order, *(name for name in KINDS if name not in waterfall.order)]
        return ProvidersBody(data=[self._provider(name) for name in names])

    def _provider(self, name: str) -> ProviderBody:
        now = self.tools.clock()
        rest = self.answers.rest_of(name)
        figures = self.answers.figures(name, now)
        state = "ready" if name in self.tools.waterfall.providers else "no_key"
        if state == "ready" and rest.until > now:
            state = "resting"
        resting = state == "resting"
        answered = figures.asked - figures.failed
        return ProviderBody(
            name=name,
            state=state,
            reason=rest.reason if resting else None,
            until=instant_text(rest.until) if resting else None,
            actions=sorted(actions_of(name)),
            asked=figures.asked,
            found=figures.found,
            verified=figures.verified,
            failed=figures.failed,
            hit_rate=round(figures.found / answered, 3) if answered else None,
            median_ms=figures.median_ms,
            cost_micros=figures.cost_micros,
            cost_per_verified_micros=(
                figures.cost_micros // figures.verified if figures.verified else None
            ),
            setting=setting_of(name),
        )

    async def erase(self, body: Any) -> ErasedBody:
        """Forget all that is remembered about some people."""
        try:
            asked = ErasePeople.model_validate(body)
        except ValidationError as error:
            raise _refusal(error) from None
        people = [person_hash(asked.workspace, person) for person in asked.people if person]
        answers, requests, attempts = await asyncio.to_thread(self.answers.erase, people)
        return ErasedBody(answers=answers, requests=requests, attempts=attempts)


def _read(kind: Kind, body: Any) -> tuple[SidecarRequest, list[Any]]:
    """The request without its items, and the items one by one."""
    if not isinstance(body, dict) or "items" not in body:
        raise Refusal(422, "Send an object with `items`.", errors=[{"loc": ["items"]}])
    try:
        asked = kind.request.model_validate({**body, "items": []})
    except ValidationError as error:
        raise _refusal(error) from None
    return asked, list(read_each(body["items"], kind.item))


def _refusal(error: ValidationError) -> Refusal:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    errors = [{"loc": list(each["loc"]), "msg": each["msg"][:300]} for each in faults[:20]]
    where = ".".join(str(part) for part in faults[0]["loc"])
    return Refusal(422, f"Not allowed: {where}.", errors=errors)


def _failed(ref: str, reason: str, error: ItemError) -> FoundItem:
    return FoundItem(ref=ref, status=FindStatus.EMPTY, reason=reason, error=error)


def _fingerprint(path: str, body: Any) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{path}\n{text}".encode()).hexdigest()
