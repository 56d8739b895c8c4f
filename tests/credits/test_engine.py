"""What only the live ledger asks of the engine: holds that run out, caps, corrections."""

from dataclasses import replace

import pytest

from backend.credits.engine import apply, due_at
from backend.credits.policy import Policy, load_policy
from backend.credits.rules.state import (
    Adjust,
    Cancel,
    Capture,
    ChangePlan,
    ChangeSeats,
    Charge,
    Command,
    Decision,
    Entry,
    EntryKind,
    Facts,
    LotClass,
    LotSource,
    Outcome,
    PaidMessage,
    Part,
    PlaceHold,
    Pool,
    Purchase,
    Release,
    Reply,
    Reverse,
    Settle,
)
from backend.instants import DAY, HOUR, MINUTE, SECOND
from tests.credits.pools import CONTACTS, ROLLING, START, TEAM, after, analysis, opened

MESSAGES = load_policy("linkedin-messages")

# --- holds that run out -------------------------------------------------------------------


def hold(pool: Pool, seconds: int = 120, quantity: int = 1) -> Decision:
    """A hold that runs out after some seconds."""
    command = PlaceHold("h", "contact.analysis", contact="a", expires_at=START + seconds * SECOND)
    return apply(pool, command, Facts(), CONTACTS, START)


def test_a_hold_runs_out_at_its_instant() -> None:
    """At `expires_at` it is released to its own lots, with a reason, before anything else."""
    placed = hold(opened())
    assert START + 120 * SECOND == due_at(placed.pool, CONTACTS)
    later = apply(placed.pool, Settle(), Facts(), CONTACTS, START + HOUR)
    assert [("released", "hold_expired", START + 120 * SECOND)] == [
        (step.outcome, step.reason, step.at) for step in later.before
    ]
    assert (200, 0) == (later.pool.available, later.pool.held)
    assert (placed.placed,) == later.expired_holds
    assert () == later.pool.holds
    assert [(EntryKind.RELEASE, 0, "h")] == [(e.kind, e.amount, e.hold) for e in later.entries]


def test_a_hold_is_good_until_its_instant() -> None:
    """A microsecond before it runs out it can be captured; at that instant it is closed."""
    placed = hold(opened())
    assert placed.placed is not None
    last = placed.placed.expires_at
    assert (
        Outcome.CAPTURED
        == apply(placed.pool, Capture("h"), Facts(), CONTACTS, last - 1).step.outcome
    )
    for command in (Capture("h"), Release("h")):
        late = apply(placed.pool, command, Facts(), CONTACTS, last)
        assert ("refused", "hold_closed") == (late.step.outcome, late.step.reason)
        assert 200 == late.pool.available


def test_a_hold_that_runs_out_after_its_lot_expires_into_it() -> None:
    """Its credit is released and ends at the same instant, on a line of its own."""
    end = opened().cycle_end_at
    command = PlaceHold("h", "contact.analysis", contact="a", expires_at=end + MINUTE)
    placed = apply(opened(), command, Facts(), CONTACTS, end - MINUTE)
    later = apply(placed.pool, Settle(), Facts(), CONTACTS, end + HOUR)
    assert [
        ("expired", end, 199),
        ("allotment", end, 0),
        ("hold_expired", end + MINUTE, 0),
        ("expired", end + MINUTE, 1),
    ] == [(step.reason, step.at, step.expired) for step in later.before]
    assert 200 == later.pool.balance


# --- caps ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [analysis("a"), PlaceHold("h", "contact.analysis", contact="a")]
)
@pytest.mark.parametrize(
    ("used", "outcome"), [(9, None), (10, "cap_reached"), (11, "cap_reached")]
)
def test_a_members_cap(command: Command, used: int, outcome: str | None) -> None:
    """What would go over the member's cap for this cycle is refused, and says what it needed."""
    decision = apply(opened(), command, Facts(cap=10, cap_used=used), CONTACTS, START)
    if outcome is None:
        assert Outcome.REFUSED != decision.step.outcome
    else:
        assert (Outcome.REFUSED, outcome, 1) == (
            decision.step.outcome,
            decision.step.reason,
            decision.needed,
        )


def test_the_cap_comes_after_free_reasons_and_before_credits() -> None:
    """A known contact is free at a full cap; an empty pool says `cap_reached` first."""
    full = Facts(cap=0, already_paid=True)
    assert "already_analyzed" == apply(opened(), analysis("a"), full, CONTACTS, START).step.reason
    empty = replace(opened(), lots=())
    refusal = apply(empty, analysis("a"), Facts(cap=0), CONTACTS, START)
    assert "cap_reached" == refusal.step.reason
    refusal = apply(empty, analysis("a"), Facts(cap=9), CONTACTS, START)
    assert ("out_of_credits", 1) == (refusal.step.reason, refusal.needed)


# --- time ---------------------------------------------------------------------------------


def test_a_clock_that_goes_back_revives_nothing() -> None:
    """After the cycle's end an earlier `now` counts as the last instant that was settled."""
    late = apply(opened(), Settle(), Facts(), CONTACTS, START + 40 * DAY)
    back = apply(late.pool, analysis("a"), Facts(), CONTACTS, START + DAY)
    assert late.pool.touched_at == back.step.at
    assert back.pool.touched_at == late.pool.touched_at
    assert 199 == back.pool.balance


def test_settling_is_silent_when_nothing_is_due() -> None:
    """The pool is the very same object, and nothing is written."""
    pool = opened()
    decision = apply(pool, Settle(), Facts(), CONTACTS, START + DAY)
    assert decision.pool is pool
    assert () == decision.entries


def test_what_fell_due_stays_done_when_the_command_is_refused() -> None:
    """A refusal keeps the settled cycle, and changes nothing else."""
    pool = opened()
    refusal = apply(pool, Charge("coffee"), Facts(), CONTACTS, START + 40 * DAY)
    assert Outcome.REFUSED == refusal.step.outcome
    assert 1 == refusal.pool.cycle
    assert ["expired", "allotment"] == [step.reason for step in refusal.before]


def test_what_a_pool_waits_for() -> None:
    """The next due instant is the soonest of cycle, lot with credits, and hold."""
    pool = opened(ROLLING, "premium_career")
    assert pool.cycle_end_at == due_at(pool, ROLLING)
    lot = replace(pool.lots[0], expires_at=START + DAY)
    assert START + DAY == due_at(replace(pool, lots=(lot,)), ROLLING)
    spent = replace(lot, remaining=0, held=1)
    assert pool.cycle_end_at == due_at(replace(pool, lots=(spent,)), ROLLING)


# --- corrections --------------------------------------------------------------------------


def test_an_owner_adds_credits() -> None:
    """A positive correction is a granted lot that lives as the policy's grants do."""
    decision = after(opened(), Adjust(30, "sorry"))
    lot = decision.pool.lots[-1]
    assert (230, 30, "sorry") == (
        decision.pool.balance,
        decision.step.granted,
        decision.step.reason,
    )
    assert (LotSource.ADJUSTMENT, LotClass.GRANTED) == (lot.source, lot.lot_class)
    assert decision.pool.cycle_end_at == lot.expires_at


def test_an_owner_takes_credits() -> None:
    """A negative one takes free credits only, earmarked ones last, all or nothing."""
    pool = opened(TEAM, "multichannel_expert")
    pool = after(pool, PlaceHold("h", "ai.variable", quantity=1400), policy=TEAM).pool
    decision = after(pool, Adjust(-150, "test"), policy=TEAM)
    assert 150 == decision.step.forfeited
    assert [0, 350] == [lot.remaining for lot in decision.pool.lots]
    refusal = after(pool, Adjust(-501, "test"), policy=TEAM)
    assert ("out_of_credits", 501) == (refusal.step.reason, refusal.needed)
    assert refusal.pool is pool
    assert "invalid_credits" == after(pool, Adjust(0, "test"), policy=TEAM).step.reason


def test_a_correction_above_the_cap_is_trimmed() -> None:
    """Under a cap the oldest credits give way to a correction, as to any grant."""
    decision = after(opened(ROLLING, "premium_career"), Adjust(20, "sorry"), policy=ROLLING)
    assert [("cap_overflow", 10)] == [(step.reason, step.expired) for step in decision.after]
    assert [0, 15] == [lot.remaining for lot in decision.pool.lots]


# --- a charge that was wrong --------------------------------------------------------------


def test_a_reversed_charge_returns_to_its_own_lots() -> None:
    """A merge gives the later charge back where it came from."""
    charged = after(opened(), analysis("a"))
    back = after(charged.pool, Reverse((Part(1, 1),), "merged_duplicate"))
    assert ("refunded", 1, "merged_duplicate") == (
        back.step.outcome,
        back.step.refunded,
        back.step.reason,
    )
    assert 200 == back.pool.lots[0].remaining
    assert [(EntryKind.REVERSE, 1)] == [(entry.kind, entry.amount) for entry in back.entries]


def test_a_charge_of_an_expired_lot_is_made_good_by_a_new_one() -> None:
    """The new lot is of the same class, and lives as long as the old one did."""
    charged = after(opened(), analysis("a"))
    now = START + 40 * DAY
    back = apply(charged.pool, Reverse((Part(1, 1),), "merged_duplicate"), Facts(), CONTACTS, now)
    old, new = back.pool.lots[0], back.pool.lots[-1]
    assert LotSource.COMPENSATION == new.source
    assert old.expires_at - old.effective_at == new.expires_at - new.effective_at
    assert 201 == back.pool.balance
    assert () == back.after


def test_a_charge_reversed_after_a_cancellation_is_forfeited() -> None:
    """What the cancellation would have taken unspent does not come back to life."""
    charged = after(opened(), analysis("a"), Cancel())
    back = after(charged.pool, Reverse((Part(1, 1),), "merged_duplicate"))
    assert [("lot_voided", 1)] == [(step.reason, step.forfeited) for step in back.after]
    assert 0 == back.pool.balance
    spent = after(opened(), *[analysis(f"c{n}") for n in range(200)], Cancel()).pool
    unmarked = replace(spent, lots=tuple(replace(lot, voided=False) for lot in spent.lots))
    back = after(unmarked, Reverse((Part(1, 1),), "merged_duplicate"))
    assert 0 == back.pool.balance


def test_a_reversed_purchase_survives_a_cancellation() -> None:
    """Bought credits that a cancellation keeps are given back to keep."""
    pool = after(opened(TEAM, "free_trial"), Purchase(credits=5), policy=TEAM).pool
    pool = after(pool, Charge("ai.variable", quantity=505), Cancel(), policy=TEAM).pool
    back = after(pool, Reverse((Part(1, 500), Part(2, 5)), "merged_duplicate"), policy=TEAM)
    assert 5 == back.pool.balance


def test_what_makes_good_is_like_what_has_expired() -> None:
    """Class and earmark of the new lot are the old one's, from the very instant of its end."""
    calls = after(
        opened(TEAM, "multichannel_expert"), Charge("call.minute", quantity=2), policy=TEAM
    ).pool
    end = calls.cycle_end_at
    back = apply(calls, Reverse((Part(2, 8),), "x"), Facts(), TEAM, end).pool.lots[-1]
    assert (LotSource.COMPENSATION, "call.minute", 8) == (back.source, back.earmark, back.granted)
    bought = after(
        opened(MESSAGES, "basic"), Purchase(pack=25), Charge("message.send"), policy=MESSAGES
    ).pool
    back = apply(bought, Reverse((Part(1, 1),), "x"), Facts(), MESSAGES, end).pool.lots[-1]
    assert (LotClass.PURCHASED, None) == (back.lot_class, back.earmark)
    early = apply(bought, Reverse((Part(1, 1),), "x"), Facts(), MESSAGES, end - 1).pool
    assert [25] == [lot.remaining for lot in early.lots]


@pytest.mark.parametrize(
    ("policy", "plan", "left"), [(TEAM, "email_pro", 5), (MESSAGES, "premium_business", 0)]
)
def test_a_spent_lot_that_no_cancellation_saw_is_lost_like_the_others(
    policy: Policy, plan: str, left: int
) -> None:
    """A store loads no spent lots: what comes back to one is judged by its class."""
    pack = Purchase(pack=25) if policy is MESSAGES else Purchase(credits=25)
    action = "message.send" if policy is MESSAGES else "ai.variable"
    pool = after(opened(policy, plan), pack, policy=policy).pool
    spent = after(pool, Charge(action, quantity=pool.available), policy=policy).pool
    ended = after(replace(spent, lots=()), Cancel(), policy=policy).pool
    back = after(
        replace(ended, lots=spent.lots), Reverse((Part(1, 3), Part(2, 5)), "x"), policy=policy
    )
    assert (left, 8 - left) == (back.pool.balance, sum(step.forfeited for step in back.after))


# --- refunds, as the store loads them -----------------------------------------------------


def test_a_refund_whose_lot_is_not_loaded_makes_a_new_one() -> None:
    """A store may forget lots whose life is over."""
    pool = after(
        opened(ROLLING, "premium_career"), Charge("message.send", thread="t"), policy=ROLLING
    ).pool
    facts = Facts(paid_message=PaidMessage(START, 99))
    decision = apply(pool, Reply("t"), facts, ROLLING, START + DAY)
    assert LotSource.REFUND == decision.pool.lots[-1].source
    assert "t" == decision.refunded_thread


# --- what a decision says -----------------------------------------------------------------


def test_a_decision_says_what_it_paid_for() -> None:
    """The caller learns the contact, the thread and the message to remember."""
    decision = after(opened(), analysis("a"))
    assert ("a", None, None) == (
        decision.paid_contact,
        decision.paid_thread,
        decision.paid_message,
    )
    pool = opened(ROLLING, "premium_career")
    decision = after(pool, Charge("message.send", contact="c", thread="t"), policy=ROLLING)
    assert (None, "t") == (decision.paid_contact, decision.paid_thread)
    assert PaidMessage(START, 1) == decision.paid_message
    decision = after(pool, analysis("a"), policy=ROLLING)
    assert "a" == decision.paid_contact


def test_a_free_answer_has_a_receipt_of_its_own_or_that_of_the_paid_one() -> None:
    """Rule 5: a free message writes an entry of 0; what was paid before writes nothing."""
    first = Charge("message.send", thread="t", relation="first_degree")
    free = apply(opened(ROLLING, "free"), first, Facts(), ROLLING, START)
    assert [(EntryKind.CHARGE, 0, "first_degree")] == [
        (entry.kind, entry.amount, entry.reason) for entry in free.entries
    ]
    unmetered = apply(opened(ROLLING, "free"), analysis("a"), Facts(), ROLLING, START)
    assert [0] == [entry.amount for entry in unmetered.entries]
    for facts in (Facts(already_paid=True), Facts(running=True)):
        assert () == apply(opened(), analysis("a"), facts, CONTACTS, START).entries


def test_the_journal_is_gapless_and_adds_up() -> None:
    """`seq` counts up by one; each entry's moves make its amount, and the amounts the balance."""
    pool = opened(TEAM, "multichannel_expert")
    entries: list[Entry] = []
    for command in (
        PlaceHold("h", "call.minute", quantity=120),
        Capture("h", 110),
        Purchase(credits=10),
        Charge("ai.variable", quantity=3),
        ChangePlan("email_pro"),
        ChangeSeats(2),
        Cancel(),
    ):
        decision = after(pool, command, policy=TEAM)
        entries += decision.entries
        pool = decision.pool
    assert list(range(3, 3 + len(entries))) == [entry.seq for entry in entries]
    for entry in entries:
        assert entry.amount == sum(move.free + move.held for move in entry.moves)
    assert pool.balance == 1900 + sum(entry.amount for entry in entries)
    assert entries[-1].balance_after == pool.balance
    assert pool.seq == entries[-1].seq


def test_an_idempotent_replay_touches_nothing() -> None:
    """A repeated key is answered before the command is even looked at."""
    pool = opened()
    again = apply(pool, Charge("coffee"), Facts(replay=True), CONTACTS, START)
    assert ("ok", "idempotent_replay") == (again.step.outcome, again.step.reason)
    assert again.pool is pool
    other = apply(pool, analysis("a"), Facts(replay=True, replay_matches=False), CONTACTS, START)
    assert "idempotency_key_reused" == other.step.reason


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Charge("ai.variable", quantity=0), "invalid_quantity"),
        (ChangeSeats(0), "invalid_seats"),
        (Capture("h", 0), "invalid_quantity"),
    ],
)
def test_numbers_below_one_are_refused(command: Command, reason: str) -> None:
    """No command gets credits out of a zero or a negative number."""
    pool = after(opened(TEAM, "email_pro"), PlaceHold("h", "ai.variable"), policy=TEAM).pool
    assert reason == after(pool, command, policy=TEAM).step.reason


def test_a_capture_under_a_newer_policy_without_the_action() -> None:
    """A hold keeps its price: it is captured although the action is no longer listed."""
    placed = after(opened(TEAM, "email_pro"), PlaceHold("h", "phone.find"), policy=TEAM)
    newer = replace(TEAM, actions={"ai.variable": TEAM.actions["ai.variable"]})
    assert 20 == after(placed.pool, Capture("h"), policy=newer).step.charged
