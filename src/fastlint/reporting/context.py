"""What a reporter knows besides the report."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fastlint.reporting.terminal import painted

if TYPE_CHECKING:
    from pathlib import Path

    from fastlint.engine import Sources
    from fastlint.text import Position, Span


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
        self._root = root
        self._here = here
        self._shown: dict[str, str] = {}

    def shown(self, path: str) -> str:
        """A path relative to where the user stands, posix."""
        shown = self._shown.get(path)
        if shown is None:
            shown = self._shown[path] = _way(self._root, self._here, path)
        return shown

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


def _way(root: Path | None, here: Path | None, path: str) -> str:
    if root is None or here is None or root == here:
        return path
    try:
        return os.path.relpath(root / path, here).replace(os.sep, "/")
    except ValueError:  # another drive
        return (root / path).as_posix()
