"""Drives a Firefox over WebDriver BiDi, which it speaks itself: no driver beside it."""

import base64
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

START_SECONDS = 60.0
ANSWER_SECONDS = 20.0
WAIT_SECONDS = 15.0
PAUSE_SECONDS = 0.05

# A profile that asks nobody for anything, and in which the extension's pages have a known address.
PREFERENCES: dict[str, Any] = {
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "intl.locale.requested": "en-US",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


@dataclass
class Firefox:
    """A running Firefox: commands, and answers for the addresses that a test takes over."""

    socket: ClientConnection
    answers: dict[str, str] = field(default_factory=dict)
    _next: int = 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of one command; requests that are held up meanwhile are answered."""
        self._next += 1
        number = self._next
        self._send(number, method, parameters)
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            message = json.loads(self.socket.recv(timeout=deadline - time.monotonic()))
            if message.get("id") == number:
                assert message["type"] == "success", f"{method}: {message}"
                result: dict[str, Any] = message["result"]
                return result
            self._hear(message)
        raise TimeoutError(method)

    def take_over(self, origin: str, pages: dict[str, str]) -> None:
        """Answer what is asked of `origin` with `pages`, by path; anything else is a 404."""
        scheme, host = origin.split("://")
        self.answers |= {f"{origin}{path}": body for path, body in pages.items()}
        self.call("session.subscribe", events=["network.beforeRequestSent"])
        pattern = {
            "type": "pattern",
            "protocol": scheme,
            "hostname": host,
        }
        self.call("network.addIntercept", phases=["beforeRequestSent"], urlPatterns=[pattern])

    def install(self, folder: Path) -> str:
        """Load the extension in `folder` until Firefox ends; its id."""
        done = self.call(
            "webExtension.install", extensionData={"type": "path", "path": str(folder)}
        )
        installed: str = done["extension"]
        return installed

    def open(self, url: str, wait: str = "complete") -> "Tab":
        """A new tab at `url`."""
        context = self.call("browsingContext.create", type="tab")["context"]
        self.call("browsingContext.navigate", context=context, url=url, wait=wait)
        return Tab(self, context)

    def tabs(self) -> dict[str, "Tab"]:
        """The open tabs by their addresses."""
        tree = self.call("browsingContext.getTree", maxDepth=0)["contexts"]
        return {one["url"]: Tab(self, one["context"]) for one in tree}

    def tab(self, part: str) -> "Tab":
        """The tab whose address has `part` in it, once there is one."""
        found: list[Tab] = []

        def there() -> bool:
            found[:] = [tab for url, tab in self.tabs().items() if part in url]
            return bool(found)

        _until(there, lambda: f"no {part!r} among {list(self.tabs())}")
        return found[0]

    def _send(self, number: int, method: str, parameters: dict[str, Any]) -> None:
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))

    def _hear(self, message: dict[str, Any]) -> None:
        """Answer a request that is held up for us."""
        about = message.get("params", {})
        if message.get("method") != "network.beforeRequestSent" or not about.get("isBlocked"):
            return
        body = self.answers.get(about["request"]["url"].split("?")[0])
        self._next += 1
        answer = {
            "request": about["request"]["request"],
            "statusCode": 200 if body else 404,
            "headers": [
                {"name": "content-type", "value": {"type": "string", "value": "text/html"}}
            ],
            "body": {"type": "base64", "value": base64.b64encode((body or "").encode()).decode()},
        }
        self._send(self._next, "network.provideResponse", answer)


@dataclass(frozen=True)
class Tab:
    """One tab; `text` and `press` see into the open shadow root of our own element too."""

    firefox: Firefox
    context: str

    def value(self, expression: str) -> Any:
        """The JSON value of a JavaScript expression in the page."""
        done = self.firefox.call(
            "script.evaluate",
            expression=f"JSON.stringify({expression} ?? null)",
            target={"context": self.context},
            awaitPromise=True,
        )
        assert done["type"] == "success", done
        return json.loads(done["result"]["value"])

    def text(self) -> str:
        """All that the page says, ours included."""
        said: str = self.value(f"{_ROOTS}.map((root) => root.textContent).join(' ')")
        return said

    def until_says(self, text: str) -> None:
        """Wait until the page says `text`."""
        _until(lambda: text in self.text(), lambda: f"no {text!r} in {self.text()!r}")

    def press(self, name: str) -> None:
        """Press what has this name (a pattern), as a person's mouse does."""
        self.firefox.call("browsingContext.activate", context=self.context)
        found: list[float] = []

        def ready() -> bool:
            found[:] = self.value(_place_of(name)) or []
            return bool(found)

        _until(ready, lambda: f"nothing to press is named {name!r} in {self.text()!r}")
        x, y = (round(one) for one in found)
        moves = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.firefox.call(
            "input.performActions",
            context=self.context,
            actions=[{"type": "pointer", "id": "mouse", "actions": moves}],
        )

    def choose(self, label: str) -> None:
        """Choose an option of the one list of ours that has it."""
        _until(lambda: self.value(_choice_of(label)) is True, lambda: f"no option {label!r}")

    def close(self) -> None:
        """Close the tab."""
        self.firefox.call("browsingContext.close", context=self.context)


_ROOTS = "[document, ...[...document.querySelectorAll('*')].map((one) => one.shadowRoot)].filter(Boolean).map((root) => root.body ?? root)"  # noqa: E501


def _place_of(name: str) -> str:
    """Where the middle of a button, link or check box with that name is; null without one."""
    return f"""(() => {{
      const named = new RegExp({json.dumps(name)});
      const all = {_ROOTS}.flatMap((root) => [...root.querySelectorAll('button, a, label')]);
      const one = all.find((each) => !each.disabled
        && named.test(each.getAttribute('aria-label') ?? each.textContent.trim()));
      if (!one) return null;
      one.scrollIntoView({{ block: 'center' }});
      const {{ left, top, width, height }} = one.getBoundingClientRect();
      return width ? [left + Math.min(width / 2, 30), top + height / 2] : null;
    }})()"""


def _choice_of(label: str) -> str:
    """True once the option is there and chosen."""
    return f"""(() => {{
      const all = {_ROOTS}.flatMap((root) => [...root.querySelectorAll('option')]);
      const one = all.find((each) => each.textContent === {json.dumps(label)});
      if (!one) return false;
      const list = one.closest('select');
      list.value = one.value;
      list.dispatchEvent(new Event('change'));
      return true;
    }})()"""


def _until(met: Callable[[], bool], complaint: Callable[[], str]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not met():
        assert time.monotonic() < deadline, complaint()
        time.sleep(PAUSE_SECONDS)


@contextmanager
def start_firefox(path: str, profile: Path, uuids: dict[str, str]) -> Iterator[Firefox]:
    """A headless Firefox with an empty profile; extensions get their addresses from `uuids`."""
    profile.mkdir(parents=True, exist_ok=True)
    preferences = {**PREFERENCES, "extensions.webextensions.uuids": json.dumps(uuids)}
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines) + "\n")
    arguments = ["--headless", "--no-remote", "--profile", str(profile)]
    arguments += ["--remote-debugging-port", "0", "--remote-allow-system-access", "about:blank"]
    log = profile / "firefox.log"
    with log.open("wb") as output:
        process = subprocess.Popen([path, *arguments], stdout=output, stderr=subprocess.STDOUT)
    try:
        with connect(f"{_address(process, log)}/session", max_size=None) as socket:
            firefox = Firefox(socket)
            firefox.call("session.new", capabilities={})
            yield firefox
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Where the Firefox listens, which it says once it does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"ws://127\.0\.0\.1:\d+", log.read_text(errors="replace"))
        if found:
            return found.group()
        time.sleep(PAUSE_SECONDS)
    raise AssertionError(f"Firefox did not start: {log.read_text(errors='replace')}")
