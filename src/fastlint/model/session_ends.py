"""How sessions end: which are not closed when an error passes, which commit when the answer is already sent."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Await, Call, ExprStatement, Name, Return, Subscript
from fastlint.model.callsites import says
from fastlint.model.expressions import last, names_in, receiver
from fastlint.model.nodes import ClassNode
from fastlint.model.types import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr, Stmt, Yield
    from fastlint.model.blocks import Block
    from fastlint.model.inference import Inference
    from fastlint.model.nodes import FunctionNode
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Scan
    from fastlint.model.sessions import Opening, Sessions

# What a class says that may close its session, or enter it.
_CLOSING = (b"close", b"__exit__", b"__aexit__", b"__del__", b"with self", b"remove(")
_CLOSES = frozenset({"close", "aclose", "remove", "close_all", "invalidate"})


class Leak:
    """A session that stays open when an error passes.

    Attributes:
        name: the variable that holds it.
        closed: whether it is closed on the way without errors.
        handed: the function is a dependency that returns it, where only one that yields could close it.
        given: the statement that yields it to its user, where that stands in the block that made it.
    """

    __slots__ = ("closed", "given", "handed", "name", "opening", "way")

    def __init__(
        self, way: Way, opening: Opening, name: str, given: Stmt | None, *, closed: bool, handed: bool = False
    ) -> None:
        self.handed = handed
        self.way = way
        self.opening = opening
        self.name = name
        self.given = given
        self.closed = closed


class SessionEnds:
    """Answers which sessions of request code are left open."""

    def __init__(self, inference: Inference, sessions: Sessions, reached: Reached) -> None:
        self._inference = inference
        self._sessions = sessions
        self._reached = reached

    def leaks(self) -> Iterator[Leak]:
        """Every session in request code that a function makes, keeps for itself, and doesn't close in all cases."""
        if not self._sessions.used:
            return
        for way in self._reached.by_node.values():
            handing = self._hands_out(way)
            for opening in self._sessions.openings(way.node):
                if handing and _is_returned(opening, way.node) and not self._closed_by_users:
                    yield Leak(way, opening, way.node.local_name, None, closed=False, handed=True)
                    continue
                if self._is_kept_open(way, opening):
                    yield Leak(way, opening, _target(opening), None, closed=False)
                    continue
                name = _local(opening) if not opening.is_advanced else None
                if name is not None:
                    found = self._leak(way, opening, name)
                    if found is not None:
                        yield found

    def _hands_out(self, way: Way) -> bool:
        """Whether a function is a dependency that ends before what takes its value begins."""
        # timid: what decorators make of it, a cache for one, is not known
        plain = not way.node.is_generator and not way.node.record.decorators
        return plain and way.parent is None and way.root.kind == "dependency"

    @cached_property
    def _closed_by_users(self) -> bool:
        """Whether request code closes sessions that it was given: then a plain `return` is meant so."""
        for way in self._reached.by_node.values():
            node = way.node
            if not node.params or not says(node, b".close(", b"with "):
                continue
            given = [one for one in node.record.params if _is_ended(one.name, node.scan)]
            if any(self._sessions.kind(self._inference.parameter(node, one)) for one in given):
                return True
        return False

    def _is_kept_open(self, way: Way, opening: Opening) -> bool:
        """Whether an object is given a session of its own when it is made, and nobody ever closes such."""
        node, target = way.node, _target(opening)
        if node.name != "__init__" or not isinstance(node.owner, ClassNode) or target.count(".") != 1:
            return False
        record, data = node.owner.record, node.module.facts.source.data
        if any(one in data[record.start : record.end] for one in _CLOSING):
            return False
        closed = re.compile(rb"(?<!self)\.%s\.close\(" % target.partition(".")[2].encode())
        return not any(closed.search(one.facts.source.data) for one in self._inference.modules.by_path.values())

    def _leak(self, way: Way, opening: Opening, name: str) -> Leak | None:
        node = way.node
        scan = node.scan
        if name in scan.globals or name in scan.nonlocals or len(node.bindings(name)) != 1:
            return None
        if _ended(name, scan) or self._escapes(name, node):
            return None
        closed = any(_is_close(site.call, name) for site in scan.calls)
        yields = [(one, block) for one, block in scan.yields if one.start > opening.call.start]
        if node.is_generator and not yields:
            return None
        return Leak(way, opening, name, _given(yields, opening, scan), closed=closed)

    def _escapes(self, name: str, node: FunctionNode) -> bool:
        """Whether the session goes anywhere but into calls: then someone else may close it."""
        scan = node.scan
        allowed: set[int] = set()
        for site in scan.calls:
            owner = receiver(site.call.func)
            if isinstance(owner, Name) and owner.id.partition(".")[0] == name:
                allowed.add(site.call.func.start)
            if self._borrows(site.call, node):
                given = (*site.call.args, *(one.value for one in site.call.keywords))
                allowed.update(one.start for one in given if isinstance(one, Name) and one.id == name)
        for one, _ in scan.yields:
            if isinstance(one.value, Name):
                allowed.add(one.value.start)
        record = node.record
        for inner in node.nested.values():
            if says(inner, name.encode()):
                return True
        for statement, _ in scan.statements:
            for expr in _values(statement):
                if any(one.id.partition(".")[0] == name and one.start not in allowed for one in names_in(expr)):
                    return True
        return record.name == "__init__"

    def _borrows(self, call: Call, node: FunctionNode) -> bool:
        """Whether a call is of a function of the project, which uses what it is given and doesn't keep it."""
        return any(
            isinstance(func, FunctionRef) and "close" not in func.node.name and not _closes(func.node)
            for func in self._inference.of(call.func, node)
        )


def _closes(node: FunctionNode) -> bool:
    return says(node, b".close(", b".remove(")


def _local(opening: Opening) -> str | None:
    """The plain variable that a new session is assigned to."""
    statement = opening.site.statement
    if not isinstance(statement, Assign) or len(statement.targets) != 1:
        return None
    value = statement.value.value if isinstance(statement.value, Await) else statement.value
    target = statement.targets[0]
    return target.id if value is opening.call and isinstance(target, Name) and "." not in target.id else None


def _target(opening: Opening) -> str:
    """What a new session is assigned to, as it is written; "" where it isn't."""
    statement = opening.site.statement
    target = statement.targets[0] if isinstance(statement, Assign) and statement.value is opening.call else None
    return target.id if isinstance(target, Name) else ""


def _is_returned(opening: Opening, node: FunctionNode) -> bool:
    """Whether a new session is what a function returns."""
    name = _local(opening)
    if name is not None and name in node.scan.globals:
        return False
    return any(
        one.value is opening.call or (name is not None and isinstance(one.value, Name) and one.value.id == name)
        for one in node.scan.returns
    )


def _is_ended(name: str, scan: Scan) -> bool:
    """Whether a function enters or closes what it was given."""
    entered = [one for statement, _ in scan.withs for item in statement.items for one in names_in(item.value)]
    return any(one.id == name for one in entered) or any(_is_close(site.call, name) for site in scan.calls)


def _ended(name: str, scan: Scan) -> bool:
    """Whether a `with`, a `finally` or an `except` sees to the session's end."""
    for statement, _ in scan.withs:
        if any(one.id == name for item in statement.items for one in names_in(item.value)):
            return True
    for site in scan.calls:
        mentioned = _is_close(site.call, name) or any(
            one.id == name for given in site.call.args for one in names_in(given)
        )
        if mentioned and site.block.kinds() & {"finally", "except"}:
            return True
    return False


def _is_close(call: Call, name: str) -> bool:
    owner = receiver(call.func)
    return isinstance(owner, Name) and owner.id == name and last(call.func) in _CLOSES


def _given(yields: list[tuple[Yield, Block]], opening: Opening, scan: Scan) -> Stmt | None:
    """The statement `yield session` that follows the opening in its block."""
    if len(yields) != 1 or yields[0][1] is not opening.site.block:
        return None
    for statement, _ in scan.statements:
        if isinstance(statement, ExprStatement) and statement.value is yields[0][0]:
            return statement
    return None


def _values(statement: Stmt) -> Iterator[Expr]:
    """The expressions of a statement that may hand a value on."""
    match statement:
        case Assign(value=value, targets=targets):
            if value is not None:
                yield value
            yield from (one for one in targets if isinstance(one, Subscript))
        case Return(value=value) if value is not None:
            yield value
        case ExprStatement(value=value):
            yield value
        case _:
            return
