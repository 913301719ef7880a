"""Who calls whom: the edges of the call graph, receivers and arguments considered."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import Call, Constant, FunctionDef, If, Name, Operation
from fastlint.model.knowledge import offload
from fastlint.model.knowledge.conditions import arguments_of
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import ClassRef, External, FunctionRef, Instance, MethodRef, PartialOf, qualified

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.knowledge.blocking import Blocking
    from fastlint.model.knowledge.verdict import BlockingCall
    from fastlint.model.scan import Block, Site
    from fastlint.model.types import Env, Type

Outside: TypeAlias = "External | MethodRef"
# So many receivers a method is looked at with; then without: a thousand subclasses must not mean a thousand bodies.
_MOST_CONTEXTS = 8


class Edge:
    """One call with one thing that it may reach.

    Attributes:
        site: the call; None for what isn't a call (entering a `with`, iterating).
        start, end: its place in the caller's file.
        target: the project's function that runs; None for a library's.
        outside: the library's function or method.
        blocking: why it blocks, if it does.
        once: it runs at most once per process (a guard `if x is None: x = …`).
    """

    __slots__ = ("blocking", "end", "once", "outside", "site", "start", "target")

    def __init__(
        self,
        site: Site | None,
        start: int,
        end: int,
        target: FunctionRef | None,
        outside: Outside | None,
        blocking: BlockingCall | None,
        *,
        once: bool,
    ) -> None:
        self.site = site
        self.start = start
        self.end = end
        self.target = target
        self.outside = outside
        self.blocking = blocking
        self.once = once


class Calls:
    """The call graph, worked out function by function."""

    def __init__(self, inference: Inference, blocking: Blocking) -> None:
        self._inference = inference
        self._blocking = blocking
        self._edges: dict[tuple[FunctionRef, frozenset[str]], tuple[Edge, ...]] = {}
        self._contexts: dict[FunctionNode, set[FunctionRef]] = {}

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
            plain = FunctionRef(ref.node, Instance(ref.node.owner) if ref.node.owner and bound is not None else None, ())
            return plain
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
        for site in node.scan.calls:
            if site.block.deferred or self._decorates(site):
                continue
            if absent and _excluded(site.block, absent):
                continue
            self._of_site(site, node, env, found)
        self._of_withs(node, env, found, absent)
        self._of_loops(node, env, found)
        return found

    def _decorates(self, site: Site) -> bool:
        return isinstance(site.statement, FunctionDef) and site.call in site.statement.function.decorators

    def _of_site(self, site: Site, node: FunctionNode, env: Env, found: list[Edge]) -> None:
        call = site.call
        once = runs_once(site.block)
        for func in self._inference.of(call.func, node, env):
            target = self.target(func)
            if target is not None:
                target = self.context(self._inference.given(target, call, node, env))
                found.append(Edge(site, call.start, call.end, target, None, None, once=once))
            elif isinstance(func, (External, MethodRef)):
                verdict = None if site.awaited else self.verdict(func, call, node, env)
                found.append(Edge(site, call.start, call.end, None, func, verdict, once=once))
            elif isinstance(func, Instance) and isinstance(func.cls, str):
                verdict = None if site.awaited else self._blocking.calls_instance(func.cls, arguments_of(call))
                if verdict is not None:
                    found.append(Edge(site, call.start, call.end, None, MethodRef(func.cls, "__call__", func), verdict, once=once))

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

        def named(expr: Expr) -> str | None:
            types = self._inference.of(expr, node, env)
            return qualified(types[0]) if len(types) == 1 else None

        arguments = arguments_of(call, named)
        if isinstance(func, External):
            return self._blocking.call(func.name, arguments)
        origin = None
        if func.receiver is not None and func.receiver.origin is not None:
            made = self._inference.constructed.get(func.receiver.origin)
            origin = arguments_of(made[0]) if made is not None else None
        return self._blocking.method(func.owner, func.path, arguments, origin)

    def _of_withs(self, node: FunctionNode, env: Env, found: list[Edge], absent: frozenset[str]) -> None:
        for statement, block in node.scan.withs:
            if block.deferred or (absent and _excluded(block, absent)):
                continue
            for item in statement.items:
                if statement.is_async:
                    continue
                for one in self._inference.of(item.value, node, env):
                    if isinstance(one, Instance) and isinstance(one.cls, str):
                        verdict = self._blocking.enter(one.cls) or self._blocking.exit(one.cls)
                        if verdict is not None:
                            outside = MethodRef(one.cls, "__enter__", one)
                            found.append(Edge(None, item.value.start, item.value.end, None, outside, verdict, once=runs_once(block)))
                    elif isinstance(one, Instance) and isinstance(one.cls, ClassNode):
                        for name in ("__enter__", "__exit__"):
                            method = self._inference.members.method(one.cls, name)
                            if method is not None:
                                target = self.context(FunctionRef(method, one))
                                found.append(Edge(None, item.value.start, item.value.end, target, None, None, once=runs_once(block)))

    def _of_loops(self, node: FunctionNode, env: Env, found: list[Edge]) -> None:
        iterables = [(loop.iter, block) for loop, block in node.scan.loops if not getattr(loop, "is_async", True)]
        for comprehension, block in node.scan.comprehensions:
            iterables += [(clause.iter, block) for clause in comprehension.clauses if not clause.is_async]
        for expr, block in iterables:
            if block.deferred:
                continue
            for one in self._inference.of(expr, node, env):
                if isinstance(one, Instance) and isinstance(one.cls, str):
                    verdict = self._blocking.iterates(one.cls)
                    if verdict is not None:
                        outside = MethodRef(one.cls, "__iter__", one)
                        found.append(Edge(None, expr.start, expr.end, None, outside, verdict, once=runs_once(block)))

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
        """Whether its result is kept, so that its body runs once for given arguments."""
        return any((row := offload.cache(name)) is not None and row.once for name in self._inference.decorator_names(node))


def runs_once(block: Block) -> bool:
    """Whether code stands behind `if x is None:` (or `if not x:`) in a block that then sets x: lazy set-up."""
    here: Block | None = block
    while here is not None:
        if here.kind == "if" and isinstance(here.owner, If):
            name = _missing(here.owner.test)
            if name is not None and _sets(here.owner, name):
                return True
        here = here.parent
    return False


def _missing(test: Expr) -> str | None:
    match test:
        case Operation(kind="comparison", op="is", operands=(Name(id=name), Constant(text="None"))):
            return name
        case Operation(kind="unary", op="not", operands=(Name(id=name),)):
            return name
        case Operation(kind="boolean", operands=operands):
            return next((found for one in operands if (found := _missing(one)) is not None), None)
        case _:
            return None


def _sets(statement: If, name: str) -> bool:
    from fastlint.model.scan import scan

    return any(
        isinstance(target, Name) and target.id == name
        for assign, _ in scan(statement.body).assigns
        for target in assign.targets
    )


def _excluded(block: Block, absent: frozenset[str]) -> bool:
    """Whether code stands in `if p:` for a parameter p that is left at a false default."""
    here: Block | None = block
    while here is not None:
        if here.kind == "if" and isinstance(here.owner, If) and isinstance(here.owner.test, Name) and here.owner.test.id in absent:
            return True
        here = here.parent
    return False
