"""Database sessions: what is one, what makes one, where functions make and commit them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Attribute, Await, Call, Name
from fastlint.model.callsites import says
from fastlint.model.expressions import last
from fastlint.model.knowledge import libraries
from fastlint.model.types import ClassRef, External, FunctionRef, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import ClassNode, FunctionNode, Scope
    from fastlint.model.scan import Site
    from fastlint.model.types import Env, Type, Types

SessionKind: TypeAlias = Literal["sync", "async"]

_SYNC = ("sqlalchemy.orm.Session", "sqlmodel.Session")
_ASYNC = ("sqlalchemy.ext.asyncio.AsyncSession", "sqlmodel.ext.asyncio.session.AsyncSession")
_SCOPED = ("sqlalchemy.orm.scoped_session", "sqlalchemy.ext.asyncio.async_scoped_session")
_MAKERS = ("sqlalchemy.orm.sessionmaker", "sqlalchemy.ext.asyncio.async_sessionmaker")
_ENGINES = ("sqlalchemy.engine.Engine", "sqlalchemy.ext.asyncio.AsyncEngine")
_CONNECTIONS = ("sqlalchemy.engine.Connection", "sqlalchemy.ext.asyncio.AsyncConnection")
_ENGINE_FUNCTIONS = frozenset(
    libraries.canonical(f"{home}.{name}")
    for home, name in (
        ("sqlalchemy", "create_engine"),
        ("sqlalchemy", "engine_from_config"),
        ("sqlmodel", "create_engine"),
        ("sqlalchemy.ext.asyncio", "create_async_engine"),
        ("sqlalchemy.ext.asyncio", "async_engine_from_config"),
    )
)
_CALLED = re.compile(rb"(?:ession\w*|next(?:__)?)\s*\(|with\s+[\w.]+\(\)")
# What matches holds one of these: bytes are found far faster than the pattern.
_WORDS = (b"ession", b"next", b"with ")
# What a maker is assigned to, with or without an annotation.
_NAMED = re.compile(rb"(?<![\w])([A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=[ \t]*(?:\w+\.)*(?:async_)?sessionmaker\b")
# A helper that makes a session may call a helper that does; three of them are many.
_DEEPEST = 3


class Opening:
    """A call that makes a session.

    Attributes:
        site: the call.
        kind: of the session.
        by: what is called: a session class, a maker of sessions, or a function of the project that makes one.
    """

    __slots__ = ("by", "kind", "site")

    def __init__(self, site: Site, kind: SessionKind, by: Type) -> None:
        self.site = site
        self.kind = kind
        self.by = by

    @property
    def call(self) -> Call:
        """The call's record."""
        return self.site.call

    @property
    def is_advanced(self) -> bool:
        """Whether it is `next(get_session())`: the session is another function's."""
        return _advanced(self.site.call) is not None


class Sessions:
    """Answers what is a session and where sessions come from."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._openings: dict[FunctionNode, tuple[Opening, ...]] = {}
        self._holders: dict[str, bool] = {}
        self._makes: dict[FunctionNode, tuple[SessionKind, Type] | None] = {}

    # -- what a value is

    def kind(self, types: Types) -> SessionKind | None:
        """Of which kind a session is; None for what isn't one. A `scoped_session` is none, it only stands for many."""
        for one in types:
            if isinstance(one, Instance) and not self.is_scoped(one):
                found = self._kind_of_class(one.cls)
                if found is not None:
                    return found
        return None

    def _kind_of_class(self, cls: ClassNode | str) -> SessionKind | None:
        is_subclass = self._inference.members.is_subclass
        if is_subclass(cls, *_ASYNC):
            return "async"
        return "sync" if is_subclass(cls, *_SYNC) else None

    def is_scoped(self, one: Type) -> bool:
        """Whether a value is a registry of sessions, `scoped_session` or `async_scoped_session`."""
        return isinstance(one, Instance) and self._inference.members.is_subclass(one.cls, *_SCOPED)

    def is_maker(self, one: Type) -> bool:
        """Whether a value is a `sessionmaker` or `async_sessionmaker`."""
        return isinstance(one, Instance) and self._inference.members.is_subclass(one.cls, *_MAKERS)

    def is_engine(self, one: Type) -> bool:
        """Whether a value is an engine."""
        return isinstance(one, Instance) and self._inference.members.is_subclass(one.cls, *_ENGINES)

    def makes_engine(self, func: Type) -> bool:
        """Whether calling it makes an engine."""
        return isinstance(func, External) and func.name in _ENGINE_FUNCTIONS

    def makes_maker(self, func: Type) -> bool:
        """Whether calling it makes a maker of sessions."""
        return isinstance(func, External) and func.name in _MAKERS

    # -- what makes one

    def made(self, call: Call, scope: Scope, env: Env = ()) -> tuple[SessionKind, Type] | None:
        """The kind of session that a call makes, and what is called; None where it makes none.

        A function of the project counts where what it returns is a call that makes a session, and so does
        `next(get_session())`: what yields a session to its dependants yields it here to nobody who closes it.
        """
        given = _advanced(call)
        if given is not None:
            return self._advanced(call, given, scope, env)
        for func in self._inference.of(call.func, scope, env):
            found = self._by(func, 0)
            if found is not None:
                return found, func
        return None

    def _advanced(self, call: Call, given: Call, scope: Scope, env: Env) -> tuple[SessionKind, Type] | None:
        for func in self._inference.of(given.func, scope, env):
            if isinstance(func, FunctionRef) and func.node.is_generator:
                found = next((one.kind for one in self.openings(func.node) if not one.is_advanced), None)
                kind = found or self.kind(self._inference.of(call, scope, env))
                if kind is not None:
                    return kind, func
        return None

    def _by(self, func: Type, depth: int) -> SessionKind | None:
        match func:
            case External(name=name):
                return self._kind_of_class(name) if name not in _SCOPED else None
            case ClassRef(cls=cls):
                return self._kind_of_class(cls) if not self._inference.members.is_subclass(cls, *_SCOPED) else None
            case Instance() if self.is_maker(func):
                return self._by_maker(func)
            case MethodRef(path="begin", receiver=Instance() as maker) if self.is_maker(maker):
                return self._by_maker(maker)
            case FunctionRef(node=node) if depth < _DEEPEST and not node.is_async:
                return self._by_function(node, depth)
            case _:
                return None

    def _by_maker(self, maker: Instance) -> SessionKind | None:
        given = self.kind(maker.args[0]) if maker.args else None
        return given or ("async" if maker.cls == _MAKERS[1] else "sync")

    def _by_function(self, node: FunctionNode, depth: int) -> SessionKind | None:
        data = node.module.facts.source.data
        if data.find(b"return", node.record.body_start, node.record.body_end) < 0 or node.is_generator:
            return None
        for returned in node.scan.returns:
            if isinstance(returned.value, Call):
                for func in self._inference.of(returned.value.func, node):
                    found = self._by(func, depth + 1)
                    if found is not None:
                        return found
        return None

    def openings(self, node: FunctionNode, env: Env = ()) -> tuple[Opening, ...]:
        """The calls in a function that make sessions."""
        found = self._openings.get(node)
        if found is None:
            found = self._openings[node] = tuple(self._find(node, env))
        return found

    def _find(self, node: FunctionNode, env: Env) -> Iterator[Opening]:
        if not self.used or not self._may_open(node):
            return
        for site in node.scan.calls:
            entered = site.use == "with" and not site.call.args and not site.call.keywords
            if site.block.deferred or not (entered or self.may_make(site.call)):
                continue
            made = self.made(site.call, node, env)
            if made is not None:
                yield Opening(site, *made)

    def _may_open(self, node: FunctionNode) -> bool:
        """Whether the text of a function calls something that may make a session."""
        record = node.record
        if says(node, *(f"{name}(".encode() for name in self._makers)):
            return True
        data = node.module.facts.source.data
        return says(node, *_WORDS) and _CALLED.search(data, record.body_start, record.body_end) is not None

    @cached_property
    def _makers(self) -> frozenset[str]:
        """The names that the project gives to its makers of sessions, as a first sieve: types decide."""
        found: set[str] = set()
        for module in self._inference.modules.by_path.values() if self.used else ():
            data = module.facts.source.data
            if b"sessionmaker" in data:
                found.update(name.decode() for name in _NAMED.findall(data))
        return frozenset(found)

    @property
    def used(self) -> bool:
        """Whether the project speaks of SQLAlchemy or SQLModel at all."""
        return self._inference.modules.uses_sqlalchemy

    def may_make(self, call: Call) -> bool:
        """Whether a call may make a session, by its looks: asked before its types are."""
        # timid: a session class whose name doesn't speak of sessions is only seen in a `with`; types cost time
        name = last(call.func)
        return "ession" in name or name in self._makers or isinstance(call.func, Call) or _advanced(call) is not None

    # -- transactions

    def on(self, call: Call, scope: Scope, env: Env = ()) -> tuple[str, str] | None:
        """The method that a call calls on a session (scoped ones, makers, engines, connections too) and its class."""
        for func in self._inference.of(call.func, scope, env):
            if isinstance(func, MethodRef) and self.holds(func.owner):
                return func.path, func.owner
        return None

    def holds(self, owner: str) -> bool:
        """Whether a class is one that statements are executed on, or that makes such."""
        found = self._holders.get(owner)
        if found is None:
            wanted = (*_SYNC, *_ASYNC, *_SCOPED, *_MAKERS, *_ENGINES, *_CONNECTIONS)
            found = self._holders[owner] = self._inference.members.is_subclass(owner, *wanted)
        return found

    def commits(self, call: Call, scope: Scope, env: Env = ()) -> bool:
        """Whether a call commits a session or connection."""
        found = self.on(call, scope, env)
        return found is not None and found[0] == "commit"

    def commits_on_exit(self, value: Expr, scope: Scope, env: Env = ()) -> bool:
        """Whether leaving `with value:` commits: `session.begin()`, `maker.begin()`, `engine.begin()`."""
        if isinstance(value, Await):
            value = value.value
        if not isinstance(value, Call):
            return False
        found = self.on(value, scope, env)
        return found is not None and found[0] == "begin"


def _advanced(call: Call) -> Call | None:
    """The call of the generator in `next(get_session())` and `get_session().__anext__()`."""
    name = last(call.func)
    given: Expr | None = None
    if name in ("next", "anext") and isinstance(call.func, Name) and len(call.args) == 1:
        given = call.args[0]
    elif name in ("__next__", "__anext__") and isinstance(call.func, Attribute):
        given = call.func.value
    return given if isinstance(given, Call) else None
