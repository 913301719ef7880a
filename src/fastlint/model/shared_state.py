"""Containers of a module that code of requests changes: state of one worker, that no other worker sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Dict, Name, Sequence, Subscript, With
from fastlint.model.layers import is_test
from fastlint.model.nodes import Module
from fastlint.model.types import External, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.colour import Colour, Root
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.scan import Block
    from fastlint.text import Span

_MAKERS = frozenset(
    {
        "builtins.dict",
        "builtins.list",
        "builtins.set",
        "collections.defaultdict",
        "collections.OrderedDict",
        "collections.Counter",
        "collections.deque",
    }
)
_GROWING = ("append", "appendleft", "add", "update", "insert", "extend", "setdefault")
_SHRINKING = ("pop", "popitem", "popleft", "remove", "discard", "clear")
_LOCKS = ("threading.", "asyncio.", "anyio.", "multiprocessing.")


@dataclass(frozen=True, slots=True)
class SharedState:
    """A container of a module with a place where a request changes it."""

    module: Module
    name: str
    made: Span
    function: FunctionNode
    root: Root
    span: Span


class SharedStates:
    """Looks for containers that requests fill."""

    def __init__(self, modules: Modules, inference: Inference, colour: Colour) -> None:
        self._modules = modules
        self._inference = inference
        self._colour = colour

    def all(self) -> Iterator[SharedState]:
        """Every container that code of requests adds to without a lock, that nothing is ever taken from."""
        for module in self._modules.by_path.values():
            if is_test(module.path):
                continue
            for name, value in self._containers(module):
                found = self._changed(module, name)
                if found is not None:
                    function, span = found
                    made = module.span(value.start, value.end)
                    yield SharedState(module, name, made, function, self._colour.per_request[function], span)

    def _containers(self, module: Module) -> Iterator[tuple[str, Expr]]:
        for name, bindings in module.scan.bindings.items():
            if len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].path or bindings[0].value is None:
                continue
            value = bindings[0].value
            if isinstance(value, Dict) or (isinstance(value, Sequence) and value.kind != "tuple"):
                yield name, value
            elif isinstance(value, Call) and not any(one.name == "maxlen" for one in value.keywords):
                made = self._inference.of(value.func, module)
                if any(isinstance(one, External) and one.name in _MAKERS for one in made):
                    yield name, value

    def _changed(self, module: Module, name: str) -> tuple[FunctionNode, Span] | None:
        """The first place where a request adds to it; None where there is none, or something is taken from it."""
        word = re.escape(name.encode())
        grows = re.compile(
            rb"\b%s\s*(?:\[[^\]\n]*\]\s*[-+*|/]?=(?!=)|\.(?:%s)\()" % (word, "|".join(_GROWING).encode())
        )
        shrinks = re.compile(rb"\b%s\.(?:%s)\b|\bdel\s+%s\b" % (word, "|".join(_SHRINKING).encode(), word))
        places = [
            module,
            *(self._modules.by_path[path] for path in sorted(self._modules.importers.get(module.path, ()))),
        ]
        first: tuple[FunctionNode, Span] | None = None
        for place in places:
            data = place.facts.source.data
            if shrinks.search(data) and place is module:
                return None  # timid: what is taken out again is a registry of what is going on
            if first is None and grows.search(data):
                first = self._in_functions(place, module, name, grows)
        return first

    def _in_functions(
        self, place: Module, module: Module, name: str, grows: re.Pattern[bytes]
    ) -> tuple[FunctionNode, Span] | None:
        data = place.facts.source.data
        for function in place.functions:
            record = function.record
            if function not in self._colour.per_request or not grows.search(data, record.body_start, record.body_end):
                continue
            for expr, block in _changes(function):
                if self._is(expr, function, module, name) and not self._locked(block, function):
                    return function, place.span(expr.start, expr.end)
        return None

    def _is(self, expr: Name, function: FunctionNode, module: Module, name: str) -> bool:
        """Whether a name in a function is the container: here under its own name, or imported."""
        head, _, rest = expr.id.partition(".")
        if head in function.params or (head in function.scan.bindings and head not in function.scan.globals):
            return False
        if function.module is module:
            return not rest and head == name
        binding = function.module.scan.bindings.get(head)
        if not binding or not isinstance(binding[0].node, tuple):
            return False
        statement, imported = binding[0].node
        source = self._modules.source(function.module, statement) if statement.is_from else None
        if rest:
            inner = self._modules.submodule(source, imported.name) if source is not None else None
            return rest == name and inner is module
        return source is module and imported.name == name

    def _locked(self, block: Block, function: FunctionNode) -> bool:
        here: Block | None = block
        while here is not None:
            if isinstance(here.owner, With):
                for item in here.owner.items:
                    for one in self._inference.of(item.value, function):
                        if isinstance(one, Instance) and isinstance(one.cls, str) and one.cls.startswith(_LOCKS):
                            return True
            here = here.parent
        return False


def _changes(function: FunctionNode) -> Iterator[tuple[Name, Block]]:
    """The names that a function assigns items of, or calls a growing method of."""
    for statement, block in function.scan.assigns:
        for target in statement.targets:
            if isinstance(target, Subscript) and isinstance(target.value, Name):
                yield target.value, block
    for site in function.scan.calls:
        func = site.call.func
        if isinstance(func, Name):
            owner, dot, method = func.id.rpartition(".")
            if dot and method in _GROWING:
                yield Name(owner, func.start, func.start + len(owner)), site.block
