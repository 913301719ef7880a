"""On which line of a TOML text a key or an item of an array stands: what `tomllib` does not tell.

A scanner for texts that are known to be valid TOML; it only finds places, it does not read values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator  # noqa: TC003 - used in an alias
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str, ...]

_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^\s,\[\]{}#\"']+")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([btnfr"\\e]))')
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def key_lines(text: str) -> dict[KeyPath, int]:
    """The 1-based line of every key and array item of a valid TOML text.

    Items of arrays have their index as the last part of the path: `("select", "0")`. Of arrays of tables, all elements
    share one path; the first place wins.
    """
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[KeyPath, int] = {}

    def run(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self.gap()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                line = self.line()
                self.at += 2 if self.text.startswith("[[", self.at) else 1
                table = self.key()
                self.note(table, line)
                self.at = self.text.index("]", self.at) + 1
                if self.text.startswith("]", self.at):
                    self.at += 1
            else:
                self.pair(table)
            self.gap()
        return self.found

    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def gap(self) -> None:
        match = _GAP.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def note(self, path: KeyPath, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.found.setdefault(path[:length], line)

    def key(self) -> KeyPath:
        """A dotted key; leaves `at` behind it."""
        parts: list[str] = []
        while True:
            self.gap()
            if match := _STRING.match(self.text, self.at):
                parts.append(_unquoted(match.group()))
            elif match := _BARE.match(self.text, self.at):
                parts.append(match.group())
            else:  # not TOML after all: step on, so that the scan ends
                self.at += 1
                return tuple(parts)
            self.at = match.end()
            self.gap()
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self.at += 1

    def pair(self, prefix: KeyPath) -> None:
        line = self.line()
        path = prefix + self.key()
        self.note(path, line)
        self.gap()
        if self.text.startswith("=", self.at):
            self.at += 1
            self.gap()
            self.value(path)

    def value(self, path: KeyPath) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            for index in self.items("]"):
                self.note((*path, str(index)), self.line())
                self.value((*path, str(index)))
        elif opening == "{":
            for _ in self.items("}"):
                self.pair(path)
        else:
            match = _STRING.match(self.text, self.at) or _PLAIN.match(self.text, self.at)
            self.at = match.end() if match else self.at + 1

    def items(self, closing: str) -> Iterator[int]:
        """Stands before each item of a bracket in turn; the caller moves `at` past it."""
        self.at += 1
        index = 0
        self.gap()
        while self.at < len(self.text) and self.text[self.at] != closing:
            yield index
            index += 1
            self.gap()
            if self.text.startswith(",", self.at):
                self.at += 1
                self.gap()
        self.at += 1


def _unquoted(token: str) -> str:
    if token.startswith("'"):
        return token.strip("'")
    return _ESCAPE.sub(_unescape, token[1:-1])


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
