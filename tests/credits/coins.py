"""The contract of `meetonce simulate` once more, with every credit a coin of its own.

Written from the contract's sentences without the engine's lots, holds or policy files, for one
purpose: whatever random events do, both must print the same. It is slow, and finds where a day
begins by looking at the wall clock every quarter of an hour.
"""

import calendar
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Line = dict[str, Any]
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
    zone: str = "UTC"
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
        """The first instant after `now` of an anchor day."""
        local = now.astimezone(ZoneInfo(self.zone))
        year, month = local.year, local.month
        while True:
            day = min(self.day, calendar.monthrange(year, month)[1])
            found = day_begins(date(year, month, day), self.zone)
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
        ends_at = ninety_days_after(now, self.zone) if self.system.rolls else self.month_end
        self.mint(count, now, ends_at)

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
            self.say(said(now), "settle", "", "", **amounts)

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


@lru_cache(maxsize=4096)
def day_begins(day: date, zone: str) -> datetime:
    """The first instant at which a calendar in the zone shows this day."""
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while now.astimezone(ZoneInfo(zone)).date() < day:
        now += timedelta(minutes=15)
    return now


@lru_cache(maxsize=4096)
def ninety_days_after(now: datetime, zone: str) -> datetime:
    """When the wall clock shows the same time 90 dates later: the first time that it does.

    A time that the clocks skip is as long after the skipping as it would have been without.
    """
    wanted = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=90)
    guess = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
    offsets = []
    for quarter in range(30 * 4):
        shown = (guess + timedelta(minutes=15 * quarter)).astimezone(ZoneInfo(zone))
        offset = shown.utcoffset()
        assert offset is not None
        offsets.append(offset)
    for offset in sorted(set(offsets), reverse=True):
        found = (wanted - offset).replace(tzinfo=UTC)
        if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wanted:
            return found
    return (wanted - offsets[0]).replace(tzinfo=UTC)


def said(now: datetime) -> str:
    """An instant as the simulator writes it."""
    text = now.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{now.microsecond:06d}".rstrip("0") if now.microsecond else "") + "Z"
