"""Reads one expression out of a text: what a string annotation says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.extract import header
from fastlint.facts.records import ExprStatement

if TYPE_CHECKING:
    from fastlint.facts.records import Expr


def parse_expression(text: str) -> Expr | None:
    """The expression that `text` is; None where it is none. Offsets count from the start of `text`."""
    statements = header(f"({text.strip()})".encode()).statements
    first = statements[0] if len(statements) == 1 else None
    return first.value if isinstance(first, ExprStatement) else None
