"""Statements followed to what they ask: `select(…)`, `session.query(…)`, SQL text, and their filters and bounds.

A statement is followed through variables, helper functions and attributes to the call that makes it. Where several ways
lead to it, what one of them adds counts for all; where one of them can't be followed, nothing is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import (
    Attribute,
    Await,
    Call,
    Conditional,
    Name,
    NamedExpr,
    Operation,
    Sequence,
    Subscript,
)
from fastlint.model.arguments import keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.lookup import reaching
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.statement_steps import METHODS, UNKNOWN, Place, Query, StatementSteps, either
from fastlint.model.types import ClassRef, FunctionRef, Instance

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.blocks import Binding
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.sessions import Sessions
    from fastlint.model.statement_steps import Given
    from fastlint.model.types import Env, Types

_Key: TypeAlias = "tuple[type[Expr], int, int, Scope, Env, int]"

EXECUTES = frozenset({"execute", "exec", "scalars", "stream", "stream_scalars"})
# A statement of more than so many steps, or so deep in helpers, counts as unknown.
_DEEPEST = 40
_LONGEST = 400


class Queries:
    """Answers what statement an expression is, or comes from."""

    def __init__(self, inference: Inference, constants: Constants, sessions: Sessions) -> None:
        self._inference = inference
        self._sessions = sessions
        self._steps = StatementSteps(inference, constants, sessions, self.of)
        self._busy: set[_Key] = set()
        self._free: dict[_Key, tuple[Query, Given]] = {}
        self._met: dict[_Key, tuple[Query, Given]] = {}

    def of(self, expr: Expr, place: Place) -> Query:
        """The statement that `expr` is, executes or was loaded by."""
        if not self._busy:
            self._met.clear()
        free = not place.given
        key = (type(expr), expr.start, expr.end, place.scope, place.env, 0 if free else id(place.given))
        met = self._free if free else self._met
        if key in met:
            return met[key][0]
        if key in self._busy or len(self._busy) > _DEEPEST or len(self._met) > _LONGEST:
            return UNKNOWN
        self._busy.add(key)
        try:
            found = self._of(expr, place)
        finally:
            self._busy.discard(key)
        met[key] = found, place.given  # what it hangs on stays alive, or its identity could be another's
        return found

    def _of(self, expr: Expr, place: Place) -> Query:
        match expr:
            case Await(value=value) | NamedExpr(value=value):
                return self.of(value, place)
            case Conditional(body=body, orelse=orelse):
                return either(self.of(body, place), self.of(orelse, place))
            case Operation(op="or" | "and", operands=operands):
                return either(*(self.of(one, place) for one in operands))
            case Call():
                return self._call(expr, place)
            case Name():
                return self._name(expr, place)
            case Attribute():
                return self._attribute(expr, place)
            case Subscript(value=value):
                found = self.of(value, place)
                return found._replace(bounded=True) if found.kind is not None else UNKNOWN
            case _:
                return UNKNOWN

    # -- calls

    def _call(self, call: Call, place: Place) -> Query:
        owner = receiver(call.func)
        method = last(call.func)
        funcs = self._inference.of(call.func, place.scope, place.env)
        for func in funcs:
            found = self._steps.made(call, func, place)
            if found is not None:
                return found
        if owner is not None and method in EXECUTES and self._steps.on_session(funcs):
            statement = call.args[0] if call.args else keyword(call, "statement")
            return self.of(statement, place) if statement is not None else UNKNOWN
        targets = [func for func in funcs if isinstance(func, FunctionRef)]
        if targets:
            return either(*(self._returned(func, call, place) for func in targets[:3]))
        if owner is None:
            return UNKNOWN
        return self._steps.changed(self.of(owner, place), method, call, place) if method in METHODS else UNKNOWN

    @property
    def used(self) -> bool:
        """Whether the project has statements at all."""
        return self._sessions.used

    def executes(self, call: Call, place: Place) -> bool:
        """Whether a call executes a statement on a session or connection."""
        return last(call.func) in EXECUTES and self._steps.on_session(
            self._inference.of(call.func, place.scope, place.env)
        )

    # -- functions of the project

    def _returned(self, func: FunctionRef, call: Call | None, place: Place, path: tuple[int, ...] = ()) -> Query:
        """What a function of the project makes of what it is given."""
        node = func.node
        if node.is_generator or len(node.scan.returns) > _DEEPEST or not node.scan.returns:
            return UNKNOWN
        given = self.matched(func, call, place) if call is not None else {}
        env = self._inference.receiver_env(node, func.bound, func.env) if func.bound is not None else func.env
        inner = Place(node, env, given)
        found: list[Query] = []
        for one in node.scan.returns:
            value = one.value
            for index in path:
                value = value.items[index] if isinstance(value, Sequence) and -1 < index < len(value.items) else None
            found.append(self.of(value, inner) if value is not None else UNKNOWN)
        return either(*found)

    def matched(self, func: FunctionRef, call: Call, place: Place) -> Given:
        """What the parameters of a function stand for in a call of it."""
        names = [one.name for one in func.node.record.params if one.kind in ("normal", "positional")]
        if func.bound is not None:
            names = names[1:]
        found = {name: (value, place) for name, value in zip(names, call.args, strict=False)}
        found.update((one.name, (one.value, place)) for one in call.keywords if one.name)
        return found

    # -- names

    def _name(self, name: Name, place: Place) -> Query:
        if "." in name.id:
            return self._dotted(name, place)
        scope = place.scope
        if isinstance(scope, FunctionNode):
            bindings = scope.scan.bindings.get(name.id, [])
            live, certain = reaching(bindings, name.start) if bindings else ([], False)
            found = [self._binding(one, place) for one in live]
            if name.id in scope.params and not certain:
                value, outer = place.given.get(name.id, (None, place))
                found.append(self.of(value, outer) if value is not None else UNKNOWN._replace(parameter=name.id))
            if found:
                return either(*found)
        return self._origins(name, place)

    def _binding(self, binding: Binding, place: Place) -> Query:
        if binding.value is None or binding.kind not in ("value", "augmented"):
            return UNKNOWN
        if binding.kind == "augmented":
            return UNKNOWN
        if not binding.path:
            return self.of(binding.value, place)
        value = binding.value
        if isinstance(value, Await):
            value = value.value
        if isinstance(value, Call):
            funcs = self._inference.of(value.func, place.scope, place.env)
            targets = [func for func in funcs if isinstance(func, FunctionRef)]
            if targets:
                return either(*(self._returned(func, value, place, binding.path) for func in targets[:3]))
        if isinstance(value, Sequence) and len(binding.path) == 1 and -1 < binding.path[0] < len(value.items):
            return self.of(value.items[binding.path[0]], place)
        return UNKNOWN

    def _origins(self, expr: Name | Attribute, place: Place) -> Query:
        found = [
            self.of(value, Place(scope, (), {}))
            for value, scope in self._inference.origins(expr, place.scope)
            if value is not expr
        ]
        return either(*found) if found else UNKNOWN

    def _dotted(self, name: Name, place: Place) -> Query:
        first, _, rest = name.id.partition(".")
        owner, _, attr = rest.rpartition(".")
        types = self._inference.lookup.name(first, place.scope, name.start, place.env)
        return self._of_attribute(self._inference.path(types, owner) if owner else types, attr or rest, name, place)

    def _attribute(self, expr: Attribute, place: Place) -> Query:
        owner, _, attr = expr.attr.rpartition(".")
        types = self._inference.of(expr.value, place.scope, place.env)
        return self._of_attribute(self._inference.path(types, owner) if owner else types, attr, expr, place)

    def _of_attribute(self, types: Types, attr: str, expr: Name | Attribute, place: Place) -> Query:
        """`self.statement`: a property's result, or what was assigned."""
        for one in types:
            if isinstance(one, (Instance, ClassRef)) and isinstance(one.cls, ClassNode):
                method = self._inference.members.method(one.cls, attr)
                if method is not None:
                    return self._returned(FunctionRef(method, one), None, place)
                if "." not in attr and self._is_set_again(one.cls, attr):
                    return UNKNOWN
        return self._origins(expr, place)

    def _is_set_again(self, cls: ClassNode, name: str) -> bool:
        """Whether methods other than `__init__` set an attribute: builders add to their statement step by step."""
        needle = f".{name}".encode()
        for base in self._inference.members.mro(cls):
            for method in base.methods.values() if isinstance(base, ClassNode) else ():
                if method.name == "__init__" or not method.record.params or not says(method, needle):
                    continue
                target = f"{method.record.params[0].name}.{name}"
                if any(isinstance(place, Name) and place.id == target for _, place in method.scan.attributes):
                    return True
        return False
