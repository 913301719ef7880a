"""How the value of each name and call in a function is used: awaited, compared, iterated, read from, handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import (
    Assert,
    Assign,
    Attribute,
    Await,
    Call,
    Comprehension,
    Conditional,
    Delete,
    Dict,
    ExprStatement,
    For,
    FString,
    If,
    Lambda,
    Match,
    Name,
    NamedExpr,
    Opaque,
    Operation,
    Raise,
    Return,
    Sequence,
    Slice,
    Starred,
    Subscript,
    Try,
    While,
    With,
    Yield,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.scan import Scan

How: TypeAlias = Literal[
    "statement",
    "awaited",
    "returned",
    "compared",
    "computed with",
    "tested",
    "iterated",
    "entered",
    "read",
    "formatted",
    "measured",
    "handed on",
]
# Functions that are given the thing itself, not something that waits for it; `bool(x)` and `str(x)` say little.
_MEASURES = frozenset(
    {"len", "sorted", "sum", "min", "max", "any", "all", "list", "tuple", "set", "dict", "int", "float"}
)
# What a coroutine object itself has: to ask for it is no mistake.
OWN = frozenset(
    {
        *("__await__", "close", "send", "throw", "cr_frame", "cr_running", "cr_await", "cr_code", "cr_origin"),
        *("__aiter__", "__anext__", "aclose", "asend", "athrow", "ag_frame", "ag_running", "ag_await", "ag_code"),
    }
)
Use: TypeAlias = "tuple[Name | Call, How]"


def uses(scan: Scan) -> Iterator[Use]:
    """Every name and call among a function's own expressions, nested functions left out, with what becomes of it."""
    for statement, _ in scan.statements:
        yield from uses_in(statement)


def uses_in(statement: Stmt) -> Iterator[Use]:
    """Every name and call among a statement's own expressions, with what becomes of it."""
    for expr, how in _of_statement(statement):
        yield from _of(expr, how)


def attributes_in(statement: Stmt) -> Iterator[Name | Attribute]:
    """Every attribute that a statement's own expressions read (`a.b`, `f().b`), what it assigns to left out."""
    if isinstance(statement, Assign):
        values: list[Expr] = [statement.value] if statement.value is not None else []
    else:
        values = [expr for expr, _ in _of_statement(statement)]
    while values:
        expr = values.pop()
        if isinstance(expr, Attribute) or (isinstance(expr, Name) and "." in expr.id):
            yield expr
        if not isinstance(expr, Lambda):
            values += [inner for inner, _ in _within(expr, "handed on")]


def _of_statement(statement: Stmt) -> Iterator[tuple[Expr, How]]:  # noqa: C901, PLR0912 -- one arm a statement
    match statement:
        case ExprStatement(value=value):
            yield value, "statement"
        case Assign(targets=targets, value=value):
            if value is not None:
                yield value, "handed on"
            for target in targets:
                if not isinstance(target, Name) or "." in target.id:
                    yield target, "handed on"
        case Return(value=value) if value is not None:
            yield value, "returned"
        case If(test=test) | While(test=test):
            yield test, "tested"
        case For():
            yield statement.iter, "iterated"
        case With(items=items):
            for item in items:
                yield item.value, "entered"
        case Raise(exception=exception, cause=cause):
            for one in (exception, cause):
                if one is not None:
                    yield one, "handed on"
        case Assert(test=test, message=message):
            yield test, "tested"
            if message is not None:
                yield message, "handed on"
        case Delete(targets=targets):
            for target in targets:
                yield target, "handed on"
        case Match(subject=subject, cases=cases):
            yield subject, "handed on"
            for case in cases:
                if case.guard is not None:
                    yield case.guard, "tested"
        case Try(handlers=handlers):
            for handler in handlers:
                if handler.type is not None:
                    yield handler.type, "handed on"
        case _:
            return


def _of(expr: Expr, how: How) -> Iterator[Use]:
    if isinstance(expr, (Name, Call)):
        yield expr, how
    for inner, inner_how in _within(expr, how):
        yield from _of(inner, inner_how)


def _within(expr: Expr, how: How) -> Iterator[tuple[Expr, How]]:  # noqa: C901, PLR0912 -- one arm a kind
    match expr:
        case Await(value=value):
            yield value, "awaited"
        case Call(func=func, args=args, keywords=keywords):
            yield func, "handed on"
            measures = isinstance(func, Name) and func.id in _MEASURES and len(args) == 1
            for argument in (*args, *(one.value for one in keywords)):
                yield argument, "measured" if measures else "handed on"
        case Attribute(value=value, attr=attr):
            yield value, "handed on" if attr.partition(".")[0] in OWN else "read"
        case Subscript(value=value, items=items):
            yield value, "read"
            for item in items:
                yield item, "handed on"
        case Operation(kind="comparison", operands=operands):
            for one in operands:
                yield one, "compared"
        case Operation(kind="boolean", operands=operands):
            for one in operands[:-1]:
                yield one, "tested"
            yield operands[-1], how
        case Operation(op="not", operands=operands):
            yield operands[0], "tested"
        case Operation(operands=operands):
            for one in operands:
                yield one, "computed with"
        case Conditional(test=test, body=body, orelse=orelse):
            yield test, "tested"
            yield body, how
            yield orelse, how
        case FString(parts=parts):
            for part in parts:
                yield part, "formatted"
        case Comprehension(element=element, key=key, clauses=clauses):
            yield element, "handed on"
            if key is not None:
                yield key, "handed on"
            for clause in clauses:
                yield clause.iter, "iterated"
                for condition in clause.conditions:
                    yield condition, "tested"
        case NamedExpr(value=value):
            yield value, "handed on"
        case Lambda(body=body):
            yield body, "handed on"
        case _:
            for part in _parts(expr):
                yield part, "handed on"


def _parts(expr: Expr) -> Iterator[Expr]:
    match expr:
        case Sequence(items=parts) | Opaque(parts=parts):
            yield from parts
        case Starred(value=value):
            yield value
        case Dict(keys=keys, values=values):
            yield from (key for key in keys if key is not None)
            yield from values
        case Yield(value=value) if value is not None:
            yield value
        case Slice(lower=lower, upper=upper, step=step):
            yield from (one for one in (lower, upper, step) if one is not None)
        case _:
            return
