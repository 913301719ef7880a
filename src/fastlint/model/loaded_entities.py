"""Entities as an async query gave them, without what belongs to them: which class a value then is one of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import Await, Call, Constant, Name
from fastlint.model.arguments import argument, keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.nodes import FunctionNode
from fastlint.model.statement_steps import Place
from fastlint.model.types import ClassRef, External, FunctionRef, Instance

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode
    from fastlint.model.queries import Queries
    from fastlint.model.schemas import Schemas
    from fastlint.model.sessions import Sessions

_COLLECTS = frozenset({"all", "fetchall"})
_COPIES = frozenset({"list", "tuple", "sorted"})
_STEPS = 8
_DEEPEST = 3
# What loads relationships after all, somewhere in a function.
_LOADERS = (b"selectinload", b"joinedload", b"subqueryload", b"contains_eager", b"awaitable_attrs", b"run_sync")


class Held(NamedTuple):
    """An entity of a class; `new` where it was not loaded, but made and stored."""

    cls: ClassNode
    new: bool = False


class LoadedEntities:
    """Answers what values are that hold nothing but their own columns."""

    def __init__(
        self,
        inference: Inference,
        calls: Calls,
        sessions: Sessions,
        schemas: Schemas,
        queries: Queries,
        dependencies: Dependencies,
    ) -> None:
        self._inference = inference
        self._calls = calls
        self._sessions = sessions
        self._schemas = schemas
        self._queries = queries
        self._dependencies = dependencies

    def of_variable(self, name: str, place: Place) -> Held | None:
        """The entity that a variable holds: a parameter that a dependency gives, a value, an item of a loop."""
        node = place.scope
        bindings = node.scan.bindings.get(name, []) if isinstance(node, FunctionNode) else []
        if not bindings:
            return self._injected(name, place, 0)
        one = bindings[0]
        if len(bindings) != 1 or one.value is None or one.path or one.kind not in ("value", "item"):
            return None
        if one.kind == "item":
            return self.of(one.value, place, rows=True)
        return self.of(Name(name, one.start, one.start + len(name)), place, rows=False)

    def is_refreshed(self, name: str, node: FunctionNode) -> bool:
        """Whether a variable is handed to something that may load what belongs to it.

        `refresh(user)` loads its columns only; `refresh(user, ["orders"])` loads more.
        """
        for site in node.scan.calls:
            called = last(site.call.func)
            if called in ("refresh", "run_sync", "awaitable_attrs", "load") or "awaitable" in called:
                given = (*site.call.args, *(one.value for one in site.call.keywords))
                if called == "refresh" and argument(site.call, 1, "attribute_names") is None:
                    continue
                if any(isinstance(one, Name) and one.id == name for one in given):
                    return True
        return False

    def of(self, expr: Expr, place: Place, *, rows: bool, depth: int = 0) -> Held | None:
        """The entity that a value is one of, or with `rows` gives when it is iterated."""
        here: Expr | None = expr
        awaited = False
        scalars = False
        for _ in range(_STEPS):
            match here:
                case Await(value=value):
                    here, awaited = value, True
                case Name(id=name) if "." not in name:
                    given = self._injected(name, place, depth) if not rows else None
                    if given is not None:
                        return given
                    bindings = place.scope.scan.bindings.get(name, [])
                    here = bindings[0].value if len(bindings) == 1 and not bindings[0].path else None
                    if isinstance(here, Call) and not rows and isinstance(place.scope, FunctionNode):
                        new = self._stored(name, here, place)
                        if new is not None:
                            return new
                case Call() if self._queries.executes(here, place):
                    scalars = scalars or last(here.func) in ("scalars", "exec")
                    return self._selected(here, place) if awaited and scalars else None
                case Call() if rows and len(here.args) == 1 and self._copies(here, place):
                    here = here.args[0]
                case Call():
                    got = self._got(here, place) if awaited and not rows else None
                    got = got or self._given_by(here, place, depth, rows=rows)
                    if got is not None:
                        return got
                    method = last(here.func)
                    scalars = scalars or method.startswith("scalar")
                    here = receiver(here.func) if method in _COLLECTS or not rows or scalars else None
                case _:
                    return None
        return None

    # -- ways to come by one

    def _given_by(self, call: Call, place: Place, depth: int, *, rows: bool) -> Held | None:
        """What a coroutine function of the project loads and returns, the same entity on every way."""
        funcs = self._inference.of(call.func, place.scope, place.env) if depth < _DEEPEST else ()
        if len(funcs) != 1 or not isinstance(funcs[0], FunctionRef):
            return None
        return self._returned(funcs[0], depth, rows=rows)

    def _returned(self, func: FunctionRef, depth: int, *, rows: bool) -> Held | None:
        node = func.node
        if not node.is_async or node.is_generator:
            return None
        inner = Place(node, self._calls.env(func), {})
        found: set[Held | None] = set()
        for one in node.scan.returns:
            value = one.value
            if value is None or (isinstance(value, Constant) and value.text == "None"):
                continue
            if isinstance(value, Name) and self.is_refreshed(value.id, node):
                return None
            found.add(self.of(value, inner, rows=rows, depth=depth + 1))
        return found.pop() if len(found) == 1 else None

    def _injected(self, name: str, place: Place, depth: int) -> Held | None:
        """What a dependency loads and returns for a parameter."""
        node = place.scope
        parameter = node.params.get(name) if isinstance(node, FunctionNode) else None
        if parameter is None or not isinstance(node, FunctionNode) or node.bindings(name) or depth >= _DEEPEST:
            return None
        found = self._dependencies.of_parameter(node, parameter)
        if found is None or found.function is None:
            return None
        ref = found.ref if isinstance(found.ref, FunctionRef) else FunctionRef(found.function)
        return self._returned(ref, depth + 1, rows=False)

    def _stored(self, name: str, made: Call, place: Place) -> Held | None:
        """What a function makes, adds to an async session and writes: nothing that belongs to it is loaded then.

        Without `refresh` it still has what its constructor was given.
        """
        node = place.scope
        if not isinstance(node, FunctionNode) or says(node, *_LOADERS):
            return None
        cls = self._class(made.func, place) if isinstance(made.func, Name) else None
        if cls is None:
            return None
        added = refreshed = False
        for site in node.scan.calls:
            method = last(site.call.func)
            given = any(isinstance(one, Name) and one.id == name for one in site.call.args)
            if method in ("add", "refresh") and given and self._is_async(site.call, place):
                added = added or method == "add"
                refreshed = refreshed or method == "refresh"
        return Held(cls, new=True) if added and refreshed else None

    def _is_async(self, call: Call, place: Place) -> bool:
        found = self._sessions.on(call, place.scope, place.env)
        return found is not None and self._sessions.kind((Instance(found[1]),)) == "async"

    def _copies(self, call: Call, place: Place) -> bool:
        """Whether a call is `list(rows)` or the like."""
        if not isinstance(call.func, Name) or call.func.id not in _COPIES:
            return False
        return any(isinstance(one, External) for one in self._inference.of(call.func, place.scope, place.env))

    def _got(self, call: Call, place: Place) -> Held | None:
        """`session.get(User, 1)` and `session.scalar(select(User))`."""
        found = self._sessions.on(call, place.scope, place.env)
        if found is None or keyword(call, "options") is not None:
            return None
        if found[0] in ("get", "get_one"):
            return self._held(argument(call, 0, "entity"), place)
        return self._selected(call, place) if found[0] == "scalar" else None

    def _selected(self, call: Call, place: Place) -> Held | None:
        """The only entity of the statement that a call executes."""
        statement = argument(call, 0, "statement")
        query = self._queries.of(statement, place) if statement is not None else None
        if query is None or query.kind != "select" or not query.known or query.options or query.root is None:
            return None
        if len(query.root.args) != 1 or query.scope is None:
            return None
        env = place.env if query.scope is place.scope else ()
        return self._held(query.root.args[0], Place(query.scope, env, {}))

    def _held(self, expr: Expr | None, place: Place) -> Held | None:
        cls = self._class(expr, place)
        return Held(cls) if cls is not None else None

    def _class(self, expr: Expr | None, place: Place) -> ClassNode | None:
        if not isinstance(expr, Name):
            return None
        types = self._inference.of(expr, place.scope, place.env)
        found = [one.cls for one in types if isinstance(one, ClassRef) and self._schemas.is_entity(one.cls)]
        return found[0] if len(found) == 1 and len(types) == 1 else None
