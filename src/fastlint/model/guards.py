"""What in the branches of an endpoint is no logic of its own: guards, and values that are only handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from fastlint.facts.records import (
    Assign,
    Attribute,
    Await,
    Call,
    Constant,
    Dict,
    ExprStatement,
    FString,
    If,
    Name,
    Operation,
    Raise,
    Return,
    Sequence,
    Str,
    Subscript,
    Try,
    With,
)
from fastlint.model.expressions import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, Stmt

_ORDER = frozenset({"<", ">", "<=", ">="})


def turned_guards(statements: tuple[Stmt, ...]) -> Iterator[If]:
    """Guards the other way round: `if found: if allowed: …; return x`, and then, or in `else`, nothing but `raise`."""
    for place, statement in enumerate(statements):
        match statement:
            case If(body=body, orelse=orelse):
                if not orelse and isinstance(statements[-1], Raise) and place == len(statements) - 2:
                    yield from _chain(statement)
                if len(orelse) == 1 and isinstance(orelse[0], Raise):
                    yield statement
                yield from turned_guards(body)
                other = orelse[0] if len(orelse) == 1 else None
                # a choice between several cases is no guard, though what is none of them is refused
                is_case = isinstance(other, If) and not is_presence(other.test)
                yield from turned_guards(other.body if isinstance(other, If) and is_case else orelse)
            case Try(body=body, orelse=orelse, final=final):
                for block in (body, orelse, final):
                    yield from turned_guards(block)
            case With(body=body):
                yield from turned_guards(body)


def _chain(statement: If) -> Iterator[If]:
    last = statement.body[-1]
    if isinstance(last, Return):
        yield statement
    elif isinstance(last, If) and not last.orelse:
        inner = [*_chain(last)]
        if inner:
            yield statement
            yield from inner


def forwards(test: Expr, body: list[Stmt]) -> bool:
    """`if body.llm is not None: await save(body.llm)`: a value that may be left out is handed on where it is there."""
    tested = test.operands[0] if isinstance(test, Operation) else test
    if not is_presence(test):
        return False
    if len(body) != 1 or not isinstance(body[0], ExprStatement) or not isinstance(tested, Name):
        return False
    call = body[0].value.value if isinstance(body[0].value, Await) else body[0].value
    if not isinstance(call, Call):
        return False
    given = (*call.args, *(one.value for one in call.keywords))
    return all(map(is_plain, given)) and any(isinstance(one, Name) and one.id == tested.id for one in given)


def dispatches(test: Expr, body: list[Stmt]) -> bool:
    """`if data.deleted: return await service.delete(data)`: which function answers is all that is chosen.

    One call may come before, which checks, or does what the answer only tells of; or it asks for what is then shaped.
    """
    *before, last = body
    if not isinstance(last, Return) or not _is_given(test):
        return False
    if before and isinstance(before[0], Assign) and isinstance(before[0].value, Await):
        values = [before[0].value.value, *(one.value for one in before[1:] if _is_named(one)), last.value]
        return len(values) == len(before) + 1 and not any(
            isinstance(one, Await) or (isinstance(one, Operation) and one.kind == "arithmetic")
            for value in values
            if value is not None
            for one in inside(value)
        )
    if len(before) > 1:
        return False
    asked = [one.value if isinstance(one, ExprStatement) else None for one in before]
    return all(_passes_on(one) for one in (*asked, last.value))


def _is_named(statement: Stmt) -> TypeGuard[Assign]:
    """Whether a name is given to something, or an entry of something set."""
    if not isinstance(statement, Assign) or statement.op:
        return False
    target = statement.targets[0]
    return isinstance(target, Subscript) or (isinstance(target, Name) and "." not in target.id)


def _is_given(test: Expr) -> bool:
    """Whether a test only asks what is there, of one thing or several."""
    if isinstance(test, Operation) and test.kind == "boolean":
        return all(map(is_presence, test.operands))
    return is_presence(test)


def _passes_on(value: Expr | None) -> bool:
    """A call, awaited or not, that is given what is at hand."""
    call = value.value if isinstance(value, Await) else value
    return isinstance(call, Call) and all(map(is_plain, (*call.args, *(one.value for one in call.keywords))))


def fills_in(statement: If, body: list[Stmt]) -> bool:
    """`if since is None: since = now() - DAY`: a default for what a client may leave out."""
    match statement.test:
        case Operation(op="not", operands=(Name() as tested,)):
            pass
        case Operation(kind="comparison", op="is", operands=(Name() as tested, Constant(text="None"))):
            pass
        case _:
            return False
    one = body[0]
    if statement.orelse or len(body) != 1 or not isinstance(one, Assign) or one.op or one.value is None:
        return False
    target = one.targets[0]
    asks = any(isinstance(part, Await) for part in inside(one.value))
    return not asks and isinstance(target, Name) and target.id == tested.id


def is_presence(test: Expr) -> bool:
    """`if key is not None:`, `if body.key:`: whether something that may be left out is there."""
    match test:
        case Operation(kind="comparison", op="is not", operands=(_, Constant(text="None"))):
            return True
        case _:
            return isinstance(test, (Name, Attribute))


def is_threshold(test: Expr, body: list[Stmt]) -> bool:
    """`if order.total > 100: discount = 10`: what follows from a bound is a rule; `limit = 50` only keeps to one."""
    compared = [
        one
        for one in inside(test)
        if isinstance(one, Operation) and one.kind == "comparison" and not _ORDER.isdisjoint(one.op.split())
    ]
    names = {one.id.partition(".")[0] for part in compared for one in inside(part) if isinstance(one, Name)}
    chosen = {
        one.id
        for statement in body
        if isinstance(statement, Assign)
        for one in statement.targets
        if isinstance(one, Name)
    }
    return bool(compared) and names.isdisjoint(chosen)


def hands_on(statement: Assign) -> bool:
    """`kwargs["q"] = q`, and `query = query.limit(limit)`: something is added to what is passed on."""
    value = statement.value
    target = statement.targets[0]
    if isinstance(value, Call) and isinstance(target, Name) and len(value.args) + len(value.keywords) == 1:
        func = value.func
        given = (*value.args, *(one.value for one in value.keywords))
        return isinstance(func, Name) and func.id.partition(".")[0] == target.id and all(map(is_plain, given))
    if isinstance(value, Dict):
        return all(one is None or is_plain(one) for one in (*value.keys, *value.values))
    return is_plain(value)


def builds(statement: Stmt) -> bool:
    """`query = query.where(Item.kind == kind)`, `filters.append(…)`: what is asked is put together, nobody is asked."""
    match statement:
        case Assign(op="", targets=(Name(id=target),), value=Call(func=Name(id=called)) as value):
            if called.partition(".")[0] != target:
                return False
        case ExprStatement(value=Call(func=Name(id=called)) as value) if called.endswith(".append"):
            pass
        case Assign(op="", targets=(Subscript(value=Name()),), value=Await() as value):
            return _passes_on(value)  # what is asked for in addition
        case Assign(op="", targets=(Subscript(value=Name()),), value=value) if value is not None:
            pass
        case _:
            return False
    return not any(
        isinstance(one, Await) or (isinstance(one, Operation) and one.kind == "arithmetic") for one in inside(value)
    )


def is_plain(value: Expr | None) -> bool:
    """A value that is only handed on."""
    return isinstance(value, (Name, Attribute, Constant, Str, Subscript, FString, Sequence)) and not any(
        isinstance(one, (Call, Await, Operation)) for one in inside(value)
    )


def is_decision(operation: Operation) -> bool:
    """A compound condition; `x or default` only fills in what is left out."""
    if operation.kind != "boolean":
        return False
    first, *rest = operation.operands
    if operation.op == "and" and len(rest) == 1 and isinstance(first, Name):
        named = {one.id.partition(".")[0] for one in inside(rest[0]) if isinstance(one, Name)}
        if first.id.partition(".")[0] in named:
            return False  # `tags and "new" in tags`: what may be missing is only looked at where it is there
    return operation.op == "and" or any(isinstance(one, Operation) for one in operation.operands)
