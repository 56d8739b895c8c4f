"""A workspace that sells finding, what its server answers, and presses on the panel."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.extension.conftest import Browser
from tests.extension.fake_server import FakeServer, charge

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"


W = "/v1/workspaces/wsp_1"


ENRICHMENTS = f"POST {W}/enrichments"


FIELDS = f"GET {W}/contacts/con_1/fields"


PRICES = {"email.find": 5, "phone.find": 20, "profile.enrich": 1, "ai.variable": 1}


EMAIL = {
    "name": "email",
    "value": "noor.vandijk@zuiderzee.example",
    "status": "verified",
    "confidence": 0.96,
    "source": "provider:hunter",
    "evidence": [
        {"kind": "url", "text": "seen here", "url": "https://zuiderzee.example/team"},
        {"kind": "colleagues", "text": "2 colleagues use first.last", "url": None},
        {"kind": "quote", "text": "about: noor.vandijk", "url": None},
        {"kind": "rule", "text": "first.last", "url": None},
        {"kind": "vendor", "text": "score 96", "url": None},
    ],
    "observed_at": "2026-11-20T10:00:00Z",
    "expires_at": "2027-02-18T10:00:00Z",
    "verdict": "deliverable",
    "reasons": [],
    "alternatives": [
        {"value": "noor@zuiderzee.example", "status": "guess", "source": "rule:guess"}
    ],
}


def paid(charged: int, reason: str, available: int = 37) -> dict[str, Any]:
    """What an enrichment cost."""
    return charge(charged, reason, available) | {"rule": "lemlist@1"}


def found(**changes: Any) -> dict[str, Any]:
    """The answer to one that found an address, with `changes`."""
    return {
        "id": "enm_1",
        "contact_id": "con_1",
        "action": "email.find",
        "status": "done",
        "reason": "found_deliverable",
        "fields": [EMAIL],
        "attempts": [],
        "charge": paid(5, "found_deliverable"),
        "started_at": "2026-11-20T10:00:00Z",
        "finished_at": "2026-11-20T10:00:02Z",
        **changes,
    }


def known(*fields: Any, **free: str) -> tuple[int, dict[str, Any]]:
    """What is known of the contact; the actions in `free` (a dot is `_`) cost 0, and why."""
    costs: dict[str, Any] = {
        action: {"cost": price, "reason": None} for action, price in PRICES.items()
    }
    for action, reason in free.items():
        costs[action.replace("_", ".")] = {"cost": 0, "reason": reason}
    return 200, {"data": list(fields), "costs": costs}


@pytest.fixture
def selling(connected: Browser, server: FakeServer) -> Browser:
    """A browser of a workspace whose policy sells finding, and where all goes well."""
    status, body = server.rules["GET /v1/me"]  # type: ignore[misc]
    server.rules["GET /v1/me"] = (status, {**body, "actions": {"contact.analysis": 1, **PRICES}})
    server.rules[FIELDS] = known()
    server.rules[ENRICHMENTS] = (200, found())
    return connected


def analysed(browser: Browser) -> Page:
    """The profile's page after a press on Analyze, with what can be found."""
    page = browser.open(PROFILE)
    page.get_by_role("button", name=re.compile("Analyze")).click()
    expect(page.get_by_role("button", name="Find email")).to_be_visible()
    return page


def press(page: Page, name: str = "Find email") -> None:
    """Press one of the actions."""
    page.get_by_role("button", name=name).click()


def came(page: Page, name: str = "Find email") -> Locator:
    """What came of an action."""
    return page.get_by_role("group", name=name)


def key_of(request: Request) -> str:
    """The idempotency key of a request."""
    return request.headers["idempotency-key"]
