"""Statements followed to what they ask: `select(…)`, `session.query(…)`, SQL text, and their filters and bounds.

A statement is followed through variables, helper functions and attributes to the call that makes it. Where several ways
lead to it, what one of them adds counts for all; where one of them can't be followed, nothing is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from fastlint.facts.records import (
    Attribute,
    Await,
    Call,
    Conditional,
    Constant,
    Name,
    NamedExpr,
    Operation,
    Sequence,
    Starred,
    Subscript,
)
from fastlint.model.arguments import keyword
from fastlint.model.expressions import head, inside, last, receiver
from fastlint.model.knowledge import libraries
from fastlint.model.lookup import reaching
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import ClassRef, External, FunctionRef, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.facts.records import Expr
    from fastlint.model.blocks import Binding
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.sessions import Sessions
    from fastlint.model.types import Env, Type, Types

Root: TypeAlias = Literal["select", "query", "text"]
_Key: TypeAlias = "tuple[type[Expr], int, int, Scope, Env, int]"
# What parameters of a function stand for: expressions of its caller, with what the caller's own stand for.
Given: TypeAlias = "Mapping[str, tuple[Expr, Place]]"

_SELECTS = frozenset(libraries.canonical(f"{home}.select") for home in ("sqlalchemy", "sqlmodel", "sqlalchemy.future"))
_TEXTS = frozenset({"sqlalchemy.text", "sqlmodel.text"})
_EXECUTES = frozenset({"execute", "exec", "scalars", "stream", "stream_scalars"})
# Methods of statements and of results that leave what is asked for as it is.
_SAME = frozenset(
    """
    order_by options offset execution_options with_for_update select_from distinct_on add_columns add_entity params prefix_with suffix_with
    with_hint set_label_style populate_existing correlate correlate_except enable_eagerloads enable_assertions
    subquery cte alias lateral self_group scalars unique mappings tuples columns reset_joinpoint autoflush with_labels with_session
    """.split()
)
_FILTERS = frozenset({"where", "filter", "filter_by", "having"})
_JOINS = frozenset({"join", "outerjoin", "join_from", "outerjoin_from"})
_BOUNDS = frozenset(
    """
    limit slice fetch first one one_or_none get get_one scalar scalar_one scalar_one_or_none fetchone fetchmany yield_per partitions
    """.split()
)
# `distinct` and `group_by` give as many rows as there are groups: few as a rule.
_AGGREGATES = frozenset({"count", "exists", "group_by", "distinct", "with_only_columns", "with_entities", "scalar_subquery"})
_AGGREGATE_FUNCTIONS = frozenset(
    "count sum min max avg total coalesce array_agg string_agg group_concat json_agg jsonb_agg bool_or bool_and exists".split()
)
_NARROWING_SQL = re.compile(r"\b(?:where|limit|fetch|join|having|group\s+by|count\s*\(|max\s*\(|min\s*\(|sum\s*\(|avg\s*\(|distinct)", re.I)
_READING_SQL = re.compile(r"\s*select\b.*\bfrom\s+([\w.\"`]+)", re.I | re.S)
# A statement of more than so many steps, or so deep in helpers, counts as unknown.
_DEEPEST = 40
_LONGEST = 400


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
    """

    kind: Root | None
    root: Call | None = None
    scope: Scope | None = None
    entity: str = ""
    filtered: bool = False
    bounded: bool = False
    known: bool = True
    parameter: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it asks for a whole table."""
        return self.kind is not None and self.known and not self.filtered and not self.bounded


UNKNOWN = Query(None, known=False)


class Queries:
    """Answers what statement an expression is, or comes from."""

    def __init__(self, inference: Inference, constants: Constants, sessions: Sessions) -> None:
        self._inference = inference
        self._constants = constants
        self._sessions = sessions
        self._busy: set[_Key] = set()
        self._free: dict[_Key, tuple[Query, Given]] = {}
        self._met: dict[_Key, tuple[Query, Given]] = {}

    def of(self, expr: Expr, place: Place) -> Query:
        """The statement that `expr` is, executes or was loaded by."""
        if not self._busy:
            self._met.clear()
        free = not place.given
        key = (type(expr), expr.start, expr.end, place.scope, place.env, 0 if free else id(place.given))
        met = self._free if free else self._met
        if key in met:
            return met[key][0]
        if key in self._busy or len(self._busy) > _DEEPEST or len(self._met) > _LONGEST:
            return UNKNOWN
        self._busy.add(key)
        try:
            found = self._of(expr, place)
        finally:
            self._busy.discard(key)
        met[key] = found, place.given  # what it hangs on stays alive, or its identity could be another's
        return found

    def _of(self, expr: Expr, place: Place) -> Query:  # noqa: PLR0911 -- one arm a kind
        match expr:
            case Await(value=value) | NamedExpr(value=value):
                return self.of(value, place)
            case Conditional(body=body, orelse=orelse):
                return _either(self.of(body, place), self.of(orelse, place))
            case Operation(op="or" | "and", operands=operands):
                return _either(*(self.of(one, place) for one in operands))
            case Call():
                return self._call(expr, place)
            case Name():
                return self._name(expr, place)
            case Attribute():
                return self._attribute(expr, place)
            case Subscript(value=value):
                found = self.of(value, place)
                return found._replace(bounded=True) if found.kind is not None else UNKNOWN
            case _:
                return UNKNOWN

    # -- calls

    def _call(self, call: Call, place: Place) -> Query:
        owner = receiver(call.func)
        method = last(call.func)
        funcs = self._inference.of(call.func, place.scope, place.env)
        for func in funcs:
            found = self._made(call, func, place)
            if found is not None:
                return found
        if owner is not None and method in _EXECUTES and self._on_session(funcs):
            statement = call.args[0] if call.args else keyword(call, "statement")
            return self.of(statement, place) if statement is not None else UNKNOWN
        targets = [func for func in funcs if isinstance(func, FunctionRef)]
        if targets:
            return _either(*(self._returned(func, call, place) for func in targets[:3]))
        if owner is None:
            return UNKNOWN
        known = method in _SAME or method in _FILTERS or method in _JOINS or method in _BOUNDS or method in _AGGREGATES
        return self._changed(self.of(owner, place), method, call, place) if known else UNKNOWN

    @property
    def used(self) -> bool:
        """Whether the project has statements at all."""
        return self._sessions.used

    def executes(self, call: Call, place: Place) -> bool:
        """Whether a call executes a statement on a session or connection."""
        return last(call.func) in _EXECUTES and self._on_session(
            self._inference.of(call.func, place.scope, place.env)
        )

    def _on_session(self, funcs: Types) -> bool:
        return any(isinstance(func, MethodRef) and self._sessions.holds(func.owner) for func in funcs)

    def _made(self, call: Call, func: Type, place: Place) -> Query | None:
        """The statement that a call makes anew."""
        match func:
            case External(name=name) if name in _SELECTS:
                return self._root("select", call, place)
            case External(name=name) if name in _TEXTS:
                return self._text(call, place)
            case MethodRef(path="query") if self._on_session((func,)):
                return self._root("query", call, place)
            case MethodRef(owner=owner, path="select") if libraries.is_subclass(owner, "sqlalchemy.Table"):
                return Query("select", call, place.scope)
            case _:
                return None

    def _root(self, kind: Root, call: Call, place: Place) -> Query:
        if not call.args or any(isinstance(one, Starred) for one in call.args):
            return UNKNOWN
        source = place.scope.module.facts.source
        found = Query(kind, call, place.scope, source.text(call.args[0].start, call.args[0].end))
        if all(self._aggregates(one, place) for one in call.args):
            return found._replace(bounded=True)
        for one in call.args:  # a subquery that is read from narrows what is read
            found = self._read_from(found, one, place)
        return found

    def _read_from(self, query: Query, expr: Expr, place: Place) -> Query:
        """A statement that reads from (joins, selects a column of) something: a class, a table, another statement."""
        source = _without_columns(expr)
        inner = self.of(source, place) if isinstance(source, (Name, Call, Attribute)) else UNKNOWN
        if inner.kind is not None:
            return _either(query, inner)._replace(kind=query.kind, root=query.root, entity=query.entity, scope=query.scope)
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
        sql = self._constants.known(call.args[0], place.scope) if call.args else None
        match = _READING_SQL.match(sql) if sql else None
        if sql is None or match is None:
            return UNKNOWN
        return Query("text", call, place.scope, match[1].strip('"`'), filtered=bool(_NARROWING_SQL.search(sql)))

    def _changed(self, query: Query, method: str, call: Call, place: Place) -> Query:
        """A statement, or a result, after one of its methods."""
        if query.kind is None:
            return query
        if method in _BOUNDS or method in _AGGREGATES:
            return query._replace(bounded=True)
        if method in _FILTERS and (call.args or call.keywords):
            return query._replace(filtered=True)
        if method in _JOINS and self._narrows(call, method, place):
            return query._replace(filtered=True)
        if (method in _JOINS or method == "select_from") and call.args:
            for one in call.args[: 2 if method.endswith("_from") else 1]:
                query = self._read_from(query, one, place)
        return query

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

    # -- functions of the project

    def _returned(self, func: FunctionRef, call: Call | None, place: Place, path: tuple[int, ...] = ()) -> Query:
        """What a function of the project makes of what it is given."""
        node = func.node
        if node.is_generator or len(node.scan.returns) > _DEEPEST or not node.scan.returns:
            return UNKNOWN
        given = self.matched(func, call, place) if call is not None else {}
        env = self._inference.receiver_env(node, func.bound, func.env) if func.bound is not None else func.env
        inner = Place(node, env, given)
        found: list[Query] = []
        for one in node.scan.returns:
            value = one.value
            for index in path:
                value = value.items[index] if isinstance(value, Sequence) and -1 < index < len(value.items) else None
            found.append(self.of(value, inner) if value is not None else UNKNOWN)
        return _either(*found)

    def matched(self, func: FunctionRef, call: Call, place: Place) -> Given:
        """What the parameters of a function stand for in a call of it."""
        names = [one.name for one in func.node.record.params if one.kind in ("normal", "positional")]
        if func.bound is not None:
            names = names[1:]
        found = {name: (value, place) for name, value in zip(names, call.args, strict=False)}
        found.update((one.name, (one.value, place)) for one in call.keywords if one.name)
        return found

    # -- names

    def _name(self, name: Name, place: Place) -> Query:
        if "." in name.id:
            return self._dotted(name, place)
        scope = place.scope
        if isinstance(scope, FunctionNode):
            bindings = scope.scan.bindings.get(name.id, [])
            live, certain = reaching(bindings, name.start) if bindings else ([], False)
            found = [self._binding(one, place) for one in live]
            if name.id in scope.params and not certain:
                value, outer = place.given.get(name.id, (None, place))
                found.append(self.of(value, outer) if value is not None else UNKNOWN._replace(parameter=name.id))
            if found:
                return _either(*found)
        return self._origins(name, place)

    def _binding(self, binding: Binding, place: Place) -> Query:
        if binding.value is None or binding.kind not in ("value", "augmented"):
            return UNKNOWN
        if binding.kind == "augmented":
            return UNKNOWN
        if not binding.path:
            return self.of(binding.value, place)
        value = binding.value
        if isinstance(value, Await):
            value = value.value
        if isinstance(value, Call):
            funcs = self._inference.of(value.func, place.scope, place.env)
            targets = [func for func in funcs if isinstance(func, FunctionRef)]
            if targets:
                return _either(*(self._returned(func, value, place, binding.path) for func in targets[:3]))
        if isinstance(value, Sequence) and len(binding.path) == 1 and -1 < binding.path[0] < len(value.items):
            return self.of(value.items[binding.path[0]], place)
        return UNKNOWN

    def _origins(self, expr: Name | Attribute, place: Place) -> Query:
        found = [
            self.of(value, Place(scope, (), {}))
            for value, scope in self._inference.origins(expr, place.scope)
            if value is not expr
        ]
        return _either(*found) if found else UNKNOWN

    def _dotted(self, name: Name, place: Place) -> Query:
        first, _, rest = name.id.partition(".")
        owner, _, attr = rest.rpartition(".")
        types = self._inference.lookup.name(first, place.scope, name.start, place.env)
        return self._of_attribute(self._inference.path(types, owner) if owner else types, attr or rest, name, place)

    def _attribute(self, expr: Attribute, place: Place) -> Query:
        owner, _, attr = expr.attr.rpartition(".")
        types = self._inference.of(expr.value, place.scope, place.env)
        return self._of_attribute(self._inference.path(types, owner) if owner else types, attr, expr, place)

    def _of_attribute(self, types: Types, attr: str, expr: Name | Attribute, place: Place) -> Query:
        """`self.statement`: a property's result, or what was assigned."""
        for one in types:
            if isinstance(one, (Instance, ClassRef)) and isinstance(one.cls, ClassNode):
                method = self._inference.members.method(one.cls, attr)
                if method is not None:
                    return self._returned(FunctionRef(method, one), None, place)
        return self._origins(expr, place)


def _without_columns(expr: Expr) -> Expr:
    """`subquery` for `subquery.c.name`."""
    match expr:
        case Name(id=dotted) if ".c." in f"{dotted}.":
            owner = dotted.partition(".c")[0]
            return Name(owner, expr.start, expr.start + len(owner))
        case Attribute(value=value, attr=attr) if attr == "c" or attr.startswith("c."):
            return value
        case Subscript(value=value):
            return _without_columns(value)
        case _:
            return expr


def _either(*queries: Query) -> Query:
    """What is known of a statement that is one of these: a filter or bound on one way is taken to be on all."""
    known = [one for one in queries if one.kind is not None]
    if not known:
        return next((one for one in queries if one.parameter), UNKNOWN)
    first = known[0]
    return first._replace(
        filtered=any(one.filtered for one in queries),
        bounded=any(one.bounded for one in queries),
        known=len(known) == len(queries) and all(one.known for one in queries),
    )

