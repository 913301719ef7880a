"""How requests come to functions: each with the calls that lead there, and whether it runs beside the request."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Name
from fastlint.findings import Step
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.knowledge import offload
from fastlint.model.plain import Distinct
from fastlint.model.types import External, FunctionRef, MethodRef, PartialOf

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from fastlint.facts.files import FactsStore
    from fastlint.facts.records import Call, Expr
    from fastlint.model.calls import Calls
    from fastlint.model.colour import Root
    from fastlint.model.edges import Edge, Outside
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.text import Span

_WAITERS = frozenset({"asyncio.run", "asyncio.wait_for", "asyncio.shield", "anyio.run"})
_WAITS = frozenset({"run", "wait_for", "shield", "run_until_complete"})


class Way(Distinct):
    """How a function is reached from `root`: through `parent`, by `edge`.

    Attributes:
        apart: it runs beside or after the request's own flow: a task, a background task, one of several gathered.
    """

    ref: FunctionRef
    root: Root
    parent: Way | None
    edge: Edge | None
    apart: bool

    @property
    def node(self) -> FunctionNode:
        """The function, whatever its receiver."""
        return self.ref.node

    @property
    def user(self) -> str:
        """Who is served, for messages: "`GET /users`", "middleware `app.timing.Timing.dispatch`"."""
        root = self.root
        if root.label:
            return f"`{root.label}`"
        return f"{root.kind} `{root.ref.node.local_name}`"

    @property
    def place(self) -> str:
        """Where that is, for messages: "in `load_users` for `GET /users`"."""
        if self.parent is None and not self.root.label:
            return f"in {self.user}"
        return f"in `{self.node.local_name}` for {self.user}"

    def trace(self, at: Span, message: str) -> tuple[Step, ...]:
        """The steps from the root to a place in the function."""
        path: list[Way] = []
        here: Way | None = self
        while here is not None:
            path.append(here)
            here = here.parent
        steps = [Step(path[-1].node.name_span, f"{self.root.title} runs for requests")]
        for one in reversed(path[:-1]):
            if one.parent is not None and one.edge is not None:
                caller = one.parent.node.module
                steps.append(Step(caller.span(one.edge.start, one.edge.end), f"calls {one.node.local_name}"))
        return (*steps, Step(at, message))


class Reached:
    """The functions that run for requests. What is set up once, cached or run at start-up is not among them."""

    def __init__(self, inference: Inference, calls: Calls, roots: Iterable[Root], store: FactsStore) -> None:
        self._inference = inference
        self._calls = calls
        self._roots = tuple(roots)
        self._store = store
        self._steps: dict[FunctionRef, tuple[tuple[FunctionRef, Edge, bool], ...]] = {}

    def within(self, wanted: Callable[[Root], bool]) -> Reached:
        """The same for some of the roots only."""
        part = Reached(self._inference, self._calls, filter(wanted, self._roots), self._store)
        part._steps = self._steps
        return part

    @cached_property
    def ways(self) -> dict[FunctionRef, Way]:
        """Every function, by receiver, with a shortest way; one inside the request's own flow goes before others."""
        found: dict[FunctionRef, Way] = {}
        frontier = [
            Way(root.ref, root, None, None, apart=False)
            for root in self._roots
            if not root.quiet and not (root.kind == "dependency" and self._calls.cached(root.ref.node))
        ]
        later: list[Way] = []
        while frontier or later:
            if not frontier:
                frontier, later = later, []
            frontier = [way for way in frontier if way.ref not in found]
            self._store.prefetch((way.node.module.path, way.node.record) for way in frontier)
            following: list[Way] = []
            for way in frontier:
                if way.ref in found:
                    continue
                found[way.ref] = way
                for one in self._next(way, found):
                    (later if one.apart and not way.apart else following).append(one)
            frontier = following
        return found

    @cached_property
    def cached(self) -> dict[FunctionNode, Way]:
        """The dependencies whose result is kept: they run once, and all requests get what they gave."""
        found = (one for one in self._roots if one.kind == "dependency" and not one.quiet)
        kept = (one for one in found if self._calls.cached(one.ref.node))
        return {one.ref.node: Way(one.ref, one, None, None, apart=False) for one in kept}

    @cached_property
    def by_node(self) -> dict[FunctionNode, Way]:
        """Each function once, with its first way."""
        found: dict[FunctionNode, Way] = {}
        for ref, way in self.ways.items():
            known = found.get(ref.node)
            if known is None or (known.apart and not way.apart):
                found[ref.node] = way
        return found

    @cached_property
    def _calling(self) -> dict[str, dict[FunctionNode, Way]]:
        """The functions by the last names of what they call."""
        found: dict[str, dict[FunctionNode, Way]] = {}
        for node, way in self.by_node.items():
            for name in node.scan.called:
                found.setdefault(name, {})[node] = way
        return found

    def calling(self, names: AbstractSet[str], words: Sequence[bytes] = ()) -> Iterable[Way]:
        """The functions that call something of one of these names, each once, with its first way.

        `words` are such that the text of each function of interest holds one. Where few do, as in a project without a
        database, that saves sorting all calls by name.
        """
        if words and "_calling" not in vars(self):
            telling = [way for node, way in self.by_node.items() if says(node, *words)]
            return [way for way in telling if not names.isdisjoint(way.node.scan.called)]
        found = [self._calling[name] for name in names if name in self._calling]
        if len(found) == 1:
            return found[0].values()
        wanted = set().union(*found)
        return [way for node, way in self.by_node.items() if node in wanted]

    @cached_property
    def callers(self) -> dict[FunctionNode, tuple[tuple[Way, Edge], ...]]:
        """For each function the calls that lead to it, with the way to their caller."""
        found: dict[FunctionNode, list[tuple[Way, Edge]]] = {}
        for way in self.ways.values():
            for edge in self._calls.edges(way.ref):
                if edge.target is not None:
                    found.setdefault(edge.target.node, []).append((way, edge))
        return {node: tuple(calls) for node, calls in found.items()}

    def handed(self, node: FunctionNode, parameter: str) -> Iterator[tuple[Way, Edge, Expr]]:
        """What the calls of a function give one of its parameters; for `self`, what the method is called on."""
        first = next((one.name for one in node.record.params if one.kind in ("normal", "positional")), "")
        for caller, edge in self.callers.get(node, ()):
            if edge.site is None or edge.target is None:
                continue
            call, bound = edge.site.call, edge.target.bound is not None
            owner = receiver(call.func) if bound and parameter == first else None
            matched = self._inference.arguments.matched(node, call, 1 if bound else 0) if owner is None else ()
            given = next((value for name, value in matched if name == parameter), owner)
            if given is not None:
                yield caller, edge, given

    def _next(self, way: Way, found: Container[FunctionRef]) -> Iterator[Way]:
        steps = self._steps.get(way.ref)
        if steps is None:
            steps = self._steps[way.ref] = tuple(self._from(way.ref))
        for target, edge, apart in steps:
            if target not in found:
                yield Way(target, way.root, way, edge, apart=way.apart or apart)

    def _from(self, ref: FunctionRef) -> Iterator[tuple[FunctionRef, Edge, bool]]:
        """What a function runs, by which call, and whether that runs beside it."""
        for edge in self._calls.edges(ref):
            target = edge.target
            if target is not None:
                if not self._calls.cached(target.node) and not edge.once:
                    yield target, edge, self._is_apart(ref, target, edge)
            elif edge.site is not None and edge.outside is not None:
                for handed in self._handed(ref, edge):
                    yield handed, edge, _sets_apart(edge.outside)

    def _is_apart(self, caller: FunctionRef, target: FunctionRef, edge: Edge) -> bool:
        """Whether the called function runs on its own: a coroutine that isn't awaited here, a queued task."""
        if self._calls.offloaded(target.node):
            return True
        site = edge.site
        if site is None or not target.node.is_async or target.node.is_generator:
            return False
        if site.awaited or site.use in ("return", "with", "for"):
            return False
        return not self._waited_for(site.call, caller.node)

    def _waited_for(self, call: Call, node: FunctionNode) -> bool:
        """Whether a coroutine is given to a call that waits for it: `asyncio.run(f())`, `await wait_for(f(), 5)`."""
        for site in node.scan.calls:
            if any(one is call for one in site.call.args[:1]) and last(site.call.func) in _WAITS:
                for func in self._inference.of(site.call.func, node):
                    if isinstance(func, MethodRef) or (isinstance(func, External) and func.name in _WAITERS):
                        return True
        return False

    def _handed(self, ref: FunctionRef, edge: Edge) -> Iterator[FunctionRef]:
        """Functions of the project given to a library call: `run_in_threadpool(f)`, `add_task(f)`, callbacks."""
        if edge.site is None:
            return
        call = edge.site.call
        given = [one for one in call.args[:3] if type(one) is Name]
        given += [one.value for one in call.keywords if type(one.value) is Name and one.name in ("func", "target")]
        if given:
            env = self._calls.env(ref)
            for argument in given:
                for one in self._inference.of(argument, ref.node, env):
                    target = one.func if isinstance(one, PartialOf) else one
                    if isinstance(target, FunctionRef):
                        yield target


def _sets_apart(outside: Outside) -> bool:
    """Whether a library call runs what it is given beside or after the code around it."""
    if isinstance(outside, External):
        spawn, escape = offload.spawn(outside.name), offload.escape(outside.name)
    else:
        spawn = offload.spawn_method(outside.owner, outside.path)
        escape = offload.escape_method(outside.owner, outside.path)
    if spawn is not None:
        return True
    return escape is not None and not escape.awaitable
