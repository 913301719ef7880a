"""What blocking work a plain function leads to by all that it calls, however the calls are knotted."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING, TypeAlias

from fastlint.model import doubts
from fastlint.model.once import runs_once

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from fastlint.model.calls import Calls
    from fastlint.model.colour import Colour
    from fastlint.model.edges import Edge
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.types import FunctionRef

# Chains beyond this many calls are right too seldom (branches by configuration pile up).
_LONGEST = 8
_KEPT = 2  # what is kept for a time runs as seldom as what two conditions guard
RANK = {"certain": 0, "likely": 1, "cpu": 2, "cheap": 3}

Link: TypeAlias = "tuple[FunctionNode, Edge]"
Key: TypeAlias = "tuple[FunctionRef, frozenset[str]]"
Callers: TypeAlias = "defaultdict[Key, list[tuple[Key, _Choice]]]"


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
    def order(self) -> tuple[bool, bool, int, int, int, bool]:
        """What weighs more first, then the surest; a call tells more than the `with` around it."""
        verdict = self.verdict
        slight = verdict.kind in ("file", "cpu") or verdict.via == "retry"
        entered = verdict.via in ("enter", "exit")
        return (self.once, slight, self.forks, len(self.links), RANK[verdict.severity], entered)


class _Choice:
    """The alternatives of one call: so many in all, those that are the project's, and those of libraries that block.

    Which one runs is not for source to tell, so that a call blocks where more than half of what it may reach does.
    """

    __slots__ = ("blocking", "inner", "total")

    def __init__(self) -> None:
        self.total = 0
        self.blocking = 0
        self.inner: list[tuple[Key, Edge]] = []

    def blocks(self, best: dict[Key, dict[str, Sink]]) -> bool:
        """Whether more than half of the alternatives block, as far as is known."""
        return 2 * (self.blocking + sum(bool(best[key]) for key, _ in self.inner)) > self.total

    def rules(self, best: dict[Key, dict[str, Sink]]) -> Collection[str]:
        """The rules about what most of the alternatives do that block; all rules, where there is but one."""
        found = Counter(rule for key, _ in self.inner for rule in best[key])
        most = max(found.values(), default=0) if len(self.inner) > 1 else 1
        return {rule for rule, count in found.items() if count >= most}


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
        callers: Callers = defaultdict(list)
        todo = [start]
        while todo:
            key = todo.pop()
            if key not in best:
                best[key] = {sink.verdict.rule: sink for sink in self._settled.get(key, ())}
                if key not in self._settled:
                    todo += self._look(key, best[key], callers)
        self._spread(best, callers)
        for key, sinks in best.items():
            self._settled[key] = tuple(sorted(sinks.values(), key=lambda sink: sink.order))

    def _look(self, key: Key, best: dict[str, Sink], callers: Callers) -> Iterator[Key]:
        """Take in what blocks in a function itself, and give what it calls."""
        choices: defaultdict[int, _Choice] = defaultdict(_Choice)
        edges = self._calls.edges(*key)
        for edge in edges:
            choice = choices[edge.choice]
            choice.total += 1
            choice.blocking += edge.blocking is not None
        for edge in edges:
            choice = choices[edge.choice]
            if edge.blocking is not None:
                if 2 * choice.blocking > choice.total:
                    self._own(best, edge, key[0].node)
            elif edge.target is not None and self.enters(edge.target, edge, key[0]):
                inner = (edge.target, self._calls.absent(edge))
                choice.inner.append((inner, edge))
                callers[inner].append((key, choice))
                yield inner

    def _own(self, best: dict[str, Sink], edge: Edge, node: FunctionNode) -> None:
        verdict = edge.blocking
        if verdict is None or doubts.is_brief(verdict) or doubts.is_slight(verdict) or doubts.is_settled(edge, node):
            return
        forks = doubts.forks(edge, node) + (verdict.via == "retry")  # which only waits where an attempt has failed
        _keep(best, Sink(verdict, ((node, edge),), forks=forks, once=runs_once(edge, node)))

    def _spread(self, best: dict[Key, dict[str, Sink]], callers: Callers) -> None:
        """Hand sinks from callees to callers until nothing gets better; chains are bounded, so that this ends."""
        queue = deque(key for key, sinks in best.items() if sinks)
        while queue:
            for caller, choice in callers.get(queue.popleft(), ()):
                if choice.blocks(best):
                    rules = choice.rules(best)
                    given = [
                        self._hand(best[caller], caller[0].node, edge, best[inner], rules)
                        for inner, edge in choice.inner
                    ]
                    if any(given):
                        queue.append(caller)

    def _hand(
        self, best: dict[str, Sink], node: FunctionNode, edge: Edge, inner: dict[str, Sink], rules: Collection[str]
    ) -> bool:
        """Hand what a callee leads to to its caller, as far as `rules` go, and tell whether anything got better."""
        if not inner or edge.target is None:
            return False
        forks = doubts.forks(edge, node) + (_KEPT if self._calls.kept_a_while(edge.target.node) else 0)
        asks = doubts.asks_first(node)
        once = runs_once(edge, node) or self._calls.cached(edge.target.node)
        better = False
        for sink in list(inner.values()):
            rule = sink.verdict.rule
            if rule not in rules or (asks and doubts.is_future(sink.verdict)) or not edge.lets_pass(rule):
                continue
            links = ((node, edge), *sink.links)
            told = Sink(sink.verdict, links, forks=forks + sink.forks, once=once or sink.once)
            better |= _keep(best, told)
        return better


def _keep(best: dict[str, Sink], sink: Sink) -> bool:
    """Take a sink in where it is the best for its rule, and tell whether it is."""
    # timid: what needs more than two conditions to hold, or lies deeper than eight calls, is not told of
    if len(sink.links) > _LONGEST or not doubts.carries(sink.verdict, len(sink.links), sink.forks, once=sink.once):
        return False
    known = best.get(sink.verdict.rule)
    if known is not None and known.order <= sink.order:
        return False
    best[sink.verdict.rule] = sink
    return True
