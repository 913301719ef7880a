"""Which part each module plays: router, service, repo, model, schema, dependency, test, migration; and domains."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING

from fastlint.facts.ignore import IgnoreSpec
from fastlint.model.nodes import FunctionNode, Module

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastlint.model.modules import Modules
    from fastlint.model.routes import Routes
    from fastlint.model.schemas import Schemas
    from fastlint.settings.schema import Role

_WORDS = re.compile(r"[a-z]+")
# What the words of a module's or folder's name say, where the code in it does not decide.
_NAMES: tuple[tuple[Role, frozenset[str]], ...] = (
    ("dependency", frozenset({"dependencies", "dependency", "deps", "depends"})),
    ("schema", frozenset({"schema", "schemas", "dto", "dtos"})),
    ("repo", frozenset({"repo", "repos", "repository", "repositories", "crud", "cruds", "dao", "daos"})),
    ("service", frozenset({"service", "services", "usecase", "usecases", "interactor", "interactors", "bl"})),
    ("model", frozenset({"model", "models", "entity", "entities"})),
)
_WEB_WORDS = frozenset({"routers", "routes", "endpoints", "controllers", "views"})
_TYPE_WORDS = frozenset({"routers", "routes", "endpoints", "controllers", "views", "api"}).union(
    *(names for role, names in _NAMES if role != "dependency")
)
# What may as well be the subject of a module in a folder of its layer, and what in one of data.
_SUBJECTS = frozenset({"services", "repos", "models"})
_DATA_SUBJECTS = frozenset({"service", "repo", "repository", "model"})
_OF_WEB = frozenset({"crud", "service", "services", "repo", "repository"})
_DATA_WORDS = frozenset({"schema", "schemas", "dto", "dtos", "model", "models", "entity", "entities"})
_TESTS = frozenset({"tests", "test", "testing", "e2e"})
_TEST_ENDINGS = ("-test", "-tests", "_tests")
_LAYERS: frozenset[Role] = frozenset({"router", "service", "repo"})


def is_test(path: str) -> bool:
    """Whether a file is one of the project's tests, by the usual names of files and folders."""
    *folders, name = path.split("/")
    return (
        name.startswith("test_")
        or name.endswith("_test.py")
        or name == "conftest.py"
        or not _TESTS.isdisjoint(folders)
        or any(folder.endswith(_TEST_ENDINGS) for folder in folders)
    )


class Layers:
    """Answers which role a module plays: the settings say it, else what the code does, else names."""

    def __init__(
        self, modules: Modules, routes: Routes, schemas: Schemas, configured: Mapping[Role, Sequence[str]]
    ) -> None:
        self._modules = modules
        self._routes = routes
        self._schemas = schemas
        self._configured = [(role, IgnoreSpec(patterns)) for role, patterns in configured.items()]
        self._roles: dict[Module, Role | None] = {}

    def role(self, module: Module) -> Role | None:
        """The role of a module; None where it plays none that is known."""
        if module not in self._roles:
            self._roles[module] = self._role(module)
        return self._roles[module]

    def _role(self, module: Module) -> Role | None:
        path = module.path
        for role, spec in self._configured:
            if spec.covers(path):
                return role
        if is_test(path):
            return "test"
        if _is_migration(module):
            return "migration"
        if module in self._routing:
            return "router"
        named = self._named(module)
        return named if named in ("repo", "service", "dependency") else self._by_classes(module) or named

    @cached_property
    def _routing(self) -> frozenset[Module]:
        """Modules that register endpoints, or only join routers."""
        declaring = {route.scope.module for route in self._routes.all}
        joining = {one.scope.module for one in self._routes.includes}
        return frozenset(declaring | joining)

    @cached_property
    def declaring(self) -> frozenset[Module]:
        """Modules that register endpoints in their own body or in a class, not just in some function."""
        return frozenset(route.scope.module for route in self._routes.all if not isinstance(route.scope, FunctionNode))

    def _named(self, module: Module) -> Role | None:
        """What a name says: the module's own, else that of the nearest folder that says something."""
        parts = module.path.removesuffix(".py").removesuffix("/__init__").split("/")
        if any(_NAMES[0][1].intersection(_WORDS.findall(part.lower())) for part in parts):
            return "dependency"
        folder = set(_WORDS.findall(parts[-2].lower())) if len(parts) > 1 else set()
        if (parts[-1] in _SUBJECTS and folder & _TYPE_WORDS) or (parts[-1] in _DATA_SUBJECTS and folder & _DATA_WORDS):
            parts.pop()  # `models/services.py`: the model of a thing that is called so
        if parts[-1] in _OF_WEB and folder & _WEB_WORDS:
            return None  # `endpoints/crud.py`: a part of the web layer by its folder, whatever it is called
        for part in reversed(parts):
            for word in reversed(_WORDS.findall(part.lower())):  # the last one says what it is: `crud_service`
                for role, names in _NAMES:
                    if word in names:
                        return role
        return None

    def _by_classes(self, module: Module) -> Role | None:
        """`model` where classes are mapped to tables, `schema` where most are Pydantic's."""
        classes = [one for one in module.classes if isinstance(one.parent, Module)]
        if any(self._schemas.is_entity(one) for one in classes):
            return "model"
        data = sum(1 for one in classes if self._schemas.is_model(one))
        return "schema" if data and data * 2 > len(classes) + len(module.functions) else None

    @cached_property
    def has_inner_layers(self) -> bool:
        """Whether the project has anything that queries could move to: a service, repo or crud module."""
        return any(
            self.role(module) in ("service", "repo") and (module.functions or module.classes)
            for module in self._modules.by_path.values()
        )

    @cached_property
    def domains(self) -> Mapping[str, tuple[Module, ...]]:
        """Folders that hold at least two of router, service and repo: code by feature."""
        found: defaultdict[str, list[Module]] = defaultdict(list)
        for module in self._modules.by_path.values():
            if self.role(module) not in (None, "test", "migration"):
                found[dirname(module.path)].append(module)
        return {
            folder: tuple(members)
            for folder, members in found.items()
            if folder and len(_LAYERS.intersection(self._own_roles(members))) > 1
        }

    def _own_roles(self, members: list[Module]) -> list[Role]:
        return [role for module in members if not module.is_package and (role := self.role(module)) is not None]

    @cached_property
    def type_folders(self) -> Mapping[str, tuple[Module, ...]]:
        """Folders that are named for a layer (`routers`, `crud`) and hold at least two modules of layers."""
        found: defaultdict[str, list[Module]] = defaultdict(list)
        for module in self._modules.by_path.values():
            folder = dirname(module.path)
            named = not module.is_package and set(_WORDS.findall(folder.rpartition("/")[2])) & _TYPE_WORDS
            if named and self.role(module) in ("router", "service", "repo", "model", "schema"):
                found[folder].append(module)
        return {folder: tuple(members) for folder, members in found.items() if len(members) > 1}

    def domain(self, module: Module) -> str | None:
        """The folder of the domain that a module belongs to."""
        folder = dirname(module.path)
        while folder:
            if folder in self.domains:
                return folder
            folder = dirname(folder)
        return None


def _is_migration(module: Module) -> bool:
    """An Alembic revision or environment."""
    if "down_revision" in module.scan.bindings and "revision" in module.scan.bindings:
        return True
    folders = module.path.split("/")[:-1]
    return not {"alembic", "migrations"}.isdisjoint(folders)
