"""Who may do what: one table of the routes, asked by every kind of credential."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from backend.database import Database
from backend.flows.workspaces import found, policy_named
from backend.workspaces.guards import Needs
from tests.api.routes import ALL, IDS, RANK, ROLES, SCOPES, TABLE, Route
from tests.api.signing_in import connect
from tests.flows.workplace import Workplace

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class House:
    """An office with a credential of every kind, and a second workspace beside it."""

    place: Workplace
    keys: dict[str, str]
    members: dict[str, str]
    extension: str
    stranger: Workplace

    async def ask(
        self, route: Route, token: str | None, *, key: bool = True, body: Any = None
    ) -> httpx.Response:
        """The route, with this token; the body is one that no route takes."""
        path = route.path if route.path.startswith("/") else f"{self.place.base}/{route.path}"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = "k" + hashlib.sha256(path.encode()).hexdigest()
        options: dict[str, Any] = {"json": body or {"nobody": "takes this"}}
        if route.method in ("GET", "DELETE"):
            options = {}
        return await self.place.client.request(route.method, path, headers=headers, **options)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(office: Workplace) -> House:
    """Keys of every role, a browser's token, and a stranger."""
    keys, members = {"owner": office.api_key}, {"owner": office.owner_id}
    for role in ROLES[:-1]:
        made = await office.post("/members", {"email": f"{role}@acme.example", "role": role})
        members[role] = made.json()["id"]
        keys[role] = (
            await office.post("/api-keys", {"name": role, "member_id": members[role]})
        ).json()["api_key"]
    assert office.app is not None
    db: Database = office.app.state.db
    founded = await db.write(
        lambda tx: found(
            tx,
            name="Other",
            owner_email="owner@other.example",
            owner_name="Oscar Other",
            policy=policy_named("humanlinker", Path("none")),
            plan=None,
            seats=1,
            time_zone="UTC",
            now=office.clock(),
        )
    )
    stranger = Workplace(
        office.client,
        founded.workspace_id,
        founded.api_key,
        founded.owner_id,
        office.sidecar,
        office.clock,
        office.app,
    )
    token: str = (await connect(office))["access_token"]
    return House(office, keys, members, token, stranger)


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal; 0 where the guard let the request pass."""
    assert answer.status_code < 500, answer.text
    if answer.status_code in (401, 403):
        return answer.status_code, answer.json()["code"]
    return 0, ""


FORBIDDEN = (403, "forbidden")


PASSED = (0, "")


async def test_the_table_has_every_route(house: House) -> None:
    """Each route that needs a credential stands in the table, with the needs that it declares."""
    assert house.place.app is not None
    declared = {}
    for route in house.place.app.routes:
        for handler in getattr(route, "route_handlers", []):
            needs = handler.opt.get("needs")
            if isinstance(needs, Needs):
                for method in handler.http_methods:
                    declared[(method, route.path_format)] = needs
    assert len(TABLE) == len(declared), sorted(declared)
    for expected in TABLE:
        path = expected.path
        if not path.startswith("/"):
            path = f"{house.place.base}/{path}"
        _, handler, *_, template = house.place.app.asgi_router.handle_routing(
            path=path, method=expected.method
        )
        needs = handler.opt["needs"]
        assert (expected.scope, expected.role, expected.extension, expected.spends) == (
            needs.scope.value,
            needs.role.value,
            needs.extension,
            needs.spends,
        ), template


@pytest.mark.parametrize("route", TABLE, ids=IDS)
async def test_without_a_credential_nothing_opens(house: House, route: Route) -> None:
    """No credential, a wrong one or one of another kind: 401, and how to authenticate."""
    for token in (None, "mo_wrong", "mx_wrong", "x" * 5_000):
        answer = await house.ask(route, token)
        assert (401, "unauthenticated") == refused(answer)
        assert "Bearer" == answer.headers["www-authenticate"]


@pytest.mark.parametrize("route", TABLE, ids=IDS)
async def test_roles_open_what_the_contract_says(house: House, route: Route) -> None:
    """Each role's key opens what its scopes and rank open, whatever the body says."""
    for role in ROLES:
        opens = route.scope in SCOPES[role] and RANK[role] >= RANK[route.role]
        answer = await house.ask(route, house.keys[role])
        assert (PASSED if opens else FORBIDDEN) == refused(answer), role
        if route.scope not in SCOPES[role]:
            assert route.scope == answer.json()["missing_scope"]


@pytest.mark.parametrize("route", TABLE, ids=IDS)
async def test_a_key_without_the_scope_opens_nothing(house: House, route: Route) -> None:
    """An owner's key that lacks the scope is refused with the scope's name."""
    scopes = sorted(ALL - {route.scope})
    made = await house.place.post("/api-keys", {"name": "narrow", "scopes": scopes})
    answer = await house.ask(route, made.json()["api_key"])

    assert FORBIDDEN == refused(answer)
    assert route.scope == answer.json()["missing_scope"]


@pytest.mark.parametrize("route", TABLE, ids=IDS)
async def test_a_browser_opens_only_what_it_is_for(house: House, route: Route) -> None:
    """The extension's token, even an owner's, opens the routes of the contract's list alone."""
    answer = await house.ask(route, house.extension)

    assert (PASSED if route.extension else FORBIDDEN) == refused(answer)


@pytest.mark.parametrize(
    "route",
    [r for r in TABLE if not r.path.startswith("/")],
    ids=lambda r: f"{r.method} {r.path}",
)
async def test_another_workspace_is_not_found(house: House, route: Route) -> None:
    """Another workspace's key finds nothing here: 404, not 403."""
    answer = await house.ask(route, house.stranger.api_key)

    assert (404, "not_found") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("route", [r for r in TABLE if r.spends], ids=lambda r: r.path)
async def test_a_key_is_needed_to_spend(house: House, route: Route) -> None:
    """Without Idempotency-Key a spending call is 400, before its body or its ids are looked at."""
    answer = await house.ask(route, house.place.api_key, key=False)

    assert (400, "idempotency_key_required") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("route", [r for r in TABLE if "_1" in r.path], ids=lambda r: r.path)
async def test_an_unknown_id_is_not_found_before_all_else(house: House, route: Route) -> None:
    """An id of nothing in the path is 404 though the body is not allowed or If-Match missing."""
    answer = await house.ask(route, house.place.api_key)

    assert (404, "not_found") == (answer.status_code, answer.json()["code"])


async def test_ids_of_another_workspace_are_not_found(house: House) -> None:
    """A stranger's ids, in path, query or body, answer as ids that never were: 404."""
    theirs = house.stranger
    analysis = (await theirs.analyze("jane-doe")).json()
    contact = analysis["contact"]["id"]
    campaign = await theirs.campaign("Theirs", "launch")
    enrollment = (await theirs.enroll(campaign, "john-roe")).json()["enrollment"]["id"]
    key = (await theirs.post("/api-keys", {"name": "x"})).json()["id"]
    line = (await theirs.post("/suppressions", {"email_domain": "x.example"})).json()["id"]
    receipt = analysis["charge"]["receipt_id"]
    member = theirs.owner_id
    place = house.place
    mine = await place.campaign("Mine", "launch")
    own = (await place.enroll(mine, "own-person")).json()["enrollment"]["id"]
    before = await place.available()
    calls: list[tuple[str, str, Any]] = [
        ("GET", f"/analyses/{analysis['id']}", None),
        ("POST", f"/analyses/{analysis['id']}/refresh", None),
        ("POST", f"/analyses/{analysis['id']}/refresh", {"nobody": 1}),
        ("GET", f"/contacts/{contact}", None),
        ("GET", f"/receipts/{receipt}", None),
        ("GET", f"/contacts/{contact}/fields", None),
        ("GET", f"/enrichments?contact_id={contact}", None),
        ("POST", "/enrichments", {"contact_id": contact, "action": "email.find"}),
        ("POST", "/enrichments", {"contact_id": contact, "action": "nonsense"}),
        ("GET", f"/campaigns/{campaign}", None),
        ("PATCH", f"/campaigns/{campaign}", {"name": "x"}),
        ("PATCH", f"/campaigns/{campaign}", {"name": 5}),
        ("GET", f"/campaigns/{campaign}/conflicts", None),
        ("GET", f"/campaigns/{campaign}/enrollments?limit=0", None),
        ("POST", f"/campaigns/{campaign}/actions/launch", None),
        ("POST", f"/campaigns/{campaign}/actions/launch", {"dry_run": "yes"}),
        ("POST", f"/campaigns/{campaign}/enrollments", {"url": "nobody"}),
        ("POST", f"/campaigns/{campaign}/enrollments", {"url": 5}),
        ("POST", f"/campaigns/{campaign}/enrollments/bulk", {"items": []}),
        ("POST", f"/campaigns/{mine}/enrollments", {"contact_id": contact}),
        ("POST", f"/campaigns/{mine}/enrollments", {"contact_id": contact, "max_cost": "x"}),
        (
            "POST",
            f"/campaigns/{mine}/enrollments/bulk",
            {"items": [{"ref": "1", "contact_id": contact}], "mode": "x"},
        ),
        ("POST", f"/enrollments/{enrollment}/actions/pause", None),
        ("POST", f"/enrollments/{enrollment}/move", {"to_campaign": mine}),
        ("POST", f"/enrollments/{own}/move", {"to_campaign": campaign}),
        ("POST", f"/enrollments/{own}/move", {"to_campaign": campaign, "more": 1}),
        ("POST", "/campaigns", {"name": "x", "owner_id": member}),
        ("POST", "/campaigns", {"name": 5, "owner_id": member}),
        ("PATCH", f"/campaigns/{mine}", {"owner_id": member}),
        ("PATCH", f"/members/{member}", {"role": "emperor"}),
        ("DELETE", f"/members/{member}", None),
        ("PUT", f"/members/{member}/cap", {"cap": "x"}),
        ("DELETE", f"/api-keys/{key}", None),
        ("POST", "/api-keys", {"name": "x", "member_id": member}),
        ("POST", "/api-keys", {"name": "x", "member_id": member, "scopes": ["x"]}),
        ("DELETE", f"/suppressions/{line}", None),
        ("POST", "/suppressions", {"contact_id": contact}),
        ("POST", "/suppressions", {"contact_id": contact, "email_domain": "a.example"}),
        ("POST", "/adjustments", {"credits": 0, "reason": "x", "member_id": member}),
        ("GET", f"/balance?member_id={member}", None),
        ("GET", f"/ledger?member_id={member}", None),
        ("GET", f"/ledger?member_id={member}&limit=0", None),
        ("GET", f"/lots?member_id={member}", None),
        ("POST", "/analyses", {"url": "https://x.example", "member_id": member}),
        ("POST", "/charges", {"action": "email.find", "contact_id": contact}),
        ("POST", "/charges", {"action": "contact.analysis", "contact_id": contact}),
        ("POST", "/charges", {"action": "email.find", "member_id": member}),
        ("POST", "/holds", {"action": "email.find", "contact_id": contact, "quantity": 0}),
        ("POST", f"/contacts/{contact}/events", {"type": "replied", "thread": "t"}),
        ("POST", f"/contacts/{contact}/events", {"type": "smiled"}),
        (
            "POST",
            "/quotes",
            {"items": [{"url": "x"}], "action": "enroll", "campaign_id": campaign},
        ),
        ("POST", "/quotes", {"items": [{"url": "x"}], "member_id": member}),
        ("POST", f"/campaigns/{mine}/enrollments", {"url": "x", "member_id": member}),
    ]
    wrong = []
    for method, path, body in calls:
        options = {} if body is None else {"json": body}
        answer = await place.client.request(
            method, place.base + path, headers=place.headers(), **options
        )
        if (404, "not_found") != (answer.status_code, answer.json().get("code")):
            wrong.append((method, path, body, answer.text))

    assert [] == wrong
    assert before == await place.available()
    bulk = await place.post(
        f"/campaigns/{mine}/enrollments/bulk", {"items": [{"ref": "1", "contact_id": contact}]}
    )
    assert "invalid_identity" == bulk.json()["data"][0]["outcome"], "one item fails, not the call"


async def test_a_member_learns_nothing_of_strangers_either(house: House) -> None:
    """Whoever may not name others is still told 404, not 403, of another workspace's member."""
    headers = {"Authorization": f"Bearer {house.keys['member']}"}
    for path in ("balance", "ledger", "lots", "usage"):
        answer = await house.place.client.get(
            f"{house.place.base}/{path}?member_id={house.stranger.owner_id}", headers=headers
        )
        assert 404 == answer.status_code
    answer = await house.place.client.post(
        f"{house.place.base}/campaigns",
        json={"name": "x", "owner_id": house.stranger.owner_id},
        headers=headers,
    )
    assert 404 == answer.status_code


async def test_members_see_their_own_and_managers_all(house: House) -> None:
    """A member is refused another's balance and journal; a manager is not."""
    for role, status in (("viewer", 403), ("member", 403), ("manager", 200), ("owner", 200)):
        headers = {"Authorization": f"Bearer {house.keys[role]}"}
        for path in ("balance", "ledger", "lots", "usage"):
            whose = house.members["admin"]
            answer = await house.place.client.get(
                f"{house.place.base}/{path}?member_id={whose}", headers=headers
            )
            assert status == answer.status_code, (role, path)


async def test_a_campaign_is_changed_by_its_owner_or_a_manager(house: House) -> None:
    """Another's campaign: a member is refused, though all see it; a manager changes it."""
    campaign = await house.place.campaign("Owned by the owner")
    path = f"{house.place.base}/campaigns/{campaign}"
    for role, status in (("member", 403), ("manager", 200)):
        headers = {"Authorization": f"Bearer {house.keys[role]}"}
        tag = (await house.place.client.get(path, headers=headers)).headers["etag"]
        for call in (
            house.place.client.patch(
                path, json={"goal": "x"}, headers={**headers, "If-Match": tag}
            ),
            house.place.client.post(f"{path}/actions/launch", headers=headers),
        ):
            answer = await call
            assert status == answer.status_code, answer.text


async def test_act_as_names_the_member_who_pays(house: House) -> None:
    """With `act_as` an analysis counts for the member named; without it: 403, missing_scope."""
    body = {
        "url": "https://www.linkedin.com/in/for-another",
        "page": {"name": "For Another"},
        "member_id": house.members["member"],
    }
    path = f"{house.place.base}/analyses"
    without = await house.place.client.post(
        path,
        json={**body, "member_id": house.members["admin"]},
        headers={"Authorization": f"Bearer {house.keys['member']}", "Idempotency-Key": "a1"},
    )
    answer = await house.place.post("/analyses", body)
    receipt = await house.place.get(f"/receipts/{answer.json()['charge']['receipt_id']}")
    campaign = await house.place.campaign("For others", "launch")
    enrolled = await house.place.post(f"/campaigns/{campaign}/enrollments", body)

    assert (403, "act_as") == (without.status_code, without.json().get("missing_scope"))
    assert 200 == answer.status_code, answer.text
    assert house.members["member"] == receipt.json()["member"]["id"]
    assert house.members["member"] == enrolled.json()["enrollment"]["enrolled_by"]
