"""The state of reading one tree, and what is done with syntax that nothing else reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastlint.facts.records import ExprStatement, Name, Opaque
from fastlint.facts.strings import recode
from fastlint.facts.syntax import COMMENT, ERROR, EXTRAS, kinds, significant

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from tree_sitter import Node

    from fastlint.facts.records import Expr, Stmt

    ReadExpr: TypeAlias = Callable[["Reader", Node, int], Expr]
    ReadStmt: TypeAlias = Callable[["Reader", Node, int], Stmt]

DEEPEST: Final = 100
"""How deep records nest at most: what is deeper becomes opaque, so that no walk over them exhausts the stack."""

_IDENTIFIER: Final = kinds("identifier")
_BLOCK: Final = kinds("block")
_YIELD: Final = kinds("yield")
_OWN_YIELDS: Final = kinds("function_definition", "lambda")


class Reader:
    """What the functions that read nodes share; each is called `read(reader, node, depth)`.

    Attributes:
        text: the file read as latin-1, so that its offsets are those of the bytes.
        exprs, stmts: what reads an expression, and a statement, by kind id.
        bodies: the blocks of the functions seen, by the start of the function.
        yields: whether a `yield` of the function being read was seen.
        hollow: where a block without a statement was seen, which the grammar takes and Python does not.
    """

    __slots__ = ("bodies", "exprs", "hollow", "stmts", "text", "yields")

    def __init__(self, text: str, exprs: dict[int, ReadExpr], stmts: dict[int, ReadStmt]) -> None:
        self.text = text
        self.exprs = exprs
        self.stmts = stmts
        self.bodies: dict[int, Node] = {}
        self.yields = False
        self.hollow: list[int] = []


def opaque(reader: Reader, node: Node, depth: int) -> Opaque:
    """Syntax that nothing reads, with the expressions found in it."""
    if depth > DEEPEST:
        return too_deep(reader, node)
    start = node.start_byte
    return Opaque(tuple(inner_expressions(reader, node, depth)), start, node.end_byte - start)


def inner_expressions(reader: Reader, node: Node, depth: int) -> list[Expr]:
    """The outermost expressions within a node of unknown kind."""
    found: list[Expr] = []
    pending = node.named_children[::-1]
    while pending:
        child = pending.pop()
        read = reader.exprs[child.kind_id]
        if read is not opaque:
            found.append(read(reader, child, depth + 1))
        else:
            pending.extend(reversed(child.named_children))
    return found


def too_deep(reader: Reader, node: Node) -> Opaque:
    """What is nested too deeply to be told: only the names in it."""
    found: list[Expr] = []
    pending = [node]
    while pending:
        child = pending.pop()
        kind = child.kind_id
        if kind in _IDENTIFIER:
            start = child.start_byte
            found.append(Name(recode(reader.text[child.start_byte : child.end_byte]), start, child.end_byte - start))
        elif kind in _YIELD:
            reader.yields = True
        if kind not in _OWN_YIELDS:
            pending.extend(reversed(child.named_children))
    start = node.start_byte
    return Opaque(tuple(found), start, node.end_byte - start)


def only(reader: Reader, node: Node, depth: int) -> Expr:
    """The expression that a node wraps."""
    children = node.named_children
    if len(children) != 1:
        children = significant(node)
        if len(children) != 1:
            return opaque(reader, node, depth)
    return reader.exprs[children[0].kind_id](reader, children[0], depth + 1)


def several(reader: Reader, node: Node, depth: int) -> list[Expr]:
    """All expressions directly in a node."""
    if depth > DEEPEST:
        return [too_deep(reader, node)]
    exprs = reader.exprs
    found: list[Expr] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind not in EXTRAS:
            found.append(exprs[kind](reader, child, depth + 1))
    return found


def wrapped(reader: Reader, node: Node, depth: int) -> Expr:
    """Parentheses and the like: only what is in them counts."""
    if depth > DEEPEST:
        return too_deep(reader, node)
    return only(reader, node, depth)


def type_of(reader: Reader, node: Node, whole: Node, depth: int) -> Expr:
    """The annotation in an assignment or of a parameter, opaque if only a part of it could be parsed."""
    annotation = reader.exprs[node.kind_id](reader, node, depth)
    if whole.has_error and any(child.kind_id in ERROR for child in whole.children):
        start = node.start_byte
        return Opaque((annotation,), start, node.end_byte - start)
    return annotation


def block(reader: Reader, node: Node, depth: int) -> tuple[Stmt, ...]:
    """The statements of a block or module."""
    if depth > DEEPEST:
        return (ExprStatement(too_deep(reader, node), node.start_byte, node.end_byte),)
    stmts = reader.stmts
    found: list[Stmt] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind not in EXTRAS:
            found.append(stmts[kind](reader, child, depth))
        elif kind not in COMMENT:
            found.extend(_salvaged(reader, child, depth))
    if not found and node.kind_id in _BLOCK and node.start_byte == node.end_byte:
        reader.hollow.append(node.start_byte)
    return tuple(found)


def loose(reader: Reader, node: Node, depth: int) -> Stmt:
    """Something that stands where a statement is expected."""
    return ExprStatement(reader.exprs[node.kind_id](reader, node, depth + 1), node.start_byte, node.end_byte)


def _salvaged(reader: Reader, error: Node, depth: int) -> list[Stmt]:
    """The statements that can be made out within an error."""
    found: list[Stmt] = []
    pending = [error]
    while pending:
        child = pending.pop()
        kind = child.kind_id
        if reader.stmts[kind] is not loose:
            found.append(reader.stmts[kind](reader, child, depth + 1))
        elif reader.exprs[kind] is not opaque:
            found.append(loose(reader, child, depth + 1))
        else:
            pending.extend(reversed(child.named_children))
    return found
