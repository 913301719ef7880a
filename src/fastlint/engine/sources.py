"""The text of files for those who show it: read again, and only where there is something to show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.text import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What may declare an encoding stands in a comment; what reads declarations loads all records.
_DECLARES = re.compile(rb"#[^\r\n]*coding[:=]")


class Sources:
    """Sources by path relative to a root; `unsaved` contents win over what is on disk."""

    def __init__(self, root: Path | None, unsaved: Mapping[str, bytes] | None = None) -> None:
        self._root = root
        self._unsaved = unsaved or {}
        self._read: dict[str, Source] = {}

    def get(self, path: str) -> Source:
        """The source of a file; empty if it cannot be read (any more)."""
        found = self._read.get(path)
        if found is None:
            found = self._read[path] = _source(path, self.raw(path))
        return found

    def raw(self, path: str) -> bytes:
        """The bytes of a file; none if it cannot be read (any more)."""
        if path in self._unsaved:
            return self._unsaved[path]
        try:
            return (self._root / path).read_bytes() if self._root else b""
        except OSError:
            return b""


def _source(path: str, data: bytes) -> Source:
    if path.endswith(".py") and b"coding" in data[:1000] and _DECLARES.search(data, 0, 1000):
        from fastlint.facts.encodings import text_of

        data = text_of(data).data
    return Source(path, data)
