"""`python -m tests.bench [sqlite|postgresql] [--seconds S] [--connections 1,32,128]`."""

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from backend import schema
from backend.credits.ledger import Order, apply_order
from backend.credits.rules.state import Adjust
from backend.database import Database
from backend.flows.workspaces import Founded, found, policy_named
from tests.databases import fresh_postgres, postgres_server
from tests.servers import free_port


@dataclass(frozen=True, slots=True)
class Figure:
    """Requests a second, milliseconds at the median and at the 99th percentile, processor time.

    `cpu` is what the server used a request, in microseconds: on a machine that others use too it
    says more than the rate.
    """

    rate: float
    p50: float
    p99: float
    errors: int
    cpu: float


SCRIPT = """
local n = 0
local id = "%(run)s" .. tostring({}):gsub("[^%%w]", "")
request = function()
  n = n + 1
  local who = id .. n
  local body = '{"url":"https://www.linkedin.com/in/' .. %(slug)s
    .. '","page":{"name":"Jane Doe","headline":"Head of Sales at Example"}}'
  return wrk.format("POST", "%(path)s", {
    ["Authorization"] = "Bearer %(key)s", ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = who }, body)
end
done = function(summary, latency)
  print(string.format("FIGURE %%.1f %%.3f %%.3f %%d", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status + summary.errors.timeout + summary.errors.read + summary.errors.connect))
end
"""


@dataclass(frozen=True, slots=True)
class Route:
    """What is measured: a path of a server whose process is `pid`, about somebody new or known."""

    url: str
    path: str
    key: str
    pid: int
    known: bool = False


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used so far, in the system and for itself."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(route: Route, *, connections: int, seconds: int) -> Figure:
    """One run of wrk against a route."""
    run = f"r{time.monotonic_ns()}"
    slug = '"known-person"' if route.known else "who"
    used = cpu_seconds(route.pid)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % {"run": run, "slug": slug, "path": route.path, "key": route.key})
        script.flush()
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name, route.url],
            capture_output=True,
            check=True,
            text=True,
        )
    figures = re.search(r"FIGURE (\S+) (\S+) (\S+) (\d+)", done.stdout)
    assert figures is not None, done.stdout
    rate, p50, p99, errors = figures.groups()
    used = cpu_seconds(route.pid) - used
    served = max(1.0, float(rate) * seconds)
    return Figure(float(rate), float(p50), float(p99), int(errors), used / served * 1e6)


@contextmanager
def process(arguments: list[str], env: dict[str, str], ready: str) -> Iterator[int]:
    """A server of ours on loopback, ended by its own process id, which is given."""
    running = subprocess.Popen(
        [sys.executable, *arguments], env={**os.environ, **env}, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                httpx.get(ready, timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"not ready: {arguments}")
        yield running.pid
    finally:
        running.terminate()
        running.wait(20)


async def make_workspace(url: str) -> Founded:
    """A workspace with a million credits."""
    db = Database(url, lambda: time.time_ns() // 1000)
    await db.open()
    await schema.prepare(db)
    founded = await db.write(
        lambda tx: found(
            tx,
            name="Bench",
            owner_email="o@bench.example",
            policy=policy_named("humanlinker", Path("none")),
            plan=None,
            seats=1,
            time_zone="UTC",
            now=db.clock(),
        )
    )
    order = Order(founded.workspace_id, founded.owner_id, Adjust(10_000_000, "bench"))
    await db.together(founded.workspace_id, apply_order, order)
    await db.close()
    return founded


def main() -> None:
    """Print every figure of one run, and the ratios that matter."""
    parser = argparse.ArgumentParser()
    parser.add_argument("database", nargs="?", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--only", default="", help="the first letters of the routes, such as ab")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", default="1,32,128")
    said = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("the bench needs wrk (apt-get install wrk)")
    with ExitStack() as stack:
        run(stack, said)


def run(stack: ExitStack, said: argparse.Namespace) -> None:
    """Start the servers, then measure route after route in turn, so that drift hits all alike."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    if said.database == "sqlite":
        url, peer_url = (f"sqlite+aiosqlite:///{folder / name}" for name in ("m.db", "peer.db"))
    else:
        postgres = stack.enter_context(postgres_server(fast=False))
        url = stack.enter_context(fresh_postgres(postgres))
        peer_url = stack.enter_context(fresh_postgres(postgres))
    founded = asyncio.run(make_workspace(url))
    sidecar, port, peer = free_port(), free_port(), free_port()
    env = {
        "MEETONCE_SIDECAR_TOKEN": "bench",
        "BENCH_DATABASE_URL": url,
        "BENCH_DATA_DIR": str(folder),
        "BENCH_SIDECAR_URL": f"http://127.0.0.1:{sidecar}",
        "BENCH_SIDECAR_TOKEN": "bench",
        "BENCH_PEER_URL": peer_url,
        "BENCH_PEER_KEY": "peer",
    }
    base, peer_base = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
    stack.enter_context(
        process(
            ["-m", "backend.cli", "sidecar", "--port", str(sidecar)],
            env,
            f"http://127.0.0.1:{sidecar}/health/live",
        )
    )
    server = stack.enter_context(
        process(["-m", "tests.bench.server", str(port)], env, f"{base}/health/live")
    )
    peer_server = stack.enter_context(
        process(["-m", "tests.bench.peers.orm_per_request", str(peer)], env, peer_base)
    )
    workspace = f"/workspaces/{founded.workspace_id}"
    bench, key = f"/v1/bench{workspace}", founded.api_key
    routes = {
        "a bare": Route(base, f"{bench}/bare", key, server),
        "b first charge": Route(base, f"{bench}/charge", key, server),
        "c known": Route(base, f"/v1{workspace}/analyses", key, server, known=True),
        "d analyse": Route(base, f"/v1{workspace}/analyses", key, server),
        "peer": Route(peer_base, "/charge", "peer", peer_server),
    }
    measure(routes["c known"], connections=1, seconds=1)
    if said.only:
        routes = {name: each for name, each in routes.items() if name[0] in said.only}
    for connections in (int(each) for each in said.connections.split(",")):
        report(said, routes, connections)


def report(
    said: argparse.Namespace,
    routes: dict[str, Route],
    connections: int,
) -> None:
    """The medians of some rounds at one number of connections, and their ratios."""
    rounds: dict[str, list[Figure]] = {name: [] for name in routes}
    for _ in range(said.rounds):
        for name, route in routes.items():
            rounds[name].append(measure(route, connections=connections, seconds=said.seconds))
    rate = {name: median(each.rate for each in figures) for name, figures in rounds.items()}
    print(f"\n{said.database}, {connections} connections, median of {said.rounds}")
    print(f"{'route':16}{'req/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'cpu us':>10}{'errors':>8}")
    for name, figures in rounds.items():
        p50 = median(each.p50 for each in figures)
        p99 = median(each.p99 for each in figures)
        cpu = median(each.cpu for each in figures)
        errors = sum(each.errors for each in figures)
        print(f"{name:16}{rate[name]:>10.0f}{p50:>10.2f}{p99:>10.2f}{cpu:>10.0f}{errors:>8}")
    pairs = (("b", "a"), ("c", "a"), ("d", "a"), ("b", "p"))
    by_letter = {name[0]: each for name, each in rate.items()}
    ratios = [
        f"{over}/{under if under != 'p' else 'peer'} {by_letter[over] / by_letter[under]:.2f}"
        for over, under in pairs
        if over in by_letter and under in by_letter
    ]
    print("   ".join(ratios), flush=True)


if __name__ == "__main__":
    main()
