"""Scenarios for the simulator: short to write, played through the real command."""

import io
import json
from typing import Any

from backend.credits.simulator.simulate import run
from backend.credits.simulator.simulation import AMOUNTS

Line = dict[str, Any]


def event(at: str, do: str, **fields: Any) -> Line:
    """An event; a bare date is noon UTC of that day."""
    return {"at": at if "T" in at else f"{at}T12:00:00Z", "do": do, **fields}


def send(at: str, thread: str | None = None, **fields: Any) -> Line:
    """One message is sent."""
    named = {"thread": thread} if thread is not None else {}
    return event(at, "charge", action="message.send", **named, **fields)


def analyse(at: str, contact: str, **fields: Any) -> Line:
    """A contact is analysed."""
    return event(at, "charge", action="contact.analysis", contact=contact, **fields)


def command(
    policy: str, plan: str, text: str | bytes, *options: str, **named: object
) -> tuple[int, str, str]:
    """Run `meetonce simulate` on a text: exit code, stdout, stderr."""
    arguments = ["--policy", policy, "--plan", plan, *options]
    for name, value in named.items():
        arguments += [f"--{name.replace('_', '-')}", str(value)]
    stdin = io.BytesIO(text.encode() if isinstance(text, str) else text)
    stdout, stderr = io.StringIO(), io.StringIO()
    code = run(arguments, stdin, stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


class Played:
    """The lines that a scenario printed, sorted into its own, those that fell due, and the end."""

    def __init__(self, policy: str, plan: str, *events: Line, **named: object) -> None:
        text = "".join(json.dumps(each) + "\n" for each in events)
        code, stdout, stderr = command(policy, plan, text, **named)
        assert (0, "") == (code, stderr)
        self.lines: list[Line] = [json.loads(line) for line in stdout.splitlines()]
        self.end = self.lines[-1]
        self.settled = [line for line in self.lines if line["do"] == "settle"]
        self.own = [line for line in self.lines[:-1] if line["do"] != "settle"]
        assert len(events) == len(self.own)
        assert "end" == self.end["do"]
        self.check_arithmetic()

    @property
    def outcomes(self) -> list[str]:
        """`outcome` of each event, in order; of a refused or free one `outcome:reason`."""
        telling = {"refused", "free"}
        return [
            f"{line['outcome']}:{line['reason']}"
            if line["outcome"] in telling
            else line["outcome"]
            for line in self.own
        ]

    @property
    def charged(self) -> list[int]:
        """Credits that each event charged."""
        return [line["charged"] for line in self.own]

    @property
    def available(self) -> list[int]:
        """Free credits after each event, before what it made expire or be forfeited."""
        return [line["available"] for line in self.own]

    @property
    def left(self) -> int:
        """Credits at the end, free and held."""
        left: int = self.end["totals"]["left"]
        return left

    def sums(self, name: str) -> list[tuple[str, int]]:
        """The settle lines that moved `name`: when, and how many credits."""
        return [(line["at"], line[name]) for line in self.settled if line[name]]

    def check_arithmetic(self) -> None:
        """Every line follows from the one before it, and the totals from the lines."""
        balance = 0
        for line in self.lines:
            balance += line["granted"] + line["refunded"]
            balance -= line["charged"] + line["expired"] + line["forfeited"]
            assert balance == line["available"] + line["held"], line
            assert line["available"] >= 0
            assert line["held"] >= 0
        totals = self.end["totals"]
        assert {name: sum(line[name] for line in self.lines) for name in AMOUNTS} == {
            name: totals[name] for name in AMOUNTS
        }
        assert balance == totals["left"]
