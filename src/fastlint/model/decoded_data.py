"""Values of no known type that are surely data all the same, because of where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Constant, Name, Subscript
from fastlint.model.expressions import last, receiver
from fastlint.model.types import External, FunctionRef, MethodRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.types import Type

_CHAIN = 3  # how many variables and calls are followed
_DECODERS = frozenset(
    {"fastapi.encoders.jsonable_encoder", "json.loads", "json.load", "orjson.loads", "ujson.loads", "yaml.safe_load"}
)
# Libraries whose objects give data, never a response of the web framework.
_DATA_LIBRARIES = frozenset(
    [
        "httpx",
        "httpx2",
        "requests",
        "aiohttp",
        "sqlalchemy",
        "sqlmodel",
        "asyncpg",
        "psycopg",
        "psycopg2",
        "pymongo",
        "motor",
        "redis",
        "pandas",
        "numpy",
        "polars",
        "boto3",
        "botocore",
        "elasticsearch",
        "opensearchpy",
        "openai",
        "anthropic",
        "databases",
        "tortoise",
        "beanie",
        "peewee",
        "aiosqlite",
        "sqlite3",
    ]
)
_PARTS = frozenset({"get", "pop", "copy", "items", "values", "keys"})
_WEB = frozenset({"fastapi", "starlette"})


class DecodedData:
    """Tells decoded JSON and what libraries of data give from values that may be responses.

    `kind` says of a known type whether it is `data`.
    """

    def __init__(self, inference: Inference, kind: Callable[[Type], str]) -> None:
        self._inference = inference
        self._kind = kind
        self._busy: set[FunctionNode] = set()

    def is_data(self, expr: Expr, scope: Scope, depth: int = 0) -> bool:
        """Whether a value of no known type is surely no response: JSON that is decoded, what libraries of data give."""
        if depth > _CHAIN:
            return False
        match expr:
            case Await(value=value):
                return self.is_data(value, scope, depth)
            case Subscript(value=value):
                return self.is_data(value, scope, depth)  # of what is decoded, a part is as well
            case Call(func=func):
                funcs = self._inference.of(func, scope)
                owner = receiver(func)
                if not funcs and owner is not None and last(func) in _PARTS:
                    return self.is_data(owner, scope, depth)
                return bool(funcs) and all(self._gives_data(one, depth) for one in funcs)
            case Name():
                values = [one for one in self._inference.origins(expr, scope) if one[0] is not expr]
                bound = scope.scan.bindings.get(expr.id, ())
                plain = all(one.kind in ("value", "declared") and not one.path for one in bound)
                if values:
                    return plain and all(self.is_data(*one, depth + 1) for one in values)
                held = self._inference.of(expr, scope)
                return bool(held) and all(isinstance(one, MethodRef) and self._is_of_data(one) for one in held)
        return any(self._kind(one) == "data" for one in self._inference.of(expr, scope))

    def _gives_data(self, func: Type, depth: int) -> bool:
        match func:
            case External(name=name):
                return name in _DECODERS or name.partition(".")[0] in _DATA_LIBRARIES
            case MethodRef(owner=owner, path=path):
                reads = owner.partition(".")[0] in _WEB and path.rpartition(".")[2] in ("json", "body", "form")
                return reads or self._is_of_data(func)
            case FunctionRef(node=node):
                return depth < _CHAIN and not node.is_generator and self._returns_data(node, depth + 1)
            case _:
                return False

    @staticmethod
    def _is_of_data(one: MethodRef) -> bool:
        return one.owner.partition(".")[0] in _DATA_LIBRARIES

    def _returns_data(self, function: FunctionNode, depth: int) -> bool:
        """Whether all that a function of the project returns is data, or None."""
        if function in self._busy:
            return False
        self._busy.add(function)
        values = [one.value for one in function.scan.returns]
        told = [one for one in values if one is not None and not (isinstance(one, Constant) and one.text == "None")]
        found = bool(told)
        for one in told:
            kinds = {self._kind(kind) for kind in self._inference.of(one, function)}
            if not (kinds == {"data"} or (not kinds and self.is_data(one, function, depth))):
                found = False
                break
        self._busy.discard(function)
        return found
