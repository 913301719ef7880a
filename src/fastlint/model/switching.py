"""Switches: rows of branches that ask one thing for one value after another, and choose by it who is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import (
    Assign,
    Await,
    Call,
    Constant,
    ExprStatement,
    For,
    If,
    Import,
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
)
from fastlint.model.guards import is_plain, is_presence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Sequence as Row

    from fastlint.facts.records import Expr, Stmt


Said: TypeAlias = "Callable[[tuple[Stmt, ...]], Row[Stmt]]"
_GIVEN = ("", "")  # asked of one parameter after another, as in `if id: … elif name: …`


def switches(statements: tuple[Stmt, ...], said: Said) -> Iterator[If]:
    """The branches of `if kind == "a": await f(x)`, `elif kind == "b": await g(x)`: a table of who is called.

    Something is called whatever it is. A single branch is no table, it decides whether something happens; nor is one
    that works out what it hands on. `said` leaves out of a block what only logs.
    """
    arms: list[If] = []
    asked: object = None
    for statement in statements:
        chain = list(_chain(statement)) if isinstance(statement, If) else []
        subject = _subject(chain, said)
        if subject is None or subject != asked:
            yield from _table(arms)
            arms = []
        if subject is not None:
            arms += chain
        asked = subject if all(isinstance(one.body[-1], Return) for one in chain) else None
        yield from _within(statement, chain, said)
    yield from _table(arms)


def _table(arms: list[If]) -> list[If]:
    return arms if len(arms) > 1 else []


def _subject(chain: list[If], said: Said) -> object:
    """What all branches of an `if` with its `elif`s ask for, if each of them only calls somebody."""
    subjects = {_asked(one.test) for one in chain}
    fits = len(subjects) == 1 and all(_is_arm(said(one.body)) for one in chain) and _is_whole(chain, said)
    return subjects.pop() if fits else None


def _within(statement: Stmt, chain: list[If], said: Said) -> Iterator[If]:
    match statement:
        case If():
            for one in chain:
                yield from switches(one.body, said)
            yield from switches(chain[-1].orelse, said)
        case Try(body=body, orelse=orelse, final=final):
            for block in (body, orelse, final):
                yield from switches(block, said)
        case With(body=body) | For(body=body) | While(body=body):
            yield from switches(body, said)


def _chain(statement: If) -> Iterator[If]:
    yield statement
    match statement.orelse:
        case (If() as other,):
            yield from _chain(other)


def _asked(test: Expr) -> object:
    """What is compared with a fixed value, or `_GIVEN` where it may be left out; None where that is not all."""
    match test:
        case Operation(kind="comparison", op="==" | "is" | "in", operands=(asked, value)) if _is_fixed(value):
            return asked.id if isinstance(asked, Name) else _entry(asked)
        case _:
            return _GIVEN if is_presence(test) and not isinstance(test, Call) else None


def _entry(asked: Expr) -> object:
    match asked:
        case Subscript(value=Name(id=name), items=(Str(value=key),)):
            return (name, key)
        case _:
            return None


def _is_fixed(value: Expr) -> bool:
    if isinstance(value, Sequence):
        return all(map(_is_fixed, value.items))
    if isinstance(value, Name):
        return value.id.rpartition(".")[2].isupper()
    return isinstance(value, (Str, Constant))


def _is_arm(body: Row[Stmt]) -> bool:
    """One call; what else is named there is at hand."""
    called = [one for one in body if not _names(one)]
    return len(called) == 1 and _calls(called[0])


def _names(statement: Stmt) -> bool:
    match statement:
        case Import():
            return True
        case Assign(op="", targets=(Name(id=name),), value=value):
            return "." not in name and is_plain(value)
        case _:
            return False


def _is_whole(chain: list[If], said: Said) -> bool:
    """Whether there is an answer whatever is asked: each branch returns, or an `else` calls or refuses."""
    match tuple(one for one in said(chain[-1].orelse) if not _names(one)):
        case ():
            is_given = all(_asked(one.test) == _GIVEN for one in chain)
            filled = {_filled(one) for one in chain}
            return all(isinstance(one.body[-1], Return) for one in chain) or (is_given and len(filled - {""}) == 1)
        case (Return(value=value),):
            return is_plain(value) or isinstance(value, (Call, Await))
        case (last,):
            return isinstance(last, Raise) or _calls(last)
        case _:
            return False


def _filled(branch: If) -> str:
    """The name that a branch ends in setting: what it was before is the answer where no branch is taken."""
    match branch.body[-1]:
        case Assign(op="", targets=(Name(id=name),)) if "." not in name:
            return name
        case _:
            return ""


def _calls(statement: Stmt) -> bool:
    """One call, awaited or not, that is given what is at hand."""
    if not isinstance(statement, (Assign, ExprStatement, Return)) or (isinstance(statement, Assign) and statement.op):
        return False
    call = statement.value.value if isinstance(statement.value, Await) else statement.value
    return isinstance(call, Call) and all(map(is_plain, (*call.args, *(one.value for one in call.keywords))))
