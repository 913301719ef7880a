"""What names get where they are bound: by assignment, loop, context manager, definition, as parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.containers import elements, entered, unpack
from fastlint.model.nodes import ClassNode
from fastlint.model.types import UNKNOWN, ClassRef, Instance

if TYPE_CHECKING:
    from fastlint.facts.records import Parameter
    from fastlint.model.blocks import Binding
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.types import Env, Types


class Bindings:
    """Evaluates bindings for an Inference."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def of(self, binding: Binding, scope: Scope, env: Env) -> Types:
        """What a binding gives its name."""
        if binding.node is not None:
            defined = self._inference.lookup.definition(binding, scope, env)
            if defined is not None:
                return defined
        if binding.annotation is not None:
            found = self._inference.annotation(binding.annotation, scope, env)
            if found:
                return self._with_origin(found, binding, scope, env)
        value = binding.value
        if value is None or binding.kind in ("augmented", "alias", "capture"):
            return UNKNOWN
        if binding.kind == "exception":
            return self._inference.annotation(value, scope, env)
        types = self._inference.of(value, scope, env)
        if binding.kind == "item":
            types = elements(self._inference, types)
        elif binding.kind == "enter":
            types = entered(self._inference, types)
        for place in binding.path:
            types = unpack(self._inference, types, place)
        return types

    def _with_origin(self, declared: Types, binding: Binding, scope: Scope, env: Env) -> Types:
        """An annotated variable: what its value tells in addition (a subclass, the constructor call)."""
        if binding.value is None or binding.kind != "value" or binding.path:
            return declared
        actual = self._inference.of(binding.value, scope, env)
        if len(actual) == 1 and isinstance(actual[0], Instance) and actual[0].origin is not None:
            cls = actual[0].cls
            wanted = [one.cls for one in declared if isinstance(one, Instance)]
            if any(
                cls == one or (isinstance(cls, ClassNode) and one in self._inference.members.mro(cls)) for one in wanted
            ):
                said = next((one.args for one in declared if isinstance(one, Instance) and one.cls == cls), ())
                return (Instance(cls, actual[0].args or said, actual[0].origin),)
        return declared

    def parameter(self, function: FunctionNode, parameter: Parameter, env: Env = ()) -> Types:
        """What a parameter may be: from the call, its annotation, the dependency or the default behind it."""
        for key, types in env:
            if key == (function, parameter.name):
                return types
        owner = function.owner
        if (
            owner is not None
            and function.record.params[:1] == (parameter,)
            and parameter.kind in ("normal", "positional")
        ):
            names = self._inference.decorator_names(function)
            if "builtins.classmethod" in names or function.name in (
                "__init_subclass__",
                "__class_getitem__",
                "__new__",
            ):
                return (ClassRef(owner),)
            if "builtins.staticmethod" not in names and parameter.annotation is None:
                return (Instance(owner),)
        if parameter.kind in ("*", "**"):
            return UNKNOWN
        found: Types = UNKNOWN
        if parameter.annotation is not None:
            found = self._inference.annotation(parameter.annotation, function.parent, env)
        if not found or _library(found):
            given = self._inference.injection.injected(function, parameter)
            found = given if not found or self._belies(given, found) else found
        if not found and parameter.default is not None and parameter.annotation is None:
            found = self._inference.of(parameter.default, function.parent)
        return found

    def _belies(self, given: Types, annotated: Types) -> bool:
        """Whether what a dependency gives isn't what the annotation says: `db: Session` of what yields AsyncSessions.

        Nothing checks such an annotation at run time. Said only of two classes of one library.
        """
        library = _library(given)
        if not library or library != _library(annotated):
            return False
        (one,), (other,) = given, annotated
        is_subclass = self._inference.members.is_subclass
        cls, said = one.cls, other.cls  # type: ignore[union-attr]
        return not is_subclass(cls, str(said)) and not is_subclass(said, str(cls))


def _library(types: Types) -> str:
    """The library whose class one value surely is of; "" where it is no such value."""
    if len(types) != 1 or not isinstance(types[0], Instance) or not isinstance(types[0].cls, str):
        return ""
    name = types[0].cls.partition(".")[0]
    return {"sqlmodel": "sqlalchemy"}.get(name, "" if name in ("builtins", "typing", "collections") else name)
