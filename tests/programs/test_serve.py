"""`meetonce serve` as an operator meets it: it gets ready, answers, and stops without a trace."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx

from tests.servers import meetonce, run_server


def test_serve_gets_ready_and_stops_cleanly(empty_database_url: str, tmp_path: Path) -> None:
    """On either database serve comes up by itself, and SIGTERM ends it with status 0.

    `run_server` checks the rest: nothing is left running, no traceback is printed.
    """
    with run_server(
        tmp_path / "data", env={"MEETONCE_DATABASE_URL": empty_database_url}
    ) as server:
        assert httpx.get(f"{server.url}/health/live").status_code == 200
        assert "Sign in" in server.printed()


def test_a_taken_port_is_refused_in_one_line(tmp_path: Path) -> None:
    """Nobody is told that Meetonce is ready where it is somebody else who answers."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            meetonce("serve", "--host", "127.0.0.1", "--port", port),
            env={**os.environ, "MEETONCE_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode != 0
    assert "" == done.stdout
    (line,) = done.stderr.splitlines()
    assert port in line
    assert "Address already in use" in line


def test_serve_starts_again_on_its_own_data(tmp_path: Path) -> None:
    """A second start finds what the first one left, and makes no second workspace."""
    for _ in range(2):
        with run_server(tmp_path) as server:
            assert httpx.get(f"{server.url}/health/ready").status_code == 200


def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    """Ctrl-C reaches every process of the terminal at once; all end, serve with status 0."""
    with run_server(tmp_path) as server:
        os.killpg(server.process.pid, signal.SIGINT)
        assert server.process.wait(30) == 0


def test_a_second_ctrl_c_cuts_off_and_still_ends_cleanly(tmp_path: Path) -> None:
    """Whoever presses Ctrl-C again does not wait for a client that never ends its request.

    The end is as clean as the first way: status 0, no traceback (`run_server` looks for one).
    """
    with run_server(tmp_path) as server:
        host, _, port = server.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(
                b"POST /v1/extension/pairings HTTP/1.1\r\nHost: meetonce.test\r\n"
                b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
            )
            time.sleep(0.5)
            server.process.send_signal(signal.SIGINT)
            time.sleep(0.5)
            assert server.process.poll() is None, "the first one waits for the request"
            server.process.send_signal(signal.SIGINT)
            assert server.process.wait(30) == 0
        assert "graceful" not in server.printed(), "the second one waits for nobody"
