"""What list endpoints load: the calls and loops that read all rows of a statement, with that statement."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, For, Name
from fastlint.model.document_loads import DocumentLoads
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import FunctionNode
from fastlint.model.statement_steps import Place, Query
from fastlint.model.types import ClassRef, External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.colour import Root
    from fastlint.model.document_queries import DocumentQueries
    from fastlint.model.inference import Inference
    from fastlint.model.queries import Queries
    from fastlint.model.reached import Reached, Way
    from fastlint.text import Span

_ALL = frozenset({"all", "fetchall"})
_FETCHES = "fetch_all"
_LIMITS = frozenset({"limit", "slice", "fetch"})
_RESULT_METHODS = frozenset({"scalars", "unique", "mappings", "tuples", "columns"})
_STEPS = 12
_COLLECTS = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.dict"})
_TAKES = _ALL | {_FETCHES} | {name.rpartition(".")[2] for name in _COLLECTS}
_RESULTS = (
    "sqlalchemy.Result",
    "sqlalchemy.ScalarResult",
    "sqlalchemy.MappingResult",
    "sqlalchemy.CursorResult",
    "sqlalchemy.orm.Query",
    "sqlalchemy.engine.Result",
    "sqlalchemy.ext.asyncio.AsyncResult",
    "sqlalchemy.ext.asyncio.AsyncScalarResult",
    "sqlalchemy.ext.asyncio.AsyncMappingResult",
)


class Load:
    """All rows of `query` are read at `at`, in the function of `way`.

    `statement` is what is executed, where an endpoint does so itself and answers with the rows.
    """

    __slots__ = ("at", "query", "statement", "way")

    def __init__(self, at: Span, query: Query, way: Way, statement: Expr | None = None) -> None:
        self.at = at
        self.query = query
        self.way = way
        self.statement = statement


class Loads:
    """Answers what endpoints that read load at once."""

    def __init__(
        self, inference: Inference, calls: Calls, queries: Queries, documents: DocumentQueries, reached: Reached
    ) -> None:
        self._inference = inference
        self._calls = calls
        self._queries = queries
        self._documents = DocumentLoads(inference, calls, documents)
        self._reached = reached

    @cached_property
    def reading(self) -> Reached:
        """What endpoints that answer GET reach."""
        return self._reached.within(_reads)

    def whole_tables(self) -> Iterator[Load]:
        """Every place that loads all rows of a statement that is neither filtered nor bounded, each once."""
        seen: set[Span] = set()
        if not self._queries.used and not self._documents.used:
            return
        for way in self.reading.ways.values():
            if way.apart or way.root.kind != "endpoint":
                continue
            for load in (*self._of(way), *self._of_documents(way)):
                if load.at not in seen and load.query.is_open:
                    seen.add(load.at)
                    yield load

    def entity(self, load: Load) -> str:
        """The name of the class whose rows are loaded; for `select(self.model)` the class that this means there."""
        query, ref = load.query, load.way.ref
        if query.root is None or query.scope is None or not query.root.args or not query.entity.startswith("self."):
            return query.entity
        env = self._calls.env(ref)
        if isinstance(query.scope, FunctionNode) and query.scope is not ref.node and isinstance(ref.bound, Instance):
            env = self._inference.receiver_env(query.scope, ref.bound, env)
        meant = self._inference.of(query.root.args[0], query.scope, env)
        names = {one.cls.name for one in meant if isinstance(one, ClassRef)}
        return names.pop() if len(names) == 1 else query.entity

    def _of_documents(self, way: Way) -> Iterator[Load]:
        for loaded, entity in self._documents.of(way):
            query = Query("select", None, way.node, entity)
            yield Load(way.node.module.span(loaded.start, loaded.end), query, way)

    def _of(self, way: Way) -> Iterator[Load]:
        place = Place(way.node, self._calls.env(way.ref), {})
        for expr, rows in self._all_rows(way, place):
            query = self._queries.of(rows, place)
            if (query.parameter or query.is_open) and self._pages(way, place):
                continue
            if query.parameter:
                yield from self._of_callers(way, rows, query.parameter)
            elif query.kind is not None:
                answered = way.parent is None and self._is_answer(expr, way.node)
                statement = self._executed(rows, place) if answered else None
                yield Load(way.node.module.span(expr.start, expr.end), query, way, statement)

    def _is_answer(self, expr: Expr, node: FunctionNode) -> bool:
        """Whether a function returns what it loads there as it is."""
        names = {
            name
            for name, bindings in node.scan.bindings.items()
            if len(bindings) == 1 and bindings[0].value is expr and not bindings[0].path
        }
        return any(
            one.value is expr or (isinstance(one.value, Name) and one.value.id in names) for one in node.scan.returns
        )

    def _executed(self, rows: Expr, place: Place) -> Expr | None:
        """The statement in the call that executes it; a legacy query is its own."""
        here: Expr | None = rows
        for _ in range(_STEPS):
            if isinstance(here, Await):
                here = here.value
            elif isinstance(here, Name) and isinstance(place.scope, FunctionNode):
                bindings = place.scope.bindings(here.id)
                here = bindings[0].value if len(bindings) == 1 and not bindings[0].path else None
            elif isinstance(here, Call):
                if self._queries.executes(here, place):
                    return here.args[0] if here.args else None
                if last(here.func) not in _RESULT_METHODS:
                    return here if self._queries.of(here, place).kind == "query" else None
                here = receiver(here.func)
            else:
                return None
        return None

    def _pages(self, way: Way, place: Place) -> bool:
        """Whether the function also limits a statement: it loads all of it on demand only."""
        for site in way.node.scan.named(_LIMITS):
            if site.call.args:
                query = self._queries.of(site.call, place)
                if query.kind is not None or query.parameter:
                    return True
        return False

    def _all_rows(self, way: Way, place: Place) -> Iterator[tuple[Expr, Expr]]:
        """The calls and loops of a function that take every row of something, with that something."""
        scan = way.node.scan
        for site in scan.named(_TAKES):
            call = site.call
            owner = receiver(call.func)
            if owner is not None and last(call.func) in _ALL and not call.args and not call.keywords:
                yield call, owner
            elif self._takes_all(call, place):
                yield call, call.args[0]
        plain = [(one, block) for one, block in scan.loops if isinstance(one, For) and not one.is_async]
        loops = [(loop.iter, block) for loop, block in plain if not _streams(loop, way.node)]
        for comprehension, block in scan.comprehensions:
            collects = comprehension.kind != "generator"  # `async for` may stream, a list of it holds all
            loops += [(clause.iter, block) for clause in comprehension.clauses if collects or not clause.is_async]
        for expr, _ in loops:
            if self._is_result(expr, place):
                yield expr, expr

    def _takes_all(self, call: Call, place: Place) -> bool:
        """`list(result)`, `database.fetch_all(query)`."""
        if last(call.func) == _FETCHES:
            return bool(call.args) and self._is_databases(call, place)
        return receiver(call.func) is None and len(call.args) == 1 and self._collects(call, place)

    def _is_databases(self, call: Call, place: Place) -> bool:
        """Whether a method of the library `databases` is called."""
        return any(
            isinstance(func, MethodRef) and func.owner.startswith("databases.")
            for func in self._inference.of(call.func, place.scope, place.env)
        )

    def _collects(self, call: Call, place: Place) -> bool:
        if not isinstance(call.func, Name) or f"builtins.{call.func.id}" not in _COLLECTS:
            return False
        funcs = self._inference.of(call.func, place.scope, place.env)
        return any(isinstance(func, External) for func in funcs) and self._is_result(call.args[0], place)

    def _is_result(self, expr: Expr, place: Place) -> bool:
        """Whether iterating an expression reads rows: a result or a legacy query, not a list that was loaded before."""
        if not isinstance(expr, (Name, Call, Await)):
            return False
        is_subclass = self._inference.members.is_subclass
        types = self._inference.of(expr, place.scope, place.env)
        return any(isinstance(one, Instance) and is_subclass(one.cls, *_RESULTS) for one in types)

    def _of_callers(self, way: Way, rows: Expr, parameter: str) -> Iterator[Load]:
        """A helper that loads what it is given: each call of it with a statement of its own."""
        for caller, edge in self.reading.callers.get(way.node, ()):
            if edge.site is None or edge.target is None or caller.apart:
                continue
            outer = Place(caller.node, self._calls.env(caller.ref), {})
            given = self._queries.matched(edge.target, edge.site.call, outer)
            if parameter not in given or not self._queries.of(*given[parameter]).is_open:
                continue
            query = self._queries.of(rows, Place(way.node, self._calls.env(edge.target), given))
            if query.kind is not None:
                yield Load(caller.node.module.span(edge.start, edge.end), query, caller)


def _streams(loop: For, node: FunctionNode) -> bool:
    """Whether a generator gives what it reads row by row."""
    return node.is_generator and any(loop.start <= one.start < loop.end for one, _ in node.scan.yields)


def _reads(root: Root) -> bool:
    return root.kind == "endpoint" and "GET" in root.label.partition(" /")[0]
