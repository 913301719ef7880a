"""Which parameters of its path an endpoint takes: itself, through its dependencies, or from the request."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Lambda, Str
from fastlint.model.calling import argument, keyword
from fastlint.model.known_dependencies import KnownDependencies
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.paths import template
from fastlint.model.types import ClassRef, External, FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from fastlint.facts.records import Expr, Parameter
    from fastlint.model.calls import Calls
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Endpoint

_REQUESTS = ("starlette.requests.HTTPConnection", "starlette.requests.Request", "starlette.websockets.WebSocket")
# What of a request says nothing of its path. Any other use, handing it on included, may read a path parameter.
_PATHLESS = (
    rb"(?:app|auth|body|client|cookies|form|headers|is_disconnected|json|method|query_params|receive|receive_bytes"
    rb"|receive_json|receive_text|accept|close|send_bytes|send_json|send_text|session|state|stream|user)"
)


_READING = re.compile(rb"""\.path_params\b(?:(?:\.get\(|\[)\s*["'](\w+)["'])?""")
_OWN_READING = re.compile(rb"""\.path_params\b(?!\.get\(|\[)|\.url\b|\.scope\b|\["path"\]""")
_ALIASES = ("alias", "validation_alias")
_MOST = 3000
_SCALARS = frozenset({"builtins.int", "builtins.str", "uuid.UUID"})


class PathUse:
    """Answers which path parameters an endpoint takes."""

    def __init__(self, modules: Modules, inference: Inference, dependencies: Dependencies, calls: Calls) -> None:
        self._modules = modules
        self._inference = inference
        self._dependencies = dependencies
        self._known = KnownDependencies(inference, dependencies)
        self._calls = calls

    def taken(self, endpoint: Endpoint) -> frozenset[str] | None:
        """The names that an endpoint and what it depends on take as parameters; None where that can't be told."""
        function = endpoint.function
        if any(one.kind == "**" for one in function.record.params) or self._known.redefined(endpoint):
            return None
        if not all(self._known.lists(one, endpoint) and self._known.endpoint(one) for one in endpoint.routes):
            return None
        found = self._names(function)
        if function.owner is not None:
            found |= self._of_class(function.owner)
        for one in self._dependencies.closure(self._dependencies.of_endpoint(endpoint)):
            dependable = argument(one.call, 0, "dependency")
            if isinstance(dependable, Lambda):
                found |= {parameter.name for parameter in dependable.params}
            elif self._known.is_open(one, dependable):
                return None
            if one.function is not None:
                found |= self._names(one.function)
            if isinstance(one.target, ClassRef):
                found |= self._of_class(one.target.cls)
        return frozenset(found)

    # -- the request

    def reads(self, endpoint: Endpoint, name: str) -> bool:
        """Whether an endpoint, or what it depends on, may read a parameter from the request.

        A function that only takes the request for its headers does not; one that hands it on may, if anything in the
        project reads this parameter, or any parameter, from `path_params`.
        """
        reading = self._readers.get(name, ()) or self._readers.get("", ())
        refs = [FunctionRef(endpoint.function)]
        refs += [one.ref for one in self._dependencies.closure(self._dependencies.of_endpoint(endpoint)) if one.ref]
        taking = [ref for ref in refs if self._hands_on(ref.node)]
        if not taking:
            return False
        return (
            bool(self._readers.get(name))
            or any(_mentions(ref.node, _OWN_READING) for ref in taking)
            or (bool(reading) and self._reach(taking, reading))
        )

    @cached_property
    def _readers(self) -> dict[str, set[FunctionNode]]:
        """The functions that read path parameters from requests, by name; "" for those that read any."""
        found: dict[str, set[FunctionNode]] = {}
        for module in self._modules.by_path.values():
            data = module.facts.source.data
            if b"path_params" not in data:
                continue
            for function in module.functions:
                body = data[function.record.body_start : function.record.body_end]
                for match in _READING.finditer(body):
                    found.setdefault((match[1] or b"").decode(), set()).add(function)
        return found

    def _reach(self, start: list[FunctionRef], wanted: Collection[FunctionNode]) -> bool:
        seen: set[FunctionNode] = set()
        todo = list(start)
        while todo and len(seen) < _MOST:
            ref = todo.pop()
            if ref.node in wanted:
                return True
            if ref.node not in seen:
                seen.add(ref.node)
                todo += [edge.target for edge in self._calls.edges(ref) if edge.target is not None]
        return False

    # -- names

    def _names(self, function: FunctionNode) -> set[str]:
        """The parameters of a function, and the aliases that `Path(alias=…)` and the like give them."""
        found: set[str] = set()
        for parameter in function.record.params:
            found.add(parameter.name)
            for expr, scope in self._metadata(function, parameter):
                found |= self._aliases(expr, scope)
            if parameter.annotation is not None:
                for one in self._inference.annotation(parameter.annotation, function.parent):
                    if (
                        isinstance(one, Instance)
                        and isinstance(one.cls, ClassNode)
                        and self._is_split(function, parameter)
                    ):
                        found |= self._of_class(one.cls)
        return found

    def _aliases(self, expr: Expr, scope: Scope) -> set[str]:
        """The names that `Path(alias=…)`, `Field(validation_alias=…)` and the like give."""
        given = [keyword(expr, name) for name in _ALIASES] if isinstance(expr, Call) else []
        return {
            value.value
            for alias in given
            if alias is not None
            for value, _ in self._inference.origins(alias, scope)
            if isinstance(value, Str)
        }

    def _metadata(self, function: FunctionNode, parameter: Parameter) -> Iterator[tuple[Expr, Scope]]:
        if parameter.default is not None:
            yield from self._inference.origins(parameter.default, function.parent)
        if parameter.annotation is not None:
            yield from self._inference.unwrap(parameter.annotation, function.parent)[2]

    def _is_split(self, function: FunctionNode, parameter: Parameter) -> bool:
        """Whether the fields of a parameter's model are parameters of their own: `Annotated[Filters, Query()]`."""
        return any(isinstance(expr, Call) for expr, _ in self._metadata(function, parameter))

    def _of_class(self, cls: ClassNode) -> set[str]:
        """What making an object of a class may take: fields and the parameters of `__init__`."""
        found: set[str] = set()
        for base in self._inference.members.mro(cls):
            if isinstance(base, ClassNode):
                for name, bindings in base.scan.bindings.items():
                    for one in bindings:
                        if one.annotation is not None:
                            found.add(name)
                            metadata = self._inference.unwrap(one.annotation, base)[2]
                            declared = (*metadata, *([(one.value, base)] if one.value is not None else []))
                            found.update(*(self._aliases(*each) for each in declared))
                init = base.methods.get("__init__")
                if init is not None:
                    found |= self._names(init)
        return found

    def mistaken(self, endpoint: Endpoint) -> str:
        """The one scalar parameter without default that none of the paths has: what was meant for the path, if any."""
        function = endpoint.function
        named = {one.name for route in endpoint.routes for one in template(route.router.prefix + route.path).params}
        for served in endpoint.served:
            named.update(one.name for one in template(served.path).params)
        found = [
            one.name
            for one in function.record.params
            if one.default is None and one.name not in named and one.annotation is not None
            if {getattr(one, "cls", "") for one in self._inference.annotation(one.annotation, function.parent)}
            & _SCALARS
            if not any(
                isinstance(expr, Call) and not self._is_field(expr, at) for expr, at in self._metadata(function, one)
            )
        ]
        return found[0] if len(found) == 1 else ""

    def _is_field(self, call: Call, scope: Scope) -> bool:
        """Whether metadata only says what values are right, not where they come from."""
        return any(
            isinstance(one, External) and one.name.endswith(".Field") for one in self._inference.of(call.func, scope)
        )

    def _hands_on(self, function: FunctionNode) -> bool:
        """Whether a function takes the request and does more with it than read what has nothing to do with the path."""
        for parameter in function.record.params:
            if self._is_request(function, parameter):
                name = re.escape(parameter.name.encode())
                record = function.record
                body = function.module.facts.source.data[record.body_start : record.body_end]
                if re.search(rb"\b%s\b(?!\s*\.\s*%s\b)" % (name, _PATHLESS), body):
                    return True
        return False

    def _is_request(self, function: FunctionNode, parameter: Parameter) -> bool:
        if parameter.annotation is None:
            return False
        types: Iterable[object] = self._inference.annotation(parameter.annotation, function.parent)
        return any(
            isinstance(one, Instance) and self._inference.members.is_subclass(one.cls, *_REQUESTS) for one in types
        )


def _mentions(node: FunctionNode, pattern: re.Pattern[bytes]) -> bool:
    record = node.record
    return pattern.search(node.module.facts.source.data, record.body_start, record.body_end) is not None
