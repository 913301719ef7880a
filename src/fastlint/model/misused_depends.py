"""`Depends` in shapes that don't do what they say: not called, given a result, left out of a list, in a body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Attribute, Call, Name, Sequence
from fastlint.model.calling import DEPENDS, argument
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.plain import Plain
from fastlint.model.types import AwaitableOf, ClassRef, External, FunctionRef, Instance, TupleOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.colour import Colour
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.routes import Routes
    from fastlint.model.types import Type
    from fastlint.text import Span

MisuseKind: TypeAlias = Literal["uncalled", "result", "unwrapped", "body", "twice"]

_DATA = frozenset({"builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.bytes"})
_HOLDERS = frozenset({"builtins.dict", "builtins.list", "builtins.set", "builtins.tuple"})
_GENERATORS = frozenset({"typing.Generator", "typing.AsyncGenerator", "typing.Iterator", "typing.AsyncIterator"})
_PLAIN_BASES = frozenset(
    {"builtins.object", "pydantic.BaseModel", "pydantic_settings.BaseSettings", "typing.NamedTuple", "enum.Enum"}
)


class Misuse(Plain, frozen=True):
    """One wrong use.

    Attributes:
        kind: `uncalled` (`x = Depends`), `result` (`Depends(f())`), `unwrapped` (`dependencies=[f]`), `body`
            (`x = Depends(f)` in a function's body), `twice` (in `Annotated` and as the default).
        expr: the expression that is wrong, in `scope`.
        name: the parameter, or variable, that gets it; what is called for `result`; "" for a list.
        function: the function concerned, None for lists.
    """

    kind: MisuseKind
    expr: Expr
    scope: Scope
    name: str
    function: FunctionNode | None

    @property
    def span(self) -> Span:
        """The wrong expression."""
        return self.scope.module.span(self.expr.start, self.expr.end)

    @property
    def text(self) -> str:
        """The wrong expression as written."""
        return " ".join(self.scope.module.facts.source.text(self.expr.start, self.expr.end).split())


class MisusedDepends:
    """Looks for them in everything that requests run."""

    def __init__(self, inference: Inference, routes: Routes, dependencies: Dependencies, colour: Colour) -> None:
        self._inference = inference
        self._routes = routes
        self._dependencies = dependencies
        self._colour = colour

    def all(self) -> Iterator[Misuse]:
        """Every wrong use, each once."""
        seen: set[tuple[str, int]] = set()
        for found in (*self._of_endpoints(), *self._of_lists(), *self._of_bodies()):
            key = (found.scope.module.path, found.expr.start)
            if key not in seen:
                seen.add(key)
                yield found

    def _of_endpoints(self) -> Iterator[Misuse]:
        done: set[FunctionNode] = set()
        for endpoint in self._routes.endpoints:
            closure = self._dependencies.closure(self._dependencies.of_endpoint(endpoint))
            for one in closure:
                expr = argument(one.call, 0, "dependency")
                if isinstance(expr, Call) and self._is_result(expr, one.scope):
                    name = one.scope.module.facts.source.text(expr.func.start, expr.func.end)
                    yield Misuse("result", expr, one.scope, name, None)
            for function in (endpoint.function, *(one.function for one in closure)):
                if function is not None and function not in done:
                    done.add(function)
                    yield from self._uncalled(function)

    def _uncalled(self, function: FunctionNode) -> Iterator[Misuse]:
        for parameter in function.record.params:
            given = [(parameter.default, function.parent)] if parameter.default is not None else []
            if parameter.annotation is not None:
                metadata = self._inference.unwrap(parameter.annotation, function.parent)[2]
                if given and self._asks(*given[0]) and any(self._asks(*one) for one in metadata):
                    yield Misuse("twice", *given[0], parameter.name, function)
                given += metadata
            for expr, scope in given:
                if isinstance(expr, (Name, Attribute)) and self._is_depends(expr, scope):
                    yield Misuse("uncalled", expr, scope, parameter.name, function)

    def _asks(self, expr: Expr, scope: Scope) -> bool:
        return isinstance(expr, Call) and self._is_depends(expr.func, scope)

    def _is_depends(self, expr: Expr, scope: Scope) -> bool:
        return any(isinstance(one, External) and one.name in DEPENDS for one in self._inference.of(expr, scope))

    def _is_result(self, call: Call, scope: Scope) -> bool:
        """Whether what a call gives surely can't be called."""
        types = self._inference.of(call, scope)
        if types:
            return all(self._is_uncallable(one) for one in types)
        functions = self._inference.of(call.func, scope)
        return bool(functions) and all(isinstance(one, FunctionRef) and _gives_nothing(one.node) for one in functions)

    def _is_uncallable(self, one: Type) -> bool:
        match one:
            case AwaitableOf() | TupleOf():
                return True
            case Instance(cls=str() as name):
                return name in _DATA or name in _HOLDERS or name in _GENERATORS
            case Instance(cls=ClassNode() as cls):
                members = self._inference.members
                plain = all(base in _PLAIN_BASES for base in members.external_bases(cls))
                resolved = len(members.bases(cls)) == len(cls.record.bases)
                return plain and resolved and members.method(cls, "__call__") is None
            case _:
                return False

    def _of_lists(self) -> Iterator[Misuse]:
        options = [(route.option("dependencies"), route.scope) for route in self._routes.all]
        options += [option for one in self._routes.includes if (option := one.option("dependencies")) is not None]
        options += [option for one in self._routes.routers if (option := one.option("dependencies")) is not None]
        for expr, scope in options:
            for value, where in self._inference.origins(expr, scope) if expr is not None else ():
                for item in value.items if isinstance(value, Sequence) else ():
                    types = self._inference.of(item, where)
                    if (
                        isinstance(item, (Name, Attribute))
                        and types
                        and all(isinstance(one, (FunctionRef, ClassRef)) for one in types)
                    ):
                        yield Misuse("unwrapped", item, where, "", None)

    def _of_bodies(self) -> Iterator[Misuse]:
        for function in self._colour.per_request:
            record = function.record
            if function.module.facts.source.data.find(b"Depends(", record.body_start, record.body_end) < 0:
                continue
            for statement, _ in function.scan.assigns:
                value, target = statement.value, statement.targets[0]
                if isinstance(value, Call) and isinstance(target, Name) and self._is_depends(value.func, function):
                    yield Misuse("body", value, function, target.id, function)


def _gives_nothing(node: FunctionNode) -> bool:
    return not node.is_generator and not node.record.decorators and all(one.value is None for one in node.scan.returns)
