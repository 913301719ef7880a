"""What is put on the state of an app, a request or a websocket, and on apps themselves, anywhere in the project."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Dict, Name, Str
from fastlint.model.layers import is_test
from fastlint.model.nodes import FunctionNode
from fastlint.model.types import UNKNOWN, Instance, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Module, Scope
    from fastlint.model.types import Types

STATE = "starlette.datastructures.State"
_APPS = ("fastapi.FastAPI", "fastapi.applications.FastAPI", "starlette.applications.Starlette")
# No word that only ends in `state`; told behind it, so that the search goes by plain text.
_PUT = re.compile(rb"state(?<!\wstate)\s*\.\s*(\w+)\s*(?::[^=\n]+)?=(?!=)")
_YIELDED = re.compile(rb"yield(?<!\wyield)\s*\{")
_CONTEXT = "contextlib.asynccontextmanager"
_MIDDLEWARE = "starlette.middleware.base.BaseHTTPMiddleware"


class AppState:
    """Answers what `app.state.x`, `request.state.x` and `app.x` are, by all that is ever assigned to them.

    A state has no class of its own: which values are put under a name, wherever, is all that source tells.
    """

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._busy: set[tuple[bool, str]] = set()

    def attribute(self, cls: str, name: str) -> Types:
        """What an attribute of a state or an app may be; unknown where nothing is seen to set it."""
        if cls != STATE and cls not in _APPS:
            return UNKNOWN
        key = (cls == STATE, name)
        if key in self._busy:
            self._inference.cuts += 1
            return UNKNOWN
        self._busy.add(key)
        try:
            return self._of_state(name) if cls == STATE else self._of_app(name)
        finally:
            self._busy.discard(key)

    def assigned(self, name: str) -> Iterator[tuple[Assign, Name, Scope]]:
        """The assignments to an attribute of any state, of a request's and an app's alike."""
        for module, at in self._puts.get(name, ()):
            scope = module.innermost(at)
            for statement, target in scope.scan.attributes:
                if statement.start <= at < statement.end and isinstance(target, Name) and not statement.op:
                    yield statement, target, scope

    def _of_state(self, name: str) -> Types:
        found = UNKNOWN
        for module, at in self._puts.get(name, ()):
            found = union(found, self._assigned(module, at, name, (STATE,)))
        for node, value in self._lifespans.get(name, ()):
            found = union(found, self._inference.of(value, node))
        return found

    def _of_app(self, name: str) -> Types:
        found = UNKNOWN
        put = re.compile(rb"\." + name.encode() + rb"\s*(?::[^=\n]+)?=(?!=)")
        for module in self._naming_apps:
            for match in put.finditer(module.facts.source.data):
                found = union(found, self._assigned(module, match.start(), name, _APPS))
        return found

    @cached_property
    def _naming_apps(self) -> list[Module]:
        modules = self._inference.modules.by_path.values()
        return [one for one in modules if b"FastAPI" in one.facts.source.data and not is_test(one.path)]

    def _assigned(self, module: Module, at: int, name: str, owners: tuple[str, ...]) -> Types:
        """What the assignment around an offset gives the attribute, if it is one of such an owner."""
        scope = module.innermost(at)
        for statement, target in scope.scan.attributes:
            if statement.start <= at < statement.end and isinstance(target, Name) and not statement.op:
                owner, _, last = target.id.rpartition(".")
                if last == name and self._is(owner, target.start, scope, owners):
                    return self._value(statement, scope)
        return UNKNOWN

    def _value(self, statement: Assign, scope: Scope) -> Types:
        if statement.annotation is not None:
            found = self._inference.annotation(statement.annotation, scope)
            if found:
                return found
        return self._inference.of(statement.value, scope) if statement.value is not None else UNKNOWN

    def _is(self, owner: str, at: int, scope: Scope, wanted: tuple[str, ...]) -> bool:
        head, _, rest = owner.partition(".")
        types = self._inference.lookup.name(head, scope, at, ())
        types = self._inference.path(types, rest) if rest else types
        if not types and isinstance(scope, FunctionNode):
            told = "state" if wanted == (STATE,) else ""
            return rest == told and head == self._given(scope)
        members = self._inference.members
        return any(isinstance(one, Instance) and members.is_subclass(one.cls, *wanted) for one in types)

    def _given(self, function: FunctionNode) -> str | None:
        """The parameter that a lifespan gets its app by, or a middleware its request, where it has no annotation."""
        params = [one.name for one in function.record.params]
        if _CONTEXT in self._inference.decorator_names(function):
            return params[0] if len(params) == 1 else None
        members = self._inference.members
        if function.name == "dispatch" and function.owner is not None and len(params) > 1:
            return params[1] if members.is_subclass(function.owner, _MIDDLEWARE) else None
        return None

    @cached_property
    def _puts(self) -> dict[str, list[tuple[Module, int]]]:
        """Where something is assigned to an attribute of what is called `state`, by the attribute."""
        found: defaultdict[str, list[tuple[Module, int]]] = defaultdict(list)
        for module in self._inference.modules.by_path.values():
            data = module.facts.source.data
            if b"state" in data and not is_test(module.path):
                for match in _PUT.finditer(data):
                    found[match[1].decode()].append((module, match.start()))
        return found

    @cached_property
    def _lifespans(self) -> dict[str, list[tuple[FunctionNode, Dict]]]:
        """What lifespans yield in dicts, by the key: Starlette puts it on the state of each request."""
        found: defaultdict[str, list[tuple[FunctionNode, Dict]]] = defaultdict(list)
        for node in self._yielding():
            for expr, _ in node.scan.yields:
                if isinstance(expr.value, Dict):
                    for key, value in zip(expr.value.keys, expr.value.values, strict=True):
                        if isinstance(key, Str):
                            found[key.value].append((node, value))  # type: ignore[arg-type]
        return found

    def _yielding(self) -> Iterator[FunctionNode]:
        for module in self._inference.modules.by_path.values():
            data = module.facts.source.data
            if b"asynccontextmanager" not in data or is_test(module.path) or not _YIELDED.search(data):
                continue
            for node in module.functions:
                record = node.record
                if (
                    record.decorators
                    and _YIELDED.search(data, record.body_start, record.body_end)
                    and _CONTEXT in self._inference.decorator_names(node)
                ):
                    yield node
