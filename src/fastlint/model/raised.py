"""Which HTTP errors functions raise, and which reach an endpoint through what it calls and depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Raise, Sequence, Try
from fastlint.findings import Step
from fastlint.model.calling import argument, keyword
from fastlint.model.nodes import ClassNode
from fastlint.model.scan import scan
from fastlint.model.types import ClassRef, External

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.responses import Responses
    from fastlint.model.routers import Endpoint
    from fastlint.model.scan import Block
    from fastlint.model.types import Type
    from fastlint.text import Span

_ERRORS = (
    "fastapi.HTTPException",
    "fastapi.exceptions.HTTPException",
    "starlette.exceptions.HTTPException",
)
_EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})
_DEEPEST = 6
_MOST = 300


class Raised:
    """Answers which HTTP errors come out of functions."""

    def __init__(self, inference: Inference, calls: Calls, dependencies: Dependencies, responses: Responses) -> None:
        self._inference = inference
        self._calls = calls
        self._dependencies = dependencies
        self._responses = responses
        self._own: dict[FunctionNode, tuple[tuple[int, Span], ...]] = {}
        self._called: dict[FunctionNode, tuple[tuple[FunctionNode, Span], ...]] = {}

    def by(self, endpoint: Endpoint) -> dict[int, tuple[Step, ...]]:
        """The status codes that an endpoint raises, each with the calls that lead to one place where it does."""
        start: list[FunctionNode] = [endpoint.function]
        closure = self._dependencies.closure(self._dependencies.of_endpoint(endpoint))
        start += [one.function for one in closure if one.function is not None]
        found: dict[int, tuple[Step, ...]] = {}
        seen: set[FunctionNode] = set()
        frontier: list[tuple[FunctionNode, tuple[Step, ...]]] = [(one, ()) for one in start]
        while frontier and len(seen) < _MOST:
            node, trace = frontier.pop(0)
            if node in seen:
                continue
            seen.add(node)
            for status, span in self.own(node):
                found.setdefault(status, (*trace, Step(span, f"raises {status}")))
            if len(trace) < _DEEPEST:
                for target, span in self._targets(node):
                    frontier.append((target, (*trace, Step(span, f"calls {target.local_name}"))))
        return found

    def own(self, node: FunctionNode) -> tuple[tuple[int, Span], ...]:
        """The status codes that a function itself raises, with the places; what its own `except` catches left out."""
        found = self._own.get(node)
        if found is None:
            found = self._own[node] = tuple(self._raises(node))
        return found

    def _raises(self, node: FunctionNode) -> Iterator[tuple[int, Span]]:
        for statement, block in node.scan.raises:
            if statement.exception is None:
                continue
            status = self._status(statement.exception, node)
            if status is not None and not self._caught(block, node):
                yield status, node.module.span(statement.start, statement.end)

    def _status(self, expr: Expr, node: FunctionNode) -> int | None:
        """The status code of `HTTPException(404)`, or of an exception class of the project that has one."""
        for value, scope in self._inference.origins(expr, node) or ((expr, node),):
            call = value if isinstance(value, Call) else None
            for one in self._inference.of(call.func if call is not None else value, scope):
                if isinstance(one, External) and one.name in _ERRORS and call is not None:
                    return self._responses.status(argument(call, 0, "status_code"), scope)
                if isinstance(one, ClassRef) and self._inference.members.is_subclass(one.cls, *_ERRORS):
                    given = keyword(call, "status_code") if call is not None else None
                    return self._responses.status(given, scope) if given is not None else self._of_class(one.cls)
        return None

    def _of_class(self, cls: ClassNode) -> int | None:
        """The status code that a subclass hands to `HTTPException.__init__`, or has as a class attribute."""
        for base in self._inference.members.mro(cls):
            if not isinstance(base, ClassNode):
                continue
            init = base.methods.get("__init__")
            for site in init.scan.calls if init is not None else ():
                func = site.call.func
                if isinstance(func, Attribute) and func.attr == "__init__":
                    found = self._responses.status(argument(site.call, 0, "status_code"), init or base)
                    if found is not None:
                        return found
            for binding in base.scan.bindings.get("status_code", ()):
                if binding.value is not None:
                    return self._responses.status(binding.value, base)
        return None

    def _caught(self, block: Block, node: FunctionNode) -> bool:
        """Whether a `try` around a place swallows HTTP errors."""
        here: Block | None = block
        while here is not None:
            if here.kind == "try" and isinstance(here.owner, Try) and self._swallows(here.owner, node):
                return True
            here = here.parent
        return False

    def _swallows(self, statement: Try, node: FunctionNode) -> bool:
        for handler in statement.handlers:
            exprs = handler.type.items if isinstance(handler.type, Sequence) else (handler.type,)
            if any(one is None or self._catches(one, node) for one in exprs):
                again = [one for one, _ in scan(handler.body).statements if isinstance(one, Raise)]
                return not any(one.exception is None for one in again)
        return False

    def _catches(self, expr: Expr, node: FunctionNode) -> bool:
        return any(
            isinstance(one, External) and (one.name in _ERRORS or one.name in _EVERYTHING)
            for one in self._inference.of(expr, node)
        )

    def _targets(self, node: FunctionNode) -> tuple[tuple[FunctionNode, Span], ...]:
        found = self._called.get(node)
        if found is None:
            found = self._called[node] = tuple(self._find(node))
        return found

    def _find(self, node: FunctionNode) -> Iterator[tuple[FunctionNode, Span]]:
        for site in node.scan.calls:
            targets = [self._target(one) for one in self._inference.of(site.call.func, node)]
            if any(targets) and not self._caught(site.block, node):
                span = node.module.span(site.call.start, site.call.end)
                yield from ((one, span) for one in targets if one is not None)

    def _target(self, one: Type) -> FunctionNode | None:
        ref = self._calls.target(one)
        return ref.node if ref is not None else None
