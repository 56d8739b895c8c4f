"""The pools of one batch: loaded under their lock, decided over by the engine, stored together.

Every pool that a batch touches is settled by the engine first if anything of it is due, so that
no credit is spent after its time, whether or not a sweep ever ran.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from backend.credits import engine
from backend.credits.journal import notices, store, versions
from backend.credits.journal.orders import Booked, Order
from backend.credits.journal.rows import credits_of, entry_row, hold_of, hold_row
from backend.credits.journal.store import PAID_ANALYSIS, Account, Place
from backend.credits.journal.stored_policies import stored_policies
from backend.credits.journal.threads import Threads
from backend.credits.policy import Policy
from backend.credits.rules.state import (
    Capture,
    Charge,
    Decision,
    Entry,
    Facts,
    PlaceHold,
    Pool,
    Release,
    Settle,
)
from backend.ids import new_id
from backend.instants import Instant


class Books:
    """The pools of one batch. Load, apply any number of orders, store once."""

    def __init__(self, now: Instant) -> None:
        self.now = now
        self._accounts: dict[Place, Account] = {}
        self._holds: dict[Place, Any] = {}
        self._paid: dict[Place, str] = {}
        self._once: list[dict[str, Any]] = []
        self._caps: dict[Place, int] = {}
        self._spent: dict[Place, int] = {}
        self._glances: dict[Place, tuple[int, str]] = {}
        self._threads = Threads()

    # --- loading ---------------------------------------------------------------------------

    def load(self, tx: Connection, members: Iterable[Place], *, locked: bool = True) -> None:
        """Lock and read the pools of these (workspace, member), with their lots and caps.

        This comes first in a batch: rows are locked in sorted order before anything is looked at.
        """
        wanted = set(members)
        rows = store.read_pools(tx, wanted, locked=locked)
        self._accounts, self._holds = store.read_accounts(tx, rows, self.now)
        # What fell due comes first: it decides what is free, held and spent in this cycle.
        due = [each for each in self._accounts.values() if each.was_due]
        newer = self._newer_versions(tx, due)
        for each in due:
            self._settle(each, newer.get(each.policy.id, ()))
        capped = any(row.caps for row in rows)
        for place, cap in store.read_caps(tx, wanted if capped else (), self.now).items():
            account = self._account(*place)
            if account is not None:
                self._caps[place] = cap
                self._spent[place] = store.spent_by(
                    tx, place, account.pool.cycle_start_at, self.now
                )

    def load_paid(self, tx: Connection, contacts: Iterable[Place]) -> None:
        """Read which of these (workspace, contact) have had their analysis paid."""
        self._paid.update(store.read_paid(tx, contacts))

    def load_holds(self, tx: Connection, holds: Iterable[Place]) -> None:
        """Read these (workspace, hold), to capture or release them."""
        for row in store.read_holds(tx, holds):
            self._holds[(row.workspace_id, row.id)] = row
            account = self._accounts.get((row.workspace_id, row.holder_id))
            if account is not None and row.state == "open" and row.id not in account.holds:
                hold = hold_of(row)
                account.holds[row.id] = hold
                account.pool = replace(account.pool, holds=(*account.pool.holds, hold))

    def load_threads(
        self, tx: Connection, threads: Iterable[Place], replied: Iterable[Place] = ()
    ) -> None:
        """Read what is known of these (workspace, thread), and of those `replied` to the lot."""
        replied = set(replied)
        self._threads.load(tx, {*threads, *replied})
        if replied:
            self._threads.load_lots(tx, replied, self._accounts)

    def glance(self, tx: Connection, members: Iterable[Place]) -> None:
        """Read what `available` needs and no more; nothing is locked, nothing may be applied.

        A pool of which something is due is settled in memory: what a look says must not depend
        on whether a write came by since.
        """
        rows = store.read_pools(tx, members, locked=False)
        policies = stored_policies(tx, {row.policy_id for row in rows})
        due = [row for row in rows if row.due_at <= self.now]
        self._accounts, _ = store.read_accounts(tx, due, self.now)
        newer = self._newer_versions(tx, self._accounts.values())
        for account in self._accounts.values():
            later = newer.get(account.policy.id, ())
            stages = versions.settle(account.pool, account.policy, later, self.now)
            account.policy, account.pool = stages[-1][0], stages[-1][1].pool
        for row in rows:
            if row.due_at > self.now:
                place = (row.workspace_id, row.holder_id)
                self._glances[place] = (row.balance - row.held, policies[row.policy_id].id)

    # --- looking ---------------------------------------------------------------------------

    def _account(self, workspace_id: str, member_id: str) -> Account | None:
        """A member's own pool where the policy gives each one, else the workspace's."""
        return self._accounts.get((workspace_id, member_id)) or self._accounts.get(
            (workspace_id, workspace_id)
        )

    def account(self, workspace_id: str, member_id: str) -> tuple[Pool, Policy]:
        """The pool that a member spends from, as it stands in this batch, and its policy."""
        found = self._account(workspace_id, member_id)
        assert found is not None, f"no pool for {member_id} in {workspace_id}"
        return found.pool, found.policy

    def available(self, workspace_id: str, member_id: str) -> tuple[int, str]:
        """What the member's pool has free, and the id of the policy that says so."""
        for holder_id in (member_id, workspace_id):
            account = self._accounts.get((workspace_id, holder_id))
            if account is not None:
                return account.pool.available, account.policy.id
            if (workspace_id, holder_id) in self._glances:
                return self._glances[(workspace_id, holder_id)]
        raise AssertionError(f"no pool for {member_id} in {workspace_id}")

    def hold_is_closed(self, workspace_id: str, hold_id: str | None) -> bool:
        """Whether a hold can no longer be captured; True for one that does not exist."""
        if hold_id is None:
            return False
        row = self._holds.get((workspace_id, hold_id))
        if row is None or row.state != "open":
            return True
        account = self._accounts[(workspace_id, row.holder_id)]
        return hold_id in account.closed or row.expires_at <= self.now

    def checkpoint(self) -> tuple[Any, ...]:
        """What `rewind` needs to forget all that happened since."""
        accounts = {
            place: (
                each.pool,
                len(each.entries),
                len(each.moves),
                dict(each.placed),
                dict(each.closed),
                each.earliest_hold,
                each.changed,
            )
            for place, each in self._accounts.items()
        }
        return accounts, dict(self._paid), len(self._once), dict(self._spent)

    def rewind(self, mark: tuple[Any, ...]) -> None:
        """Forget what happened since `checkpoint`."""
        accounts, self._paid, once, self._spent = mark
        del self._once[once:]
        for place, (pool, entries, moves, placed, closed, earliest, changed) in accounts.items():
            account = self._accounts[place]
            account.pool, account.placed, account.closed = pool, placed, closed
            account.earliest_hold, account.changed = earliest, changed
            del account.entries[entries:], account.moves[moves:]

    def holder(self, workspace_id: str, member_id: str) -> str:
        """Whose pool a member spends from: their own id, or the workspace's."""
        own = (workspace_id, member_id) in self._accounts
        return member_id if own else workspace_id

    def paid_receipt(self, workspace_id: str, contact_id: str) -> str | None:
        """The receipt of the contact's paid analysis, if it was ever paid."""
        return self._paid.get((workspace_id, contact_id))

    def price(self, workspace_id: str, member_id: str, action: str) -> int:
        """What one unit of an action costs under the member's policy."""
        _, policy = self.account(workspace_id, member_id)
        return policy.actions[action].cost

    def cap_left(self, workspace_id: str, member_id: str) -> int | None:
        """How much of their cap a member may still spend in this cycle; None for no cap."""
        place = (workspace_id, member_id)
        if place not in self._caps:
            return None
        return max(0, self._caps[place] - self._spent[place])

    def touch(self, workspace_id: str, holder_id: str) -> None:
        """Have a pool's `due_at` computed anew even where nothing of it changed."""
        self._accounts[(workspace_id, holder_id)].changed = True

    # --- applying --------------------------------------------------------------------------

    def apply(self, order: Order, facts: Facts | None = None) -> Booked:
        """Have the engine decide `order`, and note what is to be stored."""
        command = order.command
        account = self._account_of(order)
        decision = engine.apply(
            account.pool, command, self._facts(order, facts), account.policy, self.now
        )
        receipt_id = self._note(account, order, decision)
        pool = account.pool
        return Booked(
            decision,
            account.policy.id,
            receipt_id,
            decision.needed,
            pool.available,
            pool.held,
        )

    def _newer_versions(
        self, tx: Connection, due: Iterable[Account]
    ) -> dict[str, list[versions.Version]]:
        """Newer versions of the policies of pools whose cycle is over: nobody else takes one."""
        turning = [each.policy for each in due if each.pool.cycle_end_at <= self.now]
        return versions.newer_versions(tx, turning) if turning else {}

    def _settle(self, account: Account, newer: Sequence[versions.Version]) -> None:
        order = Order(account.row.workspace_id, account.row.holder_id, Settle())
        for policy, decision in versions.settle(account.pool, account.policy, newer, self.now):
            account.policy = policy
            self._note(account, order, decision)

    def _account_of(self, order: Order) -> Account:
        command = order.command
        if isinstance(command, Capture | Release):
            row = self._holds.get((order.workspace_id, command.hold))
            if row is not None:
                return self._accounts[(order.workspace_id, row.holder_id)]
        account = self._account(order.workspace_id, order.member_id)
        assert account is not None, f"no pool for {order.member_id} in {order.workspace_id}"
        return account

    def _facts(self, order: Order, given: Facts | None) -> Facts:
        """The facts that the caller gave, with those that the ledger itself knows."""
        facts = given or Facts()
        command = order.command
        place = (order.workspace_id, order.member_id)
        if isinstance(command, Charge | PlaceHold):
            paid = (
                command.contact is not None and (order.workspace_id, command.contact) in self._paid
            )
            if paid or place in self._caps:
                facts = replace(
                    facts,
                    already_paid=facts.already_paid or paid,
                    cap=self._caps.get(place),
                    cap_used=self._spent.get(place, 0),
                )
        elif isinstance(command, Capture | Release):
            row = self._holds.get((order.workspace_id, command.hold))
            closed = row is not None and row.state != "open"
            account = self._account_of(order)
            closed = closed or command.hold in account.closed
            facts = replace(facts, hold_exists=row is not None, hold_closed=closed)
        return self._threads.facts(order.workspace_id, command, facts)

    def _note(self, account: Account, order: Order, decision: Decision) -> str | None:
        if decision.pool is not account.pool:
            account.pool = decision.pool
            account.changed = True
        who = {
            "member_id": order.member_id,
            "campaign_id": order.campaign_id,
            "source": order.source,
        }
        for step in decision.before:
            self._note_entries(account, step.entries, {})
        receipt_id = self._note_entries(
            account,
            decision.step.entries,
            {**who, "idempotency_key": order.key, "request_hash": order.request_hash},
        )
        for step in decision.after:
            self._note_entries(account, step.entries, {})
        self._note_holds(account, decision, who)
        self._threads.note(account, decision, receipt_id)
        place = (order.workspace_id, order.member_id)
        if place in self._spent:
            self._spent[place] += (
                decision.step.charged + credits_of(decision.placed) - credits_of(decision.closed)
            )
        if decision.paid_contact is not None and receipt_id is not None:
            self._mark_paid(account, decision.paid_contact, receipt_id)
        return receipt_id

    def _note_entries(
        self, account: Account, entries: Sequence[Entry], who: dict[str, Any]
    ) -> str | None:
        workspace_id, holder_id = account.row.workspace_id, account.row.holder_id
        receipt_id = None
        for entry in entries:
            receipt_id = new_id("rcp", self.now)
            row = entry_row(workspace_id, holder_id, entry, receipt_id, account.policy.id)
            origin = who or self._hold_origin(account, entry.hold)
            account.entries.append({**_NOBODY, **row, **origin})
            for move in entry.moves:
                account.moves.append(
                    {
                        "workspace_id": workspace_id,
                        "holder_id": holder_id,
                        "seq": entry.seq,
                        "lot": move.lot,
                        "free": move.free,
                        "held": move.held,
                    }
                )
        return receipt_id

    def _hold_origin(self, account: Account, hold_id: str | None) -> dict[str, Any]:
        """Who placed the hold that an expiry released; nobody for other things that fall due."""
        row = self._holds.get((account.row.workspace_id, hold_id)) if hold_id else None
        if row is None:
            return {}
        return {
            "member_id": row.member_id,
            "campaign_id": row.campaign_id,
            "source": row.source,
        }

    def _note_holds(self, account: Account, decision: Decision, who: dict[str, Any]) -> None:
        workspace_id = account.row.workspace_id
        for hold in decision.expired_holds:
            account.closed[hold.id] = "expired"
        if decision.placed is not None:
            hold = decision.placed
            account.placed[hold.id] = hold_row(workspace_id, account.row.holder_id, hold, who)
            account.earliest_hold = min(account.earliest_hold or hold.expires_at, hold.expires_at)
        if decision.closed is not None:
            captured = decision.step.charged > 0 or decision.step.outcome == "captured"
            account.closed[decision.closed.id] = "captured" if captured else "released"

    def _mark_paid(self, account: Account, contact_id: str, receipt_id: str) -> None:
        workspace_id = account.row.workspace_id
        self._paid[(workspace_id, contact_id)] = receipt_id
        self._once.append(
            {
                "workspace_id": workspace_id,
                "scope": PAID_ANALYSIS,
                "key": contact_id,
                "holder_id": account.row.holder_id,
                "seq": account.entries[-1]["seq"],
                "receipt_id": receipt_id,
            }
        )

    def store(self, tx: Connection, events: list[dict[str, Any]] | None = None) -> None:
        """Write all that the orders changed; its events join `events`, or are emitted at once."""
        store.save(tx, self._accounts.values(), self._once, self.now)
        self._threads.store(tx)
        notices.tell(tx, self._accounts.values(), self.now, events)

    def adopt(self, account: Account, entries: Sequence[Entry]) -> None:
        """Take in a pool just opened, with its first journal lines."""
        self._accounts[(account.row.workspace_id, account.row.holder_id)] = account
        self._note_entries(account, entries, {})


_NOBODY = {
    "member_id": None,
    "campaign_id": None,
    "source": None,
    "idempotency_key": None,
    "request_hash": None,
}
