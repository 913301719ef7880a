"""Which code runs on the event loop, and how it gets there: from endpoints, dependencies, middleware, tasks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name, Sequence, Starred
from fastlint.model.calling import CONTEXT_MANAGERS
from fastlint.model.callsites import says
from fastlint.model.consumers import is_handed_to, runs_out
from fastlint.model.knowledge import offload
from fastlint.model.layers import is_test
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.plain import Distinct
from fastlint.model.reached import Reached
from fastlint.model.route_classes import route_handlers
from fastlint.model.types import AwaitableOf, ClassRef, External, FunctionRef, Instance, MethodRef, PartialOf
from fastlint.model.wrapping import wrappers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from fastlint.facts.files import FactsStore
    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.edges import Edge
    from fastlint.model.inference import Inference
    from fastlint.model.routes import Routes
    from fastlint.model.types import Type, Types

_MIDDLEWARE_METHODS = ("dispatch", "__call__")
_STREAMS = "StreamingResponse"


class Root:
    """Where request code starts: an endpoint, a dependency of one, a middleware, an exception handler, start-up code.

    Attributes:
        kind: what it is, for messages.
        label: `GET /users/{id}` for what belongs to an endpoint, else the function's own name.
        quiet: it runs at start-up or shutdown, not per request.
    """

    __slots__ = ("kind", "label", "quiet", "ref")

    def __init__(self, ref: FunctionRef, kind: str, label: str, *, quiet: bool = False) -> None:
        self.ref = ref
        self.kind = kind
        self.label = label
        self.quiet = quiet

    @property
    def title(self) -> str:
        """`GET /users/{id} (app.users.router.get_user)`, `middleware app.mw.Timing.dispatch`."""
        if self.kind in ("endpoint", "websocket endpoint"):
            return f"{self.label} ({self.ref.node.qualname})"
        if self.label:
            return f"{self.kind} {self.ref.node.qualname} of {self.label}"
        return f"{self.kind} {self.ref.node.qualname}"


class Reach(Distinct):
    """How a function is reached on the loop: from `root`, through `parent` by `edge`."""

    ref: FunctionRef
    root: Root
    parent: Reach | None
    edge: Edge | None
    quiet: bool

    @property
    def path(self) -> list[Reach]:
        """From the root to here."""
        found: list[Reach] = []
        here: Reach | None = self
        while here is not None:
            found.append(here)
            here = here.parent
        return found[::-1]


class Colour:
    """Answers which functions run on the event loop, and which run per request at all."""

    def __init__(
        self, inference: Inference, routes: Routes, dependencies: Dependencies, calls: Calls, store: FactsStore
    ) -> None:
        self._inference = inference
        self._routes = routes
        self._dependencies = dependencies
        self._calls = calls
        self._store = store
        self._spawners: dict[str | tuple[str, str], bool] = {}

    @cached_property
    def roots(self) -> tuple[Root, ...]:
        """All that the framework itself calls outside of tests, sync and async alike, each once; endpoints first."""
        found: dict[FunctionNode, Root] = {}
        for root in self._all_roots():
            if is_test(root.ref.node.module.path):
                continue
            known = found.get(root.ref.node)
            if known is None or (known.quiet and not root.quiet):
                found[root.ref.node] = root
        return tuple(found.values())

    def _all_roots(self) -> Iterator[Root]:
        for endpoint in self._routes.endpoints:
            function = endpoint.function
            kind = "websocket endpoint" if endpoint.is_websocket else "endpoint"
            yield Root(self._bound(endpoint.routes[0].target, function), kind, endpoint.label)
        for endpoint in self._routes.endpoints:
            for dependency in self._dependencies.closure(self._dependencies.of_endpoint(endpoint)):
                if dependency.ref is not None:
                    yield Root(dependency.ref, "dependency", endpoint.label)
        for hook in self._routes.hooks:
            yield from self._hook_roots(hook.kind, hook.target)
        for ref in route_handlers(self._inference, self._routes):
            yield Root(ref, "route class", "")

    def _bound(self, target: Type | None, function: FunctionNode) -> FunctionRef:
        if isinstance(target, FunctionRef):
            return target
        return FunctionRef(function, Instance(function.owner) if function.owner is not None else None)

    def _hook_roots(self, kind: str, target: Type) -> Iterator[Root]:
        name = {"exception": "exception handler", "startup": "start-up handler", "shutdown": "shutdown handler"}.get(
            kind, kind
        )
        quiet = kind in ("startup", "shutdown", "lifespan")
        if isinstance(target, PartialOf):
            target = target.func
        if isinstance(target, FunctionRef):
            yield Root(target, name, "", quiet=quiet)
        elif isinstance(target, ClassRef) and isinstance(target.cls, ClassNode):
            for method in _MIDDLEWARE_METHODS:
                found = self._inference.members.method(target.cls, method)
                if found is not None:
                    yield Root(FunctionRef(found, Instance(target.cls)), name, "", quiet=quiet)

    @cached_property
    def on_loop(self) -> dict[FunctionRef, Reach]:
        """Every coroutine function that runs on the loop, with the shortest way to it; requests before start-up.

        A plain function is in it only where the framework itself calls it on the loop (start-up handlers).
        """
        reached: dict[FunctionRef, Reach] = {}
        seen: set[FunctionRef] = set()
        frontier: list[Reach] = []
        later: list[Reach] = []
        for root in self.roots:
            (later if root.quiet else frontier).extend(
                Reach(ref, root, None, None, quiet=root.quiet) for ref in self._run_on_loop(root)
            )
            frontier += self._left_to_loop(root)
        while frontier or later:
            if not frontier:
                frontier, later = later, []
            frontier = [one for one in frontier if one.ref not in seen]
            self._store.prefetch((one.ref.node.module.path, one.ref.node.record) for one in frontier)
            following: list[Reach] = []
            for reach in frontier:
                if reach.ref in seen:
                    continue
                seen.add(reach.ref)
                if reach.ref.node.is_async or reach.parent is None:
                    reached[reach.ref] = reach
                for one in self._next(reach, seen):
                    (later if one.quiet else following).append(one)
            frontier = following
        return reached

    def _run_on_loop(self, root: Root) -> Iterator[FunctionRef]:
        """What the framework runs on the loop of a root: a coroutine function, or one in place of a plain one."""
        if root.ref.node.is_async or root.quiet:
            yield root.ref
        elif root.ref.node.record.decorators:
            for _, wrapper in wrappers(self._inference, root.ref):
                if wrapper.node.is_async:
                    yield wrapper

    def _left_to_loop(self, root: Root) -> Iterator[Reach]:
        """What a plain endpoint or dependency, in its thread, leaves to the loop.

        These are the coroutine functions that it gives `BackgroundTasks`, and the asynchronous generators that it
        makes for a stream: nothing else can iterate them.
        """
        node = root.ref.node
        if node.is_async or root.quiet or not says(node, b"add_task", b"Response"):
            return
        for edge in self._calls.edges(root.ref):
            target = edge.target
            if target is not None and target.node.is_async and target.node.is_generator:
                yield Reach(target, Root(target, "stream", root.label), None, None, quiet=False)
            elif edge.site is not None and isinstance(edge.outside, MethodRef):
                for task in self._spawned(root.ref, edge):
                    yield Reach(task, Root(task, "background task", root.label), None, None, quiet=False)

    def _next(self, reach: Reach, seen: AbstractSet[FunctionRef]) -> Iterator[Reach]:
        for edge in self._calls.edges(reach.ref):
            target = edge.target
            if target is not None:
                if target in seen:
                    continue
                if not self._calls.offloaded(target.node) and not self.streamed(reach.ref, edge):
                    quiet = reach.quiet or edge.once or self._calls.cached(target.node)
                    yield Reach(target, reach.root, reach, edge, quiet=quiet)
            elif edge.site is not None and isinstance(edge.outside, (External, MethodRef)):
                for task in self._spawned(reach.ref, edge):
                    # a task that start-up code doesn't wait for runs on beside the requests
                    yield Reach(task, reach.root, reach, edge, quiet=reach.quiet and edge.site.awaited)

    def streamed(self, ref: FunctionRef, edge: Edge) -> bool:
        """Whether the call makes a plain generator that Starlette iterates in a thread."""
        target = edge.target
        if target is None or edge.site is None or target.node.is_async or not target.node.is_generator:
            return False
        call = edge.site.call
        for site in ref.node.scan.calls:
            if any(one is call for one in site.call.args) or any(one.value is call for one in site.call.keywords):
                return any(
                    isinstance(one, (External, ClassRef))
                    and _STREAMS in (one.name if isinstance(one, External) else one.cls.name)
                    for one in self._inference.of(site.call.func, ref.node)
                )
        return isinstance(edge.site.statement, object) and edge.site.use != "for" and self._bound_to_stream(ref, call)

    def consumed(self, ref: FunctionRef, edge: Edge) -> bool:
        """Whether a call of a plain generator is iterated (or entered, for a context manager) where it stands."""
        target, site = edge.target, edge.site
        if target is None or site is None or not target.node.is_generator:
            return True
        if CONTEXT_MANAGERS.intersection(self._inference.decorator_names(target.node)):
            return site.use == "with" or is_handed_to(ref.node, site.call, ("enter_context",))
        delegated = any(expr.delegated and expr.value is site.call for expr, _ in ref.node.scan.yields)
        return delegated or site.use == "for" or runs_out(ref.node, site.call)

    def _bound_to_stream(self, ref: FunctionRef, call: Call) -> bool:
        """`gen = rows(); return StreamingResponse(gen)`."""
        for bindings in ref.node.scan.bindings.values():
            for binding in bindings:
                if binding.value is call:
                    return any(
                        isinstance(argument, Name)
                        and argument.id == binding.name
                        and self._is_stream(site.call.func, ref)
                        for site in ref.node.scan.calls
                        for argument in site.call.args
                    )
        return False

    def _is_stream(self, func: Expr, ref: FunctionRef) -> bool:
        return any(isinstance(one, External) and _STREAMS in one.name for one in self._inference.of(func, ref.node))

    def _spawned(self, ref: FunctionRef, edge: Edge) -> Iterator[FunctionRef]:
        """Coroutine functions that a library call runs on the loop: `add_task(f)`, `start_soon(f)`."""
        outside = edge.outside
        if edge.site is None or outside is None:
            return
        key = outside.name if isinstance(outside, External) else (outside.owner, outside.path)
        spawns = self._spawners.get(key)
        if spawns is None:
            spawns = self._spawners[key] = _spawns(outside)
        if not spawns:
            return
        call = edge.site.call
        env = self._calls.env(ref)
        for argument in call.args[:3]:
            if isinstance(argument, (Starred, Sequence)):
                continue
            types: Types = self._inference.of(argument, ref.node, env)
            for one in types:
                target = one.func if isinstance(one, PartialOf) else one
                if isinstance(target, FunctionRef) and target.node.is_async:
                    yield target
                elif isinstance(one, AwaitableOf) and isinstance(one.call, FunctionRef):
                    yield one.call

    @cached_property
    def reached(self) -> Reached:
        """The functions that run for requests, on the loop or in a thread, and how requests come to them."""
        return Reached(self._inference, self._calls, self.roots, self._store)

    @cached_property
    def per_request(self) -> dict[FunctionNode, Root]:
        """Every function that runs for requests, with a root that reaches it."""
        return {node: way.root for node, way in self.reached.by_node.items()}


def _spawns(outside: External | MethodRef) -> bool:
    """Whether a library call runs on the loop what it is given."""
    if isinstance(outside, External):
        leaves = offload.escape(outside.name)
        return offload.spawn(outside.name) is not None or (leaves is not None and leaves.sync_only)
    leaves = offload.escape_method(outside.owner, outside.path)
    return offload.spawn_method(outside.owner, outside.path) is not None or (leaves is not None and leaves.sync_only)
