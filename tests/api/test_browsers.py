"""Browsers from their pairing to their end: tokens, sign-out, and who may not."""

import httpx

from tests.api.signing_in import (
    VERIFIER,
    bearer,
    begin_pairing,
    challenge_of,
    connect,
    decide,
    outcome,
    redeem,
    sign_in,
)
from tests.flows.workplace import Workplace


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
