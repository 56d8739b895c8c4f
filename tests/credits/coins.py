"""The contract of `meetonce simulate` once more, with every credit a coin of its own.

Written from the contract's sentences without the engine's lots, holds or policy files, for one
purpose: whatever random events do, both must print the same. It is slow and only knows UTC.
"""

import calendar
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Line = dict[str, Any]
NINETY_DAYS = timedelta(days=90)
MESSAGE_ACTIONS = {"message.send": 1, "contact.analysis": 0}
SEND, ANALYSE = "message.send", "contact.analysis"


@dataclass(frozen=True)
class System:
    """One credit system, as the contract's tables have it."""

    plans: dict[str, int]
    actions: dict[str, int]
    free: tuple[str, ...] = ()
    upgrade: str = "delta"
    downgrade: str = "later"
    rolls: bool = False
    calendar_month: bool = False
    per_seat: bool = False
    keeps_purchased: bool = False
    sells: str = ""
    packs: tuple[int, ...] = ()


SYSTEMS = {
    "humanlinker": System({"starter": 200, "pro": 350, "business": 600}, {ANALYSE: 1}),
    "linkedin-messages": System(
        {
            "basic": 0,
            "premium_business": 25,
            "sales_navigator_professional": 25,
            "sales_navigator_team": 25,
            "recruiter_lite": 75,
            "recruiter": 175,
        },
        MESSAGE_ACTIONS,
        free=("first_degree", "open_thread"),
        sells="packs",
        packs=(25, 75, 175, 500, 1000),
    ),
    "inmail-rollover": System(
        {
            "free": 0,
            "premium_career": 5,
            "premium_business": 15,
            "sales_navigator": 50,
            "recruiter_lite": 30,
        },
        MESSAGE_ACTIONS,
        free=("first_degree", "open_profile"),
        downgrade="trim",
        rolls=True,
    ),
    "inmail-monthly": System(
        {"free": 0, "premium_career": 5, "sales_navigator": 25, "recruiter_lite": 50},
        MESSAGE_ACTIONS,
        free=("first_degree",),
        upgrade="full",
        downgrade="forfeit",
        calendar_month=True,
    ),
    "lemlist": System(
        {"free_trial": 0, "email_pro": 1000, "multichannel_expert": 1500},
        {
            "email.find": 5,
            "profile.enrich": 1,
            "phone.find": 20,
            "call.minute": 4,
            "ai.variable": 1,
            ANALYSE: 1,
        },
        per_seat=True,
        keeps_purchased=True,
        sells="custom",
    ),
}


@dataclass(eq=False)
class Coin:
    """One credit."""

    purchased: bool
    calls_only: bool
    granted_at: datetime
    ends_at: datetime | None
    number: int
    held: bool = False
    voided: bool = False


@dataclass
class Held:
    """An open hold and its coins, in the order they were set aside."""

    event: Line
    coins: list[Coin]


@dataclass
class Purse:
    """One subscription, all its coins, and everything that ever happened to it."""

    name: str
    plan: str
    seats: int
    start: datetime
    day: int
    coins: list[Coin] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)
    analysed: set[str] = field(default_factory=set)
    threads: dict[str, tuple[datetime, Coin]] = field(default_factory=dict)
    refunded: set[str] = field(default_factory=set)
    holds: dict[str, Held | None] = field(default_factory=dict)
    keys: dict[str, Line] = field(default_factory=dict)
    cancelled: bool = False
    trial_used: bool = False
    next_plan: str | None = None
    next_seats: int | None = None

    def __post_init__(self) -> None:
        self.system = SYSTEMS[self.name]
        self.month_end = self.boundary_after(self.start)
        self.created = 0
        self.begin_cycle(self.start, trial=self.plan == "free_trial")

    # --- coins --------------------------------------------------------------------------

    def worth(self, plan: str | None = None, seats: int | None = None) -> int:
        """The allotment of a plan."""
        each = self.system.plans[plan or self.plan]
        return each * (seats or self.seats) if self.system.per_seat else each

    def boundary_after(self, now: datetime) -> datetime:
        """The next anchor day's midnight after `now`."""
        year, month = now.year, now.month
        while True:
            day = min(self.day, calendar.monthrange(year, month)[1])
            found = datetime(year, month, day, tzinfo=UTC)
            if found > now:
                return found
            year, month = year + month // 12, month % 12 + 1

    def mint(
        self,
        count: int,
        now: datetime,
        ends_at: datetime | None,
        *,
        purchased: bool = False,
        calls_only: bool = False,
    ) -> None:
        """Make coins."""
        self.created += 1
        for _ in range(count):
            self.coins.append(Coin(purchased, calls_only, now, ends_at, self.created))

    def mint_allotment(self, count: int, now: datetime) -> None:
        """Make coins of the plan."""
        self.mint(count, now, now + NINETY_DAYS if self.system.rolls else self.month_end)

    def free(self) -> list[Coin]:
        """The coins that are not held."""
        return [coin for coin in self.coins if not coin.held]

    def drop(self, coins: list[Coin]) -> int:
        """Take coins away."""
        gone = set(map(id, coins))
        self.coins = [coin for coin in self.coins if id(coin) not in gone]
        return len(coins)

    def say(self, at: str, do: str, outcome: str, reason: str = "", **amounts: int) -> None:
        """Print a line."""
        self.totals.update(amounts)
        line: Line = {"at": at, "do": do, "outcome": outcome, "reason": reason}
        for name in ("charged", "refunded", "granted", "expired", "forfeited"):
            line[name] = amounts.get(name, 0)
        line["available"] = len(self.free())
        line["held"] = len(self.coins) - line["available"]
        self.lines.append(line)

    def settle_line(self, now: datetime, **amounts: int) -> None:
        """Print a settle line, if it moves anything."""
        if any(amounts.values()):
            self.say(said(now), "settle", "", **amounts)

    # --- what falls due -------------------------------------------------------------------

    def begin_cycle(self, now: datetime, *, trial: bool = False) -> None:
        """Grant what a cycle grants."""
        self.given = self.best = self.worth()
        self.calls = 400 if self.plan == "multichannel_expert" else 0
        self.mint_allotment(self.given, now)
        self.mint(self.calls, now, self.month_end, calls_only=True)
        if trial:
            self.trial_used = True
            self.mint(500, now, self.month_end)
        self.settle_line(now, granted=self.given + self.calls + 500 * trial)

    def settle(self, now: datetime) -> None:
        """Everything due up to and including `now`."""
        while True:
            ends = [coin.ends_at for coin in self.free() if coin.ends_at is not None]
            due = min([self.month_end, *ends])
            if due > now:
                return
            self.expire(due)
            if self.month_end == due:
                self.month_end = self.boundary_after(due)
                if not self.cancelled:
                    self.plan = self.next_plan or self.plan
                    self.seats = self.next_seats or self.seats
                    self.next_plan = self.next_seats = None
                    self.begin_cycle(due)
            self.trim(due)

    def expire(self, now: datetime) -> None:
        """End what is over, and forfeit what came back to a lot that was taken."""
        dead = [coin for coin in self.free() if coin.ends_at is not None and coin.ends_at <= now]
        self.drop(dead)
        self.settle_line(now, expired=len(dead))
        void = [coin for coin in self.free() if coin.voided]
        self.drop(void)
        self.settle_line(now, forfeited=len(void))

    def over_cap(self) -> list[Coin]:
        """The free coins above the cap, oldest first."""
        if not self.system.rolls:
            return []
        surplus = max(0, len(self.coins) - 3 * self.worth())
        return sorted(self.free(), key=lambda coin: (coin.granted_at, coin.number))[:surplus]

    def trim(self, now: datetime) -> None:
        """Keep the cap."""
        taken = self.drop(self.over_cap())
        self.settle_line(now, expired=taken)

    # --- events ---------------------------------------------------------------------------

    def play(self, event: Line) -> None:
        """Settle, then do what the event says."""
        now = datetime.fromisoformat(event["at"])
        self.settle(now)
        at, do, key = event["at"], event["do"], event.get("key")
        own = {name: value for name, value in event.items() if name not in ("at", "key")}
        if key in self.keys:
            same = self.keys[key] == own
            word = ("ok", "idempotent_replay") if same else ("refused", "idempotency_key_reused")
            self.say(at, do, *word)
            return
        getattr(self, f"do_{do}")(event, now)
        own_line = [line for line in self.lines if line["do"] != "settle"][-1]
        if key is not None and own_line["outcome"] != "refused":
            self.keys[key] = own
        self.expire(now)
        self.trim(now)

    def refuse(self, event: Line, reason: str) -> None:
        """Refuse an event."""
        self.say(event["at"], event["do"], "refused", reason)

    def why_not(self, event: Line) -> tuple[str, str] | None:
        """The answer to a spending event that needs no credits."""
        action, contact = event["action"], event.get("contact")
        facts = event.get("facts", {})
        if event["do"] == "hold" and event["hold"] in self.holds:
            return "refused", "hold_exists"
        if action not in self.system.actions:
            return "refused", "unknown_action"
        if action == ANALYSE and contact is None:
            return "refused", "contact_required"
        if action == ANALYSE and event.get("quantity", 1) != 1:
            return "refused", "invalid_quantity"
        held = [hold.event for hold in self.holds.values() if hold is not None]
        truths = {
            "first_degree": facts.get("relation") == "first_degree",
            "open_profile": facts.get("open_profile") is True,
            "open_thread": event.get("thread") in self.threads,
        }
        for fact in self.system.free:
            if truths[fact]:
                return "free", fact
        if action == ANALYSE and contact in self.analysed:
            return "free", "already_analyzed"
        if action == ANALYSE and any(
            each["action"] == ANALYSE and each["contact"] == contact for each in held
        ):
            return "free", "joined_running_analysis"
        if self.system.actions[action] == 0:
            self.analysed.add(event["contact"])
            return "free", "not_metered"
        return None

    def choose(self, event: Line) -> list[Coin] | None:
        """The coins that pay for an event, in order."""
        action = event["action"]
        price = self.system.actions[action] * event.get("quantity", 1)
        usable = [coin for coin in self.free() if not coin.calls_only or action == "call.minute"]
        far = datetime.max.replace(tzinfo=UTC)
        usable.sort(
            key=lambda coin: (
                not coin.calls_only,
                coin.purchased,
                coin.ends_at or far,
                coin.granted_at,
                coin.number,
            )
        )
        return usable[:price] if len(usable) >= price else None

    def opens(self, event: Line, now: datetime, last: Coin) -> None:
        """Remember what a paid event opened."""
        if event["action"] == ANALYSE:
            self.analysed.add(event["contact"])
        if event["action"] == SEND and "thread" in event:
            self.threads[event["thread"]] = (now, last)

    def do_charge(self, event: Line, now: datetime) -> None:
        answer = self.why_not(event)
        if answer is not None:
            self.say(event["at"], "charge", *answer)
            return
        coins = self.choose(event)
        if coins is None:
            self.refuse(event, "out_of_credits")
            return
        self.opens(event, now, coins[-1])
        self.say(event["at"], "charge", "charged", charged=self.drop(coins))

    def do_hold(self, event: Line, now: datetime) -> None:
        answer = self.why_not(event)
        if answer is not None:
            self.say(event["at"], "hold", *answer)
            return
        coins = self.choose(event)
        if coins is None:
            self.refuse(event, "out_of_credits")
            return
        for coin in coins:
            coin.held = True
        self.holds[event["hold"]] = Held(event, coins)
        self.say(event["at"], "hold", "ok")

    def do_capture(self, event: Line, now: datetime) -> None:
        hold = self.holds.get(event["hold"])
        if hold is None:
            known = event["hold"] in self.holds
            self.refuse(event, "hold_closed" if known else "unknown_hold")
            return
        quantity = event.get("quantity", hold.event.get("quantity", 1))
        price = quantity * self.system.actions[hold.event["action"]]
        if price > len(hold.coins):
            self.refuse(event, "exceeds_hold")
            return
        spent = hold.coins[:price]
        for coin in hold.coins:
            coin.held = False
        self.holds[event["hold"]] = None
        self.opens(hold.event, now, spent[-1])
        self.say(event["at"], "capture", "captured", charged=self.drop(spent))

    def do_release(self, event: Line, now: datetime) -> None:
        hold = self.holds.get(event["hold"])
        if hold is None:
            known = event["hold"] in self.holds
            self.refuse(event, "hold_closed" if known else "unknown_hold")
            return
        for coin in hold.coins:
            coin.held = False
        self.holds[event["hold"]] = None
        self.say(event["at"], "release", "released")

    def do_reply(self, event: Line, now: datetime) -> None:
        thread = event["thread"]
        paid = self.threads.get(thread)
        good = self.system.rolls and not self.cancelled and thread not in self.refunded
        if not good or paid is None or now > paid[0] + NINETY_DAYS:
            self.say(event["at"], "reply", "ok")
            return
        self.refunded.add(thread)
        coin = paid[1]
        assert coin.ends_at is not None
        if coin.ends_at > now:
            again = Coin(False, False, coin.granted_at, coin.ends_at, coin.number)
            self.coins.append(again)
        else:
            self.mint(1, now, now + NINETY_DAYS)
        self.say(event["at"], "reply", "refunded", refunded=1)

    def do_purchase(self, event: Line, now: datetime) -> None:
        system, role = self.system, event.get("role", "admin")
        refusal = None
        if self.cancelled:
            refusal = "cancelled"
        elif not system.sells:
            refusal = "purchase_not_allowed"
        elif system.sells == "custom" and role == "member":
            refusal = "forbidden"
        elif "pack" in event and event["pack"] not in system.packs:
            refusal = "unknown_pack"
        elif "credits" in event and system.sells == "packs":
            refusal = "custom_amount_not_sold"
        if refusal:
            self.refuse(event, refusal)
            return
        count = event.get("pack", event.get("credits"))
        ends_at = self.month_end if system.sells == "packs" else None
        self.mint(count, now, ends_at, purchased=True)
        self.say(event["at"], "purchase", "granted", granted=count)

    def do_trial(self, event: Line, now: datetime) -> None:
        if self.cancelled:
            self.refuse(event, "cancelled")
        elif not self.system.per_seat:
            self.refuse(event, "no_trial")
        elif self.trial_used:
            self.refuse(event, "trial_used")
        else:
            self.trial_used = True
            self.mint(500, now, self.month_end)
            self.say(event["at"], "trial", "granted", granted=500)

    def do_change_plan(self, event: Line, now: datetime) -> None:
        if self.cancelled:
            self.refuse(event, "cancelled")
            return
        plan = event["plan"]
        if plan not in self.system.plans:
            self.refuse(event, "unknown_plan")
            return
        old, new = self.worth(), self.worth(plan)
        self.next_plan = None
        if new < old and self.system.downgrade == "later":
            self.next_plan = plan
            self.say(event["at"], "change_plan", "changed")
            return
        self.plan = plan
        count = calls = 0
        if new > old:
            if self.system.upgrade == "delta":
                count = max(0, new - max(old, self.given))
            elif new > self.best:
                count = new
            if plan == "multichannel_expert":
                calls = max(0, 400 - self.calls)
            self.give(count, now)
            self.mint(calls, now, self.month_end, calls_only=True)
            self.calls += calls
        self.best = max(self.best, new)
        self.say(event["at"], "change_plan", "changed", granted=count + calls)
        if new < old:
            taken = self.free() if self.system.downgrade == "forfeit" else self.over_cap()
            if self.system.downgrade == "forfeit":
                for coin in self.coins:
                    coin.voided = True
            self.drop(taken)
            self.settle_line(now, forfeited=len(taken))

    def give(self, count: int, now: datetime) -> None:
        """More of the allotment within the cycle."""
        self.given += count
        self.mint_allotment(count, now)

    def do_change_seats(self, event: Line, now: datetime) -> None:
        if self.cancelled:
            self.refuse(event, "cancelled")
            return
        old, new = self.worth(), self.worth(seats=event["seats"])
        self.next_seats = None
        count = 0
        if new < old:
            self.next_seats = event["seats"]
        else:
            self.seats = event["seats"]
            count = max(0, new - max(old, self.given)) if new > old else 0
            self.give(count, now)
        self.say(event["at"], "change_seats", "changed", granted=count)

    def do_cancel(self, event: Line, now: datetime) -> None:
        if self.cancelled:
            self.refuse(event, "cancelled")
            return
        self.cancelled = True
        self.say(event["at"], "cancel", "cancelled")
        taken = [
            coin for coin in self.coins if not (coin.purchased and self.system.keeps_purchased)
        ]
        for coin in taken:
            coin.voided = True
        free = [coin for coin in taken if not coin.held]
        self.drop(free)
        self.settle_line(now, forfeited=len(free))

    def do_balance(self, event: Line, now: datetime) -> None:
        self.say(event["at"], "balance", "ok")


def said(now: datetime) -> str:
    """An instant as the simulator writes it."""
    text = now.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{now.microsecond:06d}".rstrip("0") if now.microsecond else "") + "Z"
