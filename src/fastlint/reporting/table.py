"""Rows of words in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.reporting.terminal import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = 2


def aligned(rows: Sequence[Sequence[str]], *, indent: int = 0) -> str:
    """Rows as lines, each column as wide as its widest word; empty columns vanish."""
    kept = [column for column in range(max(map(len, rows), default=0)) if any(_at(row, column) for row in rows)]
    widths = {column: max(cells(_at(row, column)) for row in rows) for column in kept}
    return "".join(f"{' ' * indent}{_line(row, widths)}\n" for row in rows)


def _line(row: Sequence[str], widths: dict[int, int]) -> str:
    words = [_at(row, column) + " " * (width - cells(_at(row, column)) + _GAP) for column, width in widths.items()]
    return "".join(words).rstrip()


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""
