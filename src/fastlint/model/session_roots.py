"""Which session a name means, or the object that it means keeps: told by where that session comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import Call, Name
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import ClassRef

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.reached import Reached
    from fastlint.model.sessions import Sessions
    from fastlint.model.types import FunctionRef

# The dependency that makes the session, or the function and the name in it that it is known by.
SessionRoot: TypeAlias = "FunctionNode | tuple[FunctionNode, str]"

_DEEPEST = 6


class SessionRoots:
    """Traces sessions back through constructors, attributes and dependencies."""

    def __init__(self, inference: Inference, sessions: Sessions, dependencies: Dependencies, reached: Reached) -> None:
        self._inference = inference
        self._sessions = sessions
        self._dependencies = dependencies
        self._reached = reached

    def of(self, expr: Expr, scope: FunctionNode) -> SessionRoot | None:
        """Where the asynchronous session of an expression in a function comes from, or of the object that it gives.

        Two expressions of one function with the same root share a session. None where source doesn't tell.
        """
        return self._of(expr, scope, 0)

    def _of(self, expr: Expr, scope: Scope, depth: int) -> SessionRoot | None:
        if depth > _DEEPEST:
            return None
        if isinstance(expr, Call):
            return self._constructed(expr, scope, depth)
        if not isinstance(expr, Name) or not isinstance(scope, FunctionNode):
            return None
        if expr.id in scope.params and not scope.bindings(expr.id):
            return self._parameter(expr, scope, depth)
        origins = self._inference.origins(expr, scope)
        if len(origins) == 1 and origins[0][0] is not expr:
            found = self._of(*origins[0], depth + 1)
            head, dot, _ = expr.id.partition(".")
            # what an object got from outside is its own: another object of the class may have got another
            return (scope, f"{head}.{found[1]}") if dot and isinstance(found, tuple) else found
        plain = "." not in expr.id and len(scope.bindings(expr.id)) == 1
        return (scope, expr.id) if plain and self._is_session(expr, scope) else None

    def _constructed(self, call: Call, scope: Scope, depth: int) -> SessionRoot | None:
        """The one session that an object of the project's is made with."""
        made = self._inference.of(call.func, scope)
        if len(made) != 1 or not isinstance(made[0], ClassRef) or not isinstance(made[0].cls, ClassNode):
            return None
        given = (*call.args, *(one.value for one in call.keywords))
        found = {self._of(one, scope, depth + 1) for one in given} - {None}
        return found.pop() if len(found) == 1 else None

    def _parameter(self, name: Name, function: FunctionNode, depth: int) -> SessionRoot | None:
        parameter = next((one for one in function.record.params if one.name == name.id), None)
        injected = self._dependencies.of_parameter(function, parameter) if parameter is not None else None
        if injected is not None:
            closure = self._dependencies.closure([injected])
            made = {one.function for one in closure if one.ref is not None and self._makes_session(one.ref)}
            return made.pop() if len(made) == 1 and all(one.cached for one in closure) else None
        given = {self._of(value, way.node, depth + 1) for way, _, value in self._reached.handed(function, name.id)}
        if len(given) == 1 and isinstance(only := given.pop(), FunctionNode):
            return only
        return (function, name.id) if self._is_session(name, function) else None

    def _makes_session(self, ref: FunctionRef) -> bool:
        return self._sessions.kind(self._inference.produced(ref)) == "async"

    def _is_session(self, name: Name, function: FunctionNode) -> bool:
        return self._sessions.kind(self._inference.of(name, function)) == "async"
