"""What each event does to a purse of coins: the second half of the contract told once more."""

from datetime import UTC, datetime

from tests.credits.coins import ANALYSE, SEND, Coin, Held, Line, Purse, ninety_days_after


class PlayedPurse(Purse):
    """A purse to which events happen."""

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
        quantity: int = event.get("quantity") or hold.event.get("quantity", 1)
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
        if not good or paid is None or now > ninety_days_after(paid[0], self.zone):
            self.say(event["at"], "reply", "ok")
            return
        self.refunded.add(thread)
        coin = paid[1]
        assert coin.ends_at is not None
        if coin.ends_at > now:
            again = Coin(False, False, coin.granted_at, coin.ends_at, coin.number)
            self.coins.append(again)
        else:
            self.mint(1, now, ninety_days_after(now, self.zone))
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
        count = event["pack"] if "pack" in event else event["credits"]
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
