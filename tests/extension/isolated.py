"""Looks into the extension's own world inside a page, which the page itself cannot enter."""

from typing import Any

from playwright.sync_api import CDPSession, Page


def isolated_world(page: Page) -> tuple[CDPSession, int]:
    """A session of `page`, and the context in which the content scripts run."""
    session = page.context.new_cdp_session(page)
    found: list[int] = []

    def created(event: dict[str, Any]) -> None:
        context = event["context"]
        if context["origin"].startswith("chrome-extension://"):
            found.append(context["id"])

    session.on("Runtime.executionContextCreated", created)
    session.send("Runtime.enable")
    page.wait_for_timeout(100)
    return session, found[-1]


def evaluate(page: Page, expression: str) -> Any:
    """The value of `expression`, a promise's too, in the world of the content scripts."""
    session, context = isolated_world(page)
    answer = session.send(
        "Runtime.evaluate",
        {
            "expression": expression,
            "contextId": context,
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    session.detach()
    return answer["result"].get("value")
