"""Sessions of a request that are used after it: handed to background tasks and to tasks that nobody waits for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Assign, Call, Lambda, Name, Subscript
from fastlint.model.callsites import says
from fastlint.model.expressions import head, inside, last, names_in, receiver
from fastlint.model.knowledge import offload
from fastlint.model.lifetimes import is_kept, returns
from fastlint.model.offloads import escape_of, handed
from fastlint.model.types import External, FunctionRef, Instance, MethodRef
from fastlint.model.uses import uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.dependencies import Dependencies
    from fastlint.model.held import HeldEntities
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Site
    from fastlint.model.sessions import Sessions
    from fastlint.model.shared_by_tasks import SharedByTasks

How: TypeAlias = Literal["given", "kept", "enclosed", "entity"]

_CALLED = frozenset({"add_task", "BackgroundTask", "create_task", "ensure_future"})
_WORDS = (b"add_task", b"BackgroundTask(", b"create_task", b"ensure_future")


class Outlived:
    """A task that gets at the session of a request.

    Attributes:
        name: the session, or with `kept` the object that keeps it.
        how: it is an argument, an object's own, or used by a function that is defined where it is known; `entity` is
            an entity that it holds.
        entered: the session ends with a `with` block, before the task begins.
        yielded: a dependency of this very function gives it and closes it in the end.
        background: a background task, which runs after the answer; else a task that runs beside it.
        task: what runs, as it is written.
    """

    __slots__ = ("background", "entered", "how", "name", "site", "task", "way", "yielded")

    def __init__(
        self,
        site: Site,
        way: Way,
        name: str,
        how: How,
        task: str,
        *,
        background: bool,
        entered: bool = False,
        yielded: bool = False,
    ) -> None:
        self.site = site
        self.way = way
        self.name = name
        self.how = how
        self.task = task
        self.entered = entered
        self.yielded = yielded
        self.background = background


class BackgroundSessions:
    """Finds them."""

    def __init__(
        self,
        inference: Inference,
        dependencies: Dependencies,
        sessions: Sessions,
        shared_by_tasks: SharedByTasks,
        held: HeldEntities,
        reached: Reached,
    ) -> None:
        self._held = held
        self._inference = inference
        self._dependencies = dependencies
        self._sessions = sessions
        self._shared_by_tasks = shared_by_tasks
        self._reached = reached

    def all(self) -> Iterator[Outlived]:
        """Every task of a request that gets at its session, each once."""
        if not self._sessions.used:
            return
        for way in self._reached.calling(_CALLED):
            # timid: what a task starts has the task's own session
            if way.apart or not says(way.node, *_WORDS):
                continue
            for site in way.node.scan.named(_CALLED):
                task = self._task(site, way.node)
                if task is not None:
                    yield from self._of_task(site, way, *task)

    def _task(self, site: Site, node: FunctionNode) -> tuple[Expr, tuple[Expr, ...], bool] | None:
        """What a call runs as a task, what that gets, and whether it is a background task."""
        call = site.call
        for func in self._inference.of(call.func, node):
            row = escape_of(func) if isinstance(func, (External, MethodRef)) else None
            if row is not None and row.sync_only and last(call.func) in ("add_task", "BackgroundTask"):
                given = (*call.args[1:], *(one.value for one in call.keywords if one.name != "func"))
                inner = handed(call, row)
                return (inner, given, True) if inner is not None else None
            spawn = (
                offload.spawn(func.name)
                if isinstance(func, External)
                else offload.spawn_method(func.owner, func.path)
                if isinstance(func, MethodRef)
                else None
            )
            inner = call.args[0] if call.args else None
            is_dropped = spawn is not None and spawn.detached and not site.awaited and _is_dropped(site, node)
            if is_dropped and isinstance(inner, Call) and not site.block.looped:
                return inner.func, (*inner.args, *(one.value for one in inner.keywords)), False
        return None

    def _of_task(
        self, site: Site, way: Way, func: Expr, given: tuple[Expr, ...], background: bool
    ) -> Iterator[Outlived]:
        node = way.node
        task = node.module.facts.source.text(func.start, func.end)
        for one in given:
            if isinstance(one, Name) and self._sessions.kind(self._inference.of(one, node)) is not None:
                entered = self._of_request(one, node)
                if entered is not None:
                    yielded = not entered and self._is_yielded(one, node)
                    yield Outlived(
                        site, way, one.id, "given", task, background=background, entered=entered, yielded=yielded
                    )
                    return
        entity = next((one for one in given if self._is_entity_of_request(one, node)), None)
        if isinstance(entity, Name):
            yield Outlived(site, way, entity.id, "entity", task, background=background)
            return
        owner = receiver(func)
        for ref in self._inference.of(func, node):
            if not isinstance(ref, FunctionRef):
                continue
            if isinstance(owner, (Name, Call)) and isinstance(ref.bound, Instance) and self._keeps(ref, owner, node):
                name = node.module.facts.source.text(owner.start, owner.end)
                yield Outlived(site, way, name, "kept", task, background=background)
                return
            if ref.node.parent is node:
                yield from self._enclosed(site, way, ref.node, task, background)
                return
        if isinstance(func, Lambda):
            for name in dict.fromkeys(map(head, names_in(func.body))):
                parameter = node.params.get(name)
                types = self._inference.parameter(node, parameter) if parameter is not None else ()
                if self._sessions.kind(types) is not None and not node.bindings(name):
                    yield Outlived(site, way, name, "enclosed", "lambda", background=background)
                    return

    def _is_entity_of_request(self, name: Expr, node: FunctionNode) -> bool:
        """Whether an entity is held by the request's session: a dependency gave it, or it was loaded or added here."""
        if not isinstance(name, Name) or self._held.entity(self._inference.of(name, node)) is None:
            return False
        bindings = node.bindings(name.id)
        parameter = node.params.get(name.id)
        if parameter is not None and not bindings:
            found = self._dependencies.of_parameter(node, parameter)
            return found is not None and found.function is not None
        values = [one.value for one in bindings if one.kind == "value" and not one.path]
        return any(self._held.is_loaded(one, node) for one in values) or self._held.is_added(name.id, node, name.start)

    def _of_request(self, name: Name, node: FunctionNode) -> bool | None:
        """Whether a session ends with a `with` block (True) or with the request (False); None for another's."""
        first = head(name)
        bindings = node.bindings(first)
        if bindings:
            return True if all(one.kind == "enter" for one in bindings) else None
        return False if first in node.params else None

    def _is_yielded(self, name: Name, node: FunctionNode) -> bool:
        parameter = node.params.get(name.id)
        found = self._dependencies.of_parameter(node, parameter) if parameter is not None else None
        return found is not None and found.function is not None and found.function.is_generator

    def _keeps(self, ref: FunctionRef, owner: Name | Call, node: FunctionNode) -> bool:
        """Whether the method of an object works on a session that the object was given for the request."""
        if not self._shared_by_tasks.uses_own(ref, ("sync", "async")):
            return False
        if isinstance(owner, Name) and head(owner) in node.params:
            return True
        values = [one.value for one in node.bindings(head(owner))] if isinstance(owner, Name) else [owner]
        for made in values:
            given = (*made.args, *(one.value for one in made.keywords)) if isinstance(made, Call) else ()
            for one in given:
                if isinstance(one, Name) and self._sessions.kind(self._inference.of(one, node)) is not None:
                    return self._of_request(one, node) is not None
        return False

    def _enclosed(self, site: Site, way: Way, inner: FunctionNode, task: str, background: bool) -> Iterator[Outlived]:
        node = way.node
        body = inner.module.facts.source.data[inner.record.body_start : inner.record.body_end]
        for parameter in node.record.params:
            name = parameter.name
            if name in inner.params or re.search(rb"\b" + name.encode() + rb"\b", body) is None:
                continue
            if inner.bindings(name) or node.bindings(name):
                continue
            if self._sessions.kind(self._inference.parameter(node, parameter)) is not None:
                yield Outlived(site, way, name, "enclosed", task, background=background)
                return


def _is_dropped(site: Site, node: FunctionNode) -> bool:
    """Whether a function starts a task and doesn't wait for it: at most it keeps it alive, in a set or on an object."""
    if site.use == "statement":
        return True
    statement = site.statement
    target = statement.targets[0] if isinstance(statement, Assign) and statement.value is site.call else None
    if isinstance(target, Subscript) or (isinstance(target, Name) and "." in target.id):
        return True
    if not isinstance(target, Name) or len(node.bindings(target.id)) != 1 or returns(target.id, node):
        return False
    done = f"{target.id}.add_done_callback"
    alive = is_kept(target.id, node) or any(
        isinstance(one.call.func, Name) and one.call.func.id == done for one in node.scan.calls
    )
    return alive and not any(how == "awaited" for one, how in uses(node.scan) if _names(one, target.id))


def _names(one: Name | Call, name: str) -> bool:
    given = one.args if isinstance(one, Call) else (one,)
    return any(isinstance(each, Name) and each.id == name for value in given for each in inside(value))
