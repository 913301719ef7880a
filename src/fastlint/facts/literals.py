"""Names, strings and other literals: from nodes to records."""

from __future__ import annotations

import unicodedata
from sys import intern
from typing import TYPE_CHECKING, Final

from fastlint.facts.reader import DEEPEST, opaque, too_deep
from fastlint.facts.records import Attribute, Constant, FString, Name, Opaque, Starred, Str
from fastlint.facts.strings import contents, decoded, prefix, recode
from fastlint.facts.syntax import kinds, significant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from fastlint.facts.reader import Reader, ReadExpr
    from fastlint.facts.records import Expr

# Above this many bytes it costs more to look at the text of a chain than at its nodes.
_CHAIN_LENGTH: Final = 200
_CONSTANTS: Final = ("False.", "None.", "True.")
_EMPTY: Final = len("''")
_CONTENT: Final = kinds("string_content")
_INTERPOLATION: Final = kinds("interpolation", "format_expression")
_NAMED: Final = kinds("named_expression")
_FORMAT: Final = kinds("format_specifier")
_STRING: Final = kinds("string")


def identifier(text: str) -> str:
    """An identifier as Python sees it, from the text read as latin-1."""
    return intern(text) if text.isascii() else unicodedata.normalize("NFKC", recode(text))


def _name(reader: Reader, node: Node, depth: int) -> Name:  # noqa: ARG001
    start = node.start_byte
    end = node.end_byte
    text = reader.text[start:end]
    return Name(intern(text) if text.isascii() else identifier(text), start, end - start)


def _constant(reader: Reader, node: Node, depth: int) -> Constant:  # noqa: ARG001
    start = node.start_byte
    end = node.end_byte
    return Constant(intern(recode(reader.text[start:end])), start, end - start)


def _attribute(reader: Reader, node: Node, depth: int) -> Expr:
    start = node.start_byte
    end = node.end_byte
    if end - start < _CHAIN_LENGTH:
        text = reader.text[start:end]
        if text.replace(".", "").isidentifier() and text.isascii() and not text.startswith(_CONSTANTS):
            return Name(intern(text), start, end - start)
    if depth > DEEPEST:
        return too_deep(reader, node)
    children = node.named_children
    if len(children) != 2:  # noqa: PLR2004
        children = significant(node)
        if len(children) != 2:  # noqa: PLR2004
            return opaque(reader, node, depth)
    owner = reader.exprs[children[0].kind_id](reader, children[0], depth + 1)
    attr = identifier(reader.text[children[1].start_byte : end])
    return joined(owner, attr, start, end)


def joined(owner: Expr, attr: str, start: int, end: int) -> Expr:
    """`owner.attr`, plain dotted chains and tails of attributes kept in one record."""
    if isinstance(owner, Name):
        return Name(f"{owner.id}.{attr}", start, end - start)
    if isinstance(owner, Attribute):
        return Attribute(owner.value, f"{owner.attr}.{attr}", start, end - start)
    if isinstance(owner, Starred):
        return Starred(joined(owner.value, attr, owner.value.start, end), start, end - start)
    return Attribute(owner, attr, start, end - start)


def _string(reader: Reader, node: Node, depth: int) -> Expr:
    start = node.start_byte
    end = node.end_byte
    text = reader.text[start:end]
    quote = text[:1]
    if quote not in {'"', "'"}:
        return _prefixed(reader, node, text, depth)
    triple = text[1:3] == quote + quote and len(text) > _EMPTY
    value = text[3:-3] if triple else text[1:-1]
    if "\\" in value or "\r" in value or not value.isascii():
        value = decoded(value, raw=False)
    return Str(value, start, end - start)


def _prefixed(reader: Reader, node: Node, text: str, depth: int) -> Expr:
    """A string that has letters before its quote."""
    letters = prefix(text)
    start = node.start_byte
    end = node.end_byte
    if "b" in letters:
        return Constant(recode(text), start, end - start)
    raw = "r" in letters
    value = contents(text, len(letters))
    if "f" in letters or "t" in letters:
        if "t" in letters or any(child.kind_id in _INTERPOLATION for child in node.named_children):
            return FString(tuple(_parts(reader, node, depth, raw=raw)), start, end - start)
        value = _unbraced(value)
    if not text or text[0] == "`":
        return opaque(reader, node, depth)
    return Str(decoded(value, raw=raw), start, end - start)


def _parts(reader: Reader, node: Node, depth: int, *, raw: bool) -> list[Expr]:
    """The text and the expressions of an f-string, or of the format of one of its expressions."""
    if depth > DEEPEST:
        return [too_deep(reader, node)]
    parts: list[Expr] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind in _CONTENT:
            start, end = child.start_byte, child.end_byte
            parts.append(Str(decoded(_unbraced(reader.text[start:end]), raw=raw), start, end - start))
        elif kind in _INTERPOLATION:
            for piece in child.named_children:
                if piece.kind_id in _FORMAT:
                    parts += _parts(reader, piece, depth + 1, raw=raw)
                elif piece.kind_id in _NAMED:  # `{a:=5}` is `a` in the format `=5`
                    parts += _first(reader, piece, depth + 1)
                elif reader.exprs[piece.kind_id] is not opaque:
                    parts.append(reader.exprs[piece.kind_id](reader, piece, depth + 1))
    return parts


def _first(reader: Reader, node: Node, depth: int) -> list[Expr]:
    """The first expression in a node."""
    return [reader.exprs[child.kind_id](reader, child, depth) for child in significant(node)[:1]]


def _unbraced(text: str) -> str:
    """The text of an f-string with the braces that are none of its own."""
    return text.replace("{{", "{").replace("}}", "}")


def _concatenation(reader: Reader, node: Node, depth: int) -> Expr:
    """Strings side by side."""
    if depth > DEEPEST:
        return too_deep(reader, node)
    start = node.start_byte
    end = node.end_byte
    pieces = [_string(reader, child, depth + 1) for child in node.named_children if child.kind_id in _STRING]
    values = [piece.value for piece in pieces if type(piece) is Str]
    if len(values) == len(pieces):
        return Str("".join(values), start, end - start)
    if any(type(piece) is Constant for piece in pieces):
        return Constant(intern(recode(reader.text[start:end])), start, end - start)
    parts: list[Expr] = []
    for piece in pieces:
        parts += piece.parts if isinstance(piece, FString | Opaque) else (piece,)
    return FString(tuple(parts), start, end - start)


LITERALS: Final[Mapping[str, ReadExpr]] = {
    "identifier": _name,
    "dotted_name": _name,
    "attribute": _attribute,
    "string": _string,
    "concatenated_string": _concatenation,
    "integer": _constant,
    "float": _constant,
    "true": _constant,
    "false": _constant,
    "none": _constant,
    "ellipsis": _constant,
}
