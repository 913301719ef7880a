"""Routers whose routes no app serves, as far as source tells that nothing else is done with them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Name
from fastlint.model.layers import is_test
from fastlint.model.nodes import Module
from fastlint.model.routers import Include, Mount, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.model.modules import Modules
    from fastlint.model.routers import Router
    from fastlint.model.routes import Routes

# What may follow a router's name where it is defined or registered on; any other use may serve it.
_PLAIN_USE = (
    rb"\s*(?::[^=\n]*)?=[^=]|\s*\.\s*(?:get|post|put|patch|delete|options|head|trace|api_route|websocket|websocket_route|route"
    rb"|add_api_route|add_api_websocket_route|include_router|mount|on_event|add_event_handler)\b"
)
_BY_TEXT = re.compile(
    rb"\b(?:import_module|__import__|iter_modules|walk_packages|entry_points|exec_module)\b|\bgetattr\([^\n]*outer"
)
_TEXT = re.compile(rb"\"{3}[\s\S]*?\"{3}|'{3}[\s\S]*?'{3}|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|#[^\n]*")


class Unreached:
    """Looks for routers that nothing includes."""

    def __init__(self, modules: Modules, routes: Routes) -> None:
        self._modules = modules
        self._routes = routes

    @cached_property
    def all(self) -> tuple[Router, ...]:
        """Routers with routes that neither an app nor another router includes and that nothing else makes use of.

        None where the project has no app (it is a library), or includes something that source doesn't name.
        """
        if not any(not is_test(app.scope.module.path) for app in self._routes.apps):
            return ()
        if self._may_include_anything():
            return ()
        taken = {
            entry.child for router in self._routes.routers for entry in router.entries if isinstance(entry, Include)
        }
        taken |= {
            entry.child
            for router in self._routes.routers
            for entry in router.entries
            if isinstance(entry, Mount) and entry.child is not None
        }
        return tuple(
            router
            for router in self._routes.routers
            if router.kind == "router"
            and router not in taken
            and any(isinstance(entry, (Route, Include)) for entry in router.entries)
            and not is_test(router.scope.module.path)
            and not self._is_used(router)
        )

    def _may_include_anything(self) -> bool:
        """Whether something is included that source doesn't name, in a project that imports modules by text.

        Without such imports what is included is named somewhere, and a router that nothing names is not among it.
        """
        unknown = any(not is_test(scope.module.path) for _, scope in self._routes.unresolved)
        return unknown and any(
            _BY_TEXT.search(module.facts.source.data)
            for path, module in self._modules.by_path.items()
            if not is_test(path)
        )

    def _is_used(self, router: Router) -> bool:
        module = router.scope.module
        if router.scope is not module:
            return True  # timid: a router made in a function may be returned, kept or handed on
        names = [
            target.id
            for statement, _ in module.scan.assigns
            if statement.value is router.call
            for target in statement.targets
            if isinstance(target, Name)
        ]
        return not names or any(self._name_is_used(module, name) or self._may_be_meant(module, name) for name in names)

    def _name_is_used(self, module: Module, name: str) -> bool:
        if name in (module.exported or ()):
            return True
        for where, bound in ((module, name), *self._imported(module, name)):
            data = _TEXT.sub(b"", where.facts.source.data)
            word = re.escape(bound.encode())
            for match in re.finditer(rb"(?<![\w.])%s\b(?!%s)" % (word, _PLAIN_USE), data):
                if not _in_import(data, match.start()):
                    return True
        return False

    def _imported(self, module: Module, name: str) -> Iterator[tuple[Module, str]]:
        """Where the router is imported from its module, or the module itself is, or a package that it lies in."""
        for holder, way in ((module, ""), *self._packages(module)):
            for path in self._modules.importers.get(holder.path, ()):
                importer = self._modules.by_path[path]
                for statement in importer.scan.imports:
                    for one in statement.names:
                        source = self._modules.source(importer, statement) if statement.is_from else None
                        if source is module and one.name in (name, "*"):
                            yield importer, one.bound if one.name == name else name
                        elif isinstance(source, Module) and self._modules.submodule(source, one.name) is holder:
                            yield importer, f"{one.bound}.{way}{name}"
                        elif not statement.is_from and self._modules.find(one.name, path) is holder:
                            yield importer, f"{one.name}.{way}{name}"

    def _may_be_meant(self, module: Module, name: str) -> bool:
        """Whether an import that leads nowhere ends like the way to the router: the sources may lie elsewhere there."""
        way = module.path.removesuffix(".py").removesuffix("/__init__").split("/")
        return len(way) > 1 and (".".join(way[-2:]), name) in self._strange_imports

    @cached_property
    def _strange_imports(self) -> frozenset[tuple[str, str]]:
        """What imports that lead nowhere name: the last two parts of the module, and the name in it."""
        return frozenset(
            (".".join(statement.module.split(".")[-2:]), one.name)
            for module in self._modules.by_path.values()
            for statements in (module.scan, *(function.scan for function in module.functions))
            for statement in statements.imports
            if statement.is_from and not statement.level and self._modules.source(module, statement) is None
            for one in statement.names
        )

    def _packages(self, module: Module) -> Iterator[tuple[Module, str]]:
        """The packages around a module, and the way to it from there: `users.views.`."""
        place, _, way = module.path.removesuffix(".py").removesuffix("/__init__").rpartition("/")
        while isinstance(package := self._modules.at(place), Module) and package.is_package:
            yield package, f"{way}."
            place, _, outer = place.rpartition("/")
            way = f"{outer}.{way}"


def _in_import(data: bytes, at: int) -> bool:
    """Whether a place lies in an import statement."""
    line = data[data.rfind(b"\n", 0, at) + 1 : at]
    if re.match(rb"\s*(?:from|import)\b", line):
        return True
    opened = data.rfind(b"import (", 0, at)
    return opened >= 0 and data.find(b")", opened, at) < 0
