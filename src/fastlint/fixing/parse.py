"""A second opinion on syntax."""

from __future__ import annotations

import libcst


def parses(data: bytes) -> bool:
    """Whether libcst reads a file: where the first parser's grammar is older than the file's syntax, it may."""
    try:
        libcst.parse_module(data)
    except (libcst.ParserSyntaxError, UnicodeDecodeError, SyntaxError, RecursionError, ValueError, LookupError):
        return False
    return True
