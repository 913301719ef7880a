"""Functions, classes and their signatures: from nodes to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastlint.facts.literals import identifier
from fastlint.facts.reader import block, loose
from fastlint.facts.records import Class, ClassDef, Function, FunctionDef
from fastlint.facts.signatures import arguments, parameters
from fastlint.facts.syntax import EXTRAS, kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from fastlint.facts.reader import Reader, ReadStmt
    from fastlint.facts.records import Expr, Keyword, Parameter, Stmt

_IDENTIFIER: Final = kinds("identifier")
_TYPE: Final = kinds("type")
_BLOCK: Final = kinds("block")
_PARAMETERS: Final = kinds("parameters")
_DECORATOR: Final = kinds("decorator")
_FUNCTION: Final = kinds("function_definition")
_CLASS: Final = kinds("class_definition")
_ARGUMENTS: Final = kinds("argument_list")


def _begins_line(reader: Reader, node: Node) -> bool:
    """Whether nothing but blanks stands before a node on its line."""
    start = node.start_byte
    return not reader.text[reader.text.rfind("\n", 0, start) + 1 : start].strip()


def _function(reader: Reader, node: Node, depth: int, decorators: tuple[Expr, ...] = ()) -> Stmt:
    """A `def` without its body, which is kept for later."""
    start, end = node.start_byte, node.end_byte
    name = ""
    name_start = name_end = start
    body_start = body_end = end
    comment = 0
    params: tuple[Parameter, ...] = ()
    returns: Expr | None = None
    for child in node.children:
        kind = child.kind_id
        if kind in _IDENTIFIER:
            name_start, name_end = child.start_byte, child.end_byte
            name = identifier(reader.text[name_start:name_end])
        elif kind in _PARAMETERS:
            params = parameters(reader, child, depth)
        elif kind in _TYPE:
            returns = reader.exprs[kind](reader, child, depth + 1)
        elif kind in _BLOCK:
            # comments before the first statement stand outside of the block, and belong to the body
            body_start, body_end = comment or child.start_byte, child.end_byte
            reader.bodies[start] = child
            if child.start_byte == body_end:
                reader.hollow.append(body_end)
        elif not comment and reader.text.startswith("#", child.start_byte) and _begins_line(reader, child):
            comment = child.start_byte
    is_async = reader.text.startswith("async", start)
    return FunctionDef(
        Function(name, params, returns, decorators, is_async, start, end, name_start, name_end, body_start, body_end),
    )


def _class(reader: Reader, node: Node, depth: int, decorators: tuple[Expr, ...] = ()) -> Stmt:
    """A `class` with its body."""
    start, end = node.start_byte, node.end_byte
    name = ""
    name_start = name_end = start
    bases: tuple[Expr, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    body: tuple[Stmt, ...] = ()
    for child in node.named_children:
        kind = child.kind_id
        if kind in _IDENTIFIER:
            name_start, name_end = child.start_byte, child.end_byte
            name = identifier(reader.text[name_start:name_end])
        elif kind in _ARGUMENTS:
            bases, keywords = arguments(reader, child, depth + 1)
        elif kind in _BLOCK:
            body = block(reader, child, depth + 1)
    return ClassDef(Class(name, bases, keywords, decorators, body, start, end, name_start, name_end))


def _decorated(reader: Reader, node: Node, depth: int) -> Stmt:
    """A function or class with decorators."""
    decorators: list[Expr] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind in _DECORATOR:
            inner = [part for part in child.named_children if part.kind_id not in EXTRAS]
            decorators += [reader.exprs[part.kind_id](reader, part, depth + 1) for part in inner]
        elif kind in _FUNCTION:
            return _function(reader, child, depth, tuple(decorators))
        elif kind in _CLASS:
            return _class(reader, child, depth, tuple(decorators))
    return loose(reader, node, depth)


DEFINITIONS: Final[Mapping[str, ReadStmt]] = {
    "function_definition": _function,
    "class_definition": _class,
    "decorated_definition": _decorated,
}
