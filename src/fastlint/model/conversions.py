"""Branches and filters that only read what may be missing, where it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Await, Call, Comprehension, Delete, For, If, Name, Operation, Subscript, Try
from fastlint.model.expressions import inside
from fastlint.model.guards import is_plain, is_presence
from fastlint.model.shaping import is_mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastlint.facts.records import Expr, Stmt

_TRIMS = frozenset({"strip", "lstrip", "rstrip"})


def converts(statement: If, body: Sequence[Stmt]) -> bool:
    """`if cursor: start = Cursor.parse(cursor)`: what may be missing is read, or shaped, where it is there.

    Several names may be filled from it, and a list of answers; nothing is awaited and no number worked out.
    """
    tested = statement.test.operands[0] if isinstance(statement.test, Operation) else statement.test
    if not is_presence(statement.test) or not isinstance(tested, Name):
        return False
    if not all(isinstance(other, Assign) and is_plain(other.value) for other in statement.orelse):
        return False
    match body:
        case [Try(body=(Assign() as tried,), orelse=(), final=())]:
            body = [tried]
        case _:
            pass
    known = [tested.id]
    reads = False
    for one in body:
        value = _filled(one, alone=len(body) == 1)
        if value is None:
            return False
        others, is_read = _reads(value, known)
        if others:
            return False
        reads = reads or is_read
        known += [target.id for target in one.targets if isinstance(target, Name)] if isinstance(one, Assign) else []
    return reads


def _filled(statement: Stmt, *, alone: bool) -> Expr | None:
    """What a name is filled with, or a list is made of."""
    match statement:
        case Assign(op="", targets=(Name(id=name),), value=value) if alone or "." not in name:
            return value
        case For(iter=value) if is_mapping(statement):
            return value
        case _:
            return None


def _reads(value: Expr, known: Sequence[str]) -> tuple[bool, bool]:
    """Whether a value takes more than reading what is known (or asks or computes), and whether it reads it at all."""
    parts = [*inside(value)]
    if any(isinstance(part, Await) or (isinstance(part, Operation) and part.kind == "arithmetic") for part in parts):
        return True, False
    asked = {id(part.func) for part in parts if isinstance(part, Call)}
    made = [part for part in parts if isinstance(part, Comprehension)]
    bound = {
        name.id for part in made for clause in part.clauses for name in inside(clause.target) if isinstance(name, Name)
    }
    names = [part for part in parts if isinstance(part, Name) and part.id.partition(".")[0] not in bound]
    told = [any(f"{part.id}.".startswith(f"{one}.") for one in known) for part in names]
    others = not all(is_told or id(part) in asked for is_told, part in zip(told, names, strict=True))
    return others or not all(drops_missing(part) for part in made), any(told)


def drops_missing(comprehension: Comprehension) -> bool:
    """`[part.strip() for part in text.split(",") if part.strip()]`: nothing is left out but what is empty."""
    for clause in comprehension.clauses:
        bound = {name.id for name in inside(clause.target) if isinstance(name, Name)}
        for condition in clause.conditions:
            tested = condition.operands[0] if isinstance(condition, Operation) else condition
            if isinstance(tested, Call):
                if tested.args or tested.keywords or not isinstance(tested.func, Name):
                    return False
                owner, _, method = tested.func.id.rpartition(".")
                is_item = owner in bound and method in _TRIMS
            else:
                is_item = isinstance(tested, Name) and tested.id in bound and is_presence(condition)
            if not is_item or (isinstance(condition, Operation) and not is_presence(condition)):
                return False
    return True


def forgets(statement: If, body: Sequence[Stmt]) -> bool:
    """`if "user" in session: del session["user"]`: what is not there need not be taken out."""
    match statement.test, tuple(body):
        case (
            Operation(op="in", operands=(_, Name(id=held))),
            (Delete(targets=(Subscript(value=Name(id=emptied)),)),),
        ):
            return held == emptied and not statement.orelse
        case _:
            return False
