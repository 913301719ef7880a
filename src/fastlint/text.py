"""Places in source text: bytes on the inside, rows and columns for people."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

import msgspec

_BOM = b"\xef\xbb\xbf"


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of one file.

    Attributes:
        path: posix path relative to the project root.
        start: offset of the first byte.
        end: offset past the last byte.
    """

    path: str
    start: int
    end: int


class Position(msgspec.Struct, frozen=True, order=True):
    """A place for people: 1-based row, 1-based column in Unicode code points."""

    row: int
    column: int


class Source:
    """The bytes of one file and how they map to rows and columns.

    `encoding` is the codec that the file declares (PEP 263), `utf-8` by default.
    """

    def __init__(self, path: str, data: bytes, encoding: str = "utf-8") -> None:
        self.path = path
        self.data = data
        self.encoding = encoding

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which lines start; CR LF, LF and a lone CR end a line, a form feed does not."""
        data = self.data
        lines = data.splitlines(keepends=True)  # bytes.splitlines knows only \n, \r and \r\n
        starts = list(accumulate(map(len, lines), initial=0))
        if len(starts) > 1 and not data.endswith((b"\n", b"\r")):
            starts.pop()
        return starts

    def row(self, offset: int) -> int:
        """The 1-based row of a byte offset."""
        return bisect_right(self.line_starts, offset)

    def position(self, offset: int) -> Position:
        """The row and column of a byte offset."""
        row = self.row(offset)
        begin = self.line_starts[row - 1]
        head = self.data[begin:offset]
        if row == 1 and head.startswith(_BOM):
            head = head[len(_BOM) :]
        return Position(row, len(self.decode(head)) + 1)

    def line_bytes(self, row: int) -> bytes:
        """One line's bytes without its line ending; empty past the end."""
        starts = self.line_starts
        if not 1 <= row <= len(starts):
            return b""
        end = starts[row] if row < len(starts) else len(self.data)
        return self.data[starts[row - 1] : end].rstrip(b"\r\n")

    def line(self, row: int) -> str:
        """One line's text without its line ending."""
        return self.decode(self.line_bytes(row).removeprefix(_BOM))

    def text(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.decode(self.data[start:end])

    def decode(self, data: bytes) -> str:
        """Bytes of this file as text; what does not decode becomes U+FFFD."""
        return data.decode(self.encoding, "replace")
