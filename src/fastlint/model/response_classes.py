"""Which class the data of a route is wrapped in: its own, its router's, that of an include around it, or the app's."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from fastlint.model.plain import Plain

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.responses import ResponseKind, Responses
    from fastlint.model.routers import Route, Router, Served
    from fastlint.model.routes import Routes


class ResponseClass(Plain, frozen=True):
    """The response class of a route; `level` says who sets it. `kind` is None where the class can't be resolved."""

    expr: Expr
    scope: Scope
    kind: ResponseKind | None
    level: Literal["route", "router", "include", "app"]


class ResponseClasses:
    """Answers which response class routes have, and how they are served."""

    def __init__(self, inference: Inference, routes: Routes, responses: Responses) -> None:
        self._inference = inference
        self._routes = routes
        self._responses = responses

    @cached_property
    def served(self) -> dict[Route, Served]:
        """How routes are served, the first way of each."""
        found: dict[Route, Served] = {}
        for table in self._routes.tables.values():
            for served in table:
                found.setdefault(served.route, served)
        return found

    def of(self, route: Route) -> ResponseClass | None:
        """The response class of a route: its own, its router's, that of an include or router around it, the app's."""
        own = route.option("response_class")
        return self._class(own, route.scope, "route") if own is not None else self.inherited(route)

    def inherited(self, route: Route) -> ResponseClass | None:
        """The response class that a route has where it sets none itself."""
        served = self.served.get(route)
        found = self._default(route.router)
        if found is not None or served is None:
            return found
        for include in reversed(served.includes):
            given = include.option("default_response_class")
            if given is not None:
                return self._class(*given, "include")
            found = self._default(include.parent)
            if found is not None:
                return found
        return self._default(served.app)

    def _default(self, router: Router) -> ResponseClass | None:
        given = router.option("default_response_class")
        return self._class(*given, "app" if router.kind == "app" else "router") if given is not None else None

    def _class(self, expr: Expr, scope: Scope, level: Literal["route", "router", "include", "app"]) -> ResponseClass:
        kinds = [self._responses.of_class(one) for one in self._inference.of(expr, scope)]
        return ResponseClass(expr, scope, kinds[0] if len(kinds) == 1 else None, level)
