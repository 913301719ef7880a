"""Endpoints that are registered in Starlette's own way, past FastAPI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import FunctionDef
from fastlint.model.calling import argument, keyword
from fastlint.model.registering import decorates, function_of
from fastlint.model.routers import Registration, verb_of

if TYPE_CHECKING:
    from fastlint.facts.records import Call
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.routers import Router
    from fastlint.model.scan import Site
    from fastlint.model.stand_ins import Given
    from fastlint.model.types import Env


class PlainRoute(Registration):
    """One such registration.

    Attributes:
        verb: `route`, `add_route` or `add_websocket_route`; "" for a `Route(…)` that an app is made with.
        path: as registered; unknown parts as `{source?}`.
        function: the endpoint, None where it can't be resolved, or is a class.
    """

    def __init__(
        self, router: Router, verb: str, call: Call, scope: Scope, path: str, function: FunctionNode | None
    ) -> None:
        self.router = router
        self.verb = verb
        self.call = call
        self.scope = scope
        self.path = path
        self.function = function

    @property
    def websocket(self) -> bool:
        """Whether it answers websockets."""
        func = self.call.func
        return "websocket" in (self.verb or verb_of(self.call) or getattr(func, "id", "")).lower()

    def methods(self, constants: Constants) -> tuple[str, ...]:
        """What it answers, `HEAD` wherever it answers `GET`; none for a websocket."""
        if self.websocket:
            return ()
        listed = constants.strings(keyword(self.call, "methods"), self.scope) or ("GET",)
        found = tuple(one.upper() for one in listed)
        return (*found, "HEAD") if "GET" in found and "HEAD" not in found else found


def plain_route(
    router: Router,
    verb: str,
    site: Site,
    scope: Scope,
    env: Env,
    given: Given,
    *,
    inference: Inference,
    constants: Constants,
) -> PlainRoute:
    """What a call of `route` and the like registers, be it as a decorator."""
    call = site.call
    function: FunctionNode | None = None
    if isinstance(site.statement, FunctionDef) and decorates(site):
        function = scope.module.function(site.statement.function, scope)
    else:
        endpoint = argument(call, 1, "route")
        types = inference.of(endpoint, scope, env) if endpoint is not None else ()
        function = function_of(types[0]) if types else None
    return PlainRoute(router, verb, call, scope, constants.text(argument(call, 0, "path"), scope, given), function)
