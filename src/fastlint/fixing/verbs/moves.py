"""The verb that moves a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.blocks import as_line, split_leading, with_leading
from fastlint.fixing.changes import Change
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
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
        lines = list(updated.body)
        one, other = as_line(lines[start]), as_line(lines[end])
        (blank, own), (other_blank, other_own) = split_leading(one), split_leading(other)
        lines[end] = with_leading(other, (*blank, *other_own))
        del lines[start]
        lines.insert(end if end < start else end - 1, with_leading(one, (*other_blank, *own)))
        return updated.with_changes(body=lines)

    return Change(edit, block, "order", make)


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
