"""Requests that get two sessions: the dependency that gives one is run again, or called by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Call, Lambda
from fastlint.model.calling import argument
from fastlint.model.expressions import inside
from fastlint.model.plain import Plain
from fastlint.model.types import FunctionRef, PartialOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.dependencies import Dependencies, Dependency
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.routers import Endpoint
    from fastlint.model.routes import Routes
    from fastlint.model.sessions import Sessions
    from fastlint.text import Span

SecondKind: TypeAlias = Literal["uncached", "lifetime", "partial", "by hand", "lambda"]
_DEEPEST = 12


class SecondSession(Plain, frozen=True):
    """A place that makes a second session for one request.

    Attributes:
        provider: the dependency that gives sessions.
        span: the `Depends(…)` or the call that makes the second one.
        first: a `Depends(…)` of it that makes the first.
        function: for `by hand`, the function that calls it.
    """

    kind: SecondKind
    provider: FunctionNode
    span: Span
    first: Span
    endpoint: Endpoint
    function: FunctionNode | None = None


class SecondSessions:
    """Looks through the dependencies of each endpoint."""

    def __init__(self, inference: Inference, routes: Routes, dependencies: Dependencies, sessions: Sessions) -> None:
        self._inference = inference
        self._routes = routes
        self._dependencies = dependencies
        self._sessions = sessions
        self._provides: dict[FunctionNode, bool] = {}

    def all(self) -> Iterator[SecondSession]:
        """Every such place, each once."""
        seen: set[Span] = set()
        for endpoint in self._routes.endpoints:
            for one in self._of_endpoint(endpoint):
                if one.span not in seen:
                    seen.add(one.span)
                    yield one

    def _of_endpoint(self, endpoint: Endpoint) -> Iterator[SecondSession]:
        given: dict[FunctionNode, list[Dependency]] = {}
        functions = [endpoint.function]
        lambdas: list[tuple[Dependency, Lambda]] = []
        for one in self._occurrences(endpoint):
            dependable = argument(one.call, 0, "dependency")
            if isinstance(dependable, Lambda):
                lambdas.append((one, dependable))
            if one.ref is not None:
                if one.ref.node not in functions:
                    functions.append(one.ref.node)
                if self._is_provider(one.ref):
                    given.setdefault(one.ref.node, []).append(one)
        for provider, asked in given.items():
            yield from self._repeated(provider, asked, endpoint)
            for one, dependable in lambdas:
                if self._calls(dependable, one, provider):
                    yield SecondSession("lambda", provider, one.span, asked[0].span, endpoint)
            for function in functions:
                if function is not provider and provider.is_generator:
                    yield from self._by_hand(provider, asked[0], function, endpoint)

    def _occurrences(self, endpoint: Endpoint) -> Iterator[Dependency]:
        """All that an endpoint depends on, once for each way to it."""
        todo = [(one, 0) for one in self._dependencies.of_endpoint(endpoint)]
        expanded: set[FunctionNode] = set()
        while todo:
            one, depth = todo.pop(0)
            yield one
            if one.function is not None and one.function not in expanded and depth < _DEEPEST:
                expanded.add(one.function)
                todo += [(inner, depth + 1) for inner in self._dependencies.of_function(one.function)]

    def _is_provider(self, ref: FunctionRef) -> bool:
        known = self._provides.get(ref.node)
        if known is None:
            known = self._provides[ref.node] = self._sessions.kind(self._inference.produced(ref)) is not None
        return known

    def _repeated(self, provider: FunctionNode, asked: list[Dependency], endpoint: Endpoint) -> Iterator[SecondSession]:
        if len({id(one.call) for one in asked}) < 2:  # noqa: PLR2004 -- two are one too many
            return
        first = next((one for one in asked if one.cached and not isinstance(one.target, PartialOf)), asked[0])
        for one in asked:
            if one.call is first.call:
                continue
            kind: SecondKind | None = None
            if not one.cached:
                kind = "uncached"
            elif isinstance(one.target, PartialOf):
                kind = "partial"
            elif one.lifetime != first.lifetime:
                kind = "lifetime"
            if kind is not None:
                yield SecondSession(kind, provider, one.span, first.span, endpoint)

    def _calls(self, dependable: Lambda, one: Dependency, provider: FunctionNode) -> bool:
        called = (part.func for part in inside(dependable.body) if isinstance(part, Call))
        types = (found for func in called for found in self._inference.of(func, one.scope))
        return any(isinstance(found, FunctionRef) and found.node is provider for found in types)

    def _by_hand(
        self, provider: FunctionNode, first: Dependency, function: FunctionNode, endpoint: Endpoint
    ) -> Iterator[SecondSession]:
        data = function.module.facts.source.data
        record = function.record
        if b"(" not in data[record.body_start : record.body_end]:
            return
        for site in function.scan.calls:
            for one in self._inference.of(site.call.func, function):
                if isinstance(one, FunctionRef) and one.node is provider:
                    span = function.module.span(site.call.start, site.call.end)
                    yield SecondSession("by hand", provider, span, first.span, endpoint, function)
