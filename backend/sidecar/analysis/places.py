"""From a place as people write it to country and time zone, by a shipped GeoNames extract.

A country is named, or follows from a region or a flag, or from the most populous city of that
name where no other comes near it. What stays open is null: "Remote" is nowhere.
"""

import re
import sqlite3
import threading
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backend.sidecar.analysis.text import clean_line, fold, is_cjk, tokens
from shared_schemas.insight import Place

PLACES = Path(__file__).parent.parent / "data" / "places.sqlite"
MORE = PLACES.with_name("more_places.toml")
PROVINCES = PLACES.with_name("provinces.toml")
MOST_CHARACTERS = 200
MOST_SEGMENTS = 6
# Without a country, a city counts if it has this many people and twice those of the next one.
ENOUGH_PEOPLE = 40_000

_SEGMENTS = re.compile(r"[,\u060c|·/;•、，()]|\s[-–—]\s")
_HANGUL = re.compile("[\uac00-\ud7af]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
# Words around a place's name; the longest are tried first ("region de" before "region").
_AROUND_WORDS = (
    *(
        "greater",
        "grand",
        "metro",
        "metropolitan",
        "area",
        "region",
        "region of",
        "the",
        "metroplex",
    ),
    *("metropolitan area", "metropolitan region", "bay area", "based in", "city of", "city"),
    *("county", "province", "and surroundings", "and surrounding area", "surroundings"),
    *("und umgebung", "umgebung", "grossraum", "raum", "metropolregion", "und umland", "stadt"),
    *("region de", "region du", "et peripherie", "peripherie", "environs", "et ses environs"),
    *("et alentours", "et environs", "agglomeration de", "agglomeration", "banlieue de"),
    *("y alrededores", "area de", "area metropolitana", "area metropolitana de", "zona"),
    *("provincia de", "comunidad de", "zona metropolitana de", "gran", "y area metropolitana"),
    *(
        "e dintorni",
        "e provincia",
        "citta metropolitana di",
        "provincia di",
        "area metropolitana di",
    ),
    *("regiao de", "regiao metropolitana de", "grande", "e regiao", "e arredores", "arredores"),
    *("en omgeving", "omgeving", "regio", "en omstreken", "groot", "i okolice", "okolice"),
    *("woj", "wojewodztwo", "a okoli", "kornyeke", "es kornyeke", "si imprejurimi", "judetul"),
    *("ve cevresi", "cevresi", "ve civari", "och omnejd", "med omnejd", "omnejd", "stor"),
    *("og omegn", "omegn", "storkobenhavn", "kommun", "kommune", "lan", "ja lahialueet"),
    *("и окрестности", "и область", "область", "г", "город", "та область", "м"),
)
_AROUND = re.compile(rf"\b(?:{'|'.join(sorted(_AROUND_WORDS, key=len, reverse=True))})\b")
_NOWHERE = frozenset(
    [
        "remote",
        "hybrid",
        "worldwide",
        "global",
        "anywhere",
        "europe",
        "emea",
        "apac",
        "latam",
        "home",
        "internet",
        "world",
        "earth",
        "everywhere",
        "online",
        "international",
        "teletravail",
        "homeoffice",
        "remoto",
        "africa",
        "asia",
        "nomad",
        "various",
        "multiple",
        "unknown",
        "mars",
        "moon",
        "web",
        "universe",
        "here",
        "hell",
        "heaven",
    ]
)


# What Italians never call their cities: "Milan, MI" lies in Michigan.
_EXONYMS = frozenset({"milan", "rome", "naples", "florence", "venice", "turin", "genoa", "paris"})


@dataclass(frozen=True, slots=True)
class _Found:
    country: str | None = None
    admin1: str | None = None
    zone: str | None = None


class Gazetteer:
    """The shipped extract, read only; one connection a thread."""

    def __init__(self, path: Path = PLACES) -> None:
        self._uri = f"{path.as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()

    def _rows(self, query: str, values: Sequence[str | None]) -> list[tuple[str | None, ...]]:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = sqlite3.connect(self._uri, uri=True)
        return db.execute(query, values).fetchall()

    def country_named(self, key: str) -> str | None:
        """The country of this folded name."""
        rows = self._rows("SELECT code FROM country_name WHERE name = ?", (key,))
        return rows[0][0] if rows else None

    def zone_of(self, country: str) -> str | None:
        """The time zone of a country that keeps one."""
        rows = self._rows("SELECT zone FROM country WHERE code = ?", (country,))
        return rows[0][0] if rows else None

    def is_country(self, code: str) -> bool:
        """Whether `code` is an ISO 3166 alpha-2 code."""
        return bool(self._rows("SELECT 1 FROM country WHERE code = ?", (code,)))

    def region(self, key: str, country: str | None) -> _Found | None:
        """A region of this name, in `country` if that is known."""
        more = _more().get(key)
        if more is not None and country in (None, more.country):
            return more
        rows = self._rows(
            "SELECT country, admin1, zone FROM region WHERE name = ?1 "
            "AND (?2 IS NULL OR country = ?2) LIMIT 2",
            (key, country),
        )
        return _Found(*rows[0]) if len(rows) == 1 else None

    def state(self, code: str) -> _Found | None:
        """The state of the United States with this postal code."""
        rows = self._rows(
            "SELECT country, admin1, zone FROM region WHERE country = 'US' AND admin1 = ? LIMIT 1",
            (code,),
        )
        return _Found(*rows[0]) if rows else None

    def city(self, key: str, country: str | None, admin1: str | None) -> _Found | None:
        """The most populous city of this name there; anywhere, only if no other comes near."""
        rows = self._rows(
            "SELECT country, admin1, zone, population FROM city_name JOIN city ON city = id "
            "WHERE name = ?1 AND (?2 IS NULL OR country = ?2) AND (?3 IS NULL OR admin1 = ?3) "
            "ORDER BY population DESC LIMIT 2",
            (key, country, admin1),
        )
        if not rows:
            return None
        people = [int(row[3] or 0) for row in rows]
        if country is None and people[0] < ENOUGH_PEOPLE:
            return None
        if country is None and len(rows) > 1 and people[1] * 2 > people[0]:
            return None
        return _Found(*rows[0][:3])


@lru_cache(maxsize=1)
def _more() -> dict[str, _Found]:
    """The places that the extract lacks, by folded name."""
    found = {}
    for where, names in tomllib.loads(MORE.read_text("utf-8")).items():
        country, zone = where.split()
        for name in names:
            found[_plain(name)] = _Found(country, None, zone)
    return found


@lru_cache(maxsize=1)
def _provinces() -> dict[str, frozenset[str]]:
    """Codes of provinces by country."""
    lists = tomllib.loads(PROVINCES.read_text("utf-8"))
    return {country: frozenset(codes) for country, codes in lists.items()}


_gazetteer = Gazetteer()


def prepare() -> None:
    """Open the extract, so that a broken file shows at the start."""
    if not _gazetteer.is_country("FR"):
        raise RuntimeError("places.sqlite holds no countries")


def find_place(text: str | None) -> Place:
    """Country and time zone of the place that `text` names, each null where it is not clear."""
    line = clean_line(text, MOST_CHARACTERS)
    if not line:
        return Place()
    flag = _flag(line)
    shown = _FLAG.sub("", line).strip(" ,") or line
    segments = [part.strip() for part in _SEGMENTS.split(shown) if part.strip()][:MOST_SEGMENTS]
    if len(segments) == 1 and _HANGUL.search(shown):
        # Korean names the large before the small: "대한민국 서울".
        segments = [*reversed(shown.split()[:MOST_SEGMENTS])] if " " in shown else segments
    found = _resolve(segments, flag)
    zone = found.zone or (_gazetteer.zone_of(found.country) if found.country else None)
    return Place(text=shown, country=found.country, time_zone=zone)


def _flag(line: str) -> str | None:
    """The country of a flag emoji, which is the country's code in other letters."""
    match = _FLAG.search(line)
    if match is None:
        return None
    code = "".join(chr(ord(char) - 0x1F1E6 + ord("A")) for char in match.group())
    return code if _gazetteer.is_country(code) else None


def _key(segment: str) -> str:
    words = tokens(_AROUND.sub(" ", fold(segment)).strip() or fold(segment))
    return ("" if is_cjk(segment) else " ").join(words)


def _plain(segment: str) -> str:
    return ("" if is_cjk(segment) else " ").join(tokens(fold(segment)))


def _resolve(segments: list[str], country: str | None) -> _Found:
    region: _Found | None = None
    rest: list[str] = []
    for index in range(len(segments) - 1, -1, -1):
        segment = segments[index]
        if index and country is None and (inside := _province(segment, segments[0])) is not None:
            country = inside
        elif index and (state := _state(segment, country, segments[0])) is not None:
            region = region or state
        elif country is None and (named := _country(segment, segments[:index])) is not None:
            country = named
        elif (there := _region(segment, country)) is not None:
            region = region or there
            rest.append(segment)  # "New York": a state's name may be the city's as well
        else:
            rest.append(segment)
    if country is None and region is not None:
        country = region.country
    admin1 = region.admin1 if region is not None and country == "US" else None
    city = _city(list(reversed(rest)), country, admin1)
    if city is not None:
        return city
    if region is not None and region.country == country:
        return region
    return _Found(country)


def _state(segment: str, country: str | None, city: str) -> _Found | None:
    """A postal code of a state after a comma: "Austin, TX" or "TX 78701", not "Toronto, CA"."""
    word = segment.partition(" ")[0]
    if country not in (None, "US") or len(word) != 2 or not word.isupper():
        return None
    state = _gazetteer.state(word)
    elsewhere = state is not None and _gazetteer.city(_key(city), "US", word) is None
    if elsewhere and _gazetteer.city(_key(city), word, None) is not None:
        return None
    return state


def _province(code: str, city: str) -> str | None:
    """The country whose province has this code, if it has the city too and no state does."""
    if len(code) != 2 or not code.isupper():
        return None
    key = _key(city)
    if key in _EXONYMS or _gazetteer.city(key, "US", code) is not None:
        return None
    inside = (c for c, codes in _provinces().items() if code in codes)
    return next((c for c in inside if _gazetteer.city(key, c, None) is not None), None)


def _country(segment: str, before: Sequence[str]) -> str | None:
    plain = _plain(segment)
    named = _gazetteer.country_named(plain)
    if named == "GE" and before and _gazetteer.city(_key(before[0]), "US", "GA") is not None:
        return "US"
    if named is not None:
        return named
    if len(segment) == 2 and segment.isupper() and before and _gazetteer.is_country(segment):
        # "Porto Alegre, RS" is in no Serbia: it may be the code of a province.
        here = _gazetteer.city(_key(before[0]), segment, None)
        elsewhere = here is None and _gazetteer.city(_key(before[0]), None, None)
        return None if elsewhere else segment
    if is_cjk(segment):
        sizes = range(min(len(plain) - 1, 8), 1, -1)
        found = (_gazetteer.country_named(plain[:size]) for size in sizes)
    else:
        words = plain.split()
        ends = [words[-size:] for size in range(min(len(words) - 1, 4), 0, -1)]
        found = (_gazetteer.country_named(" ".join(end)) for end in ends if len(end[0]) > 3)
    return next((each for each in found if each is not None), None)


def _region(segment: str, country: str | None) -> _Found | None:
    for key in (_plain(segment), _key(segment)):
        found = _gazetteer.region(key, country)
        if found is not None:
            return found
    return None


def _city(segments: Sequence[str], country: str | None, admin1: str | None) -> _Found | None:
    for segment in segments:
        for key in dict.fromkeys((_plain(segment), _key(segment), *_inner(segment))):
            if not key or key in _NOWHERE:
                continue
            found = _gazetteer.city(key, country, admin1)
            if found is None and admin1 is not None:
                found = _gazetteer.city(key, country, None) if len(segments) == 1 else None
            if found is not None:
                return found
    return None


def _inner(segment: str) -> list[str]:
    """Shorter readings: "上海市" is "上海", "75008 Paris" is "paris", "中国上海" ends in it."""
    plain = _plain(segment)
    if is_cjk(segment):
        bare = re.sub(r"[市区都府县縣省州]$", "", plain)
        return [bare, *(plain[-size:] for size in (3, 2)), *(plain[:size] for size in (3, 2))]
    letters = [word for word in _key(segment).split() if not word.isdigit()]
    shorter = [" ".join(letters)]
    if len(letters) > 1 and any(char.isdigit() for char in plain):
        shorter += [letters[-1]]
    words = _plain(segment).split()
    # An area named after several places lies where the first one does.
    if len(letters) > 1 and len(letters) < len(words):
        shorter += [" ".join(letters[:size]) for size in range(len(letters) - 1, 0, -1)]
    if "-" in segment:
        shorter += [_plain(segment.partition("-")[0])]
    return shorter
