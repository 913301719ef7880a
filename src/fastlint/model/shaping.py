"""Loops that shape what is sent, item by item, and work nothing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Assign,
    Attribute,
    Await,
    Call,
    Delete,
    ExprStatement,
    For,
    If,
    Jump,
    Name,
    Operation,
    Raise,
    Return,
    Sequence,
    Str,
    Subscript,
    Try,
    While,
    With,
    Yield,
)
from fastlint.model.expressions import inside
from fastlint.model.expressions import last as last_of
from fastlint.model.guards import is_plain, is_presence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Sequence as Row

    from fastlint.facts.records import Expr, Stmt

_READS = frozenset({"model_validate", "from_orm", "parse_obj"})


def is_shaping(loop: Stmt, sent: set[str]) -> bool:
    """Whether a loop works nothing out; `sent` are the names that the function's answers are made of."""
    return (
        is_mapping(loop)
        or touches_up(loop, sent)
        or takes_out(loop)
        or relays(loop)
        or copies(loop)
        or checks_each(loop)
    )


def is_mapping(loop: Stmt) -> bool:
    """`for row in rows: answer.append(Out(row))`: a comprehension in other words, each item shaped alike.

    An item may be refused (`if …: raise`), have fields that are left out, and hold a list of its own.
    """
    if not isinstance(loop, For) or not loop.body or loop.orelse:
        return False
    *before, last = loop.body
    if before and _pauses(last) and _yields(before[-1]):
        *before, last = before  # a stream that keeps time
    if not all(_prepares(one, _read_from(before)) for one in before):
        return False
    if any(isinstance(part, Await) for one in (*before, last) for expr in own(one) for part in inside(expr)):
        return False
    if isinstance(last, Assign):
        return not last.op and isinstance(last.targets[0], Subscript)
    return _yields(last) or _appends(last) or is_mapping(last)


def _read_from(statements: Row[Stmt]) -> set[str]:
    """The names of answers that Pydantic reads from an item: `answer = Out.model_validate(row)`."""
    return {
        target.id
        for one in statements
        if isinstance(one, Assign) and isinstance(one.value, Call) and last_of(one.value.func) in _READS
        for target in one.targets
        if isinstance(target, Name)
    }


def _prepares(statement: Stmt, answers: set[str]) -> bool:
    match statement:
        case Assign(op="", targets=(Name(id=name), *_)):
            return "." not in name or name.partition(".")[0] in answers
        case If(orelse=(), body=(*_, Raise())):
            return True
        case If(orelse=(), test=test, body=(Assign(op="", targets=(Subscript(),)),)):
            return is_presence(test)
        case If(orelse=(), test=test, body=(Assign(op="", targets=(Name(id=name),)),)):
            return is_presence(test) and name.partition(".")[0] in answers
        case _:
            return is_mapping(statement)


def checks_each(loop: Stmt) -> bool:
    """`for file in files: if file.size > MAX: raise …`: a guard for each of several."""
    return isinstance(loop, For) and not loop.orelse and all(map(refuses, loop.body))


def refuses(statement: Stmt) -> bool:
    """`if file.size > MAX: raise …`, or a call of which an error is told otherwise."""
    match statement:
        case If(orelse=(), body=(*_, Raise())):
            return True
        case Try(body=(ExprStatement(),), orelse=(), final=(), handlers=handlers):
            return all(isinstance(one.body[-1], Raise) for one in handlers)
        case _:
            return False


def copies(loop: Stmt) -> bool:
    """`while chunk := await file.read(size): out.write(chunk)`: an upload is stored as it comes, up to a bound."""
    if not isinstance(loop, (For, While)) or loop.orelse or not loop.body:
        return False
    *before, last = loop.body
    call = last.value if isinstance(last, ExprStatement) else None
    call = call.value if isinstance(call, Await) else call
    if not isinstance(call, Call) or not isinstance(call.func, Name) or len(call.args) != 1:
        return False
    return (
        call.func.id.endswith((".write", ".update"))
        and isinstance(call.args[0], Name)
        and all(
            isinstance(one, Assign)
            or (isinstance(one, If) and not one.orelse and isinstance(one.body[-1], (Raise, Jump)))
            for one in before
        )
    )


def streams(loop: Stmt) -> bool:
    """Whether a loop itself yields: it sends what others work out, what it does to it counts on its own."""
    return isinstance(loop, (For, While)) and any(map(_sends, loop.body))


def _sends(statement: Stmt) -> bool:
    match statement:
        case If(body=body, orelse=orelse):
            return any(map(_sends, (*body, *orelse)))
        case Try(body=body, orelse=orelse):
            return any(map(_sends, (*body, *orelse)))
        case With(body=body) | For(body=body):
            return any(map(_sends, body))
        case _:
            return _yields(statement)


def only_sends(body: list[Stmt]) -> bool:
    """`if part.kind == "text": yield f"data: {part.text}"`: how what comes is written into a stream."""
    others = [one for one in body if not _yields(one)]
    if len(others) == len(body) or not all(isinstance(one, Assign) and is_plain(one.value) for one in others):
        return False
    return not any(isinstance(part, Await) for one in body for expr in own(one) for part in inside(expr))


def hands_out(loop: Stmt, containers: set[str]) -> bool:
    """`for item in items: await service.remove(item)`: one call each, awaited or not, which does the work.

    `containers` are the names of lists and the like that the function fills itself.
    """
    if not isinstance(loop, For) or loop.orelse:
        return False
    body = [one for one in loop.body if not refuses(one)]
    if len(body) == 1 and isinstance(body[0], Try) and not body[0].orelse and not body[0].final:
        body = list(body[0].body)  # what goes wrong with one is told, and the next is taken
    match body:
        case [ExprStatement(value=value)]:
            pass
        case [Assign(op="", value=Call() | Await()), ExprStatement(value=value)]:
            pass
        case _:
            return False
    call = value.value if isinstance(value, Await) else value
    if not isinstance(call, Call) or not isinstance(call.func, Name):  # `groups[key].append(row)` sorts rows
        return False
    owner, _, method = call.func.id.rpartition(".")
    return owner not in containers or method in ("append", "add")


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
    match statement:
        case Delete() | If(test=Operation(op="in"), orelse=(), body=(Delete(),)):
            return True
    call = statement.value if isinstance(statement, ExprStatement) else None
    return isinstance(call, Call) and isinstance(call.func, Name) and call.func.id.endswith(".pop")


def seeks(loop: Stmt) -> bool:
    """`for row in rows: if row.key == key: found = row; break`: the first one that fits, a filter in other words."""
    match loop:
        case For(body=(If(orelse=(), body=(*before, Return(value=value))),), orelse=()):
            return not before and is_plain(value)
        case For(body=(If(orelse=(), body=(_, *_, Jump(kind="break")) as body),), orelse=()):
            return all(isinstance(one, Assign) and _names_plainly(one) for one in body[:-1])
        case _:
            return False


def _names_plainly(statement: Assign) -> bool:
    target = statement.targets[0]
    return not statement.op and is_plain(statement.value) and isinstance(target, Name) and "." not in target.id


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
    func = statement.value.func  # `groups[key].append(row)` sorts rows, and is no mere list; `row["parts"]` is one
    if isinstance(func, Attribute):
        return func.attr == "append" and isinstance(func.value, Subscript) and isinstance(func.value.items[0], Str)
    return isinstance(func, Name) and func.id.rpartition(".")[2] in ("append", "add", "writerow")


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
