"""Text that comes with a request: followed from where it is used back to the parameter of an endpoint."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from fastlint.facts.records import (
    Attribute,
    Await,
    Call,
    Conditional,
    FString,
    Match,
    Name,
    NamedExpr,
    Operation,
    Sequence,
    Starred,
    Subscript,
)
from fastlint.findings import Step
from fastlint.model.expressions import head, inside, last, names_in, receiver
from fastlint.model.nodes import ClassNode
from fastlint.model.types import FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, Parameter
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.edges import Edge
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.reached import Reached, Way
    from fastlint.model.types import Types
    from fastlint.text import Span

_ROOTS = frozenset({"endpoint", "websocket endpoint", "dependency"})
_REQUESTS = ("starlette.requests.Request", "starlette.requests.HTTPConnection", "starlette.websockets.WebSocket")
_PARTS = frozenset({"query_params", "path_params", "headers", "cookies"})
# Methods of strings (and of what holds them) whose result has the text of what they are called on.
_KEEP = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "removeprefix", "removesuffix", "split"}
)
_GIVEN = frozenset({"format", "join"})
# What limits a parameter or field to values that are known, or to a pattern.
_LIMITS = (b"pattern", b"regex", b"Literal", b"Validator", b"constr")
_DEEPEST = 12
_LONGEST = 6


class Origin:
    """Where text comes from: `name` (`q`, `order.sort`) of the function of `way`, and the calls to its use."""

    __slots__ = ("links", "name", "way")

    def __init__(self, name: str, way: Way, links: tuple[tuple[Way, Edge], ...] = ()) -> None:
        self.name = name
        self.way = way
        self.links = links

    def trace(self, at: Span, message: str) -> tuple[Step, ...]:
        """The steps from the parameter to the place where its text is used."""
        node = self.way.node
        steps = [Step(node.name_span, f"`{node.local_name}` takes `{self.name}` from {self.way.user}")]
        for caller, edge in self.links:
            name = edge.target.node.local_name if edge.target is not None else ""
            steps.append(Step(caller.node.module.span(edge.start, edge.end), f"hands it to `{name}`"))
        return (*steps, Step(at, message))


class RequestValues:
    """Answers whether text may be what a client sent, unchecked."""

    def __init__(self, inference: Inference, dependencies: Dependencies, reached: Reached) -> None:
        self._inference = inference
        self._dependencies = dependencies
        self._reached = reached
        self._guarded: dict[FunctionNode, frozenset[tuple[str, Call | None]]] = {}

    def of(self, expr: Expr, node: FunctionNode) -> Origin | None:
        """Where text of a client in `expr`, standing in a function, comes from; None where none is seen."""
        return self._of(expr, "", node, frozenset(), 0)

    def _of(self, expr: Expr, rest: str, node: FunctionNode, seen: frozenset[object], depth: int) -> Origin | None:
        """`rest` is the attributes that are read of the expression's value."""
        if depth > _DEEPEST:
            return None
        for part in self._parts(expr):
            if isinstance(part, Name):
                name, _, own = part.id.partition(".")
                found = self._name(name, ".".join(filter(None, (own, rest))), part.start, node, seen, depth)
            else:
                found = self._of(part, rest, node, seen, depth + 1)
            if found is not None:
                return found
        return None

    def _parts(self, expr: Expr) -> tuple[Expr, ...]:
        """The expressions whose text ends up in that of this one."""
        match expr:
            case Name():
                return (expr,)
            case FString(parts=parts):
                return parts
            case Operation(kind="arithmetic" | "boolean", operands=operands):
                return operands
            case Conditional(body=body, orelse=orelse):
                return (body, orelse)
            case Await(value=value) | Attribute(value=value) | NamedExpr(value=value) | Starred(value=value):
                return (value,)
            case Subscript(value=value):
                return (value,)
            case Sequence(items=items):
                return items
            case Call(func=func, args=args):
                return self._of_call(expr, func, args)
            case _:
                return ()

    def _of_call(self, call: Call, func: Expr, args: tuple[Expr, ...]) -> tuple[Expr, ...]:
        name = last(func)
        on = receiver(func)
        if on is None:
            return args[:1] if name == "str" else ()
        if name in _KEEP:
            return (on,)
        if name in _GIVEN:
            return (on, *args, *(one.value for one in call.keywords)) if not isinstance(on, Name) else args
        if name == "get" and isinstance(on, Name) and on.id.rpartition(".")[2] in _PARTS:
            return (on,)
        return ()

    # -- names

    def _name(
        self, name: str, rest: str, at: int, node: FunctionNode, seen: frozenset[object], depth: int
    ) -> Origin | None:
        key = (node, name, rest)
        if key in seen or self._is_checked(name, rest, node, seen):
            return None
        seen = seen | {key}
        bindings = [
            one
            for one in node.bindings(name)
            if one.value is not None and not one.path and (one.start < at or one.block.kind == "comprehension")
        ]
        for one in bindings:
            if one.kind in ("value", "augmented", "item") and one.value is not None:
                found = self._of(one.value, rest if one.kind == "value" else "", node, seen, depth + 1)
                if found is not None:
                    return found
        for value in _appended(name, at, node) if bindings else ():
            found = self._of(value, "", node, seen, depth + 1)
            if found is not None:
                return found
        if any(one.kind == "value" and one.block.parent is None for one in bindings):
            return None
        parameter = node.params.get(name)
        return self._parameter(parameter, rest, node, seen, depth) if parameter is not None else None

    def _parameter(
        self, parameter: Parameter, rest: str, node: FunctionNode, seen: frozenset[object], depth: int
    ) -> Origin | None:
        types = self._inference.parameter(node, parameter)
        way = self._reached.by_node.get(node)
        if way is None or (types and not self._is_text(types, rest)):
            return None
        if way.parent is None and way.root.kind in _ROOTS:
            return self._of_root(parameter, rest, types, way)
        for caller, edge, given in islice(self._reached.handed(node, parameter.name), _LONGEST):
            if edge.site is None or given is receiver(edge.site.call.func):
                continue  # timid: what an object keeps isn't followed to where it was made
            found = self._of(given, rest, caller.node, seen | {edge.site.call}, depth + 1)
            if found is not None:
                return Origin(found.name, found.way, (*found.links, (caller, edge)))
        return None

    def _of_root(self, parameter: Parameter, rest: str, types: Types, way: Way) -> Origin | None:
        node = way.node
        text = node.module.facts.source.data[parameter.start : parameter.end]
        if self._dependencies.of_parameter(node, parameter) is not None or any(one in text for one in _LIMITS):
            return None
        if not types and (rest or parameter.annotation is not None or node.owner is not None):
            return None
        return Origin(f"{parameter.name}.{rest}" if rest else parameter.name, way)

    def _is_text(self, types: Types, rest: str) -> bool:
        """Whether what is read of a value may be any text."""
        is_subclass = self._inference.members.is_subclass
        for one in types:
            if isinstance(one, Instance) and is_subclass(one.cls, *_REQUESTS):
                return rest.partition(".")[0] in _PARTS
        if rest and any(self._is_limited(one.cls, rest) for one in types if isinstance(one, Instance)):
            return False
        found = self._inference.path(types, rest) if rest else types
        return any(isinstance(one, Instance) and _holds_text(one, 0) for one in found)

    def _is_limited(self, cls: ClassNode | str, rest: str) -> bool:
        """Whether a model checks its fields by more than their types."""
        if not isinstance(cls, ClassNode):
            return True
        for base in self._inference.members.mro(cls):
            if isinstance(base, ClassNode):
                data = base.module.facts.source.data[base.record.start : base.record.end]
                if any(one in data for one in (*_LIMITS, b"validator")):
                    return True
        return "." in rest

    # -- checks

    def _is_checked(self, name: str, rest: str, node: FunctionNode, seen: frozenset[object]) -> bool:
        """Whether a function compares a value, or gives it to a function that may refuse it; not the one it goes to."""
        # timid: whether the comparison lets only known values through isn't asked
        checks = self._guarded.get(node)
        if checks is None:
            checks = self._guarded[node] = frozenset(self._checks(node))
        names = (name, f"{name}.{rest}") if rest else (name,)
        return any(checked in names and by not in seen for checked, by in checks)

    def _checks(self, node: FunctionNode) -> Iterator[tuple[str, Call | None]]:
        """What is checked, and for a call that may refuse it, by which."""
        scan = node.scan
        tests: list[Expr] = [one.test for one, _ in scan.ifs]
        tests += [one.subject for one, _ in scan.statements if isinstance(one, Match)]
        for test in tests:
            for part in inside(test):
                is_test = isinstance(part, Operation) and part.kind == "comparison" and not part.op.startswith("is")
                if is_test or isinstance(part, Call):
                    yield from ((one.id, None) for one in names_in(part))
                    if isinstance(part, Call) and isinstance(part.func, Name):
                        yield head(part.func), None
            if isinstance(test, Name) and any(test is one for one in tests[len(scan.ifs) :]):
                yield test.id, None
        for site in scan.calls:
            if site.use == "statement" and any(
                isinstance(one, FunctionRef) for one in self._inference.of(site.call.func, node)
            ):
                yield from ((one.id, site.call) for one in site.call.args if isinstance(one, Name))


def _holds_text(one: Instance, depth: int) -> bool:
    if one.cls == "builtins.str":
        return True
    if not isinstance(one.cls, str) or not one.cls.startswith(("builtins.", "typing.", "collections.")):
        return False
    held = [inner for types in one.args for inner in types if isinstance(inner, Instance)]
    return depth < 2 and any(_holds_text(inner, depth + 1) for inner in held)  # noqa: PLR2004


def _appended(name: str, at: int, node: FunctionNode) -> Iterator[Expr]:
    """What is appended to a local list before it is read: `conditions.append(f"…")`."""
    for site in node.scan.named({"append", "extend", "insert"}):
        owner = receiver(site.call.func)
        if isinstance(owner, Name) and owner.id == name and site.call.start < at:
            yield from site.call.args
