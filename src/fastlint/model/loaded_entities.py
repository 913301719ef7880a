"""Which entity an awaited query gives, where it was loaded without a word about its relationships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call, Constant, Name
from fastlint.model.arguments import argument, keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.statement_steps import Place
from fastlint.model.types import ClassRef, FunctionRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.blocks import Binding
    from fastlint.model.calls import Calls
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, FunctionNode
    from fastlint.model.queries import Queries
    from fastlint.model.schemas import Schemas
    from fastlint.model.sessions import Sessions

_COLLECTS = frozenset({"all", "fetchall"})
_STEPS = 8
_DEEPEST = 3


class LoadedEntities:
    """Follows values to the queries that gave them."""

    def __init__(
        self, inference: Inference, calls: Calls, sessions: Sessions, schemas: Schemas, queries: Queries
    ) -> None:
        self._inference = inference
        self._calls = calls
        self._sessions = sessions
        self._schemas = schemas
        self._queries = queries

    def held_by(self, binding: Binding, place: Place) -> ClassNode | None:
        """The entity that a variable holds, if an awaited query without loader options gave it."""
        value = binding.value
        if value is None or binding.path or binding.kind not in ("value", "item"):
            return None
        return self.of(value, place, rows=binding.kind == "item")

    def _given_by(self, call: Call, place: Place, depth: int, *, rows: bool) -> ClassNode | None:
        """What a coroutine function of the project loads and returns, the same entity on every way."""
        funcs = self._inference.of(call.func, place.scope, place.env) if depth < _DEEPEST else ()
        if len(funcs) != 1 or not isinstance(funcs[0], FunctionRef):
            return None
        node = funcs[0].node
        if not node.is_async or node.is_generator or not says(node, b"await"):
            return None
        inner = Place(node, self._calls.env(funcs[0]), {})
        found: set[ClassNode | None] = set()
        for one in node.scan.returns:
            if one.value is None or (isinstance(one.value, Constant) and one.value.text == "None"):
                continue
            value: Expr | None = one.value
            if isinstance(value, Name):
                bindings = node.bindings(value.id)
                refreshed = len(bindings) != 1 or is_refreshed(value.id, node) or bindings[0].path
                value = None if refreshed or bindings[0].kind != "value" else bindings[0].value
            found.add(self.of(value, inner, rows=rows, depth=depth + 1) if value is not None else None)
        return found.pop() if len(found) == 1 else None

    def of(self, expr: Expr, place: Place, *, rows: bool, depth: int = 0) -> ClassNode | None:
        """The entity that an expression gives, or, with `rows`, that it gives many of; None: loaded in another way."""
        here: Expr | None = expr
        awaited = False
        scalars = False
        for _ in range(_STEPS):
            match here:
                case Await(value=value):
                    here, awaited = value, True
                case Name(id=name) if "." not in name:
                    bindings = place.scope.scan.bindings.get(name, [])
                    here = bindings[0].value if len(bindings) == 1 and not bindings[0].path else None
                case Call() if self._queries.executes(here, place):
                    scalars = scalars or last(here.func) in ("scalars", "exec")
                    return self._selected(here, place) if awaited and scalars else None
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

    def _got(self, call: Call, place: Place) -> ClassNode | None:
        """`session.get(User, 1)` and `session.scalar(select(User))`."""
        found = self._sessions.on(call, place.scope, place.env)
        if found is None or keyword(call, "options") is not None:
            return None
        if found[0] in ("get", "get_one"):
            return self._class(argument(call, 0, "entity"), place)
        return self._selected(call, place) if found[0] == "scalar" else None

    def _selected(self, call: Call, place: Place) -> ClassNode | None:
        """The only entity of the statement that a call executes."""
        statement = argument(call, 0, "statement")
        query = self._queries.of(statement, place) if statement is not None else None
        if query is None or query.kind != "select" or not query.known or query.options or query.root is None:
            return None
        if len(query.root.args) != 1 or query.scope is None:
            return None
        return self._class(query.root.args[0], Place(query.scope, (), {}))

    def _class(self, expr: Expr | None, place: Place) -> ClassNode | None:
        if not isinstance(expr, Name):
            return None
        types = self._inference.of(expr, place.scope, place.env)
        found = [one.cls for one in types if isinstance(one, ClassRef) and self._schemas.is_entity(one.cls)]
        return found[0] if len(found) == 1 and len(types) == 1 else None


def is_refreshed(name: str, node: FunctionNode) -> bool:
    """Whether the variable is refreshed, or handed to something that may load what belongs to it."""
    for site in node.scan.calls:
        if last(site.call.func) in ("refresh", "run_sync", "awaitable_attrs", "load") or "awaitable" in last(
            site.call.func
        ):
            given = (*site.call.args, *(one.value for one in site.call.keywords))
            if any(isinstance(one, Name) and one.id == name for one in given):
                return True
    return False
