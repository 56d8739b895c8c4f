"""Tenure and moves by the dates that a page shows, and the company's domain as it prints it."""

import pytest

from backend.sidecar.analysis.career import find_career, moment
from backend.sidecar.analysis.company import find_domain
from shared_schemas.page import Page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mar 2021", "2021-03"),
        ("March 2021 · 3 yrs", "2021-03"),
        ("janv. 2020", "2020-01"),
        ("août 2019", "2019-08"),
        ("März 2018", "2018-03"),
        ("Dezember 2017", "2017-12"),
        ("enero de 2022", "2022-01"),
        ("dez de 2015", "2015-12"),
        ("ottobre 2016", "2016-10"),
        ("mei 2020", "2020-05"),
        ("październik 2014", "2014-10"),
        ("июнь 2013", "2013-06"),
        ("Ağustos 2012", "2012-08"),
        ("2021年4月", "2021-04"),
        ("2021-11", "2021-11"),
        ("11/2021", "2021-11"),
        ("2009", "2009"),
        ("long ago", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_read_as_exactly_as_they_stand(text: str | None, expected: str | None) -> None:
    """A month where the page says one, in many languages, else the year, else nothing."""
    assert moment(text) == expected


def test_a_career_is_its_moves() -> None:
    """A promotion, a change of role and a new company are told apart, newest first."""
    page = Page.model_validate(
        {
            "name": "Ada Example",
            "experience": [
                {"title": "Head of Sales", "company": "Kite · Full-time", "start": "Mar 2023"},
                {"title": "Account Executive", "company": "Kite", "start": "2020", "end": "2023"},
                {"title": "Account Executive", "company": "Owl", "start": "2017", "end": "2020"},
            ],
        }
    )
    career = find_career(page)

    assert (career.role_since, career.company_since, career.positions) == ("2023-03", "2020", 3)
    assert [(move.kind, move.at) for move in career.moves] == [
        ("promoted", "2023-03"),
        ("joined", "2020"),
        ("joined", "2017"),
    ]
    assert career.moves[0].evidence[0]["from"] == "experience[0]"


def test_no_experience_is_no_career() -> None:
    """A page without positions has no tenure and no moves."""
    career = find_career(Page(name="Ada Example"))

    assert (career.role_since, career.company_since, career.positions) == (None, None, 0)
    assert career.moves == []


@pytest.mark.parametrize(
    ("page", "company", "expected"),
    [
        ({"email": "ada@kite-works.com"}, "Kiteworks", "kite-works.com"),
        ({"about": "See https://www.kite.example.com/jobs"}, "Kite", "kite.example.com"),
        ({"about": "Read https://medium.com/@kite"}, "Kite", None),
        ({"email": "ada.kite@gmail.com"}, "Kite", None),
        ({"about": "I like www.elsewhere.org"}, "Kite", None),
        ({"about": "kite.com is not a link"}, "Kite", None),
        ({}, None, None),
    ],
)
def test_a_domain_is_printed_and_never_guessed(
    page: dict[str, str], company: str | None, expected: str | None
) -> None:
    """Only an address, or a link that holds the company's name, tells a domain."""
    domain, basis = find_domain(Page.model_validate({"name": "Ada Example", **page}), company)

    assert domain == expected
    assert (basis is not None) == (expected is not None)
