"""The facts of one file and of all files, bodies of functions read on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msgspec import Raw

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

    @property
    def pays_for_a_copy(self) -> bool:
        """Whether a copy of this process may take a share of the work on what is read, and there is enough of it."""
        ...

    def part(self) -> None:
        """Be the store of a copy of the process that read the files."""
        ...

    def news(self) -> dict[str, dict[int, Raw]]:
        """The bodies that a copy has read since it parted, by path and start of the function, if they are saved."""
        ...

    def learn(self, news: Mapping[str, Mapping[int, Raw]]) -> None:
        """Take over what a copy has read."""
        ...
