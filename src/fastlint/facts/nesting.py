"""The blocks that compound statements are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import For, If, Match, Try, While, With

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Stmt


def inner_blocks(statement: Stmt) -> Iterator[tuple[Stmt, ...]]:
    """The blocks inside of a statement, in the order of the source; bodies of functions and classes are none."""
    if isinstance(statement, (If, For, While)):
        yield from (statement.body, statement.orelse)
    elif isinstance(statement, With):
        yield statement.body
    elif isinstance(statement, Try):
        yield statement.body
        yield from (handler.body for handler in statement.handlers)
        yield from (statement.orelse, statement.final)
    elif isinstance(statement, Match):
        yield from (case.body for case in statement.cases)
