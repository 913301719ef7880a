"""What operators, subscripts and `super()` give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Constant, Name, Subscript
from fastlint.model.annotations import INJECTED, spelled
from fastlint.model.containers import unpack
from fastlint.model.injection import PROVIDE
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import UNKNOWN, ClassRef, External, Instance, union

if TYPE_CHECKING:
    from fastlint.facts.records import Operation
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.types import Env, Types

_MOST_OPERANDS = 6
# Containers that give an object of the class in the brackets.
_BY_CLASS = frozenset({"kink.di", "kink.Container", "lagom.Container", "lagom.container.Container"})


def super_attribute(inference: Inference, name: str, scope: Scope, env: Env) -> Types:
    """What `super().name` is."""
    function: Scope | None = scope
    while function is not None and not (isinstance(function, FunctionNode) and function.owner):
        function = function.parent
    if not isinstance(function, FunctionNode) or function.owner is None or not function.record.params:
        return UNKNOWN
    if name == "__new__" and function.name == name:
        return (External("builtins.object.__new__"),)
    receivers = inference.parameter(function, function.record.params[0], env)
    return union(
        *(
            inference.members.attribute(one, name, after=function.owner)
            for one in receivers
            if isinstance(one, (Instance, ClassRef)) and isinstance(one.cls, ClassNode)
        )
    )


def operation(inference: Inference, expr: Operation, scope: Scope, env: Env) -> Types:
    """What an operator gives."""
    if expr.kind == "boolean":
        operands = expr.operands[-1:] if expr.op == "and" else expr.operands[:_MOST_OPERANDS]
        return union(*(inference.of(one, scope, env) for one in operands))
    if expr.kind == "comparison" or expr.op == "not":
        return (Instance("builtins.bool"),)
    left = inference.of(expr.operands[0], scope, env)
    return left if any(isinstance(one, Instance) for one in left) else UNKNOWN


def subscript(inference: Inference, expr: Subscript, scope: Scope, env: Env) -> Types:
    """What `value[…]` gives."""
    found: Types = UNKNOWN
    for base in inference.of(expr.value, scope, env):
        match base:
            case ClassRef(cls=cls):
                args = tuple(inference.annotation(item, scope, env) for item in expr.items)
                found = union(found, (ClassRef(cls, args),))
            case External(name=name) if name in PROVIDE:  # alone as a default, where `inject` decorates
                given = union(*(inference.of(item, scope) for item in expr.items[:1]))
                found = union(found, *(inference.injection.provided(one) for one in given))
            case External(name=name) | Instance(cls=str() as name) if name in _BY_CLASS:
                found = union(found, *(inference.annotation(item, scope, env) for item in expr.items[:1]))
            case External(name=name):
                if not spelled(name).startswith(("typing.", "collections.abc.")) and name not in INJECTED:
                    found = union(found, (base,))
            case _:
                found = union(found, unpack(inference, (base,), _index(expr)))
    if not found and isinstance(expr.value, Name) and isinstance(scope, FunctionNode):
        return _kept(inference, expr, scope, env)
    return found


def _kept(inference: Inference, expr: Subscript, scope: FunctionNode, env: Env) -> Types:
    """What the same function keeps under the same name: `if key not in made: made[key] = key(…)`, then `made[key]`."""
    key = expr.items[0] if len(expr.items) == 1 else None
    if not isinstance(key, Name) or not isinstance(expr.value, Name):
        return UNKNOWN
    for statement, _ in scope.scan.assigns:
        for target in statement.targets:
            match target:
                case Subscript(value=Name(id=holder), items=(Name(id=name),)) if statement.value is not None:
                    if holder == expr.value.id and name == key.id:
                        return inference.of(statement.value, scope, env)
    return UNKNOWN


def constant(text: str) -> Types:
    """The type of a literal."""
    if text in ("None", "...", "Ellipsis"):
        return UNKNOWN
    if text in ("True", "False"):
        return (Instance("builtins.bool"),)
    if text[:1] in "bBrR":
        return (Instance("builtins.bytes"),)
    return (Instance("builtins.float" if "." in text else "builtins.int"),)


def _index(expr: Subscript) -> int | None:
    """The literal index of `value[0]`; None for another key."""
    if len(expr.items) == 1 and isinstance(expr.items[0], Constant):
        text = expr.items[0].text
        return int(text) if text.isdigit() else None
    return None
