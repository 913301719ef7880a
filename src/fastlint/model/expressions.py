"""Walking expressions: what stands inside one."""

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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr

_LEAVES = (Name, Str, Constant)


def inside(expr: Expr) -> Iterator[Expr]:
    """The expression and all that it is made of, outer ones first; bodies of lambdas and comprehensions included."""
    todo = [expr]
    while todo:
        one = todo.pop()
        yield one
        if type(one) not in _LEAVES:
            todo.extend(reversed(parts(one)))


def parts(expr: Expr) -> tuple[Expr, ...]:  # noqa: C901, PLR0911, PLR0912 -- one arm a kind
    """The expressions that one is made of directly."""
    match expr:
        case Call(func=func, args=args, keywords=keywords):
            return (func, *args, *(one.value for one in keywords))
        case Attribute(value=value) | Await(value=value) | Starred(value=value):
            return (value,)
        case Subscript(value=value, items=items):
            return (value, *items)
        case FString(parts=pieces) | Opaque(parts=pieces):
            return pieces
        case Sequence(items=items):
            return items
        case Operation(operands=operands):
            return operands
        case Dict(keys=keys, values=values):
            return (*(key for key in keys if key is not None), *values)
        case Conditional(test=test, body=body, orelse=orelse):
            return (test, body, orelse)
        case Lambda(params=params, body=body):
            return (*(one.default for one in params if one.default is not None), body)
        case Comprehension(element=element, key=key, clauses=clauses):
            inner = [part for clause in clauses for part in (clause.target, clause.iter, *clause.conditions)]
            return (element, *((key,) if key is not None else ()), *inner)
        case Yield(value=value):
            return (value,) if value is not None else ()
        case NamedExpr(target=target, value=value):
            return (target, value)
        case Slice(lower=lower, upper=upper, step=step):
            return tuple(one for one in (lower, upper, step) if one is not None)
        case _:
            return ()


def names_in(expr: Expr) -> Iterator[Name]:
    """The names and plain dotted chains in an expression."""
    todo = [expr]
    while todo:
        one = todo.pop()
        if type(one) is Name:
            yield one
        elif type(one) not in _LEAVES:
            todo.extend(reversed(parts(one)))


def head(expr: Name) -> str:
    """The first name of a dotted chain."""
    return expr.id.partition(".")[0]


def last(func: Expr) -> str:
    """The last name of what is called: `all` for `x.y().all`; "" where there is none."""
    match func:
        case Name(id=name) | Attribute(attr=name):
            return name.rpartition(".")[2]
        case _:
            return ""


def receiver(func: Expr) -> Expr | None:
    """What a method is called on: `x.y` for `x.y.all`; None for a plain name.

    A part of a dotted chain is a record of its own, made anew: `Inference.of` knows records by identity and must not
    be asked about it; `Inference.lookup` and `Inference.path` may.
    """
    match func:
        case Name(id=dotted):
            owner, dot, _ = dotted.rpartition(".")
            return Name(owner, func.start, len(owner)) if dot else None
        case Attribute(value=value, attr=attr, start=start):
            owner, dot, name = attr.rpartition(".")
            return Attribute(value, owner, start, func.end - len(name) - 1 - start) if dot else value
        case _:
            return None
