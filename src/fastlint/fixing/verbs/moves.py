"""The verb that moves a statement."""

from __future__ import annotations

from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.blocks import as_line, leading, split_leading, with_leading
from fastlint.fixing.changes import Change
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import MoveStatement
    from fastlint.fixing.tree import Tree
    from fastlint.fixing.verbs.site import Site
    from fastlint.text import Span


def move_statement(site: Site, edit: MoveStatement) -> Change:
    """Move a statement, the comments above it included, before another one of its block."""
    tree = site.tree
    moved, target = _line(tree, edit.at), _line(tree, edit.before)
    block = tree.parents[moved]
    if tree.parents[target] is not block or not isinstance(block, (cst.Module, cst.IndentedBlock)):
        raise WithheldError("the two statements stand in different blocks")
    body = list(block.body)
    start, end = _index(body, moved), _index(body, target)

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        if not isinstance(updated, (cst.Module, cst.IndentedBlock)) or len(updated.body) != len(body):
            raise WithheldError("its block changes otherwise, too")
        lines = [as_line(line) for line in updated.body]
        following = start + 1 if start + 1 < len(lines) else None
        above, own = split_leading(lines[start])
        if following is not None and following != end and any(line.comment for line in above):
            # what stands further up, a heading perhaps, is about what follows, too
            lines[following] = with_leading(lines[following], (*above, *_without_blanks(leading(lines[following]))))
        elif any(line.comment for line in above):
            own = (*_without_blanks(above), *own)
        before, target_own = split_leading(lines[end])
        lines[end] = with_leading(lines[end], (*_blanks(above), *target_own))
        moved = with_leading(lines.pop(start), (*before, *own))
        lines.insert(end if end < start else end - 1, moved)
        return updated.with_changes(body=lines)

    return Change(edit, block, "order", make)


def _blanks(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The blank lines at the end of what stands above a statement."""
    return list(takewhile(lambda line: line.comment is None, reversed(lines)))


def _without_blanks(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    return list(dropwhile(lambda line: line.comment is None, lines))


def _line(tree: Tree, at: Span) -> cst.CSTNode:
    node = tree.statement(at)
    if isinstance(node, cst.BaseCompoundStatement):
        return node
    row = tree.parents[node]
    if not isinstance(row, cst.SimpleStatementLine) or len(row.body) > 1:
        raise WithheldError("it shares its line with other statements")
    return row


def _index(body: list[cst.BaseStatement | cst.SimpleStatementLine], node: cst.CSTNode) -> int:
    return next(index for index, one in enumerate(body) if one is node)
