"""How routes are written down: paths and prefixes that are wrong as they stand, methods that are said the long way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import Sequence, Str
from fastlint.model.arguments import argument
from fastlint.model.paths import template
from fastlint.model.routers import METHODS, verb_of
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Endpoint, Route
    from fastlint.model.routes import Routes

# Characters that may stand first in a path that belongs to a prefix: `/items` + `.json`, `:batch`.
_JOINED = "/{:.-~_"


class BadPrefix(NamedTuple):
    """A prefix that FastAPI refuses: it lacks the slash it must start with, or ends with one."""

    text: str
    expr: Expr
    scope: Scope
    starts: bool
    right: str


class Slashless(NamedTuple):
    """A path without the slash that it must start with; `served` is what becomes of it behind its prefixes."""

    route: Route
    served: str
    expr: Expr | None


class Spelling:
    """Answers what is wrong with paths and prefixes as they are written, whatever they lead to."""

    def __init__(self, routes: Routes, inference: Inference) -> None:
        self._routes = routes
        self._inference = inference

    def bad_prefixes(self) -> Iterator[BadPrefix]:
        """Prefixes of routers and inclusions with slashes in the wrong places."""
        routers = [(one.prefix, one.option("prefix")) for one in self._routes.routers if one.kind == "router"]
        includes = [(one.prefix, one.option("prefix")) for one in self._routes.includes]
        for text, option in (*routers, *includes):
            starts = not text or text[0] in "/{"
            if option is not None and not (starts and not text.endswith("/")):
                slash = "" if text[:1] == "/" else "/"
                expr, scope = option
                yield BadPrefix(text, expr, scope, starts, f"{slash}{text.rstrip('/')}")

    def stray_braces(self) -> Iterator[Route]:
        """Routes with a brace in their path that belongs to no parameter."""
        for _, route in self._written():
            if template(route.path).has_stray_brace:
                yield route

    def slashless(self) -> Iterator[Slashless]:
        """Routes whose path lacks its slash, so that it is joined to a prefix, or never answers."""
        for endpoint, route in self._written():
            path = route.path
            if not path or (path[0] in _JOINED and not _is_parameter(path)):
                continue
            full = {one.path for one in endpoint.served if one.route is route} or {route.router.prefix + path}
            if any("?}" in one for one in full) or (path in full and len(full) > 1):
                continue
            yield Slashless(route, min(full), argument(route.call, 0, "path"))

    def _written(self) -> Iterator[tuple[Endpoint, Route]]:
        """The routes of endpoints, but for those of callbacks: expressions that OpenAPI evaluates."""
        for endpoint in self._routes.endpoints:
            yield from ((endpoint, route) for route in endpoint.routes if not route.path.startswith("{$"))

    def only_method(self, route: Route) -> str | None:
        """The one method, in lower case, that a decorator `api_route` names, and that a decorator of its own would."""
        if not route.decorator or verb_of(route.call) != "api_route" or len(route.methods) != 1:
            return None
        method = route.methods[0].lower()
        if method not in METHODS or any(not one.name for one in route.call.keywords):
            return None
        return method if self._is_literal(route) else None

    def _is_literal(self, route: Route) -> bool:
        """Whether the methods are written down: a variable in the list may hold others another time."""
        methods = route.option("methods")
        values = self._inference.origins(methods, route.scope) if methods is not None else ()
        return all(
            isinstance(one, Sequence)
            and all(isinstance(item, Str) or self._is_method(item, where) for item in one.items)
            for one, where in values
        )

    def _is_method(self, item: Expr, scope: Scope) -> bool:
        """`HTTPMethod.GET`, of the standard library."""
        types = self._inference.of(item, scope)
        return any(isinstance(one, External) and one.name.startswith("http.HTTPMethod.") for one in types)


def _is_parameter(path: str) -> bool:
    return path.startswith("{") and "?}" not in path
