"""The events of a simulation played over HTTP, and what the live ledger says after each.

An analysis is made where analyses are made, by the page of the contact; everything else is a
call of its own name. What the simulator has no clock for (a live hold ends by itself) is told to
it as a release at that instant.
"""

from dataclasses import dataclass, field
from typing import Any

import httpx

from backend.instants import SECOND, Instant, render
from tests.flows.workplace import Workplace

Line = dict[str, Any]
ANALYSIS = "contact.analysis"


@dataclass
class LiveLedger:
    """A workspace to which events happen over HTTP."""

    place: Workplace
    contact_id: str
    hold_seconds: float
    holds: dict[str, str] = field(default_factory=dict)
    ends: dict[str, Instant] = field(default_factory=dict)
    purchases: int = 0

    def runs_out(self, until: Instant) -> list[Line]:
        """The releases that the end of live holds means to the simulator, up to `until`."""
        over = sorted((at, name) for name, at in self.ends.items() if at <= until)
        for _, name in over:
            del self.ends[name]
        return [{"at": render(at), "do": "release", "hold": name} for at, name in over]

    async def play(self, event: Line) -> str:
        """Have the event happen now; how it came out, in the simulator's words."""
        answer: httpx.Response = await getattr(self, f"_{event['do']}")(event)
        assert answer.status_code < 500, answer.text
        body = answer.json()
        if answer.status_code >= 400:
            return f"refused:{body.get('reason', body['code'])}"
        return str(self._outcome(event, body))

    def _outcome(self, event: Line, body: Any) -> str:
        do = event["do"]
        if do == "charge" and event["action"] == ANALYSIS:
            charge = body["charge"]
            return "charged" if charge["charged"] else f"free:{charge['reason']}"
        if do in ("charge", "hold"):
            outcome = body["outcome"]
            return f"free:{body['charge']['reason']}" if outcome == "free" else outcome
        return {
            "capture": "captured",
            "release": "released",
            "purchase": "granted",
            "trial": "granted",
            "change_plan": "changed",
            "change_seats": "changed",
            "cancel": "cancelled",
            "balance": "ok",
        }.get(do) or body["outcome"]

    def _spending(self, event: Line) -> Line:
        named = {name: event[name] for name in ("action", "thread", "quantity") if name in event}
        return {**named, "facts": event.get("facts", {})}

    async def _charge(self, event: Line) -> httpx.Response:
        if event["action"] == ANALYSIS:
            return await self.place.analyze(f"person-{event['contact']}")
        return await self.place.post("/charges", self._spending(event))

    async def _hold(self, event: Line) -> httpx.Response:
        answer = await self.place.post("/holds", self._spending(event))
        if answer.status_code == 201:
            self.holds[event["hold"]] = answer.json()["id"]
            self.ends[event["hold"]] = self.place.clock.now + int(self.hold_seconds * SECOND)
        return answer

    async def _capture(self, event: Line) -> httpx.Response:
        body = {"quantity": event["quantity"]} if "quantity" in event else None
        answer = await self.place.post(f"/holds/{self._id(event)}/capture", body)
        if answer.status_code == 200:
            self.ends.pop(event["hold"], None)
        return answer

    async def _release(self, event: Line) -> httpx.Response:
        answer = await self.place.post(f"/holds/{self._id(event)}/release")
        if answer.status_code == 200:
            self.ends.pop(event["hold"], None)
        return answer

    def _id(self, event: Line) -> str:
        return self.holds.get(event["hold"], "hol_unknown")

    async def _reply(self, event: Line) -> httpx.Response:
        body = {"type": "replied", "thread": event["thread"]}
        return await self.place.post(f"/contacts/{self.contact_id}/events", body)

    async def _purchase(self, event: Line) -> httpx.Response:
        what = {name: event[name] for name in ("pack", "credits") if name in event}
        bought = await self.place.post("/purchases", what)
        if bought.status_code != 201:
            return bought
        self.purchases += 1
        path = f"/purchases/{bought.json()['id']}/confirm"
        return await self.place.post(path, {"payment_ref": f"invoice-{self.purchases}"})

    async def _trial(self, event: Line) -> httpx.Response:
        return await self.place.post("/trial")

    async def _change_plan(self, event: Line) -> httpx.Response:
        return await self._put({"plan": event["plan"]})

    async def _change_seats(self, event: Line) -> httpx.Response:
        return await self._put({"seats": event["seats"]})

    async def _put(self, body: Line) -> httpx.Response:
        headers = {**self.place.headers(), "If-Match": "*"}
        path = f"{self.place.base}/subscription"
        return await self.place.client.put(path, json=body, headers=headers)

    async def _cancel(self, event: Line) -> httpx.Response:
        return await self.place.post("/subscription/cancel")

    async def _balance(self, event: Line) -> httpx.Response:
        return await self.place.get("/balance")
