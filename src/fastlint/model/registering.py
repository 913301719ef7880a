"""By which methods things are put on apps and routers, and in which shapes these are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, FunctionDef, Keyword, Sequence
from fastlint.model.calling import argument, keyword
from fastlint.model.routers import METHODS
from fastlint.model.stand_ins import argument_of, stand_in
from fastlint.model.types import FunctionRef, PartialOf

if TYPE_CHECKING:
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.scan import Site
    from fastlint.model.stand_ins import Given
    from fastlint.model.types import Env, Type, Types

ROUTE_VERBS = frozenset(
    (*METHODS, "api_route", "websocket", "add_api_route", "add_api_websocket_route", "websocket_route")
)
PLAIN_VERBS = frozenset({"route", "add_route", "add_websocket_route"})
VERBS = (
    ROUTE_VERBS
    | PLAIN_VERBS
    | {
        "include_router",
        "mount",
        "add_middleware",
        "middleware",
        "exception_handler",
        "add_exception_handler",
        "on_event",
        "add_event_handler",
    }
)
DECORATORS = frozenset(
    (*METHODS, "api_route", "websocket", "websocket_route", "route", "middleware", "exception_handler", "on_event")
)
NEVER = 99  # the place of an argument that is given by name only


def decorates(site: Site) -> bool:
    """Whether a call is a decorator of the function that it stands at."""
    return isinstance(site.statement, FunctionDef) and any(
        one is site.call for one in site.statement.function.decorators
    )


def function_of(target: Type | None) -> FunctionNode | None:
    """The project's function behind a callable: itself, or `__call__` of an instance."""
    match target:
        case FunctionRef(node=node):
            return node
        case PartialOf(func=func):
            return function_of(func)
        case _:
            return None


def methods_of(call: Call, scope: Scope, given: Given, inference: Inference, constants: Constants) -> tuple[str, ...]:
    """The `methods=` of a call, be it in a dict that `**` spreads."""
    found = argument_of(call, NEVER, "methods", scope, given)
    for spread in (one.value for one in call.keywords if not one.name) if found is None else ():
        for written, where in inference.origins(spread, scope):
            found = (
                argument_of(Call(call.func, (), (Keyword("", written, 0, 0),), 0, 0), NEVER, "methods", where, {})
                or found
            )
    if found is None:
        return ()
    value, where = stand_in(found[0], given) or found
    texts = constants.strings(value, where)
    if not texts and isinstance(value, Sequence):
        texts = tuple(constants.text(one, where, given) for one in value.items)
    return tuple(one.rpartition(".")[2].rstrip("?}") for one in texts if one[:1] != "{" or "." in one)


def hook_targets(verb: str, site: Site, scope: Scope, env: Env, inference: Inference) -> Types:
    """What `middleware`, `add_event_handler` and the like put on an app."""
    call = site.call
    if verb in ("middleware", "exception_handler", "on_event"):
        if isinstance(site.statement, FunctionDef) and decorates(site):
            return (FunctionRef(scope.module.function(site.statement.function, scope)),)
        return ()
    place = 0 if verb == "add_middleware" else 1
    name = {"add_middleware": "middleware_class", "add_exception_handler": "handler"}.get(verb, "func")
    # `add_middleware(BaseHTTPMiddleware, dispatch=f)`: f is what runs
    value = keyword(call, "dispatch") if verb == "add_middleware" else None
    value = argument(call, place, name) if value is None else value
    return inference.of(value, scope, env) if value is not None else ()
