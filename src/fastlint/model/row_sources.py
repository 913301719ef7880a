"""Whether what a loop walks are rows that a query loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Comprehension, Name, NamedExpr, Sequence
from fastlint.model.callsites import says
from fastlint.model.document_queries import is_rows
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.statement_steps import Place
from fastlint.model.types import AwaitableOf, FunctionRef, Instance

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.blocks import Binding
    from fastlint.model.calls import Calls
    from fastlint.model.document_queries import DocumentQueries
    from fastlint.model.inference import Inference
    from fastlint.model.queries import Queries
    from fastlint.model.schemas import Schemas

_RESULTS = ("sqlalchemy.Result", "sqlalchemy.ScalarResult", "sqlalchemy.MappingResult", "sqlalchemy.orm.Query")
_ROWS = frozenset({"all", "fetchall", "scalars", "unique", "mappings", "tuples", "partitions"})
_WORDS = (b"all(", b"scalars", b"to_list(", b".filter(", b".find(")
THROUGH = frozenset({"list", "sorted", "enumerate", "zip", "reversed", "tuple", "set"})
_DEEPEST = 3


class RowSources:
    """Answers where rows come from."""

    def __init__(
        self, inference: Inference, calls: Calls, queries: Queries, schemas: Schemas, documents: DocumentQueries
    ) -> None:
        self._inference = inference
        self._calls = calls
        self._queries = queries
        self._schemas = schemas
        self._documents = documents

    def given(self, expr: Expr, place: Place) -> bool:
        """Whether iterating an expression gives what a query loaded."""
        return self._is(expr, place, 0)

    def _is(self, expr: Expr, place: Place, depth: int) -> bool:
        """Whether iterating an expression gives what a query loaded."""
        match expr:
            case Await(value=value) | NamedExpr(value=value):
                return self._is(value, place, depth)
            case Comprehension(clauses=clauses):
                return self._is(clauses[0].iter, place, depth)
            case Name(id=name) if "." not in name and isinstance(place.scope, FunctionNode):
                bound = [one for one in place.scope.bindings(name) if one.kind == "value"]
                return depth < _DEEPEST and any(self._bound(one, place, depth + 1) for one in bound[:4])
            case Name(id=dotted) if "." in dotted:
                return self._is_relationship(dotted, expr.start, place)
            case Call():
                return self._gives_rows(expr, place, depth)
            case _:
                return False

    def _bound(self, binding: Binding, place: Place, depth: int) -> bool:
        """Whether a binding gives its name rows: `rows = …`, `rows, total = page()`."""
        value = binding.value
        if value is None or not binding.path:
            return value is not None and self._is(value, place, depth)
        call = value.value if isinstance(value, Await) else value
        for func in self._inference.of(call.func, place.scope, place.env) if isinstance(call, Call) else ():
            if isinstance(func, FunctionRef) and len(binding.path) == 1 and not func.node.is_generator:
                inner = Place(func.node, self._calls.env(func), {})
                for one in func.node.scan.returns:
                    items = one.value.items if isinstance(one.value, Sequence) else ()
                    if -1 < binding.path[0] < len(items) and self._is(items[binding.path[0]], inner, depth):
                        return True
        return False

    def _is_relationship(self, dotted: str, at: int, place: Place) -> bool:
        """Whether a name is `team.members`, the rows that belong to an entity."""
        owner, _, attribute = dotted.rpartition(".")
        first, _, rest = owner.partition(".")
        types = self._inference.lookup.name(first, place.scope, at, place.env)
        owners = self._inference.path(types, rest) if rest else types
        if self._documents.used and is_rows(self._inference.path(owners, attribute)):
            return True
        for one in owners:
            if isinstance(one, Instance) and isinstance(one.cls, ClassNode) and self._schemas.is_entity(one.cls):
                return any(column.relationship for column in self._schemas.columns(one.cls) if column.name == attribute)
        return False

    def _gives_rows(self, call: Call, place: Place, depth: int) -> bool:
        name = last(call.func)
        if isinstance(call.func, Name) and name in THROUGH and call.args:
            return self._is(call.args[0], place, depth)
        found = self._inference.of(call, place.scope, place.env)
        types = [inner for one in found for inner in (one.value if isinstance(one, AwaitableOf) else (one,))]
        is_subclass = self._inference.members.is_subclass
        if any(isinstance(one, Instance) and is_subclass(one.cls, *_RESULTS) for one in types):
            return True
        if self._documents.gives_rows(call, tuple(types), place):
            return True
        owner = receiver(call.func)
        if name in _ROWS and owner is not None and self._queries.of(owner, place).kind is not None:
            return True
        if depth >= _DEEPEST:
            return False
        for func in self._inference.of(call.func, place.scope, place.env):
            if isinstance(func, FunctionRef) and not func.node.is_generator and says(func.node, *_WORDS):
                inner = Place(func.node, self._calls.env(func), {})
                for one in func.node.scan.returns:
                    if one.value is not None and self._is(one.value, inner, depth + 1):
                        return True
        return False
