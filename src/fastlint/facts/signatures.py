"""Parameters and arguments: from nodes to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastlint.facts.literals import identifier
from fastlint.facts.reader import only, type_of
from fastlint.facts.records import Keyword, Parameter
from fastlint.facts.syntax import EXTRAS, kinds, significant

if TYPE_CHECKING:
    from typing import Literal

    from tree_sitter import Node

    from fastlint.facts.reader import Reader
    from fastlint.facts.records import Expr

_PAIR_OF: Final = 2
_KEYWORD: Final = kinds("keyword_argument")
_DOUBLE_STAR: Final = kinds("dictionary_splat", "dictionary_splat_pattern")
_SLASH: Final = kinds("positional_separator")
_STAR: Final = kinds("keyword_separator")
_IDENTIFIER: Final = kinds("identifier")
_TYPE: Final = kinds("type")
_TYPED: Final = kinds("typed_parameter", "typed_default_parameter")
_DEFAULTED: Final = kinds("typed_parameter", "typed_default_parameter", "default_parameter")
_TUPLE: Final = kinds("tuple_pattern")
_ARGS: Final = kinds("list_splat_pattern")
_KWARGS: Final = kinds("dictionary_splat_pattern")


def arguments(reader: Reader, node: Node, depth: int) -> tuple[tuple[Expr, ...], tuple[Keyword, ...]]:
    """The arguments of a call or the bases of a class."""
    exprs = reader.exprs
    args: list[Expr] = []
    keywords: list[Keyword] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind in _KEYWORD:
            parts = child.named_children
            if len(parts) != _PAIR_OF:
                parts = significant(child)
                if len(parts) != _PAIR_OF:
                    continue
            name, value = parts
            start = child.start_byte
            text = reader.text[start : name.end_byte]
            keywords.append(
                Keyword(
                    text if text.isascii() else identifier(text),
                    exprs[value.kind_id](reader, value, depth),
                    start,
                    child.end_byte - start,
                ),
            )
        elif kind in EXTRAS:
            continue
        elif kind in _DOUBLE_STAR:
            start = child.start_byte
            keywords.append(Keyword("", only(reader, child, depth), start, child.end_byte - start))
        else:
            args.append(exprs[kind](reader, child, depth))
    return tuple(args), tuple(keywords)


def parameters(reader: Reader, node: Node, depth: int) -> tuple[Parameter, ...]:
    """The parameters of a `def` or a lambda."""
    found: list[Parameter] = []
    kind: Literal["normal", "keyword"] = "normal"
    for child in node.named_children:
        kind_id = child.kind_id
        if kind_id in _SLASH:
            found = [_positional(parameter) for parameter in found]
        elif kind_id in _STAR:
            kind = "keyword"
        elif kind_id not in EXTRAS:
            parameter = _parameter(reader, child, kind, depth)
            if parameter.kind == "*":
                kind = "keyword"
            found.append(parameter)
    return tuple(found)


def _positional(parameter: Parameter) -> Parameter:
    return Parameter(
        parameter.name,
        parameter.annotation,
        parameter.default,
        "positional",
        parameter.start,
        parameter.size,
    )


def _parameter(reader: Reader, node: Node, kind: Literal["normal", "keyword"], depth: int) -> Parameter:
    start, end = node.start_byte, node.end_byte
    exprs = reader.exprs
    kind_id = node.kind_id
    if kind_id in _IDENTIFIER:
        return Parameter(identifier(reader.text[start:end]), None, None, kind, start, end - start)
    annotation: Expr | None = None
    default: Expr | None = None
    parts = [child for child in node.named_children if child.kind_id not in EXTRAS]
    named = parts[0] if parts and kind_id not in _TUPLE else node
    name_kind = kind_id
    if kind_id in _TYPED:
        name_kind = named.kind_id
        if name_kind in _ARGS or name_kind in _KWARGS:
            named = next((child for child in named.named_children if child.kind_id in _IDENTIFIER), named)
    if kind_id in _DEFAULTED:
        for part in parts[1:]:
            if part.kind_id in _TYPE:
                annotation = type_of(reader, part, node, depth + 1)
            else:
                default = exprs[part.kind_id](reader, part, depth + 1)
    # The tuple parameters of Python 2 bind no single name.
    name = identifier(reader.text[named.start_byte : named.end_byte]) if named.kind_id in _IDENTIFIER else ""
    if name_kind in _ARGS:
        return Parameter(name, annotation, default, "*", start, end - start)
    if name_kind in _KWARGS:
        return Parameter(name, annotation, default, "**", start, end - start)
    return Parameter(name, annotation, default, kind, start, end - start)
