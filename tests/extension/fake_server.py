"""Answers for `/v1` where a test needs an answer that no healthy server gives on demand."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Request, Route

Answer = tuple[int, Any] | Callable[[Request], tuple[int, Any] | None]

WORKSPACE = {"id": "wsp_1", "name": "Northwind"}
MEMBER = {"id": "mem_1", "name": "Ana López", "email": "ana@example.org"}
CAMPAIGNS = [
    {"id": "cam_1", "name": "Spring outreach", "status": "running"},
    {"id": "cam_2", "name": "Warehouses 2027", "status": "running"},
    {"id": "cam_3", "name": "Old friends", "status": "completed"},
]
TOKENS = {
    "access_token": "access-1",
    "expires_in": 900,
    "refresh_token": "refresh-1",
    "workspace": WORKSPACE,
    "member": MEMBER,
}
INSIGHT = {
    "depth": "full",
    "language": "en",
    "name": {"given": "Noor", "middle": None, "family": "van Dijk"},
    "role": {
        "title": "Head of Procurement",
        "company": "Zuiderzee Logistics",
        "seniority": "head",
        "function": "procurement",
        "decision_maker": True,
        "confidence": 0.9,
    },
    "place": {"text": "Utrecht, Netherlands", "country": "NL", "time_zone": "Europe/Amsterdam"},
    "cues": [
        {
            "label": "Writes in short, plain sentences",
            "confidence": 0.8,
            "evidence": [{"quote": "I like short emails.", "from": "about"}],
        },
        {
            "label": "Uses a dry kind of humour",
            "confidence": 0.5,
            "evidence": [
                {"quote": "I buy warehouses, trucks and patience.", "from": "about"},
                {"quote": "Another tender, another winter coat.", "from": "posts[1]"},
            ],
        },
    ],
    "advice": [
        "Come to the point in the first line; she says that she likes short emails.",
        "Bring figures on lead times: her tenders are about warehouses and trucks.",
    ],
    "openers": [
        {
            "text": "Seven years of tenders for warehouses and trucks: what is the one question "
            "that suppliers never ask you?",
            "facts_used": ["Seven years of tenders", "I buy warehouses, trucks and patience"],
        },
        {
            "text": "You write that you like short emails, so here is one line on lead times.",
            "facts_used": ["I like short emails"],
        },
    ],
    "topics": ["Procurement", "Logistics", "Tenders", "Negotiation"],
    "gaps": ["posts", "email"],
    "basis": {
        "name": {
            "confidence": 0.8,
            "source": "rules",
            "rule": "order of its script and language",
            "evidence": [{"quote": "Noor van Dijk", "from": "name"}],
        },
        "role.seniority": {
            "confidence": 0.85,
            "source": "rules+model",
            "rule": "title says it",
            "evidence": [{"quote": "Head of", "from": "headline"}],
        },
        "role.function": {
            "confidence": 0.5,
            "source": "model",
            "rule": "sentence vector",
            "evidence": [{"quote": "Head of Procurement", "from": "experience[0]"}],
        },
        "role.decision_maker": {
            "confidence": 0.85,
            "source": "rules+model",
            "rule": "head commonly decides on a budget",
            "evidence": [{"quote": "Head of", "from": "headline"}],
        },
        "role.company": {
            "confidence": 0.6,
            "source": "rules",
            "rule": "after a word such as at, bei, chez",
            "evidence": [{"quote": "at Zuiderzee Logistics", "from": "headline"}],
        },
        "place.country": {
            "confidence": 0.9,
            "source": "rules",
            "rule": "gazetteer",
            "evidence": [{"quote": "Utrecht, Netherlands", "from": "location"}],
        },
    },
    "analyzed_at": "2026-03-03T09:00:00Z",
    "analyzed_by": "Ana López",
}


def charge(charged: int, reason: str = "first_analysis", available: int = 41) -> dict[str, Any]:
    """A receipt's summary as every spending answer carries it."""
    return {
        "charged": charged,
        "reason": reason,
        "rule": "humanlinker@1",
        "receipt_id": "rcp_1",
        "available": available,
    }


def analysis(**changes: Any) -> dict[str, Any]:
    """The answer to an analysis that was charged, with `changes`."""
    return {
        "id": "ana_1",
        "status": "done",
        "contact": {
            "id": "con_1",
            "name": "Noor van Dijk",
            "canonical": ["li:in:noor-van-dijk", "li:member:123456789"],
        },
        "charge": charge(1),
        "insight": deepcopy(INSIGHT),
        "enrollment": None,
        **changes,
    }


def problem(status: int, code: str, **facts: Any) -> tuple[int, dict[str, Any]]:
    """A refusal as RFC 9457 writes it."""
    return status, {
        "type": f"urn:{code}",
        "title": code,
        "status": status,
        "detail": f"Refused: {code}.",
        "code": code,
        "request_id": "req_1",
        "retryable": status >= 500,
        **facts,
    }


def quote(request: Request) -> tuple[int, dict[str, Any]]:
    """What a list costs on a server that knows none of its people."""
    items = request.post_data_json["items"]
    rows = [
        {"ref": item["ref"], "outcome": "new", "cost": 1, "reason": "first_analysis"}
        for item in items
    ]
    counts = dict.fromkeys(("known", "conflicts", "suppressed", "invalid", "duplicates"), 0)
    return 200, {
        "id": "quo_1",
        **counts,
        "new": len(items),
        "cost": len(items),
        "available": 42,
        "available_after": 42 - len(items),
        "shortfall": 0,
        "data": rows,
    }


CONFLICT = problem(
    409,
    "ongoing_conflict",
    contact={"id": "con_1", "name": "Noor van Dijk"},
    conflict={
        "campaign": {
            "id": "cam_1",
            "name": "Spring outreach",
            "status": "running",
            "owner": {"id": "mem_2", "name": "Ben Adeyemi"},
        },
        "enrollment_id": "enr_9",
        "enrolled_by": {"id": "mem_1", "name": "Ana López"},
        "enrolled_at": "2026-10-01T08:00:00Z",
        "last_activity_at": "2026-10-02T08:00:00Z",
    },
    charged=0,
    resolutions=[{"kind": "move", "href": "/v1/x"}, {"kind": "wait"}],
    support_url=None,
)


@dataclass
class FakeServer:
    """The server at `origin` as `rules` have it: method and path to an answer, or a function.

    A rule's path may end with `*`. A function that returns None leaves the request without an
    answer, as a server that has gone away. Paths that end as one in `slow` wait for
    `answer_slow`.
    """

    origin: str
    rules: dict[str, Answer] = field(default_factory=dict)
    seen: list[Request] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    waiting: list[tuple[Route, Request]] = field(default_factory=list)

    def install(self, context: BrowserContext) -> None:
        """Answer everything that the browser asks of the origin, the worker's requests too."""
        context.route(f"{self.origin}/**", self._answer)

    def reset(self) -> None:
        """Forget what was asked, and be a healthy server again."""
        self.seen.clear()
        self.headers = {}
        self.slow.clear()
        self.waiting.clear()
        self.rules = {
            "GET /v1/me": (
                200,
                {
                    "member": MEMBER,
                    "role": "member",
                    "workspace": WORKSPACE,
                    "balance": {"available": 42, "held": 0},
                    "actions": {"contact.analysis": 1},
                    "min_extension_version": "0.1.0",
                },
            ),
            "POST /v1/extension/pairings": (
                201,
                {
                    "pairing_id": "par_1",
                    "user_code": "BCDF-GHJK",
                    "verification_url": f"{self.origin}/pair?code=BCDF-GHJK",
                    "expires_in": 600,
                },
            ),
            "POST /v1/extension/pairings/par_1/token": (200, TOKENS),
            "POST /v1/extension/token/refresh": (
                200,
                {**TOKENS, "access_token": "access-2", "refresh_token": "refresh-2"},
            ),
            "POST /v1/extension/token/revoke": (204, {}),
            "POST /v1/workspaces/wsp_1/analyses": (200, analysis()),
            "GET /v1/workspaces/wsp_1/campaigns?limit=100": (200, {"data": CAMPAIGNS}),
            "POST /v1/workspaces/wsp_1/campaigns/*": (
                201,
                {
                    "outcome": "enrolled",
                    "enrollment": {"id": "enr_1", "status": "active"},
                    "charge": charge(0, "already_analyzed"),
                },
            ),
            "POST /v1/workspaces/wsp_1/quotes": quote,
            "POST /v1/workspaces/wsp_1/enrollments/*": (
                200,
                {"enrollment": {"id": "enr_9", "status": "active"}},
            ),
        }

    def asked(self, path: str = "/v1/") -> list[str]:
        """Method and path of each request to a path that begins with `path`, in order."""
        paths = ((request.method, request.url.removeprefix(self.origin)) for request in self.seen)
        return [f"{method} {asked}" for method, asked in paths if asked.startswith(path)]

    def posted(self, ending: str) -> list[Request]:
        """The POST requests to paths that end with `ending`."""
        return [one for one in self.seen if one.method == "POST" and one.url.endswith(ending)]

    def _answer(self, route: Route, request: Request) -> None:
        self.seen.append(request)
        if any(request.url.endswith(ending) for ending in self.slow):
            self.waiting.append((route, request))
            return
        self._finish(route, request)

    def answer_slow(self) -> None:
        """Answer what was kept waiting, and be quick from now on."""
        self.slow.clear()
        for route, request in self.waiting:
            self._finish(route, request)
        self.waiting.clear()

    def _finish(self, route: Route, request: Request) -> None:
        rule = self._rule(f"{request.method} {request.url.removeprefix(self.origin)}")
        answer = rule(request) if callable(rule) else rule
        if answer is None:
            route.abort("connectionrefused")
            return
        status, body = answer
        if isinstance(body, str):
            route.fulfill(status=status, content_type="text/html; charset=utf-8", body=body)
            return
        kind = "application/json" if status < 400 else "application/problem+json"
        headers = {**self.headers, "content-type": kind}
        route.fulfill(status=status, headers=headers, body=json.dumps(body))

    def _rule(self, asked: str) -> Answer:
        if asked in self.rules:
            return self.rules[asked]
        for pattern, rule in self.rules.items():
            if pattern.endswith("*") and asked.startswith(pattern[:-1]):
                return rule
        return 200, "<!doctype html><title>A page of the server</title>"
