"""Which parameters of its path an endpoint takes: itself, through its dependencies, or from the request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name, Sequence, Str
from fastlint.model.calling import keyword
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import ClassRef, FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Expr, Parameter
    from fastlint.model.dependencies import Dependencies, Dependency
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Endpoint, Route, Router

_REQUESTS = ("starlette.requests.HTTPConnection", "starlette.requests.Request", "starlette.websockets.WebSocket")
# What of a request says nothing of its path. Any other use, handing it on included, may read a path parameter.
_PATHLESS = (
    rb"(?:app|auth|body|client|cookies|form|headers|is_disconnected|json|method|query_params|receive|receive_bytes"
    rb"|receive_json|receive_text|accept|close|send_bytes|send_json|send_text|session|state|stream|user)"
)


class PathUse:
    """Answers which path parameters an endpoint takes."""

    def __init__(self, inference: Inference, dependencies: Dependencies) -> None:
        self._inference = inference
        self._dependencies = dependencies

    def taken(self, endpoint: Endpoint) -> frozenset[str] | None:
        """The names that an endpoint and what it depends on take as parameters; None where that can't be told."""
        function = endpoint.function
        if any(one.kind == "**" for one in function.record.params) or self._redefined(endpoint):
            return None
        if not all(self._lists_known(route, endpoint) for route in endpoint.routes):
            return None
        found = self._names(function)
        if self._reads_request(function):
            return None
        if function.owner is not None:
            found |= self._of_class(function.owner)
        for one in self._dependencies.closure(self._dependencies.of_endpoint(endpoint)):
            if one.target is None:
                return None
            if one.function is not None:
                if self._reads_request(one.function):
                    return None
                found |= self._names(one.function)
            if isinstance(one.target, ClassRef):
                found |= self._of_class(one.target.cls)
        return frozenset(found)

    # -- names

    def _names(self, function: FunctionNode) -> set[str]:
        """The parameters of a function, and the aliases that `Path(alias=…)` and the like give them."""
        found: set[str] = set()
        for parameter in function.record.params:
            found.add(parameter.name)
            for expr, scope in self._metadata(function, parameter):
                alias = keyword(expr, "alias") if isinstance(expr, Call) else None
                if isinstance(alias, Str):
                    found.add(alias.value)
                elif alias is not None:
                    found.update(value.value for value, _ in self._inference.origins(alias, scope) if isinstance(value, Str))
            if parameter.annotation is not None:
                for one in self._inference.annotation(parameter.annotation, function.parent):
                    if isinstance(one, Instance) and isinstance(one.cls, ClassNode) and self._is_split(function, parameter):
                        found |= self._of_class(one.cls)
        return found

    def _metadata(self, function: FunctionNode, parameter: Parameter) -> Iterator[tuple[Expr, Scope]]:
        if parameter.default is not None:
            yield from self._inference.origins(parameter.default, function.parent)
        if parameter.annotation is not None:
            yield from self._inference.unwrap(parameter.annotation, function.parent)[2]

    def _is_split(self, function: FunctionNode, parameter: Parameter) -> bool:
        """Whether the fields of a parameter's model are parameters of their own: `Annotated[Filters, Query()]`."""
        return any(isinstance(expr, Call) for expr, _ in self._metadata(function, parameter))

    def _of_class(self, cls: ClassNode) -> set[str]:
        """What making an object of a class may take: fields and the parameters of `__init__`."""
        found: set[str] = set()
        for base in self._inference.members.mro(cls):
            if isinstance(base, ClassNode):
                for name, bindings in base.scan.bindings.items():
                    if any(one.annotation is not None for one in bindings):
                        found.add(name)
                init = base.methods.get("__init__")
                if init is not None:
                    found |= self._names(init)
        return found

    # -- what can't be told

    def _redefined(self, endpoint: Endpoint) -> bool:
        """Whether a decorator may give the function other parameters."""
        function = endpoint.function
        routes = {id(route.call) for route in endpoint.routes}
        for expr in function.record.decorators:
            target = expr.func if isinstance(expr, Call) else expr
            if id(expr) in routes:
                continue
            types = self._inference.of(target, function.parent)
            if not types:
                return True  # timid: an unknown decorator may change the signature
            for one in types:
                if isinstance(one, FunctionRef) and _mentions(one.node, b"__signature__"):
                    return True
        return False

    def _lists_known(self, route: Route, endpoint: Endpoint) -> bool:
        """Whether all that stands in the `dependencies=` of a route, its routers and their inclusions is known."""
        option = route.option("dependencies")
        if option is not None and not self._list_known(option, route.scope):
            return False
        routers: list[Router] = [route.router]
        for served in endpoint.served:
            if served.route is route:
                routers.append(served.app)
                for include in served.includes:
                    routers += (include.child, include.parent)
                    given = include.option("dependencies")
                    if given is not None and not self._list_known(*given):
                        return False
        return all(self._router_known(one) for one in routers)

    def _router_known(self, router: Router) -> bool:
        option = router.option("dependencies")
        if option is not None and not self._list_known(*option):
            return False
        route_class = router.option("route_class")
        for one in self._inference.of(*route_class) if route_class is not None else ():
            if isinstance(one, ClassRef) and b"path_params" in one.cls.module.facts.source.data:
                return False
        return True

    def _list_known(self, expr: Expr, scope: Scope) -> bool:
        written = self._inference.origins(expr, scope)
        if isinstance(expr, Name) and re.search(
            rb"\b%s\s*(?:\.(?:append|extend|insert)\(|\+=)" % re.escape(expr.id.encode()), scope.module.facts.source.data
        ):
            return False
        return bool(written) and all(
            (isinstance(value, Sequence) and all(self._item_known(item, where) for item in value.items))
            or getattr(value, "text", "") == "None"
            for value, where in written
        )

    def _item_known(self, expr: Expr, scope: Scope) -> bool:
        values = ((expr, scope),) if isinstance(expr, Call) else self._inference.origins(expr, scope)
        return bool(values) and all(
            isinstance(value, Call) and self._dependencies.is_depends(value, where) for value, where in values
        )

    def _reads_request(self, function: FunctionNode) -> bool:
        """Whether a function takes the request and does more with it than read what has nothing to do with the path."""
        for parameter in function.record.params:
            if self._is_request(function, parameter):
                name = re.escape(parameter.name.encode())
                record = function.record
                body = function.module.facts.source.data[record.body_start : record.body_end]
                if re.search(rb"\b%s\b(?!\s*\.\s*%s\b)" % (name, _PATHLESS), body):
                    return True
        return False

    def _is_request(self, function: FunctionNode, parameter: Parameter) -> bool:
        if parameter.annotation is None:
            return False
        types: Iterable[object] = self._inference.annotation(parameter.annotation, function.parent)
        return any(
            isinstance(one, Instance) and self._inference.members.is_subclass(one.cls, *_REQUESTS) for one in types
        )


def _mentions(node: FunctionNode, text: bytes) -> bool:
    record = node.record
    return node.module.facts.source.data.find(text, record.body_start, record.body_end) >= 0


