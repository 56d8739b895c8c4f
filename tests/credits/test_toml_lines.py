"""The line of every key of a policy file, however its author writes TOML."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.credits.policy import BUILTIN_FOLDER
from backend.credits.policy_files.toml_lines import Key, line_of, lines_of

TEXT = '''# a comment with [brackets] and = signs

a = 1 # "quoted"
"b.c" = "x = [y] # no comment"
d.e.'f g' = 'C:\\path'
h = """
[not.a.table]
i = 1
"""
j = [
  1,  # one
  [ 2, 3 ],

  { k = "}", l = [ 4 ] },
]
m = { n = { o = 2025-01-01 }, "p" = \'\'\'
]\'\'\' }

[ q . "r" ]
s = -1_000.5
[[t.u]]
v = 1
[[t.u]]
v = 2
  [t.u.w]
  x = true
[[t.u.y]]
z = "\\\\"
'''

LINES: dict[Key, int] = {
    ("a",): 3,
    ("b.c",): 4,
    ("d",): 5,
    ("d", "e"): 5,
    ("d", "e", "f g"): 5,
    ("h",): 6,
    ("j",): 10,
    ("j", 0): 11,
    ("j", 1): 12,
    ("j", 1, 0): 12,
    ("j", 1, 1): 12,
    ("j", 2): 14,
    ("j", 2, "k"): 14,
    ("j", 2, "l"): 14,
    ("j", 2, "l", 0): 14,
    ("m",): 16,
    ("m", "n"): 16,
    ("m", "n", "o"): 16,
    ("m", "p"): 16,
    ("q", "r"): 19,
    ("q", "r", "s"): 20,
    ("t", "u"): 21,
    ("t", "u", 0): 21,
    ("t", "u", 0, "v"): 22,
    ("t", "u", 1): 23,
    ("t", "u", 1, "v"): 24,
    ("t", "u", 1, "w"): 25,
    ("t", "u", 1, "w", "x"): 26,
    ("t", "u", 1, "y"): 27,
    ("t", "u", 1, "y", 0): 27,
    ("t", "u", 1, "y", 0, "z"): 28,
}


def paths(value: Any, path: Key = ()) -> set[Key]:
    """Every path of a read document."""
    if not isinstance(value, dict | list):
        return set()
    below: set[Key] = set()
    for name, each in value.items() if isinstance(value, dict) else enumerate(value):
        below |= {(*path, name)} | paths(each, (*path, name))
    return below


def test_every_key_has_its_line() -> None:
    """Headers, dotted and quoted keys, strings of all kinds, arrays, inline tables, elements."""
    assert LINES == lines_of(TEXT)
    assert paths(tomllib.loads(TEXT)) - {("q",), ("t",)} == set(LINES)


@pytest.mark.parametrize("file", sorted(BUILTIN_FOLDER.glob("*.toml")), ids=lambda f: f.stem)
def test_every_key_of_the_built_in_policies(file: Any) -> None:
    """Each key that a reader finds in a policy file has a line, and its name stands there."""
    text = file.read_text("utf-8")
    lines = lines_of(text)
    outer = {("plans",), ("actions",)}
    assert paths(tomllib.loads(text)) - outer == set(lines)
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert path[-1] in text.splitlines()[line - 1]


def test_what_is_missing_is_found_at_what_is_around_it() -> None:
    """A key that is not there is reported at its table, and one of no table at line 1."""
    lines = lines_of("a = 1\n[b]\nc = 2\n")
    assert [2, 3, 1, 1] == [
        line_of(lines, path) for path in [("b", "x"), ("b", "c", 3), ("y", "z"), ()]
    ]


PLAIN = st.text("abc_-1", min_size=1, max_size=4)
VALUES = st.recursive(
    st.integers(-9, 9) | st.booleans() | st.text("a#=[]{},'\" \\\n", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=8,
)


def written(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    if isinstance(value, list):
        return "[ " + ", ".join(map(written, value)) + " ]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {written(v)}" for k, v in value.items()) + " }"
    return str(value)


@given(st.dictionaries(PLAIN, VALUES, max_size=6))
def test_any_document_of_one_line_a_key(document: dict[str, Any]) -> None:
    """Whatever the strings hold, each key is found at its own line, with all that is in it."""
    text = "".join(f"{name} = {written(value)}\n" for name, value in document.items())
    assert document == tomllib.loads(text)
    lines = lines_of(text)
    assert paths(document) == set(lines)
    for number, name in enumerate(document, start=1):
        assert {number} == {line for path, line in lines.items() if path[0] == name}
