"""The routes of a project: endpoints, and the table that each app serves."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.plain_routes import PlainRoute
from fastlint.model.routers import Endpoint, Hook, Include, Mount, Route, Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.manifests import Manifests
    from fastlint.facts.records import Call
    from fastlint.model.nodes import Scope
    from fastlint.model.registrations import Registrations
    from fastlint.model.routers import Router

# Includes nest rarely beyond five; a project that includes a router in itself must end.
_DEEPEST = 12
_MOST = 20_000


class Routes:
    """Apps, endpoints and served routes, from the registrations."""

    def __init__(self, registrations: Registrations, manifests: Manifests) -> None:
        self._registrations = registrations
        self._manifests = manifests

    @cached_property
    def routers(self) -> tuple[Router, ...]:
        """All apps and routers in order of place."""
        return tuple(one for _, one in sorted(self._registrations.routers.items()))

    @cached_property
    def apps(self) -> tuple[Router, ...]:
        """All apps in order of place."""
        return tuple(one for one in self.routers if one.kind == "app")

    @cached_property
    def all(self) -> tuple[Route, ...]:
        """Every registration of an endpoint, included or not."""
        return tuple(entry for router in self.routers for entry in router.entries if isinstance(entry, Route))

    @cached_property
    def hooks(self) -> tuple[Hook, ...]:
        """Middleware, exception handlers, event handlers and lifespans."""
        return tuple(entry for router in self.routers for entry in router.entries if isinstance(entry, Hook))

    @cached_property
    def includes(self) -> tuple[Include, ...]:
        """Every `include_router`, those made through a wrapper once for each call of it."""
        return tuple(entry for router in self.routers for entry in router.entries if isinstance(entry, Include))

    @cached_property
    def unresolved(self) -> tuple[tuple[Call, Scope], ...]:
        """Every `include_router` of which source doesn't tell what it includes, or in what."""
        return tuple(self._registrations.unresolved)

    @cached_property
    def mounted(self) -> frozenset[Router]:
        """Apps that are mounted on another."""
        return frozenset(
            entry.child
            for router in self.routers
            for entry in router.entries
            if isinstance(entry, Mount) and entry.child is not None
        )

    @cached_property
    def _copies(self) -> bool:
        """Whether an inclusion copies the routes of a router, and leaves out its mounts."""
        return self._manifests.surely("fastapi", "<0.137")

    @cached_property
    def tables(self) -> dict[Router, tuple[Served, ...]]:
        """For each app that no other mounts: its routes in the order that they are matched in."""
        inner = self.mounted.union(self._registrations.versioned.values())
        return {app: tuple(self._table(app)) for app in self.apps if app not in inner}

    def _table(self, app: Router) -> Iterator[Served]:
        for count, served in enumerate(self._all(app)):
            if count >= _MOST:
                return
            yield served

    def _all(self, app: Router) -> Iterator[Served]:
        inner = self._registrations.versioned.get(app)
        if inner is not None:
            yield from self._registrations.versions.served(app, self._walk(inner, inner, "", (), 0, mounted=False))
        yield from self._walk(app, app, "", (), 0, mounted=False)

    def plain(self, app: Router) -> Iterator[tuple[str, PlainRoute]]:
        """What an app serves past FastAPI, with the full paths; inner apps and routers included."""
        todo: list[tuple[Router, str]] = [(app, "")]
        seen: set[tuple[Router, str]] = set()
        while todo:
            router, prefix = todo.pop(0)
            if (router, prefix) in seen or len(seen) > _MOST:
                continue
            seen.add((router, prefix))
            own = prefix + (router.prefix if router.kind == "router" else "")
            for entry in router.entries:
                if isinstance(entry, PlainRoute):
                    yield own + entry.path, entry
                elif isinstance(entry, Include):
                    todo.append((entry.child, own + entry.prefix))
                elif isinstance(entry, Mount) and entry.child is not None:
                    todo.append((entry.child, own + entry.path.rstrip("/")))

    def _walk(
        self, app: Router, router: Router, prefix: str, includes: tuple[Include, ...], depth: int, *, mounted: bool
    ) -> Iterator[Served]:
        if depth > _DEEPEST:
            return
        told = includes[-1].own if includes else None
        strangers = includes[-1].strangers if includes else ()
        own = prefix + ((router.prefix if told is None else told) if router.kind == "router" else "")
        for entry in router.entries:
            if strangers and not strangers.isdisjoint(_around(entry.scope)):
                continue
            if isinstance(entry, Route):
                yield Served(app, own + entry.path, entry, includes, mounted=mounted)
            elif isinstance(entry, Include):
                yield from self._walk(
                    app, entry.child, own + entry.prefix, (*includes, entry), depth + 1, mounted=mounted
                )
            elif isinstance(entry, Mount) and entry.child is not None:
                if router.kind == "router" and self._copies:
                    continue
                at = own if router.kind == "app" else prefix  # a router's own prefix doesn't count for its mounts
                yield from self._walk(
                    entry.child, entry.child, at + entry.path.rstrip("/"), (), depth + 1, mounted=True
                )

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Every function that is registered as an endpoint, once each, in order of place."""
        found: dict[FunctionNode, Endpoint] = {}
        for route in self.all:
            if route.function is not None:
                found.setdefault(route.function, Endpoint(route.function)).routes.append(route)
        for table in self.tables.values():
            for served in table:
                if served.route.function is not None:
                    found[served.route.function].served.append(served)
        return tuple(sorted(found.values(), key=lambda one: (one.function.module.path, one.function.record.start)))

    @cached_property
    def by_function(self) -> dict[FunctionNode, Endpoint]:
        """Endpoints by their function."""
        return {endpoint.function: endpoint for endpoint in self.endpoints}


def _around(scope: Scope) -> Iterator[ClassNode | FunctionNode]:
    """The functions, and the class that they are methods of, in which something is registered."""
    while isinstance(scope, FunctionNode):
        yield scope
        scope = scope.parent
    if isinstance(scope, ClassNode):
        yield scope
