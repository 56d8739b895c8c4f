"""Bad input: each row of the contract's section, on both databases, and never a charge."""

import json
from typing import Any

import httpx
import pytest

from tests.flows.workplace import Workplace

pytestmark = pytest.mark.asyncio(loop_scope="module")


JANE = "https://www.linkedin.com/in/jane-doe"


PAGE = {"name": "Jane Doe", "headline": "Head of Sales"}


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem, which it has to be."""
    assert "application/problem+json" == answer.headers["content-type"], answer.text
    return answer.status_code, answer.json()["code"]


async def send(
    place: Workplace, content: bytes, path: str = "/analyses", **headers: str
) -> httpx.Response:
    """POST these bytes as JSON, with other headers if given (by their names, `_` for `-`)."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await place.client.post(
        place.base + path,
        content=content,
        headers={**place.headers(), "Content-Type": "application/json", **named},
    )


def analysis(**page: Any) -> dict[str, Any]:
    """A body that would be charged, but for these values of its page."""
    return {"url": JANE, "page": {**PAGE, **page}}


# --- what cannot be parsed ----------------------------------------------------------------


MALFORMED = {
    "empty": b"",
    "spaces": b"   ",
    "cut off": b'{"url": "x"',
    "two values": b'{"url": "x"} {}',
    "single quotes": b"{'url': 'x'}",
    "trailing comma": b'{"url": "x",}',
    "NaN": b'{"url": "x", "max_cost": NaN}',
    "Infinity": b'{"url": "x", "max_cost": Infinity}',
    "-Infinity": b'{"url": "x", "max_cost": -Infinity}',
    "1e400": b'{"url": "x", "max_cost": 1e400}',
    "-1e400": b'{"url": "x", "max_cost": -1e400}',
    "5000 digits": b'{"url": "x", "max_cost": ' + b"9" * 5000 + b"}",
    "invalid UTF-8": b'{"url": "\xff\xfe"}',
    "overlong UTF-8": b'{"url": "\xc0\xaf"}',
    "UTF-16": '{"url": "x"}'.encode("utf-16"),
    "raw control": b'{"url": "a\x01b"}',
    "33 lists": b'{"url": ' + b"[" * 32 + b"]" * 32 + b"}",
    "33 objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "100,000 lists": b"[" * 100_000 + b"]" * 100_000,
    "100,000 lists, never closed": b"[" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_cannot_be_parsed_is_400(office: Workplace, content: bytes) -> None:
    """Broken JSON, numbers that are none, bytes that are no text, nesting over 32: 400."""
    assert (400, "malformed") == code_of(await send(office, content, "/contacts/lookup"))


async def test_32_levels_are_read(office: Workplace) -> None:
    """Nesting of exactly 32 is judged by its values, not refused for its depth."""
    content = b'{"url": ' + b"[" * 31 + b"]" * 31 + b"}"

    assert (422, "validation") == code_of(await send(office, content))


# --- what is not JSON ---------------------------------------------------------------------


NOT_JSON = {
    "text": "text/plain",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data; boundary=x",
    "xml": "application/xml",
    "msgpack": "application/vnd.msgpack",
    "nearly": "application/jsonp",
    "nonsense": "json",
    "blank": " ",
}


@pytest.mark.parametrize("kind", NOT_JSON.values(), ids=NOT_JSON.keys())
async def test_another_content_type_is_415(office: Workplace, kind: str) -> None:
    """A body that does not call itself JSON is not read."""
    answer = await send(office, json.dumps(analysis()).encode(), Content_Type=kind)

    assert (415, "unsupported_media_type") == code_of(answer)


async def test_an_absent_content_type_is_415(office: Workplace) -> None:
    """Without a content type a body is not read."""
    answer = await office.client.post(
        f"{office.base}/analyses", content=json.dumps(analysis()), headers=office.headers()
    )

    assert (415, "unsupported_media_type") == code_of(answer)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_call_itself_so_in_any_way(office: Workplace, kind: str) -> None:
    """A charset and capitals do not make JSON something else."""
    body = {"items": [{"ref": "1", "url": JANE}]}
    answer = await send(office, json.dumps(body).encode(), "/contacts/lookup", Content_Type=kind)

    assert 200 == answer.status_code, answer.text


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "x", "identity, gzip"])
async def test_an_unknown_content_encoding_is_415(office: Workplace, coding: str) -> None:
    """A packed body is not unpacked."""
    answer = await send(office, json.dumps(analysis()).encode(), Content_Encoding=coding)

    assert (415, "unsupported_media_type") == code_of(answer)


# --- what is too large --------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/analyses", "/contacts/lookup", "/campaigns", "/members"])
async def test_a_body_over_1_mib_is_413(office: Workplace, path: str) -> None:
    """No route reads more than 1 MiB."""
    content = json.dumps({"name": "x" * (1024 * 1024)}).encode()

    assert (413, "too_large") == code_of(await send(office, content, path))


async def test_a_chunked_body_over_1_mib_is_413(office: Workplace) -> None:
    """A body that does not say its length is cut off all the same."""

    async def chunks() -> Any:
        yield b'{"name": "'
        for _ in range(20):
            yield b"x" * 65_536
        yield b'"}'

    answer = await office.client.post(
        f"{office.base}/campaigns",
        content=chunks(),
        headers={**office.headers(), "Content-Type": "application/json"},
    )

    assert (413, "too_large") == code_of(answer)


async def test_an_analysis_over_64_kb_is_413(office: Workplace) -> None:
    """The body of one analysis is at most 64 kB, of which every part may be allowed."""
    posts = [{"text": "x" * 9_000} for _ in range(8)]
    answer = await send(office, json.dumps(analysis(posts=posts)).encode())

    assert (413, "too_large") == code_of(answer)


async def test_an_analysis_below_64_kb_is_read(office: Workplace) -> None:
    """A very full page is not too large."""
    posts = [{"text": "x" * 9_000} for _ in range(6)]

    assert 200 == (await send(office, json.dumps(analysis(posts=posts)).encode())).status_code


# --- what parses, but is not allowed ------------------------------------------------------


INVALID: dict[str, Any] = {
    "not an object": [],
    "null": None,
    "a number": 5,
    "nothing": {},
    "no url": {"page": PAGE},
    "url is null": {"url": None},
    "url is a number": {"url": 5},
    "url is too long": {"url": JANE + "x" * 2_100},
    "U+0000": analysis(about="a\x00b"),
    "U+0000 in a name of a field": {"url": JANE, "a\x00b": 1},
    "lone surrogate": analysis(about="a\ud800b"),
    "lone low surrogate": analysis(about="\udc00"),
    "lone surrogate in the url": {"url": JANE + "\ud83d"},
    "page without name": {"url": JANE, "page": {"headline": "x"}},
    "page name is null": analysis(name=None),
    "page is a list": {"url": JANE, "page": []},
    "about over 20,000": analysis(about="x" * 20_001),
    "name over 300": analysis(name="x" * 301),
    "100,000 skills": None,
    "degree is a boolean": analysis(degree=True),
    "degree is a float": analysis(degree=2.0),
    "degree is text": analysis(degree="2"),
    "degree is 4": analysis(degree=4),
    "degree is 2**70": analysis(degree=2**70),
    "max_cost is a boolean": {**analysis(), "max_cost": True},
    "max_cost is a float": {**analysis(), "max_cost": 1.0},
    "max_cost is text": {**analysis(), "max_cost": "1"},
    "max_cost is negative": {**analysis(), "max_cost": -1},
    "max_cost is 2**63": {**analysis(), "max_cost": 2**63},
    "max_cost is 2**70": {**analysis(), "max_cost": 2**70},
    "unknown field": {**analysis(), "workspace_id": "wsp_x"},
    "unknown field of the page": analysis(salary="x"),
    "unknown field of a position": analysis(experience=[{"title": "x", "salary": "y"}]),
    "__proto__": {**analysis(), "__proto__": {"admin": True}},
    "unknown source": {**analysis(), "source": "television"},
    "source is a list": {**analysis(), "source": []},
    "11 identifiers": {**analysis(), "identifiers": [f"{JANE}-{i}" for i in range(11)]},
    "identifiers are text": {**analysis(), "identifiers": JANE},
    "an operator for a value": {"url": {"$gt": ""}},
}


INVALID["100,000 skills"] = {"url": JANE, "page": {"name": "x", "skills": ["x"] * 12_000}}


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID.keys())
async def test_what_is_not_allowed_is_422(office: Workplace, body: Any) -> None:
    """A value of a wrong type, length or range, or an unknown field: 422."""
    answer = await send(office, json.dumps(body).encode())

    assert (422, "validation") == code_of(answer)


IDENTITIES = {
    "empty": "",
    "spaces": "   ",
    "script": "javascript:alert(1)",
    "data": "data:text/html,x",
    "file": "file:///etc/passwd",
    "company page": "https://www.linkedin.com/company/acme",
    "user information": "https://www.linkedin.com@evil.test/in/jane",
    "backslash": "https://evil.test\\@www.linkedin.com/in/jane",
    "another host": "https://linkedin.com.evil.test/in/jane",
    "bad escape": "https://www.linkedin.com/in/%ff%fe",
}


@pytest.mark.parametrize("url", IDENTITIES.values(), ids=IDENTITIES.keys())
async def test_an_address_of_nobody_is_never_an_error_of_ours(office: Workplace, url: str) -> None:
    """Whatever stands for an address is answered below 500, and never charged as LinkedIn's."""
    answer = await send(office, json.dumps({"url": url}).encode())

    assert answer.status_code in (200, 422), answer.text
    body = answer.json()
    assert 0 == (body["charge"]["charged"] if answer.status_code == 200 else body["charged"])


# --- other bodies -------------------------------------------------------------------------


OTHERS: dict[str, tuple[str, Any]] = {
    "lookup of nothing named": ("/contacts/lookup", {}),
    "lookup of 101": (
        "/contacts/lookup",
        {"items": [{"ref": str(i), "url": JANE} for i in range(101)]},
    ),
    "lookup without ref": ("/contacts/lookup", {"items": [{"url": JANE}]}),
    "lookup with a null item": ("/contacts/lookup", {"items": [None]}),
    "campaign without name": ("/campaigns", {"goal": "x"}),
    "campaign with an empty name": ("/campaigns", {"name": "   "}),
    "campaign name over 200": ("/campaigns", {"name": "x" * 201}),
    "campaign goal over 2,000": ("/campaigns", {"name": "x", "goal": "x" * 2_001}),
    "campaign status from outside": ("/campaigns", {"name": "x", "status": "running"}),
    "key without name": ("/api-keys", {}),
    "key with an unknown scope": ("/api-keys", {"name": "x", "scopes": ["everything"]}),
    "key with a past expiry": ("/api-keys", {"name": "x", "expires_at": "2020-01-01T00:00:00Z"}),
    "key with an expiry without offset": (
        "/api-keys",
        {"name": "x", "expires_at": "2099-01-01T00:00:00"},
    ),
    "key with a number for an expiry": ("/api-keys", {"name": "x", "expires_at": 4102444800}),
    "key with the year 10000": ("/api-keys", {"name": "x", "expires_at": "10000-01-01T00:00:00Z"}),
    "key that ends before it is UTC": (
        "/api-keys",
        {"name": "x", "expires_at": "0001-01-01T00:00:00+14:00"},
    ),
    "member without email": ("/members", {"role": "member"}),
    "member with no email": ("/members", {"email": "nobody", "role": "member"}),
    "member with an unknown role": ("/members", {"email": "a@b.example", "role": "emperor"}),
    "adjustment of 0": ("/adjustments", {"credits": 0, "reason": "x"}),
    "adjustment without reason": ("/adjustments", {"credits": 5}),
    "adjustment with a blank reason": ("/adjustments", {"credits": 5, "reason": "  "}),
    "adjustment of a boolean": ("/adjustments", {"credits": True, "reason": "x"}),
    "adjustment of a float": ("/adjustments", {"credits": 5.0, "reason": "x"}),
    "adjustment of 2**70": ("/adjustments", {"credits": 2**70, "reason": "x"}),
    "suppression of nobody": ("/suppressions", {}),
    "suppression of two": ("/suppressions", {"url": JANE, "email_domain": "acme.example"}),
    "suppression of a bad domain": ("/suppressions", {"email_domain": "not a domain"}),
    "charge of nothing": ("/charges", {}),
    "charge of a boolean": ("/charges", {"action": "email.find", "quantity": True}),
    "charge of a float": ("/charges", {"action": "email.find", "quantity": 1.0}),
    "charge of 0": ("/charges", {"action": "email.find", "quantity": 0}),
    "charge of 2**70": ("/charges", {"action": "email.find", "quantity": 2**70}),
    "charge with an unknown fact": ("/charges", {"action": "email.find", "facts": {"x": 1}}),
    "charge with an unknown relation": (
        "/charges",
        {"action": "email.find", "facts": {"relation": "friend"}},
    ),
    "charge in a thread over 300": ("/charges", {"action": "email.find", "thread": "x" * 301}),
    "charge in no thread": ("/charges", {"action": "email.find", "thread": ""}),
    "charge with U+0000": ("/charges", {"action": "email.find", "thread": "a\x00"}),
    "hold of a word": ("/holds", {"action": "email.find", "quantity": "1"}),
    "hold of an action over 64": ("/holds", {"action": "x" * 65}),
    "purchase of nothing": ("/purchases", {}),
    "purchase of both": ("/purchases", {"pack": 25, "credits": 25}),
    "purchase of a boolean": ("/purchases", {"pack": True}),
    "purchase of a float": ("/purchases", {"credits": 1.0}),
    "purchase of 0": ("/purchases", {"credits": 0}),
    "purchase of 2**70": ("/purchases", {"credits": 2**70}),
    "preview of nothing": ("/subscription/preview", {}),
    "preview of an end and a plan": ("/subscription/preview", {"cancel": True, "plan": "pro"}),
    "preview of half a seat": ("/subscription/preview", {"seats": 0.5}),
    "preview of an unknown plan over 64": ("/subscription/preview", {"plan": "x" * 65}),
    "NUL in a lookup": ("/contacts/lookup", {"items": [{"ref": "a\x00", "url": JANE}]}),
}


@pytest.mark.parametrize(("path", "body"), OTHERS.values(), ids=OTHERS.keys())
async def test_other_bodies_are_as_strict(office: Workplace, path: str, body: Any) -> None:
    """What holds for analyses holds for every body: 422, and nothing is made."""
    assert (422, "validation") == code_of(await send(office, json.dumps(body).encode(), path))


async def test_enrollment_bodies_are_as_strict(office: Workplace) -> None:
    """Enrolling nobody, two at once, none or more than 50 in bulk: 422, nothing charged."""
    campaign = await office.campaign("Spring", "launch")
    path = f"/campaigns/{campaign}/enrollments"
    item = {"ref": "1", "url": JANE, "page": PAGE}
    many = [{**item, "ref": str(i)} for i in range(51)]
    bad: list[tuple[str, Any]] = [
        (path, {}),
        (path, {"contact_id": "no id"}),
        (path, {"contact_id": 5}),
        (f"{path}/bulk", {"items": []}),
        (f"{path}/bulk", {"items": many}),
        (f"{path}/bulk", {"items": [item], "mode": "some"}),
        (f"{path}/bulk", {"items": [item], "max_spend": True}),
        (f"{path}/bulk", {"items": [{**item, "page": {"name": "x" * 301}}]}),
        (f"/campaigns/{campaign}/actions/pause", {"dry_run": 1}),
        (f"/campaigns/{campaign}/actions/pause", {"on_conflict": "ignore"}),
        (f"/campaigns/{campaign}/actions/pause", []),
    ]
    for where, body in bad:
        answer = await office.post(where, body)
        assert (422, "validation") == code_of(answer), (where, body)


async def test_a_cap_is_a_whole_number_or_null(office: Workplace) -> None:
    """Booleans, floats, negatives and what no column holds are refused for a cap."""
    path = f"{office.base}/members/{office.owner_id}/cap"
    for cap in (True, 1.5, "5", -1, 2**70, []):
        answer = await office.client.put(
            path, json={"cap": cap}, headers={**office.headers(), "If-Match": "*"}
        )
        assert (422, "validation") == code_of(answer), cap


# --- queries and paths --------------------------------------------------------------------
