"""What a project still writes in SQLAlchemy's 1.x style: what only got old, and what 2.x refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Attribute, Call, Constant, Import, Name, Sequence, Str
from fastlint.findings import AddImport, ReplaceExpression, ReplaceStatement
from fastlint.model.arguments import argument, keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import last, receiver
from fastlint.model.layers import is_test
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.types import ClassRef, External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, ImportName
    from fastlint.findings import Edit
    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.migrations import Migrations
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.schemas import Schemas
    from fastlint.model.sessions import Sessions
    from fastlint.model.types import Type

LegacyKind: TypeAlias = Literal["query", "async query", "engine", "text", "list", "autocommit", "from_self", "moved"]

# Types cost time, so text tells first where to look.
# timid: an engine whose name doesn't speak of engines is not seen to execute
_TEXT = re.compile(
    rb"""\.query\s*\(|\.(?:execute|scalars?|exec)\s*\(\s*(?:statement\s*=\s*)?[rRuU]?["']|ngine\w*(?:\(\))?\.execute\s*\("""
    rb"""|\bselect\s*\(\s*\[|\bautocommit\s*=\s*True|\.from_self\b"""
)
_HOMES = (b"sqlalchemy", b"sqlmodel", b".query(", b".execute(")
_WORDS = (b".query", b".exec", b".scalar", b"ngine", b"select", b"autocommit", b".from_self")
_STATEMENTS = frozenset({"execute", "scalar", "scalars", "exec"})
_CALLED = frozenset({"query", "select", "from_self"})
_ENGINES = ("sqlalchemy.engine.Engine", "sqlalchemy.ext.asyncio.AsyncEngine")
_QUERY = "sqlalchemy.orm.Query"
_SESSION = ("sqlalchemy.orm.Session", "sqlmodel.Session")
_SCOPED = "sqlalchemy.orm.scoped_session"
_MOVED_FROM = "sqlalchemy.ext.declarative"
MOVED = frozenset({"declarative_base", "declared_attr", "as_declarative", "has_inherited_table", "synonym_for"})


class Legacy:
    """A place in the old style.

    Attributes:
        expr: the call, or the import statement for `moved`.
        name: what is called as it is written, or the name that is imported.
        outer: for `query` the call of a method on it, if any.
    """

    __slots__ = ("expr", "kind", "name", "outer", "scope")

    def __init__(
        self, kind: LegacyKind, expr: Call | Import, scope: Scope, name: str, outer: Call | None = None
    ) -> None:
        self.kind = kind
        self.expr = expr
        self.scope = scope
        self.name = name
        self.outer = outer


class LegacyQueries:
    """Finds the old style in a project's own code. Migrations are history and left alone."""

    def __init__(
        self,
        modules: Modules,
        inference: Inference,
        sessions: Sessions,
        schemas: Schemas,
        *,
        migrations: Migrations,
        callsites: CallSites,
    ) -> None:
        self._modules = modules
        self._inference = inference
        self._sessions = sessions
        self._schemas = schemas
        self._migrations = migrations
        self._callsites = callsites

    def all(self) -> Iterator[Legacy]:
        """Every place, each once."""
        if not self._sessions.used:
            return
        history = self._migrations.revisions
        for module in self._callsites.holding(*_HOMES):
            if module not in history and not is_test(module.path):
                for scope in self._callsites.inside(module, _TEXT, _WORDS):
                    yield from self._of_scope(scope)
        for module in self._callsites.holding(_MOVED_FROM.encode()):
            if module not in history and not is_test(module.path):
                yield from _moved(module)

    def _of_scope(self, scope: Scope) -> Iterator[Legacy]:
        outer: dict[int, Call] = {}
        for site in scope.scan.calls:
            func = site.call.func
            if isinstance(func, Attribute) and isinstance(func.value, Call):
                outer[id(func.value)] = site.call
        for site in scope.scan.calls:
            call = site.call
            if self._may_be(call):
                kind = self._kind(call, scope)
                # timid: where the kind of session is asked for, both are right in their place
                if kind == "async query" and isinstance(scope, FunctionNode) and says(scope, b"isinstance("):
                    continue
                if kind is not None:
                    text = scope.module.facts.source.text(call.func.start, call.func.end)
                    yield Legacy(kind, call, scope, "".join(text.split()), outer.get(id(call)))

    def _may_be(self, call: Call) -> bool:
        name = last(call.func)
        if name in _STATEMENTS:
            on = receiver(call.func)
            named = last(on.func if isinstance(on, Call) else on) if on is not None else ""
            return isinstance(argument(call, 0, "statement"), Str) or (name == "execute" and "ngine" in named)
        return name in _CALLED or keyword(call, "autocommit") is not None

    def _kind(self, call: Call, scope: Scope) -> LegacyKind | None:
        autocommit = keyword(call, "autocommit")
        if autocommit is not None and not (isinstance(autocommit, Constant) and autocommit.text == "True"):
            autocommit = None
        funcs = self._inference.of(call.func, scope)
        kinds = {self._of_method(func, call) if isinstance(func, MethodRef) else None for func in funcs}
        if len(kinds) == 1 and (kind := kinds.pop()) is not None:
            return kind
        for func in funcs:
            if autocommit is not None and (self._sessions.makes_maker(func) or self._is_session_class(func)):
                return "autocommit"
            if isinstance(func, External) and func.name == "sqlalchemy.select" and len(call.args) == 1:
                return "list" if isinstance(call.args[0], Sequence) and call.args[0].kind == "list" else None
        return None

    def _is_session_class(self, func: Type) -> bool:
        return isinstance(func, External) and self._inference.members.is_subclass(func.name, *_SESSION)

    def _of_method(self, func: MethodRef, call: Call) -> LegacyKind | None:
        is_subclass = self._inference.members.is_subclass
        if func.path == "query":
            kind = self._sessions.kind((Instance(func.owner),))
            if kind == "async":
                return "async query"
            return "query" if kind == "sync" or is_subclass(func.owner, _SCOPED) else None
        if func.path == "from_self":
            return "from_self" if is_subclass(func.owner, _QUERY) else None
        if func.path not in _STATEMENTS:
            return None
        if is_subclass(func.owner, *_ENGINES):
            return "engine"
        is_text = isinstance(argument(call, 0, "statement"), Str)
        return "text" if is_text and self._sessions.holds(func.owner) else None

    # -- mending

    def edits(self, one: Legacy) -> tuple[Edit, ...]:
        """The changes that bring a place up to date; none where it hangs on more than is seen."""
        module, expr = one.scope.module, one.expr
        at = module.span(expr.start, expr.end)
        if isinstance(expr, Import):
            if any(name.name not in MOVED for name in expr.names):
                return ()
            return (ReplaceStatement(at, f"from sqlalchemy.orm import {', '.join(map(_spelled, expr.names))}"),)
        if one.kind == "text":
            sql = argument(expr, 0, "statement")
            if sql is None or not self._may_mean("text", one.scope):
                return ()
            at = module.span(sql.start, sql.end)
            text = f"text({module.facts.source.text(sql.start, sql.end)})"
            return ReplaceExpression(at, text), AddImport(at, "sqlalchemy", "text")
        written = self._rewritten(expr, one) if one.kind == "query" else None
        if written is None or one.outer is None:
            return ()
        at = module.span(one.outer.start, one.outer.end)
        added = (AddImport(at, "sqlalchemy", "select"),) if ".scalars(select(" in written else ()
        return ReplaceExpression(at, written), *added

    def _rewritten(self, call: Call, one: Legacy) -> str | None:
        """`session.get(User, 1)` for `query(User).get(1)`, `session.scalars(select(User)).all()` for `.all()`."""
        outer = one.outer
        entity = self._entity(call, one.scope)
        on = receiver(call.func)
        if entity is None or on is None or outer is None or not isinstance(outer.func, Attribute) or outer.keywords:
            return None
        text = one.scope.module.facts.source.text
        session, name = text(on.start, on.end), text(entity.start, entity.end)
        if outer.func.attr == "get" and len(outer.args) == 1:
            return f"{session}.get({name}, {text(outer.args[0].start, outer.args[0].end)})"
        if outer.func.attr == "all" and not outer.args and self._may_mean("select", one.scope):
            return f"{session}.scalars(select({name})).all()"
        return None

    def _entity(self, call: Call, scope: Scope) -> Expr | None:
        """The one mapped class that is asked for, if it loads no collections by joining them."""
        if len(call.args) != 1 or call.keywords or not isinstance(call.args[0], Name):
            return None
        types = self._inference.of(call.args[0], scope)
        cls = types[0].cls if len(types) == 1 and isinstance(types[0], ClassRef) else None
        if cls is None or not self._schemas.is_entity(cls):
            return None
        for base in self._inference.members.mro(cls):
            if isinstance(base, ClassNode):
                data = base.module.facts.source.data[base.record.start : base.record.end]
                if b"joined" in data or re.search(rb"lazy\s*=\s*False", data):
                    return None
        return call.args[0]

    def _may_mean(self, name: str, scope: Scope) -> bool:
        """Whether a name means SQLAlchemy's function in a file, or may be imported to mean it."""
        here: Scope | None = scope
        while here is not None and not isinstance(here, Module):
            if name in here.scan.bindings or (isinstance(here, FunctionNode) and name in here.params):
                return False
            here = here.parent
        types = self._inference.named(name, scope.module)
        return types == (External(f"sqlalchemy.{name}"),) or name not in scope.module.scan.bindings


def _spelled(one: ImportName) -> str:
    return one.name if one.name == one.bound else f"{one.name} as {one.bound}"


def _moved(module: Module) -> Iterator[Legacy]:
    for statement in module.scan.imports:
        if statement.is_from and statement.module == _MOVED_FROM and not statement.level:
            for one in statement.names:
                if one.name in MOVED:
                    yield Legacy("moved", statement, module, one.name)
                    break
