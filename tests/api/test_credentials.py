"""Credentials from their making to their end: sessions, keys, members, browsers."""

import base64
import hashlib
from typing import Any

import httpx

from backend.database import Database
from backend.workspaces.actions import make_sign_in_link
from tests.flows.workplace import Workplace

VERIFIER = "verifier-" * 5


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def outcome(answer: httpx.Response) -> tuple[int, str]:
    """Status and, of a problem, its code."""
    code = answer.json()["code"] if answer.status_code >= 400 else ""
    return answer.status_code, code


async def link_for(acme: Workplace, email: str) -> str:
    """What `meetonce sign-in EMAIL` prints the token of."""
    assert acme.app is not None
    db: Database = acme.app.state.db
    return await db.write(lambda tx: make_sign_in_link(tx, email=email, now=acme.clock()))


async def sign_in(acme: Workplace, email: str = "owner@acme.example") -> dict[str, str]:
    """Sign in; the cookies stay in the client, the answer is the header that changes need."""
    answer = await acme.client.post("/v1/sessions", json={"token": await link_for(acme, email)})
    assert 201 == answer.status_code, answer.text
    return {"X-CSRF-Token": answer.json()["csrf_token"]}


# --- sessions -----------------------------------------------------------------------------


async def test_a_sign_in_link_counts_once(acme: Workplace) -> None:
    """The first use signs in, the second is 401; so is one that is older than a day."""
    link, old = await link_for(acme, "owner@acme.example"), await link_for(acme, "x@acme.example")
    first = await acme.client.post("/v1/sessions", json={"token": link})
    again = await acme.client.post("/v1/sessions", json={"token": link})
    acme.clock.pass_days(1.1)
    late = await acme.client.post("/v1/sessions", json={"token": old})

    assert (201, "") == outcome(first)
    assert (401, "unauthenticated") == outcome(again)
    assert (401, "unauthenticated") == outcome(late)


async def test_the_session_cookie_is_kept_from_pages(acme: Workplace) -> None:
    """The session's cookie is HttpOnly and SameSite; its token stands in no body."""
    link = await link_for(acme, "owner@acme.example")
    answer = await acme.client.post("/v1/sessions", json={"token": link})
    cookies = {
        line.partition("=")[0]: line.lower() for line in answer.headers.get_list("set-cookie")
    }

    assert "httponly" in cookies["meetonce_session"]
    assert "samesite=lax" in cookies["meetonce_session"]
    assert "samesite=lax" in cookies["meetonce_csrf"]
    assert answer.cookies["meetonce_session"] not in answer.text


async def test_a_session_needs_its_csrf_token_to_change(acme: Workplace) -> None:
    """Reading needs the cookie alone; a change without the token, or with another: 403."""
    csrf = await sign_in(acme)
    me = await acme.client.get("/v1/me")
    path, body = f"{acme.base}/campaigns", {"name": "Spring"}
    without = await acme.client.post(path, json=body)
    wrong = await acme.client.post(path, json=body, headers={"X-CSRF-Token": "x" * 43})
    empty = await acme.client.post(path, json=body, headers={"X-CSRF-Token": ""})
    odd = await acme.client.post(path, json=body, headers={"X-CSRF-Token": b"\xe9\xff"})
    right = await acme.client.post(path, json=body, headers=csrf)

    assert (200, "owner") == (me.status_code, me.json()["role"])
    for answer in (without, wrong, empty, odd):
        assert (403, "forbidden") == outcome(answer)
    assert 201 == right.status_code


async def test_signing_out_ends_the_session(acme: Workplace) -> None:
    """After signing out the old cookie opens nothing; without the CSRF token nobody is."""
    csrf = await sign_in(acme)
    cookie = acme.client.cookies["meetonce_session"]
    without = await acme.client.delete("/v1/sessions")
    done = await acme.client.delete("/v1/sessions", headers=csrf)
    acme.client.cookies.set("meetonce_session", cookie)
    after = await acme.client.get("/v1/me")

    assert (403, "forbidden") == outcome(without)
    assert 204 == done.status_code
    assert (401, "unauthenticated") == outcome(after)


async def test_a_session_id_is_never_taken_from_the_client(acme: Workplace) -> None:
    """A planted cookie is not signed in by a sign-in, nor worth anything before it."""
    acme.client.cookies.set("meetonce_session", "planted-planted-planted")
    link = await link_for(acme, "owner@acme.example")
    answer = await acme.client.post("/v1/sessions", json={"token": link})
    acme.client.cookies.clear()
    planted = await acme.client.get(
        "/v1/me", headers={"Cookie": "meetonce_session=planted-planted-planted"}
    )

    assert "planted-planted-planted" != answer.cookies["meetonce_session"]
    assert (401, "unauthenticated") == outcome(planted)


async def test_a_session_ends_after_its_time(acme: Workplace) -> None:
    """A session is over after seven days."""
    await sign_in(acme)
    acme.clock.pass_days(7.1)

    assert (401, "unauthenticated") == outcome(await acme.client.get("/v1/me"))


async def test_a_stranger_who_signs_in_sees_no_workspace(acme: Workplace) -> None:
    """Whoever holds a link but is a member of nothing is told so, and finds no workspace."""
    await sign_in(acme, "nobody@elsewhere.example")

    assert (403, "forbidden") == outcome(await acme.client.get("/v1/me"))
    assert (404, "not_found") == outcome(await acme.client.get(f"{acme.base}/balance"))


# --- API keys -----------------------------------------------------------------------------


def bearer(token: str) -> dict[str, str]:
    """The header of a credential."""
    return {"Authorization": f"Bearer {token}"}


async def test_a_key_is_shown_once(acme: Workplace) -> None:
    """The answer to its making has the secret; lists have a hint, never the secret."""
    made = (await acme.post("/api-keys", {"name": "CRM", "scopes": ["contacts:read"]})).json()
    listed = await acme.get("/api-keys")

    assert made["api_key"].startswith("mo_")
    assert made["api_key"] not in listed.text
    assert ["contacts:read"] == made["scopes"]
    assert [made["id"]] == [row["id"] for row in listed.json()["data"] if row["name"] == "CRM"]


async def test_a_key_ends_with_its_expiry(acme: Workplace) -> None:
    """Until its expiry a key opens what it is for, from that instant on nothing."""
    body = {"name": "x", "expires_at": "2026-03-11T10:00:00+01:00"}
    key = (await acme.post("/api-keys", body)).json()
    before = await acme.client.get("/v1/me", headers=bearer(key["api_key"]))
    acme.clock.pass_days(1)
    after = await acme.client.get("/v1/me", headers=bearer(key["api_key"]))

    assert "2026-03-11T09:00:00Z" == key["expires_at"]
    assert 200 == before.status_code
    assert (401, "unauthenticated") == outcome(after)


async def test_a_revoked_key_ends_at_once(acme: Workplace) -> None:
    """DELETE answers 204, the key's next call is 401, and a second DELETE 404."""
    key = (await acme.post("/api-keys", {"name": "x"})).json()
    path = f"{acme.base}/api-keys/{key['id']}"
    before = await acme.client.get("/v1/me", headers=bearer(key["api_key"]))
    done = await acme.client.delete(path, headers=acme.headers())
    after = await acme.client.get("/v1/me", headers=bearer(key["api_key"]))
    again = await acme.client.delete(path, headers=acme.headers())

    assert [200, 204, 401, 404] == [answer.status_code for answer in (before, done, after, again)]


async def test_nobody_makes_a_key_stronger_than_themselves(acme: Workplace) -> None:
    """Not beyond the maker's scopes, not for a stronger member, not beyond the member's role."""
    admin = (await acme.post("/members", {"email": "ada@acme.example", "role": "admin"})).json()
    viewer = (await acme.post("/members", {"email": "vic@acme.example", "role": "viewer"})).json()
    key = (await acme.post("/api-keys", {"name": "a", "member_id": admin["id"]})).json()
    narrow = (await acme.post("/api-keys", {"name": "n", "scopes": ["workspace:admin"]})).json()

    async def make(token: str, **body: Any) -> tuple[int, str]:
        answer = await acme.client.post(
            f"{acme.base}/api-keys", json={"name": "x", **body}, headers=bearer(token)
        )
        return outcome(answer)

    assert (403, "forbidden") == await make(key["api_key"], member_id=acme.owner_id)
    assert (403, "forbidden") == await make(narrow["api_key"], scopes=["credits:read"])
    assert (403, "forbidden") == await make(narrow["api_key"])
    assert (422, "validation") == await make(
        acme.api_key, member_id=viewer["id"], scopes=["contacts:write"]
    )
    assert (201, "") == await make(key["api_key"], member_id=viewer["id"])


# --- members ------------------------------------------------------------------------------


async def test_an_owner_stays(acme: Workplace) -> None:
    """An admin can neither remove nor demote an owner (403); the last owner cannot go (409)."""
    admin = (await acme.post("/members", {"email": "ada@acme.example", "role": "admin"})).json()
    key = (await acme.post("/api-keys", {"name": "a", "member_id": admin["id"]})).json()
    path = f"{acme.base}/members/{acme.owner_id}"
    for token, status, code in (
        (key["api_key"], 403, "forbidden"),
        (acme.api_key, 409, "last_owner"),
    ):
        headers = bearer(token)
        removed = await acme.client.delete(path, headers=headers)
        demoted = await acme.client.patch(path, json={"role": "viewer"}, headers=headers)
        assert (status, code) == outcome(removed)
        assert (status, code) == outcome(demoted)
    promoted = await acme.client.patch(
        f"{acme.base}/members/{admin['id']}",
        json={"role": "owner"},
        headers=bearer(key["api_key"]),
    )
    assert (403, "forbidden") == outcome(promoted)


async def test_a_new_role_counts_at_once(acme: Workplace) -> None:
    """A demoted member's key opens less from the next call on; a removed one's nothing."""
    member = (await acme.post("/members", {"email": "m@acme.example", "role": "manager"})).json()
    key = (await acme.post("/api-keys", {"name": "m", "member_id": member["id"]})).json()
    path = f"{acme.base}/members/{member['id']}"

    async def campaign() -> int:
        answer = await acme.client.post(
            f"{acme.base}/campaigns", json={"name": "x"}, headers=bearer(key["api_key"])
        )
        return answer.status_code

    as_manager = await campaign()
    await acme.client.patch(path, json={"role": "viewer"}, headers=acme.headers())
    as_viewer = await campaign()
    await acme.client.delete(path, headers=acme.headers())
    as_nobody = await campaign()
    again = await acme.post("/members", {"email": "m@acme.example", "role": "viewer"})
    twice = await acme.post("/members", {"email": "M@Acme.example ", "role": "viewer"})

    assert [201, 403, 401] == [as_manager, as_viewer, as_nobody]
    assert (201, "") == outcome(again)
    assert (409, "already_member") == outcome(twice)


# --- browsers -----------------------------------------------------------------------------


async def begin_pairing(acme: Workplace) -> dict[str, Any]:
    """What a browser is told when it asks to be connected."""
    body = {"code_challenge": challenge_of(VERIFIER), "label": "Chromium", "version": "0.1.0"}
    answer = await acme.client.post("/v1/extension/pairings", json=body)
    assert 201 == answer.status_code, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


async def redeem(acme: Workplace, pairing: str, verifier: str = VERIFIER) -> httpx.Response:
    """Ask for the tokens of a pairing."""
    return await acme.client.post(
        f"/v1/extension/pairings/{pairing}/token", json={"code_verifier": verifier}
    )


async def connect(acme: Workplace) -> dict[str, Any]:
    """A connected browser's tokens."""
    begun, csrf = await begin_pairing(acme), await sign_in(acme)
    approved = await decide(acme, begun, csrf)
    assert 200 == approved.status_code, approved.text
    tokens: dict[str, Any] = (await redeem(acme, begun["pairing_id"])).json()
    acme.client.cookies.clear()
    return tokens


async def decide(
    acme: Workplace, begun: dict[str, Any], csrf: dict[str, str], word: str = "approve"
) -> httpx.Response:
    """The signed-in person approves or denies."""
    return await acme.client.post(
        f"/v1/extension/pairings/{begun['pairing_id']}/{word}",
        json={"user_code": begun["user_code"], "workspace_id": acme.workspace_id},
        headers=csrf,
    )


async def test_a_browser_is_connected_by_a_signed_in_person(acme: Workplace) -> None:
    """Pending until approved, then tokens once; they open the workspace as that member."""
    begun = await begin_pairing(acme)
    pending = await redeem(acme, begun["pairing_id"])
    too_soon = await redeem(acme, begun["pairing_id"])
    stranger = await decide(acme, begun, {})
    csrf = await sign_in(acme)
    shown = await acme.client.get(f"/v1/extension/pairings?user_code={begun['user_code']}")
    no_csrf = await decide(acme, begun, {})
    approved = await decide(acme, begun, csrf)
    acme.client.cookies.clear()
    tokens = await redeem(acme, begun["pairing_id"])
    again = await redeem(acme, begun["pairing_id"])
    me = await acme.client.get("/v1/me", headers=bearer(tokens.json()["access_token"]))

    assert 600 == begun["expires_in"]
    assert begun["verification_url"].endswith(begun["user_code"])
    assert (400, "authorization_pending") == outcome(pending)
    assert (400, "slow_down") == outcome(too_soon)
    assert (401, "unauthenticated") == outcome(stranger)
    assert ("Chromium", "pending") == (shown.json()["label"], shown.json()["status"])
    assert (403, "forbidden") == outcome(no_csrf)
    assert (200, "") == outcome(approved)
    assert {"access_token", "expires_in", "refresh_token", "workspace", "member"} <= set(
        tokens.json()
    )
    assert (400, "expired_token") == outcome(again)
    assert acme.owner_id == me.json()["member"]["id"]


async def test_only_the_browser_that_began_gets_the_tokens(acme: Workplace) -> None:
    """Another verifier is refused, and after five wrong ones the pairing is over."""
    begun, csrf = await begin_pairing(acme), await sign_in(acme)
    await decide(acme, begun, csrf)
    wrong = [await redeem(acme, begun["pairing_id"], "w" * 43) for _ in range(5)]
    late = await redeem(acme, begun["pairing_id"])

    assert [(400, "access_denied")] * 5 == [outcome(answer) for answer in wrong]
    assert (400, "expired_token") == outcome(late)


async def test_a_denied_browser_gets_nothing(acme: Workplace) -> None:
    """After Deny the browser is told so, and the code cannot be approved any more."""
    begun, csrf = await begin_pairing(acme), await sign_in(acme)
    denied = await decide(acme, begun, csrf, "deny")
    told = await redeem(acme, begun["pairing_id"])
    late = await decide(acme, begun, csrf)
    other = await decide(acme, begun, csrf, "explode")

    assert (200, "denied") == (denied.status_code, denied.json()["status"])
    assert (400, "access_denied") == outcome(told)
    assert (400, "expired_token") == outcome(late)
    assert (404, "not_found") == outcome(other)


async def test_a_code_ends_after_ten_minutes(acme: Workplace) -> None:
    """Neither the person nor the browser can use an old code; a wrong code is not found."""
    begun, csrf = await begin_pairing(acme), await sign_in(acme)
    guess = await decide(acme, {**begun, "user_code": "BBBB-BBBB"}, csrf)
    acme.clock.pass_days(601 / 86_400)
    approved = await decide(acme, begun, csrf)
    redeemed = await redeem(acme, begun["pairing_id"])
    unknown = await redeem(acme, "par_1")

    assert (404, "not_found") == outcome(guess)
    assert (404, "not_found") == outcome(approved)
    assert (400, "expired_token") == outcome(redeemed)
    assert (400, "expired_token") == outcome(unknown)


async def refresh(acme: Workplace, token: str) -> httpx.Response:
    """New tokens for old."""
    return await acme.client.post("/v1/extension/token/refresh", json={"refresh_token": token})


async def test_refreshing_rotates_the_tokens(acme: Workplace) -> None:
    """New tokens work, the old access token ends at once; access ends by itself in 15 minutes."""
    first = await connect(acme)
    second = (await refresh(acme, first["refresh_token"])).json()
    old = await acme.client.get("/v1/me", headers=bearer(first["access_token"]))
    new = await acme.client.get("/v1/me", headers=bearer(second["access_token"]))
    acme.clock.pass_days(16 / 1440)
    late = await acme.client.get("/v1/me", headers=bearer(second["access_token"]))

    assert [401, 200, 401] == [old.status_code, new.status_code, late.status_code]
    assert (200, "") == outcome(await refresh(acme, second["refresh_token"]))


async def test_a_copied_refresh_token_cuts_the_browser_off(acme: Workplace) -> None:
    """The former token is good for a lost answer; used a minute later, all of it ends."""
    first = await connect(acme)
    lost = await refresh(acme, first["refresh_token"])
    repeated = await refresh(acme, first["refresh_token"])
    acme.clock.pass_days(2 / 1440)
    copied = await refresh(acme, first["refresh_token"])
    rightful = await refresh(acme, repeated.json()["refresh_token"])
    me = await acme.client.get("/v1/me", headers=bearer(repeated.json()["access_token"]))

    assert [200, 200] == [lost.status_code, repeated.status_code]
    for answer in (copied, rightful, me):
        assert (401, "unauthenticated") == outcome(answer)


async def test_a_revoked_browser_ends_at_once(acme: Workplace) -> None:
    """It stands in the list, DELETE answers 204, and neither of its tokens opens anything."""
    tokens = await connect(acme)
    (browser,) = (await acme.get("/browsers")).json()["data"]
    headers = bearer(tokens["access_token"])
    before = await acme.client.get("/v1/me", headers=headers)
    path = f"{acme.base}/browsers/{browser['id']}"
    done = await acme.client.delete(path, headers=acme.headers())
    after = await acme.client.get("/v1/me", headers=headers)
    again = await acme.client.delete(path, headers=acme.headers())

    assert ("Chromium", "0.1.0") == (browser["label"], browser["version"])
    assert [200, 204, 401, 404] == [answer.status_code for answer in (before, done, after, again)]
    assert (401, "unauthenticated") == outcome(await refresh(acme, tokens["refresh_token"]))
    assert [] == (await acme.get("/browsers")).json()["data"]


async def sign_out(acme: Workplace, token: str) -> httpx.Response:
    """The browser that holds this refresh token signs out."""
    return await acme.client.post("/v1/extension/token/revoke", json={"refresh_token": token})


async def test_a_browser_signs_itself_out(acme: Workplace) -> None:
    """By its refresh token alone: it leaves the list, neither token opens anything from then on,
    and doing it again is no error. Another browser of the same member stays."""
    tokens, other = await connect(acme), await connect(acme)
    done = await sign_out(acme, tokens["refresh_token"])
    again = await sign_out(acme, tokens["refresh_token"])
    me = await acme.client.get("/v1/me", headers=bearer(tokens["access_token"]))
    still = await acme.client.get("/v1/me", headers=bearer(other["access_token"]))

    assert [(204, b""), (204, b"")] == [(each.status_code, each.content) for each in (done, again)]
    assert [401, 200] == [me.status_code, still.status_code]
    assert (401, "unauthenticated") == outcome(await refresh(acme, tokens["refresh_token"]))
    assert 1 == len((await acme.get("/browsers")).json()["data"])


async def test_signing_out_while_the_tokens_are_renewed(acme: Workplace) -> None:
    """The token before the last one signs out too: the new one may still be on its way."""
    first = await connect(acme)
    second = (await refresh(acme, first["refresh_token"])).json()
    done = await sign_out(acme, first["refresh_token"])
    me = await acme.client.get("/v1/me", headers=bearer(second["access_token"]))

    assert [204, 401] == [done.status_code, me.status_code]
    assert [] == (await acme.get("/browsers")).json()["data"]


async def test_signing_out_tells_nobody_which_tokens_there_are(acme: Workplace) -> None:
    """A token that nobody has is answered like one that somebody has; a body without one is not,
    and who asks too often waits."""
    tokens = await connect(acme)
    unknown = await sign_out(acme, "x" * 43)
    empty = await acme.client.post("/v1/extension/token/revoke", json={})
    answers = [await sign_out(acme, "x" * 43) for _ in range(30)]
    me = await acme.client.get("/v1/me", headers=bearer(tokens["access_token"]))

    assert (204, b"") == (unknown.status_code, unknown.content)
    assert (422, "validation") == outcome(empty)
    assert (429, "rate_limited") == outcome(answers[-1])
    assert 200 == me.status_code


async def test_somebody_elses_browser_is_not_ones_own(acme: Workplace) -> None:
    """A member neither sees nor cuts off another's browser."""
    await connect(acme)
    (browser,) = (await acme.get("/browsers")).json()["data"]
    member = (await acme.post("/members", {"email": "m@acme.example", "role": "member"})).json()
    key = (await acme.post("/api-keys", {"name": "m", "member_id": member["id"]})).json()
    listed = await acme.client.get(f"{acme.base}/browsers", headers=bearer(key["api_key"]))
    cut = await acme.client.delete(
        f"{acme.base}/browsers/{browser['id']}", headers=bearer(key["api_key"])
    )

    assert [] == listed.json()["data"]
    assert (404, "not_found") == outcome(cut)


async def test_codes_cannot_be_guessed_in_bulk(acme: Workplace) -> None:
    """After thirty new pairings in a minute an address is asked to wait."""
    body = {"code_challenge": challenge_of(VERIFIER)}
    answers = [await acme.client.post("/v1/extension/pairings", json=body) for _ in range(31)]

    assert {201} == {answer.status_code for answer in answers[:30]}
    assert (429, "rate_limited") == outcome(answers[30])
    assert "60" == answers[30].headers["retry-after"]
