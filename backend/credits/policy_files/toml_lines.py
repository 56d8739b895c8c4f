"""Where the keys of a TOML text stand: `tomllib` gives values and keeps no positions.

Only for texts that `tomllib` has read: nothing is checked here, so that a few characters decide.
"""

import re

Key = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_ENDS_OF_TEXT = {
    '"""': re.compile(r'(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    "'''": re.compile(r".*?'{3,5}", re.DOTALL),
    '"': re.compile(r'(?:[^"\\]|\\.)*"'),
    "'": re.compile(r"[^']*'"),
}


def lines_of(text: str) -> dict[Key, int]:
    """The line (from 1) of every key, table and element of an array, by its path.

    >>> lines_of("a = 1\\n[b]\\nc = [\\n  2]")
    {('a',): 1, ('b',): 2, ('b', 'c'): 3, ('b', 'c', 0): 4}
    """
    return _Scan(text).lines


def line_of(lines: dict[Key, int], path: Key) -> int:
    """The line of `path`, or of what stands nearest around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scan:
    """One walk over a text, from its beginning to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.lines: dict[Key, int] = {}
        self._elements: dict[Key, int] = {}
        table: Key = ()
        while self._skip():
            line = self._line()
            if self._takes("[["):
                table = self._next_element(self._header(), line)
            elif self._takes("["):
                table = self._header()
                self._note(table, line)
            else:
                self._pair(table)

    # --- characters ------------------------------------------------------------------------

    def _skip(self) -> bool:
        """Go past space and comments; whether anything is left."""
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._at < len(self._text)

    def _takes(self, word: str) -> bool:
        """Go past `word` if it comes next."""
        self._skip()
        found = self._text.startswith(word, self._at)
        self._at += len(word) if found else 0
        return found

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _note(self, path: Key, line: int) -> None:
        self.lines.setdefault(path, line)

    # --- keys ------------------------------------------------------------------------------

    def _header(self) -> Key:
        """The table that a header opens; within an array of tables, its newest element."""
        path = self._inside(self._dotted())
        while self._takes("]"):
            pass
        return path

    def _inside(self, parts: list[str]) -> Key:
        path: Key = ()
        for part in parts[:-1]:
            path = (*path, part)
            if path in self._elements:
                path = (*path, self._elements[path])
        return (*path, parts[-1])

    def _next_element(self, array: Key, line: int) -> Key:
        self._elements[array] = self._elements.get(array, -1) + 1
        self._note(array, line)
        element = (*array, self._elements[array])
        self._note(element, line)
        return element

    def _dotted(self) -> list[str]:
        parts = [self._key()]
        while self._takes("."):
            parts.append(self._key())
        return parts

    def _key(self) -> str:
        self._skip()
        bare = _BARE.match(self._text, self._at)
        if bare is None:
            return self._quoted()
        self._at = bare.end()
        return bare.group()

    # --- values ----------------------------------------------------------------------------

    def _pair(self, table: Key) -> None:
        self._skip()
        line, path = self._line(), table
        for part in self._dotted():
            path = (*path, part)
            self._note(path, line)
        self._takes("=")
        self._value(path)

    def _value(self, path: Key) -> None:
        self._skip()
        if self._takes("["):
            index = 0
            while not self._takes("]"):
                self._note((*path, index), self._line())
                self._value((*path, index))
                self._takes(",")
                index += 1
        elif self._takes("{"):
            while not self._takes("}"):
                self._pair(path)
                self._takes(",")
        elif self._text[self._at] in "\"'":
            self._quoted()
        else:
            scalar = _SCALAR.match(self._text, self._at)
            self._at = scalar.end() if scalar else self._at + 1

    def _quoted(self) -> str:
        """Go past a string; what stands between its quotes, escapes as they are written."""
        mark = next(each for each in _ENDS_OF_TEXT if self._text.startswith(each, self._at))
        start = self._at + len(mark)
        end = _ENDS_OF_TEXT[mark].match(self._text, start)
        assert end is not None, "tomllib read this text"
        self._at = end.end()
        return self._text[start : self._at - len(mark)]
