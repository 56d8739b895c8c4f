"""The format of a policy file: TOML, every key checked, an unknown one refused with its line.

A policy is data: what a plan grants and when, what an action costs and when it is free, how long
credits live, and what becomes of them when a plan changes or ends. The engine reads no name of
any vendor. `policy.py` turns a checked file into the frozen values that the engine works with.
"""

import re
import tomllib
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, ValidationError

from backend.credits.policy_files.toml_lines import Key, line_of, lines_of
from backend.credits.rules.calendar import is_zone
from backend.credits.rules.state import LotClass

ANALYSIS = "contact.analysis"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]
Positive = Annotated[StrictInt, Field(ge=1, le=1_000_000_000)]
Days = Annotated[StrictInt, Field(ge=1, le=3660)]


class Scope(StrEnum):
    """Whose pool the credits are in."""

    WORKSPACE = "workspace"
    MEMBER = "member"


class Anchor(StrEnum):
    """The day of the month that a cycle begins on: the subscription's own, or the first."""

    BILLING_DATE = "billing_date"
    CALENDAR_MONTH = "calendar_month"


class RolloverMode(StrEnum):
    """How long granted credits live: to the end of the cycle, some days, or for ever."""

    NONE = "none"
    DAYS = "days"
    UNLIMITED = "unlimited"


class ChargeWhen(StrEnum):
    """When an action spends: as it is asked for, when it succeeds, or when it finds something."""

    REQUESTED = "requested"
    SUCCEEDED = "succeeded"
    FOUND = "found"


class FreeIf(StrEnum):
    """Facts that make an action free, in the order in which they are looked at."""

    FIRST_DEGREE = "first_degree"
    OPEN_PROFILE = "open_profile"
    OPEN_THREAD = "open_thread"


class Expires(StrEnum):
    """When bought credits end."""

    CYCLE = "cycle"
    NEVER = "never"


class OnUpgrade(StrEnum):
    """What a larger plan grants at once: what is missing to it, or the whole on top."""

    GRANT_DELTA = "grant_delta"
    GRANT_FULL_NEW = "grant_full_new"


class OnDowngrade(StrEnum):
    """When a smaller plan counts, and what it takes."""

    END_OF_CYCLE = "end_of_cycle"
    TRIM_TO_CAP = "trim_to_cap"
    FORFEIT_ALL = "forfeit_all"


class OnCancel(StrEnum):
    """What the end of a subscription takes."""

    FORFEIT_ALL = "forfeit_all"
    KEEP_PURCHASED = "keep_purchased"


class OnSeatChange(StrEnum):
    """When an added seat brings its allotment; a removed one always goes with the cycle."""

    GRANT_DELTA = "grant_delta"
    END_OF_CYCLE = "end_of_cycle"


class OnExhausted(StrEnum):
    """What helps when the credits are gone, in the order to offer it."""

    WAIT = "wait"
    BUY = "buy"
    UPGRADE = "upgrade"


class Role(StrEnum):
    """Who may buy credits."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GrantTable(_Table):
    """`[grant]`: to whom, and in which rhythm, the plans' allotments come."""

    scope: Scope
    per_seat: StrictBool = Field(False, description="The allotment is multiplied by the seats.")
    period: Literal["month"] = "month"
    anchor: Anchor
    timezone: str | None = Field(
        None, description="An IANA zone for the cycles; without it the workspace's own."
    )


class RolloverTable(_Table):
    """`[rollover]`: how long granted credits live, and how many may be kept."""

    mode: RolloverMode
    days: Days | None = Field(None, description="With mode `days`: life from the grant.")
    cap_multiple: Positive | None = Field(
        None, description="Free and held credits together never exceed this x the allotment."
    )
    overflow: Literal["oldest"] = Field("oldest", description="What goes first above the cap.")


class LotsTable(_Table):
    """`[lots]`: which class of credits is spent first."""

    spend_order: list[LotClass] = Field(min_length=2, max_length=2)


class EarmarkTable(_Table):
    """`plans.<plan>.earmark`: credits for one action alone, per holder, ending with the cycle."""

    action: Name
    credits: Positive


class PlanTable(_Table):
    """`[plans.<plan>]`: a price level."""

    title: Text
    allotment: Count
    cap: Count | None = Field(None, description="Overrides `rollover.cap_multiple`.")
    earmark: EarmarkTable | None = None
    trial: StrictBool = Field(False, description="Opens with the trial instead of an allotment.")
    price_cents: Count | None = Field(None, description="A month of it, US cents, for reports.")


class ActionTable(_Table):
    """`[actions."<action>"]`: what it costs, when it is charged, what makes it free."""

    cost: Count
    unit: Name
    charge_when: ChargeWhen
    free_if: list[FreeIf] = []
    once_per_contact: StrictBool = Field(False, description="Paid once, then free for ever.")
    opens_thread: StrictBool = Field(False, description="A paid one opens its thread.")


class PackTable(_Table):
    """`[[topup.packs]]`: a bundle on sale."""

    credits: Positive
    price_cents: Positive


class TopupTable(_Table):
    """`[topup]`: what is sold beside the plans; without the table nothing is."""

    packs: list[PackTable] = []
    custom: StrictBool = Field(False, description="Any number of credits may be bought.")
    unit_price_cents: Positive | None = None
    roles: list[Role] = Field(min_length=1)
    expires: Expires
    refundable: StrictBool = False


class RefundTable(_Table):
    """`[refund]`: what the answer to a paid message gives back, once per thread."""

    event: Literal["reply"] = "reply"
    credits: Positive
    max_per_thread: Literal[1] = 1
    window_days: Days
    new_lot_days: Days = Field(description="Life of the lot made when the message's own is dead.")


class TrialTable(_Table):
    """`[trial]`: credits granted once ever."""

    credits: Positive


class PolicyFile(_Table):
    """A whole policy file."""

    name: Name
    version: Positive
    title: Text
    effective_from: date
    first: StrictBool = Field(
        False, description="The workspace of a first start, and the demo's, go by this one."
    )
    transfer: Literal[False] = Field(False, description="Credits never move between holders.")
    member_caps: StrictBool = Field(True, description="Managers may cap a member's spending.")
    on_upgrade: OnUpgrade
    on_downgrade: OnDowngrade
    on_cancel: OnCancel
    on_seat_change: OnSeatChange = OnSeatChange.GRANT_DELTA
    on_exhausted: list[OnExhausted] = Field(min_length=1)
    grant: GrantTable
    rollover: RolloverTable
    lots: LotsTable
    plans: dict[Name, PlanTable] = Field(min_length=1)
    actions: dict[Name, ActionTable] = Field(min_length=1)
    topup: TopupTable | None = None
    refund: RefundTable | None = None
    trial: TrialTable | None = None


def read(text: str) -> tuple[PolicyFile | None, list[tuple[int, str]]]:
    """The checked file, or None and every problem as (line from 1, message naming the key)."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        at = re.search(r"at line (\d+)", str(broken))
        last = text.count("\n") + 1
        return None, [(int(at.group(1)) if at else last, f"not TOML: {broken}")]
    try:
        file = PolicyFile.model_validate(data)
    except ValidationError as invalid:
        found = [(error["loc"], _say(dict(error))) for error in invalid.errors()]
    else:
        found = list(_contradictions(file))
        if not found:
            return file, []
    lines = lines_of(text)
    return None, sorted((_line(lines, path), f"{_dotted(path)}: {said}") for path, said in found)


def _line(lines: dict[Key, int], path: Key) -> int:
    """Where `path` stands; a wrong name of a table is found at the table of that name."""
    return line_of(lines, path[:-1] if path[-1:] == ("[key]",) else path)


def _say(error: dict[str, Any]) -> str:
    """A pydantic error in a policy author's words."""
    if error["type"] == "extra_forbidden":
        return "unknown key"
    if error["type"] == "missing":
        return "is missing"
    return str(error["msg"])


def _dotted(path: Key) -> str:
    """`path` as one would write it in TOML; pydantic's mark of a bad dictionary key left out."""
    parts = [str(part) for part in path if part != "[key]"]
    return ".".join(f'"{part}"' if "." in part else part for part in parts)


def _contradictions(file: PolicyFile) -> list[tuple[Key, str]]:
    """What is wrong between keys that are each well formed."""
    found: list[tuple[Key, str]] = []

    def refuse(wrong: bool, message: str, *path: str | int) -> None:
        if wrong:
            found.append((path, message))

    rollover, days = file.rollover, file.rollover.days
    capped = rollover.cap_multiple is not None
    refuse(
        (rollover.mode is RolloverMode.DAYS) != (days is not None),
        'goes with mode = "days", and only with it',
        *("rollover", "days"),
    )
    trims = file.on_downgrade is OnDowngrade.TRIM_TO_CAP
    refuse(trims and not capped, "trim_to_cap needs rollover.cap_multiple", "on_downgrade")
    zone = file.grant.timezone
    refuse(zone is not None and not is_zone(zone), "unknown zone", "grant", "timezone")
    refuse(len(set(file.lots.spend_order)) < 2, "names a class twice", "lots", "spend_order")
    for name, plan in file.plans.items():
        refuse(
            plan.earmark is not None and plan.earmark.action not in file.actions,
            "an action that the policy does not list",
            *("plans", name, "earmark", "action"),
        )
        refuse(plan.trial and file.trial is None, "needs a [trial]", "plans", name, "trial")
        refuse(
            plan.cap is not None and not capped,
            "needs rollover.cap_multiple",
            *("plans", name, "cap"),
        )
    refuse(ANALYSIS not in file.actions, f'"{ANALYSIS}" is missing', "actions")
    for name, action in file.actions.items():
        refuse(
            action.once_per_contact != (name == ANALYSIS),
            f"is true for {ANALYSIS}, and for it alone",
            *("actions", name, "once_per_contact"),
        )
    opens = any(action.opens_thread for action in file.actions.values())
    refuse(
        file.refund is not None and not opens,
        "needs an action with opens_thread = true",
        "refund",
    )
    for name, action in file.actions.items():
        refuse(
            FreeIf.OPEN_THREAD in action.free_if and not opens,
            "open_thread needs an action with opens_thread = true",
            *("actions", name, "free_if"),
        )
    topup, offers = file.topup, file.on_exhausted
    refuse(OnExhausted.BUY in offers and topup is None, "buy needs a [topup]", "on_exhausted")
    refuse(len(set(offers)) < len(offers), "names an offer twice", "on_exhausted")
    if topup is not None:
        refuse(
            topup.custom != (topup.unit_price_cents is not None),
            "goes with custom = true, and only with it",
            *("topup", "unit_price_cents"),
        )
        refuse(not (topup.packs or topup.custom), "sells nothing: no packs, not custom", "topup")
        sizes = [pack.credits for pack in topup.packs]
        refuse(len(set(sizes)) < len(sizes), "lists a size twice", "topup", "packs")
    return found
