"""Calls, collections, comprehensions and the like: from nodes to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastlint.facts.reader import DEEPEST, only, opaque, several, too_deep, wrapped
from fastlint.facts.records import (
    Await,
    Call,
    Clause,
    Comprehension,
    Dict,
    Lambda,
    NamedExpr,
    Sequence,
    Slice,
    Starred,
    Subscript,
    Yield,
)
from fastlint.facts.signatures import arguments, parameters
from fastlint.facts.syntax import EXTRAS, kinds, significant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    from tree_sitter import Node

    from fastlint.facts.reader import Reader, ReadExpr
    from fastlint.facts.records import Expr

_PAIR_OF: Final = 2
_ARGUMENTS: Final = kinds("argument_list")
_FROM: Final = kinds("from")
_COMMA: Final = kinds(",")
_COLON: Final = kinds(":")
_PAIR: Final = kinds("pair")
_IF: Final = kinds("if_clause")
_FOR: Final = kinds("for_in_clause")
_LAMBDA_PARAMETERS: Final = kinds("lambda_parameters")


def _call(reader: Reader, node: Node, depth: int) -> Expr:
    if depth > DEEPEST:
        return too_deep(reader, node)
    children = node.named_children
    if len(children) != _PAIR_OF:
        children = significant(node)
        if len(children) != _PAIR_OF:
            return opaque(reader, node, depth)
    callee, given = children
    exprs = reader.exprs
    func = exprs[callee.kind_id](reader, callee, depth + 1)
    if given.kind_id in _ARGUMENTS:
        args, keywords = arguments(reader, given, depth + 1)
    else:
        args, keywords = (exprs[given.kind_id](reader, given, depth + 1),), ()
    if type(func) is Starred:
        return _restarred(func, lambda value, start, end: Call(value, args, keywords, start, end - start), node)
    start = node.start_byte
    return Call(func, args, keywords, start, node.end_byte - start)


def _restarred(starred: Starred, build: Callable[[Expr, int, int], Expr], node: Node) -> Expr:
    """`*f()`, of which the grammar may take the star to belong to `f` alone."""
    end = node.end_byte
    return Starred(build(starred.value, starred.value.start, end), node.start_byte, end - node.start_byte)


def _as_pattern(reader: Reader, node: Node, depth: int) -> Expr:
    """`value as target` in the middle of an expression: the target is for the statement to read."""
    children = significant(node)
    if depth > DEEPEST or not children:
        return opaque(reader, node, depth)
    return reader.exprs[children[0].kind_id](reader, children[0], depth + 1)


def _await(reader: Reader, node: Node, depth: int) -> Expr:
    if depth > DEEPEST:
        return too_deep(reader, node)
    start = node.start_byte
    return Await(only(reader, node, depth), start, node.end_byte - start)


def _starred(reader: Reader, node: Node, depth: int) -> Expr:
    if depth > DEEPEST:
        return too_deep(reader, node)
    start = node.start_byte
    return Starred(only(reader, node, depth), start, node.end_byte - start)


def _subscript(reader: Reader, node: Node, depth: int) -> Expr:
    if depth > DEEPEST:
        return too_deep(reader, node)
    value, *items = several(reader, node, depth) or (opaque(reader, node, depth),)
    if isinstance(value, Starred):
        return _restarred(value, lambda inner, start, end: Subscript(inner, tuple(items), start, end - start), node)
    start = node.start_byte
    return Subscript(value, tuple(items), start, node.end_byte - start)


def sequence(kind: Literal["list", "tuple", "set"]) -> ReadExpr:
    """What reads displays of a kind."""

    def read(reader: Reader, node: Node, depth: int) -> Expr:
        start = node.start_byte
        return Sequence(kind, tuple(several(reader, node, depth)), start, node.end_byte - start)

    return read


_TUPLE: Final = sequence("tuple")


def _tuple_pattern(reader: Reader, node: Node, depth: int) -> Expr:
    """A tuple as target, or a target in parentheses."""
    if len(significant(node)) == 1 and not any(child.kind_id in _COMMA for child in node.children):
        return wrapped(reader, node, depth)
    return _TUPLE(reader, node, depth)


def _dictionary(reader: Reader, node: Node, depth: int) -> Expr:
    if depth > DEEPEST:
        return too_deep(reader, node)
    exprs = reader.exprs
    keys: list[Expr | None] = []
    values: list[Expr] = []
    for child in node.named_children:
        kind = child.kind_id
        if kind in _PAIR:
            parts = child.named_children
            if len(parts) != _PAIR_OF:
                parts = significant(child)
                if len(parts) != _PAIR_OF:
                    keys.append(None)
                    values.append(opaque(reader, child, depth))
                    continue
            key, value = parts
            keys.append(exprs[key.kind_id](reader, key, depth + 1))
            values.append(exprs[value.kind_id](reader, value, depth + 1))
        elif kind not in EXTRAS:
            keys.append(None)
            values.append(only(reader, child, depth))
    start = node.start_byte
    return Dict(tuple(keys), tuple(values), start, node.end_byte - start)


def comprehension(kind: Literal["list", "set", "dict", "generator"]) -> ReadExpr:
    """What reads comprehensions of a kind."""

    def read(reader: Reader, node: Node, depth: int) -> Expr:
        children = significant(node)
        if depth > DEEPEST or not children:
            return opaque(reader, node, depth)
        key: Expr | None = None
        if children[0].kind_id in _PAIR:
            parts = several(reader, children[0], depth)
            if len(parts) != _PAIR_OF:
                return opaque(reader, node, depth)
            key, element = parts
        else:
            element = reader.exprs[children[0].kind_id](reader, children[0], depth + 1)
        clauses = _clauses(reader, children[1:], depth)
        start = node.start_byte
        return Comprehension(kind, element, key, clauses, start, node.end_byte - start)

    return read


def _clauses(reader: Reader, nodes: list[Node], depth: int) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    for node in nodes:
        if node.kind_id in _FOR:
            parts = several(reader, node, depth)
            if len(parts) < _PAIR_OF:
                continue
            target, *values = parts
            iterated = values[0]
            if len(values) > 1:
                iterated = Sequence("tuple", tuple(values), values[0].start, values[-1].end - values[0].start)
            clauses.append(Clause(target, iterated, (), reader.text.startswith("async", node.start_byte)))
        elif node.kind_id in _IF and clauses:
            last = clauses[-1]
            condition = only(reader, node, depth)
            clauses[-1] = Clause(last.target, last.iter, (*last.conditions, condition), last.is_async)
    return tuple(clauses)


def _yield(reader: Reader, node: Node, depth: int) -> Expr:
    reader.yields = True
    if depth > DEEPEST:
        return too_deep(reader, node)
    delegated = any(child.kind_id in _FROM for child in node.children)
    value = only(reader, node, depth) if significant(node) else None
    start = node.start_byte
    return Yield(value, delegated, start, node.end_byte - start)


def _named_expression(reader: Reader, node: Node, depth: int) -> Expr:
    parts = several(reader, node, depth)
    if len(parts) != _PAIR_OF:
        return opaque(reader, node, depth)
    start = node.start_byte
    return NamedExpr(parts[0], parts[1], start, node.end_byte - start)


def _slice(reader: Reader, node: Node, depth: int) -> Expr:
    if depth > DEEPEST:
        return too_deep(reader, node)
    bounds: list[Expr | None] = [None, None, None]
    at = 0
    for child in node.children:
        kind = child.kind_id
        if kind in _COLON:
            at = min(at + 1, 2)
        elif kind not in EXTRAS:
            bounds[at] = reader.exprs[kind](reader, child, depth + 1)
    start = node.start_byte
    return Slice(bounds[0], bounds[1], bounds[2], start, node.end_byte - start)


def _lambda(reader: Reader, node: Node, depth: int) -> Expr:
    children = significant(node)
    if depth > DEEPEST or not children:
        return opaque(reader, node, depth)
    params = parameters(reader, children[0], depth + 1) if children[0].kind_id in _LAMBDA_PARAMETERS else ()
    outer = reader.yields  # a `yield` in the body makes a generator of the lambda only
    body = reader.exprs[children[-1].kind_id](reader, children[-1], depth + 1)
    reader.yields = outer
    start = node.start_byte
    return Lambda(params, body, start, node.end_byte - start)


EXPRESSIONS: Final[Mapping[str, ReadExpr]] = {
    "call": _call,
    "parenthesized_expression": wrapped,
    "parenthesized_list_splat": wrapped,
    "as_pattern": _as_pattern,
    "as_pattern_target": wrapped,
    "chevron": wrapped,
    "await": _await,
    "list_splat": _starred,
    "list_splat_pattern": _starred,
    "dictionary_splat": _starred,
    "dictionary_splat_pattern": _starred,
    "splat_type": _starred,
    "subscript": _subscript,
    "list": sequence("list"),
    "list_pattern": sequence("list"),
    "tuple": _TUPLE,
    "tuple_pattern": _tuple_pattern,
    "expression_list": _TUPLE,
    "tuple_expression": _TUPLE,
    "pattern_list": _TUPLE,
    "set": sequence("set"),
    "dictionary": _dictionary,
    "list_comprehension": comprehension("list"),
    "set_comprehension": comprehension("set"),
    "dictionary_comprehension": comprehension("dict"),
    "generator_expression": comprehension("generator"),
    "yield": _yield,
    "named_expression": _named_expression,
    "slice": _slice,
    "lambda": _lambda,
}
