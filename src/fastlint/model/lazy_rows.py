"""Relationships to many that a loop reads of each row, which a plain session loads with a query each time."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.relationships import refers_back
from fastlint.model.row_sources import THROUGH
from fastlint.model.statement_steps import UNKNOWN, Place
from fastlint.model.types import FunctionRef, Instance
from fastlint.model.uses import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.inference import Inference
    from fastlint.model.queries import Queries
    from fastlint.model.relationships import Relationships
    from fastlint.model.schemas import Column
    from fastlint.model.statement_steps import Query

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

    def __init__(self, inference: Inference, calls: Calls, queries: Queries, relationships: Relationships) -> None:
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
        if not columns or not self._loads_lazily(rows, place, node):
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

    def _loads_lazily(self, rows: Expr, place: Place, node: FunctionNode) -> bool:
        """Whether rows come from statements of a plain session, known on all ways, and nothing loads more for them."""
        # timid: in a coroutine function only the legacy query, which an AsyncSession doesn't have
        found = self._statements(rows, place, 0) if not says(node, *_LOADERS) else ()
        plain = (one.known and not one.options and (one.kind == "query" or not node.is_async) for one in found)
        return bool(found) and all(plain)

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
