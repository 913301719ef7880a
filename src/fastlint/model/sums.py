"""Arithmetic and sums in an endpoint's body, and what only looks like them: text put together, places of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Comprehension, Constant, FString, Name, Operation, Sequence, Str
from fastlint.model.expressions import inside
from fastlint.model.nodes import ClassNode
from fastlint.model.types import External, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Assign, Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode

_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**", "@"})
_CLOCKS = frozenset(
    f"time.{name}{unit}" for name in ("time", "perf_counter", "monotonic", "process_time") for unit in ("", "_ns")
)
# Sums of these are no computation: text, lists and paths are put together.
_JOINED = frozenset({"builtins.str", "builtins.bytes", "builtins.list", "builtins.tuple", "pathlib.Path"})


class Sums:
    """Answers what of a function's operations works out a number."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def is_arithmetic(self, operation: Operation, function: FunctionNode) -> bool:
        """Whether an operation is arithmetic that is neither a joining nor about which page is asked for."""
        if operation.kind != "arithmetic" or operation.op not in _ARITHMETIC:
            return False
        if any(self._is_joined(one, function) for one in operation.operands):
            return False
        return not (self._is_place(operation, function) or self._is_duration(operation, function))

    def computes(self, statement: Assign, function: FunctionNode) -> bool:
        """Whether `x += y` adds numbers, and does not only count."""
        target = statement.targets[0]
        if isinstance(statement.value, Constant) and isinstance(target, Name) and "." not in target.id:
            return False
        return not any(
            self._is_joined(one, function) for one in (*statement.targets, statement.value) if one is not None
        )

    def _is_joined(self, expr: Expr, function: FunctionNode) -> bool:
        if isinstance(expr, (Str, FString, Sequence, Comprehension)):
            return True
        types = self._inference.of(expr, function)
        return any(isinstance(one, Instance) and one.cls in _JOINED for one in types)

    def _is_place(self, operation: Operation, function: FunctionNode, *, named: bool = False) -> bool:
        """`(page - 1) * size`, `limit + 1`, `ceil(total / size)`: which part of a list a client asks for.

        Nothing but names and numbers, of which one is a whole number that a client may leave out; a product only of
        such numbers, since `price * quantity` is a price. What is `named` is a place itself, and none of another.
        """
        leaves = [one for one in _leaves(operation) if not isinstance(one, Constant) and not _is_length(one)]
        names = [one.id for one in leaves if isinstance(one, Name)]
        given = [name for name in names if self._is_asked_for(name, function, named=named)]
        if not given or len(names) < len(leaves) or any("." in one for one in set(names).difference(given)):
            return False
        return len(given) == len(names) or not any(
            isinstance(one, Operation) and one.op.startswith("*") for one in inside(operation)
        )

    def _is_asked_for(self, name: str, function: FunctionNode, *, named: bool) -> bool:
        """Whether a name is a whole number that a client may leave out, or a place worked out of such: `offset`."""
        if "." in name:
            return self._is_optional_field(name, function)
        parameter = function.params.get(name)
        if parameter is None:
            match [] if named else _values(name, function):
                case [Operation() as place]:
                    return self._is_place(place, function, named=True)
                case _:
                    return False
        if parameter.default is None:
            return False
        types = self._inference.parameter(function, parameter)
        return any(isinstance(one, Instance) and one.cls == "builtins.int" for one in types)

    def _is_optional_field(self, name: str, function: FunctionNode) -> bool:
        """`paging.page`, of a parameter whose class has such a number with a default, as a field or in `__init__`."""
        head, _, field = name.partition(".")
        parameter = function.params.get(head)
        types = self._inference.parameter(function, parameter) if parameter is not None else ()
        numbers = self._inference.path(types, field)
        return any(isinstance(one, Instance) and one.cls == "builtins.int" for one in numbers) and any(
            self._has_default(one.cls, field)
            for one in types
            if isinstance(one, Instance) and isinstance(one.cls, ClassNode)
        )

    def _has_default(self, cls: ClassNode, field: str) -> bool:
        init = self._inference.members.method(cls, "__init__")
        if init is not None and field in init.params:
            return init.params[field].default is not None
        return any(
            one.value is not None and any(isinstance(target, Name) and target.id == field for target in one.targets)
            for one, _ in cls.scan.assigns
        )

    def _is_duration(self, expr: Expr, function: FunctionNode) -> bool:
        """`(time.time() - started) * 1000`: how long something took, in whatever unit."""
        match expr:
            case Operation(op="-", operands=(now, _)):
                return self._is_clock(now, function)
            case Operation(op="*" | "/" | "//", operands=(span, Constant())):
                return self._is_duration(span, function)
            case _:
                return False

    def _is_clock(self, expr: Expr, function: FunctionNode) -> bool:
        if isinstance(expr, Name):
            return any(isinstance(one, Call) and self._is_clock(one, function) for one in _values(expr.id, function))
        types = self._inference.of(expr.func, function) if isinstance(expr, Call) else ()
        return any(isinstance(one, External) and one.name in _CLOCKS for one in types)


def _values(name: str, function: FunctionNode) -> list[Expr]:
    """What a name of a function is set to."""
    return [
        one.value
        for one, _ in function.scan.assigns
        if one.value is not None and any(isinstance(target, Name) and target.id == name for target in one.targets)
    ]


def _is_length(expr: Expr) -> bool:
    return isinstance(expr, Call) and isinstance(expr.func, Name) and expr.func.id == "len"


def _leaves(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, Operation) and expr.kind in ("arithmetic", "unary"):
        for one in expr.operands:
            yield from _leaves(one)
    else:
        yield expr
