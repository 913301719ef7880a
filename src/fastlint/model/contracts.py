"""The response contract that each route of a project makes: from its decorator, its annotation, its router."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from fastlint.facts.records import Constant
from fastlint.model.nodes import ClassNode
from fastlint.model.plain import Plain
from fastlint.model.response_classes import ResponseClasses
from fastlint.model.routers import METHODS
from fastlint.model.shapes import Shape
from fastlint.model.types import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastlint.facts.manifests import Manifests
    from fastlint.facts.records import Expr
    from fastlint.model.answers import Returned
    from fastlint.model.constants import Constants
    from fastlint.model.health import HealthChecks
    from fastlint.model.inference import Inference
    from fastlint.model.layers import Layers
    from fastlint.model.nodes import FunctionNode, Scope
    from fastlint.model.response_classes import ResponseClass
    from fastlint.model.responses import Responses
    from fastlint.model.routers import Endpoint, Route
    from fastlint.model.routes import Routes
    from fastlint.model.schemas import Schemas
    from fastlint.model.shapes import Shapes
    from fastlint.model.types import Type
    from fastlint.text import Span

# Where a route's contract comes from: the keyword, the annotation, `response_model=None`, an annotation that is a
# response or None, nowhere, or a place that source doesn't show.
Origin: TypeAlias = Literal["keyword", "annotation", "opted-out", "response", "nothing", "missing", "unknown"]

_INFERRING = ("fastapi_utils.inferring_router.InferringRouter", "fastapi_restful.inferring_router.InferringRouter")
_NO_BODY = frozenset({204, 205, 304})
_SUCCESS = 200
_CONTAINERS = frozenset(
    {
        "builtins.list",
        "builtins.dict",
        "builtins.tuple",
        "builtins.set",
        "typing.Sequence",
        "collections.abc.Sequence",
        "collections.abc.Iterable",
    }
)


class Contract(Plain, frozen=True):
    """What one registration promises of its answers.

    Attributes:
        origin: where it comes from.
        expr: the keyword's value or the annotation, in `scope`; None where there is neither.
        shape: what it says.
        status: the status code of a success; None where source doesn't fix it.
        response_class: the class that data is wrapped in, where one is set.
    """

    route: Route
    function: FunctionNode
    origin: Origin
    expr: Expr | None
    scope: Scope
    shape: Shape
    status: int | None
    response_class: ResponseClass | None

    @property
    def effective(self) -> bool:
        """Whether there is a model that what is returned goes through."""
        return self.origin in ("keyword", "annotation")

    @property
    def bodiless(self) -> bool:
        """Whether the status code allows no body."""
        return self.status is not None and (self.status < _SUCCESS or self.status in _NO_BODY)

    @property
    def is_json(self) -> bool | None:
        """Whether what is returned goes out as JSON; None where the response class can't be resolved."""
        if self.response_class is None:
            return True
        kind = self.response_class.kind
        return None if kind is None else kind in ("json", "orjson", "ujson")

    @property
    def streams_items(self) -> bool:
        """Whether a generator's items go out one by one, as JSON lines or events; not with a class for bytes."""
        return self.response_class is None or self.response_class.kind == "events"

    @property
    def at(self) -> Span:
        """The expression that makes the contract, else the endpoint's name."""
        if self.expr is None:
            return self.function.name_span
        return self.scope.module.span(self.expr.start, self.expr.end)


class Contracts:
    """Answers what routes promise."""

    def __init__(
        self,
        inference: Inference,
        constants: Constants,
        routes: Routes,
        manifests: Manifests,
        *,
        responses: Responses,
        shapes: Shapes,
        returned: Returned,
        schemas: Schemas,
        layers: Layers,
        health: HealthChecks,
    ) -> None:
        self._inference = inference
        self._constants = constants
        self._routes = routes
        self._manifests = manifests
        self._known: dict[Route, Contract] = {}
        self.responses = responses
        self.classes = ResponseClasses(inference, routes, responses)
        self.shapes = shapes
        self.returned = returned
        self._schemas = schemas
        self._layers = layers
        self._health = health

    @cached_property
    def all(self) -> tuple[tuple[Endpoint, tuple[Contract, ...]], ...]:
        """The endpoints that answer HTTP requests, tests' own left out, with the contracts of their registrations."""
        served = (one for one in self._routes.endpoints if self._layers.role(one.function.module) != "test")
        found = ((one, tuple(self.of_endpoint(one))) for one in served)
        return tuple((endpoint, contracts) for endpoint, contracts in found if contracts)

    def of_endpoint(self, endpoint: Endpoint) -> Iterator[Contract]:
        """The contracts of an endpoint's registrations, websockets left out."""
        for route in endpoint.routes:
            if not route.websocket:
                yield self.of(route, endpoint.function)

    def of(self, route: Route, function: FunctionNode) -> Contract:
        """The contract of a registration of `function`."""
        found = self._known.get(route)
        if found is None:
            found = self._known[route] = self._of(route, function)
        return found

    def _of(self, route: Route, function: FunctionNode) -> Contract:
        origin, expr, scope, shape = self._promise(route, function)
        status = route.option("status_code")
        code = self.responses.status(status, route.scope) if status is not None else _SUCCESS
        if status is None and any(not one.name for one in route.call.keywords):
            code = None
        return Contract(route, function, origin, expr, scope, shape, code, self.classes.of(route))

    def _promise(self, route: Route, function: FunctionNode) -> tuple[Origin, Expr | None, Scope, Shape]:
        nothing = Shape("unknown")
        given = route.option("response_model")
        if given is not None:
            if self._is_none(given, route.scope):
                return "opted-out", given, route.scope, nothing
            return "keyword", given, route.scope, self.shapes.of(given, route.scope)
        if any(not one.name for one in route.call.keywords) or self._supplies(route):
            return "unknown", None, route.scope, nothing
        returns = function.record.returns
        if returns is None or (self._manifests.surely("fastapi", "<0.89") and not self._infers(route)):
            return "missing", None, function.parent, nothing
        shape = self.shapes.of(returns, function.parent)
        if shape.kind == "none":
            return "nothing", returns, function.parent, shape
        if shape.kind == "class" and self.responses.kind(shape.cls) is not None:
            return "response", returns, function.parent, shape
        return "annotation", returns, function.parent, shape

    def _infers(self, route: Route) -> bool:
        """Whether a library's router takes the annotation for a model where FastAPI itself does not yet."""
        return self._inference.members.is_subclass(route.router.cls, *_INFERRING)

    def _is_none(self, expr: Expr, scope: Scope) -> bool:
        values = self._inference.origins(expr, scope)
        return len(values) == 1 and isinstance(values[0][0], Constant) and values[0][0].text == "None"

    def _supplies(self, route: Route) -> bool:
        """Whether a router or route class of the project may set the model itself."""
        classes = [route.router.cls]
        given = route.router.option("route_class")
        if given is not None:
            classes += [getattr(one, "cls", "") for one in self._inference.of(*given)]
        return any(self._speaks_of_models(cls) for cls in classes if isinstance(cls, ClassNode))

    def _speaks_of_models(self, cls: ClassNode) -> bool:
        for base in self._inference.members.mro(cls):
            if isinstance(base, ClassNode):
                data = base.module.facts.source.data
                for name in (*METHODS, "api_route", "add_api_route", "__init__"):
                    node = base.methods.get(name)
                    if node is not None and b"response_model" in data[node.record.body_start : node.record.body_end]:
                        return True
        return False

    # -- visibility

    def label(self, route: Route) -> str:
        """`GET /api/users/{id}`: as served, else as registered."""
        served = self.classes.served.get(route)
        return served.label if served is not None else route.label

    def hidden(self, route: Route) -> bool:
        """Whether a route is kept out of the OpenAPI schema."""
        if self._constants.flag(route.option("include_in_schema"), route.scope) is False:
            return True
        given = [route.router.option("include_in_schema")]
        served = self.classes.served.get(route)
        if served is not None:
            given += [include.option("include_in_schema") for include in served.includes]
            given += [include.parent.option("include_in_schema") for include in served.includes]
        return any(one is not None and self._constants.flag(*one) is False for one in given)

    def light(self, contract: Contract) -> bool:
        """Whether its answer matters little: it is all literals, out of the schema, or that of a health check."""
        if self.returned.of(contract.function).constant or self.hidden(contract.route):
            return True
        served = self.classes.served.get(contract.route)
        return self._health.named_by((served or contract.route).label)

    # -- what goes out

    def serializes(self, contract: Contract) -> bool:
        """Whether a value that its function returns would go out as JSON."""
        if contract.bodiless or contract.is_json is not True or contract.route.methods == ("HEAD",):
            return False
        return not contract.function.is_generator

    def sends_data(self, contract: Contract) -> bool:
        """Whether what its function returns goes out as JSON, and some of that is surely data."""
        return self.serializes(contract) and self.returned.of(contract.function).data

    def sends_only_responses(self, contract: Contract) -> bool:
        """Whether nothing that its function returns goes through a contract."""
        return self.returned.of(contract.function).kinds <= {"response", "nothing"}

    def entity(self, function: FunctionNode) -> ClassNode | None:
        """The mapped class whose rows a function returns, alone or in lists and dicts."""
        for answer in self.returned.of(function).all:
            for one in answer.types:
                found = self._row(one)
                if found is not None:
                    return found
        return None

    def _row(self, one: Type) -> ClassNode | None:
        if not isinstance(one, Instance):
            return None
        if isinstance(one.cls, ClassNode):
            return one.cls if self._schemas.is_entity(one.cls) else None
        held = one.args if one.cls in _CONTAINERS else ()
        return next((row for types in held for inner in types if (row := self._row(inner)) is not None), None)
