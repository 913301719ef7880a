"""Where blocking work holds the event loop: the boundary calls, with the way there and the way on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Call
from fastlint.findings import Step
from fastlint.model.types import FunctionRef, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.calls import Calls, Edge
    from fastlint.model.colour import Colour, Reach
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.nodes import FunctionNode
    from fastlint.text import Span

# Chains beyond this many calls are right too seldom (branches by configuration pile up).
_LONGEST = 8
# What computes for less than this (milliseconds, measured) is no reason to leave the loop when it is far away.
_HEAVY = 20.0
_RANK = {"certain": 0, "likely": 1, "cpu": 2, "cheap": 3}


class Sink:
    """Blocking work at the end of a chain: `links` are the calls that lead to it, each with the function it stands in."""

    __slots__ = ("links", "once", "verdict")

    def __init__(self, verdict: BlockingCall, links: tuple[tuple[FunctionNode, Edge], ...], *, once: bool) -> None:
        self.verdict = verdict
        self.links = links
        self.once = once


class Stall:
    """One boundary: the call in the last coroutine function that enters the synchronous side.

    Attributes:
        reach: how the coroutine function is reached.
        edge: the boundary call in it.
        verdict: what blocks in the end.
        links: the calls behind the boundary, the last one being the blocking call; empty when the boundary itself blocks.
        quiet: it weighs less: start-up, one-time set-up, a cached loader.
    """

    __slots__ = ("edge", "links", "quiet", "reach", "verdict")

    def __init__(
        self,
        reach: Reach,
        edge: Edge,
        verdict: BlockingCall,
        links: tuple[tuple[FunctionNode, Edge], ...],
        *,
        quiet: bool,
    ) -> None:
        self.reach = reach
        self.edge = edge
        self.verdict = verdict
        self.links = links
        self.quiet = quiet

    @property
    def function(self) -> FunctionNode:
        """The coroutine function that the boundary stands in."""
        return self.reach.ref.node

    @property
    def at(self) -> Span:
        """The boundary call."""
        return self.function.module.span(self.edge.start, self.edge.end)

    @property
    def call(self) -> Call | None:
        """The boundary call's record; None for a `with` or a loop."""
        return self.edge.site.call if self.edge.site is not None else None

    @property
    def via(self) -> str:
        """` via service.load → client.fetch`, or nothing for a direct call."""
        names = [edge.target.node.local_name for edge in (self.edge, *(edge for _, edge in self.links)) if edge.target is not None]
        return f" via {' → '.join(names)}" if names else ""

    @property
    def trace(self) -> tuple[Step, ...]:
        """Every step from the endpoint to the blocking call."""
        steps: list[Step] = []
        for one in self.reach.path:
            if one.parent is None:
                steps.append(Step(one.ref.node.name_span, f"{one.root.title} runs on the event loop"))
            elif one.edge is not None:
                caller = one.parent.ref.node
                steps.append(Step(caller.module.span(one.edge.start, one.edge.end), f"calls {one.ref.node.local_name}"))
        for function, edge in ((self.function, self.edge), *self.links):
            what = f"calls {edge.target.node.local_name}" if edge.target is not None else f"{self.verdict.name} blocks"
            steps.append(Step(function.module.span(edge.start, edge.end), what))
        return tuple(steps)


class Stalls:
    """Finds every boundary."""

    def __init__(self, colour: Colour, calls: Calls) -> None:
        self._colour = colour
        self._calls = calls
        self._sinks: dict[tuple[FunctionRef, frozenset[str]], tuple[Sink, ...]] = {}
        self._busy: set[tuple[FunctionRef, frozenset[str]]] = set()

    @cached_property
    def all(self) -> tuple[Stall, ...]:
        """Every boundary site once, with its shortest chain, in order of place."""
        best: dict[Span, Stall] = {}
        for reach in self._colour.on_loop.values():
            for stall in self._of(reach):
                known = best.get(stall.at)
                if known is None or self._weight(stall) < self._weight(known):
                    best[stall.at] = stall
        return tuple(best[at] for at in sorted(best))

    def _weight(self, stall: Stall) -> tuple[bool, int, int, int]:
        return (stall.quiet, _RANK[stall.verdict.severity], len(stall.links), len(stall.reach.path))

    def _of(self, reach: Reach) -> Iterator[Stall]:
        edges = self._calls.edges(reach.ref)
        opened = {(reach.ref.node.module.path, edge.start) for edge in edges if edge.blocking is not None}
        for edge in edges:
            if edge.blocking is not None:
                if not _same_resource(edge, opened):
                    yield Stall(reach, edge, edge.blocking, (), quiet=reach.quiet or edge.once)
            elif edge.target is not None and self._enters(edge.target, edge, reach.ref):
                cached = self._calls.cached(edge.target.node)
                for sink in self.sinks(edge.target, self._calls.absent(edge))[:1]:
                    yield Stall(reach, edge, sink.verdict, sink.links, quiet=reach.quiet or edge.once or sink.once or cached)

    def _enters(self, target: FunctionRef, edge: Edge, caller: FunctionRef) -> bool:
        """Whether the call runs the body of a plain function where it stands."""
        node = target.node
        if node.is_async or self._calls.offloaded(node) or self._colour.streamed(caller, edge):
            return False
        return edge.site is None or not edge.site.awaited

    def sinks(self, ref: FunctionRef, absent: frozenset[str] = frozenset()) -> tuple[Sink, ...]:
        """The blocking work that calling a plain function always leads to by what it calls, best first."""
        key = (ref, absent)
        found = self._sinks.get(key)
        if found is not None:
            return found
        if key in self._busy or len(self._busy) > _LONGEST:
            return ()
        self._busy.add(key)
        try:
            found = self._search(ref, absent)
        finally:
            self._busy.discard(key)
        if len(self._busy) < _LONGEST // 2:
            self._sinks[key] = found
        return found

    def _search(self, ref: FunctionRef, absent: frozenset[str]) -> tuple[Sink, ...]:
        best: dict[str, Sink] = {}
        for edge in self._calls.edges(ref, absent):
            if edge.blocking is not None:
                self._keep(best, Sink(edge.blocking, ((ref.node, edge),), once=edge.once))
            elif edge.target is not None and self._enters(edge.target, edge, ref):
                cached = self._calls.cached(edge.target.node)
                for sink in self.sinks(edge.target, self._calls.absent(edge)):
                    links = ((ref.node, edge), *sink.links)
                    self._keep(best, Sink(sink.verdict, links, once=sink.once or edge.once or cached))
        return tuple(sorted(best.values(), key=_order))

    def _keep(self, best: dict[str, Sink], sink: Sink) -> None:
        if not _reportable(sink) or len(sink.links) > _LONGEST:
            return
        known = best.get(sink.verdict.rule)
        if known is None or _order(sink) < _order(known):
            best[sink.verdict.rule] = sink


def _order(sink: Sink) -> tuple[bool, int, int]:
    return (sink.once, len(sink.links), _RANK[sink.verdict.severity])


def _reportable(sink: Sink) -> bool:
    """Whether blocking work is worth telling of from afar."""
    verdict = sink.verdict
    if verdict.severity == "certain":
        return True
    if verdict.severity == "cpu":
        return (verdict.measured_ms or 0) >= _HEAVY
    return len(sink.links) <= 1  # timid: what only usually waits is told of one helper away, not further


def _same_resource(edge: Edge, opened: set[tuple[str, int]]) -> bool:
    """Whether the receiver came from a call here that is told of already: `with open() as f: f.write()` is one."""
    outside = edge.outside
    return (
        isinstance(outside, MethodRef)
        and outside.receiver is not None
        and outside.receiver.origin in opened
        and outside.receiver.origin is not None
        and outside.receiver.origin[1] != edge.start
    )


__all__ = ["FunctionRef", "Sink", "Stall", "Stalls"]
