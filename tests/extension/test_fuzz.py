"""Hundreds of random steps over LinkedIn-shaped pages and the demo: what must always hold.

`FUZZ_STEPS` and `FUZZ_SEED` make it longer or repeat a run; a failure names its seed and steps.
"""

import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page

from tests.extension.conftest import ORIGIN, Browser, Launch, open_extension
from tests.extension.fake_server import FakeServer
from tests.extension.readers import page_source

pytestmark = pytest.mark.browser

STEPS = int(os.environ.get("FUZZ_STEPS", "500"))
SEED = int(os.environ.get("FUZZ_SEED", "20261127"))
LINKEDIN = "https://www.linkedin.com"

# Each layout with the name and the address that stand in it.
LAYOUTS = [
    ("sdui", "Noor van Dijk", "noor-van-dijk"),
    ("anchors", "Lucía Ferrer Ibáñez", "lucia-ferrer"),
    ("sections", "Tomasz Wiśniewski", "tomasz"),
    ("unknown_layout", "山田 太郎", "yamada-taro"),
    ("guest", "Jonas Brandt", "jonas-brandt"),
]
NAMES = ["Ada", "Bo", "Cem", "Dee", "Eve", "Fay", "Gil", "Hua", "Ines", "Jo"]


def people() -> dict[str, str]:
    """The name of each member by their path."""
    return {f"/in/{name.lower()}-{number}/": name for number, name in enumerate(NAMES)}


def pages() -> dict[str, str]:
    """Every page of the site by its path: members in all layouts, lists, walls and the feed."""
    made = {
        "/feed/": "<title>Feed | LinkedIn</title><body><h1>Feed</h1></body>",
        "/search/results/people/": page_source("people_search"),
        "/company/polder-foods/people/": page_source("company_people"),
        "/in/walled/": page_source("authwall"),
        "/in/checked/": page_source("challenge"),
        "/in/missing/": page_source("missing_signed_in"),
    }
    for number, (path, name) in enumerate(people().items()):
        layout, old_name, old_slug = LAYOUTS[number % len(LAYOUTS)]
        source = page_source(layout).replace(old_name, name)
        source = source.replace(f"/in/{old_slug}", path.rstrip("/"))
        # What else is said is this member's too, and tells whose it is.
        made[path] = re.sub(
            r">([^<>{}]*[a-z][^<>{}]{8,})<", rf">\1 Nr{number}<", source, flags=re.IGNORECASE
        )
    return made


# A site that changes its address at once and draws what belongs to it later, sometimes by halves.
SITE = """(pages) => {
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const name = (doc) => doc.querySelector("h1,main h2,.pv-top-card--list > li");
  let timers = [];
  window.drawAfter = (delay, halves) => {
    timers.forEach(clearTimeout);
    timers = [];
    const html = pages[location.pathname] ?? "<title>LinkedIn</title><body></body>";
    if (halves) timers.push(setTimeout(() => {
      const [here, next] = [name(document), name(parse(html))];
      if (here && next) here.textContent = next.textContent;
    }, delay / 2));
    timers.push(setTimeout(() => {
      const next = parse(html);
      document.title = next.title;
      document.body.replaceWith(next.body);
    }, delay));
  };
  window.addEventListener("popstate", () => window.drawAfter(150, false));
}"""

OURS = "[...document.documentElement.children].filter((one) => one.localName.includes('-'))"
# Where a person could press for an analysis now.
TARGET = f"""() => {{
  const inside = {OURS}[0]?.shadowRoot;
  const found = inside?.querySelector('[aria-label="Analyze again"]:enabled')
    ?? inside?.querySelector(".pill");
  const {{ x, y, width, height }} = found?.getBoundingClientRect() ?? {{ width: 0 }};
  return width ? [x + width / 2, y + height / 2] : null;
}}"""
# What a hostile page could do to our buttons, had it a way to them.
SCRIPTED = f"""() => {{
  const host = {OURS}[0];
  for (const one of [host, ...(host?.shadowRoot?.querySelectorAll("button,input") ?? [])]) {{
    if (one && one.id !== "all" && one.type !== "checkbox") {{
      one.click?.();
      one.dispatchEvent(new MouseEvent("click", {{ bubbles: true, composed: true }}));
    }}
  }}
}}"""


@dataclass
class Walk:
    """A random walk of one tab, and what it has done so far."""

    page: Page
    server: FakeServer
    chance: random.Random
    steps: list[str] = field(default_factory=list)
    presses: int = 0

    def step(self, may_press: bool) -> None:
        """One random thing, then what must hold after each."""
        ways = {
            self.load: 1,
            self.move: 9,
            self.back: 3,
            self.script: 3,
            self.rebuild: 1,
            self.press: 8 if may_press else 0,
            self.escape: 2 if may_press else 0,
        }
        (way,) = self.chance.choices(list(ways), list(ways.values()))
        self.steps.append(way.__name__)
        way()
        self.page.wait_for_timeout(self.chance.choice([0, 5, 40]))
        assert self.look(f"{OURS}.length") <= 1, self.story()

    def look(self, script: str) -> Any:
        """The value of `script`, once the page is one that can be asked."""
        for _ in range(20):
            try:
                return self.page.evaluate(script)
            except Error as error:
                if "context was destroyed" not in str(error):
                    raise
                self.page.wait_for_load_state()
        raise AssertionError(self.story())

    def load(self) -> None:
        """Open a page as from a link elsewhere."""
        demo = [f"{ORIGIN}/demo/people/priya", f"{ORIGIN}/demo/search"]
        self.page.goto(self.chance.choice([*(LINKEDIN + path for path in pages()), *demo]))

    def move(self) -> None:
        """Go on inside the site; elsewhere there is no inside."""
        if not self.page.url.startswith(LINKEDIN):
            return self.load()
        path = self.chance.choice(list(pages()))
        delay, halves = self.chance.choice([0, 30, 200, 700]), self.chance.random() < 0.3
        self.steps.append(f"{path} {delay} {halves}")
        self.page.evaluate(
            """([path, delay, halves]) => {
              history.pushState({}, "", path);
              drawAfter(delay, halves);
            }""",
            [path, delay, halves],
        )
        return None

    def back(self) -> None:
        """Back, or forward, wherever that leads."""
        self.look(f"void history.go({self.chance.choice([-1, -1, 1])})")
        self.page.wait_for_timeout(60)
        self.page.wait_for_load_state()
        if self.page.url == "about:blank":
            self.load()

    def script(self) -> None:
        """A script of the page presses whatever it finds."""
        self.look(SCRIPTED)

    def rebuild(self) -> None:
        """The page throws everything out that it has not made."""
        self.look(f"{OURS}.forEach((one) => one.remove())")

    def press(self) -> None:
        """A person presses: at once, or as soon as there is something to press."""
        patience = 20 if self.chance.random() < 0.5 else 0
        while not (target := self.look(TARGET)) and patience:
            patience -= 1
            self.page.wait_for_timeout(50)
        if target:
            self.presses += 1
            self.page.mouse.click(*target)
            self.page.wait_for_timeout(100)

    def escape(self) -> None:
        """A person closes the panel."""
        self.page.keyboard.press("Escape")

    def story(self) -> str:
        """How it came to this."""
        return f"seed {SEED}, at {self.page.url} after {self.steps[-12:]}"


@pytest.fixture(scope="module")
def running(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser of its own: what it puts into every page stays there."""
    with launch(open_extension(tmp_path_factory.mktemp("data"))) as made:
        yield made


def serve(context: BrowserContext, server: FakeServer) -> None:
    """The site, which here lets its own scripts write; and two pages of the demo."""
    server.rules["GET /demo/people/priya"] = (200, page_source("jsonld"))
    server.rules["GET /demo/search"] = (200, page_source("team"))
    made = pages()
    context.add_init_script(
        f"if (location.host === 'www.linkedin.com') ({SITE})({json.dumps(made)})"
    )

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix(LINKEDIN).split("?")[0]
        body = made.get(path, "<title>LinkedIn</title>")
        route.fulfill(status=200, content_type="text/html; charset=utf-8", body=body)

    context.route(f"{LINKEDIN}/**", answer)


@pytest.mark.timeout(max(300, STEPS))
def test_random_walks(connected: Browser, server: FakeServer) -> None:
    """Never two elements of ours; nothing asked before a person's press, whatever scripts press;
    and whoever is paid for is the one whose address the page had."""
    serve(connected.context, server)
    page = connected.open(f"{LINKEDIN}/feed/")
    walk = Walk(page, server, random.Random(SEED))
    for _ in range(STEPS // 4):
        walk.step(may_press=False)
    assert [] == server.asked("/v1"), walk.story()

    for _ in range(STEPS - STEPS // 4):
        walk.step(may_press=True)
    page.wait_for_timeout(500)
    asked = server.posted("/analyses")
    members = people()
    for request in asked:
        body = request.post_data_json
        path = body["url"].removeprefix(LINKEDIN)
        expected = "Priya Raman" if "/demo/" in path else members.get(path)
        assert expected == body["page"]["name"], (body, walk.steps)
        said = set(re.findall(r"Nr(\d)", json.dumps(body["page"])))
        assert said <= {path.rstrip("/")[-1]}, (body, walk.steps)
    campaigns = [one for one in server.asked("/v1") if "/campaigns?" in one]
    others = set(server.asked("/v1")) - {"GET /v1/me", *campaigns}
    assert {"POST /v1/workspaces/wsp_1/analyses"} == others
    assert len(campaigns) <= len(asked) <= walk.presses
    # Enough of it has happened to mean something.
    assert len(asked) > STEPS // 50
    assert len({request.post_data_json["url"] for request in asked}) > 5
