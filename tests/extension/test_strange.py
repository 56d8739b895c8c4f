"""Pages written from what is known of the sites, without a look at how the readers find things.

Each has decoys: who may be known, degrees of others, texts that are there twice, promoted rows,
headers that stay in view.
"""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.extension.readers import page_source, read_page

pytestmark = pytest.mark.browser

IN = "https://www.linkedin.com/in"
SALES = "https://www.linkedin.com/sales"
LEAD = f"{SALES}/lead/ACwAAAdbzRUBAAAAAAAAAAAAAAAAAAAAAAAAAAA,NAME_SEARCH,ab"

PEOPLE: dict[str, tuple[str, dict[str, Any]]] = {
    "sdui_hebrew": (
        f"{IN}/michal-barak/",
        {
            "name": "מיכל ברק",
            "headline": "סמנכ״לית כספים ב-Negev Solar | אנרגיה מתחדשת",
            "location": "באר שבע, מחוז הדרום, ישראל",
            "company": "Negev Solar",
            "degree": 2,
            "about": "מספרים שאפשר לסמוך עליהם.\nעשר שנים באנרגיה.",
            "experience": [
                ("סמנכ״לית כספים", "Negev Solar", "מרץ 2021", None),
                ("חשבת", "Tamar Gas", "ינו׳ 2016", "פבר׳ 2021"),
            ],
        },
    ),
    "sdui_japanese": (
        f"{IN}/sato-misaki/",
        {
            "name": "佐藤 美咲",
            "headline": "株式会社みどり 購買部長",
            "location": "東京都 日本",
            "company": "株式会社みどり",
            "degree": 2,
            "experience": [
                ("購買部長", "株式会社みどり", "2019年4月", None),
                ("バイヤー", "山川商事", "2012年4月", "2019年3月"),
            ],
        },
    ),
    "sdui_german_groups": (
        f"{IN}/juergen-weiss/",
        {
            "name": "Dr. Jürgen Weiß-Köhler",
            "headline": "Leiter Einkauf bei Kessel & Söhne GmbH • Lieferketten",
            "location": "Augsburg, Bayern, Deutschland",
            "company": "Kessel & Söhne GmbH",
            "degree": 3,
            "skills": ["Einkauf", "Verhandeln"],
            "experience": [
                ("Leiter Einkauf", "Kessel & Söhne GmbH", "Aug. 2021", None),
                ("Strategischer Einkäufer", "Kessel & Söhne GmbH", "Sept. 2018", "Aug. 2021"),
                ("Trainee", "Lech Stahl", "2016", "2018"),
            ],
        },
    ),
    "sdui_arabic_bare": (
        f"{IN}/khalid-almansoori/",
        {
            "name": "خالد المنصوري",
            "headline": "مدير المشتريات في شركة الواحة",
            "location": "أبوظبي، الإمارات العربية المتحدة",
            "company": "شركة الواحة",
            "experience": [
                ("مدير المشتريات", "شركة الواحة", "مارس ٢٠١٩", None),
                ("مسؤول عقود", "نور للطاقة", "٢٠١٤", "٢٠١٩"),
            ],
        },
    ),
    "anchors_sticky": (
        f"{IN}/giulia-de-santis/",
        {
            "name": "Giulia De Santis",
            "headline": "Direttrice vendite | Oliveti Salento",
            "location": "Lecce, Puglia, Italia",
            "degree": 2,
            "about": "Olio, non parole.",
            "experience": [("Direttrice vendite", "Oliveti Salento", "gen 2020", None)],
        },
    ),
    "sections_old_dutch": (
        f"{IN}/sanne-bakker/",
        {
            "name": "Sanne Bakker",
            "headline": "Inkoper bij Tulp BV",
            "location": "Haarlem, Nederland",
            "degree": 2,
            "experience": [("Inkoper", "Tulp BV", "jan. 2015", None)],
        },
    ),
    "guest_french": (
        "https://www.linkedin.com/in/amelie-fontaine",
        {
            "name": "Amélie Fontaine",
            "headline": "Directrice des achats chez Groupe Lavoisier",
            "location": "Lyon, Auvergne-Rhône-Alpes, France",
            "company": "Groupe Lavoisier",
            "about": "J’achète mieux.",
            "experience": [("Directrice des achats", "Groupe Lavoisier", "janv. 2018", None)],
        },
    ),
    "lead_card": (
        LEAD,
        {
            "name": "Ravi Iyer",
            "headline": "COO at Deccan Tea",
            "location": "Pune, India",
            "company": "Deccan Tea",
            "degree": 2,
            "about": "I run things that must not stop.",
            "experience": [
                ("COO", "Deccan Tea", "Jan 2019", None),
                ("Plant Head", "Nilgiri Works", "2012", "2018"),
            ],
        },
    ),
    "github_person": (
        "https://github.com/ngo-ada",
        {
            "name": "Ada Ngo",
            "headline": "Compilers and kilns.",
            "location": "Dakar, Senegal",
            "company": "kilnworks",
        },
    ),
    "xing_plain_2026": (
        "https://www.xing.com/profile/Heike_Sommer",
        {
            "name": "Heike Sommer",
            "headline": "Angestellt, Einkaufsleiterin, Nordwerk AG",
            "location": "Kiel, Deutschland",
            "company": "Nordwerk AG",
            "experience": [
                ("Einkaufsleiterin", "Nordwerk AG", "Feb. 2019", None),
                ("Einkäuferin", "Förde Maschinen", "2012", "2019"),
            ],
        },
    ),
    "jsonld_nested": (
        "https://cedar.example/about/leila",
        {
            "name": "Leila Haddad",
            "headline": "Head of Legal, Cedar Bank",
            "location": "Beirut, Lebanon",
            "company": "Cedar Bank",
        },
    ),
    "microdata_nested": (
        "https://bridge.example/people/tomo",
        {
            "name": "Tomo Ito",
            "headline": "Structural Engineer, Bridgeworks",
            "location": "Kobe",
            "company": "Bridgeworks",
        },
    ),
    "opengraph_parts": (
        "https://clay.example/mara",
        {"name": "Mara Vos", "headline": "Potter", "about": "Pots for people."},
    ),
    "sdui_korean": (
        "https://www.linkedin.com/in/kim-minji/",
        {
            "name": "김민지",
            "headline": "(주)한빛 구매팀장",
            "location": "대한민국 서울",
            "company": "(주)한빛",
            "degree": 2,
            "experience": [("구매팀장", "(주)한빛", "2020년 3월", None)],
        },
    ),
    "plain_swedish": (
        "https://www.linkedin.com/in/oskar-lind/",
        {
            "name": "Oskar Lind",
            "headline": "Inköpschef på Norrsken AB",
            "location": "Umeå, Västerbottens län, Sverige",
            "company": "Norrsken AB",
            "degree": 3,
            "experience": [("Inköpschef", "Norrsken AB", "mars 2017", None)],
        },
    ),
    "guest_english": (
        "https://uk.linkedin.com/in/tom-reed-1a2b",
        {
            "name": "Tom Reed",
            "headline": "Buyer at Harbour Ltd",
            "location": "Hull, England, United Kingdom",
        },
    ),
    "card_tailwind": (
        "https://studio.example/about",
        {"name": "Nora Okafor", "headline": "Designer, Studio", "location": "Enugu"},
    ),
    "jsonld_twice": ("https://a.example/p/lars", {"name": "Lars Holm"}),
    "xing_sections": (
        "https://www.xing.com/profile/Nina_Falk",
        {
            "name": "Nina Falk",
            "headline": "Angestellt, Leiterin Logistik, Weser AG",
            "location": "Bremen, Deutschland",
            "company": "Weser AG",
            "experience": [
                ("Leiterin Logistik", "Weser AG", "Okt. 2023", None),
                ("Disponentin", "Jade GmbH", "Okt. 2019", "Sep. 2023"),
            ],
        },
    ),
    "github_nameless": ("https://github.com/quietone", {"name": "quietone"}),
}

NOBODY = {
    "wall_login": "https://www.linkedin.com/in/jane-doe",
    "wall_restricted": "https://www.linkedin.com/in/jane-doe",
    "wall_wait": "https://www.linkedin.com/in/jane-doe",
    "wall_empty": "https://www.linkedin.com/in/jane-doe",
    "jsonld_author": "https://a.example/post",
    "opengraph_article": "https://a.example/post",
    "wall_join": f"{IN}/jane-doe/",
    "wall_security": f"{IN}/jane-doe/",
    "wall_gone": f"{IN}/jane-doe/",
    "github_organisation": "https://github.com/kilnworks",
    "github_repository": "https://github.com/ngo-ada/kiln",
}

LISTS = {
    "search_containers": (
        "https://www.linkedin.com/search/results/people/?keywords=buyer",
        [
            ("Ada Obi", f"{IN}/ada-obi", "Buyer at Lagoon", "Lagos, Nigeria"),
            ("Éva Nagy", f"{IN}/%C3%A9va-nagy", "Beszerző", "Szeged"),
        ],
    ),
    "search_universal": (
        "https://www.linkedin.com/search/results/people/?keywords=comprador",
        [
            ("Rosa Gil", f"{IN}/rosa-gil", "Compradora en Olivar", "Jaén, España"),
            ("Iker Sanz", f"{IN}/iker-sanz", "Jefe de compras · Vasco Acero", "Bilbao"),
        ],
    ),
    "search_text": (
        "https://www.linkedin.com/search/results/people/?keywords=compras",
        [
            (
                "Bia Reis",
                f"{IN}/bia-reis",
                "Gerente de compras na Ipê",
                "Curitiba, Paraná, Brasil",
            ),
            ("Caio Luz", f"{IN}/caio-luz", "Comprador", "Recife, Pernambuco, Brasil"),
        ],
    ),
    "company_people_members": (
        "https://www.linkedin.com/company/rift-grain/people/",
        [
            ("Wanjiru Mwangi", f"{IN}/wanjiru-m", "Head of Grain", None),
            ("Amina Hassan", f"{IN}/amina-h", "Trader", None),
        ],
    ),
    "lead_table": (
        f"{SALES}/lists/people/7000",
        [
            ("Ravi Iyer", f"{SALES}/lead/ACwAAA{'a' * 37},LIST,x1", "COO", "Pune"),
            ("Lu Hang", f"{SALES}/lead/ACwAAA{'b' * 37},LIST,x2", "Buyer", None),
        ],
    ),
    "search_hashed": (
        "https://www.linkedin.com/search/results/people/?k=1",
        [
            ("Anna Ahrens", f"{IN}/anna-a", "Einkäuferin bei Elbe", "Hamburg"),
            ("Carl Cordes", f"{IN}/carl-c", "Disponent", "Kiel"),
        ],
    ),
    "company_plain": (
        "https://www.linkedin.com/company/elbe/people/",
        [
            ("Anna Ahrens", f"{IN}/anna-a", "Einkäuferin", None),
            ("Carl Cordes", f"{IN}/carl-c", "Disponent", None),
        ],
    ),
    "sales_cards": (
        "https://www.linkedin.com/sales/search/people?q=1",
        [("Quinn Q", f"{SALES}/lead/ACwAAA{'q' * 36},NAME_SEARCH,1", "VP Ops", "Cork")],
    ),
}


def told(page: dict[str, Any], name: str) -> Any:
    """A fact as the tables above write it."""
    if name != "experience":
        return page.get(name)
    parts = ("title", "company", "start", "end")
    return [tuple(one.get(part) for part in parts) for one in page.get(name, [])]


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person(tab: BrowserContext, name: str) -> None:
    """Each fact is the person's own, in any language and layout, and no decoy is among them."""
    url, expected = PEOPLE[name]
    found = read_page(tab, url, page_source(f"strange/{name}"))
    assert found is not None
    assert expected == {fact: told(found["page"], fact) for fact in expected}


@pytest.mark.parametrize("name", NOBODY)
def test_nobody(tab: BrowserContext, name: str) -> None:
    """A wall, a check, a missing page, an organisation and a repository are no contacts."""
    assert None is read_page(tab, NOBODY[name], page_source(f"strange/{name}"))


@pytest.mark.parametrize("name", LISTS)
def test_people(tab: BrowserContext, name: str) -> None:
    """Those who can be told apart are found, once each; members without a name, advertisements
    and mutual connections are not among them."""
    url, expected = LISTS[name]
    found = read_page(tab, url, page_source(f"strange/{name}"))
    assert found is not None
    told = [(one["page"], one["url"]) for one in found["people"]]
    assert expected == [
        (page["name"], url, page.get("headline"), page.get("location")) for page, url in told
    ]
