"""What data classes a project has: Pydantic models and their fields, mapped entities and their columns."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Call, Constant, Name, Str, Subscript
from fastlint.model.annotations import spelled
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import ClassNode
from fastlint.model.plain import Plain
from fastlint.model.types import External, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.text import Span

_MODELS = (
    "pydantic.BaseModel",
    "pydantic.main.BaseModel",
    "pydantic.RootModel",
    "pydantic.generics.GenericModel",
    "pydantic.v1.BaseModel",
    "pydantic_settings.BaseSettings",
    "sqlmodel.SQLModel",
    "sqlmodel.main.SQLModel",
)
_TABLES = ("sqlmodel.SQLModel", "sqlmodel.main.SQLModel")
_ENTITIES = (
    "sqlalchemy.orm.DeclarativeBase",
    "sqlalchemy.orm.DeclarativeBaseNoMeta",
    "sqlalchemy.orm.decl_api.DeclarativeBase",
    "tortoise.models.Model",
    "tortoise.Model",
    "peewee.Model",
)
_MAKERS = ("declarative_base", "automap_base", "generate_base")
_MAPPERS = ("mapped", "mapped_as_dataclass", "as_declarative", "as_declarative_base")
_DATACLASSES = ("dataclasses.dataclass", "pydantic.dataclasses.dataclass")
_COLUMNS = frozenset({"Column", "mapped_column", "column_property", "deferred"})
_RELATIONSHIPS = frozenset({"relationship", "dynamic_loader", "Relationship"})
_NO_FIELDS = frozenset({"Relationship", "PrivateAttr"})  # attributes with an annotation that are no fields
_FIELDS = ("pydantic.Field", "pydantic.fields.Field", "sqlmodel.Field", "sqlmodel.main.Field")


@lru_cache(maxsize=64)
def spellings(names: tuple[str, ...]) -> tuple[str, ...]:
    """Library names as given and as the library's knowledge canonically spells them."""
    return tuple(dict.fromkeys((*names, *map(libraries.canonical, names))))


class Field(Plain, frozen=True):
    """A field of a Pydantic model, as it is inherited.

    Attributes:
        name: the attribute; `alias` is what goes over the wire where that differs, "" else or where not known.
        annotation: its type as written in `scope`; for a computed field the property's return annotation.
        excluded: `Field(exclude=True)`: it never leaves the model.
    """

    name: str
    annotation: Expr | None
    scope: Scope
    span: Span
    owner: ClassNode
    alias: str = ""
    excluded: bool = False
    computed: bool = False


class Column(Plain, frozen=True):
    """A column or, with `relationship`, a related entity of a mapped class; `call` is its `Column(…)`, if any."""

    name: str
    annotation: Expr | None
    call: Call | None
    scope: Scope
    span: Span
    owner: ClassNode
    relationship: bool = False


class Schemas:
    """Answers what a class is for data, and what it holds."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._entity: dict[ClassNode, bool] = {}
        self._columns: dict[ClassNode, tuple[Column, ...]] = {}
        self._fields: dict[ClassNode, tuple[Field, ...]] = {}

    # -- kinds

    def is_model(self, cls: ClassNode | str) -> bool:
        """Whether it is a Pydantic model (an SQLModel table included)."""
        return self._inference.members.is_subclass(cls, *spellings(_MODELS))

    def is_table_model(self, cls: ClassNode | str) -> bool:
        """Whether it is an SQLModel class with `table=True`: a model and an entity at once."""
        return (
            isinstance(cls, ClassNode)
            and self._inference.members.is_subclass(cls, *spellings(_TABLES))
            and any(one.name == "table" and _is_true(one.value) for one in cls.record.keywords)
        )

    def is_entity(self, cls: ClassNode | str) -> bool:
        """Whether its objects are rows: mapped by SQLAlchemy, SQLModel, Tortoise or Peewee."""
        if isinstance(cls, str):
            return False
        known = self._entity.get(cls)
        if known is None:
            known = self._entity[cls] = self._is_entity(cls)
        return known

    def _is_entity(self, cls: ClassNode) -> bool:
        members = self._inference.members
        if self.is_table_model(cls) or members.is_subclass(cls, *spellings(_ENTITIES)):
            return True
        mro = [one for one in members.mro(cls) if isinstance(one, ClassNode)]
        return any(self._is_declarative(one) or self._has_table(one) for one in mro)

    def _has_table(self, cls: ClassNode) -> bool:
        """`__tablename__` and columns: mapped, even where the base class comes from elsewhere."""
        record = cls.record
        if cls.module.facts.source.data.find(b"__tablename__", record.start, record.end) < 0:
            return False
        return "__tablename__" in cls.scan.bindings and any(True for _ in self._own_columns(cls))

    def _is_declarative(self, cls: ClassNode) -> bool:
        """`class X(declarative_base())` with the base by whatever name, or `@registry.mapped`."""
        if not self._inference.modules.uses_sqlalchemy:
            return False
        for base in cls.record.bases:
            for value, where in self._inference.origins(base, cls.parent):
                if isinstance(value, Call) and self._named(value.func, where, _MAKERS, "sqlalchemy"):
                    return True
        return any(
            self._named(one.func if isinstance(one, Call) else one, cls.parent, _MAPPERS, "sqlalchemy")
            for one in cls.record.decorators
        )

    def _named(self, expr: Expr, scope: Scope, names: tuple[str, ...] | frozenset[str], root: str) -> bool:
        for one in self._inference.of(expr, scope):
            if isinstance(one, External):
                dotted = one.name
            elif isinstance(one, MethodRef):
                dotted = f"{one.owner}.{one.path}"
            else:
                continue
            if dotted.rpartition(".")[2] in names and dotted.partition(".")[0] in (root, "sqlmodel"):
                return True
        return False

    def is_dataclass(self, cls: ClassNode | str) -> bool:
        """Whether it is a dataclass, of the standard library or Pydantic's."""
        if isinstance(cls, str):
            return False
        mro = (one for one in self._inference.members.mro(cls) if isinstance(one, ClassNode))
        return any(name in _DATACLASSES for one in mro for name in self._inference.decorator_names(one))

    def is_plain_data(self, cls: ClassNode | str) -> bool:
        """Whether Pydantic reads it without being a model: `TypedDict`, `NamedTuple`, `Enum`, dataclass."""
        if self.is_dataclass(cls):
            return True
        bases = (cls,) if isinstance(cls, str) else self._inference.members.external_bases(cls)
        return any(
            spelled(base) in ("typing.TypedDict", "typing.NamedTuple") or base.startswith("enum.") for base in bases
        )

    # -- Pydantic models

    def fields(self, cls: ClassNode) -> tuple[Field, ...]:
        """The fields of a model, inherited ones first; a field declared again counts as the nearer class has it."""
        found = self._fields.get(cls)
        if found is None:
            merged: dict[str, Field] = {}
            for base in reversed(self._inference.members.mro(cls)):
                if isinstance(base, ClassNode):
                    merged.update((one.name, one) for one in self._own_fields(base))
            found = self._fields[cls] = tuple(merged.values())
        return found

    def _own_fields(self, cls: ClassNode) -> Iterator[Field]:
        for statement, target in _assigned(cls):
            annotation = statement.annotation
            if annotation is None or target.startswith("_") or self._is_class_variable(annotation, cls):
                continue
            value = statement.value
            if isinstance(value, Call) and self._named(value.func, cls, _NO_FIELDS, "pydantic"):
                continue
            call = self._field_call(statement, cls)
            alias = (_text(call, "serialization_alias") or _text(call, "alias")) if call is not None else ""
            excluded = call is not None and any(one.name == "exclude" and _is_true(one.value) for one in call.keywords)
            span = cls.module.span(statement.start, statement.end)
            yield Field(target, annotation, cls, span, cls, alias, excluded)
        for name, node in cls.methods.items():
            if any(one in spellings(("pydantic.computed_field",)) for one in self._inference.decorator_names(node)):
                yield Field(name, node.record.returns, cls, node.name_span, cls, computed=True)

    def _is_class_variable(self, annotation: Expr, cls: ClassNode) -> bool:
        head = annotation.value if isinstance(annotation, Subscript) else annotation
        names = [one.name for one in self._inference.of(head, cls) if isinstance(one, External)]
        return any(spelled(name) == "typing.ClassVar" for name in names)

    def _field_call(self, statement: Assign, cls: ClassNode) -> Call | None:
        """The `Field(…)` of a field: its default, or in `Annotated`."""
        exprs: list[tuple[Expr, Scope]] = [(statement.value, cls)] if statement.value is not None else []
        if isinstance(statement.annotation, Subscript):
            exprs += self._inference.unwrap(statement.annotation, cls)[2]
        for expr, scope in exprs:
            if isinstance(expr, Call):
                names = [one.name for one in self._inference.of(expr.func, scope) if isinstance(one, External)]
                if any(name in spellings(_FIELDS) for name in names):
                    return expr
        return None

    # -- entities

    def columns(self, cls: ClassNode) -> tuple[Column, ...]:
        """The columns and relationships of an entity, inherited ones first."""
        found = self._columns.get(cls)
        if found is None:
            merged: dict[str, Column] = {}
            for base in reversed(self._inference.members.mro(cls)):
                if isinstance(base, ClassNode):
                    merged.update((one.name, one) for one in self._own_columns(base))
            found = self._columns[cls] = tuple(merged.values())
        return found

    def _own_columns(self, cls: ClassNode) -> Iterator[Column]:
        table = self._inference.members.is_subclass(cls, *spellings(_TABLES))
        for statement, target in _assigned(cls):
            call = statement.value if isinstance(statement.value, Call) else None
            span = cls.module.span(statement.start, statement.end)
            annotation = statement.annotation
            if call is not None and self._named(call.func, cls, _RELATIONSHIPS, "sqlalchemy"):
                yield Column(target, annotation, call, cls, span, cls, relationship=True)
            elif (
                (call is not None and self._named(call.func, cls, _COLUMNS, "sqlalchemy"))
                or (annotation is not None and self._is_mapped(annotation, cls))
                or (table and annotation is not None and not target.startswith("_"))
            ):
                yield Column(target, annotation, call, cls, span, cls)

    def _is_mapped(self, annotation: Expr, cls: ClassNode) -> bool:
        return isinstance(annotation, Subscript) and self._named(annotation.value, cls, ("Mapped",), "sqlalchemy")


def _assigned(cls: ClassNode) -> Iterator[tuple[Assign, str]]:
    """The plain assignments of a class body with the name they set."""
    for statement, _ in cls.scan.assigns:
        if len(statement.targets) == 1 and not statement.op:
            target = statement.targets[0]
            if isinstance(target, Name) and "." not in target.id:
                yield statement, target.id


def _is_true(expr: Expr) -> bool:
    return isinstance(expr, Constant) and expr.text == "True"


def _text(call: Call, name: str) -> str:
    found = next((one.value for one in call.keywords if one.name == name), None)
    return found.value if isinstance(found, Str) else ""
