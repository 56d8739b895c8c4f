"""The button as pages come and go: changing addresses, stopped workers, updates, the popup."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.extension.conftest import Browser, Launch, open_extension
from tests.extension.fake_server import FakeServer, analysis
from tests.extension.isolated import evaluate
from tests.extension.readers import page_source

pytestmark = pytest.mark.browser

PROFILE = "https://www.linkedin.com/in/noor-van-dijk/"


@pytest.fixture(scope="module")
def running(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser of its own: its extension is loaded anew."""
    with launch(open_extension(tmp_path_factory.mktemp("data"))) as made:
        yield made


def button(page: Page) -> Any:
    """The button beside the page."""
    return page.get_by_role("button", name=re.compile("^Analyze"))


def go(page: Page, path: str, name: str | None = None) -> None:
    """Change the address as a site does that never loads; draw the page `name` if given."""
    page.evaluate("(path) => history.pushState({}, '', path)", path)
    if name is not None:
        draw(page, name)


def draw(page: Page, name: str) -> None:
    """Replace what the page shows by the body of `name`."""
    # From the extension's world, which the page's own policy does not bind.
    body = page_source(name).split("</head>")[1]
    evaluate(
        page,
        f"document.body.replaceWith(new DOMParser().parseFromString("
        f"{json.dumps('<body>' + body)}, 'text/html').body)",
    )


def test_the_button_follows_the_address(connected: Browser) -> None:
    """From a profile to a page of nobody's the button goes, and comes with the next profile."""
    page = connected.open(PROFILE)
    expect(button(page)).to_be_visible()
    go(page, "/feed/")
    expect(button(page)).to_have_count(0)
    go(page, "/in/lucia-ferrer/", "anchors")
    expect(button(page)).to_be_visible()
    page.go_back()
    expect(button(page)).to_have_count(0)


def test_each_kind_of_page_has_its_reader_without_a_load(connected: Browser) -> None:
    """From a member to a search to a lead, as the site moves: who reads comes along each time."""
    page = connected.open(PROFILE)
    expect(button(page)).to_be_visible()
    go(page, "/search/results/people/?keywords=y", "people_search_rsc")
    expect(page.get_by_role("checkbox", name="Inès Roy")).to_be_visible()
    go(page, "/sales/lead/ACwAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA,NAME_SEARCH,ab12", "sales_lead")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(button(page)).to_be_visible()


def test_the_person_before_is_never_charged_for_the_next(
    connected: Browser, server: FakeServer
) -> None:
    """The address is the next person's while the page still shows the last one: no button then."""
    page = connected.open(PROFILE)
    expect(button(page)).to_be_visible()
    go(page, "/in/lucia-ferrer/")
    page.wait_for_timeout(600)
    expect(button(page)).to_have_count(0)
    draw(page, "anchors")
    button(page).click()
    expect(page.get_by_role("dialog", name="Lucía Ferrer Ibáñez")).to_be_visible()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    (request,) = server.posted("/analyses")
    assert "https://www.linkedin.com/in/lucia-ferrer/" == request.post_data_json["url"]
    assert "Lucía Ferrer Ibáñez" == request.post_data_json["page"]["name"]


def test_an_answer_that_comes_late_is_shown_where_it_belongs(
    connected: Browser, server: FakeServer
) -> None:
    """Whoever has gone on to the next person sees nothing of it, and finds it on coming back."""
    server.slow.add("/analyses")
    page = connected.open(PROFILE)
    button(page).click()
    expect(page.get_by_text("Reading what the page says")).to_be_visible()
    go(page, "/in/lucia-ferrer/", "anchors")
    expect(page.get_by_role("dialog")).to_have_count(0)
    server.answer_slow()
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
    go(page, "/in/noor-van-dijk/", "sdui")
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    assert 1 == len(server.posted("/analyses"))


def test_the_same_page_under_another_address_keeps_its_panel(connected: Browser) -> None:
    """An overlay of the same profile is still that profile."""
    page = connected.open(PROFILE)
    button(page).click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    go(page, "/in/noor-van-dijk/overlay/contact-info/")
    page.wait_for_timeout(200)
    expect(page.get_by_text("1 credit charged")).to_be_visible()


def test_there_is_one_element_of_ours_and_it_comes_back(connected: Browser) -> None:
    """The page holds one host of ours; one that the page throws out returns."""
    page = connected.open(PROFILE)
    expect(button(page)).to_be_visible()
    hosts = "[...document.documentElement.children].filter((one) => one.localName.includes('-'))"
    assert 1 == page.evaluate(f"{hosts}.length")
    page.evaluate(f"{hosts}[0].remove()")
    expect(button(page)).to_be_visible()
    assert 1 == page.evaluate(f"{hosts}.length")


def test_a_stopped_worker_wakes_up_and_keeps_the_key(
    connected: Browser, server: FakeServer
) -> None:
    """Browsers stop the worker when they like; a press wakes it, an open request keeps its key."""
    server.rules["POST /v1/workspaces/wsp_1/analyses"] = lambda _: None
    page = connected.open(PROFILE)
    button(page).click()
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    stop_workers(connected)
    server.rules["POST /v1/workspaces/wsp_1/analyses"] = (200, analysis())
    page.bring_to_front()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    keys = {one.headers["idempotency-key"] for one in server.posted("/analyses")}
    assert 1 == len(keys)


def stop_workers(browser: Browser) -> None:
    """Stop the extension's worker as the browser does after half a minute."""
    helper = browser.popup()
    session = browser.context.new_cdp_session(helper)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    helper.wait_for_timeout(300)
    helper.close()


def test_running_the_scripts_twice_changes_nothing(connected: Browser, server: FakeServer) -> None:
    """The popup runs them again in a page that has them: one button, one request a press."""
    page = connected.open(PROFILE)
    expect(button(page)).to_be_visible()
    connected.worker.evaluate(
        """async () => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          await chrome.tabs.sendMessage(tab.id, { type: 'page.analyze' });
        }"""
    )
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(1)
    assert 1 == len(server.posted("/analyses"))


class RealPopup:
    """The popup as it opens over a page when a person presses the extension's icon there."""

    def __init__(self, browser: Browser, page: Page) -> None:
        whole = browser.context.browser
        assert whole is not None
        self._page = page
        self._session = whole.new_browser_cdp_session()
        self._session.on("Target.receivedMessageFromTarget", self._received)
        self._answers: dict[int, Any] = {}
        tab = next(one for one in self._targets("tab") if one["url"] == page.url)
        self._session.send(
            "Extensions.triggerAction", {"id": browser.extension_id, "targetId": tab["targetId"]}
        )
        popup = self._wait(
            lambda: [one for one in self._targets() if one["url"].endswith("popup/popup.html")]
        )[0]
        self._attached = self._session.send(
            "Target.attachToTarget", {"targetId": popup["targetId"], "flatten": False}
        )["sessionId"]

    def value(self, expression: str) -> Any:
        """The value of `expression` in the popup."""
        answer = self._send("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def press_enter(self) -> None:
        """Press Enter as a person does."""
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        self._send("Input.dispatchKeyEvent", type="keyDown", **key)

    def wait_for(self, expression: str) -> None:
        """Wait until `expression` is true in the popup."""
        self._wait(lambda: self.value(expression))

    def _targets(self, kind: str | None = None) -> list[dict[str, Any]]:
        wanted = {"filter": [{"type": kind} if kind else {}]}
        found: list[dict[str, Any]] = self._session.send("Target.getTargets", wanted)[
            "targetInfos"
        ]
        return found

    def _received(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        self._answers[message.get("id", -1)] = message

    def _send(self, method: str, **params: Any) -> Any:
        number = len(self._answers) + 1
        message = json.dumps({"id": number, "method": method, "params": params})
        self._session.send(
            "Target.sendMessageToTarget", {"sessionId": self._attached, "message": message}
        )
        return self._wait(lambda: self._answers.get(number))["result"]

    def _wait(self, look: Callable[[], Any]) -> Any:
        for _ in range(100):
            if found := look():
                return found
            self._page.wait_for_timeout(50)
        raise AssertionError("the popup did not come to it")


def test_the_popups_button_works_on_any_page(connected: Browser, server: FakeServer) -> None:
    """On a page that no permission names, pressing the icon and then the popup's button reads
    that one page and asks once; before it nothing of ours is there."""
    connected.context.route(
        "https://people.example/**",
        lambda route: route.fulfill(content_type="text/html", body=page_source("jsonld")),
    )
    page = connected.open("https://people.example/priya")
    expect(page.get_by_role("button")).to_have_count(0)
    popup = RealPopup(connected, page)
    popup.wait_for("document.activeElement?.textContent === 'Analyze this page'")
    popup.press_enter()
    expect(page.get_by_role("dialog", name="Priya Raman")).to_be_visible()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    (request,) = server.posted("/analyses")
    assert "https://people.example/priya" == request.post_data_json["url"]


def test_the_popup_says_that_a_browsers_page_cannot_be_read(connected: Browser) -> None:
    """On the browser's own pages the button is off, and says why."""
    popup = connected.popup()
    expect(popup.get_by_role("button", name="Analyze this page")).to_be_disabled()
    expect(popup.get_by_text("the browser’s own pages cannot be read")).to_be_visible()


def test_a_page_of_nobodys_sends_nothing(connected: Browser, server: FakeServer) -> None:
    """The popup's button on a page without a person says so, and asks nobody."""
    page = connected.open("https://www.linkedin.com/feed/")
    page.wait_for_timeout(200)
    connected.worker.evaluate(
        """async () => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          await chrome.tabs.sendMessage(tab.id, { type: 'page.analyze' });
        }"""
    )
    expect(page.get_by_role("heading", name="No person found here")).to_be_visible()
    assert [] == server.asked("/v1")


def test_the_page_sees_nothing_of_the_extension(connected: Browser) -> None:
    """No file of the package is reachable, no address of it stands in the page, and the page's
    world has nothing of ours."""
    page = connected.open(PROFILE)
    button(page).click()
    expect(page.get_by_text("1 credit charged")).to_be_visible()
    source = page.evaluate(
        """() => [document, ...[...document.querySelectorAll('*')].map((one) => one.shadowRoot)]
          .filter(Boolean)
          .map((root) => root.innerHTML ?? root.documentElement.outerHTML).join()"""
    )
    assert "chrome-extension" not in source
    assert "__side" not in page.evaluate("Object.keys(window).join()")
    for file in ("manifest.json", "content/90-main.js", "icons/16.png", "popup/popup.html"):
        reached = page.evaluate(
            "(url) => fetch(url).then(() => true, () => false)",
            f"chrome-extension://{connected.extension_id}/{file}",
        )
        assert not reached


def test_after_an_update_the_old_page_asks_to_be_reloaded(connected: Browser) -> None:
    """What was put into a page by the version before cannot ask any more, and says what to do."""
    page = connected.open(PROFILE)
    expect(button(page)).to_be_visible()
    setup = connected.open("chrome://extensions")
    setup.evaluate("chrome.developerPrivate.updateProfileConfiguration({inDeveloperMode: true})")
    with connected.context.expect_event("serviceworker", timeout=8_000):
        connected.worker.evaluate("setTimeout(() => chrome.runtime.reload(), 50)")
    setup.close()
    page.bring_to_front()
    button(page).click()
    expect(page.get_by_role("heading", name="Reload this page")).to_be_visible()
    page.reload()
    button(page).click()
    expect(page.get_by_role("dialog")).to_be_visible()
