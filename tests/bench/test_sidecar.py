"""How many contacts a second the sidecar analyses on one core: figures for `make bench`."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest

from tests.servers import free_port

PROFILES = Path(__file__).parents[1] / "sidecar" / "labelled" / "profiles_judge.jsonl"
TOKEN = "bench"
TICKS = os.sysconf("SC_CLK_TCK")

pytestmark = pytest.mark.bench


@contextmanager
def sidecar(model: str) -> Iterator[tuple[httpx.Client, int]]:
    """A sidecar of its own on one core, its models loaded, and its process id."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.sidecar"],
        env=os.environ
        | {
            "MEETONCE_PORT": str(port),
            "MEETONCE_SIDECAR_TOKEN": TOKEN,
            "MEETONCE_SIDECAR_MODEL": model,
            "MEETONCE_LOG_FORMAT": "json",
        },
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    )
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {TOKEN}"},
            trust_env=False,
            timeout=60,
        ) as client:
            started = time.perf_counter()
            while not ready(client):
                time.sleep(0.1)
            print(f"\nmodel {model}: ready after {time.perf_counter() - started:.1f} s", end="")
            while model == "on" and "rules" in analyzed_by(client):
                time.sleep(0.2)
            print(f", all loaded after {time.perf_counter() - started:.1f} s")
            yield client, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


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


@pytest.mark.parametrize("model", ["on", "off"])
def test_contacts_per_second(model: str) -> None:
    """Prints rate, processor time, p50, p99 and memory at batches of 1 and of 50."""
    with sidecar(model) as (client, pid):
        people = pages()
        for size, calls in ((1, 200), (50, 12)):
            spent, began, times = used(pid), time.perf_counter(), []
            for _ in range(calls):
                items = [{"ref": str(n), "page": next(people)} for n in range(size)]
                sent = time.perf_counter()
                answer = client.post("/v1/analyze", json={"items": items})
                times.append((time.perf_counter() - sent) * 1000)
                assert [each["status"] for each in answer.json()["data"]] == ["done"] * size
            wall, work = time.perf_counter() - began, used(pid) - spent
            times.sort()
            memory = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]
            print(
                f"batch {size:2}: {size * calls / wall:6.0f} contacts/s by the clock,"
                f" {size * calls / work:6.0f}/s by processor time,"
                f" p50 {median(times):.1f} ms, p99 {times[int(len(times) * 0.99) - 1]:.1f} ms,"
                f" {int(memory) // 1024} MB resident"
            )
