"""Entities that are used after a commit, when an `AsyncSession` has expired them: reading one then fails."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from fastlint.facts.records import Assign, Await, Call, Constant, Name, Return
from fastlint.model.arguments import keyword
from fastlint.model.expressions import head, inside, last, receiver
from fastlint.model.held import HeldEntities
from fastlint.model.nodes import ClassNode
from fastlint.model.types import ClassRef, Instance
from fastlint.model.uses import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.callsites import CallSites
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Site
    from fastlint.model.schemas import Schemas
    from fastlint.model.sessions import Sessions
    from fastlint.text import Span

_MAKES = re.compile(rb"sessionmaker\s*\(|Session\s*\(")
# What reads the attributes of what it is given.
_READERS = frozenset({"model_validate", "from_orm", "jsonable_encoder", "validate"})
# An entity that is handed on through more functions isn't followed.
_DEEPEST = 3
_BRANCHES = frozenset({"if", "else", "except", "case", "for", "while", "lambda", "finally"})


# The name that reads an entity, or the call that answers with it, and the function where it stands.
_Use: TypeAlias = "tuple[Name | Call, FunctionNode]"


class Maker:
    """A call that makes async sessions, or a maker of them, that expire what they hold at each commit."""

    __slots__ = ("call", "scope")

    def __init__(self, call: Call, scope: Scope) -> None:
        self.call = call
        self.scope = scope


class Expired:
    """A use of `name` at `at`, after the commit at `commit`."""

    __slots__ = ("at", "commit", "name", "way")

    def __init__(self, name: str, at: Span, commit: Span, way: Way) -> None:
        self.name = name
        self.at = at
        self.commit = commit
        self.way = way


class ExpiredEntities:
    """Finds uses of expired entities, and the makers that expire them."""

    def __init__(
        self, inference: Inference, callsites: CallSites, sessions: Sessions, schemas: Schemas, reached: Reached
    ) -> None:
        self._inference = inference
        self._callsites = callsites
        self._sessions = sessions
        self._held = HeldEntities(inference, sessions, schemas)
        self._reached = reached

    @cached_property
    def makers(self) -> tuple[Maker, ...]:
        """The makers of async sessions, if none of the project's keeps entities usable after a commit."""
        found: list[Maker] = []
        if not self._sessions.used:
            return ()
        for site, scope in self._callsites.matching(_MAKES, b"sessionmaker", b"AsyncSession"):
            if not self._makes_async(site.call, scope):
                continue
            kept = keyword(site.call, "expire_on_commit")
            left_out = kept is None and self._class_says(site.call, scope)
            if left_out or any(one.name == "" for one in site.call.keywords) or (kept and not _is_true(kept)):
                return ()  # timid: which maker a session comes from isn't followed
            found.append(Maker(site.call, scope))
        return tuple(found)

    def _class_says(self, call: Call, scope: Scope) -> bool:
        """Whether a session class of the project's own, as called or as `class_=`, speaks of the option itself."""
        given = keyword(call, "class_")
        for one in self._inference.of(given if given is not None else call.func, scope):
            for base in self._inference.members.mro(one.cls) if isinstance(one, ClassRef) else ():
                if isinstance(base, ClassNode):
                    record = base.record
                    if b"expire_on_commit" in base.module.facts.source.data[record.start : record.end]:
                        return True
        return False

    def _makes_async(self, call: Call, scope: Scope) -> bool:
        types = self._inference.of(call, scope)
        for one in types:
            if self._sessions.is_maker(one) and isinstance(one, Instance):
                return bool(one.args) and self._sessions.kind(one.args[0]) == "async"
        made = self._sessions.made(call, scope)
        return (
            made is not None
            and made[0] == "async"
            and not any(self._sessions.is_maker(one) for one in self._inference.of(call.func, scope))
        )

    def uses(self) -> Iterator[Expired]:
        """The first use of each entity after a commit, in request code."""
        if not self.makers:
            return
        for way in self._reached.calling({"commit"}):
            node = way.node
            if not node.is_async:
                continue
            for commit in self._commits(node):
                for name in self._entities(node, commit):
                    use = self._use(node, name, commit)
                    if use is not None:
                        at = use[1].module.span(use[0].start, use[0].end)
                        yield Expired(name, at, node.module.span(commit.call.start, commit.call.end), way)

    def _commits(self, node: FunctionNode) -> Iterator[Site]:
        for site in node.scan.named(("commit",)):
            if site.block.kinds() & _BRANCHES or not self._sessions.commits(site.call, node):
                continue
            owner = receiver(site.call.func)
            if isinstance(owner, Name) and site.awaited:
                yield site

    def _entities(self, node: FunctionNode, commit: Site) -> Iterator[str]:
        """The local variables that hold an entity of the session by then."""
        at = commit.call.start
        owner = receiver(commit.call.func)
        session = owner.id if isinstance(owner, Name) else ""
        for name in node.params:
            if name not in node.scan.bindings and self._is_stored(name, session, node, at):
                yield name
        for name, bindings in node.scan.bindings.items():
            if name in node.params or any(one.start > at for one in bindings):
                continue
            values = [one.value for one in bindings if one.kind == "value" and not one.path]
            if not values or self._held.entity(self._inference.lookup.name(name, node, at, ())) is None:
                continue
            loaded = any(self._held.is_loaded(one, node, session) for one in values)
            if (loaded and not _is_deleted(name, node)) or self._held.is_added(name, node, at):
                yield name

    def _is_stored(self, name: str, session: str, node: FunctionNode, at: int) -> bool:
        """Whether a parameter is an entity that the session surely was given before a place."""
        if self._held.entity(self._inference.lookup.name(name, node, at, ())) is None:
            return False
        for site in node.scan.named(("add", "add_all")):
            owner = receiver(site.call.func)
            added = any(isinstance(one, Name) and one.id == name for given in site.call.args for one in inside(given))
            if added and isinstance(owner, Name) and owner.id == session and site.call.start < at:
                return not site.block.kinds() & _BRANCHES
        return False

    def _use(self, node: FunctionNode, name: str, commit: Site) -> _Use | None:
        """The first place behind the commit that reads the entity, unless it is refreshed there, and its function."""
        for site in node.scan.calls:
            if site.call.start > commit.call.end and last(site.call.func) in ("refresh", "merge", "expunge", "close"):
                return None
        reads: list[Name] = []
        for one, how in uses(node.scan):
            if not isinstance(one, Name) or head(one) != name:
                continue
            if "." in one.id or how == "read" or (how == "returned" and node in self._answering):
                reads.append(one)
        for site in node.scan.calls:
            if last(site.call.func) in _READERS:
                reads += [one for one in site.call.args if isinstance(one, Name) and one.id == name]
        behind = [one for one in reads if one.start > commit.call.end and not _in_except(node, one)]
        found = min(behind, key=lambda one: one.start, default=None)
        if found is None and node not in self._answering and self._is_returned(name, node, commit.call.end):
            return self._used_by_callers(node, 0)
        return (found, node) if found is not None else None

    def _is_returned(self, name: str, node: FunctionNode, after: int) -> bool:
        """Whether a function gives the entity to its callers after the commit."""
        values = [one.value for one in node.scan.returns if one.start > after]
        return any(isinstance(value, Name) and value.id == name for value in values)

    def _used_by_callers(self, node: FunctionNode, depth: int) -> _Use | None:
        """A place where a caller reads the entity that it gets, or answers with it."""
        for way, edge in self._reached.callers.get(node, ()) if depth < _DEEPEST else ():
            caller = way.node
            statement = edge.site.statement if edge.site is not None else None
            value = statement.value if isinstance(statement, (Assign, Return)) else None
            value = value.value if isinstance(value, Await) else value
            if edge.site is None or value is not edge.site.call:
                continue
            if isinstance(statement, Return):
                if caller in self._answering:
                    return edge.site.call, caller
                found = self._used_by_callers(caller, depth + 1)
            else:
                target = statement.targets[0] if isinstance(statement, Assign) else None
                name = target.id if isinstance(target, Name) and "." not in target.id else ""
                found = self._use(caller, name, edge.site) if name and len(caller.bindings(name)) == 1 else None
            if found is not None:
                return found
        return None

    @cached_property
    def _answering(self) -> frozenset[FunctionNode]:
        """The endpoints: what they return is read to be serialized."""
        ways = self._reached.by_node.values()
        return frozenset(way.node for way in ways if way.parent is None and way.root.kind == "endpoint")


def _in_except(node: FunctionNode, name: Name) -> bool:
    return any(
        handler.start <= name.start < handler.end for statement, _ in node.scan.tries for handler in statement.handlers
    )


def _is_deleted(name: str, node: FunctionNode) -> bool:
    return any(
        last(site.call.func) == "delete" and any(isinstance(one, Name) and one.id == name for one in site.call.args)
        for site in node.scan.calls
    )


def _is_true(expr: object) -> bool:
    return isinstance(expr, Constant) and expr.text == "True"
