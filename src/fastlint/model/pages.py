"""Endpoints that answer with a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call
from fastlint.model.types import External, FunctionRef, MethodRef

if TYPE_CHECKING:
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.routers import Endpoint

_HELPERS = 3  # helpers that make pages are followed so far


def renders(endpoint: Endpoint, inference: Inference) -> bool:
    """Whether a route asks for HTML, or a `return` gives a page, made there or by a helper."""
    for route in endpoint.routes:
        option = route.option("response_class")
        types = inference.of(option, route.scope) if option is not None else ()
        if any(isinstance(one, External) and one.name.endswith("HTMLResponse") for one in types):
            return True
    return _returns_page(endpoint.function, inference, 0)


def _returns_page(function: FunctionNode, inference: Inference, depth: int) -> bool:
    for returned in function.scan.returns:
        value = returned.value.value if isinstance(returned.value, Await) else returned.value
        for one in inference.of(value.func, function) if isinstance(value, Call) else ():
            name = one.path if isinstance(one, MethodRef) else one.name if isinstance(one, External) else ""
            if name.rpartition(".")[2] in ("TemplateResponse", "HTMLResponse"):
                return True
            if isinstance(one, FunctionRef) and depth < _HELPERS and _returns_page(one.node, inference, depth + 1):
                return True
    return False
