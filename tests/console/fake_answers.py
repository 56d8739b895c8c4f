"""What a stand-in for `/v1` answers: rows of plausible shape."""

from typing import Any

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
