"""The work on a hostile text grows with its length, for every pattern and for whole pages.

Ratios of processor time are compared, never seconds: a busy machine slows both sides alike.
"""

import gc
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator

import pytest

import backend.sidecar
from backend.sidecar.analysis import analyze
from backend.sidecar.grounding import strangers
from shared_schemas.page import Page
from tests.sidecar.test_hostile_pages import WORST

SHORT, LONG = 750, 6_000
# Eight times the text may take this many times the time; squared growth takes 64 times.
MOST_GROWTH = 24
LEAST_SECONDS = 0.002
# Repetitions near the shapes that the patterns of companies, dates, names and links look for.
NEAR = [
    *(
        "Ab ",
        "Ab & ",
        "A.",
        "S.p.",
        "株",
        "株式",
        "ООО ",
        "주식",
        "(he/",
        "1.",
        "a@a.",
        "a-",
        "a'a",
    ),
    *(
        "https://a",
        "x.y/",
        "ha ",
        "Present ",
        "Mar ",
        "2021",
        "10,",
        "🇩",
        "«",
        "”",
        "{{",
        "{%",
        "%s",
    ),
]


def patterns() -> Iterator[tuple[str, "re.Pattern[str]"]]:
    """Every compiled pattern of the sidecar's modules, by module and name."""
    for found in pkgutil.walk_packages(backend.sidecar.__path__, "backend.sidecar."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{found.name.removeprefix('backend.sidecar.')}.{name}", value


PATTERNS = dict(patterns())


def seconds(work: Callable[[], object]) -> float:
    """The processor time of the quicker of two runs."""
    times = []
    for _ in range(2):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def grows(work: Callable[[str], object], unit: str) -> float:
    """How many times longer a text of LONG takes than one of SHORT; 0 where neither counts."""
    short, long = ((unit * size)[:size] for size in (SHORT, LONG))
    taken = seconds(lambda: work(long))
    if taken < LEAST_SECONDS:
        return 0.0
    return taken / max(seconds(lambda: work(short)), LEAST_SECONDS / MOST_GROWTH)


def test_the_patterns_are_found() -> None:
    """The walk sees the patterns of every reader, so that none is left out below."""
    modules = {name.rpartition(".")[0] for name in PATTERNS}

    assert {"analysis.names", "analysis.clauses", "analysis.company", "grounding"} <= modules
    assert len(PATTERNS) >= 30


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_no_pattern_backtracks_without_end(name: str) -> None:
    """Searching, cutting and replacing eight times the text takes about eight times the time."""
    pattern = PATTERNS[name]
    gc.disable()
    try:
        for unit in (*WORST, *NEAR, " "):
            growth = grows(lambda text: pattern.sub(" ", text + "!"), unit)
            assert growth <= MOST_GROWTH, (unit, growth)
    finally:
        gc.enable()


@pytest.mark.parametrize("unit", [*WORST[::3], *NEAR[::3]])
def test_a_whole_page_grows_with_its_text(unit: str) -> None:
    """Headline, about and posts of one repetition: the analysis and the grounding are linear."""

    def look(text: str) -> None:
        page = {
            "name": f"Ada {text}"[:300],
            "headline": text[:1_000],
            "location": text[:300],
            "about": text,
            "posts": [{"text": text}],
        }
        analyze(Page.model_construct(**Page.model_validate(page).__dict__))
        strangers(text, [text])

    assert grows(look, unit) <= MOST_GROWTH


@pytest.mark.parametrize(
    "syntax",
    [
        *(
            "{{7*7}}",
            "{{ 7 | times: 7 }}",
            "{% for i in (1..9) %}x{% endfor %}",
            "${7*7}",
            "#{7*7}",
        ),
        *("<%= 7*7 %>", "%(name)s %s %n", "{0.__class__} {name!r:>999999999}", "{page.name}"),
        *("$(id) `id`", "\\x41\\u0041", "'; DROP TABLE x; --", "=HYPERLINK(1)", "a" * 9_000),
    ],
)
def test_syntax_of_any_engine_stays_text(syntax: str) -> None:
    """Templates, format strings, shell and SQL in every field come out as they went in, or not
    at all, and never as what they would compute."""
    page = {
        "name": f"Ada {syntax}"[:300],
        "headline": f"Head of Sales | {syntax}"[:1_000],
        "location": syntax[:300],
        "company": syntax[:300],
        "about": f"I sell lanterns {syntax}. Call me {syntax}!",
        "skills": [syntax[:200]],
        "posts": [{"text": f"New: {syntax}. Ask me?"}],
    }
    insight = analyze(Page.model_validate(page))

    assert insight is not None
    assert ("head", "sales") == (insight.role.seniority, insight.role.function)
    told = insight.model_dump_json()
    assert "49" not in told
    assert "<class" not in told
    assert len(told) < 64_000
