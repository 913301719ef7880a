"""Where a variable can't be None any more, since the code before it has seen to that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.nesting import inner_blocks
from fastlint.facts.records import (
    ClassDef,
    Constant,
    FunctionDef,
    If,
    Jump,
    Match,
    Name,
    Operation,
    Raise,
    Return,
    Try,
    While,
    With,
)
from fastlint.model.scan import scan

if TYPE_CHECKING:
    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.nodes import FunctionNode


def ends(statements: tuple[Stmt, ...]) -> bool:
    """Whether no path runs off the end of a block. timid: `match` and calls that never return count as running on."""
    last = statements[-1] if statements else None
    match last:
        case Return() | Raise():
            return True
        case If():
            return ends(last.body) and ends(last.orelse)
        case With():
            return ends(last.body)
        case Try():
            if ends(last.final):
                return True
            return ends(last.orelse or last.body) and all(ends(one.body) for one in last.handlers)
        case While(test=Constant(text="True")):
            return not any(isinstance(one, Jump) and one.kind == "break" for one, _ in scan(last.body).statements)
        case _:
            return False


def is_present(used: Name, function: FunctionNode) -> bool:
    """Whether a variable is surely not None where it is used: behind `if x is None: raise …`, or inside of `if x:`.

    timid: variables that are bound more than once, `match` and `assert`.

    Args:
        used: the variable, where it stands.
        function: the function that it stands in.
    """
    bindings = function.bindings(used.id)
    if len(bindings) > 1 or (bindings and used.id in function.params):
        return False
    bound = bindings[0].start if bindings else -1
    statements: tuple[Stmt, ...] = function.body.statements
    while statements:
        inner: tuple[Stmt, ...] = ()
        for one in statements:
            if _holds(one, used):
                if isinstance(one, If) and bound < one.start and _within(one.body, used) and _tells(one.test, used.id):
                    return True
                blocks = () if isinstance(one, Match) else inner_blocks(one)
                inner = next((block for block in blocks if _within(block, used)), ())
                break
            if isinstance(one, If) and bound < one.start and ends(one.body) and _refuses(one.test, used.id):
                return True
        statements = inner
    return False


def _refuses(test: Expr, name: str) -> bool:
    """Whether a branch is surely taken where a variable is None."""
    match test:
        case Operation(kind="comparison", op="is", operands=(Name(id=found), Constant(text="None"))):
            return found == name
        case Operation(kind="unary", op="not", operands=(Name(id=found),)):
            return found == name
        case Operation(kind="boolean", op="or", operands=operands):
            return any(_refuses(one, name) for one in operands)
        case _:
            return False


def _tells(test: Expr, name: str) -> bool:
    """Whether a branch is taken only where a variable is not None."""
    match test:
        case Name(id=found):
            return found == name
        case Operation(kind="comparison", op="is not", operands=(Name(id=found), Constant(text="None"))):
            return found == name
        case Operation(kind="boolean", op="and", operands=operands):
            return any(_tells(one, name) for one in operands)
        case _:
            return False


def _within(block: tuple[Stmt, ...], used: Name) -> bool:
    return any(_holds(one, used) for one in block)


def _holds(statement: Stmt, used: Name) -> bool:
    return not isinstance(statement, (FunctionDef, ClassDef)) and statement.start <= used.start < statement.end
