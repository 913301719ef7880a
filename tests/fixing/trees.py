"""The interpreter's own tree as a second opinion: where nodes are, and what edits should make of them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from fastlint.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATH = "app/main.py"


class Places:
    """Byte offsets of nodes."""

    def __init__(self, data: bytes) -> None:
        self._base = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        self.text = data[self._base :].decode()
        self._starts = [0]
        for line in data[self._base :].splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self.tree = ast.parse(self.text)

    def span(self, node: ast.expr | ast.stmt) -> Span:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[node.end_lineno - 1] + node.end_col_offset
        return Span(PATH, self._base + start, self._base + end)


class Rewriter(ast.NodeTransformer):
    """Makes of some nodes what functions say, the inner ones first."""

    def __init__(self, rewrites: Mapping[ast.AST, Callable[[ast.AST], ast.AST]]) -> None:
        self._rewrites = rewrites

    def visit(self, node: ast.AST) -> ast.AST:
        rewrite = self._rewrites.get(node)
        changed = self.generic_visit(node)
        return rewrite(changed) if rewrite is not None else changed


def same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two trees mean the same."""
    return ast.dump(one) == ast.dump(other)


def handed_over(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.Call)
    name = ast.Name("run_in_threadpool", ast.Load())
    return ast.Await(ast.Call(name, [node.func, *node.args], node.keywords))


def awaited(node: ast.AST) -> ast.AST:
    assert isinstance(node, ast.expr)
    return ast.Await(node)


def with_argument(node: ast.AST, name: str, value: str) -> ast.AST:
    assert isinstance(node, ast.Call)
    new = ast.keyword(name, ast.Name(value, ast.Load()))
    if any(one.arg == name for one in node.keywords):
        node.keywords = [new if one.arg == name else one for one in node.keywords]
    else:
        place = len(node.keywords)
        while place and node.keywords[place - 1].arg is None:
            place -= 1
        node.keywords.insert(place, new)
    return node


def without_argument(node: ast.AST, name: str) -> ast.AST:
    assert isinstance(node, ast.Call)
    node.keywords = [one for one in node.keywords if one.arg != name]
    return node
