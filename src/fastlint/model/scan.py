"""One walk over a block of statements: who binds which name, what is called and where, what leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Assert,
    Assign,
    Attribute,
    ClassDef,
    Delete,
    ExprStatement,
    For,
    FunctionDef,
    If,
    Import,
    Jump,
    Match,
    Name,
    Raise,
    Return,
    Scope,
    Try,
    TypeAliasDef,
    While,
    With,
)
from fastlint.model.blocks import Binding, Block, Scan, Site, extent
from fastlint.model.scan_expressions import LEAVES, ExpressionWalker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.facts.records import Call, Expr, Stmt
    from fastlint.model.blocks import BindingKind


class _Walker(ExpressionWalker):
    """Fills a Scan with what statements say."""

    __slots__ = ()

    def block(self, statements: Iterable[Stmt], block: Block) -> None:
        scan = self.scan
        for statement in statements:
            self.statement = statement
            scan.statements.append((statement, block))
            kind = type(statement)
            if kind is Assign:
                self.assign(statement, block)  # type: ignore[arg-type]
            elif kind is ExprStatement:
                value = statement.value  # type: ignore[union-attr]
                if type(value) not in LEAVES:
                    self.expr(value, block, "statement")  # type: ignore[arg-type]
            elif kind is Return:
                scan.returns.append(statement)  # type: ignore[arg-type]
                if statement.value is not None:  # type: ignore[union-attr]
                    self.expr(statement.value, block, "return")  # type: ignore[union-attr]
            elif kind is If:
                self.branch(statement, block)  # type: ignore[arg-type]
            else:
                self.other(statement, block)

    def branch(self, statement: If, block: Block) -> None:
        self.scan.ifs.append(self.scan.statements[-1])  # type: ignore[arg-type]  # the same pair, not one more
        self.expr(statement.test, block)
        self.block(statement.body, Block("if", block, statement, statement.body))
        orelse = statement.orelse
        while len(orelse) == 1 and isinstance(orelse[0], If):  # a long elif chain must not become deep recursion
            statement = orelse[0]
            block = Block("else", block, statement) if block.kind != "else" else block
            self.scan.statements.append((statement, block))
            self.scan.ifs.append(self.scan.statements[-1])  # type: ignore[arg-type]
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
                block.share(statement.names)
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
        self.scan.assigns.append(self.scan.statements[-1])  # type: ignore[arg-type]  # the same pair, not one more
        value = statement.value
        if value is not None and type(value) not in LEAVES:
            self.expr(value, block)
        for target in statement.targets:
            if type(target) is Name:
                if "." in target.id:
                    self.scan.attributes.append((statement, target))
                else:
                    kind: BindingKind = "declared" if value is None else "augmented" if statement.op else "value"
                    self.add(Binding(target.id, kind, value, statement.start, block, annotation=statement.annotation))
            elif type(target) is Attribute:
                self.scan.attributes.append((statement, target))
                self.expr(target, block)
            elif value is not None:
                self.bind(target, "value", value, block)


def scan(statements: Iterable[Stmt]) -> Scan:
    """Walk statements once, in the order they run, not entering nested functions and classes."""
    found = Scan()
    _Walker(found).block(statements, found.root)
    found.settle()
    return found


def calls_in(expr: Expr) -> list[Call]:
    """All calls in an expression, in the order they are made."""
    found = Scan()
    ExpressionWalker(found).expr(expr, found.root)
    return [site.call for site in found.calls]


__all__ = ["Binding", "Block", "Scan", "Site", "calls_in", "extent", "scan"]
