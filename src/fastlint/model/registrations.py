"""Finds every registration on an app or router: routes, includes, mounts, middleware, handlers."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

import msgspec

from fastlint.facts.records import Call, FunctionDef
from fastlint.model.calling import argument
from fastlint.model.constructed import Constructed
from fastlint.model.discovery import with_modules
from fastlint.model.listed_routes import listed_routes
from fastlint.model.nodes import ClassNode, FunctionNode
from fastlint.model.ordering import in_order
from fastlint.model.plain import Plain
from fastlint.model.plain_routes import plain_route
from fastlint.model.prefixes import Prefixes
from fastlint.model.registering import (
    DECORATORS,
    NEVER,
    PLAIN_VERBS,
    ROUTE_VERBS,
    VERBS,
    decorates,
    function_of,
    hook_targets,
    methods_of,
)
from fastlint.model.rounds import loop_around, rounds
from fastlint.model.router_objects import RouterObjects
from fastlint.model.router_scopes import router_scopes
from fastlint.model.router_targets import Targets
from fastlint.model.routers import METHODS, Hook, Include, Mount, Route, verb_of
from fastlint.model.stand_ins import argument_of, arguments, defaults, passed_on, stand_in
from fastlint.model.types import FunctionRef, Instance, MethodRef
from fastlint.model.versioned import VERSIONED, Versions
from fastlint.model.wrappers import Wrappers

if TYPE_CHECKING:
    from fastlint.model.constants import Constants
    from fastlint.model.inference import Inference
    from fastlint.model.modules import Modules
    from fastlint.model.nodes import Scope
    from fastlint.model.routers import Entry, Key, Router
    from fastlint.model.scan import Site
    from fastlint.model.stand_ins import Given
    from fastlint.model.types import Env, Type

_DEEPEST = 6


class _Way(Plain, frozen=True):
    """How a registration is reached: what is known of the parameters of its function, and the outermost call of it.

    `decorated` is the function that the outermost call decorates.
    """

    env: Env = ()
    given: Given = msgspec.field(default_factory=dict)
    via: tuple[Call, Scope] | None = None
    depth: int = 0
    decorated: FunctionNode | None = None


_DIRECT = _Way()


class Registrations:
    """All apps and routers of a project with what is registered on them, by origin of the constructor call.

    `unresolved` are the calls of `include_router` of which source doesn't tell what they include, or in what;
    `versioned` are the apps that `VersionedFastAPI` makes, each with the app whose routes it serves by version.
    """

    def __init__(self, modules: Modules, inference: Inference, constants: Constants) -> None:
        self._modules = modules
        self._inference = inference
        self._constants = constants
        self._objects = RouterObjects(modules, inference, constants)
        self._targets = Targets(inference, self._objects)
        self._wrappers = Wrappers(modules, inference, self._objects)
        self.unresolved: list[tuple[Call, Scope]] = []
        self.versioned: dict[Router, Router] = {}
        self.versions = Versions(inference, constants)
        self._described: set[Router] = set()
        self._prefixes = Prefixes(inference, constants)
        self._constructed = Constructed(inference, constants)
        self._run()

    @property
    def routers(self) -> dict[Key, Router]:
        """Apps and routers by the place of the call that makes them."""
        return self._objects.by_key

    def _run(self) -> None:
        scopes = list(router_scopes(self._modules))
        for scope in scopes:
            if isinstance(scope, ClassNode):
                self._objects.defined(scope)
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
                    if not self._wrappers.is_called(scope):
                        self._run_site(site, scope, _Way(self._started(hanging[id(site)]), defaults(hanging[id(site)])))
                else:
                    self._run_site(site, scope, _DIRECT)
        self._finish()
        self._prefixes.tell(self.routers.values(), scopes)
        for router in [one for one in self.routers.values() if one.cls == VERSIONED]:
            app = argument(router.call, 0, "app")
            for inner in self._targets.of(app, router.scope, ()) if app is not None else ():
                self.versioned[router] = inner

    def _finish(self) -> None:
        for router in self._described:
            router.entries.clear()
        for router in [*self.routers.values()]:
            router.entries[:0] = listed_routes(router, self._inference, self._constants, self._targets)
        for router in self.routers.values():
            router.entries[:] = in_order(router, self._inference)

    def _started(self, function: FunctionNode) -> Env:
        """What a lifespan is handed: the app that it is the lifespan of."""
        first = next((one.name for one in function.record.params), "")
        apps = [
            router
            for router in self.routers.values()
            for entry in router.entries
            if isinstance(entry, Hook) and entry.kind == "lifespan" and function_of(entry.target) is function
        ]
        return (((function, first), (Instance(apps[0].cls, (), apps[0].key),)),) if len(apps) == 1 else ()

    def _run_site(self, site: Site, scope: Scope, way: _Way) -> None:
        nodes = self._wrappers.called.get(id(site))
        if nodes is None and verb_of(site.call) not in VERBS:
            return
        for given in rounds(site, scope, way.given, self._inference):
            self._turn(site, scope, msgspec.structs.replace(way, given=given) if given is not way.given else way)

    def _turn(self, site: Site, scope: Scope, way: _Way) -> None:
        """Make the registrations of a call in one round of the loops around it."""
        nodes = self._wrappers.called.get(id(site))
        if nodes is None:
            self._register(site, scope, way)
        elif way.depth < _DEEPEST:
            for node in nodes:
                self._enter(node, site, scope, way)

    def _run_sites(self, sites: list[Site], scope: Scope, way: _Way) -> None:
        """Make the registrations of a function, those of a loop round by round."""
        for _, group in groupby(sites, lambda site: loop_around(site) or id(site)):
            turns = [[(site, given) for given in rounds(site, scope, way.given, self._inference)] for site in group]
            for one in zip_longest(*turns):
                for site, given in filter(None, one):
                    self._turn(site, scope, msgspec.structs.replace(way, given=given))

    def _enter(self, node: FunctionNode, site: Site, scope: Scope, way: _Way) -> None:
        """Make the registrations of a function that hang on its parameters, as one call of it has them."""
        call = site.call
        given = with_modules(passed_on(arguments(node, call, scope), way.given), scope, way.given, self._inference)
        known = [((node, name), self._inference.of(value, where, way.env)) for name, (value, where) in given.items()]
        env: Env = (*way.env, *known, *self._wrappers.receiver(node, call, scope, way.env))
        decorated = way.decorated
        if isinstance(site.statement, FunctionDef) and decorates(site):
            decorated = scope.module.function(site.statement.function, scope)
        inner = _Way(env, given, way.via or (call, scope), way.depth + 1, decorated)
        self._run_sites(self._wrappers.sites.get(node, []), node, inner)
        decorator = self._wrappers.decorators.get(node)
        if decorator is not None and decorated is not None:
            first = decorator.record.params[0].name
            around: Env = (*env, ((decorator, first), (FunctionRef(decorated),)))
            for one in self._wrappers.sites[decorator]:
                self._run_site(one, decorator, msgspec.structs.replace(inner, env=around))

    def _may_register(self, site: Site, scope: FunctionNode) -> bool:
        """Whether a call in a function may be a registration, its receiver being a router or nothing known."""
        call = site.call
        verb = verb_of(call)
        if verb not in VERBS:
            return False
        if isinstance(call.func, Call):
            return True
        if verb in DECORATORS and not decorates(site) and site.use != "return":
            return False
        types = self._targets.receiver_types(call.func, scope, ())
        return not types or any(
            isinstance(one, (Instance, MethodRef)) and self._targets.is_router(one) for one in types
        )

    # -- registrations

    def _register(self, site: Site, scope: Scope, way: _Way) -> None:
        call = site.call
        func = call.func
        if isinstance(func, Call):  # app.middleware("http")(f)
            self._applied(call, func, scope, way)
            return
        verb = verb_of(call)
        if verb not in VERBS:
            return
        own = self._targets.receivers(func, scope, ())
        routers = own or (self._targets.receivers(func, scope, way.env, way.given) if way.env or way.given else [])
        if verb == "include_router" and not routers:
            described = self._targets.described(call, scope)
            self._described.update(described)
            self.unresolved += [] if described else [(call, scope)]
        for router in routers:
            self._one(
                router, verb, site, scope, msgspec.structs.replace(way, via=None) if own and not way.decorated else way
            )

    def _add(self, router: Router, entry: Entry, way: _Way) -> None:
        entry.via = way.via
        if not (way.given and any(one.same(entry) for one in router.entries)):  # two calls of a helper with one router
            router.entries.append(entry)

    def _one(self, router: Router, verb: str, site: Site, scope: Scope, way: _Way) -> None:
        call = site.call
        if verb in ROUTE_VERBS:
            self._route(router, verb, site, scope, way)
        elif verb in PLAIN_VERBS:
            plain = plain_route(
                router, verb, site, scope, way.env, way.given, inference=self._inference, constants=self._constants
            )
            self._add(router, plain, way)
        elif verb == "include_router":
            found = argument_of(call, 0, "router", scope, way.given)
            if found is not None:
                child, where = found
                told = argument_of(call, NEVER, "prefix", scope, way.given)
                prefix = self._constants.text(*told, way.given) if told is not None else ""
                targets = self._targets.of(child, where, way.env, way.given)
                if not targets and not self._targets.foreign(child, where, way.env, way.given):
                    self.unresolved.append((call, scope))
                made, place = stand_in(child, way.given) or found
                for target in targets:
                    own = self._prefixes.told(made, place, target, way.given)
                    strangers = frozenset[ClassNode | FunctionNode]()
                    holder = self._constructed.holder(child, where, target, way.given)
                    if holder is not None:
                        own = self._constructed.prefix(holder, target, way.given)
                        strangers = self._constructed.strangers(holder, target)
                    self._add(router, Include(router, target, prefix, call, scope, way.given, own, strangers), way)
        elif verb == "mount":
            path = self._constants.text(argument(call, 0, "path"), scope, way.given)
            app = argument(call, 1, "app")
            mounted = self._targets.of(app, scope, way.env, way.given) if app is not None else []
            for inner in (*mounted,) or (None,):
                self._add(router, Mount(router, inner, path, call, scope), way)
        else:
            for one in hook_targets(verb, site, scope, way.env, self._inference):
                self._hooked(router, verb, one, call, scope, way)

    def _route(self, router: Router, verb: str, site: Site, scope: Scope, way: _Way) -> None:
        call = site.call
        path = self._constants.text(argument(call, 0, "path"), scope, way.given)
        websocket = "websocket" in verb
        methods: tuple[str, ...] = (verb.upper(),) if verb in METHODS else ()
        if not websocket and not methods:
            listed = methods_of(call, scope, way.given, self._inference, self._constants)
            methods = tuple(one.upper() for one in listed) or ("GET",)
        if isinstance(site.statement, FunctionDef) and decorates(site):
            function = scope.module.function(site.statement.function, scope)
            self._add(router, Route(router, path, methods, function, call, scope, websocket=websocket), way)
            return
        if way.decorated is not None and site.use == "return" and not verb.startswith("add_"):
            self._add(router, Route(router, path, methods, way.decorated, call, scope, websocket=websocket), way)
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

    def _hooked(self, router: Router, verb: str, target: Type, call: Call, scope: Scope, way: _Way) -> None:
        event = self._constants.text(argument(call, 0, "event_type"), scope)
        kind = "exception" if "exception" in verb else "shutdown" if event == "shutdown" else "startup"
        kind = "middleware" if "middleware" in verb else kind
        self._add(router, Hook(router, kind, target, call, scope), way)  # type: ignore[arg-type]

    def _applied(self, call: Call, func: Call, scope: Scope, way: _Way) -> None:
        """`app.middleware("http")(f)`, `app.get("/x")(f)`: a decorator called by hand."""
        verb = verb_of(func)
        if verb not in VERBS or not call.args:
            return
        types = self._inference.of(call.args[0], scope, way.env)
        for router in self._targets.receivers(func.func, scope, way.env, way.given):
            for target in types[:1]:
                if verb in METHODS:
                    path = self._constants.text(argument(func, 0, "path"), scope, way.given)
                    methods, function = (verb.upper(),), function_of(target)
                    route = Route(router, path, methods, function, func, scope, target=target, decorator=False)
                    self._add(router, route, way)
                elif verb in ("middleware", "exception_handler", "on_event"):
                    self._hooked(router, verb, target, func, scope, way)
