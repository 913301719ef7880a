"""The text of a file in the shape that trees are made of, and the way from changed text back to its bytes."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from fastlint.facts.encodings import text_of
from fastlint.fixing.withheld import WithheldError

_BOM: Final = b"\xef\xbb\xbf"
_LONE_CR: Final = re.compile(rb"\r(?!\n)")
_BLANK_LINE: Final = re.compile(rb"^[ \t\f]*\f[ \t\f]*(?=[\r\n])", re.MULTILINE)
_BLANK_TAIL: Final = re.compile(rb"(?<![^\r\n])[ \t\f]+\Z")


class TextEdit(msgspec.Struct, frozen=True, order=True):
    """Put `text` in place of the bytes from `start` to `end`; offsets are those of `fastlint.text.Span`."""

    start: int
    end: int
    text: bytes


class Document:
    """One file as it was read.

    Attributes:
        path: posix path relative to the project root.
        raw: the bytes on disk.
        data: the same text in UTF-8: what spans are about.
        base: where in `data` the text of `code` starts (past a byte order mark).
        code: the text for the tree: as long as `data` from `base` on, byte for byte, but for blanks at its end; empty
            for a file that is no Python.
    """

    def __init__(self, path: str, raw: bytes) -> None:
        self.path = path
        self.raw = raw
        self._codec = "utf-8"
        self.data = raw
        self._is_python = path.endswith(".py")
        if self._is_python:
            text = text_of(raw)
            if text.problems:
                raise WithheldError(f"{path} cannot be read as it is: {text.problems[0].message}")
            self._codec, self.data = text.encoding, text.data
            if self._encoded(self.data) != raw:
                raise WithheldError(f"the encoding of {path} would not survive")
        self.base = len(_BOM) if self.data.startswith(_BOM) else 0
        self.newline = _newline(self.data)
        self.code = self._legible() if self._is_python else ""

    def _legible(self) -> str:
        """What the tree's parser would not give back as it was is replaced by what it would, byte for byte."""
        data = self.data[self.base :]
        if b"\x0c" in data:
            data = _BLANK_LINE.sub(lambda match: match[0].replace(b"\x0c", b" "), data)
        if b"\r" in data:
            data = _LONE_CR.sub(b"\n", data)
        return _BLANK_TAIL.sub(b"", data).decode()

    def changed(self, edits: tuple[TextEdit, ...]) -> bytes:
        """The bytes of the file after edits that do not overlap.

        Raises:
            WithheldError: the new text cannot be written in the file's encoding.
        """
        return self._encoded(apply_edits(self.data, edits))

    def _encoded(self, data: bytes) -> bytes:
        if self._codec == "utf-8":
            return data
        try:
            return data.decode().encode(self._codec)
        except UnicodeError:
            raise WithheldError(f"the new text of {self.path} cannot be written in `{self._codec}`") from None


def apply_edits(data: bytes, edits: tuple[TextEdit, ...]) -> bytes:
    """Bytes after edits that do not overlap."""
    parts: list[bytes] = []
    at = 0
    for edit in sorted(edits):
        parts.extend((data[at : edit.start], edit.text))
        at = edit.end
    return b"".join((*parts, data[at:]))


def _newline(data: bytes) -> bytes:
    """The line ending that most lines have."""
    both = data.count(b"\r\n")
    counts = {b"\n": data.count(b"\n") - both, b"\r\n": both, b"\r": data.count(b"\r") - both}
    return max(counts, key=lambda ending: counts[ending])
