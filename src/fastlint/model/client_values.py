"""Where a value comes from that request code uses: followed back to a parameter, or a field, that the client sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import (
    Assert,
    Assign,
    Await,
    Call,
    Conditional,
    Constant,
    Dict,
    If,
    Name,
    NamedExpr,
    Operation,
    Sequence,
    Str,
    Subscript,
)
from fastlint.model.arguments import keyword
from fastlint.model.expressions import inside, last
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import ClassRef, FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, Parameter, Stmt
    from fastlint.model.blocks import Binding
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.inference import Inference
    from fastlint.model.reached import Reached, Way

# Values handed on through more functions than this are not followed.
_DEEPEST = 8
_PROPERTIES = frozenset({"builtins.property", "functools.cached_property"})
_STARTS = frozenset({"endpoint", "dependency"})


class ClientValue(NamedTuple):
    """A value that a client sets: a parameter of `function`, or the field `binding` of the class `owner`."""

    way: Way
    function: FunctionNode
    parameter: Parameter
    owner: ClassNode | None = None
    binding: Binding | None = None

    @property
    def name(self) -> str:
        """What the client knows it by."""
        return self.parameter.name if self.binding is None else self.binding.name


class ClientValues:
    """Follows values back to requests; one that is compared or rebound on the way isn't the client's alone any more."""

    def __init__(self, inference: Inference, dependencies: Dependencies, reached: Reached) -> None:
        self._inference = inference
        self._dependencies = dependencies
        self._reached = reached

    def of(self, expr: Expr, way: Way) -> Iterator[ClientValue]:
        """The parameters and fields that an expression in a function of request code stands for, as they came."""
        yield from self._of(expr, way, 0, set())

    def _of(self, expr: Expr, way: Way, depth: int, seen: set[tuple[FunctionNode, str]]) -> Iterator[ClientValue]:
        match expr:
            case Name(id=dotted):
                name, _, attr = dotted.partition(".")
                if "." not in attr and not _judged(dotted, way.node):
                    yield from self._named(name, attr, way, depth, seen)
            case Operation(kind="arithmetic", operands=operands):
                parts = [one for one in operands if not isinstance(one, Constant)]
                if len(parts) == 1:  # `limit + 1`; a sum of two is neither of them
                    yield from self._of(parts[0], way, depth, seen)
            case Operation(kind="boolean") | Conditional():
                for one in expr.operands if isinstance(expr, Operation) else (expr.body, expr.orelse):
                    yield from self._of(one, way, depth, seen)
            case Call() if last(expr.func) == "int" and len(expr.args) == 1:
                yield from self._of(expr.args[0], way, depth, seen)
            case Subscript(value=Name(id=holder), items=(Str(value=key),)):
                yield from self._part(holder, key, way, depth, seen)
            case Call(func=Name(id=dotted), args=(Str(value=key), *_)) if dotted.endswith(".get"):
                yield from self._part(dotted.removesuffix(".get"), key, way, depth, seen)
            case Await(value=value) | NamedExpr(value=value):
                yield from self._of(value, way, depth, seen)
            case _:
                return

    def _named(
        self, name: str, attr: str, way: Way, depth: int, seen: set[tuple[FunctionNode, str]]
    ) -> Iterator[ClientValue]:
        node = way.node
        bindings = node.bindings(name)
        parameter = node.params.get(name)
        if parameter is None:
            value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "value" else None
            if isinstance(value, Name) and len(bindings[0].path) == 1 and not attr:
                yield from self._part(value.id, bindings[0].path[0], way, depth + 1, seen)
            elif value is not None and not bindings[0].path:
                if attr:  # `page = Page(limit=limit)`
                    value = keyword(value, attr) if isinstance(value, Call) else None
                if value is not None:
                    yield from self._of(value, way, depth + 1, seen)
            return
        key = (node, f"{name}.{attr}")
        if bindings or key in seen or depth > _DEEPEST:
            return
        seen.add(key)
        if way.parent is None and way.root.kind in _STARTS:
            yield from self._at_start(parameter, attr, way, depth, seen)
            return
        for caller, _, given in self._reached.handed(node, name):
            if not attr:
                yield from self._of(given, caller, depth + 1, seen)
            elif isinstance(given, Name):
                whole = Name(f"{given.id}.{attr}", given.start, given.size)
                yield from self._of(whole, caller, depth + 1, seen)

    def _part(
        self, holder: str, part: str | int, way: Way, depth: int, seen: set[tuple[FunctionNode, str]]
    ) -> Iterator[ClientValue]:
        """An item of the dict or tuple that a dependency returns: `page["limit"]`, `skip, limit = page`."""
        node = way.node
        parameter = node.params.get(holder)
        key = (node, f"{holder}[{part!r}]")
        if parameter is None or node.bindings(holder) or key in seen or depth > _DEEPEST:
            return
        seen.add(key)
        if way.parent is None and way.root.kind in _STARTS:
            dependency = self._dependencies.of_parameter(node, parameter)
            if dependency is not None and isinstance(dependency.target, FunctionRef):
                yield from self._item(dependency.target.node, part, depth, seen)
            return
        for caller, _, given in self._reached.handed(node, holder):
            if isinstance(given, Name):
                yield from self._part(given.id, part, caller, depth + 1, seen)

    def _item(
        self, provider: FunctionNode, part: str | int, depth: int, seen: set[tuple[FunctionNode, str]]
    ) -> Iterator[ClientValue]:
        way = self._reached.by_node.get(provider)
        for returned in provider.scan.returns if way is not None else ():
            found: Expr | None = None
            match returned.value:
                case Dict(keys=keys, values=values):
                    named = zip(keys, values, strict=True)
                    found = next((value for key, value in named if isinstance(key, Str) and key.value == part), None)
                case Sequence(items=items) if isinstance(part, int) and -1 < part < len(items):
                    found = items[part]
                case Call() if isinstance(part, str) and last(returned.value.func) == "dict":
                    found = keyword(returned.value, part)
            if found is not None and way is not None:
                yield from self._of(found, way, depth + 1, seen)

    def _at_start(
        self, parameter: Parameter, attr: str, way: Way, depth: int, seen: set[tuple[FunctionNode, str]]
    ) -> Iterator[ClientValue]:
        dependency = self._dependencies.of_parameter(way.node, parameter)
        if not attr:
            if dependency is None:
                yield ClientValue(way, way.node, parameter)
            return
        if dependency is not None and isinstance(dependency.target, FunctionRef):
            yield from self._made(dependency.target.node, attr, depth, seen)
            return
        for one in self._inference.parameter(way.node, parameter):
            if isinstance(one, (Instance, ClassRef)) and isinstance(one.cls, ClassNode):
                yield from self._field(one.cls, attr, parameter, way)

    def _made(
        self, provider: FunctionNode, attr: str, depth: int, seen: set[tuple[FunctionNode, str]]
    ) -> Iterator[ClientValue]:
        """What a dependency gives the attribute of the object that it returns: `return Page(limit=limit)`."""
        way = self._reached.by_node.get(provider)
        for returned in provider.scan.returns:
            call = returned.value
            if way is not None and isinstance(call, Call):
                given = next((one.value for one in call.keywords if one.name == attr), None)
                if given is not None:
                    yield from self._of(given, way, depth + 1, seen)

    def _field(self, cls: ClassNode, attr: str, parameter: Parameter, way: Way) -> Iterator[ClientValue]:
        """A field of a model that is a parameter, or the parameter of `__init__` that an attribute keeps."""
        for base in self._inference.members.mro(cls):
            if not isinstance(base, ClassNode):
                continue
            method = base.methods.get(attr)
            if method is not None:
                inner_attr = _own_attribute(method) if self._is_property(method) else None
                if inner_attr is not None and inner_attr != attr:
                    yield from self._field(cls, inner_attr, parameter, way)
                return
            declared = [one for one in base.scan.bindings.get(attr, ()) if one.annotation is not None]
            if declared:
                yield ClientValue(way, way.node, parameter, base, declared[-1])
                return
            for function, statement in self._inference.members.assignments(base, attr):
                value = statement.value
                inner = function.params.get(value.id) if isinstance(value, Name) else None
                if inner is not None and function.name == "__init__" and not function.bindings(inner.name):
                    yield ClientValue(way, function, inner)
                return

    def _is_property(self, method: FunctionNode) -> bool:
        return not _PROPERTIES.isdisjoint(self._inference.decorator_names(method))


def _own_attribute(method: FunctionNode) -> str | None:
    """`size` for a property that only says `return self.size`."""
    returns = method.scan.returns
    value = returns[0].value if len(returns) == 1 else None
    if not isinstance(value, Name) or not method.record.params:
        return None
    own, _, attr = value.id.partition(".")
    return attr if own == method.record.params[0].name and attr and "." not in attr else None


def _judged(name: str, node: FunctionNode) -> bool:
    """Whether a function compares a value with something, in a test or a choice: it may see to its bounds."""
    for statement, _ in node.scan.statements:
        for expr in _tests(statement):
            for one in inside(expr):
                if not isinstance(one, Operation) or one.kind != "comparison":
                    continue
                ordered = "<" in one.op or ">" in one.op
                if ordered and any(isinstance(side, Name) and side.id == name for side in one.operands):
                    return True
    return False


def _tests(statement: Stmt) -> Iterator[Expr]:
    match statement:
        case If(test=test) | Assert(test=test):
            yield test
        case Assign(value=Conditional(test=test)):
            yield test
        case _:
            return
