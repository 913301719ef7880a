"""The graph of dependencies: what runs before an endpoint, where that was asked for, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Call, Name, Sequence
from fastlint.model.calling import DEPENDS, argument, keyword
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import ClassRef, External, FunctionRef, Instance, PartialOf, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Expr, Parameter
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Endpoint, Route, Served
    from fastlint.model.types import Type, Types
    from fastlint.text import Span

Kind: TypeAlias = Literal["parameter", "attribute", "route", "router", "include", "app"]


class Dependency:
    """One `Depends(…)` and what it runs.

    Attributes:
        target: the dependable; None where it can't be resolved.
        ref: the project's function that runs: the dependable itself, `__call__` or `__init__`; None for others.
        call: the `Depends(…)` call, in `scope`.
        kind: where it is asked for; `name` is the parameter or attribute, "" in lists.
        cached: False with `use_cache=False`.
        lifetime: the `scope=` argument, "" where not given.
    """

    def __init__(
        self, call: Call, scope: Scope, kind: Kind, name: str, target: Type | None, ref: FunctionRef | None
    ) -> None:
        self.call = call
        self.scope = scope
        self.kind = kind
        self.name = name
        self.target = target
        self.ref = ref
        self.cached = not any(
            one.name == "use_cache" and getattr(one.value, "text", "") == "False" for one in call.keywords
        )
        lifetime = keyword(call, "scope")
        self.lifetime: str = getattr(lifetime, "value", "") if lifetime is not None else ""

    @property
    def span(self) -> Span:
        """The `Depends(…)` call."""
        return self.scope.module.span(self.call.start, self.call.end)

    @property
    def title(self) -> str:
        """What is depended on, by dotted name, as far as known."""
        found = qualified(self.target) if self.target is not None else None
        return found or "an unknown dependable"

    @property
    def function(self) -> FunctionNode | None:
        """The project's function that runs."""
        return self.ref.node if self.ref is not None else None


class Dependencies:
    """Answers what depends on what."""

    def __init__(self, inference: Inference, constants: Constants) -> None:
        self._inference = inference
        self._constants = constants
        self._of_function: dict[FunctionNode, tuple[Dependency, ...]] = {}

    def of_function(self, function: FunctionNode) -> tuple[Dependency, ...]:
        """The dependencies of a function's parameters; for a method of a class-based view those of the class too."""
        found = self._of_function.get(function)
        if found is None:
            self._of_function[function] = ()
            found = self._of_function[function] = tuple(self._find(function))
        return found

    def _find(self, function: FunctionNode) -> Iterator[Dependency]:
        for parameter in function.record.params:
            one = self.of_parameter(function, parameter)
            if one is not None:
                yield one

    def of_parameter(self, function: FunctionNode, parameter: Parameter) -> Dependency | None:
        """The dependency behind a parameter, or None."""
        scope = function.parent
        inner: Expr | None = None
        home = scope
        if parameter.default is not None:
            for call, where in self._calls(parameter.default, scope):
                return self._made(call, where, "parameter", parameter.name, parameter.annotation, scope)
        if parameter.annotation is not None:
            inner, home, metadata = self._inference.unwrap(parameter.annotation, scope)
            for expr, where in reversed(metadata):
                for call, place in self._calls(expr, where):
                    return self._made(call, place, "parameter", parameter.name, inner, home)
                if self._inference.injection.by_container(expr, where):
                    asked = Call(expr, (), (), expr.start, expr.size)
                    return self._made(asked, where, "parameter", parameter.name, inner, home)
        return None

    def of_class(self, cls: ClassNode) -> tuple[Dependency, ...]:
        """The dependencies among the attributes of a class and its bases (class-based views)."""
        found: list[Dependency] = []
        for base in self._inference.members.mro(cls):
            if not isinstance(base, ClassNode):
                continue
            for name, bindings in base.scan.bindings.items():
                for binding in bindings:
                    if binding.value is not None:
                        found += [
                            self._made(call, where, "attribute", name, binding.annotation, base)
                            for call, where in self._calls(binding.value, base)
                        ]
        return tuple(found)

    def of_list(self, expr: Expr, scope: Scope, kind: Kind) -> tuple[Dependency, ...]:
        """The dependencies of a `dependencies=[…]` argument, names followed."""
        found: list[Dependency] = []
        for value, where in self._inference.origins(expr, scope):
            items = value.items if isinstance(value, Sequence) else (value,)
            for item in items:
                for call, home in self._calls(item, where):
                    found.append(self._made(call, home, kind, "", None, home))
        return tuple(found)

    def of_route(self, route: Route) -> tuple[Dependency, ...]:
        """Those of the registering call's own `dependencies=`."""
        option = route.option("dependencies")
        return self.of_list(option, route.scope, "route") if option is not None else ()

    def of_endpoint(self, endpoint: Endpoint) -> tuple[Dependency, ...]:
        """All direct ones of an endpoint: parameters, class, decorators, routers, includes, apps; each call once."""
        found: dict[int, Dependency] = {}
        for served in endpoint.served:
            found.update((id(one.call), one) for one in self.effective(served))
        if not endpoint.served:
            for route in endpoint.routes:
                router = route.router.option("dependencies")
                shared = self.of_list(*router, "router") if router is not None else ()
                found.update((id(one.call), one) for one in (*shared, *self.of_route(route)))
            found.update((id(one.call), one) for one in self._own(endpoint.function))
        return tuple(found.values())

    def _own(self, function: FunctionNode) -> tuple[Dependency, ...]:
        cls = function.owner
        return (*(self.of_class(cls) if cls is not None else ()), *self.of_function(function))

    def effective(self, served: Served) -> tuple[Dependency, ...]:
        """What runs before a served route, in order: app, includes, routers, route, parameters."""
        found: list[Dependency] = []
        app = served.app.option("dependencies")
        if app is not None:
            found += self.of_list(*app, "app")
        for include in served.includes:
            option = include.option("dependencies")
            if option is not None:
                found += self.of_list(*option, "include")
            router = include.child.option("dependencies")
            if router is not None:
                found += self.of_list(*router, "router")
        found += self.of_route(served.route)
        if served.route.function is not None:
            found += self._own(served.route.function)
        return tuple(found)

    def closure(self, start: Iterable[Dependency]) -> tuple[Dependency, ...]:
        """The given ones and all that they depend on, each function once, outer ones first."""
        found: list[Dependency] = []
        seen: set[FunctionNode] = set()
        todo = list(start)
        while todo:
            one = todo.pop(0)
            if one.function is None:
                found.append(one)
                continue
            if one.function in seen:
                continue
            seen.add(one.function)
            found.append(one)
            todo += self.of_function(one.function)
        return tuple(found)

    # -- making them

    def _calls(self, expr: Expr, scope: Scope) -> Iterator[tuple[Call, Scope]]:
        """The `Depends(…)` calls that an expression is or was assigned from."""
        found = (
            ((expr, scope),)
            if isinstance(expr, Call)
            else self._inference.origins(expr, scope)
            if isinstance(expr, Name)
            else ()
        )
        for value, where in found:
            if isinstance(value, Call) and self.is_depends(value, where):
                yield value, where

    def is_depends(self, call: Call, scope: Scope) -> bool:
        """Whether a call is `Depends(…)` or `Security(…)`."""
        return any(isinstance(one, External) and one.name in DEPENDS for one in self._inference.of(call.func, scope))

    def _made(
        self, call: Call, scope: Scope, kind: Kind, name: str, annotation: Expr | None, home: Scope
    ) -> Dependency:
        expr = argument(call, 0, "dependency")
        types: Types = ()
        if expr is not None:
            types = self._inference.of(expr, scope)
        elif annotation is not None:
            types = tuple(
                ClassRef(one.cls, one.args) if isinstance(one.cls, ClassNode) else External(one.cls)
                for one in self._inference.annotation(annotation, home)
                if isinstance(one, Instance)
            )
        target = types[0] if types else None
        return Dependency(call, scope, kind, name, target, self.runs(target))

    def runs(self, target: Type | None) -> FunctionRef | None:
        """The project's function that a dependable runs."""
        members = self._inference.members
        match target:
            case FunctionRef():
                return target
            case ClassRef(cls=cls):
                init = members.method(cls, "__init__")
                return FunctionRef(init, Instance(cls)) if init is not None else None
            case Instance(cls=ClassNode() as cls):
                method = members.method(cls, "__call__")
                return FunctionRef(method, target) if method is not None else None
            case PartialOf(func=func):
                return self.runs(func)
            case _:
                return None
