"""Regions of findings in the terms of reports, of one line each, and keys that survive edits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from fastlint.engine.identity import identities, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import Finding
    from fastlint.reporting.context import Context
    from fastlint.text import Span


class Region(msgspec.Struct, frozen=True):
    """The first line of a span: 1-based row, 1-based columns in code points, the end past the last one.

    `byte_column` and `byte_end` count UTF-8 bytes.
    """

    row: int
    column: int
    end_column: int
    byte_column: int
    byte_end: int


def region(span: Span, context: Context) -> Region:
    """Where a span stands, cut to its first line: pages that annotate changes want one line."""
    source = context.sources.get(span.path)
    row = source.row(span.start)
    begin = source.line_starts[row - 1]
    line_end = begin + len(source.line_bytes(row))
    end = max(min(span.end, line_end), span.start)
    start = source.position(span.start)
    last = source.position(end) if end > span.start else start
    # an empty region is refused by some readers, so that it covers one character at least
    end_column = max(last.column, start.column + 1)
    byte_end = max(end - begin, span.start - begin + 1)
    return Region(row, start.column, end_column, span.start - begin + 1, byte_end + 1)


def keys(findings: Sequence[Finding], context: Context) -> list[str]:
    """A key for each finding that moves with the code, and that no other finding has."""
    found: list[str] = []
    for one, number in numbered(identities(findings, context.sources)):
        text = "\0".join((one.rule, one.path, one.symbol, one.line, str(number)))
        found.append(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32])
    return found
