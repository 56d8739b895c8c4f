"""The journal word for word: every entry of two stories, with all that a report may ask of it."""

from backend.credits.engine import apply, open_pool
from backend.credits.policy import Policy
from backend.credits.rules.state import (
    Adjust,
    Cancel,
    Capture,
    ChangePlan,
    ChangeSeats,
    Charge,
    Command,
    Facts,
    PaidMessage,
    Part,
    PlaceHold,
    Purchase,
    Release,
    Reply,
    Reverse,
    Settle,
    StartTrial,
)
from backend.instants import DAY, MINUTE, Instant
from tests.credits.pools import ROLLING, START, TEAM

NONE = Facts()
Told = tuple[Command, Instant, Facts]


def journal(policy: Policy, plan: str, *told: Told) -> list[str]:
    """The steps of a story and their entries, a line each; instants count from the start."""
    decision = open_pool(policy, plan, 1, "UTC", START)
    pool, lines = decision.pool, []
    decisions = [decision]
    for command, after, facts in told:
        decision = apply(pool, command, facts, policy, START + after)
        pool = decision.pool
        decisions.append(decision)
    for decision in decisions:
        for step in (*decision.before, decision.step, *decision.after):
            mark = "settled " if step.settled else ""
            lines.append(f"{mark}{step.outcome} {step.reason}: {step.available} + {step.held}")
            for entry in step.entries:
                moves = " ".join(f"{m.lot}:{m.free:+}{m.held:+}" for m in entry.moves)
                about = [entry.action, entry.quantity, entry.contact, entry.thread, entry.hold]
                named = " ".join("-" if each is None else str(each) for each in about)
                lines.append(
                    f"  {entry.seq} {entry.kind} {entry.amount:+} -> {entry.balance_after} held"
                    f" {entry.held_after} {entry.reason} [{moves}] {named}"
                )
    return lines


def test_a_team_from_its_first_grant_to_its_end() -> None:
    """Holds, a purchase, a trial, pending changes, a new cycle, a correction, a cancellation."""
    soon, later = 2 * MINUTE, 31 * DAY
    wanted = """
settled granted allotment: 1900 + 0
  1 grant +1500 -> 1500 held 0 allotment [1:+1500+0] - - - - -
  2 grant +400 -> 1900 held 0 allotment [2:+400+0] call.minute - - - -
ok placed: 1460 + 440
  3 hold +0 -> 1900 held 440 placed [2:-400+400 1:-40+40] call.minute 110 c t h
captured metered: 1480 + 0
  4 capture -420 -> 1480 held 0 metered [2:+0-400 1:+20-40] call.minute 105 c t h
ok placed: 1470 + 10
  5 hold +0 -> 1480 held 10 placed [1:-10+10] email.find 2 c t i
settled released hold_expired: 1480 + 0
  6 release +0 -> 1480 held 0 hold_expired [1:+10-10] email.find 2 c t i
granted purchase: 1490 + 0
  7 grant +10 -> 1490 held 0 purchase [3:+10+0] - - - - -
ok placed: 1470 + 20
  8 hold +0 -> 1490 held 20 placed [1:-20+20] phone.find 1 d - j
released nothing_found: 1490 + 0
  9 release +0 -> 1490 held 0 nothing_found [1:+20-20] phone.find 1 d - j
granted trial: 1990 + 0
  10 grant +500 -> 1990 held 0 trial [4:+500+0] - - - - -
changed downgrade_at_end_of_cycle: 1990 + 0
  11 change +0 -> 1990 held 0 downgrade_at_end_of_cycle [] - - - - -
changed seats_added: 4990 + 0
  12 change +0 -> 1990 held 0 seats_added [] - - - - -
  13 grant +3000 -> 4990 held 0 allotment [5:+3000+0] - - - - -
changed seats_at_end_of_cycle: 4990 + 0
  14 change +0 -> 4990 held 0 seats_at_end_of_cycle [] - - - - -
charged first_analysis: 4989 + 0
  15 charge -1 -> 4989 held 0 first_analysis [1:-1+0] contact.analysis 1 c t -
settled ok expired: 10 + 0
  16 expire -4979 -> 10 held 0 expired [1:-1479+0 4:-500+0 5:-3000+0] - - - - -
settled changed plan_changed: 10 + 0
  17 change +0 -> 10 held 0 plan_changed [] - - - - -
  18 change +0 -> 10 held 0 seats_changed [] - - - - -
settled granted allotment: 2010 + 0
  19 grant +2000 -> 2010 held 0 allotment [6:+2000+0] - - - - -
ok settled: 2010 + 0
ok less: 2005 + 0
  20 adjust -5 -> 2005 held 0 less [6:-5+0] - - - - -
cancelled cancelled: 2005 + 0
  21 change +0 -> 2005 held 0 cancelled [] - - - - -
settled ok cancelled: 10 + 0
  22 forfeit -1995 -> 10 held 0 cancelled [6:-1995+0] - - - - -
"""
    assert wanted.strip().splitlines() == journal(
        TEAM,
        "multichannel_expert",
        (PlaceHold("h", "call.minute", 110, "c", "t"), 0, NONE),
        (Capture("h", 105), 0, NONE),
        (PlaceHold("i", "email.find", 2, "c", "t", expires_at=START + MINUTE), 0, NONE),
        (Purchase(credits=10), soon, NONE),
        (PlaceHold("j", "phone.find", 1, "d"), soon, NONE),
        (Release("j", "nothing_found"), soon, NONE),
        (StartTrial(), soon, NONE),
        (ChangePlan("email_pro"), soon, NONE),
        (ChangeSeats(3), soon, NONE),
        (ChangeSeats(2), soon, NONE),
        (Charge("contact.analysis", 1, "c", "t"), soon, NONE),
        (Settle(), later, NONE),
        (Adjust(-5, "less"), later, NONE),
        (Cancel(), later, NONE),
    )


def test_messages_that_come_back() -> None:
    """Free and paid messages, replies that refund and that do not, a reversal, a downgrade."""
    paid = Facts(paid_message=PaidMessage(START, 1))
    again = Facts(paid_message=PaidMessage(START, 1), thread_refunded=True)
    stranger = "second_degree"
    wanted = """
settled granted allotment: 15 + 0
  1 grant +15 -> 15 held 0 allotment [1:+15+0] - - - - -
charged metered: 13 + 0
  2 charge -2 -> 13 held 0 metered [1:-2+0] message.send 2 c t -
free first_degree: 13 + 0
  3 charge +0 -> 13 held 0 first_degree [] message.send 1 c u -
free not_metered: 13 + 0
  4 charge +0 -> 13 held 0 not_metered [] contact.analysis 1 d v -
free already_analyzed: 13 + 0
refunded reply: 14 + 0
  5 refund +1 -> 14 held 0 reply [1:+1+0] - - - t -
ok already_refunded: 14 + 0
ok no_paid_message: 14 + 0
ok too_late: 14 + 0
refunded merged_duplicate: 15 + 0
  6 reverse +1 -> 15 held 0 merged_duplicate [1:+1+0] - - - - -
changed upgrade: 50 + 0
  7 change +0 -> 15 held 0 upgrade [] - - - - -
  8 grant +35 -> 50 held 0 allotment [2:+35+0] - - - - -
changed equal: 50 + 0
  9 change +0 -> 50 held 0 equal [] - - - - -
changed downgrade: 50 + 0
  10 change +0 -> 50 held 0 downgrade [] - - - - -
settled ok downgrade: 15 + 0
  11 forfeit -35 -> 15 held 0 downgrade [1:-15+0 2:-20+0] - - - - -
granted sorry: 20 + 0
  12 grant +5 -> 20 held 0 sorry [3:+5+0] - - - - -
settled ok cap_overflow: 15 + 0
  13 expire -5 -> 15 held 0 cap_overflow [2:-5+0] - - - - -
cancelled cancelled: 15 + 0
  14 change +0 -> 15 held 0 cancelled [] - - - - -
settled ok cancelled: 0 + 0
  15 forfeit -15 -> 0 held 0 cancelled [2:-10+0 3:-5+0] - - - - -
ok cancelled: 0 + 0
"""
    late = Facts(paid_message=PaidMessage(START - 91 * DAY, 1))
    assert wanted.strip().splitlines() == journal(
        ROLLING,
        "premium_business",
        (Charge("message.send", 2, "c", "t", stranger), 0, NONE),
        (Charge("message.send", 1, "c", "u", "first_degree"), 0, NONE),
        (Charge("contact.analysis", 1, "d", "v", stranger), 0, NONE),
        (Charge("contact.analysis", 1, "d", "v"), 0, Facts(already_paid=True)),
        (Reply("t"), 0, paid),
        (Reply("t"), 0, again),
        (Reply("w"), 0, NONE),
        (Reply("x"), 0, late),
        (Reverse((Part(1, 1),), "merged_duplicate"), 0, NONE),
        (ChangePlan("sales_navigator"), 0, NONE),
        (ChangePlan("sales_navigator"), 0, NONE),
        (ChangePlan("premium_career"), 0, NONE),
        (Adjust(5, "sorry"), 0, NONE),
        (Cancel(), 0, NONE),
        (Reply("y"), 0, paid),
    )
