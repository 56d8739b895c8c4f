"""The demo's pages over HTTP and in a real browser."""

import json
import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from playwright.sync_api import Page, expect, sync_playwright

from tests.chromium import ARGUMENTS

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


@pytest.mark.parametrize("path", ["/demo", "/demo/search", "/demo/people/ada-example"])
def test_pages_run_no_script(client: TestClient[Litestar], path: str) -> None:
    """The policy forbids every script, and a page needs none."""
    answer = client.get(path)
    policy = answer.headers["content-security-policy"].split("; ")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert {"default-src 'none'", "script-src 'none'", "style-src 'self'"} <= set(policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<style|style=|\son\w+=", answer.text)


def test_a_person_has_a_page_in_their_language(client: TestClient[Litestar]) -> None:
    """The page says its language, names the person in its heading, and holds the profile."""
    text = client.get("/demo/people/chloe-exemple").text

    assert '<html lang="fr">' in text
    assert "<h1>Chloé Exemple</h1>" in text
    found = SCRIPT.findall(text)
    assert len(found) == 1
    assert json.loads(found[0])["mainEntity"]["name"] == "Chloé Exemple"


def test_contact_data_that_only_the_sidecar_finds_is_not_shown(
    client: TestClient[Litestar],
) -> None:
    """No page gives away the email or the telephone that enrichment is there to find."""
    text = client.get("/demo/people/ada-example").text

    assert "ada.example@" not in text
    assert "+44" not in text


@pytest.mark.parametrize("path", ["nobody", "..%2f..%2fapi.py", "%00", "ada-example%20"])
def test_nobody_lives_elsewhere(client: TestClient[Litestar], path: str) -> None:
    """An unknown slug is a page too, with status 404 and the way back."""
    answer = client.get(f"/demo/people/{path}")

    assert answer.status_code in (400, 404)
    assert "root" not in answer.text


def test_the_list_pages_through_everybody(client: TestClient[Litestar]) -> None:
    """Following Next shows each of the 40 people once."""
    path, seen = "/demo/search", []
    for _ in range(4):
        text = client.get(path).text
        listed = json.loads(SCRIPT.findall(text)[0])["mainEntity"]["itemListElement"]
        seen += [item["item"]["url"] for item in listed]
        found = re.search(r'rel="next" href="([^"]+)"', text)
        path = found.group(1) if found else ""

    assert path == ""
    assert len(seen) == len(set(seen)) == 40


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=" + "9" * 400, "q=%00&page=2", "q=" + "a" * 900]
)
def test_any_search_is_answered(client: TestClient[Litestar], query: str) -> None:
    """A search box takes whatever is typed into it."""
    assert client.get(f"/demo/search?{query}").status_code == 200


def test_a_search_without_results_is_no_list(client: TestClient[Litestar]) -> None:
    """Nobody found: the page says so and lists nobody to programs either."""
    text = client.get("/demo/search?q=zzz").text

    assert "0 people for “zzz”" in text
    assert SCRIPT.findall(text) == []


def test_only_known_files_are_served(client: TestClient[Litestar]) -> None:
    """The stylesheet is there, other names are not."""
    assert client.get("/demo/static/demo.css").headers["content-type"].startswith("text/css")
    assert client.get("/demo/static/..%2fapi.py").status_code in (400, 404)


def test_localhost_leads_to_the_name_of_the_extension(client: TestClient[Litestar]) -> None:
    """The extension works under one origin only, so its other name is sent there."""
    answer = client.get(
        "/demo/search?q=ada", headers={"Host": "localhost:8000"}, follow_redirects=False
    )

    assert answer.status_code == 307
    assert answer.headers["location"] == "http://127.0.0.1:8000/demo/search?q=ada"


@pytest.mark.browser
def test_the_demo_in_a_browser(origin: str, chromium_path: str) -> None:
    """From the entrance to a person and through a search, without a complaint of the browser."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=[*ARGUMENTS])
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{origin}/demo")
        page.get_by_role("link", name="Ada Example").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ada Example")
        expect(page.get_by_role("region", name="Experience")).to_contain_text("Lanternworks")
        _nothing_sticks_out(page)
        page.get_by_role("link", name="All people").click()
        page.get_by_label("Search people").fill("geschaftsfuhrer")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="Bruno Beispiel").click()
        expect(page).to_have_title("Bruno Beispiel · Demo people")
        _nothing_sticks_out(page)
        browser.close()
    assert complaints == []


def _nothing_sticks_out(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 360
