"""Random events: the simulator prints what the contract says when every credit is a coin."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.credits.coin_events import PlayedPurse
from tests.credits.coins import SYSTEMS, Line
from tests.credits.played import command

# Hours and whole days, so that instants often meet: 90 days later, midnights, ends of months.
GAPS = st.one_of(
    st.just(timedelta(0)),
    st.integers(1, 40).map(lambda hours: timedelta(hours=hours)),
    st.integers(1, 95).map(lambda days: timedelta(days=days)),
    st.sampled_from([timedelta(microseconds=1), timedelta(days=90), timedelta(days=400)]),
)
STARTS = st.one_of(
    st.datetimes(datetime(2023, 1, 1), datetime(2025, 1, 1)),  # noqa: DTZ001
    st.dates(datetime(2023, 1, 1).date(), datetime(2025, 1, 1).date()).map(  # noqa: DTZ001
        lambda day: datetime(day.year, day.month, day.day)  # noqa: DTZ001
    ),
)
# With clocks that change at midnight, by half an hour, and not at all.
ZONES = st.sampled_from(
    [
        *("UTC", "UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"),
        *("America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Asia/Kolkata"),
    ]
)
NAMES = st.sampled_from(["a", "b", "c"])
HOLDS = st.sampled_from(["h", "i", "j", "k"])


def spending(draw: st.DrawFn, name: str) -> Line:
    """The fields of a charge or a hold."""
    actions = [*SYSTEMS[name].actions, "nonsense"]
    fields: Line = {"action": draw(st.sampled_from(actions))}
    if fields["action"] == "contact.analysis":
        fields["contact"] = draw(st.sampled_from([f"c{number}" for number in range(6)]))
    elif draw(st.booleans()):
        fields["contact"] = draw(NAMES)
    if draw(st.booleans()):
        fields["thread"] = draw(NAMES)
    if draw(st.integers(0, 2)) == 0:
        sizes = [1, 2, 5, 10, 24, 49, 100]
        fields["quantity"] = draw(st.sampled_from(sizes))
    if draw(st.integers(0, 4)) == 0:
        relation = draw(st.sampled_from(["first_degree", "second_degree", "out_of_network"]))
        fields["facts"] = {"relation": relation, "open_profile": draw(st.booleans())}
    return fields


def own_fields(draw: st.DrawFn, name: str, do: str) -> Line:
    """The fields of an event."""
    if do == "charge":
        return spending(draw, name)
    if do == "hold":
        return {"hold": draw(HOLDS), **spending(draw, name)}
    if do == "capture":
        part = {"quantity": draw(st.integers(1, 12))} if draw(st.booleans()) else {}
        return {"hold": draw(HOLDS), **part}
    if do == "release":
        return {"hold": draw(HOLDS)}
    if do == "reply":
        return {"thread": draw(NAMES)}
    if do == "purchase":
        what = draw(st.sampled_from([{"pack": 25}, {"pack": 75}, {"pack": 7}, {"credits": 40}]))
        return {**what, **draw(st.sampled_from([{}, {"role": "owner"}, {"role": "member"}]))}
    if do == "change_plan":
        return {"plan": draw(st.sampled_from([*SYSTEMS[name].plans, "gold"]))}
    if do == "change_seats":
        return {"seats": draw(st.integers(1, 4))}
    return {}


DOINGS = [
    *["charge"] * 6,
    *["hold"] * 4,
    *["capture"] * 3,
    *["release"] * 3,
    *["reply"] * 3,
    *["change_plan"] * 3,
    *["change_seats"] * 2,
    *("purchase", "purchase", "trial", "balance"),
]


@st.composite
def scenarios(draw: st.DrawFn) -> tuple[str, str, Line, list[Line]]:
    """A policy, a plan, seats with zone and anchor day, and events in time order."""
    name = draw(st.sampled_from(sorted(SYSTEMS)))
    plan = draw(st.sampled_from(sorted(SYSTEMS[name].plans)))
    now = draw(STARTS).replace(tzinfo=UTC)
    ends = draw(st.integers(0, 60))
    events: list[Line] = []
    for number in range(draw(st.integers(1, 40))):
        now += draw(GAPS)
        do = "cancel" if number == ends else draw(st.sampled_from(DOINGS))
        event = {"at": now.isoformat().replace("+00:00", "Z"), "do": do}
        event |= own_fields(draw, name, do)
        if draw(st.integers(0, 6)) == 0:
            event["key"] = draw(NAMES)
        events.append(event)
        if draw(st.integers(0, 9)) == 0:
            events.append(dict(event))
    options = {"seats": draw(st.integers(1, 3)), "timezone": draw(ZONES)}
    anchor_day = draw(st.none() | st.integers(1, 31))
    if anchor_day is not None:
        options["anchor_day"] = anchor_day
    return name, plan, options, events


@given(scenarios())
def test_the_simulator_and_the_coins_agree(
    scenario: tuple[str, str, Line, list[Line]],
) -> None:
    """Line by line: instants, outcomes, refusals, the five amounts, and both balances."""
    name, plan, options, events = scenario
    start = datetime.fromisoformat(events[0]["at"])
    zone = options["timezone"]
    first_day = 1 if SYSTEMS[name].calendar_month else start.astimezone(ZoneInfo(zone)).day
    day = options.get("anchor_day", first_day)
    purse = PlayedPurse(name, plan, options["seats"], start, day, zone)
    for event in events:
        purse.play(event)
    text = "\n".join(json.dumps(event) for event in events)
    code, stdout, stderr = command(name, plan, text, **options)
    assert (0, "") == (code, stderr)
    *lines, end = [json.loads(line) for line in stdout.splitlines()]
    assert [told(line) for line in purse.lines] == [told(line) for line in lines]
    left = {"left": len(purse.coins)}
    names = ("granted", "charged", "refunded", "expired", "forfeited")
    assert {name: purse.totals[name] for name in names} | left == end["totals"]


def told(line: Line) -> Line:
    """What the contract fixes of a line: reasons only of what is refused or free."""
    fixed = dict(line)
    if line["outcome"] not in ("refused", "free"):
        del fixed["reason"]
    if line["do"] == "settle":
        del fixed["outcome"]
    return fixed
