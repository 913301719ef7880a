"""One walk over expressions: what is called and where, which names a target binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Attribute,
    Await,
    Call,
    Comprehension,
    Conditional,
    Constant,
    Dict,
    FString,
    Lambda,
    Name,
    NamedExpr,
    Opaque,
    Operation,
    Sequence,
    Slice,
    Starred,
    Str,
    Subscript,
    Yield,
)
from fastlint.model.blocks import Binding, Block, Scan, Site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.blocks import BindingKind

LEAVES = frozenset({Name, Str, Constant})
"""Expressions with nothing in them to walk."""


class ExpressionWalker:
    """Fills a Scan with what expressions say; a class only to keep what every step needs at hand."""

    __slots__ = ("scan", "statement")

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.statement: Stmt | None = None

    def bind(
        self,
        target: Expr,
        kind: BindingKind,
        value: Expr,
        block: Block,
        *,
        path: tuple[int, ...] = (),
        is_async: bool = False,
    ) -> None:
        """A target, which may unpack what it gets."""
        if isinstance(target, Name):
            binding = Binding(target.id, kind, value, target.start, block, path=path, is_async=is_async)
            if "." not in target.id:
                self.add(binding)
            else:
                self.scan.unpacked.append(binding)
        elif isinstance(target, Sequence):
            for place, item in enumerate(target.items):
                self.bind(item, kind, value, block, path=(*path, place), is_async=is_async)
        elif isinstance(target, Starred):
            self.bind(target.value, kind, value, block, path=(*path[:-1], -1), is_async=is_async)
        else:
            self.expr(target, block)

    def add(self, binding: Binding) -> None:
        """A place where a name gets a value."""
        bindings = self.scan.bindings
        known = bindings.get(binding.name)
        if known is None:
            bindings[binding.name] = [binding]
        else:
            known.append(binding)

    # -- expressions

    def maybe(self, expr: Expr | None, block: Block) -> None:
        """An expression, if there is one."""
        if expr is not None and type(expr) not in LEAVES:
            self.expr(expr, block)

    def expr(self, expr: Expr, block: Block, use: str = "value", *, awaited: bool = False) -> None:  # noqa: C901, PLR0912
        """An expression with all in it."""
        kind = type(expr)
        if kind in LEAVES:
            return
        if kind is Call:
            self.call(expr, block, use, awaited=awaited)  # type: ignore[arg-type]
            return
        if kind is Operation:
            self.each(expr.operands, block)  # type: ignore[union-attr]
            return
        match expr:
            case Await():
                self.scan.awaits.append(expr)
                self.expr(expr.value, block, use, awaited=True)
            case Attribute() | Starred():
                self.expr(expr.value, block)
            case Subscript():
                self.expr(expr.value, block)
                self.each(expr.items, block)
            case Sequence():
                self.each(expr.items, block)
            case FString() | Opaque():
                self.each(expr.parts, block)
            case Dict():
                for key in expr.keys:
                    self.maybe(key, block)
                self.each(expr.values, block)
            case Conditional():
                self.expr(expr.test, block)
                self.expr(expr.body, Block("if", block, expr.body))
                self.expr(expr.orelse, Block("else", block, expr.orelse))
            case Comprehension():
                self.comprehension(expr, block)
            case Lambda():
                self.scan.lambdas.append(expr)
                for parameter in expr.params:
                    self.maybe(parameter.default, block)
                self.maybe(expr.body, Block("lambda", block, expr))
            case Yield():
                self.scan.yields.append((expr, block))
                self.maybe(expr.value, block)
            case NamedExpr():
                self.expr(expr.value, block)
                self.bind(expr.target, "value", expr.value, block)
            case Slice():
                self.maybe(expr.lower, block)
                self.maybe(expr.upper, block)
                self.maybe(expr.step, block)

    def each(self, items: Iterable[Expr], block: Block) -> None:
        """Several expressions."""
        for item in items:
            if type(item) not in LEAVES:
                self.expr(item, block)

    def call(self, call: Call, block: Block, use: str, *, awaited: bool) -> None:
        """A call, after what is called to make its callee and arguments."""
        func = call.func
        if type(func) is not Name:
            self.expr(func, block)
        for argument in call.args:
            if type(argument) not in LEAVES:
                self.expr(argument, block)
        for keyword in call.keywords:
            if type(keyword.value) not in LEAVES:
                self.expr(keyword.value, block)
        self.scan.calls.append(Site(call, self.statement, block, use, awaited=awaited))  # type: ignore[arg-type]

    def comprehension(self, expr: Comprehension, block: Block) -> None:
        """A comprehension; what it iterates first is worked out outside."""
        self.scan.comprehensions.append((expr, block))
        inner = Block("comprehension", block, expr)
        for place, clause in enumerate(expr.clauses):
            self.expr(clause.iter, inner if place else block, "for")
            self.bind(clause.target, "item", clause.iter, inner, is_async=clause.is_async)
            self.each(clause.conditions, inner)
        self.maybe(expr.key, inner)
        self.expr(expr.element, inner)
