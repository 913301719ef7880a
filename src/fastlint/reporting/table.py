"""Rows of words in columns."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from fastlint.reporting.terminal import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = 2
_LEAST = 24


def aligned(rows: Sequence[Sequence[str]], *, indent: int = 0, width: int = 0) -> str:
    """Rows as lines, each column as wide as its widest word; empty columns vanish.

    With a `width`, the last column is folded where a line would be longer, unless that leaves it hardly any room.
    """
    kept = [column for column in range(max(map(len, rows), default=0)) if any(_at(row, column) for row in rows)]
    widths = {column: max(cells(_at(row, column)) for row in rows) for column in kept}
    before = indent + sum(widths[column] + _GAP for column in kept[:-1])
    if width - before >= _LEAST:
        rows = [folded for row in rows for folded in _folded(row, kept[-1], width - before)]
    return "".join(f"{' ' * indent}{_line(row, widths)}\n" for row in rows)


def _folded(row: Sequence[str], last: int, room: int) -> list[Sequence[str]]:
    """A row, and more rows for what does not fit into its last column."""
    first, *others = wrap(_at(row, last), room, break_long_words=False, break_on_hyphens=False) or [""]
    return [[*(_at(row, column) for column in range(last)), first], *([*[""] * last, other] for other in others)]


def _line(row: Sequence[str], widths: dict[int, int]) -> str:
    words = [_at(row, column) + " " * (width - cells(_at(row, column)) + _GAP) for column, width in widths.items()]
    return "".join(words).rstrip()


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
