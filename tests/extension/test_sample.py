"""The scrubbed sample of a page that is read wrongly."""

import re

import pytest
from playwright.sync_api import BrowserContext

from tests.extension.readers import page_source, read_page, sample_page

pytestmark = pytest.mark.browser

LINKEDIN = "https://www.linkedin.com"
PROFILE = f"{LINKEDIN}/in/noor-van-dijk/"
# Words that say whom a page is about, and do not stand in the names of its parts.
TELLING = re.compile(r"noor|dijk|zuiderzee|logist|utrecht|polder|groningen|tender|AAAdbz", re.I)


def test_a_sample_says_nothing_of_anybody(tab: BrowserContext) -> None:
    """No name, no text, no address and no id of the page is left in it."""
    assert TELLING.search(page_source("sdui"))
    sample = sample_page(tab, PROFILE, page_source("sdui"))
    assert [] == TELLING.findall(sample)
    words = set(re.findall(r">([^<]+)<", sample))
    assert all(re.fullmatch(r"[xX0\W]*", word) for word in words), words


def test_a_sample_is_read_like_the_page(tab: BrowserContext) -> None:
    """Whoever gets the sample sees the layout at work: the same fields are found, in the same
    numbers, and what was hidden is marked."""
    found = read_page(tab, PROFILE, page_source("sdui"))
    sample = sample_page(tab, PROFILE, page_source("sdui"))
    again = read_page(tab, f"{LINKEDIN}/in/x/", sample.replace("data-drawn", "hidden data-drawn"))
    assert found is not None
    assert again is not None
    assert found["layout"] == again["layout"]
    # What is told by words alone is gone with them.
    assert found["page"].keys() - again["page"].keys() <= {"degree"}
    for name in ("experience", "education", "skills"):
        assert len(found["page"][name]) == len(again["page"][name])
    assert 'data-drawn="no"' in sample
    assert '"reader":"linkedin-profile@' in sample


def test_a_samples_json_ld_keeps_its_keys(tab: BrowserContext) -> None:
    """Types and keys stay, values go."""
    sample = sample_page(tab, "https://people.example/priya", page_source("jsonld"))
    assert '"@type":"Person"' in sample
    assert '"jobTitle":"Xx' in sample
    assert not re.search("priya|raman|harbour|example.org", sample, re.I)
