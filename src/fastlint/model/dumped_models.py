"""Models and dataclasses that are turned into dicts, their values left as they are: what of them JSON can't carry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Constant, Name, Sequence, Str
from fastlint.model.calling import argument
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import ClassNode
from fastlint.model.types import External, Instance

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.schemas import Field, Schemas
    from fastlint.model.shapes import Shape, Shapes

_DEEPEST = 4
_DUMPS = ("model_dump", "dict")
_HOOKS = ("pydantic.field_serializer", "pydantic.model_serializer")
_WRITTEN = ("builtins.str", "builtins.int", "builtins.float", "enum.StrEnum", "enum.IntEnum", "enum.IntFlag")
_ENUMS = "enum.Enum"
# Arguments of `model_dump` that leave values as they are. timid: `exclude_unset` may leave out any.
_PLAIN = frozenset({"by_alias", "exclude_none", "round_trip", "warnings", "serialize_as_any", "exclude"})


class DumpedModels:
    """Looks into the fields of what is dumped."""

    def __init__(self, inference: Inference, schemas: Schemas, shapes: Shapes) -> None:
        self._inference = inference
        self._schemas = schemas
        self._shapes = shapes

    def is_enum(self, cls: ClassNode) -> bool:
        """Whether it is an enumeration whose members are no strings or numbers."""
        members = self._inference.members
        return members.is_subclass(cls, _ENUMS) and not members.is_subclass(cls, *_WRITTEN)

    def field(self, expr: Expr, function: FunctionNode, bad: frozenset[str]) -> str | None:
        """The field of `x.model_dump()`, without `mode="json"`, or of `asdict(x)` that can't be written; else None."""
        call = expr.value if isinstance(expr, Await) else self._bound(expr, function)
        if not isinstance(call, Call):
            return None
        if any(isinstance(one, External) and one.name == "dataclasses.asdict" for one in self._called(call, function)):
            cls = self._class(call.args[0], function) if len(call.args) == 1 else None
            return self._of_class(cls, bad, 0) if cls is not None and self._schemas.is_dataclass(cls) else None
        owner = receiver(call.func)
        given = {one.name for one in call.keywords}
        if owner is None or call.args or last(call.func) not in _DUMPS or not given <= _PLAIN:
            return None
        cls = self._class(owner, function)
        without = _left_out(argument(call, 0, "exclude"))
        if cls is None or without is None:
            return None
        return self._of_class(cls, bad, 0, without)

    def _called(self, call: Call, function: FunctionNode) -> tuple[object, ...]:
        return self._inference.of(call.func, function) if last(call.func) == "asdict" else ()

    @staticmethod
    def _bound(expr: Expr, function: FunctionNode) -> Expr | None:
        """What a name was bound to that nothing else in its function speaks of; another expression itself."""
        if not isinstance(expr, Name) or "." in expr.id or expr.id in function.params:
            return expr
        bindings = function.bindings(expr.id)
        if len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].path:
            return None
        record = function.record
        body = function.module.facts.source.data[record.body_start : record.body_end]
        spoken = re.findall(rb"\b%s\b" % re.escape(expr.id.encode()), body)
        return bindings[0].value if len(spoken) == 2 else None  # noqa: PLR2004 -- where it is bound, and here

    def _class(self, expr: Expr, function: FunctionNode) -> ClassNode | None:
        types = self._inference.of(expr, function)
        found = types[0].cls if len(types) == 1 and isinstance(types[0], Instance) else None
        return found if isinstance(found, ClassNode) else None

    def _of_class(
        self,
        cls: ClassNode,
        bad: frozenset[str],
        depth: int,
        without: frozenset[str] = frozenset(),
    ) -> str | None:
        if depth > _DEEPEST or not self._is_dumped(cls):
            return None
        for field in self._schemas.fields(cls):
            if field.annotation is None or field.excluded or field.name in without:
                continue
            found = self._of_field(cls, field, bad, depth)
            if found is not None:
                return found
        return None

    def _is_dumped(self, cls: ClassNode) -> bool:
        if self._schemas.is_dataclass(cls):
            return True
        members = self._inference.members
        own = any(members.method(cls, name) is not None for name in _DUMPS)
        return not own and self._schemas.is_model(cls) and not self._has_hooks(cls)

    def _of_field(self, cls: ClassNode, field: Field, bad: frozenset[str], depth: int) -> str | None:
        if field.annotation is None or self._is_serialized(field.annotation, field.scope):
            return None
        shapes = self._shapes.of(field.annotation, field.scope).present
        if shapes and all(self._is_bad(one, cls, bad) for one in shapes):
            return f"`{cls.name}.{field.name}`, {named(_name(shapes[0].cls))}"
        inner = shapes[0] if len(shapes) == 1 else None
        while inner is not None and inner.kind in ("collection", "mapping") and inner.args:
            inner = inner.args[-1].plain  # what is in it
            if self._is_bad(inner, cls, bad):
                return f"`{cls.name}.{field.name}`, which holds {named(_name(inner.cls))}"
        if inner is not None and inner.kind == "class" and isinstance(inner.cls, ClassNode):
            return self._of_class(inner.cls, bad, depth + 1)
        return None

    def _is_serialized(self, annotation: Expr, scope: Scope) -> bool:
        """Whether `Annotated[datetime, PlainSerializer(…)]` or the like makes something else of the value."""
        return any(
            isinstance(one, External) and one.name.endswith("Serializer")
            for expr, where in self._inference.unwrap(annotation, scope)[2]
            if isinstance(expr, Call)
            for one in self._inference.of(expr.func, where)
        )

    def _is_bad(self, shape: Shape, owner: ClassNode, bad: frozenset[str]) -> bool:
        if isinstance(shape.cls, ClassNode):
            return shape.kind == "class" and "uuid.UUID" in bad and self._is_kept(shape.cls, owner)
        return shape.kind in ("class", "collection") and shape.cls in bad

    def _is_kept(self, cls: ClassNode, owner: ClassNode) -> bool:
        """Whether a field holds the member of an enumeration itself, as it does without `use_enum_values`."""
        return self.is_enum(cls) and not any(
            b"use_enum_values" in one.module.facts.source.data
            for one in self._inference.members.mro(owner)
            if isinstance(one, ClassNode)
        )

    def _has_hooks(self, cls: ClassNode) -> bool:
        """Serializers may make a field writable."""
        return any(
            name in _HOOKS
            for base in self._inference.members.mro(cls)
            if isinstance(base, ClassNode)
            for node in base.methods.values()
            for name in self._inference.decorator_names(node)
        )


def _left_out(exclude: Expr | None) -> frozenset[str] | None:
    """The fields that `exclude={"id"}` names; None where source doesn't tell."""
    if exclude is None or (isinstance(exclude, Constant) and exclude.text == "None"):
        return frozenset()
    if not isinstance(exclude, Sequence) or not all(isinstance(one, Str) for one in exclude.items):
        return None
    return frozenset(one.value for one in exclude.items if isinstance(one, Str))


def _name(cls: ClassNode | str) -> str:
    return cls.rpartition(".")[2] if isinstance(cls, str) else cls.name


def named(name: str) -> str:
    """A class with its article."""
    return f"an `{name}`" if name[:1] in "AEIOaeio" else f"a `{name}`"
