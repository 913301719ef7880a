"""Whether source tells all that runs before an endpoint: its dependencies, those in lists, and its own parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name, Sequence, Starred
from fastlint.model.calling import argument
from fastlint.model.types import ClassRef, External, FunctionRef, Instance, MethodRef, PartialOf

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.dependencies import Dependencies, Dependency
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.routers import Endpoint, Route, Router


class KnownDependencies:
    """Answers what of it is known."""

    def __init__(self, inference: Inference, dependencies: Dependencies) -> None:
        self._inference = inference
        self._dependencies = dependencies

    def redefined(self, endpoint: Endpoint) -> bool:
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
                if isinstance(one, FunctionRef) and b"__signature__" in _text(one.node):
                    return True
        return False

    def lists(self, route: Route, endpoint: Endpoint) -> bool:
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
            rb"\b%s\s*(?:\.(?:append|extend|insert)\(|\+=)" % re.escape(expr.id.encode()),
            scope.module.facts.source.data,
        ):
            return False
        return bool(written) and all(
            (isinstance(value, Sequence) and all(self._item_known(item, where) for item in value.items))
            or getattr(value, "text", "") == "None"
            for value, where in written
        )

    def _item_known(self, expr: Expr, scope: Scope) -> bool:
        if isinstance(expr, Starred):
            return self._list_known(expr.value, scope)
        values = ((expr, scope),) if isinstance(expr, Call) else self._inference.origins(expr, scope)
        return bool(values) and all(
            isinstance(value, Call) and self._dependencies.is_depends(value, where) for value, where in values
        )

    def is_open(self, dependency: Dependency, dependable: Expr | None) -> bool:
        """Whether it isn't known what runs: nothing is told of it but its type, or it is asked of an object.

        A class in `Depends(self.page)` may be any other one there.
        """
        target = dependency.target
        if target is None:
            return not self._foreign(dependency)
        if not isinstance(target, ClassRef) or not isinstance(dependable, Name):
            return isinstance(target, PartialOf) and dependency.function is None
        head, dot, path = dependable.id.partition(".")
        types = self._inference.lookup.name(head, dependency.scope, dependable.start, ()) if dot else ()
        owner = path.rpartition(".")[0]
        return any(isinstance(one, Instance) for one in (self._inference.path(types, owner) if owner else types))

    def endpoint(self, route: Route) -> bool:
        """Whether source says which function a route has: what is called for it may give several."""
        endpoint = None if route.decorator else argument(route.call, 1, "endpoint")
        return endpoint is None or len(self._inference.of(endpoint, route.scope)) <= 1

    def _foreign(self, dependency: Dependency) -> bool:
        """Whether a dependable that isn't known comes from a library: it can't take what the project calls its own."""
        expr = argument(dependency.call, 0, "dependency")
        values = self._inference.origins(expr, dependency.scope) if expr is not None else ()
        return bool(values) and all(
            isinstance(value, Call)
            and bool(types := self._inference.of(value.func, where))
            and all(isinstance(one, (External, MethodRef)) for one in types)
            for value, where in values
        )


def _text(node: FunctionNode) -> bytes:
    return node.module.facts.source.data[node.record.body_start : node.record.body_end]
