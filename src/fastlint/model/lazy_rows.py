"""Relationships to many that a loop reads of each row, which a plain session loads with a query each time."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.relationships import is_many, refers_back
from fastlint.model.row_sources import THROUGH
from fastlint.model.statement_steps import UNKNOWN, Place
from fastlint.model.types import ClassRef, FunctionRef, Instance
from fastlint.model.uses import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.answer_models import AnswerModels
    from fastlint.model.calls import Calls
    from fastlint.model.inference import Inference
    from fastlint.model.queries import Queries
    from fastlint.model.relationships import Relationships
    from fastlint.model.schemas import Column
    from fastlint.model.statement_steps import Query
    from fastlint.text import Span

_READS = frozenset({"read", "iterated", "formatted", "tested", "returned", "measured", "handed on"})
# What is iterated or measured is a collection, whatever the relationship says.
_COLLECTION = frozenset({"iterated", "measured"})
_ALL = frozenset({"all", "fetchall"})
_CHANGES = frozenset({"append", "remove", "extend", "insert", "add", "discard", "pop", "clear", "update"})
_DEEPEST = 3
_LOADERS = (
    *(b"selectinload", b"joinedload", b"subqueryload", b"immediateload", b"lazyload", b"raiseload", b"noload"),
    *(b"contains_eager", b"awaitable_attrs", b"run_sync"),
)


class LazyRows:
    """Finds what is loaded lazily for each row of a query that did not load it along."""

    def __init__(
        self,
        inference: Inference,
        calls: Calls,
        queries: Queries,
        relationships: Relationships,
        models: AnswerModels,
    ) -> None:
        self._models = models
        self._inference = inference
        self._calls = calls
        self._queries = queries
        self._relationships = relationships

    def of(self, rows: Expr, target: Expr, place: Place, start: int, end: int) -> Iterator[Expr]:
        """The reads of such relationships between `start` and `end`, where `target` is a row of `rows`."""
        node = place.scope
        if not isinstance(node, FunctionNode) or not isinstance(target, Name) or self._text is None:
            return
        record = node.record
        if not self._text.search(node.module.facts.source.data, record.body_start, record.body_end):
            return
        columns = self._lazy(target, start + 1, place)
        if not columns or not self._lazily(rows, place, node):
            return
        written = set(_written(node))
        for one, how in uses(node.scan):
            if not isinstance(one, Name) or not start <= one.start < end or how not in _READS:
                continue
            first, _, rest = one.id.partition(".")
            column = columns.get(rest.partition(".")[0]) if first == target.id else None
            if column is None or column.name in written:
                continue
            if refers_back(column) or (how in _COLLECTION and rest == column.name):
                yield one

    @cached_property
    def _text(self) -> re.Pattern[bytes] | None:
        names = self._relationships.names
        return re.compile(rb"\.(?:%s)\b" % b"|".join(names)) if names else None

    def _lazy(self, target: Name, at: int, place: Place) -> dict[str, Column]:
        """The lazy relationships of the entity that a loop's variable holds."""
        for one in self._inference.lookup.name(target.id, place.scope, at, place.env):
            cls = one.cls if isinstance(one, Instance) else None
            if isinstance(cls, ClassNode) and self._relationships.schemas.is_entity(cls):
                return self._relationships.lazy(cls)
        return {}

    def serialized(self, place: Place) -> Iterator[tuple[Span, str]]:
        """What the models of an answer read so: the statement that loads without it, and the relationship."""
        node = place.scope
        if not isinstance(node, FunctionNode) or self._text is None:
            return
        for model in {model for model, many in self._models.of(node) if many}:
            fields = {one.name: one for one in self._relationships.schemas.fields(model)}
            for returned in node.scan.returns:
                for query in self._lazily(returned.value, place, node) if returned.value is not None else ():
                    cls = self._entity(query)
                    if query.root is None or query.scope is None:
                        continue
                    span = query.scope.module.span(query.root.start, query.root.end)
                    for name, column in self._relationships.lazy(cls).items() if cls is not None else ():
                        if name in fields and (refers_back(column) or is_many(fields[name])):
                            yield span, f"{column.owner.name}.{name}"

    def _entity(self, query: Query) -> ClassNode | None:
        """The one mapped class that a statement selects."""
        args = query.root.args if query.root is not None else ()
        types = self._inference.of(args[0], query.scope) if len(args) == 1 and query.scope is not None else ()
        cls = types[0].cls if len(types) == 1 and isinstance(types[0], ClassRef) else None
        return cls if isinstance(cls, ClassNode) and self._relationships.schemas.is_entity(cls) else None

    def _lazily(self, rows: Expr, place: Place, node: FunctionNode) -> tuple[Query, ...]:
        """The statements of a plain session that rows come from, where all are known and nothing loads more."""
        # timid: in a coroutine function only the legacy query, which an AsyncSession doesn't have
        found = self._statements(rows, place, 0) if not says(node, *_LOADERS) else ()
        plain = (one.known and not one.options and (one.kind == "query" or not node.is_async) for one in found)
        return found if all(plain) else ()

    def _statements(self, rows: Expr, place: Place, depth: int) -> tuple[Query, ...]:
        """The statements that gave rows, followed through variables and functions that return what they load."""
        if depth > _DEEPEST:
            return (UNKNOWN,)
        match rows:
            case Name(id=name) if isinstance(place.scope, FunctionNode) and place.scope.bindings(name):
                values = [None if one.path else one.value for one in place.scope.bindings(name)]
            case Call(func=func) if last(func) in _ALL and (owner := receiver(func)) is not None:
                return (self._queries.of(owner, place),)
            case Call(func=Name(id=name), args=(inner, *_)) if name in THROUGH:
                values = [inner]
            case Call(func=func):
                targets = [
                    one for one in self._inference.of(func, place.scope, place.env) if isinstance(one, FunctionRef)
                ]
                return self._returned(targets, depth) if targets else (self._queries.of(rows, place),)
            case _:
                values = [None]
        found = [(UNKNOWN,) if one is None else self._statements(one, place, depth + 1) for one in values]
        return tuple(query for queries in found for query in queries)

    def _returned(self, targets: list[FunctionRef], depth: int) -> tuple[Query, ...]:
        found: list[Query] = []
        for func in targets:
            inner = Place(func.node, self._calls.env(func), {})
            if func.node.is_async or func.node.is_generator or says(func.node, *_LOADERS) or not func.node.scan.returns:
                return (UNKNOWN,)
            for one in func.node.scan.returns:
                found += self._statements(one.value, inner, depth + 1) if one.value is not None else (UNKNOWN,)
        return tuple(found)


def _written(node: FunctionNode) -> Iterator[str]:
    """The attributes that a function sets, or adds to: what is written row by row is loaded row by row."""
    for _, place in node.scan.attributes:
        if isinstance(place, Name):
            yield place.id.rpartition(".")[2]
    for site in node.scan.named(_CHANGES):
        owner = receiver(site.call.func)
        if isinstance(owner, Name):
            yield owner.id.rpartition(".")[2]
