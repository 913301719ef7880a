"""Plain functions that FastAPI runs in a thread, and what in them needs the event loop all the same."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.model.offloads import escape_of, handed
from fastlint.model.types import External, FunctionRef, PartialOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.model.calls import Calls
    from fastlint.model.colour import Colour, Root
    from fastlint.model.coroutines import Coroutines, Forgotten
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Block
    from fastlint.text import Span

Trouble: TypeAlias = Literal["unawaitable", "no loop", "websocket"]

_KINDS = frozenset({"endpoint", "dependency", "exception handler"})
# These ask for the loop that runs in their own thread.
_NEED_LOOP = frozenset(
    {"asyncio.create_task", "asyncio.ensure_future", "asyncio.get_running_loop", "asyncio.current_task"}
)


class AsyncUse:
    """Something in a plain function that only works on the event loop.

    Attributes:
        at: where it stands; `name` is what it is, as written.
        root: the endpoint or dependency that the function is, None for one handed to a thread.
        calls: the places to await if the function became a coroutine function.
    """

    __slots__ = ("at", "calls", "function", "name", "root", "trouble")

    def __init__(
        self,
        function: FunctionNode,
        at: Span,
        name: str,
        trouble: Trouble,
        *,
        root: Root | None,
        calls: tuple[Span, ...] = (),
    ) -> None:
        self.function = function
        self.at = at
        self.name = name
        self.trouble = trouble
        self.root = root
        self.calls = calls


class Threads:
    """Answers what runs in threads."""

    def __init__(
        self,
        inference: Inference,
        calls: Calls,
        colour: Colour,
        coroutines: Coroutines,
        refs: Iterable[FunctionRef],
    ) -> None:
        """`refs` are the functions in which others may be handed to threads."""
        self._inference = inference
        self._calls = calls
        self._colour = colour
        self._coroutines = coroutines
        self._refs = refs

    @cached_property
    def functions(self) -> dict[FunctionNode, Root | None]:
        """Plain functions that run in a thread: endpoints, dependencies, handlers, and what is handed to one."""
        found: dict[FunctionNode, Root | None] = {
            root.ref.node: root for root in self._colour.roots if root.kind in _KINDS and not root.ref.node.is_async
        }
        for ref in dict.fromkeys(self._refs):
            for node in self._handed(ref):
                found.setdefault(node, None)
        return found

    def _handed(self, ref: FunctionRef) -> Iterator[FunctionNode]:
        for edge in self._calls.edges(ref):
            row = escape_of(edge.outside) if edge.site is not None else None
            if row is None or row.to != "thread" or edge.site is None:
                continue
            inner = handed(edge.site.call, row)
            for one in self._inference.of(inner, ref.node, self._calls.env(ref)) if inner is not None else ():
                func = one.func if isinstance(one, PartialOf) else one
                if isinstance(func, FunctionRef) and not func.node.is_async:
                    yield func.node

    @cached_property
    def async_uses(self) -> tuple[AsyncUse, ...]:
        """What needs the loop in such functions, one of a kind for each function, in order of place."""
        found = [*self._unawaitable(), *self._loopless(), *self._websockets()]
        return tuple(sorted(found, key=lambda one: one.at))

    @cached_property
    def _forgotten(self) -> dict[FunctionNode, list[Forgotten]]:
        by_function: dict[FunctionNode, list[Forgotten]] = {}
        for one in self._coroutines.forgotten:
            if self._coroutines.belongs_to_thread(one):
                by_function.setdefault(one.function, []).append(one)
        return by_function

    def _unawaitable(self) -> Iterator[AsyncUse]:
        sockets = {root.ref.node for root in self._plain_sockets()}
        for function, found in self._forgotten.items():
            first = found[0]
            root = self.functions.get(function)
            if function not in sockets:  # those fail before they come to it
                yield AsyncUse(function, first.at, first.name, "unawaitable", root=root, calls=_places(found))

    def _loopless(self) -> Iterator[AsyncUse]:
        for function, root in self.functions.items():
            data = function.module.facts.source.data
            if data.find(b"asyncio") < 0 and data.find(b"create_task") < 0:
                continue
            for site in function.scan.calls:
                types = self._inference.of(site.call.func, function)
                if len(types) == 1 and isinstance(types[0], External) and types[0].name in _NEED_LOOP:
                    if site.block.deferred or _guarded(site.block):
                        continue
                    at = function.module.span(site.call.start, site.call.end)
                    yield AsyncUse(function, at, types[0].name, "no loop", root=root)
                    break

    def _websockets(self) -> Iterator[AsyncUse]:
        for root in self._plain_sockets():
            function = root.ref.node
            calls = _places(self._forgotten.get(function, ()))
            yield AsyncUse(function, function.name_span, function.name, "websocket", root=root, calls=calls)

    def _plain_sockets(self) -> Iterator[Root]:
        return (root for root in self._colour.roots if root.kind == "websocket endpoint" and not root.ref.node.is_async)


def _places(forgotten: Iterable[Forgotten]) -> tuple[Span, ...]:
    return tuple(one.at for one in forgotten)


def _guarded(block: Block) -> bool:
    """Whether code stands in a `try`: it may well expect that there is no loop."""
    return "try" in block.kinds()
