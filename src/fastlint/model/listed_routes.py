"""Routes that an app or router is made with: `FastAPI(routes=[APIRoute("/x", f), Mount("/y", app)])`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Sequence
from fastlint.model.calling import argument, keyword
from fastlint.model.plain_routes import PlainRoute
from fastlint.model.registering import function_of
from fastlint.model.routers import Mount, Route
from fastlint.model.types import External, FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.router_targets import Targets
    from fastlint.model.routers import Router

_ROUTES = frozenset({"fastapi.routing.APIRoute", "fastapi.APIRoute"})
_SOCKETS = frozenset({"fastapi.routing.APIWebSocketRoute"})
_PLAIN = frozenset({"starlette.routing.Route", "starlette.routing.WebSocketRoute"})
_MOUNTS = frozenset({"starlette.routing.Mount", "fastapi.routing.Mount"})


def listed_routes(
    router: Router, inference: Inference, constants: Constants, targets: Targets
) -> Iterator[Route | PlainRoute | Mount]:
    """What the `routes=` of a constructor registers."""
    option = router.option("routes")
    for value, scope in inference.origins(*option) if option is not None else ():
        for item in value.items if isinstance(value, Sequence) else ():
            names = (
                {one.name for one in inference.of(item.func, scope) if isinstance(one, External)}
                if isinstance(item, Call)
                else set()
            )
            if not isinstance(item, Call):
                continue
            path = constants.text(argument(item, 0, "path"), scope)
            if names & _MOUNTS:
                app = argument(item, 1, "app")
                for inner in (targets.of(app, scope, ()) if app is not None else []) or (None,):
                    yield Mount(router, inner, path, item, scope)
            elif names & _PLAIN:
                endpoint = argument(item, 1, "endpoint")
                types = inference.of(endpoint, scope) if endpoint is not None else ()
                function = function_of(types[0]) if types else None
                yield PlainRoute(router, "", item, scope, path, function)
            elif names & (_ROUTES | _SOCKETS):
                yield _route(router, path, item, scope, inference, constants, websocket=bool(names & _SOCKETS))


def _route(
    router: Router,
    path: str,
    call: Call,
    scope: Scope,
    inference: Inference,
    constants: Constants,
    *,
    websocket: bool,
) -> Route:
    endpoint = argument(call, 1, "endpoint")
    types = inference.of(endpoint, scope) if endpoint is not None else ()
    target = types[0] if types else None
    function = target.node if isinstance(target, FunctionRef) else None
    listed = constants.strings(keyword(call, "methods"), scope)
    methods = () if websocket else tuple(one.upper() for one in listed) or ("GET",)
    return Route(router, path, methods, function, call, scope, target=target, websocket=websocket, decorator=False)
