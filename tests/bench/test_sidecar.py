"""How many contacts a second the sidecar analyses on one core: figures for `make bench`."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import IO, Any

import httpx
import pytest

from tests.servers import free_port

PROFILES = Path(__file__).parents[1] / "sidecar" / "labelled" / "profiles_judge.jsonl"
TOKEN = "bench"
START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Running:
    """A sidecar on one core with its models loaded, its process, and when it first answered."""

    client: httpx.Client
    pid: int
    ready_seconds: float
    first_answer_seconds: float
    loaded_seconds: float


@contextmanager
def sidecar(model: str) -> Iterator[Running]:
    """A sidecar of its own on one core."""
    port = free_port()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.sidecar"],
            env=os.environ
            | {
                "MEETONCE_PORT": str(port),
                "MEETONCE_SIDECAR_TOKEN": TOKEN,
                "MEETONCE_SIDECAR_MODEL": model,
                "MEETONCE_LOG_FORMAT": "json",
            },
            stderr=said,
            preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
        )
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}",
                headers={"Authorization": f"Bearer {TOKEN}"},
                trust_env=False,
                timeout=60,
            ) as client:
                yield started(client, process, said, model)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(20)


def started(
    client: httpx.Client, process: "subprocess.Popen[bytes]", said: IO[bytes], model: str
) -> Running:
    """Wait until it answers and all is loaded; a process that ends, or START_SECONDS, end it."""
    began = time.perf_counter()

    def wait_until(done: Callable[[], bool], what: str) -> float:
        while not done():
            if process.poll() is not None:
                said.seek(0)
                pytest.fail(f"The sidecar ended with {process.returncode}: {said.read(2000)!r}")
            if time.perf_counter() - began > START_SECONDS:
                pytest.fail(f"The sidecar is not {what} after {START_SECONDS} s.")
            time.sleep(0.05)
        return time.perf_counter() - began

    ready_after = wait_until(lambda: ready(client), "ready")
    analyzed_by(client)
    answered_after = time.perf_counter() - began
    loaded = wait_until(
        lambda: model == "off" or "rules" not in analyzed_by(client), "through loading"
    )
    return Running(client, process.pid, ready_after, answered_after, loaded)


def ready(client: httpx.Client) -> bool:
    """Whether it answers and is ready."""
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def analyzed_by(client: httpx.Client) -> str:
    """Who analyses just now."""
    page = {"name": "Ada Example", "headline": "Head of Sales"}
    answer = client.post("/v1/analyze", json={"items": [{"ref": "a", "page": page}]})
    return str(answer.json()["data"][0]["insight"]["analyzed_by"])


def pages() -> Iterator[dict[str, Any]]:
    """Whole profiles without end, no two alike."""
    rows = [json.loads(line)["page"] for line in PROFILES.read_text("utf-8").splitlines()]
    for number, page in zip(count(), cycle(rows), strict=False):
        title = f"{page.get('headline', '')} {number}"
        yield page | {"headline": title}


def used(pid: int) -> float:
    """Seconds of processor time that a process used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@pytest.mark.bench
@pytest.mark.parametrize("model", ["on", "off"])
def test_contacts_per_second(model: str) -> None:
    """Prints first answer, rate, processor time, p50, p99 and memory at batches of 1 and 50."""
    with sidecar(model) as running:
        print(
            f"\nmodel {model}: ready after {running.ready_seconds:.1f} s, first answer after"
            f" {running.first_answer_seconds:.1f} s,"
            f" all loaded after {running.loaded_seconds:.1f} s"
        )
        people = pages()
        for size, calls in ((1, 300), (50, 30)):
            spent, began, times = used(running.pid), time.perf_counter(), []
            for _ in range(calls):
                items = [{"ref": str(n), "page": next(people)} for n in range(size)]
                sent = time.perf_counter()
                answer = running.client.post("/v1/analyze", json={"items": items})
                times.append((time.perf_counter() - sent) * 1000)
                assert [each["status"] for each in answer.json()["data"]] == ["done"] * size
            wall, work = time.perf_counter() - began, used(running.pid) - spent
            times.sort()
            status = Path(f"/proc/{running.pid}/status").read_text()
            resident, peak = (
                int(status.split(f"{name}:")[1].split()[0]) for name in ("VmRSS", "VmHWM")
            )
            print(
                f"batch {size:2}: {size * calls / wall:6.0f} contacts/s by the clock,"
                f" {size * calls / work:6.0f}/s by processor time,"
                f" p50 {median(times):.1f} ms, p99 {times[int(len(times) * 0.99) - 1]:.1f} ms,"
                f" {resident // 1024} MB resident, {peak // 1024} MB at most"
            )


def test_a_sidecar_that_dies_at_its_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends before it answers fails the measurement at once, with what it said."""
    monkeypatch.setenv("MEETONCE_HUNTER_URL", "no address at all")
    began = time.perf_counter()

    with pytest.raises(pytest.fail.Exception, match="ended with"), sidecar("off"):
        pass

    assert START_SECONDS > time.perf_counter() - began
