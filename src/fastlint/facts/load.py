"""Reading the files of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.encodings import text_of
from fastlint.facts.extract import Parsed
from fastlint.text import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastlint.facts.files import FileFacts
    from fastlint.facts.records import Body, Function, Header


class _File:
    def __init__(self, path: str, raw: bytes) -> None:
        text = text_of(raw)
        self.path = path
        self.source = Source(path, text.data)
        self._parsed = Parsed(text)
        self._bodies: dict[int, Body] = {}

    @property
    def header(self) -> Header:
        return self._parsed.header

    def body(self, function: Function) -> Body:
        found = self._bodies.get(function.start)
        if found is None:
            found = self._bodies[function.start] = self._parsed.body(function)
        return found


class _Store:
    def __init__(self, files: Mapping[str, FileFacts]) -> None:
        self.files = files

    def prefetch(self, wanted: Iterable[tuple[str, Function]]) -> None:
        pass


def facts_of(path: str, data: bytes) -> FileFacts:
    """The facts of one file in memory."""
    return _File(path, data)


def store_of(sources: Mapping[str, bytes | str]) -> _Store:
    """The facts of files in memory, by path."""
    return _Store(
        {
            path: facts_of(path, data.encode() if isinstance(data, str) else data)
            for path, data in sorted(sources.items())
        },
    )
