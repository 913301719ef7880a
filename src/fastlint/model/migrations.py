"""Alembic in a project: its environments, what they migrate, and what creates tables past them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fastlint.facts.records import Name
from fastlint.model.arguments import keyword
from fastlint.model.expressions import last
from fastlint.model.nodes import ClassNode
from fastlint.model.types import ClassRef, External, Instance, MethodRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Call, Expr, Import
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Module, Scope
    from fastlint.model.scan import Site
    from fastlint.model.startup import Start, Startup
    from fastlint.model.types import Type
    from fastlint.text import Span

_METADATA = "sqlalchemy.MetaData"
# Classes that every project's own bases are made from.
_ROOTS = ("sqlalchemy.", "builtins.", "pydantic.", "typing.")

# What makes a module a migration.
_NEEDED = frozenset({"revision", "down_revision"})


class Creation:
    """A call that creates all tables at start-up, as source writes it; `switch` is a flag it runs by, if any."""

    __slots__ = ("environment", "name", "site", "start", "switch")

    def __init__(self, site: Site, start: Start, name: str, environment: Module, switch: str) -> None:
        self.switch = switch
        self.site = site
        self.start = start
        self.name = name
        self.environment = environment


class Migrations:
    """Answers how a project migrates its database."""

    def __init__(self, modules: Modules, inference: Inference, startup: Startup) -> None:
        self._modules = modules
        self._inference = inference
        self._startup = startup

    @cached_property
    def environments(self) -> tuple[Module, ...]:
        """The modules that run migrations: those that ask `alembic.context` to."""
        return tuple(
            module
            for module in self._modules.by_path.values()
            if b"run_migrations" in module.facts.source.data and any(map(_imports_context, module.scan.imports))
        )

    @cached_property
    def revisions(self) -> frozenset[Module]:
        """The modules that are migrations: they say what they revise."""
        return frozenset(
            module
            for module in self._modules.by_path.values()
            if b"down_revision" in module.facts.source.data and not _NEEDED.difference(module.scan.bindings)
        )

    def creations(self) -> Iterator[Creation]:
        """The calls at start-up that create all tables of a metadata that migrations are there for."""
        if not self.environments:
            return
        for start in self._startup.scopes(b"create_all"):
            for site in start.scope.scan.calls:
                switch = self._startup.switch(site.block, start.scope)
                if switch is None or site.block.deferred or keyword(site.call, "tables") is not None:
                    continue
                func = self._created(site.call, start.scope)
                environment = self._environment(func, start.scope) if func is not None else None
                if func is not None and environment is not None:
                    text = start.scope.module.facts.source.text(func.start, func.end)
                    yield Creation(site, start, "".join(text.split()), environment, switch or start.switch)

    def unnamed(self) -> Iterator[tuple[Span, str]]:
        """The metadata that are migrated, in a project that says nothing of a naming convention, each once."""
        sources = (one.facts.source for one in self._modules.by_path.values())
        # timid: a convention for one metadata is taken for one for all
        if any(b"naming_convention" in one.data for one in sources):
            return
        found: dict[Span, str] = {}
        for module in self.environments:
            for expr in self._targets(module):
                if isinstance(expr, Name):
                    found.setdefault(self._home(expr, module), expr.id)
        yield from sorted(found.items())

    def _home(self, target: Name, module: Module) -> Span:
        """Where the convention of a metadata would be set: the project's outermost base, or where it is migrated."""
        head, _, rest = target.id.removesuffix(".metadata").partition(".")
        types = self._inference.lookup.name(head, module, target.start, ())
        for one in self._inference.path(types, rest) if rest else types:
            bases = self._inference.members.mro(one.cls) if isinstance(one, ClassRef) else ()
            own = [base for base in bases if isinstance(base, ClassNode)]
            if own:
                return own[-1].name_span
        return module.span(target.start, target.end)

    def _created(self, call: Call, scope: Scope) -> Name | None:
        """`Base.metadata.create_all`, called or handed to a call that runs it."""
        for func in (call.func, *call.args):
            if isinstance(func, Name) and last(func) == "create_all":
                for one in self._inference.of(func, scope):
                    if isinstance(one, MethodRef) and one.owner == _METADATA:
                        return func
                    if isinstance(one, External) and one.name.endswith(".metadata.create_all"):
                        return func
        return None

    def _environment(self, func: Name, scope: Scope) -> Module | None:
        """The environment that migrates the same metadata, as far as known."""
        own = self._keys(func.id.removesuffix(".create_all"), func.start, scope)
        if not own:
            return None
        for module in self.environments:
            targets = [
                key
                for expr in self._targets(module)
                if isinstance(expr, Name)
                for key in self._keys(expr.id, expr.start, module)
            ]
            if not targets or not own.isdisjoint(targets):
                return module
        return None

    def _targets(self, module: Module) -> Iterator[Expr]:
        for binding in module.scan.bindings.get("target_metadata", ()):
            if binding.value is not None:
                yield binding.value

    def _keys(self, dotted: str, at: int, scope: Scope) -> frozenset[object]:
        """What a metadata is known by: the classes of the base that it belongs to, or where it is made."""
        head, _, rest = dotted.removesuffix(".metadata").partition(".")
        types = self._inference.lookup.name(head, scope, at, ())
        if rest:
            types = self._inference.path(types, rest)
        return frozenset(key for one in types for key in self._key(one))

    def _key(self, one: Type) -> Iterator[object]:
        match one:
            case ClassRef(cls=cls):
                for base in self._inference.members.mro(cls):
                    if isinstance(base, ClassNode) or not base.startswith(_ROOTS):
                        yield base
            case Instance(origin=origin) if origin is not None:
                yield origin
            case External(name=name):
                yield name
            case _:
                return


def _imports_context(statement: Import) -> bool:
    """`from alembic import context`, always the library: a folder `alembic` of the project is no package beside it."""
    names = {one.name for one in statement.names}
    return (statement.module == "alembic" and not statement.level and "context" in names) or "alembic.context" in names
