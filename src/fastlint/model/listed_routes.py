"""Routes that an app or router is made with: `FastAPI(routes=[APIRoute("/x", f), Mount("/y", app)])`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name, Sequence
from fastlint.model.calling import argument, keyword
from fastlint.model.plain_routes import PlainRoute
from fastlint.model.registering import function_of
from fastlint.model.routers import Mount, Route
from fastlint.model.types import ClassRef, External, FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
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
    for item, scope in _items(*option, inference) if option is not None else ():
        names = _names(item.func, scope, inference)
        path = constants.text(argument(item, 0, "path"), scope)
        if names & _MOUNTS:
            app = argument(item, 1, "app")
            for inner in (targets.of(app, scope, ()) if app is not None else []) or (None,):
                yield Mount(router, inner, path, item, scope)
        elif names & (_ROUTES | _SOCKETS):
            yield _route(router, path, item, scope, inference, constants, websocket=bool(names & _SOCKETS))
        elif names & _PLAIN:
            endpoint = argument(item, 1, "endpoint")
            types = inference.of(endpoint, scope) if endpoint is not None else ()
            yield PlainRoute(router, "", item, scope, path, function_of(types[0]) if types else None)


def _items(expr: Expr, scope: Scope, inference: Inference) -> Iterator[tuple[Call, Scope]]:
    """The calls in a list, and in those that are added to its name where it is read."""
    added = [
        (statement.value, scope)
        for statement, _ in (scope.scan.assigns if isinstance(expr, Name) else ())
        if statement.op == "+=" and statement.value is not None and _spelled(statement.targets) == _spelled((expr,))
    ]
    for value, where in (*inference.origins(expr, scope), *added):
        for item in value.items if isinstance(value, Sequence) else ():
            if isinstance(item, Call):
                yield item, where


def _spelled(targets: tuple[Expr, ...]) -> tuple[str, ...]:
    return tuple(one.id for one in targets if isinstance(one, Name))


def _names(func: Expr, scope: Scope, inference: Inference) -> set[str]:
    """What a call makes an object of: a library's class, or a class of the project by what it inherits from."""
    found: set[str] = set()
    for one in inference.of(func, scope):
        if isinstance(one, External):
            found.add(one.name)
        elif isinstance(one, ClassRef):
            found.update(inference.members.external_bases(one.cls))
    return found


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
