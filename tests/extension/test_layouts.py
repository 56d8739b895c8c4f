"""Each reader on layouts that differ in everything but what they say, decoys included."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.extension.readers import page_source, read_page

pytestmark = pytest.mark.browser

LINKEDIN = "https://www.linkedin.com"
LEAD = f"{LINKEDIN}/sales/lead/ACwAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA,NAME_SEARCH,ab12"
XING = "https://www.xing.com/profile/Karla_Stein"


def read(tab: BrowserContext, url: str, name: str) -> dict[str, Any]:
    """The facts of the one person on the page `name`, and the layout in which they were found."""
    found = read_page(tab, url, page_source(name))
    assert found is not None
    assert "profile" == found["kind"]
    return {"layout": found["layout"], "reader": found["reader"], **found["page"]}


def rows(tab: BrowserContext, url: str, name: str) -> list[tuple[Any, ...]]:
    """Address, name, headline, place, company and nearness of each person on the list `name`."""
    found = read_page(tab, url, page_source(name))
    assert found is not None
    assert "list" == found["kind"]
    fields = ("name", "headline", "location", "company", "degree")
    return [
        (one["url"].removeprefix(LINKEDIN), *(one["page"].get(field) for field in fields))
        for one in found["people"]
    ]


# What each page must say, and nothing of anybody else.
PROFILES = [
    (
        "sara-alali",
        "sdui_arabic",
        {
            "layout": "sdui",
            "name": "سارة العلي",
            "headline": "مديرة المشتريات في شركة الخليج",
            "location": "دبي، الإمارات العربية المتحدة",
            "company": "شركة الخليج",
            "degree": 3,
            "about": "أشتري ما يلزم، لا أكثر.",
            "experience": [
                {
                    "title": "مديرة المشتريات",
                    "company": "شركة الخليج",
                    "start": "يناير ٢٠٢٠",
                },
                {"title": "مشترية", "company": "النخيل", "start": "2015", "end": "2019"},
            ],
        },
    ),
    (
        "yamada-taro",
        "unknown_layout",
        {
            "layout": "outline",
            "name": "山田 太郎",
            "headline": "調達部長 - 北海物流",
            "location": "札幌, 北海道, 日本",
            "company": "北海物流",
            "degree": 2,
            "experience": [
                {"title": "調達部長", "company": "北海物流", "start": "2023年1月"},
                {
                    "title": "バイヤー",
                    "company": "北海物流",
                    "start": "2020年10月",
                    "end": "2023年1月",
                },
                {
                    "title": "アナリスト",
                    "company": "さくら食品",
                    "start": "2016年",
                    "end": "2020年",
                },
            ],
            "education": [
                {"school": "北海道大学", "degree": "経済学", "start": "2012年", "end": "2016年"}
            ],
        },
    ),
    (
        "noa-cohen",
        "sdui_divs",
        {
            "layout": "sdui",
            "name": "נועה כהן",
            "headline": "מנהלת רכש בגל",
            "location": "חיפה, ישראל",
            "company": "גל",
            "degree": 2,
            "experience": [
                {"title": "מנהלת רכש", "company": "גל", "start": "ינו 2022"},
                {"title": "קניינית", "company": "גל", "start": "2019", "end": "2022"},
            ],
        },
    ),
    (
        "anke-vogt",
        "anchors_german",
        {
            "layout": "anchors",
            "name": "Dr. Anke Vogt",
            "headline": "Einkaufsleiterin bei Nordlicht AG",
            "location": "Kiel, Schleswig-Holstein, Deutschland",
            "degree": 2,
            "experience": [
                {
                    "title": "Einkaufsleiterin",
                    "company": "Nordlicht AG",
                    "start": "Jan. 2019",
                }
            ],
        },
    ),
    (
        "rui-matos",
        "sections_2018",
        {
            "layout": "sections",
            "name": "Rui Matos",
            "headline": "Engenheiro na Marés",
            "location": "Aveiro, Portugal",
            "degree": 3,
            "about": "Pontes e cais.",
            "company": "Marés",
        },
    ),
    (
        "elsa-riva",
        "sections_plain",
        {
            "layout": "sections",
            "name": "Elsa Riva",
            "headline": "Responsabile acquisti",
            "location": "Bergamo, Lombardia",
            "degree": 2,
            "education": [{"school": "Politecnico"}],
        },
    ),
    (
        "zoe-petit",
        "guest_2024",
        {
            "layout": "guest",
            "name": "Zoé Petit",
            "headline": "Acheteuse chez Lune SARL",
            "location": "Rennes, Bretagne, France",
            "company": "Lune SARL",
            "experience": [{"title": "Acheteuse", "company": "Lune SARL", "start": "2020"}],
        },
    ),
    (
        "nils-berg",
        "guest_bare",
        {
            "layout": "guest",
            "name": "Nils Berg",
            "headline": "Inköpschef, Fjäll AB",
            "location": "Umeå",
            "company": "Fjäll AB",
        },
    ),
]


@pytest.mark.parametrize(("slug", "name", "said"), PROFILES, ids=[one[1] for one in PROFILES])
def test_a_member_of_linkedin(
    tab: BrowserContext, slug: str, name: str, said: dict[str, Any]
) -> None:
    """Every layout and language says the same of its member: hidden degrees, promotions, people
    around and messages are passed over."""
    found = read(tab, f"{LINKEDIN}/in/{slug}/", name)
    assert said == {field: found.get(field) for field in said}


@pytest.mark.parametrize("name", ["challenge", "login_wall", "missing_signed_in"])
def test_walls_are_nobody(tab: BrowserContext, name: str) -> None:
    """A heading in the place of a name is no person without a witness."""
    assert None is read_page(tab, f"{LINKEDIN}/in/jane-doe/", page_source(name))


@pytest.mark.parametrize("name", ["sdui_arabic", "unknown_layout", "anchors_german", "anchors"])
def test_the_page_before_is_nobodys_in_every_layout(tab: BrowserContext, name: str) -> None:
    """Where the page's own links name another member than the address, it has not been drawn."""
    assert None is read_page(tab, f"{LINKEDIN}/in/somebody-new/", page_source(name))


def test_people_search_from_right_to_left(tab: BrowserContext) -> None:
    """Texts for screen readers, members who cannot be seen, promotions and the rail are left
    out; who is a mutual connection is nobody's address."""
    url = f"{LINKEDIN}/search/results/people/?keywords=x"
    assert [("/in/layla-h", "ليلى حسن", "مديرة مبيعات في نور", "القاهرة، مصر", None, 2)] == rows(
        tab, url, "people_search_arabic"
    )


def test_people_search_without_any_mark(tab: BrowserContext) -> None:
    """Neither lists nor names of parts: a row is what belongs to one link."""
    url = f"{LINKEDIN}/search/results/people/?keywords=x"
    assert [
        ("/in/ines-roy", "Inès Roy", "Directrice achats chez Lune", "Lyon, France", None, 3),
        ("/in/omar-s%C3%BCd", "Omar Süd", "Comptable", "Nice, France", None, 2),
    ] == rows(tab, url, "people_search_rsc")


def test_people_of_a_company_in_other_layouts(tab: BrowserContext) -> None:
    """With hashed classes, and with the older cards in another language."""
    url = f"{LINKEDIN}/company/polder-foods/people/?keywords=x"
    assert [
        ("/in/fay-ng", "Fay Ng", "Quality Manager", None, "Polder Foods", 2),
        ("/in/piet-bos", "Piet Bos", "Inkoper", None, "Polder Foods", None),
    ] == rows(tab, url, "company_people_2026")
    assert [("/in/uwe-k", "Uwe Kern", "Disponent", None, "Polder Foods", 3)] == rows(
        tab, url, "company_people_lockup"
    )


def test_lists_of_sales_navigator(tab: BrowserContext) -> None:
    """A saved list is a table, a search is a list; the address of a lead is kept as it is."""
    token = "/sales/lead/ACwAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert [
        (
            f"{token},NAME_SEARCH,ab12",
            "Gil Sá",
            "Diretor financeiro",
            "Porto",
            "Vento Claro",
            None,
        ),
        (
            "/sales/people/ACwAAB_unknown_token_of_other_length,,x",
            "Hua Li",
            None,
            None,
            None,
            None,
        ),
    ] == rows(tab, f"{LINKEDIN}/sales/lists/people/123?x", "sales_list")
    assert [(f"{token},X,y", "Gil Sá", "Directeur financier", None, "Vento Claro", 2)] == rows(
        tab, f"{LINKEDIN}/sales/search/people?query=x", "sales_search_hashed"
    )


@pytest.mark.parametrize(
    ("name", "headline", "degree"),
    [("sales_lead_2026", "Diretor financeiro", 3), ("sales_lead_view", "Finanzchef", None)],
)
def test_a_lead(tab: BrowserContext, name: str, headline: str, degree: int | None) -> None:
    """Leads that are recommended beside this one are not taken for them."""
    found = read(tab, LEAD, name)
    assert ("Gil Sá", headline, "Vento Claro", degree) == (
        found["name"],
        found["headline"],
        found["company"],
        found.get("degree"),
    )


@pytest.mark.parametrize("name", ["github", "github_old"])
def test_an_account_of_github(tab: BrowserContext, name: str) -> None:
    """Today's card and the older one say the same."""
    found = read(tab, "https://github.com/hopper-x", name)
    assert ("github", "Hana Opper", "compilers-gmbh", "Compilers and tea.") == (
        found["reader"],
        found["name"],
        found["company"],
        found["about"],
    )


def test_an_account_without_a_name(tab: BrowserContext) -> None:
    """Who gives no name is called as they call themselves, and a sponsor's card is not theirs."""
    found = read(tab, "https://github.com/tinkerer", "github_noname")
    assert ("tinkerer", "tinkerer@example.org") == (found["name"], found["email"])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("compilers-gmbh", "github_org"),
        ("hopper-x/repo", "github"),
        ("settings", "github"),
        ("somebody-else", "github"),
    ],
)
def test_pages_of_github_that_are_nobodys(tab: BrowserContext, path: str, name: str) -> None:
    """Organisations, repositories, the site's own pages, and another account's are no person."""
    assert None is read_page(tab, f"https://github.com/{path}", page_source(name))


@pytest.mark.parametrize("name", ["xing_jsonld", "xing_testid", "xing_plain"])
def test_a_member_of_xing(tab: BrowserContext, name: str) -> None:
    """By its data, by the marks of its parts, and by its structure alone."""
    found = read(tab, XING, name)
    assert ("xing", "Karla Stein") == (found["reader"], found["name"])
    assert found["headline"].startswith("Leiterin Einkauf")
    assert "Leiterin Einkauf" == found["experience"][0]["title"]
    assert "Nordwerk GmbH" == found["experience"][0]["company"]


def test_a_wall_of_xing_is_nobody(tab: BrowserContext) -> None:
    """At a member's address as at any other; and a search is no member."""
    assert None is read_page(tab, XING, page_source("xing_wall"))
    assert None is read_page(tab, "https://www.xing.com/jobs/x", page_source("xing_plain"))


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("jsonld_graph", "jsonld"),
        ("jsonld_array", "jsonld"),
        ("microdata_main", "microdata"),
        ("opengraph", "opengraph"),
        ("opengraph_title", "opengraph"),
    ],
)
def test_a_page_anywhere(tab: BrowserContext, name: str, layout: str) -> None:
    """In whichever way a page says it: authors, critics and friends are not its person."""
    found = read(tab, "https://people.example/bo", name)
    assert (layout, "Bo Lindqvist") == (found["layout"], found["name"])


@pytest.mark.parametrize("name", ["hcard_representative", "hcard_classic"])
def test_a_card_anywhere(tab: BrowserContext, name: str) -> None:
    """The card that stands for the page, in both generations of the format."""
    found = read(tab, "https://people.example/kofi", name)
    assert ("h-card", "Kofi Mensah") == (found["layout"], found["name"])


@pytest.mark.parametrize("name", ["opengraph_site", "microdata_two", "nobody"])
def test_a_page_of_nobodys_anywhere(tab: BrowserContext, name: str) -> None:
    """A heading is no person, and of two people without addresses neither is the page's."""
    assert None is read_page(tab, "https://people.example/bo", page_source(name))
