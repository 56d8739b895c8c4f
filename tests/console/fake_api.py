"""A stand-in for `/v1` inside the browser: answers of plausible shape, and what was asked."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, Route

from tests.console.fake_answers import (
    BALANCE,
    CONFLICT,
    CONTACTS,
    LEDGER,
    MEMBERS,
    PROVIDERS,
    RECEIPT,
    USAGE,
    WORKSPACE,
    campaign,
    key,
    problem,
    request,
)


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
