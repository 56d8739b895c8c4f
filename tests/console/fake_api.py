"""A stand-in for `/v1` inside the browser: answers of plausible shape, and what was asked."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, Route

WORKSPACE = "wsp_1"
W = f"/v1/workspaces/{WORKSPACE}"

MEMBERS = [
    {"id": "mem_1", "name": "Ana Lopes", "email": "ana@example.com", "role": "owner"},
    {"id": "mem_2", "name": "Théo Marchand", "email": "theo@example.com", "role": "member"},
]

BALANCE = {
    "policy": "humanlinker@1",
    "plan": "pro",
    "cycle": {"start": "2026-11-05T23:00:00Z", "end": "2026-12-05T23:00:00Z"},
    "granted": 350,
    "used": 158,
    "held": 1,
    "available": 191,
    "expiring": [{"credits": 191, "at": "2026-12-05T23:00:00Z"}],
    "lots": [],
    "me": {"cap": 60, "used": 37},
    "runs_out_at": "2026-12-01T00:00:00Z",
    "next_refill_at": "2026-12-05T23:00:00Z",
    "cancelled": False,
}


def line(seq: int, kind: str, amount: int, reason: str, at: str, **more: Any) -> dict[str, Any]:
    """One row of the journal as `GET W/ledger` gives it."""
    return {
        "id": f"ent_{seq}",
        "seq": seq,
        "kind": kind,
        "amount": amount,
        "balance_after": 350 - seq,
        "contact_id": None,
        "member_id": "mem_1",
        "campaign_id": None,
        "source": "profile",
        "reason": reason,
        "receipt_id": f"rcp_{seq}",
        "at": at,
    } | more


CONTACTS = {"con_1": "Jane <b>Doe</b>", "con_2": "Bruno Beispiel", "con_3": "Chloé Exemple"}

LEDGER = [
    line(159, "hold", 0, "placed", "2026-11-24T10:45:00Z", contact_id="con_3"),
    line(158, "capture", -1, "first_analysis", "2026-11-24T10:41:07Z", contact_id="con_1"),
    line(157, "release", 0, "nothing_found", "2026-11-24T10:12:55Z", contact_id="con_2"),
    line(156, "capture", -1, "first_analysis", "2026-11-23T16:20:00Z", member_id="mem_2")
    | {"contact_id": "con_3"},
    line(155, "reverse", 1, "merged_duplicate", "2026-11-22T09:03:00Z"),
    line(154, "capture", -1, "first_analysis", "2026-11-21T14:55:31Z", member_id="mem_gone"),
    line(1, "grant", 350, "allotment", "2026-11-05T23:00:00Z", member_id=None),
]

RECEIPT = {
    "id": "rcp_158",
    "charged": 1,
    "reason": "first_analysis",
    "rule": "humanlinker@1",
    "at": "2026-11-24T10:41:07Z",
    "member": {"id": "mem_1", "name": "Ana Lopes"},
    "contact": {"id": "con_1", "name": "Jane <b>Doe</b>"},
    "campaign": None,
    "source": "profile",
    "lots": [{"id": "lot_1", "source": "allotment", "free": 0, "held": -1}],
    "available_after": 191,
    "explanation": "Jane was new to this workspace, so the first analysis cost one credit.",
}

CONFLICT = {
    "contact": {"id": "con_1", "name": "Jane Doe"},
    "conflict": {
        "campaign": {"id": "cam_9", "name": "Renewals", "status": "running"},
        "enrolled_by": {"id": "mem_2", "name": "Théo Marchand"},
        "enrolled_at": "2026-11-20T08:00:00Z",
    },
}


def key(key_id: str, **more: Any) -> dict[str, Any]:
    """A key as `GET W/api-keys` lists it."""
    return {
        "id": key_id,
        "name": "CRM sync",
        "hint": "mo_7f3k…",
        "member": {"id": "mem_1", "name": "Ana Lopes"},
        "scopes": ["contacts:read", "contacts:write", "workspace:admin"],
        "created_at": "2026-11-24T10:45:00Z",
        "expires_at": None,
    } | more


def browser(browser_id: str, **more: Any) -> dict[str, Any]:
    """A browser as `GET W/browsers` lists it."""
    return {
        "id": browser_id,
        "label": "Chromium on Linux",
        "version": "0.1.0",
        "member": {"id": "mem_1", "name": "Ana Lopes"},
        "connected_at": "2026-11-01T08:00:00Z",
        "seen_at": "2026-11-24T10:41:00Z",
    } | more


def request(request_id: str, **more: Any) -> dict[str, Any]:
    """A request for credits as `GET W/credit-requests` lists it."""
    return {
        "id": request_id,
        "member": {"id": "mem_2", "name": "Théo Marchand"},
        "credits": 25,
        "note": "The fair in Lyon <b>",
        "status": "pending",
        "created_at": "2026-11-24T09:00:00Z",
        "decided_at": None,
        "decided_by": None,
        "approved": None,
        "raised_until": None,
    } | more


def month(name: str, used: int = 0, lost: int = 0, granted: int = 0) -> dict[str, Any]:
    """A month of `GET W/usage`."""
    return {
        "month": name,
        "start": f"{name}-01T00:00:00Z",
        "end": f"{name}-28T00:00:00Z",
        "used": used,
        "refunded": 0,
        "charges": used,
        "free": used * 2,
        "granted": granted,
        "adjusted": 0,
        "expired": lost,
        "forfeited": 0,
        "lost": lost,
    }


USAGE = {
    "window": "12m",
    "time_zone": "Europe/Paris",
    "group_by": ["member"],
    "rows": [
        month("2026-10", 250) | {"member": {"id": "mem_1", "name": "Ana Lopes"}},
        month("2026-11", 58) | {"member": {"id": "mem_2", "name": "Théo Marchand"}},
    ],
    "groups_left_out": 0,
    "months": [
        *(month(f"2026-{number:02d}") for number in range(1, 9)),
        month("2026-09", 310, 40, 350),
        month("2026-10", 0, 350, 350),
        month("2026-11", 158, 0, 350),
    ],
    "used": 308,
    "refunded": 0,
    "monthly_average": 25.67,
    "effective_credits": 308,
    "refund_rate": 0,
    "lost": {
        "credits": 390,
        "expired": 390,
        "forfeited": 0,
        "explanation": "You lost 390 credits in these 12 months: 390 ended unused.",
    },
    "pace": {"per_day": 6.5, "days": 28, "refund_rate": 0},
    "runs_out_at": "2026-12-01T00:00:00Z",
    "next_refill_at": "2026-12-05T23:00:00Z",
}


def provider(name: str, actions: list[str], **more: Any) -> dict[str, Any]:
    """A provider as `GET W/providers` lists it; off, and never asked."""
    return {
        "name": name,
        "state": "no_key",
        "reason": None,
        "until": None,
        "actions": actions,
        "asked": 0,
        "found": 0,
        "verified": 0,
        "failed": 0,
        "hit_rate": None,
        "median_ms": None,
        "cost_micros": 0,
        "cost_per_verified_micros": None,
        "setting": f"MEETONCE_{name.upper()}_API_KEY",
    } | more


PROVIDERS = [
    provider(
        "prospeo",
        ["email.find", "phone.find"],
        state="resting",
        reason="the key is not valid",
        until="2026-11-24T11:40:00Z",
        asked=12,
        failed=12,
        median_ms=180,
    ),
    provider(
        "hunter",
        ["email.find", "email.verify"],
        state="ready",
        asked=1240,
        found=806,
        verified=640,
        failed=3,
        hit_rate=0.652,
        median_ms=1420,
        cost_micros=31_360_000,
        cost_per_verified_micros=49_000,
    ),
    provider("fullenrich", ["email.find", "phone.find"]),
    provider("reacher", ["email.verify"], setting="MEETONCE_REACHER_URL"),
]


def campaign(campaign_id: str, status: str, **more: Any) -> dict[str, Any]:
    """A campaign as `GET W/campaigns` lists it."""
    return {
        "id": campaign_id,
        "name": "Spring outreach",
        "goal": None,
        "status": status,
        "owner_id": "mem_1",
        "owner": {"id": "mem_1", "name": "Ana Lopes"},
        "counts": {"active": 38, "paused": 2, "removed": 5},
    } | more


def problem(status: int, code: str, detail: str, **facts: Any) -> tuple[int, dict[str, Any]]:
    """An RFC 9457 problem with its status."""
    return status, {"title": code, "status": status, "code": code, "detail": detail} | facts


@dataclass
class FakeApi:
    """Answers `/v1` by method and path; tests change its fields to change the answers."""

    signed_in: bool = True
    workspaces: int = 1
    balance: dict[str, Any] = field(default_factory=lambda: dict(BALANCE))
    ledger: list[dict[str, Any]] = field(default_factory=lambda: list(LEDGER))
    keys: list[dict[str, Any]] = field(default_factory=list)
    browsers: list[dict[str, Any]] = field(default_factory=list)
    campaigns: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=lambda: [request("req_1")])
    caps: dict[str, Any] = field(default_factory=lambda: {"mem_1": None, "mem_2": 60})
    providers: list[dict[str, Any]] = field(default_factory=lambda: list(PROVIDERS))
    role: str = "owner"
    conflicts: bool = False
    redirect_url: str | None = "/extension/paired?pairing=pai_1"
    asked: list[tuple[str, str, Any, dict[str, str]]] = field(default_factory=list)

    def install(self, page: Page) -> None:
        """Answer every `/v1` request of `page` from here."""
        page.route("**/v1/**", self._answer)
        page.route("**/extension/paired*", lambda route: route.fulfill(body="paired"))

    def sent(self, method: str, path: str) -> list[tuple[Any, dict[str, str]]]:
        """Bodies and headers of what was asked by `method` under `path`."""
        return [(body, headers) for m, p, body, headers in self.asked if (m, p) == (method, path)]

    def _answer(self, route: Route, request: Request) -> None:
        url = urlsplit(request.url)
        body = json.loads(request.post_data) if request.post_data else None
        self.asked.append((request.method, url.path, body, request.headers))
        status, content = self._decide(request.method, url.path, body, parse_qs(url.query))
        headers = {}
        if (request.method, url.path, status) == ("POST", "/v1/sessions", 201):
            headers["Set-Cookie"] = "meetonce_csrf=csrf-1; Path=/"
        kind = "application/json" if status < 400 else "application/problem+json"
        route.fulfill(
            status=status,
            headers=headers,
            content_type=kind,
            body="" if content is None else json.dumps(content),
        )

    def _decide(
        self, method: str, path: str, body: Any, query: dict[str, list[str]]
    ) -> tuple[int, Any]:
        if (method, path) == ("POST", "/v1/sessions"):
            if body != {"token": "good"}:
                return problem(401, "unauthenticated", "This link was used already.")
            self.signed_in = True
            return 201, {}
        if not self.signed_in:
            return problem(401, "unauthenticated", "Sign in first.")
        if path == "/v1/sessions":
            self.signed_in = False
            return 204, None
        if path == "/v1/me":
            return 200, self._me(query)
        if path.startswith("/v1/extension/pairings"):
            return self._pairing(method, path, query)
        return self._workspace(method, "/" + path.split("/", 4)[4], body)

    def _me(self, query: dict[str, list[str]]) -> dict[str, Any]:
        names = ["Northwind Sales", "Sandbox"][: self.workspaces]
        workspaces = [
            {"id": f"wsp_{n}", "name": name, "role": "owner"} for n, name in enumerate(names, 1)
        ]
        chosen = query.get("workspace_id", [WORKSPACE])[0]
        workspace = next(w for w in workspaces if w["id"] == chosen)
        return {
            "member": MEMBERS[0],
            "role": self.role,
            "scopes": ["contacts:read", "contacts:write", "workspace:admin"],
            "workspace": workspace | {"time_zone": "Europe/Paris"},
            "workspaces": workspaces,
            "balance": self.balance,
            "actions": {"contact.analysis": 1},
            "min_extension_version": "0.1.0",
        }

    def _pairing(self, method: str, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if method == "GET":
            if query["user_code"] != ["BCDF-GHJK"]:
                return problem(404, "not_found", "No browser is waiting with this code.")
            names = ["Northwind Sales", "Sandbox"][: self.workspaces]
            return 200, {
                "pairing_id": "pai_1",
                "user_code": "BCDF-GHJK",
                "label": "Chromium on Linux",
                "version": "0.1.0",
                "requested_at": "2026-11-24T10:40:00Z",
                "expires_at": "2026-11-24T10:50:00Z",
                "status": "pending",
                "workspaces": [{"id": f"wsp_{n}", "name": x} for n, x in enumerate(names, 1)],
            }
        verb = path.rsplit("/", 1)[1]
        redirect = self.redirect_url if verb == "approve" else None
        return 200, {"pairing_id": "pai_1", "status": verb, "redirect_url": redirect}

    def _providers(self) -> tuple[int, Any]:
        if not self.providers:
            return problem(503, "enrichment_unavailable", "The enrichment program did not answer.")
        actions = sorted({action for each in self.providers for action in each["actions"]})
        orders = [
            {
                "action": action,
                "providers": [p["name"] for p in self.providers if action in p["actions"]],
            }
            for action in actions
        ]
        return 200, {"data": self.providers, "orders": orders}

    def _workspace(self, method: str, rest: str, body: Any) -> tuple[int, Any]:
        lists = {
            "/ledger": self.ledger,
            "/members": MEMBERS,
            "/api-keys": self.keys,
            "/browsers": self.browsers,
            "/campaigns": self.campaigns,
        }
        if method == "GET" and rest in lists:
            return 200, {"data": lists[rest], "next_cursor": None}
        if rest == "/providers":
            return self._providers()
        if rest.startswith("/contacts/"):
            contact_id = rest.rsplit("/", 1)[1]
            return 200, {"id": contact_id, "name": CONTACTS[contact_id], "canonical": []}
        if method == "PUT" or rest.endswith("/cap"):
            return self._cap(method, rest.split("/")[2], body)
        if rest.startswith("/credit-requests"):
            return self._request(method, rest)
        if rest == "/usage":
            return 200, USAGE
        if rest == "/balance":
            return 200, self.balance
        if rest.startswith("/receipts/"):
            return 200, RECEIPT
        if (method, rest) == ("POST", "/api-keys"):
            self.keys.append(key("key_9", **body))
            return 201, {"id": "key_9", "api_key": "mo_7f3k_secret_only_once"}
        if method == "DELETE":
            gone = rest.rsplit("/", 1)[1]
            self.keys[:] = [key for key in self.keys if key["id"] != gone]
            self.browsers[:] = [browser for browser in self.browsers if browser["id"] != gone]
            return 204, None
        return self._campaign(method, rest, body)

    def _cap(self, method: str, member_id: str, body: Any) -> tuple[int, Any]:
        if method == "PUT":
            self.caps[member_id] = body["cap"]
        cap = self.caps[member_id]
        return 200, {
            "member_id": member_id,
            "cap": cap,
            "raised_by": 0,
            "raised_until": None,
            "limit": cap,
            "used": 37,
        }

    def _request(self, method: str, rest: str) -> tuple[int, Any]:
        if method == "GET":
            return 200, {"data": self.requests, "next_cursor": None}
        _, _, request_id, verb = rest.split("/")
        found = next(each for each in self.requests if each["id"] == request_id)
        found |= {
            "status": {"approve": "approved", "reject": "rejected"}[verb],
            "decided_at": "2026-11-24T10:45:00Z",
            "decided_by": {"id": "mem_1", "name": "Ana Lopes"},
        }
        return 200, found

    def _campaign(self, method: str, rest: str, body: Any) -> tuple[int, Any]:
        if (method, rest) == ("POST", "/campaigns"):
            made = campaign("cam_1", "draft", **body)
            self.campaigns.append(made)
            return 201, made
        if rest.endswith("/enrollments"):
            return 200, {
                "data": [
                    {
                        "id": "enr_1",
                        "contact_id": "con_1",
                        "status": "active",
                        "enrolled_at": "2026-11-20T08:00:00Z",
                    }
                ],
                "next_cursor": None,
            }
        campaign_id, verb = rest.split("/")[2], rest.rsplit("/", 1)[1]
        if self.conflicts and body != {"on_conflict": "skip"}:
            detail = "One contact is in another ongoing campaign."
            return problem(409, "ongoing_conflict", detail, conflicts=[CONFLICT], total=1)
        changed = next(each for each in self.campaigns if each["id"] == campaign_id)
        after = {"launch": "running", "pause": "paused", "resume": "running"}
        changed["status"] = after.get(verb, "completed")
        return 200, changed
