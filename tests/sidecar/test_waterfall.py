"""Many providers in order: who is asked, when it stops, what it costs, who is left in peace."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.sidecar.actions.context import Run, Tools
from backend.sidecar.actions.email_find import find_email
from backend.sidecar.actions.phone_find import find_phone
from backend.sidecar.actions.profile import enrich_profile
from backend.sidecar.answers import Answers, person_hash
from backend.sidecar.mail import MailChecks
from backend.sidecar.providers.registry import make_providers
from backend.sidecar.settings import SidecarSettings, read_sidecar_settings
from backend.sidecar.waterfall import Waterfall
from shared_schemas.findings import FoundItem
from shared_schemas.lookups import FindItem, FindRequest
from shared_schemas.vocabulary import FieldStatus, Verdict
from tests.sidecar.vendors import Vendors, loopback_vendors

FINDERS = ("hunter", "prospeo", "dropcontact", "peopledatalabs", "fullenrich")


class Clock:
    """Seconds since 1970, where a test puts them."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def vendors() -> Iterator[Vendors]:
    """The vendors, for this module's tests."""
    with loopback_vendors() as running:
        yield running


@pytest.fixture(autouse=True)
def well(vendors: Vendors) -> None:
    """Every test starts with all vendors well."""
    vendors.modes = {}
    vendors.asked.clear()


@asynccontextmanager
async def tools_for(
    vendors: Vendors, *names: str, answers: Answers | None = None, clock: Clock | None = None
) -> AsyncIterator[Tools]:
    """The sidecar's tools with these vendors switched on; slow ones may be asked again soon."""
    read = read_sidecar_settings({**vendors.environment(*names), "MEETONCE_DNS": "off"})
    async with tools_with(read, answers or Answers(), clock or Clock()) as tools:
        yield tools


@asynccontextmanager
async def tools_with(
    read: SidecarSettings, answers: Answers, clock: Clock
) -> AsyncIterator[Tools]:
    """The sidecar's tools for these settings."""
    loop = asyncio.get_running_loop()
    providers = make_providers(read)
    for provider in providers.values():
        provider.poll_seconds = 0.05  # type: ignore[attr-defined]
        provider.per_second = provider.per_minute = 100_000  # type: ignore[misc]
    waterfall = Waterfall(providers, read.order, answers, clock, loop.time)

    async def no_analysis(_: object) -> None:
        return None

    yield Tools(
        waterfall,
        MailChecks(read),
        None,
        no_analysis,
        clock,
        loop.time,
        read.item_budget_micros,
        read.budget_micros,
    )
    await waterfall.close()


def jane(**more: object) -> FindItem:
    """Jane Doe of Acme."""
    known = {
        "ref": "1",
        "person": "con_1",
        "name": "Jane Doe",
        "company": "Acme",
        "domain": "acme.example",
        "linkedin_url": "https://www.linkedin.com/in/jane-doe",
    }
    return FindItem.model_validate({**known, **more})


async def find(tools: Tools, item: FindItem | None = None, **asked: object) -> FoundItem:
    """Find an address within 10 seconds, or as `asked` says."""
    request = FindRequest.model_validate(
        {"workspace": "wsp_1", "deadline_seconds": 10, **asked, "items": []}
    )
    return await find_email(tools, Run.of(tools, request), item or jane())


async def test_the_first_verified_address_ends_the_asking(vendors: Vendors) -> None:
    """Nobody is asked for what has been found."""
    async with tools_for(vendors, *FINDERS) as tools:
        found = await find(tools)

    assert found.actionable
    assert ["hunter"] == [each.vendor for each in vendors.asked]
    assert "provider:hunter" == found.fields[0].source
    assert 25_000 == found.upstream_cost_micros


async def test_a_catch_all_is_kept_while_others_are_asked(vendors: Vendors) -> None:
    """A risky address does not end the asking; where nobody knows better it is the answer."""
    vendors.modes = {"hunter": "catch_all", "prospeo": "not_found"}
    async with tools_for(vendors, "hunter", "prospeo") as tools:
        found = await find(tools)

    assert ["hunter", "prospeo"] == [each.vendor for each in vendors.asked]
    assert (FieldStatus.CATCH_ALL, True) == (found.fields[0].status, found.actionable)
    assert "found_risky" == found.reason


async def test_a_later_verified_address_wins_and_the_loser_stays_visible(
    vendors: Vendors,
) -> None:
    """The verified one is the answer, whoever came first."""
    vendors.modes = {"hunter": "unknown"}
    async with tools_for(vendors, "hunter", "prospeo") as tools:
        found = await find(tools)

    assert ("provider:prospeo", "found_deliverable") == (found.fields[0].source, found.reason)


async def test_faults_of_one_are_lines_of_the_trail(vendors: Vendors) -> None:
    """Throttled, out of credit, wrong key, broken: each is said, and the next one is asked."""
    vendors.modes = {
        "hunter": "throttled",
        "prospeo": "no_credits",
        "dropcontact": "bad_key",
        "peopledatalabs": "garbage",
    }
    async with tools_for(vendors, *FINDERS) as tools:
        found = await find(tools)

    assert ["throttled", "no_credits", "bad_key", "contract", "found"] == [
        each.outcome.value for each in found.attempts
    ]
    assert found.actionable


async def test_who_is_not_switched_on_is_said(vendors: Vendors) -> None:
    """Without a key a provider is passed over, and that is no `not found`."""
    async with tools_for(vendors, "prospeo") as tools:
        vendors.modes = {"prospeo": "not_found"}
        found = await find(tools)
    outcomes = {each.provider: each.outcome.value for each in found.attempts}

    assert ("no_key", "not_found") == (outcomes["hunter"], outcomes["prospeo"])


async def test_a_vendor_in_peace_is_not_asked_and_comes_back(vendors: Vendors) -> None:
    """A wrong key rests for an hour, a lack of credit for 15 minutes; then it is tried again."""
    clock = Clock()
    for mode, seconds in (("bad_key", 3_600), ("no_credits", 900)):
        vendors.modes = {"hunter": mode}
        vendors.asked.clear()
        async with tools_for(vendors, "hunter", clock=clock) as tools:
            await find(tools)
            await find(tools)
            assert 1 == vendors.count("hunter"), mode
            clock.now += seconds + 1
            await find(tools)
            assert 2 == vendors.count("hunter"), mode


async def test_three_failures_in_a_row_open_the_breaker(vendors: Vendors) -> None:
    """A vendor that is down is asked three times; misses never count as failures."""
    vendors.modes = {"hunter": "status_500"}
    async with tools_for(vendors, "hunter") as tools:
        for _ in range(5):
            found = await find(tools)
        assert 3 == vendors.count("hunter")
        assert found.attempts[0].outcome.value == "resting"
        assert "error" in (found.attempts[0].detail or "")
    vendors.modes = {"prospeo": "not_found"}
    async with tools_for(vendors, "prospeo") as tools:
        for number in range(6):
            await find(tools, jane(person=f"con_{number}"))
        assert 6 == vendors.count("prospeo")


async def test_the_same_question_is_asked_once(vendors: Vendors) -> None:
    """Side by side and later: one call, one cost, and the answers say that they were kept."""
    async with tools_for(vendors, "hunter") as tools:
        first, second = await asyncio.gather(find(tools), find(tools))
        later = await find(tools)

    assert 1 == vendors.count("hunter")
    assert [25_000, 0, 0] == sorted(
        (each.upstream_cost_micros for each in (first, second, later)), reverse=True
    )
    assert later.attempts[0].cached
    assert later.actionable


async def test_an_answer_ends_with_its_time_and_is_nobody_elses(vendors: Vendors) -> None:
    """After 30 days, and for another workspace, the vendor is asked again."""
    clock = Clock()
    async with tools_for(vendors, "hunter", clock=clock) as tools:
        await find(tools)
        await find(tools, workspace="wsp_2")
        assert 2 == vendors.count("hunter")
        clock.now += 30 * 86_400 + 1
        await find(tools)
        assert 3 == vendors.count("hunter")


async def test_errors_are_never_remembered(vendors: Vendors) -> None:
    """A vendor that is well again is asked again, and found answers come."""
    vendors.modes = {"hunter": "garbage"}
    async with tools_for(vendors, "hunter") as tools:
        assert not (await find(tools)).actionable
        vendors.modes = {}
        assert (await find(tools)).actionable


async def test_a_budget_bounds_an_item_and_a_run(vendors: Vendors) -> None:
    """What may cost more than is left is not asked; a free miss gives its price back."""
    vendors.modes = {"hunter": "not_found"}
    async with tools_for(vendors, "hunter", "prospeo") as tools:
        found = await find(tools, item_budget_micros=30_000)
        outcomes = [each.outcome.value for each in found.attempts][:2]
        assert ["not_found", "over_budget"] == outcomes
        assert 0 == vendors.count("prospeo")
        request = FindRequest.model_validate({"items": [], "budget_micros": 60_000})
        run = Run.of(tools, request)
        for number in range(3):
            await find_email(tools, run, jane(person=f"con_{number}"))
        assert 1 == vendors.count("prospeo")


async def test_the_deadline_holds_whatever_hangs(vendors: Vendors) -> None:
    """Vendors that hang cost the time there is, and not more."""
    vendors.modes = dict.fromkeys(FINDERS, "hang")
    async with tools_for(vendors, *FINDERS) as tools:
        started = asyncio.get_running_loop().time()
        found = await find(tools, deadline_seconds=1)
        passed = asyncio.get_running_loop().time() - started

    assert passed < 8
    assert "no_time" in [each.outcome.value for each in found.attempts]
    assert not found.actionable


async def test_a_slow_vendor_is_waited_for_while_there_is_time(vendors: Vendors) -> None:
    """What is handed in is fetched as soon as it is there."""
    vendors.modes = {"dropcontact": "slow"}
    async with tools_for(vendors, "dropcontact") as tools:
        found = await find(tools)

    assert found.actionable
    assert ["POST", "GET", "GET"] == [each.method for each in vendors.asked]


async def test_a_pending_answer_is_fetched_by_a_later_question(vendors: Vendors) -> None:
    """No time left: the answer says `pending`; the next question hands nothing in again."""
    vendors.modes = {"fullenrich": "pending"}
    async with tools_for(vendors, "fullenrich") as tools:
        tools.waterfall.providers["fullenrich"].poll_seconds = 30.0  # type: ignore[attr-defined]
        first = await find(tools)
        vendors.modes = {}
        second = await find(tools)

    assert ("pending", False, 30) == (
        first.status.value,
        first.actionable,
        first.retry_after_seconds,
    )
    assert second.actionable
    assert 1 == sum(each.method == "POST" for each in vendors.asked)


async def test_the_order_is_the_callers(vendors: Vendors) -> None:
    """A workspace may prefer other providers, and leave some out."""
    async with tools_for(vendors, "hunter", "prospeo") as tools:
        await find(tools, order=["prospeo"])

    assert ["prospeo"] == [each.vendor for each in vendors.asked]


async def test_processes_share_answers_and_rests_through_the_file(
    vendors: Vendors, tmp_path: Path
) -> None:
    """A second process on the same file neither asks again nor wakes who rests."""
    path = str(tmp_path / "answers.db")
    async with tools_for(vendors, "hunter", answers=Answers(path)) as tools:
        await find(tools)
        vendors.modes = {"hunter": "bad_key"}
        await find(tools, jane(person="con_2"))
    async with tools_for(vendors, "hunter", answers=Answers(path)) as tools:
        assert (await find(tools)).attempts[0].cached
        assert "resting" == (await find(tools, jane(person="con_3"))).attempts[0].outcome.value

    assert 2 == vendors.count("hunter")
    assert 0o600 == (tmp_path / "answers.db").stat().st_mode & 0o777


async def test_a_person_who_is_erased_leaves_nothing(vendors: Vendors, tmp_path: Path) -> None:
    """After an erasure no byte of the file tells of the person, and the neighbours stay."""
    path = tmp_path / "answers.db"
    answers = Answers(str(path))
    async with tools_for(vendors, "hunter", answers=answers) as tools:
        await find(tools)
        await find(tools, jane(person="con_2"), workspace="wsp_2")
        erased = answers.erase([person_hash("wsp_1", "con_1")])
        await find(tools, jane(person="con_2"), workspace="wsp_2")

    assert (1, 0, 1) == erased
    assert 2 == vendors.count("hunter")
    assert answers.erase([person_hash("wsp_1", "con_1")]) == (0, 0, 0)
    answers.erase([person_hash("wsp_2", "con_2")])
    answers.close()
    assert b"jane.doe" not in path.read_bytes()


MODES = st.sampled_from(
    [
        *("found", "catch_all", "risky", "invalid", "unknown", "not_found", "masked", "private"),
        *("throttled", "no_credits", "bad_key", "bad_input", "pending", "garbage", "wrong_shape"),
        *("status_500", "close", "somebody_else", "unlikely", "huge", "cut", "empty", "deep"),
        *("page", "status_204", "several", "left_out", "canceled", "credits_ended", "free"),
        *("retry_after:5", "old_shape", "new_status", "repeat"),
    ]
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    modes=st.fixed_dictionaries(dict.fromkeys((*FINDERS, "reacher"), MODES)),
    action=st.sampled_from([find_email, find_phone, enrich_profile]),
    on=st.sets(st.sampled_from([*FINDERS, "reacher"]), min_size=1),
)
async def test_nothing_is_actionable_that_nobody_vouches_for(
    vendors: Vendors, modes: dict[str, str], action: object, on: set[str]
) -> None:
    """However vendors behave: no exception, and what is charged has a status worth it."""
    vendors.modes = modes
    async with tools_for(vendors, *sorted(on)) as tools:
        request = FindRequest.model_validate({"items": [], "deadline_seconds": 1})
        found: FoundItem = await action(tools, Run.of(tools, request), jane())  # type: ignore[operator]

    assert found.upstream_cost_micros >= 0
    assert found.upstream_cost_micros == sum(each.cost_micros for each in found.attempts)
    assert all(field.evidence for field in found.fields)
    if not found.actionable:
        return
    best = found.fields[0]
    assert best.source.removeprefix("provider:") in on or best.source in ("rule:guess", "page")
    if action is find_email:
        assert best.verdict in (Verdict.DELIVERABLE, Verdict.RISKY)
        assert best.status is not FieldStatus.INVALID
        assert best.status is not FieldStatus.GUESS
        assert best.source != "rule:guess" or best.verdict is Verdict.DELIVERABLE
    else:
        assert any(field.status is FieldStatus.VERIFIED for field in found.fields)
