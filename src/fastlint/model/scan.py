"""One walk over a block of statements: who binds which name, what is called and where, what leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Assert,
    Assign,
    Attribute,
    Await,
    Call,
    ClassDef,
    Comprehension,
    Conditional,
    Constant,
    Delete,
    Dict,
    ExprStatement,
    For,
    FString,
    FunctionDef,
    If,
    Import,
    Jump,
    Lambda,
    Match,
    Name,
    NamedExpr,
    Opaque,
    Operation,
    Raise,
    Return,
    Scope,
    Sequence,
    Slice,
    Starred,
    Str,
    Subscript,
    Try,
    TypeAliasDef,
    While,
    With,
    Yield,
)
from fastlint.model.blocks import Binding, Block, Scan, Site, extent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.blocks import BindingKind


_LEAVES = (Name, Str, Constant)


class _Walker:
    """Fills a Scan; a class only to keep the four things that every step needs at hand."""

    __slots__ = ("scan", "statement")

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.statement: Stmt | None = None

    # -- statements

    def block(self, statements: Iterable[Stmt], block: Block) -> None:
        scan = self.scan
        for statement in statements:
            self.statement = statement
            scan.statements.append((statement, block))
            if isinstance(statement, Assign):
                self.assign(statement, block)
            elif isinstance(statement, ExprStatement):
                self.expr(statement.value, block, "statement")
            elif isinstance(statement, Return):
                scan.returns.append(statement)
                if statement.value is not None:
                    self.expr(statement.value, block, "return")
            elif isinstance(statement, If):
                self.branch(statement, block)
            else:
                self.other(statement, block)

    def branch(self, statement: If, block: Block) -> None:
        self.scan.ifs.append((statement, block))
        self.expr(statement.test, block)
        self.block(statement.body, Block("if", block, statement, statement.body))
        orelse = statement.orelse
        while len(orelse) == 1 and isinstance(orelse[0], If):  # a long elif chain must not become deep recursion
            statement = orelse[0]
            block = Block("else", block, statement) if block.kind != "else" else block
            self.scan.statements.append((statement, block))
            self.scan.ifs.append((statement, block))
            self.statement = statement
            self.expr(statement.test, block)
            self.block(statement.body, Block("if", block, statement, statement.body))
            orelse = statement.orelse
        if orelse:
            self.block(orelse, Block("else", block, statement, orelse))

    def other(self, statement: Stmt, block: Block) -> None:  # noqa: C901, PLR0912, PLR0915 -- one arm a statement
        scan = self.scan
        match statement:
            case Raise():
                scan.raises.append((statement, block))
                self.maybe(statement.exception, block)
                self.maybe(statement.cause, block)
            case For():
                scan.loops.append((statement, block))
                self.expr(statement.iter, block, "for")
                inner = Block("for", block, statement)
                self.bind(statement.target, "item", statement.iter, inner, is_async=statement.is_async)
                self.block(statement.body, inner)
                self.block(statement.orelse, block)
            case While():
                scan.loops.append((statement, block))
                inner = Block("while", block, statement)
                self.expr(statement.test, inner)
                self.block(statement.body, inner)
                self.block(statement.orelse, block)
            case With():
                scan.withs.append((statement, block))
                inner = Block("with", block, statement)
                for item in statement.items:
                    self.expr(item.value, block, "with")
                    if item.target is not None:
                        self.bind(item.target, "enter", item.value, inner, is_async=statement.is_async)
                self.block(statement.body, inner)
            case Try():
                scan.tries.append((statement, block))
                self.block(statement.body, Block("try", block, statement, statement.body))
                for handler in statement.handlers:
                    inner = Block("except", block, statement, handler.body)
                    self.maybe(handler.type, block)
                    if handler.name:
                        self.add(Binding(handler.name, "exception", handler.type, handler.start, inner))
                    self.block(handler.body, inner)
                self.block(statement.orelse, Block("try-else", block, statement, statement.orelse))
                self.block(statement.final, Block("finally", block, statement, statement.final))
            case Match():
                self.expr(statement.subject, block)
                for case in statement.cases:
                    inner = Block("case", block, statement, case.body)
                    for name in case.binds:
                        self.add(Binding(name, "capture", statement.subject, case.start, inner))
                    self.maybe(case.guard, inner)
                    self.block(case.body, inner)
            case FunctionDef(function=function):
                scan.functions.append((function, block))
                self.add(Binding(function.name, "function", None, function.start, block, node=function))
                for decorator in function.decorators:
                    self.expr(decorator, block)
                for parameter in function.params:
                    self.maybe(parameter.default, block)
            case ClassDef(class_=class_):
                scan.classes.append((class_, block))
                self.add(Binding(class_.name, "class", None, class_.start, block, node=class_))
                for decorator in class_.decorators:
                    self.expr(decorator, block)
            case Import():
                scan.imports.append(statement)
                for one in statement.names:
                    self.add(Binding(one.bound, "import", None, one.start, block, node=(statement, one)))
            case TypeAliasDef():
                self.add(Binding(statement.name, "alias", statement.value, statement.start, block))
            case Scope():
                (scan.nonlocals if statement.nonlocal_ else scan.globals).update(statement.names)
                block.shared.update(statement.names)
            case Assert():
                self.expr(statement.test, block)
                self.maybe(statement.message, block)
            case Delete():
                for target in statement.targets:
                    self.expr(target, block)
            case Jump():
                pass
            case _:
                pass

    def assign(self, statement: Assign, block: Block) -> None:
        self.scan.assigns.append((statement, block))
        value = statement.value
        if value is not None:
            self.expr(value, block)
        for target in statement.targets:
            if type(target) is Name and "." not in target.id:
                kind: BindingKind = "declared" if value is None else "augmented" if statement.op else "value"
                self.add(Binding(target.id, kind, value, statement.start, block, annotation=statement.annotation))
            elif type(target) in (Name, Attribute):
                self.scan.attributes.append((statement, target))  # type: ignore[arg-type]
                self.expr(target, block)
            elif value is not None:
                self.bind(target, "value", value, block)

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
        if isinstance(target, Name):
            if "." not in target.id:
                self.add(Binding(target.id, kind, value, target.start, block, path=path, is_async=is_async))
        elif isinstance(target, Sequence):
            for place, item in enumerate(target.items):
                self.bind(item, kind, value, block, path=(*path, place), is_async=is_async)
        elif isinstance(target, Starred):
            self.bind(target.value, kind, value, block, path=(*path[:-1], -1), is_async=is_async)
        else:
            self.expr(target, block)

    def add(self, binding: Binding) -> None:
        self.scan.bindings.setdefault(binding.name, []).append(binding)

    # -- expressions

    def maybe(self, expr: Expr | None, block: Block) -> None:
        if expr is not None and type(expr) not in _LEAVES:
            self.expr(expr, block)

    def expr(self, expr: Expr, block: Block, use: str = "value", *, awaited: bool = False) -> None:  # noqa: C901, PLR0912
        kind = type(expr)
        if kind in _LEAVES:
            return
        if kind is Call:
            self.call(expr, block, use, awaited=awaited)  # type: ignore[arg-type]
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
            case Operation():
                self.each(expr.operands, block)
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
        for item in items:
            if type(item) not in _LEAVES:
                self.expr(item, block)

    def call(self, call: Call, block: Block, use: str, *, awaited: bool) -> None:
        func = call.func
        if type(func) is not Name:
            self.expr(func, block)
        for argument in call.args:
            if type(argument) not in _LEAVES:
                self.expr(argument, block)
        for keyword in call.keywords:
            if type(keyword.value) not in _LEAVES:
                self.expr(keyword.value, block)
        self.scan.calls.append(Site(call, self.statement, block, use, awaited=awaited))  # type: ignore[arg-type]

    def comprehension(self, expr: Comprehension, block: Block) -> None:
        self.scan.comprehensions.append((expr, block))
        inner = Block("comprehension", block, expr)
        for place, clause in enumerate(expr.clauses):
            self.expr(clause.iter, inner if place else block, "for")
            self.bind(clause.target, "item", clause.iter, inner, is_async=clause.is_async)
            self.each(clause.conditions, inner)
        self.maybe(expr.key, inner)
        self.expr(expr.element, inner)


def scan(statements: Iterable[Stmt]) -> Scan:
    """Walk statements once, in the order they run, not entering nested functions and classes."""
    found = Scan()
    _Walker(found).block(statements, found.root)
    return found


def calls_in(expr: Expr) -> list[Call]:
    """All calls in an expression, in the order they are made."""
    found = Scan()
    _Walker(found).expr(expr, found.root)
    return [site.call for site in found.calls]


__all__ = ["Binding", "Block", "Scan", "Site", "calls_in", "extent", "scan"]
