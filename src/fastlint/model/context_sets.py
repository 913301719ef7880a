"""Context variables that plain dependencies set, in a copy of the context that nobody else sees."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.model.types import External, FunctionRef, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call
    from fastlint.model.calls import Calls
    from fastlint.model.colour import Colour, Root
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.types import Type
    from fastlint.text import Span

_VARIABLE = "contextvars.ContextVar"
_BINDERS = frozenset({"structlog.contextvars.bind_contextvars", "structlog.contextvars.clear_contextvars"})
# Setters are wrapped once or twice; beyond that the variable is hardly the dependency's purpose.
_DEEPEST = 2


class ContextSet:
    """A call in a plain dependency that sets a context variable, itself or through `via`."""

    __slots__ = ("call", "root", "via")

    def __init__(self, root: Root, call: Call, via: tuple[str, ...]) -> None:
        self.root = root
        self.call = call
        self.via = via

    @property
    def function(self) -> FunctionNode:
        """The dependency."""
        return self.root.ref.node

    @property
    def at(self) -> Span:
        """The call."""
        return self.function.module.span(self.call.start, self.call.end)

    @property
    def name(self) -> str:
        """What is called, as it is written."""
        return self.function.module.facts.source.text(self.call.func.start, self.call.func.end)


class ContextSets:
    """Finds them."""

    def __init__(self, inference: Inference, calls: Calls, colour: Colour) -> None:
        self._inference = inference
        self._calls = calls
        self._colour = colour

    @cached_property
    def all(self) -> tuple[ContextSet, ...]:
        """One for each plain dependency that sets context variables, in order of place."""
        found: list[ContextSet] = []
        for root in self._colour.roots:
            if root.kind == "dependency" and not root.ref.node.is_async and not self._resets(root.ref.node):
                found += list(self._of(root))[:1]
        return tuple(sorted(found, key=lambda one: one.at))

    def may_be_async(self, node: FunctionNode) -> bool:
        """Whether a dependency calls only what is known, and nothing that blocks."""
        ref = FunctionRef(node)
        for site in node.scan.calls:
            if not self._inference.of(site.call.func, node):
                return False
        return not any(edge.blocking is not None for edge in self._calls.edges(ref))

    def _resets(self, node: FunctionNode) -> bool:
        """Whether the variable is set for the function's own use, and put back before it returns."""
        if node.is_generator:
            return False
        return any(
            isinstance(one, MethodRef) and one.owner == _VARIABLE and one.path == "reset"
            for site in node.scan.calls
            for one in self._inference.of(site.call.func, node)
        )

    def _of(self, root: Root) -> Iterator[ContextSet]:
        node = root.ref.node
        for site in node.scan.calls:
            if site.block.deferred:
                continue
            for one in self._inference.of(site.call.func, node, self._calls.env(root.ref)):
                via = self._sets(one, _DEEPEST)
                if via is not None:
                    yield ContextSet(root, site.call, via)
                    break

    def _sets(self, func: Type, depth: int) -> tuple[str, ...] | None:
        """The project's functions through which calling `func` sets a context variable; None where it sets none."""
        if isinstance(func, MethodRef):
            return () if func.owner == _VARIABLE and func.path == "set" else None
        if isinstance(func, External):
            return () if func.name in _BINDERS else None
        if not isinstance(func, FunctionRef) or func.node.is_async or depth == 0 or not self._speaks_of_it(func.node):
            return None
        for site in func.node.scan.calls:
            if site.block.deferred or site.block.parent is not None:
                continue  # timid: what a helper sets under a condition may be set for other callers
            for one in self._inference.of(site.call.func, func.node, self._calls.env(func)):
                via = self._sets(one, depth - 1)
                if via is not None:
                    return (func.node.local_name, *via)
        return None

    def _speaks_of_it(self, node: FunctionNode) -> bool:
        data = node.module.facts.source.data
        start, end = node.record.body_start, node.record.body_end
        return data.find(b"set", start, end) >= 0 or data.find(b"contextvars", start, end) >= 0
