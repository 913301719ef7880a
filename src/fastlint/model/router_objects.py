"""Apps and routers as objects: which call made one, with what prefix, defaults and lifespan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Dict, Name, Sequence, Str, Subscript
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.routers import Hook, Router
from fastlint.model.stand_ins import arguments
from fastlint.model.types import ClassRef, External, Instance, MethodRef
from fastlint.model.versioned import VERSIONED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastlint.facts.records import Expr
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Key
    from fastlint.model.stand_ins import Given
    from fastlint.model.types import Type

APPS = ("fastapi.FastAPI", "fastapi.applications.FastAPI", VERSIONED)
ROUTERS = ("fastapi.APIRouter", "fastapi.routing.APIRouter")


class RouterObjects:
    """Every app and router of a project, by the place of the call that makes it; `classes` are the project's own."""

    def __init__(self, modules: Modules, inference: Inference, constants: Constants) -> None:
        self._modules = modules
        self._inference = inference
        self._constants = constants
        self._kinds: dict[ClassNode | str, str | None] = {}
        self.by_key: dict[Key, Router] = {}
        self.classes: list[ClassNode] = []

    def defined(self, cls: ClassNode) -> None:
        """Take note of a class of the project that is one of apps or routers."""
        if cls.record.bases and self.kind(cls) is not None:
            self.classes.append(cls)

    def made(self, call: Call, scope: Scope) -> None:
        """Take note of the router that a call makes, if it does."""
        name = call.func.id if isinstance(call.func, Name) else ""
        if not name.rpartition(".")[2][:1].isupper() and "outer" not in name and "app" not in name.lower():
            return
        for func in self._inference.of(call.func, scope):
            cls = func.cls if isinstance(func, ClassRef) else func.name if isinstance(func, External) else None
            if cls is None or self.kind(cls) is not None:  # not for each of a thousand other constructors
                self.of(self._inference.of(call, scope))

    def of(self, types: Iterable[Type]) -> list[Router]:
        """The routers among what a value may be, each once."""
        found = [self._router(one) for one in types]
        return list(dict.fromkeys(one for one in found if one is not None))

    def _router(self, one: Type) -> Router | None:
        if isinstance(one, MethodRef) and one.path == "router" and one.receiver is not None:
            one = one.receiver
        if not isinstance(one, Instance) or one.origin is None:
            return None
        known = self.by_key.get(one.origin)
        if known is not None:
            return known
        kind = self.kind(one.cls)
        found = self._call_at(one.origin) if kind is not None else None
        if found is None:
            return None
        call, scope = found
        router = Router(one.origin, "app" if kind == "app" else "router", call, scope, one.cls)
        router.defaults = self._defaults(one.cls)
        router.prefix = self._prefix(router)
        self.by_key[one.origin] = router
        self._lifespan(router)
        self._given_hooks(router)
        return router

    def _spread(self, call: Call, scope: Scope, name: str) -> tuple[Expr, Scope] | None:
        """What the dict that `**` spreads in a call holds by a name; the spread itself where that can't be told."""
        for spread in (one.value for one in call.keywords if not one.name):
            for written, where in self._inference.origins(spread, scope) or ((spread, scope),):
                if not isinstance(written, Dict) or None in written.keys:
                    return spread, scope
                for key, held in zip(written.keys, written.values, strict=True):
                    if isinstance(key, Str) and key.value == name:
                        return held, where
        return None

    def kind(self, cls: ClassNode | str) -> str | None:
        """`app`, `router`, or None for a class that is neither."""
        if cls not in self._kinds:
            self._kinds[cls] = self._kind(cls)
        return self._kinds[cls]

    def _kind(self, cls: ClassNode | str) -> str | None:
        if self._inference.members.is_subclass(cls, *APPS):
            return "app"
        return "router" if self._inference.members.is_subclass(cls, *ROUTERS) else None

    def _call_at(self, key: Key) -> tuple[Call, Scope] | None:
        """The constructor call at a place, looked for in the module, its classes and the function around it."""
        module = self._modules.by_path[key[0]]
        scopes: list[Scope] = [module, *module.classes]
        scopes += [one for one in module.functions if one.record.start <= key[1] < one.record.end]
        while scopes:
            scope = scopes.pop(0)
            for site in scope.scan.calls:
                if site.call.start == key[1] and self._makes(site.call, scope):
                    return site.call, scope
            if isinstance(scope, FunctionNode):
                scopes += [one for one in scope.nested.values() if one.record.start <= key[1] < one.record.end]
        return None

    def _makes(self, call: Call, scope: Scope) -> bool:
        made = (scope.module.path, call.start)
        return any(isinstance(one, Instance) and one.origin == made for one in self._inference.of(call, scope))

    def _defaults(self, cls: ClassNode | str) -> dict[str, tuple[Expr, Scope]]:
        """Keyword arguments that the `__init__` of a subclass gives to `super().__init__`, those in `**` too."""
        init = self._inference.members.method(cls, "__init__") if not isinstance(cls, str) else None
        if init is None:
            return {}
        found: dict[str, tuple[Expr, Scope]] = {}
        for site in init.scan.calls:
            func = site.call.func
            if isinstance(func, Attribute) and func.attr == "__init__":
                for one in site.call.keywords:
                    forwarded = isinstance(one.value, Name) and one.value.id == one.name in init.params
                    if one.name and (not forwarded or one.name == "prefix"):  # which may be given by its place
                        found[one.name] = (one.value, init)
                    elif not one.name:
                        found.update(_set_in(one.value, init))
        return found

    def _prefix(self, router: Router) -> str:
        prefix = self._computed(router) or router.option("prefix") or self._spread(router.call, router.scope, "prefix")
        if prefix is None or router.kind == "app":
            return ""
        expr, scope = prefix
        name = expr.id if isinstance(expr, Name) else ""
        owner = scope.owner if isinstance(scope, FunctionNode) else None
        if owner is not None and name.startswith(("self.", "cls.")):
            own = [
                one for one in self._inference.members.subclasses(owner) if name.partition(".")[2] in one.scan.bindings
            ]
            if own:  # each subclass has its own: one call, several prefixes
                return f"{{{name}?}}"
        return self._constants.text(expr, scope, self._given(router))

    def _computed(self, router: Router) -> tuple[Expr, Scope] | None:
        """The prefix that a class's own `__init__` makes of the one that it is given."""
        init = self._inference.members.method(router.cls, "__init__") if isinstance(router.cls, ClassNode) else None
        return router.defaults.get("prefix") if init is not None and "prefix" in init.params else None

    def _given(self, router: Router) -> Given:
        """What the `__init__` of a router's own class is called with."""
        init = self._inference.members.method(router.cls, "__init__") if isinstance(router.cls, ClassNode) else None
        return arguments(init, router.call, router.scope) if init is not None else {}

    def _lifespan(self, router: Router) -> None:
        for name, kind in (("lifespan", "lifespan"), ("on_startup", "startup"), ("on_shutdown", "shutdown")):
            option = router.option(name)
            if option is None:
                continue
            value, scope = option
            for expr in value.items if isinstance(value, Sequence) else (value,):
                for one in self._inference.of(expr, scope):
                    router.entries.append(Hook(router, kind, one, router.call, scope))  # type: ignore[arg-type]

    def _given_hooks(self, router: Router) -> None:
        """`middleware=[Middleware(cls, …)]` and `exception_handlers={…: handler}` of the constructor."""
        for name, kind in (("middleware", "middleware"), ("exception_handlers", "exception")):
            option = router.option(name)
            for value, scope in self._inference.origins(*option) if option is not None else ():
                items = value.values if isinstance(value, Dict) else value.items if isinstance(value, Sequence) else ()
                for expr in items:
                    given = expr.args[0] if kind == "middleware" and isinstance(expr, Call) and expr.args else expr
                    call = expr if isinstance(expr, Call) else router.call
                    for one in self._inference.of(given, scope):
                        router.entries.append(Hook(router, kind, one, call, scope))  # type: ignore[arg-type]


def _set_in(spread: Expr, init: FunctionNode) -> dict[str, tuple[Expr, Scope]]:
    """`kwargs.setdefault("prefix", "/admin")`, `kwargs["tags"] = […]`: what is put into what `**` hands on."""
    name = spread.id if isinstance(spread, Name) else ""
    found: dict[str, tuple[Expr, Scope]] = {}
    for site in init.scan.calls:
        match site.call:
            case Call(func=Name(id=func), args=(Str(value=key), value)) if func == f"{name}.setdefault":
                found[key] = (value, init)
    for statement, _ in init.scan.assigns:
        match statement.targets:
            case (Subscript(value=Name(id=held), items=(Str(value=key),)),) if held == name:
                if statement.value is not None:
                    found[key] = (statement.value, init)
    return found
