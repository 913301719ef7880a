"""Statements in their blocks: the lines, blanks and comments around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from fastlint.fixing.tree import as_a
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.fixing.tree import Statement, Tree

Line: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
Row: TypeAlias = cst.SimpleStatementLine | cst.SimpleStatementSuite


def parsed_lines(tree: Tree, text: str) -> tuple[Line, ...]:
    """Source text as statements that take on the line endings and the indentation of a file.

    Raises:
        WithheldError: it is no valid text.
    """
    newline = tree.module.default_newline
    try:
        module = cst.parse_module(text.strip("\n").replace("\n", newline) + newline)
    except cst.ParserSyntaxError:
        raise WithheldError("the new statement is not valid") from None
    if any(line.comment for line in (*module.footer, *(() if module.body else module.header))):
        raise WithheldError("the new text ends in a comment")
    lines = tuple(tree.fitted(line) for line in module.body if is_line(line))
    return (with_leading(lines[0], (*module.header, *leading(lines[0]))), *lines[1:]) if lines else ()


def is_line(node: cst.CSTNode) -> bool:
    """Whether a node is what blocks consist of."""
    return isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement))


def as_line(node: cst.CSTNode) -> Line:
    """A node of which it is known that blocks consist of such."""
    if not isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
        raise WithheldError("other changes have made something else of it")
    return node


def row_of(tree: Tree, node: Statement) -> Row:
    """The line that a simple statement stands on."""
    row = tree.parents[node]
    return row if isinstance(row, cst.SimpleStatementSuite) else as_a(cst.SimpleStatementLine, row)


def leading(line: Line) -> Sequence[cst.EmptyLine]:
    """The empty lines and comments above a statement."""
    lines: Sequence[cst.EmptyLine] = getattr(line, "leading_lines", ())
    return lines


def with_leading(line: Line, lines: Sequence[cst.EmptyLine]) -> Line:
    """A statement below other empty lines and comments."""
    changed: Line = line.with_changes(leading_lines=tuple(lines))
    return changed


def split_leading(line: Line) -> tuple[tuple[cst.EmptyLine, ...], tuple[cst.EmptyLine, ...]]:
    """What stands above a statement, up to the last blank line, and the comments right above it, which are about it."""
    lines = tuple(leading(line))
    count = next((index + 1 for index in reversed(range(len(lines))) if lines[index].comment is None), 0)
    return lines[:count], lines[count:]


def split(line: Row) -> tuple[cst.SimpleStatementLine, ...]:
    """The statements between semicolons, each on a line of its own."""
    lines = [cst.SimpleStatementLine([small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]) for small in line.body]
    if isinstance(line, cst.SimpleStatementLine):
        lines[0] = lines[0].with_changes(leading_lines=line.leading_lines)
    lines[-1] = lines[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
    return tuple(lines)


def block_of(lines: Sequence[Line]) -> cst.IndentedBlock:
    """Lines as the block that takes the place of statements on the line of their head."""
    return cst.IndentedBlock(body=lines, header=cst.TrailingWhitespace())


def same(tree: Tree, one: Line, other: Line) -> bool:
    """Whether two statements say the same, whatever is above and behind them."""
    return _bare_code(tree, one) == _bare_code(tree, other)


def _bare_code(tree: Tree, line: Line) -> str:
    if isinstance(line, cst.SimpleStatementLine):
        line = line.with_changes(trailing_whitespace=cst.TrailingWhitespace())
    return tree.module.code_for_node(with_leading(line, ()))
