"""A credit system as values: what plans grant, what actions cost, what changes take.

Policies are TOML files (`policies/*.toml`, format in `policy_files`). A policy's id is
`name@version`; a stored version never changes, so that an old receipt's rule can be read for ever.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from backend.credits.policy_files import policy_format as form
from backend.credits.policy_files.policy_format import (
    Anchor,
    ChargeWhen,
    Expires,
    FreeIf,
    OnCancel,
    OnDowngrade,
    OnExhausted,
    OnSeatChange,
    OnUpgrade,
    Role,
    RolloverMode,
    Scope,
)
from backend.credits.policy_files.toml_lines import line_of, lines_of
from backend.credits.rules.state import LotClass

BUILTIN_FOLDER = Path(__file__).parent / "policies"
SCHEMA_FILE = BUILTIN_FOLDER / "policy.schema.json"


class PolicyError(ValueError):
    """A file that holds no usable policy; `problems` are (line from 1, message naming the key)."""

    def __init__(self, name: str, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__("\n".join(f"{name}:{line}: {message}" for line, message in problems))
        self.name = name
        self.problems = tuple(problems)


class UnknownPolicy(LookupError):
    """No policy of that name, version or file."""


@dataclass(frozen=True, slots=True)
class Earmark:
    """Credits of a plan that pay for one action alone, per holder, ending with the cycle."""

    action: str
    credits: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A price level. `allotment` is per seat where the policy says so; see `Policy.allotment`."""

    name: str
    title: str
    allotment: int
    cap: int | None = None
    earmark: Earmark | None = None
    trial: bool = False
    price_cents: int | None = None

    @property
    def cents_per_credit(self) -> float | None:
        """What a credit of this plan effectively costs, in US cents."""
        if not self.price_cents or not self.allotment:
            return None
        return self.price_cents / self.allotment


@dataclass(frozen=True, slots=True)
class Action:
    """Something metered. `cost` is for one `unit`; `free_if` is in the order to look at."""

    name: str
    cost: int
    unit: str
    charge_when: ChargeWhen
    free_if: tuple[FreeIf, ...] = ()
    once_per_contact: bool = False
    opens_thread: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """A bundle on sale."""

    credits: int
    price_cents: int

    @property
    def cents_per_credit(self) -> float:
        """Its unit price in US cents; a larger pack need not be cheaper."""
        return self.price_cents / self.credits


@dataclass(frozen=True, slots=True)
class Topup:
    """What is sold beside the plans."""

    packs: tuple[Pack, ...]
    custom: bool
    unit_price_cents: int | None
    roles: tuple[Role, ...]
    expires: Expires
    refundable: bool


@dataclass(frozen=True, slots=True)
class Refund:
    """What the answer to a paid message gives back, once per thread."""

    credits: int
    window_days: int
    new_lot_days: int


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a credit system. `spend_rank` is the burn order of the two lot classes."""

    name: str
    version: int
    title: str
    effective_from: date
    first: bool
    scope: Scope
    per_seat: bool
    anchor: Anchor
    timezone: str | None
    rollover: RolloverMode
    rollover_days: int | None
    cap_multiple: int | None
    spend_rank: Mapping[LotClass, int]
    plans: Mapping[str, Plan]
    actions: Mapping[str, Action]
    on_upgrade: OnUpgrade
    on_downgrade: OnDowngrade
    on_cancel: OnCancel
    on_seat_change: OnSeatChange
    on_exhausted: tuple[OnExhausted, ...]
    transfer: bool
    member_caps: bool
    topup: Topup | None
    refund: Refund | None
    trial_credits: int | None
    source: str = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """`name@version`, as receipts name the rule."""
        return f"{self.name}@{self.version}"

    def allotment(self, plan: str, seats: int) -> int:
        """What `plan` grants each cycle to a holder with `seats` seats, without its earmark."""
        each = self.plans[plan].allotment
        return each * seats if self.per_seat else each

    def cap(self, plan: str, seats: int) -> int | None:
        """How many credits, free and held, may be kept; None for any number."""
        if self.cap_multiple is None:
            return None
        own = self.plans[plan].cap
        return self.cap_multiple * self.allotment(plan, seats) if own is None else own


def parse_policy(text: str, name: str = "policy") -> Policy:
    """The policy written in `text`; PolicyError with every problem when it is not one."""
    file, problems = form.read(text)
    if file is None:
        raise PolicyError(name, problems)
    return _built(file, text)


def validate(text: str) -> list[tuple[int, str]]:
    """Every problem of a policy file as (line from 1, message naming the key); [] when good."""
    return form.read(text)[1]


def policy_json_schema() -> dict[str, Any]:
    """The JSON Schema of a policy file's content, for editors; see `SCHEMA_FILE`."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**head, **form.PolicyFile.model_json_schema()}


def policy_schema_text() -> str:
    """The contents of `SCHEMA_FILE`."""
    return json.dumps(policy_json_schema(), indent=2, ensure_ascii=False) + "\n"


@lru_cache(maxsize=1)
def builtin_policies() -> Mapping[str, Policy]:
    """The policies that come with the program, by name."""
    files = sorted(BUILTIN_FOLDER.glob("*.toml"))
    policies = [parse_policy(file.read_text("utf-8"), file.name) for file in files]
    return {policy.name: policy for policy in policies}


def own_policies(folders: Sequence[Path]) -> tuple[list[Policy], list[PolicyError]]:
    """The policies written in `*.toml` in these folders, and what is wrong with the others."""
    found: list[Policy] = []
    faults: list[PolicyError] = []
    for file in sorted(file for folder in folders for file in folder.glob("*.toml")):
        try:
            policy = read_policy(file)
            _check_same_version(policy, file.name, [*builtin_policies().values(), *found])
        except PolicyError as fault:
            faults.append(fault)
        else:
            found.append(policy)
    return found, faults


def load_policy(name_or_path: str, folders: Sequence[Path] = ()) -> Policy:
    """The policy called `name@version`, the newest called `name`, or the one in that file.

    `folders` hold policy files of one's own, beside the built-in ones. UnknownPolicy when there
    is none; PolicyError when its file has faults.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return read_policy(path)
    own, faults = own_policies(folders)
    policies = [*builtin_policies().values(), *own]
    named = [policy for policy in policies if name_or_path in (policy.name, policy.id)]
    if named:
        return max(named, key=lambda policy: policy.version)
    for fault in faults:
        if name_or_path.partition("@")[0] == fault.name.removesuffix(".toml"):
            raise fault
    known = ", ".join(policy.id for policy in policies)
    faulty = "".join(f"\nnot usable: {fault}" for fault in faults)
    raise UnknownPolicy(f"unknown policy {name_or_path!r}; known: {known}{faulty}")


def first_policy(folders: Sequence[Path] = ()) -> Policy:
    """The policy that a first start and the demo go by: which one says so itself.

    One of one's own goes before a built-in one, and the newest version before the others.
    """
    own, _ = own_policies(folders)
    for policies in (own, [*builtin_policies().values()]):
        first = [policy for policy in policies if policy.first]
        if first:
            return max(first, key=lambda policy: policy.version)
    raise UnknownPolicy("no policy file says first = true")


def read_policy(path: Path) -> Policy:
    """The policy in a file; UnknownPolicy when it cannot be read, PolicyError for its faults."""
    try:
        text = path.read_text("utf-8")
    except OSError as unreadable:
        raise UnknownPolicy(f"cannot read policy {str(path)!r}: {unreadable}") from None
    except UnicodeDecodeError as odd:
        line = odd.object[: odd.start].count(b"\n") + 1
        raise PolicyError(path.name, [(line, "not UTF-8")]) from None
    return parse_policy(text, path.name)


def _check_same_version(policy: Policy, name: str, others: Sequence[Policy]) -> None:
    """PolicyError where another file says something else under the same name and version."""
    for other in others:
        if other.id == policy.id and other != policy:
            line = line_of(lines_of(policy.source), ("version",))
            message = f"version: {policy.id} exists with other rules; number this one anew"
            raise PolicyError(name, [(line, message)])


def _built(file: form.PolicyFile, source: str) -> Policy:
    """The frozen values of a checked file."""
    return Policy(
        name=file.name,
        version=file.version,
        title=file.title,
        effective_from=file.effective_from,
        first=file.first,
        scope=file.grant.scope,
        per_seat=file.grant.per_seat,
        anchor=file.grant.anchor,
        timezone=file.grant.timezone,
        rollover=file.rollover.mode,
        rollover_days=file.rollover.days,
        cap_multiple=file.rollover.cap_multiple,
        spend_rank={each: rank for rank, each in enumerate(file.lots.spend_order)},
        plans={name: _plan(name, table) for name, table in file.plans.items()},
        actions={name: _action(name, table) for name, table in file.actions.items()},
        on_upgrade=file.on_upgrade,
        on_downgrade=file.on_downgrade,
        on_cancel=file.on_cancel,
        on_seat_change=file.on_seat_change,
        on_exhausted=tuple(file.on_exhausted),
        transfer=file.transfer,
        member_caps=file.member_caps,
        topup=_topup(file.topup) if file.topup else None,
        refund=_refund(file.refund) if file.refund else None,
        trial_credits=file.trial.credits if file.trial else None,
        source=source,
    )


def _plan(name: str, table: form.PlanTable) -> Plan:
    earmark = Earmark(**table.earmark.model_dump()) if table.earmark else None
    return Plan(
        name, table.title, table.allotment, table.cap, earmark, table.trial, table.price_cents
    )


def _action(name: str, table: form.ActionTable) -> Action:
    return Action(
        name=name,
        cost=table.cost,
        unit=table.unit,
        charge_when=table.charge_when,
        free_if=tuple(fact for fact in FreeIf if fact in table.free_if),
        once_per_contact=table.once_per_contact,
        opens_thread=table.opens_thread,
    )


def _refund(table: form.RefundTable) -> Refund:
    return Refund(table.credits, table.window_days, table.new_lot_days)


def _topup(table: form.TopupTable) -> Topup:
    return Topup(
        packs=tuple(Pack(pack.credits, pack.price_cents) for pack in table.packs),
        custom=table.custom,
        unit_price_cents=table.unit_price_cents,
        roles=tuple(table.roles),
        expires=table.expires,
        refundable=table.refundable,
    )
