"""A second opinion on syntax."""

from __future__ import annotations

from typing import Final

import libcst

from fastlint.facts.depth import depth_of

_DEEPEST: Final = 300
"""Levels that libcst reads: its parser and its visitors call themselves, and a stack that is exhausted ends the run."""


def is_too_deep(data: bytes) -> bool:
    """Whether a file nests deeper than trees of libcst can be worked on."""
    return depth_of(data) > _DEEPEST


def parses(data: bytes) -> bool:
    """Whether libcst reads a file: where the first parser's grammar is older than the file's syntax, it may."""
    if is_too_deep(data):
        return False
    try:
        libcst.parse_module(data)
    except (libcst.ParserSyntaxError, UnicodeDecodeError, SyntaxError, RecursionError, ValueError, LookupError):
        return False
    return True
