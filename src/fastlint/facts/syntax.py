"""The grammar: tree-sitter's parser for Python, node kinds by name and by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import tree_sitter_python
from tree_sitter import Language, Parser, Range

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node, Tree

_Value = TypeVar("_Value")

_LANGUAGE: Final = Language(tree_sitter_python.language())
_ERROR_ID: Final = 65535  # tree-sitter's own id of ERROR nodes in every language

KIND_NAMES: Final[dict[int, str]] = {
    _ERROR_ID: "ERROR",
    **{id_: _LANGUAGE.node_kind_for_id(id_) or "" for id_ in range(_LANGUAGE.node_kind_count)},
}
"""What a node kind is called, or how a token is written."""


def kinds(*names: str) -> frozenset[int]:
    """The ids of the node kinds and tokens of these names; a name may have several ids, or none in another grammar."""
    return frozenset(id_ for id_, name in KIND_NAMES.items() if name in names)


def table(values: Mapping[str, _Value], default: _Value) -> dict[int, _Value]:
    """A table from every kind id to the value of its name."""
    return {id_: values.get(name, default) for id_, name in KIND_NAMES.items()}


ERROR: Final = kinds("ERROR")
COMMENT: Final = kinds("comment")
EXTRAS: Final = kinds("comment", "line_continuation", "ERROR")
"""What may stand between any two nodes."""


def parse(data: bytes) -> Tree:
    """The tree of a whole file, legible to the grammar; never fails, errors stand in the tree."""
    return Parser(_LANGUAGE).parse(data)


def parse_part(data: bytes, start: int, end: int) -> Tree:
    """The tree of a part of a file, its offsets those of the file."""
    parser = Parser(_LANGUAGE)
    parser.included_ranges = [Range((0, 0), (0, 0), start, end)]
    return parser.parse(data)


def significant(node: Node) -> list[Node]:
    """The named children of a node without comments, line continuations and errors."""
    return [child for child in node.named_children if child.kind_id not in EXTRAS]


def first_error(root: Node) -> Node | None:
    """The innermost first ERROR or MISSING node of a tree, if there is one."""
    found: Node | None = None
    node: Node | None = root
    while node is not None:
        if node.is_error or node.is_missing:
            found = node
        node = next((child for child in node.children if child.has_error or child.is_missing), None)
    return found


def legible(data: bytes) -> bytes:
    """The bytes with what the grammar trips over replaced, byte for byte: a lone CR ends a line, a NUL is no text."""
    if b"\0" in data:
        data = data.replace(b"\0", b" ")
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        data = data.replace(b"\r\n", b"\0\n").replace(b"\r", b"\n").replace(b"\0\n", b"\r\n")
    return data
