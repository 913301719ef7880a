"""What a reporter knows besides the report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fastlint.reporting.terminal import painted
from fastlint.text import Position

if TYPE_CHECKING:
    from fastlint.engine import Sources
    from fastlint.text import Span


class Context:
    """Where a report is shown.

    Attributes:
        sources: the text of the files.
        color: whether colours are wanted.
        width: how many columns a line may take.
        quiet: show findings and nothing else.
        verbose: show also what is usually not of interest.
    """

    def __init__(
        self,
        sources: Sources,
        *,
        root: Path | None = None,
        here: Path | None = None,
        color: bool = False,
        width: int = 120,
        quiet: bool = False,
        verbose: bool = False,
    ) -> None:
        self.sources = sources
        self.color = color
        self.width = width
        self.quiet = quiet
        self.verbose = verbose
        self._prefix = _way(here, root) if here is not None and root is not None else ""

    def shown(self, path: str) -> str:
        """A path relative to where the user stands, posix."""
        if self._prefix.startswith("../") or not self._prefix:
            return f"{self._prefix}{path}"
        return os.path.normpath(self._prefix + path).replace(os.sep, "/")

    def start(self, span: Span) -> Position:
        """Where a span starts, for people."""
        return self.sources.get(span.path).position(span.start)

    def end(self, span: Span) -> Position:
        """Where a span ends (the column past its last character), for people."""
        return self.sources.get(span.path).position(span.end)

    def place(self, span: Span) -> str:
        """`path:row:column` of a span's start."""
        position = self.start(span)
        return f"{self.shown(span.path)}:{position.row}:{position.column}"

    def paint(self, text: str, style: str) -> str:
        """A text in a style such as `bold red`, plain where colours are off."""
        return painted(text, style) if self.color else text


def _way(here: Path, root: Path) -> str:
    """What to put before a path relative to the root to make it relative to where the user stands."""
    try:
        way = os.path.relpath(root, here).replace(os.sep, "/")
    except ValueError:  # another drive
        return f"{root.as_posix()}/"
    return "" if way == "." else f"{way}/"
