"""The readers: whom a page is about, in every layout that is served, and whom it is not about."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.extension.readers import page_source, read_page

pytestmark = pytest.mark.browser

LINKEDIN = "https://www.linkedin.com"


def read(tab: BrowserContext, url: str, name: str) -> dict[str, Any]:
    """What is found on the page `name`, which must be readable."""
    found = read_page(tab, url, page_source(name))
    assert found is not None
    return found


def test_the_layout_of_2026_is_read_whole(tab: BrowserContext) -> None:
    """Hashed classes, the name in an h2: each fact of the server-driven page is found."""
    found = read(tab, f"{LINKEDIN}/in/noor-van-dijk/", "sdui")
    assert "sdui" == found["layout"]
    assert [] == found["gaps"]
    assert {
        "name": "Noor van Dijk",
        "headline": "Head of Procurement at Zuiderzee Logistics",
        "location": "Utrecht, Netherlands",
        "company": "Zuiderzee Logistics",
        "about": "I buy warehouses, trucks and patience.\n"
        "Seven years of tenders. I like short emails.",
        "photo_url": "https://media.licdn.com/dms/image/v2/abc/"
        "profile-displayphoto-shrink_400/x.jpg",
        "degree": 2,
        "experience": [
            {
                "title": "Head of Procurement",
                "company": "Zuiderzee Logistics",
                "start": "Sep 2023",
                "description": "Leads a team of nine.",
            },
            {
                "title": "Senior Buyer",
                "company": "Zuiderzee Logistics",
                "start": "Oct 2019",
                "end": "Sep 2023",
            },
            {
                "title": "Category Manager",
                "company": "Polder Foods",
                "start": "Jan 2016",
                "end": "Sep 2019",
            },
        ],
        "education": [
            {
                "school": "University of Groningen",
                "degree": "MSc, Supply Chain Management",
                "start": "2009",
                "end": "2014",
            }
        ],
        "skills": ["Tendering", "Negotiation"],
    } == found["page"]


def test_the_members_own_id_is_taken_from_their_card_alone(tab: BrowserContext) -> None:
    """The encoded id in the name of the top card goes along; ids elsewhere on the page do not."""
    found = read(tab, f"{LINKEDIN}/in/noor-van-dijk/", "sdui")
    assert [f"{LINKEDIN}/in/ACoAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA"] == found["identifiers"]


def test_the_layout_of_2021_is_read_in_another_language(tab: BrowserContext) -> None:
    """Sections behind anchors, every text there twice, French labels: nothing is doubled."""
    found = read(tab, f"{LINKEDIN}/in/lucia-ferrer/", "anchors")
    page = found["page"]
    assert "anchors" == found["layout"]
    assert "Lucía Ferrer Ibáñez" == page["name"]
    assert "Directora de Marketing en Lumen Óptica" == page["headline"]
    assert "Sevilla, Andalucía, España" == page["location"]
    assert 2 == page["degree"]
    assert "Marcas que se ven bien.\nY que venden." == page["about"]
    assert [
        {"title": "Directora de Marketing", "company": "Lumen Óptica", "start": "janv. 2022"},
        {
            "title": "Jefa de marca",
            "company": "Lumen Óptica",
            "start": "oct. 2021",
            "end": "déc. 2021",
        },
        {"title": "Consultora", "company": "Brava Agencia", "start": "2017", "end": "2021"},
    ] == page["experience"]
    assert ["Branding"] == page["skills"]


def test_the_oldest_layout_is_still_read(tab: BrowserContext) -> None:
    """Labels for screen readers beside each value are left out."""
    found = read(tab, f"{LINKEDIN}/in/tomasz/", "sections")
    page = found["page"]
    assert "sections" == found["layout"]
    assert ("Tomasz Wiśniewski", "CTO at Baltic Grid", "Gdańsk, Poland", 3) == (
        page["name"],
        page["headline"],
        page["location"],
        page["degree"],
    )
    assert [
        {"title": "CTO", "company": "Baltic Grid", "start": "Mar 2018"},
        {
            "title": "Lead Engineer",
            "company": "Baltic Grid",
            "start": "Jan 2015",
            "end": "Mar 2018",
        },
        {"title": "Engineer", "company": "Amber Software", "start": "2011", "end": "2014"},
    ] == page["experience"]


def test_the_page_for_visitors_is_completed_by_its_own_data(tab: BrowserContext) -> None:
    """What the guest page shows comes first, JSON-LD of the same person fills the rest, and what
    is hidden behind asterisks is left out."""
    found = read(tab, f"{LINKEDIN}/in/jonas-brandt", "guest")
    page = found["page"]
    assert ("guest", "jsonld") == (found["sources"]["name"], found["sources"]["company"])
    assert "Jonas Brandt" == page["name"]
    assert "Geschäftsführer bei Brandt Maschinenbau" == page["headline"]
    assert "Stuttgart, Baden-Württemberg, Deutschland" == page["location"]
    assert [
        {"title": "Geschäftsführer", "company": "Brandt Maschinenbau", "start": "Apr. 2012"}
    ] == page["experience"]
    assert "*" not in str(page)


@pytest.mark.parametrize("name", ["authwall", "captcha", "missing"])
def test_a_page_in_the_way_is_nobody(tab: BrowserContext, name: str) -> None:
    """A wall, a captcha or a missing page at a member's address is never taken for a person."""
    assert None is read_page(tab, f"{LINKEDIN}/in/jane-doe/", page_source(name))


@pytest.mark.parametrize(
    "path", ["/feed/", "/in/me/", "/in/", "/company/acme/", "/jobs/view/1/", "/messaging/"]
)
def test_other_pages_of_linkedin_are_not_read(tab: BrowserContext, path: str) -> None:
    """Even where the markup of a profile stands there, an address that is nobody's stays so."""
    assert None is read_page(tab, LINKEDIN + path, page_source("sdui"))


def test_the_person_before_is_not_taken_for_the_next(tab: BrowserContext) -> None:
    """Once the address is another member's, the page still drawn for the last one is no answer."""
    assert None is read_page(tab, f"{LINKEDIN}/in/somebody-else/", page_source("sdui"))


def test_json_ld_of_a_profile_page(tab: BrowserContext) -> None:
    """Broken and empty blocks are passed over, a reviewer is not the person, posts of others are
    not theirs, and only addresses that surely are one person's go along."""
    found = read(tab, "https://people.example/priya", "jsonld")
    page = found["page"]
    assert ["https://www.linkedin.com/in/priya-raman"] == found["identifiers"]
    assert "Finance Director, Harbour & Sons" == page["headline"]
    assert "Leeds, United Kingdom" == page["location"]
    assert "priya@example.org" == page["email"]
    assert [{"text": "We closed the books in four days.", "posted_at": "2026-10-02"}] == page[
        "posts"
    ]
    assert [
        {
            "title": "Finance Director",
            "company": "Harbour & Sons",
            "start": "2021-03",
            "description": "Owns the budget.",
        },
        {"title": "Controller", "company": "Northgate", "start": "2016", "end": "2021"},
    ] == page["experience"]
    assert ["IFRS", "Treasury"] == page["skills"]
    assert "en" == page["language"]


def test_a_representative_h_card(tab: BrowserContext) -> None:
    """The card of the page is read; the author of an entry on it is not."""
    found = read(tab, "https://people.example/kofi", "hcard")
    assert "h-card" == found["layout"]
    assert "Kofi Mensah" == found["page"]["name"]
    assert "Data Lead, Volta Analytics" == found["page"]["headline"]
    assert "Accra, Ghana" == found["page"]["location"]
    assert "kofi@example.org" == found["page"]["email"]
    assert ["https://www.linkedin.com/in/kofi-mensah"] == found["identifiers"]


def test_microdata_completed_by_opengraph(tab: BrowserContext) -> None:
    """Several ways of saying it are merged field by field, and each fact keeps its source."""
    found = read(tab, "https://people.example/ines", "microdata")
    assert "Inês Carvalho" == found["page"]["name"]
    assert "Civil Engineer, Douro Pontes" == found["page"]["headline"]
    assert ("microdata", "opengraph") == (found["sources"]["name"], found["sources"]["about"])


def test_a_list_of_people(tab: BrowserContext) -> None:
    """Those of the list who have an address of their own are found; the site's owner is not."""
    found = read(tab, "https://people.example/search", "team")
    assert ("list", "people_search") == (found["kind"], found["source"])
    assert [
        ("https://people.example/people/ada", "Ada Obi", "Head of Sales at Lagoon"),
        ("https://people.example/people/ben", "Ben Adeyemi", "Buyer"),
        ("https://people.example/people/cem", "Cem Kaya", "CFO, Kaya Tekstil"),
    ] == [(one["url"], one["page"]["name"], one["page"]["headline"]) for one in found["people"]]


def test_an_article_is_nobodys_page(tab: BrowserContext) -> None:
    """An author, and class names that only look like microformats, are no person."""
    assert None is read_page(tab, "https://people.example/bread", page_source("nobody"))


def test_what_is_read_fits_the_servers_bounds(tab: BrowserContext) -> None:
    """A page longer than any is cut to what one request may carry, no character cut in two."""
    long = page_source("jsonld").replace("Numbers people can read.", "né 😀" * 40_000)
    found = read_page(tab, "https://people.example/priya", long)
    assert found is not None
    assert len(str(found["page"]).encode()) < 64_000
    assert 12_000 >= len(found["page"]["about"]) > 1_000
    assert "\ufffd" not in found["page"]["about"]
