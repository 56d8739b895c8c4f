"""What the extension may do: its manifest, pinned, and the rules that its sources keep."""

import json
import re
from typing import get_args

import pytest

from backend.install.packing import Packages
from backend.install.rendering import SOURCES, Part, content_files
from backend.settings import Settings
from tests.extension.conftest import ORIGIN, Browser

MOST_BYTES = 60_000
LANGUAGES = ["de", "en", "es", "fr"]
PARTS: tuple[Part, ...] = get_args(Part)
READERS: tuple[Part, ...] = ("member", "lead", "people", "github", "xing", "anywhere")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The package of an installation, closed as users get it."""
    data_dir = tmp_path_factory.mktemp("data")
    return Packages(Settings(data_dir=data_dir, public_url=ORIGIN)).files


def test_the_manifest_asks_for_exactly_this(files: dict[str, bytes]) -> None:
    """No permission, no host and no page beyond these; nothing that a page could reach."""
    manifest = json.loads(files["manifest.json"])
    assert ["storage", "activeTab", "scripting", "alarms"] == manifest["permissions"]
    assert [f"{ORIGIN}/*", "https://www.linkedin.com/*"] == manifest["host_permissions"]
    assert ["https://github.com/*", "https://www.xing.com/*"] == manifest[
        "optional_host_permissions"
    ]
    assert [
        {
            "matches": ["https://www.linkedin.com/*", f"{ORIGIN}/demo/*"],
            "js": content_files("page"),
        }
    ] == manifest["content_scripts"]
    assert {"service_worker": "bg/sw.js", "type": "module"} == manifest["background"]
    policy = manifest["content_security_policy"]["extension_pages"]
    assert "default-src 'none'" in policy
    assert f"connect-src {ORIGIN};" in policy
    assert {
        "manifest_version",
        "name",
        "description",
        "default_locale",
        "minimum_chrome_version",
        "icons",
        "action",
        "background",
        "permissions",
        "optional_host_permissions",
        "version",
        "key",
        "host_permissions",
        "content_scripts",
        "content_security_policy",
    } == manifest.keys()


@pytest.mark.browser
def test_the_browser_warns_of_two_sites_and_nothing_else(
    browser: Browser, files: dict[str, bytes]
) -> None:
    """At the installation people read one line: data on this server and on www.linkedin.com."""
    warnings = browser.worker.evaluate(
        "manifest => chrome.management.getPermissionWarningsByManifest(manifest)",
        files["manifest.json"].decode(),
    )
    assert ["Read and change your data on 127.0.0.1 and www.linkedin.com"] == warnings


@pytest.mark.parametrize("name", content_files())
def test_content_scripts_ask_nobody_and_write_no_markup(name: str) -> None:
    """They never speak to a network, never turn text into markup, never name an own address."""
    source = (SOURCES / name).read_text("utf-8")
    forbidden = (
        r"\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\b\s*\(|"
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|"
        r"chrome-extension|getURL|chrome\.storage|document\.cookie|localStorage"
    )
    code = re.sub(r"^\s*(//|/?\*).*$", "", source, flags=re.MULTILINE)
    assert [] == re.findall(forbidden, code)


def test_only_the_worker_speaks_to_the_server() -> None:
    """One file of the worker holds the one request that there is."""
    speaking = [
        path.relative_to(SOURCES).as_posix()
        for folder in ("bg", "popup")
        for path in sorted((SOURCES / folder).glob("*.js"))
        if re.search(r"\bfetch\(", path.read_text("utf-8"))
    ]
    assert ["bg/http.js"] == speaking


def test_content_scripts_are_light(files: dict[str, bytes]) -> None:
    """All that a page is given before a press stays small, whoever reads it, and so does what a
    press adds; what every page of a site is given is a third of that. No file is left out."""
    weights = {part: sum(len(files[name]) for name in content_files(part)) for part in PARTS}
    assert MOST_BYTES / 3 > weights["page"]
    for part in READERS:
        assert MOST_BYTES > weights["page"] + weights["readers"] + weights[part]
    assert MOST_BYTES > max(weights.values())
    assert set(content_files()) == {name for part in PARTS for name in content_files(part)}


def test_selectors_are_kept_in_one_place() -> None:
    """A site's class names stand in the file of selectors; a reader holds none of its own."""
    readers = [name for name in content_files() if re.match(r"content/(5|45)", name)]
    assert readers
    for name in readers:
        source = (SOURCES / name).read_text("utf-8")
        assert [] == re.findall(r"""["'`][^"'`\n]*\.(?:pv|org|artdeco|entity)-[\w-]+""", source)


def test_every_language_says_the_same_things() -> None:
    """Each language has every message, with the same values in it, and none is empty."""
    tables = {
        language: json.loads(
            (SOURCES / "_locales" / language / "messages.json").read_text("utf-8")
        )
        for language in LANGUAGES
    }
    assert LANGUAGES == sorted(path.name for path in (SOURCES / "_locales").iterdir())

    def values(text: str) -> list[str]:
        return sorted(re.findall(r"\$\d", text))

    for table in tables.values():
        assert tables["en"].keys() == table.keys()
        for key, entry in table.items():
            assert entry["message"].strip()
            assert values(tables["en"][key]["message"]) == values(entry["message"]), key


def test_every_message_that_the_code_says_exists() -> None:
    """A key in the code is a message; a message that no code can say is not kept."""
    messages = json.loads((SOURCES / "_locales/en/messages.json").read_text("utf-8"))
    scripts = [*SOURCES.glob("content/[7-9]*.js")]
    code = "\n".join(path.read_text("utf-8") for path in [*scripts, *SOURCES.glob("popup/*.js")])
    said = set(re.findall(r'\bsay\("(\w+)"', code))
    counted = {f"{key}_{form}" for key in re.findall(r'\bcount\("(\w+)"', code) for form in _FORMS}
    assert set() == (said | counted) - messages.keys()
    prefixes = (
        *("fail_", "free_", "seniority_", "function_", "field_", "status_", "option_"),
        *("outcome_", "added_", "by_", "rule_", "gap_", "find_", "value_", "from_"),
        *("evidence_", "doubt_"),
    )
    built = {key for key in messages if key.startswith(prefixes)}
    quoted = set(re.findall(r'"(\w+)"', code))
    assert {"description"} == messages.keys() - said - counted - built - quoted


_FORMS = ("one", "other")


def test_the_version_is_numbers_alone(files: dict[str, bytes]) -> None:
    """A browser takes one to four numbers, whatever the product's own version says."""
    assert re.fullmatch(r"\d+(\.\d+){0,3}", json.loads(files["manifest.json"])["version"])


def test_sources_hold_no_rendered_values() -> None:
    """What the server fills in is no part of the sources, and no key ever lies beside them."""
    base = json.loads((SOURCES / "manifest.base.json").read_text("utf-8"))
    assert set() == {"key", "version", "host_permissions", "content_scripts"} & base.keys()
    assert [] == list(SOURCES.rglob("*.pem"))
