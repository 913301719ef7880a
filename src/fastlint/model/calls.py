"""Who calls whom: the edges of the call graph, receivers and arguments considered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Constant, FunctionDef, Name
from fastlint.model.edges import Edge, excluded
from fastlint.model.implied_calls import ImpliedCalls
from fastlint.model.knowledge import lookup, offload
from fastlint.model.knowledge.conditions import arguments_of
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.once import remembers
from fastlint.model.types import ClassRef, External, FunctionRef, Instance, MethodRef, PartialOf, qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Expr, Keyword
    from fastlint.model.blocks import Block
    from fastlint.model.inference import Inference
    from fastlint.model.knowledge.blocking import Blocking
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.nodes import Scope
    from fastlint.model.relevance import Relevance
    from fastlint.model.scan import Site
    from fastlint.model.types import Env, Type, Types

# So many receivers a method is looked at with; then without: a thousand subclasses must not mean a thousand bodies.
_MOST_CONTEXTS = 8
_BUFFERS = frozenset({"io.BytesIO", "io.StringIO", "_io.BytesIO", "_io.StringIO"})


class Calls:
    """The call graph, worked out function by function."""

    def __init__(self, inference: Inference, blocking: Blocking, relevant: Relevance) -> None:
        self._relevant = relevant
        self._inference = inference
        self._blocking = blocking
        self._implied = ImpliedCalls(inference, blocking, relevant, self)
        self._edges: dict[tuple[FunctionRef, frozenset[str]], tuple[Edge, ...]] = {}
        self._named: dict[tuple[str, str], Types] = {}
        self._plain: set[Types] = set()
        self._contexts: dict[FunctionNode, set[FunctionRef]] = {}
        self._cached: dict[FunctionNode, bool] = {}

    def env(self, ref: FunctionRef) -> Env:
        """What is known inside a function that is looked at with a receiver."""
        if ref.bound is None or not ref.node.record.params:
            return ref.env
        return self._inference.receiver_env(ref.node, ref.bound, ref.env)

    def context(self, ref: FunctionRef) -> FunctionRef:
        """`ref`, or the plain function where it has been looked at with too many receivers."""
        known = self._contexts.setdefault(ref.node, set())
        if ref in known:
            return ref
        if len(known) >= _MOST_CONTEXTS:
            bound = ref.bound
            if isinstance(bound, Instance):
                bare = FunctionRef(ref.node, Instance(bound.cls), ())
                if bare in known:
                    return bare
            return FunctionRef(ref.node, Instance(ref.node.owner) if ref.node.owner and bound is not None else None, ())
        known.add(ref)
        return ref

    def edges(self, ref: FunctionRef, absent: frozenset[str] = frozenset()) -> tuple[Edge, ...]:
        """What a function calls; `absent` names parameters that its caller leaves at a false default."""
        key = (ref, absent)
        found = self._edges.get(key)
        if found is None:
            found = self._edges[key] = tuple(self._find(ref, absent))
        return found

    def _find(self, ref: FunctionRef, absent: frozenset[str]) -> list[Edge]:
        node = ref.node
        env = self.env(ref)
        found: list[Edge] = []
        outer = node.parent if isinstance(node.parent, Module) else node.module if node.owner is not None else None
        own = node.scan.bindings
        path = node.module.path
        for site in node.scan.calls:
            call = site.call
            if not self._relevant(call, path):
                continue
            types = None
            if type(call.func) is Name and outer is not None:
                head = call.func.id.partition(".")[0]
                if head not in own and head not in node.params:
                    types = self._of_module(node.module, call.func)
                    if not types or (types in self._plain and not _hands_names(call)):
                        continue
            if site.block.deferred or self._decorates(site) or (absent and excluded(site.block, absent)):
                continue
            self._of_site(site, node, env, found, types)
        found += self._implied.of(ref, env, absent)
        return found

    def _of_module(self, module: Module, func: Name) -> Types:
        """What a name means that only the module binds: the same for all functions of the module."""
        key = (module.path, func.id)
        types = self._named.get(key)
        if types is None:
            types = self._named[key] = self._inference.named(func.id, module)
            if types and all(isinstance(one, (External, MethodRef)) and not self._of_note(one) for one in types):
                self._plain.add(types)
        return types

    def _of_note(self, func: External | MethodRef) -> bool:
        """Whether a library's callable blocks, runs what it is given, or makes a coroutine that must be awaited."""
        shelf = self._inference.libraries
        if self._blocking.extra or _spoken_of(func):
            return True
        if isinstance(func, External):
            hands = offload.escape(func.name) is not None or offload.spawn(func.name) is not None
            return hands or shelf.is_coroutine_function(func.name)
        return (
            offload.escape_method(func.owner, func.path) is not None
            or offload.spawn_method(func.owner, func.path) is not None
            or shelf.is_coroutine(func.owner, func.path)
        )

    def _decorates(self, site: Site) -> bool:
        return isinstance(site.statement, FunctionDef) and site.call in site.statement.function.decorators

    def _of_site(self, site: Site, node: FunctionNode, env: Env, found: list[Edge], types: Types | None = None) -> None:
        call = site.call
        block = site.block
        for one in self._inference.of(call.func, node, env) if types is None else types:
            func = one.func if isinstance(one, PartialOf) and isinstance(one.func, (External, MethodRef)) else one
            target = self.target(func)
            if target is not None:
                target = self.context(self._inference.given(target, call, node, env))
                found.append(Edge(site, call.start, call.end, target, None, None, block))
            elif isinstance(func, (External, MethodRef)):
                verdict = None if site.awaited else self.verdict(func, call, node, env)
                found.append(Edge(site, call.start, call.end, None, func, verdict, block))
                found += self._in_greenlet(func, call, node, env, block)
            elif isinstance(func, Instance) and isinstance(func.cls, str):
                verdict = None if site.awaited else self._blocking.calls_instance(func.cls, arguments_of(call))
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

    def verdict(self, func: External | MethodRef, call: Call, node: FunctionNode, env: Env) -> BlockingCall | None:
        """Why calling a library's function or method here blocks; None where it doesn't or isn't known to."""
        if not self._blocking.extra and not _spoken_of(func):
            return None

        def named(expr: Expr) -> str | None:
            types = self._inference.of(expr, node, env)
            return qualified(types[0]) if len(types) == 1 else None

        arguments = arguments_of(call, named)
        if isinstance(func, External):
            verdict = self._blocking.call(func.name, arguments)
            memory = verdict is not None and verdict.kind == "file" and self._in_memory(call.args[:1], node, env)
            return None if memory else verdict
        origin = None
        if func.receiver is not None and func.receiver.origin is not None:
            made = self._inference.constructed.get(func.receiver.origin)
            origin = arguments_of(made[0]) if made is not None else None
        verdict = self._blocking.method(func.owner, func.path, arguments, origin)
        return None if verdict is not None and self.made_harmless(func.receiver, verdict) else verdict

    def made_harmless(self, receiver: Instance | None, verdict: BlockingCall) -> bool:
        """Whether a file object was made around a buffer in memory (`ZipFile(BytesIO(data))`), a lock not to wait."""
        made = (
            self._inference.constructed.get(receiver.origin)
            if receiver is not None and receiver.origin is not None
            else None
        )
        if made is None:
            return False
        call, scope, env = made
        if verdict.kind == "lock":
            return any(_is_impatient(one) for one in call.keywords)
        return verdict.kind == "file" and self._in_memory(
            (*call.args, *(one.value for one in call.keywords)), scope, env
        )

    def _in_memory(self, exprs: Iterable[Expr], scope: Scope, env: Env) -> bool:
        return any(
            isinstance(one, Instance) and one.cls in _BUFFERS
            for expr in exprs
            for one in self._inference.of(expr, scope, env)
        )

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
        return any(offload.escape(name) is not None for name in self._inference.decorator_names(node))

    def cached(self, node: FunctionNode) -> bool:
        """Whether its result is kept, by a decorator or by hand, so that its body runs once for given arguments."""
        found = self._cached.get(node)
        if found is None:
            rows = [offload.cache(name) for name in self._inference.decorator_names(node)]
            found = self._cached[node] = any(row is not None and row.once for row in rows) or remembers(node)
        return found


def _hands_names(call: Call) -> bool:
    """Whether a call is given something by name, which may be a function."""
    return any(type(one) is Name for one in call.args) or any(type(one.value) is Name for one in call.keywords)


def _is_impatient(given: Keyword) -> bool:
    """`timeout=0`, `blocking=False`."""
    value = given.value
    return isinstance(value, Constant) and (given.name, value.text) in (("timeout", "0"), ("blocking", "False"))


def _spoken_of(func: External | MethodRef) -> bool:
    """Whether any row may be about a callable; where none is, its arguments need no look."""
    if isinstance(func, External):
        return lookup.callable_(func.name) is not None
    return _method_spoken_of(func.owner, func.path)


@cache
def _method_spoken_of(owner: str, path: str) -> bool:
    return lookup.class_row(owner) is not None or "." in path or lookup.pattern_of(owner, path) is not None
