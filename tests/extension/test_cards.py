"""Cards in microformats: in each way in which they are written, and whom they do not mean."""

import hashlib
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from backend.install.packing import Packages
from backend.install.rendering import SOURCES
from backend.settings import Settings
from tests.extension.readers import page_source, read_page

HERE = "https://people.example/wanjiru"
VENDORED = "content/vendor/mf2.js"


def card_page(body: str, head: str = "") -> str:
    """A page of these parts."""
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><head>{head}</head>{body}</html>'


def read(tab: BrowserContext, body: str, head: str = "", url: str = HERE) -> dict[str, Any] | None:
    """What is found on a page with this body."""
    return read_page(tab, url, card_page(body, head))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p class="h-card">Wanjiru Mwangi</p>', {"name": "Wanjiru Mwangi"}),
        (f'<a class="h-card" href="{HERE}">Wanjiru Mwangi</a>', {"name": "Wanjiru Mwangi"}),
        (
            '<a class="h-card" href="/wanjiru"><img alt="Wanjiru Mwangi" src="/w.jpg"></a>',
            {"name": "Wanjiru Mwangi", "photo_url": "https://people.example/w.jpg"},
        ),
        (
            '<div class="h-card"><abbr class="p-name" title="Wanjiru Mwangi">WM</abbr>'
            '<data class="p-job-title" value="Head of Grain"></data></div>',
            {"name": "Wanjiru Mwangi", "headline": "Head of Grain"},
        ),
        (
            '<div class="h-card"><span class="p-given-name">Wanjiru</span> '
            '<span class="p-additional-name">N.</span> <b class="p-family-name">Mwangi</b></div>',
            {"name": "Wanjiru N. Mwangi"},
        ),
        (
            '<div class="h-card"><span class="p-nickname">wanjiru</span>'
            '<span class="p-role">Buyer</span></div>',
            {"name": "wanjiru", "headline": "Buyer"},
        ),
        (
            '<div class="h-card"><b class="p-name">Wanjiru Mwangi</b> <a class="p-org h-card" '
            'href="https://grain.example/"><i class="p-name">Rift Grain</i></a></div>',
            {"name": "Wanjiru Mwangi", "company": "Rift Grain"},
        ),
        (
            '<div class="h-card"><b class="p-name">Wanjiru Mwangi</b> <p class="p-adr h-adr">'
            '<span class="p-street-address">1 Moi Road</span> <span class="p-locality">Nakuru'
            '</span>, <span class="p-country-name">Kenya</span></p></div>',
            {"location": "Nakuru, Kenya"},
        ),
        (
            '<div class="h-card"><b class="p-name">Wanjiru Mwangi</b> <div class="p-note">'
            "<p>I buy grain.</p><p>And sell patience.</p></div></div>",
            {"about": "I buy grain.\nAnd sell patience."},
        ),
        (
            '<div class="vcard"><span class="fn n"><span class="given-name">Wanjiru</span> <span '
            'class="family-name">Mwangi</span></span><div class="org">Rift Grain</div>'
            '<div class="title">Head of Grain</div><div class="adr"><span class="locality">Nakuru'
            '</span></div><a class="email" href="mailto:w@grain.example?subject=x">x</a></div>',
            {
                "name": "Wanjiru Mwangi",
                "headline": "Head of Grain, Rift Grain",
                "location": "Nakuru",
                "email": "w@grain.example",
            },
        ),
        (
            '<div class="vcard"><span class="fn">Wanjiru Mwangi</span> <span class="email">'
            '<i class="type">work</i> <span class="value">w@grain.example</span></span></div>',
            {"email": "w@grain.example"},
        ),
        (
            '<div class="h-card"><h1 class="p-name"><div>Wanjiru</div><div>Mwangi</div>'
            '<span class="sr-only">Wanjiru Mwangi</span></h1></div>',
            {"name": "Wanjiru Mwangi"},
        ),
        (
            '<div\nclass="h-card\n\tmx-auto"><b class="\tp-name\n">Wanjiru Mwangi</b></div>',
            {"name": "Wanjiru Mwangi"},
        ),
    ],
)
def test_ways_to_write_a_card(tab: BrowserContext, body: str, expected: dict[str, Any]) -> None:
    """Names that are implied or given in parts, values in attributes, cards within a card, both
    generations of class names: each fact is found as it is meant."""
    found = read(tab, body)
    assert found is not None
    assert expected == {name: found["page"].get(name) for name in expected}


CARD = '<div class="h-card"><a class="p-name u-url" href="{}">{}</a></div>'


@pytest.mark.browser
def test_the_card_of_the_page_among_others(tab: BrowserContext) -> None:
    """Of several cards the one counts whose address is the page's; its copy in a header that
    stays in view is the same person, not a second one."""
    own = CARD.format("/wanjiru/", "Wanjiru Mwangi")
    found = read(tab, f"<header>{own}</header>{own}{CARD.format('/otieno', 'Otieno')}")
    assert found is not None
    assert ("Wanjiru Mwangi", "profile") == (found["page"]["name"], found["kind"])


@pytest.mark.browser
def test_the_card_that_says_me(tab: BrowserContext) -> None:
    """A card whose address is one that the page calls its owner's is theirs, and so are the page's
    other such links; without that they are not the card's."""
    links = (
        '<a rel="me" href="https://w.example/">W</a>'
        '<a rel="me" href="https://www.linkedin.com/in/wanjiru-m">L</a>'
    )
    others = CARD.format("/otieno", "Otieno") + links
    mine = read(tab, CARD.format("https://w.example", "Wanjiru Mwangi") + others)
    other = read(tab, CARD.format("https://v.example", "Somebody Else") + links)
    assert mine is not None
    assert other is not None
    assert "Wanjiru Mwangi" == mine["page"]["name"]
    assert ["https://www.linkedin.com/in/wanjiru-m"] == mine["identifiers"]
    assert [] == other["identifiers"]


@pytest.mark.browser
def test_class_names_of_style_sheets(tab: BrowserContext) -> None:
    """`h-full` around a card neither is one nor takes the card into itself, and `p-relative` is no
    fact that would forbid to imply a name."""
    found = read(
        tab,
        '<body class="h-full"><div class="h-screen p-4"><p class="h-card u-flex">'
        '<span class="p-relative">Wanjiru Mwangi</span></p></div><i class="h-auto">x</i></body>',
    )
    assert found is not None
    assert "Wanjiru Mwangi" == found["page"]["name"]


@pytest.mark.browser
@pytest.mark.parametrize(
    "body",
    [
        '<article class="h-entry"><a class="p-author h-card" href="/a">An Author</a></article>',
        '<article class="h-entry"><div class="h-card">A Passer-by</div></article>',
        '<div class="h-review"><p class="p-author h-card">A Reviewer</p></div>',
        '<div class="hreview"><p class="reviewer vcard"><b class="fn">A Reviewer</b></p></div>',
        '<div class="h-cite"><p class="p-author h-card">Quoted</p></div>',
        '<div class="h-feed"><p class="p-author h-card"><a class="u-url" href="/f">F</a></div>',
        '<div class="h-org h-card"><b class="p-name">Rift Grain</b></div>',
        '<div class="h-card"><b class="p-name p-org">Rift Grain</b><i class="p-note">x</i></div>',
        '<template><div class="h-card">Nobody Yet</div></template>',
        '<div class="h-card"></div>',
        CARD.format("/one", "One Person") + "<p>without an address: <i class='h-card'>Two</i></p>",
    ],
)
def test_cards_of_nobody_here(tab: BrowserContext, body: str) -> None:
    """Who wrote, reviewed or is quoted is not the page's person; nor is a company, nor one of two
    of whom nothing tells which is meant."""
    assert None is read(tab, body)


@pytest.mark.browser
def test_who_writes_the_feed_of_their_own_page(tab: BrowserContext) -> None:
    """The author of a feed is the page's person if their address is the page's."""
    found = read(
        tab, f'<div class="h-feed"><a class="p-author h-card" href="{HERE}">Wanjiru</a></div>'
    )
    assert found is not None
    assert "Wanjiru" == found["page"]["name"]


@pytest.mark.browser
@pytest.mark.parametrize(
    "body",
    [
        # A part that includes itself has no end.
        '<div class="vcard" id="a"><b class="fn">W</b><i itemref="a"></i><a class="include" '
        'href="#a">x</a></div>',
        "<frameset><frame></frameset>",
        '<div class="h-card">' * 3_000 + "deep",
    ],
)
def test_what_the_parser_gives_up_on(tab: BrowserContext, body: str) -> None:
    """A document that it cannot read is a page without a person, and no error; and none keeps the
    page waiting."""
    started = time.monotonic()
    found = read(tab, body)
    assert 10 > time.monotonic() - started
    assert found is None or found["kind"] == "profile"


@pytest.mark.browser
def test_addresses_relative_to_a_base(tab: BrowserContext) -> None:
    """They are what the browser makes of them, and one that is none spoils nothing else."""
    found = read(
        tab,
        '<div class="h-card"><img class="u-photo" src="w.jpg" alt=""><a class="p-name u-url" '
        'href="wanjiru">Wanjiru Mwangi</a><a class="u-url" href="https://[broken">x</a></div>'
        '<a href="//[">also broken</a>' + CARD.format("https://o.example", "Otieno"),
        head='<base href="/people/">',
        url="https://people.example/people/wanjiru",
    )
    assert found is not None
    assert ("Wanjiru Mwangi", "https://people.example/people/w.jpg") == (
        found["page"]["name"],
        found["page"]["photo_url"],
    )


def test_the_vendored_parser_is_what_it_says(tmp_path: Path) -> None:
    """What lies in the sources is unchanged since it was built, is small, and is shipped byte for
    byte, with its licence."""
    source = (SOURCES / VENDORED).read_bytes()
    head, _, body = source.partition(b" */\n")
    (said,) = re.findall(rb"follows this comment: (\w{64})", head)
    assert hashlib.sha256(body).hexdigest() == said.decode()
    assert b"Permission is hereby granted, free of charge" in head
    assert source == Packages(Settings(data_dir=tmp_path)).files[VENDORED]
    assert len(source) < 20_000
    assert b"microformats-parser 2.0.6" in head


@pytest.mark.browser
def test_a_list_of_cards(tab: BrowserContext) -> None:
    """Several people with addresses of their own, none of them the page's, are a list."""
    found = read(tab, CARD.format("/a", "Ada Obi") + CARD.format("/b", "Ben Obi"))
    assert found is not None
    assert ["Ada Obi", "Ben Obi"] == [one["page"]["name"] for one in found["people"]]
    assert None is read_page(tab, "https://people.example/bread", page_source("nobody"))
