"""Functions that register on an app or router they are given, or register what they are given; and who calls them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, For, FString, Name, Operation
from fastlint.model.alternatives import any_of
from fastlint.model.expressions import last
from fastlint.model.layers import is_test
from fastlint.model.nodes import FunctionNode
from fastlint.model.stand_ins import is_bound
from fastlint.model.types import ClassRef, FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.router_objects import RouterObjects
    from fastlint.model.scan import Site
    from fastlint.model.types import Env

_ROUNDS = 4
# Keyword arguments of registrations that say what is registered, and where.
_TELLING = frozenset({"router", "prefix", "path", "app", "endpoint", "middleware_class", "handler", "func"})


class Wrappers:
    """Answers which registrations hang on the parameters of their function, and with what these are called.

    Attributes:
        sites: for each such function the calls in it that hang on a parameter, those of other wrappers included.
        callers: for each such function the calls of it.
        called: for each such call, by identity, the functions.
        decorators: functions that make a decorator which registers what it decorates, with that decorator.
    """

    def __init__(self, modules: Modules, inference: Inference, objects: RouterObjects) -> None:
        self._modules = modules
        self._inference = inference
        self._objects = objects
        self.decorators: dict[FunctionNode, FunctionNode] = {}
        self.sites: dict[FunctionNode, list[Site]] = {}
        self.callers: dict[FunctionNode, list[tuple[Site, Scope]]] = {}
        self.called: dict[int, list[FunctionNode]] = {}

    def add(self, site: Site, scope: Scope) -> None:
        """Take note of a registration if it hangs on what its function is given."""
        if isinstance(scope, FunctionNode) and self._given(site.call, scope, _TELLING):
            self.sites.setdefault(scope, []).append(site)
            maker = scope.parent
            if isinstance(maker, FunctionNode) and scope.record.params and _returns(maker, scope.name):
                self.decorators[maker] = scope

    def find_callers(self, scopes: Iterable[Scope]) -> dict[int, tuple[Site, Scope]]:
        """All calls of wrappers, in `scopes` and wherever else a module names one; wrappers of wrappers too."""
        found: dict[int, tuple[Site, Scope]] = {}
        known = list(scopes)
        done: set[FunctionNode] = set()
        for _ in range(_ROUNDS):
            todo = {*self.sites, *self.decorators} - done
            if not todo:
                break
            done |= todo
            names = {name for node in todo for name in self._names(node)}
            for scope in self._speaking_of(names, known):
                for site in self._calls(scope, names, todo):
                    found[id(site)] = site, scope
        self._leave_out_tests()
        for sites in self.sites.values():
            sites.sort(key=lambda site: site.call.start)
        return found

    def _calls(self, scope: Scope, names: set[str], wanted: set[FunctionNode]) -> Iterator[Site]:
        for site in scope.scan.calls:
            if last(site.call.func) not in names:
                continue
            nodes = [one for one in self.targets(site, scope) if one in wanted]
            if not nodes:
                continue
            yield site
            new = id(site) not in self.called
            self.called.setdefault(id(site), []).extend(nodes)
            for node in nodes:
                self.callers.setdefault(node, []).append((site, scope))
            if new and isinstance(scope, FunctionNode) and self._given(site.call, scope):
                self.sites.setdefault(scope, []).append(site)

    def _leave_out_tests(self) -> None:
        """What tests call with routers of their own says little of a function that the project itself calls as well."""
        for node, callers in self.callers.items():
            outside = [one for one in callers if not is_test(one[1].module.path)]
            if outside and not is_test(node.module.path):
                for site, scope in callers:
                    if is_test(scope.module.path):
                        self.called[id(site)].remove(node)
                self.callers[node] = outside

    def is_called(self, scope: Scope) -> bool:
        """Whether a function whose registrations hang on its parameters is called, or decorates what it registers."""
        makers = [maker for maker, decorator in self.decorators.items() if decorator is scope]
        return any(one in self.callers for one in (scope, *makers))

    def hanging(self, scope: Scope) -> dict[int, FunctionNode]:
        """The calls of a function that hang on its parameters, by identity."""
        return {id(one): scope for one in self.sites.get(scope, ())} if isinstance(scope, FunctionNode) else {}

    def targets(self, site: Site, scope: Scope) -> list[FunctionNode]:
        """The functions of the project that a call runs."""
        found: list[FunctionNode] = []
        for one in self._inference.of(site.call.func, scope):
            if isinstance(one, FunctionRef):
                found.append(one.node)
            elif isinstance(one, ClassRef):
                init = self._inference.members.method(one.cls, "__init__")
                if init is not None:
                    found.append(init)
        return found

    def _speaking_of(self, names: set[str], known: list[Scope]) -> Iterator[Scope]:
        words = [name.encode() for name in sorted(names)]
        pattern = re.compile(rb"\b(?:" + any_of(words) + rb")\s*\(")
        stems = [one for one in words if not any(other in one for other in words if other != one)]
        seen = {id(one) for one in known}
        yield from list(known)
        for module in self._modules.by_path.values():
            data = module.facts.source.data
            if not any(stem in data for stem in stems) or not pattern.search(data):
                continue
            scopes: list[Scope] = [module, *module.classes]
            todo = list(module.functions)
            while todo:
                function = todo.pop(0)
                if pattern.search(data, function.record.body_start, function.record.body_end):
                    scopes.append(function)
                    todo += function.nested.values()
            for scope in scopes:
                if id(scope) not in seen:
                    known.append(scope)
                    seen.add(id(scope))
                    yield scope

    def _names(self, node: FunctionNode) -> Iterator[str]:
        """What calls of a function say: its name, or that of a class which it initialises."""
        yield node.name
        if node.name == "__init__" and node.owner is not None:
            yield node.owner.name
            if self._objects.kind(node.owner) is not None:
                for cls in self._objects.classes:
                    if self._inference.members.method(cls, "__init__") is node:
                        yield cls.name

    def _given(self, call: Call, scope: FunctionNode, keywords: frozenset[str] | None = None) -> bool:
        """Whether a call's receiver or one of its arguments speaks of a parameter of the function around it."""
        params = [one.name for one in scope.record.params]
        if is_bound(scope) and self._objects.kind(scope.owner or "") is None:
            params = params[1:]  # a router of a class of its own registers on itself
        names = set(params).difference(scope.scan.bindings)
        for loop, _ in scope.scan.loops if names else ():
            if isinstance(loop, For) and isinstance(loop.target, Name) and _mentions(loop.iter, names):
                names.add(loop.target.id)
        func = call.func.func if isinstance(call.func, Call) else call.func
        named = [one.value for one in call.keywords if keywords is None or one.name in keywords]
        return bool(names) and any(_mentions(one, names) for one in (func, *call.args, *named))

    def receiver(self, node: FunctionNode, call: Call, scope: Scope, env: Env) -> Env:
        """What `self` is in a method of a router of the project, as one call has it."""
        if node.owner is None or self._objects.kind(node.owner) is None or not node.record.params:
            return ()
        func = call.func
        if isinstance(func, Attribute) and isinstance(func.value, Call) and isinstance(scope, FunctionNode):
            first = scope.record.params[0].name if scope.record.params else ""  # super().__init__()
            types = next((given for key, given in env if key == (scope, first)), ())
        elif node.name == "__init__":
            types = self._inference.of(call, scope, env)
        elif isinstance(func, Name) and "." in func.id:
            head, _, path = func.id.partition(".")
            types = self._inference.lookup.name(head, scope, func.start, env)
            types = self._inference.path(types, path.rpartition(".")[0]) if "." in path else types
        else:
            types = ()
        return (((node, node.record.params[0].name), types),) if types else ()


def _returns(function: FunctionNode, name: str) -> bool:
    return any(isinstance(one.value, Name) and one.value.id == name for one in function.scan.returns)


def _mentions(expr: Expr | None, names: set[str]) -> bool:
    match expr:
        case Name(id=dotted):
            return dotted.partition(".")[0] in names
        case Attribute(value=value):
            return _mentions(value, names)
        case FString(parts=parts):
            return any(_mentions(one, names) for one in parts)
        case Operation(operands=parts):
            return any(_mentions(one, names) for one in parts)
        case _:
            return False
