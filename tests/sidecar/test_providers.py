"""Each adapter over real HTTP against its vendor's documented behaviour, every row of it."""

from collections.abc import Iterator

import pytest

from backend.sidecar.providers.contract import ContractBroken, Provider, Query, Reply
from backend.sidecar.providers.registry import make_providers
from backend.sidecar.providers.wire import WireFailed, WrongOrigin, checked_origin, segment
from backend.sidecar.settings import read_sidecar_settings
from shared_schemas.vocabulary import AskOutcome, EnrichAction, FieldStatus, Verdict
from tests.sidecar.vendor_answers import EMAIL, PHONE
from tests.sidecar.vendors import Vendors, loopback_vendors

FIND, VERIFY = EnrichAction.EMAIL_FIND, EnrichAction.EMAIL_VERIFY
PHONES, PROFILE = EnrichAction.PHONE_FIND, EnrichAction.PROFILE_ENRICH
ALL = ("hunter", "prospeo", "dropcontact", "peopledatalabs", "fullenrich", "reacher")


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    """The vendors, for this module's tests."""
    with loopback_vendors() as running:
        yield running


def query(action: EnrichAction, **more: str) -> Query:
    """Jane Doe of Acme."""
    known = {
        "first_name": "Jane",
        "last_name": "Doe",
        "full_name": "Jane Doe",
        "company": "Acme",
        "domain": "acme.example",
        "linkedin_url": "https://www.linkedin.com/in/jane-doe",
    }
    if action is VERIFY:
        known = {"email": EMAIL}
    return Query(action, "wsp_1", "con_1", **{**known, **more})


async def ask(
    vendors: Vendors, name: str, mode: str, action: EnrichAction = FIND, seconds: float = 5
) -> Reply:
    """One whole exchange with a vendor in this mode: asked, and resumed once if pending."""
    vendors.modes = {name: mode}
    vendors.asked.clear()
    settings = read_sidecar_settings(vendors.environment(name))
    (provider,) = make_providers(settings).values()
    try:
        reply = await provider.ask(query(action), seconds)
        if reply.outcome is AskOutcome.PENDING and reply.token:
            reply = await provider.resume(query(action), reply.token, seconds)
        return reply
    finally:
        await provider.wire.close()


def action_of(name: str) -> EnrichAction:
    """Something that the vendor does."""
    return VERIFY if name == "reacher" else FIND


FOUND = {
    ("hunter", FIND): (EMAIL, FieldStatus.VERIFIED, 1.0),
    ("hunter", VERIFY): (EMAIL, FieldStatus.VERIFIED, 0.5),
    ("prospeo", FIND): (EMAIL, FieldStatus.VERIFIED, 1.0),
    ("prospeo", PHONES): (PHONE, FieldStatus.VERIFIED, 10.0),
    ("dropcontact", FIND): (EMAIL, FieldStatus.VERIFIED, 1.0),
    ("peopledatalabs", FIND): (EMAIL, FieldStatus.PROBABLE, 1.0),
    ("peopledatalabs", PHONES): (PHONE, FieldStatus.VERIFIED, 1.0),
    ("fullenrich", FIND): (EMAIL, FieldStatus.VERIFIED, 1.0),
    ("reacher", VERIFY): (EMAIL, FieldStatus.VERIFIED, 0.0),
}


@pytest.mark.parametrize(("name", "action"), FOUND)
async def test_what_is_found_is_read(vendors: Vendors, name: str, action: EnrichAction) -> None:
    """A found value comes back with the vendor's own trust in it and what the vendor took."""
    reply = await ask(vendors, name, "found", action)
    value, status, credits = FOUND[(name, action)]

    assert AskOutcome.FOUND is reply.outcome
    assert (value, status) == (reply.values[0].value, reply.values[0].status)
    assert credits == reply.credits


async def test_the_phone_of_a_slow_vendor_is_read(vendors: Vendors) -> None:
    """A number found on asking again costs what the vendor says it cost."""
    reply = await ask(vendors, "fullenrich", "found", PHONES)

    assert ["+33 6 12 34 56 78"] == [value.value for value in reply.values]


async def test_a_profile_is_read(vendors: Vendors) -> None:
    """A match brings its facts under our names for them."""
    reply = await ask(vendors, "peopledatalabs", "found", PROFILE)
    found = {value.name: value.value for value in reply.values}

    assert ("Jane Doe", "Chief Revenue Officer", "Acme", "linkedin.com/in/jane-doe") == (
        found["full_name"],
        found["job_title"],
        found["company"],
        found["linkedin_url"],
    )


VERDICTS = [
    ("hunter", FIND, "catch_all", FieldStatus.CATCH_ALL, Verdict.RISKY),
    ("hunter", FIND, "risky", FieldStatus.PROBABLE, Verdict.RISKY),
    ("hunter", FIND, "invalid", FieldStatus.INVALID, Verdict.INVALID),
    ("hunter", FIND, "unknown", FieldStatus.PROBABLE, Verdict.UNKNOWN),
    ("hunter", VERIFY, "catch_all", FieldStatus.CATCH_ALL, Verdict.RISKY),
    ("hunter", VERIFY, "invalid", FieldStatus.INVALID, Verdict.INVALID),
    ("hunter", VERIFY, "pending", FieldStatus.VERIFIED, Verdict.DELIVERABLE),
    ("prospeo", FIND, "catch_all", FieldStatus.CATCH_ALL, Verdict.RISKY),
    ("prospeo", FIND, "unknown", FieldStatus.PROBABLE, Verdict.UNKNOWN),
    ("prospeo", FIND, "invalid", FieldStatus.INVALID, Verdict.INVALID),
    ("dropcontact", FIND, "catch_all", FieldStatus.CATCH_ALL, Verdict.RISKY),
    ("dropcontact", FIND, "risky", FieldStatus.PROBABLE, Verdict.RISKY),
    ("dropcontact", FIND, "invalid", FieldStatus.INVALID, Verdict.INVALID),
    ("dropcontact", FIND, "unknown", FieldStatus.PROBABLE, Verdict.UNKNOWN),
    ("fullenrich", FIND, "catch_all", FieldStatus.CATCH_ALL, Verdict.RISKY),
    ("fullenrich", FIND, "risky", FieldStatus.PROBABLE, Verdict.RISKY),
    ("fullenrich", FIND, "invalid", FieldStatus.INVALID, Verdict.INVALID),
    ("fullenrich", FIND, "unknown", FieldStatus.PROBABLE, Verdict.UNKNOWN),
    ("fullenrich", FIND, "credits_found", FieldStatus.VERIFIED, Verdict.DELIVERABLE),
    ("reacher", VERIFY, "risky", FieldStatus.PROBABLE, Verdict.RISKY),
    ("reacher", VERIFY, "catch_all", FieldStatus.CATCH_ALL, Verdict.RISKY),
    ("reacher", VERIFY, "invalid", FieldStatus.INVALID, Verdict.INVALID),
    ("reacher", VERIFY, "unknown", FieldStatus.GUESS, Verdict.UNKNOWN),
]


@pytest.mark.parametrize(("name", "action", "mode", "status", "verdict"), VERDICTS)
async def test_the_vendors_words_for_trust_are_read(
    vendors: Vendors,
    name: str,
    action: EnrichAction,
    mode: str,
    status: FieldStatus,
    verdict: Verdict,
) -> None:
    """Each of a vendor's words comes to our word for the same thing."""
    reply = await ask(vendors, name, mode, action)

    assert AskOutcome.FOUND is reply.outcome
    assert (status, verdict) == (reply.values[0].status, reply.values[0].verdict)


OUTCOMES = [
    *((name, "not_found", AskOutcome.NOT_FOUND) for name in ALL if name != "reacher"),
    *((name, "throttled", AskOutcome.THROTTLED) for name in ALL),
    *((name, "no_credits", AskOutcome.NO_CREDITS) for name in ALL if name != "reacher"),
    *((name, "bad_key", AskOutcome.BAD_KEY) for name in ALL),
    *((name, "bad_input", AskOutcome.INELIGIBLE) for name in ALL),
    *((name, "status_500", AskOutcome.ERROR) for name in ALL),
    ("dropcontact", "pending", AskOutcome.PENDING),
    ("fullenrich", "pending", AskOutcome.PENDING),
    ("fullenrich", "slow", AskOutcome.PENDING),
    ("fullenrich", "credits_ended", AskOutcome.NO_CREDITS),
    ("dropcontact", "private", AskOutcome.NOT_FOUND),
    ("prospeo", "masked", AskOutcome.NOT_FOUND),
    ("peopledatalabs", "masked", AskOutcome.NOT_FOUND),
    ("peopledatalabs", "unlikely", AskOutcome.NOT_FOUND),
    # The address may be null or left out altogether; a run may be given up by the vendor.
    ("hunter", "left_out", AskOutcome.NOT_FOUND),
    ("fullenrich", "canceled", AskOutcome.ERROR),
    *((name, "status_503", AskOutcome.ERROR) for name in ALL),
]


@pytest.mark.parametrize(("name", "mode", "outcome"), OUTCOMES)
async def test_what_is_no_answer_is_told_apart(
    vendors: Vendors, name: str, mode: str, outcome: AskOutcome
) -> None:
    """Missed, throttled, out of credit, wrong key, wrong input, broken, not yet: each its word."""
    reply = await ask(vendors, name, mode, action_of(name))

    assert outcome is reply.outcome
    assert () == reply.values


@pytest.mark.parametrize(
    "mode",
    [
        *("garbage", "html", "wrong_shape"),
        *("empty", "list", "null", "deep", "page", "status_204", "status_418"),
    ],
)
@pytest.mark.parametrize("name", ALL)
async def test_an_answer_of_another_shape_is_no_miss(
    vendors: Vendors, name: str, mode: str
) -> None:
    """What the documentation does not say is a broken contract, never `not found`."""
    action = PROFILE if name == "peopledatalabs" else action_of(name)
    with pytest.raises(ContractBroken):
        await ask(vendors, name, mode, action)


async def test_a_new_word_of_a_vendor_is_no_miss(vendors: Vendors) -> None:
    """Codes, states and shapes that nobody has heard of, or of long ago, are broken contracts."""
    cases = [
        *(("prospeo", "surprise"), ("prospeo", "old_shape"), ("fullenrich", "new_status")),
        ("peopledatalabs", "no_likelihood"),
    ]
    for name, mode in cases:
        with pytest.raises(ContractBroken):
            await ask(vendors, name, mode)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("17", 17.0),
        ("Fri, 27 Nov 2026 10:01:30 GMT", 90.0),
        ("999999999", 3_600.0),
        ("inf", 3_600.0),
    ],
)
@pytest.mark.parametrize("name", ALL)
async def test_a_vendor_is_left_alone_for_as_long_as_it_asks(
    vendors: Vendors, name: str, told: str, seconds: float
) -> None:
    """`Retry-After` counts in seconds or as an instant, up to an hour."""
    reply = await ask(vendors, name, f"retry_after:{told}", action_of(name))

    assert (AskOutcome.THROTTLED, seconds) == (reply.outcome, reply.retry_after)


@pytest.mark.parametrize(
    "told", ["-5", "soon", "nan", "Fri, 27 Nov 2020 10:00:00 GMT", "Fri, 99 Nov 2026 10:00:00"]
)
async def test_a_senseless_wait_is_our_own(vendors: Vendors, told: str) -> None:
    """A wait that is past or no time at all leaves ours in place."""
    reply = await ask(vendors, "hunter", f"retry_after:{told}")

    assert (AskOutcome.THROTTLED, 1.0) == (reply.outcome, reply.retry_after)


async def test_prospeo_says_when_its_minute_ends(vendors: Vendors) -> None:
    """The vendor's own header for it is read."""
    reply = await ask(vendors, "prospeo", "throttled")

    assert 7.0 == reply.retry_after


async def test_the_best_of_several_addresses_leads(vendors: Vendors) -> None:
    """Dropcontact may send many: the verified one comes first, and costs one credit."""
    reply = await ask(vendors, "dropcontact", "several")

    assert EMAIL == reply.values[0].value
    assert (FieldStatus.VERIFIED, 3, 1.0) == (
        reply.values[0].status,
        len(reply.values),
        reply.credits,
    )


async def test_a_repeat_that_the_vendor_gives_for_nothing_costs_nothing(vendors: Vendors) -> None:
    """What the vendor says that it took is what is counted, zero too."""
    reply = await ask(vendors, "peopledatalabs", "repeat", PROFILE)

    assert (AskOutcome.FOUND, 0.0) == (reply.outcome, reply.credits)


@pytest.mark.parametrize("mode", ["close", "huge", "redirect", "gzip", "cut"])
@pytest.mark.parametrize("name", ALL)
async def test_a_hostile_vendor_ends_its_own_call(vendors: Vendors, name: str, mode: str) -> None:
    """Closed, cut short, endless, redirected or compressed: it fails, and nothing is followed."""
    with pytest.raises(WireFailed):
        await ask(vendors, name, mode, action_of(name))
    assert 1 == vendors.count(name)


@pytest.mark.parametrize("mode", ["hang", "drip"])
@pytest.mark.parametrize("name", ALL)
async def test_a_slow_vendor_is_left_at_the_deadline(
    vendors: Vendors, name: str, mode: str
) -> None:
    """Silence and a slow drip both end when the time is over."""
    with pytest.raises(TimeoutError):
        await ask(vendors, name, mode, action_of(name), seconds=0.3)


async def test_keys_travel_in_headers_alone(vendors: Vendors) -> None:
    """No vendor's key is part of an address, where logs would keep it."""
    for name in ALL:
        await ask(vendors, name, "found", action_of(name))
        (first, *_) = vendors.asked
        assert any(f"key-of-{name}" in value for value in first.headers.values()), name
        assert "key-of" not in first.path + str(first.query) + str(first.body), name
        assert "identity" == first.headers["accept-encoding"]


async def test_nothing_is_sent_that_costs_more(vendors: Vendors) -> None:
    """Dropcontact is sent no address, Prospeo asked for no mobile where an address is wanted."""
    await ask(vendors, "dropcontact", "found")
    assert "email" not in vendors.asked[0].body["data"][0]
    await ask(vendors, "prospeo", "found")
    assert vendors.asked[0].body["enrich_mobile"] is False
    reply = await ask(vendors, "prospeo", "free")
    assert 0.0 == reply.credits


@pytest.mark.parametrize("name", ALL)
def test_what_a_vendor_needs_is_said_before_it_is_asked(vendors: Vendors, name: str) -> None:
    """Somebody of whom nothing is known is ineligible everywhere, and says what is missing."""
    settings = read_sidecar_settings(vendors.environment(name))
    provider: Provider = make_providers(settings)[name]
    for action in provider.actions:
        assert provider.missing(Query(action, first_name="Jane"))
        assert provider.missing(query(action)) is None
        assert provider.price(action) >= 0


@pytest.mark.parametrize("token", ["", ".", "..", "a/b", "a?b", "a#b", "a b", "é", "x" * 201])
def test_a_vendors_id_is_never_an_address(token: str) -> None:
    """An id that could lead elsewhere is refused."""
    with pytest.raises(WireFailed):
        segment(token)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x.example", "//x.example", "https://", "https://u:p@x.example", "http://x/?y"],
)
def test_a_wrong_address_of_a_provider_is_refused(url: str) -> None:
    """Another scheme, no host, credentials or a query make no origin."""
    with pytest.raises(WrongOrigin):
        checked_origin(url)
