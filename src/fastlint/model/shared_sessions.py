"""Sessions that outlive requests: at module or class level, on an app's state, in defaults, in shared objects."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from fastlint.facts.records import Assign, Call, FunctionDef, Name, Return
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.layers import is_test
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.types import ClassRef, FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.calls import Calls
    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Site
    from fastlint.model.sessions import Sessions
    from fastlint.text import Span

Home: TypeAlias = Literal["module", "class", "state", "default", "object", "cache"]
_Key: TypeAlias = "tuple[str, int]"

_KEPT = re.compile(rb"\.state\.\w+(?:\s*:[^=\n]*)?\s*=|\bglobal\s")
_OWN = re.compile(rb"self\.\w+(?:\s*:[^=\n]*)?\s*=[^\n]*?(?:ession\w*|next)\s*\(")
_TEXT = re.compile(rb"(?:ession\w*|next(?:__)?)\s*\(")
_NEXTS = frozenset({"next", "anext", "__next__", "__anext__"})
_APPS = ("fastapi.FastAPI", "starlette.applications.Starlette")


class Shared(NamedTuple):
    """One session for all requests: the call that makes it, its name, and request code that uses it, if known."""

    at: Span
    name: str
    home: Home
    user: Way | None
    place: Span


class _Made(NamedTuple):
    site: Site
    scope: Scope
    name: str
    home: Home


class SharedSessions:
    """Finds sessions that several requests share."""

    def __init__(self, inference: Inference, calls: Calls, sessions: Sessions, callsites: CallSites) -> None:
        self._inference = inference
        self._calls = calls
        self._sessions = sessions
        self._callsites = callsites

    def all(self, reached: Reached) -> Iterator[Shared]:
        """Every shared session that request code uses, or that is made to be used by it (`app.state`)."""
        if not self._sessions.used:
            return
        found = chain(self._outside(), self._stored(), self._cached())
        made: dict[_Key, _Made] = {(one.scope.module.path, one.site.call.start): one for one in found}
        holders = dict(self._in_objects())
        users = self._users({*made, *holders}, reached)
        for key, one in made.items():
            at = one.scope.module.span(one.site.call.start, one.site.call.end)
            way, place = users.get(key) or self._own_user(one, reached) or self._caller(one, reached) or (None, at)
            if way is not None or one.home == "state":
                yield Shared(at, one.name, one.home, way, place)
        told: set[Span] = set()
        for key, one in holders.items():
            at = one.scope.module.span(one.site.call.start, one.site.call.end)
            if key in users and at not in told:
                told.add(at)
                yield Shared(at, one.name, one.home, *users[key])

    # -- where sessions are made to stay

    def _outside(self) -> Iterator[_Made]:
        """In modules, classes and defaults of parameters."""
        for site, scope in self._callsites.outside_functions(_TEXT, b"ession", b"next"):
            yield from self._homed(site, scope)

    def _stored(self) -> Iterator[_Made]:
        """In globals that functions set, and on an app's state."""
        for scope in self._callsites.scopes(_KEPT, b".state.", b"global ", words=(b".state.", b"global")):
            for site in scope.scan.calls:
                yield from self._homed(site, scope)
            if isinstance(scope, FunctionNode) and says(scope, b"ession"):
                yield from self._put_by(scope)

    def _homed(self, site: Site, scope: Scope) -> Iterator[_Made]:
        found = self._home(site, scope) if self._sessions.may_make(site.call) else None
        if found is not None and self._sessions.made(site.call, scope) is not None:
            yield _Made(site, scope, *found)

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
        if self._is_state(target, scope):
            return target.id, "state"
        if isinstance(scope, FunctionNode):
            return (name, "module") if not owner and name in scope.scan.globals else None
        return (name, "module" if isinstance(scope, Module) else "class") if not owner else None

    def _put_by(self, node: FunctionNode) -> Iterator[_Made]:
        """`async with maker() as session: app.state.session = session`."""
        for statement, _ in node.scan.assigns:
            target = statement.targets[0]
            if not isinstance(target, Name) or not isinstance(statement.value, Name):
                continue
            if ".state." in target.id and self._is_state(target, node):
                origins = set(self._origins(statement.value, node))
                for opening in self._sessions.openings(node):
                    if (node.module.path, opening.call.start) in origins:
                        yield _Made(opening.site, node, target.id, "state")

    def _is_state(self, target: Name, scope: Scope) -> bool:
        owner = target.id.rpartition(".")[0]
        if not owner.endswith(".state"):
            return False
        first, _, rest = owner.removesuffix(".state").partition(".")
        types = self._inference.lookup.name(first, scope, target.start, ())
        types = self._inference.path(types, rest) if rest else types
        is_subclass = self._inference.members.is_subclass
        return any(isinstance(one, Instance) and is_subclass(one.cls, *_APPS) for one in types)

    def _cached(self) -> Iterator[_Made]:
        """In what a function with `lru_cache` returns."""
        callsites = self._callsites
        caching = [one for one in callsites.holding(b"cache") if not is_test(one.path)]
        caching = [one for one in caching if b"ession" in one.facts.source.data]
        for scope in (scope for one in caching for scope in callsites.inside(one, _TEXT, (b"ession", b"next"))):
            if not isinstance(scope, FunctionNode) or b"cache" not in _head(scope) or not self._calls.cached(scope):
                continue
            for opening in self._sessions.openings(scope):
                if isinstance(opening.site.statement, Return) and opening.site.statement.value is opening.call:
                    yield _Made(opening.site, scope, scope.local_name, "cache")

    def _in_objects(self) -> Iterator[tuple[_Key, _Made]]:
        """In attributes of objects that are made once: `self.session = SessionLocal()`, by the objects' origins."""
        for site, scope in self._callsites.outside_functions(_TEXT, b"ession"):
            yield from self._given_to(site, scope)
        held: dict[ClassNode, _Made] = {}
        for node, owner in self._constructors():
            for opening in self._sessions.openings(node):
                statement = opening.site.statement
                target = statement.targets[0] if isinstance(statement, Assign) else None
                if isinstance(target, Name) and target.id.count(".") == 1:
                    held.setdefault(owner, _Made(opening.site, node, f"{owner.name}.{target.id[5:]}", "object"))
        if not held:
            return
        names = re.compile(b"|".join(rb"\b%s\s*\(" % one.name.encode() for one in held))
        for site, scope in self._callsites.outside_functions(names, *(one.name.encode() for one in held)):
            if not isinstance(site.statement, Assign) or site.statement.value is not site.call:
                continue
            for func in self._inference.of(site.call.func, scope):
                made = held.get(func.cls) if isinstance(func, ClassRef) and isinstance(func.cls, ClassNode) else None
                if made is not None:
                    yield (scope.module.path, site.call.start), made

    def _constructors(self) -> Iterator[tuple[FunctionNode, ClassNode]]:
        """Those that may put a session of their own on the object."""
        for module in self._callsites.holding(b"ession"):
            for node in module.functions if not is_test(module.path) else ():
                if node.name == "__init__" and node.owner is not None and says(node, b"ession", b"next"):
                    record = node.record
                    if _OWN.search(module.facts.source.data, record.body_start, record.body_end):
                        yield node, node.owner

    def _given_to(self, site: Site, scope: Scope) -> Iterator[tuple[_Key, _Made]]:
        """`users = Users(SessionLocal())`."""
        statement = site.statement
        value = statement.value if isinstance(statement, Assign) else None
        target = statement.targets[0] if isinstance(statement, Assign) else None
        if not isinstance(value, Call) or value is site.call or not isinstance(target, Name):
            return
        given = (*value.args, *(one.value for one in value.keywords))
        if not any(one is site.call for one in given) or not self._sessions.may_make(site.call):
            return
        if self._sessions.made(site.call, scope) is not None:
            yield (scope.module.path, value.start), _Made(site, scope, target.id, "object")

    # -- who uses them

    def _own_user(self, made: _Made, reached: Reached) -> tuple[Way, Span] | None:
        """The request code that a default belongs to, that sets a global, or gets what a cached function returns."""
        scope = made.scope
        at = scope.module.span(made.site.call.start, made.site.call.end)
        if made.home == "default" and isinstance(made.site.statement, FunctionDef):
            way = reached.by_node.get(scope.module.function(made.site.statement.function, scope))
            return (way, at) if way is not None else None
        if made.home not in ("cache", "module") or not isinstance(scope, FunctionNode):
            return None
        own = reached.by_node.get(scope) or reached.cached.get(scope)
        if own is not None:
            return own, at
        for way, edge in reached.callers.get(scope, ()):
            return way, way.node.module.span(edge.start, edge.end)
        return None

    def _caller(self, made: _Made, reached: Reached) -> tuple[Way, Span] | None:
        """Request code that uses `session = next(get_session())`: the session itself is made elsewhere."""
        if made.home != "module" or not isinstance(made.scope, Module) or last(made.site.call.func) not in _NEXTS:
            return None
        name = made.name
        for way in reached.by_node.values():
            node = way.node
            if name in node.params or node.bindings(name) or not self._is_named(name, node.module, made.scope):
                continue
            for site in node.scan.calls:
                owner = receiver(site.call.func)
                given = (*site.call.args, *(one.value for one in site.call.keywords))
                if any(isinstance(one, Name) and one.id == name for one in (owner, *given)):
                    return way, node.module.span(site.call.start, site.call.end)
        return None

    def _is_named(self, name: str, module: Module, home: Module) -> bool:
        """Whether a name of a module's is the variable of another, or its own."""
        if module is home:
            return True
        bindings = module.scan.bindings.get(name, ())
        statements = (one.node[0] for one in bindings if one.kind == "import" and isinstance(one.node, tuple))
        return any(self._inference.modules.source(module, one) is home for one in statements if one.is_from)

    def _users(self, keys: set[_Key], reached: Reached) -> dict[_Key, tuple[Way, Span]]:
        """For each session, or its holder, a place in request code that calls it, is given it, or gives it on."""
        found: dict[_Key, tuple[Way, Span]] = {}
        if not keys:
            return found
        for way in reached.by_node.values():
            if is_test(way.node.module.path):
                continue
            for expr, origins in self._used(way.node):
                for origin in origins:
                    if origin in keys and origin not in found:
                        found[origin] = way, way.node.module.span(expr.start, expr.end)
        return found

    def _used(self, node: FunctionNode) -> Iterator[tuple[Expr, Iterator[_Key]]]:
        for site in node.scan.calls:
            yield site.call, self._of_call(site.call, node)
        given = [*(one.value for one in node.scan.returns), *(one.value for one, _ in node.scan.yields)]
        for expr in given:
            if isinstance(expr, Name):
                yield expr, self._origins(expr, node)

    def _of_call(self, call: Call, node: FunctionNode) -> Iterator[_Key]:
        for func in self._inference.of(call.func, node):
            holder = func.bound if isinstance(func, FunctionRef) else getattr(func, "receiver", None)
            if isinstance(holder, Instance) and holder.origin is not None:
                yield holder.origin
        for given in (*call.args, *(one.value for one in call.keywords)):
            if isinstance(given, Name):
                yield from self._origins(given, node)

    def _origins(self, expr: Expr, node: FunctionNode) -> Iterator[_Key]:
        for one in self._inference.of(expr, node):
            if isinstance(one, Instance) and one.origin is not None:
                yield one.origin


def _head(node: FunctionNode) -> bytes:
    """The text of a function's decorators."""
    record = node.record
    starts = [one.start for one in record.decorators]
    return node.module.facts.source.data[min(starts, default=record.start) : record.body_start]
