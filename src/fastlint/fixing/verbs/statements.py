"""Verbs about statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastlint.fixing.blocks import (
    as_line,
    block_of,
    leading,
    parsed_lines,
    row_of,
    split,
    split_leading,
    with_leading,
)
from fastlint.fixing.changes import BESIDE, INSTEAD, Change
from fastlint.fixing.spacing import apart
from fastlint.fixing.tree import as_small
from fastlint.fixing.withheld import WithheldError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastlint.findings import InsertStatement, ReplaceStatement
    from fastlint.fixing.blocks import Line, Row
    from fastlint.fixing.changes import Nodes
    from fastlint.fixing.tree import Statement, Tree
    from fastlint.fixing.verbs.site import Site

_PASS = cst.SimpleStatementLine([cst.Pass()])


def replace_statement(site: Site, edit: ReplaceStatement) -> Change:
    """Put other statements, or none, in the place of one; what stands above it stays."""
    node = site.tree.statement(edit.at)
    lines = parsed_lines(site.tree, edit.text)
    if isinstance(node, cst.BaseCompoundStatement):
        return _compound_replaced(site.tree, edit, node, lines)
    row = row_of(site.tree, node)
    smalls = _on_one_line(lines)
    if smalls:
        return Change(edit, node, "statement", lambda _: _joined(node, smalls), INSTEAD, replaces=(node,))

    def make(updated: cst.CSTNode) -> Nodes:
        return _row_replaced(site.tree, row, updated, node, lines)

    return Change(edit, row, "line", make, INSTEAD, replaces=(node,))


def insert_statement(site: Site, edit: InsertStatement) -> Change:
    """Put statements before or after one."""
    node = site.tree.statement(edit.at)
    new = parsed_lines(site.tree, edit.text)
    if not new:
        raise WithheldError("there is nothing to insert")

    def beside(line: Line) -> list[Line]:
        return _after(line, new) if edit.after else _before(line, new)

    if isinstance(node, cst.BaseCompoundStatement):
        return _beside(edit, node, beside, site.tree)
    row = row_of(site.tree, node)
    if isinstance(row, cst.SimpleStatementLine) and len(row.body) == 1:
        return _beside(edit, row, beside, site.tree)

    def among(lines: Sequence[Line], place: int) -> list[Line]:
        return [*lines[:place], *beside(lines[place]), *lines[place + 1 :]]

    def make(updated: cst.CSTNode) -> Nodes:
        return _placed(updated, row, among, node)

    return Change(edit, row, "line", make, INSTEAD)


def _beside(edit: InsertStatement, node: cst.CSTNode, beside: Callable[[Line], list[Line]], tree: Tree) -> Change:
    def make(updated: cst.CSTNode) -> Nodes:
        return tuple(apart(beside(as_line(updated)), top=isinstance(tree.parents.get(node), cst.Module)))

    return Change(edit, node, f"beside {edit.after} {edit.text}", make, BESIDE, kept=0 if edit.after else -1)


def _before(line: Line, new: Sequence[Line]) -> list[Line]:
    """New statements take the blank lines above the old one, which keeps its comments."""
    blank, own = split_leading(line)
    return [with_leading(new[0], (*blank, *leading(new[0]))), *new[1:], with_leading(line, own)]


def _after(line: Line, new: Sequence[Line]) -> list[Line]:
    return [line, *new]


def _compound_replaced(
    tree: Tree, edit: ReplaceStatement, node: cst.BaseCompoundStatement, lines: Sequence[Line]
) -> Change:
    def make(updated: cst.CSTNode) -> Nodes:
        above = leading(as_line(updated))
        if lines:
            return (with_leading(lines[0], (*above, *leading(lines[0]))), *lines[1:])
        return _nothing(tree, node, above)

    return Change(edit, node, "statement", make, INSTEAD, replaces=(node,))


def _row_replaced(tree: Tree, row: Row, updated: cst.CSTNode, node: Statement, lines: Sequence[Line]) -> Nodes:
    if len(row.body) == 1 and not lines and isinstance(row, cst.SimpleStatementLine):
        return _nothing(tree, row, row.leading_lines)
    return _placed(updated, row, lambda old, place: _with_lines(old, place, lines), node)


def _with_lines(old: Sequence[Line], place: int, new: Sequence[Line]) -> list[Line]:
    """Statements with others in the place of one, the comments above and behind it kept."""
    gone = old[place]
    if not new:
        following = list(old[place + 1 :])
        if following:
            following[0] = with_leading(following[0], (*leading(gone), *leading(following[0])))
        return [*old[:place], *following] or [_PASS]
    fresh = list(new)
    fresh[0] = with_leading(fresh[0], (*leading(gone), *leading(fresh[0])))
    last = fresh[-1]
    behind = gone.trailing_whitespace if isinstance(gone, cst.SimpleStatementLine) else None
    if behind and isinstance(last, cst.SimpleStatementLine) and last.trailing_whitespace.comment is None:
        fresh[-1] = last.with_changes(trailing_whitespace=behind)
    return [*old[:place], *fresh, *old[place + 1 :]]


def _placed(
    updated: cst.CSTNode, row: Row, change: Callable[[Sequence[Line], int], list[Line]], node: Statement
) -> Nodes:
    """The statements of a line, each on its own, with one of them changed; a block where they stood behind a colon."""
    if not isinstance(updated, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
        raise WithheldError("its line is no line any more")
    if len(updated.body) != len(row.body):
        raise WithheldError("its line changes otherwise, too")
    lines = change(split(updated), list(row.body).index(as_small(node)))
    if isinstance(updated, cst.SimpleStatementSuite):
        return (block_of(lines),)
    return tuple(lines)


def _nothing(tree: Tree, node: cst.CSTNode, above: Sequence[cst.EmptyLine]) -> Nodes:
    """What is left where a statement was: nothing, or `pass` where a block would be empty."""
    block = tree.parents.get(node)
    alone = isinstance(block, cst.IndentedBlock) and len(block.body) == 1
    return (_PASS.with_changes(leading_lines=tuple(above)),) if alone else ()


def _on_one_line(lines: Sequence[Line]) -> Sequence[cst.BaseSmallStatement]:
    """The statements of lines that can stand between semicolons; empty if they cannot."""
    if len(lines) == 1 and isinstance(lines[0], cst.SimpleStatementLine):
        line = lines[0]
        if not line.leading_lines and line.trailing_whitespace.comment is None:
            return line.body
    return ()


def _joined(node: Statement, smalls: Sequence[cst.BaseSmallStatement]) -> Nodes:
    """Statements on one line, the last with the semicolon that the old one had."""
    return (*smalls[:-1], smalls[-1].with_changes(semicolon=as_small(node).semicolon))
