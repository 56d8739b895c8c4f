"""A journal played again, without a database: any use, any policy."""

from hypothesis import given
from hypothesis import strategies as st

from backend.credits.policy import builtin_policies, load_policy
from backend.credits.policy_files.policy_format import Scope
from backend.credits.simulator.replay import WORKSPACE, Terms, Used, months_between, replay
from backend.instants import DAY, HOUR, Instant, parse

START = parse("2026-01-31T10:00:00Z")


def used(at: Instant, contact: str, member: str | None = "m") -> Used:
    """An analysis that was captured."""
    return Used(at, member, "capture", "contact.analysis", 1, contact, None, "x", f"rcp_{at}")


def terms(policy: str, plan: str, *members: str) -> Terms:
    """A replay that begins at the start."""
    found = load_policy(policy)
    shared = found.scope is Scope.WORKSPACE
    holders = {WORKSPACE: START} if shared else dict.fromkeys(members, START)
    return Terms(found, plan, 1, "UTC", 31, holders)


def test_a_refused_contact_costs_when_it_is_seen_again() -> None:
    """After 200 new contacts the next is refused; the day is told in the workspace's zone."""
    lines = [used(START + number, f"c{number}") for number in range(201)]
    again = used(parse("2026-03-01T10:00:00Z"), "c200")
    outcome = replay(terms("humanlinker", "starter"), [*lines, again], again.at)
    assert (201, 1, 1) == (outcome.totals["charged"], outcome.refused, outcome.missing)
    assert {"2026-01-31"} == outcome.months["2026-01"].locked_out


def test_somebody_who_left_has_a_pool_of_their_own() -> None:
    """A member only the journal knows gets a pool from their first use on."""
    told = [
        Used(START + DAY, who, "charge", "message.send", 1, None, None, "metered", f"rcp_{who}")
        for who in ("here", "left")
    ]
    outcome = replay(terms("inmail-rollover", "premium_career", "here"), told, START + 2 * DAY)
    assert (2, 10, 2, 8) == (
        outcome.pools,
        outcome.totals["granted"],
        outcome.totals["charged"],
        outcome.left,
    )


def test_erased_contacts_count_as_new_ones() -> None:
    """Two lines without a contact are two contacts."""
    lines = [
        Used(START, "m", "capture", "contact.analysis", 1, None, None, "x", f"rcp_{number}")
        for number in range(2)
    ]
    assert 2 == replay(terms("humanlinker", "pro"), lines, START).totals["charged"]


def test_months_without_use_are_there() -> None:
    """Every calendar month, over the end of a year, in the zone."""
    end = parse("2026-12-31T23:30:00Z")
    assert ["2026-11", "2026-12"] == months_between(parse("2026-11-30T23:00:00Z"), end, "UTC")
    assert ["2026-12", "2027-01"] == months_between(
        parse("2026-11-30T23:00:00Z"), end, "Europe/Paris"
    )


@given(
    st.sampled_from([(p.name, plan) for p in builtin_policies().values() for plan in p.plans]),
    st.lists(
        st.builds(
            Used,
            st.integers(0, 400 * 24).map(lambda hours: START + hours * HOUR),
            st.sampled_from(["a", "b", None]),
            st.sampled_from(["charge", "capture", "refund"]),
            st.sampled_from(["contact.analysis", "message.send", "phone.find"]),
            st.integers(1, 3),
            st.sampled_from(["c", "d", "e", None]),
            st.sampled_from(["t", "u", None]),
            st.sampled_from(["metered", "first_degree", "open_profile"]),
            st.sampled_from(["rcp_1", "rcp_2"]),
        ),
        max_size=30,
    ),
)
def test_what_came_is_what_went_and_what_is_left(plan: tuple[str, str], lines: list[Used]) -> None:
    """Whatever is played under whatever policy, the amounts add up, in all and by month."""
    lines.sort(key=lambda line: line.at)
    outcome = replay(terms(*plan, "a", "b"), lines, START + 401 * DAY)
    totals = outcome.totals
    assert totals["granted"] + totals["refunded"] == (
        totals["charged"] + totals["expired"] + totals["forfeited"] + outcome.left
    )
    for name in totals:
        assert totals[name] == sum(month.amounts[name] for month in outcome.months.values())
    assert outcome.uses == len(lines)
