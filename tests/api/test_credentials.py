"""Credentials from their making to their end: sessions, keys, members."""

from typing import Any

from tests.api.signing_in import bearer, link_for, outcome, sign_in
from tests.flows.workplace import Workplace


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
