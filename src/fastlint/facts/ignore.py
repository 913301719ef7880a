"""Patterns in gitignore syntax, made fast: a walk asks about every folder and Python file of a project."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WILD = re.compile(r"[*?\[\\]")
_ANY_DEPTH = "^(?:.+/)?"  # how pathspec begins the expression of a pattern that may match at any depth


class IgnoreSpec:
    """The patterns of one list, relative to the folder `base` (posix, "" for the project root).

    `above` is the way from the list's own folder down to the project root, for lists that stand above it.
    """

    def __init__(self, lines: Iterable[str], base: str = "", above: str = "") -> None:
        self._lines = [line for line in (raw.strip("\r\n") for raw in lines) if line.strip() and line[0] != "#"]
        self._skip = len(base) + 1 if base else 0
        self._above = f"{above}/" if above else ""

    def verdict(self, path: str, name: str, *, folder: bool) -> bool | None:
        """Whether the last pattern that matches excludes (True) or re-includes (False); None where none matches.

        `path` is relative to the project root and `name` its last part. Parents are not looked at: a walk that does not
        enter excluded folders never asks about what is in them.
        """
        for group in self._groups:
            if group.matches(name, folder=folder) or group.matches_path(
                self._above + path[self._skip :], folder=folder
            ):
                return group.excludes
        return None

    def covers(self, path: str) -> bool:
        """Whether the patterns exclude a file or any folder that it is in."""
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            if self.verdict("/".join(parts[:depth]), parts[depth - 1], folder=depth < len(parts)):
                return True
        return False

    @cached_property
    def _groups(self) -> list[_Group]:
        """Runs of patterns that all exclude or all re-include, the last first: in a run the order has no meaning."""
        groups: list[_Group] = []
        run: list[str] = []
        for line in self._lines:
            if run and line.startswith("!") != run[0].startswith("!"):
                groups.append(_Group(run))
                run = []
            run.append(line)
        if run:
            groups.append(_Group(run))
        return groups[::-1]

    def __bool__(self) -> bool:
        return bool(self._lines)


class _Group:
    """Patterns of one polarity, sorted by how they are matched: plain names, shapes of names, shapes of paths."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.excludes = not lines[0].startswith("!")
        self._names: set[str] = set()
        self._folders: set[str] = set()
        shapes: list[str] = []
        paths: list[str] = []
        for line in lines:
            pattern = line.removeprefix("!").rstrip(" ")
            bare = pattern.removesuffix("/")
            if "/" not in bare and not _WILD.search(bare):
                (self._folders if pattern.endswith("/") else self._names).add(bare)
            else:
                self._sort(line, shapes if "/" not in bare else paths, paths)
        self._shapes = _joined(shapes)
        self._paths = _joined(paths)

    @staticmethod
    def _sort(line: str, names: list[str], paths: list[str]) -> None:
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

        try:
            regex = GitIgnoreSpecPattern(line).regex
        except (ValueError, re.error):  # a pattern that git would pass over, too
            return
        if regex is None:
            return
        text = regex.pattern.replace("(?P<ps_d>", "(?:")  # names of groups must be unique in a joined expression
        if names is not paths and text.startswith(_ANY_DEPTH):
            names.append(text.removeprefix(_ANY_DEPTH))
        else:
            paths.append(text)

    def matches(self, name: str, *, folder: bool) -> bool:
        """Whether a pattern for any depth matches a file or folder of this name."""
        if name in self._names or (folder and name in self._folders):
            return True
        return self._shapes is not None and self._shapes.match(f"{name}/" if folder else name) is not None

    def matches_path(self, path: str, *, folder: bool) -> bool:
        """Whether a pattern with a slash in it matches a path relative to the patterns' folder."""
        return self._paths is not None and self._paths.match(f"{path}/" if folder else path) is not None


def _joined(expressions: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{text})" for text in expressions)) if expressions else None
