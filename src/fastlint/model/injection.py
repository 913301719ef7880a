"""What dependencies give the parameters that ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Lambda, Subscript
from fastlint.model.annotations import INJECTED
from fastlint.model.nodes import ClassNode
from fastlint.model.types import UNKNOWN, ClassRef, External, FunctionRef, Instance, PartialOf, union

if TYPE_CHECKING:
    from fastlint.facts.records import Expr, Parameter
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.types import Type, Types

DEPENDS = frozenset({"fastapi.Depends", "fastapi.Security"})
# Markers of containers of dependencies: `Annotated[X, FromComponent("x")]`, `Depends(Provide[Container.service])`.
_MARKS = frozenset({"dishka.FromComponent", "wireup.Inject"})
PROVIDE = frozenset({"dependency_injector.wiring.Provide", "dependency_injector.wiring.Provider"})


class Injection:
    """Evaluates dependencies for an Inference."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def injected(self, function: FunctionNode, parameter: Parameter) -> Types:
        """What a dependency (`= Depends(f)` or in `Annotated`) gives a parameter."""
        scope = function.parent
        found: list[tuple[Expr, Scope]] = []
        if parameter.default is not None:
            found.append((parameter.default, scope))
        if parameter.annotation is not None:
            found += self._inference.unwrap(parameter.annotation, scope)[2]
        for expr, where in found:
            for value, home in self._inference.origins(expr, where) if not isinstance(expr, Call) else ((expr, where),):
                if isinstance(value, Call) and self._is_depends(value, home):
                    return self._injected(value, home)
        return UNKNOWN

    def by_container(self, expr: Expr, scope: Scope) -> bool:
        """Whether what stands beside the type of a parameter says that a container of dependencies fills it."""
        match expr:
            case Call(func=func):
                return any(isinstance(one, External) and one.name in _MARKS for one in self._inference.of(func, scope))
            case Subscript(value=value):
                found = self._inference.of(value, scope)
                return any(isinstance(one, External) and one.name in INJECTED for one in found)
            case _:
                return False

    def _is_depends(self, call: Call, scope: Scope) -> bool:
        return any(isinstance(one, External) and one.name in DEPENDS for one in self._inference.of(call.func, scope))

    def _injected(self, call: Call, scope: Scope) -> Types:
        target = call.args[0] if call.args else next((k.value for k in call.keywords if k.name == "dependency"), None)
        if target is None:
            return UNKNOWN
        if isinstance(target, Lambda):
            return self._inference.of(target.body, scope)
        if isinstance(target, Subscript) and target.items:
            marks = self._inference.of(target.value, scope)
            if any(isinstance(one, External) and one.name in PROVIDE for one in marks):
                target = target.items[0]
        return union(*(self.provided(one) for one in self._inference.of(target, scope)))

    def provided(self, target: Type) -> Types:
        """What a dependable gives: a function's result or what it yields, an instance of a class."""
        match target:
            case FunctionRef():
                return self._inference.produced(target)
            case ClassRef(cls=cls, args=args):
                return (Instance(cls, args),)
            case Instance(cls=ClassNode() as cls):
                method = self._inference.members.method(cls, "__call__")
                return (
                    self._inference.produced(FunctionRef(method, target, self._inference.class_env(target)))
                    if method
                    else UNKNOWN
                )
            case PartialOf(func=func):
                return self.provided(func)
            case External(name=name) if name.rpartition(".")[2][:1].isupper():
                return (Instance(name),)
            case _:
                return UNKNOWN
