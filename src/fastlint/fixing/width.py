"""How long lines may be: what the project's formatter is told, else what the file itself shows."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_NARROW: Final = 88
_WIDE: Final = 120
_KEYS: Final = ("line-length", "line_length")
_MOST: Final = 320  # what ruff takes at most
# The end of a line that a formatter could break: texts and comments are long in any file.
_CODE: Final = re.compile(r"[(\[{][^\"']*[)\]},:(\[{]\s*$")
_TEXT: Final = re.compile(r"\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}", re.DOTALL)
# A hook that formats, and the width that its arguments set, before the next hook begins.
_HOOK: Final = re.compile(
    rb"\bid:[ \t]*(?:black|ruff-format)\b(?:(?!\bid:)(?:.|\n))*?"
    rb"(?:line-length[ =\"',\[]+(?P<width>\d{2,3})|(?=\bid:|\Z))"
)


class Widths:
    """Looks for settings of formatters in the folders above a file, the nearest first.

    Args:
        read: the bytes of a file by its path; none where there is none.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._known: dict[str, int | None] = {}

    def of(self, path: str, code: str) -> int:
        """How long the lines of a file may be."""
        for folder in _folders(path):
            if folder not in self._known:
                self._known[folder] = self._configured(folder)
            width = self._known[folder]
            if width is not None:
                return width
        lines = _TEXT.sub("", code).split("\n")
        longest = max((len(line) for line in lines if len(line) > _NARROW and _is_code(line)), default=0)
        return min(max(longest, _NARROW), _WIDE)

    def _configured(self, folder: str) -> int | None:
        for name in (".ruff.toml", "ruff.toml"):
            width = _width(_table(self._read(f"{folder}{name}")))
            if width is not None:
                return width
        tools = _table(self._read(f"{folder}pyproject.toml")).get("tool")
        for tool in ("ruff", "black"):
            width = _width(tools.get(tool)) if isinstance(tools, dict) else None
            if width is not None:
                return width
        if isinstance(tools, dict) and _is_formatted(tools):
            return _NARROW
        hook = _HOOK.search(self._read(f"{folder}.pre-commit-config.yaml"))
        if hook:
            return int(hook["width"] or _NARROW)
        for name in (".flake8", "setup.cfg", "tox.ini"):
            found = re.search(rb"^max[-_]line[-_]length\s*=\s*(\d{2,3})\b", self._read(f"{folder}{name}"), re.MULTILINE)
            if found:
                return int(found[1])
        return None


def _is_code(line: str) -> bool:
    return "#" not in line and _CODE.search(line) is not None


def _is_formatted(tools: dict[str, object]) -> bool:
    """Whether a project names a formatter and leaves the width to it."""
    ruff = tools.get("ruff")
    return "black" in tools or (isinstance(ruff, dict) and "format" in ruff)


def _folders(path: str) -> Iterator[str]:
    """The folders that a file is in, innermost first, each as a prefix."""
    parts = path.split("/")[:-1]
    for count in range(len(parts), -1, -1):
        yield "".join(f"{part}/" for part in parts[:count])


def _table(data: bytes) -> dict[str, object]:
    try:
        return tomllib.loads(data.decode()) if data else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def _width(table: object) -> int | None:
    if not isinstance(table, dict):
        return None
    for key in _KEYS:
        value = table.get(key)
        if isinstance(value, int) and 0 < value <= _MOST:
            return value
    return None
