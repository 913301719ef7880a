"""Entities that a database session holds: loaded by it, or added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.expressions import head, inside, last, receiver
from fastlint.model.nodes import ClassNode
from fastlint.model.types import ClassRef, Instance

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.schemas import Schemas
    from fastlint.model.sessions import Sessions
    from fastlint.model.types import Types

_ADDS = frozenset({"add", "add_all", "refresh"})  # `merge` gives another object


class HeldEntities:
    """Answers which variables hold an entity of a session."""

    def __init__(self, inference: Inference, sessions: Sessions, schemas: Schemas) -> None:
        self._inference = inference
        self._sessions = sessions
        self._schemas = schemas

    def entity(self, types: Types) -> ClassNode | None:
        """The mapped class that a value is an instance of."""
        for one in types:
            if isinstance(one, Instance) and isinstance(one.cls, ClassNode) and self._schemas.is_entity(one.cls):
                return one.cls
        return None

    def is_added(self, name: str, node: FunctionNode, at: int) -> bool:
        """Whether a variable was added to a session, or refreshed by one, before a place."""
        for site in node.scan.calls:
            if site.call.start < at and last(site.call.func) in _ADDS and _is_given(site.call, name):
                return self._sessions.on(site.call, node) is not None
        return False

    def is_loaded(self, value: Expr | None, node: FunctionNode, session: str = "") -> bool:
        """Whether an expression is what a session gave: by a call on one, or by a function that was given one.

        `session` narrows that to calls with the session of that name, or of an object that keeps it.
        """
        own = session.rpartition(".")[0]
        for one in inside(value) if value is not None else ():
            if not isinstance(one, Call):
                continue
            owner = receiver(one.func)
            name = owner.id if isinstance(owner, Name) else ""
            if self._sessions.on(one, node) is not None:
                return not session or name == session
            if session and own and head(Name(name, 0, 0)) == own:  # `self.find(…)` beside `self.session.commit()`
                return not any(isinstance(func, ClassRef) for func in self._inference.of(one.func, node))
            given = [*one.args, *(keyword.value for keyword in one.keywords)]
            for argument in given:
                wanted = isinstance(argument, Name) and (not session or argument.id == session)
                if wanted and self._sessions.kind(self._inference.of(argument, node)) is not None:
                    return True
        return False


def _is_given(call: Call, name: str) -> bool:
    return any(isinstance(one, Name) and one.id == name for given in call.args for one in inside(given))
