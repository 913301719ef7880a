"""Dependencies that commit after their `yield`: since FastAPI 0.118 that is after the answer has been sent."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Await, Call
from fastlint.model.calling import CONTEXT_MANAGERS
from fastlint.model.callsites import says
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.types import FunctionRef, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.dependencies import Dependencies, Dependency
    from fastlint.model.inference import Inference
    from fastlint.model.routers import Endpoint
    from fastlint.model.routes import Routes
    from fastlint.model.sessions import Sessions
    from fastlint.text import Span

# A context manager inside a context manager inside one …: three are many.
_DEEPEST = 3


class Use:
    """One `Depends(…)` on a function: for which endpoint, and which function asks for it, if one does."""

    __slots__ = ("asker", "dependency", "endpoint")

    def __init__(self, dependency: Dependency, endpoint: Endpoint, asker: FunctionNode | None) -> None:
        self.dependency = dependency
        self.endpoint = endpoint
        self.asker = asker


class LateCommit:
    """A place in a dependency that commits too late; `uses` are the `Depends(…)` that let it."""

    __slots__ = ("at", "node", "uses")

    def __init__(self, node: FunctionNode, at: Span, uses: tuple[Use, ...]) -> None:
        self.node = node
        self.at = at
        self.uses = uses


class LateCommits:
    """Finds dependencies that commit after the answer."""

    def __init__(self, inference: Inference, routes: Routes, dependencies: Dependencies, sessions: Sessions) -> None:
        self._inference = inference
        self._routes = routes
        self._dependencies = dependencies
        self._sessions = sessions

    @cached_property
    def all(self) -> tuple[LateCommit, ...]:
        """Every late commit of a dependency that some endpoint has with the lifetime of the request."""
        found: list[LateCommit] = []
        for node, uses in self._uses().items():
            if not says(node, b"commit", b"begin", b"with ") or not node.is_generator:
                continue
            late = tuple(one for one in uses if one.dependency.lifetime != "function")
            if late and not CONTEXT_MANAGERS.intersection(self._inference.decorator_names(node)):
                found += [
                    LateCommit(node, node.module.span(one.start, one.end), late) for one in self.after_yield(node)
                ]
        return tuple(found)

    def _uses(self) -> dict[FunctionNode, list[Use]]:
        """For each function that is depended on its uses, each `Depends(…)` once."""
        found: dict[FunctionNode, dict[int, Use]] = {}
        for endpoint in self._routes.endpoints:
            direct = self._dependencies.of_endpoint(endpoint)
            asked = [(one, None) for one in direct]
            for outer in self._dependencies.closure(direct):
                if outer.function is not None:
                    asked += [(one, outer.function) for one in self._dependencies.of_function(outer.function)]  # type: ignore[misc]
            for one, asker in asked:
                if one.function is not None:
                    found.setdefault(one.function, {}).setdefault(id(one.call), Use(one, endpoint, asker))
        return {node: list(uses.values()) for node, uses in found.items()}

    def after_yield(self, node: FunctionNode, depth: int = 0) -> Iterator[Expr]:
        """What commits in a generator once it goes on behind its `yield`: a commit, or a `with` around the `yield`."""
        scan = node.scan
        if not scan.yields:
            return
        first = scan.yields[0][0]
        for site in scan.calls:
            behind = site.call.start > first.end and not site.block.deferred and "except" not in site.block.kinds()
            if behind and self._commits(site.call, node):
                yield site.call
        for statement, _ in scan.withs:
            if statement.start < first.start < statement.end:
                for item in statement.items:
                    if self._commits_on_exit(item.value, node, depth):
                        yield item.value

    def _commits(self, call: Call, node: FunctionNode) -> bool:
        if self._sessions.commits(call, node):
            return True
        return any(
            isinstance(func, FunctionRef) and self._has_commit(func.node)
            for func in self._inference.of(call.func, node)
        )

    def _has_commit(self, node: FunctionNode) -> bool:
        if not says(node, b".commit("):
            return False
        return any(
            "except" not in site.block.kinds() and self._sessions.commits(site.call, node) for site in node.scan.calls
        )

    def _commits_on_exit(self, value: Expr, node: FunctionNode, depth: int) -> bool:
        if self._sessions.commits_on_exit(value, node):
            return True
        inner = value.value if isinstance(value, Await) else value
        if isinstance(inner, Call) and depth < _DEEPEST:
            for func in self._inference.of(inner.func, node):
                if isinstance(func, FunctionRef) and CONTEXT_MANAGERS.intersection(
                    self._inference.decorator_names(func.node)
                ):
                    return any(True for _ in self.after_yield(func.node, depth + 1))
        for one in self._inference.of(value, node):
            if isinstance(one, Instance) and isinstance(one.cls, ClassNode):
                methods = [self._inference.members.method(one.cls, name) for name in ("__aexit__", "__exit__")]
                return any(method is not None and self._commits_in(method) for method in methods)
        return False

    def _commits_in(self, method: FunctionNode) -> bool:
        """Whether leaving commits: in the method itself, or in one of the class's own that it calls."""
        if self._has_commit(method):
            return True
        return any(
            isinstance(func, FunctionRef) and func.node.owner is not None and self._has_commit(func.node)
            for site in method.scan.calls
            if "except" not in site.block.kinds()
            for func in self._inference.of(site.call.func, method)
        )
