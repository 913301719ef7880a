"""Sessions that several tasks use at once: in `gather`, in task groups, in `create_task`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Await, Call, Comprehension, Lambda, Name, Sequence, Starred
from fastlint.model.callsites import says
from fastlint.model.expressions import head, last, receiver
from fastlint.model.knowledge import offload
from fastlint.model.types import External, FunctionRef, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.blocks import Block
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.reached import Reached, Way
    from fastlint.model.session_roots import SessionRoot, SessionRoots
    from fastlint.model.sessions import SessionKind, Sessions

_GATHERS = frozenset({"asyncio.gather", "asyncio.wait", "asyncio.as_completed"})
_STARTS = frozenset({"create_task", "start_soon", "ensure_future"})
_RUNS = _STARTS | {name.rpartition(".")[2] for name in _GATHERS}
_STARTERS = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
_GROUPS = ("asyncio.TaskGroup", "anyio.abc.TaskGroup", "asyncio.AbstractEventLoop")
# A method that uses the object's session may do so through another method.
_DEEPEST = 3


class Task:
    """A call that runs as a task: `several` when one place makes many of it."""

    __slots__ = ("call", "several")

    def __init__(self, call: Call, *, several: bool) -> None:
        self.call = call
        self.several = several


class SharedByTasks:
    """Finds sessions that tasks share."""

    def __init__(self, inference: Inference, sessions: Sessions, reached: Reached, roots: SessionRoots) -> None:
        self._inference = inference
        self._sessions = sessions
        self._reached = reached
        self._roots = roots

    def all(self) -> Iterator[tuple[Call, str, Way]]:
        """The calls that run tasks which share a session, with the names that it (or what keeps it) has there."""
        if not self._sessions.used:
            return
        for way in self._reached.calling(_RUNS):
            if not says(way.node, b"gather", b"create_task", b"start_soon", b"ensure_future", b"asyncio.wait("):
                continue
            for place, tasks in self._groups(way.node):
                name = self._shared(tasks, way.node)
                if name is not None:
                    yield place, name, way

    def _groups(self, node: FunctionNode) -> Iterator[tuple[Call, list[Task]]]:
        """Calls that run tasks side by side, each with its tasks."""
        started: list[tuple[Call, Task]] = []
        for site in node.scan.named(_RUNS):
            call = site.call
            kind = self._runs(call, node)
            if kind == "gather":
                tasks = [task for one in call.args for task in _tasks(one, node)]
                yield call, [task for task in tasks if not self._is_started(task, node)]  # reported where started
            elif kind == "start" and call.args:
                started = [(one, task) for one, task in started if not _is_awaited(one, call, node)]
                inner = call.args[0] if isinstance(call.args[0], Call) else call
                started.append((call, Task(inner, several=_repeats(site.block, call, node))))
        if started:
            yield started[-1][0], [task for _, task in started]

    def _is_started(self, task: Task, node: FunctionNode) -> bool:
        return last(task.call.func) in _STARTS and self._runs(task.call, node) == "start"

    def _runs(self, call: Call, node: FunctionNode) -> str:
        name = last(call.func)
        for func in self._inference.of(call.func, node):
            if isinstance(func, External):
                return "gather" if func.name in _GATHERS else "start" if func.name in _STARTERS else ""
            if isinstance(func, MethodRef) and name in _STARTS:
                return "start" if self._inference.members.is_subclass(func.owner, *_GROUPS) else ""
        return ""

    def _shared(self, tasks: list[Task], node: FunctionNode) -> str | None:
        """The names by which two of the tasks get at one session."""
        seen: dict[SessionRoot | str, list[str]] = {}
        for task in tasks:
            found = {self._roots.of(expr, node) or name: name for expr, name in self._sessions_of(task.call, node)}
            for root, name in found.items():
                made = root[1] if isinstance(root, tuple) and root[0] is node else name
                bindings = [one for each in (name, made) for one in node.bindings(each.partition(".")[0])]
                if any(one.block.kinds() & {"for", "while", "comprehension"} for one in bindings):
                    continue  # one for each round
                seen.setdefault(root, []).extend([name] * (2 if task.several else 1))
        shared = next((names for names in seen.values() if len(names) > 1), [])
        return "` and `".join(list(dict.fromkeys(shared))[:2]) or None

    def _sessions_of(self, call: Call, node: FunctionNode) -> Iterator[tuple[Expr, str]]:
        """What a task gets at a session by: `session` for `f(session)`, `session.get(…)`, `repo` for `repo.find()`."""
        threaded = self._in_thread(call, node)
        for given in (*call.args, *(one.value for one in call.keywords)):
            kind = self._sessions.kind(self._inference.of(given, node)) if isinstance(given, Name) else None
            if isinstance(given, Name) and (kind == "async" or (kind == "sync" and threaded)):
                yield given, given.id
            elif isinstance(given, Call):  # `create_task(wait_for(f(session), 5))`
                yield from self._sessions_of(given, node)
            elif isinstance(given, Name) and "." in given.id:  # `start_soon(session.get, User, 1)`
                yield from self._owners(given, node)
        yield from self._owners(call.func, node)

    def _owners(self, method: Expr, node: FunctionNode) -> Iterator[tuple[Expr, str]]:
        """The session, or what keeps one, whose method an expression is."""
        owner = receiver(method)
        if not isinstance(owner, (Name, Call)):
            return
        for func in self._inference.of(method, node):
            own = isinstance(func, MethodRef) and self._sessions.kind((Instance(func.owner),)) == "async"
            if own or (isinstance(func, FunctionRef) and isinstance(func.bound, Instance) and self.uses_own(func)):
                if isinstance(owner, Name):
                    yield owner, owner.id
                elif self._roots.of(owner, node) is not None:  # `Users(session).find()`
                    yield owner, last(owner.func)

    def _in_thread(self, call: Call, node: FunctionNode) -> bool:
        """Whether what a call is given is used in a thread: tasks on the loop take turns with a plain session."""
        return any(
            isinstance(func, External) and offload.escape(func.name) is not None
            for func in self._inference.of(call.func, node)
        )

    def uses_own(self, func: FunctionRef, kinds: tuple[SessionKind, ...] = ("async",), depth: int = 0) -> bool:
        """Whether a method works on a session of one of these kinds that its object keeps."""
        node = func.node
        if depth > _DEEPEST or not node.record.params or func.bound is None or node.is_generator:
            return False
        env = self._inference.receiver_env(node, func.bound, func.env)
        own = node.record.params[0].name
        for site in node.scan.calls:
            owner = receiver(site.call.func)
            if site.block.deferred or not isinstance(owner, Name) or head(owner) != own:
                continue
            for one in self._inference.of(site.call.func, node, env):
                if isinstance(one, MethodRef) and self._sessions.kind((Instance(one.owner),)) in kinds:
                    return True
                if isinstance(one, FunctionRef) and one.node is not node and self.uses_own(one, kinds, depth + 1):
                    return True
        return False


def _tasks(expr: Expr, node: FunctionNode, depth: int = 0) -> Iterator[Task]:
    """The coroutine calls that an argument of `gather` stands for."""
    match expr:
        case Starred(value=value) | Await(value=value):
            yield from _tasks(value, node, depth)
        case Call(func=Name(id="map"), args=(made, _, *_)) if not node.bindings("map"):
            yield from _mapped(made)
        case Call():
            yield Task(expr, several=False)
        case Sequence(items=items):
            for one in items:
                yield from _tasks(one, node, depth)
        case Comprehension(element=Call() as call):
            yield Task(call, several=True)
        case Name(id=name) if depth == 0:
            yield from _tasks_in(name, node)
        case _:
            return


def _mapped(made: Expr) -> Iterator[Task]:
    """The task of each item in `gather(*map(f, items))`: `f(…)`, what a lambda calls, what `partial` holds."""
    match made:
        case Name() | Attribute():
            yield Task(Call(made, (), (), made.start, made.size), several=True)
        case Call() as call:
            yield Task(call, several=True)
        case Lambda(body=Call() as call):
            yield Task(call, several=True)


def _tasks_in(name: str, node: FunctionNode) -> Iterator[Task]:
    """The coroutine calls that a local list holds."""
    for binding in node.bindings(name):
        if binding.value is not None and binding.kind == "value" and not binding.path:
            yield from _tasks(binding.value, node, 1)
    for site in node.scan.calls:
        owner = receiver(site.call.func)
        if isinstance(owner, Name) and owner.id == name and last(site.call.func) == "append":
            yield from (Task(one, several=site.block.looped) for one in site.call.args if isinstance(one, Call))


def _repeats(block: Block, call: Call, node: FunctionNode) -> bool:
    """Whether a place starts many tasks: in a loop or comprehension that doesn't wait for each."""
    if not block.looped:
        return False
    return not any(one.value is call for one in node.scan.awaits)


def _is_awaited(earlier: Call, later: Call, node: FunctionNode) -> bool:
    """Whether a task is waited for, by its name, before another one is started."""
    for statement, _ in node.scan.assigns:
        target = statement.targets[0]
        if statement.value is earlier and isinstance(target, Name):
            waits = (one for one in node.scan.awaits if earlier.end < one.start < later.start)
            return any(isinstance(one.value, Name) and one.value.id == target.id for one in waits)
    return False
