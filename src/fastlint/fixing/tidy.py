"""Lines that a fix made too long, broken as formatters break them: the outermost brackets first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst
from libcst.metadata import PositionProvider

from fastlint.fixing.breaking import broken, is_breakable
from fastlint.fixing.comments import is_for_tools
from fastlint.fixing.tree import Places, within

if TYPE_CHECKING:
    from fastlint.fixing.tree import Tree

_MOST: Final = 20  # lines that are broken in one file


def tidied(tree: Tree, module: cst.Module, width: int) -> cst.Module:
    """A changed module without lines that are new and longer than they may be."""
    for _ in range(_MOST):
        rows = [
            (row, line)
            for row, line in enumerate(tree.code(module).split("\n"), 1)
            if line not in tree.lines and len(_code(line)) > width
        ]
        changed = _one_broken(module, rows, width) if rows else None
        if changed is None:
            break
        module = changed
    return module


def _code(line: str) -> str:
    """A line as formatters measure it: without what a comment tells to tools."""
    code, mark, comment = line.partition("  #")
    return code if mark and is_for_tools(f"#{comment}") else line.rstrip()


def _one_broken(module: cst.Module, rows: list[tuple[int, str]], width: int) -> cst.Module | None:
    places = Places(module).resolve(PositionProvider)
    found: dict[int, list[tuple[int, int, cst.CSTNode]]] = {}
    for node in filter(is_breakable, within(module)):
        for part in (node, _first_item(node)):  # items may share a line of their own
            place = places.get(part) if part is not None else None
            if place is not None:
                found.setdefault(place.start.line, []).append((place.start.column, -place.end.column, node))
    for row, line in rows:
        for _, _, node in sorted(found.get(row, ()), key=lambda entry: entry[:2]):
            indent = line[: len(line) - len(line.lstrip())]
            new = broken(node, indent, _block_indent(module, node), module.default_indent, width)
            if new is not None:
                replaced = module.deep_replace(node, new)
                return replaced if isinstance(replaced, cst.Module) else None
    return None


def _first_item(node: cst.CSTNode) -> cst.CSTNode | None:
    if isinstance(node, cst.Call) and node.args:
        return node.args[0]
    return node.params.params[0] if isinstance(node, cst.FunctionDef) and node.params.params else None


def _block_indent(module: cst.Module, wanted: cst.CSTNode) -> str:
    """The indentation of the block that a node stands in."""
    pending: list[tuple[cst.CSTNode, str]] = [(module, "")]
    while pending:
        node, indent = pending.pop()
        if node is wanted:
            return indent
        inside = indent
        if isinstance(node, (cst.IndentedBlock, cst.Match)):
            inside = indent + (module.default_indent if node.indent is None else node.indent)
        pending.extend((child, inside) for child in node.children)
    return ""
