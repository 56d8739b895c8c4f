"""Pages that were written, with all they say, before any reader had seen them.

Each begins with its address and what is to be found: one person, people, or nobody.
"""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.extension.readers import PAGES, page_source, read_page

pytestmark = pytest.mark.browser

LISTED = ("name", "headline", "location", "company", "degree")
PARTS = {"experience": ("title", "company", "start", "end"), "education": ("school", "degree")}


def said(name: str) -> dict[str, Any]:
    """What the page `name` says of itself in its first line."""
    first = page_source(f"unseen/{name}").partition("\n")[0]
    found: dict[str, Any] = json.loads(first.removeprefix("<!-- ").removesuffix(" -->"))
    return found


SAID = {path.stem: said(path.stem) for path in sorted((PAGES / "unseen").glob("*.html"))}


def about(kind: str) -> list[str]:
    """The names of the pages on which there is a `person`, or `people`, or neither (`nobody`)."""
    return [
        name for name, one in SAID.items() if kind == next(iter(one.keys() - {"url"}), "nobody")
    ]


def fact(page: dict[str, Any], name: str) -> Any:
    """A fact as the pages write it: several positions or schools as a list of lists."""
    if name not in PARTS:
        return page.get(name)
    return [[one.get(part) for part in PARTS[name]] for one in page.get(name, [])]


@pytest.mark.parametrize("name", about("person"))
def test_a_person(tab: BrowserContext, name: str) -> None:
    """Each fact is that person's, and one that the page does not say is not made up."""
    found = read_page(tab, SAID[name]["url"], page_source(f"unseen/{name}"))
    assert found is not None
    assert "profile" == found["kind"]
    expected = SAID[name]["person"]
    assert expected == {one: fact(found["page"], one) for one in expected}


@pytest.mark.parametrize("name", about("people"))
def test_people(tab: BrowserContext, name: str) -> None:
    """Those who are listed are found with what is said of them, and with nothing that is said of
    those who know them; nobody else is found."""
    found = read_page(tab, SAID[name]["url"], page_source(f"unseen/{name}"))
    assert found is not None
    assert "list" == found["kind"]
    assert SAID[name]["people"] == [
        [one["url"], *(one["page"].get(part) for part in LISTED)] for one in found["people"]
    ]


@pytest.mark.parametrize("name", about("nobody"))
def test_nobody(tab: BrowserContext, name: str) -> None:
    """A wall, a page that is gone or not yet there, a company, an author: none is a contact."""
    assert None is read_page(tab, SAID[name]["url"], page_source(f"unseen/{name}"))
