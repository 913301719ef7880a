"""Where a project asks for a JSON response class, by whom, and which routes that concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Attribute, Call, Name
from fastlint.model.calling import keyword
from fastlint.model.plain import Plain
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.contracts import Contract, Contracts
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode, Module, Scope
    from fastlint.model.responses import ResponseKind
    from fastlint.model.routes import Routes
    from fastlint.text import Span

Asking: TypeAlias = Literal["route", "router", "include", "app", "subclass", "call"]
_OLD = frozenset({"orjson", "ujson"})
_NEEDLES = (b"ORJSONResponse", b"UJSONResponse")


class JsonClass(Plain, frozen=True):
    """One place that asks for a JSON response class.

    Attributes:
        expr: the class as it is written there, in `scope`.
        call: the registering, constructing or including call, or the construction of the response.
        routes: the contracts that it concerns; for `call` those of the endpoint it is made in.
        function: what a response is constructed in.
        returned: the construction is what a `return` gives.
    """

    asking: Asking
    kind: ResponseKind
    expr: Expr
    scope: Scope
    call: Call | None = None
    routes: tuple[Contract, ...] = ()
    function: FunctionNode | None = None
    owner: str = ""
    returned: bool = False

    @property
    def at(self) -> Span:
        """The class as it is written."""
        return self.scope.module.span(self.expr.start, self.expr.end)

    @property
    def text(self) -> str:
        """Its text."""
        return self.scope.module.facts.source.text(self.expr.start, self.expr.end)

    @property
    def shown(self) -> str:
        """Its text for messages; where that is another name for the class, its own besides."""
        own = {"orjson": "ORJSONResponse", "ujson": "UJSONResponse"}.get(self.kind, "")
        return f"`{self.text}`" if own in self.text else f"`{self.text}` (`{own}`)"

    @property
    def calls(self) -> tuple[Span, ...]:
        """All calls that give the class there: for a route each of its function's registrations that does."""
        if self.asking == "route":
            return tuple(one.route.span for one in self.routes)
        return (self.scope.module.span(self.call.start, self.call.end),) if self.call is not None else ()

    @property
    def deprecated(self) -> bool:
        """Whether the class is deprecated."""
        return self.kind in _OLD

    @property
    def generators(self) -> tuple[Contract, ...]:
        """The routes that stream items, which an explicit JSON class breaks."""
        return tuple(one for one in self.routes if one.function.is_generator) if self.asking != "call" else ()


class JsonClasses:
    """Finds such places."""

    def __init__(self, inference: Inference, modules: Modules, routes: Routes, contracts: Contracts) -> None:
        self._inference = inference
        self._modules = modules
        self._routes = routes
        self._contracts = contracts

    def all(self) -> Iterator[JsonClass]:
        """All places, those of routes and routers first."""
        yield from self._asked()
        for module in self._modules.by_path.values():
            if any(needle in module.facts.source.data for needle in _NEEDLES):
                yield from self._subclasses(module)
                yield from self._made(module)

    def _asked(self) -> Iterator[JsonClass]:
        found: dict[tuple[str, int], tuple[JsonClass, list[Contract]]] = {}
        for one in self._defaults():
            found.setdefault((one.at.path, one.at.start), (one, []))
        for _, made in self._contracts.all:
            for contract in made:
                given = contract.response_class
                if given is None or not self._is_library(given.expr, given.scope) or given.kind is None:
                    continue
                key = (given.scope.module.path, given.expr.start)
                if given.level == "route":  # one finding a function
                    key = (f"{contract.function.module.path}:{given.kind}", contract.function.record.start)
                call = contract.route.call if given.level == "route" else None
                place = JsonClass(given.level, given.kind, given.expr, given.scope, call)
                found.setdefault(key, (place, []))[1].append(contract)
        for one, contracts in found.values():
            if one.kind in ("json", *_OLD):
                yield JsonClass(one.asking, one.kind, one.expr, one.scope, one.call, tuple(contracts))

    def _defaults(self) -> Iterator[JsonClass]:
        for router in self._routes.routers:
            yield from self._default(router.call, router.scope, router.kind)
        for include in self._routes.includes:
            yield from self._default(include.call, include.scope, "include")

    def _default(self, call: Call, scope: Scope, asking: Asking) -> Iterator[JsonClass]:
        given = keyword(call, "default_response_class")
        kind = self._library_kind(given, scope) if given is not None else None
        if given is not None and kind is not None:
            yield JsonClass(asking, kind, given, scope, call)

    def _is_library(self, expr: Expr, scope: Scope) -> bool:
        return any(isinstance(one, External) for one in self._inference.of(expr, scope))

    def _library_kind(self, expr: Expr, scope: Scope) -> ResponseKind | None:
        """The kind of a library's own response class; None for the project's, which inherit, and for other things."""
        for one in self._inference.of(expr, scope):
            if isinstance(one, External):
                return self._contracts.responses.of_class(one)
        return None

    def _subclasses(self, module: Module) -> Iterator[JsonClass]:
        for cls in module.classes:
            for base in cls.record.bases:
                kind = self._library_kind(base, cls.parent) if isinstance(base, (Name, Attribute)) else None
                if kind in _OLD:
                    yield JsonClass("subclass", kind, base, cls.parent, owner=cls.name)

    def _made(self, module: Module) -> Iterator[JsonClass]:
        """Constructions in the functions of a module, by whatever name it knows the class."""
        needles = [
            name.encode()
            for name, bindings in module.scan.bindings.items()
            if any(
                isinstance(one.node, tuple) and one.node[1].name in ("ORJSONResponse", "UJSONResponse")
                for one in bindings
            )
        ]
        data = module.facts.source.data
        for function in module.functions:
            body = data[function.record.body_start : function.record.body_end]
            if not any(needle in body for needle in (*needles, *_NEEDLES)):
                continue
            returned = {id(one.value) for one in function.scan.returns}
            contracts = self._of(function)
            for site in function.scan.calls:
                func = site.call.func
                kind = self._library_kind(func, function) if isinstance(func, (Name, Attribute)) else None
                if kind in _OLD:
                    yield JsonClass(
                        "call",
                        kind,
                        func,
                        function,
                        site.call,
                        contracts,
                        function,
                        function.name,
                        returned=id(site.call) in returned,
                    )

    def can_go(self, one: JsonClass) -> bool:
        """Whether every route that a class is asked for by has a model, so that leaving it away changes no byte."""
        if one.asking == "include" or not one.routes:
            return False
        outer = one.asking == "app" or all(self._contracts.classes.inherited(one.route) is None for one in one.routes)
        return outer and all(
            contract.effective
            and contract.shape.telling
            and contract.shape.kind != "unknown"
            and "response" not in self._contracts.returned.of(contract.function).kinds
            for contract in one.routes
        )

    def _of(self, function: FunctionNode) -> tuple[Contract, ...]:
        endpoint = self._routes.by_function.get(function)
        return tuple(self._contracts.of_endpoint(endpoint)) if endpoint is not None else ()
