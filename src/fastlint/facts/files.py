"""The facts of one file and of all files, bodies of functions read on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastlint.facts.records import Body, Function, Header
    from fastlint.text import Source


class FileFacts(Protocol):
    """What one file says. `path` is posix, relative to the project root."""

    @property
    def path(self) -> str:
        """Posix path relative to the project root."""
        ...

    @property
    def source(self) -> Source:
        """The text of the file."""
        ...

    @property
    def header(self) -> Header:
        """All of the file but the bodies of its functions."""
        ...

    def body(self, function: Function) -> Body:
        """The body of a function of this file; the same object each time it is asked for."""
        ...


class FactsStore(Protocol):
    """The facts of all files of a project, by path, in sorted order of path."""

    @property
    def files(self) -> Mapping[str, FileFacts]:
        """The files by path, sorted."""
        ...

    def prefetch(self, wanted: Iterable[tuple[str, Function]]) -> None:
        """Read the bodies of many functions (path, function) at once, using all processes."""
        ...
