"""Containers of a module that code of requests changes: state of one worker, that no other worker sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Dict, If, Name, Return, Sequence, Subscript, With
from fastlint.model.expressions import last
from fastlint.model.layers import is_test
from fastlint.model.nodes import FunctionNode, Module
from fastlint.model.plain import Plain
from fastlint.model.router_objects import APPS
from fastlint.model.types import External, Instance, ModuleRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.colour import Colour, Root
    from fastlint.model.inference import Inference
    from fastlint.model.layers import Layers
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.scan import Binding, Block
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
_LOCKS = ("threading.", "asyncio.", "anyio.", "multiprocessing.")


class SharedState(Plain, frozen=True):
    """A container of a module with a place where a request changes it."""

    module: Module
    name: str
    made: Span
    function: FunctionNode
    root: Root
    span: Span


class SharedStates:
    """Looks for containers that requests fill."""

    def __init__(self, modules: Modules, inference: Inference, layers: Layers, colour: Colour) -> None:
        self._modules = modules
        self._inference = inference
        self._layers = layers
        self._colour = colour

    def all(self) -> Iterator[SharedState]:
        """Every container that code of requests fills without a lock, each once.

        Looked at are endpoints, their dependencies, and whatever else routers, services and repositories run for them.
        What a function both looks up and fills is a cache, what it fills once alone is loaded, what it takes the oldest
        from has a bound, and what a socket's endpoint fills lists its connections.
        """
        found: dict[tuple[Module, str], SharedState] = {}
        for function, root in self._colour.per_request.items():
            if not self._is_asked(function, root):
                continue
            for expr, block, added in _changes(function):
                held = self._container(expr, function)
                if held is None or held[:2] in found or _looks_up(function, expr.id) or _loads_once(function):
                    continue
                if self._locked(block, function) or self._keeps_task(added, function):
                    continue
                module, name, value = held
                made = module.span(value.start, value.end)
                place = function.module.span(expr.start, expr.end)
                found[module, name] = SharedState(module, name, made, function, root, place)
        yield from found.values()

    def _is_asked(self, function: FunctionNode, root: Root) -> bool:
        if root.kind == "websocket endpoint" or is_test(function.module.path):
            return False
        if function is root.ref.node:
            return root.kind in ("endpoint", "dependency")
        return self._layers.role(function.module) in ("router", "service", "repo")

    def _container(self, expr: Name, function: FunctionNode) -> tuple[Module, str, Expr] | None:
        """The module, name and value of the container that a name in a function means; None where it means no other."""
        head, _, rest = expr.id.partition(".")
        if rest.startswith("state.") or ".state." in rest:
            return self._on_state(expr, function)
        here: Scope = function
        while isinstance(here, FunctionNode):
            if head in here.params or (head in here.scan.bindings and head not in here.scan.globals):
                return None
            here = here.parent
        module, name = function.module, head
        if rest:
            owner, _, name = expr.id.rpartition(".")
            types = self._inference.lookup.name(head, function, expr.start, ())
            if "." in owner:
                types = self._inference.path(types, owner.partition(".")[2])
            found = [one.module for one in types if isinstance(one, ModuleRef)]
            if len(found) != 1 or not isinstance(found[0], Module):
                return None
            module = found[0]
        else:
            binding = module.scan.bindings.get(head)
            if binding and isinstance(binding[0].node, tuple):
                statement, imported = binding[0].node
                source = self._modules.source(module, statement) if statement.is_from else None
                if not isinstance(source, Module):
                    return None
                module, name = source, imported.name
        value = self._value(module, name)
        return (module, name, value) if value is not None else None

    def _value(self, module: Module, name: str) -> Expr | None:
        """What a variable of a module is made of where that is a container without a bound."""
        bindings = module.scan.bindings.get(name, ())
        if (
            len(bindings) != 1
            or bindings[0].kind != "value"
            or bindings[0].path
            or self._holds_tasks(bindings[0], module)
        ):
            return None
        value = bindings[0].value
        return value if value is not None and self._is_container(value, module) else None

    def _is_container(self, value: Expr, scope: Scope) -> bool:
        if isinstance(value, Dict) or (isinstance(value, Sequence) and value.kind != "tuple"):
            return True
        if isinstance(value, Call) and not any(one.name == "maxlen" for one in value.keywords):
            made = self._inference.of(value.func, scope)
            return any(isinstance(one, External) and one.name in _MAKERS for one in made)
        return False

    def _on_state(self, expr: Name, function: FunctionNode) -> tuple[Module, str, Expr] | None:
        """The container on the state of an app that `request.app.state.x` means, where it is put there once."""
        holder, _, name = expr.id.rpartition(".state.")
        if "." in name or not self._is_app(holder, expr.start, function):
            return None
        put = [
            (statement.value, scope)
            for statement, target, scope in self._inference.states.assigned(name)
            if self._is_app(target.id.rpartition(".state.")[0], target.start, scope)
        ]
        value, scope = put[0] if len(put) == 1 else (None, function)
        if value is None or not self._is_container(value, scope):
            return None
        return scope.module, f"app.state.{name}", value

    def _is_app(self, dotted: str, at: int, scope: Scope) -> bool:
        head, _, rest = dotted.partition(".")
        types = self._inference.lookup.name(head, scope, at, ())
        types = self._inference.path(types, rest) if rest else types
        members = self._inference.members
        return any(
            isinstance(one, Instance) and members.is_subclass(one.cls, *APPS, "starlette.applications.Starlette")
            for one in types
        )

    def _holds_tasks(self, binding: Binding, module: Module) -> bool:
        """Whether a container is annotated to keep references to running tasks."""
        declared = self._inference.annotation(binding.annotation, module) if binding.annotation is not None else ()
        return any(
            isinstance(item, Instance)
            and isinstance(item.cls, str)
            and item.cls.rpartition(".")[2] in ("Task", "Future")
            for one in declared
            if isinstance(one, Instance)
            for given in one.args
            for item in given
        )

    def _keeps_task(self, value: Expr | None, function: FunctionNode) -> bool:
        """Whether what is added is a task that runs: kept so that it isn't collected."""
        made = self._inference.origins(value, function) if value is not None else ()
        return any(isinstance(one, Call) and last(one.func) in ("create_task", "ensure_future") for one, _ in made)

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


def _changes(function: FunctionNode) -> Iterator[tuple[Name, Block, Expr | None]]:
    """The names that a function assigns items of, or calls a growing method of, and what it adds."""
    for statement, block in function.scan.assigns:
        for target in statement.targets:
            if isinstance(target, Subscript) and isinstance(target.value, Name):
                yield target.value, block, statement.value
    for site in function.scan.named(_GROWING):
        func = site.call.func
        added = site.call.args[0] if site.call.args else None
        if isinstance(func, Attribute) and isinstance(func.value, Subscript) and isinstance(func.value.value, Name):
            if func.attr in _GROWING:  # `found[key].append(x)`
                yield func.value.value, site.block, added
        elif isinstance(func, Name):
            owner, dot, method = func.id.rpartition(".")
            if dot and method in _GROWING:
                yield Name(owner, func.start, len(owner)), site.block, added


def _loads_once(function: FunctionNode) -> bool:
    """Whether a function leaves off where a flag of its module says that it has run, which it sets itself."""
    return any(
        isinstance(one, If)
        and isinstance(one.test, Name)
        and one.test.id in function.scan.globals
        and one.test.id in function.scan.bindings
        and isinstance(one.body[-1], Return)
        for one in function.body.statements[:3]
    )


def _looks_up(function: FunctionNode, name: str) -> bool:
    """Whether a function, or one around it, reads values out of a container, or empties it to fill it anew."""
    outermost: FunctionNode = function
    while isinstance(outermost.parent, FunctionNode):
        outermost = outermost.parent
    record = outermost.record
    body = function.module.facts.source.data[record.body_start : record.body_end]
    word = re.escape(name.encode())
    return (
        re.search(
            rb"\b%s\.(?:get|setdefault|discard|clear|popitem)\b|\b%s\[[^\]\n]*\](?!\s*[-+*|/]?=(?!=)|\.(?:%s)\()"
            % (word, word, b"|".join(one.encode() for one in _GROWING)),
            body,
        )
        is not None
    )
