"""By which methods things are put on apps and routers, and in which shapes these are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import FunctionDef
from fastlint.model.routers import METHODS
from fastlint.model.types import FunctionRef, PartialOf

if TYPE_CHECKING:
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Site
    from fastlint.model.types import Type

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
