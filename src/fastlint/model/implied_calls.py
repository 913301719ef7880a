"""What code runs without a call in sight: by `with`, by loops, by properties, by decorators around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, ClassDef, For, FunctionDef, Name
from fastlint.model.alternatives import any_of
from fastlint.model.blocks import extent
from fastlint.model.edges import Edge, excluded
from fastlint.model.lazy_reads import LazyReads
from fastlint.model.nodes import ClassNode
from fastlint.model.retry_waits import waits_between
from fastlint.model.types import External, FunctionRef, Instance, MethodRef
from fastlint.model.uses import uses_in
from fastlint.model.wrapping import wrappers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, Stmt
    from fastlint.model.blocks import Block
    from fastlint.model.calls import Calls
    from fastlint.model.inference import Inference
    from fastlint.model.knowledge.blocking import Blocking
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.relevance import Relevance
    from fastlint.model.types import Env, Types

_EXHAUSTING = frozenset({"list", "tuple", "set", "sorted", "dict"})
_CALLED = re.compile(rb"(\w+)\s*\(")


class ImpliedCalls:
    """Finds edges of the call graph that no call makes."""

    def __init__(self, inference: Inference, blocking: Blocking, relevant: Relevance, calls: Calls) -> None:
        self._inference = inference
        self._blocking = blocking
        self._relevant = relevant
        self._calls = calls
        self._lazy_reads = LazyReads(inference, blocking)

    def of(self, ref: FunctionRef, env: Env, absent: frozenset[str]) -> list[Edge]:
        """What a function runs in this way; `absent` names parameters that its caller leaves at a false default."""
        node = ref.node
        found: list[Edge] = []
        self._of_withs(node, env, found, absent)
        self._of_loops(node, env, found)
        self._of_properties(node, env, found, absent)
        found += self._lazy_reads.of(node, env, absent)
        for expr, wrapper in wrappers(self._inference, ref) if node.record.decorators else ():
            found.append(Edge(None, expr.start, expr.end, self._calls.context(wrapper), None, None, node.scan.root))
        for expr, decorator, verdict in waits_between(self._inference, node) if node.record.decorators else ():
            found.append(Edge(None, expr.start, expr.end, None, decorator, verdict, node.scan.root))
        return found

    def _of_withs(self, node: FunctionNode, env: Env, found: list[Edge], absent: frozenset[str]) -> None:
        for statement, block in node.scan.withs:
            if block.deferred or (absent and excluded(block, absent)):
                continue
            for item in statement.items:
                if statement.is_async:
                    self._run(item.value, ("__aenter__", "__aexit__"), node, env, found, block)
                    continue
                for one in self._inference.of(item.value, node, env):
                    if isinstance(one, Instance) and isinstance(one.cls, str):
                        verdict = self._blocking.enter(one.cls) or self._blocking.exit(one.cls)
                        if verdict is not None and not self._calls.verdicts.made_harmless(one, verdict):
                            outside = MethodRef(one.cls, "__enter__", one)
                            found.append(Edge(None, item.value.start, item.value.end, None, outside, verdict, block))
                self._run(item.value, ("__enter__", "__exit__"), node, env, found, block)

    def _run(
        self, expr: Expr, names: tuple[str, ...], node: FunctionNode, env: Env, found: list[Edge], block: Block
    ) -> None:
        """Add edges to these methods of what an expression is."""
        for one in self._inference.of(expr, node, env):
            if isinstance(one, Instance) and isinstance(one.cls, ClassNode):
                for name in names:
                    method = self._inference.members.method(one.cls, name)
                    if method is not None:
                        target = self._calls.context(FunctionRef(method, one))
                        found.append(Edge(None, expr.start, expr.end, target, None, None, block))

    def _of_loops(self, node: FunctionNode, env: Env, found: list[Edge]) -> None:
        for loop, block in node.scan.loops:
            if isinstance(loop, For) and not block.deferred:
                methods = ("__aiter__", "__anext__") if loop.is_async else ("__iter__", "__next__")
                self._run(loop.iter, methods, node, env, found, block)
        iterables = [
            (loop.iter, block) for loop, block in node.scan.loops if isinstance(loop, For) and not loop.is_async
        ]
        for comprehension, block in node.scan.comprehensions:
            iterables += [(clause.iter, block) for clause in comprehension.clauses if not clause.is_async]
        iterables += [(site.call.args[0], site.block) for site in node.scan.calls if _exhausts(site.call)]
        for expr, block in iterables:
            if block.deferred:
                continue
            for one in (*self._inference.of(expr, node, env), *self._lazy(expr, node, env)):
                if isinstance(one, (MethodRef, External)):
                    verdict = (
                        self._blocking.iterates_result_of(one.owner, one.path)
                        if isinstance(one, MethodRef)
                        else self._blocking.iterates_result_of(one.name)
                    )
                    if verdict is not None:
                        found.append(Edge(None, expr.start, expr.end, None, one, verdict, block))
                elif isinstance(one, Instance) and isinstance(one.cls, str):
                    verdict = self._blocking.iterates(one.cls)
                    if verdict is not None and not self._calls.verdicts.made_harmless(one, verdict):
                        outside = MethodRef(one.cls, "__iter__", one)
                        found.append(Edge(None, expr.start, expr.end, None, outside, verdict, block))

    def _lazy(self, expr: Expr, node: FunctionNode, env: Env) -> Types:
        """The library callables whose result is iterated: the call may be harmless and its iteration not."""
        if not isinstance(expr, Call) or not self._relevant(expr, node.module.path):
            return ()
        return tuple(one for one in self._inference.of(expr.func, node, env) if isinstance(one, (External, MethodRef)))

    def _of_properties(self, node: FunctionNode, env: Env, found: list[Edge], absent: frozenset[str]) -> None:
        """Properties of the project that are read and whose bodies call something of note."""
        places = self._property_reads(node)
        for statement, block in node.scan.statements if places else ():
            if not _holds(statement, places) or block.deferred or (absent and excluded(block, absent)):
                continue
            for expr, _ in uses_in(statement):
                if isinstance(expr, Name) and "." in expr.id:
                    found += [
                        Edge(None, expr.start, expr.end, self._calls.context(target), None, None, block)
                        for target in self._read(expr, node, env)
                    ]

    def _read(self, expr: Name, node: FunctionNode, env: Env) -> Iterator[FunctionRef]:
        """The properties that a dotted chain reads: `self.store.manifest` for `self.store.manifest.get`."""
        head, *rest = expr.id.split(".")
        places = [place for place, part in enumerate(rest) if part.encode() in self._properties]
        if not places:
            return
        types = self._inference.lookup.name(head, node, expr.start, env)
        for place, part in enumerate(rest[: places[-1] + 1]):  # what the last one gives doesn't matter here
            if place:
                types = self._inference.path(types, rest[place - 1])
            if place in places and len(types) == 1:  # timid: which of several objects it is
                (one,) = types
                if isinstance(one, Instance) and isinstance(one.cls, ClassNode):
                    method = self._inference.members.method(one.cls, part)
                    if method is not None and self._inference.members.is_property(method):
                        yield FunctionRef(method, one)

    def _property_reads(self, node: FunctionNode) -> list[int]:
        """Where the text of a function reads such properties, or others of their names, in order."""
        if self._reads is None:
            return []
        record = node.record
        found = self._reads.finditer(node.module.facts.source.data, record.body_start, record.body_end)
        return [match.start() for match in found]

    @cached_property
    def _reads(self) -> re.Pattern[bytes] | None:
        """What the text of a function holds that reads such a property."""
        if not self._properties:
            return None
        return re.compile(rb"\.\s*(?:" + any_of(self._properties) + rb")\b")

    @cached_property
    def _properties(self) -> frozenset[bytes]:
        """Names of properties of the project's classes whose text calls something that may matter."""
        found: set[bytes] = set()
        for module in self._inference.modules.by_path.values():
            data = module.facts.source.data
            if b"property" not in data:
                continue
            for node in module.functions:
                record = node.record
                if node.owner is None or not record.decorators or node.is_async:
                    continue
                if any(isinstance(one, Name) and one.id.endswith("property") for one in record.decorators):
                    names = _CALLED.findall(data, record.body_start, record.body_end)
                    if any(self._relevant.is_wanted(name.decode()) for name in names):
                        found.add(node.name.encode())
        return frozenset(found)


def _holds(statement: Stmt, places: list[int]) -> bool:
    """Whether one of these places, given in order, lies in a statement, or may lie in its decorators."""
    if isinstance(statement, (FunctionDef, ClassDef)):
        return True
    start, end = extent(statement)
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def _exhausts(call: Call) -> bool:
    """`list(cursor.find())` and the like."""
    func = call.func
    return type(func) is Name and func.id in _EXHAUSTING and len(call.args) == 1 and type(call.args[0]) is Call
