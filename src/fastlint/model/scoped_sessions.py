"""Registries of sessions: `scoped_session(…)` and `async_scoped_session(…)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fastlint.facts.records import Assign, Constant, Name
from fastlint.model.arguments import argument
from fastlint.model.nodes import FunctionNode
from fastlint.model.types import External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.reached import Reached
    from fastlint.model.scan import Site
    from fastlint.model.sessions import Sessions
    from fastlint.text import Span

_SCOPED = re.compile(rb"scoped_session")
_REMOVE = re.compile(rb"\.remove\(\)")
_SYNC_SCOPED = "sqlalchemy.orm.scoped_session"
_ASYNC_SCOPED = "sqlalchemy.ext.asyncio.async_scoped_session"


class Scoped(NamedTuple):
    """A registry of sessions: over an async maker or not; `kept` tells whether its scopes are seen to.

    They are by a scope function of the project's own, for `async_scoped_session` by a `remove()` somewhere.
    """

    at: Span
    function: str
    is_async: bool
    over_async: bool
    kept: bool


class ScopedSessions:
    """Finds registries of sessions."""

    def __init__(self, inference: Inference, sessions: Sessions, callsites: CallSites) -> None:
        self._inference = inference
        self._sessions = sessions
        self._callsites = callsites

    def all(self, reached: Reached) -> Iterator[Scoped]:
        """Every `scoped_session(…)` and `async_scoped_session(…)`, but for those that a job makes for itself."""
        if not self._sessions.used:
            return
        for site, scope in self._callsites.matching(_SCOPED, b"scoped_session"):
            for func in self._inference.of(site.call.func, scope):
                if not isinstance(func, External) or func.name not in (_SYNC_SCOPED, _ASYNC_SCOPED):
                    continue
                if isinstance(scope, FunctionNode) and scope not in reached.by_node and _is_local(site, scope):
                    continue
                made = self._inference.of(site.call.args[0], scope) if site.call.args else ()
                kinds = {self._sessions.kind(one.args[0]) for one in made if isinstance(one, Instance) and one.args}
                scopefunc = argument(site.call, 1, "scopefunc")
                is_async = func.name == _ASYNC_SCOPED
                kept = self._removes() if is_async else scopefunc is not None and not isinstance(scopefunc, Constant)
                at = scope.module.span(site.call.start, site.call.end)
                yield Scoped(at, func.name.rpartition(".")[2], is_async, "async" in kinds, kept)

    def _removes(self) -> bool:
        """Whether the project removes sessions from an `async_scoped_session` anywhere."""
        for site, scope in self._callsites.matching(_REMOVE, b".remove()"):
            for func in self._inference.of(site.call.func, scope):
                if isinstance(func, MethodRef) and func.path == "remove" and func.owner == _ASYNC_SCOPED:
                    return True
        return False


def _is_local(site: Site, scope: FunctionNode) -> bool:
    statement = site.statement
    if not isinstance(statement, Assign) or not isinstance(statement.targets[0], Name):
        return True
    name = statement.targets[0].id
    return "." not in name and name not in scope.scan.globals
