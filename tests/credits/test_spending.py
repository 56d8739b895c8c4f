"""What an action costs, why it is free, and which credits pay: sentence by sentence."""

import pytest

from tests.credits.played import Line, Played, analyse, event, send

FIRST = {"relation": "first_degree"}
OPEN = {"open_profile": True}


@pytest.mark.parametrize(
    ("policy", "plan", "facts", "outcome"),
    [
        pytest.param(policy, plan, facts, outcome, id=f"{policy}-{rule}")
        for policy, plan in [
            ("linkedin-messages", "recruiter"),
            ("inmail-rollover", "sales_navigator"),
            ("inmail-monthly", "sales_navigator"),
        ]
        for facts, outcome, rule in [
            (FIRST, "free:first_degree", "rule-05-30-41-first-degree-is-free"),
            ({"relation": "second_degree"}, "charged", "rule-05-second-degree-costs"),
            ({"relation": "third_degree"}, "charged", "rule-05-third-degree-costs"),
            ({"relation": "out_of_network"}, "charged", "rule-05-outside-costs"),
            ({}, "charged", "no-relation-means-not-first-degree"),
            (
                OPEN,
                "free:open_profile" if policy == "inmail-rollover" else "charged",
                "rule-30-open-profile",
            ),
            (
                {**FIRST, **OPEN},
                "free:first_degree",
                "first-degree-is-looked-at-first",
            ),
        ]
    ],
)
def test_relations(policy: str, plan: str, facts: Line, outcome: str) -> None:
    """First degree is free under the three LinkedIn policies, an open profile under one."""
    played = Played(policy, plan, send("2026-01-05", "t", facts=facts))
    assert [outcome] == played.outcomes
    assert [int(outcome == "charged")] == played.charged


def test_facts_of_a_relation_mean_nothing_under_the_other_policies() -> None:
    """Rules 50 and 63: a contact credit is spent on a first-degree connection as well."""
    for policy, plan in [("humanlinker", "pro"), ("lemlist", "email_pro")]:
        both = {**FIRST, **OPEN}
        played = Played(policy, plan, analyse("2026-01-05", "c", thread="t", facts=both))
        assert ["charged"] == played.outcomes


def test_rule_06_a_thread_is_free_after_its_first_paid_message() -> None:
    """One credit opens a thread for ever; another thread costs again."""
    played = Played(
        "linkedin-messages",
        "premium_business",
        send("2026-01-05", "t"),
        send("2026-01-06", "t"),
        send("2026-01-07", "u"),
        send("2027-06-07", "t"),
        event("2027-06-08", "cancel"),
        send("2027-06-09", "t"),
    )
    free = "free:open_thread"
    assert ["charged", free, "charged", free, "cancelled", free] == played.outcomes


def test_only_a_paid_message_opens_its_thread() -> None:
    """A message to a first-degree connection, or a refused one, opens nothing."""
    played = Played(
        "linkedin-messages",
        "basic",
        send("2026-01-05", "t", facts=FIRST),
        send("2026-01-06", "t"),
        event("2026-01-07", "purchase", pack=25),
        send("2026-01-08", "t"),
        send("2026-01-09", "t", facts=FIRST),
        send("2026-01-09", "t"),
    )
    assert [
        "free:first_degree",
        "refused:out_of_credits",
        "granted",
        "charged",
        "free:first_degree",
        "free:open_thread",
    ] == played.outcomes


def test_a_message_without_a_thread_costs_every_time() -> None:
    """What names no thread opens none."""
    played = Played("linkedin-messages", "recruiter", *[send("2026-01-05")] * 3)
    assert [1, 1, 1] == played.charged


@pytest.mark.parametrize(
    ("policy", "plan"),
    [("inmail-rollover", "premium_career"), ("inmail-monthly", "premium_career")],
)
def test_rules_28_and_47_follow_ups_cost(policy: str, plan: str) -> None:
    """Without a free thread every message costs a credit, until there are none."""
    sent = [send(f"2026-01-{day:02}", "t") for day in range(5, 11)]
    played = Played(policy, plan, *sent)
    assert ["charged"] * 5 + ["refused:out_of_credits"] == played.outcomes


@pytest.mark.parametrize(
    ("policy", "plan", "price"),
    [
        ("humanlinker", "starter", 1),
        ("lemlist", "email_pro", 1),
        ("linkedin-messages", "recruiter", 0),
        ("inmail-rollover", "sales_navigator", 0),
        ("inmail-monthly", "sales_navigator", 0),
    ],
)
def test_rules_50_and_51_a_contact_is_paid_once(policy: str, plan: str, price: int) -> None:
    """Under all five the first analysis counts, every later one is free for ever."""
    played = Played(
        policy,
        plan,
        analyse("2026-01-05", "a"),
        analyse("2026-01-05", "a"),
        analyse("2026-01-06", "b"),
        event("2026-01-06", "cancel"),
        analyse("2029-01-06", "a"),
        event("2029-01-07", "hold", hold="h", action="contact.analysis", contact="b"),
    )
    first = "charged" if price else "free:not_metered"
    known = "free:already_analyzed"
    assert [first, known, first, "cancelled", known, known] == played.outcomes
    assert [price, 0, price, 0, 0, 0] == played.charged


def test_rule_59_a_paid_contact_survives_a_zero_balance() -> None:
    """With no credits left a known contact is still free, and a new one is refused."""
    spent = [analyse("2026-01-05", f"c{number}") for number in range(201)]
    played = Played("humanlinker", "starter", *spent, analyse("2026-01-05", "c7"))
    assert ["refused:out_of_credits", "free:already_analyzed"] == played.outcomes[-2:]


def test_a_refused_analysis_is_not_remembered() -> None:
    """A contact whose analysis was refused costs when credits are back."""
    spent = [analyse("2026-01-05", f"c{number}") for number in range(201)]
    played = Played("humanlinker", "starter", *spent, analyse("2026-02-05", "c200"))
    assert ["refused:out_of_credits", "charged"] == played.outcomes[-2:]


def test_other_actions_cost_every_time() -> None:
    """Once per contact is the analysis alone; a search for the same contact costs each time."""
    find = event("2026-01-05", "charge", action="email.find", contact="c")
    played = Played("lemlist", "email_pro", find, find, analyse("2026-01-05", "c"))
    assert [5, 5, 1] == played.charged


def test_a_message_ignores_its_contact() -> None:
    """`message.send` to a contact that was analysed, or written to before, costs."""
    played = Played(
        "inmail-rollover",
        "sales_navigator",
        analyse("2026-01-05", "c"),
        send("2026-01-05", contact="c"),
        send("2026-01-05", contact="c"),
    )
    assert [0, 1, 1] == played.charged


@pytest.mark.parametrize(
    ("action", "quantity", "price"),
    [
        ("email.find", 1, 5),
        ("profile.enrich", 3, 3),
        ("phone.find", 2, 40),
        ("call.minute", 7, 28),
        ("ai.variable", 10, 10),
    ],
)
def test_rules_63_to_67_prices(action: str, quantity: int, price: int) -> None:
    """The price of one unit is multiplied by the quantity."""
    played = Played(
        "lemlist", "email_pro", event("2026-01-05", "charge", action=action, quantity=quantity)
    )
    assert ["charged"] == played.outcomes
    assert [price] == played.charged


def test_the_price_is_decided_once_per_event() -> None:
    """Three messages in one event cost three, though the first of them opens the thread."""
    played = Played(
        "linkedin-messages",
        "recruiter",
        send("2026-01-05", "t", quantity=3),
        send("2026-01-05", "t", quantity=3),
    )
    assert [3, 0] == played.charged


def test_all_or_nothing() -> None:
    """A price above what there is takes nothing at all."""
    dear = event("2026-01-05", "charge", action="phone.find", quantity=51)
    exact = event("2026-01-05", "charge", action="phone.find", quantity=50)
    played = Played("lemlist", "email_pro", dear, exact)
    assert ["refused:out_of_credits", "charged"] == played.outcomes
    assert [1000, 0] == played.available


@pytest.mark.parametrize("do", ["charge", "hold"])
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"action": "coffee"}, "unknown_action"),
        ({"action": "message.send"}, "unknown_action"),
        ({"action": "contact.analysis"}, "contact_required"),
        ({"action": "contact.analysis", "quantity": 2}, "contact_required"),
        ({"action": "contact.analysis", "contact": "c", "quantity": 2}, "invalid_quantity"),
    ],
)
def test_spending_refusals_in_order(do: str, fields: Line, reason: str) -> None:
    """The action is looked at before the contact, the contact before the quantity."""
    named = {"hold": "h"} if do == "hold" else {}
    played = Played("lemlist", "email_pro", event("2026-01-05", do, **named, **fields))
    assert [f"refused:{reason}"] == played.outcomes


def test_a_wrong_quantity_is_refused_before_free_reasons() -> None:
    """`invalid_quantity` comes before `already_analyzed`."""
    played = Played(
        "humanlinker",
        "pro",
        analyse("2026-01-05", "c"),
        analyse("2026-01-05", "c", quantity=2),
    )
    assert ["charged", "refused:invalid_quantity"] == played.outcomes


def test_free_reasons_in_order() -> None:
    """The first that holds is answered: relation, thread, analysed, running, not metered."""
    hold = event("2026-01-05", "hold", hold="h", action="contact.analysis", contact="c")
    played = Played("humanlinker", "pro", hold, analyse("2026-01-05", "c"))
    assert ["ok", "free:joined_running_analysis"] == played.outcomes
    played = Played(
        "linkedin-messages",
        "recruiter",
        send("2026-01-05", "t"),
        send("2026-01-05", "t", facts=FIRST),
        analyse("2026-01-05", "c", facts=FIRST),
        analyse("2026-01-05", "c"),
        analyse("2026-01-05", "c"),
        analyse("2026-01-05", "c", thread="t"),
        analyse("2026-01-05", "c", thread="t", facts=FIRST),
    )
    assert [
        "charged",
        "free:first_degree",
        "free:first_degree",
        "free:not_metered",
        "free:already_analyzed",
        "free:open_thread",
        "free:first_degree",
    ] == played.outcomes


def test_rule_79_earmarked_credits_pay_first_and_for_nothing_else() -> None:
    """100 call minutes come out of the 400 set aside; the general credits pay only after them."""
    played = Played(
        "lemlist",
        "multichannel_expert",
        event("2026-01-05", "charge", action="call.minute", quantity=99),
        event("2026-01-05", "charge", action="ai.variable", quantity=1501),
        event("2026-01-05", "charge", action="call.minute", quantity=2),
        event("2026-01-05", "charge", action="ai.variable", quantity=1497),
        event("2026-01-05", "charge", action="ai.variable", quantity=1496),
    )
    out = "refused:out_of_credits"
    assert ["charged", out, "charged", out, "charged"] == played.outcomes
    assert [1504, 1504, 1496, 1496, 0] == played.available


def test_earmarked_credits_count_as_available() -> None:
    """`available` counts every free credit, though 400 of them are for calls alone."""
    played = Played("lemlist", "multichannel_expert", event("2026-01-05", "balance"))
    assert [("2026-01-05T12:00:00Z", 1900)] == played.sums("granted")
    assert [1900] == played.available


def test_rule_77_granted_credits_are_spent_before_bought_ones() -> None:
    """At the end of the cycle only the bought credits are left, whole."""
    played = Played(
        "lemlist",
        "email_pro",
        event("2026-01-05", "purchase", credits=100),
        event("2026-01-06", "charge", action="ai.variable", quantity=990),
        event("2026-02-05", "balance"),
    )
    assert [("2026-02-05T00:00:00Z", 10)] == played.sums("expired")
    assert 1100 == played.left


def test_what_ends_soonest_is_spent_first() -> None:
    """Of credits that roll over, the oldest are spent, so that as few as possible expire."""
    played = Played(
        "inmail-rollover",
        "sales_navigator",
        event("2026-01-05", "balance"),
        send("2026-02-10", quantity=50),
        event("2026-04-20", "balance"),
    )
    # the 50 of January were spent in February: nothing expires 90 days after January 5th
    assert [] == [line for line in played.sums("expired") if line[0] < "2026-04-10"]


def test_a_zero_allotment_is_legal() -> None:
    """Rule 3: a plan with no credits runs, refuses, and sells packs."""
    played = Played(
        "linkedin-messages",
        "basic",
        send("2026-01-05"),
        event("2026-01-05", "purchase", pack=25),
        send("2026-01-05"),
    )
    assert ["refused:out_of_credits", "granted", "charged"] == played.outcomes
