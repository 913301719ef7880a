"""Relationships of entities: which are loaded only when they are read, what they lead to, whether to many."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Str
from fastlint.model.arguments import keyword

if TYPE_CHECKING:
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode
    from fastlint.model.schemas import Column, Field, Schemas

# Collections that are asked for by a statement.
_ASKED = ("WriteOnlyMapped", "DynamicMapped", "orm.WriteOnlyMapped", "orm.DynamicMapped")
_CLASS = re.compile(rb"\b[A-Z]\w*")
_WRAPPERS = frozenset({b"Mapped", b"Optional", b"None", b"Union"})
_MANY = re.compile(r"\b(?:list|set|sequence)\b", re.IGNORECASE)


class Relationships:
    """Answers what relationships say of how they are loaded."""

    def __init__(self, inference: Inference, schemas: Schemas) -> None:
        self._inference = inference
        self.schemas = schemas
        self._lazy: dict[ClassNode, dict[str, Column]] = {}

    @cached_property
    def names(self) -> list[bytes]:
        """The names of all relationships of the project that are loaded when they are read."""
        return list(dict.fromkeys(name.encode() for cls in self._relating for name in self.lazy(cls)))

    def lazy(self, cls: ClassNode) -> dict[str, Column]:
        """The relationships of an entity that are loaded when they are read."""
        found = self._lazy.get(cls)
        if found is None:
            found = self._lazy[cls] = {
                one.name: one for one in self.schemas.columns(cls) if one.relationship and not _says_how(one)
            }
        return found

    @cached_property
    def eager(self) -> frozenset[bytes]:
        """The names of classes that relationships say to load along with what has them."""
        columns = (one for cls in self._relating for one in self.schemas.columns(cls) if one.relationship)
        return frozenset(name for one in columns if _is_eager(one) for name in targets(one))

    @cached_property
    def _relating(self) -> tuple[ClassNode, ...]:
        """The classes of modules that speak of relationships."""
        return tuple(
            cls
            for module in self._inference.modules.by_path.values()
            if b"elationship" in module.facts.source.data or b"dynamic_loader" in module.facts.source.data
            for cls in module.classes
        )


def refers_back(column: Column) -> bool:
    """Whether a relationship says that it is to many, or to the one that refers back: no key of its own finds those."""
    if column.call is not None and any(keyword(column.call, name) is not None for name in ("secondary", "uselist")):
        return True
    kind, source = column.annotation, column.scope.module.facts.source
    return kind is not None and _MANY.search(source.text(kind.start, kind.end)) is not None


def is_many(field: Field) -> bool:
    """Whether a field of a model says that it holds several."""
    given, source = field.annotation, field.scope.module.facts.source
    return given is not None and _MANY.search(source.text(given.start, given.end)) is not None


def targets(column: Column) -> frozenset[bytes]:
    """The names of classes in what a relationship says of its target."""
    source, given = column.scope.module.facts.source, column.annotation
    texts = [source.data[given.start : given.end]] if given is not None else []
    if column.call is not None and column.call.args:
        texts.append(source.data[column.call.args[0].start : column.call.args[0].end])
    return frozenset(name for text in texts for name in _CLASS.findall(text)) - _WRAPPERS


def _is_eager(column: Column) -> bool:
    lazy = keyword(column.call, "lazy") if column.call is not None else None
    return isinstance(lazy, Str) and lazy.value in ("selectin", "joined", "immediate", "subquery")


def _says_how(column: Column) -> bool:
    """Whether a relationship says itself how it is loaded: `lazy="selectin"`."""
    if column.call is None:
        return True
    source = column.scope.module.facts.source
    kind = column.annotation
    if kind is not None and source.text(kind.start, kind.end).strip("\"'").startswith(_ASKED):
        return True
    data = source.data[column.call.start : column.call.end]
    return b"lazy" in data or b"**" in data
