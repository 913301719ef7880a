"""Compound statements: from nodes to records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastlint.facts.literals import identifier
from fastlint.facts.reader import block, inner_expressions, opaque
from fastlint.facts.records import (
    Case,
    Conditional,
    ExprStatement,
    For,
    Handler,
    If,
    Match,
    Opaque,
    Sequence,
    Try,
    While,
    With,
    WithItem,
)
from fastlint.facts.syntax import EXTRAS, kinds, significant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from fastlint.facts.reader import Reader, ReadStmt
    from fastlint.facts.records import Expr, Stmt

_BLOCK: Final = kinds("block")
_ELIF: Final = kinds("elif_clause")
_ELSE: Final = kinds("else_clause")
_EXCEPT: Final = kinds("except_clause", "except_group_clause")
_FINALLY: Final = kinds("finally_clause")
_ITEM: Final = kinds("with_item")
_CLAUSE: Final = kinds("with_clause")
_AS: Final = kinds("as_pattern")
_PARENTHESES: Final = kinds("parenthesized_expression")
_CONDITIONAL: Final = kinds("conditional_expression")
_CASE: Final = kinds("case_clause")
_GUARD: Final = kinds("if_clause")
_AS_TOKEN: Final = kinds("as")
_IDENTIFIER: Final = kinds("identifier")
_COMMA: Final = kinds(",")
_DOTTED: Final = kinds("dotted_name")
_SPLAT_PATTERN: Final = kinds("splat_pattern")
_NAMED_FIRST: Final = kinds("class_pattern", "keyword_pattern")
# More `elif`s than this stand side by side: see `if_`.
_LONGEST_CHAIN: Final = 40


class _Parts:
    """The children of a compound statement, sorted by what they are."""

    __slots__ = ("body", "clauses", "heads")

    def __init__(self, node: Node) -> None:
        self.heads: list[Node] = []
        self.body: Node | None = None
        self.clauses: list[Node] = []
        for child in node.named_children:
            kind = child.kind_id
            if kind in _BLOCK:
                self.body = child
            elif kind in EXTRAS:
                continue
            elif self.body is None:
                self.heads.append(child)
            else:
                self.clauses.append(child)


def _unread(reader: Reader, node: Node, depth: int) -> Stmt:
    """A statement that lacks what it needs."""
    start, end = node.start_byte, node.end_byte
    return ExprStatement(Opaque(tuple(inner_expressions(reader, node, depth)), start, end - start), start, end)


def _block(reader: Reader, node: Node | None, depth: int) -> tuple[Stmt, ...]:
    return block(reader, node, depth + 1) if node is not None else ()


def _clause_body(reader: Reader, node: Node, depth: int) -> tuple[Stmt, ...]:
    """The block of an `else` or `finally`."""
    return _block(reader, _Parts(node).body, depth)


def _head(reader: Reader, heads: list[Node], depth: int) -> Expr:
    """The expressions between a keyword and its colon, several as a tuple."""
    values = tuple(reader.exprs[head.kind_id](reader, head, depth + 1) for head in heads)
    if len(values) == 1:
        return values[0]
    return Sequence("tuple", values, heads[0].start_byte, heads[-1].end_byte - heads[0].start_byte)


def _if(reader: Reader, node: Node, depth: int) -> Stmt:
    """`if` with its `elif`s; the last of very many `elif`s stand side by side, so as not to nest too deeply."""
    parts = _Parts(node)
    if not parts.heads:
        return _unread(reader, node, depth)
    end = node.end_byte
    orelse: tuple[Stmt, ...] = ()
    elifs: list[Node] = []
    for clause in parts.clauses:
        if clause.kind_id in _ELIF:
            elifs.append(clause)
        elif clause.kind_id in _ELSE:
            orelse = _clause_body(reader, clause, depth + min(len(elifs), _LONGEST_CHAIN))
    for at in range(len(elifs), 0, -1):
        clause = elifs[at - 1]
        deep = depth + min(at, _LONGEST_CHAIN)
        clause_parts = _Parts(clause)
        if not clause_parts.heads:
            continue
        test = _head(reader, clause_parts.heads, deep)
        body = _block(reader, clause_parts.body, deep)
        if at > _LONGEST_CHAIN:
            orelse = (If(test, body, (), clause.start_byte, clause.end_byte), *orelse)
        else:
            orelse = (If(test, body, orelse, clause.start_byte, end),)
    return If(_head(reader, parts.heads, depth), _block(reader, parts.body, depth), orelse, node.start_byte, end)


def _orelse(reader: Reader, clauses: list[Node], depth: int) -> tuple[Stmt, ...]:
    return next((_clause_body(reader, clause, depth) for clause in clauses if clause.kind_id in _ELSE), ())


def _for(reader: Reader, node: Node, depth: int) -> Stmt:
    parts = _Parts(node)
    if len(parts.heads) < 2:  # noqa: PLR2004
        return _unread(reader, node, depth)
    target = _head(reader, parts.heads[:1], depth)
    iterated = _head(reader, parts.heads[1:], depth)
    body = _block(reader, parts.body, depth)
    orelse = _orelse(reader, parts.clauses, depth)
    is_async = reader.text.startswith("async", node.start_byte)
    return For(target, iterated, body, orelse, is_async, node.start_byte, node.end_byte)


def _while(reader: Reader, node: Node, depth: int) -> Stmt:
    parts = _Parts(node)
    if not parts.heads:
        return _unread(reader, node, depth)
    test = _head(reader, parts.heads, depth)
    body = _block(reader, parts.body, depth)
    return While(test, body, _orelse(reader, parts.clauses, depth), node.start_byte, node.end_byte)


def _try(reader: Reader, node: Node, depth: int) -> Stmt:
    parts = _Parts(node)
    body = _block(reader, parts.body, depth)
    handlers = tuple(_handler(reader, clause, depth) for clause in parts.clauses if clause.kind_id in _EXCEPT)
    final = next((_clause_body(reader, clause, depth) for clause in parts.clauses if clause.kind_id in _FINALLY), ())
    return Try(body, handlers, _orelse(reader, parts.clauses, depth), final, node.start_byte, node.end_byte)


def _handler(reader: Reader, node: Node, depth: int) -> Handler:
    parts = _Parts(node)
    heads = parts.heads
    caught: Expr | None = None
    name = ""
    # The grammar reads `A as e` as a pattern or, after the fields of `except`, as two values with `as` between.
    if len(heads) == 1 and heads[0].kind_id in _AS:
        heads = significant(heads[0])
        alias = heads.pop()
        name = identifier(reader.text[alias.start_byte : alias.end_byte])
    elif len(heads) == 2 and any(child.kind_id in _AS_TOKEN for child in node.children):  # noqa: PLR2004
        alias = heads.pop()
        name = identifier(reader.text[alias.start_byte : alias.end_byte])
    if heads:
        caught = _head(reader, heads, depth)
    return Handler(caught, name, _block(reader, parts.body, depth), node.start_byte, node.end_byte)


def _with(reader: Reader, node: Node, depth: int) -> Stmt:
    parts = _Parts(node)
    items: list[WithItem] = []
    for head in parts.heads:
        if head.kind_id in _CLAUSE:
            items += [_with_item(reader, item, depth) for item in significant(head)]
        else:
            items.append(_with_item(reader, head, depth))
    is_async = reader.text.startswith("async", node.start_byte)
    return With(tuple(items), _block(reader, parts.body, depth), is_async, node.start_byte, node.end_byte)


def _with_item(reader: Reader, node: Node, depth: int) -> WithItem:
    inner = node
    if inner.kind_id in _ITEM:
        inner = (significant(inner) or [inner])[0]
    if inner.kind_id in _PARENTHESES:
        inside = significant(inner)
        if len(inside) == 1 and inside[0].kind_id in _AS:
            inner = inside[0]
    if inner is node:
        return WithItem(opaque(reader, node, depth), None)
    value = reader.exprs[inner.kind_id](reader, inner, depth + 1)
    # In `a if b else c as d` the grammar takes the target to be that of `c` alone.
    last = inner
    while last.kind_id in _CONDITIONAL:
        last = (significant(last) or [node])[-1]
    if last.kind_id not in _AS:
        return WithItem(value, None)
    target = significant(last)[-1]
    if last is not inner:
        value = _cut(value)
    return WithItem(value, reader.exprs[target.kind_id](reader, target, depth + 1))


def _cut(value: Expr) -> Expr:
    """A conditional expression that ends where its last part does."""
    if not isinstance(value, Conditional):
        return value
    orelse = _cut(value.orelse)
    return Conditional(value.test, value.body, orelse, value.start, orelse.end - value.start)


def _match(reader: Reader, node: Node, depth: int) -> Stmt:
    parts = _Parts(node)
    if not parts.heads:
        return _unread(reader, node, depth)
    cases: tuple[Case, ...] = ()
    if parts.body is not None:
        cases = tuple(_case(reader, child, depth + 1) for child in parts.body.named_children if child.kind_id in _CASE)
    subject = _head(reader, parts.heads, depth)
    if len(parts.heads) == 1 and any(child.kind_id in _COMMA for child in node.children):
        subject = Sequence("tuple", (subject,), subject.start, subject.size)
    return Match(subject, cases, node.start_byte, node.end_byte)


def _case(reader: Reader, node: Node, depth: int) -> Case:
    parts = _Parts(node)
    guard: Expr | None = None
    binds: list[str] = []
    for head in parts.heads:
        if head.kind_id in _GUARD:
            inside = significant(head)
            guard = _head(reader, inside, depth) if inside else None
        else:
            binds += _bound(reader, head)
    return Case(tuple(binds), guard, _block(reader, parts.body, depth), node.start_byte, node.end_byte)


def _bound(reader: Reader, pattern: Node) -> list[str]:
    """The names that a pattern binds."""
    found: list[str] = []
    pending = [pattern]
    while pending:
        node = pending.pop()
        kind = node.kind_id
        children = significant(node)
        if kind in _IDENTIFIER:
            found.append(identifier(reader.text[node.start_byte : node.end_byte]))
        elif kind in _DOTTED and len(children) > 1:
            continue  # a constant to compare with
        else:
            if kind in _NAMED_FIRST:
                children = children[1:]
            pending.extend(reversed(children))
    return found


COMPOUND: Final[Mapping[str, ReadStmt]] = {
    "if_statement": _if,
    "for_statement": _for,
    "while_statement": _while,
    "try_statement": _try,
    "with_statement": _with,
    "match_statement": _match,
}
