"""Imports that run against the layers: upwards, past a layer, across domains."""

from __future__ import annotations

import re
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Name
from fastlint.model.nodes import ClassNode, Module
from fastlint.model.plain import Plain
from fastlint.model.types import ClassRef, FunctionRef, ModuleRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Import, ImportName
    from fastlint.model.inference import Inference
    from fastlint.model.layers import Layers
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import FunctionNode
    from fastlint.text import Span

InversionKind: TypeAlias = Literal["upwards", "past", "across"]

_WORDS = re.compile(r"[a-z]+")
_SERVICE = frozenset({"service", "services", "usecase", "usecases", "interactor", "bl"})
_LAYER_WORDS = _SERVICE | {"repo", "repos", "repository", "repositories", "crud", "dao", "common", "base"}
_REPO = _LAYER_WORDS - _SERVICE - {"common", "base"}
_DATABASE = re.compile(
    rb"^\s*(?:from|import)\s+(?:sqlalchemy|sqlmodel|asyncpg|psycopg2?|aiosqlite?|sqlite3|databases)\b", re.MULTILINE
)
_HEIGHT = {"repo": 0, "service": 1, "router": 2}


_STYLE = 10  # so few services make no style


class LayerImport(Plain, frozen=True):
    """A module-level import of one layer's module by another's; names are followed to where they are defined."""

    importer: Module
    target: Module
    span: Span


class Inversion(Plain, frozen=True):
    """An import that runs against the layers.

    Attributes:
        kind: `upwards` (a repo imports a service, a service a router), `past` (a router imports a repo that a
            service stands before), `across` (a service imports the repo of a domain that has a service).
        service: the service that should be asked, for the latter two.
    """

    kind: InversionKind
    used: LayerImport
    service: Module | None = None


class Layering:
    """Compares who imports whom with who may."""

    def __init__(self, modules: Modules, inference: Inference, layers: Layers) -> None:
        self._modules = modules
        self._inference = inference
        self._layers = layers

    @cached_property
    def imports(self) -> tuple[LayerImport, ...]:
        """Imports between routers, services and repos."""
        found: dict[tuple[Module, Module], LayerImport] = {}
        for module in self._modules.by_path.values():
            if self._layers.role(module) in _HEIGHT:
                for one in self._of_module(module):
                    if one.target is not module and self._layers.role(one.target) in _HEIGHT:
                        found.setdefault((module, one.target), one)
        return tuple(found.values())

    def _of_module(self, module: Module) -> Iterator[LayerImport]:
        guarded = [
            statement
            for statement, _ in module.scan.ifs
            if isinstance(statement.test, Name) and statement.test.id.rpartition(".")[2] == "TYPE_CHECKING"
        ]
        for statement in module.scan.imports:
            if not any(one.start <= statement.start < one.end for one in guarded):
                for name in statement.names:
                    target = self._target(module, statement, name)
                    if target is not None:
                        yield LayerImport(module, target, module.span(name.start, name.end))

    def _target(self, module: Module, statement: Import, name: ImportName) -> Module | None:
        if not statement.is_from:
            found = self._modules.find(name.name, module.path)
            return found if isinstance(found, Module) else None
        for one in self._inference.lookup.imported(module, statement, name):
            match one:
                case ModuleRef(module=Module() as target):
                    return target
                case ClassRef(cls=node) | FunctionRef(node=node):
                    return node.module
                case _:
                    pass
        source = self._modules.source(module, statement)
        return source if isinstance(source, Module) else None

    def inversions(self) -> Iterator[Inversion]:
        """Every import that runs against the layers."""
        for one in self.imports:
            lower, upper = self._layers.role(one.importer), self._layers.role(one.target)
            if _HEIGHT[lower or ""] < _HEIGHT[upper or ""]:
                if self._is_clear(one.importer) and self._is_clear(one.target):
                    yield Inversion("upwards", one)
            elif upper == "repo" and self._is_clear(one.target):
                service = self._guardian(one.target)
                if service is None or service is one.importer:
                    continue
                if lower == "router":
                    if one.importer not in self._layers.declaring:
                        continue  # a module that only joins routers wires them, and what they need
                    if self._hands_on(one):
                        continue
                    yield Inversion("past", one, service)
                elif lower == "service" and self._strange(one.importer, one.target):
                    yield Inversion("across", one, service)

    @cached_property
    def is_shared_style(self) -> bool:
        """Whether services ask the repositories of other domains as a matter of course, every second one at least."""
        across = {one.used.importer for one in self.inversions() if one.kind == "across"}
        return len(across) >= _STYLE and 2 * len(across) >= len(self._own_services)

    @cached_property
    def _own_services(self) -> list[Module]:
        modules = self._modules.by_path.values()
        return [one for one in modules if self._layers.role(one) == "service" and self._layers.domain(one) is not None]

    def cycles(self) -> Iterator[tuple[LayerImport, LayerImport]]:
        """Pairs of imports by which the inner layers of two domains import each other, one pair for two domains."""
        edges: dict[tuple[str, str], LayerImport] = {}
        for one in self.imports:
            mine, theirs = self._layers.domain(one.importer), self._layers.domain(one.target)
            if mine is None or theirs is None or self._layers.role(one.importer) == "router":
                continue
            if mine != theirs and not f"{mine}/".startswith(f"{theirs}/") and not f"{theirs}/".startswith(f"{mine}/"):
                edges.setdefault((mine, theirs), one)
        for (mine, theirs), one in edges.items():
            back = edges.get((theirs, mine))
            if back is not None and mine < theirs:
                yield one, back

    def _hands_on(self, used: LayerImport) -> bool:
        """Whether a router's module uses a repo only in plain functions that make a service: its dependencies."""
        importer = used.importer
        names = [
            name.bound
            for statement in importer.scan.imports
            for name in statement.names
            if self._target(importer, statement, name) is used.target
        ]
        word = re.compile(rb"\b(?:%s)\b" % b"|".join(re.escape(one.encode()) for one in names))
        imports = [(one.start, one.end) for one in importer.scan.imports]
        makers = [
            (one.record.start, one.record.end)
            for one in importer.functions
            if not one.record.decorators and self._makes_service(one)
        ]
        places = [found.start() for found in word.finditer(importer.facts.source.data)]
        uses = [at for at in places if not any(start <= at < end for start, end in imports)]
        return bool(uses) and all(any(start <= at < end for start, end in makers) for at in uses)

    def _makes_service(self, function: FunctionNode) -> bool:
        return any(
            isinstance(made, ClassRef)
            and isinstance(made.cls, ClassNode)
            and self._layers.role(made.cls.module) == "service"
            for site in function.scan.calls
            for made in self._inference.of(site.call.func, function)
        )

    def _strange(self, service: Module, repo: Module) -> bool:
        mine, theirs = self._layers.domain(service), self._layers.domain(repo)
        return mine is not None and theirs is not None and mine != theirs

    def _is_clear(self, module: Module) -> bool:
        """Whether it is what it seems: a repo that touches a database, a service by its own name, not its folder's.

        The name is the module's, or that of a class in it: `services/users.py` with its `UserService`.
        """
        role = self._layers.role(module)
        if role == "repo":
            return _DATABASE.search(module.facts.source.data) is not None
        if role == "router":
            return module in self._layers.declaring
        words = set(_WORDS.findall(_stem(module)))
        if _is_among_repos(module):
            return False
        named = not words.isdisjoint(_SERVICE) or any(one.name.endswith("Service") for one in module.classes)
        return named and "pb" not in words

    def _guardian(self, repo: Module) -> Module | None:
        """The service that stands before a repo: it asks it, in the same domain or for the same subject."""
        domain = self._layers.domain(repo)
        for one in self.imports:
            if (
                one.target is repo
                and self._layers.role(one.importer) == "service"
                and not _is_among_repos(one.importer)
            ):
                near = domain is not None and self._layers.domain(one.importer) == domain
                if near or subject(one.importer) == subject(repo):
                    return one.importer
        return None


def _is_among_repos(module: Module) -> bool:
    """`crud/stream_services.py`: by the one name a service, by the other a repo."""
    return not _REPO.isdisjoint(_WORDS.findall(dirname(module.path).lower()))


def _stem(module: Module) -> str:
    return module.path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2].lower()


def subject(module: Module) -> str:
    """What a module of a layer is about: `user` for `user_service.py`, `repos/users.py` and `users/service.py`."""
    words = [one for one in _WORDS.findall(_stem(module)) if one not in _LAYER_WORDS]
    if not words:
        words = [dirname(module.path).rpartition("/")[2].lower()]
    name = "_".join(words)
    return name if name.endswith("ss") else name.removesuffix("s")
