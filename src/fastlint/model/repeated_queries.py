"""Queries that run once for each row of another: loops over what a query gave, and what asks the database in them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Call, ExprStatement, For, If, Name, Return
from fastlint.model.document_queries import is_rows
from fastlint.model.expressions import head, inside, last, names_in, receiver
from fastlint.model.statement_steps import Place
from fastlint.model.types import FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.document_queries import DocumentQueries
    from fastlint.model.inference import Inference
    from fastlint.model.lazy_rows import LazyRows
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.reached import Reached, Way
    from fastlint.model.row_sources import RowSources
    from fastlint.model.scan import Site
    from fastlint.model.sessions import Sessions
    from fastlint.text import Span

_READS = frozenset({"execute", "exec", "scalars", "scalar", "get", "get_one", "stream", "stream_scalars", "query"})
_WRITES = frozenset({"add", "add_all", "delete", "merge", "commit", "flush", "rollback", "begin_nested"})
_CHANGES = _WRITES | {"execute", "exec"}
_ENDS = frozenset({"commit", "rollback", "begin_nested"})
_DML = ("sqlalchemy.sql.dml.UpdateBase", "sqlalchemy.Insert", "sqlalchemy.Update", "sqlalchemy.Delete")
_CONDITIONS = frozenset({"if", "else", "except", "case", "lambda"})
# A query three helpers away is no query of the loop any more; the code between decides too much.
_DEEPEST = 3


class Repeated:
    """What asks the database for each row: in a loop over rows, or where a model reads them; `asked` is its text."""

    __slots__ = ("asked", "at", "way")

    def __init__(self, at: Span, asked: str, way: Way) -> None:
        self.at = at
        self.asked = asked
        self.way = way


class RepeatedQueries:
    """Finds queries that run once a row."""

    def __init__(
        self,
        inference: Inference,
        calls: Calls,
        sessions: Sessions,
        rows: RowSources,
        lazy: LazyRows,
        documents: DocumentQueries,
        reached: Reached,
    ) -> None:
        self._inference = inference
        self._calls = calls
        self._sessions = sessions
        self._rows = rows
        self._lazy = lazy
        self._documents = documents
        self._reached = reached
        self._reading: dict[FunctionNode, bool] = {}
        self._written: dict[FunctionNode, bool] = {}

    def all(self) -> Iterator[Repeated]:
        """The first such call of each loop in request code."""
        if not self._sessions.used and not self._documents.used:
            return
        for way in self._reached.by_node.values():
            place = Place(way.node, self._calls.env(way.ref), {})
            for at, asked in islice(self._lazy.serialized(place), 1) if way.parent is None else ():
                yield Repeated(at, asked, way)
            if not way.node.scan.loops and not way.node.scan.comprehensions:
                continue
            for target, rows, start, end in _loops(way.node):
                if not self._rows.given(rows, place):
                    continue
                asking = self._asking(way, place, target, start, end)
                first = next(asking, None) or next(self._lazy.of(rows, target, place, start, end), None)
                if first is not None and not self._writes(way, place, start, end):
                    func = first.func if isinstance(first, Call) else first
                    text = way.node.module.facts.source.text(func.start, func.end)
                    yield Repeated(way.node.module.span(first.start, first.end), "".join(text.split()), way)

    def _writes(self, way: Way, place: Place, start: int, end: int) -> bool:
        """Whether a loop writes for each row: such work is done row by row, locks and all."""
        return any(
            start <= site.call.start < end and (self._is_write(site, place) or self._is_written_by(site, place))
            for site in way.node.scan.calls
        )

    def _is_written_by(self, site: Site, place: Place) -> bool:
        """Whether a call is of a function that writes."""
        return any(
            isinstance(func, FunctionRef)
            and self._writing(self._inference.given(func, site.call, place.scope, place.env), 0)
            for func in self._inference.of(site.call.func, place.scope, place.env)
        )

    def _writing(self, func: FunctionRef, depth: int) -> bool:
        """Whether a function writes, by itself or by what it calls."""
        node = func.node
        if node in self._written:
            return self._written[node]
        self._written[node] = False
        place = Place(node, self._calls.env(func), {})
        # what gives sessions commits too, and writes nothing
        own = (site for site in node.scan.calls if last(site.call.func) not in _ENDS)
        found = not node.is_generator and any(self._is_write(site, place) for site in own)
        if not found and depth < _DEEPEST:
            targets = (one for site in node.scan.calls for one in self._inference.of(site.call.func, node, place.env))
            found = any(isinstance(one, FunctionRef) and self._writing(one, depth + 1) for one in targets)
        self._written[node] = found
        return found

    def _is_write(self, site: Site, place: Place) -> bool:
        found = self._sessions.on(site.call, place.scope, place.env)
        if found is None:
            return self._documents.asked(site, place) == "write"
        return found[0] in _WRITES or (found[0] in ("execute", "exec") and self._is_dml(site.call, place))

    # -- what asks

    def _asking(self, way: Way, place: Place, target: Expr, start: int, end: int) -> Iterator[Expr]:
        """What in a loop asks the database for something of the loop's row: calls, and relations that are awaited."""
        names = _derived(target, way.node, start, end)
        for site in way.node.scan.calls:
            call = site.call
            if not start <= call.start < end or site.block.deferred or not _mentions(site, names):
                continue
            if self._asks(site, place):
                yield call
        for one in way.node.scan.awaits if self._documents.used else ():
            if start <= one.start < end and self._is_relation(one.value, names, place):
                yield one.value

    def _is_relation(self, value: Expr, names: frozenset[str], place: Place) -> bool:
        """Whether an expression is a relation of a row to many others, `team.members`, which awaiting loads."""
        if not isinstance(value, Name) or "." not in value.id or head(value) not in names:
            return False
        return is_rows(self._inference.of(value, place.scope, place.env))

    def _asks(self, site: Site, place: Place) -> bool:
        call = site.call
        found = self._sessions.on(call, place.scope, place.env)
        if found is not None:
            return found[0] in _READS and not self._is_dml(call, place)
        if self._documents.asked(site, place) == "read":
            return True
        if site.use == "statement":
            return False  # what it gives isn't used: it is called for what it does
        started = not site.awaited and "comprehension" not in site.block.kinds()
        for func in self._inference.of(call.func, place.scope, place.env):
            if isinstance(func, FunctionRef) and not (started and func.node.is_async):  # a task of its own
                given = self._inference.given(func, call, place.scope, place.env)
                if self._reads(given, 0):
                    return True
        return False

    def _is_dml(self, call: Call, place: Place) -> bool:
        is_subclass = self._inference.members.is_subclass
        types = self._inference.of(call.args[0], place.scope, place.env) if call.args else ()
        return any(isinstance(one, Instance) and is_subclass(one.cls, *_DML) for one in types)

    def _reads(self, func: FunctionRef, depth: int) -> bool:
        """Whether calling a function always asks the database, as far as its own text tells."""
        node = func.node
        if node in self._reading:
            return self._reading[node]
        if depth >= _DEEPEST or node.is_generator or self._calls.cached(node):
            return False
        self._reading[node] = False
        place = Place(node, self._calls.env(func), {})
        found = False
        changing = node.scan.calls if self._documents.used else node.scan.named(_CHANGES)
        if any(self._is_write(site, place) for site in changing):
            return False
        for site in node.scan.calls:
            if site.block.kinds() & _CONDITIONS or _returns_before(node, site.call.start):
                continue
            own = self._sessions.on(site.call, node, place.env)
            if own is not None:
                found = own[0] in _READS
            elif self._documents.asked(site, place) == "read":
                found = True
            else:
                found = any(
                    isinstance(one, FunctionRef)
                    and self._reads(self._inference.given(one, site.call, node, place.env), depth + 1)
                    for one in self._inference.of(site.call.func, node, place.env)
                )
            if found:
                break
        self._reading[node] = found
        return found


def _returns_before(node: FunctionNode, start: int) -> bool:
    """Whether a function may return before it comes to a place."""
    return any(one.end < start for one in node.scan.returns)


def _loops(node: FunctionNode) -> Iterator[tuple[Expr, Expr, int, int]]:
    """Loops: target, what is iterated, and the extent of what runs for each item."""
    for loop, _ in node.scan.loops:
        if isinstance(loop, For) and loop.body:
            yield loop.target, loop.iter, loop.iter.end, loop.end
    for comprehension, _ in node.scan.comprehensions:
        first = comprehension.clauses[0]
        yield first.target, first.iter, comprehension.start, first.iter.start


def _derived(target: Expr, node: FunctionNode, start: int, end: int) -> frozenset[str]:
    """The names of a loop's row, and of what is made of it in the loop."""
    names = {head(one) for one in names_in(target)}
    for statement, _ in node.scan.assigns:
        value = statement.value if start <= statement.start < end else None
        if value is not None and any(head(one) in names for one in names_in(value)):
            names.update(head(one) for place in statement.targets for one in names_in(place) if "." not in one.id)
    return frozenset(names)


def _mentions(site: Site, names: frozenset[str]) -> bool:
    """Whether a call is given one of the names; for a legacy query the methods that follow count too."""
    call = site.call
    if isinstance(call.func, Name) and head(call.func) in names:
        return True  # `row.fetch_related("team")`
    exprs: list[Expr] = [*call.args, *(one.value for one in call.keywords)]
    chained = receiver(call.func)
    if isinstance(chained, Call):
        exprs.append(chained)
    if last(call.func) == "query":
        match site.statement:
            case Assign(value=value) | Return(value=value) if value is not None:
                exprs.append(value)
            case ExprStatement(value=value) | If(test=value):
                exprs.append(value)
            case _:
                pass
    return any(isinstance(one, Name) and head(one) in names for value in exprs for one in inside(value))
