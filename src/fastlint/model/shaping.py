"""Loops that shape what is sent, item by item, and work nothing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Assign,
    Await,
    Call,
    Delete,
    ExprStatement,
    For,
    If,
    Jump,
    Name,
    Return,
    Sequence,
    Str,
    Subscript,
    While,
    Yield,
)
from fastlint.model.expressions import inside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.facts.records import Expr, Stmt


def is_mapping(loop: Stmt) -> bool:
    """`for row in rows: answer.append(Out(row))`: a comprehension in other words, each item shaped alike."""
    if not isinstance(loop, For) or not loop.body or loop.orelse or (loop.is_async and not _yields(loop.body[-1])):
        return False
    *before, last = loop.body
    if before and _pauses(last) and _yields(before[-1]):
        *before, last = before  # a stream that keeps time
    if not all(isinstance(one, Assign) and not one.op and isinstance(one.targets[0], Name) for one in before):
        return False
    if any(isinstance(part, Await) for one in (*before, last) for expr in own(one) for part in inside(expr)):
        return False
    if isinstance(last, Assign):
        return not last.op and isinstance(last.targets[0], Subscript)
    return _yields(last) or _appends(last)


def touches_up(loop: Stmt, sent: set[str]) -> bool:
    """`for row in rows: adapt(row, version)` of rows that are sent: each is shaped alike, as in `is_mapping`."""
    statement = loop.body[0] if isinstance(loop, For) and len(loop.body) == 1 else None
    call = statement.value if isinstance(statement, ExprStatement) else None
    if isinstance(call, Call) and isinstance(call.func, Name) and call.func.id == "setattr":
        return True  # what a client sends is put on an object, field by field
    if not isinstance(loop, For) or not isinstance(loop.target, Name):
        return False
    given = call.args[:1] if isinstance(call, Call) else ()
    return (
        isinstance(loop.iter, Name)
        and loop.iter.id.partition(".")[0] in sent
        and any(isinstance(one, Name) and one.id == loop.target.id for one in given)
    )


def takes_out(loop: Stmt) -> bool:
    """`for name in ("limit", "offset"): params.pop(name, None)`: fields that are named are left out of what is sent."""
    statement = loop.body[0] if isinstance(loop, For) and len(loop.body) == 1 else None
    if not isinstance(loop, For) or not isinstance(loop.iter, Sequence):
        return False
    if not all(isinstance(one, Str) for one in loop.iter.items):
        return False
    if isinstance(statement, Delete):
        return True
    call = statement.value if isinstance(statement, ExprStatement) else None
    return isinstance(call, Call) and isinstance(call.func, Name) and call.func.id.endswith(".pop")


def relays(loop: Stmt) -> bool:
    """`while True: chunk = file.read(size); if not chunk: break; yield chunk`: what is read is sent as it is."""
    if not isinstance(loop, While) or not loop.body or loop.orelse or not _yields(loop.body[-1]):
        return False
    return all(
        (isinstance(one, Assign) and not one.op)
        or (isinstance(one, If) and not one.orelse and len(one.body) == 1 and isinstance(one.body[0], Jump))
        for one in loop.body[:-1]
    )


def _yields(statement: Stmt) -> bool:
    return isinstance(statement, ExprStatement) and isinstance(statement.value, Yield)


def _pauses(statement: Stmt) -> bool:
    """`await asyncio.sleep(1)`, which lets other requests in between two items."""
    value = (
        statement.value.value if isinstance(statement, ExprStatement) and isinstance(statement.value, Await) else None
    )
    return (
        isinstance(value, Call) and isinstance(value.func, Name) and value.func.id in ("asyncio.sleep", "anyio.sleep")
    )


def _appends(statement: Stmt) -> bool:
    if not isinstance(statement, ExprStatement) or not isinstance(statement.value, Call):
        return False
    func = statement.value.func  # `groups[key].append(row)` sorts rows, and is no mere list
    return isinstance(func, Name) and func.id.rpartition(".")[2] in ("append", "add")


def own(statement: Stmt) -> Iterable[Expr]:
    """The expressions of a statement itself, tests of guards left out."""
    match statement:
        case Assign(value=value) | Return(value=value) if value is not None:
            return (value,)
        case ExprStatement(value=value):
            return (value,)
        case If(test=test):
            return (test,)
        case _:
            return ()
