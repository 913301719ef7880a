"""Apps and routers as objects, and what is registered on each: routes, includes, mounts, middleware, handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Attribute, Call, Name
from fastlint.model.calling import keyword
from fastlint.model.stand_ins import stand_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastlint.facts.records import Expr
    from fastlint.model.nodes import ClassNode, FunctionNode, Scope
    from fastlint.model.plain_routes import PlainRoute
    from fastlint.model.stand_ins import Given
    from fastlint.model.types import Type
    from fastlint.text import Span

Key: TypeAlias = "tuple[str, int]"
METHODS = ("get", "post", "put", "patch", "delete", "options", "head", "trace")


def verb_of(call: Call) -> str:
    """The method that a call is of, "" for a plain name."""
    func = call.func
    if isinstance(func, Name):
        _, dot, verb = func.id.rpartition(".")
        return verb if dot else ""
    if isinstance(func, Attribute):
        return func.attr.rpartition(".")[2]
    return verb_of(func) if isinstance(func, Call) else ""


class Router:
    """An app or a router, known by the call that makes it.

    Attributes:
        kind: `app` or `router`.
        call: the constructor call, in `scope`; None for one that only a library makes.
        prefix: the router's own prefix, unknown parts as `{source?}`.
        defaults: keyword arguments that a subclass's `__init__` hands to the real constructor.
    """

    def __init__(
        self, key: Key, kind: Literal["app", "router"], call: Call, scope: Scope, cls: ClassNode | str
    ) -> None:
        self.key = key
        self.kind = kind
        self.call = call
        self.scope = scope
        self.cls = cls
        self.prefix = ""
        self.defaults: Mapping[str, tuple[Expr, Scope]] = {}
        self.entries: list[Entry] = []

    def option(self, name: str) -> tuple[Expr, Scope] | None:
        """The value of a constructor argument and the scope to read it in."""
        value = keyword(self.call, name)
        return (value, self.scope) if value is not None else self.defaults.get(name)

    @property
    def span(self) -> Span:
        """The constructor call."""
        return self.scope.module.span(self.call.start, self.call.end)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.key}>"


class Registration:
    """Something registered on a router by `call`, in `scope`.

    Attributes:
        via: the outermost call, and its scope, of the helper functions that `call` stands in, where the router was
            handed to them; None where it wasn't.
    """

    call: Call
    scope: Scope
    via: tuple[Call, Scope] | None = None

    @property
    def place(self) -> tuple[Call, Scope]:
        """The call that decides when it is registered, among what stands in the same scope."""
        return self.via or (self.call, self.scope)

    @property
    def span(self) -> Span:
        """The registering call."""
        return self.scope.module.span(self.call.start, self.call.end)

    @property
    def on_own_router(self) -> bool:
        """Whether it is made on the router of an app, as in `app.router.add_route(…)`."""
        func = self.call.func
        dotted = func.id if isinstance(func, Name) else func.attr if isinstance(func, Attribute) else ""
        return dotted.endswith(f".router.{verb_of(self.call)}") or dotted == f"router.{verb_of(self.call)}"

    def same(self, other: Entry) -> bool:
        """Whether another registration, made by the same call, registers the same thing."""
        return self.call is other.call and self.what() == other.what()

    def what(self) -> tuple[object, ...]:
        """What is registered, for comparison."""
        return ()


class Route(Registration):
    """One registration of an endpoint: a decorator or an `add_api_route` call.

    Attributes:
        path: as registered, the router's prefix not included; unknown parts as `{source?}`.
        methods: upper case, empty for a websocket.
        function: the endpoint, None where it can't be resolved.
        target: the type that the endpoint expression resolved to (a bound method for `self.handler`).
        call: the registering call, in `scope`; `decorator` tells whether it is one.
    """

    def __init__(
        self,
        router: Router,
        path: str,
        methods: tuple[str, ...],
        function: FunctionNode | None,
        call: Call,
        scope: Scope,
        *,
        target: Type | None = None,
        websocket: bool = False,
        decorator: bool = True,
    ) -> None:
        self.router = router
        self.path = path
        self.methods = methods
        self.function = function
        self.target = target
        self.call = call
        self.scope = scope
        self.websocket = websocket
        self.decorator = decorator

    def option(self, name: str) -> Expr | None:
        """The value of a keyword argument of the registering call."""
        return keyword(self.call, name)

    @property
    def stands(self) -> Span:
        """Where a finding about the endpoint stands: the name in its `def`, else the registering call."""
        return self.function.name_span if self.decorator and self.function is not None else self.span

    @property
    def label(self) -> str:
        """`GET /users/{id}` with the router's own prefix."""
        what = "WEBSOCKET" if self.websocket else ", ".join(self.methods)
        return f"{what} {self.router.prefix}{self.path}"

    def what(self) -> tuple[object, ...]:
        """What is registered, for comparison."""
        return (self.path, self.methods, self.function)


class Include(Registration):
    """`parent.include_router(child, prefix=…)`; `given` are the arguments of a wrapper around it.

    `own` is the child's own prefix here, where a function makes the child and is told the prefix; else None.
    `strangers` are classes and methods whose routes are not on the child as it is included here.
    """

    def __init__(
        self,
        parent: Router,
        child: Router,
        prefix: str,
        call: Call,
        scope: Scope,
        given: Given,
        own: str | None = None,
        strangers: frozenset[ClassNode | FunctionNode] = frozenset(),
    ) -> None:
        self.own = own
        self.strangers = strangers
        self.parent = parent
        self.child = child
        self.prefix = prefix
        self.call = call
        self.scope = scope
        self.given = given

    def option(self, name: str) -> tuple[Expr, Scope] | None:
        """The value of a keyword argument, a wrapper's parameter replaced by what it was called with."""
        value = keyword(self.call, name)
        if value is None:
            return None
        return stand_in(value, self.given) or (value, self.scope)

    def what(self) -> tuple[object, ...]:
        """What is registered, for comparison."""
        return (self.child, self.prefix, self.own, self.strangers)


class Mount(Registration):
    """`parent.mount(path, app)`; `child` is None where the app isn't one of the project's."""

    def __init__(self, parent: Router, child: Router | None, path: str, call: Call, scope: Scope) -> None:
        self.parent = parent
        self.child = child
        self.path = path
        self.call = call
        self.scope = scope

    def what(self) -> tuple[object, ...]:
        """What is registered, for comparison."""
        return (self.child, self.path)


class Hook(Registration):
    """What an app runs around requests or at its start: middleware, exception handlers, events, lifespan."""

    def __init__(
        self,
        router: Router,
        kind: Literal["middleware", "exception", "startup", "shutdown", "lifespan"],
        target: Type,
        call: Call,
        scope: Scope,
    ) -> None:
        self.router = router
        self.kind = kind
        self.target = target
        self.call = call
        self.scope = scope

    def what(self) -> tuple[object, ...]:
        """What is registered, for comparison."""
        return (self.kind, self.target)


Entry: TypeAlias = "Route | PlainRoute | Include | Mount | Hook"


class Served:
    """A route as an app serves it.

    Attributes:
        path: the full path.
        includes: the include calls on the way, outermost first.
        mounted: whether it is reached through a mount (app-level dependencies of the outer app don't apply then).
    """

    def __init__(self, app: Router, path: str, route: Route, includes: tuple[Include, ...], *, mounted: bool) -> None:
        self.app = app
        self.path = path
        self.route = route
        self.includes = includes
        self.mounted = mounted

    @property
    def label(self) -> str:
        """`GET /api/users/{id}`."""
        what = "WEBSOCKET" if self.route.websocket else ", ".join(self.route.methods)
        return f"{what} {self.path}"


class Endpoint:
    """A function that handles requests, with all its registrations."""

    def __init__(self, function: FunctionNode) -> None:
        self.function = function
        self.routes: list[Route] = []
        self.served: list[Served] = []

    @property
    def is_async(self) -> bool:
        """Whether it runs on the event loop."""
        return self.function.is_async

    @property
    def is_websocket(self) -> bool:
        """Whether all its registrations are websockets."""
        return all(route.websocket for route in self.routes)

    @property
    def methods(self) -> tuple[str, ...]:
        """The HTTP methods it answers, each once."""
        return tuple(dict.fromkeys(method for route in self.routes for method in route.methods))

    @property
    def label(self) -> str:
        """`GET /api/users/{id}`: as served, else as registered."""
        return self.served[0].label if self.served else self.routes[0].label

    @property
    def title(self) -> str:
        """`GET /users/{id} (app.users.router.get_user)`, for messages."""
        return f"{self.label} ({self.function.qualname})"
