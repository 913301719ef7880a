"""What runs whenever an app starts: lifespans and start-up handlers, code at import, and what these call."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, If, Name
from fastlint.findings import Step
from fastlint.model.layers import is_test
from fastlint.model.nodes import FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.calls import Calls
    from fastlint.model.colour import Colour
    from fastlint.model.constants import Constants
    from fastlint.model.edges import Edge
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Module, Scope
    from fastlint.model.routes import Routes
    from fastlint.model.scan import Block
    from fastlint.model.types import FunctionRef
    from fastlint.text import Span

_ROOTS = frozenset({"lifespan", "start-up handler"})
_CONDITIONS = ("if", "else", "case", "except")


class Start:
    """How start-up comes to a scope: through `parent`, by `edge`; `title` says where it begins.

    `switch` names a flag that is on by default and that could keep it from running.
    """

    __slots__ = ("edge", "parent", "scope", "switch", "title")

    def __init__(
        self, scope: Scope, title: str, parent: Start | None = None, edge: Edge | None = None, switch: str = ""
    ) -> None:
        self.switch = switch
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
    """Finds it. What only runs under a condition is not part of it, unless that is a flag which is on by default."""

    def __init__(self, modules: Modules, routes: Routes, colour: Colour, calls: Calls, constants: Constants) -> None:
        self._constants = constants
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
                    switch = self.switch(edge.block, ref.node) if edge.target is not None else None
                    if edge.target is not None and switch is not None:
                        target = edge.target
                        then = Start(target.node, start.title, start, edge, switch or start.switch)
                        following.append((target, then))
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

    def switch(self, block: Block, scope: Scope) -> str | None:
        """The flag that code in a block runs by, "" where it always runs, None where it may well not run."""
        found = ""
        here: Block | None = block
        while here is not None:
            if here.kind in _CONDITIONS:
                owner = here.owner
                if here.kind != "if" or not isinstance(owner, If) or not isinstance(owner.test, Name):
                    return None
                if not self._is_on(owner.test, scope):
                    return None
                found = owner.test.id
            here = here.parent
        return found

    def _is_on(self, flag: Name, scope: Scope) -> bool:
        """Whether a flag is on unless somebody turns it off: a constant, a default of settings or of a parameter."""
        here: Scope | None = scope
        while isinstance(here, FunctionNode):
            parameter = here.params.get(flag.id)
            if parameter is not None:
                return isinstance(parameter.default, Constant) and parameter.default.text == "True"
            here = here.parent
        return self._constants.flag(flag, scope) is True
