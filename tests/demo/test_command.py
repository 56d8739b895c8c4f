"""`meetonce demo` beside a running server, and what it prints, tried by hand."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.flows.workplace import verify_command
from tests.servers import meetonce, run_server


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, str]]:
    """A real server with its sidecar, and the output of `meetonce demo`: folder, origin, text."""
    data_dir = tmp_path_factory.mktemp("demo")
    with run_server(data_dir) as server:
        done = subprocess.run(
            meetonce("demo"),
            env={
                **os.environ,
                "MEETONCE_DATA_DIR": str(data_dir),
                "MEETONCE_PUBLIC_URL": server.url,
            },
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        yield data_dir, server.url, done.stdout


def answer_of(command: str) -> tuple[int, dict[str, Any]]:
    """What a printed curl command gets, asked without curl: status and body."""
    _, _, url, *options = shlex.split(command)
    given = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in given if name == "-H")
    headers["Idempotency-Key"] = uuid4().hex  # the shell would put the time here
    answer = httpx.post(url, headers=headers, content=dict(given)["-d"])
    return answer.status_code, answer.json()


def test_the_printed_commands_cost_one_then_nothing_then_conflict(
    demo: tuple[Path, str, str],
) -> None:
    """The same line is charged 1, then 0; the other campaign refuses with 409."""
    first, second = re.findall(r"^ +(curl .*)$", demo[2], re.M)

    status, body = answer_of(first)
    assert (status, body["charge"]["charged"]) == (201, 1)
    status, body = answer_of(first)
    assert (status, body["charge"]["charged"]) == (200, 0)
    status, body = answer_of(second)
    assert (status, body["code"], body["charged"]) == (409, "ongoing_conflict", 0)


def test_the_printed_link_signs_in(demo: tuple[Path, str, str]) -> None:
    """The link's token opens a session that sees the sandbox and its three months."""
    _, origin, printed = demo
    found = re.search(r"/sign-in\?token=(\S+)", printed)
    assert found is not None
    with httpx.Client(base_url=origin) as client:
        assert client.post("/v1/sessions", json={"token": found.group(1)}).status_code == 201
        me = client.get("/v1/me").json()
        assert "Sandbox" in {each["name"] for each in me["workspaces"]}


def test_every_address_of_the_demo_is_there(demo: tuple[Path, str, str]) -> None:
    """Whatever the command prints leads to a page."""
    _, origin, printed = demo
    pages = {word for word in shlex.split(printed) if word.startswith(f"{origin}/demo")}

    assert pages
    for page in pages:
        assert httpx.get(page).status_code == 200, page


def test_the_ledger_beside_a_running_server_is_true(demo: tuple[Path, str, str]) -> None:
    """`meetonce verify` finds nothing wrong while the server runs."""
    done = verify_command(demo[0], {})

    assert done.returncode == 0, done.stdout
