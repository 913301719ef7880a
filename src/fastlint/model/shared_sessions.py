"""Sessions that outlive requests: at module or class level, on an app's state, in defaults; scoped registries."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from fastlint.facts.records import Assign, Call, Constant, FunctionDef, Name
from fastlint.model.arguments import argument
from fastlint.model.expressions import last
from fastlint.model.layers import is_test
from fastlint.model.nodes import FunctionNode, Module
from fastlint.model.types import External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Site
    from fastlint.model.sessions import Sessions
    from fastlint.text import Span

Home: TypeAlias = Literal["module", "class", "state", "default"]

_KEPT = re.compile(rb"\.state\.\w+(?:\s*:[^=\n]*)?\s*=|\bglobal\s")
_TEXT = re.compile(rb"ession\w*\s*\(")
_SCOPED = re.compile(rb"scoped_session")
_REMOVE = re.compile(rb"\.remove\(\)")
_APPS = ("fastapi.FastAPI", "starlette.applications.Starlette")
_SYNC_SCOPED = "sqlalchemy.orm.scoped_session"
_ASYNC_SCOPED = "sqlalchemy.ext.asyncio.async_scoped_session"


class Shared(NamedTuple):
    """One session for all requests: the call that makes it, its name, and request code that uses it, if known."""

    at: Span
    name: str
    home: Home
    user: Way | None
    place: Span


class Scoped(NamedTuple):
    """A registry of sessions: over an async maker or not; `kept` tells whether its scopes are seen to.

    They are by a scope function of the project's own, for `async_scoped_session` by a `remove()` somewhere.
    """

    at: Span
    function: str
    is_async: bool
    over_async: bool
    kept: bool


class SharedSessions:
    """Finds sessions that several requests share."""

    def __init__(self, inference: Inference, sessions: Sessions, callsites: CallSites) -> None:
        self._inference = inference
        self._sessions = sessions
        self._callsites = callsites

    def all(self, reached: Reached) -> Iterator[Shared]:
        """Every shared session that request code uses, or that is made to be used by it (`app.state`)."""
        made: dict[tuple[str, int], tuple[Site, Scope, str, Home]] = {}
        if not self._sessions.used:
            return
        inner = self._callsites.matching(_KEPT, b".state.", b"global ", words=(b".state.", b"global"))
        for site, scope in chain(self._callsites.outside_functions(_TEXT, b"ession"), inner):
            found = (
                self._home(site, scope)
                if "ession" in last(site.call.func) or isinstance(site.call.func, Call)
                else None
            )
            if found is not None and self._sessions.made(site.call, scope) is not None:
                made[scope.module.path, site.call.start] = (site, scope, *found)
        users = self._users(set(made), reached)
        for key, (site, scope, name, home) in made.items():
            at = scope.module.span(site.call.start, site.call.end)
            way, place = users.get(key, (None, at))
            if home == "default" and isinstance(site.statement, FunctionDef):
                way = reached.by_node.get(scope.module.function(site.statement.function, scope))
            if way is not None or home == "state":
                yield Shared(at, name, home, way, place)

    def _home(self, site: Site, scope: Scope) -> tuple[str, Home] | None:
        statement = site.statement
        if isinstance(statement, FunctionDef):
            for parameter in statement.function.params:
                if parameter.default is site.call:
                    return parameter.name, "default"
            return None
        if not isinstance(statement, Assign) or statement.value is not site.call or site.block.deferred:
            return None
        target = statement.targets[0]
        if not isinstance(target, Name):
            return None
        owner, _, name = target.id.rpartition(".")
        if owner.endswith(".state") and self._is_app(owner.removesuffix(".state"), target.start, scope):
            return target.id, "state"
        if isinstance(scope, FunctionNode):
            return (name, "module") if not owner and name in scope.scan.globals else None
        return (name, "module" if isinstance(scope, Module) else "class") if not owner else None

    def _is_app(self, dotted: str, at: int, scope: Scope) -> bool:
        first, _, rest = dotted.partition(".")
        types = self._inference.lookup.name(first, scope, at, ())
        types = self._inference.path(types, rest) if rest else types
        is_subclass = self._inference.members.is_subclass
        return any(isinstance(one, Instance) and is_subclass(one.cls, *_APPS) for one in types)

    def _users(self, keys: set[tuple[str, int]], reached: Reached) -> dict[tuple[str, int], tuple[Way, Span]]:
        """For each session a call in request code that is made on it or given it."""
        found: dict[tuple[str, int], tuple[Way, Span]] = {}
        if not keys:
            return found
        for way in reached.by_node.values():
            if is_test(way.node.module.path):
                continue
            for site in way.node.scan.calls:
                for origin in self._origins(site.call, way.node):
                    if origin in keys and origin not in found:
                        found[origin] = way, way.node.module.span(site.call.start, site.call.end)
        return found

    def _origins(self, call: Call, node: FunctionNode) -> Iterator[tuple[str, int]]:
        for func in self._inference.of(call.func, node):
            holder = getattr(func, "receiver", None)
            if isinstance(holder, Instance) and holder.origin is not None:
                yield holder.origin
        for given in (*call.args, *(one.value for one in call.keywords)):
            if isinstance(given, Name):
                for one in self._inference.of(given, node):
                    if isinstance(one, Instance) and one.origin is not None:
                        yield one.origin

    def scoped(self, reached: Reached) -> Iterator[Scoped]:
        """Every `scoped_session(…)` and `async_scoped_session(…)`, but for those that a job makes for itself."""
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
