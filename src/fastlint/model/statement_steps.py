"""What makes a statement and what its methods add: filters, bounds, joins, aggregates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from fastlint.facts.records import Attribute, Call, Constant, Name, Operation, Starred, Subscript
from fastlint.model.expressions import head, inside, last, receiver
from fastlint.model.knowledge import libraries
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import ClassRef, External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastlint.facts.records import Expr
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.sessions import Sessions
    from fastlint.model.types import Env, Type, Types

Root: TypeAlias = Literal["select", "query", "text"]
# What parameters of a function stand for: expressions of its caller, with what the caller's own stand for.
Given: TypeAlias = "Mapping[str, tuple[Expr, Place]]"

_SELECTS = frozenset(libraries.canonical(f"{home}.select") for home in ("sqlalchemy", "sqlmodel", "sqlalchemy.future"))
_TEXTS = frozenset({"sqlalchemy.text", "sqlmodel.text"})
_COMPOUND = frozenset({"union", "union_all"})
_COMPOUNDS = frozenset(
    libraries.canonical(f"{home}.{name}") for home in ("sqlalchemy", "sqlmodel") for name in _COMPOUND
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Methods of statements and of results that leave what is asked for as it is.
_SAME = _words(
    """
    order_by options offset execution_options with_for_update select_from distinct_on add_columns add_entity params
    prefix_with suffix_with with_hint set_label_style populate_existing correlate correlate_except enable_eagerloads
    enable_assertions subquery cte alias lateral self_group scalars unique mappings tuples columns reset_joinpoint
    autoflush with_labels with_session
    """
)
_FILTERS = frozenset({"where", "filter", "filter_by", "having"})
_JOINS = frozenset({"join", "outerjoin", "join_from", "outerjoin_from"})
_BOUNDS = _words(
    """
    limit slice fetch first one one_or_none get get_one scalar scalar_one scalar_one_or_none fetchone fetchmany
    yield_per partitions
    """
)
# `distinct` and `group_by` give as many rows as there are groups: few as a rule.
# What is selected is told in messages, as far as it is short.
_WIDEST = 40
_AGGREGATES = _words("count exists group_by distinct with_only_columns with_entities scalar_subquery")
METHODS = _SAME | _FILTERS | _JOINS | _BOUNDS | _AGGREGATES | _COMPOUND
_AGGREGATE_FUNCTIONS = _words(
    """
    count sum min max avg total coalesce array_agg string_agg group_concat json_agg jsonb_agg bool_or bool_and exists
    """
)
_NARROWING_SQL = re.compile(
    r"\b(?:where|limit|fetch|join|having|group\s+by|count\s*\(|max\s*\(|min\s*\(|sum\s*\(|avg\s*\(|distinct)",
    re.IGNORECASE,
)
# What a database tells of itself: as long as its schema, not as its data.
_CATALOG = re.compile(r"[\"`]?(?:pg_|information_schema\b|sqlite_|mysql\.|sys\.)", re.IGNORECASE)
_READING_SQL = re.compile(r"\s*select\b.*\bfrom\s+([\w.\"`]+)", re.IGNORECASE | re.DOTALL)


class Place(NamedTuple):
    """Where an expression stands: its scope, what is known of parameters' types, what parameters stand for."""

    scope: Scope
    env: Env
    given: Given


class Query(NamedTuple):
    """What is known of a statement.

    Attributes:
        root: the call that makes it, with its place; what it reads is `entity`, as source text.
        filtered: something narrows it; bounded: something limits it, or it gives one row or few.
        known: whether all ways to it could be followed.
        parameter: the parameter of the function that it hangs on, where that is why nothing is known.
        options: it says how related entities are loaded.
    """

    kind: Root | None
    root: Call | None = None
    scope: Scope | None = None
    entity: str = ""
    filtered: bool = False
    bounded: bool = False
    known: bool = True
    parameter: str = ""
    options: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it asks for a whole table."""
        return self.kind is not None and self.known and not self.filtered and not self.bounded


UNKNOWN = Query(None, known=False)


class StatementSteps:
    """Answers what single calls make of a statement; `follow` tells what an expression inside one stands for."""

    def __init__(
        self, inference: Inference, constants: Constants, sessions: Sessions, follow: Callable[[Expr, Place], Query]
    ) -> None:
        self._inference = inference
        self._constants = constants
        self._sessions = sessions
        self._follow = follow

    def on_session(self, funcs: Types) -> bool:
        """Whether one of these is a method of a session, a connection, or what makes them."""
        return any(isinstance(func, MethodRef) and self._sessions.holds(func.owner) for func in funcs)

    def made(self, call: Call, func: Type, place: Place) -> Query | None:
        """The statement that a call makes anew."""
        match func:
            case External(name=name) if name in _SELECTS:
                return self._root("select", call, place)
            case External(name=name) if name in _TEXTS:
                return self._text(call, place)
            case External(name=name) if name in _COMPOUNDS:
                return self._united((), call, place)
            case MethodRef(path="query") if self.on_session((func,)):
                return self._root("query", call, place)
            case MethodRef(owner=owner, path="select") if libraries.is_subclass(owner, "sqlalchemy.Table"):
                return Query("select", call, place.scope)
            case _:
                return None

    def _root(self, kind: Root, call: Call, place: Place) -> Query:
        if not call.args or any(isinstance(one, Starred) for one in call.args):
            return UNKNOWN
        source = place.scope.module.facts.source
        entity = " ".join(source.text(call.args[0].start, call.args[0].end).split())
        scope = place.scope
        if entity == "cls" and isinstance(scope, FunctionNode) and scope.owner is not None:
            entity = scope.owner.name
        if len(entity) > _WIDEST:
            entity = f"{entity[:_WIDEST].rstrip()}…"
        found = Query(kind, call, place.scope, entity)
        if all(self._aggregates(one, place) for one in call.args):
            return found._replace(bounded=True)
        for one in call.args:  # a subquery that is read from narrows what is read
            found = self._read_from(found, one, place)
        return found

    def _read_from(self, query: Query, expr: Expr, place: Place) -> Query:
        """A statement that reads from (joins, selects a column of) something: a class, a table, another statement."""
        source = without_columns(expr)
        inner = self._follow(source, place) if isinstance(source, (Name, Call, Attribute)) else UNKNOWN
        if inner.kind is not None:
            return either(query, inner)._replace(
                kind=query.kind, root=query.root, entity=query.entity, scope=query.scope
            )
        if isinstance(source, Name):
            return query if self._is_source(source, place) else UNKNOWN
        if not isinstance(source, Call):
            return query
        own = receiver(source.func)  # `func.lower(User.name)`, `User.id.label("id")`, not `union.subquery()`
        opaque = "alias" in last(source.func) or isinstance(own, Call)
        if isinstance(own, Name):
            opaque = opaque or not self._is_source(own, place)
        return UNKNOWN if opaque else query

    def _is_source(self, name: Name, place: Place) -> bool:
        """Whether a name isn't a local variable for something unknown: a union, an alias of a subquery."""
        scope = place.scope
        first = head(name)
        if not isinstance(scope, FunctionNode) or first in scope.params:
            return True
        values = [one.value for one in scope.bindings(first) if one.kind == "value"]
        if not values:
            return True
        types = self._inference.lookup.name(first, scope, name.start, place.env)
        return any(isinstance(one, (ClassRef, Instance)) and isinstance(one.cls, ClassNode) for one in types)

    def _aggregates(self, expr: Expr, place: Place) -> bool:
        """Whether a column is `func.count(…)` or the like, labelled or not: one row."""
        for one in inside(expr):
            if isinstance(one, Call) and last(one.func) in _AGGREGATE_FUNCTIONS:
                for func in self._inference.of(one.func, place.scope, place.env):
                    name = func.name if isinstance(func, External) else getattr(func, "owner", "")
                    if isinstance(name, str) and name.startswith(("sqlalchemy", "sqlmodel")):
                        return True
        return isinstance(expr, (Constant,))

    def _text(self, call: Call, place: Place) -> Query:
        if not call.args or self._is_built(call.args[0], place):
            return UNKNOWN
        sql = self._constants.known(call.args[0], place.scope)
        match = _READING_SQL.match(sql) if sql else None
        if sql is None or match is None:
            return UNKNOWN
        few = _CATALOG.match(match[1]) is not None
        narrowed = _NARROWING_SQL.search(sql) is not None
        return Query("text", call, place.scope, match[1].strip('"`'), filtered=narrowed, bounded=few)

    def _is_built(self, sql: Expr, place: Place) -> bool:
        """Whether SQL is put together in several statements: which of them narrow it isn't known."""
        if not isinstance(sql, Name) or not isinstance(place.scope, FunctionNode):
            return False
        return len([one for one in place.scope.bindings(sql.id) if one.kind != "declared"]) > 1

    def changed(self, query: Query, method: str, call: Call, place: Place) -> Query:
        """A statement, or a result, after one of its methods."""
        if query.kind is None:
            return query
        if method in _COMPOUND:
            return self._united((query,), call, place)
        if method == "distinct" and self._is_of_entities(query):
            return query
        if method in _BOUNDS or method in _AGGREGATES:
            return query._replace(bounded=True)
        if method == "options":
            return query._replace(options=True)
        if method in _FILTERS and (call.args or call.keywords):
            return query._replace(filtered=True)
        if method in _JOINS and self._narrows(call, method, place):
            return query._replace(filtered=True)
        if (method in _JOINS or method == "select_from") and call.args:
            for one in call.args[: 2 if method.endswith("_from") else 1]:
                query = self._read_from(query, one, place)
        return query

    def _united(self, queries: tuple[Query, ...], call: Call, place: Place) -> Query:
        """A union: it asks for a whole table where one of its parts does."""
        parts = (*queries, *(self._follow(one, place) for one in call.args))
        if not parts or any(one.kind is None or not one.known for one in parts):
            return UNKNOWN
        return next((one for one in parts if one.is_open), parts[0])

    def _is_of_entities(self, query: Query) -> bool:
        """Whether a statement selects a mapped class: its rows are distinct anyway, but for joins."""
        if query.root is None or query.scope is None or not query.root.args:
            return False
        types = self._inference.of(query.root.args[0], query.scope)
        return any(isinstance(one, ClassRef) for one in types)

    def _narrows(self, call: Call, method: str, place: Place) -> bool:
        """Whether a join compares with anything but columns: `and_(A.id == B.a_id, A.owner == user.id)`."""
        conditions = [*call.args[2 if method.endswith("_from") else 1 :], *(one.value for one in call.keywords)]
        for condition in conditions:
            if isinstance(condition, Constant):
                continue
            if isinstance(condition, Name) and not self._is_column(condition, place):
                return True  # timid: a condition that was built elsewhere
            for one in inside(condition):
                if isinstance(one, Operation) and one.kind == "comparison":
                    if not all(self._is_column(side, place) for side in one.operands):
                        return True
                elif isinstance(one, Call) and last(one.func) not in ("and_", "or_", "foreign", "remote"):
                    return True
        return False

    def _is_column(self, expr: Expr, place: Place) -> bool:
        """Whether an expression is an attribute of a class: a column."""
        if not isinstance(expr, Name) or "." not in expr.id:
            return False
        types = self._inference.lookup.name(head(expr), place.scope, expr.start, place.env)
        return any(isinstance(one, (ClassRef, External, Instance)) for one in types) and not self._is_value(types)

    def _is_value(self, types: Types) -> bool:
        return any(isinstance(one, Instance) and isinstance(one.cls, ClassNode) for one in types)


def without_columns(expr: Expr) -> Expr:
    """`subquery` for `subquery.c.name`."""
    match expr:
        case Name(id=dotted) if ".c." in f"{dotted}.":
            owner = dotted.partition(".c")[0]
            return Name(owner, expr.start, len(owner))
        case Attribute(value=value, attr=attr) if attr == "c" or attr.startswith("c."):
            return value
        case Subscript(value=value):
            return without_columns(value)
        case _:
            return expr


def either(*queries: Query) -> Query:
    """What is known of a statement that is one of these: a filter or bound on one way is taken to be on all."""
    known = [one for one in queries if one.kind is not None]
    if not known:
        return next((one for one in queries if one.parameter), UNKNOWN)
    first = known[0]
    return first._replace(
        filtered=any(one.filtered for one in queries),
        bounded=any(one.bounded for one in queries),
        options=any(one.options for one in queries),
        known=len(known) == len(queries) and all(one.known for one in queries),
    )
