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
_INNER_HINTS = (b"APIRouter", b"FastAPI", b"include_router", b"api_route", b" @app.", b" @router.", b" @self.")
_INNER = re.compile(
    rb"Router\(|FastAPI\(|include_router|api_route\(|add_middleware|exception_handler|\.mount\(|\.middleware\(|websocket_route|on_event"
    rb"|return [\w.]+\.(?:get|post|put|patch|delete|api_route|websocket)\([^\n]*\*\*"
    rb"|return [\w.]*(?:app|outer|self)\.(?:get|post|put|patch|delete|api_route|websocket)\("
    rb"|event_handler|@[\w.]+\.(?:get|post|put|patch|delete|options|head|trace|api_route|websocket|route)\(|_router\("
)


def router_scopes(modules: Modules) -> Iterator[Scope]:
    """Modules, and those functions of theirs whose text hints at routers."""
    for module in modules.by_path.values():
        data = module.facts.source.data
        if not any(hint in data for hint in _HINTS):
            continue
        yield module
        yield from module.classes
        if not any(hint in data for hint in _INNER_HINTS):
            continue
        for function in module.functions:
            yield from _inner(function, data)


def _inner(function: FunctionNode, data: bytes) -> Iterator[FunctionNode]:
    record = function.record
    if _INNER.search(data, record.body_start, record.body_end):
        yield function
        for nested in function.nested.values():
            yield from _inner(nested, data)
