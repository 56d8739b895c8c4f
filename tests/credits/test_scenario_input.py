"""What `meetonce simulate` reads: every wrong line, key or argument stops it before it prints."""

import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from backend.credits.simulator.simulate import run
from tests.credits.played import Played, analyse, command, event, send

AT = "2026-01-05T10:00:00Z"
GOOD = json.dumps({"at": AT, "do": "balance"})


def line(**fields: object) -> str:
    """A line of input with an `at`."""
    return json.dumps({"at": AT, **fields})


CHARGE = {"do": "charge", "action": "message.send"}
WRONG_LINES = [
    "{",
    "[]",
    "1",
    '"charge"',
    "null",
    '{"at":"2026-01-05T10:00:00Z","do":"balance"} x',
    '{"at":"2026-01-05T10:00:00Z","do":"purchase","credits":NaN}',
    "[" * 100_000,
    line(),
    line(do="refund"),
    line(do=1),
    line(do=["charge"]),
    json.dumps({"do": "balance"}),
    json.dumps({"at": 1767607200, "do": "balance"}),
    json.dumps({"at": None, "do": "balance"}),
    json.dumps({"at": "2026-01-05T10:00:00", "do": "balance"}),
    json.dumps({"at": "2026-01-05", "do": "balance"}),
    json.dumps({"at": "2026-02-30T10:00:00Z", "do": "balance"}),
    json.dumps({"at": "2026-01-05T25:00:00Z", "do": "balance"}),
    json.dumps({"at": "yesterday", "do": "balance"}),
    line(do="balance", contact="c"),
    line(do="balance", key=1),
    line(do="balance", key=None),
    line(do="cancel", reason="x"),
    line(do="trial", credits=5),
    line(**CHARGE, colour="red"),
    line(**CHARGE, hold="h"),
    line(**CHARGE, quantity=0),
    line(**CHARGE, quantity=-1),
    line(**CHARGE, quantity=1.0),
    line(**CHARGE, quantity=True),
    line(**CHARGE, quantity="1"),
    line(**CHARGE, quantity=None),
    line(**CHARGE, contact=5),
    line(**CHARGE, thread=None),
    line(**CHARGE, facts=[]),
    line(**CHARGE, facts={"degree": 1}),
    line(**CHARGE, facts={"relation": "friend"}),
    line(**CHARGE, facts={"relation": None}),
    line(**CHARGE, facts={"open_profile": "yes"}),
    line(**CHARGE, facts={"open_profile": 1}),
    line(do="charge"),
    line(do="charge", action=1),
    line(do="hold", action="message.send"),
    line(do="hold", hold="h"),
    line(do="capture"),
    line(do="capture", hold="h", quantity=0),
    line(do="release"),
    line(do="release", hold="h", quantity=1),
    line(do="reply"),
    line(do="reply", thread=7),
    line(do="reply", thread="t", contact="c"),
    line(do="purchase"),
    line(do="purchase", pack=25, credits=25),
    line(do="purchase", pack="25"),
    line(do="purchase", pack=0),
    line(do="purchase", credits=0),
    line(do="purchase", credits=1.5),
    line(do="purchase", credits=5, role="viewer"),
    line(do="purchase", credits=5, role=1),
    line(do="change_plan"),
    line(do="change_plan", plan=1),
    line(do="change_seats"),
    line(do="change_seats", seats=0),
    line(do="change_seats", seats=2.0),
    line(do="change_seats", seats="2"),
    '{"at":"2026-01-05T10:00:00Z","do":"balance","do":"cancel"}',
    '{"at":"2026-01-05T10:00:00Z","do":"balance","at":"2026-01-05T10:00:00Z"}',
    '{"at":"2026-01-05T10:00:00Z","do":"charge","action":"a","facts":{"relation":"first_degree","relation":"third_degree"}}',
    line(do="purchase", credits=10**1001),
    '{"at":"2026-01-05T10:00:00Z","do":"purchase","credits":' + "9" * 5000 + "}",
    json.dumps({"at": "2026-01-05T10:00:00+25:00", "do": "balance"}),
    json.dumps({"at": "2026-W02-1T10:00:00Z", "do": "balance"}),
    json.dumps({"at": "20260105T100000Z", "do": "balance"}),
    json.dumps({"at": "2026-01-05T10:00:00 Z", "do": "balance"}),
    json.dumps({"at": "٢٠٢٦-01-05T10:00:00Z", "do": "balance"}),
    json.dumps({"at": True, "do": "balance"}),
]


@pytest.mark.parametrize("wrong", WRONG_LINES, ids=lambda text: text[:60])
def test_a_wrong_line_prints_nothing(wrong: str) -> None:
    """Exit 2, an empty stdout, and the number of the line, blank ones counted, on stderr."""
    text = f"{GOOD}\n\n   \n{wrong}\n{GOOD}\n"
    code, stdout, stderr = command("linkedin-messages", "recruiter", text)
    assert (2, "") == (code, stdout)
    assert stderr.startswith("line 4: ")
    assert 1 == stderr.count("\n")


def test_invalid_utf_8_is_a_wrong_line() -> None:
    """Bytes that are no UTF-8 are bad JSON, not guessed at."""
    code, stdout, stderr = command("lemlist", "email_pro", GOOD.encode() + b'\n{"\xff":1}\n')
    assert (2, "") == (code, stdout)
    assert stderr.startswith("line 2: ")


def test_a_byte_order_mark_is_named() -> None:
    """A file that begins with one is refused at line 1, in words that say what to do about it."""
    code, stdout, stderr = command("lemlist", "email_pro", b"\xef\xbb\xbf" + GOOD.encode())
    assert (2, "") == (code, stdout)
    assert "line 1: not JSON: it begins with a byte order mark" in stderr


def test_windows_line_ends_and_a_last_line_without_one() -> None:
    """CRLF, blank lines of white space and a missing last line end change nothing."""
    wanted = command("lemlist", "email_pro", f"{GOOD}\n{GOOD}\n")
    assert wanted == command("lemlist", "email_pro", f"{GOOD}\r\n\r\n \t\r\n{GOOD}")


def test_numbers_beyond_any_pool_are_counted_exactly() -> None:
    """An integer of hundreds of digits is an integer: refused as a price, exact as a purchase."""
    many = 10**999
    played = Played(
        "lemlist",
        "email_pro",
        event("2026-01-05", "charge", action="phone.find", quantity=many),
        *[event("2026-01-05", "purchase", credits=many)] * 3,
        event("2026-01-05", "charge", action="ai.variable", quantity=2 * many),
    )
    assert [
        "refused:out_of_credits",
        "granted",
        "granted",
        "granted",
        "charged",
    ] == played.outcomes
    assert 1000 + many == played.left


def test_time_never_goes_back() -> None:
    """An event before the one above it, or before --start, is wrong; the same instant is not."""
    early = json.dumps({"at": "2026-01-05T09:59:59Z", "do": "balance"})
    code, stdout, stderr = command("lemlist", "email_pro", f"{GOOD}\n{GOOD}\n{early}\n")
    assert (2, "") == (code, stdout)
    assert stderr.startswith("line 3: ")
    code, stdout, stderr = command("lemlist", "email_pro", GOOD, start="2026-01-05T10:00:01Z")
    assert (2, "") == (code, stdout)
    assert stderr.startswith("line 1: ")


def test_offsets_are_compared_as_instants() -> None:
    """11:30 in Paris is before 11:00 in London, and each line keeps its `at` as it was written."""
    paris, london = "2026-01-05T11:30:00+01:00", "2026-01-05T11:00:00+00:00"
    played = Played("lemlist", "email_pro", event(paris, "balance"), event(london, "balance"))
    assert [paris, london] == [each["at"] for each in played.own]
    assert "2026-01-05T10:30:00Z" == played.settled[0]["at"]


@pytest.mark.parametrize(
    ("policy", "plan", "named"),
    [
        ("no-such", "pro", {}),
        ("humanlinker@9", "pro", {}),
        ("/nowhere/policy.toml", "pro", {}),
        ("humanlinker", "gold", {}),
        ("humanlinker", "pro", {"seats": 0}),
        ("humanlinker", "pro", {"seats": "two"}),
        ("humanlinker", "pro", {"start": "2026-01-05"}),
        ("humanlinker", "pro", {"start": "2026-01-05T10:00:00"}),
        ("humanlinker", "pro", {"anchor-day": 0}),
        ("humanlinker", "pro", {"anchor-day": 32}),
        ("humanlinker", "pro", {"timezone": "Mars/Olympus"}),
        ("humanlinker", "pro", {"colour": "red"}),
    ],
)
def test_wrong_arguments(policy: str, plan: str, named: dict[str, object]) -> None:
    """An argument that cannot be used: exit 2, an empty stdout, and a reason."""
    code, stdout, stderr = command(policy, plan, GOOD, **named)
    assert (2, "") == (code, stdout)
    assert stderr


def test_a_faulty_policy_file_is_refused_with_its_line(tmp_path: Path) -> None:
    """A policy file of one's own that is wrong stops the simulation, naming key and line."""
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\ncolour = "red"\n', "utf-8")
    code, stdout, stderr = command(str(file), "pro", GOOD)
    assert (2, "") == (code, stdout)
    assert "mine.toml:2: colour: unknown key" in stderr


def test_a_missing_file_of_events() -> None:
    """A path that cannot be read is one clear line."""
    code, stdout, stderr = command("lemlist", "email_pro", "", "/nowhere/events.jsonl")
    assert (2, "") == (code, stdout)
    assert "/nowhere/events.jsonl" in stderr


def test_events_come_from_a_file_a_pipe_or_stdin(tmp_path: Path) -> None:
    """The same events print the same lines, however they arrive; a pipe can be read only once."""
    text = GOOD + "\n" + line(do="purchase", credits=7) + "\n"
    wanted = command("lemlist", "email_pro", text)
    file = tmp_path / "events.jsonl"
    file.write_text(text, "utf-8")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(text,))
    writer.start()
    assert wanted == command("lemlist", "email_pro", "", str(file))
    assert wanted == command("lemlist", "email_pro", "", str(pipe))
    assert wanted == command("lemlist", "email_pro", text, "-")
    writer.join()


def test_it_runs_as_a_program(tmp_path: Path) -> None:
    """The module runs alone, from any directory that can import it, with real streams."""
    arguments = [sys.executable, "-m", "backend.credits.simulator.simulate", "--policy", "lemlist"]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [*arguments, "--plan", "email_pro"],
        input=GOOD,
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
        timeout=60,
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert ["settle", "balance", "end"] == [json.loads(each)["do"] for each in done.stdout.split()]


def test_lines_are_compact_and_complete() -> None:
    """Each line is a compact object with at, do, outcome, five amounts, reason, two balances."""
    _, stdout, _ = command("lemlist", "email_pro", GOOD)
    fields = "at do outcome charged refunded granted expired forfeited reason available held"
    for text in stdout.splitlines():
        found = json.loads(text)
        assert json.dumps(found, separators=(",", ":")) == text
        assert set(fields.split()) == set(found) - {"totals"}
    totals = {"granted", "charged", "refunded", "expired", "forfeited", "left"}
    assert totals == set(found["totals"])


def test_nothing_in_nothing_out() -> None:
    """No events: the first allotment at --start and the end; without --start only an empty end."""
    _, stdout, _ = command("lemlist", "email_pro", "\n\n", start=AT)
    assert ["settle", "end"] == [json.loads(each)["do"] for each in stdout.splitlines()]
    code, stdout, _ = command("lemlist", "email_pro", "")
    assert 0 == code
    assert {0} == set(json.loads(stdout)["totals"].values())


@pytest.mark.parametrize(
    "do",
    [
        *("charge", "hold", "capture", "release", "reply", "purchase", "trial"),
        *("change_plan", "change_seats", "cancel", "balance"),
    ],
)
def test_every_kind_of_event_takes_a_key(do: str) -> None:
    """A repeated key with the same fields does nothing and says so, whatever the event."""
    every: dict[str, dict[str, object]] = {
        "charge": {"action": "ai.variable", "quantity": 2},
        "hold": {"action": "ai.variable", "hold": "new"},
        "capture": {"hold": "open"},
        "release": {"hold": "open"},
        "reply": {"thread": "t"},
        "purchase": {"credits": 5},
        "change_plan": {"plan": "multichannel_expert"},
        "change_seats": {"seats": 3},
    }
    fields = every.get(do, {})
    opening = event("2026-01-05", "hold", hold="open", action="phone.find")
    once = event("2026-01-06", do, key="k", **fields)
    again = event("2026-01-07", do, key="k", **fields)
    played = Played("lemlist", "email_pro", opening, once, again)
    first, second = played.own[1:]
    assert "refused" != first["outcome"]
    assert ("ok", "idempotent_replay") == (second["outcome"], second["reason"])
    amounts = ("charged", "refunded", "granted", "expired", "forfeited")
    assert [0] * 5 == [second[name] for name in amounts]


def test_a_key_with_other_fields_is_refused() -> None:
    """One namespace a file: another event, or other fields, under a used key is refused."""
    played = Played(
        "lemlist",
        "email_pro",
        analyse("2026-01-05", "a", key="k"),
        analyse("2026-01-06", "b", key="k"),
        event("2026-01-07", "balance", key="k"),
        analyse("2026-01-08", "a", key="k"),
    )
    reused = "refused:idempotency_key_reused"
    assert ["charged", reused, reused, "ok"] == played.outcomes


def test_a_refused_event_does_not_use_up_its_key() -> None:
    """After a refusal the same key goes through, also with other fields; a free one uses it up."""
    played = Played(
        "linkedin-messages",
        "basic",
        send("2026-01-05", "t", key="k"),
        event("2026-01-06", "purchase", pack=25, key="k"),
        send("2026-01-07", "t", key="k"),
        send("2026-01-08", "u", facts={"relation": "first_degree"}, key="f"),
        send("2026-01-09", "v", key="f"),
    )
    reused = "refused:idempotency_key_reused"
    wanted = ["refused:out_of_credits", "granted", reused, "free:first_degree", reused]
    assert wanted == played.outcomes


def test_the_key_comes_before_everything_else() -> None:
    """A repeated key answers a replay even where the event would now be refused."""
    played = Played(
        "humanlinker",
        "starter",
        event("2026-01-05", "hold", hold="h", action="contact.analysis", contact="a", key="k"),
        event("2026-01-06", "cancel"),
        event("2026-01-07", "hold", hold="h", action="contact.analysis", contact="a", key="k"),
        event("2026-01-08", "hold", hold="h", action="nonsense", key="k"),
    )
    assert ["ok", "cancelled", "ok", "refused:idempotency_key_reused"] == played.outcomes


def test_help_is_not_an_error() -> None:
    """`--help` prints to stdout and ends with 0."""
    stdout, stderr = io.StringIO(), io.StringIO()
    assert 0 == run(["--help"], io.BytesIO(), stdout, stderr)
    assert "meetonce simulate" in stdout.getvalue()
