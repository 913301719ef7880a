"""Lines that a fix made too long, broken as formatters break them: the outermost brackets first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst
from libcst.metadata import PositionProvider

from fastlint.fixing.blocks import as_line
from fastlint.fixing.breaking import broken, is_breakable
from fastlint.fixing.comments import is_for_tools
from fastlint.fixing.tree import Places, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.fixing.tree import Tree

_DEEPEST: Final = 8  # brackets in brackets that are broken


def tidied(tree: Tree, module: cst.Module, width: int) -> cst.Module:
    """A changed module without lines that are new and longer than they may be."""
    body = [line if tree.has(line) else _tidied(tree, module, line, width) for line in module.body]
    return module.with_changes(body=body)


def _tidied(tree: Tree, module: cst.Module, line: cst.CSTNode, width: int) -> cst.CSTNode:
    """One statement of a module; nothing in it depends on the others."""
    alone = module.with_changes(header=(), body=(as_line(line),), footer=(), has_trailing_newline=True)
    for _ in range(_DEEPEST):
        rows = {
            row: text
            for row, text in enumerate(alone.code.split("\n"), 1)
            if len(text) > width and len(_code(text)) > width and text not in tree.lines
        }
        changed = _broken(alone, rows, width) if rows else None
        if changed is None:
            break
        alone = changed
    return alone.body[0]


def _code(line: str) -> str:
    """A line as formatters measure it: without what a comment tells to tools."""
    code, mark, comment = line.partition("  #")
    return code if mark and is_for_tools(f"#{comment}") else line.rstrip()


def _broken(module: cst.Module, rows: Mapping[int, str], width: int) -> cst.Module | None:
    """A module with one construct broken on each of some rows; None where nothing can be."""
    places = Places(module).resolve(PositionProvider)
    found: dict[int, list[tuple[int, int, cst.CSTNode]]] = {}
    blocks = _block_indents(module)
    for node in filter(blocks.__contains__, within(module)):
        for part in (node, _first_item(node)):  # items may share a line of their own
            place = places.get(part) if part is not None else None
            if place is not None and place.start.line in rows:
                found.setdefault(place.start.line, []).append((place.start.column, -place.end.column, node))
    new: dict[cst.CSTNode, cst.CSTNode] = {}
    for row, line in rows.items():
        indent = line[: len(line) - len(line.lstrip())]
        for _, _, node in sorted(found.get(row, ()), key=lambda entry: entry[:2]):
            changed = broken(node, indent, blocks[node], module.default_indent, width)
            if changed is not None:
                new[node] = changed
                break
    replaced = module.visit(_Replacing(new)) if new else None
    return replaced if isinstance(replaced, cst.Module) else None


class _Replacing(cst.CSTTransformer):
    """Puts nodes in the place of others; what is inside of them waits for the next time."""

    def __init__(self, new: Mapping[cst.CSTNode, cst.CSTNode]) -> None:
        super().__init__()
        self._new = new

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node not in self._new

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        return self._new.get(original_node, updated_node)


def _first_item(node: cst.CSTNode) -> cst.CSTNode | None:
    if isinstance(node, cst.Call) and node.args:
        return node.args[0]
    return node.params.params[0] if isinstance(node, cst.FunctionDef) and node.params.params else None


def _block_indents(module: cst.Module) -> dict[cst.CSTNode, str]:
    """The indentation of the block of each node that can be broken; in f-strings nothing can, before Python 3.12."""
    found: dict[cst.CSTNode, str] = {}
    pending: list[tuple[cst.CSTNode, str]] = [(module, "")]
    while pending:
        node, indent = pending.pop()
        if is_breakable(node):
            found[node] = indent
        inside = indent
        if isinstance(node, (cst.IndentedBlock, cst.Match)):
            inside = indent + (module.default_indent if node.indent is None else node.indent)
        if not isinstance(node, cst.FormattedString):
            pending.extend((child, inside) for child in node.children)
    return found
