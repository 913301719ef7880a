"""Relationships that are read lazily from what an async query gave: reading one needs a query that can't be awaited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Name
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.relationships import refers_back, targets
from fastlint.model.statement_steps import Place
from fastlint.model.types import ClassRef
from fastlint.model.uses import uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.answer_models import AnswerModels
    from fastlint.model.calls import Calls
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.inference import Inference
    from fastlint.model.loaded_entities import Held, LoadedEntities
    from fastlint.model.nodes import ClassNode, FunctionNode
    from fastlint.model.reached import Reached, Way
    from fastlint.model.relationships import Relationships
    from fastlint.model.schemas import Column
    from fastlint.model.sessions import Sessions

_READS = frozenset(
    {"read", "iterated", "formatted", "compared", "tested", "returned", "computed with", "measured", "handed on"}
)


class LazyLoad:
    """A read of the relationship `column` at `at`, on an entity that was loaded without it.

    `serialized` means that a model reads it, and `others` along with it.
    """

    __slots__ = ("at", "column", "others", "serialized", "way")

    def __init__(
        self, at: Expr, column: Column, way: Way, *, serialized: bool = False, others: tuple[Column, ...] = ()
    ) -> None:
        self.others = others
        self.serialized = serialized
        self.at = at
        self.column = column
        self.way = way


class LazyLoads:
    """Finds reads of relationships that an `AsyncSession` can't load by itself."""

    def __init__(
        self,
        inference: Inference,
        calls: Calls,
        sessions: Sessions,
        relationships: Relationships,
        loaded: LoadedEntities,
        dependencies: Dependencies,
        reached: Reached,
        models: AnswerModels,
    ) -> None:
        self._dependencies = dependencies
        self._routes = models.routes
        self._models = models
        self._inference = inference
        self._calls = calls
        self._sessions = sessions
        self._schemas = relationships.schemas
        self._loaded = loaded
        self._reached = reached
        self._relationships = relationships

    def all(self) -> Iterator[LazyLoad]:
        """The first read of each relationship of each variable, in request code, that surely needs a query."""
        for load in self._found():
            if not self._is_held(load):
                yield load

    def _is_held(self, load: LazyLoad) -> bool:
        """Whether the session may have the one that an entity belongs to: reading that then needs no query.

        So it is where the same request speaks of its class, or loads relationships of whatever kind, or where some
        entity always comes with ones of that class.
        """
        # timid: of several that a model reads, one that may be held silences all
        names = {name for one in (load.column, *load.others) if not refers_back(one) for name in targets(one)}
        if not names or not names.isdisjoint(self._relationships.eager):
            return bool(names)
        held = re.compile(rb"\b(?:%s|selectinload|joinedload)\b" % b"|".join(map(re.escape, sorted(names))))
        root = load.way.root.ref.node
        ways = self._reached.within(lambda one: one.ref.node is root).ways.values()
        functions = {root, load.way.node, *(way.node for way in ways)}
        endpoint = self._routes.by_function.get(root)
        if endpoint is not None:
            found = self._dependencies.closure(self._dependencies.of_endpoint(endpoint))
            functions.update(one.function for one in found if one.function is not None)
        return any(
            held.search(node.module.facts.source.data, node.record.start, node.record.end) is not None
            for node in functions
        )

    def _found(self) -> Iterator[LazyLoad]:
        names = self._relationships.names if self._sessions.used else []
        if not names:
            return
        read = re.compile(rb"\.(?:%s)\b" % b"|".join(names))
        for way in self._reached.by_node.values():
            node = way.node
            if not node.is_async:
                continue
            place = Place(node, self._calls.env(way.ref), {})
            if read.search(node.module.facts.source.data, node.record.body_start, node.record.body_end):
                for name in {**node.scan.bindings, **node.params}:
                    held = self._loaded.of_variable(name, place)
                    if held is not None:
                        yield from self._of(name, held, way)
            if way.node in self._routes.by_function:
                models = tuple(model for model, _ in self._models.of(way.node))
                for one in node.scan.returns if models else ():
                    if one.value is not None:
                        yield from self._serialized(one.value, models, place, way)
            for model, given in self._validated(node, place):
                yield from self._serialized(given, (model,), place, way)

    def _serialized(self, given: Expr, models: Iterable[ClassNode], place: Place, way: Way) -> Iterator[LazyLoad]:
        """What models read of entities that they are made of as they were loaded."""
        if isinstance(given, Name):
            held = self._loaded.of_variable(given.id, place)
            if held is None and len(way.node.bindings(given.id)) == 1:
                held = self._loaded.of(given, place, rows=True)
            if self._loaded.is_refreshed(given.id, way.node):
                return
        elif isinstance(given, (Await, Call)):
            held = self._loaded.of(given, place, rows=False) or self._loaded.of(given, place, rows=True)
        else:
            return
        lazy = self._unloaded(held) if held is not None else {}
        fields = {field.name for model in models for field in self._schemas.fields(model)} if lazy else set()
        read = [one for name, one in lazy.items() if name in fields and name not in _set_in(way.node)]
        if read:
            yield LazyLoad(given, read[0], way, serialized=True, others=tuple(read[1:]))

    def _validated(self, node: FunctionNode, place: Place) -> Iterator[tuple[ClassNode, Expr]]:
        """`UserRead.model_validate(user)`: the model, and what it is made of."""
        for site in node.scan.calls if says(node, b"model_validate", b"from_orm") else ():
            owner = receiver(site.call.func)
            if last(site.call.func) not in ("model_validate", "from_orm") or not isinstance(owner, Name):
                continue
            given = site.call.args[0] if len(site.call.args) == 1 else None
            first, _, rest = owner.id.partition(".")
            types = self._inference.lookup.name(first, node, owner.start, place.env)
            types = self._inference.path(types, rest) if rest else types
            for one in types:
                cls = one.cls if isinstance(one, ClassRef) else None
                if cls is not None and given is not None and self._models.is_plain(cls):
                    yield cls, given

    def _unloaded(self, held: Held) -> dict[str, Column]:
        """The lazy relationships of an entity that need a query: what is new may find its parents in the session."""
        columns = self._relationships.lazy(held.cls)
        return {name: one for name, one in columns.items() if not held.new or refers_back(one)}

    def _of(self, name: str, held: Held, way: Way) -> Iterator[LazyLoad]:
        """The reads of lazy relationships through a variable."""
        columns = self._unloaded(held)
        if not columns or self._loaded.is_refreshed(name, way.node):
            return
        told = {*_set_in(way.node)}
        for one, how in uses(way.node.scan):
            if not isinstance(one, Name) or how not in _READS:
                continue
            first, _, rest = one.id.partition(".")
            attribute = rest.partition(".")[0]
            if first == name and attribute in columns and attribute not in told:
                told.add(attribute)
                yield LazyLoad(one, columns[attribute], way)


def _set_in(node: FunctionNode) -> frozenset[str]:
    """The attributes that a function sets on anything: what is set needs no loading."""
    targets = [place for _, place in node.scan.attributes]
    return frozenset((one.id if isinstance(one, Name) else one.attr).rpartition(".")[2] for one in targets)
