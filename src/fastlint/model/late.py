"""What is registered too late or in a place where it doesn't count, by the semantics of inclusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.model.routers import Include, Mount, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.routers import Router
    from fastlint.model.routes import Routes


class Late:
    """Compares when routers are included with when something is registered on them."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def registrations(self) -> Iterator[tuple[Route | Include, Include]]:
        """What is registered on a router after its only inclusion, in the same scope, with that inclusion."""
        for router, includes in self._included().items():
            for entry in router.entries:
                if isinstance(entry, (Route, Include)) and all(_after(entry, include) for include in includes):
                    yield entry, includes[0]

    def mounts(self) -> Iterator[Mount]:
        """Mounts on routers that are included."""
        for router in self._included():
            for entry in router.entries:
                if isinstance(entry, Mount):
                    yield entry

    def _included(self) -> dict[Router, list[Include]]:
        found: dict[Router, list[Include]] = {}
        for include in self._routes.includes:
            found.setdefault(include.child, []).append(include)
        return found


def _after(entry: Route | Include, include: Include) -> bool:
    (call, scope), (earlier, where) = entry.place, include.place
    # timid: between two scopes source doesn't tell which runs first
    return scope is where and call.start > earlier.start
