"""What blocking work a plain function leads to by all that it calls, however the calls are knotted."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, TypeAlias

from fastlint.model import doubts

if TYPE_CHECKING:
    from fastlint.model.calls import Calls
    from fastlint.model.colour import Colour
    from fastlint.model.edges import Edge
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.types import FunctionRef

# Chains beyond this many calls are right too seldom (branches by configuration pile up).
_LONGEST = 8
RANK = {"certain": 0, "likely": 1, "cpu": 2, "cheap": 3}

Link: TypeAlias = "tuple[FunctionNode, Edge]"
Key: TypeAlias = "tuple[FunctionRef, frozenset[str]]"


class Sink:
    """Blocking work at the end of a chain: `links` are the calls that lead to it, each with the function it stands in.

    `forks` counts the conditions on the way, `once` tells that it runs once (set-up, a cached loader).
    """

    __slots__ = ("forks", "links", "once", "verdict")

    def __init__(self, verdict: BlockingCall, links: tuple[Link, ...], *, forks: int, once: bool) -> None:
        self.verdict = verdict
        self.links = links
        self.forks = forks
        self.once = once

    @property
    def order(self) -> tuple[bool, int, int, int, bool]:
        """The surest first; a call tells more than the `with` around it."""
        entered = self.verdict.via in ("enter", "exit")
        return (self.once, self.forks, len(self.links), RANK[self.verdict.severity], entered)


class Sinks:
    """Answers what a plain function leads to. Everything it can reach is settled at once, each function once."""

    def __init__(self, colour: Colour, calls: Calls) -> None:
        self._colour = colour
        self._calls = calls
        self._settled: dict[Key, tuple[Sink, ...]] = {}

    def of(self, ref: FunctionRef, absent: frozenset[str] = frozenset()) -> tuple[Sink, ...]:
        """The blocking work that calling `ref` leads to in ordinary use, surest first, one for each rule.

        `absent` names parameters that the caller leaves at a false default.
        """
        key = (ref, absent)
        if key not in self._settled:
            self._settle(key)
        return self._settled[key]

    def enters(self, target: FunctionRef, edge: Edge, caller: FunctionRef) -> bool:
        """Whether a call runs the body of a plain function where it stands."""
        node = target.node
        if node.is_async or self._calls.offloaded(node) or self._colour.streamed(caller, edge):
            return False
        return edge.site is None or (not edge.site.awaited and self._colour.consumed(caller, edge))

    def _settle(self, start: Key) -> None:
        best: dict[Key, dict[str, Sink]] = {}
        callers: defaultdict[Key, list[tuple[Key, Edge]]] = defaultdict(list)
        todo = [start]
        while todo:
            key = todo.pop()
            if key in best:
                continue
            best[key] = {sink.verdict.rule: sink for sink in self._settled.get(key, ())}
            if key in self._settled:
                continue
            for edge in self._calls.edges(*key):
                if edge.blocking is not None:
                    self._own(best[key], edge, key[0].node)
                elif edge.target is not None and self.enters(edge.target, edge, key[0]):
                    inner = (edge.target, self._calls.absent(edge))
                    callers[inner].append((key, edge))
                    todo.append(inner)
        self._spread(best, callers)
        for key, sinks in best.items():
            self._settled[key] = tuple(sorted(sinks.values(), key=lambda sink: sink.order))

    def _own(self, best: dict[str, Sink], edge: Edge, node: FunctionNode) -> None:
        verdict = edge.blocking
        if verdict is None or doubts.is_brief(verdict) or doubts.is_slight(verdict) or doubts.is_settled(edge, node):
            return
        _keep(best, Sink(verdict, ((node, edge),), forks=doubts.forks(edge, node), once=edge.once))

    def _spread(self, best: dict[Key, dict[str, Sink]], callers: dict[Key, list[tuple[Key, Edge]]]) -> None:
        """Hand sinks from callees to callers until nothing gets better; chains are bounded, so that this ends."""
        queue = deque(key for key, sinks in best.items() if sinks)
        while queue:
            key = queue.popleft()
            for caller, edge in callers.get(key, ()):
                node = caller[0].node
                forks = doubts.forks(edge, node)
                once = edge.once or self._calls.cached(key[0].node)
                better = False
                for sink in best[key].values():
                    links = ((node, edge), *sink.links)
                    told = Sink(sink.verdict, links, forks=forks + sink.forks, once=once or sink.once)
                    better |= _keep(best[caller], told)
                if better:
                    queue.append(caller)


def _keep(best: dict[str, Sink], sink: Sink) -> bool:
    """Take a sink in where it is the best for its rule, and tell whether it is."""
    # timid: what needs more than two conditions to hold, or lies deeper than eight calls, is not told of
    if len(sink.links) > _LONGEST or not doubts.carries(sink.verdict, len(sink.links), sink.forks):
        return False
    known = best.get(sink.verdict.rule)
    if known is not None and known.order <= sink.order:
        return False
    best[sink.verdict.rule] = sink
    return True
