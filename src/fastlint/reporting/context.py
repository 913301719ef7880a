"""What a reporter knows besides the report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fastlint.reporting.terminal import painted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastlint.engine import Sources
    from fastlint.findings import Finding, Fix
    from fastlint.text import Position, Span

    PlainEdits: TypeAlias = Callable[[Fix], "Sequence[tuple[Span, str]] | None"]


class Context:
    """Where a report is shown.

    Attributes:
        sources: the text of the files.
        color: whether colours are wanted.
        width: how many columns a line may take.
        quiet: show findings and nothing else.
        verbose: show also what is usually not of interest.
        unsafe: whether unsafe fixes are wanted, too.
        fixed: the findings that this run has fixed; None if it was not asked to fix any.
        suppressed: whether findings that comments silence are wanted, too, where a format can tell them apart.
        plain_edits: a fix as texts to put in place of spans, None if it cannot be made; itself None where nobody can
            tell.
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
        unsafe: bool = False,
        fixed: Sequence[Finding] | None = None,
        plain_edits: PlainEdits | None = None,
        resolve: bool = False,
        suppressed: bool = False,
    ) -> None:
        """With `resolve`, paths are those that symbolic links lead to."""
        self.sources = sources
        self.color = color
        self.width = width
        self.quiet = quiet
        self.verbose = verbose
        self.unsafe = unsafe
        self.fixed = fixed
        self.plain_edits = plain_edits
        self.suppressed = suppressed
        self._root = root
        self._here = here
        self._resolve = resolve
        self._shown: dict[str, str] = {}

    def edits(self, fix: Fix | None) -> Mapping[str, Sequence[tuple[Span, str]]]:
        """What a fix puts in place of which spans, by path; nothing where that is not known."""
        by_path: dict[str, list[tuple[Span, str]]] = {}
        found = self.plain_edits(fix) if fix is not None and self.plain_edits is not None else None
        for at, text in found or ():
            by_path.setdefault(at.path, []).append((at, text))
        return by_path

    def shown(self, path: str) -> str:
        """A path relative to where the user stands, posix."""
        shown = self._shown.get(path)
        if shown is None:
            shown = self._shown[path] = self._way(path)
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

    def _way(self, path: str) -> str:
        root, here = self._root, self._here
        if root is None or here is None:
            return path
        if self._resolve:
            full = os.path.realpath(root / path)
            return _relative(full, os.path.realpath(here))
        return path if root == here else _relative(os.fspath(root / path), os.fspath(here))


def _relative(path: str, base: str) -> str:
    try:
        return os.path.relpath(path, base).replace(os.sep, "/")
    except ValueError:  # another drive
        return Path(path).as_posix()
