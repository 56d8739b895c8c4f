"""The sidecar as a program: what it imports, how it starts and ends, what it logs."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading

import httpx

from backend.sidecar.analysis import Draft, draft
from backend.sidecar.requests import Analyst, Unreadable, look_at_all
from shared_schemas.enrichment import AnalyzeItem
from shared_schemas.insight import Insight
from shared_schemas.page import Page

PROBE = """
import sys, backend.sidecar.app, backend.sidecar.__main__
ours = {name for name in sys.modules if name.split(".")[0] in ("backend", "shared_schemas")}
foreign = [n for n in ours if not n.startswith(("backend.sidecar", "shared_schemas"))]
print("\\n".join(sorted(foreign)))
"""


def test_it_imports_nothing_of_the_backend() -> None:
    """Only `shared_schemas` and the sidecar itself are loaded, beside the empty parent package."""
    found = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
    )

    assert ["backend"] == found.stdout.split()


def test_it_starts_serves_and_ends_by_itself() -> None:
    """`python -m backend.sidecar` is ready, answers, ends at SIGTERM; no page is in its log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "MEETONCE_PORT": str(port),
        "MEETONCE_HOST": "127.0.0.1",
        "MEETONCE_SIDECAR_TOKEN": "t0ken",
        "MEETONCE_LOG_FORMAT": "json",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.sidecar"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        origin = f"http://127.0.0.1:{port}"
        _ready(origin, process)
        page = {
            "name": "Zebulon Quux",
            "headline": "Head of Sales at Acme",
            "email": "z@q.example",
        }
        answer = httpx.post(
            f"{origin}/v1/analyze",
            json={"items": [{"ref": "r", "page": page}]},
            headers={"Authorization": "Bearer t0ken"},
            trust_env=False,
        )
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    finally:
        process.kill()

    assert "done" == answer.json()["data"][0]["status"]
    assert process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in log
    assert not any(word in log for word in ("Zebulon", "Acme", "z@q.example", "t0ken"))
    assert "analyzed" in [
        json.loads(line).get("event") for line in log.splitlines() if line[:1] == "{"
    ]


def _ready(origin: str, process: subprocess.Popen[str]) -> None:
    for _ in range(200):
        assert process.poll() is None, "the sidecar ended"
        try:
            if httpx.get(f"{origin}/health/ready", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        threading.Event().wait(0.1)
    raise AssertionError("the sidecar is not ready")


def test_wrong_settings_end_the_start_with_one_line() -> None:
    """A port that is none is said in one line, without a traceback."""
    for name, value in (("MEETONCE_PORT", "eighty"), ("MEETONCE_LOG_FORMAT", "xml")):
        found = subprocess.run(
            [sys.executable, "-m", "backend.sidecar"],
            env=os.environ | {name: value},
            capture_output=True,
            text=True,
            check=False,
        )

        assert 2 == found.returncode
        assert [name] == [line.partition(":")[0] for line in found.stderr.splitlines()]


def test_an_analysis_that_breaks_fails_its_own_item_only() -> None:
    """A bug of ours costs one item its insight, not its neighbours."""

    def breaks_on_bob(page: Page) -> Draft:
        if page.name == "Bob":
            raise RuntimeError("a bug")
        return draft(page)

    def breaks_on_cid(drawn: Draft) -> Insight | None:
        if drawn.page.name == "Cid":
            raise RuntimeError("another bug")
        return Insight(depth="brief")  # type: ignore[arg-type]

    items: list[AnalyzeItem | Unreadable] = [
        AnalyzeItem(ref=name, page=Page(name=name)) for name in ("Ann", "Bob", "Cid", "Dan")
    ]
    answer = look_at_all(items, [], Analyst(breaks_on_bob, breaks_on_cid))

    assert ["done", "empty", "empty", "done"] == [item.status for item in answer.data]
    codes = [item.error.code if item.error else None for item in answer.data]
    assert [None, "internal", "internal", None] == codes
