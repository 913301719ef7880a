"""Database engines and makers of sessions: which are made anew for each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Call, Name
from fastlint.model.arguments import argument, keyword
from fastlint.model.callsites import says
from fastlint.model.expressions import head, last, names_in
from fastlint.model.lifetimes import ends_with_request
from fastlint.model.nodes import FunctionNode
from fastlint.model.types import External

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastlint.model.inference import Inference
    from fastlint.model.nodes import Scope
    from fastlint.model.reached import Reached, Way
    from fastlint.model.scan import Site
    from fastlint.model.sessions import Sessions

_ASYNC_ENGINE = "sqlalchemy.ext.asyncio.create_async_engine"


class Engines:
    """Answers where engines are made."""

    def __init__(self, inference: Inference, sessions: Sessions) -> None:
        self._inference = inference
        self._sessions = sessions

    def per_request(self, reached: Reached) -> Iterator[tuple[Site, Way, str, bool]]:
        """The calls in request code that make an engine (True) or a maker of sessions (False) for the request only."""
        if not self._sessions.used:
            return
        for way in reached.by_node.values():
            if not says(way.node, b"ngine", b"sessionmaker"):
                continue
            for site in way.node.scan.calls:
                for func in self._inference.of(site.call.func, way.node):
                    if not isinstance(func, External) or not self._is_lasting(func, site.call, way.node):
                        continue
                    is_engine = self._sessions.makes_engine(func)
                    if not is_engine and self._is_of_new_engine(site.call, way.node):
                        continue  # the engine is what has to move
                    kept = not ends_with_request(self._inference, site, way)
                    if not kept or (is_engine and self._is_bound(site, way.node)):
                        yield site, way, func.name.rpartition(".")[2], is_engine

    def _is_of_new_engine(self, call: Call, node: FunctionNode) -> bool:
        """Whether a maker is bound to an engine that the same function makes."""
        bind = argument(call, 0, "bind")
        values = [one.value for one in node.bindings(bind.id)] if isinstance(bind, Name) else [bind]
        made = [value for value in values if isinstance(value, Call)]
        return any(self._sessions.makes_engine(func) for one in made for func in self._inference.of(one.func, node))

    def _is_bound(self, site: Site, node: FunctionNode) -> bool:
        """`with Session(create_engine(url)) as session:`."""
        for other in node.scan.calls:
            given = (*other.call.args, *(one.value for one in other.call.keywords))
            if other.use == "with" and any(one is site.call for one in given):
                return self._sessions.made(other.call, node) is not None
        return False

    def undisposed(self, scopes: Iterable[Scope]) -> Iterator[tuple[Site, Scope]]:
        """The async engines that these modules and functions make at start-up, with a pool of connections."""
        for scope in scopes:
            for site in scope.scan.calls if b"create_async_engine" in scope.module.facts.source.data else ():
                pool = keyword(site.call, "poolclass")
                if pool is not None and last(pool) in ("NullPool", "StaticPool"):
                    continue
                for func in self._inference.of(site.call.func, scope):
                    if isinstance(func, External) and func.name == _ASYNC_ENGINE:
                        yield site, scope

    def _is_lasting(self, func: External, call: Call, node: FunctionNode) -> bool:
        """Whether a call makes what ought to be made once: no engine without a pool or for a given address."""
        if self._sessions.makes_maker(func):
            return not self._depends_on(call, "bind", node)
        pool = keyword(call, "poolclass")
        if not self._sessions.makes_engine(func) or (pool is not None and last(pool) == "NullPool"):
            return False
        return not self._depends_on(call, "url", node)

    def _depends_on(self, call: Call, name: str, node: FunctionNode) -> bool:
        """Whether an argument hangs on what the function, or one around it, is given: each call may need its own."""
        given = argument(call, 0, name)
        if given is None:
            return True
        todo = [head(one) for one in names_in(given)]
        seen: set[str] = set()
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            seen.add(one)
            here: Scope | None = node
            while isinstance(here, FunctionNode):
                if one in here.params:
                    return True
                values = [binding.value for binding in here.bindings(one) if binding.value is not None]
                todo += [head(inner) for value in values for inner in names_in(value)]
                here = here.parent
        return False
