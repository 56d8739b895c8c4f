"""The readers of pages that list people, and of the sites beside LinkedIn's profiles."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.extension.readers import page_source, read_page

pytestmark = pytest.mark.browser

LINKEDIN = "https://www.linkedin.com"
SEARCH = f"{LINKEDIN}/search/results/people/?keywords=x"


def people(tab: BrowserContext, url: str, name: str) -> tuple[str, list[dict[str, Any]]]:
    """The source of the list on the page `name`, and each person's address and facts."""
    found = read_page(tab, url, page_source(name))
    assert found is not None
    assert "list" == found["kind"]
    return found["source"], [{"url": one["url"], **one["page"]} for one in found["people"]]


def test_people_search_of_2026(tab: BrowserContext) -> None:
    """Rows with an address are read, cleaned of tracking; members without a name, hidden rows,
    mutual connections and the rail are not."""
    assert (
        "people_search",
        [
            {
                "url": f"{LINKEDIN}/in/ada-obi",
                "name": "Ada Obi",
                "headline": "Head of Sales at Lagoon",
                "location": "Lagos, Nigeria",
                "degree": 2,
            },
            {
                "url": f"{LINKEDIN}/in/ben-%C3%A9mile",
                "name": "Ben Émile",
                "headline": "Acheteur senior",
                "location": "Lyon, France",
                "degree": 3,
            },
        ],
    ) == people(tab, SEARCH, "people_search")


def test_people_search_of_2024(tab: BrowserContext) -> None:
    """The label for screen readers is not part of the name."""
    _, (person,) = people(tab, SEARCH, "people_search_2024")
    assert {
        "url": f"{LINKEDIN}/in/cem-kaya",
        "name": "Cem Kaya",
        "headline": "CFO bei Kaya Tekstil",
        "location": "Izmir, Türkei",
        "degree": 2,
    } == person


def test_rows_without_any_mark(tab: BrowserContext) -> None:
    """Where rows have hashed classes alone, an item that leads to a member is one; an encoded id
    keeps its capital letters."""
    _, found = people(tab, SEARCH, "people_search_bare")
    assert [
        (f"{LINKEDIN}/in/dee-late", "Dee Late", "Founder at Latecomers", "Cork, Ireland"),
        (
            f"{LINKEDIN}/in/ACoAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "Eve Oni",
            "Designer",
            None,
        ),
    ] == [(one["url"], one["name"], one["headline"], one.get("location")) for one in found]


def test_the_people_of_a_company(tab: BrowserContext) -> None:
    """The company's name comes from the page, and the source says where they were met."""
    assert (
        "company_people",
        [
            {
                "url": f"{LINKEDIN}/in/fay-ng",
                "name": "Fay Ng",
                "headline": "Quality Manager",
                "company": "Polder Foods",
                "degree": 2,
            }
        ],
    ) == people(tab, f"{LINKEDIN}/company/polder-foods/people/", "company_people")


def test_sales_navigators_search(tab: BrowserContext) -> None:
    """The lead's address is kept as it is, without its query; tenure is no title."""
    _, (person,) = people(tab, f"{LINKEDIN}/sales/search/people?query=x", "sales_search")
    token = "ACwAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert {
        "url": f"{LINKEDIN}/sales/lead/{token},NAME_SEARCH,ab12",
        "name": "Gil Sá",
        "headline": "Diretor financeiro",
        "location": "Porto, Portugal",
        "company": "Vento Claro",
        "degree": 3,
    } == person


def test_a_lead_of_sales_navigator(tab: BrowserContext) -> None:
    """Shortened texts are read whole, and the public address of the same person goes along."""
    token = "ACwAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    found = read_page(
        tab, f"{LINKEDIN}/sales/lead/{token},NAME_SEARCH,ab12", page_source("sales_lead")
    )
    assert found is not None
    assert [f"{LINKEDIN}/in/gil-sa"] == found["identifiers"]
    assert {
        "name": "Gil Sá",
        "headline": "Diretor financeiro na Vento Claro",
        "location": "Porto, Portugal",
        "company": "Vento Claro",
        "about": "Contas claras, barcos novos, dois filhos.",
        "experience": [
            {"title": "Diretor financeiro", "company": "Vento Claro", "start": "Jan 2020"},
            {
                "title": "Controller",
                "company": "Navio Lda",
                "start": "2015",
                "end": "2019",
                "description": "Custos de estaleiro.",
            },
        ],
    } == found["page"]


def test_a_profile_on_github(tab: BrowserContext) -> None:
    """Two common formats in one page complete each other."""
    found = read_page(tab, "https://github.com/hopper-x", page_source("github"))
    assert found is not None
    assert [f"{LINKEDIN}/in/hana-opper"] == found["identifiers"]
    assert ("Hana Opper", "compilers-gmbh", "Graz, Austria", "Compilers and tea.") == (
        found["page"]["name"],
        found["page"]["company"],
        found["page"]["location"],
        found["page"]["about"],
    )


def test_an_empty_search_is_no_list(tab: BrowserContext) -> None:
    """Without a single row there is nothing to offer."""
    assert None is read_page(tab, SEARCH, "<main><p>No results</p></main>")
