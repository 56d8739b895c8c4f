"""From a place as people write it to ISO 3166 country and IANA time zone."""

from zoneinfo import available_timezones

import pytest

from backend.sidecar.analysis.places import PLACES, find_place

CASES = [
    ("London, United Kingdom", "GB", "Europe/London"),
    ("Manchester, England, United Kingdom", "GB", "Europe/London"),
    ("Hamburg, Deutschland", "DE", "Europe/Berlin"),
    ("Lyon, Auvergne-Rhône-Alpes, France", "FR", "Europe/Paris"),
    ("Greater Paris Metropolitan Region", "FR", "Europe/Paris"),
    ("Île-de-France", "FR", "Europe/Paris"),
    ("75008 Paris", "FR", "Europe/Paris"),
    ("Ciudad de México, México", "MX", "America/Mexico_City"),
    ("Torino, Piemonte, Italia", "IT", "Europe/Rome"),
    ("São Paulo, Brasil", "BR", "America/Sao_Paulo"),
    ("Kraków, Polska", "PL", "Europe/Warsaw"),
    ("København, Danmark", "DK", "Europe/Copenhagen"),
    ("İstanbul, Türkiye", "TR", "Europe/Istanbul"),
    ("Алматы, Казахстан", "KZ", "Asia/Almaty"),
    ("東京都, 日本", "JP", "Asia/Tokyo"),
    ("日本東京都", "JP", "Asia/Tokyo"),
    ("上海, 中国", "CN", "Asia/Shanghai"),
    ("دبي, الإمارات العربية المتحدة", "AE", "Asia/Dubai"),
    ("القاهرة، مصر", "EG", "Africa/Cairo"),
    ("Austin, Texas, United States", "US", "America/Chicago"),
    ("Austin, TX", "US", "America/Chicago"),
    ("Springfield, IL", "US", "America/Chicago"),
    ("San Francisco Bay Area", "US", "America/Los_Angeles"),
    ("New York", "US", "America/New_York"),
    ("Atlanta, Georgia", "US", "America/New_York"),
    ("Tbilisi, Georgia", "GE", "Asia/Tbilisi"),
    ("Toronto, CA", "CA", "America/Toronto"),
    ("Frankfurt am Main und Umgebung", "DE", "Europe/Berlin"),
    ("Madrid y alrededores", "ES", "Europe/Madrid"),
    ("Berlin 🇩🇪", "DE", "Europe/Berlin"),
    ("Berlin", "DE", "Europe/Berlin"),
    ("Singapore", "SG", "Asia/Singapore"),
    ("France", "FR", "Europe/Paris"),
    # The longest of the words around a place falls off: "Région de", not "Région" alone.
    ("Région de Québec", "CA", "America/Toronto"),
    ("Malmö med omnejd", "SE", "Europe/Stockholm"),
    ("Rotterdam en omstreken", "NL", "Europe/Amsterdam"),
    ("Raleigh-Durham-Chapel Hill Area", "US", "America/New_York"),
    ("Greater Stuttgart Black Forest Area", "DE", "Europe/Berlin"),
    # Korean names the country first, with no comma.
    ("대한민국 부산", "KR", "Asia/Seoul"),
    # Codes of provinces that are codes of countries and states too.
    ("Fortaleza, CE", "BR", "America/Fortaleza"),
    ("Salvador, BA", "BR", "America/Bahia"),
    ("Modena, MO", "IT", "Europe/Rome"),
    ("Kansas City, MO", "US", "America/Chicago"),
    ("Milan, MI", "US", "America/Detroit"),
    # One country, many zones: the country is known, the zone is not.
    ("United States", "US", None),
    # Nowhere, or too many places of that name.
    ("Remote", None, None),
    ("Earth", None, None),
    ("Cambridge", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "country", "zone"), CASES)
def test_places_are_found(text: str, country: str | None, zone: str | None) -> None:
    """Country and time zone are right, or null where the place does not tell."""
    place = find_place(text)

    assert (country, zone) == (place.country, place.time_zone)


def test_every_shipped_time_zone_exists() -> None:
    """Whatever zone the extract answers, a program that reads it knows it."""
    import sqlite3

    with sqlite3.connect(f"{PLACES.as_uri()}?mode=ro", uri=True) as db:
        query = (
            "SELECT zone FROM city UNION SELECT zone FROM region UNION SELECT zone FROM country"
        )
        zones = {row[0] for row in db.execute(query) if row[0]}

    assert set() == zones - available_timezones()


def test_the_extract_is_small() -> None:
    """The shipped file stays below 3 MB."""
    assert 3_000_000 > PLACES.stat().st_size
