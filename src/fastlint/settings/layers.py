"""Configurations that build on others: `extend = "../pyproject.toml"`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fastlint.settings.mistakes import Mistake, shown_file
from fastlint.settings.places import key_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Values = dict[str, object]
    Read = Callable[[Path], tuple[Values, list[Mistake]]]

_DEEPEST = 8  # files that extend each other


def layered(file: Path, read: Read) -> tuple[Values, list[Mistake]]:
    """The values of a file over those of the files that it extends, and the mistakes in any of them."""
    values, mistakes = read(file)
    seen = [_real(file)]
    at = file
    following = values.get("extend")
    while isinstance(following, str) and following and not mistakes:
        base = Path(os.path.normpath(at.parent / Path(following).expanduser()))
        problem = _problem(base, seen)
        if problem:
            return values, [Mistake(shown_file(at), key_line(at, "extend"), f"`extend`: {problem}")]
        below, mistakes = read(base)
        values = joined(below, values)
        seen.append(_real(base))
        at, following = base, below.get("extend")
    return values, mistakes


def joined(base: Mapping[str, object], over: Mapping[str, object]) -> Values:
    """Values over others: tables are merged by key, `extend-…` lists are added, all else is replaced."""
    result = dict(base)
    for field, value in over.items():
        below = result.get(field)
        if isinstance(value, dict) and isinstance(below, dict):
            result[field] = {**below, **value}
        elif field.startswith("extend_") and isinstance(value, tuple) and isinstance(below, tuple):
            result[field] = (*below, *(word for word in value if word not in below))
        else:
            result[field] = value
    return result


def _problem(base: Path, seen: list[str]) -> str:
    if base.suffix != ".toml":
        return f"{shown_file(base)} is no TOML file"
    if not base.is_file():
        return f"there is no file {shown_file(base)}"
    if _real(base) in seen:
        return f"{shown_file(base)} extends itself"
    return f"more than {_DEEPEST} files extend each other" if len(seen) >= _DEEPEST else ""


def _real(file: Path) -> str:
    return os.path.realpath(file)
