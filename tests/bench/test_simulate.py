"""How fast `meetonce simulate` is, and how much it keeps: figures for `make bench`."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.credits.engine import apply, open_pool
from backend.credits.policy import load_policy
from backend.credits.rules.state import Adjust, Charge, Facts
from backend.instants import parse

START = datetime(2026, 1, 5, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.bench


def told(fields: dict[str, object], number: int, minutes: float) -> str:
    """A line of input."""
    at = (START + timedelta(minutes=minutes * number)).isoformat()
    return json.dumps({"at": at, **fields}) + "\n"


def new_contacts(count: int) -> Iterator[str]:
    """Every event analyses a contact that was never seen."""
    for number in range(count):
        fields = {"do": "charge", "action": "contact.analysis", "contact": f"con_{number:012}"}
        yield told(fields, number, 10)


def old_contacts(count: int) -> Iterator[str]:
    """A thousand contacts, looked at again and again."""
    for number in range(count):
        fields = {"do": "charge", "action": "contact.analysis", "contact": f"c{number % 1000}"}
        yield told(fields, number, 10)


def messages(count: int) -> Iterator[str]:
    """Holds under keys, captures, replies and follow-ups, each in a thread of its own."""
    for number in range(count // 4):
        thread = {"action": "message.send", "thread": f"t{number}"}
        yield told({"do": "hold", "hold": f"h{number}", "key": f"k{number}", **thread}, number, 40)
        yield told({"do": "capture", "hold": f"h{number}"}, number, 40)
        yield told({"do": "reply", "thread": f"t{number - 5}"}, number, 40)
        yield told({"do": "charge", **thread}, number, 40)


def simulated(events: Iterator[str], policy: str, plan: str, folder: Path) -> tuple[float, float]:
    """Seconds, and megabytes at the peak, of the command on these events."""
    path = folder / "events.jsonl"
    with path.open("w") as file:
        file.writelines(events)
    arguments = [
        "-m",
        "backend.credits.simulator.simulate",
        "--policy",
        policy,
        "--plan",
        plan,
        str(path),
    ]
    began = time.perf_counter()
    with (folder / "out").open("wb") as out:
        program = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=out)
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = status
    assert 0 == status
    return time.perf_counter() - began, used.ru_maxrss / 1024


def test_how_fast_events_are_simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints seconds and peak memory; the input is read twice, first to check it."""
    runs = [
        ("new contacts", new_contacts, 100_000, "humanlinker", "business"),
        ("new contacts", new_contacts, 1_000_000, "humanlinker", "business"),
        ("known contacts", old_contacts, 100_000, "humanlinker", "business"),
        ("known contacts", old_contacts, 1_000_000, "humanlinker", "business"),
        ("messages, holds, replies", messages, 100_000, "inmail-rollover", "sales_navigator"),
        ("messages, holds, replies", messages, 1_000_000, "inmail-rollover", "sales_navigator"),
    ]
    for name, events, count, policy, plan in runs:
        seconds, megabytes = simulated(events(count), policy, plan, tmp_path)
        with capsys.disabled():
            print(f"\nsimulate {count:>9,} events ({name}): {seconds:.1f} s, {megabytes:.0f} MB")


def test_how_long_a_plain_charge_takes_the_engine(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints microseconds of processor time for one `engine.apply`."""
    policy, start, facts = load_policy("humanlinker"), parse(START.isoformat()), Facts()
    pool = open_pool(policy, "starter", 1, "UTC", start).pool
    pool = apply(pool, Adjust(1_000_000, "bench"), facts, policy, start).pool
    commands = [Charge("contact.analysis", contact=f"c{number}") for number in range(100_000)]
    began = time.process_time()
    for command in commands:
        pool = apply(pool, command, facts, policy, start).pool
    taken = (time.process_time() - began) / len(commands) * 1e6
    with capsys.disabled():
        print(f"\nengine.apply of a plain charge: {taken:.1f} µs")
