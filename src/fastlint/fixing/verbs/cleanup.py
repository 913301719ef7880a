"""The verb that makes sure that something is cleaned up."""

from __future__ import annotations

from itertools import dropwhile
from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.blocks import (
    as_line,
    block_of,
    is_line,
    leading,
    parsed_lines,
    row_of,
    same,
    split,
    split_leading,
    with_leading,
)
from fastlint.fixing.changes import Change
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.findings import CloseInFinally
    from fastlint.fixing.blocks import Line
    from fastlint.fixing.tree import Tree
    from fastlint.fixing.verbs.site import Site


def close_in_finally(site: Site, edit: CloseInFinally) -> Change:
    """Wrap a statement and what follows it into `try: … finally:`."""
    tree = site.tree
    node = tree.statement(edit.at)
    row = node if isinstance(node, cst.BaseCompoundStatement) else row_of(tree, node)
    block = row if isinstance(row, cst.SimpleStatementSuite) else tree.parents[row]
    wanted = parsed_lines(tree, edit.cleanup)
    if not wanted:
        raise WithheldError("there is nothing to clean up")

    def make(updated: cst.CSTNode) -> cst.CSTNode:
        if isinstance(updated, cst.SimpleStatementSuite) and isinstance(row, cst.SimpleStatementSuite):
            lines: list[Line] = list(split(updated))
            place = _index(row.body, node)
            return block_of(_wrapped(tree, lines, place, wanted))
        if not isinstance(updated, (cst.IndentedBlock, cst.Module)) or not isinstance(block, type(updated)):
            raise WithheldError("it stands in no block")
        if len(updated.body) != len(block.body):
            raise WithheldError("its block changes otherwise, too")
        lines, place = _rows(updated.body, _index(block.body, row), row, node)
        return updated.with_changes(body=_wrapped(tree, lines, place, wanted))

    return Change(edit, block, "block", make)


def _rows(body: Sequence[cst.CSTNode], place: int, row: cst.CSTNode, node: cst.CSTNode) -> tuple[list[Line], int]:
    """The statements of a block, those on one line with the given one each on its own, and the place of that one."""
    lines: list[Line] = []
    found = 0
    for index, line in enumerate(body):
        if index == place and isinstance(line, cst.SimpleStatementLine) and isinstance(row, cst.SimpleStatementLine):
            if len(line.body) != len(row.body):
                raise WithheldError("its line changes otherwise, too")
            found = len(lines) + _index(row.body, node)
            lines.extend(split(line))
        elif is_line(line):
            if index == place:
                found = len(lines)
            lines.append(as_line(line))
    return lines, found


def _wrapped(tree: Tree, lines: Sequence[Line], place: int, wanted: Sequence[Line]) -> list[Line]:
    inside = list(lines[place:])
    final: list[Line] = []
    for line in wanted:
        own = next((one for one in inside[1:] if same(tree, one, line)), None)
        if own is not None:
            inside.remove(own)
        final.append(own if own is not None else line)
    final[0] = with_leading(final[0], list(dropwhile(lambda one: one.comment is None, leading(final[0]))))
    finalbody = cst.Finally(body=cst.IndentedBlock(body=final))
    first = inside[0]
    if len(inside) == 1 and isinstance(first, cst.Try) and first.finalbody is None:
        return [*lines[:place], first.with_changes(finalbody=finalbody)]
    blank, own_lines = split_leading(first)
    inside[0] = with_leading(first, own_lines)
    wrapped = cst.Try(body=cst.IndentedBlock(body=inside), finalbody=finalbody, leading_lines=blank)
    return [*lines[:place], wrapped]


def _index(nodes: Sequence[cst.CSTNode], node: cst.CSTNode) -> int:
    return next(index for index, one in enumerate(nodes) if one is node)
