"""Idempotency-Key: one intent, one effect, one answer."""

import asyncio

from tests.flows.workplace import Workplace


async def test_twenty_at_once_under_one_key_charge_once(acme: Workplace) -> None:
    """Of twenty equal requests at once one has the effect; the others wait for it or are 409."""
    assert acme.sidecar is not None
    acme.sidecar.mode, acme.sidecar.pause = "slow", 0.3
    answers = await asyncio.gather(*(acme.analyze("jane-doe", key="k") for _ in range(20)))
    good = [answer for answer in answers if answer.status_code == 200]
    busy = [answer for answer in answers if answer.status_code == 409]

    assert 20 == len(good) + len(busy)
    assert good
    assert 1 == len({answer.text for answer in good})
    for answer in busy:
        assert "request_in_flight" == answer.json()["code"]
        assert "1" == answer.headers["retry-after"]
        assert answer.json()["retryable"]
    assert 199 == await acme.available()
    assert good[0].text == (await acme.analyze("jane-doe", key="k")).text


async def test_a_key_belongs_to_one_request(acme: Workplace) -> None:
    """The same key with another body or on another path: 422, nothing done."""
    campaign = await acme.campaign("Spring", "launch")
    first = await acme.analyze("jane-doe", key="k")
    others = [
        await acme.analyze("john-roe", key="k"),
        await acme.analyze("jane-doe", key="k", max_cost=5),
        await acme.enroll(campaign, "jane-doe", key="k"),
        await acme.post(f"/analyses/{first.json()['id']}/refresh", key="k"),
    ]

    assert 200 == first.status_code
    for answer in others:
        assert (422, "idempotency_key_reused") == (answer.status_code, answer.json()["code"])
    assert 199 == await acme.available()


async def test_the_same_value_is_the_same_body(acme: Workplace) -> None:
    """Spaces and the order of names do not make another request."""
    url = "https://www.linkedin.com/in/jane-doe"
    texts = [
        f'{{"url":"{url}","page":{{"name":"Jane","headline":"Head"}}}}',
        f'{{ "page" : {{"headline":"He\\u0061d", "name":"Jane"}},\n "url":"{url}" }}',
    ]
    headers = {**acme.headers("k"), "Content-Type": "application/json"}
    answers = [
        await acme.client.post(f"{acme.base}/analyses", content=text, headers=headers)
        for text in texts
    ]

    assert [200, 200] == [answer.status_code for answer in answers]
    assert answers[0].text == answers[1].text
    assert "true" == answers[1].headers["idempotent-replayed"]


async def test_only_success_is_kept(acme: Workplace) -> None:
    """After a 402, a 503 and a 422 the same key goes through once the trouble is over."""
    assert acme.sidecar is not None
    acme.sidecar.mode = "status_500"
    ill = await acme.analyze("jane-doe", key="k1")
    acme.sidecar.mode = "well"
    well = await acme.analyze("jane-doe", key="k1")
    await acme.post("/adjustments", {"credits": -199, "reason": "empty"})
    broke = await acme.analyze("john-roe", key="k2")
    await acme.post("/adjustments", {"credits": 5, "reason": "fill"})
    rich = await acme.analyze("john-roe", key="k2")
    invalid = await acme.post("/analyses", {"url": "nobody"}, key="k3")
    valid = await acme.analyze("jim-poe", key="k3")

    assert [503, 200] == [ill.status_code, well.status_code]
    assert [402, 200] == [broke.status_code, rich.status_code]
    assert [422, 200] == [invalid.status_code, valid.status_code]
    for answer in (well, rich, valid):
        assert 1 == answer.json()["charge"]["charged"]
        assert "idempotent-replayed" not in answer.headers


async def test_a_key_is_kept_for_a_day_at_least(acme: Workplace) -> None:
    """24 hours later the same key still has the same answer."""
    first = await acme.analyze("jane-doe", key="k")
    acme.clock.pass_days(1)
    again = await acme.analyze("jane-doe", key="k")

    assert first.text == again.text
    assert "true" == again.headers["idempotent-replayed"]


async def test_a_key_is_visible_characters(acme: Workplace) -> None:
    """1 to 255 visible ASCII characters; anything else is 400, and nothing is charged."""
    body = {"url": "https://www.linkedin.com/in/jane-doe", "page": {"name": "Jane Doe"}}
    token = {"Authorization": f"Bearer {acme.api_key}"}
    path = f"{acme.base}/analyses"
    bad: list[bytes] = [b"", b" ", b"a b", b"x" * 256, "clé".encode(), b"a\tb", b"\x7f", b"a\xffb"]
    for key in bad:
        headers = [(b"Authorization", token["Authorization"].encode()), (b"Idempotency-Key", key)]
        answer = await acme.client.post(path, json=body, headers=headers)
        assert (400, "idempotency_key_required") == (answer.status_code, answer.json()["code"])
    assert 200 == await acme.available()
    for good in ("x" * 255, "!", "~", "0b1f-é".replace("é", "e")):
        answer = await acme.client.post(
            path, json=body, headers={**token, "Idempotency-Key": good}
        )
        assert 200 == answer.status_code


async def test_a_key_belongs_to_its_workspace_not_to_its_credential(acme: Workplace) -> None:
    """Another key of the workspace gets the same stored answer."""
    other = (await acme.post("/api-keys", {"name": "other"})).json()["api_key"]
    first = await acme.analyze("jane-doe", key="k")
    acme.api_key = other
    again = await acme.analyze("jane-doe", key="k")

    assert first.text == again.text


async def test_enrollments_are_kept_too(acme: Workplace) -> None:
    """A repeated enrollment, alone or in bulk, is the stored answer, done once."""
    campaign = await acme.campaign("Spring", "launch")
    one = [await acme.enroll(campaign, "jane-doe", key="e") for _ in range(2)]
    item = {"ref": "1", "url": "https://www.linkedin.com/in/john", "page": {"name": "John"}}
    path = f"/campaigns/{campaign}/enrollments/bulk"
    bulk = [await acme.post(path, {"items": [item]}, key="b") for _ in range(2)]

    for first, again in (one, bulk):
        assert first.status_code in (200, 201), first.text
        assert (first.status_code, first.text) == (again.status_code, again.text)
        assert "true" == again.headers["idempotent-replayed"]
    assert 198 == await acme.available()
