"""Tasks that nobody keeps hold of, and background tasks that are work for a queue."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Name
from fastlint.model.callsites import PlacedCall
from fastlint.model.knowledge import offload
from fastlint.model.offloads import escape_of, handed
from fastlint.model.types import External, FunctionRef, MethodRef, PartialOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.model.calls import Calls
    from fastlint.model.edges import Edge
    from fastlint.model.inference import Inference
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Site
    from fastlint.model.stalls import Stalls
    from fastlint.text import Span

# What belongs into a queue: long computation, and waits for other programs.
_HEAVY = frozenset({"FLT105", "FLT107"})


class Dropped(PlacedCall):
    """A call that starts a task which nobody keeps."""

    __slots__ = ()


class Heavy(Dropped):
    """An `add_task` whose function works for long: `verdict` says on what, `via` through which functions."""

    __slots__ = ("given", "verdict", "via")

    def __init__(
        self, function: FunctionNode, site: Site, given: str, verdict: BlockingCall, via: tuple[str, ...]
    ) -> None:
        super().__init__(function, site)
        self.given = given
        self.verdict = verdict
        self.via = via


class Tasks:
    """Finds them in what runs for requests and at start-up."""

    def __init__(self, inference: Inference, calls: Calls, stalls: Stalls, refs: Iterable[FunctionRef]) -> None:
        """`refs` are the functions to look into."""
        self._inference = inference
        self._calls = calls
        self._stalls = stalls
        self._refs = refs

    @cached_property
    def dropped(self) -> tuple[Dropped, ...]:
        """Every start of a task whose result is dropped, in order of place."""
        found: dict[Span, Dropped] = {}
        for ref, edge in self._edges():
            if edge.site is not None and _is_detached(edge) and _drops(edge.site, ref.node):
                one = Dropped(ref.node, edge.site)
                found.setdefault(one.at, one)
        return tuple(found[at] for at in sorted(found))

    @cached_property
    def heavy(self) -> tuple[Heavy, ...]:
        """Every background task that computes for long or waits for another program, in order of place."""
        found: dict[Span, Heavy] = {}
        for ref, edge in self._edges():
            row = escape_of(edge.outside) if edge.site is not None else None
            if row is None or not row.sync_only or edge.site is None:
                continue
            inner = handed(edge.site.call, row)
            for one in self._inference.of(inner, ref.node, self._calls.env(ref)) if inner is not None else ():
                work = self._work(one.func if isinstance(one, PartialOf) else one, edge.site, ref)
                if work is not None and inner is not None:
                    given = ref.node.module.facts.source.text(inner.start, inner.end)
                    task = Heavy(ref.node, edge.site, given, *work)
                    found.setdefault(task.at, task)
        return tuple(found[at] for at in sorted(found))

    def _edges(self) -> Iterator[tuple[FunctionRef, Edge]]:
        for ref in dict.fromkeys(self._refs):
            for edge in self._calls.edges(ref):
                if edge.outside is not None:
                    yield ref, edge

    def _work(self, func: object, site: Site, ref: FunctionRef) -> tuple[BlockingCall, tuple[str, ...]] | None:
        if isinstance(func, FunctionRef) and not func.node.is_async:
            for sink in self._stalls.sinks(func):
                if sink.verdict.rule in _HEAVY and not sink.once:
                    return sink.verdict, tuple(edge.target.node.local_name for _, edge in sink.links if edge.target)
        elif isinstance(func, (External, MethodRef)):
            verdict = self._calls.verdicts.of(func, site.call, ref.node, self._calls.env(ref))
            if verdict is not None and verdict.rule in _HEAVY:
                return verdict, ()
        return None


def _is_detached(edge: Edge) -> bool:
    outside = edge.outside
    if isinstance(outside, External):
        row = offload.spawn(outside.name)
    elif isinstance(outside, MethodRef):
        row = offload.spawn_method(outside.owner, outside.path)
    else:
        return False
    return row is not None and row.detached


def _drops(site: Site, node: FunctionNode) -> bool:
    """Whether the task is a statement of its own, or goes into a variable that nothing reads."""
    if site.awaited:
        return False
    if site.use == "statement":
        return True
    statement = site.statement
    if not (isinstance(statement, Assign) and statement.value is site.call and len(statement.targets) == 1):
        return False
    target = statement.targets[0]
    if not isinstance(target, Name) or "." in target.id or target.id in node.scan.root.shared:
        return False
    body = node.module.facts.source.data[node.record.body_start : node.record.body_end]
    return len(re.findall(rb"\b" + target.id.encode() + rb"\b", body)) == 1
