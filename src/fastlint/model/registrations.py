"""Finds every registration on an app or router: routes, includes, mounts, middleware, handlers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastlint.facts.records import Attribute, Call, Dict, FunctionDef, Name, Sequence, Str
from fastlint.model.calling import argument, keyword
from fastlint.model.nodes import FunctionNode
from fastlint.model.ordering import in_order
from fastlint.model.prefixes import Prefixes
from fastlint.model.router_objects import RouterObjects
from fastlint.model.router_scopes import router_scopes
from fastlint.model.routers import METHODS, Hook, Include, Mount, PlainRoute, Route, verb_of
from fastlint.model.types import External, FunctionRef, Instance, MethodRef, PartialOf
from fastlint.model.wrappers import Wrappers, defaults, passed_on

if TYPE_CHECKING:
    from fastlint.facts.records import Expr
    from fastlint.model.constants import Constants, Given
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Entry, Key, Router
    from fastlint.model.scan import Site
    from fastlint.model.types import Env, Type, Types

_ROUTE_VERBS = frozenset(
    (*METHODS, "api_route", "websocket", "add_api_route", "add_api_websocket_route", "websocket_route")
)
_PLAIN_VERBS = frozenset({"route", "add_route", "add_websocket_route"})
_VERBS = (
    _ROUTE_VERBS
    | _PLAIN_VERBS
    | {
        "include_router",
        "mount",
        "add_middleware",
        "middleware",
        "exception_handler",
        "add_exception_handler",
        "on_event",
        "add_event_handler",
    }
)
_DECORATORS = frozenset(
    (*METHODS, "api_route", "websocket", "websocket_route", "route", "middleware", "exception_handler", "on_event")
)
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class _Way:
    """How a registration is reached: what is known of the parameters of its function, and the outermost call of it."""

    env: Env = ()
    given: Given = field(default_factory=dict)
    via: tuple[Call, Scope] | None = None
    depth: int = 0


_DIRECT = _Way()


class Registrations:
    """All apps and routers of a project with what is registered on them, by origin of the constructor call.

    `unresolved` are the calls of `include_router` of which source doesn't tell what they include, or in what.
    """

    def __init__(self, modules: Modules, inference: Inference, constants: Constants) -> None:
        self._modules = modules
        self._inference = inference
        self._constants = constants
        self._objects = RouterObjects(modules, inference, constants)
        self._wrappers = Wrappers(modules, inference)
        self.unresolved: list[tuple[Call, Scope]] = []
        self._prefixes = Prefixes(inference, constants, self._wrappers)
        self._run()

    @property
    def routers(self) -> dict[Key, Router]:
        """Apps and routers by the place of the call that makes them."""
        return self._objects.by_key

    def _run(self) -> None:
        scopes = list(router_scopes(self._modules))
        for scope in scopes:
            for site in scope.scan.calls:
                self._objects.made(site.call, scope)
                if isinstance(scope, FunctionNode) and self._may_register(site, scope):
                    self._wrappers.add(site, scope)
        calling = self._wrappers.find_callers(scopes)
        scopes += [one for one in dict.fromkeys(scope for _, scope in calling.values()) if one not in set(scopes)]
        for scope in scopes:
            hanging = self._wrappers.hanging(scope)
            for site in scope.scan.calls:
                if id(site) in hanging:
                    if scope not in self._wrappers.callers:
                        self._run_site(site, scope, _Way((), defaults(hanging[id(site)])))
                else:
                    self._run_site(site, scope, _DIRECT)
        for router in self.routers.values():
            router.entries[:] = in_order(router)
        self._prefixes.tell(self.routers.values(), scopes)

    def _run_site(self, site: Site, scope: Scope, way: _Way) -> None:
        nodes = self._wrappers.called.get(id(site))
        if nodes is None:
            self._register(site, scope, way)
        elif way.depth < _DEEPEST:
            for node in nodes:
                self._enter(node, site.call, scope, way)

    def _enter(self, node: FunctionNode, call: Call, scope: Scope, way: _Way) -> None:
        """Make the registrations of a function that hang on its parameters, as one call of it has them."""
        given = passed_on(self._wrappers.arguments(node, call, scope), way.given)
        known = [((node, name), self._inference.of(value, where, way.env)) for name, (value, where) in given.items()]
        env: Env = (*way.env, *known)
        inner = _Way(env, given, way.via or (call, scope), way.depth + 1)
        for site in self._wrappers.sites[node]:
            self._run_site(site, node, inner)

    def _may_register(self, site: Site, scope: FunctionNode) -> bool:
        """Whether a call in a function may be a registration, its receiver being a router or nothing known."""
        call = site.call
        verb = verb_of(call)
        if verb not in _VERBS:
            return False
        if isinstance(call.func, Call):
            return True
        if verb in _DECORATORS and not _decorates(site):
            return False
        types = self._receiver_types(call.func, scope, ())
        return not types or any(isinstance(one, (Instance, MethodRef)) and self._is_router(one) for one in types)

    def _is_router(self, one: Instance | MethodRef) -> bool:
        return self._objects.kind(one.cls if isinstance(one, Instance) else one.owner) is not None

    # -- registrations

    def _register(self, site: Site, scope: Scope, way: _Way) -> None:
        call = site.call
        func = call.func
        if isinstance(func, Call):  # app.middleware("http")(f)
            self._applied(call, func, scope, way)
            return
        verb = verb_of(call)
        if verb not in _VERBS:
            return
        own = self._receivers(func, scope, ())
        routers = own or (self._receivers(func, scope, way.env) if way.env else [])
        if verb == "include_router" and not routers:
            self.unresolved.append((call, scope))
        for router in routers:
            self._one(router, verb, site, scope, _Way(way.env, way.given) if own else way)

    def _receivers(self, func: Expr, scope: Scope, env: Env) -> list[Router]:
        return self._objects.of(self._receiver_types(func, scope, env))

    def _receiver_types(self, func: Expr, scope: Scope, env: Env) -> Types:
        if isinstance(func, Attribute):
            types = self._inference.of(func.value, scope, env)
            path = func.attr
        elif isinstance(func, Name):
            head, _, path = func.id.partition(".")
            types = self._inference.lookup.name(head, scope, func.start, env)
        else:
            return ()
        owner = path.rpartition(".")[0]
        return self._inference.path(types, owner) if owner else types

    def _add(self, router: Router, entry: Entry, way: _Way) -> None:
        entry.via = way.via
        if not (way.given and any(one.same(entry) for one in router.entries)):  # two calls of a helper with one router
            router.entries.append(entry)

    def _foreign(self, expr: Expr, scope: Scope, env: Env) -> bool:
        """Whether a router that isn't the project's is surely a library's."""
        types = self._inference.of(expr, scope, env)
        if types:
            return not any(
                isinstance(one, (Instance, MethodRef))
                and (self._is_router(one) or getattr(one, "owner", "") == "types.ModuleType")
                for one in types
            )
        made = [
            self._inference.of(value.func, where) if isinstance(value, Call) else ()
            for value, where in self._inference.origins(expr, scope)
        ]
        return bool(made) and all(
            found and all(isinstance(one, MethodRef) or _is_library(one) for one in found) for found in made
        )

    def _one(self, router: Router, verb: str, site: Site, scope: Scope, way: _Way) -> None:
        call = site.call
        if verb in _ROUTE_VERBS:
            self._route(router, verb, site, scope, way)
        elif verb in _PLAIN_VERBS:
            self._add(router, PlainRoute(router, verb, call, scope), way)
        elif verb == "include_router":
            child = argument(call, 0, "router")
            if child is not None:
                prefix = self._constants.text(keyword(call, "prefix"), scope, way.given)
                targets = self._targets(child, scope, way.env)
                if not targets and not self._foreign(child, scope, way.env):
                    self.unresolved.append((call, scope))
                for target in targets:
                    own = self._prefixes.told(child, scope, target)
                    self._add(router, Include(router, target, prefix, call, scope, way.given, own), way)
        elif verb == "mount":
            path = self._constants.text(argument(call, 0, "path"), scope, way.given)
            app = argument(call, 1, "app")
            mounted = self._targets(app, scope, way.env) if app is not None else []
            for inner in (*mounted,) or (None,):
                self._add(router, Mount(router, inner, path, call, scope), way)
        else:
            self._hook(router, verb, site, scope, way)

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
        return self._objects.of(self._inference.of(expr, scope, env))

    def _route(self, router: Router, verb: str, site: Site, scope: Scope, way: _Way) -> None:
        call = site.call
        path = self._constants.text(argument(call, 0, "path"), scope, way.given)
        websocket = "websocket" in verb
        methods: tuple[str, ...] = (verb.upper(),) if verb in METHODS else ()
        if not websocket and not methods:
            listed = self._constants.strings(*self._methods(call, scope))
            methods = tuple(one.upper() for one in listed) or ("GET",)
        if isinstance(site.statement, FunctionDef) and _decorates(site):
            function = scope.module.function(site.statement.function, scope)
            self._add(router, Route(router, path, methods, function, call, scope, websocket=websocket), way)
            return
        endpoint = argument(call, 1, "endpoint")
        if endpoint is None or not verb.startswith("add_"):
            return
        types = self._inference.of(endpoint, scope, way.env)
        target = types[0] if types else None
        route = Route(
            router, path, methods, function_of(target), call, scope, target=target, websocket=websocket, decorator=False
        )
        self._add(router, route, way)

    def _methods(self, call: Call, scope: Scope) -> tuple[Expr | None, Scope]:
        """The `methods=` of a call, be it in a dict that `**` spreads."""
        value = keyword(call, "methods")
        if value is not None:
            return value, scope
        for spread in (one.value for one in call.keywords if not one.name):
            for written, where in self._inference.origins(spread, scope):
                if isinstance(written, Dict):
                    for key, given in zip(written.keys, written.values, strict=True):
                        if isinstance(key, Str) and key.value == "methods":
                            return given, where
        return None, scope

    def _hook(self, router: Router, verb: str, site: Site, scope: Scope, way: _Way) -> None:
        call = site.call
        if verb in ("middleware", "exception_handler", "on_event"):
            if isinstance(site.statement, FunctionDef) and _decorates(site):
                function = scope.module.function(site.statement.function, scope)
                self._hooked(router, verb, FunctionRef(function), call, scope, way)
            return
        place = 0 if verb == "add_middleware" else 1
        name = {"add_middleware": "middleware_class", "add_exception_handler": "handler"}.get(verb, "func")
        # `add_middleware(BaseHTTPMiddleware, dispatch=f)`: f is what runs
        value = keyword(call, "dispatch") if verb == "add_middleware" else None
        value = argument(call, place, name) if value is None else value
        for one in self._inference.of(value, scope, way.env) if value is not None else ():
            self._hooked(router, verb, one, call, scope, way)

    def _hooked(self, router: Router, verb: str, target: Type, call: Call, scope: Scope, way: _Way) -> None:
        kind = (
            "middleware" if "middleware" in verb else "exception" if "exception" in verb else self._event(call, scope)
        )
        self._add(router, Hook(router, kind, target, call, scope), way)  # type: ignore[arg-type]

    def _applied(self, call: Call, func: Call, scope: Scope, way: _Way) -> None:
        """`app.middleware("http")(f)`, `app.get("/x")(f)`: a decorator called by hand."""
        verb = verb_of(func)
        if verb not in _VERBS or not call.args:
            return
        types = self._inference.of(call.args[0], scope, way.env)
        for router in self._receivers(func.func, scope, way.env):
            for target in types[:1]:
                if verb in METHODS:
                    path = self._constants.text(argument(func, 0, "path"), scope, way.given)
                    methods, function = (verb.upper(),), function_of(target)
                    route = Route(router, path, methods, function, func, scope, target=target, decorator=False)
                    self._add(router, route, way)
                elif verb in ("middleware", "exception_handler", "on_event"):
                    self._hooked(router, verb, target, func, scope, way)

    def _event(self, call: Call, scope: Scope) -> str:
        return "shutdown" if self._constants.text(argument(call, 0, "event_type"), scope) == "shutdown" else "startup"


def _is_library(one: Type) -> bool:
    """Whether it is a library's function, other than those that only fetch what the project defines."""
    return isinstance(one, External) and not one.name.startswith(("builtins.", "importlib.", "functools.", "operator."))


def _decorates(site: Site) -> bool:
    return isinstance(site.statement, FunctionDef) and any(
        one is site.call for one in site.statement.function.decorators
    )


def function_of(target: Type | None) -> FunctionNode | None:
    """The project's function behind a callable: itself, or `__call__` of an instance."""
    match target:
        case FunctionRef(node=node):
            return node
        case PartialOf(func=func):
            return function_of(func)
        case _:
            return None
