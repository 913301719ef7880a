"""What the grammar knows as types: from nodes to records."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Final

from fastlint.facts.literals import joined
from fastlint.facts.reader import DEEPEST, opaque, several, wrapped
from fastlint.facts.records import Name, Slice, Subscript
from fastlint.facts.syntax import significant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from fastlint.facts.reader import Reader, ReadExpr
    from fastlint.facts.records import Expr

_PAIR_OF: Final = 2
_NOT_NAMES: Final = frozenset({"None", "True", "False", ""})


def _type(reader: Reader, node: Node, depth: int) -> Expr:
    """An annotation; most are plain names."""
    start = node.start_byte
    end = node.end_byte
    text = reader.text[start:end]
    if text.replace(".", "").isidentifier() and text.isascii() and text not in _NOT_NAMES:
        return Name(intern(text), start, end - start)
    return wrapped(reader, node, depth)


def _generic_type(reader: Reader, node: Node, depth: int) -> Expr:
    """`name[items]` in an annotation."""
    children = significant(node)
    if len(children) != _PAIR_OF or depth > DEEPEST:
        return opaque(reader, node, depth)
    value = reader.exprs[children[0].kind_id](reader, children[0], depth + 1)
    start = node.start_byte
    return Subscript(value, tuple(several(reader, children[1], depth)), start, node.end_byte - start)


def _constrained_type(reader: Reader, node: Node, depth: int) -> Expr:
    """`a: b` in the brackets of an annotation is a slice."""
    parts = several(reader, node, depth)
    if len(parts) != _PAIR_OF:
        return opaque(reader, node, depth)
    start = node.start_byte
    return Slice(parts[0], parts[1], None, start, node.end_byte - start)


def _member_type(reader: Reader, node: Node, depth: int) -> Expr:
    """`type.name` in an annotation."""
    parts = several(reader, node, depth)
    if len(parts) != _PAIR_OF or not isinstance(parts[1], Name):
        return opaque(reader, node, depth)
    return joined(parts[0], parts[1].id, node.start_byte, node.end_byte)


ANNOTATIONS: Final[Mapping[str, ReadExpr]] = {
    "type": _type,
    "generic_type": _generic_type,
    "constrained_type": _constrained_type,
    "member_type": _member_type,
}
