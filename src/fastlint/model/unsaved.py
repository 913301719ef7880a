"""Writes that nothing commits: for each endpoint what it writes, and whether anything that runs for it may commit."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Name
from fastlint.model.callsites import says
from fastlint.model.nodes import ClassNode
from fastlint.model.types import ClassRef, FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.model.calls import Calls
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.reached import Reached, Way
    from fastlint.model.routers import Endpoint
    from fastlint.model.routes import Routes
    from fastlint.model.sessions import Sessions
    from fastlint.model.types import Env
    from fastlint.model.writes import Write, Writes
    from fastlint.text import Span

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# What may commit speaks of it, be it `commit()`, a unit of work, `begin()` or the isolation level AUTOCOMMIT.
_COMMITS = (b"commit", b".begin(", b"COMMIT", b"begin_nested")
_MOST = 400
_PROVIDERS = ("dishka.Provider", "dishka.provider.Provider")


class Unsaved:
    """Finds endpoints whose writes are thrown away when the session is closed."""

    def __init__(
        self,
        inference: Inference,
        modules: Modules,
        routes: Routes,
        dependencies: Dependencies,
        calls: Calls,
        sessions: Sessions,
        writes: Writes,
        reached: Reached,
    ) -> None:
        self._inference = inference
        self._modules = modules
        self._routes = routes
        self._dependencies = dependencies
        self._calls = calls
        self._sessions = sessions
        self._writes = writes
        self._reached = reached

    def all(self) -> Iterator[tuple[Write, Way]]:
        """The writes of endpoints that nothing commits, each once, with the way that leads there."""
        if not self._sessions.used or self._commits_elsewhere():
            return
        seen: set[Span] = set()
        for endpoint in self._routes.endpoints:
            if endpoint.function not in self._writing or endpoint.function in self._committing or endpoint.is_websocket:
                continue
            ways = self._ways(endpoint)
            writes = [(write, way) for way in ways for write in self._written(way, endpoint)]
            if not writes or self._may_commit(endpoint, ways):
                continue
            for write, way in writes:
                if write.at not in seen:
                    seen.add(write.at)
                    yield write, way

    @cached_property
    def _committing(self) -> frozenset[FunctionNode]:
        """Functions of request code that may commit, by themselves or by what they call."""
        return self._upwards(node for node in self._reached.by_node if _speaks_of_commit(node))

    @cached_property
    def _writing(self) -> frozenset[FunctionNode]:
        """Functions of request code that write, by themselves or by what they call."""
        ways = self._reached.by_node.values()
        return self._upwards(
            way.node
            for way in ways
            if any(True for _ in self._writes.of(way)) or any(True for _ in self._writes.changes(way.node))
        )

    def _upwards(self, start: Iterable[FunctionNode]) -> frozenset[FunctionNode]:
        """These functions and all that lead to them."""
        todo = list(start)
        found: set[FunctionNode] = set()
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo += [caller.node for caller, _ in self._reached.callers.get(node, ())]
        return frozenset(found)

    def _commits_elsewhere(self) -> bool:
        """Whether middleware, the class of routes or the engine may commit for every endpoint."""
        for hook in self._routes.hooks:
            if hook.kind == "middleware" and isinstance(hook.target, (FunctionRef, ClassRef)):
                owner = hook.target.node if isinstance(hook.target, FunctionRef) else hook.target.cls
                if _speaks_of_commit(owner):
                    return True
        if any(self._commits(provider) for provider in self._providers()):
            return True
        return any(
            b"AUTOCOMMIT" in module.facts.source.data or b"route_class=" in module.facts.source.data
            for module in self._modules.by_path.values()
        )

    def _ways(self, endpoint: Endpoint) -> list[Way]:
        """Everything that an endpoint itself runs."""
        within = self._reached.within(lambda root: root.ref.node is endpoint.function)
        return list(within.ways.values())[:_MOST]

    def _written(self, way: Way, endpoint: Endpoint) -> Iterator[Write]:
        """What a function writes for an endpoint; one that only reads may change entities for its answer."""
        calls = tuple(self._writes.of(way))
        yield from calls
        if not calls and any(method not in _READING for method in endpoint.methods):
            yield from self._writes.changes(way.node)

    def _may_commit(self, endpoint: Endpoint, ways: list[Way]) -> bool:
        if len(ways) >= _MOST or any(_speaks_of_commit(way.node) or self._hands_over(way) for way in ways):
            return True
        if any(self._enters_unit(way.node, self._calls.env(way.ref)) for way in ways):
            return True
        for one in self._dependencies.closure(self._dependencies.of_endpoint(endpoint)):
            # timid: what can't be looked into may commit
            if one.function is None or one.function in self._committing or _speaks_of_commit(one.function):
                return True
        return False

    def _providers(self) -> Iterator[FunctionNode]:
        """The methods of dishka's providers: what they begin for a request, they end after it."""
        for module in self._modules.by_path.values():
            for cls in module.classes if b"dishka" in module.facts.source.data else ():
                if self._inference.members.is_subclass(cls, *_PROVIDERS):
                    yield from cls.methods.values()

    def _commits(self, provider: FunctionNode) -> bool:
        return _speaks_of_commit(provider) or self._enters_unit(provider, ())

    def _enters_unit(self, node: FunctionNode, env: Env) -> bool:
        """Whether a function enters an object that may commit when it is left: a unit of work."""
        for statement, _ in node.scan.withs:
            for item in statement.items:
                for one in self._inference.of(item.value, node, env):
                    cls = one.cls if isinstance(one, Instance) else None
                    bases = self._inference.members.mro(cls) if isinstance(cls, ClassNode) else ()
                    if any(_speaks_of_commit(base) for base in bases if isinstance(base, ClassNode)):
                        return True
        return False

    def _hands_over(self, way: Way) -> bool:
        """Whether a session is given to code that isn't known: it may commit."""
        if not says(way.node, b"ession", b"db"):
            return False
        env = self._calls.env(way.ref)
        for site in way.node.scan.calls:
            given = [*site.call.args, *(one.value for one in site.call.keywords)]
            names = [one for one in given if isinstance(one, Name)]
            if not any(self._sessions.kind(self._inference.of(one, way.node, env)) for one in names):
                continue
            funcs = self._inference.of(site.call.func, way.node, env)
            if not any(isinstance(func, (FunctionRef, ClassRef)) for func in funcs):
                return True
        return False


def _speaks_of_commit(node: FunctionNode | ClassNode) -> bool:
    data = node.module.facts.source.data
    return any(data.find(one, node.record.start, node.record.end) >= 0 for one in _COMMITS)
