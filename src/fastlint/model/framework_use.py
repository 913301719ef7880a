"""Where services and repositories speak of requests, responses and dependencies."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.knowledge import libraries
from fastlint.model.plain import Plain
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import If, ImportName
    from fastlint.model.inference import Inference
    from fastlint.model.layers import Layers
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Module
    from fastlint.settings.schema import Role
    from fastlint.text import Span

_ROOTS = ("fastapi.", "starlette.")
_EXCEPTIONS = frozenset(
    {"fastapi.HTTPException", "fastapi.exceptions.HTTPException", "starlette.exceptions.HTTPException"}
)
_NAMES = frozenset(
    {
        "Request",
        "Response",
        "APIRouter",
        "FastAPI",
        "Depends",
        "Security",
        "BackgroundTasks",
        "JSONResponse",
        "ORJSONResponse",
        "UJSONResponse",
        "PlainTextResponse",
        "HTMLResponse",
        "RedirectResponse",
        "StreamingResponse",
        "FileResponse",
    }
)

_STYLE = 10  # so few modules make no style


class FrameworkUse(Plain, frozen=True):
    """One name of the framework in a module that should not know it; `raised` for exceptions that it raises."""

    module: Module
    role: Role
    name: str
    span: Span
    raised: bool = False


class FrameworkUses:
    """Looks through the imports of services and repositories."""

    def __init__(self, modules: Modules, inference: Inference, layers: Layers) -> None:
        self._modules = modules
        self._inference = inference
        self._layers = layers

    def all(self) -> Iterator[FrameworkUse]:
        """Every such name, each once a module, at its import."""
        for module in self._modules.by_path.values():
            data = module.facts.source.data
            if b"fastapi" not in data and b"starlette" not in data:
                continue
            role = self._layers.role(module)
            if role in ("service", "repo"):
                yield from self._of_module(module, role)

    @cached_property
    def is_injected_style(self) -> bool:
        """Whether services and repositories are put together by `Depends` as a matter of course, most of them."""
        inner = [one for one in self._modules.by_path.values() if self._layers.role(one) in ("service", "repo")]
        using = {one.module for one in self.all() if one.name == "Depends"}
        return len(using) >= _STYLE and 2 * len(using) >= len(inner)

    def _of_module(self, module: Module, role: Role) -> Iterator[FrameworkUse]:
        guarded = [statement for statement, _ in module.scan.ifs if _is_for_checkers(statement)]
        for statement in module.scan.imports:
            if not statement.is_from or any(one.start <= statement.start < one.end for one in guarded):
                continue  # timid: a name that only type checkers see makes nothing depend on it
            for one in statement.names:
                yield from self._of_name(module, role, one)

    def _of_name(self, module: Module, role: Role, imported: ImportName) -> Iterator[FrameworkUse]:
        span = module.span(imported.start, imported.end)
        for target in self._inference.lookup.member(module, imported.bound):
            if not isinstance(target, External) or not target.name.startswith(_ROOTS):
                continue
            last = target.name.rpartition(".")[2]
            if target.name in _EXCEPTIONS or libraries.canonical(target.name) in _EXCEPTIONS:
                if self._raises(module, imported.bound):
                    yield FrameworkUse(module, role, last, span, raised=True)
            elif last in _NAMES:
                yield FrameworkUse(module, role, last, span)

    def _raises(self, module: Module, name: str) -> bool:
        """Whether any function of the module raises the exception that `name` is bound to."""
        data = module.facts.source.data
        needle = f"raise {name}".encode()
        for function in module.functions:
            record = function.record
            if data.find(needle, record.body_start, record.body_end) < 0:
                continue
            for raised, _ in function.scan.raises:
                exception = raised.exception.func if isinstance(raised.exception, Call) else raised.exception
                if isinstance(exception, Name) and exception.id == name:
                    return True
        return False


def _is_for_checkers(statement: If) -> bool:
    """`if TYPE_CHECKING:`."""
    return isinstance(statement.test, Name) and statement.test.id.rpartition(".")[2] == "TYPE_CHECKING"
