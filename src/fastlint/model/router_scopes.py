"""Which modules, classes and functions may make routers or register on them, by their text alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode, Scope

_HINTS = (
    b"APIRouter",
    b"FastAPI",
    b"include_router",
    b"add_api_route",
    b".mount(",
    b"add_middleware",
    b"outer.",
    b"app.",
    b"api_route",
)
_INNER_HINTS = (
    b"APIRouter",
    b"FastAPI",
    b"include_router",
    b"api_route",
    b" @app.",
    b" @router.",
    b" @self.",
    b" router.",
)
_INNER_WORDS = (
    *(b"Router(", b"FastAPI(", b"_router(", b"include_router", b"api_route(", b"websocket_route", b".mount("),
    *(b".middleware(", b"add_middleware", b"exception_handler", b"event_handler", b"on_event"),
)
# Apart, so that each search goes by the plain text that it begins with.
_INNER_RETURNS = re.compile(
    rb"return (?:[\w.]+\.(?:get|post|put|patch|delete|api_route|websocket)\([^\n]*\*\*"
    rb"|[\w.]*(?:app|outer|self)\.(?:get|post|put|patch|delete|api_route|websocket)\()"
)
_INNER_APPLIED = re.compile(rb"(?:app|outer|self)\.(?:get|post|put|patch|delete|api_route|websocket)\([^\n]*\)\(\w")
_INNER_DECORATORS = re.compile(
    rb"@[\w.]+\.(?:get|post|put|patch|delete|options|head|trace|api_route|websocket|route)\("
)


def router_scopes(modules: Modules) -> Iterator[Scope]:
    """Modules, and those functions of theirs whose text hints at routers."""
    for module in modules.by_path.values():
        data = module.facts.source.data
        # a router from another module may go by any name: then only what it decorates tells of it
        if not any(hint in data for hint in _HINTS) and not _INNER_DECORATORS.search(data):
            continue
        yield module
        yield from module.classes
        if not any(hint in data for hint in _INNER_HINTS):
            continue
        words = [word for word in _INNER_WORDS if word in data]
        for function in module.functions:
            yield from _inner(function, data, words)


def _inner(function: FunctionNode, data: bytes, words: list[bytes]) -> Iterator[FunctionNode]:
    start, end = function.record.body_start, function.record.body_end
    if (
        any(data.find(word, start, end) >= 0 for word in words)
        or _INNER_DECORATORS.search(data, start, end)
        or _INNER_RETURNS.search(data, start, end)
        or _INNER_APPLIED.search(data, start, end)
    ):
        yield function
        for nested in function.nested.values():
            yield from _inner(nested, data, words)
