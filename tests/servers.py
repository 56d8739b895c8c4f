"""Starts the real programs for tests on free loopback ports, and stops them by their handle."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

READY_SECONDS = 60.0
STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running `meetonce serve`: its origin without a trailing slash, its process, its log."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def printed(self) -> str:
        """Everything that the server has written so far, stdout and stderr."""
        return self.log.read_text(errors="replace")


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def meetonce(*arguments: str) -> list[str]:
    """The command line of the console script beside this Python."""
    return [str(Path(sys.executable).parent / "meetonce"), *arguments]


@contextmanager
def run_server(
    data_dir: Path,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    program: Sequence[str] = ("serve",),
    ready_path: str = "/health/ready",
) -> Iterator[Server]:
    """`meetonce serve` as a process of its own, ready to answer; stopped at the end by SIGTERM.

    The server sees the settings in `env` and none of the caller's `MEETONCE_` variables. A test
    fails when it does not get ready, does not end by itself, ends with another status than 0,
    prints a traceback, or leaves a process behind.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            meetonce(*program, "--host", "127.0.0.1", "--port", str(port), *arguments),
            env=_environment(data_dir, env or {}),
            cwd=data_dir,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(url, process, log)
    try:
        _wait_until_ready(server, ready_path)
        yield server
    except BaseException:
        _kill_session(process)
        raise
    _stop(server)


def _environment(data_dir: Path, env: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if "MEETONCE_" not in name}
    return {
        **inherited,
        "PYTHONUNBUFFERED": "1",
        "MEETONCE_DATA_DIR": str(data_dir),
        # Its sidecar reads by rules unless a test asks for the model: loading that for each of
        # fifty servers would take longer than all that they are asked.
        "MEETONCE_SIDECAR_MODEL": "off",
        **env,
    }


def _wait_until_ready(server: Server, path: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    # One client without certificates: reading them for each question would slow the start down.
    with httpx.Client(verify=False, trust_env=False, timeout=5) as client:
        while time.monotonic() < deadline:
            if server.process.poll() is not None:
                raise AssertionError(
                    f"the server ended with {server.process.returncode}:\n{server.printed()}"
                )
            with suppress(httpx.TransportError):
                if client.get(server.url + path).status_code == 200:
                    return
            time.sleep(0.05)
    raise AssertionError(f"not ready after {READY_SECONDS:.0f} s:\n{server.printed()}")


def _stop(server: Server) -> None:
    """Ask the server to end, and check that it did, cleanly and with all its children."""
    server.process.send_signal(signal.SIGTERM)
    try:
        status = server.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"it did not stop:\n{server.printed()}") from None
    finally:
        left_behind = _kill_session(server.process)
    assert status == 0, f"it ended with {status}:\n{server.printed()}"
    assert not left_behind, f"it left a process behind:\n{server.printed()}"
    assert "Traceback (most recent call last)" not in server.printed(), server.printed()


def _kill_session(process: "subprocess.Popen[bytes]") -> bool:
    """End whatever is left of the session that `process` leads; whether there was anything."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    finally:
        process.poll()
    process.wait(STOP_SECONDS)
    return True
