"""Where blocking work holds the event loop: the boundary calls, with the way there and the way on."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.findings import Step
from fastlint.model import doubts
from fastlint.model.once import runs_once
from fastlint.model.sinks import RANK, Sinks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Call
    from fastlint.model.calls import Calls
    from fastlint.model.colour import Colour, Reach
    from fastlint.model.edges import Edge
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.sinks import Link, Sink
    from fastlint.model.types import FunctionRef
    from fastlint.text import Span

_ENDS = frozenset({"close", "rollback"})


class Stall:
    """One boundary: the call in the last coroutine function that enters the synchronous side.

    Attributes:
        reach: how the coroutine function is reached.
        edge: the boundary call in it.
        verdict: what blocks in the end.
        links: the calls behind the boundary, the last one blocking; empty when the boundary itself blocks.
        once: it runs once: set-up, a cached loader.
    """

    __slots__ = ("edge", "links", "once", "reach", "verdict")

    def __init__(self, reach: Reach, edge: Edge, verdict: BlockingCall, links: tuple[Link, ...], *, once: bool) -> None:
        self.reach = reach
        self.edge = edge
        self.verdict = verdict
        self.links = links
        self.once = once

    @property
    def quiet(self) -> bool:
        """Whether it weighs less: it runs once, or at start-up."""
        return self.once or self.reach.quiet

    @property
    def function(self) -> FunctionNode:
        """The coroutine function that the boundary stands in."""
        return self.reach.ref.node

    @property
    def at(self) -> Span:
        """The boundary call."""
        return self.function.module.span(self.edge.start, self.edge.end)

    @property
    def sink(self) -> Span:
        """The blocking call."""
        node, edge = self.links[-1] if self.links else (self.function, self.edge)
        return node.module.span(edge.start, edge.end)

    @property
    def call(self) -> Call | None:
        """The boundary call's record; None for a `with` or a loop."""
        return self.edge.site.call if self.edge.site is not None else None

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of the project's functions between the boundary and the blocking call."""
        edges = (self.edge, *(edge for _, edge in self.links))
        return tuple(edge.target.node.local_name for edge in edges if edge.target is not None)

    @property
    def via(self) -> str:
        """` via service.load → client.fetch`, or nothing for a direct call."""
        return f" via {' → '.join(self.steps)}" if self.steps else ""

    @property
    def trace(self) -> tuple[Step, ...]:
        """Every step from the endpoint to the blocking call; nothing where the call stands in the endpoint itself."""
        if self.reach.parent is None and not self.links:
            return ()
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
        self._sinks = Sinks(colour, calls)

    def sinks(self, ref: FunctionRef) -> tuple[Sink, ...]:
        """The blocking work that calling a plain function leads to, surest first."""
        return self._sinks.of(ref)

    @cached_property
    def all(self) -> tuple[Stall, ...]:
        """Every boundary site once, with its shortest chain, in order of place; quiet ones once a blocking call."""
        best: dict[Span, Stall] = {}
        for reach in self._colour.on_loop.values():
            for stall in self._of(reach):
                known = best.get(stall.at)
                if known is None or _weight(stall) < _weight(known):
                    best[stall.at] = stall
        return tuple(sorted(_each_once(best.values()), key=lambda stall: stall.at))

    def _of(self, reach: Reach) -> Iterator[Stall]:
        node = reach.ref.node
        edges = self._calls.edges(reach.ref)
        told = [edge for edge in edges if edge.blocking is not None and not _doubtful(edge, edge.blocking, node)]
        made_by = {id(edge): self._calls.origins(edge, reach.ref) for edge in told}
        opened = [
            (node.module.path, edge.start, edge.end, edge.blocking.rule)
            for edge in told
            if edge.blocking is not None and not _is_minor(edge)
        ]
        used = {origin for edge in told if not _is_minor(edge) for origin in made_by[id(edge)]}
        found = [
            Stall(reach, edge, edge.blocking, (), once=runs_once(edge, node))
            for edge in told
            if edge.blocking is not None
            and not doubts.repeats(edge, opened, made_by[id(edge)])
            and not (_is_making(edge) and (node.module.path, edge.start) in used)
        ]
        for edge in edges:
            if edge.target is not None and self._sinks.enters(edge.target, edge, reach.ref):
                cached = self._calls.cached(edge.target.node)
                sinks = self._sinks.of(edge.target, self._calls.absent(edge))
                for sink in [one for one in sinks if edge.lets_pass(one.verdict.rule)][:1]:
                    if doubts.is_future(sink.verdict) and doubts.asks_first(node):
                        continue
                    once = runs_once(edge, node) or sink.once or cached
                    found.append(Stall(reach, edge, sink.verdict, sink.links, once=once))
        found = [one for one in found if not _only_ends(one) or not _told_within(one, found)]
        # Of several functions that a call may reach, more than half must block, and what most of them do is told of.
        alternatives = Counter(edge.choice for edge in edges)
        blocking = Counter(stall.edge.choice for stall in found)
        rules = Counter((stall.edge.choice, stall.verdict.rule) for stall in found)
        for stall in found:
            choice = stall.edge.choice
            most = max(count for (one, _), count in rules.items() if one == choice)
            if 2 * blocking[choice] > alternatives[choice] and rules[choice, stall.verdict.rule] == most:
                yield stall


def _doubtful(edge: Edge, verdict: BlockingCall, node: FunctionNode) -> bool:
    """Whether a blocking call that stands in a coroutine function isn't worth telling of."""
    if doubts.is_brief(verdict):
        return not doubts.held_across_await(edge, node)
    if doubts.is_pool(verdict):
        return doubts.held_across_await(edge, node)
    if verdict.kind == "loop":
        return doubts.only_wraps(edge, node)
    return doubts.is_slight(verdict) or doubts.is_settled(edge, node)


def _is_making(edge: Edge) -> bool:
    """Whether it makes an object that takes long to make: of a client that then waits, the waiting is told of."""
    return edge.blocking is not None and edge.blocking.severity == "cpu" and edge.blocking.via == "constructor"


def _is_minor(edge: Edge) -> bool:
    """Whether it says less than what is done with the object: making it, or leaving the `with` that holds it."""
    return _is_making(edge) or (edge.blocking is not None and edge.blocking.via == "exit")


def _only_ends(stall: Stall) -> bool:
    """Whether what blocks is that a `with` is left: the exit of its object, the `close` in a context manager."""
    entered = stall.edge.site is not None and stall.edge.site.use == "with" and bool(stall.links)
    return stall.verdict.via == "exit" or (entered and stall.verdict.name.rpartition(".")[2] in _ENDS)


def _told_within(stall: Stall, found: Iterable[Stall]) -> bool:
    """Whether something of the same rule is told of inside the `with` whose end is what blocks."""
    for statement, _ in stall.function.scan.withs:
        if any(item.value.start == stall.edge.start for item in statement.items):
            return any(
                one is not stall
                and one.verdict.rule == stall.verdict.rule
                and statement.start <= one.edge.start < statement.end
                for one in found
            )
    return False


def _weight(stall: Stall) -> tuple[bool, int, int, int, bool]:
    entered = stall.verdict.via in ("enter", "exit")
    return (stall.quiet, RANK[stall.verdict.severity], len(stall.links), len(stall.reach.path), entered)


def _each_once(stalls: Iterable[Stall]) -> Iterator[Stall]:
    """All stalls; of the quiet ones that lead to one blocking call, the shortest."""
    shortest: dict[Span, Stall] = {}
    for stall in stalls:
        if not stall.quiet:
            yield stall
            continue
        known = shortest.get(stall.sink)
        if known is None or (_weight(stall), stall.at) < (_weight(known), known.at):
            shortest[stall.sink] = stall
    yield from shortest.values()
