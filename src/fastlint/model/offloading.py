"""Whether a call may be awaited where it stands, and whether its work may move to a thread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from fastlint.facts.records import Attribute, ClassDef, FunctionDef, Name, Starred
from fastlint.model.knowledge import lookup
from fastlint.model.nodes import ClassNode
from fastlint.model.types import AwaitableOf, ContextOf, FunctionRef, Instance, TupleOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call
    from fastlint.model.calls import Calls
    from fastlint.model.colour import Reach
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Site
    from fastlint.model.schemas import Schemas
    from fastlint.model.stalls import Stall, Stalls
    from fastlint.model.types import Types

Verdict = Literal["safe", "unsafe", "never"]

# A helper whose text speaks of these may need the loop's own thread.
_LOOP_WORDS = (
    b"asyncio",
    b"anyio",
    b"create_task",
    b"contextvar",
    b"ContextVar",
    b"run_in_executor",
    b"get_running_loop",
)
_LOCAL = re.compile(rb"^(\w+)\s*(?::[^=\n]*)?=\s*(?:threading\.)?local\(\)", re.MULTILINE)
# So many functions behind a helper are looked into.
_MOST = 40
_LAZY = frozenset(
    {"typing.Generator", "typing.Iterator", "collections.abc.Generator", "collections.abc.Iterator", "builtins.map"}
)


def awaitable_at(site: Site) -> bool:
    """Whether `await` may be put before a call of a coroutine function: not in a lambda, comprehension or decorator."""
    return (
        not site.awaited
        and site.use != "with"
        and site.block.kinds().isdisjoint(("lambda", "comprehension"))
        and not isinstance(site.statement, (FunctionDef, ClassDef))
    )


class Offloading:
    """Judges whether work may be handed to another thread."""

    def __init__(self, inference: Inference, calls: Calls, stalls: Stalls, schemas: Schemas) -> None:
        self._schemas = schemas
        self._inference = inference
        self._calls = calls
        self._stalls = stalls

    def of(self, stall: Stall) -> Verdict:
        """Whether the boundary call may become `await run_in_threadpool(…)`."""
        site, node = stall.edge.site, stall.function
        if site is None or site.use == "for" or not awaitable_at(site) or self._holds_lock(stall.reach, site):
            return "never"
        if not isinstance(site.call.func, (Name, Attribute)) or self._lingers(self._inference.of(site.call, node)):
            return "never"
        if not stall.links:
            return "safe" if stall.verdict.mechanical_fix and not stall.verdict.thread_bound else "never"
        target = stall.edge.target
        if target is None or target.node.name == "__init__" or target.node.is_generator:
            return "never"
        return self._helper(target, site.call, node)

    def _holds_lock(self, reach: Reach, site: Site) -> bool:
        """Whether a lock of threads is held around the call: awaiting there would keep it for long."""
        locks = {
            edge.start
            for edge in self._calls.edges(reach.ref)
            if edge.site is None and edge.blocking is not None and edge.blocking.kind == "lock"
        }
        return any(
            item.value.start in locks and statement.start <= site.call.start < statement.end
            for statement, _ in reach.ref.node.scan.withs
            for item in statement.items
        )

    def _lingers(self, types: Types) -> bool:
        """Whether the result is bound to the thread, or works only later: a context manager, a generator, a session."""
        return any(
            isinstance(one, (ContextOf, AwaitableOf))
            or (isinstance(one, Instance) and (one.cls in _LAZY or self.thread_bound(one)))
            for one in types
        )

    def _helper(self, target: FunctionRef, call: Call, node: FunctionNode) -> Verdict:
        """Whether a helper of the project may run in a thread: nothing bound to thread or loop goes in or is used."""
        if any(sink.verdict.thread_bound for sink in self._stalls.sinks(target)):
            return "never"
        bound = target.bound
        if isinstance(bound, Instance) and (self._carries_bound(bound) or self._schemas.is_entity(bound.cls)):
            return "never"
        known = True
        for value in (*call.args, *(one.value for one in call.keywords)):
            if isinstance(value, Starred):
                return "never"
            types = self._inference.of(value, node)
            if any(self._stays(one) for one in types):
                return "never"
            known = known and bool(types)
        behind = list(self._behind(target))
        if len(behind) >= _MOST or any(_speaks_of_loop(one) for one in behind):
            return "never"
        return "safe" if known else "unsafe"

    def _stays(self, one: object) -> bool:
        if isinstance(one, (AwaitableOf, ContextOf)):
            return True
        if isinstance(one, TupleOf):
            return any(self._stays(inner) for types in one.items for inner in types)
        return isinstance(one, Instance) and (
            self.thread_bound(one)
            or self._loop_bound(one)
            or self._carries_bound(one)
            or self._schemas.is_entity(one.cls)  # its attributes may load from the session that it belongs to
        )

    def thread_bound(self, one: Instance) -> bool:
        """Whether an object belongs to one thread or transaction: a session, a connection, a cursor."""
        names = (one.cls,) if isinstance(one.cls, str) else self._inference.members.external_bases(one.cls)
        return any((row := lookup.class_row(name)) is not None and row.thread_bound for name in names)

    def _loop_bound(self, one: Instance) -> bool:
        names = (one.cls,) if isinstance(one.cls, str) else self._inference.members.external_bases(one.cls)
        return any(
            name.startswith(("asyncio.", "anyio."))
            or ".asyncio." in name
            or name.rpartition(".")[2].startswith("Async")
            for name in names
        )

    def _carries_bound(self, one: Instance) -> bool:
        """Whether an object of the project holds a session or the like in an attribute."""
        if not isinstance(one.cls, ClassNode):
            return False
        return any(
            isinstance(held, Instance) and (self.thread_bound(held) or self._loop_bound(held))
            for name in self._attributes(one.cls)
            for held in self._inference.attribute(one, name)
        )

    def _attributes(self, cls: ClassNode) -> Iterator[str]:
        for base in self._inference.members.mro(cls):
            if not isinstance(base, ClassNode):
                continue
            yield from base.scan.bindings
            init = base.methods.get("__init__")
            if init is not None and init.record.params:
                for _, place in init.scan.attributes:
                    if isinstance(place, Name) and place.id.startswith(f"{init.record.params[0].name}."):
                        yield place.id.partition(".")[2].partition(".")[0]

    def needs_loop(self, ref: FunctionRef) -> bool:
        """Whether a function, or one that it calls, may need the loop's own thread."""
        return any(_speaks_of_loop(one) for one in self._behind(ref))

    def _behind(self, target: FunctionRef) -> Iterator[FunctionNode]:
        """The functions that a helper calls, itself first, a limited number."""
        seen: set[FunctionRef] = set()
        todo = [target]
        while todo and len(seen) < _MOST:
            ref = todo.pop(0)
            if ref not in seen:
                seen.add(ref)
                yield ref.node
                todo += [edge.target for edge in self._calls.edges(ref) if edge.target is not None]


def _speaks_of_loop(node: FunctionNode) -> bool:
    data = node.module.facts.source.data
    start, end = node.record.body_start, node.record.body_end
    if any(data.find(word, start, end) >= 0 for word in _LOOP_WORDS):
        return True
    if b"ContextVar" in data and data.find(b".set(", start, end) >= 0:
        return True
    own = _LOCAL.findall(data) if b"local()" in data else ()  # what threads keep for themselves
    return any(data.find(name + b".", start, end) >= 0 for name in own)


def argument_text(call: Call, node: FunctionNode) -> str:
    """The arguments of a call as they are written, without the brackets."""
    source = node.module.facts.source
    return source.text(call.func.end, call.end).strip()[1:-1]
