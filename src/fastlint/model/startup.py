"""What runs whenever an app starts: lifespans and start-up handlers, code at import, and what these call."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.findings import Step
from fastlint.model.layers import is_test

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.calls import Calls
    from fastlint.model.colour import Colour
    from fastlint.model.edges import Edge
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode, Module, Scope
    from fastlint.model.routes import Routes
    from fastlint.model.scan import Block
    from fastlint.model.types import FunctionRef
    from fastlint.text import Span

_ROOTS = frozenset({"lifespan", "start-up handler"})
_CONDITIONS = ("if", "else", "case", "except")


class Start:
    """How start-up comes to a scope: through `parent`, by `edge`; `title` says where it begins."""

    __slots__ = ("edge", "parent", "scope", "title")

    def __init__(self, scope: Scope, title: str, parent: Start | None = None, edge: Edge | None = None) -> None:
        self.scope = scope
        self.title = title
        self.parent = parent
        self.edge = edge

    def trace(self, at: Span, message: str) -> tuple[Step, ...]:
        """The steps from the beginning to a place in the scope."""
        steps: list[Step] = [Step(at, message)]
        here: Start = self
        while here.parent is not None and here.edge is not None:
            span = here.parent.scope.module.span(here.edge.start, here.edge.end)
            name = here.edge.target.node.local_name if here.edge.target is not None else ""
            steps.append(Step(span, f"calls `{name}`"))
            here = here.parent
        return tuple(reversed(steps)) if len(steps) > 1 else ()


class Startup:
    """Finds it. What only runs under a condition is not part of it."""

    def __init__(self, modules: Modules, routes: Routes, colour: Colour, calls: Calls) -> None:
        self._modules = modules
        self._routes = routes
        self._colour = colour
        self._calls = calls

    @cached_property
    def functions(self) -> dict[FunctionNode, Start]:
        """Every function that runs at start-up, with a shortest way to it."""
        found: dict[FunctionNode, Start] = {}
        frontier: list[tuple[FunctionRef, Start]] = [
            (root.ref, Start(root.ref.node, f"{root.kind} `{root.ref.node.local_name}`"))
            for root in self._colour.roots
            if root.kind in _ROOTS
        ]
        while frontier:
            following: list[tuple[FunctionRef, Start]] = []
            for ref, start in frontier:
                if ref.node in found:
                    continue
                found[ref.node] = start
                for edge in self._calls.edges(ref):
                    if edge.target is not None and not is_conditional(edge.block):
                        target = edge.target
                        following.append((target, Start(target.node, start.title, start, edge)))
            frontier = following
        return found

    @cached_property
    def modules(self) -> frozenset[Module]:
        """The modules that an app's module imports, directly or not."""
        todo = [app.scope.module for app in self._routes.apps if not is_test(app.scope.module.path)]
        found: set[Module] = set()
        while todo:
            module = todo.pop()
            if module not in found:
                found.add(module)
                todo += self._modules.imports_of(module)
        return frozenset(found)

    def scopes(self, word: bytes) -> Iterator[Start]:
        """What runs at start-up and whose text holds a word."""
        for module in sorted(self.modules, key=lambda one: one.path):
            if word in module.facts.source.data:
                yield Start(module, "import")
        for node, start in self.functions.items():
            record = node.record
            if node.module.facts.source.data.find(word, record.body_start, record.body_end) >= 0:
                yield start


def is_conditional(block: Block) -> bool:
    """Whether code in a block only runs under a condition."""
    return not block.kinds().isdisjoint(_CONDITIONS)
