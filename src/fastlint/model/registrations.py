"""Finds every app and router and every registration on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, FunctionDef, Name, Sequence
from fastlint.model.calling import argument, keyword
from fastlint.model.nodes import ClassNode, FunctionNode, Module
from fastlint.model.routers import METHODS, Hook, Include, Mount, Route, Router
from fastlint.model.types import ClassRef, External, FunctionRef, Instance, MethodRef, PartialOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.records import Expr
    from fastlint.model.constants import Constants, Given
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Key
    from fastlint.model.scan import Site
    from fastlint.model.types import Env, Type

APPS = ("fastapi.FastAPI", "fastapi.applications.FastAPI")
ROUTERS = ("fastapi.APIRouter", "fastapi.routing.APIRouter")
_ROUTE_VERBS = frozenset((*METHODS, "api_route", "websocket", "add_api_route", "add_api_websocket_route", "websocket_route"))
_VERBS = _ROUTE_VERBS | {
    "include_router",
    "mount",
    "add_middleware",
    "middleware",
    "exception_handler",
    "add_exception_handler",
    "on_event",
    "add_event_handler",
}
_HINTS = (b"APIRouter", b"FastAPI", b"include_router", b"add_api_route", b".mount(", b"add_middleware", b"outer.", b"app.", b"api_route")
_INNER = (b"APIRouter(", b"FastAPI(", b"include_router", b"api_route(", b"add_middleware", b"exception_handler", b".mount(", b"outer(", b".middleware(", b"websocket(", b"event", b"_router", b"    @")


class Registrations:
    """All apps and routers of a project with what is registered on them, by origin of the constructor call."""

    def __init__(self, modules: Modules, inference: Inference, constants: Constants) -> None:
        self._modules = modules
        self._inference = inference
        self._constants = constants
        self.routers: dict[Key, Router] = {}
        self._wrappers: dict[FunctionNode, list[Site]] = {}
        self._sites: list[tuple[Site, Scope]] = []
        self._run()

    def _run(self) -> None:
        for scope in self._scopes():
            for site in scope.scan.calls:
                self._sites.append((site, scope))
        for site, scope in self._sites:
            self._made(site.call, scope)
        for site, scope in self._sites:
            self._register(site, scope, (), {})
        if self._wrappers:
            self._unwrap()

    def _scopes(self) -> Iterator[Scope]:
        """Modules, and those functions of theirs whose text hints at routers."""
        for module in self._modules.by_path.values():
            data = module.facts.source.data
            if not any(hint in data for hint in _HINTS):
                continue
            yield module
            for cls in module.classes:
                yield cls
            if b"APIRouter" not in data and b"FastAPI" not in data and b"include_router" not in data and b"api_route" not in data:
                continue
            for function in module.functions:
                yield from self._inner(function, data)

    def _inner(self, function: FunctionNode, data: bytes) -> Iterator[FunctionNode]:
        record = function.record
        body = data[record.body_start : record.body_end]
        if any(hint in body for hint in _INNER):
            yield function
            for nested in function.nested.values():
                yield from self._inner(nested, data)

    # -- apps and routers

    def _made(self, call: Call, scope: Scope) -> None:
        name = call.func.id if isinstance(call.func, Name) else ""
        if not name.rpartition(".")[2][:1].isupper() and "outer" not in name and "app" not in name.lower():
            return
        for one in self._inference.of(call, scope):
            self._router_of(one)

    def _router_of(self, one: Type) -> Router | None:
        """The Router that an instance is; None for other types."""
        if isinstance(one, MethodRef) and one.path == "router" and one.receiver is not None:
            one = one.receiver
        if not isinstance(one, Instance) or one.origin is None:
            return None
        known = self.routers.get(one.origin)
        if known is not None:
            return known
        kind = self.kind(one.cls)
        if kind is None:
            return None
        found = self._call_at(one.origin)
        if found is None:
            return None
        call, scope = found
        router = Router(one.origin, "app" if kind == "app" else "router", call, scope, one.cls)
        router.defaults = self._defaults(one.cls)
        prefix = router.option("prefix")
        if prefix is not None and kind == "router":
            router.prefix = self._constants.text(prefix[0], prefix[1])
        self.routers[one.origin] = router
        self._lifespan(router)
        return router

    def kind(self, cls: ClassNode | str) -> str | None:
        """`app`, `router`, or None for a class that is neither."""
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
        return any(isinstance(one, Instance) and one.origin == (scope.module.path, call.start) for one in self._inference.of(call, scope))

    def _defaults(self, cls: ClassNode | str) -> dict[str, tuple[Expr, Scope]]:
        """Keyword arguments that the `__init__` of a subclass gives to `super().__init__`."""
        if isinstance(cls, str):
            return {}
        init = self._inference.members.method(cls, "__init__")
        if init is None:
            return {}
        found: dict[str, tuple[Expr, Scope]] = {}
        for site in init.scan.calls:
            func = site.call.func
            if isinstance(func, Attribute) and func.attr == "__init__":
                for one in site.call.keywords:
                    if one.name and not (isinstance(one.value, Name) and one.value.id in init.params):
                        found[one.name] = (one.value, init)
        return found

    def _lifespan(self, router: Router) -> None:
        for name, kind in (("lifespan", "lifespan"), ("on_startup", "startup"), ("on_shutdown", "shutdown")):
            option = router.option(name)
            if option is None:
                continue
            value, scope = option
            exprs = value.items if isinstance(value, Sequence) else (value,)
            for expr in exprs:
                for one in self._inference.of(expr, scope):
                    router.entries.append(Hook(router, kind, one, router.call, scope))  # type: ignore[arg-type]

    # -- registrations

    def _register(self, site: Site, scope: Scope, env: Env, given: Given) -> None:
        call = site.call
        func = call.func
        if isinstance(func, Name):
            owner, dot, verb = func.id.rpartition(".")
        elif isinstance(func, Attribute):
            owner, dot, verb = "", ".", func.attr.rpartition(".")[2]
        elif isinstance(func, Call):  # app.middleware("http")(f)
            self._applied(call, func, scope, env)
            return
        else:
            return
        if not dot or verb not in _VERBS:
            return
        for router in self._receivers(func, owner, scope, env):
            self._one(router, verb, site, scope, env, given)
        if verb == "include_router" and not env:
            self._maybe_wrapper(call, owner, site, scope)

    def _receivers(self, func: Expr, owner: str, scope: Scope, env: Env) -> list[Router]:
        if isinstance(func, Attribute):
            head, _, _ = func.attr.rpartition(".")
            types = self._inference.of(func.value, scope, env)
            if head:
                types = self._inference.path(types, head)
        else:
            types = self._inference.of(Name(owner, func.start, func.start + len(owner)), scope, env) if env else self._owner(func, owner, scope)
        found = [self._router_of(one) for one in types]
        return list(dict.fromkeys(one for one in found if one is not None))

    def _owner(self, func: Expr, owner: str, scope: Scope) -> tuple[Type, ...]:
        head, _, rest = owner.partition(".")
        types = self._inference.lookup.name(head, scope, func.start, ())
        return self._inference.path(types, rest) if rest else types

    def _one(self, router: Router, verb: str, site: Site, scope: Scope, env: Env, given: Given) -> None:
        call = site.call
        if verb in _ROUTE_VERBS:
            self._route(router, verb, site, scope, given)
        elif verb == "include_router":
            child = argument(call, 0, "router")
            if child is not None:
                prefix = self._constants.text(keyword(call, "prefix"), scope, given)
                for target in self._targets(child, scope, env):
                    router.entries.append(Include(router, target, prefix, call, scope, given))
        elif verb == "mount":
            path = self._constants.text(argument(call, 0, "path"), scope, given)
            app = argument(call, 1, "app")
            targets = self._targets(app, scope, env) if app is not None else []
            for target in targets or [None]:
                router.entries.append(Mount(router, target, path, call, scope))
        else:
            self._hook(router, verb, site, scope)

    def _targets(self, expr: Expr, scope: Scope, env: Env) -> list[Router]:
        """The routers that an expression may be; an item of a literal list stands for each of them."""
        if isinstance(expr, Name) and "." not in expr.id:
            for binding in scope.scan.bindings.get(expr.id, ()):
                if binding.kind == "item" and binding.value is not None and not binding.path:
                    found: list[Router] = []
                    for value, where in self._inference.origins(binding.value, scope):
                        if isinstance(value, Sequence):
                            for item in value.items:
                                found += self._targets(item, where, ())
                    if found:
                        return found
        found = [one for one in map(self._router_of, self._inference.of(expr, scope, env)) if one is not None]
        return list(dict.fromkeys(found))

    def _route(self, router: Router, verb: str, site: Site, scope: Scope, given: Given) -> None:
        call = site.call
        path = self._constants.text(argument(call, 0, "path"), scope, given)
        websocket = "websocket" in verb
        methods: tuple[str, ...] = (verb.upper(),) if verb in METHODS else ()
        if not websocket and not methods:
            listed = self._constants.strings(keyword(call, "methods"), scope)
            methods = tuple(one.upper() for one in listed) or ("GET",)
        if isinstance(site.statement, FunctionDef) and call in site.statement.function.decorators:
            function = scope.module.function(site.statement.function, scope)
            router.entries.append(Route(router, path, methods, function, call, scope, websocket=websocket))
            return
        endpoint = argument(call, 1, "endpoint")
        if endpoint is None or not verb.startswith("add_"):
            return
        types = self._inference.of(endpoint, scope)
        target = types[0] if types else None
        router.entries.append(
            Route(router, path, methods, function_of(target), call, scope, target=target, websocket=websocket, decorator=False)
        )

    def _hook(self, router: Router, verb: str, site: Site, scope: Scope) -> None:
        call = site.call
        if verb in ("middleware", "exception_handler", "on_event"):
            if not (isinstance(site.statement, FunctionDef) and call in site.statement.function.decorators):
                return
            target: Type = FunctionRef(scope.module.function(site.statement.function, scope))
            kind = self._event(call, scope) if verb == "on_event" else verb.removesuffix("_handler")
            router.entries.append(Hook(router, kind, target, call, scope))  # type: ignore[arg-type]
            return
        place = 0 if verb == "add_middleware" else 1
        value = argument(call, place, {"add_middleware": "middleware_class", "add_exception_handler": "handler"}.get(verb, "func"))
        if value is None:
            return
        kind = {"add_middleware": "middleware", "add_exception_handler": "exception"}.get(verb) or self._event(call, scope)
        for one in self._inference.of(value, scope):
            router.entries.append(Hook(router, kind, one, call, scope))  # type: ignore[arg-type]

    def _applied(self, call: Call, func: Call, scope: Scope, env: Env) -> None:
        """`app.middleware("http")(f)`, `app.get("/x")(f)`: a decorator called by hand."""
        inner = func.func
        if not isinstance(inner, (Name, Attribute)) or not call.args:
            return
        owner, _, verb = (inner.id if isinstance(inner, Name) else inner.attr).rpartition(".")
        if verb not in _VERBS:
            return
        types = self._inference.of(call.args[0], scope, env)
        for router in self._receivers(inner, owner, scope, env):
            for target in types[:1]:
                if verb in METHODS:
                    path = self._constants.text(argument(func, 0, "path"), scope)
                    route = Route(router, path, (verb.upper(),), function_of(target), func, scope, target=target, decorator=False)
                    router.entries.append(route)
                elif verb in ("middleware", "exception_handler", "on_event"):
                    kind = self._event(func, scope) if verb == "on_event" else verb.removesuffix("_handler")
                    router.entries.append(Hook(router, kind, target, func, scope))  # type: ignore[arg-type]

    def _event(self, call: Call, scope: Scope) -> str:
        return "shutdown" if self._constants.text(argument(call, 0, "event_type"), scope) == "shutdown" else "startup"

    # -- wrappers around include_router

    def _maybe_wrapper(self, call: Call, owner: str, site: Site, scope: Scope) -> None:
        if not isinstance(scope, FunctionNode):
            return
        child = argument(call, 0, "router")
        names = {owner, child.id if isinstance(child, Name) else ""}
        if names.intersection(scope.params):
            self._wrappers.setdefault(scope, []).append(site)

    def _unwrap(self) -> None:
        names = {node.name for node in self._wrappers}
        for site, scope in self._sites:
            func = site.call.func
            if not isinstance(func, Name) or func.id.rpartition(".")[2] not in names:
                continue
            for one in self._inference.of(func, scope):
                if isinstance(one, FunctionRef) and one.node in self._wrappers:
                    self._inline(one, site.call, scope)

    def _inline(self, ref: FunctionRef, call: Call, scope: Scope) -> None:
        node = ref.node
        names = [one.name for one in node.record.params if one.kind in ("normal", "positional")]
        if ref.bound is not None:
            names = names[1:]
        given: dict[str, tuple[Expr, Scope]] = {}
        for parameter in node.record.params:
            if parameter.default is not None:
                given[parameter.name] = (parameter.default, node.parent)
        given.update({name: (value, scope) for name, value in zip(names, call.args, strict=False)})
        given.update({one.name: (one.value, scope) for one in call.keywords if one.name})
        env = tuple(((node, name), self._inference.of(value, where)) for name, (value, where) in given.items())
        for site in self._wrappers[node]:
            self._register(site, node, env, given)


def function_of(target: Type | None) -> FunctionNode | None:
    """The project's function behind a callable: itself, or `__call__` of an instance."""
    match target:
        case FunctionRef(node=node):
            return node
        case PartialOf(func=func):
            return function_of(func)
        case _:
            return None


__all__ = ["APPS", "ROUTERS", "Registrations", "function_of"]
_ = (ClassRef, External, Module)
