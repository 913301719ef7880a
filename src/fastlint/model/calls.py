"""Who calls whom: the edges of the call graph, receivers and arguments considered."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, For, FunctionDef, Name, With
from fastlint.model.consumers import runs_out
from fastlint.model.edges import Edge, excluded
from fastlint.model.handed_lambdas import sites_within
from fastlint.model.implied_calls import ImpliedCalls
from fastlint.model.knowledge import offload
from fastlint.model.knowledge.conditions import arguments_of
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.once import remembers
from fastlint.model.types import ClassRef, External, FunctionRef, Instance, MethodRef, PartialOf
from fastlint.model.verdicts import Verdicts, hands_names
from fastlint.model.wrapping import is_replaced, wrappers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call
    from fastlint.model.blocks import Block
    from fastlint.model.inference import Inference
    from fastlint.model.knowledge.blocking import Blocking
    from fastlint.model.relevance import Relevance
    from fastlint.model.scan import Site
    from fastlint.model.types import Env, Type, Types

# So many receivers a method is looked at with; then without: a thousand subclasses must not mean a thousand bodies.
_MOST_CONTEXTS = 8
_APPLYING = frozenset({"builtins.map", "builtins.filter", "functools.reduce", "itertools.starmap"})


class Calls:
    """The call graph, worked out function by function.

    Attributes:
        verdicts: whether calls of libraries block.
    """

    def __init__(self, inference: Inference, blocking: Blocking, relevant: Relevance) -> None:
        self._relevant = relevant
        self._inference = inference
        self._blocking = blocking
        self.verdicts = Verdicts(inference, blocking)
        self._implied = ImpliedCalls(inference, blocking, relevant, self)
        self._edges: dict[FunctionRef, tuple[Edge, ...]] = {}
        self._edges_without: defaultdict[frozenset[str], dict[FunctionRef, tuple[Edge, ...]]] = defaultdict(dict)
        # What names mean that only a module binds, which is the same for all its functions, and the idleness of that.
        self._named: defaultdict[Module, dict[str, tuple[Types, int]]] = defaultdict(dict)
        self._contexts: dict[FunctionNode, tuple[FunctionRef, ...]] = {}
        self._cached: dict[FunctionNode, bool] = {}
        self._replaced: dict[FunctionNode, bool] = {}

    def env(self, ref: FunctionRef) -> Env:
        """What is known inside a function that is looked at with a receiver."""
        if ref.bound is None or not ref.node.record.params:
            return ref.env
        return self._inference.receiver_env(ref.node, ref.bound, ref.env)

    def context(self, ref: FunctionRef) -> FunctionRef:
        """`ref`, or the plain function where it has been looked at with too many receivers."""
        known = self._contexts.get(ref.node, ())
        if ref in known:
            return ref
        if len(known) >= _MOST_CONTEXTS:
            bound = ref.bound
            if isinstance(bound, Instance):
                bare = FunctionRef(ref.node, Instance(bound.cls), ())
                if bare in known:
                    return bare
            return FunctionRef(ref.node, Instance(ref.node.owner) if ref.node.owner and bound is not None else None, ())
        self._contexts[ref.node] = (*known, ref)
        return ref

    def edges(self, ref: FunctionRef, absent: frozenset[str] = frozenset()) -> tuple[Edge, ...]:
        """What a function calls; `absent` names parameters that its caller leaves at a false default."""
        known = self._edges if not absent else self._edges_without[absent]
        found = known.get(ref)
        if found is None:
            found = known[ref] = tuple(self._find(ref, absent))
        return found

    def _find(self, ref: FunctionRef, absent: frozenset[str]) -> list[Edge]:
        node = ref.node
        env = self.env(ref)
        found: list[Edge] = []
        outer = node.parent if isinstance(node.parent, Module) else node.module if node.owner is not None else None
        scan = node.scan
        own, params = scan.bindings, node.params
        wanted = self._relevant.names(node.module.path)
        only_waiting = self._relevant.only_waiting
        named = self._named[node.module]
        for site in scan.calls:
            func = site.call.func
            types = None
            if type(func) is Name:
                name = func.id
                head, dot, _ = name.partition(".")
                if dot and not wanted[name]:
                    continue
                if outer is not None and head not in own and head not in params:
                    known = named.get(name)
                    if known is None:
                        types = self._inference.named(name, node.module)
                        known = named[name] = types, self.verdicts.idleness(types)
                    types, idleness = known
                    if not types or (idleness and idleness > hands_names(site.call)):
                        continue
            elif type(func) is Attribute:
                name = func.attr
                if not wanted[name]:
                    continue
            else:
                name = ""
            if site.awaited and types is None and name[name.rfind(".") + 1 :] in only_waiting:
                continue
            if site.block.deferred or (absent and excluded(site.block, absent)):
                continue
            if type(site.statement) is FunctionDef and site.call in site.statement.function.decorators:
                continue
            self._of_site(site, node, env, found, types)
        self._of_lambdas(node, env, found)
        found += self._implied.of(ref, env, absent)
        return found

    def _of_lambdas(self, node: FunctionNode, env: Env, found: list[Edge]) -> None:
        for site in sites_within(self, self._inference, node, env):
            self._of_site(site, node, env, found)

    def _of_site(self, site: Site, node: FunctionNode, env: Env, found: list[Edge], types: Types | None = None) -> None:
        call = site.call
        block = site.block
        if types is None:
            types = self._inference.of(call.func, node, env)
            if self.verdicts.is_idle(types, call):
                return
        for one in types:
            func = one.func if isinstance(one, PartialOf) and isinstance(one.func, (External, MethodRef)) else one
            target = self.target(func)
            if target is not None:
                given = self._inference.given(target, call, node, env)
                found += [
                    Edge(site, call.start, call.end, self.context(ref), None, None, block)
                    for ref in self._run_by(given)
                ]
            elif isinstance(func, (External, MethodRef)):
                verdict = None if _waits(site) else self.verdicts.of(func, call, node, env)
                found.append(Edge(site, call.start, call.end, None, func, verdict, block))
                found += self._in_greenlet(func, call, node, env, block)
                if isinstance(func, External) and func.name in _APPLYING and call.args:
                    found += self._applied(site, node, env)
            elif isinstance(func, Instance) and isinstance(func.cls, str):
                verdict = None if _waits(site) else self._blocking.calls_instance(func.cls, arguments_of(call))
                if verdict is not None:
                    found.append(
                        Edge(site, call.start, call.end, None, MethodRef(func.cls, "__call__", func), verdict, block)
                    )

    def _in_greenlet(
        self, func: External | MethodRef, call: Call, node: FunctionNode, env: Env, block: Block
    ) -> Iterator[Edge]:
        """The function that `run_sync(f)` runs on the loop, where only what goes by its session waits well."""
        row = offload.escape(func.name) if isinstance(func, External) else offload.escape_method(func.owner, func.path)
        if row is None or not row.partial or not call.args:
            return
        for one in self._inference.of(call.args[0], node, env):
            target = self.target(one)
            if target is not None and not target.node.is_async:
                yield Edge(None, call.start, call.end, self.context(target), None, None, block, greenlet=True)

    def _applied(self, site: Site, node: FunctionNode, env: Env) -> Iterator[Edge]:
        """What `map(f, items)` calls: coroutine functions as it is iterated, others where that is done on the spot."""
        call = site.call
        here = site.use == "for" or runs_out(node, call)
        for one in self._inference.of(call.args[0], node, env):
            target = self.target(one)
            if target is not None and (here or target.node.is_async):
                yield Edge(None, call.start, call.end, self.context(target), None, None, site.block)
            elif here and isinstance(one, (External, MethodRef)):
                verdict = self.verdicts.of(one, call, node, env)
                if verdict is not None:
                    yield Edge(None, call.start, call.end, None, one, verdict, site.block)

    def target(self, func: Type) -> FunctionRef | None:
        """The project's function that calling `func` runs."""
        members = self._inference.members
        match func:
            case FunctionRef():
                return func
            case ClassRef(cls=cls):
                for name in ("__init__", "__post_init__"):
                    init = members.method(cls, name)
                    if init is not None:
                        return FunctionRef(init, Instance(cls, func.args))
                return None
            case Instance(cls=ClassNode() as cls):
                method = members.method(cls, "__call__")
                return FunctionRef(method, func) if method is not None else None
            case PartialOf(func=inner):
                return self.target(inner)
            case _:
                return None

    def origins(self, edge: Edge, ref: FunctionRef) -> frozenset[tuple[str, int]]:
        """Where the objects that a library call works on were made: its receiver and its arguments."""
        found: list[Type] = []
        if isinstance(edge.outside, MethodRef) and edge.outside.receiver is not None:
            found.append(edge.outside.receiver)
        elif edge.site is not None:
            env = self.env(ref)
            for argument in edge.site.call.args[:3]:
                found += self._inference.of(argument, ref.node, env)
        return frozenset(one.origin for one in found if isinstance(one, Instance) and one.origin is not None)

    def absent(self, edge: Edge) -> frozenset[str]:
        """Parameters of the callee with a false default that guard code there and that this call does not give."""
        target, site = edge.target, edge.site
        if target is None or site is None:
            return frozenset()
        return self._inference.left_out(target, site.call)

    def offloaded(self, node: FunctionNode) -> bool:
        """Whether its decorators make calling it run its body elsewhere than where the call stands."""
        if not node.record.decorators:
            return False
        return any(offload.escape(name) is not None for name in self._inference.decorator_names(node))

    def _run_by(self, target: FunctionRef) -> Iterator[FunctionRef]:
        """What calling a function runs: itself, or what its decorators put in place of it."""
        node = target.node
        replaced = bool(node.record.decorators) and self._replaced.get(node)
        if replaced is None:
            replaced = self._replaced[node] = is_replaced(self._inference, node)
        if replaced:
            for _, wrapper in wrappers(self._inference, target):
                given = self._inference.receiver_env(wrapper.node, target.bound, wrapper.env) if target.bound else ()
                yield FunctionRef(wrapper.node, wrapper.bound, given or wrapper.env)
        else:
            yield target

    def kept_a_while(self, node: FunctionNode) -> bool:
        """Whether its result is kept for a time, so that its body seldom runs."""
        if not node.record.decorators:
            return False
        rows = [offload.cache(name) for name in self._inference.decorator_names(node)]
        return any(row is not None and not row.once for row in rows)

    def cached(self, node: FunctionNode) -> bool:
        """Whether its result is kept, by a decorator or by hand, so that its body runs once for given arguments."""
        found = self._cached.get(node)
        if found is None:
            rows = [offload.cache(name) for name in self._inference.decorator_names(node)]
            found = self._cached[node] = any(row is not None and row.once for row in rows) or remembers(node)
        return found


def _waits(site: Site) -> bool:
    """Whether the call is awaited, by `async with` and `async for` too: whatever an annotation says, it can't block."""
    if site.awaited:
        return True
    statement = site.statement
    return site.use in ("with", "for") and isinstance(statement, (With, For)) and statement.is_async
