"""What classes of the project have: base classes, attributes, methods, values set on `self`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Constant, Name, Starred, Subscript
from fastlint.model.constructions import Constructions
from fastlint.model.implementations import Implementations
from fastlint.model.nodes import ClassNode
from fastlint.model.placements import Placements
from fastlint.model.types import (
    ANOTHER,
    UNKNOWN,
    AwaitableOf,
    ClassRef,
    External,
    FunctionRef,
    Instance,
    MethodRef,
    union,
)

if TYPE_CHECKING:
    from fastlint.facts.records import Assign, Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.types import Env, Types

_PROPERTIES = frozenset(
    {
        "builtins.property",
        "functools.cached_property",
        "abc.abstractproperty",
        "sqlalchemy.ext.hybrid.hybrid_property",
        "pydantic.computed_field",
        "django.utils.functional.cached_property",
        "cached_property.cached_property",
    }
)


class Members:
    """Resolves attributes of project classes for an Inference."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._mro: dict[ClassNode, tuple[ClassNode | str, ...]] = {}
        self._implementations = Implementations(inference)
        self._constructions = Constructions(inference)
        self._placements = Placements(inference)
        self._own: dict[tuple[ClassNode, str], tuple[tuple[FunctionNode, Assign], ...]] = {}

    def mro(self, cls: ClassNode) -> tuple[ClassNode | str, ...]:
        """The class and its bases, nearest first; library classes by canonical name, their own bases included."""
        found = self._mro.get(cls)
        if found is None:
            self._mro[cls] = (cls,)  # a class that inherits from itself through a cycle must end
            order: dict[ClassNode | str, None] = {cls: None}
            for base in self.bases(cls):
                if isinstance(base, ClassNode):
                    order.update(dict.fromkeys(self.mro(base)))
                else:
                    order.update(dict.fromkeys((base, *self._inference.libraries.bases(base))))
            found = self._mro[cls] = tuple(order)
        return found

    def bases(self, cls: ClassNode) -> list[ClassNode | str]:
        """The direct bases that could be resolved."""
        found: list[ClassNode | str] = []
        for expr in cls.record.bases:
            target = expr.value if isinstance(expr, Subscript) else expr
            for one in self._inference.of(target, cls.parent):
                if isinstance(one, ClassRef):
                    found.append(one.cls)
                elif isinstance(one, External):
                    found.append(one.name)
        return found

    def external_bases(self, cls: ClassNode) -> tuple[str, ...]:
        """The library classes that a class inherits from, directly or not."""
        return tuple(base for base in self.mro(cls) if isinstance(base, str))

    def is_subclass(self, cls: ClassNode | str, *names: str) -> bool:
        """Whether a class is, or inherits from, one of the named library classes."""
        if isinstance(cls, str):
            return cls in names or any(base in names for base in self._inference.libraries.bases(cls))
        return any(base in names for base in self.external_bases(cls))

    def method(self, cls: ClassNode, name: str) -> FunctionNode | None:
        """The project's method that `instance.name` means."""
        for base in self.mro(cls):
            if isinstance(base, ClassNode) and name in base.methods:
                return base.methods[name]
        return None

    def attribute(self, owner: Instance | ClassRef, name: str, *, after: ClassNode | None = None) -> Types:
        """What `owner.name` may be; `after` starts the search behind a class of the MRO (`super()`)."""
        cls = owner.cls
        if not isinstance(cls, ClassNode):
            return UNKNOWN
        order = self.mro(cls)
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        env = self._inference.class_env(owner)
        receiver = owner if isinstance(owner, Instance) else Instance(cls, owner.args)
        for base in order:
            if isinstance(base, str):
                if self._inference.libraries.has(base, name):
                    found = self._inference.libraries.attribute(Instance(base), name)
                    return found or (MethodRef(base, name, receiver),)
                continue
            node = base.methods.get(name)
            if node is not None:
                return self._implemented(node, owner, name) or self.bind(node, owner, env)
            found_types = self._declared(base, name, env)
            if isinstance(owner, Instance):
                found_types = (
                    found_types or self._assigned(base, name, owner, env) or self._unpacked(base, name, owner, env)
                )
            found_types = found_types or self._placements.of(base, name)
            if found_types:
                return found_types
        outside = next((base for base in order if isinstance(base, str) and not _inert(base)), None)
        if outside is not None:
            return (MethodRef(outside, name, receiver),)
        return UNKNOWN

    def _implemented(self, node: FunctionNode, owner: Instance | ClassRef, name: str) -> Types:
        """What stands in for an abstract method."""
        cls = owner.cls
        if not isinstance(cls, ClassNode) or not isinstance(owner, Instance):
            return UNKNOWN
        found = self._implementations.of(cls, node)
        return union(*(self.bind(sub.methods[name], Instance(sub), ()) for sub in found))

    def subclasses(self, cls: ClassNode, *, renamed: bool = False) -> tuple[ClassNode, ...]:
        """The project's classes that inherit from a class, directly or not; `renamed`: also by another name."""
        return self._implementations.subclasses(cls, renamed=renamed)

    def is_property(self, node: FunctionNode) -> bool:
        """Whether a method runs when it is read."""
        names = self._inference.decorator_names(node)
        return bool(_PROPERTIES.intersection(names)) or any(name.endswith((".setter", ".getter")) for name in names)

    def bind(self, node: FunctionNode, owner: Instance | ClassRef, env: Env) -> Types:
        """A method as read from an object or class: bound, or what the property gives."""
        names = self._inference.decorator_names(node)
        ref = FunctionRef(node, owner, env)
        if self.is_property(node):
            if isinstance(owner, ClassRef):
                return UNKNOWN
            found = self._inference.returns(ref)
            return union(
                *(one.value if isinstance(one, AwaitableOf) and not node.is_async else (one,) for one in found)
            )
        if "builtins.staticmethod" in names:
            return (FunctionRef(node, None, env),)
        if "builtins.classmethod" in names:
            cls = owner if isinstance(owner, ClassRef) else ClassRef(owner.cls, owner.args)  # type: ignore[arg-type]
            return (FunctionRef(node, cls, env),)
        if isinstance(owner, ClassRef):
            return (FunctionRef(node, None, env),)
        return self._inference.decorated(ref)

    def _declared(self, cls: ClassNode, name: str, env: Env) -> Types:
        bindings = cls.scan.bindings.get(name)
        if not bindings:
            return UNKNOWN
        return union(*(self._inference.binding(one, cls, env) for one in bindings))

    def _assigned(self, cls: ClassNode, name: str, owner: Instance, env: Env) -> Types:
        found: Types = UNKNOWN
        unknown = False
        for function, statement in self.assignments(cls, name):
            inner = self._inference.receiver_env(function, owner, env)
            value = statement.value
            if owner.origin is not None and function.name == "__init__" and isinstance(value, Name):
                given = self._given(function, value.id, owner)
                if given or (given is not None and statement.annotation is None):
                    return given
            if function.name == "__init__" and _is_untyped(value, function):
                given = self._constructions.given(owner.cls, function, value.id)  # type: ignore[arg-type, union-attr]
                if given:
                    return given
            if statement.annotation is not None:
                found = union(found, self._inference.annotation(statement.annotation, function, inner))
                if found:
                    return found
            if statement.value is not None:
                given = self._inference.of(statement.value, function, inner)
                unknown = unknown or (not given and isinstance(statement.value, Call))
                found = union(found, given)
        return union(found, (ANOTHER,)) if found and unknown else found

    def _unpacked(self, cls: ClassNode, name: str, owner: Instance, env: Env) -> Types:
        """What `self.name` gets where methods of this very class unpack a value: `self.key, self.name = pair`."""
        found: Types = UNKNOWN
        for function in cls.methods.values():
            receiver = function.record.params[0].name if function.record.params else ""
            for binding in function.scan.unpacked if self._names(function, name) else ():
                if receiver and binding.name == f"{receiver}.{name}":
                    inner = self._inference.receiver_env(function, owner, env)
                    found = union(found, self._inference.binding(binding, function, inner))
        return found

    def _given(self, init: FunctionNode, name: str, owner: Instance) -> Types | None:
        """What the call that made `owner` gave the parameter `name`, where that may be None or says nothing itself."""
        parameter = init.params.get(name)
        made = self._inference.constructed.get(owner.origin) if owner.origin is not None else None
        if parameter is None or made is None:
            return None
        default = parameter.default
        untyped = parameter.annotation is None and default is None
        if untyped and (not isinstance(owner.cls, ClassNode) or self.method(owner.cls, "__init__") is not init):
            return None
        if not untyped and (not isinstance(default, Constant) or default.text != "None"):
            return None
        call, scope, env = made
        if any(one.name == "" for one in call.keywords) or any(isinstance(one, Starred) for one in call.args):
            return None
        names = [one.name for one in init.record.params if one.kind in ("normal", "positional")][1:]
        given = dict(zip(names, call.args, strict=False)) | {one.name: one.value for one in call.keywords}
        found = self._inference.of(given[name], scope, env) if name in given else UNKNOWN
        return found or (None if untyped else UNKNOWN)

    def assignments(self, cls: ClassNode, name: str) -> tuple[tuple[FunctionNode, Assign], ...]:
        """Where methods of this very class set `self.name`: in `__init__`, or where that doesn't, anywhere."""
        key = (cls, name)
        found = self._own.get(key)
        if found is None:
            found = self._own[key] = self._search(cls, name)
        return found

    @staticmethod
    def _names(node: FunctionNode, name: str) -> bool:
        """Whether the text of a function speaks of an attribute: most need no look at what they say."""
        record = node.record
        return node.module.facts.source.data.find(f".{name}".encode(), record.body_start, record.body_end) >= 0

    def _search(self, cls: ClassNode, name: str) -> tuple[tuple[FunctionNode, Assign], ...]:
        found: list[tuple[FunctionNode, Assign]] = []
        order = sorted(cls.methods.values(), key=lambda node: node.name not in ("__init__", "__new__", "__post_init__"))
        for node in order:
            record = node.record
            if not record.params or not self._names(node, name):
                continue
            if found and node.name not in ("__init__", "__new__", "__post_init__") and _settled(found):
                break
            receiver = record.params[0].name
            for statement, place in node.scan.attributes:
                if isinstance(place, Name) and not statement.op:
                    head, _, attribute = place.id.rpartition(".")
                    if attribute == name and (head == receiver or (node.name == "__new__" and _is_new(head, node))):
                        found.append((node, statement))
        return tuple(found)


def _is_untyped(value: Expr | None, function: FunctionNode) -> bool:
    """Whether a value is a parameter that says nothing of itself, and that its function binds to nothing else."""
    parameter = function.params.get(value.id) if isinstance(value, Name) else None
    if parameter is None or parameter.annotation is not None or function.scan.bindings.get(parameter.name):
        return False
    return parameter.default is None or _is_none(parameter.default)


def _settled(found: list[tuple[FunctionNode, Assign]]) -> bool:
    """Whether what `__init__` sets tells more than None."""
    return any(not _is_none(statement.value) for _, statement in found)


def _is_new(name: str, node: FunctionNode) -> bool:
    """Whether a name stands for the object that a `__new__` makes: a variable, or an attribute of the class."""
    head, dot, _ = name.partition(".")
    return head == node.record.params[0].name if dot else head in node.scan.bindings


def _is_none(expr: Expr | None) -> bool:
    return expr is None or getattr(expr, "text", None) == "None"


def _inert(base: str) -> bool:
    """Bases whose attributes say nothing of what an attribute of a subclass is."""
    return base in ("builtins.object", "typing.Generic", "typing.Protocol", "abc.ABC", "builtins.Exception")
