"""Where in configuration files something stands that turned out wrong later than when they were read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fastlint.settings.lines import KeyPath, key_lines
from fastlint.settings.mistakes import shown_file

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_TABLE = ("tool", "fastlint")
_NAMING_RULES = frozenset(
    ["select", "ignore", "extend-select", "per-file-ignores", "severity", "fixable", "unfixable"]
)  # keys whose values, or their keys, name rules


def key_line(file: Path, key: str) -> int:
    """The line of a key of ours in a configuration file; 0 where it can't be told."""
    return next((line for path, line, _ in _read(file) if path == (key,)), 0)


def key_place(file: Path, key: str) -> str:
    """`file:line: ` of a key in a configuration file or in one that it extends, to begin a message with."""
    for one in _chain(file):
        if line := key_line(one, key):
            return f"{shown_file(one)}:{line}: "
    return f"{shown_file(file)}: "


def rule_word_place(file: Path, word: str) -> str:
    """`file:line: ` of a word that is to name rules, or "" if no configuration file says it."""
    for one in _chain(file):
        for path, line, value in _read(one):
            if path[0] in _NAMING_RULES and word in (path[-1], value):
                return f"{shown_file(one)}:{line}: "
    return ""


def _chain(file: Path) -> Iterator[Path]:
    """A configuration file and those that it extends."""
    seen = set()
    following: object = os.fspath(file)
    while isinstance(following, str) and following and (at := os.path.realpath(following)) not in seen:
        seen.add(at)
        file = Path(following)
        yield file
        base = next((value for path, _, value in _read(file) if path == ("extend",)), "")
        following = os.path.normpath(file.parent / Path(base).expanduser()) if isinstance(base, str) and base else ""


def _read(file: Path) -> Iterator[tuple[KeyPath, int, object]]:
    """The keys and items below our table: path, line, value. Nothing, if the file can't be read."""
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    places = key_lines(text)
    prefix = _TABLE if _TABLE in places or file.name == "pyproject.toml" else ()
    for path, line in places.items():
        if len(path) > len(prefix) and path[: len(prefix)] == prefix:
            yield path[len(prefix) :], line, _at(document, path)


def _at(document: object, path: KeyPath) -> object:
    for part in path:
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document
