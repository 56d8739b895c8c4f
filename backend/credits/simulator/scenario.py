"""The input of a simulation: JSON lines, each a dated event, read and checked one by one.

A line that is not an event is a `BadLine` with its number; nothing about a line is guessed.
"""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NoReturn

from backend.credits.rules.state import (
    Cancel,
    Capture,
    ChangePlan,
    ChangeSeats,
    Charge,
    Command,
    PlaceHold,
    Purchase,
    Release,
    Reply,
    Settle,
    StartTrial,
)
from backend.instants import DAY, NEVER, Instant, from_datetime, parse, to_datetime

RELATIONS = ("first_degree", "second_degree", "third_degree", "out_of_network")
ROLES = ("owner", "admin", "member")

# A time zone may move an instant by a day, which must still be a date.
_FIRST = from_datetime(to_datetime(0).replace(year=1)) + 2 * DAY
_LAST = NEVER - 2 * DAY

# Far beyond any pool of credits, and still printed: sums of these stay below Python's own limit
# of 4,300 digits for a number read or written as text.
_MOST = 10**1000

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


class BadLine(ValueError):
    """A line that is not an event; the message says why, `number` counts from 1."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(f"line {number}: {message}")
        self.number = number


@dataclass(frozen=True, slots=True)
class Event:
    """One dated event. `said_at` is its `at` as written; `fields` are its own, without the key."""

    at: Instant
    said_at: str
    do: str
    command: Command
    fields: dict[str, Any]
    key: str | None = None

    @property
    def digest(self) -> bytes:
        """What two events with one key must share to be the same request."""
        text = json.dumps([self.do, self.fields], sort_keys=True, separators=(",", ":"))
        return blake2b(text.encode(), digest_size=16).digest()


def read_events(lines: Iterable[bytes], start: Instant | None) -> Iterator[Event]:
    """The events of `lines`, in order; BadLine at the first that is wrong.

    An event must not be before `start` nor before the one above it. Blank lines count, and are
    skipped.
    """
    earliest = start
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            event = read_event(line)
        except ValueError as wrong:
            raise BadLine(number, str(wrong)) from None
        if earliest is not None and event.at < earliest:
            before = "--start" if earliest == start else "the event above"
            raise BadLine(number, f"at: {event.said_at} is before {before}")
        earliest = event.at
        yield event


def read_event(line: bytes) -> Event:
    """The event written in `line`; ValueError saying what is wrong with it."""
    fields = _object(line)
    said_at, do = fields.pop("at", None), fields.pop("do", None)
    at = instant(said_at, "at")
    if not isinstance(do, str) or do not in _READERS:
        raise ValueError(f"do: unknown {do!r}")
    key = _optional(fields, "key")
    fields.pop("key", None)
    read, allowed = _READERS[do]
    for name in fields:
        if name not in allowed:
            raise ValueError(f"{name}: not a field of {do!r}")
    return Event(at, said_at, do, read(fields), fields, key)


def instant(value: object, name: str) -> Instant:
    """The instant that `value` spells; ValueError naming the field when it does not."""
    if not isinstance(value, str):
        raise ValueError(f"{name}: an instant is needed")
    try:
        found = parse(value.upper() if _RFC_3339.fullmatch(value) else "")
    except (ValueError, OverflowError):
        raise ValueError(f"{name}: {value!r} is not an instant with an offset") from None
    if not _FIRST <= found <= _LAST:
        raise ValueError(f"{name}: {value!r} is out of range")
    return found


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = _DECODER.decode(line.decode("utf-8"))
    except (ValueError, RecursionError) as broken:
        if line.startswith(BOM_UTF8):
            raise ValueError("not JSON: it begins with a byte order mark") from None
        raise ValueError(f"not JSON: {broken}") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's fields; one that stands there twice could mean either."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field stands twice in one object")
    return fields


_DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_each_once)


# --- fields -------------------------------------------------------------------------------


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name}: a string is needed")
    return value


def _count(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}: an integer of at least 1 is needed")
    if value > _MOST:
        raise ValueError(f"{name}: has more than 1,000 digits")
    return value


def _needed(fields: dict[str, Any], name: str) -> str:
    if name not in fields:
        raise ValueError(f"{name}: is missing")
    return _text(fields[name], name)


def _optional(fields: dict[str, Any], name: str) -> str | None:
    return _text(fields[name], name) if name in fields else None


def _optional_count(fields: dict[str, Any], name: str) -> int | None:
    return _count(fields[name], name) if name in fields else None


def _facts(fields: dict[str, Any]) -> tuple[str | None, bool]:
    """The relation to the recipient, and whether their profile is open."""
    facts = fields.get("facts", {})
    if not isinstance(facts, dict):
        raise ValueError("facts: an object is needed")
    for name in facts:
        if name not in ("relation", "open_profile"):
            raise ValueError(f"facts.{name}: not a fact")
    if "relation" in facts and facts["relation"] not in RELATIONS:
        raise ValueError(f"facts.relation: one of {', '.join(RELATIONS)} is needed")
    open_profile = facts.get("open_profile", False)
    if not isinstance(open_profile, bool):
        raise ValueError("facts.open_profile: true or false is needed")
    return facts.get("relation"), open_profile


# --- events -------------------------------------------------------------------------------


def _charge(fields: dict[str, Any]) -> Command:
    relation, open_profile = _facts(fields)
    return Charge(
        _needed(fields, "action"),
        _optional_count(fields, "quantity") or 1,
        _optional(fields, "contact"),
        _optional(fields, "thread"),
        relation,
        open_profile,
    )


def _hold(fields: dict[str, Any]) -> Command:
    relation, open_profile = _facts(fields)
    return PlaceHold(
        _needed(fields, "hold"),
        _needed(fields, "action"),
        _optional_count(fields, "quantity") or 1,
        _optional(fields, "contact"),
        _optional(fields, "thread"),
        relation,
        open_profile,
    )


def _capture(fields: dict[str, Any]) -> Command:
    return Capture(_needed(fields, "hold"), _optional_count(fields, "quantity"))


def _purchase(fields: dict[str, Any]) -> Command:
    if ("pack" in fields) == ("credits" in fields):
        raise ValueError("exactly one of pack and credits is needed")
    role = _optional(fields, "role") or "admin"
    if role not in ROLES:
        raise ValueError(f"role: one of {', '.join(ROLES)} is needed")
    return Purchase(_optional_count(fields, "pack"), _optional_count(fields, "credits"), role)


def _seats(fields: dict[str, Any]) -> Command:
    if "seats" not in fields:
        raise ValueError("seats: is missing")
    return ChangeSeats(_count(fields["seats"], "seats"))


_SPENDING = frozenset({"action", "contact", "thread", "quantity", "facts"})
_READERS: dict[str, tuple[Callable[[dict[str, Any]], Command], frozenset[str]]] = {
    "charge": (_charge, _SPENDING),
    "hold": (_hold, _SPENDING | {"hold"}),
    "capture": (_capture, frozenset({"hold", "quantity"})),
    "release": (lambda fields: Release(_needed(fields, "hold")), frozenset({"hold"})),
    "reply": (lambda fields: Reply(_needed(fields, "thread")), frozenset({"thread"})),
    "purchase": (_purchase, frozenset({"pack", "credits", "role"})),
    "trial": (lambda fields: StartTrial(), frozenset()),
    "change_plan": (lambda fields: ChangePlan(_needed(fields, "plan")), frozenset({"plan"})),
    "change_seats": (_seats, frozenset({"seats"})),
    "cancel": (lambda fields: Cancel(), frozenset()),
    "balance": (lambda fields: Settle(), frozenset()),
}
