"""How request code comes by its sessions: made on the spot where one could be injected, or never closed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from fastlint.facts.records import Assign, Name, Return
from fastlint.model.calling import CONTEXT_MANAGERS
from fastlint.model.expressions import head, names_in
from fastlint.model.nodes import FunctionNode, Module
from fastlint.model.types import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Site
    from fastlint.model.sessions import Sessions

# So many functions must be given a session for each that makes one, for that to be the exception in a project; where
# only a few make one, there need not be so many.
_NORM = 4
_FEW = 5


class SessionUse:
    """Answers which functions take sessions and which make their own."""

    def __init__(self, inference: Inference, sessions: Sessions, reached: Reached) -> None:
        self._inference = inference
        self._sessions = sessions
        self._reached = reached
        self._takes: dict[tuple[Scope, bytes], bool] = {}

    def takes_session(self, node: FunctionNode) -> bool:
        """Whether a function has a parameter for a session."""
        data = node.module.facts.source.data
        for one in node.record.params:
            if one.annotation is None and one.default is None:
                continue
            key = (node.parent, data[one.start : one.end])
            found = self._takes.get(key)
            if found is None:
                kind = self._sessions.kind(self._inference.parameter(node, one))
                found = self._takes[key] = kind is not None
            if found:
                return True
        return False

    def on_the_spot(self) -> Iterator[tuple[Site, Way]]:
        """The calls by which endpoints and what they call make a session, where they might be given one.

        Below endpoints they count only where functions of the project are, as a rule, given their sessions.
        """
        if not self._sessions.used:
            return
        own: list[tuple[Site, Way]] = []
        deeper: list[tuple[Site, Way]] = []
        for way in self._reached.by_node.values():
            if not self._may_be_given(way):
                continue
            found = [one.site for one in self._sessions.openings(way.node) if self._is_global(one.site, way.node)]
            if way.parent is None:
                found += self._entered(way)
            if found and not self.takes_session(way.node):
                (own if way.parent is None else deeper).extend(
                    (site, way) for site in found if not _leaves(site, way.node)
                )
        yield from own
        if deeper and self._are_given((1 if len(deeper) <= _FEW else _NORM) * len(deeper)):
            yield from deeper

    def _are_given(self, many: int) -> bool:
        """Whether so many functions have a parameter for a session."""
        takers = (way for way in self._reached.by_node.values() if self.takes_session(way.node))
        return sum(1 for _ in islice(takers, many)) == many

    def _may_be_given(self, way: Way) -> bool:
        """Whether a function is part of the request's own flow, and no provider of sessions itself."""
        if way.apart or way.root.kind != "endpoint" or way.node.is_generator:
            return False
        if way.parent is not None and isinstance(way.node.parent, FunctionNode):
            return False  # what a decorator wraps around may be what gives sessions
        # timid: what a websocket, a task or a stream needs may outlive or undercut the request's session
        return not CONTEXT_MANAGERS.intersection(self._inference.decorator_names(way.node))

    def _entered(self, way: Way) -> Iterator[Site]:
        """`with session_scope() as session:` where the function makes a session of its own and gives it.

        `async for session in get_session():` is the same, in another dress.
        """
        for site in way.node.scan.calls:
            if site.use not in ("with", "for") or site.call.args or site.call.keywords:
                continue
            if not isinstance(site.call.func, Name) or self._is_local(head(site.call.func), way.node):
                continue
            for func in self._inference.of(site.call.func, way.node):
                if isinstance(func, FunctionRef) and self._scopes(func.node, site.use):
                    yield site

    def _scopes(self, node: FunctionNode, use: str) -> bool:
        managed = bool(CONTEXT_MANAGERS.intersection(self._inference.decorator_names(node)))
        gives = managed if use == "with" else node.is_generator and not managed
        return gives and bool(self._sessions.openings(node))

    def _is_global(self, site: Site, node: FunctionNode) -> bool:
        """Whether what makes the session is known everywhere: a maker of a parameter or of `self` was injected."""
        given = (*site.call.args[:1], *(one.value for one in site.call.keywords))
        used = [*names_in(site.call.func), *(name for one in given for name in names_in(one))]
        return not any(self._is_local(head(one), node) for one in used)

    def _is_local(self, name: str, node: FunctionNode) -> bool:
        here: FunctionNode | Module | object = node
        while isinstance(here, FunctionNode):
            if name in here.params:
                return True
            if any(one.kind != "import" for one in here.bindings(name)):
                return True
            here = here.parent
        return False


def _leaves(site: Site, node: FunctionNode) -> bool:
    """Whether the session is what the function is for: returned, put on an object, given to a function it was given."""
    statement = site.statement
    if any(isinstance(one.call.func, Name) and one.call.func.id in node.params for one in node.scan.calls):
        return True
    if isinstance(statement, Return):
        return statement.value is site.call
    target = statement.targets[0] if isinstance(statement, Assign) else None
    return isinstance(target, Name) and "." in target.id
