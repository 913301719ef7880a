"""After which failures something is tried again, and which of them leave open whether a request was carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Call,
    Dict,
    ExprStatement,
    Lambda,
    Name,
    Operation,
    Return,
    Sequence,
    Str,
)
from fastlint.model.arguments import keyword
from fastlint.model.types import External, FunctionRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope

# Failures after which a request may have been carried out all the same: all of these libraries but what is said here.
_LIBRARIES = frozenset({"httpx", "httpx2", "requests", "aiohttp", "urllib3"})
_NOT_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ClientConnectorError", "NewConnectionError"})
_GENERAL = frozenset(
    f"builtins.{name}"
    for name in ("Exception", "BaseException", "OSError", "IOError", "TimeoutError", "ConnectionError")
)


class Failures:
    """Reads conditions of retries."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def option(self, call: Call, name: str, scope: Scope) -> tuple[Expr | None, Scope | None]:
        """An option, also out of `**options`, with its scope; no scope where it may be among options not known."""
        given = keyword(call, name)
        if given is not None:
            return given, scope
        for one in call.keywords:
            if one.name == "":
                dicts = [(value, where) for value, where in self._inference.origins(one.value, scope)]
                if not dicts or not all(isinstance(value, Dict) for value, _ in dicts):
                    return None, None
                for value, where in dicts:
                    for key, held in zip(value.keys, value.values, strict=True):  # type: ignore[union-attr]
                        if key is None:
                            return None, None
                        if isinstance(key, Str) and key.value == name:
                            return held, where
        return None, scope

    def condition(self, expr: Expr, scope: Scope) -> str:
        """The first failure of a condition of tenacity's that leaves it open; "" where none is known to."""
        if isinstance(expr, Operation) and expr.op == "|":
            return next((found for one in expr.operands if (found := self.condition(one, scope))), "")
        if isinstance(expr, Name):
            for value, where in self._inference.origins(expr, scope):
                if not isinstance(value, Name):
                    return self.condition(value, where)
        if not isinstance(expr, Call):
            return ""
        for func in self._inference.of(expr.func, scope):
            match func:
                case External(name="tenacity.retry_if_exception_type"):
                    return self.exceptions(expr.args, scope) if expr.args else "any exception"
                case External(name="tenacity.retry_if_not_exception_type" | "tenacity.retry_unless_exception_type"):
                    return "most exceptions"
                case External(name="tenacity.retry_any"):
                    return next((found for one in expr.args if (found := self.condition(one, scope))), "")
                case External(name="tenacity.retry_if_exception") if expr.args:
                    return self._predicate(expr.args[0], scope)
                case _:
                    pass
        return ""  # timid: `retry_if_result(f)` may tell the cases apart

    def _predicate(self, expr: Expr, scope: Scope) -> str:
        """What `retry_if_exception(f)` retries, where f asks for classes of exceptions and nothing else."""
        if isinstance(expr, Lambda):
            return self._asked(expr.body, scope)
        for one in self._inference.of(expr, scope):
            if isinstance(one, FunctionRef):
                node = one.node
                said = [each for each in node.body.statements if not isinstance(each, ExprStatement)]
                if len(said) == 1 and isinstance(said[0], Return) and said[0].value is not None:
                    return self._asked(said[0].value, node)
        return ""  # timid: a function with branches may tell the cases apart

    def _asked(self, expr: Expr, scope: Scope) -> str:
        """The first class that `isinstance(e, X) or isinstance(e, Y)` asks for and that leaves it open."""
        match expr:
            case Operation(kind="boolean", op="or", operands=operands):
                return next((found for one in operands if (found := self._asked(one, scope))), "")
            case Call(func=Name(id="isinstance"), args=(_, classes)):
                return self.exceptions((classes,), scope)
            case _:
                return ""

    def exceptions(self, exprs: tuple[Expr, ...], scope: Scope) -> str:
        """The first of some exception classes that doesn't tell whether a request was carried out."""
        for expr in exprs:
            if isinstance(expr, Sequence):
                found = self.exceptions(expr.items, scope)
                if found:
                    return found
                continue
            for one in self._inference.of(expr, scope):
                if isinstance(one, External):
                    root, _, _ = one.name.partition(".")
                    last = one.name.rpartition(".")[2]
                    if one.name in _GENERAL or (root in _LIBRARIES and last not in _NOT_SENT):
                        return f"`{one.name.removeprefix('builtins.')}`"
        return ""
